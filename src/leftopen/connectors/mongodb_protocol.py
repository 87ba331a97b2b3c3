"""MongoDB's wire protocol over bytes: OP_MSG, and OP_QUERY for servers before 3.6. No input or output here.

Compressed messages are neither sent nor understood, checksums and more than one section neither. BSON is read by PyMongo's own
``bson`` package, after its length was checked.
Source: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

from leftopen.errors import ProtocolError

MAX_REPLY = 48_000_000 + 512
"""Longest message that MongoDB itself allows."""
MAX_PROBE_REPLY = 4 << 20
OP_REPLY, OP_QUERY, OP_MSG = 1, 2004, 2013
HEADER = struct.Struct("<iiii")
UNAUTHORIZED = frozenset((13, 18))
"""Error codes Unauthorized and AuthenticationFailed."""


def message(document: Mapping[str, Any], request: int) -> bytes:
    """An OP_MSG with one document, a command with its ``$db``."""
    import bson

    body = struct.pack("<I", 0) + b"\0" + bson.encode(document)
    return HEADER.pack(HEADER.size + len(body), request, 0, OP_MSG) + body


def old_query(document: Mapping[str, Any], request: int) -> bytes:
    """The same command as an OP_QUERY on ``$cmd``, readable by a secondary."""
    import bson

    command = {name: value for name, value in document.items() if name not in ("$db", "$readPreference")}
    space = f"{document['$db']}.$cmd".encode() + b"\0"
    body = struct.pack("<I", 4) + space + struct.pack("<ii", 0, -1) + bson.encode(command)
    return HEADER.pack(HEADER.size + len(body), request, 0, OP_QUERY) + body


class Reader:
    """Collects bytes and gives the documents of whole replies. Memory is bounded by ``limit`` and what one read brings."""

    def __init__(self, limit: int = MAX_PROBE_REPLY, options: Any = None) -> None:
        self._data = bytearray()
        self._limit = limit
        self._options = options

    def feed(self, data: bytes) -> None:
        """Add bytes as they came."""
        self._data += data

    def missing(self) -> int:
        """Bytes that the message under way still lacks; 0 if that is not known yet."""
        if len(self._data) < HEADER.size:
            return 0
        return max(0, int(HEADER.unpack_from(self._data)[0]) - len(self._data))

    def take(self) -> tuple[int, dict[str, Any]] | None:
        """Request id that is answered, and the answer; None if more bytes are needed.

        Raises:
            ProtocolError: the bytes are not MongoDB's, or announce more than ``limit``.
        """
        if len(self._data) < HEADER.size:
            return None
        size, _, answers, code = HEADER.unpack_from(self._data)
        if code not in (OP_REPLY, OP_MSG) or not HEADER.size + 5 <= size <= self._limit:
            raise ProtocolError("The answer is not in MongoDB's protocol.")
        if len(self._data) < size:
            return None
        body = bytes(memoryview(self._data)[HEADER.size : size])
        del self._data[:size]
        return int(answers), _document(body, 20 if code == OP_REPLY else _section(body), self._options)


def _section(body: bytes) -> int:
    """Where the document of an OP_MSG begins."""
    (flags,) = struct.unpack_from("<I", body)
    if flags & ~0x2 or body[4] != 0:  # bit 1: more to come, which we never ask for
        raise ProtocolError("A MongoDB reply has a form that was not asked for.")
    return 5


def _document(body: bytes, at: int, options: Any) -> dict[str, Any]:
    import bson

    if len(body) < at + 5:
        raise ProtocolError("A MongoDB reply is cut short.")
    (size,) = struct.unpack_from("<i", body, at)
    if size != len(body) - at:
        raise ProtocolError("A MongoDB reply does not add up.")
    try:
        found = bson.decode(body[at:], options or _plain())
    except (bson.errors.BSONError, ValueError, TypeError, OverflowError, RecursionError, UnicodeDecodeError):
        raise ProtocolError("A MongoDB reply holds no valid BSON.") from None
    return dict(found)


def _plain() -> Any:
    from bson.codec_options import CodecOptions, DatetimeConversion

    return CodecOptions(unicode_decode_error_handler="replace", datetime_conversion=DatetimeConversion.DATETIME_MS)


def error_code(reply: Mapping[str, Any]) -> int:
    """0 if the command went well, else the error code (-1 if the server gave none)."""
    ok = reply.get("ok")
    if isinstance(ok, int | float) and ok == 1:
        return 0
    code = reply.get("code")
    if isinstance(code, int) and code:
        return int(code)
    text = str(reply.get("errmsg") or reply.get("$err") or "")
    return 13 if "not authorized" in text or "requires authentication" in text or text.startswith("unauthorized") else -1


def first_batch(reply: Mapping[str, Any]) -> tuple[int, list[Any]] | None:
    """Cursor id and documents of a cursor reply; None if it is none."""
    cursor = reply.get("cursor")
    if not isinstance(cursor, dict):
        return None
    batch = cursor.get("firstBatch", cursor.get("nextBatch"))
    number = cursor.get("id")
    if not isinstance(batch, list) or not isinstance(number, int):
        return None
    return int(number), batch
