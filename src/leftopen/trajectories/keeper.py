"""Follows a bounded draw of subjects through the records of one collection.

The subjects with the smallest keyed hashes are followed, so that any order of records and any slicing follows the same ones, and
each is followed from their first record on. Of a point there stay keyed hashes of the subject and of the place, the hour, the
number of decimals and one bit for China; no coordinate, no name, no number of a person. What is kept has an upper limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, NoReturn, TypeAlias

import numpy as np

from leftopen.model import Finding
from leftopen.persons import normal, times
from leftopen.persons.batching import Column, Waiting
from leftopen.persons.counter import SHORT_NUMBER
from leftopen.persons.hashing import U64, hash_strings, space_key
from leftopen.persons.roles import SPACES, Key
from leftopen.trajectories import places
from leftopen.trajectories.plan import Fields, choose

SUBJECTS = 2048
"""Subjects followed at most: shares are known within about 2 points."""
PER_SUBJECT = 1024
"""Different points (place and hour) kept of one subject; of more, a fair draw."""
POINTS = 1 << 16
"""Different points kept over all subjects; if they come to more, fewer subjects are followed. About 4 MB."""
NOBODY = (1 << 64) - 1
Any1: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"


@dataclass(slots=True)
class Points:
    """Points of followed subjects, aligned arrays: who, spot (11 m or a named place), block
    (45 m) and cell (200 m) in either of two grids, hour since 1970
    (local), how many records, decimals, in China. ``space``: index into ``SPACES``, or their number for things."""

    who: U64
    spot: U64
    near: U64
    beside: U64
    cell: U64
    other: U64
    hour: Any1
    count: Any1
    decimals: Any1
    china: Any1
    space: Any1

    def __len__(self) -> int:
        return len(self.who)

    def take(self, index: Any) -> Points:
        """The points at ``index``."""
        return Points(*(getattr(self, f.name)[index] for f in fields(self)))

    def key(self) -> U64:
        """One number per different point; the parts are keyed hashes, so plain mixing spreads them."""
        mixed: U64 = self.who * np.uint64(0x9E3779B97F4A7C15) ^ self.spot * np.uint64(0xC2B2AE3D27D4EB4F)
        mixed ^= (self.hour.astype(np.uint64) + np.uint64(1)) * np.uint64(0x165667B19E3779F9)
        mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(32)
        return mixed


def _joined(parts: Sequence[Points]) -> Points:
    return Points(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Points)))


@dataclass(slots=True)
class Totals:
    """Per followed subject, sorted: hash, space, records, first and last hour. Exact, whatever happens to single points."""

    who: U64
    space: Any1
    records: Any1
    first: Any1
    last: Any1


class Tracks:
    """Tracks in one collection. ``key``: the scan's secret; ``name``: the collection's."""

    def __init__(self, key: bytes, *, name: str = "", subjects: int = SUBJECTS) -> None:
        self._key, self.name, self._most = key, name, subjects
        self._plan: Fields | None = None
        self._start()

    def _start(self) -> None:
        self._waiting, self._fresh = Waiting(), list[Points]()
        self._kept: Points | None = None
        self._totals: Totals | None = None
        self.limit = NOBODY
        """The least hash of a subject that is not followed."""
        self.records = 0
        """Records that say who, when and where."""
        self.step = 0
        self._swapped: bool | None = None

    def __reduce_ex__(self, _protocol: Any) -> NoReturn:
        raise TypeError("Tracks never leave their worker; what was measured does")

    @property
    def fields(self) -> Fields | None:
        """Who, when and where, once chosen."""
        return self._plan

    def plan(self, findings: Sequence[Finding], columns: Sequence[Column]) -> None:
        """Choose who, when and where; may be called again. If another choice is better then, following starts anew."""
        chosen = choose(findings, columns)
        if chosen is None or (self._plan is not None and chosen.read == self._plan.read):
            return
        self._plan = chosen
        self._start()

    def update(self, columns: Sequence[Column]) -> None:
        """Follow through one batch of flattened columns."""
        if self._plan is None:
            return
        wanted = [c for c in columns if c.path in self._plan.read and len(c.rows)]
        rows = max((int(c.rows[-1]) + 1 for c in columns if len(c.rows)), default=0)
        if not self._waiting.fits(wanted):
            self._pass()
        if self._waiting.add(wanted, rows):
            self._pass()

    def _pass(self) -> None:
        """Follow through what waits."""
        columns = {c.path: c for c in self._waiting.take()}
        plan = self._plan
        where = (plan.place, *plan.point) if plan is not None else ()
        if plan is None or plan.time not in columns or not any(p in columns for p in where if p):
            return
        when = columns[plan.time]
        elements, rows = np.asarray(when.parents, dtype=np.int64), np.asarray(when.rows, dtype=np.int64)
        who, space = self._who(plan, columns, elements, rows)
        at, shown = _positions([columns[p] for p in where if p in columns], elements)
        known = (who != 0) & shown
        self.records += int(known.sum())
        use = np.flatnonzero(known & (who < np.uint64(self.limit)))
        if not len(use):
            return
        read = times.instants(when.values.take(use))
        use, seconds, located = use[read.ok], read.seconds[read.ok], at[:, use][:, read.ok]
        good, found, lon = self._points(plan, columns, located, len(use))
        zone = plan.zone * 60 if plan.zone else np.round(lon[good] / 15).astype(np.int64) * 3600 if read.zoned else 0
        hour = (seconds[good] + (zone if read.zoned else 0)) // 3600
        found = replace(found, who=who[use][good], space=space[use][good], hour=hour.astype(np.int32))
        self._fresh.append(found)
        if sum(len(p) for p in self._fresh) >= max(1 << 15, len(self._kept) if self._kept is not None else 0):
            self._settle()

    def _who(self, plan: Fields, columns: dict[str, Any], elements: Any1, rows: Any1) -> tuple[U64, Any1]:
        """Keyed hash of the subject of each record, 0 if it names none, and the space it is known in."""
        who = np.zeros(len(elements), dtype=np.uint64)
        space = np.zeros(len(elements), dtype=np.uint8)
        at = elements if plan.subject_scope == plan.scope else rows
        for key in (k for k in plan.keys if k.path in columns):
            column = columns[key.path]
            hashes, spaces = self._hashes(column, key, plan.kind)
            places_of = np.asarray(column.parents if plan.subject_scope == plan.scope else column.rows, dtype=np.int64)
            size = max(int(places_of.max(initial=-1)), int(at.max(initial=-1))) + 1
            full, kinds = np.zeros(size, dtype=np.uint64), np.zeros(size, dtype=np.uint8)
            full[places_of], kinds[places_of] = hashes, spaces
            free = who == 0
            who[free], space[free] = full[at[free]], kinds[at[free]]
        return who, space

    def _hashes(self, column: Column, key: Key, kind: str) -> tuple[U64, Any1]:
        """Hash of each value of one key column, as persons are hashed, so that both can be joined."""
        import pyarrow as pa
        import pyarrow.compute as pc

        values = column.values
        coded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
        distinct, codes = coded.dictionary, np.asarray(coded.indices.fill_null(0), dtype=np.int64)
        text = normal.NORMALISERS[key.space](distinct)
        if key.space == "local":
            own = pc.binary_join_element_wise(pa.scalar(self.name), text, "\x1f")
            text = pc.if_else(pc.less(pc.utf8_length(text), SHORT_NUMBER), own, text)
        name = key.space if kind == "person" else kind
        hashes = hash_strings(text, space_key(self._key, name))
        kinds = np.full(len(hashes), SPACES.index(key.space) if kind == "person" else len(SPACES), dtype=np.uint8)
        if key.space == "local" and kind == "person":
            inside = normal.state_student_no(distinct)
            inside = pc.coalesce(inside, normal.resident_id(distinct))
            if inside.null_count < len(inside):
                told = np.asarray(inside.is_valid(), dtype=np.bool_)
                hashes = np.where(told, hash_strings(inside, space_key(self._key, "ric")), hashes)
                kinds = np.where(told, np.uint8(SPACES.index("ric")), kinds)
        return hashes[codes], kinds[codes]

    def _points(self, plan: Fields, columns: dict[str, Any], at: Any1, n: int) -> tuple[Any1, Points, Any1]:
        """(which records have a place, their points without who and when, longitudes of all)."""
        used = [p for p in (plan.place, *plan.point) if p in columns]
        empty = np.zeros(n, dtype=np.uint64)
        lat, lon, has = np.zeros(n), np.zeros(n), np.zeros(n, dtype=np.bool_)
        if all(p in columns for p in plan.point) and plan.point:
            lat, lon, has = self._coordinates(plan, columns, at, used)
        key = space_key(self._key, "place")
        named = self._named(columns[plan.place], at[used.index(plan.place)]) if plan.place in used else empty
        north, east = places.spots(lat, lon)
        grids = [(size, shift) for size in (places.BLOCK, places.CELL) for shift in (0, size // 2)]
        near, beside, cell, other = (self._hashed(*places.cells(north, east, *grid), key) for grid in grids)
        # A gate at a point is a place of its own; without the one, the other is the place.
        spot, near, beside = (np.where(has, x, 0) ^ named for x in (self._hashed(north, east, key), near, beside))
        cell, other = np.where(has, cell, named), np.where(has, other, named)
        good = has | (named != 0)
        china = np.where(has, 1 + places.in_china(lat, lon).astype(np.uint8), 0).astype(np.uint8)
        exact = np.maximum(places.decimals(lat), places.decimals(lon))
        self.step = int(np.gcd(self.step, places.step(lat[has]))) if has.any() else self.step
        made = Points(
            empty, spot, near, beside, cell, other, empty, np.ones(n, dtype=np.int64), np.where(has, exact, 0), china, empty
        )
        return good, made.take(good), lon

    def _named(self, column: Column, at: Any1) -> U64:
        """Hash of the named place of each record, 0 where there is none."""
        import pyarrow as pa

        values = column.values
        coded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
        hashes = hash_strings(normal.as_text(coded.dictionary), space_key(self._key, "name of a place"))
        codes = np.asarray(coded.indices.fill_null(0), dtype=np.int64)
        out: U64 = np.where(at >= 0, hashes[codes[np.maximum(at, 0)]], np.uint64(0))
        return out

    def _hashed(self, a: Any1, b: Any1, key: bytes) -> U64:
        """One keyed number per square: cheap mixing, for unlike those of persons these never leave the worker."""
        k0, k1 = (np.uint64(int.from_bytes(key[i : i + 8], "little")) for i in (0, 8))
        mixed: U64 = (a.astype(np.uint64) ^ k0) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(32)
        mixed = (mixed ^ b.astype(np.uint64) ^ k1) * np.uint64(0xC2B2AE3D27D4EB4F)
        mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(32)
        return mixed

    def _coordinates(self, plan: Fields, columns: dict[str, Any], at: Any1, used: list[str]) -> tuple[Any1, Any1, Any1]:
        taken = [columns[p].values.take(np.maximum(at[used.index(p)], 0)) for p in plan.point]
        if len(taken) == 2:
            first, ok = places.degrees(taken[0])
            second, also = places.degrees(taken[1])
            given = ok & also
        else:
            first, second, given = places.two_in_one(taken[0])
        for path in plan.point:
            given = given & (at[used.index(path)] >= 0)
        if self._swapped is None:
            self._swapped = plan.swapped if plan.swapped is not None else places.are_swapped(first[given], second[given])
        lat, lon = (second, first) if self._swapped else (first, second)
        return lat, lon, given & places.on_earth(lat, lon)

    # -- what is kept -------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        fresh, self._fresh = self._fresh, []
        if not fresh:
            return
        new = _joined(fresh)
        self._total(new)
        both = _joined([self._kept, new]) if self._kept is not None else new
        order = np.argsort(both.key(), kind="stable")
        key = both.key()[order]
        starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
        once = both.take(order[starts])
        once.count = np.add.reduceat(both.count[order], starts)
        once.decimals = np.maximum.reduceat(both.decimals[order], starts)
        by_who = np.argsort(once.who, kind="stable")  # keys ascend within each subject: the first ones are a fair draw
        once = once.take(by_who)
        heads = np.flatnonzero(np.concatenate([[True], once.who[1:] != once.who[:-1]]))
        sizes = np.diff(np.append(heads, len(once)))
        once = once.take(np.arange(len(once)) - np.repeat(heads, sizes) < PER_SUBJECT)
        sizes = np.minimum(sizes, PER_SUBJECT)
        fit = min(self._most, int((np.cumsum(sizes) <= max(POINTS, PER_SUBJECT)).sum()))
        who = self._totals.who if self._totals is not None else np.zeros(0, dtype=np.uint64)
        if fit < len(who):
            self.limit = int(who[fit])
            once = once.take(once.who < np.uint64(self.limit))
            self._totals = _cut(self._totals, fit)
        self._kept = once

    def _total(self, new: Points) -> None:
        """Add to the records and the span of each subject."""
        old = self._totals
        who = np.concatenate([old.who, new.who]) if old is not None else new.who
        order = np.argsort(who, kind="stable")
        starts = np.flatnonzero(np.concatenate([[True], who[order][1:] != who[order][:-1]]))

        def both(name: str, values: Any1) -> Any1:
            before = getattr(old, name) if old is not None else values[:0]
            return np.concatenate([before, values]).astype(np.int64)[order]

        self._totals = Totals(
            who[order][starts], np.minimum.reduceat(both("space", new.space), starts),
            np.add.reduceat(both("records", new.count), starts),
            np.minimum.reduceat(both("first", new.hour), starts), np.maximum.reduceat(both("last", new.hour), starts),
        )  # fmt: skip

    def kept(self) -> tuple[Totals, Points] | None:
        """Followed subjects and their points, both sorted by subject; None if nobody was followed."""
        self._pass()
        self._settle()
        return (self._totals, self._kept) if self._totals is not None and self._kept is not None else None


def _cut(totals: Totals | None, fit: int) -> Totals | None:
    if totals is None:
        return None
    return Totals(*(getattr(totals, f.name)[:fit] for f in fields(totals)))


def _positions(columns: Sequence[Any], elements: Any1) -> tuple[Any1, Any1]:
    """(index into each column's values per element, -1 where it has none; elements that have any)."""
    out = np.full((len(columns), len(elements)), -1, dtype=np.int64)
    top = int(elements.max(initial=-1))
    for i, column in enumerate(columns):
        parents = np.asarray(column.parents, dtype=np.int64)
        full = np.full(max(top, int(parents.max(initial=-1))) + 1, -1, dtype=np.int64)
        full[parents] = np.arange(len(parents))
        out[i] = full[elements]
    shown = np.asarray((out >= 0).any(axis=0), dtype=np.bool_)
    return out, shown
