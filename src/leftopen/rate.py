"""Token buckets: how many connections a second, for one host and overall. No switch turns them off."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from leftopen.permission import Budget


class RateLimit:
    """Blocks until a connection to ``host`` is due. Shared by all threads of one process."""

    def __init__(
        self, budget: Budget, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._per_host = 1.0 / budget.per_host
        self._overall = 1.0 / budget.overall
        self._next: dict[str, float] = {}
        self._next_any = 0.0
        self._lock = threading.Lock()
        self._clock = clock
        self._sleep = sleep

    def due(self, host: str) -> float:
        """Book a place for one connection to ``host`` and say in how many seconds it is due (0: now)."""
        with self._lock:
            now = self._clock()
            at = max(now, self._next.get(host, 0.0), self._next_any)
            self._next_any = max(now, self._next_any) + self._overall
            self._next[host] = at + self._per_host
            if len(self._next) > 100_000:
                self._next = {h: t for h, t in self._next.items() if t > now}
            return at - now

    def wait(self, host: str) -> None:
        """Sleep until a connection to ``host`` is due."""
        pause = self.due(host)
        if pause > 0:
            self._sleep(pause)
