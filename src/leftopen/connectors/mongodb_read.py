"""Reading MongoDB: lists, counts, and documents in the server's own large batches, decoded straight into Arrow."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from leftopen.connector import Draw
from leftopen.connectors.mongodb_protocol import MAX_REPLY, UNAUTHORIZED, error_code, first_batch
from leftopen.connectors.mongodb_talk import Account, Talk, account, log_in
from leftopen.errors import LeftopenError, ProtocolError, StoreRefused
from leftopen.model import Collection, Flag, Probe
from leftopen.tls import only_over_tls
from leftopen.wire import Door

if TYPE_CHECKING:
    import pyarrow as pa

MAX_NAMES = 10_000
READ_SECONDS = 60.0


@contextlib.contextmanager
def session(door: Door, probe: Probe) -> Iterator[Talk]:
    """A conversation for bulk reading, logged in if only the owner's credential opens the store."""
    owner = account(door) if Flag.OWNER_CREDENTIAL in probe.flags else None
    if owner is not None:
        only_over_tls(door.grant, door.target.label, probe.tls)
    with door.open(tls=probe.tls, verify=owner is not None, lifetime=door.seconds_left() + 1) as stream:
        talk = Talk(stream, limit=MAX_REPLY, options=codec(), old=_is_old(probe))
        if owner is not None:
            log_in(talk, owner)
        yield talk


def _is_old(probe: Probe) -> bool:
    """True before 3.6, which does not know OP_MSG."""
    parts = probe.version.split(".")[:2]
    return len(parts) == 2 and all(part.isdigit() for part in parts) and (int(parts[0]), int(parts[1])) < (3, 6)


@cache
def codec() -> Any:
    """BSON options: MongoDB's own types become what Arrow knows, dates beyond Python's become text."""
    from bson import Binary, Code, DBRef, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp
    from bson.codec_options import CodecOptions, DatetimeConversion, TypeDecoder, TypeRegistry

    def made(kind: type, change: Any) -> Any:
        class Decoder(TypeDecoder):
            """Changes one type of BSON."""

            bson_type = kind

            def transform_bson(self, value: Any) -> Any:
                """The value as a type that Arrow knows."""
                return change(value)

        return Decoder()

    changes: dict[type, Any] = {
        ObjectId: str,
        Decimal128: str,
        Int64: int,
        Binary: _binary,
        Timestamp: lambda value: value.as_datetime(),
        Regex: lambda value: str(value.pattern),
        Code: str,
        DBRef: lambda value: f"{value.collection}/{value.id}",
        MinKey: lambda _: None,
        MaxKey: lambda _: None,
    }
    return CodecOptions(
        tz_aware=True,
        unicode_decode_error_handler="replace",
        datetime_conversion=DatetimeConversion.DATETIME_AUTO,
        type_registry=TypeRegistry([made(kind, change) for kind, change in changes.items()]),
    )


def _binary(value: Any) -> Any:
    """Binary data by its subtype: UUIDs as text, vectors as lists, the rest as bytes."""
    if value.subtype in (3, 4) and len(value) == 16:
        import uuid

        return str(uuid.UUID(bytes=bytes(value)))
    if value.subtype == 9:
        try:
            return list(value.as_vector().data)
        except (ValueError, TypeError):
            return bytes(value)
    return bytes(value)


def _checked(reply: Mapping[str, Any]) -> Mapping[str, Any]:
    if code := error_code(reply):
        word = "auth_required" if code in UNAUTHORIZED else "unknown"
        raise StoreRefused(f"The server refused this read (code {code}).", word)
    return reply


def database_names(reply: Mapping[str, Any]) -> list[str]:
    """Names from a reply to listDatabases."""
    found = reply.get("databases")
    entries = found[:MAX_NAMES] if isinstance(found, list) else []
    return [str(entry["name"]) for entry in entries if isinstance(entry, dict) and isinstance(entry.get("name"), str)]


def databases(talk: Talk, owner: Account | None) -> list[str]:
    """Names of all databases; where that list is refused, those the owner's account may see, else the one that the DSN names.

    Raises:
        StoreRefused: none of these is told.
    """
    reply = talk.ask({"listDatabases": 1, "nameOnly": True})
    if error_code(reply) and owner is not None:
        reply = talk.ask({"listDatabases": 1, "nameOnly": True, "authorizedDatabases": True})
        if error_code(reply) and owner.database:
            return [owner.database]
    return [name for name in database_names(_checked(reply)) if name]


def names(talk: Talk, database: str) -> list[tuple[str, str]]:
    """Name and kind (collection, view, timeseries) of each collection in one database.

    Raises:
        StoreRefused: the list was refused.
    """
    command: dict[str, Any] = {"listCollections": 1, "nameOnly": True, "authorizedCollections": True}
    reply = _checked(talk.ask(command, database))
    found: list[tuple[str, str]] = []
    while (part := first_batch(reply)) is not None:
        cursor, batch = part
        found += [(str(e["name"]), str(e.get("type", "collection"))) for e in batch if isinstance(e, dict) and "name" in e]
        if not cursor or len(found) >= MAX_NAMES:
            break
        reply = _checked(talk.ask({"getMore": cursor, "collection": "$cmd.listCollections"}, database))
    return sorted(found)


def describe(talk: Talk, database: str, name: str, system: bool) -> Collection:
    """A collection with the server's own count, which reads no document. Sizes are not asked: some servers scan for them."""
    rows = None
    if not system:
        count = talk.ask({"count": name}, database, timeout=READ_SECONDS)
        if not error_code(count) and isinstance(count.get("n"), int | float):
            rows = int(count["n"])
    return Collection(f"{database}.{name}", rows, system=system, locator=(database, name))


def method(collection: Collection, draw: Draw) -> str:
    """The way of drawing from this collection."""
    if draw.limit is None or (collection.rows is not None and collection.rows <= draw.limit):
        return "all"
    return "sample" if collection.rows else "scan_prefix"


def batches(door: Door, probe: Probe, collection: Collection, draw: Draw) -> Iterator[pa.RecordBatch]:
    """Record batches of one collection, one or more for each reply of the server."""
    from leftopen.arrow import documents_to_batches

    with session(door, probe) as talk:
        for documents in _documents(talk, collection, draw):
            yield from documents_to_batches(documents, draw.batch)


def _documents(talk: Talk, collection: Collection, draw: Draw) -> Iterator[list[dict[str, Any]]]:
    database, name = collection.locator
    reply: Mapping[str, Any] = {}
    if method(collection, draw) == "sample":
        size = {"batchSize": min(draw.limit or 1, draw.batch)}
        stages = [{"$sample": {"size": draw.limit}}]
        reply = talk.ask(
            {"aggregate": name, "pipeline": stages, "cursor": size, "maxTimeMS": 60_000}, database, timeout=READ_SECONDS
        )
    if first_batch(reply) is None:  # not asked, or refused: before 3.2, or more memory than the server gives to $sample
        reply = _checked(talk.ask(_find(name, draw), database, timeout=READ_SECONDS))
    left = draw.limit
    while (part := first_batch(reply)) is not None:
        cursor, found = part
        documents = [d for d in found if isinstance(d, dict)] if left is None else [d for d in found if isinstance(d, dict)][:left]
        left = None if left is None else left - len(documents)
        try:
            if documents:
                yield documents
        except GeneratorExit:
            _kill(talk, database, name, cursor)
            raise
        if not cursor or left == 0:
            _kill(talk, database, name, cursor)
            return
        more = {"getMore": cursor, "collection": name, "batchSize": draw.batch}
        reply = _checked(talk.ask(more, database, timeout=READ_SECONDS))
    raise ProtocolError("MongoDB answers a read without a cursor.")


def _find(name: str, draw: Draw) -> dict[str, Any]:
    command: dict[str, Any] = {"find": name, "batchSize": draw.batch if draw.limit is None else min(draw.batch, draw.limit)}
    if draw.limit is not None:
        command |= {"limit": draw.limit}
    return command


def _kill(talk: Talk, database: str, name: str, cursor: int) -> None:
    """Leave no cursor open on the server."""
    if cursor:
        with contextlib.suppress(LeftopenError):
            talk.ask({"killCursors": name, "cursors": [cursor]}, database)
