"""What a sample says about all."""

from __future__ import annotations

import random

import pytest

from tests.persons.people import count, persons, ric


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5])
def test_a_sample_of_unlike_people_scales_up(share):
    docs = [{"sfzh": ric(i % 1000, f"19{50 + i // 1000}0101")} for i in range(20_000)]
    drawn = random.Random(3).sample(docs, int(len(docs) * share))
    got = count(drawn, {"sfzh": "identity.cn_ric18"}, claimed=len(docs)).people()
    assert got.persons.low <= len(drawn) <= got.persons.high
    assert abs(got.persons.point / len(docs) - 1) < 0.05
    assert got.persons.low <= len(docs) <= got.persons.high
    assert "records read" in got.persons.method


@pytest.mark.parametrize("share", [0.05, 0.2, 0.6])
def test_a_sample_of_repeated_people_stays_within_its_interval(share):
    rng = random.Random(5)
    docs = [{"sfzh": ric(rng.randrange(1000), f"19{50 + rng.randrange(3)}0101")} for _ in range(30_000)]
    truth = len({d["sfzh"] for d in docs})
    drawn = rng.sample(docs, int(len(docs) * share))
    got = count(drawn, {"sfzh": "identity.cn_ric18"}).people(claimed_rows=len(docs), read_rows=len(drawn)).persons
    assert got.low <= truth <= got.high
    assert abs(got.point / truth - 1) < 0.15


def test_what_one_store_hides_another_shows():
    docs = [{"sfzh": ric(i % 1000, f"19{50 + i // 1000}0101")} for i in range(5000)]
    whole = count(docs, {"sfzh": "identity.cn_ric18"}, "a")
    part = count(random.Random(1).sample(docs, 500), {"sfzh": "identity.cn_ric18"}, "b", claimed=5000)
    got = persons([whole, part])
    assert got.low <= 5000 <= got.high
    assert got.point == pytest.approx(5000, rel=0.02)
