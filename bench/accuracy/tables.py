"""Labelled tables: columns whose category is known because a generator made them, and the conditions they are shown in."""

from __future__ import annotations

import random
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

Values = list[Any]
Header = Literal["shown", "hidden", "opaque", "wrong"]
Noise = Literal["clean", "noisy", "mixed"]
Split = Literal["dev", "held"]
Source = Literal["one", "two"]
"""The two origins of the dev split: words, values and scenes that share nothing."""
HEADERS: tuple[Header, ...] = ("shown", "hidden", "opaque", "wrong")
NOISES: tuple[Noise, ...] = ("clean", "noisy", "mixed")
SOURCES: tuple[Source, ...] = ("one", "two")
SIZES = (20, 100, 1000)


@dataclass(frozen=True, slots=True)
class Concept:
    """One kind of column: right categories, tolerated ones, and its headers per source and language."""

    key: str
    accept: tuple[str, ...]
    tolerate: tuple[str, ...]
    headers: Mapping[str, Mapping[str, Sequence[str]]]

    def header(self, source: Source, language: str, rng: random.Random) -> str:
        """One of the headers of this source in ``language``; English where that language has none, else the concept's key."""
        words = self.headers[source]
        return rng.choice(list(words.get(language) or words.get("en") or words.get("zh") or (self.key,)))


@dataclass(frozen=True, slots=True)
class Column:
    """Values of one field with what is right to say about it; ``accept`` is empty if it holds nothing personal."""

    concept: str
    header: str
    values: Values = field(repr=False)
    accept: tuple[str, ...] = ()
    tolerate: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One generated table; ``source`` names its generator."""

    name: str
    source: str
    columns: tuple[Column, ...]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.columns[0].values)


@dataclass(frozen=True, slots=True)
class Condition:
    """How a table is shown to the engine."""

    header: Header = "shown"
    noise: Noise = "clean"
    size: int = 100

    def __str__(self) -> str:
        return f"{self.header}/{self.noise}/{self.size}"


@cache
def concepts() -> Mapping[str, Concept]:
    """Every concept of ``concepts.toml`` by its key."""
    found: dict[str, Concept] = {}
    for key, entry in tomllib.loads((Path(__file__).parent / "concepts.toml").read_text(encoding="utf-8")).items():
        headers = {source: entry.get(source, {}) for source in ("one", "two")}
        found[key] = Concept(key, tuple(entry.get("accept", ())), tuple(entry.get("tolerate", ())), headers)
    return found


def make_table(
    name: str, made_by: str, data: Mapping[str, Values], source: Source, language: str, rng: random.Random, **right: Sequence[str]
) -> Table:
    """Label the columns of ``data`` (keys: concepts, ``concept#2`` for a second one); ``right`` overrides accepted categories."""
    columns: list[Column] = []
    taken: set[str] = set()
    for key, values in data.items():
        concept = concepts()[key.partition("#")[0]]
        header = concept.header(source, language, rng)
        while header in taken:
            header += "2"
        taken.add(header)
        columns.append(Column(concept.key, header, values, tuple(right.get(key, concept.accept)), concept.tolerate))
    return Table(name, made_by, tuple(columns))


def show(table: Table, condition: Condition, seed: int) -> tuple[list[str], pa.RecordBatch]:
    """The record batch of a table under a condition, and the field name of each of its columns, in order."""
    rng = random.Random(f"{seed}:{table.name}:{condition}")
    names = _headers(table, condition.header, rng)
    arrays = []
    for column in table.columns:
        values = column.values[: condition.size]
        if condition.noise != "clean":
            values = spoil(values, condition.noise, rng)
        arrays.append(_array(values))
    return names, pa.RecordBatch.from_arrays(arrays, names=names)


def _headers(table: Table, kind: Header, rng: random.Random) -> list[str]:
    shown = [c.header for c in table.columns]
    if kind == "hidden":
        return [f"c{i + 1}" for i in range(len(shown))]
    if kind == "opaque":
        return [f"f_{i:02d}" for i in rng.sample(range(100), len(shown))]
    if kind == "wrong":
        turn = rng.randrange(1, len(shown)) if len(shown) > 1 else 0
        return shown[turn:] + shown[:turn]
    return shown


def _array(values: Values) -> pa.Array:
    kinds = {type(v) for v in values if v is not None}
    if len(kinds) > 1:
        values = [None if v is None else str(v) for v in values]
    return pa.array(values, type=None if kinds else pa.string())


def spoil(values: Values, noise: Noise, rng: random.Random) -> Values:
    """Damage values as people and exports do: a fifth missing, typos, spaces, full-width; ``mixed`` adds remarks, other types."""
    out: Values = []
    remarks = ("同上", "see notes", "不详", "pending", "待补充")
    for value in values:
        draw = rng.random()
        if value is None or draw < 0.20:
            out.append(rng.choice((None, None, "", "N/A", "-", "无")) if isinstance(value, str) else None)
        elif not isinstance(value, str):
            out.append(str(value) if noise == "mixed" and draw < 0.6 else value)
        elif noise == "mixed" and draw < 0.28:
            out.append(rng.choice(remarks))
        else:
            out.append(_typed(value, draw, rng))
    return out


def _typed(value: str, draw: float, rng: random.Random) -> str:
    damage: Callable[[str], str]
    if draw < 0.31 and len(value) > 3:
        spot = rng.randrange(len(value) - 1)
        return value[:spot] + value[spot + 1] + value[spot] + value[spot + 2 :]
    if draw < 0.34 and len(value) > 3:
        spot = rng.randrange(len(value))
        return value[:spot] + value[spot + 1 :]
    if draw < 0.44:
        damage = lambda v: f"  {v}" if rng.random() < 0.5 else f"{v} "  # noqa: E731
    elif draw < 0.50:
        damage = full_width
    elif draw < 0.56:
        damage = str.upper if rng.random() < 0.5 else str.lower
    else:
        return value
    return damage(value)


def full_width(value: str) -> str:
    """ASCII letters and digits in the full-width forms that Chinese keyboards give; undone by NFKC."""
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in value)
    return wide if unicodedata.normalize("NFKC", wide) == value else value
