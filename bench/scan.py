"""A scan of the whole estate at depth ``full``, beside the bare read by each store's fastest driver and held against its truth."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bench.measure import Run, Section, busy, child, timed

if TYPE_CHECKING:
    from leftopen.lab.school import School

LARGE = 200_000
"""From this many entries on, the search server is the real one: the stand-in keeps everything in memory."""
REAL = "7.17.28"
GOAL_RATIO = 2.0
GOAL_MB = 400.0
SCOPE = """\
[scope]
name = "safe-school bench"
authorised_by = "whoever started the benchmark"
basis = "servers that the benchmark started on loopback, filled with invented people"
contact = "root@localhost"
valid_until = {until}

[[grant]]
addresses = ["{host}"]
ports = [{ports}]
depth = "full"

[budget]
connections_per_second_per_host = 10000
connections_per_second = 10000
bytes_per_store = "64 GiB"
seconds_per_store = 7200
"""


class Clock:
    """A Progress that keeps the seconds of each phase."""

    def __init__(self) -> None:
        self.phases: dict[str, float] = {}
        self._name = ""
        self._at = time.perf_counter()

    def phase(self, name: str, total: int | None) -> None:  # noqa: ARG002
        """A phase begins; the one before it ends."""
        now = time.perf_counter()
        if self._name:
            self.phases[self._name] = now - self._at
        self._name, self._at = name, now

    def step(self, detail: str = "", count: int = 1) -> None:
        """Steps are not counted."""


def ours(arguments: dict[str, Any]) -> dict[str, Any]:
    """Child: scan by leftopen; wall seconds, seconds of each phase, the report as a file."""
    from leftopen.document import document
    from leftopen.scan import Options, scan
    from leftopen.scope import read_scope

    clock = Clock()
    options = Options(Path(arguments["folder"]), workers=arguments["workers"], today=date.fromisoformat(arguments["today"]))
    seconds, result = timed(lambda: scan(read_scope(Path(arguments["scope"])), options, clock))
    clock.phase("", None)
    Path(arguments["report"]).write_text(json.dumps(document(result)))
    return {
        "seconds": seconds,
        "phases": clock.phases,
        "rows": _rows(result),
        "skipped": [f"{s.collection or s.target}: {s.reason}, {s.detail}" for s in result.skipped],
    }


def _rows(result: Any) -> int:
    return sum(c.coverage.read for store in result.stores for c in store.collections if c.coverage)


@dataclass(frozen=True, slots=True)
class Pair:
    """A scan and the bare reads before and after it."""

    run: Run
    bares: tuple[Run, Run]
    report: dict[str, Any]

    @property
    def ours(self) -> float:
        """Wall seconds of the scan, without the start of Python."""
        return float(self.run.result["seconds"])

    @property
    def bare(self) -> float:
        """Wall seconds of the bare read, mean of both."""
        return float(sum(run.result["seconds"] for run in self.bares)) / len(self.bares)

    @property
    def ratio(self) -> float:
        """How many times the bare read."""
        return self.ours / self.bare

    def plain(self) -> dict[str, Any]:
        """What is kept beside the figures."""
        cpu = {"cpu": self.run.cpu, "bare_cpu": sum(run.cpu for run in self.bares) / len(self.bares)}
        sizes = {"tree_mb": self.run.tree_mb, "largest_mb": self.run.largest_mb, "bare_mb": max(r.tree_mb for r in self.bares)}
        return {"seconds": self.ours, "bare": self.bare, "phases": self.run.result["phases"], **cpu, **sizes}


class Bench:
    """The estate on its servers, and the two ways of reading it."""

    def __init__(self, school: Any, folder: Path) -> None:
        self.school, self.folder = school, folder

    def pieces(self, kinds: tuple[str, ...]) -> list[tuple[str, str, str]]:
        """What the bare read reads, largest first."""
        estate, found = self.school.estate, []
        for kind in kinds:
            running = self.school.open[kind]
            dsn = f"redis://{running.label}" if kind == "redis" else running.admin_dsn
            sizes = {name: estate.rows(kind, name) for name in estate.collections(kind)}
            if kind == "redis":
                found.append((sum(sizes.values()), (kind, dsn, "*")))
            else:
                found += [(rows, (kind, dsn, name)) for name, rows in sizes.items()]
        return [piece for _, piece in sorted(found, reverse=True)]

    def bare(self, kinds: tuple[str, ...], workers: int) -> Run:
        """The bare read."""
        return child("bench.bare:all_of", {"pieces": self.pieces(kinds), "workers": workers})

    def leftopen(self, kinds: tuple[str, ...], workers: int) -> tuple[Run, dict[str, Any]]:
        """The scan, with its report."""
        with TemporaryDirectory(dir=self.folder) as name:
            folder = Path(name)
            chosen = [self.school.open[kind] for kind in kinds]
            everything = [*chosen, *self.school.others] if len(kinds) > 1 else chosen
            until = (datetime.now(UTC) + timedelta(hours=6)).replace(microsecond=0).isoformat()
            ports = ", ".join(str(running.port) for running in everything)
            (folder / "scope.toml").write_text(SCOPE.format(until=until, host=chosen[0].host, ports=ports))
            arguments = {
                "scope": str(folder / "scope.toml"),
                "folder": name,
                "report": str(folder / "report.json"),
                "workers": workers,
                "today": self.school.estate.end.date().isoformat(),
            }
            run = child("bench.scan:ours", arguments)
            return run, json.loads((folder / "report.json").read_text())

    def pair(self, kinds: tuple[str, ...], workers: int) -> Pair:
        """The scan, between two bare reads."""
        before = self.bare(kinds, workers)
        run, report = self.leftopen(kinds, workers)
        after = self.bare(kinds, workers)
        return Pair(run, (before, after), report)


def run(entries: int, seed: int, command: str) -> Section:
    """Start, load and measure all."""
    from leftopen.lab.school import School
    from leftopen.lab.servers import Lab

    search = REAL if entries >= LARGE else "osmem"
    with Lab() as lab:
        loading, school = timed(lambda: School.start(lab, entries, seed, search=search))
        return measure(school, command, loading)


def measure(school: School, command: str, loading: float) -> Section:
    """Each store alone, then all together, then the comparison with the truth."""
    from leftopen.lab.compare import compare
    from leftopen.lab.estate import truth

    entries = school.estate.entries
    section = Section("scan", f"Scan of {entries:,} entries at depth full", command)
    with TemporaryDirectory(prefix="leftopen-bench-") as name:
        bench = Bench(school, Path(name))
        single = {kind: bench.pair((kind,), 1) for kind in school.open}
        whole = bench.pair(tuple(school.open), 2)
    for kind, one in single.items():
        running = school.open[kind]
        _line(section, f"{running.product or kind} {running.version}, one process", one)
    ours_alone, bare_alone = sum(one.ours for one in single.values()), sum(one.bare for one in single.values())
    alone = sum(one.run.result["rows"] for one in single.values())
    section.add(
        "the four one after another, one process",
        f"{ours_alone:.1f} s",
        f"bare read {bare_alone:.1f} s",
        f"{ours_alone / bare_alone:.2f} ×",
        f"≤ {GOAL_RATIO:.0f} ×",
        ours_alone / bare_alone <= GOAL_RATIO and alone == entries,
    )
    _line(section, "all four stores, two processes", whole, entries)
    together = whole.run.result["rows"]
    section.add("records read, one process", f"{alone:,}", "", "", f"{entries:,}", alone == entries)
    section.add("records read, two processes", f"{together:,}", "", "", f"{entries:,}", together == entries)
    _memory(section, single, whole)
    answer = truth(school.estate)
    lines = compare(whole.report, answer, school.stores())
    failed = [str(line) for line in lines if not line.holds]
    held = len(lines) - len(failed)
    section.add("lines of the truth that hold at this size", f"{held} of {len(lines)}", "", "", "all", not failed)
    people = whole.report["people"]["persons"]
    if people:
        section.add("persons", f"{people['low']:,.0f} to {people['high']:,.0f}", f"truth {answer['persons']['total']:,}")
    section.data = {
        "entries": entries,
        "loading": loading,
        "load": busy(),
        "failed": failed,
        "skipped": whole.run.result["skipped"],
        "skipped_alone": [text for one in single.values() for text in one.run.result["skipped"]],
        "whole": whole.plain(),
        "single": {kind: one.plain() for kind, one in single.items()},
    }
    _notes(section, school.open["elasticsearch"].stand_in)
    return section


def _memory(section: Section, single: dict[str, Pair], whole: Pair) -> None:
    tree, largest = whole.run.tree_mb, whole.run.largest_mb
    one = max(pair.run.tree_mb for pair in single.values())
    goal = f"≤ {GOAL_MB:.0f} MB"
    section.add("peak memory, one process and the face detector's child", f"{one:.0f} MB", "", "", goal, one <= GOAL_MB)
    section.add("peak memory, two processes and all their children together", f"{tree:.0f} MB", "", "", goal, tree <= GOAL_MB)
    section.add("… the largest of these processes, resident", f"{largest:.0f} MB")


def _line(section: Section, what: str, one: Pair, entries: int = 0) -> None:
    """One pair. With ``entries`` the goal is set, and only a scan that read them all can meet it."""
    rows = one.run.result["rows"]
    section.add(
        what,
        f"{one.ours:.1f} s, {rows / one.ours:,.0f} records/s, {one.run.tree_mb:.0f} MB",
        f"bare read {one.bare:.1f} s",
        f"{one.ratio:.2f} ×",
        f"≤ {GOAL_RATIO:.0f} ×" if entries else "",
        (one.ratio <= GOAL_RATIO and rows == entries) if entries else None,
    )


def _notes(section: Section, stand_in: bool) -> None:
    section.notes += [
        (
            "Bare reads: ADBC to Arrow, pymongo's raw batches (nobody decodes the BSON), redis-py with hiredis in pipelines of a "
            "thousand keys (one pass, types known beforehand), httpx and orjson over a scroll; what was read is thrown away. "
            "Each stands once before and once after the scan; the mean counts. Starting Python is in neither time."
        ),
        "Two processes are compared with a bare read in two processes. The servers share the same cores.",
        "Memory: sum over all processes of leftopen, shared pages divided among them (PSS), sampled ten times a second.",
    ]
    if not stand_in:
        section.notes.append(f"Elasticsearch is the real {REAL}; MongoDB is a stand-in (SecantusDB) that speaks its protocol.")
    else:
        section.notes.append("Elasticsearch and MongoDB are stand-ins that speak their protocols (osmem-server, SecantusDB).")
    section.notes += [f"Left out by the scan in two processes: {one}" for one in section.data["skipped"]]
    for line in section.data["failed"]:
        section.notes.append(f"Does not hold: {line.removeprefix('FAIL').strip()}")
