"""The shape of short texts: lengths and counts of character classes, one vectorised pass over Arrow's buffers; and their hashes."""

from __future__ import annotations

from dataclasses import dataclass
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
"""Of a longer value the first bytes, the last eight and its length make the hash."""


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


_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_WORD_MASKS = np.array([(1 << (8 * size)) - 1 for size in range(9)], np.uint64)
"""What to keep of an eight-byte word if the value has so many bytes left in it."""
_FACTORS = _mix(np.arange(1, 10, dtype=np.uint64) * _GOLDEN) | np.uint64(1)
"""An odd factor for each of the eight words and for the tail."""


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
    """Eight bytes at a time: each word times its own odd factor, folded, summed and mixed; the length counts as well."""
    lengths, starts = np.diff(offsets), offsets[:-1]
    padded = np.zeros(len(data) + 8, np.uint8)
    padded[: len(data)] = data
    words = np.ndarray((len(data) + 1,), "<u8", padded.data, strides=(1,))
    with np.errstate(over="ignore"):
        total = lengths.astype(np.uint64) * _GOLDEN
        longest = min(HASHED_BYTES, int(lengths.max(initial=0)))
        for number, at in enumerate(range(0, longest, 8)):
            live = np.flatnonzero(lengths > at)
            if len(live) == len(lengths):
                total += _word(words[starts + at] & _WORD_MASKS[np.minimum(lengths - at, 8)], number)
            else:
                left = np.minimum(lengths[live] - at, 8)
                total[live] += _word(words[starts[live] + at] & _WORD_MASKS[left], number)
        long = np.flatnonzero(lengths > HASHED_BYTES)
        if len(long):
            total[long] += _word(words[offsets[1:][long] - 8], 8)
        return _mix(total + np.uint64(1))


def _word(word: Array, number: int) -> Array:
    word = word * _FACTORS[number]
    word ^= word >> np.uint64(32)
    word *= _FACTORS[number]
    return word
