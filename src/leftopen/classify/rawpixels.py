"""Pictures that are kept as bare numbers: bytes or lists of pixels with their shape in a neighbouring field, or ``.npy``.

DeepFace, for one, stores each face as float32 pixels in ``face`` and their shape in ``face_shape``. What is found is put
behind a PPM header, so that the same child process looks at it as at any other picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from leftopen.classify.images import distinct_bytes, spread, storage
from leftopen.classify.vectors import is_number_list

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from leftopen.classify.flatten import Column

LEAST, MOST = 16 * 16, 4096 * 4096
"""Pixels that a picture must have, and may have."""
_SHAPE_WORD = re.compile(r"shape|size|dims?\b|resolution|chicun", re.IGNORECASE)
_SIDES = (("height", "width"), ("h", "w"), ("rows", "cols"), ("img_h", "img_w"), ("高", "宽"), ("高度", "宽度"))
_NUMBER = re.compile(r"\d{1,5}")
_NPY = re.compile(rb"'descr': '([<|]?[uf][1248])', 'fortran_order': False, 'shape': \(([\d, ]{3,40})\)")

Shape = tuple[int, int, int]


def raw_pictures(column: Column, siblings: Sequence[Column], limit: int) -> list[bytes]:
    """Up to ``limit`` pictures of a column as PPM; empty if its values are no pixels or nothing says their shape."""
    if is_number_list(column.values.type):
        values = [_list_bytes(item.values) for item in _some(column.values, limit)]
    elif storage(column.values):
        values = distinct_bytes(spread(column.values), limit)[0]
    else:
        return []
    found = []
    for value in values:
        shapes = _npy_shape(value) if value[:6] == b"\x93NUMPY" else [(shape, value, "") for shape in stated(column, siblings)]
        for shape, body, kind in shapes:
            pixels = _pixels(body, shape, kind)
            if pixels is not None:
                found.append(ppm(pixels))
                break
    return found


def stated(column: Column, siblings: Sequence[Column]) -> list[Shape]:
    """Shapes (height, width, channels) that fields beside a column state, at most eight different ones."""
    out: dict[Shape, None] = {}
    stem = column.path.rpartition(".")[0]
    near = {other.path.rpartition(".")[2].lower(): other for other in siblings if other.path.rpartition(".")[0] == stem}
    for name, other in near.items():
        if _SHAPE_WORD.search(name) and other is not column:
            out.update(dict.fromkeys(_shapes(other.values)))
    for tall, wide in _SIDES:
        if tall in near and wide in near:
            pairs = zip(_integers(near[tall].values), _integers(near[wide].values), strict=False)
            out.update({(h, w, c): None for h, w in pairs for c in (3, 1, 4)})
    return [shape for shape in out if LEAST <= shape[0] * shape[1] <= MOST][:8]


def _shapes(values: pa.Array) -> Iterator[Shape]:
    for item in _some(values, 64):
        words = item.as_py()
        found = _NUMBER.findall(words[:64]) if isinstance(words, str) else words if isinstance(words, list) else ()
        numbers = [int(number) for number in found if number is not None]
        yield from _ordered(numbers)


def _ordered(numbers: Sequence[int]) -> Iterator[Shape]:
    """(height, width, channels) from a shape in either order of axes, with or without channels or a leading 1."""
    if len(numbers) == 4 and numbers[0] == 1:
        numbers = numbers[1:]
    if len(numbers) == 2:
        yield numbers[0], numbers[1], 1
        yield numbers[0], numbers[1], 3
    elif len(numbers) == 3 and numbers[2] in (1, 3, 4):
        yield numbers[0], numbers[1], numbers[2]
    elif len(numbers) == 3 and numbers[0] in (1, 3, 4):
        yield numbers[1], numbers[2], -numbers[0]


def _integers(values: pa.Array) -> list[int]:
    import pyarrow.types as kinds

    return [int(item.as_py()) for item in _some(values, 16)] if kinds.is_integer(values.type) else []


def _some(values: pa.Array, limit: int) -> Any:
    """Evenly spaced values without nulls."""
    values = values.drop_null()
    if len(values) > limit:
        import pyarrow as pa

        values = values.take(pa.array(np.linspace(0, len(values) - 1, limit).astype(np.int64)))
    return values


def _list_bytes(values: pa.Array) -> bytes:
    """Numbers of a list as bytes: whole numbers 0..255 as one byte each, others as float32."""
    row = np.asarray(values.to_numpy(zero_copy_only=False)) if values is not None else np.empty(0)
    if not LEAST <= len(row) <= 4 * MOST or row.dtype.kind not in "iuf":
        return b""
    if row.dtype.kind in "iu" and row.min() >= 0 and row.max() <= 255:
        return row.astype(np.uint8).tobytes()
    return row.astype("<f4").tobytes()


def _npy_shape(data: bytes) -> list[tuple[Shape, bytes, str]]:
    match = _NPY.search(data, 10, 256)
    if not match or data[6] not in (1, 2):
        return []
    at = int.from_bytes(data[8:10], "little") + 10 if data[6] == 1 else int.from_bytes(data[8:12], "little") + 12
    kind = "<" + match[1].decode("ascii").lstrip("<|")
    return [(shape, data[at:], kind) for shape in _ordered([int(n) for n in _NUMBER.findall(match[2].decode("ascii"))])]


def _pixels(body: bytes, shape: Shape, kind: str) -> NDArray[np.uint8] | None:
    """Bytes as pixels, shape (height, width) or (height, width, 3); None if the length does not fit.

    A negative number of channels says that they come first.
    """
    height, width, channels = shape[0], shape[1], abs(shape[2])
    count = height * width * channels
    if not LEAST <= height * width <= MOST or len(body) % count:
        return None
    kind = kind or {1: "<u1", 4: "<f4", 8: "<f8"}.get(len(body) // count, "")
    if not kind or np.dtype(kind).itemsize * count != len(body):
        return None
    pixels = np.frombuffer(body, dtype=kind)
    if pixels.dtype != np.uint8:
        with np.errstate(all="ignore"):
            low, high = float(pixels.min()), float(pixels.max())
            if not (np.isfinite(low) and np.isfinite(high) and low >= -3.5 and 0 < high <= 65_535):
                return None
            span = (0.0, 1.0) if low >= 0 and high <= 1.001 else (0.0, 255.0) if low >= 0 and high <= 255.5 else (low, high)
            pixels = ((pixels - span[0]) * (255 / (span[1] - span[0] or 1))).astype(np.uint8)
    pixels = (
        pixels.reshape((channels, height, width)).transpose(1, 2, 0) if shape[2] < 0 else pixels.reshape(height, width, channels)
    )
    return pixels[:, :, 0] if channels == 1 else np.ascontiguousarray(pixels[:, :, :3])


def ppm(pixels: NDArray[np.uint8]) -> bytes:
    """A picture as binary PPM or PGM."""
    mark = b"P5" if pixels.ndim == 2 else b"P6"
    return mark + f" {pixels.shape[1]} {pixels.shape[0]} 255\n".encode("ascii") + pixels.tobytes()
