"""Faces in pictures: how fast, beside one look at full size; how many are found and how many are wrong, on sets made here.

Speed is processor time of one thread from encoded bytes to the answer. Both ways look at the same pictures in turns.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from bench.measure import Section
from leftopen.classify import sandbox
from leftopen.classify.detector import Detector, weights_path
from leftopen.classify.faces import NEEDED
from leftopen.classify.judges import IMAGES_LOOKED_AT
from leftopen.lab.faces import Faces, faces_source

PHOTOGRAPHS = ("brick", "cell", "chelsea", "coffee", "coins", "grass", "gravel", "horse", "ihc", "microaneurysms", "moon",
               "motorcycle_left", "page", "phantom", "text", "hubble_deep_field", "retina", "rocket")  # fmt: skip
"""Pictures inside the scikit-image wheel that show nobody; ``chelsea`` is a cat, ``horse`` a drawing."""
IMAGES_PER_SECOND, CROPS_PER_SECOND = 30, 500

Look = Callable[[bytes], bool]


def jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


@cache
def photographs() -> dict[str, Image.Image]:
    source = faces_source()
    if source is None:
        raise SystemExit("scikit-image is needed: pip install --no-deps scikit-image")
    found = {path.stem: path for path in Path(source).parent.glob("*.*g")}
    return {name: Image.open(found[name]).convert("RGB") for name in PHOTOGRAPHS}


def parts(rng: np.random.Generator, count: int, side: int) -> list[bytes]:
    """Random parts of the photographs, half of them mirrored, ``side`` pixels long."""
    out = []
    pictures = list(photographs().values())
    for number in range(count):
        whole = pictures[number % len(pictures)]
        share = rng.uniform(0.35, 1)
        width, height = int(whole.width * share), int(whole.height * share)
        left, top = rng.integers(0, whole.width - width + 1), rng.integers(0, whole.height - height + 1)
        part = whole.crop((int(left), int(top), int(left) + width, int(top) + height))
        part = part.resize((max(1, width * side // max(part.size)), max(1, height * side // max(part.size))))
        out.append(jpeg(part.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rng.random() < 0.5 else part))
    return out


def scenes(rng: np.random.Generator, faces: Faces, count: int, share: float) -> list[bytes]:
    """Photographs of 640 pixels into which an invented face of ``share`` of their long side was set."""
    out = []
    pictures = [photographs()[name] for name in ("coffee", "chelsea", "rocket", "motorcycle_left", "grass", "gravel")]
    size = int(640 * share)
    mask = Image.new("L", (size, size), 0)
    ImageDraw.Draw(mask).ellipse((0, 0, size - 1, size - 1), fill=255)
    mask = mask.filter(ImageFilter.GaussianBlur(size / 20))
    for number in range(count):
        scene = pictures[number % len(pictures)]
        scene = scene.resize((640, max(size, 640 * scene.height // scene.width)))
        face = Image.open(io.BytesIO(faces.jpeg(number))).resize((size, size)).convert("RGB")
        place = int(rng.integers(0, 640 - size + 1)), int(rng.integers(0, scene.height - size + 1))
        scene.paste(face, place, mask)
        out.append(jpeg(scene))
    return out


def icons() -> list[bytes]:
    """Icons and smileys that lie on this machine, at most 1,500."""
    found = sorted(Path("/usr/share/icons").rglob("*/96x96/**/*.png")) + sorted(Path("/usr/share/icons").rglob("*/48x48/**/*.png"))
    return [path.read_bytes() for path in found[:1500]]


def by_steps(detector: Detector) -> Look:
    """leftopen's way: a small look first."""

    def look(data: bytes) -> bool:
        found = sandbox.count(detector, data)
        return bool(found and found[0])

    return look


def at_once(detector: Detector) -> Look:
    """One look at full size: 128 to 640 pixels."""

    def look(data: bytes) -> bool:
        picture = sandbox.upright(data, sandbox.LARGEST_SIDE)
        side = min(max(max(picture.size), sandbox.SMALLEST_SIDE), sandbox.LARGEST_SIDE)
        return bool(detector.count(sandbox.resized(picture, side))[0])

    return look


def seconds(look: Look, pictures: Iterable[bytes]) -> float:
    begun = time.process_time()
    for picture in pictures:
        look(picture)
    return time.process_time() - begun


def fields(hits: Sequence[bool], closer: Sequence[bool], rng: np.random.Generator, draws: int = 4000) -> float:
    """Share of fields of these pictures that would be called a field of faces (3 of 20; a few are a reason to look closer)."""
    drawn = rng.integers(0, len(hits), (draws, IMAGES_LOOKED_AT))
    first, both = (np.array(found)[drawn].sum(axis=1) for found in (hits, np.array(hits) | np.array(closer)))
    return float(((first >= NEEDED) | ((first > 0) & (both >= NEEDED))).mean())


def run(rounds: int, command: str) -> Section:
    """Measure speed, recall and false answers."""
    section = Section("faces", "Faces in pictures", command)
    path = weights_path()
    if path is None:
        raise SystemExit("the detector's weights are not installed")
    detector = Detector(path)
    steps, once = by_steps(detector), at_once(detector)
    rng, faces = np.random.default_rng(99), Faces(99, side=160, quality=95)
    speed = {
        "portraits of 640 px, a face of a third": scenes(rng, faces, 40, 0.33),
        "photographs of 640 px without a face": parts(rng, 40, 640),
        "crops of 112 px, faces": [Faces(98).jpeg(number) for number in range(200)],
        "crops of 112 px, no faces": parts(rng, 100, 112),
    }
    for name, pictures in speed.items():
        _speed(section, name, pictures, steps, once, rounds)
    recall: dict[str, list[bytes]] = {f"face of {share:.0%} in 640 px": scenes(rng, faces, 120, share) for share in
                                      (0.05, 0.1, 0.15, 0.25, 0.4, 0.6)}  # fmt: skip
    recall |= {
        f"tight crop of {side} px": [Faces(97, side=side).jpeg(n) for n in range(200)] for side in (24, 32, 48, 64, 112, 224)
    }
    wrong = {
        "parts of photographs, 640 px": parts(rng, 540, 640),
        "parts of photographs, 112 px": parts(rng, 540, 112),
        "parts of photographs, 48 px": parts(rng, 540, 48),
        "icons and smileys": icons(),
        "charts, stripes, pages": [Faces(96, side=side).decoy(n) for side in (112, 640) for n in range(140)],
    }
    for name, pictures in recall.items():
        _quality(section, f"recall, {name}", pictures, steps, once, rng)
    for name, pictures in wrong.items():
        _quality(section, f"false, {name}", pictures, steps, once, rng)
    return section


def _speed(section: Section, name: str, pictures: list[bytes], steps: Look, once: Look, rounds: int) -> None:
    seconds(steps, pictures[:4])
    seconds(once, pictures[:4])
    pairs = [(seconds(steps, pictures), seconds(once, pictures)) for _ in range(rounds)]
    rate, before = len(pictures) / median(a for a, _ in pairs), len(pictures) / median(b for _, b in pairs)
    goal = CROPS_PER_SECOND if "crops" in name else IMAGES_PER_SECOND
    ratio = f"{median(b / a for a, b in pairs):.1f}x as fast"
    section.add(name, f"{rate:.0f}/s", f"one look at full size {before:.0f}/s", ratio, f">= {goal}/s", rate >= goal)


def _quality(section: Section, name: str, pictures: list[bytes], steps: Look, once: Look, rng: Any) -> None:
    ours, theirs = [steps(one) for one in pictures], [once(one) for one in pictures]
    rule = fields(ours, theirs, rng)
    section.add(
        name,
        f"{sum(ours)} of {len(ours)} pictures; fields flagged {rule:.1%}",
        f"one look at full size {sum(theirs)} of {len(theirs)}",
        goal=">= 95 % of fields" if name.startswith("recall") else "<= 1 % of fields",
        met=rule >= 0.95 if name.startswith("recall") else rule <= 0.01,
    )
