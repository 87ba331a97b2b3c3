"""PostgreSQL's password exchange through a relay that speaks TLS for the driver.

Over TLS a server offers SCRAM bound to its certificate (SCRAM-SHA-256-PLUS) and plain SCRAM. The driver's library sees a Unix
socket, knows of no TLS and takes the bound offer for a sign of tampering. So that offer is taken out of the server's first message:
the server is proved by its certificate (``leftopen.tls``), the password still by SCRAM-SHA-256, which never shows it.
Source: PostgreSQL documentation, "Message Formats" (AuthenticationSASL) and "SASL Authentication".
"""

from __future__ import annotations

_HEAD = 9
"""Type, length, kind of authentication."""
_SASL = 10
_LONGEST = 4096
_BOUND = b"SCRAM-SHA-256-PLUS"


class WithoutBinding:
    """Rewrites the first message of a PostgreSQL server; a :data:`leftopen.relay.Rewrite`. One for each connection."""

    def __init__(self) -> None:
        self._held = b""

    def __call__(self, data: bytes) -> tuple[bytes, bool]:
        """Bytes for the driver, and True once all that follows is handed on as it is."""
        self._held += data
        if len(self._held) < _HEAD and b"R".startswith(self._held[:1]):
            return b"", False
        size = int.from_bytes(self._held[1:5], "big") + 1
        sasl = self._held[:1] == b"R" and int.from_bytes(self._held[5:_HEAD], "big") == _SASL
        if not sasl or not _HEAD < size <= _LONGEST:
            return self._release(), True
        if len(self._held) < size:
            return b"", False
        names = [name for name in self._held[_HEAD:size].split(b"\0") if name and name != _BOUND]
        body = _SASL.to_bytes(4, "big") + b"".join(name + b"\0" for name in names) + b"\0"
        rest = self._held[size:]
        self._held = b""
        return b"R" + (len(body) + 4).to_bytes(4, "big") + body + rest, True

    def _release(self) -> bytes:
        held, self._held = self._held, b""
        return held
