"""Which records hold what together: counts of records by the set of fields that are filled in them. No value is kept.

A composite (a tracked child, an identity kit) counts only where one record holds all its parts; the count is exact for what was
read, and an interval for what was not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from leftopen.model import Composite, Interval
from leftopen.persons.batching import Column

PATTERNS = 4096
"""Sets of filled fields that are told apart; records with further sets are left uncounted, so that counts are never too high."""
Z = 1.96
"""Standard errors of a 95 % interval."""


class RecordTally:
    """Counts records by the set of fields they fill, batch by batch."""

    def __init__(self) -> None:
        self._counts: dict[frozenset[str], int] = {}
        self.rows = 0

    def update(self, columns: Sequence[Column], rows: int) -> None:
        """Take in one batch of ``rows`` records as flat columns."""
        self.rows += rows
        if not rows:
            return
        always: set[str] = set()
        partly: list[str] = []
        marks: list[np.ndarray[tuple[int], np.dtype[np.bool_]]] = []
        for column in columns:
            filled = np.zeros(rows, dtype=np.bool_)
            filled[np.asarray(column.rows, dtype=np.int64)] = True
            if filled.all():
                always.add(column.path)
            elif filled.any():
                partly.append(column.path)
                marks.append(filled)
        if not partly:
            self._add(frozenset(always), rows)
            return
        table = np.packbits(np.stack(marks, axis=1), axis=1)
        sets, counts = np.unique(table, axis=0, return_counts=True)
        for packed, count in zip(sets, counts.tolist(), strict=True):
            bits = np.unpackbits(packed, count=len(partly))
            self._add(frozenset(always | {partly[i] for i in np.flatnonzero(bits).tolist()}), count)

    def _add(self, fields: frozenset[str], count: int) -> None:
        if fields in self._counts or len(self._counts) < PATTERNS:
            self._counts[fields] = self._counts.get(fields, 0) + count

    def holding(self, paths: Sequence[str]) -> int:
        """Records read that fill every one of ``paths``."""
        wanted = set(paths)
        return sum(count for fields, count in self._counts.items() if wanted <= fields)

    def counted(self, composites: Sequence[Composite], claimed: int | None) -> tuple[Composite, ...]:
        """Composites with their records counted; those that no record holds as a whole fall out.

        ``claimed`` is how many records the collection has (None: not known, then only what was read is spoken of).
        """
        out = []
        for composite in composites:
            k = self.holding(composite.paths)
            if k:
                out.append(replace(composite, records=k, estimate=share_of(k, self.rows, claimed)))
        return tuple(out)


def share_of(k: int, n: int, claimed: int | None) -> Interval:
    """How many of ``claimed`` records a sample says are like the ``k`` of ``n`` that were read: Wilson, 95 %; exact if all were."""
    if claimed is None or claimed <= n:
        return Interval(k, k, k, "counted")
    p = k / n
    middle, spread = p + Z * Z / (2 * n), Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    low, high = ((middle - spread) / (1 + Z * Z / n), (middle + spread) / (1 + Z * Z / n))
    return Interval(
        max(float(k), low * claimed), p * claimed, min(float(claimed - n + k), high * claimed), f"{k} of {n} records read"
    )
