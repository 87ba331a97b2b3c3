"""The seam for audits: who could still be inside. One plug-in per store under ``audits/``, registered by entry point.

An audit is run by the owner, with a credential of the owner's that may only read. It lists what a visitor with rights to write
could have left, says of each artefact when it came to be as far as that can be known, and never says "clean": what was copied or
stolen leaves no trace in a store.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol
from urllib.parse import urlsplit

from leftopen.errors import InputError
from leftopen.model import Skipped
from leftopen.wire import Door


class When(StrEnum):
    """Where an artefact lies relative to the window in which the store was open."""

    BEFORE = "before"
    INSIDE = "inside"
    AFTER = "after"
    UNDATABLE = "undatable"


@dataclass(frozen=True, slots=True)
class Span:
    """The window ``[opened, closed)``. ``opened`` None: nobody knows since when; ``closed`` None: open until now."""

    opened: datetime | None = None
    closed: datetime | None = None

    def when(self, low: datetime | None, high: datetime | None) -> When:
        """Where something lies that came to be between two moments; UNDATABLE if the answer is not the same for all of them."""
        if self.opened is not None and high is not None and high < self.opened:
            return When.BEFORE
        if self.closed is not None and low is not None and low >= self.closed:
            return When.AFTER
        starts = self.opened is not None and low is not None and low >= self.opened
        ends = self.closed is None or (high is not None and high < self.closed)
        return When.INSIDE if starts and ends else When.UNDATABLE


@dataclass(frozen=True, slots=True)
class Artefact:
    """One thing in the store that lets somebody in, keeps somebody in, or sends data out.

    ``between`` are the moments of its last change, as far as known; ``by`` says how that is known. ``why`` says what makes it
    dangerous; ``suspicious`` is True if it would be even without a date. ``detail`` never holds a secret.
    """

    kind: str
    name: str
    detail: str
    dated: When
    between: tuple[datetime | None, datetime | None] = (None, None)
    by: str = ""
    why: str = ""
    suspicious: bool = False
    action: str = ""


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit saw, what it could not see, and what no audit can see."""

    target: str
    kind: str
    product: str
    version: str
    window: Span
    artefacts: tuple[Artefact, ...]
    facts: tuple[str, ...] = ()
    """Sentences about the server: when it was made, when it was started, how dates were found."""
    hidden: tuple[Skipped, ...] = ()
    """What this credential was not allowed to see, or what was not looked through."""
    rotate: tuple[str, ...] = ()
    """Secrets that cannot be listed if they were stolen: renew them."""

    @property
    def inside(self) -> tuple[Artefact, ...]:
        """What came to be while the store was open."""
        return tuple(a for a in self.artefacts if a.dated is When.INSIDE)

    @property
    def undecided(self) -> tuple[Artefact, ...]:
        """What is dangerous and cannot be dated: each needs the owner's word."""
        return tuple(a for a in self.artefacts if a.dated is When.UNDATABLE and a.suspicious)

    @property
    def verdict(self) -> str:
        """One sentence. Never that nobody is inside."""
        if self.inside:
            return (
                f"{len(self.inside)} artefacts came to be while the store was open; "
                f"{len(self.undecided)} more are dangerous and cannot be dated."
            )
        if self.undecided:
            return (
                f"Nobody is shown to be inside; {len(self.undecided)} dangerous artefacts cannot be dated "
                "and need the owner's word."
            )
        return "Nobody is shown to be inside. That is no proof that nobody is: see what was not seen and what to renew."


class Audit(Protocol):
    """An audit plug-in: the read-only commands it may send, and the call that sends them."""

    kind: str
    commands: frozenset[str]

    def __call__(self, door: Door, dsn: str, window: Span) -> AuditReport:
        """List and date. Raises LeftopenError, never with data in it."""


_SCHEMES = {"postgresql": "postgresql", "postgres": "postgresql", "redis": "redis", "rediss": "redis"}


@cache
def audits() -> dict[str, EntryPoint]:
    """All registered audits by kind of store, loaded when they are wanted."""
    return {entry.name: entry for entry in sorted(entry_points(group="leftopen.audits"), key=lambda e: e.name)}


def audit_for(dsn: str) -> Audit:
    """The audit that understands a DSN.

    Raises:
        InputError: no audit for this scheme.
    """
    kind = _SCHEMES.get(urlsplit(dsn).scheme, "")
    known = audits()
    if kind not in known:
        raise InputError(
            "There is no audit for this kind of store.",
            f"Write a DSN such as postgresql://auditor@host/db; audits exist for {', '.join(sorted(known))}.",
            "audit.md",
        )
    found: Audit = known[kind].load()
    return found


def audit_store(door: Door, dsn: str, window: Span) -> AuditReport:
    """Audit one store through a door whose commands are ``audit_for(dsn).commands``.

    Args:
        door: made from a scope that holds the owner's DSN and the reference to the credential.
        dsn: the owner's DSN without password.
        window: when the store was open.

    Raises:
        LeftopenError: the store cannot be reached or refuses the credential; without data.
    """
    return audit_for(dsn)(door, dsn, window)


def ordered(artefacts: Sequence[Artefact]) -> tuple[Artefact, ...]:
    """Inside the window first, then dangerous ones that cannot be dated, then the rest."""
    rank = {When.INSIDE: 0, When.UNDATABLE: 1, When.AFTER: 2, When.BEFORE: 3}
    return tuple(sorted(artefacts, key=lambda a: (rank[a.dated], not a.suspicious, a.kind, a.name)))


def plain(name: str, longest: int = 80) -> str:
    """A name from a store, printable and short: control characters, long digits and addresses of people are masked."""
    text = re.sub(r"[^\x20-\x7e\u00a0-\uffef]", "?", name)
    text = re.sub(r"[\w.%+-]+@[\w-]+(\.[\w-]+)+", "…@…", text)
    text = re.sub(r"\d{7,}", "…", text)
    return text if len(text) <= longest else text[: longest - 1] + "…"
