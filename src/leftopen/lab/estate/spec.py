"""What a collection of the estate declares: its size, how its records are made, whom they name, what its fields hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from leftopen.lab.estate.people import Ints, Population

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa

Records: TypeAlias = "pa.RecordBatch | list[dict[str, Any]]"
NOBODY: Ints = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Label:
    """One field's truth: the category it holds.

    ``accept`` are other category ids that are right as well. ``paths`` are the paths of which any one may carry the
    category, where it belongs to the record rather than to one field (a check-point event is person, place and time).
    ``share`` is the share of records in which the field is present. ``by_name``: only the field's name tells; without it
    nothing can be demanded but that nothing wrong is called likely; ``alike`` are categories whose values look the same.
    """

    path: str
    category: str
    accept: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    share: float = 1.0
    by_name: bool = False
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """What every maker of records may use: the people, the ten days, and the estate's images and vectors."""

    seed: int
    people: Population
    days: tuple[date, ...]
    """The ten dates, oldest first; every event lies between 00:00 and 10:00 UTC (08:00 to 18:00 in Sichuan)."""
    vectors: np.ndarray[Any, np.dtype[np.float32]]
    """One face vector per pupil and member of staff: n x 128, length 1."""
    noise: np.ndarray[Any, np.dtype[np.float32]]
    """4096 x 128: what differs between two pictures of one person."""
    image: Callable[[int], bytes]
    """JPEG of the face of a person by number: a few hundred different faces, used again and again."""
    slices: dict[str, Ints] = field(default_factory=dict)
    """Pupils (indexes) whom each store knows."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Records ``start`` to ``start + count`` of a collection, with the random numbers that belong to them."""

    start: int
    count: int
    rows: int
    rng: np.random.Generator


@dataclass(frozen=True, slots=True)
class Draw:
    """Who and when: the part of a chunk from which truth is counted without making the records.

    ``subject`` indexes pupils (or staff where ``staff`` is set, or guardians for sessions); ``persons`` are the
    numbers of all people whom the records name; ``at`` are event times in microseconds since 1970 (UTC), empty if none.
    """

    subject: Ints
    persons: Ints
    at: Ints = field(default_factory=lambda: NOBODY)
    staff: Ints = field(default_factory=lambda: NOBODY)
    other: Ints = field(default_factory=lambda: NOBODY)


@dataclass(frozen=True, slots=True)
class Spec:
    """One collection: how to draw and make its records, and the truth about its fields.

    ``rows(world)`` is set for collections whose size follows from the people, ``weight`` for those that share what is
    left of the estate's entries. ``decoys`` are the paths that must carry no category; a collection without labels is
    one decoy as a whole.
    """

    store: str
    name: str
    draw: Callable[[World, Chunk], Draw]
    make: Callable[[World, Chunk, Draw], Records]
    rows: Callable[[World], int] | None = None
    weight: float = 0.0
    labels: tuple[Label, ...] = ()
    decoys: tuple[str, ...] = ()
    composites: tuple[str, ...] = ()
    chunk: int = 4096


def days_and_times(world: World, chunk: Chunk, low: int = 0, high: int = 36_000) -> Ints:
    """Event times (µs, UTC): the collection grows day by day, the time of day is random in ``[low, high)`` seconds."""
    place = np.arange(chunk.start, chunk.start + chunk.count, dtype=np.int64)
    day = place * len(world.days) // max(chunk.rows, 1)
    first = np.datetime64(world.days[0], "s").astype(np.int64)
    at: Ints = (first + day * 86_400) * 1_000_000 + chunk.rng.integers(low * 1000, high * 1000, chunk.count) * 1000
    return at


def pick(world: World, chunk: Chunk, store: str) -> Ints:
    """Pupils of a store at random; the first records go through all of them once, so that nobody is left out by chance."""
    mine = world.slices[store]
    order = np.random.default_rng([world.seed, 99]).permutation(len(mine))
    place = np.arange(chunk.start, chunk.start + chunk.count)
    chosen = np.where(place < len(mine), order[place % len(mine)], chunk.rng.integers(0, len(mine), chunk.count))
    return mine[chosen]


def enumerate_pupils(world: World, chunk: Chunk, mine: Ints, *, guardians: bool) -> Draw:
    """Pupils one after another, with or without the people their records name as guardians."""
    pupil = mine[chunk.start : chunk.start + chunk.count]
    persons = world.people.pupils.who.person[pupil]
    if guardians:
        persons = np.concatenate([persons, guardian_persons(world, pupil, both=True)])
    return Draw(pupil, persons)


def guardian_persons(world: World, pupil: Ints, *, both: bool) -> Ints:
    """Person numbers of the first or of all guardians of pupils."""
    index = world.people.pupils.guardian[pupil]
    flat = index.ravel() if both else index[:, 0]
    return world.people.guardians.person[flat[flat >= 0]]


def nobody(_world: World, chunk: Chunk) -> Draw:
    """Draw of a decoy: no people."""
    return Draw(np.arange(chunk.start, chunk.start + chunk.count, dtype=np.int64), NOBODY)


def face_like(rng: np.random.Generator, n: int, dim: int, seed: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Vectors like those of one face model, n x dim, length 1: what all faces share, and what is each person's own."""
    common = np.random.default_rng([seed, dim]).standard_normal(dim, dtype=np.float32)
    own = rng.standard_normal((n, dim), dtype=np.float32)
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    own += 0.8 * common / np.linalg.norm(common)
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    return own


def seen_vectors(world: World, chunk: Chunk, who: Ints) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Face vectors of captures: the person's own vector, disturbed, length 1, rounded to five places."""
    rows = world.vectors[who] + world.noise[chunk.rng.integers(0, len(world.noise), len(who))]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return np.round(rows.astype(np.float64), 5).astype(np.float64, copy=False)
