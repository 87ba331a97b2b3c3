"""PostgreSQL's slice of the estate: English snake_case tables, with a wide ``students``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from leftopen.lab.estate import naming
from leftopen.lab.estate.people import Ints, Words, tokens
from leftopen.lab.estate.spec import (
    Chunk,
    Draw,
    Label,
    Spec,
    World,
    days_and_times,
    enumerate_pupils,
    pick,
    seen_vectors,
)

STORE = "postgresql"
LOCAL_NO = ("identity.generic_person_id", "identity.employee_no")
BCRYPT = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
SUBJECTS = ("chinese", "mathematics", "english", "physics", "history", "biology")


def column(values: Words) -> pa.Array:
    """A column of text."""
    return pa.array(values, pa.string())


def created_ms(world: World, chunk: Chunk) -> pa.Array:
    """A technical time of each record: milliseconds since 1970, inside the ten days."""
    return pa.array(days_and_times(world, chunk) // 1000, pa.int64())


def serial(chunk: Chunk) -> pa.Array:
    """1, 2, 3 …"""
    return pa.array(np.arange(chunk.start + 1, chunk.start + chunk.count + 1), pa.int64())


def school_names(world: World) -> Words:
    """Names of the schools as a column to index."""
    return np.array([s.name for s in world.people.schools], dtype=object)


def batch(**columns: Any) -> pa.RecordBatch:
    """A record batch of columns in the order given."""
    return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))


def _pupils(world: World) -> Ints:
    return world.slices[STORE]


def _students(world: World, chunk: Chunk, draw: Draw) -> pa.RecordBatch:
    kids, i, rng = world.people.pupils, draw.subject, chunk.rng
    who = kids.who
    vectors = seen_vectors(world, chunk, who.person[i]).astype(np.float32)
    return batch(
        id=serial(chunk),
        student_no=column(kids.state_no[i]),
        pupil_no=column(kids.school_no[i]),
        national_id=column(who.ric[i]),
        name=column(who.name[i]),
        name_pinyin=column(who.pinyin[i]),
        gender=column(np.array(["M", "F"], dtype=object)[who.female[i]]),
        birth_date=pa.array(who.born[i].astype("datetime64[D]"), pa.date32()),
        ethnicity=column(np.array(naming.ETHNIC, dtype=object)[who.ethnic[i]]),
        school_name=column(school_names(world)[who.school[i]]),
        grade=column(np.array(naming.GRADE_NAMES, dtype=object)[kids.grade[i]]),
        class_name=column(kids.class_name[i]),
        home_address=column(who.address[i]),
        latitude=pa.array(who.latlon[i, 0]),
        longitude=pa.array(who.latlon[i, 1]),
        face_feature=_lists(vectors),
        status=pa.array(rng.choice(3, chunk.count, p=[0.02, 0.95, 0.03]), pa.int64()),
        row_version=pa.array(rng.integers(1, 40, chunk.count), pa.int64()),
        created_ms=created_ms(world, chunk),
    )


def _lists(rows: np.ndarray[Any, np.dtype[np.float32]]) -> pa.Array:
    offsets = np.arange(0, rows.size + 1, rows.shape[1], dtype=np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(rows.ravel()))


def _links(world: World) -> tuple[Ints, Ints]:
    """(pupil, 0 or 1) for every guardian of every pupil of this store."""
    mine = _pupils(world)
    pairs = np.argwhere(world.people.pupils.guardian[mine] >= 0)
    return mine[pairs[:, 0]], pairs[:, 1].astype(np.int64)


def _draw_guardians(world: World, chunk: Chunk) -> Draw:
    pupil, which = (a[chunk.start : chunk.start + chunk.count] for a in _links(world))
    guardian = world.people.pupils.guardian[pupil, which]
    persons = np.concatenate([world.people.pupils.who.person[pupil], world.people.guardians.person[guardian]])
    return Draw(pupil, persons, other=which)


def _guardians(world: World, chunk: Chunk, draw: Draw) -> pa.RecordBatch:
    kids, people = world.people.pupils, world.people.guardians
    g = kids.guardian[draw.subject, draw.other]
    relation = kids.relation[draw.subject, draw.other]
    return batch(
        id=serial(chunk),
        student_no=column(kids.state_no[draw.subject]),
        guardian_name=column(people.name[g]),
        relation=column(np.array(naming.RELATIONS, dtype=object)[relation]),
        mobile=column(people.mobile[g]),
        email=column(people.email[g]),
        wechat=column(people.wechat[g]),
        is_primary=pa.array(draw.other == 0),
        created_ms=created_ms(world, chunk),
    )


def _draw_staff(world: World, chunk: Chunk) -> Draw:
    i = np.arange(chunk.start, chunk.start + chunk.count, dtype=np.int64)
    return Draw(i, world.people.staff.who.person[i])


def _staff(world: World, chunk: Chunk, draw: Draw) -> pa.RecordBatch:
    staff, i, rng = world.people.staff, draw.subject, chunk.rng
    who = staff.who
    hashes = [f"$2b$12${t}" for t in tokens(rng, len(i), 53, BCRYPT)]
    return batch(
        id=serial(chunk),
        staff_no=column(staff.staff_no[i]),
        national_id=column(who.ric[i]),
        name=column(who.name[i]),
        gender=column(np.array(["M", "F"], dtype=object)[who.female[i]]),
        birth_date=pa.array(who.born[i].astype("datetime64[D]"), pa.date32()),
        school_name=column(school_names(world)[who.school[i]]),
        mobile=column(staff.mobile[i]),
        office_tel=column(staff.landline[i]),
        email=column(staff.email[i]),
        plate_no=column(staff.plate[i]),
        password_hash=pa.array(hashes, pa.string()),
        row_version=pa.array(rng.integers(1, 40, len(i)), pa.int64()),
    )


def _draw_marks(world: World, chunk: Chunk) -> Draw:
    pupil = pick(world, chunk, STORE)
    return Draw(pupil, world.people.pupils.who.person[pupil])


def _marks(world: World, chunk: Chunk, draw: Draw) -> pa.RecordBatch:
    rng, n = chunk.rng, chunk.count
    score = np.clip(np.round(rng.normal(78, 13, n) * 2) / 2, 5, 100)
    return batch(
        id=serial(chunk),
        pupil_no=column(world.people.pupils.school_no[draw.subject]),
        subject=column(np.array(SUBJECTS, dtype=object)[rng.integers(0, len(SUBJECTS), n)]),
        exam=column(np.array(["2019-12 monthly", "2020-01 final"], dtype=object)[rng.integers(0, 2, n)]),
        score=pa.array(score),
        checked=pa.array(rng.random(n) < 0.9),
        created_ms=created_ms(world, chunk),
    )


def draw_gate(world: World, chunk: Chunk, store: str) -> Draw:
    """Pupils through the gate: in between 08:00 and 08:40, out between 16:30 and 17:55 (local time); ``other`` is 1 for out."""
    pupil = pick(world, chunk, store)
    out = chunk.rng.integers(0, 2, chunk.count)
    morning = days_and_times(world, chunk, 0, 2400)
    at = np.where(out == 1, morning + 30_600_000_000, morning)
    return Draw(pupil, world.people.pupils.who.person[pupil], at, other=out)


def _attendance(world: World, chunk: Chunk, draw: Draw) -> pa.RecordBatch:
    kids, rng = world.people.pupils, chunk.rng
    school = kids.who.school[draw.subject]
    gates = [f"GATE-{s + 1:02d}-{g}" for s, g in zip(school.tolist(), rng.integers(1, 4, len(school)), strict=True)]
    return batch(
        id=serial(chunk),
        student_no=column(kids.state_no[draw.subject]),
        school_name=column(school_names(world)[school]),
        gate_no=pa.array(gates, pa.string()),
        direction=column(np.array(["in", "out"], dtype=object)[draw.other]),
        checked_at=pa.array(draw.at, pa.timestamp("us", "UTC")),
        body_temperature=pa.array(np.round(rng.normal(36.5, 0.25, chunk.count), 1)),
        reader_version=column(np.array(["2.4.1", "2.4.7", "3.0.2"], dtype=object)[rng.integers(0, 3, chunk.count)]),
        batch_no=pa.array(rng.integers(10**15, 10**16, chunk.count), pa.int64()),
    )


_GATE = ("checked_at", "direction", "gate_no")
SPECS = (
    Spec(
        STORE, "public.students",
        lambda w, c: enumerate_pupils(w, c, _pupils(w), guardians=False), _students, rows=lambda w: len(_pupils(w)),
        labels=(
            Label("student_no", "identity.cn_student_no", ("identity.cn_ric18",)),
            Label("pupil_no", "identity.cn_student_no", LOCAL_NO, by_name=True),
            Label("national_id", "identity.cn_ric18"), Label("name", "biographical.name_zh"),
            Label("name_pinyin", "biographical.name_pinyin", ("biographical.name_latin",)),
            Label("gender", "biographical.gender"), Label("birth_date", "biographical.birth_date"),
            Label("ethnicity", "biographical.ethnicity"), Label("school_name", "child.school"),
            Label("grade", "child.grade_class"), Label("class_name", "child.grade_class"),
            Label("home_address", "location.address_zh"),
            Label("latitude", "location.latlon", paths=("latitude", "longitude")),
            Label("face_feature", "biometric.face_embedding"),
        ),
        decoys=("id", "status", "row_version", "created_ms"), composites=("identity_kit",), chunk=2048,
    ),
    Spec(
        STORE, "public.guardians", _draw_guardians, _guardians, rows=lambda w: len(_links(w)[0]),
        labels=(
            Label("student_no", "identity.cn_student_no", ("identity.cn_ric18",)),
            Label("guardian_name", "biographical.name_zh"), Label("relation", "child.guardian"),
            Label("mobile", "contact.mobile_cn"), Label("email", "contact.email"), Label("wechat", "contact.wechat"),
        ),
        decoys=("id", "is_primary", "created_ms"), composites=("family_link",),
    ),
    Spec(
        STORE, "public.staff", _draw_staff, _staff, rows=lambda w: len(w.people.staff),
        labels=(
            Label("staff_no", "identity.employee_no", ("identity.generic_person_id",), by_name=True),
            Label("national_id", "identity.cn_ric18"), Label("name", "biographical.name_zh"),
            Label("gender", "biographical.gender"), Label("birth_date", "biographical.birth_date"),
            Label("school_name", "child.school"), Label("mobile", "contact.mobile_cn"),
            Label("office_tel", "contact.landline_cn"), Label("email", "contact.email"),
            Label("plate_no", "identity.plate_cn"), Label("password_hash", "credential.password_hash"),
        ),
        decoys=("id", "row_version"), composites=("identity_kit",),
    ),
    Spec(
        STORE, "public.marks", _draw_marks, _marks, weight=0.10,
        labels=(
            Label("pupil_no", "identity.cn_student_no", LOCAL_NO, by_name=True),
            Label("score", "child.marks", paths=("score", "subject", "exam")),
        ),
        decoys=("id", "checked", "created_ms"), chunk=16384,
    ),
    Spec(
        STORE, "public.attendance", lambda w, c: draw_gate(w, c, STORE), _attendance, weight=0.27,
        labels=(
            Label("student_no", "identity.cn_student_no", ("identity.cn_ric18",)), Label("school_name", "child.school"),
            Label("checked_at", "child.attendance_event", ("location.checkpoint_event",), _GATE),
            Label("body_temperature", "biometric.body_temperature"),
        ),
        decoys=("id", "reader_version", "batch_no"), composites=("tracked_child",), chunk=16384,
    ),
)  # fmt: skip
