"""``python -m bench``: measure, print, and with ``--write`` put the figures into ``docs/benchmarks.md``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench import beside, classify, faces, ports, probes, report, scan, start, whole
from bench.measure import Section, busy, machine

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".cache" / "bench"


def main() -> int:
    """Run what was asked for, one part after the other."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--only",
        default=",".join(report.ORDER),
        help="parts, with commas: classify, beside, whole, start, faces, scan, sweep, probes",
    )
    parser.add_argument("--entries", type=int, default=1_300_000, help="entries of the estate")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md from all that was measured so far")
    asked = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    command = f"python -m bench --only {{}} --entries {asked.entries} --rounds {asked.rounds}"
    parts: dict[str, Callable[[str], Section]] = {
        "classify": partial(classify.run, asked.entries, asked.rounds, CACHE),
        "beside": partial(beside.run, asked.rounds, CACHE),
        "whole": partial(whole.run, asked.entries, asked.rounds),
        "start": start.run,
        "faces": partial(faces.run, asked.rounds),
        "scan": partial(scan.run, asked.entries, asked.seed),
        "sweep": partial(ports.run, asked.rounds),
        "probes": partial(probes.run, asked.rounds),
    }
    for name in filter(None, asked.only.split(",")):
        if name not in parts:
            parser.error(f"no part {name!r}; there are {', '.join(parts)}")
        before = busy()
        section = parts[name](command.format(name))
        finish(section, before)
    if asked.write:
        (ROOT / "docs" / "benchmarks.md").write_text(report.document(report.kept(CACHE / "sections")), encoding="utf-8")
    return 0


def finish(section: Section, before: float) -> None:
    """Date a section, print it and keep it. ``before``: what the load average was when it began."""
    section.day = datetime.now(UTC).date().isoformat()
    section.machine = f"{machine()}, load average {before:.1f} before and {busy():.1f} after"
    print("\n".join(report.lines(section)), flush=True)
    report.keep(section, CACHE / "sections")


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
