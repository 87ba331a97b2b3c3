"""Reading PostgreSQL in bulk: ADBC (libpq underneath) over the wire's relay, binary COPY, Arrow batches as they come."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from leftopen.connector import Draw
from leftopen.connectors import postgresql_catalog as catalog
from leftopen.connectors.postgresql_knock import FALLBACK, account, negotiate
from leftopen.errors import LeftopenError, StoreRefused, WireError
from leftopen.mechanisms import WithoutBinding
from leftopen.model import Collection, Depth, Flag, Probe
from leftopen.tls import only_over_tls
from leftopen.wire import Door, Stream

if TYPE_CHECKING:
    import pyarrow as pa

SMALL_BYTES = 8 << 20
"""Tables up to this size are counted rather than believed, from depth sample on."""
COUNTED = 200
BERNOULLI_BYTES = 32 << 20
BATCH_BYTES = 8 << 20
OVERDRAW = 1.3
"""A sampled share varies: ask for a little more than the limit, cut at it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to draw: its name, what follows FROM, and the number of rows at most."""

    method: str
    tail: str


def plan(collection: Collection, draw: Draw) -> Plan:
    """The way of drawing from this table."""
    if draw.limit is None:
        return Plan("all", "")
    cut = f" LIMIT {int(draw.limit)}"
    rows = collection.rows
    if rows is not None and rows <= draw.limit:
        return Plan("all", cut)
    if not rows:
        return Plan("scan_prefix", cut)
    share = min(100.0, 100.0 * OVERDRAW * draw.limit / rows)
    if share > 50.0:
        return Plan("scan_prefix" if share >= 100.0 else "tablesample_bernoulli", _sampled("BERNOULLI", share, draw.seed) + cut)
    if (collection.bytes or 0) <= BERNOULLI_BYTES:
        return Plan("tablesample_bernoulli", _sampled("BERNOULLI", share, draw.seed) + cut)
    return Plan("tablesample_system", _sampled("SYSTEM", share, draw.seed) + cut)


def _sampled(way: str, share: float, seed: int) -> str:
    return f" TABLESAMPLE {way} ({share:.6f}) REPEATABLE ({int(seed)})"


@contextlib.contextmanager
def session(door: Door, tls: bool, database: str, *, owner: bool) -> Iterator[Any]:
    """An ADBC connection inside a read-only transaction. libpq's own environment variables are overridden.

    Raises:
        StoreRefused, WireError, BudgetSpent; no text of the driver's errors survives.
    """
    import pyarrow as pa
    from adbc_driver_manager import Error

    role, _ = account(door)
    options = {
        "hostaddr": "",
        "port": "5432",
        "user": role,
        "connect_timeout": "10",
        "application_name": "leftopen",
        "gssencmode": "disable",
        "target_session_attrs": "any",
        "options": f"-c default_transaction_read_only=on -c lock_timeout=2000 -c statement_timeout={_milliseconds(door)}",
    }
    if owner and (secret := door.secret()) is not None:
        only_over_tls(door.grant, door.target.label, tls)
        options |= {"password": secret, "require_auth": "!password"}
        door.sends("Password")
    for command in ("Startup", "SELECT", "BEGIN READ ONLY"):
        door.sends(command)
    greet = partial(_greet, verify="password" in options) if tls else None
    with door.relay(name=".s.PGSQL.5432", greet=greet, rewrite=WithoutBinding if tls else None) as path:
        folder = quote(str(Path(path).parent), safe="")
        options["passfile"] = f"{path}.none"
        words = "&".join(f"{key}={quote(value, safe='')}" for key, value in options.items())
        try:
            yield from _connected(f"postgresql://{folder}/{quote(database, safe='')}?{words}")
            return
        except (Error, OSError, pa.ArrowException) as exc:
            state, failed = getattr(exc, "sqlstate", "") or "", type(exc).__name__
        door.check()
        if state.startswith("28") or state == "42501":
            raise StoreRefused(f"The server refused this read ({state}).")
        if state.startswith(("22", "42", "0A", "55", "57014")):
            raise StoreRefused(f"The server could not carry out this read ({state}).", "unknown")
        raise WireError(f"Reading from {door.target.label} ended early ({state or failed}).", "reset")


def _connected(uri: str) -> Iterator[Any]:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(uri, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN READ ONLY")
        yield cursor


def _milliseconds(door: Door) -> int:
    return max(1000, int(door.seconds_left() * 1000))


def _greet(stream: Stream, *, verify: bool) -> None:
    if not negotiate(stream, verify=verify):
        raise WireError("The server no longer offers TLS.", "tls")


def check_login(door: Door, tls: bool) -> None:
    """Log in with the owner's credential and leave.

    Raises:
        LeftopenError: it was not accepted.
    """
    with session(door, tls, account(door)[1], owner=True):
        pass


def _ask(door: Door, cursor: Any, sql: str) -> list[tuple[Any, ...]]:
    door.sends("SELECT")
    door.sends("COPY TO STDOUT")
    cursor.execute(sql)
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def databases(door: Door, probe: Probe) -> tuple[str, list[str]]:
    """The database to enter first, and all that the role may enter (empty if the server does not tell)."""
    first = account(door)[1]
    for name in (first, FALLBACK):
        try:
            with session(door, probe.tls, name, owner=Flag.OWNER_CREDENTIAL in probe.flags) as cursor:
                return name, [str(row[0]) for row in _ask(door, cursor, catalog.DATABASES)]
        except LeftopenError:
            if name == FALLBACK:
                raise
    return first, []


def tables(door: Door, probe: Probe, database: str) -> Iterator[Collection]:
    """The collections of one database."""
    with session(door, probe.tls, database, owner=Flag.OWNER_CREDENTIAL in probe.flags) as cursor:
        found = _ask(door, cursor, catalog.TABLES)
        columns = _columns(door, cursor, [int(row[0]) for row in found])
        counted = 0
        for oid, schema, name, kind, rows, size, readable in found:
            exact = False
            known: int | None = int(rows) if float(rows) >= 0 else None
            if door.depth >= Depth.SAMPLE and readable and kind in "rm" and int(size) <= SMALL_BYTES and counted < COUNTED:
                counted += 1
                known, exact = int(_ask(door, cursor, catalog.count(schema, name, kind))[0][0]), True
            yield Collection(
                name=f"{schema}.{name}",
                rows=None if kind == "f" else known,
                bytes=None if kind == "f" else int(size),
                rows_exact=exact,
                hints=tuple((column.name, column.declared) for column in columns[int(oid)]),
                locator=(database, str(schema), str(name), str(kind), str(int(oid))),
            )


def renamed(collection: Collection, database: str) -> Collection:
    """The same collection, named with its database, for servers where several hold tables."""
    return replace(collection, name=f"{database}.{collection.name}")


def _columns(door: Door, cursor: Any, oids: list[int]) -> dict[int, list[catalog.Column]]:
    found: dict[int, list[catalog.Column]] = defaultdict(list)
    for start in range(0, len(oids), 500):
        part = ", ".join(str(oid) for oid in oids[start : start + 500])
        for row in _ask(door, cursor, catalog.COLUMNS.format(oids=part)):
            found[int(row[0])].append(catalog.column(*(str(value) for value in row[1:9]), readable=bool(row[9])))
    return found


def batches(door: Door, probe: Probe, collection: Collection, how: Plan) -> Iterator[pa.RecordBatch]:
    """Record batches of one table as the server streams them."""
    database, schema, name, kind, oid = collection.locator
    if kind == "f":
        raise StoreRefused("A foreign table leads to another server; it is not read.")
    with session(door, probe.tls, database, owner=Flag.OWNER_CREDENTIAL in probe.flags) as cursor:
        columns = [column for column in _columns(door, cursor, [int(oid)])[int(oid)] if column.readable]
        if not columns:
            raise StoreRefused("No column of this table may be read.")
        cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(BATCH_BYTES)})
        started = False
        for batch in _stream(door, cursor, catalog.select(schema, name, kind, columns, how.tail)):
            started = True
            yield batch
        if not started and how.method.startswith("tablesample"):
            # an unlucky draw of a small share: the first rows are better than none
            limit = how.tail[how.tail.rindex(" LIMIT") :]
            yield from _stream(door, cursor, catalog.select(schema, name, kind, columns, limit))


def _stream(door: Door, cursor: Any, sql: str) -> Iterator[pa.RecordBatch]:
    door.sends("SELECT")
    door.sends("COPY TO STDOUT")
    cursor.execute(sql)
    for batch in cursor.fetch_record_batch():
        if batch.num_rows:
            yield batch
