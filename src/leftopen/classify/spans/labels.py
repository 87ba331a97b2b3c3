# ruff: noqa: E501  (the long lines are patterns and lists of words)
"""Labels in prose and the values behind them: ``Passport No. C01234567``, ``学号：20251234``, ``password is …``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from leftopen.category import Category, Pack
from leftopen.classify.spans.found import Span

_LANGUAGES_LEFT_OUT = ("initials", "pinyin")
_CONNECT = re.compile(
    r"(?:\.(?= ))?(?:[ \t]*(?i:number|numbers|no\.?|nr\.?|num\.?|#|code|id|card|ending(?: in| with)?|on file|details|value|n°|nº|号码|号|编号))*"
    r"[ \t]*(?:\([^()\n]{0,24}\)|[（][^（）\n]{0,16}[）])?[ \t]*\"?'?\]?"
    r"(?P<sign>[ \t]*(?:(?i:is now|is|was|are|ist|est|es|è|é|lautet)\b[ \t]*:?|(?i:to|be|of|as)\b|:|=>|=|\||为|是| -{1,2} | – |>|#|\t)){0,2}[ \t]*\n?[ \t]*[\"'“‘(\[<「*#]{0,3}[ \t]*"
)
_VALUE = re.compile(r"[A-Za-z0-9+@*#]\S*")
_END = re.compile(r"[\s,，。；、;\"'“”‘’<>|(){}\[\]]")
_GROUPED = re.compile(r"[A-Za-z0-9+@*#][^\s,，。；、;\"'“”‘’<>|(){}\[\]\u2e80-\u9fff]*(?:[ -][A-Z0-9][A-Z0-9./-]*){0,6}")


@dataclass(frozen=True, slots=True)
class Rule:
    """Words for a category and the form of the value behind them; ``sign``: must ``:`` or ``is`` stand between?"""

    category: str
    words: tuple[str, ...]
    value: Any
    sign: bool
    sure: float


@dataclass(frozen=True, slots=True)
class _Lexicon:
    phrases: Any
    ids: dict[str, frozenset[str]]
    rules: dict[str, list[Rule]]
    forms: dict[str, Any]


@lru_cache(maxsize=1)
def _table() -> list[Rule]:
    raw = tomllib.loads((Path(__file__).parents[1] / "data" / "prose_labels.toml").read_text(encoding="utf-8"))
    return [
        Rule(
            ident,
            tuple(rule["words"]),
            re.compile(rule["value"]) if "value" in rule else None,
            bool(rule.get("sign", False)),
            float(rule.get("sure", 0.85)),
        )
        for ident, rules in raw.items()
        for rule in rules
    ]


def _form(category: Category) -> Any:
    """The patterns of a category as one, if plain words do not have that form; else None."""
    import re2

    if category.family not in ("identity", "financial", "device", "credential", "health", "contact", "location"):
        return None
    patterns = [*category.patterns, *category.fallback]
    if not patterns:
        return None
    options = re2.Options()
    options.log_errors = False
    joined = re2.compile("|".join(f"(?:{p})" for p in patterns), options)
    if any(
        joined.fullmatch(word)
        for word in ("the", "please", "received", "Smith", "in", "IS", "John Smith", "a good one", "expired", "是的")
    ):
        return None
    return joined


@lru_cache(maxsize=4)
def _lexicon(pack: Pack) -> _Lexicon:
    import re2

    ids: dict[str, set[str]] = {}
    rules: dict[str, list[Rule]] = {}
    forms = {c.id: form for c in pack.categories.values() if (form := _form(c)) is not None}
    for category in pack.categories.values():
        spoken = [p for language, ps in category.names.items() if language not in _LANGUAGES_LEFT_OUT for p in ps]
        for phrase in (*spoken, *category.context):
            word = phrase.lower()
            if not word.startswith("~") and (len(word) > 2 or word[0] > "\u2e80") and category.id in forms:
                ids.setdefault(word, set()).add(category.id)
    for rule in _table():
        if rule.category in pack.categories:
            for word in rule.words:
                ids.setdefault(word, set()).add(rule.category)
                rules.setdefault(word, []).append(rule)
    options = re2.Options()
    options.longest_match, options.log_errors, options.max_mem, options.case_sensitive = True, False, 256 << 20, False
    flexible = "|".join(re.escape(w).replace(r"\ ", r"[ _-]?") if w.isascii() else re.escape(w) for w in sorted(ids))
    return _Lexicon(
        re2.compile(flexible, options),
        {_key(w): frozenset(i) for w, i in ids.items()},
        {_key(w): r for w, r in rules.items()},
        forms,
    )


def _key(word: str) -> str:
    return re.sub(r"[ _-]", "", word.lower())


def labels(text: str, pack: Pack) -> list[tuple[int, int, frozenset[str]]]:
    """Places of label words with the ids of the categories they name."""
    lexicon = _lexicon(pack)
    out = []
    for match in lexicon.phrases.finditer(text):
        start, end = match.span()
        if _inside(text, start) or (
            _inside(text, end) and text[end].lower() != "s" and not text[end].isdigit() and not text[end - 1 : end + 1].istitle()
        ):
            continue
        out.append((start, end, lexicon.ids.get(_key(match.group()), frozenset())))
    return out


def _inside(text: str, at: int) -> bool:
    """Is the border amid a Latin word?"""
    return 0 < at < len(text) and text[at - 1].isalpha() and text[at].isalpha() and text[at - 1] < "\u2e80" and text[at] < "\u2e80"


def labelled(text: str, pack: Pack, places: list[tuple[int, int, frozenset[str]]]) -> Iterator[Span]:
    """Values that stand right behind a label and have a form that fits it."""
    lexicon = _lexicon(pack)
    for start, end, ids in places:
        found = _CONNECT.match(text, end)
        if found is None:
            continue
        at, sign = found.end(), bool(found.group("sign")) or text[end - 1] > "\u2e80"
        if at >= len(text) or (at == end and text[end - 1] < "\u2e80" and text[at].isalnum()):
            continue
        newline = "\n" in text[end:at]
        key = _key(text[start:end])
        for rule in lexicon.rules.get(key, ()):
            mark = (found.group("sign") or "").strip().lower()
            if rule.sign and (not mark or mark in ("to", "be", "of", "as", "#") or newline):
                continue
            hit = rule.value.match(text, at) if rule.value is not None else None
            if hit and rule.sign and _is_code(text, hit.start(), hit.end()):
                continue
            if hit and hit.end() > hit.start() and not _cut(text, hit.end()):
                yield Span(hit.start(), hit.end(), rule.category, rule.sure - 0.05 * newline, ("shape", "context"))
        yield from _by_form(text, at, ids, lexicon, sign, newline, len(key))


def _is_code(text: str, start: int, end: int) -> bool:
    """Does what stands there read like program text: a call, a type, an attribute, a plain small word without quotes?"""
    return (
        text[end : end + 1] in ("(", "[", "{")
        or bool(re.match(r"\.[a-z_]+[.(_]|\[|\(", text[end : end + 20]))
        or "(" in text[start:end]
    )


def _cut(text: str, end: int) -> bool:
    if end < len(text) and text[end] in "*" and text[end - 1] != "*":
        return True
    return end < len(text) and text[end].isascii() and text[end].isalnum() and text[end - 1].isascii() and text[end - 1].isalnum()


def _by_form(text: str, at: int, ids: frozenset[str], lexicon: _Lexicon, sign: bool, newline: bool, size: int) -> Iterator[Span]:
    match = _GROUPED.match(text, at)
    if match is None:
        return
    options: list[str] = []
    raw = match.group()
    stop = len(raw)
    while stop > 0 and len(options) < 8:
        value = raw[:stop].rstrip(".:;!?*#)-")
        if value and not _cut(text, at + len(value)):
            options.append(value)
        stop = max(raw.rfind(" ", 0, stop), raw.rfind(",", 0, stop))
    for ident in ids:
        form = lexicon.forms.get(ident)
        if form is None:
            continue
        for value in options:
            if any(c.isdigit() for c in value) and form.fullmatch(value):
                sure = 0.86 if sign or size > 5 else 0.8
                yield Span(at, at + len(value), ident, sure - 0.05 * newline, ("shape", "context"))
                break
