"""Legal clocks that may start when an owner is told: rules as data, each with citation, day of checking and how sure it is.

Not legal advice: a recommendation quotes the statutory test and says whether the counted people meet it for certain or only
perhaps; a person decides.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from leftopen.case import Details
from leftopen.errors import CategoryError

SURE = ("P", "S", "K")
STARTS = ("told", "awareness", "high_risk")
_CONDITIONS = {"persons", "minors", "high"}
_CN = ("_cn", ".cn_", "_zh", "pinyin", "qq", "wechat", "admin_code", "native_place")


@dataclass(frozen=True, slots=True)
class Rule:
    """One duty. Texts are by language; ``sure``: P primary text read, S secondary source, K known but not confirmed."""

    id: str
    where: str
    law: Mapping[str, str]
    test: Mapping[str, str]
    whom: Mapping[str, str]
    deadline: Mapping[str, str]
    starts: str
    citation: str
    checked_on: date
    sure: str
    when: Mapping[str, Any]

    @property
    def confirmed(self) -> bool:
        """False: its deadline must be shown with the mark "unconfirmed"."""
        return self.sure != "K"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules ask: persons and minors as (low, high), severity's high end, and where the people seem to be."""

    persons: tuple[float, float] | None
    minors: tuple[float, float] | None
    severity: tuple[float, float]
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """A rule that may apply. ``certain`` False: its threshold lies within the estimate, or is not known to be met."""

    rule: Rule
    certain: bool


@cache
def rules() -> tuple[Rule, ...]:
    """All rules.

    Raises:
        CategoryError: a rule lacks its citation, date or another part.
    """
    data = tomllib.loads(files("leftopen").joinpath("rules/rules.toml").read_text(encoding="utf-8"))
    return tuple(_rule(entry) for entry in data["rule"])


def _rule(entry: Mapping[str, Any]) -> Rule:
    try:
        rule = Rule(**{"when": {}, **entry})
    except TypeError:
        raise CategoryError(f"The rule {entry.get('id', '?')!r} lacks a part or has one too many.", docs="law.md") from None
    texts = (rule.law, rule.test, rule.whom, rule.deadline)
    whole = all(set(text) == {"en", "zh"} for text in texts) and rule.citation and isinstance(rule.checked_on, date)
    if not whole or rule.sure not in SURE or rule.starts not in STARTS or set(rule.when) - _CONDITIONS:
        raise CategoryError(f"The rule {rule.id!r} is not complete.", docs="law.md")
    return rule


def facts(details: Sequence[Details]) -> Facts:
    """What the exposures of one store say together. Persons of several collections may be the same: the most of one, at least."""
    people = [one.people for one in details if one.people.persons]
    persons = None
    if people:
        lows = [p.persons.low for p in people if p.persons]
        highs = [p.persons.high for p in people if p.persons]
        persons = (max(lows), sum(highs))
    shares = [p for p in people if p.minors and p.persons]
    minors = None
    if shares:
        minors = (
            max(p.minors.low * p.persons.low for p in shares if p.minors and p.persons),
            sum(p.minors.high * p.persons.high for p in shares if p.minors and p.persons),
        )
    severe = [one.assessment.severity for one in details if one.assessment]
    severity = (max((s.low for s in severe), default=0.0), max((s.high for s in severe), default=0.0))
    names = {finding.category for one in details for finding in one.findings}
    if minors is None and any(name.startswith("child.") for name in names):
        minors = (0.0, persons[1] if persons else 1.0)
    places = ("CN",) if any(mark in name for name in names for mark in _CN) else ("CN", "EU", "IN")
    return Facts(persons, minors, severity, places)


def clocks(found: Facts, places: Sequence[str] = ()) -> tuple[Clock, ...]:
    """The rules that may apply, for given places or those the data hints at."""
    out: list[Clock] = []
    for rule in rules():
        if rule.where not in (places or found.places):
            continue
        holds = [_holds(name, wanted, found) for name, wanted in rule.when.items()]
        if None not in holds:
            out.append(Clock(rule, all(bool(h) for h in holds)))
    return tuple(out)


def _holds(name: str, wanted: Any, found: Facts) -> bool | None:
    """True: certainly; False: perhaps; None: certainly not."""
    if name == "high":
        return True if found.severity[0] >= 3 else False if found.severity[1] >= 3 else None
    span = found.persons if name == "persons" else found.minors
    least = float(wanted) if name == "persons" else 1.0
    if span is None:
        return False if name == "persons" else None
    return True if span[0] >= least else False if span[1] >= least else None
