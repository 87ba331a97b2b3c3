"""``Lab``: one ``with`` block that starts real servers in chosen states on loopback and leaves nothing behind."""

from __future__ import annotations

import atexit
import signal
import threading
from collections import Counter
from types import FrameType, TracebackType
from typing import NoReturn, Self

from leftopen.lab.servers import elasticsearch, mongodb, others, postgresql, recording, redis
from leftopen.lab.servers.running import LabError, Running
from leftopen.lab.servers.yard import Yard


class Lab(Yard):
    """Starts servers and ends them all, by pid, when the block is left: in order, by an exception, or by SIGTERM.

    Every server listens on ``host``, any address of 127.0.0.0/8, on ``port`` or a free one. ``records`` is how many
    invented people it holds at first (None: some where the state has something to hide, otherwise none, as a caller that
    brings its own data wants it).
    """

    def __enter__(self) -> Self:
        atexit.register(self.close)
        self._before = None
        if threading.current_thread() is threading.main_thread():
            self._before = signal.getsignal(signal.SIGTERM)
            signal.signal(signal.SIGTERM, _leave)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self.close()
        finally:
            atexit.unregister(self.close)
            if self._before is not None:
                signal.signal(signal.SIGTERM, self._before)

    def redis(
        self,
        state: str = "open",
        *,
        version: str = "wheel",
        host: str = "127.0.0.1",
        port: int | None = None,
        records: int | None = None,
    ) -> Running:
        """Start Redis; states in ``redis.STATES``, versions ``wheel`` (6.2.5) and ``debian`` (7.0)."""
        return redis.start(self, state, version, host, port, records)

    def postgresql(
        self,
        state: str = "open",
        *,
        version: str = "wheel",
        host: str = "127.0.0.1",
        port: int | None = None,
        records: int | None = None,
    ) -> Running:
        """Start PostgreSQL; states in ``postgresql.STATES``, versions ``wheel`` (18) and ``debian`` (15)."""
        return postgresql.start(self, state, version, host, port, records)

    def elasticsearch(
        self,
        state: str = "open",
        *,
        version: str = "osmem",
        host: str = "127.0.0.1",
        port: int | None = None,
        records: int | None = None,
        gate: str = "lab",
    ) -> Running:
        """Start a search server; states in ``elasticsearch.STATES``, versions in ``elasticsearch.VERSIONS``."""
        return elasticsearch.start(self, state, version, host, port, records, gate)

    def mongodb(
        self,
        state: str = "open",
        *,
        version: str = "secantus",
        host: str = "127.0.0.1",
        port: int | None = None,
        records: int | None = None,
    ) -> Running:
        """Start a MongoDB stand-in; states in ``mongodb.STATES``, versions ``secantus`` and ``nx``."""
        return mongodb.start(self, state, version, host, port, records)

    def service(self, name: str, *, host: str = "127.0.0.1", port: int | None = None, elsewhere: str = "") -> Running:
        """Start something that is not one of the four stores: a name in ``others.NAMES``."""
        return others.start(self, name, host, port, elsewhere)

    def watch(self, running: Running) -> None:
        """From now on count what this PostgreSQL or Redis executes for others."""
        recording.watch(self, running)

    def executed(self, running: Running) -> Counter[str]:
        """What it executed since ``watch``: SQL texts, or Redis command names, each with its count."""
        return recording.executed(self, running)

    def secure(self, running: Running) -> Running:
        """The host secures the store: the same address asks for a password from now on. Returns its new description."""
        by_kind = {
            "redis": redis.secure,
            "postgresql": postgresql.secure,
            "elasticsearch": elasticsearch.secure,
            "mongodb": mongodb.secure,
        }
        if running.kind not in by_kind:
            raise LabError(f"the lab cannot secure {running.kind}")
        return by_kind[running.kind](self, running)

    def stop(self, running: Running) -> None:
        """End one server before the others."""
        self.end_children(self.kept(running.pid).children)


def _leave(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001  (a signal handler's form)
    raise SystemExit(128 + number)
