"""What a field may hold when neither its name nor any single value says so: its distribution, and who stands beside it.

Each guess looks at the values of one field together and says how much they look like a category, and which neighbours must be
there before the guess may count as likely. In a table about persons a column of whole numbers from 18 to 83 is an age; alone it
is a column of numbers. A guess whose neighbours are missing is at most possible; one of a table about things is mostly silent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from leftopen.classify.distribution import core, is_epoch, is_sequence
from leftopen.classify.look import Look
from leftopen.classify.patterns import LONE_WORDS
from leftopen.classify.told import MARK, told_words

NAMES = frozenset({f"biographical.name_{s}" for s in ("zh", "latin", "pinyin", "other")})
PHONES = frozenset({"contact.mobile_cn", "contact.phone_intl", "contact.landline_cn"})
LOGIN = frozenset({"contact.email", "device.ip", "device.user_agent", "credential.password_hash", "credential.password_plain"})
PLACED = frozenset({"location.address_zh", "location.address_latin", "location.latlon"})
SCHOOL = frozenset(
    {"child.grade_class", "child.school", "child.guardian", "child.attendance_event", "child.marks", "child.behaviour"}
) | {"identity.cn_student_no"}
TAUGHT = "~subject"
"""Stands among the neighbours of a field if one of them holds what is taught at schools."""
MONEY = frozenset({"financial.card_pan", "financial.iban", "financial.bank_name", "financial.bic"})
WORK = frozenset(
    {"biographical.job", "biographical.education", "financial.account_no", "biographical.employer", "biographical.marital"}
)
CAMERA = frozenset({"biometric.face_image", "biometric.face_embedding", "biometric.body_temperature", "location.checkpoint_event"})


@dataclass(frozen=True, slots=True)
class Guess:
    """``value``: log-odds from the values; ``marks``: signs of persons needed beside it; ``asks``: one of these must be there."""

    value: float
    marks: int = 1
    asks: frozenset[str] = field(default_factory=frozenset)
    goods: bool = True
    """May sums of money stand beside it (a record of a purchase has keys that are no person's)?"""
    otherwise: float = -2.5
    """Log-odds if the field's name says something, but not this category."""
    most: float = 1.0
    """Confidence that it may reach at most: what numbers persons numbers orders, parts and rooms alike."""
    keyed: bool = False
    """Must a name, number or address of a person be there that stands for one record each (else the key is an event's)?"""


def _whole(look: Look, least: int) -> bool:
    decimals = look.evidence.features["decimals"] > 0
    return look.p.numeric > 0.9 and float(decimals.mean()) <= 0.15 and look.p.tested >= least and not is_sequence(look.p)


def _age(look: Look) -> Guess | None:
    if not _whole(look, 4) or look.p.low < 0 or look.p.high > 110 or (look.unique and look.p.tested > 60):
        return None
    values, counts = look.numbers

    def _above(limit: float) -> float:
        return float(counts[values > limit].sum() / counts.sum())

    counted = float(counts.max()) > max(4.0, 0.2 * float(counts.sum()))  # ages do not crowd upon one value
    counted |= float(counts.mean()) < 1.5 and look.p.dense > 0.8  # 1, 2, 3 ... number the rows
    counted |= look.p.dense > 0.95 and look.p.low <= 1 and float(counts.std()) < 0.5  # … also if each row stands there twice
    if counted or _above(85) > 0.09 or _above(90) > 0.03:  # uniform up to 100: a percentage
        return None
    low, middle, high = look.quantiles(0.05, 0.5, 0.95)
    if low >= 15 and 20 <= middle <= 66 and 32 <= high <= 95 and high - low >= 10 and look.p.tested >= 8:
        return Guess(2.4)
    if low < 15 and 18 <= middle <= 62 and 45 <= high <= 90 and look.p.tested >= 18:
        return Guess(2.0)
    if low >= 3 and high <= 19 and 2 <= high - low <= 16 and look.p.tested >= 4 and middle >= 4:
        return Guess(1.8, asks=SCHOOL)
    return None


def _marks(look: Look) -> Guess | None:
    if look.p.numeric < 0.9 or look.p.tested < 8 or look.p.low < 0 or not 60 <= look.p.high <= 150 or is_sequence(look.p):
        return None
    middle, high = look.quantiles(0.5, 0.95)
    top = min((t for t in (100, 120, 150) if t >= look.p.high), default=150)
    halves = look.evidence.features["decimals"] <= 1
    if float(halves.mean()) < 0.9 or not 0.58 * top <= middle <= 0.95 * top or high < 0.8 * top:
        return None
    return Guess(2.3, asks=SCHOOL)


def _salary(look: Look) -> Guess | None:
    if look.p.integer < 0.9 or look.p.low < 400 or look.p.high > 5e6 or look.p.tested < 6 or is_sequence(look.p):
        return None
    values, _ = look.numbers
    rounded = float((values % 50 == 0).mean())
    low, middle, high = look.quantiles(0.05, 0.5, 0.95)
    return Guess(2.1, asks=WORK) if rounded > 0.85 and middle >= 1000 and high < 60 * max(1.0, low) else None


def _gender(look: Look) -> Guess | None:
    kept = core(look.evidence)
    n = int(kept.sum())
    values, counts = look.numbers
    if look.p.numeric >= 0.9 and 2 <= len(values) <= 4:
        total = counts.sum()
        main = sorted(values[counts >= 0.2 * total].tolist())
        known = set(values.tolist()) <= {0, 1, 2, 3, 9}
        if main == [1, 2] and known and not ({3} & set(values.tolist())):
            return Guess(2.0, marks=2)
        return Guess(1.4, marks=99) if main == [0, 1] and len(values) == 2 else None
    if look.evidence.spellings == 2 and look.rows("~letter_lp") >= 0.97 and look.evidence.rows >= 6:
        return Guess(2.0, marks=2)  # laki-laki, perempuan
    if 2 <= look.evidence.spellings <= 6 and n >= 2 and look.rows("~letter_sex") >= 0.9 and look.mean_chars(kept) <= 1.5:
        counts = look.evidence.counts[kept]
        even = float(np.sort(counts)[-2:].min()) >= 0.1 * float(counts.sum())
        return Guess(3.0 if even else 1.6) if look.evidence.rows >= 6 else None
    return None


def _blood(look: Look) -> Guess | None:
    kept = core(look.evidence)
    two = look.evidence.features["letters"] == 2
    if (
        3 <= look.evidence.spellings <= 8
        and kept.sum() >= 2
        and look.rows("~blood") >= 0.88
        and bool(two.any())
        and not bool(two.all())
    ):
        return Guess(3.2)
    return None


def _key(look: Look) -> Guess | None:
    f = look.evidence.features
    mean, spread, _ = look.lengths
    if not look.unique or mean > 14 or mean < 3 or spread > 1.5 or look.p.dates > 0.3 or look.p.decimals or is_epoch(look.p):
        return None
    if (
        max(look.share(label) for label in ("device.ip", "~phone", "~pressure", "~url", "~version", "device.mac", "contact.email"))
        > 0.5
    ):
        return None
    if (
        look.p.dense > 0.5
        or look.share("~deal") > 0.1
        or float((f["space"] + f["han"]).max()) > 0
        or float((f["digits"] >= 3).mean()) < 0.95
    ):
        return None
    if (
        look.share("~dated") > 0.8
        or look.share("~room") > 0.5
        or look.p.decoys["article"] > 0.8
        or (look.p.integer > 0.9 and look.p.low < 100)
    ):
        return None
    if look.share("~all_digits") > 0.8 and (spread > 0.2 or mean < 6):  # bare numbers may count anything
        return None
    return Guess(1.7, marks=2, goods=False, keyed=True, most=0.4)


def _school_no(look: Look) -> Guess | None:
    heads = look.evidence.features["head"]
    fine = look.p.integer > 0.8 and look.lengths[1] < 0.4 and 8 <= look.lengths[0] <= 12 and not is_epoch(look.p)
    if not fine or look.share("~dated") > 0.8 or float(((heads >= 199) & (heads <= 203)).mean()) < 0.8:
        return None
    if not look.unique:  # it comes back with each subject
        return Guess(2.8, asks=frozenset({TAUGHT})) if look.p.repeats >= 1.5 and look.p.tested >= 20 else None
    return Guess(2.8, asks=SCHOOL | {TAUGHT}, keyed=True)  # begins with the year of entry


def _account(look: Look) -> Guess | None:
    digits = look.evidence.features["digits"]
    mean, spread, _ = look.lengths
    plain = look.p.tested >= 12 and float((digits >= 9).mean()) > 0.95 and mean <= 20 and look.share("~all_digits") > 0.95
    fine = (
        plain
        and look.share("~phone") < 0.5
        and look.p.heads > 2
        and not is_epoch(look.p)
        and not is_sequence(look.p)
        and look.share("~dated") < 0.5
    )
    return Guess(2.2, asks=MONEY) if fine and spread < 4 and look.share("financial.card_pan") < 0.3 else None


def _qq(look: Look) -> Guess | None:
    mean, _, kinds = look.lengths
    fine = (
        look.p.integer > 0.95 and look.unique and 6 <= mean <= 10.5 and kinds >= 3 and look.p.low >= 10_000 and look.p.high < 1e11
    )
    return Guess(2.2, asks=frozenset({"contact.wechat"})) if fine and not is_sequence(look.p) else None


def _handles(look: Look) -> bool:
    f = look.evidence.features
    mean, spread, _ = look.lengths
    lower = float((f["upper"] == 0).mean())
    return (
        look.unique
        and look.share("~handle") > 0.85
        and 4 <= mean <= 20
        and spread >= 0.8
        and lower > 0.6
        and float(f["space"].max()) == 0
    )


def _username(look: Look) -> Guess | None:
    return Guess(2.2, asks=LOGIN | {"contact.mobile_cn"}) if _handles(look) else None


def _wechat(look: Look) -> Guess | None:
    if not _handles(look) or float((look.evidence.features["digits"] > 0).mean()) < 0.4:
        return None
    return Guess(2.3, asks=frozenset({"contact.qq", "contact.mobile_cn"}))


def _password(look: Look) -> Guess | None:
    f = look.evidence.features
    mean, spread, _ = look.lengths
    if (
        look.p.tested < 10
        or _handles(look)
        or not 5 <= mean <= 20
        or spread < 0.8
        or float(f["space"].mean()) > 0.1
        or float(f["han"].max()) > 0
    ):
        return None
    small = f["letters"] - f["upper"]
    mixed = (f["digits"] > 0) & (small > 0)
    strange = mixed & ((f["upper"] > 0) | (f["punct"] > 0))
    leaked = look.share("~leaked")
    if float(mixed.mean()) + leaked < 0.5 or float(strange.mean()) + 3 * leaked < 0.3 or look.share("contact.email") > 0.05:
        return None
    return Guess(2.5, asks=frozenset({"device.username", "contact.email", "contact.mobile_cn", "contact.qq"}))


def _session(look: Look) -> Guess | None:
    f = look.evidence.features
    mean, spread, _ = look.lengths
    fine = look.p.tested >= 10 and 20 <= mean <= 256 and spread < 2 and float((f["digits"] > 0).mean()) > 0.9
    if not fine or look.share("~token") < 0.95 or look.p.decoys["uuid"] > 0.5 or look.lengths[0] == 24:
        return None  # 24 hexadecimal digits are the keys of documents
    return Guess(2.0, asks=frozenset({"device.ip", "device.user_agent"}))


def _postal(look: Look) -> Guess | None:
    f = look.evidence.features
    mean, spread, _ = look.lengths
    digits = look.share("~all_digits") > 0.95 and 3.9 <= mean <= 6.1 and spread < 0.25
    if not (digits or look.share("~postal") > 0.9) or is_sequence(look.p) or look.p.dates > 0.5 or float(f["space"].max()) > 1:
        return None
    values, _ = look.numbers
    if look.p.tested < 4 or (len(values) and max(float((values % 50 == 0).mean()), float((values % 10 == 0).mean()) - 0.1) > 0.5):
        return None
    return Guess(
        2.2 if not digits or mean >= 4.9 else 1.9,
        asks=PLACED | {"location.city", "location.admin_code", "biographical.native_place"},
    )


def _room(look: Look) -> Guess | None:
    return Guess(2.0, marks=1, most=0.4) if look.share("~room") > 0.8 and look.p.tested >= 6 else None


def _match(look: Look) -> Guess | None:
    if look.p.numeric < 0.95 or look.p.low < 0 or look.p.high > 100 or look.p.tested < 12 or look.p.decimals < 1.5:
        return None
    low, middle = look.quantiles(0.05, 0.5)
    top = 1.0 if look.p.high <= 1 else 100.0
    return Guess(2.2, asks=CAMERA | {"child.grade_class"}) if middle >= 0.8 * top and low >= 0.55 * top else None


def _attention(look: Look) -> Guess | None:
    if look.p.numeric < 0.95 or look.p.low < 0 or look.p.tested < 10 or is_sequence(look.p):
        return None
    low, middle, high = look.quantiles(0.05, 0.5, 0.95)
    if look.p.high <= 1 and 1.0 <= look.p.decimals <= 4 and 0.4 <= middle <= 0.92 and high - low > 0.15:
        return Guess(1.9, asks=frozenset({"child.behaviour", "child.marks", "child.attendance_event"}))
    return None


def _checkpoint(look: Look) -> Guess | None:
    coded = look.p.decoys["code"] > 0.75 or look.share("~gate") > 0.7
    return (
        Guess(1.9, asks=CAMERA - {"location.checkpoint_event"} | {"biometric.match_score"})
        if coded and look.p.repeats >= 1.5
        else None
    )


def _phone(look: Look) -> Guess | None:
    if look.share("~phone") < 0.8 or look.p.tested < 8 or is_epoch(look.p) or is_sequence(look.p) or look.share("~dated") > 0.8:
        return None
    written = float((look.evidence.features["chars"] > look.evidence.features["digits"]).mean()) > 0.5
    return Guess(3.0 if written else 2.5)


def _birth(look: Look) -> Guess | None:
    """Births of the young look like any dates of late years (of hire, of admission): a school must stand beside them."""
    months = look.evidence.features["month"]
    months = months[months > 0]
    if look.p.dates < 0.8 or look.p.timed > 0.2 or look.p.tested < 8 or look.p.recent > 0.25:
        return None
    first, last = np.quantile(months, (0.1, 0.9))  # a few teachers among pupils do not count
    years = float(last - first) / 12
    if first < 1995 * 12 and years > 25 and look.p.recent <= 0.02:  # pupils and staff together, and nothing of late
        return Guess(2.2, asks=SCHOOL, otherwise=-1.2)
    if not 1.0 <= years <= 25:
        return None
    childhood = look.p.recent == 0 and 4 <= years <= 18  # as wide as one, and none of the last two years
    return Guess(2.2, asks=SCHOOL | {"identity.cn_ric18"} if childhood else SCHOOL, otherwise=-1.2)


def _pressure(look: Look) -> Guess | None:
    return Guess(3.0) if look.share("~pressure") > 0.9 and look.p.tested >= 6 else None


def _address_of_device(look: Look) -> Guess | None:
    return Guess(2.3) if look.share("device.ip") > 0.8 and look.p.tested >= 5 else None


def _illness(look: Look) -> Guess | None:
    return Guess(2.6) if look.rows("~illness") > 0.7 and look.p.tested >= 4 and look.p.chars < 60 else None


def _lone_names(look: Look) -> Guess | None:
    """A column of given names or of surnames: most of its words are names, and few are known as anything else."""
    tested = min(look.p.tested, LONE_WORDS)
    known, other = (look.share(label) * look.p.tested / max(1, tested) for label in ("~lone", "~word"))
    short = float((look.evidence.features["chars"] <= 3).mean())  # towns, teams and units are cut to three letters
    if tested < 8 or known < 0.5 or other > 0.25 or short > 0.4:
        return None
    sure = known >= 0.7 and other <= 0.15 and tested >= 15
    return Guess(3.2, marks=0, otherwise=-1.2) if sure else Guess(2.6, marks=1, otherwise=-1.2)


def _told(category: str, least: int) -> Callable[[Look], Guess | None]:
    """A guess from the words that a list holds for a category."""

    def look_at(look: Look) -> Guess | None:
        label = f"{MARK}{category}"
        hits = look.share(label) * look.p.tested
        fits = look.rows(label) >= 0.7 and hits >= least - 0.5
        return Guess(2.6, otherwise=-1.2) if fits else None

    return look_at


_FELT = _told("biometric.emotion_attention", 3)
"""What cameras say of faces, in words."""

GUESSES: Mapping[str, Callable[[Look], Guess | None]] = {
    **{told.category: _told(told.category, told.least) for told in told_words()},
    "biographical.age": _age,
    "child.marks": _marks,
    "financial.salary": _salary,
    "biographical.gender": _gender,
    "health.blood": _blood,
    "identity.generic_person_id": _key,
    "identity.cn_student_no": _school_no,
    "financial.account_no": _account,
    "contact.qq": _qq,
    "device.username": _username,
    "contact.wechat": _wechat,
    "credential.password_plain": _password,
    "credential.session": _session,
    "location.postal_code": _postal,
    "location.room": _room,
    "contact.phone_intl": _phone,
    "biographical.name_latin": _lone_names,
    "biographical.birth_date": _birth,
    "device.ip": _address_of_device,
    "health.vital": _pressure,
    "health.diagnosis": _illness,
    "biometric.match_score": _match,
    "biometric.emotion_attention": lambda look: _attention(look) or _FELT(look),
    "location.checkpoint_event": _checkpoint,
}
"""The guesses by category."""
