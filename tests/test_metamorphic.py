"""What must not change a finding: the order of rows, rows told twice, numbers as text, nesting, columns about something else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pytest

from leftopen.category import load_pack
from leftopen.classify.reader import Reader
from leftopen.lab.estate import Estate
from leftopen.model import Level

Table = pa.RecordBatch
TABLES = ("public.students", "public.guardians", "public.staff", "public.attendance", "public.shipments")


@lru_cache(maxsize=8)
def table(name: str) -> Table:
    part = next(Estate(4000, 11).records("postgresql", name))
    assert isinstance(part, pa.RecordBatch)
    return part.slice(0, 300)


def found(batch: Table) -> dict[str, str]:
    """Category by leaf of every finding that is at least likely."""
    reader = Reader(load_pack(), name="t", today=date(2020, 1, 10))
    reader.read(batch)
    return {f.path.rpartition(".")[2]: f.category for f in reader.reading().findings if f.level is not Level.POSSIBLE}


def shuffled(batch: Table) -> Table:
    return batch.take(pa.array(np.random.default_rng(1).permutation(batch.num_rows)))


def doubled(batch: Table) -> Table:
    return pa.Table.from_batches([batch, batch]).combine_chunks().to_batches()[0]


def as_text(batch: Table) -> Table:
    arrays = [c.cast(pa.string()) if pa.types.is_integer(c.type) else c for c in batch.columns]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def nested(batch: Table) -> Table:
    return pa.RecordBatch.from_arrays([batch.to_struct_array()], names=["entry"])


def widened(batch: Table) -> Table:
    noise = np.random.default_rng(2).normal(20, 3, batch.num_rows)
    return batch.append_column("pump_pressure_bar", pa.array(np.round(noise, 3)))


ORDER_AND_FORM = [(name, change) for name in TABLES for change in (shuffled, as_text, nested, widened)]
# Rows told twice: not of a table whose serial numbers stay below 120, which then read like ages.
TOLD_TWICE = [(name, doubled) for name in TABLES if name != "public.students"]


@pytest.mark.parametrize(("name", "change"), ORDER_AND_FORM + TOLD_TWICE)
def test_findings_stay(name: str, change: Callable[[Table], Table]) -> None:
    assert found(change(table(name))) == found(table(name))
