"""Where: columns of coordinates as degrees, how exactly they are written, and whether they lie in mainland China."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

F64: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"
I64: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"
U8: TypeAlias = "np.ndarray[Any, np.dtype[np.uint8]]"
Bools: TypeAlias = "np.ndarray[Any, np.dtype[np.bool_]]"
DEGREE = 111_320.0
"""Metres in a degree of latitude."""
SPOT = 10_000
"""Spots per degree: 11 m."""
BLOCK = 4
"""Spots along a block's side: 45 m, what keeps two cameras of one yard apart."""
CELL = 18
"""Spots along a cell's side: 200 m. What lies closer counts as one place, for receivers err by tens of metres."""
DIGITS = 7
"""Decimals beyond these (1 cm) say nothing."""
_NUMBER = r"[-+]?\d{1,3}(?:\.\d+)?"
# Border of mainland China, coarse (tens of kilometres), without Hong Kong, Macau and Taiwan: (latitude, longitude).
_BORDER = np.array([
    (39.5, 73.8), (45, 80.5), (47, 83), (49, 87.5), (47.5, 90.5), (45, 91), (42.7, 96.5), (42.5, 103), (41.8, 107.5), (42.5, 110),
    (43.5, 112), (45, 112.5), (46.5, 117), (47.8, 116), (49.8, 117.5), (53.3, 121), (53, 125), (49.5, 128), (48.5, 131),
    (48.3, 134.7), (45, 133), (43, 131), (42.5, 130.5), (42, 128), (40, 124.3), (38.8, 121.7), (37.5, 122.8), (35, 120.5),
    (31, 122.4), (28, 121.8), (25, 119.8), (22.8, 116.5), (22.56, 114.5), (22.53, 114.1), (22.48, 113.9), (22.2, 113.5),
    (21.5, 111.9), (20, 111.2), (18, 110.2), (18.1, 108.5), (21.4, 107.9), (22.5, 106.6), (22.7, 105.3), (22.4, 103.5),
    (21.3, 101.2), (21.6, 100.2), (23.8, 98.8), (24, 97.6), (27.5, 98.5), (28.3, 97), (29, 95), (27.8, 91.7), (28, 88.8),
    (28.2, 86), (30.3, 81.2), (32.5, 79), (35.5, 77.8), (37, 75),
])  # fmt: skip


def degrees(values: pa.Array) -> tuple[F64, Bools]:
    """(degrees, which are given) of a column of numbers, or of numbers written as text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        text = pc.utf8_trim_whitespace(values)
        good = pc.fill_null(pc.match_substring_regex(text, rf"^{_NUMBER}$"), False)
        values = pc.if_else(good, text, pa.scalar(None, text.type))
    numbers = values.cast(pa.float64(), safe=False)
    given = np.asarray(pc.fill_null(pc.is_finite(numbers), False), dtype=np.bool_)
    return np.where(given, np.asarray(numbers.fill_null(0.0), dtype=np.float64), 0.0), given


def two_in_one(values: pa.Array) -> tuple[F64, F64, Bools]:
    """(first, second, which are given) of a column of points: ``30.57,104.06``, ``POINT (104.06 30.57)``, lists of two numbers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    n = len(values)
    if pa.types.is_list(values.type) or pa.types.is_large_list(values.type) or pa.types.is_fixed_size_list(values.type):
        given = np.asarray(pc.fill_null(pc.equal(pc.list_value_length(values), 2), False), dtype=np.bool_)
        flat = np.asarray(pc.list_flatten(values.filter(pa.array(given))).cast(pa.float64(), safe=False).fill_null(0.0))
        out = np.zeros((n, 2), dtype=np.float64)
        out[given] = flat.reshape(-1, 2)
        return out[:, 0], out[:, 1], given
    parts = pc.extract_regex(values.cast(pa.string()), rf"(?P<a>{_NUMBER})[\s,;]+(?P<b>{_NUMBER})")
    first, ok = degrees(parts.field("a").filter(parts.is_valid()))
    second, _ = degrees(parts.field("b").filter(parts.is_valid()))
    given = np.asarray(parts.is_valid(), dtype=np.bool_)
    a, b = np.zeros(n), np.zeros(n)
    a[given], b[given] = first, second
    given[given] = ok
    return a, b, given


def are_swapped(first: F64, second: F64) -> bool:
    """Whether the first of two columns must be the longitude: no latitude is greater than 90."""
    if not len(first):
        return False
    return bool(np.abs(first).max() > 90 and np.abs(second).max() <= 90)


def on_earth(lat: F64, lon: F64) -> Bools:
    """Points that can be true; where equator and first meridian meet lies nobody but a receiver without a fix."""
    return (np.abs(lat) <= 90) & (np.abs(lon) <= 180) & ((np.abs(lat) > 0.01) | (np.abs(lon) > 0.01))


def spots(lat: F64, lon: F64) -> tuple[I64, I64]:
    """Points as whole numbers of spots of 11 m, north and east."""
    north = np.round(lat * SPOT).astype(np.int64)
    return north, np.round(lon * SPOT).astype(np.int64)


def cells(north: I64, east: I64, size: int, shift: int) -> tuple[I64, I64]:
    """Squares of ``size`` spots; ``shift`` moves the grid, so that who stays at an edge in one grid does not in the other."""
    row = (north + shift) // size
    squeeze = np.cos(np.radians(np.clip(row * size / SPOT, -89, 89)))
    return row, np.floor((east * squeeze + shift) / size).astype(np.int64)


def decimals(values: F64) -> U8:
    """Decimals that each number is written with, at most ``DIGITS``."""
    out = np.full(len(values), DIGITS, dtype=np.uint8)
    for digits in range(DIGITS - 1, -1, -1):
        scaled = values * 10.0**digits
        out[np.abs(scaled - np.round(scaled)) < 1e-6 * max(1.0, 10.0 ** (digits - 5))] = digits
    return out


def step(values: F64) -> int:
    """Greatest common step, in 1e-7 degrees, of a column of degrees; 0 if too few differ to tell."""
    whole = np.unique(np.round(values * 10**DIGITS).astype(np.int64))
    return int(np.gcd.reduce(np.diff(whole))) if len(whole) >= 50 else 0


def metres(typical_decimals: float, lattice: int) -> float:
    """Metres between two neighbouring positions that could have been written."""
    return float(max(10.0**-typical_decimals, lattice / 10**DIGITS) * DEGREE)


def in_china(lat: F64, lon: F64) -> Bools:
    """Which points lie in mainland China, where maps are shifted (crossings of a ray with a coarse border)."""
    inside = np.zeros(len(lat), dtype=np.bool_)
    near = (lat > 17.5) & (lat < 54) & (lon > 73) & (lon < 135.5)
    if not near.any():
        return inside
    y, x = lat[near], lon[near]
    odd = np.zeros(len(y), dtype=np.bool_)
    for (y1, x1), (y2, x2) in zip(_BORDER, np.roll(_BORDER, -1, axis=0), strict=True):
        crosses = (y1 > y) != (y2 > y)
        if crosses.any():
            odd ^= crosses & (x < (x2 - x1) * (y - y1) / (y2 - y1 if y2 != y1 else 1.0) + x1)
    inside[near] = odd
    return inside
