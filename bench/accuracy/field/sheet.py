"""Reads sheets, the plain text in which the tables of the field split are written, and makes the labelled tables."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bench.accuracy.field.folk import faker, person
from bench.accuracy.field.makers import MAKERS, Cell, Row
from bench.accuracy.field.numbers import KINDS
from bench.accuracy.tables import Column, Table, Values

from leftopen.category import load_pack

ROWS = 100
FOLDER = Path(__file__).parent / "sheets"


@dataclass(frozen=True, slots=True)
class Line:
    """One column of a sheet: header, maker and its words, right and tolerated categories (None: the maker's own)."""

    header: str
    maker: str
    args: str
    accept: tuple[str, ...] | None
    tolerate: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table as written: its folk, youngest and oldest person, flags (``csv``: all cells text), and columns."""

    name: str
    origin: str
    folks: tuple[str, ...]
    ages: tuple[int, int]
    flags: frozenset[str]
    lines: tuple[Line, ...]


@cache
def _ends() -> dict[str, str]:
    return {c.rpartition(".")[2]: c for c in load_pack().categories}


def categories(words: str) -> tuple[str, ...]:
    """Full ids of the last parts of category ids, separated by commas; an unknown one raises KeyError."""
    return tuple(_ends()[w.strip()] for w in words.split(",") if w.strip())


def sheets() -> Iterator[Sheet]:
    """Every sheet of every file, in the order of names."""
    for path in sorted(FOLDER.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("\n@ ")[1:]:
            yield _sheet(block, path.stem)


def _sheet(block: str, origin: str) -> Sheet:
    head, *rows = [r for r in block.splitlines() if r.strip()]
    name, folks, ages, *flags = [p.strip() for p in head.split("|")]
    low, _, high = ages.partition("-")
    lines = tuple(_line(row) for row in rows)
    return Sheet(name, origin, tuple(folks.split()), (int(low or 18), int(high or 80)), frozenset(" ".join(flags).split()), lines)


def _line(row: str) -> Line:
    header, made, *label = [p.strip() for p in re.split(r"\s*::\s+", row)]
    maker, _, args = made.partition(" ")
    right, _, free = (label[0] if label else "").partition("~")
    none = right.strip() == "-"
    return Line(header, maker, args, () if none else categories(right) or None, categories(free))


def table(sheet: Sheet) -> Table:
    """The labelled table of a sheet; the same on every call."""
    rng = random.Random(f"field:{sheet.name}")
    for folk in sheet.folks:
        faker(folk).seed_instance(f"field:{sheet.name}")
    cells: list[tuple[Line, Cell]] = [(line, MAKERS[line.maker][0](line.args)) for line in sheet.lines]
    made: dict[str, Values] = {line.header: [] for line in sheet.lines}
    for number in range(ROWS):
        row = Row(person(rng.choice(sheet.folks), rng, sheet.ages), number, rng, {})
        for line, cell in cells:
            row.cells[line.header] = cell(row)
            made[line.header].append(row.cells[line.header])
    columns = []
    for place, line in enumerate(sheet.lines):
        values = _worn(made[line.header], place, "csv" in sheet.flags, rng)
        accept, tolerate = _label(line, sheet, values)
        columns.append(Column(line.maker, line.header, values, accept, tolerate))
    return Table(sheet.name, sheet.origin, tuple(columns))


def _worn(values: Values, place: int, text: bool, rng: random.Random) -> Values:
    """Some columns lose a few cells, and some texts carry stray spaces, as exports do."""
    share = rng.uniform(0.01, 0.08) if place and rng.random() < 0.35 else 0.0
    spaces = rng.random() < 0.15
    out: Values = []
    for value in values:
        worn: Any = None if rng.random() < share else value
        if text:
            worn = "" if worn is None else str(worn)
        if spaces and isinstance(worn, str) and worn and rng.random() < 0.04:
            worn += " "
        out.append(worn)
    return out


def _label(line: Line, sheet: Sheet, values: Values) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if line.accept is not None:
        return line.accept, line.tolerate
    right = MAKERS[line.maker][1]
    if right == "name":
        return categories(_script(values, sheet)), line.tolerate
    if right == "id":
        return categories(KINDS[line.args.split()[0]][1]), line.tolerate
    if right == "phone":
        chinese = (line.args or sheet.folks[0]) in ("zh", "py")
        return categories("mobile_cn,phone_intl" if chinese else "phone_intl"), line.tolerate
    if right == "addr":
        return categories("address_zh" if (line.args or sheet.folks[0]) in ("zh", "tw") else "address_latin"), line.tolerate
    return categories(right), line.tolerate


def _script(values: Values, sheet: Sheet) -> str:
    text = "".join(v for v in values if isinstance(v, str))
    han = sum("\u4e00" <= c <= "\u9fff" for c in text)
    latin = sum((c.isalpha() and c < "\u0250") or "\u1ea0" <= c <= "\u1ef9" for c in text)
    if sheet.folks == ("py",):
        return "name_pinyin,name_latin"
    if latin > len(text) / 2:
        return "name_latin"
    if han > len(text) / 2:
        return "name_other,name_zh" if "ja" in sheet.folks else "name_zh"
    return "name_other"
