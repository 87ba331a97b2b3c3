"""The estate "safe-school": 23 schools, ten days, invented people, in streams of records for four stores.

Deterministic: the same seed, size and end give the same records on every machine, chunk by chunk; each chunk has random
numbers of its own, so that streams can be read in any order. Memory stays flat: what is kept are the people (about an
entry in 25), records are made when they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any
from zlib import crc32

import numpy as np

from leftopen.lab.estate import decoys, documents, keys, school_files, tables
from leftopen.lab.estate.headers import HIDDEN, SHOWN, STATES, hide_records
from leftopen.lab.estate.people import Ints, Population, populate
from leftopen.lab.estate.spec import Chunk, Draw, Records, Spec, World, face_like

DEFAULT_END = datetime(2020, 1, 10, 10, tzinfo=UTC)
DECOY_SHARE = 0.1
"""Share of all entries that are decoys."""
FACES = 256
"""Different face images in an estate."""
STORES = ("postgresql", "elasticsearch", "mongodb", "redis")
# Which tenths of each school's pupils a store knows: overlapping, and together all.
_TENTHS = {
    "postgresql": (0, 1, 2, 3, 4, 5, 6),
    "elasticsearch": (0, 2, 3, 5, 6, 8, 9),
    "mongodb": (2, 3, 4, 5, 6, 7, 8, 9),
    "redis": (1, 7, 8, 9),
}
SPECS: tuple[Spec, ...] = (*tables.SPECS, *documents.SPECS, *school_files.SPECS, *keys.SPECS, *decoys.SPECS)


class Estate:
    """A synthetic school-safety system of ``entries`` records over four stores.

    ``entries`` is the number of records over all collections (at least 1,000); ``end`` the moment after which nothing
    happened (aware; the last of the ten days is the last one whose school day was over by then). ``headers`` is ``shown`` or
    ``hidden``: then every field has a name that says nothing (``headers.hide``).
    """

    def __init__(self, entries: int = 13_000, seed: int = 7, end: datetime = DEFAULT_END, headers: str = SHOWN) -> None:
        if headers not in STATES:
            raise ValueError(f"headers are {' or '.join(STATES)}")
        if entries < 1000:
            raise ValueError("an estate needs at least 1,000 entries")
        if end.tzinfo is None:
            raise ValueError("end needs a time zone")
        self.entries, self.seed, self.end, self.headers = entries, seed, end, headers
        last = (end.astimezone(UTC) - timedelta(hours=10)).date()
        self.days = tuple(last - timedelta(days=9 - i) for i in range(10))

    def __repr__(self) -> str:
        return f"Estate(entries={self.entries}, seed={self.seed}, end={self.end.isoformat()!r})"

    @cached_property
    def people(self) -> Population:
        """Everybody in the estate."""
        pupils = max(69, self.entries // 65)
        return populate(self.seed, pupils, max(23, pupils // 15), self.days[-1])

    @cached_property
    def world(self) -> World:
        """What the makers of records share."""
        people, rng = self.people, np.random.default_rng([self.seed, 2])
        n = len(people.pupils) + len(people.staff)
        vectors = face_like(rng, n, 128, self.seed)
        noise = rng.standard_normal((4096, 128), dtype=np.float32) * np.float32(0.03)
        rank = people.pupils.rank % 10
        slices: dict[str, Ints] = {s: np.flatnonzero(np.isin(rank, t)) for s, t in _TENTHS.items()}
        return World(self.seed, people, self.days, vectors, noise, _images(self.seed), slices)

    @cached_property
    def sizes(self) -> dict[tuple[str, str], int]:
        """Number of records of every collection; the sum is ``entries``."""
        fixed = {(s.store, s.name): s.rows(self.world) for s in SPECS if s.rows is not None}
        trap = [s for s in SPECS if s.rows is None and not s.labels]
        events = [s for s in SPECS if s.rows is None and s.labels]
        sizes = fixed | _share(trap, int(self.entries * DECOY_SHARE))
        left = self.entries - sum(sizes.values())
        return sizes | _share(events, left)

    def collections(self, store: str) -> tuple[str, ...]:
        """Names of a store's collections."""
        return tuple(s.name for s in SPECS if s.store == store)

    def spec(self, store: str, collection: str) -> Spec:
        """What a collection declares. Raises ``KeyError`` for an unknown one."""
        for spec in SPECS:
            if (spec.store, spec.name) == (store, collection):
                return spec
        raise KeyError(f"no collection {collection} in {store}")

    def rows(self, store: str, collection: str) -> int:
        """Number of records of one collection."""
        return self.sizes[store, collection]

    def records(self, store: str, collection: str) -> Iterator[Records]:
        """The records, in chunks: ``pyarrow.RecordBatch`` for PostgreSQL, lists of documents for the others."""
        spec = self.spec(store, collection)
        for chunk in self._chunks(spec):
            made = spec.make(self.world, chunk, spec.draw(self.world, chunk))
            yield hide_records(made) if self.headers == HIDDEN else made

    def draws(self, store: str, collection: str) -> Iterator[Draw]:
        """Who and when of each chunk, without making its records: what truth is counted from."""
        spec = self.spec(store, collection)
        for chunk in self._chunks(spec):
            yield spec.draw(self.world, chunk)

    def _chunks(self, spec: Spec) -> Iterator[Chunk]:
        rows = self.rows(spec.store, spec.name)
        stream = crc32(f"{spec.store}/{spec.name}".encode())
        for number, start in enumerate(range(0, rows, spec.chunk)):
            rng = np.random.default_rng([self.seed, stream, number])
            yield Chunk(start, min(spec.chunk, rows - start), rows, rng)


def _share(specs: list[Spec], entries: int) -> dict[tuple[str, str], int]:
    """Entries over collections by weight, with nothing lost to rounding."""
    edges = np.cumsum([0.0] + [s.weight for s in specs])
    cuts = np.round(edges / edges[-1] * entries).astype(np.int64)
    return {(s.store, s.name): int(n) for s, n in zip(specs, np.diff(cuts), strict=True)}


def _images(seed: int) -> Callable[[int], bytes]:
    """JPEG by person number; made when first asked for, because the image library is heavy."""

    @lru_cache(maxsize=1)
    def faces() -> Any:
        from leftopen.lab.faces import Faces

        return Faces(seed)

    @lru_cache(maxsize=FACES)
    def made(index: int) -> bytes:
        return bytes(faces().jpeg(index))

    return lambda person: made(person % FACES)
