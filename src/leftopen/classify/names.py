"""What a field's name says: tokens of a path, and log-odds that it names a category. Never a verdict alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import orjson

from leftopen.category import Category, Pack, load_pack
from leftopen.classify.words import WORDS, digest_for, parts, readings, singular, words_of
from leftopen.packfile import keep, recall

EXACT, TAIL, ACROSS, INNER, PARENT = 4.0, 3.2, 2.6, 1.0, 0.7
"""Log-odds by where the phrase stands: the whole name, its end, begun in the parent's name, elsewhere in it, in a parent's name."""
WEAK = 0.3
"""Share that a weak phrase (``~name``) is worth."""

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
SEGMENTS = frozenset({"pid", "nk", "gt", "in"})
"""Segments of HL7 version 2 that tell of persons; whatever follows segment and field numbers is a comment (``PID_5_1_FAMILY``)."""

_Phrase = tuple[tuple[str, ...], bool, bool]
"""Words, whether they say little alone, whether they are initials."""


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
    if phrase[0] in SEGMENTS and len(phrase) > 1 and phrase[1].isdigit() and leaf[: len(phrase)] == phrase:
        return EXACT
    for words in (leaf, core):
        if words[-len(phrase) :] == phrase:
            return -2.5 if TOTALS & set(words[: -len(phrase)]) else TAIL
    if _find(leaf, phrase) >= 0:
        return -2.5 if core and (core[-1] in HEADS or core[0] in TOTALS) else INNER
    if len(phrase) > 1 and (*parents, *core)[-len(phrase) :] == phrase:
        return ACROSS
    if _find(parents, phrase) >= 0:
        return 2.0 if all(w in NEUTRAL for w in leaf) else PARENT * (0 if leaf and leaf[-1] in HEADS else 1)
    return 0.0


@lru_cache(maxsize=4096)
def _phrases(category: Category, pack: Pack) -> tuple[_Phrase, ...]:
    out = []
    for language, phrases in category.names.items():
        for phrase in phrases:
            weak = phrase.startswith("~")
            words = singular(words_of(phrase.lstrip("~"), pack))
            out.append((words, weak, language == "initials"))
    return tuple(out)


_Told = tuple[tuple[str, _Phrase], ...]
"""Phrases with the ids of their categories."""


class _Table:
    """Phrases by a key. Kept as JSON texts and read when a name asks for them: a table asks for some dozen of thousands."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self._read: dict[str, _Told] = {}

    def get(self, key: str) -> _Told:
        """The phrases under ``key``; none if nothing is."""
        text = self.texts.get(key)
        if text is None:
            return ()
        if key not in self._read:
            told = orjson.loads(text)
            self._read[key] = tuple((ident, (tuple(words), weak, initials)) for ident, (words, weak, initials) in told)
        return self._read[key]


@dataclass(frozen=True)
class _Index:
    """``rarest``: phrases, with the ids of their categories, by their rarest word (many begin with the same one); ``glued``: by
    what they read like without blanks."""

    rarest: _Table
    glued: _Table


@lru_cache(maxsize=8)
def _index(pack: Pack) -> _Index:
    """The phrases of all categories; kept beside the pack, for to split some thousand takes longer than a small file does."""
    digest = digest_for(pack, "phrases")
    kept = recall(digest)
    if kept is None:
        made = _made_index(pack)
        keep(digest, [("rarest", dict(made.rarest.texts)), ("glued", dict(made.glued.texts))])
        return made
    texts = dict(kept)
    return _Index(_Table(texts["rarest"]), _Table(texts["glued"]))


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
    return _Index(_Table(_texts(rarest)), _Table(_texts(glued)))


def _texts(table: Mapping[str, Sequence[tuple[str, _Phrase]]]) -> dict[str, str]:
    return {key: orjson.dumps(told).decode() for key, told in table.items()}


@lru_cache(maxsize=4096)
def _spoken_of(path: str, pack: Pack) -> Mapping[str, tuple[_Phrase, ...]]:
    """The phrases by category of which the path holds at least the rarest word; all others have nothing to say."""
    index = _index(pack)
    head, last = parts(path)
    words = singular((*words_of(head, pack), *words_of(last, pack), *(w for said in readings(last, pack)[1:] for w in said)))
    out: dict[str, list[_Phrase]] = {}
    told = [
        *(index.glued.get("".join(leaf)) for leaf in readings(last, pack)),
        *(index.rarest.get(w) for w in dict.fromkeys(words)),
    ]
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
    head, last = parts(path)
    said, parents = readings(last, pack), singular(words_of(head, pack))
    if not said[0]:
        said, parents = (parents,), ()
    leaf = said[0]
    best, worst = 0.0, 0.0
    for phrase, weak, initials in _spoken_of(path, pack).get(category.id, ()):
        odds = max((_one(words, parents, phrase, initials) for words in said), key=abs)
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
