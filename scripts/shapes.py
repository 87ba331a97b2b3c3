"""Random texts that have the shape of a pattern: what a check digit must tell from the real thing."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_ANY = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .-"
_KINDS = {"CATEGORY_DIGIT": "0123456789", "CATEGORY_SPACE": " ", "CATEGORY_WORD": _ANY[:62] + "_"}
_MORE = 12
"""Signs beyond the least number where a repeat has no end."""


def drawn(patterns: Sequence[str], count: int, rng: random.Random) -> list[str]:
    """``count`` texts, each of one of ``patterns`` drawn at random; every choice inside a pattern is uniform."""
    trees = [parser.parse(re.sub(r"\\x\{([0-9a-f]+)\}", lambda m: chr(int(m[1], 16)), p)) for p in patterns]
    return ["".join(_piece(part, rng) for part in rng.choice(trees)) for _ in range(count)] if trees else []


def _piece(part: Any, rng: random.Random) -> str:
    kind, body = str(part[0]), part[1]
    if kind == "LITERAL":
        return chr(body)
    if kind == "ANY":
        return rng.choice(_ANY)
    if kind == "NOT_LITERAL":
        return rng.choice([c for c in _ANY if ord(c) != body])
    if kind == "IN":
        return rng.choice(_members(body))
    if kind == "BRANCH":
        return "".join(_piece(p, rng) for p in rng.choice(body[1]))
    if kind == "SUBPATTERN":
        return "".join(_piece(p, rng) for p in body[-1])
    if kind in ("MAX_REPEAT", "MIN_REPEAT"):
        low, high, inner = body
        times = rng.randint(low, min(int(high), low + _MORE))
        return "".join(_piece(p, rng) for _ in range(times) for p in inner)
    raise ValueError(kind)


def _members(items: Any) -> str:
    out, negated = "", False
    for item in items:
        kind, body = str(item[0]), item[1]
        if kind == "NEGATE":
            negated = True
        elif kind == "LITERAL":
            out += chr(body)
        elif kind == "RANGE":
            out += "".join(map(chr, range(body[0], min(body[1], body[0] + 500) + 1)))
        else:
            out += _KINDS.get(str(body), "")
    return "".join(c for c in _ANY if c not in out) if negated else out
