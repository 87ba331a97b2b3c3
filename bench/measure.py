"""How things are measured: in a child process of their own, on chosen cores, with the memory of the whole process tree."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

SAMPLE_SECONDS = 0.1
MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured line: what, the value with its unit, what stands beside it, and the goal if there is one.

    ``met`` is None where no goal is set.
    """

    what: str
    value: str
    beside: str = ""
    ratio: str = ""
    goal: str = ""
    met: bool | None = None


@dataclass(slots=True)
class Section:
    """One part of the benchmark: its figures, the command that made them, and what has to be known to read them."""

    name: str
    title: str
    command: str
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    machine: str = ""
    day: str = ""

    def add(self, what: str, value: str, beside: str = "", ratio: str = "", goal: str = "", met: bool | None = None) -> None:
        """Add one figure."""
        self.figures.append(Figure(what, value, beside, ratio, goal, met))

    def plain(self) -> dict[str, Any]:
        """JSON-ready form."""
        return asdict(self)

    @classmethod
    def kept(cls, data: Mapping[str, Any]) -> Section:
        """The inverse of :meth:`plain`."""
        return cls(**{**data, "figures": [Figure(**one) for one in data["figures"]]})


def machine() -> str:
    """This machine in words: cores, memory, system, Python; no name and no path."""
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, {pages / (1 << 30):.0f} GB of memory, {platform.system()}, Python {platform.python_version()}"


def busy() -> float:
    """Load average of the last minute: what else ran on these cores."""
    return os.getloadavg()[0]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of wall time, and what ``work`` returned."""
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def pair(ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int = 3) -> tuple[float, float, list[float]]:
    """Medians of wall seconds of two pieces of work done in turns, and the ratio ours/theirs of each round."""
    left: list[float] = []
    right: list[float] = []
    for number in range(rounds):
        for mine in (True, False) if number % 2 == 0 else (False, True):
            (left if mine else right).append(timed(ours if mine else theirs)[0])
    return median(left), median(right), [a / b for a, b in zip(left, right, strict=True)]


@dataclass(frozen=True, slots=True)
class Run:
    """What a child process reported, and what it cost: wall and processor seconds, memory at its peak.

    ``largest_mb`` is the peak resident set of the largest process, ``tree_mb`` the peak of all processes together, each
    shared page divided among those that share it (PSS), sampled ten times a second.
    """

    result: dict[str, Any]
    wall: float
    cpu: float
    largest_mb: float
    tree_mb: float


class Memory(threading.Thread):
    """Watches a process and all its descendants until told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._over = threading.Event()
        self.tree = 0
        self.largest = 0

    def run(self) -> None:
        """Sample until stopped."""
        while not self._over.wait(SAMPLE_SECONDS):
            sizes = [_sizes(pid) for pid in descendants(self._pid)]
            self.tree = max(self.tree, sum(pss for _, pss in sizes))
            self.largest = max(self.largest, max((peak for peak, _ in sizes), default=0))

    def stop(self) -> None:
        """End the watch."""
        self._over.set()
        self.join()


def descendants(pid: int) -> list[int]:
    """A process and all its living descendants."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                waiting += [int(word) for word in task.read_text().split()]
            except OSError:
                continue
    return found


def _sizes(pid: int) -> tuple[int, int]:
    """Bytes: peak resident set, and proportional set now; zeros if the process is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0, 0
    return _kilobytes(status, "VmHWM:"), _kilobytes(rollup, "Pss:")


def _kilobytes(text: str, name: str) -> int:
    for line in text.splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    return 0


def child(task: str, arguments: Mapping[str, Any], *, core: int | None = None, python: str = sys.executable) -> Run:
    """Run ``module:function(arguments)`` in a process of its own; ``core`` binds it and its children to one core.

    The function gets the arguments as one dictionary and returns one, both JSON-ready.
    """
    environment = dict(os.environ)
    if core is not None:
        environment |= dict.fromkeys(("OMP_NUM_THREADS", "ARROW_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    with tempfile.TemporaryDirectory(prefix="leftopen-bench-") as folder:
        answer = Path(folder, "answer.json")
        argv = [python, "-m", "bench.child", task, json.dumps(arguments), str(answer), "" if core is None else str(core)]
        before = os.times()
        begun = time.perf_counter()
        process = subprocess.Popen(argv, env=environment)
        watch = Memory(process.pid)
        watch.start()
        code = process.wait()
        wall = time.perf_counter() - begun
        watch.stop()
        after = os.times()
        if code:
            raise SystemExit(f"{task} ended with code {code}")
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        return Run(json.loads(answer.read_text()), wall, cpu, watch.largest / MB, watch.tree / MB)
