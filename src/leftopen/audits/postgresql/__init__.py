"""Who could still be inside a PostgreSQL server: roles, hooks, functions, links, jobs; dated by the bracket method.

One read-only transaction for each database, through the door's relay. Password hashes, function bodies and connection strings
are never read.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from leftopen.audit import Artefact, AuditReport, Span, ordered, plain
from leftopen.audits.postgresql.dating import Anchor, Dating, Mark, make_ruler
from leftopen.audits.postgresql.local import LOCAL
from leftopen.audits.postgresql.looks import (
    CLUSTER,
    COMMITS,
    CONTROL,
    CRON,
    DATABASES,
    FILES,
    MOMENTS,
    RIGHTS,
    RIGHTS_WITHOUT_CRON,
    RULER,
    RULERS,
    Look,
)
from leftopen.errors import LeftopenError, ProtocolError, StoreRefused
from leftopen.mechanisms import WithoutBinding
from leftopen.model import Skipped
from leftopen.wire import Door, Stream

SESSION = (
    "-c default_transaction_read_only=on -c default_transaction_isolation=repeatable\\ read -c statement_timeout=60000 "
    "-c lock_timeout=2000 -c TimeZone=UTC -c search_path=pg_catalog -c row_security=off -c client_min_messages=error"
)
"""Nothing can be written, nothing planted in a schema is called, no policy's function runs with our rights."""

MAX_DATABASES = 50
RULER_BYTES = 32 << 20
_NAMES = ("connect", "ssl request", "rights", "moments", "control", "databases", "rulers", "ruler", "commits", "files", "cron")

ACTIONS = {
    "account": "Ask who made it; if nobody did: ALTER ROLE … NOLOGIN, end its sessions, drop it.",
    "membership": "Revoke it unless somebody can say why it is there.",
    "role setting": "ALTER ROLE … RESET unless it is yours.",
    "function": "Read its body as another role than its owner; drop it unless it is yours.",
    "event trigger": "ALTER EVENT TRIGGER … DISABLE, then find out who made it.",
    "subscription": "ALTER SUBSCRIPTION … DISABLE unless it is yours.",
    "replication slot": "Drop it unless a replica of yours uses it.",
    "replica": "End it unless it is yours: a copy is being drawn.",
    "foreign server": "Drop it unless it is yours, and look at who used it.",
    "user mapping": "Drop it unless it is yours; renew the credential in it.",
    "publication": "Drop it unless a subscriber of yours uses it.",
    "setting": "Compare with your configuration; reset it if it is not yours.",
    "file setting": "ALTER SYSTEM RESET unless it is yours: it outlives restarts.",
    "entry rule": "Remove the line unless it is yours, then reload.",
    "job": "Read what it runs; unschedule it unless it is yours.",
}
_OTHERWISE = "Ask who made it; remove it if nobody did."

ROTATE = (
    "passwords of all roles (their hashes may have been read and can be guessed offline)",
    "passwords stored in user mappings, subscriptions, .pgpass files and applications",
    "the server's TLS key, if the role could read files on the host",
    "credentials in base backups and in archived logs, wherever copies of them lie",
    "operating system accounts, SSH keys and cron of the host: a superuser of the store can act as its system user",
)


@dataclass(slots=True)
class _Found:
    """Raw rows of the looks, and what was not seen."""

    rows: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    hidden: list[Skipped] = field(default_factory=list)
    files: dict[str, float] = field(default_factory=dict)


class PostgreSQLAudit:
    """The audit plug-in for PostgreSQL 12 and newer."""

    kind = "postgresql"
    commands = frozenset({*_NAMES, *(f"look: {look.kind}" for look in (*CLUSTER, *LOCAL))})

    def __call__(self, door: Door, dsn: str, window: Span) -> AuditReport:
        """Audit the whole server: see :func:`leftopen.audit.audit_store`."""
        target = door.target.label
        database = unquote(urlsplit(dsn).path.lstrip("/")) or "postgres"
        found = _Found()
        with _session(door, dsn, database) as ask:
            moments = ask("moments", MOMENTS)[0]
            dating, facts = _clock(ask, moments)
            rights = _rights(ask)
            others = [row["name"] for row in ask("databases", DATABASES) if row["name"] != moments["db"]]
            open_ = {row["name"]: row["may"] == "true" for row in ask("databases", DATABASES)}
            _looks(ask, CLUSTER, rights, found, target, "")
            if rights.get("stat"):
                found.files = {row["kind"]: float(row["at"]) for row in _try(ask, "files", FILES) or []}
            _database(ask, rights, found, dating, target, "" if not others else f"{moments['db']}: ")
            _commits(ask, moments, found, dating)
        for name in others[: MAX_DATABASES - 1]:
            if not open_[name]:
                found.hidden.append(Skipped(target, "rights", f"database {plain(name)} may not be entered with this credential"))
                continue
            _other(door, dsn, name, found, dating, target)
        if len(others) >= MAX_DATABASES:
            found.hidden.append(Skipped(target, "budget", f"only the first {MAX_DATABASES} databases were looked through"))
        facts += [f"dates rest on the insertion times in {ruler.name}" for ruler in dating.rulers]
        artefacts = ordered([_artefact(kind, row, dating, found, window) for kind, row in found.rows])
        return AuditReport(
            target,
            self.kind,
            "PostgreSQL",
            moments["version"].split()[0],
            window,
            artefacts,
            tuple(facts),
            tuple(found.hidden),
            ROTATE,
        )


audit = PostgreSQLAudit()


class _Ask:
    """Sends declared statements, one at a time, and gives rows of text."""

    def __init__(self, door: Door, connection: Any) -> None:
        self._door = door
        self._connection = connection

    def __call__(self, name: str, sql: str) -> list[dict[str, Any]]:
        """Rows of one statement.

        Raises:
            ProtocolError: the server refused it; the transaction is begun anew, so that the next one can run.
        """
        self._door.sends(name)
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(sql)
                rows: list[dict[str, Any]] = cursor.fetch_arrow_table().to_pylist()
                return rows
        except Exception as exc:  # noqa: BLE001  the driver's text may quote data: only the error class leaves
            code = getattr(exc, "sqlstate", None) or type(exc).__name__
            with contextlib.suppress(Exception):
                self._connection.rollback()
            raise ProtocolError(f"The server refused the statement {name!r} ({code}).") from None


@contextlib.contextmanager
def _session(door: Door, dsn: str, database: str) -> Iterator[_Ask]:
    """A read-only session in one database, through a relay, ended by ROLLBACK."""
    from adbc_driver_postgresql import dbapi

    parts = urlsplit(dsn)
    plain = parse_qs(parts.query).get("sslmode", [""])[0] in ("disable", "allow")
    secret = door.secret()
    greet = None if plain else partial(_greet, must=door.grant.wants_tls, verify=secret is not None)
    with door.relay(greet=greet, rewrite=None if plain else WithoutBinding, name=".s.PGSQL.5432") as path:
        facts = {
            "host": str(Path(path).parent),
            "port": "5432",
            "user": unquote(parts.username or "postgres"),
            "application_name": "leftopen audit",
            "sslmode": "disable",
            "gssencmode": "disable",
            "passfile": "/dev/null",
            "connect_timeout": "10",
            "options": SESSION,
        }
        if secret is not None:
            facts["password"] = secret
        uri = f"postgresql:///{quote(database, safe='')}?" + "&".join(f"{k}={quote(v, safe='')}" for k, v in facts.items())
        door.sends("connect")
        try:
            connection = dbapi.connect(uri)
        except Exception:  # noqa: BLE001  the driver's text may hold the password
            raise StoreRefused(f"{door.target.label} refused the owner's credential or the database.", "auth_required") from None
        try:
            yield _Ask(door, connection)
        finally:
            with contextlib.suppress(Exception):
                connection.rollback()
            with contextlib.suppress(Exception):
                connection.close()


def _greet(stream: Stream, *, must: bool, verify: bool) -> None:
    """TLS if the server offers it; plain if it does not and the DSN leaves the choice."""
    stream.send(b"\x00\x00\x00\x08\x04\xd2\x16\x2f", "ssl request")
    offered = stream.recv_exactly(1) == b"S"
    if offered:
        stream.start_tls(verify=verify)
    elif must:
        raise StoreRefused("The server does not speak TLS, which the DSN asks for.", "unknown")


def _try(ask: _Ask, name: str, sql: str) -> list[dict[str, Any]] | None:
    try:
        return ask(name, sql)
    except ProtocolError:
        return None


def _rights(ask: _Ask) -> dict[str, bool]:
    cron = ask("cron", CRON)[0]["n"] != "0"
    row = ask("rights", RIGHTS if cron else RIGHTS_WITHOUT_CRON)[0]
    return {name: bool(value) for name, value in row.items()}


def _clock(ask: _Ask, moments: Mapping[str, Any]) -> tuple[Dating, list[str]]:
    """What the server itself says about time."""
    if moments["readonly"] != "on":
        raise ProtocolError("The server did not accept a read-only session; nothing was asked.")
    dating = Dating(now=float(moments["now"]))
    facts = [f"the server was started {_text(moments['started'])}", f"its configuration was last loaded {_text(moments['loaded'])}"]
    control = _try(ask, "control", CONTROL)
    if control:
        row = control[0]
        dating.made = float(row["made"])
        dating.next = int(row["next"])
        dating.anchor = Anchor(0, float(row["checkpoint"]))
        dating.wrapped = row["epoch"] != "0"
        facts.insert(0, f"the server's data folder was made {_text(row['made'])}")
    return dating, facts


def _looks(ask: _Ask, looks: tuple[Look, ...], rights: Mapping[str, bool], found: _Found, target: str, prefix: str) -> None:
    for look in looks:
        if (look.needs and not rights.get(look.needs)) or (look.lacks and rights.get(look.lacks)):
            if look.hides:
                found.hidden.append(Skipped(target, "rights", f"{look.hides}: not shown to this credential"))
            continue
        rows = _try(ask, f"look: {look.kind}", look.sql)
        if rows is None:
            found.hidden.append(Skipped(target, "refused", f"{prefix}{look.kind}s could not be listed"))
            continue
        found.rows += [(look.kind, {**row, "name": prefix + str(row["name"])}) for row in rows]


def _database(ask: _Ask, rights: Mapping[str, bool], found: _Found, dating: Dating, target: str, prefix: str) -> None:
    """The looks of one database, and the rulers in it (transaction numbers are shared by all databases of a server)."""
    _looks(ask, LOCAL, rights, found, target, prefix)
    for row in _try(ask, "rulers", RULERS) or []:
        share = min(100.0, 100.0 * RULER_BYTES / int(row["size"]))
        sample = "" if share >= 100 else f"TABLESAMPLE SYSTEM ({share:.4f}) REPEATABLE (0)"
        read = _try(ask, "ruler", RULER.format(col=row["col"], name=row["name"], sample=sample))
        marks = (Mark(dating.age(int(r["xid"])), float(r["low"]), float(r["high"])) for r in read or [])
        ruler = make_ruler(plain(f"{prefix}{row['name']}.{row['col']}"), marks, dating.made, dating.now, dating.anchor)
        if ruler is not None:
            dating.rulers.append(ruler)


def _other(door: Door, dsn: str, name: str, found: _Found, dating: Dating, target: str) -> None:
    try:
        with _session(door, dsn, name) as ask:
            _database(ask, _rights(ask), found, dating, target, f"{name}: ")
    except LeftopenError as exc:
        found.hidden.append(Skipped(target, "refused", f"database {plain(name)}: {exc.what}"))


def _commits(ask: _Ask, moments: Mapping[str, Any], found: _Found, dating: Dating) -> None:
    """Exact commit times, where the server keeps them."""
    if moments["stamps"] != "on":
        return
    xids = sorted({int(row["xid"]) for _, row in found.rows if row.get("xid") and int(row["xid"]) > 2})
    for start in range(0, len(xids), 1000):
        values = ", ".join(f"('{xid}')" for xid in xids[start : start + 1000])
        for row in _try(ask, "commits", COMMITS.format(xids=values)) or []:
            if row["at"] is not None:
                dating.commits[row["xid"]] = float(row["at"])


def _artefact(kind: str, row: Mapping[str, Any], dating: Dating, found: _Found, window: Span) -> Artefact:
    low, high, by = dating.date(row["xid"])
    if row["low"] is not None:
        low, high, by = float(row["low"]), float(row["high"]), "the server's own date"
    elif kind in found.files:
        low, high, by = dating.made, found.files[kind], "last change of the file"
    between = (None if low is None else _moment(low), None if high is None else _moment(high))
    return Artefact(
        kind=kind,
        name=plain(str(row["name"])),
        detail=plain(str(row["detail"] or ""), 200),
        dated=window.when(*between),
        between=between,
        by=by,
        why=row["why"] or "",
        suspicious=row["why"] is not None,
        action=ACTIONS.get(kind, _OTHERWISE),
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _text(seconds: str) -> str:
    return _moment(float(seconds)).isoformat(sep=" ", timespec="seconds")
