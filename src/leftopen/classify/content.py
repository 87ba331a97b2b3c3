"""What a judge of content is: a detector that looks at whole values (pictures, vectors, templates) rather than at text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from leftopen.classify.flatten import Column


@dataclass(frozen=True, slots=True)
class ContentEvidence:
    """One judge's word on one column: ``matched`` of ``tested`` values, confidence 0..1, evidence words. Never a value."""

    path: str
    category: str
    matched: int
    tested: int
    confidence: float
    how: tuple[str, ...]


class ContentJudge(Protocol):
    """Looks at one column of a batch, knowing its siblings (same batch) and the collection's name."""

    def judge(self, column: Column, siblings: Sequence[Column], collection: str) -> list[ContentEvidence]:
        """Evidence for categories that this column holds; an empty list if there is none. Must not raise on bad data."""
        ...
