"""A result made by hand, with one of everything, for tests of what is done with results."""

from __future__ import annotations

from datetime import UTC, datetime

from leftopen.model import (
    Assessment,
    Collection,
    Composite,
    Driver,
    Exposure,
    Field,
    Finding,
    Flag,
    Interval,
    Level,
    People,
    Probe,
    Skipped,
    Target,
    Verdict,
)
from leftopen.result import CollectionResult, Coverage, ScanResult, StoreResult

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def people(persons: float = 220, minors: float = 0.4) -> People:
    return People(
        Interval(persons - 8, persons, persons + 8, "theta sketch over resident IDs and guardians' phones"),
        Interval(minors - 0.01, minors, minors + 0.01, "birth dates"),
        (("6-11", 60), ("12-13", 28), ("18+", 132)),
        23,
        "school",
        datetime(2026, 2, 19, 8, tzinfo=UTC),
        datetime(2026, 2, 28, 9, tzinfo=UTC),
        10,
        (("2026-02-19T08:00:00+00:00", 5), ("2026-02-19T09:00:00+00:00", 9)),
    )


def assessment(severity: float = 4.5, band: str = "very high") -> Assessment:
    return Assessment(
        Interval(severity - 1, severity, min(6.0, severity + 0.5), "ENISA 2013"),
        band,
        "now",
        0.9,
        (Driver("DPC", 4, 3, 4, "measured", "faces and children"),),
        ("more_than_100",),
        "",
    )


def collection(name: str = "public.students") -> CollectionResult:
    fields = (Field("id", "int64"), Field("姓名", "string"), Field("face", "binary"))
    findings = (
        Finding("姓名", "biographical.name_zh", 0.97, Level.PROVEN, 198, 200, 0.01, ("dictionary", "field_name"), "1"),
        Finding("face", "biometric.face_image", 0.8, Level.LIKELY, 19, 20, 0.006, ("content",), "1"),
    )
    return CollectionResult(
        Collection(name, 200, 4096, True),
        fields,
        findings,
        (Composite("face_gallery", ("face", "姓名"), 0.9, 190),),
        people(),
        assessment(),
        Coverage(200, "all", True, 4096),
        (("姓名", "ab" * 16),),
        "lo-123456",
    )


def result() -> ScanResult:
    open_ = Probe(Target("127.0.0.1", 5432), Verdict.OPEN_DATA, "postgresql", "PostgreSQL", "18.1", ("ReadyForQuery",), at=NOON)
    shut = Probe(Target("::1", 6379), Verdict.AUTH_REQUIRED, "redis", "Redis", "", ("NOAUTH",), frozenset({Flag.TLS}), True, NOON)
    return ScanResult(
        NOON,
        NOON,
        "school <b>net</b>",
        (StoreResult(open_, (collection(), CollectionResult(Collection("public.empty", 0))), people()), StoreResult(shut)),
        (Skipped("127.0.0.1:9200", "budget", "The byte budget is used up.", "captures"),),
        people(),
        "/state/journal.jsonl",
        ("Faces were not looked for.",),
        9,
        2,
        (Exposure("lo-123456", "127.0.0.1:5432", "postgresql", "public.students", NOON, NOON, None, 4.5, "very high"),),
    )
