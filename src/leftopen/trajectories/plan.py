"""Which fields of a collection say who, when and where: from findings, names and types, so that every worker decides alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from leftopen.model import Finding, Level
from leftopen.persons import periods
from leftopen.persons.batching import Column
from leftopen.persons.roles import Key, make_plan, scope_of, tokens

NAMED_PLACES = (
    "location.checkpoint_event", "location.geohash", "location.h3_cell", "location.pluscode", "location.what3words",
    "location.wifi", "location.cell", "location.trip",
)  # fmt: skip
"""Categories whose values name a place, the surest first."""
METRES = {"location.wifi": 50.0, "location.cell": 1000.0}
"""How exact a place is that is known by its network alone (assumed: reach of an access point; of a cell in a town)."""
_DEVICE = re.compile(r"device\.(ad_id|imei|imsi|meid|iccid|mac|cookie|fingerprint|serial)$")
_VEHICLE = re.compile(r"identity\.(plate|vin)")
_LATITUDE = re.compile(r"^(lat|latitude|wd|weidu|y)|纬度")
_LONGITUDE = re.compile(r"^(lon|lng|long|longitude|jd|jingdu|x)|经度")
_SHORT_TIME = frozenset({"t", "ts", "tm"})


@dataclass(frozen=True, slots=True)
class Fields:
    """Who (``keys``, the strongest first), when (``time``) and where (``point``: one or two paths; ``place``: a named one).

    ``kind``: person, device or vehicle. ``scope``: where time and place lie, ``subject_scope``: where the keys do.
    ``sure``: no part of it is merely possible. ``swapped``: the first of two columns is the longitude, by its name.
    """

    kind: str
    keys: tuple[Key, ...]
    time: str
    point: tuple[str, ...]
    place: str
    place_category: str
    scope: str
    subject_scope: str
    sure: bool
    zone: int
    datum: str
    swapped: bool | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The fields that together make a track: the first key, time, place."""
        where = (*((self.place,) if self.place else ()), *self.point)
        return (self.keys[0].path, self.time, *where)

    @property
    def read(self) -> frozenset[str]:
        """All paths that are read."""
        return frozenset({k.path for k in self.keys} | {self.time, self.place, *self.point} - {""})


def choose(findings: Sequence[Finding], columns: Sequence[Column]) -> Fields | None:
    """The fields of tracks, or None if who, when or where is missing."""
    best: dict[str, Finding] = {}
    for finding in findings:
        if finding.path not in best or best[finding.path].confidence < finding.confidence:
            best[finding.path] = finding
    by_path = {c.path: c for c in columns}
    plan = make_plan(findings)
    for scope in sorted({scope_of(p) for p in best}, key=lambda s: (-len(s), s)):
        here = {p: f for p, f in best.items() if scope_of(p) == scope and p in by_path}
        point, place = _point(here, by_path), _place(here, by_path)
        if not point and not place:
            continue
        time = _time(scope, by_path, plan.births, plan.events)
        who = _who(scope, plan.subjects, best, by_path)
        if not time or who is None:
            continue
        kind, keys, subject_scope = who
        where = (place,) if place else point
        doubted = [p for p in (keys[0].path, *where) if best[p].level is Level.POSSIBLE]
        return Fields(
            kind, keys, time, point, place, best[place].category if place else "location.latlon", scope, subject_scope,
            not doubted, plan.zone, _datum(by_path), _swapped(point),
        )  # fmt: skip
    return None


def _who(
    scope: str, subjects: Sequence[object], best: Mapping[str, Finding], columns: Mapping[str, Column]
) -> tuple[str, tuple[Key, ...], str] | None:
    """The subject of a record: a person in the same list or in the record around it, else a device, else a vehicle."""
    from leftopen.persons.roles import Subject

    people = [s for s in subjects if isinstance(s, Subject) and s.scope in (scope, "")]
    order = {"person": 0, "staff": 1}
    for subject in sorted(people, key=lambda s: (s.scope != scope, order.get(s.role, 2))):
        keys = tuple(k for k in subject.keys if k.path in columns)
        strong = tuple(k for k in keys if k.space != "name")
        if keys:
            return "person", strong or keys[:1], subject.scope
    for kind, pattern in (("device", _DEVICE), ("vehicle", _VEHICLE)):
        for path in sorted(best, key=lambda p: (-best[p].confidence, p)):
            if pattern.match(best[path].category) and path in columns and scope_of(path) in (scope, ""):
                return kind, (Key(path, "national"),), scope_of(path)
    return None


def _point(here: Mapping[str, Finding], columns: Mapping[str, Column]) -> tuple[str, ...]:
    """Two columns of numbers that lie beside each other, or one of texts or lists."""
    found = [p for p, f in here.items() if f.category == "location.latlon"]
    numbers = [p for p in columns if p in found and str(columns[p].values.type).startswith(("double", "float", "decimal", "int"))]
    for first, second in pairwise(numbers):
        if first.rpartition(".")[0] == second.rpartition(".")[0]:
            return first, second
    texts = [p for p in columns if p in found and str(columns[p].values.type).startswith(("string", "list", "fixed"))]
    pairs = [p for p in texts if _LATITUDE.search(_leaf(p)) or _LONGITUDE.search(_leaf(p))]
    if len(pairs) >= 2:
        return pairs[0], pairs[1]
    return (texts[0],) if texts else ()


def _place(here: Mapping[str, Finding], columns: Mapping[str, Column]) -> str:
    """The surest field that names a place; times and names of people are none."""
    found = []
    for path, finding in here.items():
        if finding.category in NAMED_PLACES and not _is_time(columns[path], is_event=True):
            code = 0 if re.search(r"id|no|code|编号", _leaf(path)) else 1
            found.append((NAMED_PLACES.index(finding.category), code, -finding.confidence, path))
    return min(found)[3] if found else ""


def _leaf(path: str) -> str:
    words = tokens(path.rpartition(".")[2])
    return words[-1] if words else ""


def _swapped(point: tuple[str, ...]) -> bool | None:
    if len(point) != 2:
        return None
    first, second = _leaf(point[0]), _leaf(point[1])
    if _LATITUDE.search(first) or _LONGITUDE.search(second):
        return False
    return True if _LONGITUDE.search(first) or _LATITUDE.search(second) else None


def _time(scope: str, columns: Mapping[str, Column], births: frozenset[str], events: frozenset[str]) -> str:
    """The column of moments: named after an event first, when a row was written last."""
    found = []
    for order, column in enumerate(columns.values()):
        if scope_of(column.path) != scope or column.path in births or not len(column.values):
            continue
        named = column.path in events or _leaf(column.path) in _SHORT_TIME
        rank = periods.class_of(column.path, str(column.values.type), is_event=named)
        rank = periods.EVENT if column.path in events and rank != periods.NEVER else rank
        if rank != periods.NEVER and _is_time(column, rank=rank):
            found.append((rank, order, column.path))
    return min(found)[2] if found else ""


def _is_time(column: Column, *, rank: int = periods.EVENT, is_event: bool = False) -> bool:
    if is_event and str(column.values.type).startswith(("string", "large_string")):
        rank = periods.TIMED
    return bool(periods.probe(column.values.drop_null(), rank))


def _datum(columns: Mapping[str, Column]) -> str:
    """The datum that a field's name tells (``lat_gcj02``, ``bd_lng``), else empty."""
    names = " ".join(columns).lower()
    for word, pattern in (("GCJ-02", r"gcj"), ("BD-09", r"bd[_-]?09|(^|[ ._])bd[_-]?(lat|lng|lon)"), ("WGS-84", r"wgs")):
        if re.search(pattern, names):
            return word
    return ""
