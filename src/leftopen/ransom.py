"""Names that extortionists leave in stores that they emptied: a sign, from names alone, that a stranger could write there.

A store names a note like a call ("READ ME TO RECOVER YOUR DATA", "how to restore"), or a robot leaves its mark ("…-meow"). Honest
software uses the same words inside longer names (``readme_templates``, ``warning_levels``), so a short name counts only if it
stands alone and the collection holds no more than a note would; a call counts as such. Names that say nothing by themselves
(``hello``, ``info``), though scanners look for them, are left out. Letter case, separators and trailing numbers do not count.

Sources: published accounts of extortion of MongoDB, Elasticsearch, CouchDB, MySQL, PostgreSQL and Redis since 2016. A name alone
is a suspicion, never a proof: what follows from it is a flag.
"""

from __future__ import annotations

import re

_FEW = 20
"""A note is one record, or a few: a collection with more that has a short name is no note."""

_ALONE = frozenset({
    "readme", "read me", "readme txt", "readme now", "read me now", "readme please", "read me please", "please read",
    "please readme", "please read me", "read it", "read this", "read this now", "ransom", "ransom note", "ransomware", "pwned",
    "hacked", "you are hacked", "crackit", "weaponized", "wegeturdb", "we get ur db", "we get your db", "how to", "howto",
    "pwned secure your stuff",
})  # fmt: skip
_BACK = "(?:recover|restore|decrypt|retrieve|get back|buy back)"
_DATA = "(?:data|database|databases|db|dbs|files|index|indexes|indices|tables?|collections?)"
_DONE = "(?:backed up|stolen|encrypted|deleted|hacked|leaked|downloaded|locked|wiped)"
_CALLS = tuple(
    re.compile(call)
    for call in (
        rf"^(please )?read ?me( \w+){{0,3}} {_BACK}\b",
        rf"^how ?to {_BACK}( (your|ur|my|the))?( {_DATA})?$",
        rf"^(to )?{_BACK} (your|ur) {_DATA}\b",
        rf"^(all )?(of )?(your|ur) {_DATA}( \w+){{0,3}} {_DONE}$",
        r"^(hacked|pwned|jacked) by\b",
        r"^(bitcoins?|btc|monero|xmr) (ransom|demand)\b|^pay (to|for) (recover|restore|decrypt)\b",
        r"^(warning|attention|important|urgent) (please )?read ?me\b",
        rf"^(warning|attention|important|urgent) (your|ur) {_DATA}\b",
    )
)
_MEOW = re.compile(r"(?i)^(?=[a-z]*[0-9])[a-z0-9]{6,}-meow$|^[a-z]{10}-meow$")


def is_note(name: str, kind: str = "", rows: int | None = None) -> bool:
    """True if a collection has a name that extortionists or their robots leave.

    Args:
        name: of a database, index, table, collection or key pattern, also qualified (``db.collection``): each part is looked at.
        kind: of the store, for names that mean something in one kind only.
        rows: how many records it claims to hold, if known.
    """
    parts = dict.fromkeys((name, *re.split(r"[./:]", name)))
    return any(_is_note(part, kind, rows is None or rows <= _FEW) for part in parts if part)


def _is_note(part: str, kind: str, few: bool) -> bool:
    if _MEOW.match(part):
        return True
    words = _words(part)
    if any(call.search(words) for call in _CALLS):
        return True
    if not few:
        return False
    if words == "warning":  # a common name, but not in capitals; an index has no capitals
        return part[:7] == "WARNING" or kind == "elasticsearch"
    return words in _ALONE


def _words(part: str) -> str:
    """``READ__ME-to_recoverYourData2`` becomes ``read me to recover your data``."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", part[:200])
    words = re.sub(r"[\W_]+", " ", spaced.casefold()).strip()
    return re.sub(r"\s*\d+$", "", words)
