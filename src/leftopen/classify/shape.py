"""The shape of short texts: lengths and counts of character classes, one vectorised pass over Arrow's buffers; and their hashes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.types as pt

Array = np.ndarray[Any, np.dtype[Any]]

_DIGIT, _LOWER, _UPPER, _SPACE, _PUNCT, _HAN, _OTHER, _CONT = range(8)
_CLASS = np.full(256, _OTHER, np.uint8)
_CLASS[33:127] = _PUNCT
_CLASS[48:58], _CLASS[97:123], _CLASS[65:91] = _DIGIT, _LOWER, _UPPER
_CLASS[[9, 10, 13, 32]] = _SPACE
_CLASS[0x80:0xC0] = _CONT
_CLASS[0xE4:0xEA] = _HAN

HASHED_BYTES = 64
"""Of a longer value the first bytes and its length make the hash."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Per value (int32 arrays of one length): characters, and how many of them are digits, letters, Han and so on."""

    chars: Array
    digits: Array
    lower: Array
    upper: Array
    space: Array
    punct: Array
    han: Array
    other: Array

    @property
    def letters(self) -> Array:
        """ASCII letters."""
        return self.lower + self.upper


def raw_bytes(values: pa.Array) -> tuple[Array, Array]:
    """The UTF-8 bytes of a string or binary array (uint8) and its ``n + 1`` offsets into them (int64)."""
    wide = pt.is_large_string(values.type) or pt.is_large_binary(values.type)
    buffers = values.buffers()
    if not len(values) or buffers[2] is None:
        return np.empty(0, np.uint8), np.zeros(len(values) + 1, np.int64)
    offsets = np.frombuffer(buffers[1], np.int64 if wide else np.int32)[values.offset : values.offset + len(values) + 1]
    data = np.frombuffer(buffers[2], np.uint8)[offsets[0] : offsets[-1]]
    return data, (offsets - offsets[0]).astype(np.int64)


def shape_of(values: pa.Array) -> Shape:
    """Count character classes of each value of a string array (no nulls)."""
    data, offsets = raw_bytes(values)
    counts = np.zeros((8, len(values)), np.int32)
    if len(data):
        kinds = _CLASS[data]
        owner = np.repeat(np.arange(len(values)), np.diff(offsets))
        counts = np.bincount(owner * 8 + kinds, minlength=8 * len(values)).reshape(len(values), 8).T.astype(np.int32)
    chars = counts.sum(axis=0, dtype=np.int32) - counts[_CONT]
    return Shape(
        chars, counts[_DIGIT], counts[_LOWER], counts[_UPPER], counts[_SPACE], counts[_PUNCT], counts[_HAN], counts[_OTHER]
    )


def _mix(x: Array) -> Array:
    """Finalise 64-bit words (the steps of SplitMix64)."""
    with np.errstate(over="ignore"):
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed: Array = x ^ (x >> np.uint64(31))
    return mixed


@lru_cache(maxsize=1)
def _letters() -> Array:
    return _mix(np.arange(1, 257, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))


@lru_cache(maxsize=1)
def _powers() -> Array:
    base, out = 0xD6E8FEB86659FD93, []
    power = 1
    for _ in range(HASHED_BYTES):
        out.append(power)
        power = power * base % (1 << 64)
    return np.array(out, np.uint64)


def hash_values(values: pa.Array) -> Array:
    """One uint64 per value, equal for equal values, the same in every process. Not a secret: it never leaves a Reader."""
    kind = values.type
    if pt.is_string(kind) or pt.is_binary(kind) or pt.is_large_string(kind) or pt.is_large_binary(kind):
        return _hash_bytes(*raw_bytes(values))
    if pt.is_boolean(kind):
        return _mix(np.asarray(values).astype(np.uint64) + np.uint64(1))
    if pt.is_floating(kind):
        return _mix(np.asarray(values.cast(pa.float64())).view(np.uint64) + np.uint64(1))
    if pt.is_integer(kind):
        return _mix(np.asarray(values).astype(np.int64).view(np.uint64) + np.uint64(1))
    if pt.is_date32(kind) or pt.is_time32(kind):
        return _mix(np.asarray(values.cast(pa.int32())).astype(np.int64).view(np.uint64) + np.uint64(1))
    if pt.is_temporal(kind) and not pt.is_interval(kind):
        return _mix(np.asarray(values.cast(pa.int64())).view(np.uint64) + np.uint64(1))
    return _hash_bytes(*raw_bytes(values.cast(pa.string())))


def _hash_bytes(data: Array, offsets: Array) -> Array:
    lengths = np.diff(offsets)
    total = np.zeros(len(lengths), np.uint64)
    table, powers = _letters(), _powers()
    longest = min(HASHED_BYTES, int(lengths.max(initial=0)))
    with np.errstate(over="ignore"):
        if longest and len(data) == longest * len(lengths):
            grid = table[data.reshape(len(lengths), longest)] * powers[:longest]
            total = grid.sum(axis=1, dtype=np.uint64)
        else:
            starts = offsets[:-1]
            live = np.arange(len(lengths))
            for at in range(longest):
                live = live[lengths[live] > at]
                total[live] += table[data[starts[live] + at]] * powers[at]
        return _mix(total + lengths.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(1))
