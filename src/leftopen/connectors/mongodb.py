"""MongoDB and what speaks its protocol (mongod, mongos, Percona, FerretDB, DocumentDB).

``hello`` and ``buildInfo`` answer everybody and prove nothing. An empty list of databases proves nothing either: a server with
accounts may answer so, hence it is cross-checked with commands that such a server refuses with code 13.

Draws use ``$sample``: below 5 % of a collection MongoDB then jumps about in its storage and reads no more than it gives; above, the
collection has at most twenty times as many documents as are drawn, and is read once by the server. A collection that fits into the
draw is read whole.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from leftopen.connector import Connector, Draw
from leftopen.connectors import mongodb_read as reading
from leftopen.connectors.mongodb_protocol import UNAUTHORIZED, error_code, first_batch
from leftopen.connectors.mongodb_talk import Account, Talk, account, log_in
from leftopen.errors import LeftopenError, ProtocolError, StoreRefused, WireError
from leftopen.model import Collection, Depth, Flag, Probe, Sample, Verdict
from leftopen.tls import only_over_tls, unsent
from leftopen.wire import Door, Stream

SYSTEM = frozenset(("admin", "config", "local"))
DATABASES_TRIED = 16
COLLECTIONS_TRIED = 40
_GONE = ("eof", "reset")


class MongoDB(Connector):
    """The connector; see the module."""

    kind: ClassVar[str] = "mongodb"
    title: ClassVar[str] = "MongoDB"
    ports: ClassVar[tuple[int, ...]] = (27017, 27018, 27019)
    turn: ClassVar[int] = 30
    words: ClassVar[dict[str, str]] = {"store": "server", "collection": "collection", "record": "document"}
    commands: ClassVar[frozenset[str]] = frozenset(
        (
            *("hello", "isMaster", "buildInfo", "listDatabases", "listCollections", "count", "find", "getMore"),
            *("aggregate", "killCursors", "saslStart", "saslContinue"),
        )
    )

    def probe(self, door: Door) -> Probe | None:
        """See :meth:`Connector.probe`. OP_MSG first; a server that hangs up is asked in the old form, then over TLS."""
        ways: tuple[Callable[[], tuple[Stream, bool]], ...] = (
            lambda: (door.open(lifetime=30), False),
            lambda: (door.open(lifetime=30), True),
            lambda: (door.open(tls=True, lifetime=30), False),
        )
        first: WireError | None = None
        for way in ways:
            try:
                stream, old = way()
            except WireError as exc:
                raise first or exc from None
            with stream:
                try:
                    return _knock(door, stream, old=old)
                except ProtocolError:
                    return None
                except WireError as exc:
                    if exc.reason == "client_certificate":
                        why = "speaks TLS only, to clients with a certificate; what is behind it was not told"
                        return Probe(door.target, Verdict.TLS_REQUIRED, "", evidence=(why,), flags=frozenset({Flag.TLS}), tls=True)
                    if exc.reason not in _GONE or door.bytes_in:
                        raise
                    first = first or exc
        raise first or WireError("The server did not answer.", "timeout")

    def collections(self, door: Door, probe: Probe) -> Iterator[Collection]:
        """All collections but views, with the server's own counts. Raises after the last if a database was refused."""
        refused = 0
        with reading.session(door, probe) as talk:
            for database in reading.databases(talk, account(door) if Flag.OWNER_CREDENTIAL in probe.flags else None):
                try:
                    found = reading.names(talk, database)
                except StoreRefused:
                    refused += database not in SYSTEM
                    continue
                for name, kind in found:
                    if kind != "view":
                        system = database in SYSTEM or name.startswith("system.")
                        yield reading.describe(talk, database, name, system)
        if refused:
            raise StoreRefused(f"{refused} databases refused to be listed.")

    def sample(self, door: Door, probe: Probe, collection: Collection, draw: Draw) -> Sample:
        """See the module for the way of drawing."""
        return Sample(collection, reading.batches(door, probe, collection, draw), reading.method(collection, draw))


class Knock:
    """What was learned so far; becomes a Probe."""

    def __init__(self, door: Door, tls: bool) -> None:
        self.door = door
        self.tls = tls
        self.evidence: list[str] = []
        self.flags = {Flag.TLS} if tls else set[Flag]()
        self.product = "MongoDB"
        self.version = ""

    def probe(self, verdict: Verdict) -> Probe:
        """The Probe with this verdict."""
        return Probe(
            self.door.target,
            verdict,
            "mongodb",
            self.product,
            self.version,
            tuple(self.evidence),
            frozenset(self.flags),
            self.tls,
        )


def _knock(door: Door, stream: Stream, *, old: bool) -> Probe | None:
    talk = Talk(stream, old=old)
    hello = talk.ask({"isMaster": 1} if old else {"hello": 1})
    if error_code(hello) and not old:
        hello = talk.ask({"isMaster": 1})  # before 4.4.2
    if error_code(hello) or not ("maxWireVersion" in hello or "ismaster" in hello or "isWritablePrimary" in hello):
        return None
    knock = Knock(door, stream.tls)
    _introduce(knock, talk, hello)
    verdict = _judge(knock, talk)
    if verdict is Verdict.AUTH_REQUIRED and (owner := account(door)) is not None:
        try:
            _as_owner(door, stream, talk, owner)
        except LeftopenError as exc:
            knock.evidence.append(unsent(exc))
        else:
            knock.flags.add(Flag.OWNER_CREDENTIAL)
            knock.evidence.append("the owner's credential was accepted")
    return knock.probe(verdict)


def _as_owner(door: Door, stream: Stream, talk: Talk, owner: Account) -> None:
    """Log in where a stranger was refused; over TLS on a connection of its own, whose certificate is looked at."""
    only_over_tls(door.grant, door.target.label, stream.tls)
    if not stream.tls:
        log_in(talk, owner)
        return
    with door.open(tls=True, verify=True, lifetime=30) as proved:
        log_in(Talk(proved), owner)


def _introduce(knock: Knock, talk: Talk, hello: dict[str, Any]) -> None:
    """Product, version and advertised peers."""
    if hello.get("msg") == "isdbgrid":
        knock.evidence.append("a mongos: it routes to a sharded cluster")
    hosts = hello.get("hosts")
    for host in hosts[:20] if isinstance(hosts, list) else []:
        found = re.fullmatch(r"\[?([0-9A-Za-z.:_-]{1,253}?)\]?:(\d{1,5})", str(host))
        if found:
            knock.flags.add(Flag.ADVERTISES_PEERS)
            with contextlib.suppress(ValueError):
                knock.door.offered(found[1], int(found[2]))
    build = talk.ask({"buildInfo": 1})
    if error_code(build):
        knock.evidence.append(f"buildInfo refused (code {error_code(build)})")
        return
    knock.version = str(build.get("version", ""))[:40]
    for product, key in (("FerretDB", "ferretdb"), ("FerretDB", "ferretdbVersion"), ("Percona Server for MongoDB", "psmdbVersion")):
        if key in build:
            knock.product = product


def _refused(knock: Knock, what: str, code: int) -> Verdict:
    knock.evidence.append(f"{what} refused (code {code})")
    return Verdict.AUTH_REQUIRED if code in UNAUTHORIZED else Verdict.UNKNOWN


def _judge(knock: Knock, talk: Talk) -> Verdict:
    """Verdict on a stranger, from lists and one bounded read."""
    nothing = {"listCollections": 1, "nameOnly": True, "filter": {"name": ""}}
    if knock.door.depth < Depth.NAMES:
        if code := error_code(talk.ask(nothing)):
            return _refused(knock, "listCollections", code)
        knock.evidence.append("answers without credentials; depth touch: nothing was listed")
        return Verdict.UNKNOWN
    reply = talk.ask({"listDatabases": 1, "nameOnly": True})
    if code := error_code(reply):
        return _refused(knock, "listDatabases", code)
    databases = reading.database_names(reply)
    if not databases:
        return _empty_list(knock, talk, nothing)
    own = [name for name in databases if name not in SYSTEM]
    knock.evidence.append(f"{len(databases)} databases listed, {len(own)} of them not the server's own")
    if not own:
        checked = error_code(talk.ask(nothing))
        return _refused(knock, "listCollections", checked) if checked else Verdict.OPEN_EMPTY
    seen = set[Verdict]()
    tried = 0
    for database in own[:DATABASES_TRIED]:
        verdict, more = _inside(knock, talk, database, COLLECTIONS_TRIED - tried)
        seen.add(verdict)
        tried += more
        if verdict is Verdict.OPEN_DATA or tried >= COLLECTIONS_TRIED:
            break
    if (len(own) > DATABASES_TRIED or tried >= COLLECTIONS_TRIED) and Verdict.OPEN_DATA not in seen:
        seen.add(Verdict.OPEN_METADATA)
    for verdict in (Verdict.OPEN_DATA, Verdict.OPEN_METADATA):
        if verdict in seen:
            return verdict
    knock.evidence.append("no collection holds a document")
    return Verdict.OPEN_EMPTY


def _empty_list(knock: Knock, talk: Talk, nothing: dict[str, Any]) -> Verdict:
    """``ok: 1, databases: []``: what a server with accounts may answer to a stranger, as well as an empty one."""
    knock.evidence.append("listDatabases answered with an empty list")
    for name, command in (("listCollections", nothing), ("find", _one("system.version"))):
        if code := error_code(talk.ask(command)):
            return _refused(knock, name, code)
    knock.evidence.append("listCollections and find on admin were answered: nothing is hidden")
    return Verdict.OPEN_EMPTY


def _one(name: str) -> dict[str, Any]:
    return {"find": name, "limit": 1, "batchSize": 1, "singleBatch": True, "projection": {"_id": 1}, "maxTimeMS": 5000}


def _inside(knock: Knock, talk: Talk, database: str, left: int) -> tuple[Verdict, int]:
    """Verdict on one database, and how many collections were tried."""
    try:
        names = [name for name, kind in reading.names(talk, database) if kind != "view" and not name.startswith("system.")]
    except StoreRefused:
        knock.evidence.append("the list of collections of one database was refused")
        return Verdict.OPEN_METADATA, 1
    if not names:
        return Verdict.OPEN_EMPTY, 1
    knock.evidence.append(f"{len(names)} collections listed in one database")
    refused = found = 0
    for tried, name in enumerate(names[:left], 1):
        command = {"count": name} if knock.door.depth < Depth.SAMPLE else _one(name)
        reply = talk.ask(command, database)
        batch = first_batch(reply)
        if error_code(reply):
            refused += 1
        elif knock.door.depth < Depth.SAMPLE:
            found += bool(reply.get("n"))
        elif batch and batch[1]:
            knock.evidence.append("the key of one document was read without credentials")
            return Verdict.OPEN_DATA, tried
    if refused:
        knock.evidence.append(f"{refused} collections refused to be read")
    return Verdict.OPEN_METADATA if refused or found or len(names) > left else Verdict.OPEN_EMPTY, max(1, len(names[:left]))
