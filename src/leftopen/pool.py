"""Where the line runs: in this process, or in several. Units go out, outcomes come back in any order; no value crosses."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from multiprocessing.connection import wait
from pathlib import Path

from leftopen.journal import Journal
from leftopen.scope import Scope
from leftopen.unit import Outcome, Settings, Unit, work
from leftopen.wire import Wire

_worker: tuple[Wire, Settings] | None = None


def _begin(scope: Scope, journal: Path, settings: Settings) -> None:
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is interrupted, and ends us
    threading.Thread(target=_leave_with_the_parent, daemon=True).start()
    _worker = (Wire(scope, Journal(journal)), settings)


def _leave_with_the_parent() -> None:
    """A worker whose parent was killed would wait for work for ever, with the run's key in memory."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


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
    before = set(multiprocessing.active_children())
    with ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(scope, wire.journal.path, settings),
    ) as pool:
        # largest first, so that the last worker does not begin with the longest unit
        waiting = {pool.submit(_one, unit): unit for unit in sorted(units, key=lambda u: -(u.collection.rows or 0))}
        try:
            for done in as_completed(waiting):
                yield waiting[done], done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in set(multiprocessing.active_children()) - before:
                child.terminate()
            raise
