"""One field seen as a whole, for guesses that no single value supports: its numbers, lengths and labels; does its name speak?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from leftopen.classify.distribution import Profile
from leftopen.classify.evidence import FieldEvidence
from leftopen.classify.names import NEUTRAL
from leftopen.classify.patterns import Matcher
from leftopen.classify.shape import Array
from leftopen.classify.words import leaf_of, tokens


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One field seen as a whole; numbers are weighted by how often they occur."""

    evidence: FieldEvidence
    p: Profile
    matcher: Matcher

    @property
    def numbers(self) -> tuple[Array, Array]:
        """Distinct numbers, sorted, and the rows that hold each."""
        f = self.evidence.features["number"]
        at = np.flatnonzero(~np.isnan(f))
        values, owner = np.unique(f[at], return_inverse=True)
        return values, np.bincount(owner, self.evidence.counts[at], len(values)).astype(np.int64)

    def quantiles(self, *shares: float) -> list[float]:
        """Quantiles of the numbers over rows."""
        values, counts = self.numbers
        ends = np.cumsum(counts)
        return [float(values[min(len(values) - 1, int(np.searchsorted(ends, s * ends[-1])))]) for s in shares]

    def share(self, label: str) -> float:
        """Share of distinct values with a label of the matcher."""
        at = self.matcher.at.get(label)
        return float(self.evidence.hits[:, at].mean()) if at is not None and self.evidence.tested else 0.0

    def rows(self, label: str) -> float:
        """Share of rows whose value has a label."""
        at = self.matcher.at.get(label)
        return (
            float(self.evidence.counts[self.evidence.hits[:, at]].sum() / max(1, self.evidence.counts.sum()))
            if at is not None
            else 0.0
        )

    def mean_chars(self, kept: Array) -> float:
        """Mean length of some of the distinct values."""
        return float(self.evidence.features["chars"][kept].mean())

    @property
    def lengths(self) -> tuple[float, float, int]:
        """Mean and standard deviation of lengths in characters, and how many lengths there are."""
        chars = self.evidence.features["chars"]
        return float(chars.mean()), float(chars.std()), len(np.unique(chars))

    @property
    def unique(self) -> bool:
        """Does (nearly) every row hold a value of its own?"""
        return self.p.tested >= 12 and float(self.evidence.counts.mean()) <= 1.1


_OPAQUE = re.compile(r"[a-z]{0,3}_?\d*|(?:col|column|field|feature|var|attr|attribute|x|unnamed|字段|列)[_: ]*\d*", re.I)


@lru_cache(maxsize=4096)
def is_opaque(path: str) -> bool:
    """Does a name say nothing at all (``c7``, ``field_12``, ``Unnamed: 3``)?"""
    leaf = leaf_of(path)
    return bool(_OPAQUE.fullmatch(leaf)) or all(w in NEUTRAL or w.isdigit() for w in tokens(leaf))
