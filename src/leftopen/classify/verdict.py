"""From evidence to claims: value evidence against chance, the field's name, what the values look like together.

Here the terms are found; `judgement` adds them up. What siblings say comes later (`siblings`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from leftopen.category import Category, Pack
from leftopen.classify import judgement
from leftopen.classify.checks_national import NATIONAL
from leftopen.classify.distribution import Profile, against_digits, core, is_epoch, is_sequence, is_time
from leftopen.classify.evidence import PROSE_TESTED, FieldEvidence, is_prose
from leftopen.classify.headers import EXACT_NAME, FIT, GENERAL, PAPERS, fits_kind, names_papers
from leftopen.classify.headers import VALUE as HEADER
from leftopen.classify.judgement import DOUBTED, GUESSED, NAMED, UNLIMITED, enough, name_term, value_term
from leftopen.classify.look import Look, is_opaque
from leftopen.classify.names import name_log_odds, named_categories
from leftopen.classify.numbers import is_closed
from leftopen.classify.patterns import Matcher
from leftopen.classify.shape import Array
from leftopen.classify.weak import GUESSES, Guess
from leftopen.model import Basis, Terms

LONE_WORD = 2.5
"""Penalty on single words as names of people: brands and codes read alike."""
CLOSED, NEARLY_ALL = 12, 0.85
"""Different numbers, and the share of all, whose right check digits tell that they are no moments and no sequence."""
BARE_DIGITS = 20.0
"""Penalty for each share of bare digits that are no telephone number, if the name does not say that they are."""
CITIES = 8
"""Different towns that a field without a name must hold."""
CODES = 6
"""Different codes of countries that a field without a name must hold."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One category's claim on one field."""

    path: str
    category: Category
    matched: int
    tested: int
    value: float
    named: float
    penalty: float = 0.0
    siblings: float = 0.0
    ceiling: float = 1.0
    how: tuple[str, ...] = field(default=())
    guess: Guess | None = None
    """Set if the claim rests on distribution and neighbours alone."""
    met: bool = True
    """False while a guess has not met the neighbours it asks for."""
    most: float | None = None
    """Most that the values may add; None if their term does not rest on the chance rate."""
    prose: bool = False
    """True if it is about what stands inside sentences."""
    rival: float | None = None
    """Sum of the terms of the next best explanation of the field."""

    @property
    def terms(self) -> Terms:
        """All that the judgement rests on, to be kept beside the finding."""
        basis, unnamed, otherwise = Basis.PROSE if self.prose else Basis.VALUES, 1.0, None
        if self.guess is not None:
            unnamed, otherwise = min(GUESSED, self.guess.most, 1.0 if self.met else DOUBTED), self.guess.otherwise
            basis = Basis.GUESS
        return Terms(
            basis, self.value, self.named, self.siblings, self.penalty, self.ceiling, unnamed, otherwise, self.most,
            self.rival, self.category.tests,
        )  # fmt: skip

    @property
    def total(self) -> float:
        """Sum of all terms."""
        return judgement.total(self.terms)

    @property
    def share(self) -> float:
        """The terms as a share 0..1, as they are."""
        return judgement.share(self.terms)

    @property
    def confidence(self) -> float:
        """How often such a claim is right, 0..1."""
        return judgement.confidence(self.terms, self.category)


def claims_on(path: str, evidence: FieldEvidence, p: Profile, matcher: Matcher, pack: Pack) -> list[Claim]:
    """Every claim on one field that its values, with its name, can carry; siblings not yet heard."""
    out: list[Claim] = []
    if not evidence.tested:
        return out
    for category in _passed(evidence, matcher, pack):
        named = name_log_odds(path, category.id, pack)
        claim = _METHODS[category.method](path, category, evidence, p, matcher, named)
        if claim is not None and claim.total > -3.5:
            out.append(claim)
    out = _of_one_form(_of_authority(path, out))
    out += _by_header(path, {c.category.id for c in out}, evidence, p, pack)
    return out + _guesses(path, evidence, p, matcher, pack)


def _proves(category: Category, k: int, n: int) -> bool:
    """Are these so many numbers, all of right check digits, that they can be no others?"""
    return k >= max(CLOSED, NEARLY_ALL * n) and "siblings" in category.needs


def _of_authority(path: str, claims: list[Claim]) -> list[Claim]:
    """Numbers of authorities: a header that means some such number names each; beside check digits forms alone say nothing."""
    fit = {
        id(c)
        for c in claims
        if is_closed(c.category) and c.category.family == "identity" and c.matched >= max(CLOSED, NEARLY_ALL * c.tested)
    }
    closed = any(id(c) in fit and _proves(c.category, c.matched, c.tested) for c in claims)
    papers = names_papers(path)
    out = []
    for claim in claims:
        if id(claim) in fit:
            if closed and claim.named < NAMED and not _proves(claim.category, claim.matched, claim.tested):
                continue
            claim = replace(claim, named=max(claim.named, PAPERS)) if papers else claim
        out.append(claim)
    return out


def _of_one_form(claims: list[Claim]) -> list[Claim]:
    """Numbers of many authorities have one form: where the header names one of them exactly, the same form speaks for no other."""
    named = [c for c in claims if c.category.family == "identity" and c.named >= EXACT_NAME and c.matched >= FIT * c.tested]
    held = {c.category.id for c in named if c.category.id not in GENERAL}
    if not held:
        return claims
    most = max(c.value for c in named)
    return [
        replace(c, value=min(c.value, most), most=most)
        if c.category.family == "identity" and c.named < 1.0 and "check_digit" not in c.how
        else c
        for c in claims
        if not (c.category.id in GENERAL and c.category.family == "identity")
    ]


def _by_header(path: str, claimed: set[str], evidence: FieldEvidence, p: Profile, pack: Pack) -> list[Claim]:
    """What the field's name says exactly, if the values are of that kind though in no form that is known."""
    named = [c for c in named_categories(path, pack) if c.id not in claimed and name_log_odds(path, c.id, pack) >= EXACT_NAME]
    held = [c for c in named if fits_kind(c, evidence, p)]
    general = [c for c in held if c.id in GENERAL]
    return [
        Claim(path, c, 0, evidence.tested, HEADER, EXACT_NAME, ceiling=GUESSED, how=("field_name",)) for c in general[:1] or held
    ]


def _guesses(path: str, evidence: FieldEvidence, p: Profile, matcher: Matcher, pack: Pack) -> list[Claim]:
    """Claims that rest on the field's distribution. A name that says something, and something else, speaks against them."""
    look, out = Look(evidence, p, matcher), []
    for ident, look_at in GUESSES.items():
        category = pack.categories.get(ident)
        guess = look_at(look) if category else None
        if category and guess:
            named, n = name_term(path, ident, pack, guess.otherwise), evidence.tested
            out.append(Claim(path, category, n, n, guess.value, named, how=("distribution",), guess=guess, met=False))
    return out


def prose_claims(path: str, evidence: FieldEvidence, matcher: Matcher, pack: Pack) -> list[Claim]:
    """What stands inside the sentences of a field: every category found in enough of those that were searched."""
    read = is_prose(evidence.features[:PROSE_TESTED])
    n = int(read.sum())
    out: list[Claim] = []
    if n < 3 or n < 0.5 * len(read):
        return out
    for label, index in matcher.at.items():
        if not label.startswith("~in:"):
            continue
        category = pack.categories[label[4:]]
        k = int(evidence.hits[:PROSE_TESTED][read, index].sum())
        name = category.family == "biographical" or category.id.startswith("location.")
        if k >= 3 and k / n >= (0.15 if name else 0.05):
            value = min(6.0, 4.0 + 4.0 * k / n)
            out.append(Claim(path, category, k, n, value, 0.0, ceiling=0.89, how=("free_text", "spans"), prose=True))
    return out


def _speaks_alone(category: Category) -> bool:
    """Is a single value proof, whatever the others of its field are? Numbers that one check digit closes are not."""
    return category.method == "pattern" and 0 <= category.chance < 1e-3 and not category.needs and category.id not in _LOOSE


_LOOSE = frozenset({
    "identity.hk_id", "identity.tw_id", "identity.us_ssn", "identity.cn_ric15", "identity.cn_student_no", "identity.gh_tin",
    "contact.phone_intl", "financial.cz_account", "financial.nz_account",
})  # fmt: skip
"""Forms that codes of other things have by the dozen."""


def _passed(evidence: FieldEvidence, matcher: Matcher, pack: Pack) -> list[Category]:
    """Categories of which some value passed a test; numbers and dates are not tested by the matcher, so those are all here."""
    labels = (matcher.labels[at] for at in np.flatnonzero(evidence.hits.any(axis=0)))
    idents = {label.removeprefix("~fit:") for label in labels}
    idents |= {c.id for method in ("number", "date") for c in pack.by_method[method]}
    found = (pack.categories[ident] for ident in sorted(idents) if ident in pack.categories)
    return [c for c in found if c.method != "content"]


def _held(label: str, evidence: FieldEvidence, matcher: Matcher, kept: Array) -> int:
    """Distinct values with a label; in an enumeration the share of rows with it, told as so many of its main values."""
    index = matcher.at.get(label)
    if index is None:
        return 0
    hit = evidence.hits[:, index]
    if kept.all():
        return int(hit.sum())
    return round(float(evidence.counts[hit].sum() / evidence.counts.sum()) * int(kept.sum()))


def _share(label: str, evidence: FieldEvidence, matcher: Matcher) -> int:
    index = matcher.at.get(label)
    return int(evidence.hits[:, index].sum()) if index is not None else 0


def _by_value(path: str, category: Category, evidence: FieldEvidence, p: Profile, matcher: Matcher, named: float) -> Claim | None:
    kept = core(evidence)
    n, k = int(kept.sum()), _held(category.id, evidence, matcher, kept)
    fits = _held(f"~fit:{category.id}", evidence, matcher, kept)
    most: float | None = None
    if enough(k, n, category, named):
        most = _limit(category, evidence, p, matcher, named, k, n)
        value, how = value_term(k, n, category, most), _shown_by(category)
    elif named >= NAMED and (k + fits) / n >= 0.8:
        value, k, how = 1.5, max(k, min(n, k + fits)), ("shape",)
    elif k >= 5 and k / n >= 0.02 and _speaks_alone(category):
        value, how = min(3.6, _limit(category, evidence, p, matcher, named, k, n)), ("pattern", "part_of_values")
    else:
        return None
    penalty = 0.0
    if is_closed(category) and "check_digit" in how:
        closed = _proves(category, k, n)  # no other numbers pass check digits all of them
        penalty = 5.0 * (1 - k / n) + (against_digits(p) if not closed and (is_sequence(p) or is_epoch(p)) else 0.0)
    elif p.chars and p.integer > 0.5 and category.id not in ("identity.cn_ric18", "identity.cn_student_no"):
        penalty = against_digits(p) if named < NAMED else 0.5 * against_digits(p)
    if category.id == "biographical.name_latin" and p.words < 0.5 and named < NAMED:
        penalty += LONE_WORD
    if category.id == "device.ip":
        penalty += 6.0 * p.decoys["version"] * (named < NAMED and p.high < 0)
    if category.id == "contact.landline_cn" and named < NAMED:
        penalty += 6.0 * (1 - min(1.0, k / n + _share("contact.mobile_cn", evidence, matcher) / n))
    if category.id == "contact.phone_intl":
        chinese = max(_share(label, evidence, matcher) for label in ("contact.landline_cn", "contact.mobile_cn"))
        penalty += 6.0 * max(p.dates, p.decoys["version"], chinese / n if chinese / n > 0.9 else 0.0)
        if named < NAMED and p.integer > 0.9:  # of bare digits of the right length four fifths are some country's number
            penalty += BARE_DIGITS * (1 - k / n)
    return Claim(path, category, k, n, value, named, penalty, how=(*how, *name_word(named)), most=most)


def _shown_by(category: Category) -> tuple[str, ...]:
    """The word for a test that values passed."""
    checked = category.validator in _CHECKED or category.validator in NATIONAL
    return ("check_digit" if checked else "dictionary" if category.method != "pattern" else "pattern",)


def _limit(category: Category, evidence: FieldEvidence, p: Profile, matcher: Matcher, named: float, k: int, n: int) -> float:
    """Most that values may add: less where they read like those of other things and the name does not say otherwise."""
    ident, most = category.id, UNLIMITED
    if ident == "child.grade_class" and named < 1.0 and k < 4 and not p.han:
        most = 1.0  # "Class 1" and "Class 2" are also groups of anything
    if named >= NAMED:
        return most
    if ident == "biographical.name_other" and k < 0.5 * n:
        most = 1.0  # the larger part of the names is written in another script
    if category.method == "lexicon" and "content" in category.needs and n < 10:
        most = min(most, 1.0 + 0.25 * n)
    if k and n >= 2 and category.method != "pattern" and _share(ident, evidence, matcher) == 1:
        return min(most, 1.0)  # one word of a list alone: "single" beside "multiple" is no marital status
    if ident == "biographical.nationality" and evidence.features["chars"].max() <= 3 and k < CODES:
        return min(most, 1.0)  # a few capitals abbreviate anything
    if ident == "location.city" and n < CITIES:
        return min(most, 1.0)  # branches, groups and colours are also named like towns
    if ident in ("health.diagnosis", "health.icd") and evidence.features["punct"].mean() < 0.2:
        return min(most, 1.0)  # a letter and two digits number rooms, cabins and parts too
    return most


def _by_name(path: str, category: Category, evidence: FieldEvidence, p: Profile, matcher: Matcher, named: float) -> Claim | None:
    if named < 1.0:
        return None
    n, k = evidence.tested, _share(f"~fit:{category.id}", evidence, matcher)
    if k / n < 0.5:
        return None
    counted = is_epoch(p) and named >= EXACT_NAME and category.family in ("identity", "financial", "contact")
    numeric_event = is_time(p) and category.id not in ("child.attendance_event",) and not counted
    return Claim(
        path, category, k, n, 1.5 if k / n >= 0.8 else 0.5, named, 4.0 if numeric_event else 0.0, ceiling=0.97,
        how=("shape", *name_word(named)),
    )  # fmt: skip


def _by_number(path: str, category: Category, evidence: FieldEvidence, p: Profile, _matcher: Matcher, named: float) -> Claim | None:
    low, high = category.range or (-math.inf, math.inf)
    f = evidence.features
    inside = (f["number"] >= low) & (f["number"] <= high)
    if category.decimals:
        inside &= f["decimals"] <= category.decimals[1]
    n, k = evidence.tested, int(inside.sum())
    if k / n < 0.95 or is_sequence(p):
        return None
    value = 1.5
    if category.id == "biometric.body_temperature":
        value = _temperature(p)
    elif named < 1.0:
        value = 0.5 if category.id == "child.marks" and p.high > 30 and p.distinct >= 8 else -2.0
    return Claim(path, category, k, n, value, named, how=("distribution", *name_word(named)))


def _temperature(p: Profile) -> float:
    """Body temperatures crowd between 35.5 and 38 with one decimal or two; machines' do not."""
    crowded = p.middle[0] >= 35.0 and p.middle[1] <= 39.5 and p.middle[1] - p.middle[0] < 3.5
    return 3.6 if crowded and p.tested >= 5 and 0.5 <= p.decimals <= 2.0 else 0.3


def _by_date(path: str, category: Category, evidence: FieldEvidence, p: Profile, _matcher: Matcher, named: float) -> Claim | None:
    months = evidence.features["month"]
    n, k = evidence.tested, int((months > 0).sum())
    if k / n < 0.8:
        return None
    value = _births(evidence, p)
    spread = value > 0
    if p.timed < 0.1 and named >= NAMED:
        value = max(value, 1.5)
    elif not spread:
        value = -1.0
    whole_day = evidence.features["digits"].max() == 8 and p.integer > 0.9 and named < 1.0
    value -= (0.3 if whole_day else 0.0) + (1.2 if named < 1.0 and not is_opaque(path) else 0.0)
    return Claim(
        path, category, k, n, value, named, 4.0 if p.timed > 0.5 else 0.0,
        how=("distribution" if spread else "shape", *name_word(named)),
    )  # fmt: skip


def _births(evidence: FieldEvidence, p: Profile) -> float:
    """Log-odds that dates are births of people of all ages: they reach far back, and few lie in the last years."""
    months = evidence.features["month"]
    months = months[months > 0]
    if len(months) < 8 or p.years < 3 or p.old < 0.75 or p.timed >= 0.1:
        return 0.0
    first, last = np.quantile(months, [0.1, 0.9])
    if first < 1975 * 12 and p.years >= 12:
        return 3.6
    if first < 1990 * 12 and p.years >= 8 and last < 2012 * 12:
        return 3.2
    return 1.6 if last < 2012 * 12 else 0.8


_METHODS = {
    "pattern": _by_value,
    "lexicon": _by_value,
    "closed": _by_value,
    "name": _by_name,
    "number": _by_number,
    "date": _by_date,
}
_CHECKED = frozenset({"ric18", "student_no", "luhn", "iban", "hk_id", "tw_id"})


def name_word(named: float) -> tuple[str, ...]:
    """The evidence word for a name that speaks for the category."""
    return ("field_name",) if named >= 1.0 else ()


def best(claims: list[Claim]) -> Claim | None:
    """The best explanation of one field: the strongest claim, ties broken by id; it remembers how strong the next was."""
    ranked = sorted(claims, key=lambda c: (-c.total, -c.named, c.category.id))
    if not ranked:
        return None
    return replace(ranked[0], rival=ranked[1].total) if len(ranked) > 1 else ranked[0]
