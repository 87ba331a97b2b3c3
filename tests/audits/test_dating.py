"""The bracket always holds the true moment, and times that are not times of insertion are no ruler."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftopen.audits.postgresql.dating import Anchor, Dating, Mark, make_ruler

MADE = 1_000.0


@given(
    st.lists(st.floats(0.001, 50), min_size=8, max_size=60),
    st.integers(0, 1000),
    st.sampled_from([10, 2**31 - 5, 2**32 - 4]),
    st.data(),
)
def test_the_bracket_holds_the_true_moment(gaps, checkpoint, first, data) -> None:
    """Transactions at known moments, every second one an ordinary row, the others artefacts; numbers may wrap round."""
    at, moments = MADE, []
    for gap in gaps:
        at += gap
        moments.append(at)
    numbers = [(first + place) % 2**32 for place in range(len(moments))]
    there = checkpoint % len(moments)
    dating = Dating(now=at + 1, made=MADE, next=numbers[there], anchor=Anchor(0, moments[there] - 0.0005))
    marks = [Mark(dating.age(n), t, t) for n, t in zip(numbers[::2], moments[::2], strict=True)]
    ruler = make_ruler("t.at", marks, MADE, dating.now, dating.anchor)
    if ruler is not None:
        dating.rulers.append(ruler)
    place = data.draw(st.integers(0, len(moments) - 1))
    if numbers[place] < 3:
        return
    low, high, _ = dating.date(str(numbers[place]))
    assert low is not None
    assert high is not None
    assert low <= moments[place] <= high
    if ruler is not None and 0 < place < len(moments) - 1:
        assert low >= moments[place - 1] - 1e-9 or place % 2 == 0
        assert high <= moments[min(place + 1, len(moments) - 1)] + 1e-9 or place % 2 == 0


def marks(*times: float) -> list[Mark]:
    return [Mark(100 - age, time, time) for age, time in enumerate(times)]


def test_live_times_are_a_ruler_and_loaded_ones_are_not() -> None:
    live = [MADE + 10 * n for n in range(20)]
    assert make_ruler("live", marks(*live), MADE, 2_000, None)
    before = [MADE - 5_000 + 10 * n for n in range(20)]
    assert make_ruler("times before the server was made", marks(*before), MADE, 2_000, None) is None
    assert make_ruler("no order", marks(*live[::-1]), MADE, 2_000, None) is None
    assert make_ruler("future", marks(*[t + 10_000 for t in live]), MADE, 2_000, None) is None
    assert make_ruler("too few", marks(*live[:4]), MADE, 2_000, None) is None
    assert make_ruler("against the checkpoint", marks(*live), MADE, 9_000, Anchor(200, 8_000)) is None


def test_a_row_changed_later_spoils_no_ruler() -> None:
    times = [MADE + 10 * n for n in range(20)]
    times[12] = times[3]  # an old row, updated much later
    ruler = make_ruler("t", marks(*times), MADE, 2_000, None)
    assert ruler is not None
    assert ruler.bracket(88) == (times[11], times[13])


@pytest.mark.parametrize(("xid", "how"), [("1", "made with the server"), (None, ""), ("77", "commit time")])
def test_what_needs_no_ruler(xid, how) -> None:
    dating = Dating(now=2_000, made=MADE, commits={"77": 1_500.0})
    assert dating.date(xid)[2] == how


def test_wrapped_numbers_are_not_dated() -> None:
    low, high, how = Dating(now=2_000, made=MADE, wrapped=True).date("500")
    assert (low, high) == (MADE, 2_000)
    assert "wrapped" in how
