"""Redis's wire protocol (RESP2) over bytes: what we send and what we understand. No input or output here.

Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from leftopen.errors import ProtocolError

MAX_LINE = 1 << 12
MAX_BULK = 1 << 20
MAX_ITEMS = 1 << 14
MAX_DEPTH = 6
"""A probe never needs more; a peer that announces more is not listened to."""


@dataclass(frozen=True, slots=True)
class Status:
    """A simple status such as ``+PONG``."""

    word: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """An error reply: its first word (``NOAUTH``) and, kept from view, the rest."""

    code: str
    rest: str = field(default="", repr=False)

    @property
    def unknown_command(self) -> bool:
        """True if the server does not have this command (an old version, or it was renamed)."""
        return self.code == "ERR" and self.rest.lower().startswith(("unknown command", "unknown subcommand"))

    @property
    def wants_login(self) -> bool:
        """True if the server asks for a password (before 2.8.1 with other words)."""
        return self.code == "NOAUTH" or (self.code == "ERR" and self.rest.lower().startswith("operation not permitted"))

    @property
    def redirect(self) -> tuple[str, int] | None:
        """The peer that a cluster node points to (``MOVED 3999 10.0.0.1:6381``), if this is such a reply."""
        found = re.fullmatch(r"\d+ (\S+):(\d{1,5})\s*", self.rest) if self.code in ("MOVED", "ASK") else None
        return (found[1], int(found[2])) if found else None


Reply = Status | Failure | int | bytes | None | list["Reply"]


def command(*parts: str | bytes | int) -> bytes:
    """One command as an array of bulk strings."""
    encoded = [part if isinstance(part, bytes) else str(part).encode() for part in parts]
    return b"*%d\r\n" % len(encoded) + b"".join([b"$%d\r\n%b\r\n" % (len(part), part) for part in encoded])


class Reader:
    """Collects bytes and gives whole replies. Memory is bounded by the limits above, times the depth."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, data: bytes) -> None:
        """Add bytes as they came.

        Raises:
            ProtocolError: more bytes than any reply that we ask for.
        """
        self._data += data
        if len(self._data) > 4 * MAX_BULK:
            raise ProtocolError("A Redis reply is longer than what was asked for.")

    def take(self) -> tuple[Reply] | None:
        """The next whole reply in a tuple of one, or None if more bytes are needed.

        Raises:
            ProtocolError: the bytes are not RESP2, or announce more than the limits.
        """
        parsed = _parse(self._data, 0, 0)
        if parsed is None:
            return None
        reply, end = parsed
        del self._data[:end]
        return (reply,)


def _parse(data: bytearray, at: int, depth: int) -> tuple[Reply, int] | None:
    if at >= len(data):
        return None
    mark = bytes(data[at : at + 1])
    if mark not in (b"+", b"-", b":", b"$", b"*"):
        raise ProtocolError("The answer is not in Redis's protocol.")
    end = data.find(b"\r\n", at, at + MAX_LINE)
    if end < 0:
        if len(data) - at >= MAX_LINE:
            raise ProtocolError("A line of a Redis reply is too long.")
        return None
    line = data[at + 1 : end]
    if mark == b"+":
        return Status(_words(line)), end + 2
    if mark == b"-":
        code, _, rest = _words(line).partition(" ")
        return Failure(code, rest), end + 2
    number = _number(line)
    if mark == b":":
        return number, end + 2
    if mark == b"$":
        return _bulk(data, end + 2, number)
    return _array(data, end + 2, number, depth)


def _words(line: bytearray) -> str:
    return line.decode("utf-8", "replace")


def _number(line: bytearray) -> int:
    if not re.fullmatch(rb"[+-]?\d{1,19}", line):
        raise ProtocolError("A Redis reply has no number where one belongs.")
    return int(line)


def _bulk(data: bytearray, at: int, size: int) -> tuple[bytes | None, int] | None:
    if size == -1:
        return None, at
    if not 0 <= size <= MAX_BULK:
        raise ProtocolError("A Redis reply announces an impossible length.")
    if len(data) < at + size + 2:
        return None
    if data[at + size : at + size + 2] != b"\r\n":
        raise ProtocolError("A Redis reply does not end where it says.")
    return bytes(data[at : at + size]), at + size + 2


def _array(data: bytearray, at: int, size: int, depth: int) -> tuple[list[Reply] | None, int] | None:
    if size == -1:
        return None, at
    if not 0 <= size <= MAX_ITEMS or depth >= MAX_DEPTH:
        raise ProtocolError("A Redis reply announces too many items.")
    items: list[Reply] = []
    for _ in range(size):
        parsed = _parse(data, at, depth + 1)
        if parsed is None:
            return None
        item, at = parsed
        items.append(item)
    return items, at


def info(reply: Reply) -> dict[str, str]:
    """The ``name:value`` lines of an INFO reply; empty for anything else."""
    if not isinstance(reply, bytes):
        return {}
    found: dict[str, str] = {}
    for line in reply.decode("utf-8", "replace").splitlines()[:2000]:
        name, colon, value = line.partition(":")
        if colon and not line.startswith("#"):
            found[name.strip()] = value.strip()
    return found


def keyspace(facts: dict[str, str]) -> dict[int, int]:
    """Number of keys by database number, from INFO's ``db0:keys=5,expires=0`` lines."""
    found: dict[int, int] = {}
    for name, value in facts.items():
        number, keys = re.fullmatch(r"db(\d{1,6})", name), re.match(r"keys=(\d{1,18})", value)
        if number and keys and int(keys[1]):
            found[int(number[1])] = int(keys[1])
    return dict(sorted(found.items()))


def scanned(reply: Reply) -> tuple[int, list[bytes]]:
    """Cursor and keys of a SCAN reply.

    Raises:
        ProtocolError: it is not one.
    """
    if isinstance(reply, list) and len(reply) == 2 and isinstance(reply[0], bytes) and isinstance(reply[1], list):
        keys = [item for item in reply[1] if isinstance(item, bytes)]
        if re.fullmatch(rb"\d{1,20}", reply[0]):
            return int(reply[0]), keys
    raise ProtocolError("The answer to SCAN has another shape.")
