"""Check digits of national numbers, codes of banks, health and devices: python-stdnum's algorithms on survivors of a pattern.

Each check takes a string array and gives one bool a value. A module of python-stdnum is imported when its first value comes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib import import_module

import numpy as np
import pyarrow as pa

from leftopen.classify.shape import Array

MODULES = (  # noqa: SIM905 - a hundred names read better as words
    "ad.nrt al.nipt ar.cbu ar.cuit at.tin at.vnr au.tfn az.voen be.bis be.eid be.nn bg.egn bg.pnf br.cpf by.unp ca.bc_phn ca.sin "
    "ch.ssn cl.rut co.nit cr.cpf cu.ni cz.bankaccount cz.rc de.idnr de.stnr dk.cpr do.cedula dz.nif ec.ci ee.ik eg.tn es.ccc "
    "es.dni es.nie fi.hetu fi.veronumero fr.nif fr.nir gb.nhs gb.upn gb.utr gh.tin gn.nifp gr.amka gr.vat gt.nit hr.oib id.nik "
    "id.npwp ie.pps il.idnr in_.aadhaar in_.epic in_.pan in_.vid is_.kennitala it.codicefiscale jp.in_ ke.pin kr.rrn li.peid "
    "lt.asmens lv.pvn md.idno me.pib mk.edb mu.nid mx.curp mx.rfc my.nric mz.nuit nl.bsn nl.identiteitskaartnummer "
    "nl.onderwijsnummer no.fodselsnummer no.kontonr nz.bankaccount nz.ird pe.cui pk.cnic pl.nip pl.pesel pt.cc pt.nif py.ruc "
    "ro.cnp rs.pib ru.inn se.personnummer si.ddv si.emso sk.rc sn.ninea sv.nit th.pin tn.mf tr.tckimlik ua.rntrc us.atin us.ein "
    "us.itin us.ptin us.rtn uy.rut ve.rif vn.mst za.idnr za.tin bic bitcoin imsi meid mac"
).split()
"""Modules of python-stdnum that category files may name as validators."""


def _library(name: str) -> Callable[[pa.Array], Array]:
    def check(values: pa.Array) -> Array:
        valid = import_module(f"stdnum.{name}").is_valid

        def good(text: str) -> bool:
            try:
                return bool(valid(text))
            except Exception:  # noqa: BLE001 - some modules raise KeyError on codes they do not list; such a value is none
                return False

        return np.array([good(t) for t in values.to_pylist()], bool)

    check.__doc__ = f"The rules of ``stdnum.{name}``."
    return check


def _each(rule: Callable[[str], bool]) -> Callable[[pa.Array], Array]:
    def check(values: pa.Array) -> Array:
        return np.array([rule(re.sub(r"[^0-9A-Z]", "", t.upper())) for t in values.to_pylist()], bool)

    check.__doc__ = rule.__doc__
    return check


def _sg_nric(text: str) -> bool:
    """Singapore: weights 2 7 6 5 4 3 2 over seven digits, 4 added for T and G, 3 for M, a letter by mod 11."""
    total = sum(int(c) * w for c, w in zip(text[1:8], (2, 7, 6, 5, 4, 3, 2), strict=True))
    rest = (total + {"T": 4, "G": 4, "M": 3}.get(text[0], 0)) % 11
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK"}
    return text[8] == (letters[text[0]][rest] if text[0] in letters else "KLJNPQRTUWX"[10 - rest])


def _kz_iin(text: str) -> bool:
    """Kazakhstan: weights 1..11 mod 11; if that is 10, weights 3..11, 1, 2."""
    digits = [int(c) for c in text[:11]]
    rest = sum(d * w for d, w in zip(digits, range(1, 12), strict=True)) % 11
    if rest == 10:
        rest = sum(d * w for d, w in zip(digits, (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2), strict=True)) % 11
    return rest == int(text[11])


def _ir_melli(text: str) -> bool:
    """Iran: weights 10..2 mod 11."""
    rest = sum(int(c) * w for c, w in zip(text[:9], range(10, 1, -1), strict=True)) % 11
    return len(set(text)) > 1 and int(text[9]) == (rest if rest < 2 else 11 - rest)


def _us_npi(text: str) -> bool:
    """US provider identifier: Luhn over 80840 and the ten digits."""
    from stdnum import luhn

    return bool(luhn.is_valid("80840" + text))


def _us_dea(text: str) -> bool:
    """US controlled-substance registration: digits 1, 3, 5 and twice 2, 4, 6, mod 10."""
    d = [int(c) for c in text[2:]]
    return (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]


def _vin(text: str) -> bool:
    """Vehicle number of 17 signs: transliterated, weighted, the ninth sign is the sum mod 11 (ISO 3779, 49 CFR 565)."""
    values = {c: int(v) for c, v in zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True)}
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    rest = sum((int(c) if c.isdigit() else values[c]) * w for c, w in zip(text, weights, strict=True)) % 11
    return len(set(text)) > 4 and text[8] == "0123456789X"[rest]


def _clabe(text: str) -> bool:
    """Mexico's bank account: weights 3 7 1, digit by digit mod 10."""
    total = sum(int(c) * (3, 7, 1)[i % 3] % 10 for i, c in enumerate(text[:17]))
    return (10 - total % 10) % 10 == int(text[17])


def _iccid(text: str) -> bool:
    """SIM card: 89, then Luhn over 19 or 20 digits."""
    from stdnum import luhn

    return bool(luhn.is_valid(text))


def _mrz_sum(text: str) -> str:
    value = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
    return str(sum(value[c] * (7, 3, 1)[i % 3] for i, c in enumerate(text)) % 10)


def mrz(values: pa.Array) -> Array:
    """Machine-readable lines of passports and cards (ICAO 9303): check digits of number, birth and expiry (second line)."""

    def good(text: str) -> bool:
        line = re.sub(r"\s", "", text)
        line = line[44:] if len(line) == 88 else line
        spans = ((0, 9, 9), (13, 19, 19), (21, 27, 27))
        return len(line) == 44 and all(_mrz_sum(line[a:b]) == line[c] for a, b, c in spans)

    return np.array([good(t) for t in values.to_pylist()], bool)


_OWN = {
    "sg_nric": _sg_nric, "kz_iin": _kz_iin, "ir_melli": _ir_melli, "us_npi": _us_npi, "us_dea": _us_dea, "vin": _vin,
    "clabe": _clabe, "iccid": _iccid,
}  # fmt: skip

NATIONAL: Mapping[str, Callable[[pa.Array], Array]] = {
    **{name: _library(name) for name in MODULES},
    **{name: _each(rule) for name, rule in _OWN.items()},
    "mrz": mrz,
}
"""Validators by the name that category files use; a dotted name is a module of python-stdnum."""
