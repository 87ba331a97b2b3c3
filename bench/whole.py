"""The whole estate in memory as Arrow, read by the engine on one core: seconds, growth, and the memory that reading takes."""

from __future__ import annotations

import os
import time
from datetime import date
from typing import Any

from bench.measure import Section, child

BATCH = 16_384
ENGINE_SECONDS, PEOPLE_SECONDS = 1.0, 3.0
"""Goals for 1,300,000 entries, without and with people."""


def held(entries: int, seed: int = 7) -> list[tuple[str, list[Any]]]:
    """Every collection of the estate as (name, record batches); binary values are left out."""
    import pyarrow as pa

    from leftopen.arrow import documents_to_batches
    from leftopen.lab.estate import STORES, Estate

    estate = Estate(entries, seed)
    out: list[tuple[str, list[Any]]] = []
    for store in STORES:
        for name in estate.collections(store):
            batches: list[Any] = []
            for part in estate.records(store, name):
                batches += [part] if isinstance(part, pa.RecordBatch) else list(documents_to_batches(part, BATCH))
            out.append((name, [_without_pictures(batch) for batch in batches]))
    return out


def _without_pictures(batch: Any) -> Any:
    import pyarrow.types as pt

    kept = [name for name, kind in zip(batch.schema.names, batch.schema.types, strict=True) if not pt.is_binary(kind)]
    return batch.select(kept)


def _read(collections: list[tuple[str, list[Any]]], people: bool) -> float:
    """Processor seconds to read all of them."""
    from leftopen.category import load_pack
    from leftopen.classify.reader import Reader
    from leftopen.persons import PersonCounter

    begun = time.process_time()
    for name, batches in collections:
        reader = Reader(load_pack(), name=name, today=date(2020, 1, 10))
        counter = PersonCounter(b"k" * 32, today=date(2020, 1, 10), name=name)
        for number, batch in enumerate(batches, 1):
            columns = reader.read(batch)
            if people:
                if number & (number - 1) == 0:
                    now = reader.reading()
                    counter.plan(now.findings, now.fields)
                counter.update(columns)
        reader.reading()
        if people:
            counter.people(claimed_rows=None, read_rows=sum(batch.num_rows for batch in batches))
    return time.process_time() - begun


def _resident() -> int:
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def ours(arguments: dict[str, Any]) -> dict[str, Any]:
    """Child: processor seconds for all entries and for a quarter of each collection's batches, and bytes that reading adds."""
    from leftopen.classify.flatten import flatten

    collections = held(arguments["entries"])
    part = [(name, batches[: max(1, len(batches) // 4)]) for name, batches in collections]
    _read(part, True)
    before = _resident()
    times = {"alone": [], "people": [], "quarter": []}  # type: dict[str, list[float]]
    for _ in range(arguments["rounds"]):
        times["alone"].append(_read(collections, False))
        times["people"].append(_read(collections, True))
        times["quarter"].append(_read(part, False))
    after = _resident()
    return {
        "rows": sum(batch.num_rows for _, batches in collections for batch in batches),
        "part": sum(batch.num_rows for _, batches in part for batch in batches),
        "bytes": sum(batch.nbytes for _, batches in collections for batch in batches),
        "cells": sum(len(c.values) for _, batches in collections for batch in batches for c in flatten(batch)),
        "seconds": {way: sorted(some)[len(some) // 2] for way, some in times.items()},
        "grown": after - before,
    }


def run(entries: int, rounds: int, command: str) -> Section:
    """Measure, on the last core of this machine."""
    section = Section("whole", f"{entries:,} entries in memory, one core", command)
    found = child("bench.whole:ours", {"entries": entries, "rounds": rounds}, core=max(os.sched_getaffinity(0))).result
    section.data = found
    size = f"{found['rows']:,} records, {found['cells']:,} cells, {found['bytes'] / 1e6:.0f} MB of Arrow"
    for way, goal, what in (("alone", ENGINE_SECONDS, "without people"), ("people", PEOPLE_SECONDS, "people counted as well")):
        seconds = found["seconds"][way]
        rate = f"{found['cells'] / seconds:,.0f} cells/s"
        section.add(f"{size}, {what}", f"{seconds:.2f} s", rate, "", f"≤ {goal:.1f} s at 1,300,000", seconds <= goal)
    each, quarter = found["seconds"]["alone"] / found["rows"], found["seconds"]["quarter"] / found["part"]
    section.add(
        "seconds a record, all beside a quarter of them",
        f"{each * 1e6:.2f} µs",
        f"{quarter * 1e6:.2f} µs",
        f"{each / quarter:.2f} ×",
    )
    section.add("memory that reading added", f"{found['grown'] / 1e6:.0f} MB")
    section.notes += [
        "Pictures are left out; records lie in memory as Arrow before the clock starts. Seconds are those of the processor.",
        f"Medians of {rounds} rounds in turns, after one round that does not count.",
    ]
    return section
