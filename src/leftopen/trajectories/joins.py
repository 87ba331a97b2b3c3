"""Through the join key: which of the followed are minors, by what this and other collections hold about the same keyed hashes."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from leftopen.model import Interval
from leftopen.persons.roles import SPACES
from leftopen.persons.sketch import ADULT, PUPIL, Sketch
from leftopen.trajectories.measure import Z, returning

if TYPE_CHECKING:
    from leftopen.trajectories.keeper import Tracks

ADULT_BAND = 6


@dataclass(frozen=True, slots=True)
class Follower:
    """Keyed hashes of the followed who came back, sorted, with their space and records; ``scale``: subjects each stands for."""

    who: Any
    space: Any
    records: Any
    scale: float

    @classmethod
    def of(cls, tracks: Tracks) -> Follower | None:
        """The followed persons of ``tracks``; None if nobody is, or if things are."""
        kept, plan = tracks.kept(), tracks.fields
        if kept is None or plan is None or plan.kind != "person":
            return None
        totals, points = kept
        back = returning(totals, points)
        scale = 1.0 if tracks.limit == (1 << 64) - 1 else 2.0**64 / tracks.limit
        return cls(totals.who[back], totals.space[back].astype(np.uint8), totals.records[back], scale)

    def state(self) -> bytes:
        """As an npz archive; keyed hashes and counts only."""
        out = io.BytesIO()
        np.savez(out, who=self.who, space=self.space, records=self.records, scale=np.array([self.scale]))
        return out.getvalue()

    @classmethod
    def from_state(cls, state: bytes) -> Follower:
        """The follower whose ``state`` this is."""
        with np.load(io.BytesIO(state), allow_pickle=False) as parts:
            return cls(parts["who"], parts["space"], parts["records"], float(parts["scale"][0]))


@dataclass(frozen=True, slots=True)
class Children:
    """Followed minors: how many persons and records, told by which other collections (indexes), and the share of the followed."""

    persons: Interval
    records: Interval
    through: tuple[int, ...]


def children(track: Follower, own: Mapping[str, Sketch], others: Sequence[Mapping[str, Sketch]] = ()) -> Children | None:
    """Minors among the followed, by birth dates (low end) or by records of pupils; None if nothing is known of anybody."""
    n = len(track.who)
    if not n:
        return None
    dated, pupil, grown, through = np.zeros(n, np.uint8), np.zeros(n, np.bool_), np.zeros(n, np.bool_), []
    held = np.zeros(n, dtype=np.bool_)
    for index, sketches in enumerate([own, *others]):
        band, flags, complete = _known(track, sketches)
        news = ((band > 0) & (dated == 0)) | (((flags & PUPIL) > 0) & ~pupil & (dated == 0))
        if index and news.any():
            through.append(index - 1)
        dated, pupil, grown = np.maximum(dated, band), pupil | ((flags & PUPIL) > 0), grown | ((flags & ADULT) > 0)
        held |= complete
    sure = (dated > 0) & (dated < ADULT_BAND)
    taken = sure | (pupil & (dated == 0) & ~grown)
    if not taken.any():
        return None
    base = held | taken
    records = float(track.records.sum())
    low, high = _bounds(int(sure.sum()), int(base.sum())), _bounds(int(taken.sum()), int(base.sum()))
    everyone = bool(track.scale == 1.0 and base.all())
    total = n * track.scale
    method = f"{int(base.sum()):,} of {n:,} followed compared by keyed hash"
    if everyone:
        persons = Interval(float(sure.sum()), float(taken.sum()), float(taken.sum()), method)
        by = [float(track.records[m].sum()) for m in (sure, taken)]
        return Children(persons, Interval(by[0], by[1], by[1], method), tuple(through))
    point = float(taken.sum()) / float(base.sum())
    ends = [float(round(x * total)) for x in (min(low[0], point), point, max(high[1], point))]
    part = float(track.records[taken].sum()) / max(float(track.records[base].sum()), 1.0)
    spread = [float(round(records * track.scale * x)) for x in (min(low[0], part), part, max(high[1], part))]
    return Children(Interval(ends[0], ends[1], ends[2], method), Interval(spread[0], spread[1], spread[2], method), tuple(through))


def _known(track: Follower, sketches: Mapping[str, Sketch]) -> tuple[Any, Any, Any]:
    """(age band, flags, whether the sketch would hold them if their collection names them) of each followed."""
    n = len(track.who)
    band, flags, complete = np.zeros(n, np.uint8), np.zeros(n, np.uint8), np.zeros(n, np.bool_)
    for number in np.unique(track.space).tolist():
        if number >= len(SPACES) or SPACES[number] not in sketches:
            continue
        sketch = sketches[SPACES[number]]
        rows, mine = sketch.rows, np.flatnonzero(track.space == number)
        complete[mine] = track.who[mine] < np.uint64(sketch.theta)
        if not len(rows):
            continue
        place = np.minimum(np.searchsorted(rows.keys, track.who[mine]), len(rows) - 1)
        there = rows.keys[place] == track.who[mine]
        band[mine[there]], flags[mine[there]] = rows.bands[place[there]], rows.flags[place[there]]
    return band, flags, complete


def _bounds(k: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    p = k / n
    middle, spread = p + Z * Z / (2 * n), Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return (middle - spread) / (1 + Z * Z / n), (middle + spread) / (1 + Z * Z / n)
