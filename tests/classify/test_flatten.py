"""Flatten: every leaf of every nesting comes out once, aligned with its record; damaged text is mended; nothing raises."""

from __future__ import annotations

import decimal
import json
import uuid
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leftopen.classify.flatten import Column, flatten


def columns(batch: pa.RecordBatch) -> dict[str, Column]:
    return {c.path: c for c in flatten(batch)}


def test_lists_of_objects_align_by_parent() -> None:
    rows = [
        {"school": "A", "students": [{"n": "x", "g": {"p": "1"}}, {"n": "y", "g": None}]},
        {"school": "B", "students": []},
        {"school": "C", "students": [{"n": "z", "g": {"p": "3"}}]},
    ]
    got = columns(pa.RecordBatch.from_pylist(rows))
    assert got["students[].n"].values.to_pylist() == ["x", "y", "z"]
    assert got["students[].n"].rows.tolist() == [0, 0, 2]
    assert got["students[].n"].parents.tolist() == [0, 1, 2]
    assert got["students[].g.p"].parents.tolist() == [0, 2]
    assert got["students[].g.p"].scope == "students[]"
    assert got["school"].parents.tolist() == got["school"].rows.tolist() == [0, 1, 2]


def test_vectors_stay_whole_and_binary_stays_binary() -> None:
    batch = pa.RecordBatch.from_pydict({"v": [[0.1, 0.2], None, [0.3, 0.4]], "b": [b"\xff\xd8\x00", b"\x00\x01", b"\xfe"]})
    got = columns(batch)
    assert got["v"].values.to_pylist() == [[0.1, 0.2], [0.3, 0.4]]
    assert got["v"].rows.tolist() == [0, 2]
    assert pa.types.is_binary(got["b"].values.type)


def test_json_in_text_is_opened_also_when_types_disagree() -> None:
    texts = [json.dumps({"a": {"b": [{"c": i}, {"c": str(i)}]}, "d": [1.5, 2.5]}) for i in range(5)]
    got = columns(pa.RecordBatch.from_pydict({"j": texts}))
    assert got["j.a.b[].c"].values.to_pylist() == [str(i) for i in range(5) for _ in range(2)]
    assert got["j.a.b[].c"].rows.tolist() == [i for i in range(5) for _ in range(2)]
    assert pa.types.is_list(got["j.d"].values.type)


def test_sliced_batches_keep_their_place() -> None:
    batch = pa.RecordBatch.from_pylist([{"s": {"a": i, "l": [{"k": i}, {"k": -i}]}} for i in range(10)])
    got = columns(batch.slice(4, 3))
    assert got["s.a"].values.to_pylist() == [4, 5, 6]
    assert got["s.l[].k"].values.to_pylist() == [4, -4, 5, -5, 6, -6]
    assert got["s.l[].k"].rows.tolist() == [0, 0, 1, 1, 2, 2]


def test_null_structs_give_no_values() -> None:
    kind = pa.struct([("a", pa.int64())])
    array = pa.StructArray.from_arrays([pa.array([1, 2, 3])], fields=list(kind), mask=pa.array([False, True, False]))
    got = columns(pa.RecordBatch.from_arrays([array], ["s"]))
    assert got["s.a"].values.to_pylist() == [1, 3]
    assert got["s.a"].rows.tolist() == [0, 2]


def test_maps_dictionaries_decimals_uuids_and_views() -> None:
    batch = pa.RecordBatch.from_pydict({
        "m": pa.array([[("k", "1")], [("k", "2"), ("q", "3")]], pa.map_(pa.string(), pa.string())),
        "d": pa.array(["x", "y"]).dictionary_encode(),
        "n": pa.array([decimal.Decimal("1.25"), None]),
        "u": pa.array([uuid.uuid4().bytes] * 2, pa.uuid()),
        "w": pa.array(["p", "q"], pa.string_view()),
        "l": pa.array(["p", "q"], pa.large_string()),
    })  # fmt: skip
    got = columns(batch)
    assert got["m.k"].values.to_pylist() == ["1", "2"]
    assert got["m.q"].rows.tolist() == [1]
    assert got["d"].values.to_pylist() == ["x", "y"]
    assert got["n"].rows.tolist() == [0]
    assert got["u"].type.startswith("fixed_size_binary")
    assert got["w"].values.to_pylist() == got["l"].values.to_pylist() == ["p", "q"]


def test_damaged_text_is_mended() -> None:
    batch = pa.RecordBatch.from_pydict({
        "wide": ["１３８００１３８０００", "１３９"],
        "latin": ["张伟".encode().decode("latin-1"), "李娜".encode().decode("latin-1")],
        "gbk": ["住在北京市".encode("gb18030"), "住在上海市".encode("gb18030")],
        "fine": ["café", "naïve"],
    })  # fmt: skip
    got = columns(batch)
    assert got["wide"].values.to_pylist() == ["13800138000", "139"]
    assert got["latin"].values.to_pylist() == ["张伟", "李娜"]
    assert got["gbk"].values.to_pylist() == ["住在北京市", "住在上海市"]
    assert got["fine"].values.to_pylist() == ["café", "naïve"]


def test_depth_is_bounded() -> None:
    deep: Any = 1
    for _ in range(40):
        deep = {"a": deep}
    assert flatten(pa.RecordBatch.from_pylist([{"x": deep}]), max_depth=8) == []


LEAF = st.one_of(st.none(), st.booleans(), st.integers(-(2**62), 2**62), st.floats(), st.text(max_size=20), st.binary(max_size=12))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(JSON, min_size=1, max_size=6))
def test_any_json_text_goes_through(values: list[Any]) -> None:
    batch = pa.RecordBatch.from_pydict({"j": [json.dumps(v) for v in values]})
    for column in flatten(batch):
        assert len(column.values) == len(column.rows) == len(column.parents)
        assert column.values.null_count == 0
        assert not len(column.rows) or int(np.max(column.rows)) < len(values)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=20), st.lists(st.binary(max_size=30), max_size=20))
def test_any_text_and_bytes_go_through(texts: list[str], blobs: list[bytes]) -> None:
    from leftopen.category import load_pack
    from leftopen.classify.reader import Reader

    for array in (pa.array(texts, pa.string()), pa.array(blobs, pa.binary())):
        batch = pa.RecordBatch.from_pydict({"x": array})
        reader = Reader(load_pack())
        reader.read(batch)
        assert reader.reading().rows == batch.num_rows
