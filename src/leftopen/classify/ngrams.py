"""Hashed character n-grams of short texts, vectorised: the features of the classifier for names in Latin letters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SIZE = 1 << 16
"""Number of hash buckets."""

_LOWER = np.arange(256, dtype=np.uint32)
_LOWER[65:91] += 32
_MIX = np.uint32(2654435761)

Ints = np.ndarray[Any, np.dtype[np.int64]]


def fold(values: pa.Array) -> pa.Array:
    """Latin letters without their accents (NFKD, marks dropped); other scripts are lost."""
    plain = pc.utf8_normalize(values, "NFKD")
    return pc.replace_substring_regex(plain, "[^\\x00-\\x7f]+", "")


def grams(values: pa.Array) -> tuple[Ints, Ints]:
    """Bucket numbers of all n-grams of ``values`` (one flat array) and the offset at which each value's begin.

    Every value is framed by two blanks on both sides, so that each has at least one n-gram. Three and four small letters,
    and pairs of letters with their case kept.
    """
    framed = pc.binary_join_element_wise("  ", fold(values), "  ", "")
    bounds = np.frombuffer(framed.buffers()[1], np.int32)[framed.offset : framed.offset + len(framed) + 1]
    raw = np.frombuffer(framed.buffers()[2], np.uint8)[bounds[0] : bounds[-1]].astype(np.uint32)
    starts = (bounds - bounds[0]).astype(np.int64)
    low = _LOWER[raw]
    three = low[:-2] * np.uint32(73856093) ^ low[1:-1] * np.uint32(19349663) ^ low[2:] * np.uint32(83492791)
    four = three[:-1] * np.uint32(31) ^ low[3:] * np.uint32(67867979)
    four = np.r_[four, three[-1:]]
    two = (raw[1:-1] * np.uint32(49979687) ^ raw[2:] * np.uint32(86028121)) + np.uint32(977)
    shift = np.uint32(32 - SIZE.bit_length() + 1)
    found = np.stack([three * _MIX >> shift, two * _MIX >> shift, four * _MIX >> shift], axis=1).astype(np.int64)
    keep = np.ones(len(found), bool)
    for back in (1, 2):
        keep[starts[1:-1] - back] = False
    counts = np.diff(starts) - 2
    offsets = np.zeros(len(values), np.int64)
    np.cumsum(counts[:-1] * 3, out=offsets[1:])
    return found[keep].ravel(), offsets
