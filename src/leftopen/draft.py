"""The letter to whoever can close a store: full detail, no value, in English or Chinese. The text lies in ``letters/``."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leftopen.case import Details, together
from leftopen.contacts import ladder
from leftopen.errors import InputError
from leftopen.evidence import exposure_secret, master_key
from leftopen.law import clocks, facts

if TYPE_CHECKING:
    from leftopen.catalog import Catalog

LANGUAGES = ("en", "zh")
SHOWN = 20
"""Collections that are named one by one; the others are counted."""
WITH_EVIDENCE = 3
"""Collections whose keyed hashes are in the letter."""

_TRACKED = {"tracked_child"}
_NAMES = {"mongodb": "MongoDB", "redis": "Redis", "postgresql": "PostgreSQL", "elasticsearch": "Elasticsearch"}
_ZH_BANDS = {"low": "低", "medium": "中", "high": "高", "very high": "很高"}
_OTHERS = {"en": "the network's operator, then the national CSIRT", "zh": "网络运营者，然后是国家网络安全应急机构（CNCERT，12387）"}
_SENDER = {"en": "(name and organisation of the sender)", "zh": "（发函人姓名与单位）"}
_CONTACT = {"en": "(how to reach the sender)", "zh": "（联系方式）"}


def letter(catalog: Catalog, name: str, language: str, state: Path, *, sender: str = "", contact: str = "") -> str:
    """Draft the letter about an exposure and all other open ones of its store, and note in the catalogue that it was drafted.

    Args:
        catalog: the catalogue.
        name: id of an exposure, or its beginning.
        language: ``en`` or ``zh``.
        state: folder that holds the evidence key.
        sender: who writes.
        contact: how the owner can answer.

    Raises:
        CatalogError: no such exposure. InputError: unknown language.
    """
    details = catalog.together(name)
    text = draft(details, language, master=master_key(state / "evidence.key"), sender=sender, contact=contact)
    digest = hashlib.sha256(text.encode()).hexdigest()
    for one in details:
        catalog.drafted(one.exposure.id, language, digest)
    return text


def draft(details: Sequence[Details], language: str = "en", *, master: bytes = b"", sender: str = "", contact: str = "") -> str:
    """The letter as Markdown.

    Args:
        details: exposures of one store, from the catalogue.
        language: ``en`` or ``zh``.
        master: 32 bytes from which the exposures' evidence keys are derived; empty: the letter has no evidence.
        sender: who writes.
        contact: how the owner can answer.

    Raises:
        CatalogError: no exposure, or several stores. InputError: unknown language.
    """
    if language not in LANGUAGES:
        raise InputError(f"There is no letter in {language!r}.", f"Choose one of {', '.join(LANGUAGES)}.", "letters.md")
    import jinja2

    loader = jinja2.FunctionLoader(lambda name: files("leftopen").joinpath("letters", name).read_text(encoding="utf-8"))
    environment = jinja2.Environment(  # noqa: S701  (Markdown, not HTML; names are made plain in _cell)
        loader=loader, undefined=jinja2.StrictUndefined
    )
    content = _content(together(tuple(details)), language, master)
    content |= {"sender": sender or _SENDER[language], "contact": contact or _CONTACT[language]}
    return environment.get_template(f"{language}.md.j2").render(content).strip() + "\n"


@cache
def _data(name: str) -> Mapping[str, Any]:
    return tomllib.loads(files("leftopen").joinpath("letters", name).read_text(encoding="utf-8"))


def plain_word(category: str, language: str) -> str:
    """A category in plain words; for one without words, its own name."""
    family, _, name = category.partition(".")
    found: str = _data("words.toml").get(family, {}).get(name, {}).get(language, name.replace("_", " "))
    return found


def _content(details: tuple[Details, ...], language: str, master: bytes) -> dict[str, Any]:
    first = details[0]
    exposure = first.exposure
    found = facts(details)
    severe = first.assessment
    kinds = {composite.kind for one in details for composite in one.composites}
    closing = _data("closing.toml")
    read = sum(one.coverage.read for one in details if one.coverage)
    return {
        "target": exposure.target,
        "product": _cell(first.product or _NAMES.get(exposure.kind, exposure.kind)),
        "version": _cell(first.version),
        "scope": _cell(first.scope),
        "journal": _cell(Path(first.journal).name),  # where it lies is the sender's affair
        "proof": _cell("; ".join(first.proofs) or first.verdict, 300),
        "opened": f"{min(w.opened for one in details for w in one.windows):%Y-%m-%d %H:%M}",
        "seen": f"{max(one.exposure.last_seen for one in details):%Y-%m-%d %H:%M}",
        "stores": _stores(details, language),
        "titles": _titles(details, language),
        "persons": _span(found.persons),
        "minors": _span(found.minors) if found.minors and found.minors[1] >= 1 else "",
        "read": f"{read:,}" if read else "",
        "groups": max((one.people.groups or 0 for one in details), default=0),
        "period": _period(details),
        "severity": _severity(first, language),
        "band": (_ZH_BANDS.get(severe.band, severe.band) if language == "zh" else severe.band) if severe else "",
        "reasons": "; ".join(dict.fromkeys(d.reason.rstrip(".") for d in severe.drivers if d.reason)) if severe else "",
        "biometric": any(f.family == "biometric" for one in details for f in one.findings),
        "tracked": bool(kinds & _TRACKED),
        "closing": closing.get(exposure.kind, closing["other"])[language],
        "clocks": _clocks(details, language),
        "sideways": _OTHERS[language] if len(ladder(details)) > 1 else {"en": "your management", "zh": "贵方管理层"}[language],
        **_evidence(details, master),
    }


def _stores(details: tuple[Details, ...], language: str) -> list[dict[str, Any]]:
    rows = [
        {
            "name": _cell(one.exposure.collection),
            "rows": None if one.rows is None else f"{one.rows:,}",
            "since": f"{one.exposure.opened:%Y-%m-%d %H:%M} UTC",
            "id": one.exposure.id,
        }
        for one in details[:SHOWN]
    ]
    if len(details) > SHOWN:
        more = len(details) - SHOWN
        rows.append(
            {"name": {"en": f"and {more} more", "zh": f"以及另外 {more} 个"}[language], "rows": None, "since": "", "id": "…"}
        )
    return rows


def _titles(details: tuple[Details, ...], language: str) -> list[tuple[str, str]]:
    """(family, its categories in plain words), the surest first."""
    families: dict[str, dict[str, float]] = {}
    for one in details:
        for finding in one.findings:
            words = families.setdefault(finding.family, {})
            word = plain_word(finding.category, language)
            words[word] = max(words.get(word, 0.0), finding.confidence)
    data, comma = _data("words.toml"), {"en": ", ", "zh": "、"}[language]
    return [
        (data.get(family, {}).get("title", {}).get(language, family), comma.join(sorted(words, key=lambda w: -words[w])))
        for family, words in sorted(families.items())
    ]


def _span(span: tuple[float, float] | None) -> str:
    return "" if span is None else f"{span[0]:,.0f} - {span[1]:,.0f}"


def _period(details: tuple[Details, ...]) -> str:
    firsts = [one.people.first for one in details if one.people.first]
    lasts = [one.people.last for one in details if one.people.last]
    return f"{min(firsts):%Y-%m-%d} - {max(lasts):%Y-%m-%d}" if firsts and lasts else ""


def _severity(one: Details, language: str) -> str:
    if one.assessment is None:
        return ""
    s = one.assessment.severity
    return f"{s.point:g} ({s.low:g} - {s.high:g})" if language == "en" else f"{s.point:g}（{s.low:g} - {s.high:g}）"


def _clocks(details: tuple[Details, ...], language: str) -> list[dict[str, Any]]:
    return [
        {
            "law": clock.rule.law[language],
            "test": clock.rule.test[language],
            "whom": clock.rule.whom[language],
            "deadline": clock.rule.deadline[language],
            "confirmed": clock.rule.confirmed,
            "certain": clock.certain,
            "citation": clock.rule.citation,
            "checked": clock.rule.checked_on.isoformat(),
        }
        for clock in clocks(facts(details))
        if any(one.findings for one in details)
    ]


def _evidence(details: tuple[Details, ...], master: bytes) -> dict[str, Any]:
    having = [one for one in details if one.evidence][:WITH_EVIDENCE] if master else []
    items = [
        {"collection": _cell(one.exposure.collection), "path": _cell(path), "hmac": digest}
        for one in having
        for path, digest in one.evidence
    ]
    keys = [
        {
            "collection": _cell(one.exposure.collection),
            "key": exposure_secret(master, one.exposure.target, one.exposure.kind, one.exposure.collection).hex(),
        }
        for one in having
    ]
    return {"evidence": items, "keys": keys}


def _cell(text: str, longest: int = 120) -> str:
    """A name that cannot break out of Markdown: no control characters, no backquotes, no table bars."""
    kept = "".join(c if c.isprintable() and c not in "`|<>" else "?" for c in text)
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"
