"""The port sweep of 65,536 loopback addresses beside ``nmap -sT``, in turns."""

from __future__ import annotations

import socket
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench import sweep
from bench.measure import Section

ADDRESSES = 65_536
LEAST = 7
"""Rounds at least: each is short, and other work on the machine moves a single one by a third."""


def _turn(folder: Path, first: bool) -> tuple[tuple[float, int], tuple[float, int]]:
    """(seconds, found) of leftopen and of nmap, one or the other first."""
    if first:
        return sweep.ours(folder), sweep.nmap()
    theirs = sweep.nmap()
    return sweep.ours(folder), theirs


def run(rounds: int, command: str) -> Section:
    """Open twelve ports, sweep in turns with nmap."""
    rounds = max(rounds, LEAST)
    section = Section("sweep", "Port sweep of 65,536 loopback addresses", command)
    listeners = [socket.create_server((host, sweep.PORT)) for host in sweep.OPEN]
    try:
        with TemporaryDirectory(prefix="leftopen-bench-") as folder:
            done = [_turn(Path(folder), number % 2 == 0) for number in range(rounds)]
    finally:
        for listener in listeners:
            listener.close()
    ours, theirs = median(o[0] for o, _ in done), median(n[0] for _, n in done)
    ratio = median(n[0] / o[0] for o, n in done)
    section.add(
        "addresses a second",
        f"{ADDRESSES / ours:,.0f}",
        f"nmap -n -Pn -sT --open: {ADDRESSES / theirs:,.0f}",
        f"{ratio:.2f} × nmap's rate",
        "≥ 1 × nmap's rate",
        ratio >= 1.0,
    )
    section.add("seconds in all", f"{ours:.2f}", f"{theirs:.2f}")
    found, known = [o[1] for o, _ in done], [n[1] for _, n in done]
    section.add("open ports found, of 12", f"{min(found)}", f"{min(known)}", "", "12", min(found) == len(sweep.OPEN))
    section.notes.append(
        f"One port, one process each, the scope's rate set high; medians of {rounds} rounds in turns. On loopback almost every "
        "address refuses at once; across a network the rate is the scope's budget, not the program's limit."
    )
    section.data = {"rounds": [[o[0], n[0]] for o, n in done]}
    return section
