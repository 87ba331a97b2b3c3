from __future__ import annotations

import base64
import io

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from leftopen.classify.flatten import Column
from leftopen.classify.images import find_images, from_base64, looks_like_image, to_bytes
from leftopen.classify.judges import FaceJudge, biometric_judges
from leftopen.classify.rawpixels import raw_pictures
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
    "html": lambda data: '<img src="data:image/jpeg;base64,' + base64.b64encode(data).decode() + '" alt="">',
    "css": lambda data: "url(data:image/jpeg;base64," + base64.b64encode(data).decode() + ")",
    "markdown": lambda data: "![photo](data:image/jpeg;base64," + base64.b64encode(data).decode() + ")",
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


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "BMP", "JPEG2000", "AVIF", "PPM", "TIFF"])
def test_every_kind_of_picture_is_seen_in_text_and_bytes(kind: str) -> None:
    pictures = []
    for data in PICTURES[:4]:
        out = io.BytesIO()
        Image.open(io.BytesIO(data)).convert("RGB").save(out, kind)
        pictures.append(out.getvalue())
    for carry in (CARRIERS["bytes"], CARRIERS["base64"], CARRIERS["base64url"], CARRIERS["hex"], CARRIERS["bytea text"]):
        assert find_images(pa.array([carry(data) for data in pictures]), 20)[0] == pictures


def pixels(index: int) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(PICTURES[index])).convert("RGB"))


RAW = {
    "float32 of DeepFace": (lambda p: (p / 255).astype("<f4").tobytes(), [112, 112, 3], "face_shape"),
    "uint8": (lambda p: p.tobytes(), [112, 112, 3], "shape"),
    "float64, text shape": (lambda p: (p / 255).astype("<f8").tobytes(), "(112, 112, 3)", "img_shape"),
    "channels first": (lambda p: (p.transpose(2, 0, 1) / 127.5 - 1).astype("<f4").tobytes(), "3x112x112", "size"),
    "base64": (lambda p: base64.b64encode(p.tobytes()).decode(), [112, 112, 3], "shape"),
    "list of numbers": (lambda p: p.reshape(-1).tolist(), [112, 112, 3], "shape"),
    "grey": (lambda p: p[:, :, 0].tobytes(), [112, 112], "shape"),
    "npy": (lambda p: npy(p), None, ""),
    "base64 npy of floats": (lambda p: base64.b64encode(npy((p / 255).astype("f4"))).decode(), None, ""),
}


def npy(array: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


@pytest.mark.parametrize("name", RAW)
def test_faces_in_bare_pixels(judge, name: str) -> None:
    carry, shape, field = RAW[name]
    own = column("face", [carry(pixels(index)) for index in range(12)])
    others = [column(field, [shape] * 12)] if shape else []
    (evidence,) = judge.judge(own, [own, *others], "t")
    assert (evidence.matched, evidence.tested) == (12, 12)
    if shape:
        assert judge.judge(own, [own], "t") == []
        wrong = column(field, [[100, 100, 3]] * 12)
        assert judge.judge(own, [own, wrong], "t") == []


def test_faces_in_bare_pixels_with_height_and_width(judge) -> None:
    own = column("data", [pixels(index).tobytes() for index in range(6)])
    beside = [column("height", [112] * 6), column("width", [112] * 6)]
    assert judge.judge(own, [own, *beside], "t")[0].matched == 6
    noise = column("data", [np.random.default_rng(n).bytes(112 * 112 * 3) for n in range(6)])
    assert judge.judge(noise, [noise, *beside], "t") == []


@given(st.binary(max_size=400), st.lists(st.one_of(st.none(), st.integers(-5, 70_000)), max_size=5), st.text(max_size=20))
def test_bare_pixels_never_raise(data: bytes, shape: list[int | None], words: str) -> None:
    own = column("c", [data, b"\x93NUMPY\x01\x00" + data])
    for other in (column("shape", pa.array([shape], pa.list_(pa.int64()))), column("shape", [words])):
        raw_pictures(own, [own, other], 5)


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


def test_fingerprints_are_possible_and_more_with_a_name(judge) -> None:
    prints = [Faces(9, side=300).fingerprint(index) for index in range(12)]
    (evidence,) = judge.judge(column("c", prints), [], "t")
    assert evidence.category == "biometric.fingerprint_image"
    assert 0.35 <= evidence.confidence < 0.6
    for name in ("finger_image", "指纹图", "zw"):
        assert judge.judge(column(name, prints), [], "t")[0].confidence >= 0.9
    charts = column("finger_chart", [Faces(9, side=300).decoy(index) for index in range(14)])
    assert judge.judge(charts, [], "t") == []


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
