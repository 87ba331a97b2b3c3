"""Counts the persons of one collection, batch by batch: values go in, keyed hashes and flags stay."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

import numpy as np

from leftopen.model import Field, Finding, People
from leftopen.persons import normal, periods, times
from leftopen.persons.batching import Column, Waiting
from leftopen.persons.hashing import U64, hash_pairs, hash_strings, space_key
from leftopen.persons.periods import Clock
from leftopen.persons.roles import SPACES, Plan, Subject, make_plan, scope_of
from leftopen.persons.sketch import ADULT, LINKED, NONE, PUPIL, Rows, Sketch

if TYPE_CHECKING:
    import pyarrow as pa

U8: TypeAlias = "np.ndarray[Any, np.dtype[np.uint8]]"
ADULT_BAND = 6
"""``18+``."""
SHORT_NUMBER = 6
"""Shorter local numbers (``17``) are numbers of one table: they never join two collections."""
GROUP_SPACES = ("group_name", "group_id")
_EPOCH = date(1970, 1, 1)


class _Coded:
    """A column as distinct values and, per value, the index of its distinct value and its place in the scope."""

    __slots__ = ("codes", "distinct", "places")

    def __init__(self, column: Column) -> None:
        import pyarrow as pa

        values = column.values
        if not pa.types.is_dictionary(values.type):
            values = values.dictionary_encode()
        codes = np.asarray(values.indices.fill_null(-1), dtype=np.int64)
        leaf_list = column.path.endswith("[]") or column.path == column.scope
        places = np.asarray(column.rows if leaf_list else column.parents, dtype=np.int64)
        use = codes >= 0
        self.distinct, self.codes, self.places = values.dictionary, codes[use], places[use]


class _Held:
    """One identity space of a subject within one batch: distinct hashes, and per place in the scope an index into them."""

    __slots__ = ("at", "hashes")

    def __init__(self, hashes: U64, at: Any) -> None:
        self.hashes, self.at = hashes, at

    def has(self) -> Any:
        """Places where this space has a value."""
        return self.at >= 0

    def per_place(self) -> U64:
        """The hash at each place, ``NONE`` where there is none."""
        out: U64 = np.append(self.hashes, NONE)[self.at]
        return out


def _hold(coded: _Coded, hashes: U64, size: int) -> _Held:
    at = np.full(size, -1, dtype=np.int64)
    known = hashes[coded.codes] != 0
    at[coded.places[known]] = coded.codes[known]
    return _Held(hashes, at)


class PersonCounter:
    """Persons of one collection. ``key``: the scan's secret; ``today``: the day on which ages count; ``name``: the collection's.

    ``plan`` once or again, ``update`` per batch, ``merge`` in any order, ``state`` to cross processes. What it holds is
    bounded (a few MB): keyed hashes, flags, counts, and the values of at most 32,768 records that wait for the next pass.
    Those leave with nothing: ``state``, ``merge`` and estimates count them first, and it cannot be pickled.
    """

    def __init__(self, key: bytes, *, today: date, name: str = "") -> None:
        self._key = key
        self.today, self.name = today, name
        self._day = (today - _EPOCH).days
        self._plan, self._paths = Plan(), frozenset[str]()
        self._ranks: dict[str, int] = {}
        self._waiting = Waiting()
        self._sketches: dict[str, Sketch] = {}
        self._clocks: dict[str, Clock] = {}
        self.zone = 0
        self.groups_path = ""
        self.rows_read = 0
        self.rows_claimed: int | None = None

    def plan(self, findings: Sequence[Finding], fields: Sequence[Field] = ()) -> None:
        """Choose keys, births, groups and event times. May be called again; what was counted stays."""
        self._settle()
        self._plan = make_plan(findings)
        self._paths = self._plan.paths
        self._ranks = {f.path: self._rank(f.path, f.type) for f in fields}
        self.zone = self._plan.zone or self.zone
        self.groups_path = self._plan.groups or self.groups_path

    def _rank(self, path: str, kind: str) -> int:
        if path in self._plan.births or "[]" in path:
            return periods.NEVER
        rank = periods.class_of(path, kind, is_event=path in self._plan.events)
        return periods.EVENT if path in self._plan.events and rank != periods.NEVER else rank

    def __reduce_ex__(self, _protocol: Any) -> NoReturn:
        raise TypeError("a PersonCounter never leaves its worker; its state() does")

    @property
    def sketches(self) -> dict[str, Sketch]:
        """Kept keys by identity space, and of groups."""
        self._settle()
        return self._sketches

    @property
    def clocks(self) -> dict[str, Clock]:
        """Counts per hour by path of a column of times."""
        self._settle()
        return self._clocks

    def update(self, columns: Sequence[Column]) -> None:
        """Count one batch of flattened columns."""
        rows = max((int(c.rows[-1]) + 1 for c in columns if len(c.rows)), default=0)
        self.rows_read += rows
        wanted = [c for c in columns if len(c.rows) and (c.path in self._paths or self._is_time(c))]
        if not self._waiting.fits(wanted):
            self._settle()
        if self._waiting.add(wanted, rows):
            self._settle()

    def _settle(self) -> None:
        """Count what waits."""
        columns = self._waiting.take()
        coded = {c.path: _Coded(c) for c in columns if c.path in self._paths}
        for subject in self._plan.subjects:
            self._count(subject, coded)
        if self._plan.groups in coded:
            self._count_groups(coded[self._plan.groups])
        for column in columns:
            if column.path in self._clocks:
                self._clocks[column.path].add(times.instants(column.values), np.ones(len(column.values), dtype=np.int64))

    # -- persons ------------------------------------------------------------------------------------------------------

    def _count(self, subject: Subject, coded: dict[str, _Coded]) -> None:
        used = [coded[p] for p in [k.path for k in subject.keys] + [subject.birth, *subject.pupil_marks] if p in coded]
        size = max((int(c.places.max()) + 1 for c in used if len(c.places)), default=0)
        if not size:
            return
        days = np.full(size, times.I64_MIN, dtype=np.int64)
        held: dict[str, list[_Held]] = {}
        for key in subject.keys:
            if key.path in coded:
                for space, item in self._read(key.space, coded[key.path], size, days):
                    held.setdefault(space, []).append(item)
        if subject.birth in coded:
            self._read_births(coded[subject.birth], days)
        if "name" in held and (days != times.I64_MIN).any():
            held["name_birth"] = [self._name_birth(held["name"][0], days)]
        if not held:
            return
        flags = np.zeros(size, dtype=np.uint8)
        if subject.role in ("guardian", "staff"):
            flags |= ADULT
        for path in subject.pupil_marks:
            if path in coded:
                flags[coded[path].places] |= PUPIL
        known = days != times.I64_MIN
        bands = times.age_bands(np.where(known, days, 0), known, self._day)
        if subject.role == "guardian" and "ric" in held and 2 * (bands[known] < ADULT_BAND).sum() > known.sum():
            # numbers of children in a record of guardians: they say whose guardians these are
            self._put({"ric": held.pop("ric")}, np.full(size, PUPIL, dtype=np.uint8), bands)
            held.pop("name_birth", None)
            bands = np.zeros(size, dtype=np.uint8)
        self._put(held, flags, bands)

    def _read(self, space: str, coded: _Coded, size: int, days: Any) -> Iterable[tuple[str, _Held]]:
        """Hash one key column; one of student numbers may hold resident ID numbers, too. Fills ``days`` from numbers that tell."""
        if space in ("ric", "local"):
            text = normal.resident_id(coded.distinct) if space == "ric" else normal.state_student_no(coded.distinct)
            if text.null_count < len(text):
                yield "ric", _hold(coded, hash_strings(text, space_key(self._key, "ric")), size)
                self._births_inside(text, coded, days)
        if space != "ric" and not (space == "local" and text.null_count == 0):
            text = normal.NORMALISERS[space](coded.distinct)
            if space == "local":
                text = self._with_table(text)
            if text.null_count < len(text):
                yield space, _hold(coded, hash_strings(text, space_key(self._key, space)), size)

    def _with_table(self, text: pa.Array) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        own = pc.binary_join_element_wise(pa.scalar(self.name), text, "\x1f")
        return pc.if_else(pc.less(pc.utf8_length(text), SHORT_NUMBER), own, text)

    def _births_inside(self, ric: pa.Array, coded: _Coded, days: Any) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        digits = pc.fill_null(pc.utf8_slice_codeunits(ric, 6, 14), "0").cast(pa.int64())
        born, ok = times.days_of(np.asarray(digits))
        self._set_days(born, ok, coded, days)

    def _read_births(self, coded: _Coded, days: Any) -> None:
        read = times.instants(coded.distinct)
        seconds = read.seconds + (self.zone * 60 if read.zoned else 0)
        self._set_days(seconds // times.DAY, read.ok, coded, days)

    def _set_days(self, born: Any, ok: Any, coded: _Coded, days: Any) -> None:
        good = ok & (born <= self._day) & (born > self._day - 120 * 366)
        use = good[coded.codes]
        days[coded.places[use]] = born[coded.codes[use]]

    def _name_birth(self, name: _Held, days: Any) -> _Held:
        size = len(days)
        both = np.flatnonzero(name.has()[:size] & (days != times.I64_MIN))
        shift = 1 << 20
        pairs, place = np.unique(name.at[both] * shift + (days[both] + (shift >> 1)), return_inverse=True)
        day = (pairs % shift).astype(np.uint64)
        hashes = hash_pairs(name.hashes[pairs // shift], day, space_key(self._key, "name_birth"))
        at = np.full(size, -1, dtype=np.int64)
        at[both] = place
        return _Held(hashes, at)

    def _put(self, held: dict[str, list[_Held]], flags: U8, bands: U8) -> None:
        """Add every space's keys, each with its count, flags, band, and the stronger keys beside it."""
        stronger: dict[str, U64] = {}
        beside = np.zeros(len(flags), dtype=np.bool_)
        for space in (s for s in SPACES if s in held):
            first = np.full(len(flags), NONE, dtype=np.uint64)
            for item in held[space]:
                mine = item.per_place()
                item.at[mine == first] = -1  # the same number in two columns is one key, not two that are linked
                self._add(space, item, flags | np.where(beside, LINKED, 0).astype(np.uint8), bands, stronger)
                beside = beside | item.has()
                first = np.where(first == NONE, mine, first)
            if space != "name":
                stronger = stronger | {space: first}

    def _add(self, space: str, item: _Held, flags: U8, bands: U8, stronger: dict[str, U64]) -> None:
        places = np.flatnonzero(item.has())
        at, count = item.at[places], len(item.hashes)
        seen = np.bincount(at, minlength=count)
        marks, band = np.zeros(count, dtype=np.uint8), np.zeros(count, dtype=np.uint8)
        for bit in (LINKED, ADULT, PUPIL):
            marks[at[(flags[places] & bit) > 0]] |= bit
        for number in range(1, 7):  # ascending: the greatest band wins, whatever the order of rows
            band[at[bands[places] == number]] = number
        up = {}
        for other, hashes in stronger.items() if space != "name" else ():
            least = np.full(count, NONE, dtype=np.uint64)
            np.minimum.at(least, at, hashes[places])
            up[other] = least
        rows = Rows(item.hashes, np.minimum(seen, 255).astype(np.uint8), marks, band, up)
        self._sketches.setdefault(space, Sketch()).add(rows.take(seen > 0))

    def _count_groups(self, coded: _Coded) -> None:
        import pyarrow.compute as pc

        text = normal.group_name(coded.distinct)
        code = np.asarray(pc.fill_null(pc.match_substring_regex(text, r"^[a-z]{0,6}\d+[a-z0-9]*$"), False), dtype=np.bool_)
        hashes = hash_strings(text, space_key(self._key, "group"))
        seen = np.minimum(np.bincount(coded.codes, minlength=len(hashes)), 255).astype(np.uint8)
        nothing = np.zeros(len(hashes), dtype=np.uint8)
        for space, use in zip(GROUP_SPACES, (~code, code), strict=True):
            rows = Rows(hashes, seen, nothing, nothing).take(use & (seen > 0))
            if len(rows):
                self._sketches.setdefault(space, Sketch()).add(rows)

    # -- times --------------------------------------------------------------------------------------------------------

    def _is_time(self, column: Column) -> bool:
        """Whether a column may hold event times; decided once, from its name, its type and its first values."""
        path = column.path
        if path not in self._ranks:
            self._ranks[path] = periods.NEVER if scope_of(path) else self._rank(path, str(column.values.type))
        rank = self._ranks[path]
        if rank != periods.NEVER and path not in self._clocks:
            if periods.probe(column.values.drop_null(), rank):
                self._clocks[path] = Clock(rank)
            else:
                self._ranks[path] = periods.NEVER
        return path in self._clocks

    def people(self, *, claimed_rows: int | None = None, read_rows: int | None = None) -> People:
        """People of this collection. ``claimed_rows``: records that the store says there are; ``read_rows``: those that were read.

        Both are remembered for ``combine``; without them, what was read is taken to be everything.
        """
        from leftopen.persons.estimate import people

        self.rows_read = self.rows_read if read_rows is None else read_rows
        self.rows_claimed = self.rows_claimed if claimed_rows is None else claimed_rows
        return people(self)

    # -- many workers -------------------------------------------------------------------------------------------------

    def merge(self, other: PersonCounter) -> None:
        """Add what another worker counted in other records of the same collection."""
        for space, sketch in other.sketches.items():
            self.sketches.setdefault(space, Sketch(sketch.k)).merge(sketch)
        for path, clock in other.clocks.items():
            self.clocks.setdefault(path, Clock(clock.rank)).merge(clock)
        self.zone = max(self.zone, other.zone)
        self.groups_path = min(filter(None, (self.groups_path, other.groups_path)), default="")
        self.rows_read += other.rows_read
        claims = [c for c in (self.rows_claimed, other.rows_claimed) if c is not None]
        self.rows_claimed = max(claims, default=None)

    def state(self) -> bytes:
        """Sketches and clocks as one npz archive; neither a value nor the key is in it."""
        claimed = -1 if self.rows_claimed is None else self.rows_claimed
        arrays: dict[str, Any] = {
            "head": np.array([self._day, self.zone, self.rows_read, claimed], dtype=np.int64),
            "text": np.array([self.name, self.groups_path]),
        }
        for space, sketch in self.sketches.items():
            arrays |= sketch.arrays(f"sketch/{space}")
        paths = sorted(self.clocks)
        arrays["paths"] = np.array(paths, dtype=np.str_)
        for i, path in enumerate(paths):
            arrays |= self.clocks[path].arrays(f"clock/{i}")
        out = io.BytesIO()
        np.savez(out, **arrays)
        return out.getvalue()

    @classmethod
    def from_state(cls, state: bytes, key: bytes = b"") -> PersonCounter:
        """The counter that ``state`` was taken from; with ``key`` it can count on, without it only merge and estimate."""
        with np.load(io.BytesIO(state), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        day, zone, rows, claimed = arrays["head"].tolist()
        name, groups = arrays["text"].tolist()
        counter = cls(key, today=date.fromordinal(_EPOCH.toordinal() + day), name=name)
        counter.zone, counter.rows_read, counter.groups_path = zone, rows, groups
        counter.rows_claimed = None if claimed < 0 else claimed
        parts: dict[tuple[str, str], dict[str, Any]] = {}
        for full, array in arrays.items():
            if full.count("/") >= 2:
                kind, which, leaf = full.split("/", 2)
                parts.setdefault((kind, which), {})[leaf] = array
        for (kind, which), found in parts.items():
            if kind == "sketch":
                counter.sketches[which] = Sketch.load(found)
            else:
                counter.clocks[str(arrays["paths"][int(which)])] = Clock.load(found)
        return counter
