"""Event times: which column, how many days."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leftopen.persons import periods, times
from tests.persons.people import count, ric


def days_of_school(write):
    """Ten days, 08:00 to 17:59 in Sichuan, each event written by ``write(utc seconds)``."""
    start = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
    return [start + day * 86400 + second for day in range(10) for second in range(0, 36000, 600)], write


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("captureTime", lambda s: s * 1000),
        ("checked_at", lambda s: datetime.fromtimestamp(s, UTC)),
        ("sj", lambda s: datetime.fromtimestamp(s, UTC).replace(tzinfo=None)),
        ("kqsj", lambda s: datetime.fromtimestamp(s + 28800, UTC).strftime("%Y%m%d%H%M%S")),
        ("抓拍时间", lambda s: datetime.fromtimestamp(s + 28800, UTC).strftime("%Y-%m-%d %H:%M:%S")),
        ("c4", lambda s: s),
        ("lessonTime", lambda s: datetime.fromtimestamp(s + 28800, UTC).strftime("%Y-%m-%dT%H:%M:%S+08:00")),
    ],
)
def test_period(name, write):
    seconds, _ = days_of_school(write)
    docs = [{"xjh": f"G{ric(i % 200)}", name: write(s)} for i, s in enumerate(seconds)]
    got = count(docs, {"xjh": "identity.cn_student_no"}).people()
    assert got.days == 10
    assert got.first == datetime(2020, 1, 1, tzinfo=UTC)
    assert got.last == datetime(2020, 1, 10, 9, 50, tzinfo=UTC)
    assert sum(n for _, n in got.per_hour) == len(docs)
    assert got.per_hour[0] == ("2020-01-01T00:00Z", 6)


def test_births_expiry_and_row_dates_are_no_events():
    docs = [
        {
            "sfzh": ric(i),
            "csrq": "2010-03-12",
            "yxq": f"2020-01-{i % 9 + 1:02d}",
            "gxsj": f"2019-{i % 12 + 1:02d}-03 10:00:00",
            "checkTime": f"2020-01-0{i % 5 + 1} 08:00:0{i % 7}",
        }
        for i in range(1, 300)
    ]
    got = count(docs, {"sfzh": "identity.cn_ric18", "csrq": "biographical.birth_date"}).people()
    assert got.days == 5
    assert got.first.year == 2020


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(1_577_836_800, 1_578_700_000), min_size=1), min_size=1, max_size=4), st.randoms())
def test_clocks_merge_in_any_order(parts, rng):
    def build(order):
        whole = periods.Clock(periods.EVENT)
        for part in order:
            one = periods.Clock(periods.EVENT)
            seconds = np.array(part, dtype=np.int64)
            one.add(times.Instants(seconds, seconds > 0, zoned=True), np.ones(len(part), dtype=np.int64))
            whole.merge(one)
        return whole.hours.tolist(), whole.counts.tolist(), whole.span

    assert build(parts) == build(rng.sample(parts, len(parts)))
