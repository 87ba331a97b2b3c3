"""A private Unix socket that leads to one target: how drivers read in bulk without being able to dial anything else.

Belongs to the wire. Each accepted driver connection opens one upstream connection through the Door, which checks scope and rate
again; bytes are counted both ways and the pumping stops when the store's budget is spent.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from leftopen.errors import BudgetSpent, LeftopenError

if TYPE_CHECKING:
    from leftopen.wire import Door, Stream

_CHUNK = 1 << 20


class Relay:
    """Listens while the ``with`` block lasts; ``error`` keeps the first reason why an upstream could not be opened or went on."""

    def __init__(self, door: Door, *, greet: Callable[[Stream], None] | None, tls: bool, name: str) -> None:
        self._door = door
        self._greet = greet
        self._tls = tls
        self._folder = tempfile.mkdtemp(prefix="leftopen-")
        self.path = str(Path(self._folder, name))
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._open: set[socket.socket] = set()
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
            for sock in self._open:
                _end(sock)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _accept(self) -> None:
        while not self._done:
            try:
                inner, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(inner,), name="relay", daemon=True).start()

    def _serve(self, inner: socket.socket) -> None:
        try:
            stream = self._door.open(tls=self._tls, lifetime=self._door.seconds_left() + 1)
            if self._greet is not None:
                self._greet(stream)
        except LeftopenError as exc:
            self.error = self.error or exc
            inner.close()
            return
        outer = stream.socket()
        outer.settimeout(None)
        with self._lock:
            self._open |= {inner, outer}
        up = threading.Thread(target=self._pump, args=(inner, outer, False), name="relay", daemon=True)
        up.start()
        self._pump(outer, inner, True)
        up.join(timeout=1)
        with self._lock:
            self._open -= {inner, outer}
        for sock in (inner, outer):
            with contextlib.suppress(OSError):
                sock.close()

    def _pump(self, source: socket.socket, sink: socket.socket, inward: bool) -> None:
        buffer = bytearray(_CHUNK)
        view = memoryview(buffer)
        try:
            while size := source.recv_into(view):
                sink.sendall(view[:size])
                if inward:
                    self._door.count(received=size)
                    self._door.check()
                else:
                    self._door.count(sent=size)
        except BudgetSpent as exc:
            self.error = self.error or exc
        except OSError:
            pass
        finally:
            _end(source)
            _end(sink)


def _end(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
