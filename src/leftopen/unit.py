"""The unit of work: one collection, from draw to estimates, inside one worker. Sampled values are born and die here."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leftopen.connector import Draw, connectors
from leftopen.errors import BudgetSpent, LeftopenError, OutOfScope, ProtocolError, StoreRefused, WireError
from leftopen.model import Collection, Depth, Flag, People, Probe, Sample, Skipped
from leftopen.result import CollectionResult, Coverage
from leftopen.serial import decode, encode
from leftopen.wire import Wire

if TYPE_CHECKING:
    from leftopen.classify.content import ContentJudge

_REASONS: tuple[tuple[type[LeftopenError], str], ...] = (
    (BudgetSpent, "budget"),
    (OutOfScope, "out_of_scope"),
    (StoreRefused, "refused"),
    (ProtocolError, "protocol"),
    (WireError, "connection"),
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece of work: a collection of a store that was probed, and how much of it to draw."""

    probe: Probe
    collection: Collection
    draw: Draw

    @property
    def id(self) -> str:
        """Stable name of this unit within one run."""
        return f"{self.probe.target.label}|{self.probe.kind}|{self.collection.name}|{self.draw}"


@dataclass(frozen=True, slots=True)
class Settings:
    """What every worker needs: the run's hashing key, the day that ages count from, faces or not, own packs."""

    key: bytes = field(repr=False)
    today: date
    faces: bool = True
    packs: tuple[str, ...] = ()
    evidence: bytes = field(default=b"", repr=False)
    """Master key of the owner's evidence; empty: none is made."""

    @property
    def now(self) -> datetime:
        """The moment that urgency counts from: the end of ``today``, so that a resumed run ends the same."""
        return datetime.combine(self.today, time.max, UTC)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a unit leaves behind: estimates, the state of its sketches, what was not covered."""

    result: CollectionResult
    counter: bytes = field(default=b"", repr=False)
    tracks: bytes = field(default=b"", repr=False)
    """Keyed hashes of the people who were followed, for joining collections."""
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()

    def keep(self) -> dict[str, Any]:
        """JSON-ready form for the run folder."""
        kept: dict[str, Any] = encode((self.result, self.skipped, self.notes))
        states = {name: base64.b64encode(state).decode() for name, state in (("counter", self.counter), ("tracks", self.tracks))}
        return {"outcome": kept, **states}

    @classmethod
    def kept(cls, data: Mapping[str, Any]) -> Outcome:
        """The inverse of :meth:`keep`."""
        result, skipped, notes = data["outcome"]
        return cls(
            decode(CollectionResult, result),
            base64.b64decode(data["counter"]),
            base64.b64decode(data["tracks"]),
            tuple(decode(Skipped, entry) for entry in skipped),
            tuple(notes),
        )


def work(wire: Wire, unit: Unit, settings: Settings) -> Outcome:
    """Draw, classify, count and assess one collection. Never raises for what a store does; that becomes ``skipped``."""
    connector = connectors()[unit.probe.kind]
    label = unit.probe.target.label
    with wire.door(unit.probe.target, connector.commands) as door:
        try:
            sample = connector.sample(door, unit.probe, unit.collection, unit.draw)
        except LeftopenError as exc:
            return Outcome(CollectionResult(unit.collection), skipped=(_skip(label, unit.collection, exc),))
        except Exception as exc:  # noqa: BLE001  as in read(): only the type may leave
            return Outcome(CollectionResult(unit.collection), skipped=(broken(label, exc, "opening it", unit.collection.name),))
        return read(sample, settings, label=label, kind=unit.probe.kind, flags=unit.probe.flags, received=lambda: door.bytes_in)


def read(
    sample: Sample,
    settings: Settings,
    *,
    label: str,
    kind: str = "files",
    flags: frozenset[Flag] = frozenset(),
    received: Callable[[], int] = lambda: 0,
) -> Outcome:
    """From a sample on: classify, count people, assess. The same for stores and for files."""
    from leftopen.assess import assess
    from leftopen.category import load_pack
    from leftopen.classify.reader import Reader
    from leftopen.evidence import exposure_secret, make_evidence
    from leftopen.persons import PersonCounter
    from leftopen.records import RecordTally, share_of
    from leftopen.trajectories import Follower, Tracks, children, composites, finding, measure, with_children

    collection = sample.collection
    judges = _judges(settings.faces)
    reader = Reader(
        load_pack(tuple(Path(folder) for folder in settings.packs)),
        hints=dict(collection.hints),
        name=collection.name,
        judges=judges,
        today=settings.today,
    )
    counter = PersonCounter(settings.key, today=settings.today, name=collection.name)
    tally, tracks = RecordTally(), Tracks(settings.key, name=collection.name)
    rows = drawn = 0
    skipped: list[Skipped] = []
    evidence: tuple[tuple[str, str], ...] = ()
    try:
        for batch in sample.batches:
            columns = reader.read(batch)
            rows += batch.num_rows
            tally.update(columns, batch.num_rows)
            drawn += 1
            if drawn & (drawn - 1) == 0:  # the plan is made on the first batch and looked at again after 2, 4, 8 …
                now = reader.reading()
                counter.plan(now.findings, now.fields)
                tracks.plan(now.findings, columns)
                if settings.evidence and not evidence:
                    secret = exposure_secret(settings.evidence, label, kind, collection.name)
                    evidence = tuple((item.path, item.hmac) for item in make_evidence(columns, now.findings, secret))
            counter.update(columns)
            tracks.update(columns)
            del columns, batch
        complete = sample.method == "all"
    except LeftopenError as exc:
        complete = False
        skipped.append(_skip(label, collection, exc))
    except Exception as exc:  # noqa: BLE001  the data may be in the exception: only its type may leave this function
        complete = False
        skipped.append(broken(label, exc, "reading; what was read before stands", collection.name))
    reading = reader.reading()
    claimed = rows if complete else collection.rows
    people = counter.people(claimed_rows=claimed, read_rows=rows) if reading.findings else People()
    if complete:
        collection = replace(collection, rows=rows, rows_exact=True)
    together, findings = tally.counted(reading.composites, claimed), reading.findings
    track, follower = measure(tracks, complete=complete), None
    if track is not None:
        follower = Follower.of(tracks)
        young = children(follower, counter.sketches) if follower is not None else None
        track = with_children(track, young)
        together = composites(track, together, young, lambda p: (k := tally.holding(p), share_of(k, rows, claimed)))
        findings = (*findings, finding(track, findings[0].pack))
    coverage = Coverage(rows, sample.method, complete, received())
    assessment = assess(
        findings,
        people,
        collection,
        composites=together,
        coverage=coverage,
        flags=tuple(f.value for f in flags),
        now=settings.now,
    )
    result = CollectionResult(
        collection, reading.fields, findings, together, people, assessment, coverage, evidence, trajectory=track
    )
    state = counter.state() if reading.findings else b""
    return Outcome(result, state, follower.state() if follower is not None else b"", tuple(skipped), reading.notes)


_JUDGES: dict[bool, list[ContentJudge]] = {}


def _judges(faces: bool) -> list[ContentJudge]:
    """One set of content judges a process: the face detector starts once."""
    if faces not in _JUDGES:
        from leftopen.classify.judges import biometric_judges

        _JUDGES[faces] = biometric_judges(faces=faces)
    return _JUDGES[faces]


def broken(label: str, exc: Exception, doing: str, collection: str = "") -> Skipped:
    """What is said of an exception that nobody foresaw: its type, for its text may hold data."""
    return Skipped(label, "broken", f"{type(exc).__name__} while {doing}", collection)


def _skip(label: str, collection: Collection, exc: LeftopenError) -> Skipped:
    reason = next((word for kind, word in _REASONS if isinstance(exc, kind)), "broken")
    return Skipped(label, reason, exc.what, collection.name)


def draw_for(depth: Depth, limit: int, seed: int) -> Draw:
    """How much to draw at a depth: ``limit`` records at ``sample``, everything at ``full``."""
    return Draw(limit=None if depth is Depth.FULL else limit, seed=seed)
