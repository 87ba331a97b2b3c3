"""The catalogue remembers what was open, when, and with what inside; twice the same scan is once."""

from __future__ import annotations

import sqlite3
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from leftopen.case import Event, State, exposure_id
from leftopen.catalog import Catalog
from leftopen.errors import CatalogError
from leftopen.model import (
    Assessment,
    Collection,
    Composite,
    Driver,
    Field,
    Finding,
    Flag,
    Interval,
    Level,
    People,
    Probe,
    Target,
    Verdict,
)
from leftopen.query import parse
from leftopen.result import CollectionResult, Coverage, ScanResult, StoreResult

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def finding(path: str = "face", category: str = "biometric.face_image", confidence: float = 0.99) -> Finding:
    return Finding(path, category, confidence, Level.PROVEN, 98, 100, 0.001, ("content", "field_name"), "core")


def collection(name: str = "school.pupils", *, rows: int | None = 13000, severity: float = 4.5) -> CollectionResult:
    return CollectionResult(
        Collection(name, rows, 1 << 20, rows_exact=True),
        (Field("face", "string"), Field("id_no", "string")),
        (finding(), finding("id_no", "identity.cn_resident_id")),
        (Composite("tracked_child", ("face", "id_no"), 0.9, 700),),
        People(
            Interval(980, 1000, 1020, "theta"), Interval(0.6, 0.65, 0.7, "birth date"), (("6-11", 300),), 23, "school", AT, AT, 10
        ),
        Assessment(
            Interval(3.5, severity, 5.0, "ENISA 2013"),
            "very high",
            "now",
            0.9,
            (Driver("DPC", 4, 4, 4, "measured", "faces"),),
            (">100",),
        ),
        Coverage(1000, "tablesample", complete=False, bytes=4096),
        evidence=(("face + id_no", "a" * 32),),
    )


def store(
    *collections: CollectionResult, port: int = 27017, verdict: Verdict = Verdict.OPEN_DATA, kind: str = "mongodb", **more
) -> StoreResult:
    probe = Probe(Target("127.0.0.1", port), verdict, kind, "MongoDB", "7.0.1", ("find answered 1 document",), **more)
    return StoreResult(probe, collections)


def scan(*stores: StoreResult, at: datetime = AT) -> ScanResult:
    return ScanResult(at, at + timedelta(minutes=5), "school", stores, journal="j.jsonl abc")


@pytest.fixture
def catalog(tmp_path: Path):
    with Catalog(tmp_path / "deep" / "catalogue.db") as found:
        yield found


def test_a_scan_comes_back_whole(catalog: Catalog) -> None:
    result = catalog.record(scan(store(collection())))
    name = result.stores[0].collections[0].exposure
    assert name == exposure_id("127.0.0.1:27017", "mongodb", "school.pupils")
    details = catalog.exposure(name)
    given = collection()
    assert details.exposure.opened == details.exposure.last_seen == AT
    assert details.exposure.closed is None
    assert set(details.findings) == set(given.findings)
    assert (details.people, details.assessment, details.coverage) == (given.people, given.assessment, given.coverage)
    assert details.composites == given.composites
    assert details.evidence == given.evidence
    assert (details.state, details.verdict, details.version) == (State.FOUND, "open_data", "7.0.1")
    assert details.proofs == ("find answered 1 document",)


def test_the_same_scan_twice_is_once(catalog: Catalog) -> None:
    one = scan(store(collection()))
    first = catalog.record(one)
    before = (catalog.exposures(), catalog.history(first.stores[0].collections[0].exposure))
    second = catalog.record(one)
    assert first == second
    assert (catalog.exposures(), catalog.history(first.stores[0].collections[0].exposure)) == before


def test_what_is_no_exposure_is_not_one(catalog: Catalog) -> None:
    system = replace(collection(), collection=Collection("admin.system.users", 3, system=True))
    empty = CollectionResult(Collection("empty", 0))
    owner = frozenset({Flag.OWNER_CREDENTIAL})
    catalog.record(
        scan(
            store(system, empty, port=1),
            store(collection(), port=2, verdict=Verdict.AUTH_REQUIRED),
            store(collection(), port=3, flags=owner),
            store(verdict=Verdict.OPEN_EMPTY, port=4),
        )
    )
    assert catalog.exposures() == ()


def test_listed_but_not_read_is_an_exposure_without_assessment(catalog: Catalog) -> None:
    catalog.record(scan(store(CollectionResult(Collection("logs", 17)), verdict=Verdict.OPEN_METADATA)))
    (only,) = catalog.exposures()
    assert (only.severity, only.band) == (0.0, "")
    assert catalog.exposure(only.id).assessment is None


def test_a_window_grows_and_a_missing_collection_closes_nothing(catalog: Catalog) -> None:
    catalog.record(scan(store(collection())))
    catalog.record(scan(store(collection()), at=AT + timedelta(days=1)))
    catalog.record(scan(store(verdict=Verdict.AUTH_REQUIRED), at=AT + timedelta(days=2)))
    (only,) = catalog.exposures()
    assert (only.opened, only.last_seen, only.closed) == (AT, AT + timedelta(days=1), None)


def test_an_older_scan_recorded_late_opens_earlier_and_hides_nothing(catalog: Catalog) -> None:
    catalog.record(scan(store(collection(severity=4.5))))
    catalog.record(scan(store(collection(severity=2.0)), at=AT - timedelta(days=3)))
    (only,) = catalog.exposures()
    assert (only.opened, only.last_seen, only.severity) == (AT - timedelta(days=3), AT, 4.5)
    assert len(catalog.exposure(only.id).windows) == 1


def test_verification_closes_and_a_new_sighting_opens_a_second_window(catalog: Catalog) -> None:
    name = catalog.record(scan(store(collection()))).stores[0].collections[0].exposure
    shut = AT + timedelta(days=1)
    catalog.drafted(name, "en", "f" * 64, AT + timedelta(hours=1))
    assert catalog.event(name, Event.TELL) is State.TOLD
    catalog.verified(name, "still_open", "reads without password", AT + timedelta(hours=2))
    assert catalog.exposure(name).exposure.closed is None
    catalog.verified(name, "fixed", "twice: auth_required", shut, closed=True)
    details = catalog.exposure(name)
    assert (details.exposure.closed, details.state, details.evidence) == (shut, State.FIXED, ())
    catalog.record(scan(store(collection()), at=AT + timedelta(hours=3)))  # inside the closed window: nothing new
    assert len(catalog.exposure(name).windows) == 1
    catalog.record(scan(store(collection()), at=AT + timedelta(days=5)))
    details = catalog.exposure(name)
    assert details.state is State.REOPENED
    assert [w.closed for w in details.windows] == [shut, None]
    assert details.exposure.opened == AT + timedelta(days=5)
    whats = [m.what for m in catalog.history(name)]
    assert whats == ["opened", "seen", "letter", "verification", "seen", "verification", "closed", "opened", "seen"]


def test_an_id_may_be_shortened_but_not_guessed(catalog: Catalog) -> None:
    catalog.record(scan(store(*(collection(f"c{i}") for i in range(40)))))
    names = [e.id for e in catalog.exposures()]
    assert len(set(names)) == 40
    assert catalog.exposure(names[0].removeprefix("lo-")).exposure.id == names[0]
    first = {n[3] for n in names}
    shared = next(c for c in first if sum(n[3] == c for n in names) > 1)
    with pytest.raises(CatalogError, match=r"may be any of: lo-"):
        catalog.exposure(shared)
    with pytest.raises(CatalogError, match="No exposure"):
        catalog.exposure("lo-" + "0" * 20)
    with pytest.raises(CatalogError, match="is not an exposure's id"):
        catalog.exposure("pupils%")


def test_one_letter_is_about_one_store(catalog: Catalog) -> None:
    result = catalog.record(scan(store(collection("a", severity=2.0), collection("b")), store(collection("c"), port=9)))
    name = result.stores[0].collections[0].exposure
    assert [d.exposure.collection for d in catalog.together(name)] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {"pupils", "logs", "cache"}),
        ("kind:redis", {"cache"}),
        ("-kind:redis", {"pupils", "logs"}),
        ("severity>=high", {"pupils", "cache"}),
        ("severity:3.2", {"cache"}),
        ("band:very-high", {"pupils", "logs", "cache"}),
        ("severity<high", {"logs"}),
        ("category:biometric.face_image", {"pupils", "logs", "cache"}),
        ("family:identity", {"pupils", "logs", "cache"}),
        ("category:credential", set()),
        ("open:yes", {"pupils", "logs", "cache"}),
        ("open:no", set()),
        ("since:2026-03-01", {"pupils", "logs", "cache"}),
        ("since:2026-03-02", set()),
        ("until:2026-03-01", set()),
        ("target:127.0.0.1", {"pupils", "logs", "cache"}),
        ("target:6379", {"cache"}),
        ("persons>=1k minors>60% groups:23", {"pupils", "logs", "cache"}),
        ("persons>1000", set()),
        ("rows>=13000 pup", {"pupils"}),
        ("100%", set()),
    ],
)
def test_search(catalog: Catalog, text: str, found: set[str]) -> None:
    catalog.record(
        scan(
            store(collection("pupils"), collection("logs", severity=1.5)),
            store(collection("cache", severity=3.2), port=6379, kind="redis"),
        )
    )
    assert {e.collection for e in catalog.exposures(parse(text))} == found


def test_the_file_is_private_and_reopens(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    with Catalog(path) as catalog:
        catalog.record(scan(store(collection())))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with Catalog(str(path)) as catalog:
        assert len(catalog.exposures()) == 1


def test_foreign_damaged_and_newer_files_are_refused(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as db:
        db.execute("create table songs(a)")
    with pytest.raises(CatalogError, match="another program"):
        Catalog(foreign)
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"not a database at all" * 500)
    with pytest.raises(CatalogError, match="cannot be opened"):
        Catalog(damaged)
    newer = tmp_path / "newer.db"
    Catalog(newer).close()
    with sqlite3.connect(newer) as db:
        db.execute("update leftopen_meta set value='99' where name='version'")
    with pytest.raises(CatalogError, match="newer leftopen"):
        Catalog(newer)
    with sqlite3.connect(newer) as db:
        db.execute("update leftopen_meta set value='1' where name='version'")
        db.execute("drop table evidence")
    with pytest.raises(CatalogError, match="damaged"):
        Catalog(newer)
    with pytest.raises(CatalogError, match="address"):
        Catalog("nonsense+driver://x")
