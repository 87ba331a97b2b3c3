"""People across identifiers, collections and stores; merges; no value survives."""

from __future__ import annotations

import pickle
import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leftopen.persons import PersonCounter, combine
from leftopen.persons.sketch import K
from tests.persons.people import KEY, PUPIL_TABLE, RELATIONS, TODAY, Col, count, findings, flatten, holds, persons, pupils, ric


def test_pupils_and_their_parents():
    got = count(pupils(2000), PUPIL_TABLE).people()
    assert holds(got.persons, 3000)
    assert got.groups == 23
    assert got.groups_path == "school"
    assert got.minors.low <= 2 / 3 <= got.minors.high
    assert sum(n for _, n in got.ages) == 2000


def test_captures_by_student_number_do_not_count_twice():
    table = count(pupils(2000), PUPIL_TABLE, "pupils")
    seen = [{"who": f"2019{random.Random(i).randrange(2100):06d}", "at": 1577836800 + i * 60} for i in range(20_000)]
    captures = count(seen, {"who": "identity.generic_person_id"}, "captures")
    strangers = len({d["who"] for d in seen} - {f"2019{i:06d}" for i in range(2000)})
    assert 90 <= strangers <= 100
    assert holds(persons([table, captures]), 3000 + strangers)
    assert persons([captures, table]) == persons([table, captures])


def test_student_numbers_that_hold_the_resident_number():
    table = count([{"sfzh": ric(i)} for i in range(300)], {"sfzh": "identity.cn_ric18"}, "a")
    captures = count([{"xjh": "G" + ric(i % 300)} for i in range(900)], {"xjh": "identity.cn_student_no"}, "b")
    assert holds(persons([table, captures]), 300)


def test_two_numbers_that_only_a_telephone_joins():
    hr = count(
        [{"sfzh": ric(i, "19800101"), "sjh": f"138{i:08d}"} for i in range(1, 200)],
        {"sfzh": "identity.cn_ric18", "sjh": "contact.mobile_cn"},
        "hr",
    )
    door = count(
        [{"no": f"T30100{i:03d}", "sjh": f"+86138{i:08d}"} for i in range(1, 200)],
        {"no": "identity.employee_no", "sjh": "contact.mobile_cn"},
        "door",
    )
    assert holds(persons([hr, door]), 199)


def test_guardians_in_lists_and_a_teacher_who_is_a_parent():
    docs = [
        {
            "sfzh": ric(i),
            "jzxx": [{"gx": RELATIONS[j], "xm": f"李{chr(0x4E10 + 2 * i + j)}", "sjh": f"137{2 * i + j:08d}"} for j in (0, 1)],
        }
        for i in range(1, 400)
    ]
    categories = {
        "sfzh": "identity.cn_ric18",
        "jzxx[].gx": "child.guardian",
        "jzxx[].xm": "biographical.name_zh",
        "jzxx[].sjh": "contact.mobile_cn",
    }
    homes = count(docs, categories, "homes", size=64)
    assert holds(persons([homes]), 399 * 3)
    teachers = count(
        [{"sfzh": ric(i, "19751224"), "sjh": f"137{i:08d}"} for i in range(2, 52)],
        {"sfzh": "identity.cn_ric18", "sjh": "contact.mobile_cn"},
        "teachers",
    )
    whole = combine([homes, teachers])
    assert holds(whole.persons, 399 * 3)
    assert whole.minors.low <= 399 / (399 * 3) <= whole.minors.high


def test_a_table_of_guardians_refers_to_pupils():
    docs = [
        {"student_no": f"2019{i // 2:06d}", "name": f"赵{chr(0x4E10 + i)}", "phone": f"136{i:08d}", "relation": RELATIONS[i % 2]}
        for i in range(2, 402)
    ]
    categories = {
        "student_no": "child.student_id",
        "name": "biographical.name_zh",
        "phone": "contact.mobile_cn",
        "relation": "child.guardian",
    }
    guardians = count(docs, categories, "guardians")
    assert holds(persons([guardians]), 400 + 200)
    opaque = {new: categories[old] for new, old in zip(("c1", "c2", "c3", "c4"), categories, strict=True)}
    bare = count([dict(zip(opaque, d.values(), strict=True)) for d in docs], opaque, "bare")
    assert holds(persons([bare]), 400 + 200)


@pytest.mark.parametrize("number", ["student_no", "c1"])
def test_resident_numbers_of_children_in_a_table_of_guardians(number):
    docs = [{number: "G" + ric(i // 2), "phone": f"136{i:08d}", "relation": RELATIONS[i % 2]} for i in range(2, 402)]
    categories = {number: "identity.cn_ric18", "phone": "contact.mobile_cn", "relation": "child.guardian"}
    whole = combine([count(docs, categories, "guardians")])
    assert holds(whole.persons, 400 + 200)
    assert whole.minors.low <= 1 / 3 <= whole.minors.high


def test_small_numbers_of_two_tables_are_not_one_person():
    people = {"id": "identity.generic_person_id"}
    a, b = (count([{"id": i} for i in range(1, 101)], people, name) for name in ("a", "b"))
    assert holds(persons([a, b]), 200)


def test_name_and_birth_date_where_nothing_better_is_known():
    docs = [{"name": f"王{chr(0x4E00 + i % 50)}", "born": f"2010-{i % 12 + 1:02d}-{i % 28 + 1:02d}"} for i in range(2000)]
    truth = len({(d["name"], d["born"]) for d in docs})
    by_birth = count(docs, {"name": "biographical.name_zh", "born": "biographical.birth_date"}, "b")
    assert holds(persons([by_birth]), truth)


def test_names_alone_are_an_open_interval():
    docs = [{"name": f"王{chr(0x4E00 + i % 200)}"} for i in range(1000)]
    got = persons([count(docs, {"name": "biographical.name_zh"})])
    assert got.low <= 200 <= got.high == 1000
    assert "name alone" in got.method


def test_collections_without_people():
    got = count([{"x": i, "at": 1577836800 + i} for i in range(100)], {}).people()
    assert got.persons is None
    assert got.minors is None
    assert combine([]).persons is None


@settings(deadline=None, max_examples=25)
@given(st.integers(2, 7), st.randoms())
def test_merge_in_any_order_gives_the_same_people(parts, rng):
    docs = pupils(300)
    rng.shuffle(docs)
    cut = [docs[i::parts] for i in range(parts)]
    each = [count(part, PUPIL_TABLE, size=rng.randrange(1, 300)).state() for part in cut]
    rng.shuffle(each)
    whole = PersonCounter.from_state(each[0])
    for state in each[1:]:
        whole.merge(PersonCounter.from_state(state))
    assert whole.people() == count(docs, PUPIL_TABLE).people()


def random_estate(rng):
    """(counters, true number of persons, true minors): pupils, parents, staff spread over tables with unlike keys."""
    n, staff = rng.randrange(50, 1500), rng.randrange(1, 60)
    kids = pupils(n)
    known = [kids[i] for i in range(n) if rng.random() < 0.8 or i < 2]
    docs = {"table": (known, PUPIL_TABLE)}
    seen = [{"studentNo": rng.choice(kids)["student_no"], "captureTime": 1577836800000 + i} for i in range(n * 2)]
    docs["captures"] = (seen, {"studentNo": "child.student_id"})
    teachers = [{"idCard": ric(i, "19800512"), "mobile": f"135{i:08d}"} for i in range(1, staff + 1)]
    docs["staff"] = (teachers, {"idCard": "identity.cn_ric18", "mobile": "contact.mobile_cn"})
    logins = [{"uid": rng.choice(known)["parent_phone"]} for _ in range(n)]
    logins += [{"uid": rng.choice(teachers)["mobile"]} for _ in range(n)]
    docs["sessions"] = (logins, {"uid": "contact.mobile_cn"})
    kids_seen = {d["student_no"] for d in known} | {d["studentNo"] for d in seen}
    parents = {d["parent_phone"] for d in known}
    counters = [count(d, c, name, size=rng.randrange(20, 900)) for name, (d, c) in docs.items()]
    rng.shuffle(counters)
    return counters, len(kids_seen) + len(parents) + staff, len(kids_seen)


@settings(deadline=None, max_examples=20)
@given(st.randoms(use_true_random=False))
def test_random_estates(rng):
    counters, truth, kids = random_estate(rng)
    whole = combine(counters)
    assert holds(whole.persons, truth)
    assert whole.minors.low - 0.03 <= kids / truth <= whole.minors.high + 0.03


def test_more_people_than_a_sketch_keeps():
    n = 150_000
    numbers = pa.array([f"5101{i // 90 % 24 + 1:02d}19{i % 90 + 10}0101{i // 2160:03d}{i % 10}" for i in range(n)])
    truth = len({v[:17] for v in numbers.to_pylist()})
    local = pa.array([f"S{v}" for v in numbers.to_pylist()])
    rows = np.arange(n)
    both, one = PersonCounter(KEY, today=TODAY, name="a"), PersonCounter(KEY, today=TODAY, name="b")
    both.plan(findings({"ric": "identity.cn_ric18", "no": "identity.employee_no"}))
    both.update([Col("ric", "string", numbers, rows, "", rows), Col("no", "string", local, rows, "", rows)])
    one.plan(findings({"no": "identity.employee_no"}))
    one.update([Col("no", "string", local, rows, "", rows)])
    assert truth > K
    got = persons([one, both])
    assert "theta" in got.method
    assert holds(got, truth)
    assert len(both.state()) < 8_000_000


def test_state_holds_no_value_and_the_counter_stays():
    docs = pupils(50)
    counter = count(docs, PUPIL_TABLE)
    state = counter.state()
    for value in (docs[0]["id_card"], docs[0]["student_no"], docs[0]["name"], docs[0]["parent_phone"], docs[0]["school"]):
        for form in (value.encode(), value.encode("utf-16-le"), value.encode("utf-32-le")):
            assert form not in state
        assert value not in repr(counter)
    assert KEY not in state
    with pytest.raises(TypeError):
        pickle.dumps(counter)
    again = PersonCounter.from_state(state, KEY)
    assert again.state() == state
    assert again.people() == counter.people()


def test_a_restored_counter_without_the_key_counts_nothing_new():
    counter = PersonCounter.from_state(count(pupils(50), PUPIL_TABLE).state())
    counter.plan(findings(PUPIL_TABLE))
    counter.update(flatten(pupils(10)))
    with pytest.raises(ValueError, match="key"):
        counter.people()


def test_another_key_gives_other_hashes():
    one = count(pupils(50), PUPIL_TABLE)
    other = PersonCounter(b"another key", today=TODAY, name="x")
    other.plan(findings(PUPIL_TABLE))
    other.update(flatten(pupils(50)))
    assert not set(one.sketches["ric"].rows.keys.tolist()) & set(other.sketches["ric"].rows.keys.tolist())
