"""Invented people as documents, columns and findings, and what an interval must satisfy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from leftopen.model import Field, Finding, Level
from leftopen.persons import PersonCounter, combine

TODAY = date(2020, 1, 10)
KEY = b"a key for tests only............"
RELATIONS = ("父亲", "母亲")


@dataclass(slots=True)
class Col:
    path: str
    type: str
    values: pa.Array
    rows: np.ndarray
    scope: str
    parents: np.ndarray


def flatten(docs):
    """Columns of documents with values, dicts and one level of lists of dicts; as the real one, without nulls."""
    cells = {}

    def walk(value, path, row, scope, parent):
        if isinstance(value, dict):
            for name, inner in value.items():
                walk(inner, f"{path}.{name}" if path else name, row, scope, parent)
        elif isinstance(value, list):
            for inner in value:
                counters[path] = counters.get(path, -1) + 1
                walk(inner, f"{path}[]", row, f"{path}[]", counters[path])
        elif value is not None:
            cells.setdefault((path, scope), []).append((value, row, parent))

    counters = {}
    for row, doc in enumerate(docs):
        walk(doc, "", row, "", row)
    out = []
    for (path, scope), items in cells.items():
        values, rows, parents = zip(*items, strict=True)
        array = pa.array(values)
        out.append(Col(path, str(array.type), array, np.array(rows), scope, np.array(parents)))
    return out


def findings(categories):
    return [Finding(path, category, 0.97, Level.PROVEN, 50, 50, 0.001) for path, category in categories.items()]


def count(docs, categories, name="x", size=1000, claimed=None):
    counter = PersonCounter(KEY, today=TODAY, name=name)
    fields = [Field(c.path, str(c.type)) for c in flatten(docs[:50])]
    counter.plan(findings(categories), fields)
    for start in range(0, len(docs), size):
        counter.update(flatten(docs[start : start + size]))
    counter.rows_claimed = claimed
    return counter


def persons(counters):
    return combine(counters).persons


def holds(interval, truth, within=0.05):
    assert interval is not None
    assert interval.low <= truth <= interval.high
    assert interval.low >= truth * (1 - within) - 1
    assert interval.high <= truth * (1 + within) + 1
    assert interval.method
    return True


def ric(number, born="20100312"):
    return f"510104{born}{number:03d}{number % 10}"


PUPIL_TABLE = {
    "id_card": "identity.cn_ric18",
    "student_no": "identity.cn_student_no",
    "name": "biographical.name_zh",
    "parent_phone": "contact.mobile_cn",
    "school": "child.school",
}


def pupils(n, start=0):
    return [
        {
            "id_card": ric(i % 1000, f"201{i // 1000 % 10}0{i // 10000 % 9 + 1}12"),
            "student_no": f"2019{i:06d}",
            "name": f"王{chr(0x4E00 + i % 3000)}",
            "parent_phone": f"139{i // 2:08d}",
            "school": f"第{i % 23}小学",
        }
        for i in range(start, start + n)
    ]
