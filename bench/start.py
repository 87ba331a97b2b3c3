"""How long ``leftopen inspect small.csv`` takes in all, from a cold process, beside what numpy and pyarrow alone take to load."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.measure import Section

GOAL = 0.5
ROUNDS = 9
ROWS = 200
RUN = "import sys; sys.argv = ['leftopen', 'inspect', 'small.csv', '--no-progress']; from leftopen.cli import main; main()"
FLOOR = "import numpy, pyarrow.compute"
HELP = "import sys; sys.argv = ['leftopen', '--help']; from leftopen.cli import main; main()"


def small(folder: Path) -> None:
    """A table of invented people: five columns."""
    from faker import Faker

    fake = Faker("en_US")
    fake.seed_instance(7)
    rows = ["id,name,email,phone,amount"]
    rows += [f"{n},{fake.name()},u{n}@example.org,1{fake.numerify('38########')},{n * 1.37:.2f}" for n in range(ROWS)]
    (folder / "small.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def _once(code: str, folder: Path, environment: dict[str, str]) -> tuple[float, float]:
    """Seconds of the wall and of the processor."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, check=False)
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run(command: str) -> Section:
    """Measure in turns; the first round, in which byte code is written, does not count."""
    section = Section("start", "Start of a small run", command)
    ways = {"leftopen inspect small.csv": RUN, "python, numpy and pyarrow.compute alone": FLOOR, "leftopen --help": HELP}
    seen: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory(prefix="leftopen-bench-") as name:
        folder = Path(name)
        small(folder)
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
        for _ in range(ROUNDS + 1):
            for way, code in ways.items():
                seen[way].append(_once(code, folder, environment))
    for way, times in seen.items():
        wall, cpu = median(w for w, _ in times[1:]), median(c for _, c in times[1:])
        goal = ("≤ 0.5 s", wall <= GOAL) if ways[way] == RUN else ("", None)
        section.add(way, f"{wall:.2f} s", f"{cpu:.2f} s of processor", "", *goal)
    section.notes.append(
        f"{ROWS} rows of five columns; medians of {ROUNDS} starts in turns, byte code and category files kept from the first."
    )
    return section
