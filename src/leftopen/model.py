"""The nouns of leftopen: frozen, typed, without I/O. None of them, except Sample, may hold a value read from a store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    import pyarrow as pa


class Depth(IntEnum):
    """How deep a scope lets us look; each level includes those before it."""

    TOUCH = 1
    """Open a connection, learn which service answers and whether it asks for credentials."""
    NAMES = 2
    """List names and counts of collections; no record is read."""
    SAMPLE = 3
    """Read a bounded draw of records."""
    FULL = 4
    """Stream every record."""

    @property
    def word(self) -> str:
        """The word used in scope files and output."""
        return self.name.lower()


class Verdict(StrEnum):
    """What a probe proved about one target. Ordered from least to most open in ``docs/verdicts.md``."""

    CLOSED = "closed"
    FILTERED = "filtered"
    SILENT = "silent"
    OTHER_SERVICE = "other_service"
    TLS_REQUIRED = "tls_required"
    HOST_DENIED = "host_denied"
    AUTH_REQUIRED = "auth_required"
    RESTRICTED = "restricted"
    OPEN_METADATA = "open_metadata"
    OPEN_EMPTY = "open_empty"
    OPEN_DATA = "open_data"
    OUT_OF_SCOPE = "out_of_scope"
    UNKNOWN = "unknown"

    @property
    def is_open(self) -> bool:
        """True if the store answered reads without credentials (data, names, or proven empty)."""
        return self in (Verdict.OPEN_DATA, Verdict.OPEN_METADATA, Verdict.OPEN_EMPTY)


class Flag(StrEnum):
    """Observations beside the verdict; they never change it."""

    RANSOM_NOTE = "ransom_note"
    HONEYPOT_SUSPECT = "honeypot_suspect"
    TLS = "tls"
    ADVERTISES_PEERS = "advertises_peers"
    OWNER_CREDENTIAL = "owner_credential"


@dataclass(frozen=True, slots=True)
class Target:
    """One address in a Scope that may be knocked on.

    ``host`` is a literal IP address once resolved; ``name`` keeps the host name it came from.
    For files, ``path`` is set and host and port are empty.
    """

    host: str = ""
    port: int = 0
    name: str = ""
    kind: str = ""
    """Kind of store that the scope names (from a DSN or URL), a hint, never a verdict."""
    path: str = ""
    grant: int = -1
    """Index of the grant in the scope."""

    @property
    def label(self) -> str:
        """``host:port`` (IPv6 in brackets) or the path: how every output names this target."""
        if self.path:
            return self.path
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Probe:
    """One knock on a target and the verdict it proved.

    ``evidence`` holds machine-independent sentences (status words, error codes, counts), never bytes of a record.
    """

    target: Target
    verdict: Verdict
    kind: str = ""
    product: str = ""
    version: str = ""
    evidence: tuple[str, ...] = ()
    flags: frozenset[Flag] = frozenset()
    tls: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Store:
    """A data store that answered: its kind, product, version and where."""

    target: Target
    kind: str
    product: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """One named set of records in a store: table, index, Mongo collection, Redis key pattern, file.

    ``name`` is fully qualified (``db.collection``, ``schema.table``, index, key pattern).
    ``rows``/``bytes`` are what the store claims (None: it does not say); ``rows_exact`` if that claim is a count.
    ``hints`` are (path, declared type) pairs from the store's own schema (mapping, columns).
    ``locator`` is the connector's own address of it (opaque to everybody else, must be picklable and value-free).
    """

    name: str
    rows: int | None = None
    bytes: int | None = None
    rows_exact: bool = False
    system: bool = False
    hints: tuple[tuple[str, str], ...] = ()
    locator: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One dotted path and its Arrow type in a collection; list levels are written ``[]`` (``students[].guardian.phone``)."""

    path: str
    type: str


class Level(StrEnum):
    """How sure a finding is, in words."""

    POSSIBLE = "possible"
    LIKELY = "likely"
    PROVEN = "proven"


class Basis(StrEnum):
    """What a finding's judgement rests on, and so what of it can be done again without the records."""

    VALUES = "values"
    """Values that pass a category's test, with the field's name and its siblings: weighed from `Terms`."""
    GUESS = "guess"
    """The distribution of the values beside the neighbours it asks for: weighed from `Terms`."""
    PROSE = "prose"
    """What stands inside sentences: weighed from `Terms`, the field's name unheard."""
    CONTENT = "content"
    """Pictures, vectors, templates, sound: a pack does not weigh them."""
    NEIGHBOURS = "neighbours"
    """Points in two columns, passages: only the records can show them again."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a judgement adds up (log-odds; ``classify/judgement.py`` is the formula), so that it can be done again without records.

    Only ``basis`` speaks if that is ``content`` or ``neighbours``.
    """

    basis: Basis
    value: float = 0.0
    named: float = 0.0
    """From the field's name."""
    siblings: float = 0.0
    """From other fields of the record; below 0 if they speak against it."""
    penalty: float = 0.0
    """What the values' look speaks against it."""
    ceiling: float = 1.0
    """Confidence that it may reach at most."""
    unnamed: float = 1.0
    """The same for a guess while the field's name does not name the category."""
    otherwise: float | None = None
    """For a guess: the name's term at most, if the name says something else."""
    most: float | None = None
    """Most that values may add against the chance rate; None if ``value`` does not rest on it."""
    rival: float | None = field(default=None, compare=False)
    """Sum of the terms of the next best explanation of the field, None if there was none: no part of this judgement."""
    tests: str = ""
    """Digest of what the category asked of values and siblings (`Category.tests`)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """This field holds this category: ``matched`` of ``tested`` distinct values, against its chance rate. Never a value.

    ``confidence`` is in 0..1; ``how`` holds evidence words: ``check_digit``, ``field_name``, ``siblings``, ``content`` and others.
    """

    path: str
    category: str
    confidence: float
    level: Level
    matched: int
    tested: int
    chance: float
    how: tuple[str, ...] = ()
    pack: str = ""
    terms: Terms | None = None
    """None for findings of a catalogue that did not keep them yet."""

    @property
    def family(self) -> str:
        """The family part of the category id."""
        return self.category.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate: low ≤ point ≤ high, and the method that gave it."""

    low: float
    point: float
    high: float
    method: str = ""


@dataclass(frozen=True, slots=True)
class Composite:
    """Several findings in one record that together weigh more.

    ``kind`` is face_gallery, identity_kit, tracked_person, tracked_child, family_link, credential_dump,
    patient_file or pupil_profile; ``records`` counts records that hold all.
    """

    kind: str
    paths: tuple[str, ...]
    confidence: float
    records: int | None = None
    estimate: Interval | None = None
    """Records of the whole collection that hold all, as far as a sample tells."""
    words: str = ""
    """What was measured about them, in one line of counts; empty if nothing more than records."""


@dataclass(frozen=True, slots=True)
class Trajectory:
    """Subjects that records show at places and times again and again; counts, shares and distances only.

    ``paths``: who, when, where. ``subject``: person, device or vehicle. ``place``: ``point`` (coordinates), ``checkpoint``
    (a camera, a gate) or ``network``. ``records`` say who, when and where. Of the subjects, ``returning`` were seen in two hours
    or more, ``moving`` at two places or more as well. ``points``/``points_90``: records of the median returning subject, and of the
    one whom nine tenths do not exceed; ``days`` from first to last, ``places`` (different) of the median one. ``metres``: how
    exactly places are written. ``night``: share of returning subjects whose place at night shows; ``regular``: share of the
    median one's points at a place and hour at which they had been before. ``datum``: a sentence where maps are shifted.
    ``minors``: returning subjects under 18, ``through``: collections that told so besides this one.
    """

    paths: tuple[str, ...]
    level: Level
    confidence: float
    subject: str
    place: str
    records: int
    subjects: Interval
    returning: Interval
    moving: Interval
    points: float
    points_90: float
    days: float
    places: float
    metres: float | None = None
    night: float | None = None
    regular: float = 0.0
    datum: str = ""
    minors: Interval | None = None
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class People:
    """People in one collection, store or scan: distinct persons, minors, groups, period. Counts only.

    ``minors`` is the share of persons under 18 in 0..1 with its interval; ``ages`` maps a band (``0-5``, ``6-11``, ``12-13``,
    ``14-15``, ``16-17``, ``18+``) to a count of distinct persons; ``groups`` is the number of distinct schools or similar;
    ``first``/``last`` are the oldest and newest event times; ``per_hour`` maps an hour (ISO, UTC) to records.
    """

    persons: Interval | None = None
    minors: Interval | None = None
    ages: tuple[tuple[str, int], ...] = ()
    groups: int | None = None
    groups_path: str = ""
    first: datetime | None = None
    last: datetime | None = None
    days: int | None = None
    per_hour: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Driver:
    """One factor of an assessment: its value, where it came from and why."""

    factor: str
    value: float
    low: float
    high: float
    source: str
    """``measured``, ``declared`` or ``assumed``."""
    reason: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """Harm as an interval with its drivers (ENISA 2013, SE = DPC × EI + CB); urgency and confidence are separate axes."""

    severity: Interval
    band: str
    """``low``, ``medium``, ``high``, ``very high``."""
    urgency: str
    """``routine``, ``soon``, ``now``."""
    confidence: float
    drivers: tuple[Driver, ...] = ()
    flags: tuple[str, ...] = ()
    borderline: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was not covered, and why: part of every answer. ``reason`` is one machine word, ``detail`` a sentence without values."""

    target: str
    reason: str
    detail: str = ""
    collection: str = ""


@dataclass(frozen=True, slots=True)
class Exposure:
    """One collection left open during ``[opened, closed)`` with its latest assessment: the catalogue's row."""

    id: str
    target: str
    kind: str
    collection: str
    opened: datetime
    last_seen: datetime
    closed: datetime | None
    severity: float
    band: str


@dataclass(slots=True)
class Sample:
    """A bounded draw of Arrow record batches from one collection. It refuses to be printed, pickled or copied.

    ``batches`` yields record batches whose columns may nest (struct, list). ``method`` names the draw
    (``all``, ``random``, ``tablesample``, ``scan_prefix`` …). Values live here, inside one worker, and die here.
    """

    collection: Collection
    batches: Iterator[pa.RecordBatch] = field(repr=False)
    method: str = "all"

    def __repr__(self) -> str:
        return f"<Sample of {self.collection.name!r}, values withheld>"

    __str__ = __repr__

    def __reduce_ex__(self, _protocol: Any) -> NoReturn:
        raise TypeError("a Sample never leaves the worker that drew it")
