"""From followed subjects to counts: how many come back, how often, how far, how exactly, and what their nights tell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from leftopen.model import Interval, Level, Trajectory
from leftopen.persons.sketch import RANGE
from leftopen.trajectories import places
from leftopen.trajectories.plan import METRES, Fields

if TYPE_CHECKING:
    from leftopen.trajectories.keeper import Points, Totals, Tracks

Z = 1.96
MOVES = 0.5
"""Share of those who come back that must be at several places for a proof; a tenth makes it likely."""
SOME = 0.1
FEW = 0.05
"""Share of all subjects that must come back, where everything was read; less is chance (a customer who orders twice)."""
NIGHT_POINTS, NIGHTS = 3, 2
"""A place at night shows with so many points there in so many nights, and half of all points of the subject's nights."""
WEEKS = 21
"""Days from which on habits are weekly ones; within less, daily ones."""
SITES = 0.3
"""Share of different spots among points below which these may be fixed sites, each a place of its own."""
ALONE = 1.5
"""Most different spots per block of fixed sites."""
DATUM = "in mainland China, datum not said: GCJ-02 and BD-09 lie 100 to 700 m off WGS-84"


@dataclass(frozen=True, slots=True)
class _Figures:
    """Per followed subject: places, share of regular points, whether the night shows."""

    places: Any
    regular: Any
    night: Any


def measure(tracks: Tracks, *, complete: bool) -> Trajectory | None:
    """What the followed subjects show, or None if that are no tracks. ``complete``: all records were read."""
    kept, plan = tracks.kept(), tracks.fields
    if kept is None or plan is None:
        return None
    totals, points = kept
    scale = 1.0 if tracks.limit == (1 << 64) - 1 else RANGE / tracks.limit
    figures = _figures(totals, points)
    back = returning(totals, points)
    n, k = len(totals.who), int(back.sum())
    moves = back & (figures.places >= 2)
    if not k or (complete and k < FEW * n):
        return None
    verdict = _verdict(plan, int(moves.sum()), k, float(totals.records[back].sum()))
    if verdict is None:
        return None
    span = (totals.last[back] - totals.first[back]) // 24 + 1
    china = points.china[points.china > 0]
    nights_told = bool((figures.night >= 0).any())
    return Trajectory(
        plan.paths, verdict[0], verdict[1], plan.kind, _sort(plan, points), tracks.records,
        _share(n, n, scale), _share(k, n, scale), _share(int(moves.sum()), n, scale),
        float(np.median(totals.records[back])), float(np.quantile(totals.records[back], 0.9, method="lower")),
        float(np.median(span)), float(np.median(figures.places[back])),
        metres=_metres(plan, points, tracks.step),
        night=round(float((figures.night[back] > 0).mean()), 4) if nights_told else None,
        regular=round(float(np.median(figures.regular[back])), 4),
        datum=(plan.datum or DATUM) if len(china) and (china == 2).mean() >= 0.5 else "",
    )  # fmt: skip


def returning(totals: Totals, points: Points) -> Any:
    """Which of the followed were seen in two different hours or more."""
    hours = np.unique(np.stack([_number(totals, points), points.hour.astype(np.int64)]), axis=1)
    seen: Any = np.bincount(hours[0], minlength=len(totals.who)) >= 2
    return seen


def _number(totals: Totals, points: Points) -> Any:
    return np.searchsorted(totals.who, points.who).astype(np.int64)


def _figures(totals: Totals, points: Points) -> _Figures:
    """Figures under either grid of cells: fewer places and more regular is nearer the truth, for grids only cut places up."""
    number, n = _number(totals, points), len(totals.who)
    grids = (points.near, points.beside) if _sites(points) else (points.cell, points.other)
    parts = [_one_grid(totals, points, number, np.unique(grid, return_inverse=True)[1], n) for grid in grids]
    return _Figures(
        np.minimum.reduce([p.places for p in parts]), np.maximum.reduce([p.regular for p in parts]),
        np.maximum.reduce([p.night for p in parts]),
    )  # fmt: skip


def _one_grid(totals: Totals, points: Points, number: Any, place: Any, n: int) -> _Figures:
    width = int(place.max(initial=0)) + 1
    at = number * width + place
    pairs = np.unique(at)
    different = np.bincount(pairs // width, minlength=n)
    weight = points.count.astype(np.float64)
    hour = points.hour.astype(np.int64)
    # Habit: the same place at the same hour (of the week, or of the day within less than three weeks) on another day.
    long = ((totals.last - totals.first) // 24 >= WEEKS)[number]
    slot = np.where(long, hour % 168, hour % 24)
    cell, which = np.unique(np.stack([at, slot]), axis=1, return_inverse=True)
    days = np.unique(np.stack([which.ravel(), hour // 24]), axis=1)
    often = np.bincount(days[0], minlength=cell.shape[1]) >= 2
    all_points = np.bincount(number, weights=weight, minlength=n)
    habit = np.bincount(number, weights=weight * often[which.ravel()], minlength=n) / np.maximum(all_points, 1)
    return _Figures(different, habit, _night(number, at, hour, weight, n, width))


def _night(number: Any, at: Any, hour: Any, weight: Any, n: int, width: int) -> Any:
    """Per subject: 1 if the place at night (21 to 6) shows, 0 if not, -1 if there is no point at night at all."""
    dark = ((hour % 24) >= 21) | ((hour % 24) < 6)
    out = np.full(n, -1, dtype=np.int64)
    if not dark.any():
        return out
    out[np.unique(number[dark])] = 0
    here, which = np.unique(at[dark], return_inverse=True)
    held = np.bincount(which, weights=weight[dark])
    nights = np.unique(np.stack([which, (hour[dark] + 3) // 24]), axis=1)
    many = np.bincount(nights[0], minlength=len(here))
    all_dark = np.bincount(number[dark], weights=weight[dark], minlength=n)
    owner = here // width
    shows = (held >= NIGHT_POINTS) & (many >= NIGHTS) & (held >= 0.5 * all_dark[owner])
    out[owner[shows]] = 1
    return out


def _verdict(plan: Fields, moving: int, back: int, records: float) -> tuple[Level, float] | None:
    """How sure these are movements of people; None for things that stay where they are and for single coincidences."""
    share = moving / back
    named_only = plan.keys[0].space == "name"
    if plan.kind == "person" and not named_only and plan.sure and share >= MOVES and records >= 10:
        return Level.PROVEN, 0.97
    if share >= SOME and moving and records >= 5:
        return (Level.LIKELY, 0.8) if plan.sure and plan.kind != "vehicle" else (Level.POSSIBLE, 0.55)
    if plan.kind == "person" and plan.place_category == "location.checkpoint_event":
        return Level.POSSIBLE, 0.5  # the same gate again and again: when somebody was there, not where they went
    return None


def _sites(points: Points) -> bool:
    """Whether the places are fixed sites (cameras, gates), not wherever a receiver happened to be.

    Sites come back, and around each there is nothing: a receiver that stays, but errs, fills the spots beside its own.
    """
    spots = len(np.unique(points.spot))
    blocks = min(len(np.unique(points.near)), len(np.unique(points.beside)))
    return spots <= SITES * int(points.count.sum()) and spots <= ALONE * blocks


def _sort(plan: Fields, points: Points) -> str:
    if not plan.place or (plan.point and not _sites(points)):
        return "point"
    return {"location.checkpoint_event": "checkpoint", "location.trip": "stop"}.get(
        plan.place_category, "network" if plan.place_category in METRES else "point"
    )


def _metres(plan: Fields, points: Points, step: int) -> float | None:
    given = points.china > 0
    if given.any():
        return round(places.metres(float(np.median(points.decimals[given])), step), 2)
    return METRES.get(plan.place_category)


def _share(k: int, n: int, scale: float) -> Interval:
    """``k`` of ``n`` followed subjects as a number of all; exact while everybody is followed."""
    if scale == 1.0:
        return Interval(k, k, k, "everybody was followed")
    total, p = n * scale, k / n
    error = Z * math.hypot(total * math.sqrt(p * (1 - p) / n), k * scale / math.sqrt(n))
    return Interval(
        float(max(k, round(k * scale - error))), float(round(k * scale)), float(round(k * scale + error)),
        f"{n:,} subjects followed, drawn by keyed hash (95 %)",
    )  # fmt: skip
