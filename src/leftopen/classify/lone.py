"""Single words that name people: given names or surnames in a column of their own, told from towns, colours, brands and words.

No word is a name by itself: many surnames are words and towns too. What counts is how many of a column's words are known as names
more than as anything else, and how many are known as something else.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa

from leftopen.classify.shape import Array
from leftopen.classify.spans.words import use_of
from leftopen.classify.words import WORDS

KNOWN, FAMOUS = 2, 7
"""Levels (0-9) from which a word is a name at all, and from which it is one although it is a plain word too."""
_THINGS = WORDS["things"]
_WORD = re.compile(r"[^\W\d_]+(?:['’ -][^\W\d_]+){0,2}")
_JUNIOR = re.compile(r",? (?:jr|sr|ii|iii|iv)\.?$", re.I)


def lone_names(values: pa.Array) -> tuple[Array, Array]:
    """For each value: known as a name more than as anything else; known as something else more than as a name."""
    good, bad = np.zeros(len(values), bool), np.zeros(len(values), bool)
    for row, value in enumerate(values.to_pylist()):
        text = _JUNIOR.sub("", value.strip())
        if not 2 <= len(text) <= 24 or not _WORD.fullmatch(text):
            bad[row] = True
            continue
        parts = [_told(part) for part in text.split(" ")]
        good[row] = all(parts) if len(parts) == 1 else any(p is True for p in parts) and False not in parts
        bad[row] = False in parts
    return good, bad


def _told(word: str) -> bool | None:
    """True for a name, False for a word or a place, None for what no lexicon knows."""
    if word.lower() in _THINGS:
        return False
    use = use_of(word)
    name = max(use.given, use.surname)
    if use.place >= max(3, name) or (use.word >= KNOWN and name < FAMOUS):
        return False
    return True if name >= KNOWN else None
