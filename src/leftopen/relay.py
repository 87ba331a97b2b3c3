"""A private Unix socket that leads to one target: how drivers read in bulk without being able to dial anything else.

Belongs to the wire. Each accepted driver connection opens one upstream connection through the Door, which checks scope and rate
again. One thread carries both directions of a connection in one loop over non-blocking sockets: a TLS connection may not be read
and written by two threads at the same time. Bytes are counted both ways, and the loop ends when the store's budget is spent.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from leftopen.errors import LeftopenError, WireError

if TYPE_CHECKING:
    from leftopen.wire import Door, Stream

Rewrite = Callable[[bytes], tuple[bytes, bool]]
"""Takes the upstream's bytes as they come; gives what the driver shall see, and whether it is done with its work."""

_BUFFER = 1 << 20
_TURN = 1 << 20
"""Bytes that one direction may move before the budget is looked at and the other has its turn."""
_LOOK_SECONDS = 0.5
"""How often a connection on which nothing moves looks at the time budget and whether the relay has ended."""
_LINGER_SECONDS = 1.0
_LONGEST_PATH = 107
"""Bytes that the path of a Unix socket may have on Linux (unix(7): sun_path less its closing zero)."""


class Relay:
    """Listens while the ``with`` block lasts; ``error`` keeps the first reason why an upstream could not be opened or went on.

    Args:
        door: opens and counts.
        greet: called with each fresh upstream Stream before bytes flow.
        tls: speak TLS to the target; ``verify`` then asks for a certificate that is trusted.
        name: file name of the socket.
        rewrite: makes, for each connection, what changes the upstream's first bytes.
    """

    def __init__(
        self,
        door: Door,
        *,
        greet: Callable[[Stream], None] | None,
        tls: bool,
        verify: bool,
        name: str,
        rewrite: Callable[[], Rewrite] | None,
    ) -> None:
        self._door = door
        self._greet = greet
        self._tls = tls
        self._verify = verify
        self._rewrite = rewrite
        self._folder = _short_folder(name)
        self.path = str(Path(self._folder, name))
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._serving: dict[threading.Thread, socket.socket] = {}
        self._lock = threading.Lock()
        self._done = False
        self.error: LeftopenError | None = None

    def __enter__(self) -> Relay:
        self._listener.bind(self.path)
        self._listener.listen(8)
        threading.Thread(target=self._accept, name="relay", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None) -> None:
        self._done = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            serving = dict(self._serving)
            for inner in serving.values():  # the upstream's socket is its own thread's alone
                with contextlib.suppress(OSError):
                    inner.shutdown(socket.SHUT_RDWR)
        until = time.monotonic() + _LINGER_SECONDS
        for thread in serving:
            thread.join(max(0.0, until - time.monotonic()))
        shutil.rmtree(self._folder, ignore_errors=True)

    def _accept(self) -> None:
        while not self._done:
            try:
                inner, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(inner,), name="relay", daemon=True)
            with self._lock:
                self._serving[thread] = inner
            thread.start()

    def _serve(self, inner: socket.socket) -> None:
        try:
            outer = self._upstream()
            try:
                self._carry(inner, outer)
            finally:
                _leave(outer)
        except LeftopenError as exc:
            self.error = self.error or exc
        except OSError:
            pass
        finally:
            with self._lock:
                self._serving.pop(threading.current_thread(), None)
                inner.close()

    def _upstream(self) -> socket.socket:
        stream = self._door.open(tls=self._tls, verify=self._verify, lifetime=self._door.seconds_left() + 1)
        try:
            if self._greet is not None:
                self._greet(stream)
        except BaseException:
            stream.close()
            raise
        return stream.socket()

    def _carry(self, inner: socket.socket, outer: socket.socket) -> None:
        """Move bytes both ways until one side ends, the budget is spent, or the relay ends.

        Raises:
            BudgetSpent. OSError: one side broke off.
        """
        door, ending = self._door, 0.0
        down = _Flow(outer, inner, lambda size: door.count(received=size), self._rewrite() if self._rewrite else None)
        up = _Flow(inner, outer, lambda size: door.count(sent=size), None)
        inner.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        for sock in (inner, outer):
            sock.setblocking(False)
        with selectors.DefaultSelector() as selector:
            while True:
                if not down.full:
                    door.check()  # what was read before the budget ended has been handed on
                down.move()
                up.move()
                if down.ended or up.ended:
                    return
                if down.waits is not None and up.waits is not None:
                    _wait(selector, (down.waits, up.waits), min(_LOOK_SECONDS, door.seconds_left() + 0.01))
                if door.seconds_left() <= 0:
                    door.check()
                if self._done:
                    ending = ending or time.monotonic() + _LINGER_SECONDS
                    if time.monotonic() > ending:
                        return


class _Flow:
    """One direction: a bounded buffer that is filled when it is empty, and emptied before it is filled again.

    ``waits`` is the socket and event that it is blocked on, None if it is not; ``ended`` once the source has ended and all that it
    sent has been handed on; ``full`` is what has not been handed on yet.
    """

    def __init__(self, source: socket.socket, sink: socket.socket, count: Callable[[int], None], rewrite: Rewrite | None) -> None:
        self._source = source
        self._sink = sink
        self._count = count
        self._rewrite = rewrite
        self._space = memoryview(bytearray(_BUFFER))
        self.full = self._space[:0]
        self.waits: tuple[socket.socket, int] | None = None
        self.ended = False

    def move(self) -> None:
        """Move what can be moved now, and at most ``_TURN`` bytes or a little more.

        Raises:
            OSError: a side broke off.
        """
        self.waits, moved = None, 0
        while moved < _TURN:
            if not self.full and not self._fill():
                return
            moved += len(self.full)
            if not self._empty():
                return

    def _fill(self) -> bool:
        try:
            size = self._source.recv_into(self._space)
        except (ssl.SSLWantReadError, BlockingIOError):
            self.waits = self._source, selectors.EVENT_READ
            return False
        except ssl.SSLWantWriteError:
            self.waits = self._source, selectors.EVENT_WRITE
            return False
        if not size:
            self.ended = True
            return False
        self.full = self._space[:size]
        self._count(size)
        if self._rewrite is not None:
            data, done = self._rewrite(bytes(self.full))
            self.full = memoryview(data)
            if done:
                self._rewrite = None
        return True

    def _empty(self) -> bool:
        while self.full:
            try:
                self.full = self.full[self._sink.send(self.full) :]
            except (ssl.SSLWantWriteError, BlockingIOError):
                self.waits = self._sink, selectors.EVENT_WRITE
                return False
            except ssl.SSLWantReadError:
                self.waits = self._sink, selectors.EVENT_READ
                return False
        return True


def _wait(selector: selectors.BaseSelector, waits: tuple[tuple[socket.socket, int], ...], seconds: float) -> None:
    """Until one of these events comes, or so many seconds have gone by."""
    wanted: dict[socket.socket, int] = {}
    for sock, event in waits:
        wanted[sock] = wanted.get(sock, 0) | event
    for key in list(selector.get_map().values()):
        if key.fileobj not in wanted:
            selector.unregister(key.fileobj)
    for sock, events in wanted.items():
        known = selector.get_map().get(sock)
        if known is None:
            selector.register(sock, events)
        elif known.events != events:
            selector.modify(sock, events)
    selector.select(seconds)


def _short_folder(name: str) -> str:
    """A new folder for nobody else, with a path short enough for a socket in it, wherever TMPDIR points.

    Raises:
        WireError: no folder for short-lived files has a path that is short enough.
    """
    for parent in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 - mkdtemp makes it private
        if len(os.fsencode(parent)) + len(f"/leftopen-12345678/{name}") <= _LONGEST_PATH and os.access(parent, os.W_OK):
            return tempfile.mkdtemp(prefix="leftopen-", dir=parent)
    todo = f"Set TMPDIR to a folder whose path has at most {_LONGEST_PATH - 40} bytes."
    raise WireError("No folder for short-lived files has a path short enough for a socket.", "relay", todo)


def _leave(outer: socket.socket) -> None:
    """Close the upstream; over TLS say so first, without waiting for an answer."""
    with contextlib.suppress(OSError, ValueError):
        if isinstance(outer, ssl.SSLSocket):
            outer.settimeout(0)
            outer.unwrap()
    with contextlib.suppress(OSError):
        outer.close()
