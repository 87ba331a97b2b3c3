"""People, not rows: hashing, spelling, times, roles, counting across identifiers and collections, intervals."""

from __future__ import annotations

import pickle
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leftopen.model import Field, Finding, Level
from leftopen.persons import PersonCounter, combine, normal, periods, times
from leftopen.persons.hashing import hash_strings
from leftopen.persons.roles import make_plan, role_of, slot_of, space_of
from leftopen.persons.sketch import K, Rows, Sketch

TODAY = date(2020, 1, 10)
KEY = b"a key for tests only............"
RELATIONS = ("父亲", "母亲")


@dataclass(slots=True)
class Col:
    path: str
    type: str
    values: pa.Array
    rows: np.ndarray
    scope: str
    parents: np.ndarray


def flatten(docs):
    """Columns of documents with values, dicts and one level of lists of dicts; as the real one, without nulls."""
    cells = {}

    def walk(value, path, row, scope, parent):
        if isinstance(value, dict):
            for name, inner in value.items():
                walk(inner, f"{path}.{name}" if path else name, row, scope, parent)
        elif isinstance(value, list):
            for inner in value:
                counters[path] = counters.get(path, -1) + 1
                walk(inner, f"{path}[]", row, f"{path}[]", counters[path])
        elif value is not None:
            cells.setdefault((path, scope), []).append((value, row, parent))

    counters = {}
    for row, doc in enumerate(docs):
        walk(doc, "", row, "", row)
    out = []
    for (path, scope), items in cells.items():
        values, rows, parents = zip(*items, strict=True)
        array = pa.array(values)
        out.append(Col(path, str(array.type), array, np.array(rows), scope, np.array(parents)))
    return out


def findings(categories):
    return [Finding(path, category, 0.97, Level.PROVEN, 50, 50, 0.001) for path, category in categories.items()]


def count(docs, categories, name="x", size=1000, claimed=None):
    counter = PersonCounter(KEY, today=TODAY, name=name)
    fields = [Field(c.path, str(c.type)) for c in flatten(docs[:50])]
    counter.plan(findings(categories), fields)
    for start in range(0, len(docs), size):
        counter.update(flatten(docs[start : start + size]))
    counter.rows_claimed = claimed
    return counter


def persons(counters):
    return combine(counters).persons


def holds(interval, truth, within=0.05):
    assert interval is not None
    assert interval.low <= truth <= interval.high
    assert interval.low >= truth * (1 - within) - 1
    assert interval.high <= truth * (1 + within) + 1
    assert interval.method
    return True


def ric(number, born="20100312"):
    return f"510104{born}{number:03d}{number % 10}"


# -- hashing and sketch ----------------------------------------------------------------------------------------------------


def test_siphash_vectors():
    """Published vectors of SipHash-2-4: key 00..0f, messages of 0, 1, 2 … bytes 00, 01, 02 …"""
    key = bytes(range(16))
    got = hash_strings(pa.array([bytes(range(i)) for i in range(16)], pa.binary()), key)
    assert [int(got[i]) for i in (1, 2, 3, 7, 8, 15)] == [
        0x74F839C593DC67FD,
        0x0D6C8009D9A94F5A,
        0x85676696D7FB7E2D,
        0xAB0200F58B01D137,
        0x93F5F5799A932462,
        0xA129CA6149BE45E5,
    ]
    assert int(got[0]) == 0  # an empty value is no value


@settings(deadline=None)
@given(st.lists(st.none() | st.text(max_size=300), max_size=30), st.integers(0, 5))
def test_hashes_depend_on_the_value_alone(words, cut):
    whole = hash_strings(pa.array(words, pa.string()), b"k" * 16)
    part = hash_strings(pa.array(words, pa.string()).slice(cut), b"k" * 16)
    assert whole[cut:].tolist() == part.tolist()
    for word, value in zip(words, whole.tolist(), strict=True):
        assert (value == 0) == (not word)
    other = hash_strings(pa.array(words, pa.string()), b"l" * 16)
    assert all(a != b or a == 0 for a, b in zip(whole.tolist(), other.tolist(), strict=True))


def rows_of(keys, up=()):
    n = len(keys)
    one = np.ones(n, dtype=np.uint8)
    pointers = {name: np.array(keys, dtype=np.uint64) + np.uint64(1) for name in up}
    return Rows(np.array(keys, dtype=np.uint64), one, one % 2, one * 0, pointers)


def state_of(sketch):
    rows = sketch.rows
    up = {name: column.tolist() for name, column in rows.up.items()}
    return sketch.theta, rows.keys.tolist(), rows.seen.tolist(), rows.flags.tolist(), rows.bands.tolist(), up


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(1, 200), max_size=40), max_size=5), st.randoms())
def test_sketches_merge_in_any_order(parts, rng):
    def build(order):
        whole = Sketch(k=16)
        for part in order:
            one = Sketch(k=16)
            one.add(rows_of(part, up=("ric",) if part and part[0] % 2 else ()))
            whole.merge(one)
        return whole

    shuffled = rng.sample(parts, len(parts))
    straight, mixed = build(parts), build(shuffled)
    assert state_of(straight) == state_of(mixed)
    at_once = Sketch(k=16)
    for part in parts:
        at_once.add(rows_of(part, up=("ric",) if part and part[0] % 2 else ()))
    assert state_of(at_once) == state_of(straight)
    distinct = {k for part in parts for k in part}
    if len(distinct) <= 16:
        assert straight.exact
        assert straight.estimate() == len(distinct)


def test_sketch_estimates_within_its_error():
    n = 400_000
    keys = hash_strings(pa.array(range(n)).cast(pa.string()), b"k" * 16)
    sketch = Sketch()
    for start in range(0, n, 50_000):
        sketch.add(rows_of(keys[start : start + 50_000]))
    assert not sketch.exact
    assert len(sketch.rows) == K
    assert abs(sketch.estimate() / n - 1) < 3 / K**0.5


# -- spelling --------------------------------------------------------------------------------------------------------------


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


# -- times -----------------------------------------------------------------------------------------------------------------

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


# -- roles -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("guardian.phone", "guardian"),
        ("person.guardian.guardianMobile", "guardian"),
        ("jzxx[].sjh", "guardian"),
        ("parent_mobile", "guardian"),
        ("家长手机", "guardian"),
        ("fqdh", "guardian"),
        ("student_no", "pupil"),
        ("班主任电话", "staff"),
        ("headTeacher.phone", "staff"),
        ("sjh", ""),
        ("c4", ""),
        ("jzdz", ""),
    ],
)
def test_role_of(path, role):
    assert role_of(path) == role


def test_fathers_and_mothers_are_two():
    assert slot_of("father_phone") != slot_of("mother_phone")
    assert slot_of("guardian1_name") == slot_of("guardian1Phone") != slot_of("guardian2Phone")


@pytest.mark.parametrize(
    ("category", "space"),
    [
        ("identity.cn_ric18", "ric"),
        ("identity.us_ssn", "national"),
        ("identity.employee_no", "local"),
        ("contact.mobile_cn", "phone"),
        ("contact.landline_cn", ""),
        ("identity.cn_uscc", ""),
        ("identity.plate_cn", ""),
        ("device.ip", ""),
        ("biographical.name_zh", "name"),
        ("biographical.gender", ""),
    ],
)
def test_space_of(category, space):
    assert space_of(category) == space


def test_plan_is_the_same_whatever_the_order_of_findings():
    categories = {**PUPIL_TABLE, "关系": "child.guardian", "出生日期": "biographical.birth_date"}
    found = findings(categories)
    assert make_plan(found) == make_plan(found[::-1])


# -- counting --------------------------------------------------------------------------------------------------------------

PUPIL_TABLE = {
    "id_card": "identity.cn_ric18",
    "student_no": "identity.cn_student_no",
    "name": "biographical.name_zh",
    "parent_phone": "contact.mobile_cn",
    "school": "child.school",
}


def pupils(n, start=0):
    return [
        {
            "id_card": ric(i % 1000, f"201{i // 1000 % 10}0{i // 10000 % 9 + 1}12"),
            "student_no": f"2019{i:06d}",
            "name": f"王{chr(0x4E00 + i % 3000)}",
            "parent_phone": f"139{i // 2:08d}",
            "school": f"第{i % 23}小学",
        }
        for i in range(start, start + n)
    ]


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


# -- samples ---------------------------------------------------------------------------------------------------------------


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


# -- periods ---------------------------------------------------------------------------------------------------------------


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


# -- no value survives -----------------------------------------------------------------------------------------------------


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


# -- the estate ------------------------------------------------------------------------------------------------------------

BULKY = {"faceFeature", "faceImage", "rltz", "zp", "f_07", "f_11", "face_feature"}


@pytest.mark.parametrize("hidden", [False, True], ids=["named", "opaque"])
@pytest.mark.parametrize("second", [False, True], ids=["category", "accepted"])
def test_the_estate(hidden, second):
    """With labels in place of a classifier: everybody in four stores counted once, whichever right category a field got."""
    from leftopen.arrow import documents_to_batches
    from leftopen.classify.flatten import flatten as flat
    from leftopen.lab.estate import Estate, truth
    from leftopen.lab.estate.records import SPECS

    estate = Estate(4000, seed=3)
    opaque = {}

    def name_of(path):
        if not hidden:
            return path
        parts = path.split(".")
        return ".".join(f"c{opaque.setdefault(part, len(opaque))}" + "[]" * part.endswith("[]") for part in parts)

    counters = []
    for spec in (s for s in SPECS if s.labels):
        right = {name_of(x.path): (x.accept[0] if second and x.accept else x.category) for x in spec.labels}
        counter = PersonCounter(KEY, today=estate.days[-1], name=f"{spec.store}.{spec.name}")
        counter.plan(findings(right))
        for chunk in estate.records(spec.store, spec.name):
            for batch in (
                [chunk]
                if isinstance(chunk, pa.RecordBatch)
                else documents_to_batches([{k: v for k, v in doc.items() if k and k not in BULKY} for doc in chunk])
            ):
                counter.update(
                    [
                        Col(name_of(c.path), c.type, c.values, c.rows, name_of(c.scope) if c.scope else "", c.parents)
                        for c in flat(batch)
                    ]
                )
        counters.append(counter)
    want, got = truth(estate), combine(counters)
    assert holds(got.persons, want["persons"]["total"])
    assert abs(got.minors.point - want["minors"]["of_persons"]) < 0.03
    assert got.minors.low - 0.005 <= want["minors"]["of_persons"] <= got.minors.high + 0.005
    assert got.groups == want["groups"] == 23
    assert got.days == want["period"]["days"] == 10
    assert got.first.date().isoformat() == want["period"]["first"][:10]
    if not hidden and not second:
        assert dict(got.ages) == want["ages"]
