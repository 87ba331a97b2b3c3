"""Who was where and when, again and again: people followed through the records of a collection, as counts. Never a value.

``Tracks`` follows a bounded draw of subjects through one collection; ``measure`` says what that shows as a ``model.Trajectory``;
``children`` tells, through the keys that other collections hold, how many of the followed are minors.
"""

from __future__ import annotations

from leftopen.trajectories.findings import composites, finding, with_children
from leftopen.trajectories.joins import Follower, children
from leftopen.trajectories.keeper import Tracks
from leftopen.trajectories.measure import measure
from leftopen.trajectories.words import words

__all__ = ["Follower", "Tracks", "children", "composites", "finding", "measure", "with_children", "words"]
