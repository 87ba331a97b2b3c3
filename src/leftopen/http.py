"""HTTP/1.1 over a Stream of the wire, parsed without I/O by h11: bounded bodies, nothing expanded, nothing followed.

A redirect is noted with ``door.offered`` and is an answer like any other. Compression is never asked for; a reply that is
compressed all the same keeps its bytes unread (``Answer.encoded``), so that no bomb goes off.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import urlsplit

import h11

from leftopen import __version__
from leftopen.errors import ProtocolError, WireError
from leftopen.tls import only_over_tls
from leftopen.wire import Door, Stream

BODY_CAP = 1 << 20
HEAD_CAP = 64 << 10
_CHUNK = 1 << 18
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. ``body`` is never shown in a repr; ``cut`` if it was longer than the cap, ``encoded`` if compressed."""

    status: int
    headers: Headers = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)
    cut: bool = False
    encoded: bool = False

    def header(self, name: str) -> str:
        """All values of one header, joined with commas; empty if absent."""
        return ", ".join(value for key, value in self.headers if key == name)


class NotHttp(ProtocolError):
    """What answers is not HTTP. ``marks`` are those of the known sentences that its first bytes hold, never the bytes."""

    def __init__(self, label: str, marks: tuple[str, ...] = ()) -> None:
        super().__init__(f"{label} does not answer in HTTP.")
        self.marks = marks


class Exchange:
    """The sans-I/O part: bytes of a request out, bytes of the answer in, one Answer when it is whole."""

    def __init__(self, cap: int = BODY_CAP) -> None:
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_CAP)
        self._cap = cap
        self._head: h11.Response | None = None
        self._parts: list[bytes] = []
        self._size = 0

    @property
    def reusable(self) -> bool:
        """True if another request may follow on this connection."""
        return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    def request(self, method: str, path: str, headers: Headers, body: bytes, cap: int = BODY_CAP) -> bytes:
        """The bytes of one request."""
        if self._http.our_state is h11.DONE:
            self._http.start_next_cycle()
        self._head, self._parts, self._size, self._cap = None, [], 0, cap
        sized = (*headers, ("Content-Length", str(len(body)))) if body else headers
        out = self._http.send(h11.Request(method=method, target=path, headers=list(sized)))
        if body:
            out = (out or b"") + (self._http.send(h11.Data(data=body)) or b"")
        return (out or b"") + (self._http.send(h11.EndOfMessage()) or b"")

    def feed(self, data: bytes) -> Answer | None:
        """Take bytes (empty: the peer ended); the Answer once it is whole or has reached the cap.

        Raises:
            ProtocolError: not HTTP. Carries none of the bytes.
        """
        try:
            self._http.receive_data(data)
            while True:
                event = self._http.next_event()
                if event is h11.NEED_DATA or event is h11.PAUSED:
                    return None
                if isinstance(event, h11.Response):
                    self._head = event
                elif isinstance(event, h11.Data):
                    self._parts.append(bytes(event.data))
                    self._size += len(event.data)
                    if self._size > self._cap:
                        return self._answer(cut=True)
                elif isinstance(event, h11.EndOfMessage):
                    return self._answer(cut=False)
                elif isinstance(event, h11.ConnectionClosed):
                    raise ProtocolError("The peer ended the connection without an answer.")
        except h11.ProtocolError:
            if self._head is not None:
                return self._answer(cut=True)
            raise ProtocolError("The peer does not answer in HTTP.") from None

    def _answer(self, *, cut: bool) -> Answer:
        assert self._head is not None
        headers = tuple((k.decode("ascii", "replace").lower(), v.decode("latin-1")) for k, v in self._head.headers)
        coding = next((value for key, value in headers if key == "content-encoding"), "identity")
        encoded = coding.strip().lower() not in ("", "identity")
        body = b"" if encoded else b"".join(self._parts)[: self._cap]
        return Answer(self._head.status_code, headers, body, cut, encoded)


class Caller:
    """Requests to one target over one kept connection, opened again when the peer closes it."""

    def __init__(self, door: Door, *, tls: bool = False, lifetime: float = 15.0, authorization: str = "") -> None:
        self._door = door
        self._tls = tls
        self._lifetime = lifetime
        self._stream: Stream | None = None
        self._exchange = Exchange()
        contact = re.sub(r"[^ -~]", "?", door.wire.scope.contact)
        self._headers: Headers = (
            ("Host", _host(door)),
            ("User-Agent", f"leftopen/{__version__} ({contact})"),
            ("Accept", "*/*"),
            ("Accept-Encoding", "identity"),
        )
        self._secret = bool(authorization)
        if authorization:
            self._headers += (("Authorization", authorization),)

    def call(
        self, command: str, path: str, body: bytes = b"", *, cap: int = BODY_CAP, timeout: float = 5.0, marks: tuple[str, ...] = ()
    ) -> Answer:
        """Send one request and wait for its answer. ``command`` is the declared name, beginning with the method.

        Raises:
            WireError, BudgetSpent, OutOfScope.
            NotHttp: the peer speaks something else; ``marks`` found in its first bytes are named.
        """
        method = command.partition(" ")[0]
        typed: Headers = (("Content-Type", "application/json"),) if body else ()
        for last in (False, True):
            fresh = self._stream is None
            stream = self._open()
            try:
                stream.send(self._exchange.request(method, path, self._headers + typed, body, cap), command)
                answer = self._receive(stream, timeout, marks)
            except WireError as exc:
                self.close()
                # A kept connection may have been closed by the peer in the meantime: ask once more on a new one.
                if fresh or last or exc.reason not in ("eof", "reset"):
                    raise
                continue
            except BaseException:
                self.close()
                raise
            if not self._exchange.reusable:
                self.close()
            if 300 <= answer.status < 400:
                _note_redirect(self._door, answer.header("location"))
            return answer
        raise AssertionError("unreachable")

    def _receive(self, stream: Stream, timeout: float, marks: tuple[str, ...]) -> Answer:
        first = b""
        while True:
            data = stream.recv(_CHUNK, timeout=timeout)
            if len(first) < 512:
                first += data[:512]
            if not data and not first:
                raise WireError(f"{self._door.target.label} ended the connection without an answer.", "eof")
            try:
                answer = self._exchange.feed(data)
            except ProtocolError:
                found = tuple(mark for mark in marks if mark.encode() in first)
                raise NotHttp(self._door.target.label, found) from None
            if answer is not None:
                return answer

    def _open(self) -> Stream:
        if self._stream is None:
            if self._secret:
                only_over_tls(self._door.grant, self._door.target.label, self._tls)
            self._stream = self._door.open(tls=self._tls, verify=self._secret, lifetime=self._lifetime)
            self._exchange = Exchange()
        return self._stream

    def close(self) -> None:
        """Close the kept connection."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _host(door: Door) -> str:
    target = door.target
    return f"{target.name}:{target.port}" if target.name else target.label


def _note_redirect(door: Door, location: str) -> None:
    """Journal where a redirect points, if it names a host; it is not followed."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(location)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if parts.hostname and re.fullmatch(r"[A-Za-z0-9.:_-]{1,253}", parts.hostname):
            door.offered(parts.hostname, port)
