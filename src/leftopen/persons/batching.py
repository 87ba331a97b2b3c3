"""Small batches wait until they are worth a pass: a pass costs the same for two thousand records as for ten thousand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

ENOUGH = 1 << 15
"""Records that are counted in one pass."""


class Column(Protocol):
    """One flattened column, as ``classify.flatten`` gives it.

    Columns of one ``scope`` (path of the nearest list) align by ``parents``; ``rows`` are rows of the batch; all as long as values.
    """

    path: str
    type: str
    values: pa.Array
    rows: np.ndarray[Any, Any]
    scope: str
    parents: np.ndarray[Any, Any]


@dataclass(slots=True)
class Joined:
    """Columns of one path from several batches, with rows and parents counted on."""

    path: str
    type: str
    values: Any = field(repr=False)
    rows: np.ndarray[Any, Any] = field(repr=False)
    scope: str
    parents: np.ndarray[Any, Any] = field(repr=False)


class Waiting:
    """Batches that wait for one pass. Holds values, so it lives only where values may live, and is emptied by ``take``."""

    def __init__(self) -> None:
        self._columns: dict[str, list[Joined]] = {}
        self._ends: dict[str, int] = {}
        self._rows = 0

    def fits(self, columns: Sequence[Column]) -> bool:
        """Whether these columns have the types of those that wait."""
        return all(c.path not in self._columns or self._columns[c.path][0].values.type == c.values.type for c in columns)

    def add(self, columns: Sequence[Column], rows: int) -> bool:
        """Let a batch of ``rows`` records wait; True if a pass is due."""
        ends: dict[str, int] = {}
        for column in columns:
            start = self._ends.get(column.scope, 0)
            parents = np.asarray(column.parents, dtype=np.int64) + start
            row = np.asarray(column.rows, dtype=np.int64) + self._rows
            part = Joined(column.path, column.type, column.values, row, column.scope, parents)
            self._columns.setdefault(column.path, []).append(part)
            if len(parents):
                ends[column.scope] = max(ends.get(column.scope, 0), int(parents.max()) + 1)
        self._rows += rows
        self._ends |= ends
        self._ends[""] = self._rows
        return self._rows >= ENOUGH

    def take(self) -> list[Joined]:
        """All that waits as one batch; nothing waits afterwards."""
        import pyarrow as pa

        out = []
        for parts in self._columns.values():
            first = parts[0]
            if len(parts) > 1:
                values = pa.concat_arrays([part.values for part in parts])
                rows, parents = (np.concatenate([getattr(part, name) for part in parts]) for name in ("rows", "parents"))
                first = Joined(first.path, first.type, values, rows, first.scope, parents)
            out.append(first)
        self._columns, self._ends, self._rows = {}, {}, 0
        return out
