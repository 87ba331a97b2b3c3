"""Reading many Redis keys at once, by redis-py over the wire's relay: bounded pipelines, one bounded command a key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from leftopen.connectors.redis_keys import glob
from leftopen.connectors.redis_protocol import command
from leftopen.errors import StoreRefused

KEYS = 500
"""Keys in one pipeline."""
ELEMENTS = 256
"""Elements that one command reads of one key; a key with more is read on page by page."""
SAMPLE_BYTES = 1 << 18
FULL_BYTES = 1 << 22
"""How much of one string is read, at depth sample and full."""

Record = dict[str, Any]


def scan(client: Any, *, match: str | None = None, kind: str | None = None, count: int = 1000) -> Iterator[list[bytes]]:
    """Pages of key names in the order of the server's hash table: unrelated to their content and to when they were written."""
    cursor = 0
    while True:
        cursor, keys = client.scan(cursor=cursor, match=match, count=count, _type=kind)
        if keys:
            yield keys
        if not cursor:
            return


def types(client: Any, keys: list[bytes]) -> list[str]:
    """The type of each key (``none`` if it is gone, ``refused`` if rights are missing)."""
    return [
        "refused" if isinstance(word, Exception) else word.decode() if isinstance(word, bytes) else str(word)
        for word in _pipe(client, (("TYPE", key) for key in keys))
    ]


def sizes(client: Any, keys: list[bytes], kind: str) -> list[int]:
    """Number of elements of each key of one type; bytes for strings."""
    name = {"hash": "HLEN", "list": "LLEN", "set": "SCARD", "zset": "ZCARD", "stream": "XLEN", "string": "STRLEN"}.get(kind)
    if name is None:
        return []
    return [n for n in _pipe(client, ((name, key) for key in keys)) if isinstance(n, int)]


def matching(client: Any, pattern: str, ours: re.Pattern[str], kind: str, typed: bool) -> Iterator[list[bytes]]:
    """Pages of the keys of one collection, by pattern and type. ``typed``: the server can select by type itself (from 6.0)."""
    plain = pattern == "*"
    for page in scan(client, match=None if plain else glob(pattern), kind=kind if typed else None):
        keys = [key for key in page if ours.fullmatch(key[:512].decode("utf-8", "replace"))]
        if keys and not typed:
            keys = [key for key, word in zip(keys, types(client, keys), strict=True) if word == kind]
        for start in range(0, len(keys), KEYS):
            yield keys[start : start + KEYS]


def records(client: Any, keys: list[bytes], kind: str, cap: int, whole: bool) -> Iterator[Record]:
    """The records of these keys: one a key for strings and hashes, one an element for the rest and for very large hashes.
    A string that is a JSON object is a record of its keys, any other is ``value``.

    ``whole``: read on beyond the first page of a large key. Every record has ``@key``.
    """
    reads: dict[str, Callable[[bytes], tuple[Any, ...]]] = {
        "string": lambda key: ("GETRANGE", key, 0, cap - 1),
        "hash": lambda key: ("HSCAN", key, 0, "COUNT", ELEMENTS),
        "list": lambda key: ("LRANGE", key, 0, ELEMENTS - 1),
        "set": lambda key: ("SSCAN", key, 0, "COUNT", ELEMENTS),
        "zset": lambda key: ("ZSCAN", key, 0, "COUNT", ELEMENTS),
        "stream": lambda key: ("XRANGE", key, "-", "+", "COUNT", ELEMENTS),
        "ReJSON-RL": lambda key: ("JSON.GET", key),
    }
    replies = _pipe(client, (reads[kind](key) for key in keys))
    if replies and all(isinstance(reply, Exception) for reply in replies):
        raise StoreRefused("The server refused to read any of these keys.")
    for key, reply in zip(keys, replies, strict=True):
        if reply is None or isinstance(reply, Exception):
            continue
        yield from _SHAPES[kind](client, key, reply, cap, whole)


def _string(client: Any, key: bytes, reply: bytes, cap: int, whole: bool) -> Iterator[Record]:  # noqa: ARG001
    if not reply:
        return
    if reply[:1] == b"{" and isinstance(fields := _json(reply), dict):
        yield {"@key": _text(key), **fields}
    else:
        yield {"@key": _text(key), "value": _text(reply, cut=len(reply) >= cap)}


def _hash(client: Any, key: bytes, reply: Any, cap: int, whole: bool) -> Iterator[Record]:  # noqa: ARG001
    cursor, items = reply
    if not int(cursor):
        if items:
            yield {"@key": _text(key), **{_name(k): _text(v) for k, v in _pairs(items)}}
        return
    for page in _pages(client, "HSCAN", key, reply, whole):
        for name, value in _pairs(page):
            yield {"@key": _text(key), "@field": _text(name), "value": _text(value)}


def _set(client: Any, key: bytes, reply: Any, cap: int, whole: bool) -> Iterator[Record]:  # noqa: ARG001
    for page in _pages(client, "SSCAN", key, reply, whole):
        for value in page:
            yield {"@key": _text(key), "value": _text(value)}


def _zset(client: Any, key: bytes, reply: Any, cap: int, whole: bool) -> Iterator[Record]:  # noqa: ARG001
    for page in _pages(client, "ZSCAN", key, reply, whole):
        for value, score in _pairs(page):
            yield {"@key": _text(key), "value": _text(value), "score": _float(score)}


def _list(client: Any, key: bytes, reply: list[bytes], cap: int, whole: bool) -> Iterator[Record]:  # noqa: ARG001
    start = 0
    while reply:
        for value in reply:
            yield {"@key": _text(key), "value": _text(value)}
        start += len(reply)
        if not whole or len(reply) < ELEMENTS:
            return
        reply = _one(client, "LRANGE", key, start, start + ELEMENTS - 1)


def _stream(client: Any, key: bytes, reply: list[Any], cap: int, whole: bool) -> Iterator[Record]:  # noqa: ARG001
    while reply:
        for entry, fields in reply:
            yield {"@key": _text(key), "@id": _text(entry), **{_name(k): _text(v) for k, v in _pairs(fields or [])}}
        if not whole or len(reply) < ELEMENTS:
            return
        time, _, number = bytes(reply[-1][0]).partition(b"-")
        reply = _one(client, "XRANGE", key, b"%s-%d" % (time, int(number) + 1), "+", "COUNT", ELEMENTS)


READABLE = frozenset(("string", "ReJSON-RL", "hash", "set", "zset", "list", "stream"))
"""Types of keys that can be read."""
_SHAPES: dict[str, Callable[[Any, bytes, Any, int, bool], Iterator[Record]]] = {
    "string": _string,
    "ReJSON-RL": _string,
    "hash": _hash,
    "set": _set,
    "zset": _zset,
    "list": _list,
    "stream": _stream,
}


def _pages(client: Any, name: str, key: bytes, reply: Any, whole: bool) -> Iterator[list[bytes]]:
    while True:
        cursor, items = reply
        yield items
        if not whole or not int(cursor):
            return
        reply = _one(client, name, key, int(cursor), "COUNT", ELEMENTS * 4)


def _pipe(client: Any, commands: Iterable[tuple[Any, ...]]) -> list[Any]:
    """Replies of a pipeline of one kind of command, unconverted; a refused command gives its exception in place."""
    connection = client.connection
    source = iter(commands)
    replies: list[Any] = []
    while chunk := list(islice(source, KEYS)):
        connection.declare(chunk[0][0], len(chunk))
        connection.send_packed_command([b"".join(command(*parts) for parts in chunk)])
        replies += [_reply(connection) for _ in chunk]
    return replies


def _reply(connection: Any) -> Any:
    from redis.exceptions import ResponseError

    try:
        return connection.read_response(disable_decoding=True)
    except ResponseError as exc:
        return exc


def _one(client: Any, *parts: Any) -> Any:
    reply = _pipe(client, [parts])[0]
    if isinstance(reply, Exception):
        raise reply
    return reply


def _pairs(items: list[Any]) -> Iterator[tuple[Any, Any]]:
    return zip(items[::2], items[1::2], strict=False)


def _json(value: bytes) -> Any:
    import orjson

    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return None


def _text(value: bytes, cut: bool = False) -> str | bytes:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as exc:
        if cut and exc.start >= len(value) - 3:
            return value[: exc.start].decode("utf-8")
        return value


def _name(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _float(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
