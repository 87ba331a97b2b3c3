"""Verify exposures through a scope: each store is knocked on twice, however many of its collections are asked about."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from leftopen.case import Details
from leftopen.catalog import Catalog
from leftopen.connector import connectors
from leftopen.errors import CatalogError
from leftopen.identify import probe_target
from leftopen.journal import Journal
from leftopen.model import Probe, Target
from leftopen.query import parse
from leftopen.scope import Scope
from leftopen.verify import PAUSE_SECONDS, Verification, verify, verify_and_record
from leftopen.wire import Wire

NEARBY = 4096
"""A store that moved is looked for among this many targets of the scope at most."""


def recheck(
    scope: Scope, catalog: Catalog, names: Sequence[str], journal: Path, *, pause: float = PAUSE_SECONDS
) -> Iterator[Verification]:
    """Verify the named exposures (all open ones if none is named) and write each outcome into the catalogue.

    Raises:
        CatalogError: an id is unknown, or nothing is open.
        OutOfScope: the scope does not grant an exposure's target any more.
    """
    chosen = [catalog.exposure(name) for name in names or _open(catalog)]
    if not chosen:
        raise CatalogError("No exposure is open.", "See: leftopen list", "catalogue.md")
    wire = Wire(scope, Journal(journal))
    memory = _Memory(wire, pause)
    known: dict[str, list[str]] = {}
    for row in catalog.exposures(parse("open:yes")):
        known.setdefault(row.target, []).append(row.collection)
    for details in chosen:
        target = _target(wire, details)
        knock = memory.fresh(target)
        found = verify(
            details.exposure,
            target,
            knock,
            nearby=memory.nearby(),
            names=lambda probe: _names(wire, probe),
            known=known.get(details.exposure.target, []),
            proofs=details.proofs,
            pause=pause,
            sleep=memory.sleep,
        )
        yield verify_and_record(catalog, found)


def _open(catalog: Catalog) -> list[str]:
    return [row.id for row in catalog.exposures(parse("open:yes"))]


def _target(wire: Wire, details: Details) -> Target:
    host, _, port = details.exposure.target.rpartition(":")
    target = Target(host.strip("[]"), int(port), kind=details.exposure.kind)
    wire.permit(target)
    return target


def _names(wire: Wire, probe: Probe) -> Iterable[str]:
    connector = connectors()[probe.kind]
    with wire.door(probe.target, connector.commands) as door:
        return [collection.name for collection in connector.collections(door, probe) if not collection.system]


class _Memory:
    """The probes made in this run: the n-th knock of every exposure on one target is one knock."""

    def __init__(self, wire: Wire, pause: float) -> None:
        self._wire = wire
        self._pause = pause
        self._probes: dict[str, list[Probe]] = {}
        self._current = ""
        self._turn: dict[str, int] = {}
        self._nearby: list[Target] | None = None

    def fresh(self, target: Target) -> Callable[[Target], Probe]:
        """A knock for one exposure that begins with the first probe of its target."""
        self._turn = {}
        self._current = target.label
        return self._knock

    def _knock(self, target: Target) -> Probe:
        turn = self._turn.get(target.label, 0)
        self._turn[target.label] = turn + 1
        made = self._probes.setdefault(target.label, [])
        if turn >= len(made):
            made.append(probe_target(self._wire, target))
        return made[turn]

    def sleep(self, seconds: float) -> None:
        """Wait only if the next knock is not already made."""
        if len(self._probes.get(self._current, [])) < 2:
            time.sleep(seconds)

    def nearby(self) -> Iterator[Target]:
        """Targets of the scope whose port answers now; swept once, and only if somebody asks."""
        if self._nearby is None:
            from leftopen.sweep import sweep

            targets = [target for target, _ in zip(self._wire.scope.targets(), range(NEARBY), strict=False)]
            self._nearby = [target for target, state in sweep(self._wire, targets) if state == "open"]
        yield from self._nearby
