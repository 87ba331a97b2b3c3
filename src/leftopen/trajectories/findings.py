"""What a measured trajectory adds to a collection's findings and composites."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from leftopen.model import Composite, Finding, Interval, Level, Trajectory
from leftopen.trajectories.joins import Children
from leftopen.trajectories.words import words

CATEGORY = "location.trajectory"
DOUBTED = 0.45
"""Confidence of a composite that rests on a merely possible trajectory: it moves the upper end of severity alone."""
TRACKED = ("tracked_person", "tracked_child")


def finding(track: Trajectory, pack: str) -> Finding:
    """The finding at the field of moments: ``matched`` subjects come back, of ``tested``."""
    back, all_ = round(track.returning.point), round(track.subjects.point)
    return Finding(track.paths[1], CATEGORY, track.confidence, track.level, back, all_, 0.0, ("distribution", "siblings"), pack)


def with_children(track: Trajectory, found: Children | None, through: Sequence[str] = ()) -> Trajectory:
    """The trajectory with its minors, and the collections that told their ages."""
    if found is None:
        return track
    return replace(track, minors=found.persons, through=tuple(through))


def composites(
    track: Trajectory,
    before: Sequence[Composite],
    found: Children | None,
    counted: Callable[[Sequence[str]], tuple[int, Interval]] | None = None,
) -> tuple[Composite, ...]:
    """Composites with the trajectory's words; a tracked person, and a tracked child by the join key, are added where missing.

    ``counted`` tells how many records hold all of some paths: those read, and of the whole collection; without it, none is added
    but the child.
    """
    kinds = {c.kind for c in before}
    sure = track.confidence if track.level is not Level.POSSIBLE else DOUBTED
    out = [replace(c, words=words(track)) if c.kind in TRACKED else c for c in before]
    if counted is not None and track.subject != "vehicle" and "tracked_person" not in kinds:
        records, estimate = counted(track.paths)
        if records:
            out.append(Composite("tracked_person", track.paths, sure, records, estimate, words(track)))
    if found is not None and "tracked_child" not in kinds:
        confidence = round(min(sure, 0.9 if found.persons.low >= 1 else 0.6), 3)
        estimate = found.records
        out.append(Composite("tracked_child", track.paths, confidence, round(estimate.point), estimate, words(track)))
    return tuple(sorted(out, key=lambda c: c.kind))
