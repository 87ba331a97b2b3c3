"""Where personal data stands in a text: spans in characters, each with its category, confidence and evidence; and near misses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pyarrow as pa

from leftopen.category import Category, Pack
from leftopen.classify.checks import run_check
from leftopen.classify.lexicons import LATIN_ADDRESS, LATIN_TERRACE, ZH_ADDRESS
from leftopen.classify.patterns import validators
from leftopen.classify.prose import latin_names, zh_names

NEAR = 16
"""Characters before a value in which a context word counts."""
MOST = 200_000
"""Characters of a text that are looked at; longer ones are cut."""
_SURE = {"ric18": 0.98, "student_no": 0.98, "luhn": 0.92, "iban": 0.98, "hk_id": 0.93, "tw_id": 0.93, "phone": 0.75}
_CONTEXT_ONLY = frozenset({
    "identity.cn_passport", "identity.macau_id", "device.imei", "health.diagnosis", "location.admin_code", "identity.cn_ric15",
})  # fmt: skip
_EXTRA = (
    ("location.address_zh", ZH_ADDRESS, 0.86),
    ("location.address_latin", LATIN_ADDRESS, 0.8),
    ("location.address_latin", LATIN_TERRACE, 0.7),
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = (
    r"(?:19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])[-/.](?:[12]\d|3[01]|0?[1-9])|(?:19|20)\d{2}年\d{1,2}月(?:\d{1,2}日?)?|"
    r"(?:[12]\d|3[01]|0?[1-9])[-/.](?:1[0-2]|0?[1-9])[-/.](?:19|20)\d{2}|"
    rf"(?:[12]\d|3[01]|[1-9]) (?:{_MONTHS}) (?:19|20)\d{{2}}|(?:{_MONTHS}) \d{{1,2}},? (?:19|20)\d{{2}}"
)
_BORN = ("出生", "生日", "生于", "birth", "born", "dob", "d.o.b", "birthday", "bday", "geboren", "né le", "nacimiento", "csrq")
_LOOSE = (
    ("contact.wechat", r"[A-Za-z][A-Za-z0-9_-]{5,19}", ("微信", "wechat", "weixin", "vx", "薇信")),
    ("contact.qq", r"[1-9]\d{4,10}", ("qq", "扣扣")),
    (
        "credential.password_plain",
        r"[^\s,，。;；\"']{4,40}",
        (
            "password:",
            "password is",
            "passwd",
            "pwd",
            "密码",
            "口令",
            "password=",
        ),
    ),
    ("identity.cn_student_no", r"[A-Za-z]?\d{6,18}", ("学号", "学籍号", "student id", "student no", "student number")),
    ("identity.generic_person_id", r"[A-Za-z]{0,4}-?\d{3,12}", ("工号", "employee id", "employee no", "员工编号", "staff id")),
    ("financial.account_no", r"\d{8,24}", ("银行账号", "账号", "account number", "account no", "收款账户")),
    ("location.postal_code", r"\d{6}", ("邮编", "邮政编码")),
    ("device.username", r"[A-Za-z0-9_.@-]{3,30}", ("用户名", "username:", "username is", "login:", "user name:")),
    ("credential.session", r"[A-Za-z0-9+/_=.%-]{16,256}", ("session", "cookie", "sessionid", "token:", "token=")),
)


_RELEASE = re.compile(r"(?:\b(?:v|ver|version|release|build|firmware)|版本号?)[ .:#-]{0,3}$")
"""Words before four-part version numbers, which look like addresses of the network."""


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` (exclusive) hold ``category``, with evidence words."""

    start: int
    end: int
    category: str
    confidence: float
    how: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """First part of the category's id."""
        return self.category.partition(".")[0]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A place that looked like ``category`` but was not called so, and why not."""

    start: int
    end: int
    category: str
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Spans that do not overlap, in order of place, and near misses. Offsets only, never text."""

    spans: tuple[Span, ...] = ()
    misses: tuple[NearMiss, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Compiled:
    """All rules of a pack, compiled once; ``chosen`` says in one pass which of ``rules`` occur at all."""

    rules: list[tuple[Category, Any]]
    chosen: Any
    extra: list[tuple[str, Any, float]]
    dates: Any
    loose: list[tuple[str, Any, tuple[str, ...]]]


@lru_cache(maxsize=4)
def _compiled(pack: Pack) -> _Compiled:
    import re2

    rules = [
        (category, re2.compile(pattern))
        for category in pack.categories.values()
        if category.spans and category.method == "pattern"
        for pattern in category.patterns
    ]
    quiet = re2.Options()
    quiet.log_errors, quiet.max_mem = False, 256 << 20
    chosen = re2.Set.SearchSet(quiet)
    for category, rule in rules:
        del category
        chosen.Add(rule.pattern)
    chosen.Compile()
    options = re2.Options()
    options.longest_match, options.log_errors, options.max_mem = True, False, 64 << 20
    extra = [(name, re2.compile(pattern, options), sure) for name, pattern, sure in _EXTRA if name in pack.categories]
    loose: list[tuple[str, Any, tuple[str, ...]]] = [
        (name, re2.compile(pattern), words) for name, pattern, words in _LOOSE if name in pack.categories
    ]
    return _Compiled(rules, chosen, extra, re2.compile(_DATE), loose)


def explain_text(text: str, pack: Pack) -> Explanation:
    """Find the personal data in ``text`` (any language; Chinese and English best). Deterministic and offline."""
    plain = _same_length(text[:MOST])
    spans: list[Span] = []
    misses: list[NearMiss] = []
    for found in _candidates(plain, pack):
        (spans if isinstance(found, Span) else misses).append(found)  # type: ignore[arg-type]
    kept = _disjoint(spans)
    quiet = [m for m in misses if not any(s.start < m.end and m.start < s.end for s in kept)]
    return Explanation(tuple(kept), tuple(sorted(set(quiet), key=lambda m: (m.start, m.end, m.category))[:50]))


def _same_length(text: str) -> str:
    """Full-width signs as ASCII, character by character, so that offsets stay those of the original."""
    if text.isascii():
        return text
    out = []
    for char in text:
        point = ord(char)
        out.append(chr(point - 0xFEE0) if 0xFF01 <= point <= 0xFF5E else " " if point == 0x3000 else char)
    return "".join(out)


def _candidates(text: str, pack: Pack) -> Iterator[Span | NearMiss]:
    known = _compiled(pack)
    low = text.lower()
    for index in known.chosen.Match(text) or ():
        yield from _by_pattern(text, low, *known.rules[index])
    for name, rule, sure in known.extra:
        for start, end in _places(rule, text):
            start = _skip_label(text, start, end)
            how = ("address_rule", *(("context",) if _context(low, start, pack.categories[name]) else ()))
            yield Span(start, end, name, min(0.95, sure + 0.06 * (len(how) - 1)), how)
    if "biographical.birth_date" in pack.categories:
        for start, end in _places(known.dates, text):
            near = low[max(0, start - NEAR) : start] + low[end : end + 4]
            if any(word in near for word in _BORN):
                yield Span(start, end, "biographical.birth_date", 0.9, ("shape", "context"))
            else:
                yield NearMiss(start, end, "biographical.birth_date", "a date without a word of birth beside it")
    yield from _by_word(text, low, known.loose)
    for start, end, sure, how in (*zh_names(text), *latin_names(text)):
        category = "biographical.name_zh" if "\u3400" <= text[start] <= "\u9fff" else "biographical.name_latin"
        if category in pack.categories:
            yield Span(start, end, category, sure, how)


def _places(rule: Any, text: str) -> Iterator[tuple[int, int]]:
    """Places of a pattern whose borders do not cut a run of letters or digits (Han beside ASCII is a border)."""
    at = 0
    for _ in range(10_000):
        found = rule.search(text, at)
        if found is None:
            return
        start, end = found.span()
        if end > start and not _glued(text, start - 1, start) and not _glued(text, end - 1, end):
            yield start, end
            at = end
        else:
            at = start + 1
        if at >= len(text):
            return


def _glued(text: str, left: int, right: int) -> bool:
    if left < 0 or right >= len(text):
        return False
    a, b = text[left], text[right]
    return a.isascii() and b.isascii() and a.isalnum() and b.isalnum()


def _by_pattern(text: str, low: str, category: Category, rule: Any) -> Iterator[Span | NearMiss]:
    check = validators().get(category.validator)
    for start, end in _places(rule, text):
        while start < end and text[start] == " ":
            start += 1
        near = _context(low, start, category)
        if check is not None and not run_check(check, pa.array([text[start:end]]))[0]:
            yield NearMiss(start, end, category.id, f"the check {category.validator} refuses it")
            continue
        if category.id in _CONTEXT_ONLY and not near:
            yield NearMiss(start, end, category.id, "no word beside it says so")
            continue
        if category.id == "device.ip" and _RELEASE.search(low[max(0, start - NEAR) : start]):
            yield NearMiss(start, end, category.id, "a version number: the word before it says so")
            continue
        chance = max(category.chance, 1e-6)
        sure = _SURE.get(category.validator, 0.95 if chance < 0.001 else 0.88 if chance < 0.02 else 0.8)
        how = ("check_digit" if category.validator in _SURE else "pattern", *(("context",) if near else ()))
        yield Span(start, end, category.id, min(0.99, sure + (0.08 if near else 0.0)), how)


def _context(low: str, start: int, category: Category) -> bool:
    """Does a word for the category stand in the ``NEAR`` characters before?"""
    before = low[max(0, start - NEAR) : start]
    phrases = [*category.context, *(p for k in ("en", "zh", "pinyin") for p in category.names.get(k, ()))]
    for phrase in phrases:
        word = phrase.lstrip("~").lower()
        at = before.rfind(word)
        if at < 0:
            continue
        whole = word[0] > "\u2e80" or not (at > 0 and before[at - 1].isalnum() and before[at - 1].isascii())
        if whole:
            return True
    return False


_LABELS = (
    "地址",
    "住址",
    "住在",
    "位于",
    "家住",
    "现住",
    "住",
    "在",
    "至",
    "到",
    "送到",
    "寄到",
    "是",
    "为",
    "址",
    "：",
    ":",
    "于",
    "从",
)


def _skip_label(text: str, start: int, end: int) -> int:
    """Han words that lead to an address (``家住…``) are no part of it."""
    head = text[start : min(end, start + 12)]
    best = 0
    for label in _LABELS:
        at = head.find(label)
        if 0 <= at <= 6 and (len(label) > 1 or at + 1 <= 6) and start + at + len(label) < end - 5:
            best = max(best, at + len(label))
    return start + best


def _by_word(text: str, low: str, loose: Sequence[tuple[str, Any, tuple[str, ...]]]) -> Iterator[Span]:
    """Values whose shape says nothing: only right behind the word for them."""
    for name, rule, words in loose:
        for word in words:
            at = low.find(word)
            while at >= 0:
                behind = at + len(word)
                glued = word[0] < "\u2e80" and at > 0 and low[at - 1].isascii() and low[at - 1].isalpha()
                skip = behind
                while skip < len(text) and skip - behind < 6 and (text[skip] in " :=,为是号码\t\"'()（" or text[skip] == "："):
                    skip += 1
                found = None if glued else rule.search(text[skip : skip + 300])
                parted = skip > behind or word[-1] in ":= " or word[0] > "\u2e80"
                end = skip + found.end() if found is not None and found.start() == 0 else 0
                if end and parted and not _glued(text, end - 1, end):
                    yield Span(skip, end, name, 0.8, ("shape", "context"))
                at = low.find(word, behind)


def _disjoint(spans: Sequence[Span]) -> list[Span]:
    """The surest spans that do not overlap; of equally sure ones the longest, of equal ones the first."""
    ranked = sorted(set(spans), key=lambda s: (-round(s.confidence * 20), s.start - s.end, s.start, s.category))
    kept: list[Span] = []
    for span in ranked:
        if all(span.end <= k.start or k.end <= span.start for k in kept):
            kept.append(span)
    return sorted(kept, key=lambda s: s.start)
