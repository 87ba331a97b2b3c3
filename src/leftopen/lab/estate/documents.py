"""Elasticsearch's slice of the estate: camelCase documents, nested: what the cameras saw, and scores of attention."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any

import numpy as np

from leftopen.lab.estate import naming
from leftopen.lab.estate.people import Ints, Words, words
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

STORE = "elasticsearch"
IMAGE_SHARE = 0.06
STAFF_SHARE = 0.04
PLACES = ("东门", "南门", "操场", "食堂", "教学楼一层", "图书馆")
EMOTIONS = ("专注", "平静", "疲惫", "困惑", "开心")
SUBJECTS = ("语文", "数学", "英语", "物理", "历史", "生物")


@lru_cache(maxsize=4)
def encoded(world_seed: int, image: Any) -> list[str]:
    """The estate's face images as base64, made once per estate."""
    del world_seed
    return [base64.b64encode(image(i)).decode("ascii") for i in range(256)]


def uuids(rng: np.random.Generator, n: int) -> list[str]:
    """Random UUIDs of version 4."""
    raw = rng.integers(0, 256, (n, 16), dtype=np.uint8)
    raw[:, 6] = raw[:, 6] & 0x0F | 0x40
    raw[:, 8] = raw[:, 8] & 0x3F | 0x80
    text = raw.tobytes().hex()
    return [f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}" for h in (text[i : i + 32] for i in range(0, n * 32, 32))]


def camera_points(world: World, chunk: Chunk, school: Ints) -> tuple[Ints, np.ndarray[Any, np.dtype[np.float64]]]:
    """(camera 0..5 of the school, its point n x 2 in degrees)."""
    camera = chunk.rng.integers(0, len(PLACES), len(school))
    centre = np.array([(s.lat, s.lon) for s in world.people.schools])[school]
    step = np.column_stack([camera % 3 - 1, camera // 3 * 2 - 1]) * 0.0007
    return camera, np.round(centre + step, 6)


def _draw_captures(world: World, chunk: Chunk) -> Draw:
    pupil = pick(world, chunk, STORE)
    at = days_and_times(world, chunk)
    is_staff = chunk.rng.random(chunk.count) < STAFF_SHARE
    # Nobody's first appearance is given away to a member of staff.
    is_staff &= np.arange(chunk.start, chunk.start + chunk.count) >= len(world.slices[STORE])
    staff = np.where(is_staff, chunk.rng.integers(0, len(world.people.staff), chunk.count), -1)
    persons = np.concatenate(
        [
            world.people.pupils.who.person[pupil[staff < 0]],
            guardian_persons(world, pupil[staff < 0], both=False),
            world.people.staff.who.person[staff[staff >= 0]],
        ]
    )
    return Draw(pupil, persons, at, staff=staff)


def _pupil_parts(world: World, index: Ints) -> list[dict[str, Any]]:
    kids, carers = world.people.pupils, world.people.guardians
    g = kids.guardian[index, 0]
    relation = np.array(naming.RELATIONS, dtype=object)[kids.relation[index, 0]]
    columns = (
        kids.who.name[index], kids.state_no[index], kids.who.female[index].tolist(), kids.class_name[index],
        _iso_dates(kids.who.born[index]), carers.name[g], carers.mobile[g], relation,
    )  # fmt: skip
    return [
        {
            "personType": "student", "personName": name, "studentNo": no, "gender": "female" if f else "male",
            "birthDate": born, "className": room,
            "guardian": {"guardianName": gname, "guardianMobile": mobile, "relation": rel},
        }
        for name, no, f, room, born, gname, mobile, rel in zip(*columns, strict=True)
    ]  # fmt: skip


def _staff_parts(world: World, index: Ints) -> list[dict[str, Any]]:
    who = world.people.staff.who
    columns = (who.name[index], who.ric[index], who.female[index].tolist(), _iso_dates(who.born[index]))
    return [
        {"personType": "staff", "personName": n, "idCard": r, "gender": "female" if f else "male", "birthDate": b}
        for n, r, f, b in zip(*columns, strict=True)
    ]


def _iso_dates(born: Ints) -> list[str]:
    return [str(day) for day in born.astype("datetime64[D]").astype(str).tolist()]


def _captures(world: World, chunk: Chunk, draw: Draw) -> list[dict[str, Any]]:
    rng, n, people = chunk.rng, chunk.count, world.people
    staff = draw.staff >= 0
    school = people.pupils.who.school[draw.subject]
    school[staff] = people.staff.who.school[draw.staff[staff]]
    person = people.pupils.who.person[draw.subject]
    person[staff] = people.staff.who.person[draw.staff[staff]]
    parts: Words = np.empty(n, dtype=object)
    parts[~staff] = _pupil_parts(world, draw.subject[~staff])
    parts[staff] = _staff_parts(world, draw.staff[staff])
    camera, points = camera_points(world, chunk, school)
    names = words([s.name for s in people.schools])
    docs = [
        {
            "eventId": uid, "captureTime": ms, "schoolName": name,
            "camera": {"cameraId": f"CAM-{s + 1:02d}-{c + 1}", "cameraName": PLACES[c], "model": "SC-4K-2", "channel": ch},
            "location": {"lat": lat, "lon": lon}, "person": part, "faceFeature": vector, "similarity": sim,
            "bodyTemperature": temp, "frameSeq": seq, "schemaVersion": "1.3.0",
        }
        for uid, ms, name, s, c, ch, (lat, lon), part, vector, sim, temp, seq in zip(
            uuids(rng, n), (draw.at // 1000).tolist(), names[school], school.tolist(), camera.tolist(),
            rng.integers(1, 17, n).tolist(), points.tolist(), parts, seen_vectors(world, chunk, person).tolist(),
            np.round(rng.beta(30, 3, n), 4).tolist(), np.round(rng.normal(36.5, 0.25, n), 1).tolist(),
            rng.integers(1, 10**7, n).tolist(), strict=True,
        )
    ]  # fmt: skip
    shown = np.flatnonzero(rng.random(n) < IMAGE_SHARE)
    for i, who in zip(shown.tolist(), person[shown].tolist(), strict=True):
        docs[i]["faceImage"] = encoded(world.seed, world.image)[who % 256]
    return docs


def _draw_attention(world: World, chunk: Chunk) -> Draw:
    pupil = pick(world, chunk, STORE)
    return Draw(pupil, world.people.pupils.who.person[pupil], days_and_times(world, chunk))


def _attention(world: World, chunk: Chunk, draw: Draw) -> list[dict[str, Any]]:
    kids, rng, n = world.people.pupils, chunk.rng, chunk.count
    names = words([s.name for s in world.people.schools])[kids.who.school[draw.subject]]
    times = draw.at.astype("datetime64[us]").astype("datetime64[s]").astype(str).tolist()
    return [
        {
            "studentNo": no, "schoolName": name, "className": room, "lessonTime": f"{at}Z", "subject": SUBJECTS[s],
            "attentionScore": score, "headUpRate": up, "emotion": EMOTIONS[e], "modelVersion": "0.9.4", "taskId": task,
        }
        for no, name, room, at, s, score, up, e, task in zip(
            kids.state_no[draw.subject], names, kids.class_name[draw.subject], times,
            rng.integers(0, len(SUBJECTS), n).tolist(), np.round(rng.beta(6, 2.5, n) * 100, 1).tolist(),
            np.round(rng.beta(8, 3, n), 3).tolist(), rng.integers(0, len(EMOTIONS), n).tolist(), uuids(rng, n),
            strict=True,
        )
    ]  # fmt: skip


_EVENT = ("captureTime", "camera.cameraId", "camera.cameraName")
SPECS = (
    Spec(
        STORE, "capture-events", _draw_captures, _captures, weight=0.27,
        labels=(
            Label("person.personName", "biographical.name_zh"),
            Label("person.studentNo", "identity.cn_student_no", ("identity.cn_ric18",)),
            Label("person.idCard", "identity.cn_ric18", share=STAFF_SHARE),
            Label("person.gender", "biographical.gender"), Label("person.birthDate", "biographical.birth_date"),
            Label("person.className", "child.grade_class"), Label("schoolName", "child.school"),
            Label("person.guardian.guardianName", "biographical.name_zh"),
            Label("person.guardian.guardianMobile", "contact.mobile_cn"),
            Label("person.guardian.relation", "child.guardian"),
            Label("location.lat", "location.latlon", paths=("location", "location.lat", "location.lon")),
            Label("captureTime", "location.checkpoint_event", ("child.attendance_event", "location.trajectory"), _EVENT),
            Label("faceFeature", "biometric.face_embedding"),
            Label("faceImage", "biometric.face_image", share=IMAGE_SHARE),
            Label("similarity", "biometric.match_score", by_name=True), Label("bodyTemperature", "biometric.body_temperature"),
        ),
        decoys=("eventId", "camera.model", "camera.channel", "frameSeq", "schemaVersion"),
        composites=("face_gallery", "tracked_person", "tracked_child", "family_link"), chunk=2048,
    ),
    Spec(
        STORE, "attention-scores", _draw_attention, _attention, weight=0.06,
        labels=(
            Label("studentNo", "identity.cn_student_no", ("identity.cn_ric18",)), Label("schoolName", "child.school"),
            Label("className", "child.grade_class"),
            Label("attentionScore", "biometric.emotion_attention", paths=("attentionScore", "headUpRate"),
                  by_name=True, alike=("child.marks",)),
            Label("emotion", "biometric.emotion_attention"),
        ),
        decoys=("modelVersion", "taskId"), chunk=8192,
    ),
)  # fmt: skip
