# ruff: noqa: E501  (the long lines are patterns and lists of words)
"""Values whose form speaks: every run of characters that could be a value is tested whole against all patterns of the pack at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa

from leftopen.category import Category, Pack
from leftopen.classify.checks import run_check
from leftopen.classify.patterns import validators
from leftopen.classify.spans.found import NearMiss, Span

_CHUNK = re.compile(r"[^\s\u2190-\u2bff\u2e80-\u9fff\uac00-\ud7af\U0001f000-\U0001ffff，。；、…<>\"“”‘’|`]+")
_INNER = re.compile(r"[^=,&()\[\]{}#;:']+")
_SLASH = re.compile(r"[^=,&()\[\]{}#;:'/?]+")
_GROUP = re.compile(r"[A-Za-z0-9*]+")
_GAP = re.compile(r"[ \u00a0]?[-./()]{0,2}[ \u00a0]?")
_HAS = re.compile(r"[0-9@]|[A-Z]{6}|.{24}")
_PLATE = re.compile(r"[\u4e00-\u9fff][A-Z][-· ]?[A-Z0-9]{5,6}(?![A-Za-z0-9])")
_NEXT = re.compile(r"[\n;:,.，。；：、]")
"""Signs behind which a word speaks of the next value, not of the one before."""
_SURE = {
    "ric18": 0.98,
    "student_no": 0.98,
    "luhn": 0.92,
    "iban": 0.98,
    "hk_id": 0.93,
    "tw_id": 0.93,
    "phone": 0.78,
    "bitcoin": 0.98,
}
_CONTEXT_ONLY = frozenset({
    "identity.cn_passport", "identity.macau_id", "device.imei", "health.diagnosis", "location.admin_code", "identity.cn_ric15",
})  # fmt: skip
_ALONE = 0.0005
"""Chance of passing by accident up to which letters, digits and check digits together need no word beside them."""
_RELEASE = re.compile(r"(?:\b(?:v|ver|version|release|build|firmware|chapter|section|clause)|版本号?|[§])[ .:#-]{0,3}$")
_SPECIFIC = frozenset({
    "device.ip", "device.mac", "contact.email", "contact.mobile_cn", "contact.landline_cn", "contact.phone_intl", "financial.card_pan",
    "location.latlon", "identity.passport_mrz", "financial.bitcoin", "financial.ethereum", "credential.connection_string",
    "credential.basic_auth", "credential.ssh_public_key", "identity.it_codicefiscale", "identity.mx_curp",
    "identity.fi_hetu", "identity.ch_ssn", "credential.telegram_bot", "identity.ae_eid",
})  # fmt: skip
_SHY = frozenset(
    {"credential.dropbox_token", "credential.google_oauth", "identity.gh_tin", "credential.linkedin_token", "credential.azure_key"}
)


@dataclass(frozen=True, slots=True)
class Rules:
    """The patterns of a pack: one automaton for whole values, and single ones for what holds spaces or words."""

    whole: Any
    owner: list[Category]
    loose: list[tuple[Category, Any]]
    free: frozenset[str]


def alone(category: Category) -> bool:
    """May a value be called so without a word beside it?"""
    if category.id in _SPECIFIC:
        return True
    if category.method != "pattern" or category.id in _CONTEXT_ONLY or category.id in _SHY:
        return False
    if category.spans:
        return True
    tokens = category.family == "credential" and category.chance <= 0.02
    return (tokens and category.validator == "") or (category.chance <= _ALONE and not category.needs)


@lru_cache(maxsize=4)
def rules_of(pack: Pack) -> Rules:
    """Compile the rules of a pack once."""
    import re2

    options = re2.Options()
    options.log_errors, options.max_mem = False, 256 << 20
    whole, owner, loose = re2.Set.FullMatchSet(options), [], []
    for category in pack.categories.values():
        spaced = (
            any(re.search(r"\s", value) and re.search(r"[a-z]{3}", value) for value in category.true)
            or category.id == "credential.private_key"
        )
        for pattern in category.patterns:
            if category.method == "pattern":
                whole.Add(pattern)
                owner.append(category)
                if spaced and alone(category):
                    loose.append((category, re2.compile(pattern, options)))
            elif category.id in ("financial.ethereum", "financial.bic", "location.pluscode"):
                whole.Add(pattern)
                owner.append(category)
    whole.Compile()
    return Rules(whole, owner, loose, frozenset(c.id for c in pack.categories.values() if alone(c)))


def values(text: str, low: str, pack: Pack, labels: list[tuple[int, int, frozenset[str]]]) -> Iterator[Span | NearMiss]:
    """Values whose form, check digits, or form and label say what they are. ``labels``: places of labels, with their ids."""
    rules = rules_of(pack)
    by_id: dict[str, list[tuple[int, int]]] = defaultdict(list)
    spoken: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for left, right, ids in labels:
        for ident in ids:
            spoken[ident].append((left, right))
    match = rules.whole.Match
    for start, end in set(_candidates(text)):
        hits = match(text[start:end])
        for rule in hits or ():
            known = by_id[rules.owner[rule].id]
            if not known or known[-1] != (start, end):
                known.append((start, end))
    for ident, places in by_id.items():
        free = ident in rules.free
        if free or ident in spoken or ident in _CONTEXT_ONLY:
            yield from _judge(text, low, pack.categories[ident], sorted(places), spoken.get(ident, []), free)
    for category, rule in rules.loose:
        for found in rule.finditer(text):
            start, end = found.span()
            if category.id == "credential.basic_auth" and not re.search(r"[0-9=]|[a-z][A-Z]", found.group().partition(" ")[2]):
                continue
            if end > start and not _glued(text, start) and not _glued(text, end):
                yield Span(start, end, category.id, 0.95, ("pattern",))


def _candidates(text: str) -> Iterator[tuple[int, int]]:
    """Runs of characters that could be a value: between spaces, between signs, and groups of digits parted by single signs."""
    digits = False
    for match in _CHUNK.finditer(text):
        start, end = match.span()
        raw = match.group()
        if not _HAS.search(raw):
            continue
        yield from _stripped(text, start, end)
        digits = digits or any(c.isdigit() for c in raw)
        for split in (_INNER, _SLASH):
            parts = list(split.finditer(raw))
            if len(parts) < 40 and (len(parts) > 1 or (parts and len(parts[0].group()) < len(raw))):
                for part in parts:
                    if _HAS.search(part.group()):
                        yield from _stripped(text, start + part.start(), start + part.end())
    if digits:
        yield from _groups(text)
    for match in _PLATE.finditer(text):
        yield match.span()


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start] in "([{<'*~_#:;,.!?=-\u2022\\":
        start += 1
    while end > start and text[end - 1] in ")]}>'.,:;!?*~_-\\":
        end -= 1
    if end > start:
        yield start, end
        if text[start - 1 : start] in ("(", "+"):
            yield start - 1, end
        if text[end : end + 1] == ")" and "(" in text[start:end]:
            yield start, end + 1
        if text[end : end + 1] == "=":
            stop = end
            while text[stop : stop + 1] == "=":
                stop += 1
            yield start, stop


def _groups(text: str) -> Iterator[tuple[int, int]]:
    """Windows over groups of letters and digits parted by one sign: numbers written with spaces."""
    run: list[tuple[int, int, bool]] = []
    for match in _GROUP.finditer(text):
        start, end = match.span()
        number = any(c.isdigit() for c in match.group())
        fits = end - start <= 20 and (number or (end - start <= 4 and (match.group().isupper() or match.group() in ("x", "ext"))))
        if run and (not fits or not 0 < start - run[-1][1] <= 3 or not _GAP.fullmatch(text, run[-1][1], start)):
            yield from _windows(text, run)
            run = []
        if fits:
            run.append((start, end, number))
    yield from _windows(text, run)


def _windows(text: str, run: list[tuple[int, int, bool]]) -> Iterator[tuple[int, int]]:
    if len(run) > 120:
        return
    for first in range(len(run)):
        for last in range(first + 1, min(len(run), first + 9)):
            start, end = run[first][0], run[last][1]
            if end - start > 42:
                break
            if not any(n for _, _, n in run[first : last + 1]):
                continue
            yield start, end
            if start and text[start - 1] in "+(":
                yield start - 1, end
                if start > 1 and text[start - 2 : start] in ("+(", "(+"):
                    yield start - 2, end
            if text[end : end + 1] == ")":
                yield start, end + 1


def _glued(text: str, at: int) -> bool:
    if at <= 0 or at >= len(text):
        return False
    a, b = text[at - 1], text[at]
    return a.isascii() and b.isascii() and a.isalnum() and b.isalnum()


def near_label(labels: list[tuple[int, int]], start: int, end: int, text: str) -> int:
    """2 if a label of the category stands right before the value, 1 if one stands in the same clause, else 0."""
    best = 0
    for left, right in labels:
        if right > start - 64 and left < end + 20:
            gap = text[right:start] if right <= start else text[end:left] if end <= left else None
            if gap is None:
                continue
            if right <= start and len(gap) <= 60 and "\n" not in gap.strip():
                best = max(best, 2 if len(gap) <= 24 else 1)
            elif len(gap) <= 16 and not _NEXT.search(gap):
                best = max(best, 1)
    return best


def _judge(
    text: str, low: str, category: Category, places: list[tuple[int, int]], labels: list[tuple[int, int]], free: bool
) -> Iterator[Span | NearMiss]:
    places = [(s, e) for s, e in places if not _glued(text, s) and not _glued(text, e)]
    near = [near_label(labels, s, e, text) for s, e in places] if labels else [0] * len(places)
    wanted = [i for i, n in enumerate(near) if n or free]
    for i, n in enumerate(near):
        if not n and not free and category.id in _CONTEXT_ONLY:
            yield NearMiss(*places[i], category.id, "no word beside it says so")
    if not wanted:
        return
    check = validators().get(category.validator)
    passed = [True] * len(wanted)
    if check is not None:
        passed = [bool(p) for p in run_check(check, pa.array([text[places[i][0] : places[i][1]] for i in wanted]))]
    for i, good in zip(wanted, passed, strict=True):
        yield from _one(text, low, category, places[i], near[i], good, check is not None)


def _one(
    text: str, low: str, category: Category, place: tuple[int, int], near: int, good: bool, checked: bool
) -> Iterator[Span | NearMiss]:
    start, end = place
    value = text[start:end]
    if not good:
        labelled = near == 2 and (category.family == "identity" or category.id in ("device.imei", "financial.iban"))
        if labelled and sum(c.isdigit() for c in value) >= 5:
            yield Span(start, end, category.id, 0.72, ("shape", "context"))
        else:
            yield NearMiss(start, end, category.id, f"the check {category.validator} refuses it")
        return
    before = low[max(0, start - 16) : start]
    if category.id == "credential.basic_auth" and not re.search(r"[0-9=]|[a-z][A-Z]", value.partition(" ")[2]):
        return
    if category.id == "device.ip" and (_RELEASE.search(before) or re.match(r"\.\d|-", text[end : end + 2])):
        yield NearMiss(start, end, category.id, "a version number: the word before it says so")
        return
    chance = max(category.chance, 1e-6)
    sure = _SURE.get(category.validator, 0.95 if chance < 0.001 else 0.88 if chance < 0.02 else 0.8)
    plain = value.isdigit()
    if not near:
        if plain and category.id in ("identity.us_ssn", "identity.cn_ric15"):
            yield NearMiss(start, end, category.id, "digits alone, and no word beside them says so")
            return
        if (
            plain
            and chance > 0.02
            and category.id not in ("contact.mobile_cn", "financial.card_pan", "contact.landline_cn", "contact.phone_intl")
        ):
            return
    if checked and near and not free_form(category):
        sure = max(sure, 0.93)
    how = ("check_digit" if checked else "pattern", *(("context",) if near else ()))
    yield Span(start, end, category.id, min(0.99, sure + (0.08 if near == 2 else 0.04 if near else 0.0)), how)


def free_form(category: Category) -> bool:
    """Do many values of other kinds have the same form?"""
    return category.chance > 0.2
