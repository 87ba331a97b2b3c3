"""PostgreSQL's wire protocol 3.0 over bytes: what we send and what we understand. No input or output here.

Source: https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from leftopen.errors import ProtocolError

MAX_MESSAGE = 1 << 20
"""A probe asks for nothing longer; a peer that announces more is not listened to."""
MAX_COLUMNS = 1600

SSL_REQUEST = struct.pack("!ii", 8, 80877103)
TERMINATE = b"X" + struct.pack("!i", 4)

AUTHENTICATION = {
    0: "trust",
    2: "Kerberos",
    3: "cleartext password",
    5: "MD5 password",
    6: "SCM",
    7: "GSSAPI",
    9: "SSPI",
    10: "SASL (SCRAM)",
}
"""What each AuthenticationRequest code asks for."""

_KNOWN = frozenset(b"RSKEZTDCNAnI1230vGHWVst")


def startup(parameters: Mapping[str, str]) -> bytes:
    """A StartupMessage with these parameters (``user`` first)."""
    body = struct.pack("!i", 196608)
    for name, value in parameters.items():
        body += name.encode() + b"\0" + value.encode() + b"\0"
    body += b"\0"
    return struct.pack("!i", len(body) + 4) + body


def query(sql: str) -> bytes:
    """A simple Query."""
    body = sql.encode() + b"\0"
    return b"Q" + struct.pack("!i", len(body) + 4) + body


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the server: its type letter and its body, kept from view."""

    type: str
    body: bytes = field(repr=False)

    def authentication(self) -> int:
        """The code of an AuthenticationRequest."""
        if len(self.body) < 4:
            raise ProtocolError("A PostgreSQL authentication request is cut short.")
        return int(struct.unpack_from("!i", self.body)[0])

    def parameter(self) -> tuple[str, str]:
        """Name and value of a ParameterStatus."""
        name, _, rest = self.body.partition(b"\0")
        return name.decode("utf-8", "replace"), rest.partition(b"\0")[0].decode("utf-8", "replace")

    def refusal(self) -> Refusal:
        """The fields of an ErrorResponse that we use."""
        fields: dict[str, str] = {}
        for part in self.body.split(b"\0")[:64]:
            if part:
                fields.setdefault(chr(part[0]), part[1:].decode("utf-8", "replace"))
        return Refusal(fields.get("C", ""), fields.get("R", ""), fields.get("M", ""))

    def row(self) -> tuple[str | None, ...]:
        """The values of a DataRow, as text.

        Raises:
            ProtocolError: the row does not add up.
        """
        if len(self.body) < 2:
            raise ProtocolError("A PostgreSQL row is cut short.")
        (count,) = struct.unpack_from("!H", self.body)
        if count > MAX_COLUMNS:
            raise ProtocolError("A PostgreSQL row has too many columns.")
        at, values = 2, list[str | None]()
        for _ in range(count):
            if at + 4 > len(self.body):
                raise ProtocolError("A PostgreSQL row is cut short.")
            (size,) = struct.unpack_from("!i", self.body, at)
            at += 4
            if size == -1:
                values.append(None)
                continue
            if size < 0 or at + size > len(self.body):
                raise ProtocolError("A PostgreSQL row does not add up.")
            values.append(self.body[at : at + size].decode("utf-8", "replace"))
            at += size
        return tuple(values)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An ErrorResponse: SQLSTATE, the server's routine (never translated), and its message, kept from view."""

    code: str
    routine: str
    message: str = field(default="", repr=False)


class Reader:
    """Collects bytes and gives whole messages. Memory is bounded by MAX_MESSAGE and what one read brings."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, data: bytes) -> None:
        """Add bytes as they came."""
        self._data += data

    def take(self) -> Message | None:
        """The next whole message, or None if more bytes are needed.

        Raises:
            ProtocolError: the bytes are not PostgreSQL's, or announce more than MAX_MESSAGE.
        """
        if self._data and self._data[0] not in _KNOWN:
            raise ProtocolError("The answer is not in PostgreSQL's protocol.")
        if len(self._data) < 5:
            return None
        kind = chr(self._data[0])
        (size,) = struct.unpack_from("!i", self._data, 1)
        if kind == "E" and size > 1 << 16:
            return self._old_error()
        if not 4 <= size <= MAX_MESSAGE:
            raise ProtocolError("A PostgreSQL message announces an impossible length.")
        if len(self._data) < size + 1:
            return None
        body = bytes(self._data[5 : size + 1])
        del self._data[: size + 1]
        return Message(kind, body)

    def _old_error(self) -> Message | None:
        """An error in the form of protocol 2.0, a bare text: what a server says before it knows our version."""
        end = self._data.find(b"\0", 1, 1 << 12)
        if end < 0:
            if len(self._data) >= 1 << 12:
                raise ProtocolError("A PostgreSQL error has no end.")
            return None
        text = bytes(self._data[1:end])
        if not all(byte >= 32 or byte in b"\n\t" for byte in text):
            raise ProtocolError("The answer is not in PostgreSQL's protocol.")
        self._data.clear()
        return Message("E", b"M" + text + b"\0\0")


def identifier(name: str) -> str:
    """A name quoted for SQL, whatever it holds."""
    return '"' + name.replace('"', '""').replace("\0", "") + '"'
