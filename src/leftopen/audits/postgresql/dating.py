"""When a catalogue row was last changed: the bracket method.

PostgreSQL numbers its writing transactions in order. The number in a catalogue row (``xmin``) lies between the numbers in ordinary
rows that hold the time of their own insertion; so does its moment. A column of such times is a *ruler*. A ruler is believed only
if its times rise with the numbers, and agree with what the server itself knows: no time before the server was made, none that
contradicts the last checkpoint. (Rows loaded from a file fail that; so do dates of birth.)

Here a transaction is known by its *age*: how many before (or, negative, after) the next one at the last checkpoint it is. Unlike
the server's own ``age()`` that number is the same in every session.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

SLACK = 2.0
"""Seconds by which clocks and commit order may disagree."""
MIN_GROUPS = 5
MAX_DROPPED = 0.2
_HALF = 1 << 31
_FIRST = 3
"""Smaller numbers are the server's own, from when it was made."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Rows of one transaction: its age, and the earliest and latest time in them (seconds since 1970)."""

    age: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Anchor:
    """A moment the server itself vouches for: transactions of this age and younger came after ``at``, older ones before."""

    age: int
    at: float


@dataclass(frozen=True, slots=True)
class Ruler:
    """Times that rise with the transactions, oldest first."""

    name: str
    marks: tuple[Mark, ...]
    steps: tuple[int, ...] = field(repr=False, default=())

    def bracket(self, age: int) -> tuple[float | None, float | None]:
        """Latest time of an older transaction and earliest of a younger one; both of the same one if a row shares it."""
        left, right = bisect_left(self.steps, -age), bisect_right(self.steps, -age)
        low = self.marks[right - 1] if right else None
        high = self.marks[left] if left < len(self.marks) else None
        return (low.low if low and low.age == age else low.high if low else None), (
            high.high if high and high.age == age else high.low if high else None
        )


def make_ruler(name: str, marks: Iterable[Mark], made: float | None, now: float, anchor: Anchor | None) -> Ruler | None:
    """A ruler from the times of one column, or None if they cannot be times of insertion."""
    ordered = sorted(marks, key=lambda m: -m.age)
    kept: list[Mark] = []
    for mark in ordered:
        if not kept or mark.low >= kept[-1].high - SLACK:
            kept.append(mark)
    if len(kept) < MIN_GROUPS or len(kept) < (1 - MAX_DROPPED) * len(ordered):
        return None
    if kept[-1].high > now + SLACK or (made is not None and kept[0].low < made - SLACK):
        return None
    if anchor is not None and any(_contradicts(mark, anchor) for mark in kept):
        return None
    return Ruler(name, tuple(kept), tuple(-mark.age for mark in kept))


def _contradicts(mark: Mark, anchor: Anchor) -> bool:
    """A younger transaction with an earlier time, or an older one with a later time, than the anchor's."""
    if mark.age <= anchor.age:
        return mark.high < anchor.at - SLACK
    return mark.low > anchor.at + SLACK


@dataclass(slots=True)
class Dating:
    """All that is known about time on one server."""

    now: float
    next: int = 0
    """The next transaction at the last checkpoint, from which ages count."""
    made: float | None = None
    anchor: Anchor | None = None
    wrapped: bool = False
    rulers: list[Ruler] = field(default_factory=list)
    commits: dict[str, float] = field(default_factory=dict)

    def age(self, xid: int) -> int:
        """Transactions from ``xid`` to the reference; numbers are compared round the circle of 2 ** 32, as the server does."""
        return (self.next - xid + _HALF) % (2 * _HALF) - _HALF

    def date(self, xid: str | None) -> tuple[float | None, float | None, str]:
        """(not before, not after, how that is known) of the last change of a row."""
        if xid is None:
            return None, None, ""
        if xid in self.commits:
            at = self.commits[xid]
            return at, at, "commit time"
        number = self.age(int(xid))
        if int(xid) < _FIRST:
            return self.made, self.made, "made with the server"
        if self.wrapped:
            return self.made, self.now, "transaction numbers have wrapped around"
        bounds: list[tuple[float | None, float | None, str]] = [(self.made, self.now, "")]
        if self.anchor is not None:
            young = number <= self.anchor.age
            bounds.append((self.anchor.at - SLACK if young else None, None if young else self.anchor.at + SLACK, "last checkpoint"))
        bounds += [(*ruler.bracket(number), f"transactions of {ruler.name}") for ruler in self.rulers]
        low = max((b for b in bounds if b[0] is not None), key=lambda b: b[0] or 0.0, default=None)
        high = min((b for b in bounds if b[1] is not None), key=lambda b: b[1] or 0.0, default=None)
        names = dict.fromkeys(b[2] for b in (low, high) if b is not None and b[2])
        return low[0] if low else None, high[1] if high else None, " and ".join(names)
