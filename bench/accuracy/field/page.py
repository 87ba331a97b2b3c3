"""Measures the field split and says what went wrong where: totals, categories worst first, wrong columns by table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.accuracy.field import tables
from bench.accuracy.judge import Answer, Score, score, timed, wilson
from bench.accuracy.tables import Condition

from leftopen.category import Pack

CONDITIONS = (Condition("shown"), Condition("hidden"))


def lines(pack: Pack, thin: int = 1) -> Iterator[str]:
    """The page: totals first, then categories worst first, then false alarms, wrong and missed columns, header shown and hidden."""
    answers, cells, seconds = timed(tables(thin), CONDITIONS, pack)
    parts = {c: [a for a in answers if a.condition == c] for c in CONDITIONS}
    scores = {c: score(some, pack) for c, some in parts.items()}
    provable = [c.id for c in pack.categories.values() if not c.needs & {"name", "siblings"}]
    made = len({a.table for a in answers})
    yield f"{made} tables, {len(answers) // 2:,} columns, {cells:,} cells, {seconds:.0f} s in the engine.\n"
    yield "| header | macro F1 | macro F1, value-provable | right, missed, wrong | non-personal called personal (95 %) |"
    yield "|---|--:|--:|--:|--:|"
    for condition, part in scores.items():
        low, high = wilson(part.false, part.bare)
        sums = [sum(getattr(t, what) for t in part.tallies.values()) for what in ("right", "missed", "wrong")]
        yield (
            f"| {condition.header} | {part.macro():.3f} | {part.macro(provable):.3f} | {sums[0]}, {sums[1]}, {sums[2]} "
            f"| {part.false} of {part.bare} ({low:.1%}-{high:.1%}) |"
        )
    yield from _categories(*scores.values())
    for condition, some in parts.items():
        yield from _wrong(condition, some, pack)


def _categories(shown: Score, hidden: Score) -> Iterator[str]:
    yield "\n### Categories, worst first with headers (right/missed/wrong)\n"
    yield "| category | F1 shown | shown | F1 hidden | hidden |\n|---|--:|--:|--:|--:|"
    held = [(t.f1, c) for c, t in list(shown.tallies.items()) if t.right + t.missed + t.wrong]
    for f1, category in sorted(held):
        a, b = shown.tallies[category], hidden.tallies[category]
        yield f"| {category} | {f1:.2f} | {a.right}/{a.missed}/{a.wrong} | {b.f1:.2f} | {b.right}/{b.missed}/{b.wrong} |"


def _wrong(condition: Condition, answers: Sequence[Answer], pack: Pack) -> Iterator[str]:
    needs = {c.id for c in pack.categories.values() if c.needs & {"name"}}
    groups: dict[str, list[str]] = {"False alarms": [], "Called something else as well or instead": [], "Missed": []}
    for a in answers:
        column = a.column
        said = [f"{f.category} {f.confidence:.2f}" for f in a.said if f.category not in (*column.accept, *column.tolerate)]
        hit = any(f.category in column.accept for f in a.said)
        where = f"- {a.table} · {column.header}"
        weak = f" (possible: {', '.join(f.category for f in a.weak)})" if a.weak else ""
        if said and not column.accept:
            groups["False alarms"].append(f"{where}: said {', '.join(said)}")
        elif said:
            groups["Called something else as well or instead"].append(f"{where}: {column.accept[0]}, said {', '.join(said)}")
        elif column.accept and not hit and (condition.header == "shown" or not set(column.accept) <= needs):
            groups["Missed"].append(f"{where}: {column.accept[0]}{weak}")
    for title, found in groups.items():
        yield f"\n### {title}, header {condition.header} ({len(found)})\n"
        yield from found


def bins(pack: Pack, thin: int = 1) -> dict[int, list[int]]:
    """[right, all] findings by tenth of stated confidence, headers shown and hidden."""
    return score(timed(tables(thin), CONDITIONS, pack)[0], pack).bins
