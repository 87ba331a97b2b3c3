"""Faces that belong to nobody, face-like vectors, and pictures without a face, all from a seed.

A face is the weighted mean (Dirichlet weights) of 8 to 16 of the first 100 faces of ``lfw_subset.npy``, which lies inside the
installed ``scikit-image`` wheel and is read from there without importing it (``pip install --no-deps scikit-image``). No face
that went into a mean can be made out in it.
"""

from __future__ import annotations

import importlib.util
import io
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from leftopen.errors import MissingExtra

if TYPE_CHECKING:
    from numpy.typing import NDArray

SOURCE_FACES = 100


def faces_source() -> Path | None:
    """Where the installed scikit-image keeps its 25 × 25 grey faces; None if it is not installed."""
    try:
        spec = importlib.util.find_spec("skimage")
    except (ImportError, ValueError):
        return None
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "data" / "lfw_subset.npy"
        if path.is_file():
            return path
    return None


class Faces:
    """Pictures and vectors of invented people; equal seeds and indices give equal bytes.

    Args:
        seed: of everything.
        side: width and height of a picture in pixels (112 or 160 are usual for captures).
        pool: how many distinct pictures there are, reused in turn (0: one for each index).
        quality: of the JPEG, 1..95.
    """

    def __init__(self, seed: int = 0, side: int = 112, pool: int = 0, quality: int = 80) -> None:
        self.seed, self.side, self.pool, self.quality = seed, side, pool, quality
        self._kept: dict[int, bytes] = {}
        self._directions: dict[int, NDArray[np.float64]] = {}

    @cached_property
    def _sources(self) -> NDArray[np.float32]:
        path = faces_source()
        if path is None:
            raise MissingExtra(
                "Pictures of invented faces are made from a data file of scikit-image, which is not installed.",
                "pip install --no-deps scikit-image",
            )
        faces: NDArray[np.float32] = np.load(path, allow_pickle=False)[:SOURCE_FACES].astype(np.float32)
        return faces.reshape(len(faces), -1)

    def _rng(self, *key: int) -> np.random.Generator:
        return np.random.default_rng((self.seed, *key))

    def jpeg(self, index: int) -> bytes:
        """Face number ``index`` as JPEG, 2 to 5 KB."""
        from PIL import Image

        if self.pool:
            index %= self.pool
            if index in self._kept:
                return self._kept[index]
        rng = self._rng(1, index)
        count = int(rng.integers(8, 17))
        chosen = rng.choice(SOURCE_FACES, count, replace=False)
        mean = rng.dirichlet(np.ones(count)).astype(np.float32) @ self._sources[chosen]
        low, high = np.percentile(mean, (1, 99))
        grey = np.clip((mean - low) / max(high - low, 1e-6) * 235 + 10, 0, 255).astype(np.uint8)
        picture = Image.fromarray(grey.reshape(25, 25)).resize((self.side, self.side), Image.Resampling.BICUBIC)
        data = _encode(picture, "JPEG", quality=self.quality)
        if self.pool:
            self._kept[index] = data
        return data

    def embedding(self, person: int, dim: int = 128, shot: int = 0, noise: float = 0.3) -> NDArray[np.float32]:
        """Unit vector, shape (dim,): what all share, what is the person's, and what differs from shot to shot."""
        if dim not in self._directions:
            self._directions[dim] = _unit(self._rng(2, dim).standard_normal(dim))
        own = _unit(self._rng(3, dim, person).standard_normal(dim))
        shake = _unit(self._rng(4, dim, person, shot).standard_normal(dim))
        return _unit(0.8 * self._directions[dim] + own + noise * shake).astype(np.float32)

    def fingerprint(self, index: int) -> bytes:
        """A PNG like a fingerprint of nobody: bent rings around a core, noise, an oval outline."""
        from PIL import Image

        rng, side = self._rng(6, index), self.side
        y, x = np.mgrid[:side, :side].astype(np.float64)
        down, across = rng.uniform(0.3, 0.7, 2) * side
        small = Image.fromarray(rng.standard_normal((8, 8)).astype(np.float32))
        bent = np.asarray(small.resize((side, side), Image.Resampling.BICUBIC)) * 6
        rings = np.hypot(x - across, (y - down) * rng.uniform(0.6, 0.9)) + bent
        ink = 127 + 90 * np.sin(2 * np.pi * rings / rng.uniform(7, 12)) + rng.normal(0, 25, (side, side))
        oval = ((x - side / 2) / (side * 0.45)) ** 2 + ((y - side / 2) / (side * 0.5)) ** 2 < 1
        return _png(np.where(oval, ink, 235))

    def decoy(self, index: int) -> bytes:
        """A PNG without a face: bars, lines, stripes, checks, noise, gradients or a page of text-like strokes."""
        rng = self._rng(5, index)
        painters = (_bars, _lines, _stripes, _checks, _noise, _gradient, _page)
        return painters[index % len(painters)](rng, self.side)


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return vector / np.linalg.norm(vector)


def _encode(picture: Any, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _png(pixels: NDArray[Any]) -> bytes:
    from PIL import Image

    return _encode(Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)), "PNG", compress_level=3)


def _canvas(rng: np.random.Generator, side: int) -> NDArray[np.float64]:
    return np.full((side, side, 3), rng.integers(200, 256, 3), dtype=np.float64)


def _bars(rng: np.random.Generator, side: int) -> bytes:
    pixels = _canvas(rng, side)
    count = int(rng.integers(4, 12))
    for number, height in enumerate(rng.uniform(0.1, 0.9, count)):
        left = number * side // count
        pixels[int(side * (1 - height)) :, left + 1 : left + max(2, side // count - 2)] = rng.integers(0, 200, 3)
    return _png(pixels)


def _lines(rng: np.random.Generator, side: int) -> bytes:
    pixels = _canvas(rng, side)
    walk = np.cumsum(rng.standard_normal(side))
    level = (walk - walk.min()) / max(float(np.ptp(walk)), 1e-6) * (side - 3)
    for x, y in enumerate(level.astype(int)):
        pixels[y : y + 2, x] = (30, 60, 160)
    return _png(pixels)


def _stripes(rng: np.random.Generator, side: int) -> bytes:
    y, x = np.mgrid[:side, :side]
    angle, period = rng.uniform(0, np.pi), rng.uniform(4, 30)
    wave = np.sin(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / period)
    return _png(128 + 100 * wave[..., None] * rng.uniform(0.3, 1, 3))


def _checks(rng: np.random.Generator, side: int) -> bytes:
    y, x = np.mgrid[:side, :side] // int(rng.integers(4, 24))
    return _png(np.where(((x + y) % 2)[..., None], rng.integers(0, 256, 3), rng.integers(0, 256, 3)))


def _noise(rng: np.random.Generator, side: int) -> bytes:
    coarse = rng.integers(0, 256, (side // 8 + 1, side // 8 + 1, 3))
    return _png(np.kron(coarse, np.ones((8, 8, 1)))[:side, :side] * 0.8 + rng.integers(0, 50, (side, side, 3)))


def _gradient(rng: np.random.Generator, side: int) -> bytes:
    y, x = np.mgrid[:side, :side] / side
    start, right, down = rng.uniform(0, 255, 3), rng.uniform(-200, 200, 3), rng.uniform(-200, 200, 3)
    return _png(start + x[..., None] * right + y[..., None] * down)


def _page(rng: np.random.Generator, side: int) -> bytes:
    pixels = _canvas(rng, side)
    for y in range(4, side - 4, 6):
        x = 4
        while x < side - 8:
            width = int(rng.integers(2, 12))
            pixels[y : y + 3, x : x + width] = 40
            x += width + 3
    return _png(pixels)
