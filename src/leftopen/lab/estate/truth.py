"""What is in the estate, counted from the draws of its streams: the answer key that a scan is compared with.

``truth(estate)`` is a dict, ready for JSON::

    estate, entries, seed, end, headers
    persons {total, pupils, guardians, staff}      different people over all stores
    minors {count, of_persons, of_dated}           under 18 on the last day; shares of all, and of those with a birth date
    ages {band: people with a birth date}          bands of leftopen.model.People
    groups, period {first, last, days}             23 schools; oldest and newest event (UTC)
    stores {kind: {rows, persons, minors, ages, groups, period, categories,
                   collections {name: {rows, decoy, persons, minors, ages, groups, period, composites,
                                       fields [{path, category, accept, paths, share, by_name, alike, was}], decoy_fields}}}}
    planted []                                     what a visitor left, see plant_visitor_*

Paths are dotted, with ``[]`` for lists of objects only (a vector is ``faceFeature``); a Redis field is the hash field or
the key inside the JSON string; Redis collections are key patterns (``student:*``). ``accept`` are other right categories;
``paths`` (if any) are fields of which one may carry it; ``share`` < 1: the field is missing in the other records.
``by_name``: only the field's name tells, ``alike`` are categories with values of the same look; ``was``: its name before
headers were hidden (empty: they are shown). Fields
that are neither in ``fields`` nor in ``decoy_fields`` are not judged. ``per_hour`` counts events per hour.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from leftopen.lab.estate.headers import HIDDEN, hide_path
from leftopen.lab.estate.records import STORES, Estate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from leftopen.lab.estate.people import Ints

_BANDS = (("0-5", 0, 6), ("6-11", 6, 12), ("12-13", 12, 14), ("14-15", 14, 16), ("16-17", 16, 18), ("18+", 18, 200))


class _Tally:
    """People and events of one collection, one store or the estate."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._seen = np.zeros(estate.people.total, dtype=np.bool_)
        self._hours: dict[int, int] = {}
        self.rows = 0
        self.first: int | None = None
        self.last: int | None = None

    def add(self, persons: Ints, at: Ints) -> None:
        self._seen[persons] = True
        if len(at):
            low, high = int(at.min()), int(at.max())
            self.first = low if self.first is None else min(self.first, low)
            self.last = high if self.last is None else max(self.last, high)
            hours, counts = np.unique(at // 3_600_000_000, return_counts=True)
            for hour, count in zip(hours.tolist(), counts.tolist(), strict=True):
                self._hours[hour] = self._hours.get(hour, 0) + count

    def merge(self, other: _Tally) -> None:
        self._seen |= other._seen
        self.rows += other.rows
        for hour, count in other._hours.items():
            self._hours[hour] = self._hours.get(hour, 0) + count
        firsts = [t for t in (self.first, other.first) if t is not None]
        lasts = [t for t in (self.last, other.last) if t is not None]
        self.first, self.last = min(firsts, default=None), max(lasts, default=None)

    def answer(self) -> dict[str, Any]:
        """Rows, persons, minors, ages, groups and period."""
        people = self._estate.people
        kids, staff = len(people.pupils), len(people.staff)
        seen = self._seen
        years = ages_on(people.born(), self._estate.days[-1])
        dated = seen & (years >= 0)
        minors = int((dated & (years < 18)).sum())
        total, with_date = int(seen.sum()), int(dated.sum())
        schools = np.concatenate([people.pupils.who.school[seen[:kids]], people.staff.who.school[seen[kids : kids + staff]]])
        return {
            "rows": self.rows,
            "persons": {
                "total": total,
                "pupils": int(seen[:kids].sum()),
                "staff": int(seen[kids : kids + staff].sum()),
                "guardians": int(seen[kids + staff :].sum()),
            },
            "minors": {
                "count": minors,
                "of_persons": round(minors / total, 5) if total else None,
                "of_dated": round(minors / with_date, 5) if with_date else None,
            },
            "ages": {band: int((dated & (years >= lo) & (years < hi)).sum()) for band, lo, hi in _BANDS},
            "groups": len(np.unique(schools)),
            "period": self._period(),
        }

    def _period(self) -> dict[str, Any] | None:
        if self.first is None or self.last is None:
            return None
        days = {hour // 24 for hour in self._hours}
        return {
            "first": _moment(self.first),
            "last": _moment(self.last),
            "days": len(days),
            "per_hour": {_moment(h * 3_600_000_000)[:13]: n for h, n in sorted(self._hours.items())},
        }


def _moment(us: int) -> str:
    return datetime.fromtimestamp(us / 1_000_000, UTC).isoformat(timespec="milliseconds")


def ages_on(born: Ints, day: date) -> Ints:
    """Completed years on ``day`` of people born on days since 1970; negative for those whose birth date is unknown."""
    known = born > -90_000
    birth = np.where(known, born, 0).astype("datetime64[D]")
    months = birth.astype("datetime64[M]").astype(np.int64)
    year, month = months // 12 + 1970, months % 12 + 1
    in_month = (birth - birth.astype("datetime64[M]")).astype(np.int64) + 1
    had = (month < day.month) | ((month == day.month) & (in_month <= day.day))
    years: Ints = np.where(known, day.year - year - np.where(had, 0, 1), -1)
    return years


def truth(estate: Estate, planted: Sequence[dict[str, str]] = ()) -> dict[str, Any]:
    """Count the whole answer key; ``planted`` is what ``plant_visitor_*`` returned."""
    whole = _Tally(estate)
    stores = {kind: _store(estate, kind, whole) for kind in STORES}
    answer = whole.answer()
    answer.pop("rows")
    return {
        "estate": "safe-school",
        "entries": estate.entries,
        "seed": estate.seed,
        "end": estate.end.isoformat(),
        "headers": estate.headers,
        **answer,
        "stores": stores,
        "planted": list(planted),
    }


def _store(estate: Estate, kind: str, whole: _Tally) -> dict[str, Any]:
    tally = _Tally(estate)
    collections, categories = {}, set()
    hidden = estate.headers == HIDDEN
    told = hide_path if hidden else str
    for name in estate.collections(kind):
        spec, mine = estate.spec(kind, name), _Tally(estate)
        mine.rows = estate.rows(kind, name)
        if spec.labels:
            for draw in estate.draws(kind, name):
                mine.add(draw.persons, draw.at)
        tally.merge(mine)
        categories |= {label.category for label in spec.labels}
        collections[name] = {
            **mine.answer(),
            "decoy": not spec.labels,
            "composites": list(spec.composites),
            "fields": [
                {
                    "path": told(x.path),
                    "category": x.category,
                    "accept": list(x.accept),
                    "paths": [told(path) for path in x.paths],
                    "share": x.share,
                    "by_name": x.by_name,
                    "alike": list(x.alike),
                    "was": x.path if hidden else "",
                }
                for x in spec.labels
            ],
            "decoy_fields": [told(path) for path in spec.decoys] if spec.labels else ["*"],
        }
    whole.merge(tally)
    return {**tally.answer(), "categories": sorted(categories), "collections": collections}


def write_truth(path: Path, estate: Estate, planted: Sequence[dict[str, str]] = ()) -> dict[str, Any]:
    """Write ``truth`` as JSON to ``path`` and return it."""
    answer = truth(estate, planted)
    path.write_bytes(orjson.dumps(answer, option=orjson.OPT_INDENT_2))
    return answer
