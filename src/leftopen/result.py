"""What a scan or an inspection found: the tree that every exporter draws. Counts, names, verdicts; never a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leftopen.model import (
    Assessment,
    Collection,
    Composite,
    Exposure,
    Field,
    Finding,
    People,
    Probe,
    Skipped,
    Trajectory,
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a collection was read, and how: ``read`` records by ``method``; ``complete`` if that is all of them."""

    read: int
    method: str
    complete: bool
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class CollectionResult:
    """One collection with its fields, findings, composites, people and assessment."""

    collection: Collection
    fields: tuple[Field, ...] = ()
    findings: tuple[Finding, ...] = ()
    composites: tuple[Composite, ...] = ()
    people: People = People()
    assessment: Assessment | None = None
    coverage: Coverage | None = None
    evidence: tuple[tuple[str, str], ...] = ()
    """(field path, keyed hash) pairs that let the owner, and only the owner, recognise records."""
    exposure: str = ""
    """Id of the catalogue's exposure, once recorded."""
    trajectory: Trajectory | None = None
    """Movements of the same people, if there are any."""


@dataclass(frozen=True, slots=True)
class StoreResult:
    """One target that answered, with its verdict, and its collections if it is open."""

    probe: Probe
    collections: tuple[CollectionResult, ...] = ()
    people: People = People()


@dataclass(frozen=True, slots=True)
class ScanResult:
    """Everything one run learned. ``skipped`` lists what was not covered; ``journal`` says where the proof of restraint lies."""

    started: datetime
    ended: datetime
    scope: str
    """Name of the scope, or ``files`` for an inspection."""
    stores: tuple[StoreResult, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    people: People = People()
    journal: str = ""
    notes: tuple[str, ...] = ()
    """Sentences about the run as a whole, such as an optional part that is not installed."""
    tried: int = 0
    """Targets knocked on."""
    answered: int = 0
    exposures: tuple[Exposure, ...] = ()
    """Windows of the collections left open, once recorded in the catalogue."""
