"""Vectors in columns, in every way that stores keep them, and what their numbers say.

Numbers alone cannot tell a face's vector from a text's once both are of unit length. They can say that a field holds dense
embeddings at all, and rule out counts, one-hot vectors, histograms and time series. What the vectors are of is said by
names and neighbours (`leftopen.classify.judges`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from leftopen.classify.images import spread, storage
from leftopen.classify.vectorbytes import LONGEST, SHORTEST, quantised, read_bytes, read_text

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

TRIED = 64
"""Vectors of a column that are looked at, evenly spaced."""
FACE_DIMS = frozenset((64, 128, 160, 192, 256, 512, 1024, 2622, 4096))
"""Lengths that published face models use; 64 and 192 by small ones."""
TEXT_DIMS = frozenset((300, 384, 768, 1536, 2048, 3072))
"""Lengths that text models use and face models hardly do."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """What a column's vectors look like: numbers about them, none of them.

    ``dim`` is the length of at least 90 % of ``found`` vectors among ``tried`` values; ``carrier`` says how they are stored
    (``list``, ``text``, ``float32``, ``npy``, ``pickle`` …; ``base64+``, ``hex+`` or ``zlib+`` in front says what is around it).
    ``norm`` is the median length; ``dense`` if they behave like embeddings; ``model`` names a face model whose numbers these
    are, where numbers can say so.
    """

    dim: int
    found: int
    tried: int
    carrier: str
    norm: float
    dense: bool
    model: str = ""


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
    dense = bool(np.isfinite(norm)) and looks_dense(matrix)
    return Vectors(dim, len(matrix), tried, carrier, norm, dense, "dlib" if dense and looks_like_dlib(matrix) else "")


def looks_dense(matrix: NDArray[np.float64]) -> bool:
    """True if rows behave like embeddings: few zeros, many distinct numbers, no run along the row, not all whole numbers.

    Args:
        matrix: finite, shape (vectors, dimensions).
    """
    if not np.isfinite(matrix).all() or float(np.abs(matrix).max()) > 1e4:
        return False
    if (matrix == 0).mean() > 0.6:
        return False
    if (matrix == np.rint(matrix)).all():
        return quantised(matrix) and abs(_run(matrix)) < 0.35
    if float(matrix.min()) >= 0 and float(np.abs(matrix.sum(axis=1) - 1).max()) < 0.01:
        return False  # shares or probabilities
    distinct = np.mean([len(np.unique(row)) / len(row) for row in matrix[:16]])
    return bool(distinct > 0.3 and abs(_run(matrix)) < 0.35)


def looks_like_dlib(matrix: NDArray[np.float64]) -> bool:
    """True for 128 numbers as dlib's face model makes them, which are not of unit length and lie close together.

    Published measurements of 520 faces: length 1.45 ± 0.08 (1.27 to 1.63), length of the mean of their unit vectors .91, half
    of the numbers negative. Vectors of other models at 128 numbers are of unit length, or not negative, or far apart.
    """
    if matrix.shape[1] != 128 or len(matrix) < 5:
        return False
    norms = np.linalg.norm(matrix, axis=1)
    if float(((norms > 1.2) & (norms < 1.7)).mean()) < 0.95 or not 1.3 < float(np.median(norms)) < 1.6:
        return False
    together = float(np.linalg.norm((matrix / norms[:, None]).mean(axis=0)))
    return 0.8 < together < 0.995 and 0.35 < float((matrix < 0).mean()) < 0.65


def _run(matrix: NDArray[np.float64]) -> float:
    """Median correlation of each number with the next in its row: near 0 for embeddings, near 1 for time series."""
    centred = matrix - matrix.mean(axis=1, keepdims=True)
    power = (centred**2).sum(axis=1)
    pairs = (centred[:, 1:] * centred[:, :-1]).sum(axis=1)
    return float(np.median(pairs / np.maximum(power, 1e-12)))
