from __future__ import annotations

import datetime as dt
import decimal
import uuid

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leftopen.arrow import MAX_DEPTH, documents_to_batch, documents_to_batches


class Foreign:
    """Stands for a driver's own type, such as an object id."""

    def __str__(self) -> str:
        return "foreign-text"


class Hostile:
    def __str__(self) -> str:
        raise RuntimeError("carries a value")


def column(*values: object) -> pa.Array:
    return documents_to_batch([{"a": value} for value in values]).column(0)


def test_agreeing_documents_keep_their_types() -> None:
    batch = documents_to_batch([{"n": 1, "s": "x", "o": {"p": [1.5]}}, {"n": None, "s": "y", "o": None}])
    assert batch.schema.field("n").type == pa.int64()
    assert batch.schema.field("o").type == pa.struct([("p", pa.list_(pa.float64()))])
    assert batch.to_pylist() == [{"n": 1, "s": "x", "o": {"p": [1.5]}}, {"n": None, "s": "y", "o": None}]


def test_only_the_path_that_disagrees_becomes_text() -> None:
    batch = documents_to_batch([{"n": 1, "o": {"x": 1, "y": 2}}, {"n": 2, "o": {"x": "one", "y": 3}}])
    assert batch.schema.field("n").type == pa.int64()
    assert batch.schema.field("o").type == pa.struct([("x", pa.string()), ("y", pa.int64())])
    assert batch.column("o").to_pylist() == [{"x": "1", "y": 2}, {"x": "one", "y": 3}]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((2**63, 1), ["9223372036854775808", "1"]),
        ((True, 3), ["true", "3"]),
        ((1.5, 2**60), ["1.5", "1152921504606846976"]),
        ((decimal.Decimal("1.5"), decimal.Decimal("NaN")), ["1.5", "NaN"]),
        ((Foreign(), None), ["foreign-text", None]),
        ((Hostile(),), [""]),
        ((uuid.UUID(int=7),), ["00000000-0000-0000-0000-000000000007"]),
        (({"b": 1}, 3), ['{"b": 1}', "3"]),
        (("\ud800",), ["?"]),
        ((b"\xff\xfe", b"plain"), [b"\xff\xfe", b"plain"]),
        ((b"plain", "text"), ["plain", "text"]),
        (("13800138000", ["13900139000", "1"]), [["13800138000"], ["13900139000", "1"]]),
        (([1], ["x"]), [["1"], ["x"]]),
    ],
)
def test_values_survive_their_type(values: tuple[object, ...], expected: list[object]) -> None:
    assert column(*values).to_pylist() == expected


def test_numbers_and_times() -> None:
    assert str(column(float("nan"))[0].as_py()) == "nan"
    assert column(1, 2.5).to_pylist() == [1.0, 2.5]
    assert pa.types.is_timestamp(column(dt.datetime(2020, 1, 1, tzinfo=dt.UTC)).type)


def test_objects_with_ever_new_keys_become_key_and_value() -> None:
    batch = documents_to_batch([{"seen": {f"card{i}": i, f"card{i + 5000}": i}} for i in range(600)])
    kind = batch.schema.field("seen").type
    assert kind == pa.list_(pa.struct([("@key", pa.string()), ("@value", pa.int64())]))
    assert batch.column("seen")[0].as_py() == [{"@key": "card0", "@value": 0}, {"@key": "card5000", "@value": 0}]


def test_depth_is_bounded() -> None:
    value: object = "end"
    for _ in range(2000):
        value = {"n": value}
    kind = documents_to_batch([{"a": value}]).schema.field("a").type
    depth = 0
    while pa.types.is_struct(kind):
        kind, depth = kind.field(0).type, depth + 1
    assert depth <= MAX_DEPTH
    assert kind == pa.string()


def test_a_document_is_a_row_even_without_keys() -> None:
    assert documents_to_batch([{}, {}, {}]).num_rows == 3
    assert [b.num_rows for b in documents_to_batches(({"i": i} for i in range(25)), 10)] == [10, 10, 5]


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.datetimes()
    | st.decimals()
    | st.uuids()
    | st.builds(Foreign),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4) | st.tuples(inner),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from("abc"), values, max_size=3), min_size=1, max_size=8))
def test_any_documents_become_rows(documents: list[dict[str, object]]) -> None:
    batch = documents_to_batch(documents)
    batch.validate(full=True)
    assert batch.num_rows == len(documents)
    for name in {key for document in documents for key in document}:
        empty = [d.get(name) is None for d in documents]
        assert batch.column(name).is_null().to_pylist() == empty
