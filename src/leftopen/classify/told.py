"""What words tell by themselves when most values of a field are such words: languages, vaccines, drugs, service, disabilities.

One such word means little (``fair``, ``served``, ``chase``); a field full of them, beside a person, says what it is about.
Words and forms live in ``data/told_words.toml``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leftopen.classify.shape import Array, Shape

_DATA = Path(__file__).parent / "data" / "told_words.toml"
LONGEST = 80
"""Signs of a value up to which forms are searched for."""
AUTOMATON_BYTES = 32 << 20
MARK = "~told:"
"""What labels of the matcher begin with; the id of a category follows."""


@dataclass(frozen=True, slots=True)
class Told:
    """``least``: different words that a field must hold; ``asks``: one of these must be among them, if any are given."""

    category: str
    least: int
    words: pa.Array | None
    asks: pa.Array | None
    form: str


@lru_cache(maxsize=1)
def told_words() -> tuple[Told, ...]:
    """All lists, in the order of the file."""
    raw = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    return tuple(
        Told(
            ident,
            part.get("least", 2),
            pa.array([w.strip() for w in part["words"].replace("\n", "").split("|")]) if "words" in part else None,
            pa.array(part["asks"]) if "asks" in part else None,
            part.get("forms", ""),
        )
        for ident, part in raw.items()
    )


@lru_cache(maxsize=1)
def _forms() -> tuple[Any, list[int]]:
    """All forms as one RE2 set that is searched once a value, and the list each belongs to."""
    import re2

    options = re2.Options()
    options.log_errors, options.max_mem = False, AUTOMATON_BYTES
    forms, owners = re2.Set.SearchSet(options), []
    for index, told in enumerate(told_words()):
        if told.form:
            forms.Add(told.form)
            owners.append(index)
    forms.Compile()
    return forms, owners


def _formed(texts: list[str]) -> Array:
    """Bool, values by lists: in which values a form of each list occurs."""
    forms, owners = _forms()
    match = forms.Match
    out = np.zeros((len(texts), len(told_words())), bool)
    for row, text in enumerate(texts):
        out[row, [owners[form] for form in match(text) or ()]] = True
    return out


def tell(values: pa.Array, shape: Shape, out: Array, at: dict[str, int]) -> None:
    """Note in ``out`` (values by labels) which values each list tells of."""
    worded = np.flatnonzero((shape.chars <= LONGEST) & (shape.letters + shape.han + shape.other >= 2))
    if not len(worded):
        return
    low = pc.utf8_lower(values.take(pa.array(worded)))
    formed = _formed(low.to_pylist())
    for index, told in enumerate(told_words()):
        hit = formed[:, index]
        if told.words is not None:
            hit |= np.asarray(pc.is_in(low, value_set=told.words))
        if told.asks is not None and not pc.any(pc.is_in(low, value_set=told.asks)).as_py():
            continue
        out[worded, at[f"{MARK}{told.category}"]] = hit
