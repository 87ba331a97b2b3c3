# ruff: noqa: E501  (tables of the Verhoeff group)
"""Check digits that many national numbers share, written forwards: body in, body with its digit out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

Rng = random.Random


def digits(rng: Rng, n: int, first: str = "0123456789") -> str:
    """``n`` digits, the first of them from ``first``."""
    return rng.choice(first) + "".join(rng.choice("0123456789") for _ in range(n - 1)) if n else ""


def born(rng: Rng, youngest: int = 18, oldest: int = 85) -> date:
    """A birth date of somebody between two ages on 2026-01-01."""
    first, last = date(2026 - oldest, 1, 1), date(2026 - youngest, 1, 1)
    return first + timedelta(days=rng.randrange((last - first).days))


def weigh(body: str, weights: Sequence[int]) -> int:
    """Weighted sum of the digits of ``body``."""
    return sum(int(d) * w for d, w in zip(body, weights, strict=False))


def luhn(body: str) -> str:
    """``body`` and its Luhn digit."""
    total = 0
    for i, d in enumerate(reversed(body)):
        v = int(d) * (2 if i % 2 == 0 else 1)
        total += v - 9 if v > 9 else v
    return body + str((10 - total % 10) % 10)


def iso_7064_11_10(body: str) -> str:
    """``body`` and its ISO 7064 MOD 11,10 digit."""
    p = 10
    for d in body:
        p = (p + int(d)) % 10 or 10
        p = p * 2 % 11
    return body + str((11 - p) % 10)


_D = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6], [3, 4, 0, 1, 2, 8, 9, 5, 6, 7], [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
      [5, 9, 8, 7, 6, 0, 4, 3, 2, 1], [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3], [8, 7, 6, 5, 9, 3, 2, 1, 0, 4], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]]  # fmt: skip
_P = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4], [5, 8, 0, 3, 7, 9, 6, 1, 4, 2], [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
      [9, 4, 5, 3, 1, 2, 6, 8, 7, 0], [4, 2, 8, 6, 5, 7, 3, 9, 0, 1], [2, 7, 9, 3, 8, 0, 6, 4, 1, 5], [7, 0, 4, 6, 9, 1, 3, 2, 5, 8]]  # fmt: skip


def verhoeff(body: str) -> str:
    """``body`` and its Verhoeff digit."""
    c = 0
    for i, d in enumerate(reversed(body), 1):
        c = _D[c][_P[i % 8][int(d)]]
    return body + str([row.index(0) for row in _D][c])
