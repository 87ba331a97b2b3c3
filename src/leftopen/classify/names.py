"""What a field's name says: tokens of a path, and log-odds that it names a category. Never a verdict alone."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from leftopen.category import Category, Pack, load_pack
from leftopen.packfile import digest_of, keep, recall

EXACT, TAIL, INNER, PARENT = 4.0, 3.2, 1.0, 0.7
"""Log-odds by where the phrase stands: the whole name, its end, elsewhere in it, in a parent's name."""
WEAK = 0.3
"""Share that a weak phrase (``~name``) is worth."""

WORDS = {
    key: frozenset(text.split())
    for key, text in tomllib.loads((Path(__file__).parent / "data" / "field_words.toml").read_text(encoding="utf-8")).items()
}
NEUTRAL = WORDS["neutral"]
"""Tokens after a phrase that leave its meaning as it is (``phone_no``)."""
HEADS = WORDS["heads"]
"""Tokens at the end of a name that make it speak of something about the phrase (``email_verified``)."""
TOTALS = WORDS["totals"]
"""Tokens before a phrase that make it speak of many (``avg_age``, ``total_accounts``)."""
NONPERSONAL = WORDS["nonpersonal"]
"""Names of things that are no person's: a mild vote against every category that the name does not name."""

PERSON = WORDS["person"]
"""Whom a bare ``name`` may belong to; beside one of these a weak phrase counts in full."""

_NUMBERED = frozenset({"id", "no", "number", "num", "nbr", "nr", "code", "numero", "ref", "key", "idx"})
_SPLIT = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[\u3400-\u9fff]+|[^\W\d_A-Za-z\u3400-\u9fff]+")


_Phrase = tuple[tuple[str, ...], bool, bool]
"""Words, whether they say little alone, whether they are initials."""


@dataclass(frozen=True)
class _Lexicon:
    words: frozenset[str]
    han: frozenset[str]
    longest: int


@lru_cache(maxsize=8)
def _lexicon(pack: Pack) -> _Lexicon:
    """The words that glued names are split into; kept beside the pack like the phrases."""
    digest = _digest(pack, "words")
    kept = recall(digest)
    if kept is None:
        made = _made_lexicon(pack)
        keep(digest, [(name, {"words": sorted(words)}) for name, words in (("latin", made.words), ("han", made.han))])
        return made
    words = {name: frozenset(raw["words"]) for name, raw in kept}
    return _Lexicon(words["latin"], words["han"], max(map(len, words["han"]), default=1))


def _digest(pack: Pack, what: str) -> str:
    """Under what is kept that is made of a pack, of this code and of its words."""
    here = Path(__file__)
    digest = digest_of((p.name, p.read_text(encoding="utf-8")) for p in (here, here.parent / "data" / "field_words.toml"))
    return digest_of([(what, pack.version), ("", digest)])


def _made_lexicon(pack: Pack) -> _Lexicon:
    """The words of all categories' phrases and a few common ones."""
    words = {w for w in WORDS["common"] if w.isascii()}
    han = {w for w in frozenset().union(*WORDS.values()) if w[0] > "\u3000"}
    for category in pack.categories.values():
        for language, phrases in category.names.items():
            for phrase in phrases:
                for part in re.findall(r"[a-z]+|[\u3400-\u9fff]+", _plain(phrase).lower()):
                    if part[0] > "\u3000":
                        han.add(part)
                    elif language != "initials" and len(part) > 2:
                        words.add(part)
    return _Lexicon(frozenset(words), frozenset(han), max(map(len, han), default=1))


_LETTERS = str.maketrans({"ß": "ss", "ẞ": "SS", "ı": "i", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "æ": "ae", "œ": "oe"})


def _plain(text: str) -> str:
    """Letters without accents, full-width signs as plain ones: headers are written both ways."""
    if text.isascii():
        return text
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not "\u0300" <= c <= "\u036f")
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
def _tokens(path: str, pack: Pack) -> tuple[str, ...]:
    lexicon = _lexicon(pack)
    out: list[str] = []
    for run in _SPLIT.findall(_plain(path)):
        run = run.lower()
        if "\u3400" <= run[0] <= "\u9fff":
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
    return list(_tokens(path, load_pack()))


def leaf_of(path: str) -> str:
    """The last part of a path, without list marks."""
    return path.replace("[]", "").rpartition(".")[2]


def _singular(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(w[:-1] if len(w) > 4 and w.endswith("s") and not w.endswith("ss") else w for w in words)


def _find(words: Sequence[str], phrase: Sequence[str]) -> int:
    size = len(phrase)
    for at in range(len(words) - size, -1, -1):
        if tuple(words[at : at + size]) == tuple(phrase):
            return at
    return -1


def _one(leaf: tuple[str, ...], parents: tuple[str, ...], phrase: tuple[str, ...], initials: bool) -> float:
    if not phrase:
        return 0.0
    core = leaf
    while core and core[-1] in NEUTRAL and core != phrase and len(core) > 1:
        core = core[:-1]
    glued = len(leaf) != len(phrase) and "".join(leaf) == "".join(phrase) and len("".join(leaf)) >= 6
    if phrase in (leaf, core) or glued:
        return EXACT if not initials or len(phrase[0]) > 2 else 2.4
    if initials:
        return TAIL - 1.2 if leaf[-1:] == phrase else 0.0
    for words in (leaf, core):
        if words[-len(phrase) :] == phrase:
            return -2.5 if TOTALS & set(words[: -len(phrase)]) else TAIL
    if _find(leaf, phrase) >= 0:
        return -2.5 if core and (core[-1] in HEADS or core[0] in TOTALS) else INNER
    if _find(parents, phrase) >= 0:
        return 2.0 if all(w in NEUTRAL for w in leaf) else PARENT * (0 if leaf and leaf[-1] in HEADS else 1)
    return 0.0


@lru_cache(maxsize=4096)
def _phrases(category: Category, pack: Pack) -> tuple[_Phrase, ...]:
    out = []
    for language, phrases in category.names.items():
        for phrase in phrases:
            weak = phrase.startswith("~")
            words = _singular(_tokens(phrase.lstrip("~"), pack))
            out.append((words, weak, language == "initials"))
    return tuple(out)


@dataclass(frozen=True)
class _Index:
    """``rarest``: phrases, with the ids of their categories, by their rarest word (many begin with the same one); ``glued``: by
    what they read like without blanks."""

    rarest: Mapping[str, Sequence[tuple[str, _Phrase]]]
    glued: Mapping[str, Sequence[tuple[str, _Phrase]]]


@lru_cache(maxsize=8)
def _index(pack: Pack) -> _Index:
    """The phrases of all categories; kept beside the pack, for to split some thousand takes longer than a small file does."""
    digest = _digest(pack, "phrases")
    kept = recall(digest)
    if kept is None:
        made = _made_index(pack)
        keep(digest, [("rarest", dict(made.rarest)), ("glued", dict(made.glued))])
        return made
    tables = {name: {word: [(i, (tuple(p[0]), p[1], p[2])) for i, p in known] for word, known in raw.items()} for name, raw in kept}
    return _Index(tables["rarest"], tables["glued"])


def _made_index(pack: Pack) -> _Index:
    uses: Counter[str] = Counter()
    phrases = [(c.id, phrase) for c in pack.categories.values() for phrase in _phrases(c, pack) if phrase[0]]
    for _, phrase in phrases:
        uses.update(set(phrase[0]))
    rarest: dict[str, list[tuple[str, _Phrase]]] = {}
    glued: dict[str, list[tuple[str, _Phrase]]] = {}
    for ident, phrase in phrases:
        rarest.setdefault(min(phrase[0], key=lambda w: (uses[w], -len(w), w)), []).append((ident, phrase))
        glued.setdefault("".join(phrase[0]), []).append((ident, phrase))
    return _Index(rarest, glued)


@lru_cache(maxsize=4096)
def _spoken_of(path: str, pack: Pack) -> Mapping[str, tuple[_Phrase, ...]]:
    """The phrases by category of which the path holds at least the rarest word; all others have nothing to say."""
    index = _index(pack)
    words = _singular(_tokens(path.replace("[]", ""), pack))
    out: dict[str, list[_Phrase]] = {}
    glued = "".join(_singular(_tokens(leaf_of(path), pack)))
    told = [index.glued.get(glued, ()), *(index.rarest.get(w, ()) for w in dict.fromkeys(words))]
    for ident, phrase in (pair for known in told for pair in known):
        if phrase not in out.setdefault(ident, []):
            out[ident].append(phrase)
    return {ident: tuple(known) for ident, known in out.items()}


@lru_cache(maxsize=4096)
def named_categories(path: str, pack: Pack) -> tuple[Category, ...]:
    """The categories that the name at ``path`` speaks for (log-odds of 1 at least)."""
    spoken = (pack.categories[ident] for ident in sorted(_spoken_of(path, pack)))
    return tuple(c for c in spoken if _log_odds(path, c, pack) >= 1.0)


@lru_cache(maxsize=65536)
def _log_odds(path: str, category: Category, pack: Pack) -> float:
    head, _, last = path.replace("[]", "").rpartition(".")
    leaf, parents = _singular(_tokens(last, pack)), _singular(_tokens(head, pack))
    if not leaf:
        leaf, parents = parents, ()
    best, worst = 0.0, 0.0
    for phrase, weak, initials in _spoken_of(path, pack).get(category.id, ()):
        odds = _one(leaf, parents, phrase, initials)
        owned = any(w in PERSON for w in (*leaf, *parents))
        odds *= WEAK if weak and odds > 0 and not owned else 1.0
        best, worst = max(best, odds), min(worst, odds)
    if any(w in leaf for w in category.unlike):
        return min(-2.0, best - 5.0)
    if 0 < best < 2.0 and len(leaf) > 1 and _NUMBERED & {leaf[0], leaf[-1]}:
        return 0.5  # rx_id, trip number: what is numbered is the thing, and the word alone said little
    if best > 0:
        return best
    if worst < 0:
        return worst
    return -1.5 if any(w in NONPERSONAL for w in leaf) else 0.0


def name_log_odds(path: str, category: str, pack: Pack | None = None) -> float:
    """Log-odds, -5..4, that the field at ``path`` is named for ``category`` (an id; unknown ids give 0)."""
    source = pack or load_pack()
    found = source.categories.get(category)
    return _log_odds(path, found, source) if found else 0.0
