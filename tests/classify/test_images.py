from __future__ import annotations

import base64

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftopen.classify.flatten import Column
from leftopen.classify.images import find_images, from_base64, looks_like_image, to_bytes
from leftopen.classify.judges import FaceJudge, biometric_judges
from leftopen.lab.faces import Faces

FACES = Faces(21)
PICTURES = [FACES.jpeg(index) for index in range(24)]
CARRIERS = {
    "bytes": lambda data: data,
    "base64": lambda data: base64.b64encode(data).decode(),
    "base64 with newlines": lambda data: base64.encodebytes(data).decode(),
    "base64 with crlf and space": lambda data: " " + base64.encodebytes(data).decode().replace("\n", "\r\n"),
    "base64url": lambda data: base64.urlsafe_b64encode(data).decode().rstrip("="),
    "data url": lambda data: "data:image/jpeg;base64," + base64.b64encode(data).decode(),
    "data url with charset": lambda data: "data:image/jpeg;charset=utf-8;base64," + base64.b64encode(data).decode(),
    "bytea text": lambda data: "\\x" + data.hex(),
    "hex": lambda data: data.hex().upper(),
    "0x": lambda data: "0x" + data.hex(),
    "quoted": lambda data: '"' + base64.b64encode(data).decode() + '"',
}


def column(path: str, values: list[object] | pa.Array) -> Column:
    array = values if isinstance(values, pa.Array) else pa.array(values)
    rows = np.arange(len(array))
    return Column(path, str(array.type), array, rows, "", rows)


@pytest.fixture(scope="module")
def judge():
    judges = biometric_judges()
    yield judges[0]
    assert isinstance(judges[0], FaceJudge)
    judges[0]._finder.close()


@pytest.mark.parametrize("carrier", CARRIERS)
def test_faces_in_every_carrier(judge, carrier: str) -> None:
    values = column("c3", [CARRIERS[carrier](data) for data in PICTURES] + [None])
    (evidence,) = judge.judge(values, [values], "t")
    assert (evidence.category, evidence.matched, evidence.tested) == ("biometric.face_image", 20, 20)
    assert evidence.confidence > 0.9


@pytest.mark.parametrize("carrier", CARRIERS)
def test_carriers_give_back_the_same_bytes(carrier: str) -> None:
    assert to_bytes(CARRIERS[carrier](PICTURES[0])) == PICTURES[0]


def test_types_that_hold_no_text_or_bytes_cost_nothing() -> None:
    for array in (pa.array([1, 2]), pa.array([1.5]), pa.array([True]), pa.array([[1.0]]), pa.nulls(3), pa.array([{"a": 1}])):
        assert find_images(array, 20) == ([], 0)
    assert find_images(pa.array([], pa.string()), 20) == ([], 0)


def test_dictionaries_and_large_types() -> None:
    text = [CARRIERS["base64"](data) for data in PICTURES]
    for array in (
        pa.array(text).dictionary_encode(),
        pa.array(text, pa.large_string()),
        pa.array(PICTURES, pa.large_binary()),
        pa.array(text, pa.string_view()),
        pa.array(text)[3:],
    ):
        assert len(find_images(array, 20)[0]) == 20


def test_distinct_pictures_are_looked_at() -> None:
    found, distinct = find_images(pa.array([PICTURES[0]] * 500 + [PICTURES[1]] * 500), 20)
    assert distinct == 2
    assert sorted(found) == sorted(PICTURES[:2])


def test_one_face_alone_is_only_possible_and_charts_are_nothing(judge) -> None:
    one = column("photo", [PICTURES[0]] * 30)
    (evidence,) = judge.judge(one, [one], "t")
    assert evidence.confidence < 0.5
    charts = column("face_photo", [FACES.decoy(index) for index in range(30)])
    assert judge.judge(charts, [charts], "faces") == []


def test_few_faces_among_many_charts(judge) -> None:
    mixed = column("c", [FACES.decoy(index) for index in range(18)] + PICTURES[:2])
    assert judge.judge(mixed, [mixed], "t") == []
    more = column("c", [FACES.decoy(index) for index in range(15)] + PICTURES[:5])
    assert judge.judge(more, [more], "t")[0].matched == 5


def test_text_that_only_begins_like_a_picture(judge) -> None:
    words = column(
        "c", ["Qkqz says hello to everyone", "iVBORw0KGgo", "/9j/ not base64 !!", "BMW 320", "UklGRsomething", "ffd8ffe0zz"]
    )
    assert judge.judge(words, [words], "t") == []


def test_without_faces_nothing_is_looked_at() -> None:
    judges = biometric_judges(faces=False)
    values = column("c", PICTURES)
    assert [evidence for judge in judges for evidence in judge.judge(values, [values], "t")] == []


@given(st.one_of(st.text(max_size=300), st.binary(max_size=300)))
def test_to_bytes_never_raises(value: str | bytes) -> None:
    data = to_bytes(value)
    if data is not None:
        looks_like_image(data)


@given(st.binary(max_size=200))
def test_base64_of_anything_comes_back(data: bytes) -> None:
    assert from_base64(base64.b64encode(data).decode()) == data
    assert from_base64(base64.urlsafe_b64encode(data).decode().rstrip("=")) == data


@given(st.lists(st.one_of(st.none(), st.binary(max_size=60)), max_size=20))
def test_find_images_never_raises(values: list[bytes | None]) -> None:
    find_images(pa.array([value if value is None else b"\xff\xd8\xff" + value for value in values], pa.binary()), 5)
    find_images(pa.array([value if value is None else "/9j/" + value.hex() for value in values], pa.string()), 5)
