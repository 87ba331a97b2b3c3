"""The field split builds, is the same every time, and names categories that exist; its accuracy is measured by the bench only."""

from __future__ import annotations

from collections import Counter

import pytest
from bench.accuracy.field import tables
from bench.accuracy.field.sheet import ROWS, sheets

from leftopen.category import load_pack


@pytest.fixture(scope="module")
def made():
    return list(tables())


def test_tables_are_whole_and_named_once(made):
    assert len(made) >= 160
    assert not [n for n, times in Counter(t.name for t in made).items() if times > 1]
    for table in made:
        headers = [c.header for c in table.columns]
        assert len(set(headers)) == len(headers), table.name
        assert {len(c.values) for c in table.columns} == {ROWS}, table.name


def test_the_same_on_every_call(made):
    again = list(tables(thin=5))
    assert again == made[::5]
    assert [[c.values for c in t.columns] for t in again] == [[c.values for c in t.columns] for t in made[::5]]


def test_labels_name_existing_categories(made):
    known = set(load_pack().categories)
    used = {c for t in made for column in t.columns for c in (*column.accept, *column.tolerate)}
    assert used <= known
    assert len(used) > 100


def test_a_word_that_is_no_category_is_refused():
    from bench.accuracy.field.sheet import categories

    with pytest.raises(KeyError):
        categories("birth_date,horoscope")


def test_every_sheet_line_has_a_maker():
    from bench.accuracy.field.makers import MAKERS

    assert {line.maker for sheet in sheets() for line in sheet.lines} <= set(MAKERS)
