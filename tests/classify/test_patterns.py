"""Tests on whole columns at once: what a draw spares must say nothing."""

from __future__ import annotations

import pyarrow as pa

from leftopen.category import load_pack
from leftopen.classify.patterns import matcher


def test_a_draw_is_tested_like_the_same_values_alone() -> None:
    """What is spared at a draw is spared because it could say nothing: few values and many get the same answer as any others."""
    rules = matcher(load_pack())
    few = ["610113", "310115", "430104", "520103", "620102", "220104"]
    many = [f"{code}{n:03d}" for code in few for n in range(30)] + few * 20
    for values in (few, many, ["4111111111111111"] * 3, ["DE89370400440532013000", "GB82WEST12345698765432"]):
        array = pa.array(values)
        assert (rules.test(array) == rules.test(array, drawn=True)).all()
