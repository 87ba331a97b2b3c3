"""Is it closed? A fresh full probe from the same place; "fixed" only on positive proof, twice, on separate connections.

A port that is silent or filtered, or where something else answers now, proves nothing: the store may be filtered for us alone,
or be gone for a moment. A store that still answers is still open even if the collection is gone from it. A store that answers at
another address of the scope has moved, whatever the old address says.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from leftopen.errors import LeftopenError
from leftopen.model import Exposure, Flag, Probe, Target, Verdict

if TYPE_CHECKING:
    from leftopen.catalog import Catalog

PAUSE_SECONDS = 5.0
PROOF = frozenset({Verdict.CLOSED, Verdict.HOST_DENIED, Verdict.AUTH_REQUIRED, Verdict.RESTRICTED})
"""Verdicts that prove that a stranger cannot read: refused connection, refused host, asked for a credential, reads refused."""

_IDENTITY = re.compile(r"\b(cluster_?uuid|run_?id|system_?identifier|replica_?set_?id|setName)\b[ =:]+([\w-]{8,})", re.IGNORECASE)


class Outcome(StrEnum):
    """What a verification proved."""

    FIXED = "fixed"
    STILL_OPEN = "still_open"
    MOVED = "moved"
    NOT_REPRODUCIBLE = "not_reproducible"


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome with its reason, the probes it rests on, the addresses where the store answers now, and what was not checked."""

    exposure: str
    outcome: Outcome
    why: str
    at: datetime
    probes: tuple[Probe, ...] = ()
    elsewhere: tuple[str, ...] = ()
    collection: str = "unknown"
    """``present``, ``gone`` or ``unknown``."""
    unchecked: tuple[str, ...] = ()


UNCHECKED = (
    "copies elsewhere: replicas, snapshots, backups, exports",
    "other ways in: web consoles and programs in front of the store",
    "who copied the data or made an account while it was open (see: leftopen audit)",
)


def verify(
    exposure: Exposure,
    target: Target,
    knock: Callable[[Target], Probe],
    *,
    nearby: Iterable[Target] = (),
    names: Callable[[Probe], Iterable[str]] | None = None,
    known: Sequence[str] = (),
    proofs: Sequence[str] = (),
    pause: float = PAUSE_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
) -> Verification:
    """Verify one exposure.

    Args:
        exposure: from the catalogue.
        target: its address, as the scope grants it.
        knock: one full fresh probe on its own connections (``functools.partial(probe_target, wire)``).
        nearby: other addresses of the scope on which the store could answer now.
        names: lists the collections of an open store, to recognise it; None: not listed.
        known: names of all collections that the catalogue knows of this store.
        proofs: the sentences of the probe that found it, which may hold the store's own identity.
        pause: seconds between the two proofs.
        sleep: how to wait.

    Raises:
        OutOfScope: from ``knock`` where the target is not granted any more.
    """
    first = knock(target)
    probes = [first]
    if _open(first) and first.kind == exposure.kind:
        return _still(exposure, first, names)
    sleep(pause)
    probes.append(knock(target))
    if _open(probes[1]) and probes[1].kind == exposure.kind:
        return _still(exposure, probes[1], names, first)
    moved = _elsewhere(exposure, target, knock, nearby, names, set(known) | {exposure.collection}, _ids(proofs))
    if moved:
        where = ", ".join(probe.target.label for probe in moved)
        return _end(exposure, Outcome.MOVED, f"the same store answers without a credential at {where}", (*probes, *moved))
    if all(_proves(probe, exposure) for probe in probes):
        words = " and ".join(probe.verdict.value for probe in probes)
        return _end(exposure, Outcome.FIXED, f"two separate proofs: {words}", tuple(probes))
    words = " and ".join(probe.verdict.value for probe in probes)
    return _end(exposure, Outcome.NOT_REPRODUCIBLE, f"no proof that it is closed: {words}", tuple(probes))


def verify_and_record(catalog: Catalog, found: Verification) -> Verification:
    """Write a verification into the catalogue; a fix closes the exposure's window."""
    catalog.verified(found.exposure, found.outcome.value, found.why, found.at, closed=found.outcome is Outcome.FIXED)
    return found


def _open(probe: Probe) -> bool:
    """Open to strangers: what only the owner's credential opened is not."""
    return probe.verdict.is_open and Flag.OWNER_CREDENTIAL not in probe.flags


def _proves(probe: Probe, exposure: Exposure) -> bool:
    """Positive proof. A refused connection has no kind; every other proof must come from the same kind of store."""
    if probe.verdict not in PROOF or Flag.OWNER_CREDENTIAL in probe.flags:
        return False
    return probe.verdict is Verdict.CLOSED or probe.kind == exposure.kind


def _still(exposure: Exposure, probe: Probe, names: Callable[[Probe], Iterable[str]] | None, *before: Probe) -> Verification:
    present = _names(probe, names)
    if probe.verdict is Verdict.OPEN_EMPTY:
        state = "gone"
    else:
        state = "unknown" if present is None else "present" if exposure.collection in present else "gone"
    tail = {"gone": "; the collection is not in it any more", "present": "; the collection is still in it", "unknown": ""}[state]
    why = f"the store still answers strangers ({probe.verdict.value}){tail}"
    return _end(exposure, Outcome.STILL_OPEN, why, (*before, probe), state)


def _elsewhere(
    exposure: Exposure,
    target: Target,
    knock: Callable[[Target], Probe],
    nearby: Iterable[Target],
    names: Callable[[Probe], Iterable[str]] | None,
    known: set[str],
    ids: set[str],
) -> tuple[Probe, ...]:
    """Open stores at other addresses that are this one: by its own identity, else by holding all collections that were known."""
    found: list[Probe] = []
    for other in nearby:
        if other.label == target.label:
            continue
        try:
            probe = knock(other)
        except LeftopenError:
            continue
        if not _open(probe) or probe.kind != exposure.kind:
            continue
        theirs = _ids(probe.evidence)
        if ids and theirs:
            same = bool(ids & theirs)
        else:
            present = _names(probe, names)
            same = present is not None and known <= present
        if same:
            found.append(probe)
    return tuple(found)


def _names(probe: Probe, names: Callable[[Probe], Iterable[str]] | None) -> set[str] | None:
    if names is None:
        return None
    try:
        return set(names(probe))
    except LeftopenError:
        return None


def _ids(sentences: Iterable[str]) -> set[str]:
    return {f"{m[1].lower().replace('_', '')}={m[2]}" for s in sentences for m in _IDENTITY.finditer(s)}


def _end(exposure: Exposure, outcome: Outcome, why: str, probes: tuple[Probe, ...], collection: str = "unknown") -> Verification:
    elsewhere = tuple(p.target.label for p in probes if p.target.label != exposure.target)
    return Verification(exposure.id, outcome, why, datetime.now(UTC), probes, elsewhere, collection, UNCHECKED)
