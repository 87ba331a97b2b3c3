"""Keyed hashes and sketches: published vectors, merging in any order, error."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from leftopen.persons.hashing import hash_strings
from leftopen.persons.sketch import K, Rows, Sketch


def test_siphash_vectors():
    """Published vectors of SipHash-2-4: key 00..0f, messages of 0, 1, 2 … bytes 00, 01, 02 …"""
    key = bytes(range(16))
    got = hash_strings(pa.array([bytes(range(i)) for i in range(16)], pa.binary()), key)
    assert [int(got[i]) for i in (1, 2, 3, 7, 8, 15)] == [
        0x74F839C593DC67FD,
        0x0D6C8009D9A94F5A,
        0x85676696D7FB7E2D,
        0xAB0200F58B01D137,
        0x93F5F5799A932462,
        0xA129CA6149BE45E5,
    ]
    assert int(got[0]) == 0  # an empty value is no value


@settings(deadline=None)
@given(st.lists(st.none() | st.text(max_size=300), max_size=30), st.integers(0, 5))
def test_hashes_depend_on_the_value_alone(words, cut):
    whole = hash_strings(pa.array(words, pa.string()), b"k" * 16)
    part = hash_strings(pa.array(words, pa.string()).slice(cut), b"k" * 16)
    assert whole[cut:].tolist() == part.tolist()
    for word, value in zip(words, whole.tolist(), strict=True):
        assert (value == 0) == (not word)
    other = hash_strings(pa.array(words, pa.string()), b"l" * 16)
    assert all(a != b or a == 0 for a, b in zip(whole.tolist(), other.tolist(), strict=True))


def rows_of(keys, up=()):
    n = len(keys)
    one = np.ones(n, dtype=np.uint8)
    pointers = {name: np.array(keys, dtype=np.uint64) + np.uint64(1) for name in up}
    return Rows(np.array(keys, dtype=np.uint64), one, one % 2, one * 0, pointers)


def state_of(sketch):
    rows = sketch.rows
    up = {name: column.tolist() for name, column in rows.up.items()}
    return sketch.theta, rows.keys.tolist(), rows.seen.tolist(), rows.flags.tolist(), rows.bands.tolist(), up


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(1, 200), max_size=40), max_size=5), st.randoms())
def test_sketches_merge_in_any_order(parts, rng):
    def build(order):
        whole = Sketch(k=16)
        for part in order:
            one = Sketch(k=16)
            one.add(rows_of(part, up=("ric",) if part and part[0] % 2 else ()))
            whole.merge(one)
        return whole

    shuffled = rng.sample(parts, len(parts))
    straight, mixed = build(parts), build(shuffled)
    assert state_of(straight) == state_of(mixed)
    at_once = Sketch(k=16)
    for part in parts:
        at_once.add(rows_of(part, up=("ric",) if part and part[0] % 2 else ()))
    assert state_of(at_once) == state_of(straight)
    distinct = {k for part in parts for k in part}
    if len(distinct) <= 16:
        assert straight.exact
        assert straight.estimate() == len(distinct)


def test_sketch_estimates_within_its_error():
    n = 400_000
    keys = hash_strings(pa.array(range(n)).cast(pa.string()), b"k" * 16)
    sketch = Sketch()
    for start in range(0, n, 50_000):
        sketch.add(rows_of(keys[start : start + 50_000]))
    assert not sketch.exact
    assert len(sketch.rows) == K
    assert abs(sketch.estimate() / n - 1) < 3 / K**0.5
