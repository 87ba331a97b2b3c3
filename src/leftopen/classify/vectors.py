"""Vectors in columns, in every way that stores keep them, and what their numbers say.

Numbers alone cannot tell a face's vector from a text's once both are of unit length. They can say that a field holds dense
embeddings at all, and rule out counts, one-hot vectors, histograms and time series. What the vectors are of is said by
names and neighbours (`leftopen.classify.judges`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from leftopen.classify.images import from_base64, spread, storage
from leftopen.classify.pickles import looks_like_pickle, pickled_vector

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

TRIED = 64
"""Vectors of a column that are looked at, evenly spaced."""
SHORTEST, LONGEST = 32, 8192
FACE_DIMS = frozenset((64, 128, 160, 192, 256, 512, 1024, 2622, 4096))
"""Lengths that published face models use; 64 and 192 by small ones."""
TEXT_DIMS = frozenset((300, 384, 768, 1536, 2048, 3072))
"""Lengths that text models use and face models hardly do."""
_RAW_DIMS = (128, 160, 192, 256, 384, 512, 768, 1024, 1536, 2048, 2622, 3072, 4096)
_TEXT = re.compile(r"[-+0-9.eE,;\s]+")
_WRAPPING = " \t\r\n\"'[](){}"
_NPY = b"\x93NUMPY"
_NPY_HEADER = re.compile(rb"\{'descr': '([<|>=]?f[248])', 'fortran_order': (?:False|True), 'shape': \((\d+),?(?: ?1)?\)")


@dataclass(frozen=True, slots=True)
class Vectors:
    """What a column's vectors look like: numbers about them, none of them.

    ``dim`` is the length of at least 90 % of ``found`` vectors among ``tried`` values; ``carrier`` says how they are stored
    (``list``, ``text``, ``float32``, ``float64``, ``npy``, ``pickle``; base64 has ``base64+`` in front).
    ``norm`` is the median length; ``dense`` if they behave like embeddings.
    """

    dim: int
    found: int
    tried: int
    carrier: str
    norm: float
    dense: bool


def find_vectors(values: pa.Array) -> Vectors | None:
    """Vectors that a column holds, or None. Looks at `TRIED` values."""
    import pyarrow as pa

    rows: list[tuple[str, NDArray[np.float64]]] = []
    if is_number_list(values.type):
        sample = _spread_lists(values)
        tried = len(sample)
        rows = [("list", row) for item in sample if (row := _numbers(item.values)) is not None]
    else:
        kind = storage(values)
        if not kind or (pa.types.is_dictionary(values.type) and len(values.dictionary) == 0):
            return None
        sample = spread(values, TRIED)
        tried = len(sample)
        read = read_text if kind == "text" else read_bytes
        for item in sample:
            found = read(item.as_py())
            if found is not None:
                rows.append(found)
    if not rows or len(rows) < 0.5 * tried:
        return None
    return _describe(rows, tried)


def is_number_list(kind: pa.DataType) -> bool:
    """True for (large, fixed-size) lists of floats or integers."""
    import pyarrow.types as kinds

    if not (kinds.is_list(kind) or kinds.is_large_list(kind) or kinds.is_fixed_size_list(kind)):
        return False
    return bool(kinds.is_floating(kind.value_type) or kinds.is_integer(kind.value_type))


def _spread_lists(values: pa.Array) -> Any:
    import pyarrow as pa

    if len(values) > TRIED:
        values = values.take(pa.array(np.linspace(0, len(values) - 1, TRIED).astype(np.int64)))
    return values.drop_null()


def _numbers(values: pa.Array) -> NDArray[np.float64] | None:
    if values is None or not SHORTEST <= len(values) <= LONGEST or values.null_count:
        return None
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.float64)


def read_text(text: str) -> tuple[str, NDArray[np.float64]] | None:
    """(carrier, vector) of a text: ``[0.1, …]``, ``{…}``, numbers with separators, or base64 of bytes; None if it is none."""
    if not 2 * SHORTEST <= len(text) <= 40 * LONGEST:
        return None
    body = text.strip(_WRAPPING)
    if _TEXT.fullmatch(body):
        try:
            row = np.array(body.replace(",", " ").replace(";", " ").split(), dtype=np.float64)
        except ValueError:
            return None
        return ("text", row) if SHORTEST <= len(row) <= LONGEST else None
    data = from_base64(text.strip())
    found = read_bytes(data) if data is not None else None
    return (f"base64+{found[0]}", found[1]) if found else None


def read_bytes(data: bytes) -> tuple[str, NDArray[np.float64]] | None:
    """(carrier, vector) of bytes: ``.npy``, a pickle (walked, not loaded), raw little-endian float32 or float64, or text."""
    if data.startswith(_NPY):
        row = _read_npy(data)
        return ("npy", row) if row is not None else None
    if looks_like_pickle(data):
        row = pickled_vector(data)
        return ("pickle", row) if row is not None and SHORTEST <= len(row) <= LONGEST else None
    if data[:1] in (b"[", b"{"):
        return read_text(data.decode("latin-1"))
    for name, kind, width in (("float32", "<f4", 4), ("float64", "<f8", 8)):
        if len(data) % width == 0 and len(data) // width in _RAW_DIMS:
            with np.errstate(all="ignore"):
                row = np.frombuffer(data, dtype=kind).astype(np.float64)
            if _plausible(row):
                return name, row
    return None


def _read_npy(data: bytes) -> NDArray[np.float64] | None:
    """A one-dimensional little-endian float array, by its published header; numpy's own loader is not trusted with it."""
    match = _NPY_HEADER.search(data, 10, 256)
    if not match or data[6] > 3:
        return None
    size = int.from_bytes(data[8:10], "little") + 10 if data[6] == 1 else int.from_bytes(data[8:12], "little") + 12
    descr, count = match[1].decode("ascii"), int(match[2][:6])
    if descr.startswith(">") or not SHORTEST <= count <= LONGEST or len(data) != size + count * int(descr[-1]):
        return None
    return np.frombuffer(data, dtype="<" + descr.lstrip("<|="), offset=size).astype(np.float64)


def _plausible(row: NDArray[np.float64]) -> bool:
    """Rules that raw bytes must pass to be numbers of an embedding (measured: 1,640 of 1,640; 14 false of 34,000)."""
    if not np.isfinite(row).all():
        return False
    size = np.abs(row)
    peak = float(size.max())
    return bool(1e-3 < peak < 200 and (size > 1e-7).mean() >= 0.99 and len(np.unique(row)) >= 0.5 * len(row))


def _describe(rows: list[tuple[str, NDArray[np.float64]]], tried: int) -> Vectors | None:
    lengths, counts = np.unique([len(row) for _, row in rows], return_counts=True)
    dim = int(lengths[counts.argmax()])
    if counts.max() < 0.9 * len(rows):
        return None
    matrix = np.stack([row for _, row in rows if len(row) == dim])
    carrier = next(name for name, row in rows if len(row) == dim)
    with np.errstate(all="ignore"):
        norms = np.linalg.norm(matrix, axis=1)
    norm = float(np.median(norms)) if np.isfinite(norms).all() else float("nan")
    return Vectors(dim, len(matrix), tried, carrier, norm, np.isfinite(norm) and looks_dense(matrix))


def looks_dense(matrix: NDArray[np.float64]) -> bool:
    """True if rows behave like embeddings: few zeros, many distinct numbers, no run along the row, not all whole numbers.

    Args:
        matrix: finite, shape (vectors, dimensions).
    """
    if not np.isfinite(matrix).all() or float(np.abs(matrix).max()) > 1e4:
        return False
    if (matrix == 0).mean() > 0.6 or (matrix == np.rint(matrix)).all():
        return False
    distinct = np.mean([len(np.unique(row)) / len(row) for row in matrix[:16]])
    return bool(distinct > 0.3 and abs(_run(matrix)) < 0.35)


def _run(matrix: NDArray[np.float64]) -> float:
    """Median correlation of each number with the next in its row: near 0 for embeddings, near 1 for time series."""
    centred = matrix - matrix.mean(axis=1, keepdims=True)
    power = (centred**2).sum(axis=1)
    pairs = (centred[:, 1:] * centred[:, :-1]).sum(axis=1)
    return float(np.median(pairs / np.maximum(power, 1e-12)))
