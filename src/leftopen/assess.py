"""Harm: severity after ENISA 2013 as an interval with its drivers; urgency and confidence apart. Pure functions, no I/O.

SE = DPC x EI + CB: what kind of data (1 to 4), how easily people are identified (0.25 to 1), how the exposure happened.
Source: ENISA, "Recommendations for a methodology of the assessment of severity of personal data breaches", v1.0 (2013).
What that text does not say (it predates the GDPR: biometrics, the safety of children) is our reading; each such driver says
``assumed`` and why. A finding that is only ``possible`` moves the upper end alone. Categories are scored apart and the highest
counts, so a further finding never lowers the upper end. No findings, or none likely: severity 0 and band ``none``.
The law's tests are for a person to apply: nothing here is legal advice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from leftopen.harm import Factor, data_context, ease, known
from leftopen.model import Assessment, Collection, Composite, Driver, Finding, Flag, Interval, Level, People
from leftopen.result import Coverage

EDGES = ((4.0, "very high"), (3.0, "high"), (2.0, "medium"), (0.0, "low"))
"""Lower edges of ENISA's bands."""
BORDER = 0.25
"""Within this distance of an edge an assessment is called borderline."""
MANY = 100
"""ENISA flags more individuals than this; the flag never changes the number."""
FRESH = timedelta(days=2)
_BANDS = ("none", "low", "medium", "high", "very high")
_URGENCY = ("routine", "soon", "now")
_IRREVOCABLE = re.compile(r"embedding|template|fingerprint|iris|voice|genetic|palm|face_(image|record|geometry)|gait")
_CHINA = ((1e8, "particularly major"), (1e7, "major"), (1e6, "relatively major"), (0.0, "general"))


def assess(
    findings: Sequence[Finding],
    people: People,
    collection: Collection,
    *,
    composites: Sequence[Composite] = (),
    coverage: Coverage | None = None,
    flags: Sequence[str] = (),
    now: datetime | None = None,
) -> Assessment:
    """Judge one collection that was readable without credentials (or, with flag ``owner_credential``, with the owner's).

    ``flags``: words of ``model.Flag``; ``unintelligible`` if the data are encrypted and the key is safe. ``now`` (aware)
    tells whether the newest record is fresh; without it, freshness is taken as unknown.
    """
    personal = [f for f in findings if known(f.category)]
    context, ident = data_context(personal, people, composites), ease(personal, composites)
    if context.high == 0:
        return _nothing(flags)
    circumstances = _circumstances(flags)
    sure = context.value > 0 and ident.value > 0
    add = [sum(end) for end in zip(*((c.low, c.value, c.high) for c in circumstances), strict=True)]
    low = context.low * ident.low + add[0] if sure and context.low else 0.0
    point = context.value * ident.value + add[1] if sure else 0.0
    high = context.high * ident.high + add[2]
    severity = Interval(round(low, 4), round(point, 4), round(high, 4), "ENISA 2013: SE = DPC x EI + CB")
    drivers = (context.driver("DPC"), ident.driver("EI"), *(c.driver(c.name) for c in circumstances))
    urgency = _urgency(severity.point, personal, people, flags, now)
    return Assessment(
        severity,
        band_of(severity.point),
        urgency.word,
        _confidence(personal, coverage, flags),
        (*drivers, urgency.driver()),
        _flags(personal, people, collection, flags),
        _borderline(severity, drivers),
    )


def band_of(severity: float) -> str:
    """ENISA's band of a severity; ``none`` for 0, which stands for no personal data found."""
    return "none" if severity <= 0 else next(word for edge, word in EDGES if severity >= edge)


def _nothing(flags: Sequence[str]) -> Assessment:
    reason = "No personal data were found in what was read."
    return Assessment(
        Interval(0.0, 0.0, 0.0, "ENISA 2013: SE = DPC x EI + CB"), "none", "routine", 1.0,
        (Driver("DPC", 0.0, 0.0, 0.0, "measured", reason),), tuple(sorted(set(flags))),
    )  # fmt: skip


def _circumstances(flags: Sequence[str]) -> list[Factor]:
    """CB: who may have read, and whether somebody meant harm. What nobody can know yet widens the upper end."""
    if Flag.OWNER_CREDENTIAL in flags:
        read = Factor(
            0.0, 0.0, 0.25, "measured", "Read with the owner's credential; no reading by others is shown.", "CB.confidentiality"
        )
    else:
        why = "Readable without credentials, so an unknown number of recipients."
        read = Factor(0.5, 0.5, 0.5, "measured", why, "CB.confidentiality")
    if Flag.RANSOM_NOTE in flags:
        return [
            read,
            Factor(0.5, 0.5, 0.5, "measured", "A ransom note lies in the store: somebody meant harm.", "CB.intent"),
            Factor(0.0, 0.0, 0.5, "assumed", "Whether records were altered for good is not known.", "CB.integrity"),
            Factor(0.0, 0.0, 0.5, "assumed", "Whether records were lost for good is not known.", "CB.availability"),
        ]
    why = "No sign of an intruder was seen, and none was looked for beyond ransom notes."
    return [read, Factor(0.0, 0.0, 0.5, "assumed", why, "CB.intent")]


@dataclass(frozen=True, slots=True)
class _Urgency:
    word: str
    reason: str

    def driver(self) -> Driver:
        level = float(_URGENCY.index(self.word))
        return Driver("urgency", level, level, level, "measured", self.reason)


def _urgency(severity: float, findings: Iterable[Finding], people: People, flags: Sequence[str], now: datetime | None) -> _Urgency:
    """How soon somebody must act; never mixed into severity."""
    reasons = ["Open when last looked at" if Flag.OWNER_CREDENTIAL not in flags else "Not open: read with the owner's credential"]
    level = {"none": 0, "low": 0, "medium": 1}.get(band_of(severity), 2)
    if any(f.family == "credential" and f.level is not Level.POSSIBLE for f in findings):
        level, reasons = max(level, 1), [*reasons, "holds credentials that open more"]
    if people.last is None or now is None:
        reasons.append("age of the newest record not weighed")
    elif now.astimezone(UTC) - people.last.astimezone(UTC) <= FRESH:
        level, reasons = (
            level + 1 if severity > 0 else level,
            [*reasons, "newest record less than two days old, so it is still growing"],
        )
    if Flag.RANSOM_NOTE in flags:
        level, reasons = 2, [*reasons, "an intruder was there"]
    if Flag.OWNER_CREDENTIAL in flags:
        level -= 1
    reasons.append("whether search engines list it is not known")
    return _Urgency(_URGENCY[min(max(level, 0), 2)], "; ".join(reasons) + ".")


def _confidence(findings: Sequence[Finding], coverage: Coverage | None, flags: Sequence[str]) -> float:
    """How far to trust the number: the surest finding, less for a thin sample (assumed steps) and for a suspected honeypot."""
    base = max((f.confidence for f in findings), default=0.0)
    if coverage is None or not coverage.complete:
        read = coverage.read if coverage is not None else 0
        base *= 0.95 if read >= 1000 else 0.85 if read >= 100 else 0.7
    if Flag.HONEYPOT_SUSPECT in flags:
        base *= 0.5
    return round(min(base, 1.0), 4)


def _flags(findings: Sequence[Finding], people: People, collection: Collection, given: Sequence[str]) -> tuple[str, ...]:
    """Words beside the number: ENISA's two, and what the law asks about."""
    out = set(given)
    likely = [f for f in findings if f.level is not Level.POSSIBLE]
    if people.persons is not None and people.persons.high > MANY:
        out.add("over_100_individuals" if people.persons.low > MANY else "perhaps_over_100_individuals")
    elif people.persons is None and likely and (collection.rows or 0) > MANY:
        out.add("perhaps_over_100_individuals")
    if people.minors is not None and people.minors.low > 0:
        out.add("minors")
    elif any(f.family == "child" for f in likely) or (people.minors is not None and people.minors.high > 0):
        out.add("perhaps_minors")
    if sum(count for band, count in people.ages if band in ("0-5", "6-11", "12-13")):
        out.add("under_14")
    if any(f.family == "biometric" and _IRREVOCABLE.search(f.category) for f in likely):
        out.add("irrevocable")
    return tuple(sorted(out))


def _borderline(severity: Interval, drivers: Iterable[Driver]) -> str:
    """A sentence if the point lies within ``BORDER`` of a band's edge, with the drivers that would tip it; else empty."""
    point = severity.point
    for edge, word in EDGES[:-1]:
        if abs(point - edge) <= BORDER:
            up = point < edge
            tips = [d.factor for d in drivers if (d.high > d.value if up else d.low < d.value)]
            would = f"; would tip it: {', '.join(tips)}" if tips else ""
            return f"{point:.2f} is {'just below' if up else 'at or just above'} {word} (from {edge:.0f}){would}."
    if point == 0 and severity.high > 0:
        return f"Only possible findings; if they hold, severity is up to {severity.high:.2f} ({band_of(severity.high)})."
    return ""


def combine_assessments(assessments: Sequence[Assessment | None]) -> Assessment | None:
    """The assessment of a store or a scan: the gravest collection's, with the widest reach of all. None if there is none.

    Ends of the interval are the greatest of all; drivers, confidence and the borderline note are the gravest's; flags are
    united; urgency is the greatest. What several collections add up to when joined is not scored.
    """
    given = [a for a in assessments if a is not None]
    if not given:
        return None
    worst = max(given, key=lambda a: (a.severity.point, a.severity.high, a.severity.low, a.confidence))
    high, low = max(a.severity.high for a in given), max(a.severity.low for a in given)
    severity = replace(worst.severity, low=min(low, worst.severity.point), high=high)
    flags = {flag for a in given for flag in a.flags}
    for sure in ("minors", "over_100_individuals"):
        if sure in flags:
            flags.discard(f"perhaps_{sure}")
    urgency = max((a.urgency for a in given), key=_URGENCY.index)
    return replace(worst, severity=severity, urgency=urgency, flags=tuple(sorted(flags)))


def overall(assessments: Sequence[Assessment | None], people: People) -> Assessment | None:
    """As ``combine_assessments``, with flags about numbers and ages from ``people``, counted over all collections."""
    whole = combine_assessments(assessments)
    if whole is None or whole.band == "none":
        return whole
    flags = set(whole.flags)
    if people.persons is not None and people.persons.low > MANY:
        flags = flags - {"perhaps_over_100_individuals"} | {"over_100_individuals"}
    if people.minors is not None and people.minors.low > 0:
        flags = flags - {"perhaps_minors"} | {"minors"}
    return replace(whole, flags=tuple(sorted(flags)))


def scales(assessment: Assessment, people: People) -> dict[str, str]:
    """The same assessment in others' words; recommendations, to be confirmed by a person.

    ``edpb_impact`` (minor, moderate, severe) and ``edpb_outcome`` (EDPB draft template, 2026); ``cnil`` (four levels);
    ``shadowserver`` (five levels); ``china_class``: by number of persons (CAC reporting measures of 2025), as ``a`` or
    ``a to b`` if the interval of persons spans classes, ``unknown`` if nobody was counted.
    """
    rank = _BANDS.index(assessment.band)
    persons = people.persons
    china = "unknown"
    if persons is not None:
        low, high = (_class(n) for n in (persons.low, persons.high))
        china = low if low == high else f"{low} to {high}"
    return {
        "edpb_impact": ("none", "minor", "moderate", "severe", "severe")[rank],
        "edpb_outcome": ("unlikely", "unlikely", "risk", "high risk", "high risk")[rank],
        "cnil": ("negligible", "negligible", "limited", "significant", "maximum")[rank],
        "shadowserver": ("info", "low", "medium", "high", "critical")[rank],
        "china_class": china,
    }


def _class(persons: float) -> str:
    return next(word for edge, word in _CHINA if persons >= edge)
