from __future__ import annotations

import base64
import io
import json
import pickle
import struct
import time
import zlib

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftopen.classify.flatten import Column
from leftopen.classify.judges import FaceJudge, VectorJudge, biometric_judges
from leftopen.classify.pickles import pickled_vector
from leftopen.classify.vectorbytes import read_bytes, read_text
from leftopen.classify.vectors import find_vectors
from leftopen.lab.faces import Faces

FACES = Faces(31)
RNG = np.random.default_rng(31)


def faces(dim: int = 128, count: int = 40) -> list[np.ndarray]:
    return [FACES.embedding(person, dim) for person in range(count)]


def npy(vector: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.save(out, vector)
    return out.getvalue()


def npz(vector: np.ndarray, save) -> bytes:
    out = io.BytesIO()
    save(out, embedding=vector)
    return out.getvalue()


def small(vector: np.ndarray) -> np.ndarray:
    return np.rint(vector / np.abs(vector).max() * 127).astype(np.int8)


def varint(value: int) -> bytes:
    return bytes([value & 0x7F | 0x80, value >> 7]) if value > 0x7F else bytes([value])


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
    "semicolons": lambda v: ";".join(f"{x:.6f}" for x in v),
    "tabs": lambda v: "\t".join(f"{x:.6f}" for x in v),
    "pipes": lambda v: "|".join(f"{x:.6f}" for x in v),
    "tuple": lambda v: str(tuple(float(x) for x in v)),
    "numpy text": lambda v: "[" + "\n ".join(f"{x: .8e}" for x in v) + "]",
    "array()": lambda v: "array([" + ", ".join(f"{x:.6f}" for x in v) + "], dtype=float32)",
    "tensor()": lambda v: "tensor([" + ", ".join(f"{x:.4f}" for x in v) + "], device='cuda:0')",
    "keyed": lambda v: json.dumps({str(n): float(x) for n, x in enumerate(v)}),
    "member": lambda v: json.dumps({"vector": [float(x) for x in v], "norm": 1.0}),
    "text in bytes": lambda v: json.dumps([float(x) for x in v]).encode(),
    "float16": lambda v: v.astype("<f2").tobytes(),
    "float32 big-endian": lambda v: v.astype(">f4").tobytes(),
    "float64 big-endian": lambda v: v.astype(">f8").tobytes(),
    "hex float32": lambda v: v.astype("<f4").tobytes().hex(),
    "bytea float32": lambda v: "\\x" + v.astype("<f4").tobytes().hex(),
    "0x float64": lambda v: "0x" + v.astype("<f8").tobytes().hex().upper(),
    "base64url float32": lambda v: base64.urlsafe_b64encode(v.astype("<f4").tobytes()).decode().rstrip("="),
    "base64 float16": lambda v: b64(v.astype("<f2").tobytes()),
    "data url": lambda v: "data:application/octet-stream;base64," + b64(v.astype("<f4").tobytes()),
    "pgvector binary": lambda v: struct.pack(">HH", len(v), 0) + v.astype(">f4").tobytes(),
    "halfvec binary": lambda v: struct.pack(">HH", len(v), 0) + v.astype(">f2").tobytes(),
    "bson float32": lambda v: b"\x27\0" + v.astype("<f4").tobytes(),
    "bson int8": lambda v: b"\x03\0" + small(v).tobytes(),
    "msgpack float32": lambda v: b"\xdc" + struct.pack(">H", len(v)) + b"".join(b"\xca" + struct.pack(">f", x) for x in v),
    "msgpack float64": lambda v: b"\xdd" + struct.pack(">I", len(v)) + b"".join(b"\xcb" + struct.pack(">d", x) for x in v),
    "protobuf": lambda v: b"\x0a" + varint(4 * len(v)) + v.astype("<f4").tobytes(),
    "protobuf doubles": lambda v: b"\x12" + varint(8 * len(v)) + v.astype("<f8").tobytes(),
    "npy": npy,
    "npy float16": lambda v: npy(v.astype("f2")),
    "npy row": lambda v: npy(v[None, :].astype("f8")),
    "npy big-endian": lambda v: npy(v.astype(">f4")),
    "npy int8": lambda v: npy(small(v)),
    "npz": lambda v: npz(v, np.savez),
    "base64 npz, compressed": lambda v: b64(npz(v, np.savez_compressed)),
    "zlib float32": lambda v: zlib.compress(v.astype("<f4").tobytes()),
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
    assert "int8" in carrier or found.norm == pytest.approx(1, abs=2e-3)


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


def dlib_like(count: int = 40) -> list[np.ndarray]:
    centre = RNG.standard_normal(128)
    rows = centre / np.linalg.norm(centre) + 0.45 * RNG.standard_normal((count, 128)) / np.sqrt(128)
    return list(rows / np.linalg.norm(rows, axis=1, keepdims=True) * RNG.normal(1.45, 0.07, (count, 1)))


def test_numbers_that_only_one_face_model_makes() -> None:
    alone = column("c9", lists(dlib_like()))
    assert find_vectors(alone.values).model == "dlib"
    assert judged(alone) >= 0.7
    assert judged(column("encoding", lists(dlib_like()))) >= 0.9
    assert judged(column("sensor_values", lists(dlib_like()))) == 0
    for other in (faces(128), faces(512), list(RNG.standard_normal((40, 128)) * 0.128), [np.abs(v) for v in dlib_like()]):
        assert find_vectors(lists(other)).model == ""


def test_quantised_lists_and_what_only_looks_whole() -> None:
    eight = [small(v).astype(int) for v in faces(128)]
    assert find_vectors(lists(eight, pa.list_(pa.int32()))).dense
    assert judged(column("face_feature", lists(eight, pa.list_(pa.int8())))) >= 0.9
    counts = [RNG.poisson(3, 128) for _ in range(40)]
    marks = [RNG.integers(0, 101, 128) for _ in range(40)]
    choices = [RNG.integers(-1, 2, 128) for _ in range(40)]
    for matrix in (counts, marks, choices):
        assert judged(column("face_feature", lists(matrix, pa.list_(pa.int32())))) == 0


def test_shares_of_a_whole_are_no_embedding() -> None:
    shares = list(RNG.dirichlet(np.ones(128), 40))
    assert judged(column("face_feature", lists(shares))) == 0


@pytest.mark.parametrize(
    "text",
    ["1" + " " * 300_000 + "x", "{0:" + "1:2345:" * 40_000, "array(" + " " * 300_000 + "x", '{"vector":[' + "1," * 100_000,
     "array([" + "1 " * 100_000 + ", dtype=" + " " * 100_000 + "x", "tensor(" + ", dtype=" * 20_000],
)  # fmt: skip
def test_hostile_text_is_read_in_time(text: str) -> None:
    begun = time.monotonic()
    read_text(text)
    read_bytes(text.encode()[: 1 << 18])
    assert time.monotonic() - begun < 2


def test_swollen_archives_are_bounded() -> None:
    assert read_bytes(zlib.compress(bytes(50 << 20))) is None
    bomb = io.BytesIO()
    np.savez_compressed(bomb, a=np.zeros(10_000_000))
    assert read_bytes(bomb.getvalue()[: 1 << 18]) is None


def test_other_bytes_of_vector_length_are_no_vectors() -> None:
    words = (b"the quick brown fox jumps over the lazy dog and runs away " * 40)[:1024]
    pcm = (2000 * np.sin(np.arange(512) / 5)).astype("<i2").tobytes()
    epochs = (1_700_000_000 + np.arange(256)).astype("<u4").tobytes()
    floats_of_time = (1.7e9 + np.arange(128.0)).astype("<f8").tobytes()
    hashes = RNG.bytes(1024).hex().encode()[:1024]
    digits = b"0123456789" * 60
    for data in (words, pcm, epochs, floats_of_time, hashes, digits[:512], digits[:256], bytes(512), b"\x01" * 1024):
        assert read_bytes(data) is None


def test_long_blank_text_is_read_in_time() -> None:
    assert read_text("1" + " " * 300_000 + "x") is None
