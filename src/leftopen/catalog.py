"""The catalogue: exposures over time. SQLite by default, PostgreSQL for teams; no value from a store is in it.

One row in ``exposures`` is one collection of one store at one address; ``windows`` say when it was open; each scan leaves an
observation with its findings, people and assessment. Only a verification closes a window: that a later scan did not see a
collection proves nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import sqlalchemy as sa

from leftopen import catalog_schema as schema
from leftopen.case import Details, Event, Moment, State, Window, advance, exposure_id, exposure_key
from leftopen.catalog_judge import Held, Renewed, finding_of, held, put, stored
from leftopen.catalog_search import where
from leftopen.catalog_write import Writer
from leftopen.errors import CatalogError
from leftopen.model import Assessment, Composite, Exposure, People
from leftopen.query import Query
from leftopen.result import CollectionResult, Coverage, ScanResult, StoreResult

__all__ = ["Catalog", "exposure_id", "exposure_key"]


class Catalog:
    """One catalogue file or database.

    Args:
        where_: path of a SQLite file (made if it does not exist, readable by its user alone) or a SQLAlchemy URL.

    Raises:
        CatalogError: it cannot be opened, is damaged, is not a catalogue, or was written by a newer leftopen.
    """

    def __init__(self, where_: Path | str) -> None:
        self.name = str(where_) if isinstance(where_, Path) or "://" not in where_ else sa.make_url(where_).render_as_string()
        self._engine = _engine(where_)
        try:
            schema.prepare(self._engine, self.name)
        except sa.exc.SQLAlchemyError as exc:
            self._engine.dispose()
            raise CatalogError(
                f"The catalogue {self.name} cannot be opened: {type(getattr(exc, 'orig', exc)).__name__}.",
                "Check that it is a leftopen catalogue and not damaged; move it away to start a new one.",
                "catalogue.md",
            ) from None
        except BaseException:
            self._engine.dispose()
            raise

    def record(self, scan: ScanResult) -> ScanResult:
        """Remember a scan; returns it with the exposures' ids filled in. Recording the same scan twice changes nothing."""
        with self._engine.begin() as db:
            writer = Writer(db, scan)
            stores = tuple(self._store(writer, store) for store in scan.stores)
        mine = {one.exposure for store in stores for one in store.collections if one.exposure}
        return replace(scan, stores=stores, exposures=tuple(row for row in self.exposures() if row.id in mine))

    @staticmethod
    def _store(writer: Writer, store: StoreResult) -> StoreResult:
        known = writer.observe(store)
        collections: list[CollectionResult] = []
        for one in store.collections:
            found = writer.expose(store, one, known=known) if writer.is_exposure(store, one) else ""
            collections.append(replace(one, exposure=found) if found else one)
        return replace(store, collections=tuple(collections))

    def exposures(self, query: Query | None = None, *, limit: int | None = None) -> tuple[Exposure, ...]:
        """Exposures that a query finds: open ones first, then the worst, then the latest seen."""
        t = schema.exposures
        statement = sa.select(t)
        if query is not None and query.terms:
            statement = statement.where(where(query))
        order = (t.c.closed.is_not(None), t.c.severity.desc(), t.c.seen.desc(), t.c.id)
        with self._engine.connect() as db:
            return tuple(_exposure(row) for row in db.execute(statement.order_by(*order).limit(limit)).mappings())

    def exposure(self, name: str) -> Details:
        """Everything about one exposure.

        Args:
            name: its id, with or without ``lo-``, or the beginning of it.

        Raises:
            CatalogError: none or several begin like this; the text lists them.
        """
        with self._engine.connect() as db:
            return _details(db, _find(db, name))

    def together(self, name: str) -> tuple[Details, ...]:
        """An exposure and all other still open ones of the same store: what one letter is about."""
        with self._engine.connect() as db:
            row = _find(db, name)
            t = schema.exposures
            same = sa.and_(t.c.target == row["target"], t.c.kind == row["kind"], t.c.closed.is_(None), t.c.id != row["id"])
            others = db.execute(sa.select(t).where(same).order_by(t.c.severity.desc(), t.c.collection)).mappings().all()
            return (_details(db, row), *(_details(db, other) for other in others))

    def history(self, name: str) -> tuple[Moment, ...]:
        """What happened to an exposure, oldest first."""
        with self._engine.connect() as db:
            row = _find(db, name)
            key = row["key"]
            out = [Moment(w.opened, "opened") for w in _windows(db, key)]
            out += [Moment(w.closed, "closed") for w in _windows(db, key) if w.closed is not None]
            t, o = schema.sightings, schema.observations
            seen = sa.select(o.c.at, o.c.verdict, o.c.version).join(t, t.c.observation == o.c.number).where(t.c.exposure == key)
            out += [Moment(_utc(r.at), "seen", f"{r.verdict} {r.version}".strip()) for r in db.execute(seen)]
            for table, what in (
                (schema.letters, "letter"),
                (schema.verifications, "verification"),
                (schema.judgements, "judged"),
            ):
                rows = db.execute(sa.select(table.c.at, table.c.detail).where(table.c.exposure == key))
                out += [Moment(_utc(r.at), what, r.detail) for r in rows]
        order = ("opened", "seen", "judged", "letter", "verification", "closed")
        return tuple(sorted(out, key=lambda m: (m.at, order.index(m.what))))

    def held(self) -> Iterator[Held]:
        """The latest of every exposure with all that its judgement rests on, one after the other, in the order of ids."""
        t = schema.exposures
        with self._engine.connect() as db:
            keys = db.scalars(sa.select(t.c.key).order_by(t.c.id)).all()
        for key in keys:
            with self._engine.connect() as db:
                row = db.execute(sa.select(t).where(t.c.key == key)).mappings().one_or_none()
                found = held(db, row) if row is not None else None
            if found is not None:
                yield found

    def renew(self, was: Held, new: Renewed, at: datetime | None = None) -> None:
        """Put a new judgement in force; the former stays on record and in the history."""
        with self._engine.begin() as db:
            put(db, was, new, at or datetime.now(UTC))

    def drafted(self, name: str, language: str, digest: str, at: datetime | None = None) -> None:
        """Note that a letter was written: its language and SHA-256, not its text."""
        self._note(schema.letters, name, Event.DRAFT, at, language=language, digest=digest, detail=f"{language} {digest[:12]}")

    def event(self, name: str, event: Event) -> State:
        """Move an exposure's case on, for example when the owner was told. Returns the new state."""
        with self._engine.begin() as db:
            row = _find(db, name)
            return _advance(db, row, event)

    def verified(self, name: str, outcome: str, detail: str, at: datetime | None = None, *, closed: bool = False) -> None:
        """Note a verification; with ``closed`` the open window ends at ``at`` and the keyed hashes are forgotten."""
        at = at or datetime.now(UTC)
        self._note(schema.verifications, name, Event.FIX if closed else None, at, outcome=outcome, detail=f"{outcome}: {detail}")
        if not closed:
            return
        with self._engine.begin() as db:
            row = _find(db, name)
            w, t = schema.windows, schema.exposures
            db.execute(sa.update(w).where(w.c.exposure == row["key"], w.c.closed.is_(None)).values(closed=at))
            db.execute(sa.update(t).where(t.c.key == row["key"], t.c.closed.is_(None)).values(closed=at))
            db.execute(sa.delete(schema.evidence).where(schema.evidence.c.exposure == row["key"]))

    def _note(self, table: sa.Table, name: str, event: Event | None, at: datetime | None, **facts: Any) -> None:
        with self._engine.begin() as db:
            row = _find(db, name)
            db.execute(sa.insert(table).values(exposure=row["key"], at=at or datetime.now(UTC), **facts))
            if event is not None:
                _advance(db, row, event)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _engine(where_: Path | str) -> sa.Engine:
    if isinstance(where_, str) and "://" in where_:
        try:
            return sa.create_engine(where_)
        except (sa.exc.ArgumentError, ImportError) as exc:
            raise CatalogError(
                f"The catalogue's address is not usable: {type(exc).__name__}.",
                "Write a path, or postgresql+psycopg://user@host/database with that driver installed.",
                "catalogue.md",
            ) from None
    path = Path(where_).expanduser()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as exc:
        raise CatalogError(
            f"The catalogue {path} cannot be opened: {exc.strerror}.", "Choose another folder with --state."
        ) from None
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @sa.event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _find(db: sa.Connection, name: str) -> sa.RowMapping:
    t = schema.exposures
    digits = name.strip().lower().removeprefix("lo-")
    if not digits or not all(c in "0123456789abcdef" for c in digits):
        raise CatalogError(f"{name!r} is not an exposure's id.", "Ids look like lo-7f3a9c; see: leftopen list", "catalogue.md")
    rows: Sequence[sa.RowMapping] = db.execute(sa.select(t).where(t.c.key.startswith(digits)).limit(20)).mappings().all()
    exact = [row for row in rows if row["id"] == f"lo-{digits}"]
    if len(exact) == 1:
        return exact[0]
    if not rows:
        raise CatalogError(f"No exposure has an id that begins with lo-{digits}.", "See: leftopen list", "catalogue.md")
    if len(rows) > 1:
        listed = ", ".join(f"{row['id']} ({row['target']} {row['collection']})" for row in rows)
        raise CatalogError(f"lo-{digits} may be any of: {listed}.", "Write more of the id.", "catalogue.md")
    return rows[0]


def _advance(db: sa.Connection, row: sa.RowMapping, event: Event) -> State:
    state = advance(State(row["state"]), event)
    db.execute(sa.update(schema.exposures).where(schema.exposures.c.key == row["key"]).values(state=state.value))
    return state


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _exposure(row: sa.RowMapping) -> Exposure:
    closed = row["closed"]
    return Exposure(
        row["id"], row["target"], row["kind"], row["collection"], _utc(row["opened"]), _utc(row["seen"]),
        None if closed is None else _utc(closed), row["severity"], row["band"],
    )  # fmt: skip


def _windows(db: sa.Connection, key: str) -> tuple[Window, ...]:
    w = schema.windows
    rows = db.execute(sa.select(w).where(w.c.exposure == key).order_by(w.c.opened))
    return tuple(Window(_utc(r.opened), _utc(r.seen), None if r.closed is None else _utc(r.closed)) for r in rows)


def _details(db: sa.Connection, row: sa.RowMapping) -> Details:
    key = row["key"]
    s, o, e = schema.sightings, schema.observations, schema.evidence
    latest = sa.select(s, o.c.verdict, o.c.proofs, o.c.scope, o.c.journal).join(o, s.c.observation == o.c.number)
    seen = db.execute(latest.where(s.c.exposure == key).order_by(o.c.at.desc()).limit(1)).mappings().one()
    f = schema.findings
    found = db.execute(
        sa.select(f)
        .where(f.c.exposure == key, f.c.observation == seen["observation"], f.c.withdrawn.is_(None))
        .order_by(f.c.confidence.desc(), f.c.path)
    ).mappings()
    hashes = db.execute(sa.select(e.c.path, e.c.hmac).where(e.c.exposure == key).order_by(e.c.place))
    return Details(
        exposure=_exposure(row),
        windows=_windows(db, key),
        state=State(row["state"]),
        verdict=seen["verdict"],
        product=row["product"],
        version=row["version"],
        rows=row["rows"],
        fields=seen["fields"],
        findings=tuple(finding_of(r) for r in found),
        composites=stored(tuple[Composite, ...], json.loads(seen["composites"])),
        people=stored(People, json.loads(seen["people"])),
        assessment=stored(Assessment | None, json.loads(seen["assessment"])),
        coverage=stored(Coverage | None, json.loads(seen["coverage"])),
        scope=seen["scope"],
        journal=seen["journal"],
        proofs=tuple(json.loads(seen["proofs"])),
        evidence=tuple((r.path, r.hmac) for r in hashes),
    )
