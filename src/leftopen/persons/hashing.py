"""Keyed 64-bit hashes of whole columns at once: SipHash-2-4 in numpy, so that no value has to pass through Python.

Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012); the tests hold its published vectors. A keyed
pseudo-random function, not a plain hash: without the key nobody can try all resident ID numbers against a sketch.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

U64: TypeAlias = "np.ndarray[Any, np.dtype[np.uint64]]"
Bytes: TypeAlias = "np.ndarray[Any, np.dtype[np.uint8]]"
MAX_BYTES = 255
"""Longer values are cut here: no identifier is longer, and the width of the working table is bounded."""


def space_key(key: bytes, space: str) -> bytes:
    """The 16-byte key of one identity space, so that equal text in two spaces has unlike hashes. ``ValueError`` without a key."""
    if not key:
        raise ValueError("hashing needs a key; a counter restored without one can only merge and estimate")
    return blake2b(space.encode(), key=key[:64], digest_size=16).digest()


def hash_strings(values: pa.Array, key: bytes) -> U64:
    """Hash each string (UTF-8) with the 16-byte ``key``; nulls and empty strings give 0, which no value gives."""
    import pyarrow as pa

    data = values.cast(pa.large_binary())
    n = len(data)
    if n == 0:
        return np.zeros(0, dtype=np.uint64)
    _, offset_buffer, byte_buffer = data.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=np.int64)[data.offset : data.offset + n + 1]
    raw = np.frombuffer(byte_buffer, dtype=np.uint8) if byte_buffer is not None else np.zeros(0, dtype=np.uint8)
    lengths = np.diff(offsets)
    if data.null_count:
        lengths = np.where(np.asarray(data.is_null()), 0, lengths)
    lengths = np.minimum(lengths, MAX_BYTES)
    raw = np.concatenate([raw[offsets[0] : offsets[-1]], np.zeros(MAX_BYTES + 8, dtype=np.uint8)])
    offsets = offsets[:-1] - offsets[0]
    out = np.zeros(n, dtype=np.uint64)
    words = lengths // 8 + 1
    for count in np.unique(words).tolist():
        group = np.flatnonzero((words == count) & (lengths > 0))
        if len(group):
            out[group] = siphash(_words(raw, offsets[group], lengths[group], count * 8), lengths[group], key)
    return out


def hash_pairs(first: U64, second: U64, key: bytes) -> U64:
    """Hash each pair of numbers with the 16-byte ``key``."""
    table = np.zeros((len(first), 3), dtype=np.uint64)
    table[:, 0], table[:, 1] = first, second
    return siphash(table, np.full(len(first), 16, dtype=np.int64), key)


def _words(raw: Bytes, starts: Any, lengths: Any, width: int) -> U64:
    """n x width / 8 words of the bytes at ``starts``, zero after each value's end (``raw`` is longer than needed by ``width``)."""
    words: U64 = np.lib.stride_tricks.sliding_window_view(raw, width)[starts].view("<u8")
    inside = (np.uint64(1) << ((lengths.astype(np.uint64) & np.uint64(7)) * np.uint64(8))) - np.uint64(1)
    words[:, -1] &= inside
    return words


def siphash(words: U64, lengths: Any, key: bytes) -> U64:
    """SipHash-2-4 of each row of ``words`` (n x w, zero-padded, w = length // 8 + 1 for every row) with a 16-byte key.

    Writes the lengths into the last column, as the algorithm asks.
    """
    words[:, -1] |= (lengths.astype(np.uint64) & np.uint64(0xFF)) << np.uint64(56)
    k0, k1 = (int.from_bytes(key[i : i + 8], "little") for i in (0, 8))
    seeds = (0x736F6D6570736575 ^ k0, 0x646F72616E646F6D ^ k1, 0x6C7967656E657261 ^ k0, 0x7465646279746573 ^ k1)
    state = [np.full(len(words), seed, dtype=np.uint64) for seed in seeds]
    for i in range(words.shape[1]):
        word = np.ascontiguousarray(words[:, i])
        state[3] ^= word
        _round(state)
        _round(state)
        state[0] ^= word
    state[2] ^= np.uint64(0xFF)
    for _ in range(4):
        _round(state)
    out: U64 = state[0] ^ state[1] ^ state[2] ^ state[3]
    out[out == 0] = 1
    return out


def _rotate(x: U64, bits: int) -> U64:
    turned: U64 = (x << np.uint64(bits)) | (x >> np.uint64(64 - bits))
    return turned


def _round(v: list[U64]) -> None:
    v[0] += v[1]
    v[2] += v[3]
    v[1] = _rotate(v[1], 13) ^ v[0]
    v[3] = _rotate(v[3], 16) ^ v[2]
    v[0] = _rotate(v[0], 32)
    v[2] += v[1]
    v[0] += v[3]
    v[1] = _rotate(v[1], 17) ^ v[2]
    v[3] = _rotate(v[3], 21) ^ v[0]
    v[2] = _rotate(v[2], 32)
