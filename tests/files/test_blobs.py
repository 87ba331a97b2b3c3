from __future__ import annotations

import struct

import pytest

from leftopen.files import open_files
from leftopen.files.blobs import READ, kind_of
from leftopen.lab.faces import Faces
from leftopen.model import Sample, Skipped

FACES = Faces(71)


def samples(*paths):
    return {item.collection.name: (item, list(item.batches)) for item in open_files(paths) if isinstance(item, Sample)}


def test_photographs_of_a_folder_are_one_collection(tmp_path):
    photos, charts = tmp_path / "photos", tmp_path / "photos" / "charts"
    charts.mkdir(parents=True)
    for index in range(6):
        (photos / f"{index}.jpg").write_bytes(FACES.jpeg(index))
        (charts / f"{index}.png").write_bytes(FACES.decoy(index))
    (photos / "list.csv").write_text("name,age\nAnna,3\nBert,4\n")
    (photos / "voice.wav").write_bytes(b"RIFF\x24\0\0\0WAVEfmt " + bytes(40))
    found = samples(photos)
    assert set(found) == {"list.csv", "photos (pictures)", "photos (sounds)", "charts (pictures)"}
    item, batches = found["photos (pictures)"]
    assert (item.collection.rows, item.method) == (6, "all")
    assert batches[0].to_pydict()["name"] == [f"{index}.jpg" for index in range(6)]
    assert batches[0].to_pydict()["content"][2] == FACES.jpeg(2)


def test_one_photograph_alone(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(FACES.jpeg(0))
    ((item, batches),) = samples(path).values()
    assert item.collection.rows == 1
    assert batches[0].num_rows == 1


def test_many_files_are_drawn_evenly_and_the_draw_is_said(tmp_path):
    for index in range(READ + 100):
        (tmp_path / f"{index:05}.pgm").write_bytes(b"P5 1 1 255\n" + struct.pack("B", index % 256))
    ((item, batches),) = samples(tmp_path).values()
    assert item.collection.rows == READ + 100
    assert item.method == "evenly"
    assert sum(batch.num_rows for batch in batches) <= READ


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "pictures"),
        (b"FMR\0 20\0", "records"),
        (b"<?xml version='1.0'?><BIR xmlns='x'>", "records"),
        (b"fLaC\0\0", "sounds"),
        (b"\x93NUMPY\x01\0", "vectors"),
        (b"ID3,name,age\n", ""),
        (b"FP1,FP2,FP3\n1,2,3\n", ""),
        (b"AASS21,b\n", ""),
        (b"<html><body>", ""),
        (b"name,age\n", ""),
        (b"BM,width,height,more,words,here\n", ""),
        (b"P5 and other players\n", ""),
        (b"", ""),
    ],
)
def test_kinds(head, kind):
    assert kind_of(head) == kind


def test_what_cannot_be_read_is_still_said(tmp_path):
    (tmp_path / "x.bin").write_bytes(bytes(range(256)) * 4)
    assert [item.reason for item in open_files([tmp_path]) if isinstance(item, Skipped)] == ["not_recognised"]
