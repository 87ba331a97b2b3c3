"""One spelling per identifier; nobody behind a placeholder."""

from __future__ import annotations

import pyarrow as pa
import pytest

from leftopen.persons import normal


@pytest.mark.parametrize(
    ("space", "spellings"),
    [
        ("phone", ["13912345678", "+86 139 1234 5678", "0086-139-1234-5678", "８６１３９１２３４５６７８", "139-1234-5678"]),
        ("ric", ["51010419800312123x", "51010419800312123X", " 510104 19800312 123X ", "510104800312123", "G51010419800312123X"]),
        ("email", ["Ann@Example.COM", " ann@example.com", "ａｎｎ@example.com"]),
        ("name", ["张 伟", "张伟", " 张　伟 "]),
        ("name", ["Ann  Lee", "ann lee"]),
        ("local", ["t 301", "T301"]),
        ("handle", ["@Wei_99", "wei_99"]),
    ],
)
def test_one_spelling(space, spellings):
    got = normal.NORMALISERS[space](pa.array(spellings)).to_pylist()
    assert len(set(got)) == 1
    assert got[0]


@pytest.mark.parametrize("space", sorted(normal.NORMALISERS))
def test_placeholders_are_nobody(space):
    nobody = ["", " ", "null", "N/A", "无", "-", "0", "000000", None]
    got = normal.NORMALISERS[space](pa.array(nobody))
    assert got.null_count == len(nobody)


def test_numbers_kept_as_numbers():
    assert normal.phone(pa.array([13912345678])).to_pylist() == normal.phone(pa.array(["13912345678"])).to_pylist()
    assert normal.phone(pa.array([13912345678.0])).to_pylist() == ["13912345678"]
    assert normal.phone(pa.array([b"13912345678", b"\xff\xfe"])).to_pylist() == ["13912345678", None]
