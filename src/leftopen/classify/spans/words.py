"""The lexicons that prose needs: how common a word is as a given name, a surname, a plain word and a place; Chinese words."""

from __future__ import annotations

import lzma
import math
import tomllib
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from leftopen.classify.lexicons import zh_places

_DATA = Path(__file__).parents[1] / "data"
_RAW = tomllib.loads((_DATA / "prose_words.toml").read_text(encoding="utf-8"))
PROSE_WORDS = {key: frozenset(text.split()) for key, text in _RAW.items()}
"""Words by what they do in prose: ``never`` part of a name, ``titles`` before one, ``tags`` that are no handles."""
NEVER_ZH = PROSE_WORDS["never_zh"]
"""Chinese words that read like a name."""
LOOKALIKES = frozenset(_RAW["lookalikes"].strip().split("\n"))
"""Firms and invented figures that read like a person's name."""


class Use(NamedTuple):
    """How common a token is in each use, 0 (never) to 9 (very often)."""

    given: int
    surname: int
    word: int
    place: int


_NEVER = Use(0, 0, 0, 0)


@lru_cache(maxsize=1)
def _latin() -> dict[str, str]:
    lines = lzma.decompress((_DATA / "prose_latin.xz").read_bytes()).decode().split("\n")
    return {line[:-4]: line[-4:] for line in lines}


@lru_cache(maxsize=65536)
def use_of(token: str) -> Use:
    """Uses of a token in Latin letters (any case; accents may be missing)."""
    table = _latin()
    low = token.lower().replace("’", "'")
    marks = table.get(low)
    if marks is None and not low.isascii():
        low = "".join(c for c in unicodedata.normalize("NFKD", low) if not unicodedata.combining(c))
        low = low.replace("ß", "ss").replace("ø", "o").replace("ł", "l").replace("đ", "d")
        marks = table.get(low)
    if marks is None and ("-" in low or "'" in low):
        parts = [p for p in low.replace("'", "-").split("-") if len(p) > 1]
        known = [table.get(p) for p in parts]
        if parts and all(k is not None for k in known):
            uses = [Use(*map(int, k or "0000")) for k in known]
            return Use(*(min(u[i] for u in uses) for i in range(4)))
    return Use(*map(int, marks)) if marks is not None else _NEVER


@lru_cache(maxsize=1)
def chinese_words() -> dict[str, float]:
    """Natural log of the share of running text that each Chinese word makes up (names of people left out)."""
    lines = lzma.decompress((_DATA / "prose_zh.xz").read_bytes()).decode().split("\n")
    total = math.log(6e7)
    found = {line[:-1]: (ord(line[-1]) - 97 + 0.5) / 3 * math.log(10) - total for line in lines}
    rare = math.log(10) - total
    for place in zh_places():
        if len(place) <= 5 and found.get(place, -99.0) < rare:
            found[place] = rare
    return found
