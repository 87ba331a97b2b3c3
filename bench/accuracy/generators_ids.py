# ruff: noqa: E501  (the long lines are lists)
"""National identifiers of invented people: bodies in each country's layout, closed with characters that python-stdnum accepts."""

from __future__ import annotations

import importlib
import random
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

# category name after "identity." | stdnum module | layout. In a layout d is a digit, n one of 1-9, L a capital letter, Y M D parts
# of a birth date (yy mm dd), C the century and year (yyyy), X any digit or letter, other characters stand for themselves.
# The last characters are searched until the module accepts the whole.
LAYOUTS = """
al_nipt al.nipt Jdddddddd L|ar_dni ar.dni nddddddd|ar_cuit ar.cuit 20dddddddd d|at_vnr at.vnr nddd DDMMYY|at_tin at.tin dddddddd d|
au_tfn au.tfn ndddddddd|be_nn be.nn YYMMDDddd dd|bg_egn bg.egn YYMMDDddd d|br_cpf br.cpf ddddddddd dd|by_unp by.unp 1dddddddd|
ca_sin ca.sin ndddddddd|ca_bc_phn ca.bc_phn 9ddddddddd|ch_ssn ch.ssn 756ddddddddd d|cl_rut cl.rut ndddddddX|co_nit co.nit nddddddddd|
cr_cpf cr.cpf 0nddd0dddd|cu_ni cu.ni YYMMDDddddd|cz_rc cz.rc YYMMDDddd d|de_idnr de.idnr ndddddddddd|dk_cpr dk.cpr DDMMYYdddd|
do_cedula do.cedula 001dddddddd|ec_ci ec.ci 17dddddddd|ee_ik ee.ik 3YYMMDDddd d|es_dni es.dni dddddddd L|es_nie es.nie Xddddddd L|
fi_hetu fi.hetu DDMMYY-ddd X|fr_nir fr.nir 1YYMM75ddddddd d|gb_nhs gb.nhs ddddddddd d|gb_utr gb.utr ndddddddd d|gb_upn gb.upn L80120000dddd|
gr_amka gr.amka DDMMYYddddd|hr_oib hr.oib dddddddddd d|hu_anum hu.anum nddddddd|id_nik id.nik 317404DDMMYYdddd|ie_pps ie.pps dddddddLA|
il_idnr il.idnr ddddddddd|in_aadhaar in_.aadhaar nddddddddddd|in_pan in_.pan LLLPLddddL|is_kennitala is_.kennitala DDMMYYdddd|
it_codicefiscale it.codicefiscale RSSLLLYYA15F205L|jp_mynumber jp.in_ ddddddddddd d|kr_rrn kr.rrn YYMMDD1ddddd d|lt_asmens lt.asmens 3YYMMDDddd d|
lv_pk lv.pvn DDMMYY1dddd|md_idno md.idno 1ddddddddddd d|mk_edb mk.edb 4dddddddddddd|mx_curp mx.curp PEGAYYMMDDHDFRRN0d|mx_rfc mx.rfc PEGAYYMMDDXXX|
my_nric my.nric YYMMDD14dddd|nl_bsn nl.bsn dddddddd d|nl_onderwijsnummer nl.onderwijsnummer 10ddddddd|no_fodselsnummer no.fodselsnummer DDMMYYddddd|
pe_cui pe.cui dddddddd d|pk_cnic pk.cnic 3ddddddddddd1|pl_pesel pl.pesel YYMMDDdddd d|pt_cc pt.cc dddddddddLLd|pt_nif pt.nif 2ddddddd d|
ro_cnp ro.cnp 1YYMMDD01ddd d|rs_pib rs.pib 1dddddddd|ru_inn ru.inn 77ddddddddd d|se_personnummer se.personnummer CMMDDdddd|
si_emso si.emso DDMM9YY500ddd|sk_rc sk.rc YYMMDDddd d|th_pin th.pin ndddddddddddd|tr_tckimlik tr.tckimlik nddddddddd d|ua_rntrc ua.rntrc nddddddddd|
us_itin us.itin 9dd-70-dddd|us_ssn us.ssn ddd-dd-dddd|uy_rut uy.rut 21dddddd001d|ve_rif ve.rif V1ddddddd d|vn_mst vn.mst 0ddddddddd|
za_idnr za.idnr YYMMDD5ddd08 d|il_hp il.hp 51ddddddd
"""
ALIASES = {"lv_pk": ("lv_pvn",), "jp_mynumber": ("jp_in",)}


def layouts() -> Iterator[tuple[str, str, str]]:
    """(name, module, layout) of each identifier whose validator is installed."""
    for entry in LAYOUTS.replace("\n", "").split("|"):
        name, module, layout = entry.split(" ", 2)
        try:
            importlib.import_module(f"stdnum.{module}")
        except ModuleNotFoundError:
            continue
        yield name, module, layout.replace(" ", "")


def accepted(name: str) -> tuple[str, ...]:
    """Category ids that are right for an identifier (packs may name it after the validator or after the local word)."""
    return tuple(f"identity.{n}" for n in (name, *ALIASES.get(name, ())))


@lru_cache(maxsize=256)
def pool(name: str, module: str, layout: str, count: int, seed: int) -> tuple[str, ...]:
    """``count`` distinct valid numbers; fewer if the bounded search finds fewer. Deterministic in ``seed``."""
    rng = random.Random(f"{name}:{seed}")
    valid = importlib.import_module(f"stdnum.{module}").is_valid
    found: dict[str, None] = {}
    for _ in range(count * 60):
        body = _fill(layout, rng)
        if _ok(valid, body):
            found[body] = None
        else:
            for value in _closings(layout, body, rng):
                if _ok(valid, value):
                    found[value] = None
                    break
        if len(found) >= count:
            break
    return tuple(found)


def _ok(valid: object, value: str) -> bool:
    try:
        return bool(valid(value))  # type: ignore[operator]
    except (KeyError, ValueError, IndexError):
        return False


def _fill(layout: str, rng: random.Random) -> str:
    year, month, day = rng.randint(1950, 2005), rng.randint(1, 12), rng.randint(1, 28)
    out = (
        layout.replace("YY", f"{year % 100:02d}").replace("MM", f"{month:02d}").replace("DD", f"{day:02d}").replace("C", str(year))
    )
    return "".join(_char(c, rng) for c in out)


def _char(kind: str, rng: random.Random) -> str:
    if kind == "d":
        return str(rng.randrange(10))
    if kind == "n":
        return str(rng.randrange(1, 10))
    if kind == "L":
        return rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return kind if kind != "X" else rng.choice("0123456789ABCDEFHJKLMNPRSTUVWXYZ")


def _closings(layout: str, body: str, rng: random.Random) -> Iterator[str]:
    last = layout[-1]
    alphabet = (
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if last == "L" else "0123456789" if last in "dnYD" else "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    )
    for char in alphabet:
        yield body[:-1] + char
    if layout[-2:-1] == "d":
        for pair in rng.sample(range(100), 100):
            yield f"{body[:-2]}{pair:02d}"
    if layout.startswith(("L", "P")) and len(layout) == 13:
        for char in "ABCDEFGHJKLMNPQRTUVWXYZ":
            yield char + body[1:]


def with_habits(values: tuple[str, ...], name: str, rng: random.Random) -> list[str]:
    """Some lists write separators as people of the country do; one habit per list."""
    habits = {"br_cpf": "%s.%s.%s-%s", "cl_rut": "%s-%s", "in_aadhaar": "%s %s %s", "ch_ssn": "%s.%s.%s.%s", "kr_rrn": "%s-%s"}
    cuts = {"br_cpf": (3, 6, 9), "cl_rut": (8,), "in_aadhaar": (4, 8), "ch_ssn": (3, 7, 11), "kr_rrn": (6,)}
    if name not in habits or rng.random() < 0.5:
        return list(values)
    out = []
    for value in values:
        edges = (0, *cuts[name], len(value))
        out.append(habits[name] % tuple(value[a:b] for a, b in pairwise(edges)))
    return out
