"""From the first knock to the verdict: forty services in mixed states, on ports that tell nothing, beside ``nmap -sV``."""

from __future__ import annotations

import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.measure import Section, child, pair

THREADS = 16
NMAP_SECONDS = 300
EACH = 10
RIGHT: dict[str, dict[str, tuple[str, int | None]]] = {
    "redis": {
        "open": ("open_data", 100),
        "empty": ("open_empty", None),
        "auth": ("auth_required", None),
        "restricted": ("restricted", None),
        "names": ("open_metadata", None),
    },
    "postgresql": {
        "open": ("open_data", 100),
        "empty": ("open_empty", None),
        "auth": ("auth_required", None),
        "wrong_role": ("restricted", None),
        "host_denied": ("host_denied", None),
    },
    "mongodb": {"open": ("open_data", 100), "empty": ("open_empty", None), "auth": ("auth_required", None)},
    "elasticsearch": {"open": ("open_data", 100), "empty": ("open_empty", None), "auth": ("auth_required", None)},
}
"""Kind, state, the verdict that is right for a stranger, and the records to plant."""
SCOPE = """\
[scope]
name = "probes bench"
authorised_by = "whoever started the benchmark"
basis = "servers that the benchmark started on loopback"
contact = "root@localhost"
valid_until = {until}

[[grant]]
addresses = ["127.0.0.1"]
ports = [{ports}]
depth = "sample"

[budget]
connections_per_second_per_host = 100000
connections_per_second = 100000
"""


def knock(arguments: dict[str, Any]) -> dict[str, Any]:
    """Child: probe every target of a scope as a scan does, ``rounds`` times; seconds of each probe, and the verdicts."""
    from leftopen.identify import probe_target
    from leftopen.journal import Journal
    from leftopen.model import Probe, Target
    from leftopen.scope import read_scope
    from leftopen.wire import Wire

    wire = Wire(read_scope(Path(arguments["scope"])), Journal(Path(arguments["journal"])))
    targets = list(wire.scope.targets())

    def one(target: Target) -> tuple[Probe, float]:
        begun = time.perf_counter()
        probe = probe_target(wire, target)
        return probe, time.perf_counter() - begun

    one(targets[0])  # imports
    rounds = []
    for _ in range(arguments["rounds"]):
        begun = time.perf_counter()
        with ThreadPoolExecutor(THREADS) as pool:
            done = list(pool.map(one, targets))
        rounds.append(
            {
                "wall": time.perf_counter() - begun,
                "probes": [[probe.target.port, probe.verdict.value, probe.kind, seconds] for probe, seconds in done],
            }
        )
    return {"rounds": rounds}


def _start(lab: Any) -> dict[int, tuple[str, str, str]]:
    """Start ten servers of each kind, states in turn; (kind, state, right verdict) by port."""
    expected = {}
    for kind, states in RIGHT.items():
        names = list(states)
        for number in range(EACH):
            state = names[number % len(names)]
            verdict, records = states[state]
            running = getattr(lab, kind)(state, records=records) if records else getattr(lab, kind)(state)
            expected[running.port] = (kind, state, verdict)
    return expected


def _nmap(ports: list[int]) -> int:
    """Services that ``nmap -sV`` names; 0 if it did not end in time."""
    listed = ",".join(map(str, ports))
    command = ["nmap", "-n", "-Pn", "-sT", "-sV", "-p", listed, "-oG", "-", "127.0.0.1"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=NMAP_SECONDS)
    known = ("redis", "postgresql", "mongodb", "elasticsearch", "http")
    return sum(any(word in entry.lower() for word in known) for entry in done.stdout.split("Ports:")[-1].split(","))


def run(rounds: int, command: str) -> Section:
    """Start, knock, compare."""
    from leftopen.lab.servers import Lab

    section = Section("probes", "Forty services, from knock to verdict", command)
    with Lab() as lab, TemporaryDirectory(prefix="leftopen-bench-") as name:
        expected = _start(lab)
        folder = Path(name)
        until = (datetime.now(UTC) + timedelta(hours=6)).replace(microsecond=0).isoformat()
        (folder / "scope.toml").write_text(SCOPE.format(until=until, ports=", ".join(map(str, expected))))
        arguments = {"scope": str(folder / "scope.toml"), "journal": str(folder / "journal.jsonl"), "rounds": rounds}
        answers = child("bench.probes:knock", arguments).result["rounds"]
        try:
            nmap_seconds = pair(lambda: None, lambda: _nmap(list(expected)), 1)[1]
        except (OSError, subprocess.SubprocessError):
            nmap_seconds = 0.0
    middle = sorted(answers, key=lambda one: one["wall"])[len(answers) // 2]
    times = sorted(seconds for *_, seconds in middle["probes"])
    right = sum(verdict == expected[port][2] for port, verdict, _, _ in middle["probes"])
    beside = f"nmap -sV, names services and gives no verdict: {nmap_seconds:.1f} s" if nmap_seconds else ""
    ratio = f"{nmap_seconds / middle['wall']:.1f} × as fast" if nmap_seconds else ""
    section.add(f"all {len(times)}, {THREADS} at a time", f"{middle['wall']:.2f} s", beside, ratio)
    section.add(
        "one probe", f"median {times[len(times) // 2] * 1000:,.0f} ms, 95th of 100 {times[int(len(times) * 0.95)] * 1000:,.0f} ms"
    )
    section.add("right verdicts", f"{right} of {len(times)}", "", "", "all", right == len(times))
    for kind in RIGHT:
        mine = sorted(seconds for port, _, _, seconds in middle["probes"] if expected[port][0] == kind)
        section.add(
            f"{kind}, {len(mine)} services", f"median {mine[len(mine) // 2] * 1000:,.0f} ms, slowest {mine[-1] * 1000:,.0f} ms"
        )
    wrong = [f"{expected[p][0]} {expected[p][1]}: {v}" for p, v, _, _ in middle["probes"] if v != expected[p][2]]
    section.data = {"wrong": wrong, "walls": [one["wall"] for one in answers]}
    section.notes += [
        "Redis and PostgreSQL are the real servers; Elasticsearch and MongoDB are stand-ins (osmem-server, SecantusDB).",
        "No server is on its usual port: each service has to be recognised by what it says.",
        f"Depth sample, so that a verdict of open rests on a read; rates of the scope set high; median of {rounds} rounds.",
        *[f"Wrong verdict: {json.dumps(one)}" for one in wrong],
    ]
    return section
