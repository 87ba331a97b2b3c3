"""Composites are counted on records: only those that hold all parts, exactly for what was read, as an interval for the rest."""

from __future__ import annotations

import pyarrow as pa
import pytest

from leftopen.classify.flatten import flatten
from leftopen.model import Composite
from leftopen.records import RecordTally, share_of

KIT = Composite("identity_kit", ("name", "number"), 0.9)


def tally(*rows: dict[str, object]) -> RecordTally:
    made = RecordTally()
    for part in (rows[:2], rows[2:]):
        if part:
            batch = pa.RecordBatch.from_struct_array(pa.array(list(part), pa.struct({"name": pa.string(), "number": pa.string()})))
            made.update(flatten(batch), batch.num_rows)
    return made


def test_only_records_that_hold_all_are_counted() -> None:
    made = tally({"name": "a", "number": "1"}, {"name": "b"}, {"number": "2"}, {"name": "c", "number": "3"}, {})
    (kit,) = made.counted([KIT], 5)
    assert kit.records == 2
    assert kit.estimate is not None
    assert (kit.estimate.low, kit.estimate.high) == (2, 2)


def test_parts_that_never_meet_in_a_record_are_no_composite() -> None:
    assert tally({"name": "a"}, {"number": "1"}, {"name": "b"}).counted([KIT], 3) == ()


@pytest.mark.parametrize(("k", "n"), [(1, 10), (5, 10), (10, 10), (999, 1000)])
def test_a_sample_speaks_of_the_whole_as_an_interval(k: int, n: int) -> None:
    small, whole = share_of(k, n, 10_000), share_of(k, n, n)
    assert k <= small.low <= small.point <= small.high <= 10_000 - n + k
    assert small.high > small.low
    assert (whole.low, whole.high) == (k, k)


def test_more_records_read_narrow_the_interval() -> None:
    few, many = share_of(50, 100, 10_000), share_of(500, 1000, 10_000)
    assert many.high - many.low < few.high - few.low
