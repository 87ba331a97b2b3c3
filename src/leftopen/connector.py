"""The seam for data stores: identify → prove → list → sample. One file per store under ``connectors/``, registered by entry point.

A connector never opens a socket: it gets a :class:`~leftopen.wire.Door`, bound to one target and to the commands that the
connector declares. Its protocol part works on bytes and can be tested without a network.
"""

from __future__ import annotations

import abc
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import ClassVar

from leftopen.model import Collection, Probe, Sample
from leftopen.wire import Door


@dataclass(frozen=True, slots=True)
class Draw:
    """How much to read of one collection: ``limit`` records (None: all), in record batches of about ``batch`` records.

    ``seed`` makes a random draw repeatable where the store allows it.
    """

    limit: int | None = 1000
    batch: int = 16_384
    seed: int = 0


class Connector(abc.ABC):
    """One kind of data store."""

    kind: ClassVar[str]
    """Short name used in every output."""
    title: ClassVar[str]
    """Name people use."""
    ports: ClassVar[tuple[int, ...]]
    """Usual ports: an order of trying, never evidence."""
    turn: ClassVar[int] = 50
    """Place in the order of trying on a port that nobody calls home: low for a first message that every other service refuses at
    once, high for one that others wait to see the rest of."""
    commands: ClassVar[frozenset[str]]
    """The exact read-only commands it may send, its driver's included."""
    words: ClassVar[dict[str, str]] = {}
    """The store's own words for Store, Collection and record: ``{"collection": "index", "record": "document"}``."""

    @abc.abstractmethod
    def probe(self, door: Door) -> Probe | None:
        """Knock once: prove a verdict, or return None if what answers does not speak this store's protocol.

        At depth ``touch`` nothing is listed; at ``names`` nothing is read; from ``sample`` on "open" rests on one bounded read.

        Raises:
            WireError, BudgetSpent, OutOfScope; never an error that carries bytes of an answer.
        """

    @abc.abstractmethod
    def collections(self, door: Door, probe: Probe) -> Iterator[Collection]:
        """All collections, system ones marked, with the store's claimed counts and declared schema.

        Raises:
            StoreRefused, WireError, ProtocolError, BudgetSpent.
        """

    @abc.abstractmethod
    def sample(self, door: Door, probe: Probe, collection: Collection, draw: Draw) -> Sample:
        """A bounded, fair draw where the store allows one; ``Sample.method`` says which. Pages; never loads what it reads past.

        Raises:
            StoreRefused, WireError, ProtocolError, BudgetSpent (also while the batches are drawn).
        """


@cache
def connectors() -> dict[str, Connector]:
    """All registered connectors by kind, our own included."""
    found = [entry.load()() for entry in entry_points(group="leftopen.connectors")]
    return {connector.kind: connector for connector in sorted(found, key=lambda c: c.kind)}
