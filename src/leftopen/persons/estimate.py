"""From sketches to People: who is whom across identity spaces, intervals, minors, groups, period.

A person is counted in the strongest space in which they are known: of each weaker space only those keys count that were
never seen beside a stronger one, in any collection. Pupils whom a camera's record names by student number are therefore
counted once if any table holds that number beside their resident ID number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from leftopen.model import Interval, People
from leftopen.persons import periods
from leftopen.persons.roles import SPACES
from leftopen.persons.sketch import ADULT, LINKED, NONE, PUPIL, Rows, Sketch

if TYPE_CHECKING:
    from leftopen.persons.counter import PersonCounter

IDENTITY_ALLOWANCE = 0.01
"""Assumed share of identifiers that are shared, mistyped or changed: widens intervals that are otherwise exact."""
BANDS = ("0-5", "6-11", "12-13", "14-15", "16-17", "18+")
_ADULT_BAND = 6
_WORDS = {
    "ric": "resident ID number",
    "national": "official number",
    "local": "student, staff or person number",
    "phone": "telephone number",
    "email": "e-mail address",
    "handle": "account name",
    "name_birth": "name and birth date",
    "name": "name alone",
}


@dataclass(slots=True)
class Tally:
    """Persons by space and what is known of their age. All figures are estimates of whole numbers of persons."""

    by_space: dict[str, float] = field(default_factory=dict)
    bands: list[float] = field(default_factory=lambda: [0.0] * 7)
    """By age band; 0 is unknown."""
    adults: float = 0.0
    """Of unknown age, but guardians or staff."""
    pupils: float = 0.0
    """Of unknown age, but in a pupil's record."""
    unknown: float = 0.0
    variance: float = 0.0
    once: float = 0.0
    """Persons seen in one record only; ``twice`` in two."""
    twice: float = 0.0
    exact: bool = True

    @property
    def persons(self) -> float:
        """All of them."""
        return sum(self.by_space.values())

    @property
    def minors(self) -> float:
        """Under 18 by a birth date."""
        return sum(self.bands[1:_ADULT_BAND])


def unlinked(sketches: dict[str, Sketch]) -> dict[str, tuple[Rows, float]]:
    """Per space: keys never seen beside a stronger one, and how many persons each stands for.

    Two keys of different spaces that never met in one record, but both met the same third one (a staff number and a
    resident ID number beside the same telephone number), are one person: the weaker is dropped.
    """
    drop: dict[str, list[tuple[Any, float]]] = {}
    for space in SPACES:
        sketch = sketches.get(space)
        if sketch is None:
            continue
        met = [s for s in SPACES if s in sketch.rows.up]
        before = np.zeros(len(sketch.rows), dtype=np.bool_)
        for other in met:
            pointer = sketch.rows.up[other]
            has = pointer != NONE
            drop.setdefault(other, []).append((pointer[before & has], sketch.scale))
            before |= has
    out = {}
    for space in SPACES:
        if space in sketches:
            rows = sketches[space].rows
            rows = rows.take((rows.flags & LINKED) == 0)
            out[space] = _without(rows, sketches[space].scale, drop.get(space, []))
    return out


def _without(rows: Rows, scale: float, drops: list[tuple[Any, float]]) -> tuple[Rows, float]:
    """Rows without those that are dropped; if the dropping keys are themselves a sample, the rest stand for fewer."""
    share = 1.0
    for keys, weight in drops:
        gone = np.isin(rows.keys, keys)
        if not gone.any():
            continue
        kept = rows.take(~gone)
        estimated = min(float(gone.sum()) * weight, float(len(rows)))
        share *= (len(rows) - estimated) / len(kept) if len(kept) else 0.0
        rows = kept
    return rows, scale * share


def tally(sketches: dict[str, Sketch]) -> Tally:
    """Count persons over all spaces, each once."""
    out = Tally(exact=all(s.exact for s in sketches.values()))
    for space, (rows, scale) in unlinked(sketches).items():
        if not len(rows):
            continue
        out.by_space[space] = len(rows) * scale
        if not sketches[space].exact:
            out.variance += len(rows) * scale * max(scale - 1, 0.0)
        counts = np.bincount(rows.bands, minlength=7)
        out.bands = [b + float(n) * scale for b, n in zip(out.bands, counts.tolist(), strict=True)]
        undated, adult, pupil = rows.bands == 0, (rows.flags & ADULT) > 0, (rows.flags & PUPIL) > 0
        out.adults += float((undated & adult).sum()) * scale
        out.pupils += float((undated & pupil & ~adult).sum()) * scale
        out.unknown += float((undated & ~pupil & ~adult).sum()) * scale
        out.once += float((rows.seen == 1).sum()) * scale
        out.twice += float((rows.seen == 2).sum()) * scale
    return out


@dataclass(frozen=True, slots=True)
class Unseen:
    """Persons in records that were not read: the estimate, and the most that can be defended."""

    point: float = 0.0
    high: float = 0.0


def unseen(found: Tally, read: int, claimed: int | None) -> Unseen:
    """How many more persons the unread records hold. Source: Chao and Lin (2012), sampling without replacement.

    The most: every person seen once stands for as many as the sampled share says (Charikar et al. 2000, upper bound).
    """
    if claimed is None or claimed <= read or not read or not found.persons:
        return Unseen()
    share = read / claimed
    odds = (1 - share) / share
    once, twice = found.once, found.twice
    high = once * odds
    below = read / max(read - 1, 1) * 2 * twice + once / odds
    point = once * once / below if below else 0.0
    return Unseen(min(point, high), high + 2 * math.sqrt(high * (odds + 1)))


def people(counter: PersonCounter) -> People:
    """People of one collection."""
    return _people([counter])


def combine(counters: Sequence[PersonCounter]) -> People:
    """People over collections and stores: unions by identity space, each person once. Counters must share key and day."""
    return _people([c for c in counters if any(s in c.sketches for s in SPACES)] or list(counters)[:1])


def _people(counters: Sequence[PersonCounter]) -> People:
    if not counters:
        return People()
    today: date = counters[0].today
    clock = periods.best(((k, c.zone) for c in counters for k in c.clocks.values()), today)
    found = tally(_union(counters, SPACES))
    missing = _missing(counters)
    persons = _persons(found, missing, counters)
    first_last = clock.span if clock is not None else None
    return People(
        persons=persons,
        minors=_minors(found, persons),
        ages=tuple((band, round(n)) for band, n in zip(BANDS, found.bands[1:], strict=True)) if sum(found.bands[1:]) else (),
        groups=_groups(counters),
        groups_path=min((c.groups_path for c in counters if c.groups_path), key=lambda p: (len(p), p), default=""),
        first=periods.moment(first_last[0]) if first_last else None,
        last=periods.moment(first_last[1]) if first_last else None,
        days=clock.days() if clock is not None else None,
        per_hour=periods.per_hour(clock) if clock is not None else (),
    )


def _union(counters: Sequence[PersonCounter], spaces: Sequence[str]) -> dict[str, Sketch]:
    out: dict[str, Sketch] = {}
    for space in spaces:
        held = [c.sketches[space] for c in counters if space in c.sketches]
        if len(held) == 1:
            out[space] = held[0]
        elif held:
            both = out[space] = Sketch(held[0].k)
            for sketch in held:
                both.merge(sketch)
    return out


def _missing(counters: Sequence[PersonCounter]) -> Unseen:
    """Unread persons over all collections.

    Point: the collection that hides most, less those whom others are likely to show; high: all of them, if strangers.
    """
    point = high = 0.0
    for counter in counters:
        own = {s: k for s, k in counter.sketches.items() if s in SPACES}
        lost = unseen(tally(own), counter.rows_read, counter.rows_claimed)
        if lost.high:
            point = max(point, lost.point * (1 - _shared(counter, counters)))
            high += lost.high
    return Unseen(point, max(point, high))


def _shared(counter: PersonCounter, counters: Sequence[PersonCounter]) -> float:
    """Share of a collection's strongest keys that other collections hold as well."""
    space = next(s for s in SPACES if s in counter.sketches)
    mine = counter.sketches[space]
    others = _union([c for c in counters if c is not counter], (space,)).get(space)
    if others is None or not len(mine.rows):
        return 0.0
    theta = np.uint64(min(mine.theta, others.theta))
    keys = mine.rows.keys[mine.rows.keys < theta]
    return float(np.isin(keys, others.rows.keys).mean()) if len(keys) else 0.0


def _persons(found: Tally, missing: Unseen, counters: Sequence[PersonCounter]) -> Interval | None:
    total = found.persons
    if not total:
        return None
    names_only = found.by_space.get("name", 0.0)
    error = math.hypot(2 * math.sqrt(found.variance), IDENTITY_ALLOWANCE * total)
    low = total - error - (names_only if names_only < total else 0.0)
    high = total + error + missing.high
    if names_only == total:  # two people may share a name: at most one person per record that was read
        high = max(high, float(sum(c.rows_read for c in counters)))
    point = total + missing.point
    return Interval(
        float(round(max(low, 1.0))), float(round(point)), float(round(max(high, point))), _method(found, missing, counters)
    )


def _method(found: Tally, missing: Unseen, counters: Sequence[PersonCounter]) -> str:
    spaces = [_WORDS[s] for s in SPACES if found.by_space.get(s)]
    how = "counted exactly" if found.exact else "estimated with theta sketches of 65,536 keys (two standard errors)"
    parts = [f"Different persons by {', then '.join(spaces)}, {how}, as keyed hashes; those known by two of these count once"]
    parts.append("1 % allowed for shared or mistyped identifiers (assumed)")
    if missing.high:
        read = sum(c.rows_read for c in counters)
        claimed = sum(max(c.rows_claimed or 0, c.rows_read) for c in counters)
        parts.append(
            f"{read:,} of {claimed:,} records read: low is what was seen, the estimate after Chao and Lin (2012), "
            "high if everybody seen once is one of many"
        )
    if found.by_space.get("name"):
        parts.append(
            f"{round(found.by_space['name']):,} known by name alone, not counted in the low figure if anybody is known better"
        )
    return "; ".join(parts) + "."


def _minors(found: Tally, persons: Interval | None) -> Interval | None:
    """Share under 18 of all persons: by birth date, or (less sure) by being in a pupil's record."""
    total = found.persons
    dated = sum(found.bands[1:])
    if not total or not (dated or found.pupils):
        return None
    known = found.minors / dated if dated else 0.0
    pupils = found.pupils * (1.0 if not dated else max(known, 0.5))
    point = (found.minors + pupils + found.unknown * known) / total
    sure = found.minors / total
    error = (
        math.sqrt(max(sure * (1 - sure), 0.0) * 4 / total) if persons is not None and persons.high > persons.point * 1.05 else 0.0
    )
    error = math.hypot(error, 2 * math.sqrt(found.variance) / total)
    low, high = max(sure - error, 0.0), min((found.minors + found.pupils + found.unknown) / total + error, 1.0)
    method = (
        f"Under 18 of all persons counted: {round(dated):,} by birth date or a number that holds one; "
        f"{round(found.adults):,} guardians and staff without one taken as adults; "
        f"{round(found.pupils):,} pupils without one likely minors (not in the low figure); "
        f"{round(found.unknown):,} of unknown age."
    )
    return Interval(low, min(max(point, low), high), high, method)


def _groups(counters: Sequence[PersonCounter]) -> int | None:
    """Schools by name or by number, whichever gives more: the two ways of naming them cannot be matched."""
    counts = [round(s.estimate()) for s in _union(counters, ("group_name", "group_id")).values()]
    return max(counts, default=None)
