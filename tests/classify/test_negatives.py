"""Nothing that is no person's may be called likely: alone, under an opaque name, and in tables of its own kind."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from leftopen.category import load_pack
from leftopen.classify.reader import Reader
from leftopen.model import Finding, Level
from tests.classify.columns import TODAY, faker, negatives

COUNT = 400


def loud(batch: pa.RecordBatch) -> list[Finding]:
    reader = Reader(load_pack(), today=TODAY)
    reader.read(batch)
    return [f for f in reader.reading().findings if f.level is not Level.POSSIBLE]


@pytest.mark.parametrize("kind", sorted(negatives(1)))
def test_column_alone(kind: str) -> None:
    make = negatives(17)[kind]
    assert loud(pa.RecordBatch.from_pydict({"c1": [make(i) for i in range(COUNT)]})) == []


def test_all_of_them_in_one_table() -> None:
    columns = {f"c{n}": [make(i) for i in range(COUNT)] for n, make in enumerate(negatives(23).values())}
    assert loud(pa.RecordBatch.from_pydict(columns)) == []


def test_catalogue_with_names() -> None:
    made, rng = negatives(5), random.Random(5)
    rows = {
        "id": list(range(1, COUNT + 1)),
        "name": [made["products"](i) for i in range(COUNT)],
        "brand": [made["brands"](i) for i in range(COUNT)],
        "ean": [made["article numbers"](i) for i in range(COUNT)],
        "price": [made["prices"](i) for i in range(COUNT)],
        "stock": [rng.randrange(500) for _ in range(COUNT)],
        "created_at": [made["epoch milliseconds"](i) for i in range(COUNT)],
        "order_no": [made["order numbers by time"](i) for i in range(COUNT)],
        "supplier": [faker("en_US", i).company() for i in range(COUNT)],
        "vector": [made["text vectors"](i) for i in range(COUNT)],
    }
    assert loud(pa.RecordBatch.from_pydict(rows)) == []


def test_log_with_names() -> None:
    made = negatives(6)
    rows = {
        "ts": [made["epoch milliseconds"](i) for i in range(COUNT)],
        "level": [made["log levels"](i) for i in range(COUNT)],
        "host": [f"app-{i % 7}" for i in range(COUNT)],
        "message": [made["log lines"](i) for i in range(COUNT)],
        "trace_id": [made["md5"](i) for i in range(COUNT)],
        "version": [made["versions of four"](i) for i in range(COUNT)],
        "temperature": [made["sensor celsius"](i) for i in range(COUNT)],
        "duration": [made["prices"](i) for i in range(COUNT)],
    }
    assert loud(pa.RecordBatch.from_pydict(rows)) == []
