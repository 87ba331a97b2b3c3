"""Harm: golden cases after ENISA's own examples, the school, monotonicity, other scales."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leftopen.assess import assess, band_of, combine_assessments, overall, scales
from leftopen.model import Collection, Composite, Finding, Interval, Level, People
from leftopen.result import Coverage

NOBODY = People()
WHOLE = Coverage(1000, "all", True)


def finding(category, level=Level.PROVEN, confidence=0.97):
    return Finding(category, category, confidence, level, 50, 50, 0.001)


def judge(*categories, people=NOBODY, composites=(), flags=(), rows=1000, now=None):
    kinds = [Composite(kind, (), 0.95) for kind in composites]
    found = [finding(c) if isinstance(c, str) else c for c in categories]
    return assess(found, people, Collection("x", rows=rows), composites=kinds, coverage=WHOLE, flags=flags, now=now)


def crowd(persons=1000, minors=None, ages=(), last=None):
    share = Interval(minors, minors, minors) if minors is not None else None
    return People(Interval(persons * 0.99, persons, persons * 1.01), share, ages, last=last)


FACES = ("biometric.face_image", "biometric.face_embedding", "biographical.name_zh", "identity.cn_ric18", "child.school")
PUPILS = crowd(1300, 0.4, (("6-11", 300), ("16-17", 220), ("18+", 30)))


def test_school_faces():
    got = judge(*FACES, people=PUPILS, composites=("face_gallery",))
    assert (got.severity.low, got.severity.point, got.severity.high) == (3.5, 4.5, 5.0)
    assert got.band == "very high"
    assert got.urgency == "now"
    assert {"minors", "under_14", "over_100_individuals", "irrevocable"} <= set(got.flags)


def test_school_without_biometrics_is_as_grave():
    got = judge("biographical.name_zh", "child.school", "identity.cn_student_no", "contact.mobile_cn", people=PUPILS)
    assert got.severity.point == 4.5
    assert got.band == "very high"
    dpc = next(d for d in got.drivers if d.factor == "DPC")
    assert dpc.source == "assumed"
    assert "safety" in dpc.reason or "PIPL" in dpc.reason


def test_school_by_its_fields_alone():
    assert judge("biographical.name_zh", "child.school", "identity.cn_student_no").severity.point == 4.5


def test_ransom_note_adds_intent_and_the_most_is_six():
    got = judge(*FACES, people=PUPILS, composites=("face_gallery",), flags=("ransom_note",))
    assert got.severity.point == 5.0
    assert got.severity.high == 6.0
    assert got.urgency == "now"
    assert "ransom_note" in got.flags


@pytest.mark.parametrize(
    ("categories", "point", "band"),
    [
        (("biographical.name_latin", "contact.email"), 1.25, "low"),  # supermarket list: simple data
        (("contact.email",), 1.0, "low"),
        (("device.ip",), 0.75, "low"),
        (("location.latlon", "identity.generic_person_id"), 1.0, "low"),
        (("biographical.name_latin", "financial.iban", "location.address_latin"), 3.5, "high"),  # month of balances
        (("biographical.name_latin", "identity.us_ssn", "health.diagnosis"), 4.5, "very high"),  # the result itself
        (("biographical.name_latin", "biographical.birth_date", "contact.email"), 1.5, "low"),
        (("identity.cn_uscc",), 0.0, "none"),
    ],
)
def test_golden(categories, point, band):
    got = judge(*categories, people=crowd(50))
    assert got.severity.point == pytest.approx(point)
    assert got.band == band
    assert got.severity.low <= got.severity.point <= got.severity.high


def test_online_shop_may_be_medium_at_most():
    got = judge("biographical.name_latin", "contact.email", "location.address_latin", people=crowd(5000))
    assert got.band == "low"
    assert band_of(got.severity.high) in ("medium", "high")


def test_nothing_found():
    got = judge()
    assert (got.severity.point, got.severity.high, got.band, got.urgency) == (0.0, 0.0, "none", "routine")


def test_possible_findings_move_the_upper_end_alone():
    got = judge(finding("health.diagnosis", Level.POSSIBLE, 0.3))
    assert (got.severity.point, got.band) == (0.0, "none")
    assert got.severity.high > 2
    assert "possible" in got.borderline
    base = judge("contact.email")
    more = judge("contact.email", finding("health.diagnosis", Level.POSSIBLE, 0.3))
    assert more.severity.point == base.severity.point
    assert more.severity.high > base.severity.high


def test_owner_credential_is_no_exposure():
    open_, owned = (judge(*FACES, people=PUPILS, flags=f) for f in ((), ("owner_credential",)))
    assert owned.severity.point == open_.severity.point - 0.5
    assert owned.urgency == "soon"


def test_borderline_names_what_would_tip():
    got = judge("biographical.name_latin", "identity.us_ssn", "location.trajectory", people=crowd(50))
    assert got.severity.point == 3.5
    assert got.borderline == ""
    near = judge("location.trajectory", "identity.cn_ric18", people=crowd(50))
    assert near.severity.point == 3 * 0.75 + 0.5
    assert near.borderline.startswith("2.75 is just below high")
    assert "EI" in near.borderline


def test_growing_data_is_more_urgent():
    now = datetime(2020, 1, 10, 12, tzinfo=UTC)
    fresh, old = (crowd(50, last=now - age) for age in (timedelta(hours=3), timedelta(days=90)))
    assert judge("contact.email", people=fresh, now=now).urgency == "soon"
    assert judge("contact.email", people=old, now=now).urgency == "routine"
    assert judge("contact.email", people=fresh, now=now).severity == judge("contact.email", people=old, now=now).severity


def test_confidence_falls_with_a_thin_sample_and_a_honeypot():
    found = [finding("contact.email")]
    thin = assess(found, NOBODY, Collection("x", rows=10**6), coverage=Coverage(50, "random", False))
    whole = assess(found, NOBODY, Collection("x", rows=50), coverage=Coverage(50, "all", True))
    bait = assess(found, NOBODY, Collection("x", rows=50), coverage=Coverage(50, "all", True), flags=("honeypot_suspect",))
    assert thin.confidence < whole.confidence
    assert bait.confidence == whole.confidence / 2
    assert thin.severity == whole.severity == bait.severity


CATEGORIES = (
    "biographical.name_zh", "biographical.birth_date", "biographical.ethnicity", "contact.email", "contact.mobile_cn",
    "identity.cn_ric18", "identity.generic_person_id", "identity.cn_uscc", "financial.card_pan", "health.diagnosis",
    "credential.password_hash", "device.ip", "child.school", "child.guardian", "child.attendance_event", "location.latlon",
    "location.trajectory", "biometric.face_image", "biometric.face_embedding", "biometric.body_temperature",
)  # fmt: skip
FINDINGS = st.builds(finding, st.sampled_from(CATEGORIES), st.sampled_from(list(Level)), st.floats(0, 1))
CROWDS = st.builds(crowd, st.integers(1, 10**7), st.none() | st.floats(0, 1))


@settings(deadline=None)
@given(st.lists(FINDINGS, max_size=8), FINDINGS, CROWDS)
def test_a_further_finding_never_lowers_the_upper_end(found, more, people):
    before, after = (assess(f, people, Collection("x")) for f in (found, [*found, more]))
    assert after.severity.high >= before.severity.high
    if more.level is not Level.POSSIBLE:
        assert after.severity.point >= before.severity.point
    for got in (before, after):
        assert 0 <= got.severity.low <= got.severity.point <= got.severity.high <= 6
        assert got.band == band_of(got.severity.point)
        for driver in got.drivers:
            assert driver.low <= driver.value <= driver.high
            assert driver.source in ("measured", "declared", "assumed")
            assert driver.reason.endswith(".")


@settings(deadline=None)
@given(st.lists(FINDINGS, max_size=6), CROWDS)
def test_order_of_findings_does_not_matter(found, people):
    assert assess(found, people, Collection("x")) == assess(found[::-1], people, Collection("x"))


@settings(deadline=None)
@given(st.lists(st.lists(FINDINGS, max_size=4), max_size=4))
def test_combined_is_the_gravest(groups):
    each = [assess(found, NOBODY, Collection("x")) for found in groups]
    whole = combine_assessments([None, *each])
    if not each:
        assert whole is None
        return
    assert whole.severity.point == max(a.severity.point for a in each)
    assert whole.severity.high == max(a.severity.high for a in each)
    assert whole.severity.low <= whole.severity.point
    assert whole == combine_assessments(each[::-1]) or len({a.severity for a in each}) < len(each)


def test_overall_flags_come_from_everybody_counted():
    parts = [judge("contact.email", people=crowd(60)), judge("contact.email", people=crowd(70))]
    assert "over_100_individuals" not in combine_assessments(parts).flags
    assert "over_100_individuals" in overall(parts, crowd(130)).flags


def test_other_scales():
    got = judge(*FACES, people=PUPILS, composites=("face_gallery",))
    assert scales(got, PUPILS) == {
        "edpb_impact": "severe",
        "edpb_outcome": "high risk",
        "cnil": "maximum",
        "shadowserver": "critical",
        "china_class": "general",
    }
    assert scales(got, crowd(1_300_000))["china_class"] == "relatively major"
    assert scales(got, crowd(1_000_000))["china_class"] == "general to relatively major"
    assert scales(judge(), NOBODY) == {
        "edpb_impact": "none",
        "edpb_outcome": "unlikely",
        "cnil": "negligible",
        "shadowserver": "info",
        "china_class": "unknown",
    }


def test_school_fields_with_ages_all_adult_are_not_of_unknown_age():
    adults = People(Interval(200, 200, 200), Interval(0.0, 0.0, 0.004), (("18+", 200),))
    known = judge("biographical.name_zh", "contact.mobile_cn", "child.school", people=adults)
    unknown = judge("biographical.name_zh", "contact.mobile_cn", "child.school")
    assert not any("ages not known" in d.reason for d in known.drivers)
    assert any("ages not known" in d.reason for d in unknown.drivers)
    assert known.severity.point < unknown.severity.point


def test_a_few_known_adults_leave_the_ages_of_the_others_unknown():
    some = People(Interval(200, 200, 200), Interval(0.0, 0.0, 0.4), (("18+", 3),))
    assert any(
        "ages not known" in d.reason
        for d in judge("biographical.name_zh", "contact.mobile_cn", "child.school", people=some).drivers
    )
