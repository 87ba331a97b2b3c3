"""Field names taken apart: a path into what stands above a field and its own name, a name into words of any script."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from leftopen.category import Pack, load_pack
from leftopen.packfile import digest_of, keep, recall

WORDS = {
    key: frozenset(text.split())
    for key, text in tomllib.loads((Path(__file__).parent / "data" / "field_words.toml").read_text(encoding="utf-8")).items()
}
"""Lists of words by what they are for; the file says what each is."""

_MARKS = (
    r"\u0900-\u0903\u093a-\u094f\u0955-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0b82\u0bbe-\u0bcd"
    r"\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
)
"""Vowel signs of Indian scripts and Thai: they are no letters for ``re`` and yet part of the word."""
_UNSPACED = r"\uac00-\ud7a3\u3040-\u30ff\u0e00-\u0e7f"
"""Hangul, kana, Thai: written without blanks, so split by known words like Han."""
_OTHER = rf"(?:[^\W\d_A-Za-z\u3400-\u9fff{_UNSPACED}]|[{_MARKS}])+"
_SPLIT = re.compile(
    rf"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[\u3400-\u9fff]+|[\uac00-\ud7a3]+|[\u3040-\u30ff]+|[\u0e00-\u0e7f]+|{_OTHER}"
)
_WORD = re.compile(r"[a-z]+|[\u3400-\u9fff]+|[\uac00-\ud7a3]{2,}|[\u3040-\u30ff]{2,}|[\u0e00-\u0e7f]{3,}")
_ACRONYM = re.compile(r"(?<![^\W_])((?:[^\W\d_]\.){2,}[^\W\d_]?)(?![^\W_])")
_INDEX = re.compile(r"\[\d*\]")
_CUSTOM = re.compile(r"__p?c$")
"""What a well-known sales system puts after the names of fields that its users made."""
_ASIDE = re.compile(r"^(.*\w.*?)\s*[(（\[【][^()（）]{1,24}[)）\]】]\W*$")
"""A remark in brackets after a header: a unit, an example, "required"."""
_OWNED = re.compile(r"^(?:xs|js|jz|yg|hz|kh|hy|yh|fk|ry|zg|ks|br|cz|jhr|lxr|stu)([a-z]{2,6})$")
"""Pinyin initials of a word for a person before those of what is told of the person (``xsmz``: 学生 民族)."""
_DOT = re.compile(r"\.(?=[^\W_]|\[|_\w|\$)")
"""A dot that may part a path: one before a blank, a dash or the end abbreviates a word."""
_SIGNS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670\u200b-\u200f\u093c]")
"""Accents, points and vowel signs that writers leave out, and joiners."""


@dataclass(frozen=True)
class _Lexicon:
    words: frozenset[str]
    han: frozenset[str]
    longest: int


@lru_cache(maxsize=8)
def _lexicon(pack: Pack) -> _Lexicon:
    """The words that glued names are split into; kept beside the pack, for to collect them takes longer than a small file does."""
    digest = digest_for(pack, "words")
    kept = recall(digest)
    if kept is None:
        made = _made_lexicon(pack)
        keep(digest, [(name, {"words": sorted(words)}) for name, words in (("latin", made.words), ("han", made.han))])
        return made
    words = {name: frozenset(raw["words"]) for name, raw in kept}
    return _Lexicon(words["latin"], words["han"], max(map(len, words["han"]), default=1))


def digest_for(pack: Pack, what: str) -> str:
    """Under what is kept that is made of a pack, of this code and of its words."""
    here = Path(__file__).parent
    files = (Path(__file__), here / "names.py", here / "data" / "field_words.toml")
    digest = digest_of((p.name, p.read_text(encoding="utf-8")) for p in files)
    return digest_of([(what, pack.version), ("", digest)])


def _made_lexicon(pack: Pack) -> _Lexicon:
    """The words of all categories' phrases and a few common ones."""
    words = {w for w in WORDS["common"] if w.isascii()}
    han = {w for w in frozenset().union(*WORDS.values()) if w[0] > "\u3000"}
    for category in pack.categories.values():
        for language, phrases in category.names.items():
            for phrase in phrases:
                for part in _WORD.findall(_plain(phrase).lower()):
                    if part[0] > "\u0dff":
                        han.add(part)
                    elif language != "initials" and len(part) > (2 if language in ("en", "pinyin") else 3):
                        words.add(part)
    return _Lexicon(frozenset(words), frozenset(han), max(map(len, han), default=1))


_LETTERS = str.maketrans({
    "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ς": "σ", "ß": "ss", "ẞ": "SS", "ı": "i", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O",
    "đ": "d", "æ": "ae", "œ": "oe",
})  # fmt: skip


def _plain(text: str) -> str:
    """Letters without accents, full-width signs as plain ones: headers are written both ways."""
    if text.isascii():
        return text
    bare = _SIGNS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", bare).translate(_LETTERS)


def _split_han(run: str, lexicon: _Lexicon) -> list[str]:
    out: list[str] = []
    at, rest = 0, ""
    while at < len(run):
        for size in range(min(lexicon.longest, len(run) - at), 0, -1):
            if run[at : at + size] in lexicon.han:
                out += [rest] if rest else []
                out.append(run[at : at + size])
                rest, at = "", at + size
                break
        else:
            rest, at = rest + run[at], at + 1
    return out + ([rest] if rest else [])


def _split_latin(word: str, lexicon: _Lexicon) -> list[str]:
    """Split a glued word into the fewest known words of ≥ 3 letters that cover it; else leave it whole."""
    if word in lexicon.words or not 6 <= len(word) <= 40:
        return [word]
    best: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(3, len(word) + 1):
        for start in range(max(0, end - 14), end - 2):
            head = best[start]
            if head is None or word[start:end] not in lexicon.words:
                continue
            present = best[end]
            if present is None or len(head) + 1 < len(present):
                best[end] = [*head, word[start:end]]
    return best[-1] or [word]


@lru_cache(maxsize=65536)
def words_of(path: str, pack: Pack) -> tuple[str, ...]:
    """`tokens` by the words of a pack."""
    lexicon = _lexicon(pack)
    out: list[str] = []
    for run in _SPLIT.findall(_plain(path)):
        run = run.lower()
        if run[0] >= "\u0e00" and not run.isdigit():
            out += _split_han(run, lexicon)
        elif run.isascii() and run.isalpha():
            out += _split_latin(run, lexicon)
        else:
            out.append(run)
    return tuple(out)


def tokens(path: str) -> list[str]:
    """The words of a path, lower case: camel and snake case, Han runs and glued words (also pinyin) are split.

    ``students[].guardianPhone`` → ``["students", "guardian", "phone"]``; ``家长联系电话`` → ``["家长", "联系电话"]``.
    """
    return list(words_of(path, load_pack()))


def leaf_of(path: str) -> str:
    """The last part of a path, without list marks."""
    return parts(path)[1]


@lru_cache(maxsize=65536)
def parts(path: str) -> tuple[str, str]:
    """What stands above a field, and its own name; dots of abbreviations (``Geb.-Datum``, ``T.C. Kimlik No``) part nothing."""
    text = _ACRONYM.sub(lambda found: found[1].replace(".", "") if found[1].isupper() else found[1], _INDEX.sub("", path))
    text = _CUSTOM.sub("", text)
    cut = -1
    for found in _DOT.finditer(text):
        at = found.start()
        before, after = re.split(r"[\W_]", text[:at])[-1].lower(), text[at + 1 : at + 2]
        numbered = before.isdigit() and after.isdigit()
        if before and not numbered and _plain(before) not in WORDS["abbreviations"]:
            cut = at
    return (text[:cut], text[cut + 1 :]) if cut >= 0 else ("", text)


def singular(words: Iterable[str]) -> tuple[str, ...]:
    """Words without the s of an English plural."""
    return tuple(w[:-1] if len(w) > 4 and w.endswith("s") and not w.endswith("ss") else w for w in words)


def readings(last: str, pack: Pack) -> tuple[tuple[str, ...], ...]:
    """The words of a field's own name; also without a remark in brackets, if it has one that is no head of its own."""
    words = singular(words_of(last, pack))
    whole = tuple(w for w in words if w != "0") or words
    aside = _ASIDE.match(last)
    bare = singular(words_of(aside[1], pack)) if aside else ()
    said = (whole, bare) if bare and not WORDS["heads"] & set(whole[len(bare) :]) else (whole,)
    owned = _OWNED.match(whole[-1]) if len(whole) == 1 else None
    return (*said, (owned[1],)) if owned else said
