"""Where the line runs: in this process, or in several. Units go out, outcomes come back in any order; no value crosses."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path

from leftopen.journal import Journal
from leftopen.scope import Scope
from leftopen.unit import Outcome, Settings, Unit, work
from leftopen.wire import Wire

_worker: tuple[Wire, Settings] | None = None


def _begin(scope: Scope, journal: Path, settings: Settings) -> None:
    global _worker
    _worker = (Wire(scope, Journal(journal)), settings)


def _one(unit: Unit) -> Outcome:
    assert _worker is not None
    return work(_worker[0], unit, _worker[1])


def run_units(wire: Wire, units: Sequence[Unit], settings: Settings, *, workers: int = 1) -> Iterator[tuple[Unit, Outcome]]:
    """Do all units; yields each with its outcome as it ends.

    With more than one worker, each is a process with its own Wire, made from the same scope with its share of the rate limits.
    """
    if workers <= 1 or len(units) <= 1:
        for unit in units:
            yield unit, work(wire, unit, settings)
        return
    budget = wire.scope.budget
    share = replace(budget, per_host=budget.per_host / workers, overall=budget.overall / workers)
    scope = replace(wire.scope, budget=share)
    with ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(scope, wire.journal.path, settings),
    ) as pool:
        # largest first, so that the last worker does not begin with the longest unit
        waiting = {pool.submit(_one, unit): unit for unit in sorted(units, key=lambda u: -(u.collection.rows or 0))}
        for done in as_completed(waiting):
            yield waiting[done], done.result()
