"""The small search language of ``leftopen list``: ``kind:redis severity>=high open:yes -target:127.0.0.1 pupils``.

A query is a list of terms, all of which must hold: ``field:value`` (equal, or for texts: contains), ``field>value``,
``field>=value``, ``field<value``, ``field<=value``; a bare word is looked for in target and collection; a leading ``-`` turns a
term round. Values with spaces are written in double quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from leftopen.errors import InputError

BANDS = {"low": 0.0, "medium": 2.0, "high": 3.0, "very-high": 4.0}
"""Lower edge of each band of severity (ENISA 2013)."""

TEXTS = ("id", "kind", "product", "version", "target", "collection", "state", "verdict", "scope")
NUMBERS = ("rows", "persons", "minors", "groups")
DATES = ("opened", "seen", "closed")
FIELDS = (*TEXTS, *NUMBERS, *DATES, "severity", "band", "category", "family", "open", "since", "until")
"""Every field a term may name."""

_TERM = re.compile(r'(?P<no>-?)(?:(?P<field>[A-Za-z_]+)(?P<op>>=|<=|:|=|>|<))?(?P<value>"[^"]*"|[^\s"]*)(?=\s|$)')
_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000}


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. ``op`` is ``=``, ``>``, ``>=``, ``<``, ``<=`` or ``~`` (contains); ``value`` is of the field's type."""

    field: str
    op: str
    value: str | float | bool | datetime
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Terms that must all hold. Empty: everything."""

    terms: tuple[Term, ...] = ()


def parse(text: str) -> Query:
    """Read a query.

    Raises:
        InputError: naming the term that cannot be read, and what could stand there.
    """
    terms: list[Term] = []
    rest = text.strip()
    while rest:
        match = _TERM.match(rest)
        if match is None or not match[0]:
            raise InputError(f"The search cannot be read from here on: {rest[:40]!r}.", "Close the quotation mark.", "search.md")
        terms.append(_term(match))
        rest = rest[match.end() :].lstrip()
    return Query(tuple(terms))


def _term(match: re.Match[str]) -> Term:
    field, op, value, negated = match["field"], match["op"], match["value"].strip('"'), bool(match["no"])
    if field is None:
        if not value:
            raise InputError("The search has a lone '-'.", "Write the term right after it: -kind:redis", "search.md")
        return Term("text", "~", value, negated)
    field = field.lower()
    if field not in FIELDS:
        raise InputError(
            f"The search names the unknown field {field!r}.", f"Known fields: {', '.join(sorted(FIELDS))}.", "search.md"
        )
    if not value:
        raise InputError(f"The search has no value after {field}{op}.", docs="search.md")
    op = "=" if op == ":" else op
    return _typed(field, op, value, negated)


def _typed(field: str, op: str, value: str, negated: bool) -> Term:
    if field in ("severity", "band"):
        return _severity(op, value, negated)
    if field in NUMBERS:
        return Term(field, op, _number(field, value), negated)
    if field in DATES:
        if op == "=":
            raise InputError(f"{field}:{value} asks for one instant.", f"Write {field}>={value} or {field}<{value}.", "search.md")
        return Term(field, op, moment(value), negated)
    if op != "=":
        raise InputError(f"{field}{op}{value}: this field has no order.", f"Write {field}:{value}.", "search.md")
    if field == "open":
        if value.lower() not in _YES:
            raise InputError(f"open:{value} is neither yes nor no.", "Write open:yes or open:no.", "search.md")
        return Term("open", "=", _YES[value.lower()], negated)
    if field in ("since", "until"):
        return Term("seen" if field == "since" else "opened", ">=" if field == "since" else "<", moment(value), negated)
    if field in ("category", "family", "kind", "state", "verdict"):
        return Term(field, "=", value.lower(), negated)
    return Term(field, "~", value, negated)


def _severity(op: str, value: str, negated: bool) -> Term:
    word = value.lower().replace(" ", "-").replace("_", "-")
    if word in BANDS:
        if op == "=":
            return Term("band", "=", word.replace("-", " "), negated)
        edges = [*BANDS.values(), 99.0]
        place = list(BANDS).index(word)
        above = op in (">", "<=")
        return Term("severity", ">=" if op.startswith(">") else "<", edges[place + 1] if above else edges[place], negated)
    try:
        return Term("severity", op, float(value), negated)
    except ValueError:
        raise InputError(
            f"{value!r} is not a severity.", f"Write a number from 0 to 6 or one of {', '.join(BANDS)}.", "search.md"
        ) from None


def _number(field: str, value: str) -> float:
    match = re.fullmatch(r"(\d[\d,_]*(?:\.\d+)?)([kKmM%]?)", value)
    if match is None:
        raise InputError(f"{field} needs a number, not {value!r}.", f"Write it like {field}>=1000 or {field}>=1.3M.", "search.md")
    number = float(match[1].replace(",", "").replace("_", ""))
    return number / 100 if match[2] == "%" else number * _UNITS[match[2].lower()]


def moment(value: str) -> datetime:
    """A date or a date and time; UTC where no zone is given.

    Raises:
        InputError: neither.
    """
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise InputError(
            f"{value!r} is not a date.", "Write it like 2026-01-31 or 2026-01-31T18:00:00+01:00.", "search.md"
        ) from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
