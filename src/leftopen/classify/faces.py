"""Does a picture show a face? The question is answered by a child process (`leftopen.classify.sandbox`) that may crash.

`FaceFinder` owns that child: it is started at the first picture, serves a whole scan, is killed when it hangs, restarted when
it is gone, and ends with this process. What comes back is a count; nothing is written anywhere.
"""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterable
from dataclasses import dataclass, replace

from leftopen.classify.detector import faces_available
from leftopen.classify.sandbox import FRAME, MAX_BYTES, REPLY, Status

__all__ = ["FaceFinder", "Looked", "faces_available"]

IMAGE_SECONDS = 5.0
FIELD_SECONDS = 60.0
START_SECONDS = 60.0
NEEDED = 3
"""Pictures with a face from which a field is one of faces."""
MAX_LOSSES = 3
"""Children lost to the pictures of one field, after which its other pictures are left alone."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking at some pictures gave: counts only.

    ``tested`` pictures were decoded, ``faces`` of them show at least one face (``strong`` with a score ≥ 0.65);
    ``unreadable`` could not be decoded, were too large, or ended or stalled the child; ``left`` were not looked at;
    ``ridges`` show no face and the ridges of a finger.
    """

    tested: int = 0
    faces: int = 0
    strong: int = 0
    unreadable: int = 0
    left: int = 0
    ridges: int = 0


class _Lost(Exception):
    """The child ended or did not answer in time."""


class FaceFinder:
    """Looks at pictures through one child process. Usable from several threads; after a fork each process gets its own child.

    Args:
        image_seconds: wall time for one picture.
        field_seconds: wall time for one call of `look`.
    """

    def __init__(self, image_seconds: float = IMAGE_SECONDS, field_seconds: float = FIELD_SECONDS) -> None:
        self._image_seconds = image_seconds
        self._field_seconds = field_seconds
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._broken = ""
        self._close: weakref.finalize[..., FaceFinder] | None = None

    @property
    def unavailable(self) -> str:
        """Why no face can be looked for (one sentence), or empty."""
        return self._broken or faces_available()

    def look(self, pictures: Iterable[bytes]) -> Looked:
        """Count pictures with faces. Never raises for what a picture holds.

        If few of them show one, those that show none are looked at again at full size: small faces are found there.
        """
        with self._lock:
            return self._look(list(pictures))

    def close(self) -> None:
        """End the child. A later `look` starts another."""
        with self._lock:
            self._end()

    def _look(self, pictures: list[bytes]) -> Looked:
        deadline = time.monotonic() + self._field_seconds
        looked, without = self._pass(pictures, deadline, closely=False)
        if 0 < looked.faces < NEEDED <= len(without) and not looked.left:
            more, _ = self._pass(without, deadline, closely=True)
            return replace(looked, faces=looked.faces + more.faces, strong=looked.strong + more.strong)
        return looked

    def _pass(self, pictures: list[bytes], deadline: float, *, closely: bool) -> tuple[Looked, list[bytes]]:
        """What one look at each picture gave, and those that could be read and showed no face."""
        without: list[bytes] = []
        faces = strong = unreadable = losses = ridges = 0
        for index, picture in enumerate(pictures):
            tested = faces + len(without)
            if losses >= MAX_LOSSES or time.monotonic() > deadline:
                return Looked(tested, faces, strong, unreadable, len(pictures) - index, ridges), without
            if len(picture) > MAX_BYTES:
                unreadable += 1
                continue
            if not self._ready():
                return Looked(tested, faces, strong, unreadable, len(pictures) - index, ridges), without
            try:
                status, ridged, found, best = self._ask(picture, closely)
            except _Lost:
                losses += 1
                unreadable += 1
                self._end()
                continue
            if status != Status.READ:
                unreadable += 1
                continue
            ridges += ridged
            if not found:
                without.append(picture)
                continue
            faces += 1
            strong += best >= 0.65
        return Looked(faces + len(without), faces, strong, unreadable, 0, ridges), without

    def _ready(self) -> bool:
        """A living child, started if need be; False if none can be had."""
        if self._owner != os.getpid():
            self._child = None  # it belongs to the process that this one was forked from
        if self._child is not None and self._child.poll() is None:
            return True
        if self.unavailable:
            return False
        self._end()
        self._child = _start()
        self._owner = os.getpid()
        self._close = weakref.finalize(self, _stop, self._child, self._owner)
        try:
            if self._receive(time.monotonic() + START_SECONDS)[0] == Status.READY:
                return True
        except _Lost:
            pass
        self._end()
        self._broken = "Faces were not looked for: the face detector did not start."
        return False

    def _ask(self, picture: bytes, closely: bool) -> tuple[int, int, int, float]:
        """Send one picture, wait for its answer; raises `_Lost` when the child ends or is late."""
        assert self._child is not None
        assert self._child.stdin is not None
        deadline = time.monotonic() + self._image_seconds
        pipe = self._child.stdin.fileno()
        rest = memoryview(FRAME.pack(len(picture), closely) + picture)
        while rest:
            _wait(pipe, select.POLLOUT, deadline)
            try:
                rest = rest[os.write(pipe, rest) :]
            except BlockingIOError:
                continue
            except OSError:
                raise _Lost from None
        return self._receive(deadline)

    def _receive(self, deadline: float) -> tuple[int, int, int, float]:
        assert self._child is not None
        assert self._child.stdout is not None
        pipe = self._child.stdout.fileno()
        data = b""
        while len(data) < REPLY.size:
            _wait(pipe, select.POLLIN, deadline)
            part = os.read(pipe, REPLY.size - len(data))
            if not part:
                raise _Lost
            data += part
        status, ridged, found, best = REPLY.unpack(data)
        return int(status), int(ridged), int(found), float(best)

    def _end(self) -> None:
        if self._close is not None:
            self._close()
        self._child = None


def _wait(fd: int, event: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(fd, event)
    left = deadline - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise _Lost


def _start() -> subprocess.Popen[bytes]:
    """A child with no environment but where Python's modules are: no credential of this process reaches it."""
    environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONDONTWRITEBYTECODE": "1"}
    for name in ("LD_LIBRARY_PATH", "PATH"):
        if name in os.environ:
            environment[name] = os.environ[name]
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "leftopen.classify.sandbox"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd="/",
        bufsize=0,
    )
    assert child.stdin is not None
    os.set_blocking(child.stdin.fileno(), False)
    return child


def _stop(child: subprocess.Popen[bytes], owner: int) -> None:
    if os.getpid() != owner:
        return
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    child.kill()
    child.wait()
