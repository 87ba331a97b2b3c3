"""ENISA's two tables as data: what kind of data it is (DPC, 1 to 4) and how easily people are identified (EI, 0.25 to 1).

Each rule gives a value with the ends it may defend, whether that was measured or assumed, and a sentence. The highest
counts, end by end. ``possible`` findings count for the upper end only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from leftopen.model import Composite, Driver, Finding, Level, People

_NOT_PERSONAL = re.compile(r"uscc|company|gstin|cnpj|organi[sz]ation|business_no")
MINORS_COUNT = 0.01
"""Share of minors from which their safety weighs for the whole collection (assumed); below it, only the upper end."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor's value with its ends (low ≤ value ≤ high), its source (``measured``, ``declared``, ``assumed``), its reason."""

    value: float
    low: float
    high: float
    source: str
    reason: str
    name: str = ""

    def driver(self, factor: str) -> Driver:
        """As the model's driver."""
        return Driver(factor, self.value, self.low, self.high, self.source, self.reason)


# Category pattern, (low, value, high), source, reason. The first pattern that matches a category scores it.
_CONTEXT: tuple[tuple[str, tuple[float, float, float], str, str], ...] = (
    (
        r"biometric\.(.*embedding|.*template|fingerprint|iris|voice|palm|genetic|face_record|gait|face_geometry)",
        (3, 4, 4), "assumed",
        "biometric data by which people are recognised: read as sensitive (GDPR Art. 9), ENISA 2013 does not name them",
    ),
    (r"biometric\.body_temperature", (1, 2, 3), "assumed", "body temperatures: health data that reveal little"),
    (r"biometric\.(emotion|attention)", (2, 3, 4), "assumed", "scores of attention or emotion: a profile of behaviour"),
    (r"biometric\.match_score", (2, 3, 4), "assumed", "scores of face matching: people are recognised here"),
    (r"biometric\.", (1, 2, 4), "assumed", "pictures or marks of the body: sensitive where used to recognise people"),
    (r"biographical\.(religion|political|sexual|union|criminal)", (3, 4, 4), "measured", "belief or private life: sensitive"),
    (r"biographical\.(ethnic|race)", (2, 3, 4), "measured", "ethnic origin: a sensitive inference"),
    (r"child\.(health|welfare)", (3, 4, 4), "measured", "health or need of children: sensitive"),
    (r"health\.(npi|dea|insurance|.*provider)", (1, 2, 4), "measured", "ties people to health care"),
    (r"health\.", (3, 4, 4), "measured", "health data: sensitive"),
    (r"financial\.(card|iban|account|cn_.*account|upi|crypto)", (2, 3, 4), "measured", "account or card numbers: financial data"),
    (r"financial\.(bic|aba|sort_code|cn_cnaps|routing|clabe_bank)", (1, 1, 3), "measured", "bank codes: mere relation to a bank"),
    (r"financial\.", (2, 3, 4), "measured", "financial data"),
    (r"credential\.", (1, 2, 4), "assumed", "credentials: count as what they open, which is not known"),
    (r"location\.(trajectory|trip)", (2, 3, 4), "measured", "movements: a daily profile"),
    (
        r"location\.(checkpoint|.*event|latlon|cell|wifi|geohash|h3)|child\.attendance",
        (2, 2, 3), "measured", "whereabouts: behavioural data",
    ),
    (r"child\.(marks|behaviou?r)", (1, 2, 3), "measured", "marks or conduct: a profile of pupils"),
    (r"device\.(ip|url|user_agent|imsi|imei|mac|ad_id)", (1, 1, 2), "measured", "device and traffic data"),
    (r"identity\.", (1, 1, 3), "measured", "identity numbers: simple data"),
    (r"", (1, 1, 2), "measured", "names, contacts or biography: simple data"),
)  # fmt: skip
_COMPOSITES: dict[str, tuple[tuple[float, float, float], str, str]] = {
    "face_gallery": ((3, 4, 4), "assumed", "faces tied to persons, usable to recognise them: read as biometric data (GDPR Art. 9)"),
    "identity_kit": ((1, 2, 3), "measured", "name and official number together: enough to pose as somebody"),
    "tracked_person": ((2, 3, 4), "measured", "persons, places and times together: a daily profile"),
    "tracked_child": ((3, 4, 4), "assumed", "a child's places and times: critical for their safety"),
    "pupil_profile": ((2, 3, 4), "assumed", "marks, conduct and attendance of a pupil together: a profile of a child"),
    "patient_file": ((3, 4, 4), "measured", "patients with what they suffer from: sensitive"),
    "credential_dump": ((2, 3, 4), "assumed", "logins with passwords: count as what they open, which is not known"),
}
_PLACED = re.compile(r"^(location\.|contact\.|child\.(school|attendance|bus|guardian|grade|student_id)|identity\.|biometric\.face)")


def known(category: str) -> bool:
    """Whether a category is about people at all (numbers of companies are not)."""
    return not _NOT_PERSONAL.search(category)


def _likely(finding: Finding) -> bool:
    return finding.level is not Level.POSSIBLE


def _highest(factors: Sequence[Factor], lowest: float) -> Factor:
    """The factor with the greatest value; each end is the greatest of all."""
    best = max(factors, key=lambda f: (f.value, f.high, f.low, f.source == "measured", f.reason))
    low, high = max(f.low for f in factors), max(f.high for f in factors)
    if best.value == 0:
        return Factor(0.0, 0.0, high, best.source, f"Only possible: {best.reason}.")
    reason = best.reason[:1].upper() + best.reason[1:] + "."
    return Factor(max(best.value, lowest), max(min(low, best.value), lowest), high, best.source, reason)


def _only_high(factor: Factor) -> Factor:
    return Factor(0.0, 0.0, factor.high, factor.source, factor.reason)


def data_context(findings: Sequence[Finding], people: People, composites: Sequence[Composite]) -> Factor:
    """DPC: the gravest of all categories, composites and the rule of minors; value 0 if nothing is likely."""
    if not findings:
        return Factor(0.0, 0.0, 0.0, "measured", "No personal data were found.")
    factors = []
    for finding in findings:
        ends, source, why = next((e, s, w) for pattern, e, s, w in _CONTEXT if re.match(pattern, finding.category))
        factor = Factor(ends[1], ends[0], ends[2], source, why)
        factors.append(factor if _likely(finding) else _only_high(factor))
    for composite in composites:
        if composite.kind in _COMPOSITES:
            ends, source, why = _COMPOSITES[composite.kind]
            factor = Factor(ends[1], ends[0], ends[2], source, why)
            factors.append(factor if composite.confidence >= 0.5 else _only_high(factor))
    factors += _minors(findings, people)
    gravest = _highest(factors, 1.0)
    moved = next((c.words for c in composites if c.words), "")
    return replace(gravest, reason=f"{gravest.reason} Movements: {moved}.") if moved and gravest.value else gravest


def _minors(findings: Sequence[Finding], people: People) -> list[Factor]:
    """Simple data of minors whose safety they touch count 4, as those of people in danger do in ENISA's own example."""
    likely = [f for f in findings if _likely(f)]
    placed = any(_PLACED.match(f.category) for f in likely)
    share = people.minors.point if people.minors is not None else 0.0
    words = any(f.family == "child" for f in likely)
    out = []
    if likely and share >= MINORS_COUNT:
        why = f"minors are {share:.0%} of the persons and the data tell where or how to reach them: critical for their safety"
        out.append(
            Factor(4, 3, 4, "assumed", why) if placed else Factor(3, 2, 4, "assumed", f"minors are {share:.0%} of the persons")
        )
        young = sum(n for band, n in people.ages if band in ("0-5", "6-11", "12-13"))
        if young and any("cn_" in f.category or f.category.endswith(("_cn", "_zh")) for f in likely):
            out.append(Factor(4, 3, 4, "assumed", "all data of children under 14 are sensitive in China (PIPL Art. 28)"))
    elif words and people.minors is not None and people.minors.high < MINORS_COUNT:
        out.append(_only_high(Factor(2, 1, 3, "measured", "fields of a school; by their ages practically all persons are adults")))
    elif words:
        factor = Factor(
            4, 2, 4, "assumed", "records of school children by their fields, ages not known: read as critical for their safety"
        )
        out.append(
            factor
            if placed and len(likely) > 1
            else Factor(2, 1, 4, "assumed", "fields of school children, nothing that reaches them")
        )
    elif any(f.family == "child" for f in findings) or (people.minors is not None and people.minors.high > 0):
        out.append(_only_high(Factor(4, 1, 4, "assumed", "some persons may be minors")))
    return out


@dataclass(frozen=True, slots=True)
class _Has:
    """Which identifying kinds are present; the same questions are asked of likely findings and of all."""

    categories: frozenset[str]
    kinds: frozenset[str]

    def any(self, pattern: str) -> bool:
        return any(re.match(pattern, category) for category in self.categories)

    @property
    def name(self) -> bool:
        return self.any(r"biographical\.name")

    @property
    def birth_number(self) -> bool:
        return self.any(r"identity\.(cn_ric|cn_student_no|kr_rrn|fi_|se_|dk_|bg_|no_|it_codice|pl_pesel|za_)")

    @property
    def number(self) -> bool:
        return self.any(r"identity\.(?!.*plate|.*generic|employee|vin)")

    @property
    def face(self) -> bool:
        return self.any(r"biometric\.face_(image|record)") or "face_gallery" in self.kinds

    @property
    def group(self) -> bool:
        return self.any(r"child\.(school|grade)|location\.|biographical\.(employer|job)")


# Question, (low, value, high), reason. The highest that applies counts.
_EASE: tuple[tuple[Callable[[_Has], bool], tuple[float, float, float], str], ...] = (
    (lambda h: h.name and h.number, (0.75, 1.0, 1.0), "full name and identity number together"),
    (
        lambda h: h.name and h.any(r"biographical\.birth") and h.any(r"contact\.email"),
        (0.75, 1.0, 1.0),
        "full name, birth date and e-mail address together",
    ),
    (lambda h: h.face and (h.name or h.group or h.number), (1.0, 1.0, 1.0), "clear picture tied to a name, place or group"),
    (lambda h: h.name and h.any(r"location\.(address|latlon)"), (0.75, 1.0, 1.0), "full name and home or place"),
    (lambda h: h.name and h.group, (0.5, 0.75, 1.0), "full name and school, class or place"),
    (lambda h: h.name and h.any(r"contact\.|biographical\.birth"), (0.5, 0.75, 1.0), "full name and a way to reach or tell apart"),
    (lambda h: h.birth_number, (0.5, 0.75, 1.0), "identity number that shows the birth date"),
    (lambda h: h.face, (0.5, 0.75, 1.0), "clear picture, nothing else"),
    (lambda h: h.any(r"contact\.email"), (0.25, 0.5, 1.0), "e-mail address, which may hold the name"),
    (lambda h: h.any(r"location\.address|contact\."), (0.25, 0.5, 0.75), "telephone number, address or account"),
    (lambda h: h.name, (0.25, 0.5, 0.75), "name alone"),
    (lambda h: h.number, (0.25, 0.25, 0.75), "identity number alone, which needs a reference"),
    (lambda h: h.any(r"biometric\."), (0.25, 0.5, 1.0), "measures of the body, which need a reference to name anybody"),
    (lambda _: True, (0.25, 0.25, 0.75), "codes that need a reference"),
)


def ease(findings: Sequence[Finding], composites: Iterable[Composite] = ()) -> Factor:
    """EI: how easily somebody is identified from what one collection holds together."""
    kinds = frozenset(c.kind for c in composites)
    sure = _Has(frozenset(f.category for f in findings if _likely(f)), kinds)
    every = _Has(frozenset(f.category for f in findings), kinds)
    if not findings:
        return Factor(0.0, 0.0, 0.0, "measured", "No personal data were found.")
    factors = [Factor(0.0, 0.0, ends[2], "measured", why) for question, ends, why in _EASE if question(every)]
    if sure.categories:
        source = "measured" if kinds else "assumed"
        note = "" if kinds else " (taken to be of one record)"
        for question, ends, why in _EASE:
            if question(sure):
                joined = note if "together" in why or " and " in why or "tied" in why else ""
                factors.append(Factor(ends[1], ends[0], ends[2], source if joined else "measured", why + joined))
    return _highest(factors, 0.25)
