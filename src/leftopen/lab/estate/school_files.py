"""MongoDB's slice of the estate: field names in pinyin and pinyin initials, guardians as a list inside the pupil."""

from __future__ import annotations

from typing import Any

import numpy as np
from bson import Binary, ObjectId

from leftopen.lab.estate import naming
from leftopen.lab.estate.people import Ints, words
from leftopen.lab.estate.spec import Chunk, Draw, Label, Spec, World, days_and_times, enumerate_pupils, face_like, pick
from leftopen.lab.estate.tables import draw_gate

STORE = "mongodb"
PHOTO_SHARE = 0.3
SUBJECTS = ("语文", "数学", "英语", "物理", "历史", "生物")
_STATE = ("identity.cn_ric18",)
_LOCAL = ("identity.generic_person_id", "identity.employee_no")


def object_ids(rng: np.random.Generator, n: int) -> list[ObjectId]:
    """Object ids that are the same in every run."""
    raw = rng.integers(0, 256, n * 12, dtype=np.uint8).tobytes()
    return [ObjectId(raw[i : i + 12]) for i in range(0, n * 12, 12)]


def moments(at: Ints) -> list[Any]:
    """Times (µs, UTC) as Python datetimes without zone, which BSON takes as UTC."""
    return list(at.astype("datetime64[us]").astype("datetime64[ms]").tolist())


def _guardian_lists(world: World, index: Ints) -> list[list[dict[str, str]]]:
    kids, g = world.people.pupils, world.people.guardians
    return [
        [
            {"gx": naming.RELATIONS[rel], "xm": g.name[who], "sjh": g.mobile[who], "wxh": g.wechat[who]}
            for who, rel in zip(pair, kin, strict=True)
            if who >= 0
        ]
        for pair, kin in zip(kids.guardian[index].tolist(), kids.relation[index].tolist(), strict=True)
    ]


def _pupils(world: World, chunk: Chunk, draw: Draw) -> list[dict[str, Any]]:
    kids, i, rng, n = world.people.pupils, draw.subject, chunk.rng, chunk.count
    who = kids.who
    names = words([s.name for s in world.people.schools])[who.school[i]]
    dates = np.char.replace(who.born[i].astype("datetime64[D]").astype(str), "-", "").tolist()
    vectors = np.round(face_like(rng, n, 512, world.seed).astype(np.float64), 5)
    docs = [
        {
            "_id": oid, "xm": xm, "xb": "女" if f else "男", "csrq": csrq, "sfzh": ric, "xjh": xjh, "xh": xh,
            "mz": naming.ETHNIC[mz], "xx": xx, "nj": naming.GRADE_NAMES[nj], "bj": bj, "jtzz": jtzz, "zb": [lon, lat],
            "qq": qq, "jzxx": jzxx, "rltz": rltz, "zt": zt, "gxsj": gxsj, "bbh": 3,
        }
        for oid, xm, f, csrq, ric, xjh, xh, mz, xx, nj, bj, jtzz, (lat, lon), qq, jzxx, rltz, zt, gxsj in zip(
            object_ids(rng, n), who.name[i], who.female[i].tolist(), dates, who.ric[i], kids.state_no[i],
            kids.school_no[i], who.ethnic[i].tolist(), names, kids.grade[i].tolist(), kids.class_name[i],
            who.address[i], who.latlon[i].tolist(), [str(q) for q in rng.integers(10**8, 10**9 * 3, n)],
            _guardian_lists(world, i), vectors.tolist(), rng.choice(3, n, p=[0.02, 0.95, 0.03]).tolist(),
            moments(days_and_times(world, chunk)), strict=True,
        )
    ]  # fmt: skip
    shown = np.flatnonzero(rng.random(n) < PHOTO_SHARE)
    for place, person in zip(shown.tolist(), who.person[i][shown].tolist(), strict=True):
        docs[place]["zp"] = Binary(world.image(person))
    return docs


def _half_of_staff(world: World) -> Ints:
    return np.arange(0, len(world.people.staff), 2, dtype=np.int64)


def _draw_staff(world: World, chunk: Chunk) -> Draw:
    index = _half_of_staff(world)[chunk.start : chunk.start + chunk.count]
    return Draw(index, world.people.staff.who.person[index])


def _staff(world: World, chunk: Chunk, draw: Draw) -> list[dict[str, Any]]:
    staff, i = world.people.staff, draw.subject
    names = words([s.name for s in world.people.schools])[staff.who.school[i]]
    columns = (
        object_ids(chunk.rng, len(i)), staff.who.name[i], staff.who.ric[i], staff.mobile[i], staff.email[i],
        staff.plate[i], names, staff.who.female[i].tolist(),
    )  # fmt: skip
    return [
        {
            "_id": o, "xm": xm, "xb": "女" if f else "男", "sfzh": ric, "sjh": sjh, "dzyx": mail, "cph": plate,
            "xx": xx, "zt": 1, "bbh": 2,
        }
        for o, xm, ric, sjh, mail, plate, xx, f in zip(*columns, strict=True)
    ]  # fmt: skip


def _card_holders(world: World) -> Ints:
    mine = world.slices[STORE]
    return mine[world.people.pupils.rank[mine] % 10 < 5]


def imeis(rng: np.random.Generator, n: int) -> list[str]:
    """IMEI numbers with a right check digit (Luhn)."""
    body = 35 * 10**12 + rng.integers(0, 10**12, n)
    digits = body[:, None] // 10 ** np.arange(13, -1, -1, dtype=np.int64) % 10
    doubled = digits[:, 1::2] * 2
    total = digits[:, ::2].sum(axis=1) + (doubled // 10 + doubled % 10).sum(axis=1)
    return [f"{b}{c}" for b, c in zip(body.tolist(), (-total % 10).tolist(), strict=True)]


def macs(rng: np.random.Generator, n: int) -> list[str]:
    """MAC addresses that are locally administered, so that they are no maker's."""
    raw = rng.integers(0, 256, (n, 5), dtype=np.uint8).tobytes().hex(":", -1)
    return ["02:" + raw[i : i + 14] for i in range(0, n * 15, 15)]


def _cards(world: World, chunk: Chunk, draw: Draw) -> list[dict[str, Any]]:
    kids, i, rng = world.people.pupils, draw.subject, chunk.rng
    n = len(i)
    columns = (
        object_ids(rng, n), kids.state_no[i], imeis(rng, n), macs(rng, n), rng.integers(5, 101, n).tolist(),
        rng.integers(0, 4, n).tolist(),
    )  # fmt: skip
    return [
        {"_id": o, "xjh": no, "imei": imei, "mac": mac, "dl": dl, "gjbb": f"1.{v}.0"}
        for o, no, imei, mac, dl, v in zip(*columns, strict=True)
    ]


def _gate(world: World, chunk: Chunk, draw: Draw) -> list[dict[str, Any]]:
    kids, i, rng, n = world.people.pupils, draw.subject, chunk.rng, chunk.count
    names = words([s.name for s in world.people.schools])[kids.who.school[i]]
    columns = (
        object_ids(rng, n), kids.state_no[i], names, moments(draw.at), draw.other.tolist(),
        rng.integers(1, 4, n).tolist(), np.round(rng.normal(36.5, 0.25, n), 1).tolist(),
        rng.integers(10**10, 10**11, n).tolist(),
    )  # fmt: skip
    return [
        {
            "_id": o, "xjh": no, "xx": xx, "sj": at, "jcfx": "出" if out else "进", "mjbh": f"MJ{g:02d}",
            "tw": tw, "lsh": lsh, "cjbb": "2.4.1",
        }
        for o, no, xx, at, out, g, tw, lsh in zip(*columns, strict=True)
    ]  # fmt: skip


def _draw_marks(world: World, chunk: Chunk) -> Draw:
    pupil = pick(world, chunk, STORE)
    return Draw(pupil, world.people.pupils.who.person[pupil])


def _marks(world: World, chunk: Chunk, draw: Draw) -> list[dict[str, Any]]:
    kids, rng, n = world.people.pupils, chunk.rng, chunk.count
    columns = (
        object_ids(rng, n), kids.state_no[draw.subject], kids.class_name[draw.subject],
        rng.integers(0, len(SUBJECTS), n).tolist(),
        np.clip(np.round(rng.normal(78, 13, n)), 5, 100).astype(int).tolist(),
    )  # fmt: skip
    return [
        {"_id": o, "xjh": no, "bj": bj, "km": SUBJECTS[km], "cj": cj, "sfsh": True}
        for o, no, bj, km, cj in zip(*columns, strict=True)
    ]


SPECS = (
    Spec(
        STORE, "xiaoyuan.xs",
        lambda w, c: enumerate_pupils(w, c, w.slices[STORE], guardians=True), _pupils,
        rows=lambda w: len(w.slices[STORE]),
        labels=(
            Label("xm", "biographical.name_zh"), Label("xb", "biographical.gender"),
            Label("csrq", "biographical.birth_date"), Label("sfzh", "identity.cn_ric18"),
            Label("xjh", "identity.cn_student_no", _STATE), Label("xh", "identity.cn_student_no", _LOCAL, by_name=True),
            Label("mz", "biographical.ethnicity"), Label("xx", "child.school"), Label("nj", "child.grade_class"),
            Label("bj", "child.grade_class"), Label("jtzz", "location.address_zh"), Label("zb", "location.latlon"),
            Label("qq", "contact.qq", by_name=True), Label("jzxx[].gx", "child.guardian"),
            Label("jzxx[].xm", "biographical.name_zh"), Label("jzxx[].sjh", "contact.mobile_cn"),
            Label("jzxx[].wxh", "contact.wechat"), Label("rltz", "biometric.face_embedding"),
            Label("zp", "biometric.face_image", share=PHOTO_SHARE),
        ),
        decoys=("_id", "zt", "gxsj", "bbh"), composites=("identity_kit", "face_gallery", "family_link"), chunk=1024,
    ),
    Spec(
        STORE, "xiaoyuan.jzg", _draw_staff, _staff, rows=lambda w: len(_half_of_staff(w)),
        labels=(
            Label("xm", "biographical.name_zh"), Label("xb", "biographical.gender"), Label("sfzh", "identity.cn_ric18"),
            Label("sjh", "contact.mobile_cn"), Label("dzyx", "contact.email"), Label("cph", "identity.plate_cn"),
            Label("xx", "child.school"),
        ),
        decoys=("_id", "zt", "bbh"), composites=("identity_kit",),
    ),
    Spec(
        STORE, "xiaoyuan.xsk",
        lambda w, c: enumerate_pupils(w, c, _card_holders(w), guardians=False), _cards,
        rows=lambda w: len(_card_holders(w)),
        labels=(
            Label("xjh", "identity.cn_student_no", _STATE), Label("imei", "device.imei"), Label("mac", "device.mac"),
        ),
        decoys=("_id", "dl", "gjbb"),
    ),
    Spec(
        STORE, "xiaoyuan.kq", lambda w, c: draw_gate(w, c, STORE), _gate, weight=0.13,
        labels=(
            Label("xjh", "identity.cn_student_no", _STATE), Label("xx", "child.school"),
            Label("sj", "child.attendance_event", ("location.checkpoint_event",), ("sj", "jcfx", "mjbh")),
            Label("tw", "biometric.body_temperature"),
        ),
        decoys=("_id", "lsh", "cjbb"), composites=("tracked_child",), chunk=8192,
    ),
    Spec(
        STORE, "xiaoyuan.cj", _draw_marks, _marks, weight=0.05,
        labels=(
            Label("xjh", "identity.cn_student_no", _STATE), Label("bj", "child.grade_class"),
            Label("cj", "child.marks", paths=("cj", "km")),
        ),
        decoys=("_id", "sfsh"), chunk=8192,
    ),
)  # fmt: skip
