"""What fields of one record say about each other: siblings that raise or lower a claim, coordinate pairs, composites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from leftopen.category import Pack
from leftopen.classify.distribution import Profile, is_time
from leftopen.classify.judgement import DOUBTED, NAMED, SIBLING
from leftopen.classify.names import name_log_odds
from leftopen.classify.verdict import Claim, best
from leftopen.classify.weak import NAMES, PHONES, TAUGHT
from leftopen.classify.words import WORDS, tokens
from leftopen.model import Composite, Finding

ANCHORS = frozenset({
    "biographical.name_zh", "biographical.name_latin", "biographical.name_pinyin", "biographical.name_other",
    "identity.cn_ric18", "identity.cn_ric15", "identity.cn_student_no", "identity.us_ssn", "identity.hk_id", "identity.tw_id",
    "identity.cn_passport", "identity.generic_person_id", "contact.mobile_cn", "contact.email",
    "biometric.face_image", "biometric.face_embedding",
})  # fmt: skip
"""Categories that make a record one about a person."""
OWNED = ANCHORS | frozenset({
    "financial.iban", "financial.card_pan", "contact.phone_intl", "contact.landline_cn", "biographical.birth_date",
})  # fmt: skip
"""Categories beside which a name is a person's even in a table that also holds prices."""
KEYS = frozenset(ANCHORS - {"biometric.face_image"})
CHILD = frozenset({"child.school", "child.grade_class", "child.marks", "child.guardian", "child.attendance_event",
                   "child.behaviour", "identity.cn_student_no"})  # fmt: skip
PAPERS = frozenset({"identity.cn_ric18", "identity.cn_ric15", "identity.us_ssn", "identity.cn_passport", "identity.hk_id",
                    "identity.tw_id", "identity.macau_id"})  # fmt: skip
CATALOGUE = WORDS["catalogue"]
RECORD_TIMES = WORDS["record_time"]
_MARKS = {
    "contact.email": "email", "biographical.birth_date": "birth", "biographical.gender": "sex", "biographical.marital": "marital",
    "biographical.ethnicity": "ethnicity", "biographical.religion": "religion", "biographical.political": "politics",
    "biographical.education": "education", "biographical.job": "work", "biographical.age": "age", "health.diagnosis": "patient",
    "health.blood": "patient", "financial.card_pan": "account", "financial.iban": "account", "child.grade_class": "pupil",
    "child.guardian": "pupil", "child.attendance_event": "pupil", "device.username": "login", "credential.password_plain": "login",
    "credential.password_hash": "login", **dict.fromkeys(NAMES, "name"), **dict.fromkeys(PHONES, "phone"),
}  # fmt: skip
"""Categories that only a person has, by the kind of sign that they are."""
ABOUT_PERSONS = 3.0
"""What a table about persons adds to a guess from a field's distribution."""
STRANGERS = 1.0
"""The same if the neighbours it asks for are missing."""
FIRM = 0.85
"""Confidence from which a guess, too, counts as a sign of a person."""
SURE = 0.6
"""Confidence from which a finding speaks for its neighbours."""
OF_NOBODY = DOUBTED
"""Most that a point, or a claim that rests on a name alone, may reach in a record that is about nobody: shops have coordinates,
and tables of countries have columns named income, education and disease."""
WEAKLY_NAMED, WEAK_MARKS = 0.55, 2
"""Most that a claim reaches which rests on a word that says little alone (``charge``, ``balance``), and the signs of a person
beside which it may reach more."""
RECORD = 3
"""Other fields from which a record without any sign of a person is one about nobody."""
UNPROVEN = 1.5
"""Most that values add which merely have a shape that fits."""
_ONLINE = ("device.", "credential.", "contact.email")
"""Beside these a weak word for something of a device (``serial``, ``account``) counts: heaters and loans have those too."""
_OF_PERSONS = frozenset({"biographical", "child", "location", "financial", "health"})
MOST_FRACTIONS = 4
"""Precise fractions in a record up to which two of them, without names, may be a point; more are measurements."""


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field as its neighbours see it."""

    path: str
    scope: str
    index: int
    profile: Profile


def related(a: str, b: str) -> bool:
    """Do two scopes belong to one record, the one inside the other?"""
    return a == b or not a or not b or a.startswith(b) or b.startswith(a)


def _goods(views: Mapping[str, FieldView], scope: str) -> bool:
    return any(CATALOGUE & set(tokens(v.path)) for v in views.values() if related(v.scope, scope))


def weigh(claims: Mapping[str, list[Claim]], views: Mapping[str, FieldView], given: Sequence[Finding]) -> dict[str, Claim]:
    """The best claim of each field after its siblings were heard (two rounds: sure ones first, then what they raise)."""
    chosen = {path: c for path, c in ((p, best(cs)) for p, cs in claims.items()) if c is not None}
    for _ in range(3):
        sure = {p: c.category.id for p, c in chosen.items() if c.confidence >= SURE}
        firm = {p for p, c in chosen.items() if c.guess is None or (c.met and c.share >= FIRM)}
        sure.update({f.path: f.category for f in given if f.confidence >= SURE})
        firm |= {f.path for f in given}
        renewed: dict[str, Claim] = {}
        for path, all_claims in claims.items():
            near = _beside(path, sure, firm, views)
            winner = best([_hear(c, sure, views, near) for c in all_claims])
            if winner is not None:
                renewed[path] = winner
        chosen = renewed
    return _only_one(chosen, views)


_SINGLE = frozenset({"biographical.age", "biographical.gender", "health.blood", "location.postal_code", "financial.account_no"})


def _only_one(chosen: dict[str, Claim], views: Mapping[str, FieldView]) -> dict[str, Claim]:
    """A record has one age: of several guesses at the same the surest stays, the earlier of equals, and none beside a proof."""
    ranked = sorted(chosen.values(), key=lambda c: (c.guess is not None and c.named < NAMED, -c.total, views[c.path].index))
    taken: set[tuple[str, str]] = set()
    for claim in ranked:
        key = (views[claim.path].scope, claim.category.id)
        if claim.category.id not in _SINGLE or claim.confidence < SURE:
            continue
        if key in taken and claim.guess is not None and claim.named < NAMED:
            chosen[claim.path] = replace(claim, ceiling=min(claim.ceiling, DOUBTED))
        taken.add(key)
    return chosen


@dataclass(frozen=True, slots=True)
class Beside:
    """What one field's record says: signs of a person (each kind once), categories, and whether sums of money stand there."""

    marks: int
    held: frozenset[str]
    money: bool
    keyed: bool
    fields: int
    """Other fields of the record."""
    owner: bool
    """Is the record somebody's, by a sign of a person or by the number that its name says a person has?"""


def person_mark(category: str) -> str:
    """The kind of sign of a person that a category is; empty if things have it too (addresses, amounts, plates)."""
    family, _, name = category.partition(".")
    if category in _MARKS:
        return _MARKS[category]
    if family == "identity" and name not in ("generic_person_id", "plate_cn", "plate_other", "vin"):
        return "papers"
    return "face" if category in _FACES else ""


def _beside(path: str, sure: Mapping[str, str], firm: set[str], views: Mapping[str, FieldView]) -> Beside:
    here = views[path]
    near = {p: c for p, c in sure.items() if p != path and p in views and related(views[p].scope, here.scope)}
    marks = {person_mark(c) for p, c in near.items() if p in firm} - {""}
    money = any(_is_money(v.profile) for p, v in views.items() if p != path and p not in near and related(v.scope, here.scope))
    keyed = any(person_mark(c) in ("name", "papers", "email", "phone") and views[p].profile.repeats <= 1.3 for p, c in near.items())
    taught = any(
        v.profile.decoys[TAUGHT[1:]] >= 0.7 and v.profile.tested >= 3 for p, v in views.items() if related(v.scope, here.scope)
    )
    marks |= {"pupil"} if taught else set()
    fields = sum(p != path and related(v.scope, here.scope) for p, v in views.items())
    owner = bool(marks) or any(c == "identity.generic_person_id" for p, c in near.items() if p in firm)
    return Beside(len(marks), frozenset(near.values()) | ({TAUGHT} if taught else set()), money, keyed, fields, owner)


def _is_money(p: Profile) -> bool:
    return p.numeric > 0.95 and 1.2 <= p.decimals <= 2.1 and p.high >= 120 and p.low >= 0


def _hear_guess(claim: Claim, near: Beside) -> Claim:
    """A guess counts once the signs of persons it needs, and one of the neighbours it asks for, stand beside it."""
    guess = claim.guess
    if guess is None:
        return claim
    persons = near.marks >= guess.marks
    met = persons and (not guess.asks or bool(guess.asks & near.held)) and (guess.goods or not near.money)
    met = met and (near.keyed or not guess.keyed or TAUGHT in near.held)
    raised = ABOUT_PERSONS + 0.3 * min(3, near.marks - 1) if met else STRANGERS if persons else 0.0
    return replace(claim, siblings=raised, met=met, how=("distribution", "siblings") if met else ("distribution",))


def _hear(claim: Claim, sure: Mapping[str, str], views: Mapping[str, FieldView], near: Beside) -> Claim:
    if claim.guess is not None:
        return _hear_guess(claim, near)
    category, here = claim.category, views[claim.path]
    raised = SIBLING if near.marks and NAMES & set(category.raised_by) else 0.0
    for path, other in sure.items():
        if path == claim.path or path not in views or not related(views[path].scope, here.scope):
            continue
        if other != category.id and (other in category.raised_by or other.partition(".")[0] in category.raised_by):
            raised = SIBLING if not raised else SIBLING + 0.7
    lowered = 0.0
    if "~catalogue" in category.lowered_by and _goods(views, here.scope):
        persons = [p for p, c in sure.items() if p != claim.path and c in OWNED and c not in category.lowered_by]
        clear = claim.category.id in NAMES and claim.matched >= 0.85 * claim.tested and here.profile.words >= 0.8
        lowered = 0.0 if persons or claim.named >= 3 else 1.0 if clear else 3.5
    if any(other in category.lowered_by for other in sure.values()):
        lowered += 2.0
    how = tuple(w for w in claim.how if w != "siblings") + (("siblings",) if raised else ())
    alone = claim.matched == 0 or (near.fields >= RECORD and category.family in _OF_PERSONS and not person_mark(category.id))
    nobody = alone and not near.owner and claim.value <= UNPROVEN
    weakly = category.method in ("name", "number") and 0 < claim.named < NAMED
    backed = near.marks >= WEAK_MARKS and (category.family != "device" or any(c.startswith(_ONLINE) for c in near.held))
    ceiling = min(claim.ceiling, OF_NOBODY if nobody else WEAKLY_NAMED if weakly and not backed else 1.0)
    return replace(claim, siblings=raised - lowered, how=how, ceiling=ceiling)


def coordinate_pairs(
    views: Mapping[str, FieldView], pack: Pack, sure: Mapping[str, str]
) -> list[tuple[str, float, tuple[str, ...]]]:
    """Fields that hold latitude and longitude in two columns: (path, confidence, evidence words)."""
    out: dict[str, tuple[float, tuple[str, ...]]] = {}
    ordered = sorted(views.values(), key=lambda v: v.index)
    fractions = Counter(v.scope for v in ordered if v.profile.numeric >= 0.95 and v.profile.decimals >= 3.3)
    for first, second in ((a, b) for a in ordered for b in ordered if a.scope == b.scope and 0 < b.index - a.index <= 2):
        odds = _pair(first, second, pack, fractions[first.scope])
        if odds <= 0:
            continue
        persons = _somebody(first.scope, views, sure)
        confidence = min(0.98, odds + 0.1) if persons else odds if _moving(first, views) else min(odds, OF_NOBODY)
        for view in (first, second):
            if confidence > out.get(view.path, (0.0, ()))[0]:
                named = name_log_odds(view.path, "location.latlon", pack) >= 2
                words = ("distribution", *(("field_name",) if named else ()), *(("siblings",) if persons else ()))
                out[view.path] = (confidence, words)
    return [(path, confidence, words) for path, (confidence, words) in out.items()]


def _somebody(scope: str, views: Mapping[str, FieldView], sure: Mapping[str, str]) -> bool:
    """Is the record about a person or about what a person carries?"""
    return any(
        c in ANCHORS or person_mark(c) or c.startswith("device.")
        for p, c in sure.items()
        if p in views and related(views[p].scope, scope)
    )


def _moving(point: FieldView, views: Mapping[str, FieldView]) -> bool:
    """Do the same things come back at other moments (a track), or are these the places of a list (shops, stations)?"""
    near = [v for v in views.values() if v.path != point.path and related(v.scope, point.scope)]
    times = [v for v in near if is_time(v.profile) and v.profile.repeats <= 2 and not RECORD_TIMES & set(tokens(v.path))]
    return bool(times) and any(v.profile.repeats >= 1.8 and v.profile.tested >= 2 and not is_time(v.profile) for v in near)


def _pair(a: FieldView, b: FieldView, pack: Pack, crowd: int) -> float:
    """Confidence, 0..1, that two columns are a point. ``crowd``: precise fractions in the record, these two among them."""
    p, q = a.profile, b.profile
    if min(p.numeric, q.numeric) < 0.95 or max(abs(p.low), abs(p.high), abs(q.low), abs(q.high)) > 180:
        return 0.0
    if max(abs(p.low), abs(p.high)) > 90 and max(abs(q.low), abs(q.high)) > 90:
        return 0.0
    names = [name_log_odds(v.path, "location.latlon", pack) for v in (a, b)]
    if min(names) >= 2 and min(p.decimals, q.decimals) >= 2:
        return 0.95
    precise = min(p.decimals, q.decimals) >= 3.3 and max(p.four_decimals, q.four_decimals) >= 0.8
    if min(names) < 0 or not precise or min(p.tested, q.tested) < 5:
        return 0.0
    if max(abs(p.high), abs(p.low)) <= 1.5 or max(abs(q.high), abs(q.low)) <= 1.5:
        return 0.0
    return 0.8 if max(names) >= 2 else _unnamed_pair(p, q, crowd)


def _unnamed_pair(p: Profile, q: Profile, crowd: int) -> float:
    """Two fractions may be anything that is measured: points are written with as many digits each, stand alone among the other
    columns of a record, and lie together in one region, off the corner where equator and first meridian meet."""
    lat, lon = sorted((p, q), key=lambda x: abs(x.middle[0]))
    spans = (p.middle[1] - p.middle[0], q.middle[1] - q.middle[0])
    tight = max(spans) <= 8 and max(spans) < 4 * max(0.01, min(spans))
    alike = abs(p.decimals - q.decimals) <= 1.2 and max(p.decimals, q.decimals) <= 9 and crowd <= MOST_FRACTIONS
    if not alike:
        return 0.0
    if lat.middle[0] >= 18 and lat.middle[1] <= 54 and lon.middle[0] >= 73 and lon.middle[1] <= 135:
        return 0.75 if tight else 0.6
    far = max(abs(lat.middle[0]), abs(lon.middle[0])) >= 20 and min(abs(lat.middle[0]), abs(lon.middle[0])) >= 2
    return 0.62 if tight and far and min(p.decimals, q.decimals) >= 4.3 else 0.4 if far else 0.0


def passages(views: Mapping[str, FieldView], sure: Mapping[str, str]) -> list[tuple[str, str, float]]:
    """Times at which the same people were somewhere, again and again: (path, category, confidence).

    Needs in one record a moment that differs between records, a person's key that comes back, and a place: a point, a camera
    or a face (a passage), or a school (attendance). Times of the record itself (created, updated) are none.
    """
    out: list[tuple[str, str, float]] = []
    for view in views.values():
        if view.path in sure or not is_time(view.profile) or view.profile.tested < 5 or RECORD_TIMES & set(tokens(view.path)):
            continue
        near = {p: c for p, c in sure.items() if p in views and related(views[p].scope, view.scope)}
        # The numbers of a vector come back in every record: they say nothing about who does.
        returning = any(c in KEYS - _FACES and views[p].profile.repeats >= 1.8 for p, c in near.items())
        if not returning or view.profile.repeats > 2.0:
            continue
        held = set(near.values())
        if held & (_PLACES | _FACES | {"biometric.match_score"}):
            out.append((view.path, "location.checkpoint_event", 0.75))
        elif held & {"child.school", "biometric.body_temperature"} and held & CHILD:
            out.append((view.path, "child.attendance_event", 0.7))
    return out


def composites(findings: Sequence[Finding], views: Mapping[str, FieldView], rows: Mapping[str, int]) -> tuple[Composite, ...]:
    """Findings of one record that together weigh more than each alone."""
    sure = [f for f in findings if f.confidence >= SURE and f.path in views]
    scopes = sorted({views[f.path].scope for f in sure}, key=len)
    found: dict[str, Composite] = {}
    for scope in scopes:
        here = [f for f in sure if related(views[f.path].scope, scope)]
        times = [v.path for v in views.values() if related(v.scope, scope) and is_time(v.profile)]
        for kind, parts, extra in _kinds(here, times, rows):
            paths = tuple(dict.fromkeys([*(f.path for f in parts), *extra]))
            confidence = round(min(f.confidence for f in parts), 3)
            if kind not in found or found[kind].confidence < confidence:
                found[kind] = Composite(kind, paths, confidence, min((rows.get(p, 0) for p in paths), default=None))
    return tuple(found[k] for k in sorted(found))


def _one(findings: Sequence[Finding], wanted: frozenset[str]) -> list[Finding]:
    return sorted((f for f in findings if f.category in wanted), key=lambda f: (-f.confidence, f.path))[:1]


_FACES = frozenset({"biometric.face_image", "biometric.face_embedding"})
_PLACES = frozenset({"location.latlon", "location.checkpoint_event"})
_PHONES = frozenset({"contact.mobile_cn", "contact.phone_intl", "contact.landline_cn", "contact.email"})
_KIN = WORDS["kin"]


def _kinds(here: Sequence[Finding], times: Sequence[str], rows: Mapping[str, int]) -> list[tuple[str, list[Finding], list[str]]]:
    # Of pictures and vectors the one that more records hold stands for the gallery.
    face = sorted((f for f in here if f.category in _FACES), key=lambda f: (-rows.get(f.path, 0), f.path))[:1]
    key, place = _one(here, frozenset(KEYS - _FACES)), _one(here, _PLACES)
    name, paper, child = _one(here, NAMES), _one(here, PAPERS), _one(here, CHILD)
    phone = _one(here, _PHONES)
    out: list[tuple[str, list[Finding], list[str]]] = []
    if face and key:
        out.append(("face_gallery", face + key, []))
    if name and paper:
        out.append(("identity_kit", name + paper + phone, []))
    anyone = key or _one(here, ANCHORS)
    if anyone and place and times:
        out.append(("tracked_person", anyone + place, list(times[:1])))
        if child:
            out.append(("tracked_child", anyone + place + child, list(times[:1])))
    elif child and times and _one(here, frozenset({"child.attendance_event"})) and anyone:
        out.append(("tracked_child", anyone + child, list(times[:1])))
    kin = [f for f in here if f.category in _PHONES | NAMES and _KIN & set(tokens(f.path))]
    relation = _one(here, frozenset({"child.guardian"}))
    if (child or relation) and (kin or (relation and phone)):
        out.append(("family_link", (child or relation) + (kin[:2] or relation + phone), []))
    return out + [(kind, parts, []) for kind, parts in _files(here, anyone, child)]


_LOGINS = frozenset({"device.username", "contact.email", "contact.mobile_cn", "contact.phone_intl"})
_PASSWORDS = frozenset({"credential.password_plain", "credential.password_hash"})
_ILLNESS = ("health.diagnosis", "health.icd", "health.drug", "health.lab", "health.condition", "health.allergy")
_CONDUCT = frozenset({"child.behaviour", "biometric.emotion_attention"})


def _files(here: Sequence[Finding], anyone: list[Finding], child: list[Finding]) -> list[tuple[str, list[Finding]]]:
    """Files kept about somebody: logins with passwords, patients with what they suffer from, pupils with marks and conduct."""
    login, password = _one(here, _LOGINS), _one(here, _PASSWORDS)
    illness = [f for f in here if f.category.startswith(_ILLNESS)][:1]
    kept = [_one(here, frozenset({part})) for part in ("child.marks", "child.attendance_event")] + [_one(here, _CONDUCT)]
    profile = [f for part in kept for f in part]
    out = []
    if login and password:
        out.append(("credential_dump", login + password))
    if anyone and illness:
        out.append(("patient_file", anyone + illness))
    if anyone and child and len(profile) >= 2:
        out.append(("pupil_profile", anyone + profile))
    return out
