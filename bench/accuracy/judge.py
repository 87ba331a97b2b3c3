"""Asks the engine about a shown table and scores what it says against the labels."""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from bench.accuracy.tables import Column, Condition, Table, show

from leftopen.category import Pack
from leftopen.model import Finding, Level

TODAY = date(2026, 6, 1)
SEED = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine said about one column in one condition: ``said`` likely or proven, ``weak`` possible findings."""

    table: str
    source: str
    column: Column
    condition: Condition
    field: str
    said: tuple[Finding, ...]
    weak: tuple[Finding, ...]


def ask(table: Table, condition: Condition, pack: Pack) -> list[Answer]:
    """The engine's findings on every column of a table under a condition."""
    from leftopen.classify.reader import Reader

    names, batch = show(table, condition, SEED)
    reader = Reader(pack, name="t" if condition.header != "shown" else table.name.partition("-")[0], today=TODAY)
    reader.read(batch)
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in reader.reading().findings:
        found[_column_of(finding.path, names)].append(finding)
    answers = []
    for name, column in zip(names, table.columns, strict=True):
        here = sorted(found.get(name, ()), key=lambda f: -f.confidence)
        said = tuple(f for f in here if f.level is not Level.POSSIBLE)
        weak = tuple(f for f in here if f.level is Level.POSSIBLE)
        answers.append(Answer(table.name, table.source, column, condition, name, said, weak))
    return answers


def _column_of(path: str, names: Sequence[str]) -> str:
    """The column that a path lies in: the longest header that it begins with, for headers hold dots too (``Geb.-Datum``)."""
    held = [n for n in names if path == n or (path.startswith(n) and path[len(n)] in ".[")]
    return max(held, key=len, default=path)


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927); (0, 1) if nothing was tried."""
    if not tries:
        return 0.0, 1.0
    z, share = 1.959964, hits / tries
    middle, half = share + z * z / (2 * tries), z * math.sqrt(share * (1 - share) / tries + z * z / (4 * tries * tries))
    return max(0.0, (middle - half) / (1 + z * z / tries)), min(1.0, (middle + half) / (1 + z * z / tries))


@dataclass(slots=True)
class Tally:
    """Counts of one category: columns found, missed, and columns wrongly called so."""

    right: int = 0
    missed: int = 0
    wrong: int = 0

    @property
    def recall(self) -> float:
        """Found of all columns that hold it."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def precision(self) -> float:
        """Right of all columns called so; 1 if none was."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / (2 * self.right + self.wrong + self.missed) if self.right + self.wrong + self.missed else 0.0


@dataclass(slots=True)
class Score:
    """All counts of a set of answers. ``bare`` are columns without personal data, ``false`` those of them called personal."""

    tallies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    bins: dict[int, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    bare: int = 0
    false: int = 0
    later: Counter[str] = field(default_factory=Counter)
    """Columns of categories that no file declares yet; they count in no figure but ``astray``."""
    astray: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What those columns were called instead (truth, said)."""

    def macro(self, only: Iterable[str] | None = None) -> float:
        """Mean F1 over the categories that some column holds."""
        keep = None if only is None else set(only)
        scores = [t.f1 for c, t in self.tallies.items() if t.right + t.missed and (keep is None or c in keep)]
        return sum(scores) / len(scores) if scores else 0.0


def score(answers: Sequence[Answer], pack: Pack, *, weak: bool = False) -> Score:
    """Tally answers; with ``weak`` possible findings count as said too."""
    out = Score()
    for answer in answers:
        _count(answer, pack, out, answer.said + answer.weak if weak else answer.said)
        for finding in answer.said + answer.weak:
            if finding.category not in answer.column.tolerate and not _unknown(answer.column, pack):
                cell = out.bins[min(9, int(finding.confidence * 10))]
                cell[0] += finding.category in answer.column.accept
                cell[1] += 1
    return out


def _unknown(column: Column, pack: Pack) -> bool:
    return bool(column.accept) and not any(c in pack.categories for c in column.accept)


def _count(answer: Answer, pack: Pack, out: Score, said: Sequence[Finding]) -> None:
    column = answer.column
    if _unknown(column, pack):
        out.later[column.accept[0]] += 1
        out.astray.update((column.accept[0], f.category) for f in said if f.category not in column.tolerate)
        return
    called = [f.category for f in said]
    hits = [c for c in called if c in column.accept]
    label = hits[0] if hits else truth(column, pack)
    for category in called:
        if category not in column.accept and category not in column.tolerate:
            out.tallies[category].wrong += 1
            out.confusions[(label or f"none ({column.concept})", category)] += 1
    if not column.accept:
        out.bare += 1
        out.false += any(c not in column.tolerate for c in called)
    elif hits:
        out.tallies[label].right += 1
    else:
        out.tallies[label].missed += 1
        if not called:
            out.confusions[(label, "nothing")] += 1


def truth(column: Column, pack: Pack) -> str:
    """The category a missed column counts against: of names, the one of its script; else the first that exists."""
    if column.concept in ("name", "given", "surname"):
        text = "".join(v for v in column.values[:20] if isinstance(v, str))
        return "biographical.name_zh" if any("\u4e00" <= c <= "\u9fff" for c in text) else "biographical.name_latin"
    return next((c for c in column.accept if c in pack.categories), "")


def timed(tables: Iterable[Table], conditions: Sequence[Condition], pack: Pack) -> tuple[list[Answer], int, float]:
    """Answers for every table and condition that it is large enough for; cells read and seconds in the engine."""
    answers: list[Answer] = []
    cells, seconds = 0, 0.0
    for table in tables:
        for condition in conditions:
            if condition.size > 100 and table.rows < condition.size:
                continue
            start = time.perf_counter()
            answers += ask(table, condition, pack)
            seconds += time.perf_counter() - start
            cells += min(condition.size, table.rows) * len(table.columns)
    return answers, cells, seconds
