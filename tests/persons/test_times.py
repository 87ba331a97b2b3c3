"""Times however written; ages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leftopen.persons import times

MOMENT = datetime(2020, 1, 3, 7, 12, 33, tzinfo=UTC)
SECONDS = int(MOMENT.timestamp())


@pytest.mark.parametrize(
    ("value", "zoned"),
    [
        (SECONDS, True),
        (SECONDS * 1000 + 5, True),
        (SECONDS * 10**6, True),
        (SECONDS * 10**9, True),
        (float(SECONDS), True),
        (str(SECONDS), True),
        (20200103071233, False),
        ("20200103071233", False),
        ("2020-01-03T07:12:33Z", True),
        ("2020-01-03T15:12:33+08:00", True),
        ("2020-01-03 07:12:33.250", False),
        ("2020/1/3 7:12:33", False),
        ("2020年1月3日 07:12:33", False),
        (MOMENT, True),
        (MOMENT.replace(tzinfo=None), False),
    ],
)
def test_instants(value, zoned):
    read = times.instants(pa.array([value, None, value]))
    assert read.ok.tolist() == [True, False, True]
    assert read.seconds[0] == SECONDS
    assert read.zoned is zoned


def test_bad_times_among_good_ones_are_left_out():
    words = ["2020/1/3", "soon", "2020/2/30", "2019/02/29", "2020/02/29"]
    read = times.instants(pa.array(words))
    assert read.ok.tolist() == [True, False, False, False, True]


@settings(deadline=None)
@given(st.lists(st.dates(date(1900, 1, 1), date(2020, 1, 10)), min_size=1), st.dates(date(2020, 1, 10), date(2050, 1, 1)))
def test_ages(births, today):
    days = np.array([(b - date(1970, 1, 1)).days for b in births])
    want = [today.year - b.year - ((today.month, today.day) < (b.month, b.day)) for b in births]
    assert times.completed_years(days, (today - date(1970, 1, 1)).days).tolist() == want


@settings(deadline=None)
@given(st.text(max_size=30))
def test_instants_never_fail(text):
    assert len(times.instants(pa.array([text, "2020-01-01"])).ok) == 2
