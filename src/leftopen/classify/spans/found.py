"""What the finders of spans return, and how spans that overlap are settled."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` (exclusive) hold ``category``, with evidence words."""

    start: int
    end: int
    category: str
    confidence: float
    how: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """First part of the category's id."""
        return self.category.partition(".")[0]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A place that looked like ``category`` but was not called so, and why not."""

    start: int
    end: int
    category: str
    why: str


def disjoint(spans: Iterable[Span]) -> list[Span]:
    """The best spans that do not overlap, in order of place: the surer wins, a longer one counts a little more."""
    ranked = sorted(set(spans), key=lambda s: (-_weight(s), s.start, s.end, s.category))
    starts: list[int] = []
    kept: list[Span] = []
    for span in ranked:
        at = bisect_left(starts, span.start)
        if (at and kept[at - 1].end > span.start) or (at < len(kept) and kept[at].start < span.end):
            continue
        starts.insert(at, span.start)
        kept.insert(at, span)
    return kept


def _weight(span: Span) -> float:
    return round(span.confidence + 0.006 * min(span.end - span.start, 40), 4)
