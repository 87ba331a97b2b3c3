"""The field split: tables that imitate the exports of real systems, written by hand as sheets and filled with invented people."""

from __future__ import annotations

from collections.abc import Iterator

from bench.accuracy.field.sheet import sheets, table
from bench.accuracy.tables import Table


def tables(thin: int = 1) -> Iterator[Table]:
    """Every ``thin``-th table of the split, 100 rows each."""
    for number, sheet in enumerate(sheets()):
        if number % thin == 0:
            yield table(sheet)
