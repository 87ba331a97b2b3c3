"""The human side of an exposure: its stable id, what is known about it, and the one state it is in.

Everything here is plain data; the catalogue keeps it, the letters and the verification read it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from leftopen.errors import CatalogError
from leftopen.model import Assessment, Composite, Exposure, Finding, People
from leftopen.result import Coverage

ID_DIGITS = 6
"""Hexadecimal digits shown in an id; the catalogue lengthens it when two exposures would share one."""


class State(StrEnum):
    """Where a case stands. ``REOPENED`` is a window that opened after an earlier one was closed."""

    FOUND = "found"
    DRAFTED = "drafted"
    TOLD = "told"
    FIXED = "fixed"
    REOPENED = "reopened"
    AUDITED = "audited"


class Event(StrEnum):
    """What may happen to a case."""

    SEEN = "seen"
    DRAFT = "draft"
    TELL = "tell"
    FIX = "fix"
    AUDIT = "audit"


_NEXT: dict[tuple[State, Event], State] = {
    (State.FOUND, Event.DRAFT): State.DRAFTED,
    (State.REOPENED, Event.DRAFT): State.DRAFTED,
    (State.FOUND, Event.TELL): State.TOLD,
    (State.REOPENED, Event.TELL): State.TOLD,
    (State.DRAFTED, Event.TELL): State.TOLD,
    (State.FIXED, Event.SEEN): State.REOPENED,
    (State.AUDITED, Event.SEEN): State.REOPENED,
    (State.FIXED, Event.AUDIT): State.AUDITED,
}


def advance(state: State, event: Event) -> State:
    """The state after an event; an event that changes nothing leaves the state as it is.

    A fix is accepted from every state: a store may be closed before anybody was told.
    """
    if event is Event.FIX:
        return State.AUDITED if state is State.AUDITED else State.FIXED
    return _NEXT.get((state, event), state)


def exposure_key(target: str, kind: str, collection: str) -> str:
    """64 hexadecimal digits that stand for one collection of one store at one address."""
    return hashlib.sha256(f"{target}|{kind}|{collection}".encode()).hexdigest()


def exposure_id(target: str, kind: str, collection: str, digits: int = ID_DIGITS) -> str:
    """The short stable id of an exposure, such as ``lo-7f3a9c``: the same in every run and on every machine."""
    return f"lo-{exposure_key(target, kind, collection)[:digits]}"


@dataclass(frozen=True, slots=True)
class Window:
    """``[opened, closed)``: certainly open from ``opened`` to ``last_seen``; ``closed`` is None while it is open."""

    opened: datetime
    last_seen: datetime
    closed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """All that the catalogue knows about one exposure, newest scan first where it counts. No value from a store."""

    exposure: Exposure
    windows: tuple[Window, ...]
    state: State
    verdict: str
    product: str = ""
    version: str = ""
    rows: int | None = None
    fields: int = 0
    findings: tuple[Finding, ...] = ()
    composites: tuple[Composite, ...] = ()
    people: People = People()
    assessment: Assessment | None = None
    coverage: Coverage | None = None
    scope: str = ""
    journal: str = ""
    proofs: tuple[str, ...] = ()
    """The sentences with which the probe proved its verdict."""
    evidence: tuple[tuple[str, str], ...] = ()
    """(field paths, keyed hash) pairs by which the owner can recognise records."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of an exposure's history."""

    at: datetime
    what: str
    """``seen``, ``opened``, ``closed``, ``judged``, ``letter``, ``verification``."""
    detail: str = ""


def together(details: tuple[Details, ...]) -> tuple[Details, ...]:
    """Check that exposures belong to one store (one letter is about one store), worst first.

    Raises:
        CatalogError: none given, or they lie at different addresses.
    """
    if not details:
        raise CatalogError("No exposure was given.", "Run: leftopen list", "catalogue.md")
    if len({(one.exposure.target, one.exposure.kind) for one in details}) > 1:
        raise CatalogError("These exposures belong to different stores.", "Draft one letter for each store.", "catalogue.md")
    return tuple(sorted(details, key=lambda one: (-one.exposure.severity, one.exposure.collection)))
