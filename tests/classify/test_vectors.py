from __future__ import annotations

import base64
import io
import json
import pickle

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftopen.classify.flatten import Column
from leftopen.classify.judges import FaceJudge, VectorJudge, biometric_judges
from leftopen.classify.pickles import pickled_vector
from leftopen.classify.vectors import find_vectors, read_bytes, read_text
from leftopen.lab.faces import Faces

FACES = Faces(31)
RNG = np.random.default_rng(31)


def faces(dim: int = 128, count: int = 40) -> list[np.ndarray]:
    return [FACES.embedding(person, dim) for person in range(count)]


def npy(vector: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.save(out, vector)
    return out.getvalue()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


CARRIERS = {
    "json": lambda v: json.dumps([float(x) for x in v]),
    "pgvector": lambda v: "[" + ",".join(f"{x:.6g}" for x in v) + "]",
    "postgres array": lambda v: "{" + ",".join(repr(float(x)) for x in v) + "}",
    "csv": lambda v: ",".join(f"{x:.6f}" for x in v),
    "spaces": lambda v: " ".join(f"{x:.6f}" for x in v),
    "float32": lambda v: v.astype("<f4").tobytes(),
    "float64": lambda v: v.astype("<f8").tobytes(),
    "base64 float32": lambda v: b64(v.astype("<f4").tobytes()),
    "base64 float64 with newlines": lambda v: base64.encodebytes(v.astype("<f8").tobytes()).decode(),
    "npy": npy,
    "base64 npy": lambda v: b64(npy(v)),
    **{f"pickle {p}": (lambda v, p=p: pickle.dumps(v, protocol=p)) for p in (2, 3, 4, 5)},
    "pickled list": lambda v: pickle.dumps([float(x) for x in v]),
    "base64 pickle": lambda v: b64(pickle.dumps(v.astype("f8"), protocol=4)),
}


def column(path: str, values: object) -> Column:
    array = values if isinstance(values, pa.Array) else pa.array(values)
    rows = np.arange(len(array))
    return Column(path, str(array.type), array, rows, "", rows)


def lists(vectors: list[np.ndarray], kind: pa.DataType | None = None) -> pa.Array:
    return pa.array([v.tolist() for v in vectors], kind or pa.list_(pa.float32()))


def judged(own: Column, *others: Column, collection: str = "t", faces: bool = False) -> float:
    judge = VectorJudge(FaceJudge(None)) if not faces else biometric_judges()[1]
    found = judge.judge(own, [own, *others], collection)
    return found[0].confidence if found else 0.0


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("dim", [128, 512])
def test_every_carrier(carrier: str, dim: int) -> None:
    found = find_vectors(pa.array([CARRIERS[carrier](vector) for vector in faces(dim)]))
    assert found is not None
    assert (found.dim, found.found, found.tried, found.dense) == (dim, 40, 40, True)
    assert found.norm == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    "kind", [pa.list_(pa.float64()), pa.large_list(pa.float32()), pa.list_(pa.float32(), 128), pa.list_(pa.float16())]
)
def test_list_types(kind: pa.DataType) -> None:
    array = lists(faces(), kind)
    for part in (array, array[5:], pa.concat_arrays([array, pa.nulls(3, kind)])):
        found = find_vectors(part)
        assert found is not None
        assert (found.dim, found.carrier, found.dense) == (128, "list", True)


def test_pickle_is_walked_and_never_loaded(tmp_path) -> None:
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    for protocol in (2, 4, 5):
        assert pickled_vector(pickle.dumps([Trap(), *faces(count=1)], protocol=protocol)) is not None
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    "path",
    [
        "face_feature",
        "faceEmbedding",
        "rltz",
        "人脸特征",
        "arcface",
        "user.faceVec",
        "dlib_128",
        "renlian_tezheng",
        "face_encoding",
    ],
)
def test_names_that_say_face(path: str) -> None:
    assert judged(column(path, lists(faces()))) >= 0.9


def test_weak_names_need_neighbours() -> None:
    feature = column("feature", lists(faces(512)))
    assert judged(feature) == 0
    assert judged(feature, column("price", ["1.5"])) == 0
    assert judged(feature, column("bbox", ["1,2,3,4"])) >= 0.7
    assert judged(feature, column("xsd", [0.9]), column("zpsj", ["x"])) >= 0.7
    assert judged(feature, column("特征相似度", [0.9])) >= 0.7
    assert judged(feature, collection="face_library") >= 0.7
    assert 0 < judged(feature, column("student_id", ["1"])) < 0.7


def test_opaque_names_need_pictures_of_faces() -> None:
    vector = column("c7", lists(faces(128)))
    pictures = column("c3", [FACES.jpeg(index) for index in range(12)])
    charts = column("c3", [FACES.decoy(index) for index in range(12)])
    people = column("c1", [f"51010720080{m}1{d}123X" for m in range(1, 9) for d in (1, 2)])
    assert judged(vector, pictures, faces=True) >= 0.7
    assert judged(vector, charts, faces=True) == 0
    assert judged(vector) == 0
    assert 0 < judged(vector, people) < 0.7


def test_text_vectors_do_not_become_faces() -> None:
    title, person = column("title", ["a", "b"]), column("user_id", ["1", "2"])
    for dim in (384, 768, 512, 128):
        text = lists(faces(dim))
        for path in ("embedding", "vector", "c4", "content_embedding"):
            assert judged(column(path, text), title, person) == 0
            assert judged(column(path, text), column("正文", ["x"])) == 0
    assert judged(column("embedding", lists(faces(384))), person) == 0


def test_measurements_do_not_become_faces() -> None:
    person, face = column("student_id", ["1"]), column("bbox", ["1"])
    steps = np.cumsum(RNG.standard_normal((40, 128)), axis=1)
    waves = np.sin(np.arange(128) / 9 + RNG.uniform(0, 6, (40, 1))) + 0.1 * RNG.standard_normal((40, 128))
    counts = RNG.poisson(3, (40, 128)).astype(float)
    hot = np.eye(128)[RNG.integers(0, 128, 40)]
    for matrix in (steps, waves, counts, hot):
        assert judged(column("feature", lists(list(matrix))), person, face) == 0
    assert judged(column("sensor_readings", lists(list(RNG.standard_normal((40, 128))))), person, face) == 0
    assert judged(column("surface_vector", lists(faces()))) == 0


def test_voices_are_their_own_category() -> None:
    own = column("voiceprint", lists(faces(192)))
    (evidence,) = VectorJudge(FaceJudge(None)).judge(own, [own], "t")
    assert evidence.category == "biometric.voiceprint"


def test_ragged_short_and_odd_values() -> None:
    assert find_vectors(pa.array([[1.0] * n for n in range(40, 80)])) is None
    assert find_vectors(pa.array([[0.1, 0.2, 0.3, 0.4]] * 9)) is None
    assert find_vectors(pa.array(["hello world"] * 9)) is None
    nan = find_vectors(pa.array([[float("nan")] * 128] * 9))
    assert nan is None or not nan.dense
    huge = find_vectors(pa.array([[1e308] * 128] * 9))
    assert huge is None or not huge.dense


def test_random_bytes_and_pictures_are_no_vectors() -> None:
    misread = sum(read_bytes(RNG.bytes(size)) is not None for size in (512, 1024, 2048) for _ in range(500))
    assert misread == 0
    assert all(read_bytes(FACES.jpeg(index)[:1024]) is None for index in range(100))


@given(st.binary(max_size=2000))
def test_bytes_never_raise(data: bytes) -> None:
    read_bytes(data)
    read_bytes(b"\x80\x04" + data + b".")
    read_bytes(b"\x93NUMPY\x01\x00" + data)


@given(st.text(alphabet="[]{}(),;-+.eE 0123456789naNAB/=\n", max_size=900))
def test_text_never_raises(text: str) -> None:
    read_text(text)


def test_long_blank_text_is_read_in_time() -> None:
    assert read_text("1" + " " * 300_000 + "x") is None
