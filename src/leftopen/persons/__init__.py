"""People, not rows: distinct persons across identifiers, collections and stores; minors, groups, period. Never a value.

``PersonCounter`` counts one collection in one worker; ``combine`` counts people over many. Both give ``model.People``.
"""

from __future__ import annotations

from leftopen.persons.batching import Column
from leftopen.persons.counter import PersonCounter
from leftopen.persons.estimate import combine

__all__ = ["Column", "PersonCounter", "combine"]
