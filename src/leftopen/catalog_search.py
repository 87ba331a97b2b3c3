"""From the search language to SQL: one condition for each term."""

from __future__ import annotations

import operator
from typing import Any

import sqlalchemy as sa

from leftopen.catalog_schema import exposures, findings
from leftopen.query import Query, Term

_OPS = {"=": operator.eq, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


def where(query: Query) -> sa.ColumnElement[bool]:
    """The condition that holds for what a query finds; unknown (NULL) numbers satisfy no comparison, negated or not."""
    return sa.and_(sa.true(), *(_condition(term) for term in query.terms))


def _condition(term: Term) -> sa.ColumnElement[bool]:
    found = _plain(term)
    return sa.not_(found) if term.negated else found


def _plain(term: Term) -> sa.ColumnElement[bool]:
    t, value = exposures.c, term.value
    if term.field == "text":
        return sa.or_(t.target.icontains(str(value), autoescape=True), t.collection.icontains(str(value), autoescape=True))
    if term.field == "open":
        return t.closed.is_(None) if value else t.closed.is_not(None)
    if term.field in ("category", "family"):
        return _holds(str(value), term.field)
    if term.field == "id":
        return t.key.startswith(str(value).lower().removeprefix("lo-"), autoescape=True)
    column: Any = t[term.field]
    if term.op == "~":
        return sa.type_coerce(column.icontains(str(value), autoescape=True), sa.Boolean)
    return sa.type_coerce(_OPS[term.op](column, value), sa.Boolean)


def _holds(value: str, field: str) -> sa.ColumnElement[bool]:
    """True if the latest scan found this category, or any of this family."""
    f, t = findings.c, exposures.c
    whole = "." in value and field == "category"
    match = f.category == value if whole else f.category.startswith(f"{value}.", autoescape=True)
    return sa.exists().where(f.exposure == t.key, f.observation == t.observation, f.withdrawn.is_(None), match)
