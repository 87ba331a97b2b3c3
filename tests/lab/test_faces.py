from __future__ import annotations

import io

import numpy as np
from PIL import Image

from leftopen.lab.faces import Faces, faces_source


def test_equal_seeds_give_equal_faces() -> None:
    first, second, other = Faces(3), Faces(3), Faces(4)
    assert [first.jpeg(index) for index in range(5)] == [second.jpeg(index) for index in (0, 1, 2, 3, 4)]
    assert first.jpeg(4) == second.jpeg(4), "whatever was drawn before"
    assert first.jpeg(0) != other.jpeg(0)
    assert len({first.jpeg(index) for index in range(50)}) == 50


def test_pictures_are_small_jpegs() -> None:
    for side in (112, 160):
        data = Faces(1, side=side).jpeg(0)
        assert Image.open(io.BytesIO(data)).size == (side, side)
        assert 1000 < len(data) < 8000


def test_pool_reuses_pictures() -> None:
    faces = Faces(2, pool=8)
    assert len({faces.jpeg(index) for index in range(100)}) == 8
    assert faces.jpeg(3) == faces.jpeg(11) == Faces(2).jpeg(3)


def test_no_source_face_can_be_made_out() -> None:
    source = faces_source()
    assert source is not None
    originals = np.load(source, allow_pickle=False)[:100].reshape(100, -1).astype(float)
    originals = (originals - originals.mean(1, keepdims=True)) / originals.std(1, keepdims=True)
    for index in range(50):
        small = Image.open(io.BytesIO(Faces(9).jpeg(index))).resize((25, 25), Image.Resampling.BOX)
        made = np.asarray(small, dtype=float).ravel()
        made = (made - made.mean()) / made.std()
        assert (originals @ made / made.size).max() < 0.97


def test_vectors_tell_people_apart_but_share_a_direction() -> None:
    faces = Faces(5)
    for dim in (128, 512):
        people = np.stack([faces.embedding(person, dim) for person in range(60)])
        again = np.stack([faces.embedding(person, dim, shot=1) for person in range(60)])
        assert people.dtype == np.float32
        assert np.allclose(np.linalg.norm(people, axis=1), 1, atol=1e-5)
        same = (people * again).sum(1)
        others = (people @ people.T)[~np.eye(60, dtype=bool)]
        assert same.min() > others.max()
        assert 0.2 < others.mean() < 0.6
    assert (faces.embedding(7) == Faces(5).embedding(7)).all()


def test_decoys_are_pictures_and_repeat() -> None:
    faces = Faces(6, side=96)
    pictures = [faces.decoy(index) for index in range(14)]
    assert len(set(pictures)) == 14
    assert pictures == [Faces(6, side=96).decoy(index) for index in range(14)]
    assert all(Image.open(io.BytesIO(data)).size == (96, 96) for data in pictures)
