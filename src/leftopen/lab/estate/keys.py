"""Redis's slice of the estate: hashes with Chinese field names, JSON strings with opaque ones, session tokens.

Every record is a dict with the key under ``""``; the rest are the fields of the hash, or of the JSON in the string.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from leftopen.lab.estate import naming
from leftopen.lab.estate.documents import camera_points, encoded
from leftopen.lab.estate.people import tokens, words
from leftopen.lab.estate.spec import (
    Chunk,
    Draw,
    Label,
    Spec,
    World,
    days_and_times,
    guardian_persons,
    pick,
    seen_vectors,
)

STORE = "redis"
KEY = ""
IMAGE_SHARE = 0.08
_KHTML = "(KHTML, like Gecko)"
AGENTS = (
    f"Mozilla/5.0 (Linux; Android 9; SM-A505F) AppleWebKit/537.36 {_KHTML} Chrome/79.0.3945.93 Mobile Safari/537.36",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 13_3 like Mac OS X) AppleWebKit/605.1.15 {_KHTML} Mobile/15E148 Safari/604.1",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 {_KHTML} Chrome/79.0.3945.88 Safari/537.36",
)
_NETS = ("192.0.2", "198.51.100", "203.0.113")


def _draw_students(world: World, chunk: Chunk) -> Draw:
    pupil = world.slices[STORE][chunk.start : chunk.start + chunk.count]
    persons = [world.people.pupils.who.person[pupil], guardian_persons(world, pupil, both=False)]
    return Draw(pupil, np.concatenate(persons))


def _students(world: World, chunk: Chunk, draw: Draw) -> list[dict[str, Any]]:
    kids, carers, i, rng = world.people.pupils, world.people.guardians, draw.subject, chunk.rng
    who, g = kids.who, kids.guardian[i, 0]
    n = len(i)
    columns = (
        kids.school_no[i], who.name[i], who.ric[i], kids.state_no[i], who.female[i].tolist(),
        who.born[i].astype("datetime64[D]").astype(str).tolist(), who.ethnic[i].tolist(),
        words([s.name for s in world.people.schools])[who.school[i]], kids.grade[i].tolist(), kids.class_name[i],
        carers.name[g], kids.relation[i, 0].tolist(), carers.mobile[g], who.address[i],
        rng.integers(10**8, 10**9 * 3, n).tolist(), rng.integers(0, 3, n).tolist(),
    )  # fmt: skip
    return [
        {
            KEY: f"student:{no}", "姓名": name, "身份证号": ric, "学籍号": state, "性别": "2" if f else "1",
            "出生日期": born, "民族": naming.ETHNIC[mz], "学校": school, "年级": naming.GRADE_NAMES[grade], "班级": room,
            "家长姓名": gname, "家长关系": naming.RELATIONS[rel], "家长手机": mobile, "家庭住址": address, "QQ": str(qq),
            "状态": str(status), "版本": "1.2.0",
        }
        for no, name, ric, state, f, born, mz, school, grade, room, gname, rel, mobile, address, qq, status in zip(
            *columns, strict=True
        )
    ]  # fmt: skip


def _draw_captures(world: World, chunk: Chunk) -> Draw:
    pupil = pick(world, chunk, STORE)
    return Draw(pupil, world.people.pupils.who.person[pupil], days_and_times(world, chunk))


def _captures(world: World, chunk: Chunk, draw: Draw) -> list[dict[str, Any]]:
    kids, rng, n, i = world.people.pupils, chunk.rng, chunk.count, draw.subject
    school, person = kids.who.school[i], kids.who.person[i]
    camera, points = camera_points(world, chunk, school)
    ids = rng.integers(10**9, 10**10, n).tolist()
    columns = (
        [f"capture:{chunk.start + j:08d}{x}" for j, x in enumerate(ids)], kids.state_no[i], kids.who.name[i],
        (draw.at // 1_000_000).tolist(), words([s.name for s in world.people.schools])[school], school.tolist(),
        camera.tolist(), points.tolist(), seen_vectors(world, chunk, person).tolist(),
        np.round(rng.beta(30, 3, n) * 100, 2).tolist(), np.round(rng.normal(36.5, 0.25, n), 1).tolist(),
        rng.integers(1, 10**6, n).tolist(),
    )  # fmt: skip
    docs = [
        {
            KEY: key, "c1": seq, "c2": no, "c3": name, "c4": at, "c5": where, "c6": f"{s + 1:02d}-{c + 1}", "f_01": lat,
            "f_02": lon, "f_07": vector, "f_08": sim, "f_09": temp, "c9": "1.3.0",
        }
        for key, no, name, at, where, s, c, (lat, lon), vector, sim, temp, seq in zip(*columns, strict=True)
    ]  # fmt: skip
    shown = np.flatnonzero(rng.random(n) < IMAGE_SHARE)
    for place, number in zip(shown.tolist(), person[shown].tolist(), strict=True):
        docs[place]["f_11"] = encoded(world.seed, world.image)[number % 256]
    return docs


def _sessions_of(world: World) -> int:
    return max(20, len(world.people.guardians) // 12)


def _draw_sessions(world: World, chunk: Chunk) -> Draw:
    known = np.unique(world.people.pupils.guardian[world.slices[STORE], 0])
    index = known[chunk.rng.integers(0, len(known), chunk.count)]
    return Draw(index, world.people.guardians.person[index])


def _sessions(world: World, chunk: Chunk, draw: Draw) -> list[dict[str, Any]]:
    rng, n = chunk.rng, chunk.count
    hexes = tokens(rng, n, 40, "0123456789abcdef")
    nets, hosts = rng.integers(0, 3, n).tolist(), rng.integers(1, 255, n).tolist()
    columns = (hexes, world.people.guardians.mobile[draw.subject], nets, hosts, rng.integers(0, 3, n).tolist())
    expires = (days_and_times(world, chunk) // 1_000_000 + 86_400).tolist()
    return [
        {
            KEY: f"session:{t[:12]}", "token": t, "uid": mobile, "ip": f"{_NETS[net]}.{host}", "ua": AGENTS[a],
            "expires": str(exp), "ver": "2",
        }
        for (t, mobile, net, host, a), exp in zip(zip(*columns, strict=True), expires, strict=True)
    ]  # fmt: skip


SPECS = (
    Spec(
        STORE, "student:*", _draw_students, _students, rows=lambda w: len(w.slices[STORE]),
        labels=(
            Label("姓名", "biographical.name_zh"), Label("身份证号", "identity.cn_ric18"),
            Label("学籍号", "identity.cn_student_no", ("identity.cn_ric18",)), Label("性别", "biographical.gender"),
            Label("出生日期", "biographical.birth_date"), Label("民族", "biographical.ethnicity"),
            Label("学校", "child.school"), Label("年级", "child.grade_class"), Label("班级", "child.grade_class"),
            Label("家长姓名", "biographical.name_zh"), Label("家长关系", "child.guardian"),
            Label("家长手机", "contact.mobile_cn"), Label("家庭住址", "location.address_zh"),
            Label("QQ", "contact.qq", by_name=True),
        ),
        decoys=("状态", "版本"), composites=("identity_kit", "family_link"),
    ),
    Spec(
        STORE, "capture:*", _draw_captures, _captures, weight=0.12,
        labels=(
            Label("c2", "identity.cn_student_no", ("identity.cn_ric18",)), Label("c3", "biographical.name_zh"),
            Label("c4", "location.checkpoint_event", ("child.attendance_event", "location.trajectory"), ("c4", "c6")),
            Label("c5", "child.school"), Label("f_01", "location.latlon", paths=("f_01", "f_02")),
            Label("f_07", "biometric.face_embedding"), Label("f_09", "biometric.body_temperature"),
            Label("f_11", "biometric.face_image", share=IMAGE_SHARE),
        ),
        decoys=("c1", "c9"), composites=("face_gallery", "tracked_person", "tracked_child"), chunk=2048,
    ),
    Spec(
        STORE, "session:*", _draw_sessions, _sessions, rows=_sessions_of,
        labels=(
            Label("token", "credential.session", ("credential.token", "credential.cookie", "credential.api_key"), by_name=True),
            Label("uid", "contact.mobile_cn"), Label("ip", "device.ip"), Label("ua", "device.user_agent"),
        ),
        decoys=("expires", "ver"),
    ),
)  # fmt: skip
