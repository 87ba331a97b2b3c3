"""A scan of the whole estate at depth ``full`` beside the bare read by the fastest driver of each store, and held against its truth."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.measure import Run, Section, child, timed

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
    return {"seconds": seconds, "phases": clock.phases, "rows": _rows(result), "skipped": [s.reason for s in result.skipped]}


def _rows(result: Any) -> int:
    return sum(c.coverage.read for store in result.stores for c in store.collections if c.coverage)


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

    def pair(self, kinds: tuple[str, ...], workers: int) -> tuple[float, float, Run, dict[str, Any]]:
        """Seconds of the scan and of the bare read (mean of one before and one after it), the scan's run and report."""
        before = self.bare(kinds, workers).result["seconds"]
        run, report = self.leftopen(kinds, workers)
        after = self.bare(kinds, workers).result["seconds"]
        return run.result["seconds"], (before + after) / 2, run, report


def run(entries: int, seed: int, command: str) -> Section:
    """Start, load and measure all."""
    from leftopen.lab.compare import compare
    from leftopen.lab.estate import truth
    from leftopen.lab.school import School
    from leftopen.lab.servers import Lab

    section = Section("scan", f"Scan of {entries:,} entries at depth full", command)
    search = REAL if entries >= LARGE else "osmem"
    with Lab() as lab, TemporaryDirectory(prefix="leftopen-bench-") as name:
        loading, school = timed(lambda: School.start(lab, entries, seed, search=search))
        bench = Bench(school, Path(name))
        single = [(kind, *bench.pair((kind,), 1)) for kind in school.open]
        whole = bench.pair(tuple(school.open), 2)
        lines = compare(whole[3], truth(school.estate), school.stores())
        for kind, mine, bare, run_, _ in single:
            product = school.open[kind].product or kind
            _line(section, f"{kind} ({product} {school.open[kind].version}), one process", mine, bare, run_)
        mine, bare, run_, report = whole
        ratio = mine / bare
        _line(section, "all four stores, two processes", mine, bare, run_, goal=True)
        one, one_bare = sum(s[1] for s in single), sum(s[2] for s in single)
        section.add("sum of the four, one process", f"{one:.1f} s", f"bare read {one_bare:.1f} s", f"{one / one_bare:.2f} ×")
    peak = max(run_.tree_mb, *(s[3].tree_mb for s in single))
    section.add("peak memory, all processes of leftopen together", f"{peak:.0f} MB", "", "", f"≤ {GOAL_MB:.0f} MB", peak <= GOAL_MB)
    section.add("… its largest process, resident", f"{max(run_.largest_mb, *(s[3].largest_mb for s in single)):.0f} MB")
    held = sum(line.holds for line in lines)
    section.add("lines of the truth that hold at this size", f"{held} of {len(lines)}", "", "", "all", held == len(lines))
    people = report["people"]["persons"]
    if people:
        section.add(
            "persons", f"{people['low']:,.0f} to {people['high']:,.0f}", f"truth {truth(school.estate)['persons']['total']:,}"
        )
    section.data = {
        "entries": entries, "loading": loading, "phases": run_.result["phases"], "rows": run_.result["rows"], "ratio": ratio,
        "failed": [str(line) for line in lines if not line.holds], "skipped": run_.result["skipped"],
        "single": {s[0]: {"seconds": s[1], "bare": s[2], "cpu": s[3].cpu, "tree_mb": s[3].tree_mb, "phases": s[3].result["phases"]} for s in single},
    }  # fmt: skip
    _notes(section, search)
    return section


def _line(section: Section, what: str, mine: float, bare: float, run_: Run, *, goal: bool = False) -> None:
    rate = run_.result["rows"] / mine
    section.add(
        what,
        f"{mine:.1f} s, {rate:,.0f} records/s, {run_.tree_mb:.0f} MB",
        f"bare read {bare:.1f} s",
        f"{mine / bare:.2f} ×",
        f"≤ {GOAL_RATIO:.0f} ×" if goal else "",
        mine / bare <= GOAL_RATIO if goal else None,
    )


def _notes(section: Section, search: str) -> None:
    section.notes += [
        "Bare reads: ADBC to Arrow, pymongo's raw batches (nobody decodes the BSON), redis-py with hiredis in pipelines of a "
        "thousand keys (one pass, types known beforehand), httpx and orjson over a scroll; everything read is thrown away at once. "
        "Each stands once before and once after the scan; the mean counts. Starting Python is in neither time.",
        "Two processes are compared with a bare read in two processes. The servers share the same cores.",
        "Memory: sum over all processes of leftopen, shared pages divided among them (PSS), sampled ten times a second.",
    ]
    if search == REAL:
        section.notes.append(f"Elasticsearch is the real {REAL}; MongoDB is a stand-in (SecantusDB) that speaks its protocol.")
    else:
        section.notes.append("Elasticsearch and MongoDB are stand-ins that speak their protocols (osmem-server, SecantusDB).")
    for line in section.data["failed"]:
        section.notes.append(f"Does not hold: {line.removeprefix('FAIL').strip()}")
