"""Which ports answer, inside a scope: non-blocking connects over epoll, paced by the scope's rate, in an order spread over hosts.

An accepted connection is closed at once and nothing is sent; what answers is for the probe to find out. A target is called
``filtered`` only after ``tries`` attempts were met with silence.
"""

from __future__ import annotations

import errno
import heapq
import random
import resource
import select
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from leftopen.errors import OutOfScope
from leftopen.model import Target
from leftopen.wire import Wire, failed

if TYPE_CHECKING:
    from _socket import socket as RawSocket  # noqa: N812

OPEN, CLOSED, FILTERED, UNREACHABLE, OUT_OF_SCOPE = "open", "closed", "filtered", "unreachable", "out_of_scope"
WINDOW = 1 << 16
"""So many targets are put into random order at a time: memory stays flat, and no host meets all its knocks at once."""
SPARE_FILES = 128
_WAITING = (errno.EINPROGRESS, errno.EWOULDBLOCK)
_CLOSED = (errno.ECONNREFUSED, errno.ECONNRESET)
_SHORT = (errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS, errno.ENOMEM)


def sweep(
    wire: Wire,
    targets: Iterable[Target],
    *,
    timeout: float = 1.0,
    in_flight: int = 1024,
    tries: int = 2,
    progress: Callable[[int], None] | None = None,
) -> Iterator[tuple[Target, str]]:
    """(target, state) for every target once: open, closed, filtered, unreachable, or out_of_scope.

    Args:
        timeout: seconds to wait for one answer.
        in_flight: connects that wait at once, less where the process may not open so many files.
        tries: attempts before silence counts as filtered.
        progress: called with the number of targets judged, about once a thousand.
    """
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    room = max(8, min(in_flight, soft - SPARE_FILES))
    judged = 0
    for target, state in _Sweep(wire, timeout, room, tries).run(_spread(targets)):
        judged += 1
        if progress is not None and judged % 1000 == 0:
            progress(judged)
        yield target, state
    if progress is not None:
        progress(judged)


def _spread(targets: Iterable[Target]) -> Iterator[Target]:
    """The targets in pseudo-random order, the same each time."""
    order = random.Random(20200117)  # noqa: S311 - spreads load, guards nothing
    source = iter(targets)
    while window := list(islice(source, WINDOW)):
        order.shuffle(window)
        yield from window


class _Sweep:
    def __init__(self, wire: Wire, timeout: float, room: int, tries: int) -> None:
        self._wire = wire
        self._timeout = timeout
        self._room = room
        self._tries = tries
        self._poll = select.epoll()
        self._flying: dict[int, tuple[RawSocket, Target, int]] = {}
        self._ends: deque[tuple[float, int, RawSocket]] = deque()
        self._due: list[tuple[float, int, Target, int]] = []
        self._number = 0

    def run(self, targets: Iterator[Target]) -> Iterator[tuple[Target, str]]:
        try:
            more = True
            while more or self._due or self._flying:
                if more:
                    more = yield from self._start(targets)
                yield from self._start_due()
                yield from self._answers()
                yield from self._silences()
        finally:
            for sock, _, _ in self._flying.values():
                sock.close()
            self._poll.close()

    def _start(self, targets: Iterator[Target]) -> Generator[tuple[Target, str], None, bool]:
        """Book and begin new connects while there is room; False once there are no more targets."""
        due, room = self._wire.rate.due, self._room
        # A place once booked is kept: no more are booked than can wait for their turn.
        while len(self._flying) < room and len(self._due) < room:
            target = next(targets, None)
            if target is None:
                return False
            pause = due(target.host)
            if pause > 0.0:
                self._later(target, 1, pause)
                if len(self._due) & 63 == 0:
                    return True
                continue
            state = self._knock(target, 1)
            if state:
                yield target, state
        return True

    def _later(self, target: Target, attempt: int, pause: float) -> None:
        self._number += 1
        heapq.heappush(self._due, (time.monotonic() + pause, self._number, target, attempt))

    def _start_due(self) -> Iterator[tuple[Target, str]]:
        now = time.monotonic()
        while self._due and self._due[0][0] <= now and len(self._flying) < self._room:
            _, _, target, attempt = heapq.heappop(self._due)
            state = self._knock(target, attempt)
            if state:
                yield target, state

    def _knock(self, target: Target, attempt: int) -> str:
        """Begin one connect; the state if it is known at once, else empty."""
        try:
            sock, code = self._wire.knock(target)
        except OutOfScope:
            return OUT_OF_SCOPE
        except OSError as exc:
            return self._short(target, attempt, exc.errno or 0)
        if code in _WAITING and not (code := failed(sock)):
            # Not refused within the call itself, as a near host does: wait for it.
            number = sock.fileno()
            self._flying[number] = (sock, target, attempt)
            self._ends.append((time.monotonic() + self._timeout, number, sock))
            self._poll.register(number, select.EPOLLOUT)
            return ""
        sock.close()
        return self._short(target, attempt, code) if code in _SHORT else _state(code)

    def _short(self, target: Target, attempt: int, code: int) -> str:
        """Out of files or ports on our own side says nothing about the target: fewer at once, and try again in a moment."""
        if code not in _SHORT:
            return UNREACHABLE
        self._room = max(8, self._room // 2)
        self._later(target, attempt, 0.2)
        return ""

    def _answers(self) -> Iterator[tuple[Target, str]]:
        for number, _ in self._poll.poll(self._pause(), 512):
            sock, target, _ = self._flying.pop(number)
            code = failed(sock)
            sock.close()
            yield target, _state(code)

    def _pause(self) -> float:
        """Seconds to wait for an event: until the next time-out or the next place that is due."""
        if not self._flying and not self._due:
            return 0.0
        now = time.monotonic()
        times = [self._ends[0][0]] if self._ends else []
        if self._due and len(self._flying) < self._room:
            times.append(self._due[0][0])
        if len(self._flying) < self._room and len(self._due) < self._room:
            times.append(now + 0.05)
        return max(0.0, min(times, default=now) - now)

    def _silences(self) -> Iterator[tuple[Target, str]]:
        now = time.monotonic()
        while self._ends and (self._ends[0][0] <= now or self._gone(self._ends[0])):
            ended = self._ends.popleft()
            if self._gone(ended):
                continue
            sock, target, attempt = self._flying.pop(ended[1])
            sock.close()
            if attempt < self._tries:
                self._later(target, attempt + 1, self._wire.rate.due(target.host))
            else:
                yield target, FILTERED

    def _gone(self, entry: tuple[float, int, RawSocket]) -> bool:
        flying = self._flying.get(entry[1])
        return flying is None or flying[0] is not entry[2]


def _state(code: int) -> str:
    if code == 0:
        return OPEN
    if code in _CLOSED:
        return CLOSED
    return FILTERED if code == errno.ETIMEDOUT else UNREACHABLE
