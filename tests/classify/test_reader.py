"""The reader finds what its generators put there, under every kind of field name and storage, and says so the same way twice."""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import Any

import pyarrow as pa
import pytest

from leftopen.category import load_pack
from leftopen.classify.content import ContentEvidence
from leftopen.classify.reader import Reader, Reading
from leftopen.model import Level
from tests.classify.columns import TODAY, customers, negatives, people

PUPIL = {
    "name": "biographical.name_zh", "gender": "biographical.gender", "birth": "biographical.birth_date",
    "id": "identity.cn_ric18", "student_no": "identity.cn_student_no", "address": "location.address_zh",
    "mobile": "contact.mobile_cn", "ethnicity": "biographical.ethnicity", "school": "child.school",
    "class": "child.grade_class", "relation": "child.guardian", "temperature": "biometric.body_temperature",
    "lon": "location.latlon", "lat": "location.latlon",
}  # fmt: skip
CUSTOMER = {
    "name": "biographical.name_latin", "mail": "contact.email", "born": "biographical.birth_date", "card": "financial.card_pan",
    "ip": "device.ip", "iban": "financial.iban", "agent": "device.user_agent", "mac": "device.mac",
    "hash": "credential.password_hash",
}  # fmt: skip
_PINYIN = "xingming xingbie chushengriqi shenfenzheng xuejihao zhuzhi shouji minzu xuexiao banji guanxi tiwen jingdu weidu"
_ENGLISH = (
    "studentName gender birthDate idCard studentNo homeAddress phone ethnicity schoolName className relation bodyTemp lng lat"
)


def tuple_of(words: str) -> tuple[str, ...]:
    return tuple(words.split(" "))


HABITS = {
    "zh": dict(
        zip(PUPIL, tuple_of("姓名 性别 出生日期 身份证号 学籍号 家庭住址 联系电话 民族 学校 班级 关系 体温 经度 纬度"), strict=True)
    ),
    "initials": dict(zip(PUPIL, tuple_of("xm xb csrq sfzh xjh jtzz sjh mz xxmc bj gx tw jd wd"), strict=True)),
    "pinyin": dict(zip(PUPIL, tuple_of(_PINYIN), strict=True)),
    "en": dict(zip(PUPIL, tuple_of(_ENGLISH), strict=True)),
    "opaque": {k: f"c{i}" for i, k in enumerate(PUPIL, 1)},
    "wrong": dict(zip(PUPIL, tuple_of("foo_0 bar_1 alpha beta gamma misc attr slot part cell unit f_4 g_5 h_6"), strict=True)),
}


def read(batch: pa.RecordBatch, **options: Any) -> Reading:
    reader = Reader(load_pack(), today=TODAY, **options)
    reader.read(batch)
    return reader.reading()


def renamed(rows: list[dict[str, Any]], names: dict[str, str]) -> list[dict[str, Any]]:
    return [{names[k]: v for k, v in row.items()} for row in rows]


def found(reading: Reading, least: Level = Level.LIKELY) -> dict[str, str]:
    levels = [Level.POSSIBLE, Level.LIKELY, Level.PROVEN]
    return {f.path: f.category for f in reading.findings if levels.index(f.level) >= levels.index(least)}


@pytest.mark.parametrize("habit", sorted(HABITS))
def test_pupils_under_every_habit_of_naming(habit: str) -> None:
    names = HABITS[habit]
    got = found(read(pa.RecordBatch.from_pylist(renamed(people(31), names))))
    assert {k: got.get(names[k]) for k in PUPIL} == PUPIL


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "fr_FR", "pl_PL", "pt_BR", "it_IT", "es_MX"])
def test_customers_with_opaque_names(locale: str) -> None:
    rows = customers(locale, 41)
    names = {k: f"f_{i:02d}" for i, k in enumerate(rows[0])}
    got = found(read(pa.RecordBatch.from_pylist(renamed(rows, names))))
    assert {k: got.get(names[k]) for k in CUSTOMER} == CUSTOMER


def test_composites_of_a_tracked_pupil() -> None:
    rng = random.Random(2)
    rows = people(7)
    for row in rows:
        row["capture_time"] = f"2019-12-{rng.randrange(1, 11):02d} {rng.randrange(7, 18):02d}:{rng.randrange(60):02d}:11"
        row["camera"] = f"CAM-{rng.randrange(40):03d}"
        row["guardian_phone"] = row.pop("mobile")
    reading = read(pa.RecordBatch.from_pylist(rows))
    assert found(reading)["camera"] == "location.checkpoint_event"
    assert {c.kind for c in reading.composites} >= {"identity_kit", "tracked_person", "tracked_child", "family_link"}
    assert "capture_time" not in found(reading)


def test_nested_lists_and_json_text() -> None:
    rows = people(9, 120)
    nested = [{"school": {"name": r["school"]}, "students": [r, s], "raw": json.dumps(r, ensure_ascii=False)}
              for r, s in zip(rows[::2], rows[1::2], strict=True)]  # fmt: skip
    got = found(read(pa.RecordBatch.from_pylist(nested)))
    assert got["students[].id"] == "identity.cn_ric18"
    assert got["students[].mobile"] == "contact.mobile_cn"
    assert got["raw.mobile"] == "contact.mobile_cn"
    assert got["school.name"] == "child.school"


def test_storage_does_not_matter() -> None:
    rows = people(11)
    batch = pa.RecordBatch.from_pydict({
        "c1": pa.array([int(r["mobile"]) for r in rows]),
        "c2": pa.array([r["mobile"] for r in rows]).dictionary_encode(),
        "c3": pa.array([dt.date.fromisoformat(r["birth"]) for r in rows]),
        "c4": pa.array([r["birth"].replace("-", "") for r in rows]),
        "c5": pa.array([r["id"].encode() for r in rows]),
        "c6": pa.array([r["name"].encode("gb18030") for r in rows]),
        "c7": pa.array([r["mobile"].translate(str.maketrans("0123456789", "０１２３４５６７８９")) for r in rows]),
        "c8": pa.array([str(r["temperature"]) for r in rows]),
    })  # fmt: skip
    got = found(read(batch))
    assert got == {
        "c1": "contact.mobile_cn", "c2": "contact.mobile_cn", "c3": "biographical.birth_date", "c4": "biographical.birth_date",
        "c5": "identity.cn_ric18", "c6": "biographical.name_zh", "c7": "contact.mobile_cn", "c8": "biometric.body_temperature",
    }  # fmt: skip


def test_slices_in_any_order_give_the_same_reading() -> None:
    batch = pa.RecordBatch.from_pylist(people(13, 3000))
    parts = [batch.slice(0, 900), batch.slice(900, 1500), batch.slice(2400)]
    whole = read(batch)
    for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0)):
        readers = []
        for place in order:
            readers.append(Reader(load_pack(), today=TODAY))
            readers[-1].read(parts[place])
        first = readers[0]
        for other in readers[1:]:
            first.merge(other)
        merged = first.reading()
        assert sorted(merged.findings, key=lambda f: f.path) == sorted(whole.findings, key=lambda f: f.path)
        assert merged.rows == whole.rows == 3000


def test_shuffling_and_doubling_rows_change_nothing() -> None:
    rows = people(15, 400)
    base = read(pa.RecordBatch.from_pylist(rows)).findings
    mixed = rows * 2
    random.Random(1).shuffle(mixed)
    assert read(pa.RecordBatch.from_pylist(mixed)).findings == base


def test_few_rows_are_less_sure() -> None:
    rows = people(19, 2)
    batch = pa.RecordBatch.from_pydict({"c1": [r["name"] for r in rows]})
    assert found(read(batch)) == {}


def test_bounded_testing_is_reported() -> None:
    rows = people(21, 4000)
    reading = read(pa.RecordBatch.from_pydict({"c1": [r["mobile"] for r in rows]}))
    assert reading.findings[0].tested == 512
    assert reading.notes


def test_marks_need_company() -> None:
    rng = random.Random(3)
    rows = people(23)
    marks = [rng.randrange(40, 100) for _ in rows]
    alone = read(pa.RecordBatch.from_pydict({"c1": marks}))
    assert found(alone, Level.POSSIBLE) == {}
    beside = read(pa.RecordBatch.from_pydict({"xh": [r["student_no"] for r in rows], "语文": marks}))
    assert found(beside)["语文"] == "child.marks"


def test_passwords_by_name_and_hashes() -> None:
    rows = customers("en_GB", 3)
    batch = pa.RecordBatch.from_pydict({
        "email": [r["mail"] for r in rows],
        "password": [f"pa55-{i * 7919 % 1000}!" for i in range(len(rows))],
        "pwd_hash": [f"{i * 104729:032x}" for i in range(len(rows))],
        "email_verified": [i % 2 == 0 for i in range(len(rows))],
    })  # fmt: skip
    got = found(read(batch))
    assert got == {"email": "contact.email", "password": "credential.password_plain", "pwd_hash": "credential.password_hash"}


def test_a_judge_is_heard_and_stands_over_text() -> None:
    class Judge:
        def judge(self, column: Any, siblings: Any, collection: str) -> list[ContentEvidence]:
            if column.path != "pic":
                return []
            return [ContentEvidence("pic", "biometric.face_image", 18, 20, 0.97, ("content",))]

    rows = people(25)
    batch = pa.RecordBatch.from_pydict({"xm": [r["name"] for r in rows], "pic": [b"\xff\xd8" + bytes(9) for _ in rows]})
    reading = read(batch, judges=[Judge()])
    assert found(reading)["pic"] == "biometric.face_image"
    assert "face_gallery" in {c.kind for c in reading.composites}


def test_reader_shows_no_value() -> None:
    reader = Reader(load_pack(), name="t")
    reader.read(pa.RecordBatch.from_pylist(people(27, 30)))
    texts = repr(reader) + repr(list(reader._fields.values())) + repr(reader.reading())
    assert not any(v in texts for r in people(27, 30) for v in (r["name"], r["mobile"], r["id"]))


def test_negatives_beside_people_stay_negative() -> None:
    rows, made = people(29), negatives(29)
    kinds = ["epoch milliseconds", "serial", "uuids", "md5", "prices", "versions", "order numbers by time", "states"]
    table = {k: [r[k] for r in rows] for k in ("name", "mobile", "id")}
    table |= {f"x{n}": [made[kind](i) for i in range(len(rows))] for n, kind in enumerate(kinds)}
    assert set(found(read(pa.RecordBatch.from_pydict(table)))) == {"name", "mobile", "id"}


def test_sentences_that_name_people() -> None:
    rows = people(33, 80)
    notes = [f"请联系学生{r['name']}的家长，电话{r['mobile']}，尽快到校办理手续。" for r in rows]
    reading = read(pa.RecordBatch.from_pydict({"c1": notes}))
    assert {f.category for f in reading.findings if "free_text" in f.how} == {"biographical.name_zh", "contact.mobile_cn"}
    mails = [f"Dear {r['name']}, your parcel waits; write to {r['mail']} if you move." for r in customers("en_US", 34, 60)]
    reading = read(pa.RecordBatch.from_pydict({"c1": mails}))
    assert {f.category for f in reading.findings} >= {"biographical.name_latin", "contact.email"}
