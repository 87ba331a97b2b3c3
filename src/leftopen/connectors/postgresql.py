"""PostgreSQL and what speaks its protocol. Collections are tables, partitioned tables and materialised views of every database.

The role is the one of the owner's DSN, else ``postgres``, the name that every installation gives its superuser: with ``trust`` a
name is all it takes, and this one is a convention, not a guess. A server that trusts everybody but has no such role is
``restricted``: open to who knows a role. No password is sent unless the scope holds the owner's.

Views are not read (they repeat tables and may call any function), nor foreign tables (they lead to other servers). Rows are drawn
by ``TABLESAMPLE``: ``BERNOULLI`` for tables up to 32 MiB, every row alike; ``SYSTEM`` for larger ones, whole pages alike, so that
the rest is not read. Tables that fit into the draw are read whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import urlsplit

from leftopen.connector import Connector, Draw
from leftopen.connectors import postgresql_catalog as catalog
from leftopen.connectors import postgresql_read as reading
from leftopen.connectors.postgresql_knock import FALLBACK, ROLE, Session, Talk, account, enter, judge_refusal, product
from leftopen.connectors.postgresql_protocol import Refusal
from leftopen.errors import LeftopenError, ProtocolError, StoreRefused, WireError
from leftopen.model import Collection, Depth, Flag, Probe, Sample, Verdict
from leftopen.tls import unsent
from leftopen.wire import Door

DATABASES_TRIED = 16
TABLES_TRIED = 40


class PostgreSQL(Connector):
    """The connector; see the module."""

    kind: ClassVar[str] = "postgresql"
    title: ClassVar[str] = "PostgreSQL"
    ports: ClassVar[tuple[int, ...]] = (5432, 5433, 6432)
    turn: ClassVar[int] = 40
    words: ClassVar[dict[str, str]] = {"store": "server", "collection": "table", "record": "row"}
    commands: ClassVar[frozenset[str]] = frozenset(
        ("SSLRequest", "Startup", "SELECT", "BEGIN READ ONLY", "COPY TO STDOUT", "Password", "Terminate")
    )

    def probe(self, door: Door) -> Probe | None:
        """See :meth:`Connector.probe`."""
        role, database = account(door)
        try:
            session, stream, talk = enter(door, role, database)
            if session.refusal and session.refusal.code == "3D000" and session.trusted:
                stream.close()
                session, stream, talk = enter(door, role, FALLBACK)
        except ProtocolError:
            return None
        except WireError as exc:
            if exc.reason not in ("tls", "client_certificate"):
                raise
            why = "plaintext is refused and the TLS handshake did not complete"
            return Probe(door.target, Verdict.TLS_REQUIRED, self.kind, "PostgreSQL", evidence=(why,), flags=frozenset({Flag.TLS}))
        with stream:
            if session.ready:
                knock = Knock(door, session)
                verdict = knock.judge(talk)
                talk.leave()
                return knock.probe(verdict)
        verdict, why = judge_refusal(session)
        if not (session.asked or session.trusted or (session.refusal and session.refusal.code)):
            return None
        knock = Knock(door, session)
        knock.evidence.append(why)
        if verdict is Verdict.AUTH_REQUIRED and door.secret() is not None:
            knock.try_owner()
        return knock.probe(verdict)

    def collections(self, door: Door, probe: Probe) -> Iterator[Collection]:
        """Tables of every database that the role may enter, with estimates from the catalogue; small tables are counted.

        Raises after the last one if a database was refused.
        """
        first, names = reading.databases(door, probe)
        found: list[tuple[str, list[Collection]]] = []
        refused = 0
        for name in names or [first]:
            try:
                found.append((name, list(reading.tables(door, probe, name))))
            except StoreRefused:
                refused += 1
        several = sum(bool(tables) for _, tables in found) > 1
        for name, tables in found:
            for table in tables:
                yield reading.renamed(table, name) if several else table
        if refused:
            raise StoreRefused(f"{refused} databases refused to be listed.")

    def sample(self, door: Door, probe: Probe, collection: Collection, draw: Draw) -> Sample:
        """See the module for the ways of drawing."""
        plan = reading.plan(collection, draw)
        return Sample(collection, reading.batches(door, probe, collection, plan), plan.method)


class Knock:
    """What a session that the server let in shows."""

    def __init__(self, door: Door, session: Session) -> None:
        self.door = door
        self.session = session
        self.evidence: list[str] = []
        self.flags = {Flag.TLS} if session.tls else set[Flag]()
        self.banner = ""
        self.role = "the role of the scope's DSN" if door.grant.dsn and urlsplit(door.grant.dsn).username else f"role {ROLE}"

    def probe(self, verdict: Verdict) -> Probe:
        """The Probe with this verdict."""
        name, version = product(self.session.parameters, self.banner)
        return Probe(
            self.door.target,
            verdict,
            "postgresql",
            name,
            version,
            tuple(self.evidence),
            frozenset(self.flags),
            self.session.tls,
        )

    def try_owner(self) -> None:
        """Log in with the owner's credential; it adds evidence and a flag, and leaves the verdict on strangers as it is."""
        try:
            reading.check_login(self.door, self.session.tls)
        except LeftopenError as exc:
            self.evidence.append(unsent(exc))
            return
        self.flags.add(Flag.OWNER_CREDENTIAL)
        self.evidence.append("the owner's credential was accepted")

    def judge(self, talk: Talk) -> Verdict:
        """Verdict from inside: databases, tables, one row."""
        self.evidence.append(f"ReadyForQuery for {self.role} without a password")
        if self.door.depth < Depth.NAMES:
            self.evidence.append("depth touch: nothing was listed")
            return Verdict.UNKNOWN
        banner = talk.select(catalog.BANNER)
        if not isinstance(banner, Refusal) and banner:
            self.banner = banner[0][0] or ""
        names = talk.select(catalog.DATABASES)
        if isinstance(names, Refusal):
            self.evidence.append(f"the list of databases was refused ({names.code})")
            others: list[str] = []
        else:
            others = [row[0] for row in names if row[0] and row[0] != self.session.database]
            self.evidence.append(f"{len(names)} databases listed")
        seen = [self._inside(talk)]
        for other in others[: DATABASES_TRIED - 1]:
            if Verdict.OPEN_DATA in seen:
                break
            seen.append(self._elsewhere(other))
        if len(others) >= DATABASES_TRIED and Verdict.OPEN_DATA not in seen:
            self.evidence.append(f"{len(others) + 1 - DATABASES_TRIED} more databases were not looked into")
            seen.append(Verdict.UNKNOWN)
        for verdict in (Verdict.OPEN_DATA, Verdict.OPEN_METADATA, Verdict.UNKNOWN, Verdict.RESTRICTED):
            if verdict in seen:
                return verdict
        self.evidence.append("no table of any database holds a row")
        return Verdict.OPEN_EMPTY

    def _elsewhere(self, database: str) -> Verdict:
        try:
            session, stream, talk = enter(self.door, self.session.role, database)
        except (WireError, ProtocolError):
            self.evidence.append("one database could not be entered")
            return Verdict.UNKNOWN
        with stream:
            if not session.ready:
                self.evidence.append(f"one database refused entry ({session.refusal.code if session.refusal else 'password'})")
                return Verdict.RESTRICTED
            verdict = self._inside(talk)
            talk.leave()
            return verdict

    def _inside(self, talk: Talk) -> Verdict:
        """Tables of the database that we are in, then one row of one of them."""
        tables = talk.select(catalog.NAMES)
        if isinstance(tables, Refusal):
            self.evidence.append(f"the list of tables was refused ({tables.code})")
            return Verdict.RESTRICTED
        if not tables:
            return Verdict.OPEN_EMPTY
        stored = [row for row in tables if row[3] in ("r", "m")]
        self.evidence.append(f"{len(tables)} tables and views listed in one database")
        if self.door.depth < Depth.SAMPLE:
            return Verdict.OPEN_METADATA
        refused = 0
        for _, schema, table, kind in stored[:TABLES_TRIED]:
            rows = talk.select(catalog.one_row(schema or "", table or "", kind or "r"))
            if isinstance(rows, Refusal):
                refused += 1
            elif rows:
                self.evidence.append("one row of one table was read without credentials")
                return Verdict.OPEN_DATA
        if refused:
            self.evidence.append(f"{refused} tables refused to be read")
        if refused or len(stored) > TABLES_TRIED or len(stored) < len(tables):
            return Verdict.OPEN_METADATA
        return Verdict.OPEN_EMPTY
