# ruff: noqa: E501  (lists of words)
"""Makers of cell values for the sheets: each takes the row's person, its number and a random source, and gives one value."""

from __future__ import annotations

import base64
import hashlib
import re
import string
import uuid as uuids
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from bench.accuracy.field.folk import TODAY, Person, faker, fold
from bench.accuracy.field.numbers import KINDS, days
from bench.accuracy.field.places import PHONES, STREETS


@dataclass(slots=True)
class Row:
    """What a maker may look at: the person, the number of the row, the random source, the cells made so far by header."""

    who: Person
    number: int
    rng: Random
    cells: dict[str, Any]


Cell = Callable[[Row], Any]


def _pattern(text: str, rng: Random) -> str:
    sets = {"#": string.digits, "?": string.ascii_uppercase, "¿": string.ascii_lowercase, "%": "0123456789abcdef",
            "&": string.ascii_letters + string.digits}  # fmt: skip
    return "".join(rng.choice(sets[c]) if c in sets else c for c in text)


def pick(args: str) -> Cell:
    """One of ``a;b;c``; ``a*3`` weighs threefold; an empty one is a missing cell; digits alone stay text."""
    words, weights = [], []
    for part in args.split(";"):
        word, star, weight = part.strip().rpartition("*")
        numeric = bool(star) and weight.isdigit()
        words.append(word if numeric else part.strip())
        weights.append(int(weight) if numeric else 1)
    return lambda r: r.rng.choices(words, weights)[0] or None


def number(args: str) -> Cell:
    """Whole number between two, both included; low ones are likelier with ``low``."""
    low, high, *more = args.split()
    if more:
        return lambda r: int(int(low) + (int(high) - int(low)) * r.rng.random() ** 3)
    return lambda r: r.rng.randint(int(low), int(high))


def norm(args: str) -> Cell:
    """Normal number: mean, deviation, decimals."""
    mean, sd, places = args.split()
    return lambda r: (
        round(r.rng.gauss(float(mean), float(sd)), int(places)) if int(places) else round(r.rng.gauss(float(mean), float(sd)))
    )


def money(args: str) -> Cell:
    """Amount around a middle; then how it is written: plain, eu (1.234,56), us (1,234.56), whole, or a text with {}."""
    middle, style, *rest = args.split(maxsplit=2)

    def cell(r: Row) -> Any:
        value = float(middle) * r.rng.lognormvariate(0, 0.7)
        us = f"{value:,.2f}"
        forms = {
            "plain": round(value, 2),
            "us": us,
            "eu": us.replace(",", "_").replace(".", ",").replace("_", "."),
            "whole": round(value),
        }
        return rest[0].replace("{}", str(forms[style])) if rest else forms[style]

    return cell


def moment(args: str) -> Cell:
    """A moment: format, then optionally first and last day (ISO)."""
    form, first, last = re.fullmatch(r"(.*?)(?: (\d{4}-\d\d-\d\d) (\d{4}-\d\d-\d\d))?", args).groups()  # type: ignore[union-attr]
    start, end = days(first or "2023-01-09"), days(last or "2026-05-18")

    def cell(r: Row) -> Any:
        at = datetime(start.year, start.month, start.day, tzinfo=UTC) + timedelta(
            seconds=r.rng.randrange((end - start).days * 86400)
        )
        if form in ("epoch", "ms"):
            return int(at.timestamp() * (1000 if form == "ms" else 1))
        return at.replace(tzinfo=None) if form == "native" else written(at, form)

    return cell


def written(at: date, form: str) -> str:
    """``strftime`` with ``%-d``/``%-m`` and Chinese signs, on every platform; ``%D2`` gives a Thai year."""
    form = (
        form.replace("%-d", str(at.day))
        .replace("%-m", str(at.month))
        .replace("%BE", str(at.year + 543))
        .replace("%ROC", str(at.year - 1911))
    )
    return "".join(at.strftime(part) if part.startswith("%") else part for part in re.findall(r"%.|[^%]+", form))


def birth(args: str) -> Cell:
    """The person's birth date in a format; ``native`` for a date."""
    return lambda r: r.who.birth if args == "native" else written(r.who.birth, args)


def note(args: str) -> Cell:
    """One of several sentences separated by ``;`` with parts of the person's name in braces and digits for ``#``."""
    texts = [t.strip() for t in args.split(";")]
    return lambda r: _pattern(r.rng.choice(texts), r.rng).format(**r.who.parts())


def name(args: str) -> Cell:
    """The person's name by a pattern of its parts; several patterns separated by ``;`` are mixed."""
    forms = args.split(";")
    return lambda r: r.rng.choice(forms).format(**r.who.parts())


def email(args: str) -> Cell:
    """Address made of the name; domains separated by ``;``."""
    domains = args.split(";") if args else ["gmail.com", "yahoo.com", "hotmail.com", "icloud.com", "outlook.com"]

    def cell(r: Row) -> str:
        f, last = fold(r.who.f), fold(r.who.l)
        form = r.rng.choice(
            (f"{f}.{last}", f"{f}{last}{r.rng.randint(1, 99)}", f"{f[:1]}{last}", f"{last}_{f}", f"{f}{r.who.birth:%y}")
        )
        return f"{form}@{r.rng.choice(domains)}"

    return cell


def login(args: str) -> Cell:
    """User name: ``corp`` (jsmith), ``game`` (word and number) or ``plain``."""
    words = [
        "shadow",
        "neko",
        "blaze",
        "turbo",
        "pixel",
        "mango",
        "frost",
        "lazy",
        "dr",
        "panda",
        "wolf",
        "ninja",
        "echo",
        "sunny",
        "grim",
    ]

    def cell(r: Row) -> str:
        if args == "game":
            return f"{r.rng.choice(words)}{r.rng.choice(['_', '', 'X', '.'])}{r.rng.choice([fold(r.who.f), r.rng.choice(words)])}{r.rng.randint(0, 999)}"
        return fold(r.who.f)[:1] + fold(r.who.l)[:8] + (str(r.rng.randint(1, 9)) if r.rng.random() < 0.3 else "")

    return cell


def phone(args: str) -> Cell:
    """Number as people of the row's folk (or of ``args``) write it."""
    return lambda r: _pattern(r.rng.choice(PHONES.get(args or r.who.folk) or PHONES["us"]), r.rng)


def street(args: str) -> Cell:
    """Address in the habit of a folk: patterns of ``places``, else Faker's."""

    def cell(r: Row) -> str:
        shapes = STREETS.get(args or r.who.folk)
        if not shapes:
            return str(faker(args or r.who.folk).street_address()).replace("\n", ", ")
        pattern, words = r.rng.choice(shapes[0]), shapes[1]
        return _pattern(pattern, r.rng).replace("@", r.rng.choice(words)).replace("0", str(r.rng.randint(1, 9)))

    return cell


def agent(_: str) -> Cell:
    """A browser's or application's user agent."""
    forms = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_# like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.# Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/12#.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Linux; Android 1#; SM-A5#6B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/11#.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:12#.0) Gecko/20100101 Firefox/12#.0",
    )
    return lambda r: _pattern(r.rng.choice(forms), r.rng)


def hexes(args: str) -> Cell:
    """Random hexadecimal text of a length."""
    return lambda r: "".join(r.rng.choice("0123456789abcdef") for _ in range(int(args)))


def base(args: str) -> Cell:
    """Base64 of random bytes of a length."""
    return lambda r: base64.b64encode(r.rng.randbytes(int(args))).decode()


def hashed(args: str) -> Cell:
    """A digest: md5, sha1, sha256, bcrypt or argon2."""
    if args == "bcrypt":
        return lambda r: "$2y$10$" + _pattern("&" * 53, r.rng)
    if args == "argon2":
        return lambda r: "$argon2id$v=19$m=65536,t=3,p=4$" + _pattern("&" * 22, r.rng) + "$" + _pattern("&" * 43, r.rng)
    return lambda r: hashlib.new(args, r.rng.randbytes(16)).hexdigest()


def sequence(args: str) -> Cell:
    """Counting up: start, step, and optionally a text with {}."""
    start, step, *form = args.split(maxsplit=2)
    width = len(start) if start.startswith("0") else 0
    if form or width:
        return lambda r: (form[0] if form else "{}").replace("{}", str(int(start) + int(step) * r.number).zfill(width))
    return lambda r: int(start) + int(step) * r.number


def one(args: str) -> Cell:
    """What a method of the folk's Faker says."""
    return lambda r: str(getattr(faker(r.who.folk), args)()).replace("\n", ", ")


def sexed(args: str) -> Cell:
    """The code of the person's sex: man;woman."""
    man, woman = args.split(";")
    numeric = man.isdigit()
    return lambda r: (int(man) if r.who.sex == "M" else int(woman)) if numeric else man if r.who.sex == "M" else woman


def official(args: str) -> Cell:
    """A number of ``numbers.KINDS``; ``plain`` leaves spaces and dashes out, ``mixed`` does so half the time."""
    kind, *how = args.split()

    def cell(r: Row) -> str:
        made = KINDS[kind][0](r.who, r.rng)
        plain = how == ["plain"] or (how == ["mixed"] and r.rng.random() < 0.5)
        return re.sub(r"[ .\-]", "", made) if plain else made

    return cell


def again(args: str) -> Cell:
    """The cell of another column made before it."""
    return lambda r: r.cells[args]


def age(_: str) -> Cell:
    """Completed years of the person."""
    return lambda r: (TODAY - r.who.birth).days * 400 // 146097


def grid(args: str) -> Cell:
    """A coordinate: middle, deviation, decimals."""
    return norm(args)


MAKERS: dict[str, tuple[Callable[[str], Cell], str]] = {
    # word: maker, category it stands for unless the sheet says otherwise
    "pick": (pick, ""), "int": (number, ""), "norm": (norm, ""), "money": (money, ""), "date": (moment, ""), "note": (note, ""),
    "birth": (birth, "birth_date"), "age": (age, "age"), "name": (name, "name"), "email": (email, "email"), "login": (login, "username"),
    "phone": (phone, "phone"), "addr": (street, "addr"), "ua": (agent, "user_agent"), "hex": (hexes, ""), "b64": (base, ""),
    "hash": (hashed, ""), "seq": (sequence, ""), "fk": (one, ""), "sex": (sexed, "gender"), "id": (official, "id"), "same": (again, ""),
    "coord": (grid, "latlon"),
    "pat": (lambda a: lambda r: _pattern(a, r.rng), ""),
    "uuid": (lambda _: lambda r: str(uuids.UUID(int=r.rng.getrandbits(128), version=4)), ""),
    "ip": (lambda _: lambda r: ".".join(str(r.rng.randint(1, 254)) for _ in range(4)), "ip"),
    "ip6": (lambda _: lambda r: "2a02:" + ":".join(f"{r.rng.getrandbits(16):x}" for _ in range(7)), "ip"),
    "mac": (lambda a: lambda r: (a or ":").join(f"{r.rng.getrandbits(8):02x}" for _ in range(6)), "mac"),
    "bool": (lambda _: lambda r: r.rng.random() < 0.5, ""),
}  # fmt: skip
