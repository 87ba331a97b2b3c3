"""Where personal data stands in a text: spans in characters, each with its category, confidence and evidence; and near misses."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from leftopen.category import Pack
from leftopen.classify.spans import addresses, addresses_zh, facts, han, latin
from leftopen.classify.spans.found import NearMiss, Span, disjoint
from leftopen.classify.spans.labels import labelled, labels
from leftopen.classify.spans.phones import phones
from leftopen.classify.spans.values import values

__all__ = ["Explanation", "NearMiss", "Span", "explain_text"]

MOST = 2_000_000
"""Characters of a text that are looked at; longer ones are cut."""
PIECE = 3_000
"""Characters that are looked at together; a longer text is cut at the end of a line, else of a sentence or a word."""
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Explanation:
    """Spans that do not overlap, in order of place, and near misses. Offsets only, never text."""

    spans: tuple[Span, ...] = ()
    misses: tuple[NearMiss, ...] = field(default=())


def explain_text(text: str, pack: Pack) -> Explanation:
    """Find the personal data in ``text`` (any language; Chinese and English best). Deterministic and offline."""
    plain = _same_length(text[:MOST])
    kept: list[Span] = []
    misses: set[NearMiss] = set()
    for start, end in _pieces(plain):
        spans: list[Span] = []
        for found in _candidates(plain[start:end], pack):
            if isinstance(found, Span):
                spans.append(found)
            elif len(misses) < 1000:
                misses.add(NearMiss(found.start + start, found.end + start, found.category, found.why))
        here = disjoint(s for s in spans if s.end > s.start and s.category in pack.categories)
        kept += (Span(s.start + start, s.end + start, s.category, s.confidence, s.how) for s in here) if start else here
    return Explanation(tuple(kept), tuple(_quiet(kept, misses)))


def _quiet(kept: list[Span], misses: set[NearMiss]) -> Iterator[NearMiss]:
    """The first 50 near misses that touch no span."""
    starts, told = [s.start for s in kept], 0
    for miss in sorted(misses, key=lambda m: (m.start, m.end, m.category)):
        before = bisect_left(starts, miss.end) - 1
        if before < 0 or kept[before].end <= miss.start:
            yield miss
            told += 1
        if told == 50:
            return


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        end = min(len(text), start + PIECE)
        if end < len(text):
            for sign in ("\n\n", "\n", "。", ". ", " ", "，"):
                cut = text.rfind(sign, start + PIECE // 2, end)
                if cut > 0:
                    end = cut + len(sign)
                    break
        yield start, end
        start = end


def _same_length(text: str) -> str:
    """Full-width signs as ASCII, character by character, so that offsets stay those of the original."""
    if text.isascii():
        return text
    return text.translate(_WIDE)


_WIDE = {point: point - 0xFEE0 for point in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def _candidates(text: str, pack: Pack) -> Iterator[Span | NearMiss]:
    low = text.lower() if len(text.lower()) == len(text) else text
    places = labels(text, pack)
    yield from values(text, low, pack, places)
    yield from labelled(text, pack, places)
    yield from phones(text)
    yield from facts.dates(text, low)
    yield from facts.ages(text)
    yield from facts.links(text)
    yield from facts.schools(text)
    yield from facts.points(text, low)
    yield from addresses.latin(text)
    people = list(latin.names(text))
    if _HAN.search(text):
        people += han.names(text)
        yield from addresses_zh.chinese(text)
    yield from people
    yield from facts.work(text, people)
