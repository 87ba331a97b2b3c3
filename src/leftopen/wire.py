"""The only door to the network. A Wire can be made only from a Scope; every address is checked again before each connection.

A :class:`Door` is the Wire bound to one target and to the commands that one connector declared: it opens byte streams for our own
protocol parsers and private relays (Unix sockets) for drivers, which therefore cannot dial anything else. Bytes and seconds are
counted against the scope's budget; every command name is journalled before it is sent.
"""

from __future__ import annotations

import contextlib
import errno
import math
import socket
import ssl
import threading
import time
from _socket import socket as RawSocket  # noqa: N812 - the class without Python's wrapping, at half the price
from collections import Counter
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING

from leftopen import tls
from leftopen.errors import BudgetSpent, OutOfScope, WireError
from leftopen.journal import Journal
from leftopen.model import Depth, Target
from leftopen.permission import Grant, Scope
from leftopen.permits import Permits
from leftopen.rate import RateLimit

if TYPE_CHECKING:
    from leftopen.relay import Rewrite

CONNECT_SECONDS = 3.0
READ_SECONDS = 5.0
LIFETIME_SECONDS = 15.0
"""A probe's stream is closed after this time however fast the peer drips."""
CHUNK = 1 << 18


class Wire:
    """Opens checked, rate-limited, counted connections within one scope.

    Raises:
        TypeError: made from anything but a Scope.
    """

    def __init__(self, scope: Scope, journal: Journal) -> None:
        if not isinstance(scope, Scope):
            raise TypeError("a Wire is made from a Scope")
        self.scope = scope
        self.journal = journal
        self.rate = RateLimit(scope.budget)
        self._names: dict[str, tuple[str, ...]] = {}
        self._lock = threading.Lock()
        self._permits = Permits(scope)

    def resolve(self, name: str) -> tuple[str, ...]:
        """Addresses of a granted host name, asked once a run (a name that rebinds later changes nothing).

        Raises:
            WireError: the name does not resolve.
        """
        with self._lock:
            if name not in self._names:
                try:
                    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
                except OSError:
                    raise WireError(f"The host name {name} does not resolve.", "unresolved") from None
                self._names[name] = tuple(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
                self.journal.append("resolved", name=name, addresses=list(self._names[name]))
            return self._names[name]

    def permit(self, target: Target) -> Grant:
        """The grant that covers a target now.

        Raises:
            OutOfScope: nothing covers it; journalled.
        """
        try:
            return self.scope.grant_for(target.host, target.port, name=target.name)[1]
        except OutOfScope as exc:
            self.journal.append("refused", target=target.label, why=exc.what)
            raise

    def door(self, target: Target, commands: frozenset[str] = frozenset()) -> Door:
        """A door to one target through which only the declared commands may pass."""
        return Door(self, target, self.permit(target), commands)

    def knock(self, target: Target) -> tuple[RawSocket, int]:
        """Begin a non-blocking TCP connect to a permitted target, for the port sweep, which keeps to the rate itself.

        Returns the socket, which the caller closes, and the error number of the attempt so far (0: connected).

        Raises:
            OutOfScope: not permitted; journalled. OSError: no socket can be made.
        """
        family = socket.AF_INET6 if ":" in target.host else socket.AF_INET
        if target.name or not self._permits(socket.inet_pton(family, target.host), target.port):
            self.permit(target)
        sock = RawSocket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        try:
            return sock, sock.connect_ex((target.host, target.port))
        except OSError:
            sock.close()
            raise


class Door:
    """The Wire bound to one target, one budget and one connector's declared commands."""

    def __init__(self, wire: Wire, target: Target, grant: Grant, commands: frozenset[str]) -> None:
        self.wire = wire
        self.target = target
        self.grant = grant
        self.commands = commands
        self.bytes_in = 0
        self.bytes_out = 0
        self.connections = 0
        self.patience = math.inf
        """Seconds that one read of a :class:`Stream` waits at most, whatever it asks for; a knock that is a mere try sets it."""
        self._budget = wire.scope.budget
        self._ends = time.monotonic() + self._budget.seconds_per_store
        self._sent: Counter[str] = Counter()
        self._flushed: Counter[str] = Counter()
        self._flush_at = 0.0
        self._lock = threading.Lock()

    @property
    def depth(self) -> Depth:
        """How deep the grant lets us look."""
        return self.grant.depth

    def secret(self) -> str | None:
        """The owner's credential for this target, if the scope refers to one."""
        return self.wire.scope.secret(self.grant)

    def sends(self, command: str, count: int = 1) -> None:
        """Declare that ``command`` is about to be sent ``count`` times; its first use is journalled before the fact.

        Raises:
            OutOfScope: the connector did not declare this command.
            BudgetSpent: the store's budget is used up.
        """
        if command not in self.commands:
            raise OutOfScope(f"The command {command!r} is not declared by its connector; it was not sent.")
        self.check()
        with self._lock:
            first = command not in self._sent
            self._sent[command] += count
            if first or time.monotonic() > self._flush_at:
                self._flush()

    def offered(self, host: str, port: int) -> bool:
        """Note a redirect or an advertised peer; it is never followed. True if the scope would cover it."""
        try:
            self.wire.scope.grant_for(host, port)
            inside = True
        except (OutOfScope, ValueError):
            inside = False
        self.wire.journal.append("offered", target=self.target.label, peer=f"{host}:{port}", in_scope=inside)
        return inside

    def check(self) -> None:
        """Raise BudgetSpent if the bytes or the seconds of this store are used up."""
        if self.bytes_in + self.bytes_out > self._budget.bytes_per_store:
            raise BudgetSpent(f"The byte budget for {self.target.label} is used up.", "Raise bytes_per_store.", "scope.md")
        if time.monotonic() > self._ends:
            raise BudgetSpent(f"The time budget for {self.target.label} is used up.", "Raise seconds_per_store.", "scope.md")

    def seconds_left(self) -> float:
        """Seconds until this store's time budget ends; never negative."""
        return max(0.0, self._ends - time.monotonic())

    def bytes_left(self) -> int:
        """Bytes until this store's byte budget ends; never negative."""
        return max(0, self._budget.bytes_per_store - self.bytes_in - self.bytes_out)

    def count(self, *, received: int = 0, sent: int = 0) -> None:
        """Count bytes against the budget."""
        with self._lock:
            self.bytes_in += received
            self.bytes_out += sent

    def open(self, *, tls: bool = False, verify: bool = False, lifetime: float = LIFETIME_SECONDS) -> Stream:
        """Connect, permission and rate checked again. ``verify``: see :meth:`Stream.start_tls`.

        Raises:
            OutOfScope, BudgetSpent.
            WireError: ``reason`` is closed, filtered, reset, unreachable, tls or certificate.
        """
        stream = Stream(self, self.dial(), lifetime)
        if tls:
            stream.start_tls(verify=verify)
        return stream

    def dial(self) -> socket.socket:
        """A connected blocking socket to the target (see :meth:`open`)."""
        self.check()
        self.wire.permit(self.target)
        self.wire.rate.wait(self.target.host)
        with self._lock:
            self.connections += 1
        sock = _socket(self.target.host)
        sock.settimeout(min(CONNECT_SECONDS, self.seconds_left() or 0.001))
        try:
            sock.connect((self.target.host, self.target.port))
        except TimeoutError:
            sock.close()
            raise WireError(f"{self.target.label} does not answer at all.", "filtered") from None
        except OSError as exc:
            sock.close()
            raise _wire_error(exc, self.target) from None
        return sock

    @contextlib.contextmanager
    def relay(
        self,
        *,
        greet: Callable[[Stream], None] | None = None,
        tls: bool = False,
        verify: bool = False,
        name: str = "s",
        rewrite: Callable[[], Rewrite] | None = None,
    ) -> Iterator[str]:
        """Path of a private Unix socket through which a driver reaches this target and nothing else.

        Args:
            greet: called with each fresh upstream Stream before bytes flow (for a TLS negotiation inside a protocol).
            tls: speak TLS to the target; the driver speaks plain bytes to the relay.
            verify: as for :meth:`open`.
            name: file name of the socket (PostgreSQL's library wants ``.s.PGSQL.5432``).
            rewrite: makes, for each connection, what changes the target's first bytes before the driver sees them.

        Raises:
            LeftopenError: at the end of a block that failed, why a connection could not be opened or went on.
        """
        from leftopen.relay import Relay

        with Relay(self, greet=greet, tls=tls, verify=verify, name=name, rewrite=rewrite) as relay:
            try:
                yield relay.path
            except Exception:
                if relay.error is not None:
                    raise relay.error from None  # the driver saw a closed connection; this is why
                raise

    def close(self, verdict: str = "") -> None:
        """Write the final counts to the journal."""
        with self._lock:
            self._flush(final=True, verdict=verdict)

    def __enter__(self) -> Door:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _flush(self, *, final: bool = False, verdict: str = "") -> None:
        new = self._sent - self._flushed
        self._flushed = self._sent.copy()
        self._flush_at = time.monotonic() + 2.0
        facts: dict[str, object] = {"target": self.target.label, "commands": dict(sorted(new.items()))}
        if final:
            facts |= {"bytes_in": self.bytes_in, "bytes_out": self.bytes_out, "connections": self.connections}
            if verdict:
                facts["verdict"] = verdict
        self.wire.journal.append("done" if final else "sends", **facts)


class Stream:
    """A byte stream to one target, for sans-I/O protocol parsers. Counts bytes, and ends after its lifetime."""

    def __init__(self, door: Door, sock: socket.socket, lifetime: float = LIFETIME_SECONDS) -> None:
        self._door = door
        self._sock = sock
        self._ends = time.monotonic() + lifetime
        self.tls = False
        self.verified = False
        """True if a credential may pass here: the certificate was found good enough for one."""

    def send(self, data: bytes, command: str) -> None:
        """Send bytes that make up one declared command.

        Raises:
            OutOfScope: undeclared command. WireError: reset or timeout.
        """
        self._door.sends(command)
        self._timeout(READ_SECONDS)
        try:
            self._sock.sendall(data)
        except OSError as exc:
            raise _wire_error(exc, self._door.target) from None
        self._door.count(sent=len(data))

    def recv(self, size: int = 1 << 16, *, timeout: float = READ_SECONDS) -> bytes:
        """Up to ``size`` bytes; empty at the end of the stream.

        Raises:
            WireError: ``reason`` timeout, reset or client_certificate. BudgetSpent.
        """
        self._door.check()
        self._timeout(timeout)
        try:
            data = self._sock.recv(size)
        except OSError as exc:
            raise _wire_error(exc, self._door.target) from None
        self._door.count(received=len(data))
        return data

    def recv_exactly(self, size: int) -> bytes:
        """Exactly ``size`` bytes.

        Raises:
            WireError: ``reason`` ``eof`` if the peer ends early.
        """
        parts = bytearray()
        while len(parts) < size:
            data = self.recv(min(CHUNK, size - len(parts)))
            if not data:
                raise WireError(f"{self._door.target.label} ended the connection early.", "eof")
            parts += data
        return bytes(parts)

    def start_tls(self, *, verify: bool = False) -> None:
        """Upgrade to TLS.

        Args:
            verify: a credential of the owner will pass: the certificate must be trusted and name this target, unless the grant
                says ``tls_verify = false``. Otherwise any certificate will do: what answers is what we judge.

        Raises:
            WireError: ``reason`` is ``tls`` if the handshake fails, ``certificate`` if the certificate is not trusted.
            ScopeError: the grant's file of authorities cannot be read.
        """
        door = self._door
        context = tls.verifying(door.grant.ca) if verify and door.grant.tls_verify else tls.trusting()
        self._timeout(READ_SECONDS)
        try:
            named = door.target.name or (door.target.host if context.check_hostname else None)
            self._sock = context.wrap_socket(self._sock, server_hostname=named)
        except ssl.SSLCertVerificationError as exc:
            self.close()
            raise tls.not_trusted(door.target.label, exc.verify_message) from None
        except (OSError, ValueError):
            self.close()
            raise WireError(f"{door.target.label} did not complete a TLS handshake.", "tls") from None
        self.tls, self.verified = True, verify

    def socket(self) -> socket.socket:
        """The connected socket, for the relay."""
        return self._sock

    def close(self) -> None:
        """Close without a fuss."""
        with contextlib.suppress(OSError):
            self._sock.close()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _timeout(self, wanted: float) -> None:
        left = min(self._ends - time.monotonic(), self._door.seconds_left())
        if left <= 0:
            raise WireError(f"{self._door.target.label} was too slow to answer in full.", "slow")
        self._sock.settimeout(min(wanted, left, self._door.patience))


def failed(sock: RawSocket) -> int:
    """The error number of a connect that has ended; 0 if it succeeded or has not ended."""
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)


def _socket(host: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def _wire_error(exc: OSError, target: Target) -> WireError:
    if isinstance(exc, ConnectionRefusedError):
        return WireError(f"{target.label} refused the connection.", "closed")
    if isinstance(exc, TimeoutError):
        return WireError(f"{target.label} did not answer in time.", "timeout")
    if isinstance(exc, ssl.SSLError) and "CERTIFICATE_REQUIRED" in (exc.reason or ""):
        return WireError(f"{target.label} asks for a client certificate.", "client_certificate")
    if isinstance(exc, ConnectionError | ssl.SSLError):
        return WireError(f"{target.label} reset the connection.", "reset")
    if exc.errno in (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EACCES, errno.EPERM):
        return WireError(f"{target.label} cannot be reached from here.", "unreachable")
    return WireError(f"{target.label} cannot be reached ({errno.errorcode.get(exc.errno or 0, 'error')}).", "unreachable")
