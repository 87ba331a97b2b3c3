"""One person in several collections: followed in one, their age in another. After all units are done, before they are shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from leftopen.assess import assess
from leftopen.model import Flag
from leftopen.result import CollectionResult
from leftopen.unit import Outcome


def joined(outcomes: Sequence[Outcome], now: datetime) -> list[Outcome]:
    """Outcomes whose trajectories know the minors that other collections, of this store or another, tell of by the same key.

    A collection whose followed turn out to be children gets the composite ``tracked_child`` and is assessed anew.
    """
    if not any(outcome.tracks for outcome in outcomes):
        return list(outcomes)
    from leftopen.persons import PersonCounter
    from leftopen.trajectories import Follower, children, composites, with_children

    sketches = [PersonCounter.from_state(o.counter).sketches if o.counter else {} for o in outcomes]
    out = []
    for place, outcome in enumerate(outcomes):
        track = outcome.result.trajectory
        if not outcome.tracks or track is None:
            out.append(outcome)
            continue
        others = [i for i in range(len(outcomes)) if i != place]
        found = children(Follower.from_state(outcome.tracks), sketches[place], [sketches[i] for i in others])
        if found is None or not found.through:
            out.append(outcome)
            continue
        names = [_name(outcomes[others[i]].result) for i in found.through]
        track = with_children(track, found, names)
        before = outcome.result.composites
        result = replace(outcome.result, trajectory=track, composites=composites(track, before, found))
        out.append(replace(outcome, result=_assessed(result, now)))
    return out


def _name(result: CollectionResult) -> str:
    """The collection's name, without the folder of a file."""
    return re.sub(r"^.*/", "", result.collection.name)


def _assessed(result: CollectionResult, now: datetime) -> CollectionResult:
    """Judged again with what was joined; flags that the probe had given stay."""
    before = result.assessment
    if before is None:
        return result
    flags = [f for f in before.flags if f in {str(flag) for flag in Flag}]
    renewed = assess(
        result.findings, result.people, result.collection,
        composites=result.composites, coverage=result.coverage, flags=flags, now=now,
    )  # fmt: skip
    return replace(result, assessment=renewed)
