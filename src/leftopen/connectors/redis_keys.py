"""From keys to collections: ``student:51010420100001`` belongs to ``student:*``.

A key is cut at ``: / | #``. A part with a digit, a sign outside ASCII, an ``@`` or more than 32 characters is variable, except a
plain word that it starts with before ``_ - .`` (``pupil_17`` is ``pupil_*``). Then the keys seen together decide: a part whose
place takes many values, or after the first place only one key's, is variable too, so that a name never carries one person's key.
Keys of different types are different collections.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

_SPLIT = re.compile(r"([:/|#])")
_WORD = re.compile(r"[A-Za-z@{}][A-Za-z_.{}\-]{0,31}")
_HEADED = re.compile(r"([A-Za-z]{2,24}(?:[_.\-][A-Za-z]{2,24})*[_.\-]).*[^A-Za-z_.\-].*")
_MANY = 24
"""More values than this at one place, with few keys each, are not words of the application."""

Parts = tuple[str, ...]


def parts(key: bytes) -> Parts:
    """The key's parts and separators in turn, variable parts as ``*``, by the look of this key alone."""
    return tuple(
        piece if i % 2 else _part(piece) for i, piece in enumerate(_SPLIT.split(key[:512].decode("utf-8", "replace"), maxsplit=15))
    )


def _part(piece: str) -> str:
    if not piece or _WORD.fullmatch(piece):
        return piece
    headed = _HEADED.fullmatch(piece)
    return f"{headed[1]}*" if headed else "*"


def patterns(counts: Mapping[Parts, int]) -> dict[Parts, str]:
    """The pattern of every kind of key, judged from how often each was seen.

    Args:
        counts: number of keys by :func:`parts`.
    """
    current: dict[Parts, Parts] = {shape: shape for shape in counts}
    longest = max((len(shape) for shape in counts), default=0)
    for place in range(0, longest, 2):
        groups: dict[tuple[Parts, int], Counter[str]] = defaultdict(Counter)
        for shape, new in current.items():
            if place < len(new):
                groups[(new[:place], len(new))][new[place]] += counts[shape]
        variable = {where: _variable(values, place) for where, values in groups.items()}
        for shape, new in current.items():
            if place < len(new) and new[place] in variable[(new[:place], len(new))]:
                current[shape] = (*new[:place], "*", *new[place + 1 :])
    return {shape: "".join(new) for shape, new in current.items()}


def _variable(values: Counter[str], place: int) -> set[str]:
    literal = {value: count for value, count in values.items() if "*" not in value}
    if len(literal) > _MANY and sum(literal.values()) < 8 * len(literal):
        return set(literal)
    if place == 0:
        return set()
    return {value for value, count in literal.items() if value and count == 1}


def glob(pattern: str) -> str:
    """The MATCH argument for a pattern: everything but ``*`` is literal."""
    return re.sub(r"([\[\]\\?^])", r"\\\1", pattern)


def matcher(pattern: str, others: Iterable[str] = ()) -> re.Pattern[str]:
    """What the keys of a pattern look like; ``*`` stays inside one part. Keys of more literal ``others`` are left out."""
    rivals = [other for other in others if other != pattern and other.count("*") < pattern.count("*")]
    ahead = "".join(f"(?!{_expression(other)}\\Z)" for other in rivals if re.fullmatch(_expression(pattern), other, re.DOTALL))
    return re.compile(f"{ahead}{_expression(pattern)}", re.DOTALL)


def _expression(pattern: str) -> str:
    return "".join("[^:/|#]*" if piece == "*" else re.escape(piece) for piece in re.split(r"(\*)", pattern))
