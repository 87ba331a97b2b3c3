"""Fixed needs positive proof, twice; everything else says what it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from leftopen.catalog import Catalog
from leftopen.errors import WireError
from leftopen.model import Exposure, Flag, Probe, Target, Verdict
from leftopen.verify import Outcome, verify, verify_and_record
from tests.test_catalog import collection, scan, store

AT = datetime(2026, 3, 1, tzinfo=UTC)
HOME = Target("127.0.0.1", 27017)
THERE = Target("127.0.0.1", 27018)
ROW = Exposure("lo-000001", HOME.label, "mongodb", "school.pupils", AT, AT, None, 4.5, "very high")
V = Verdict


def knocks(*verdicts, kind="mongodb", other=None, flags=frozenset(), evidence=()):
    answers = iter(verdicts)

    def knock(target: Target) -> Probe:
        if target == THERE:
            if isinstance(other, Exception):
                raise other
            return other
        verdict = next(answers)
        kind_ = "" if verdict in (V.CLOSED, V.SILENT, V.FILTERED, V.OTHER_SERVICE) else kind
        return Probe(target, verdict, kind_, flags=flags, evidence=evidence)

    return knock


def run(knock, **more):
    pauses = []
    found = verify(ROW, HOME, knock, pause=60, sleep=pauses.append, **more)
    return found, pauses


@pytest.mark.parametrize("verdict", [V.AUTH_REQUIRED, V.HOST_DENIED, V.CLOSED, V.RESTRICTED])
def test_two_proofs_are_fixed(verdict) -> None:
    found, pauses = run(knocks(verdict, verdict))
    assert found.outcome is Outcome.FIXED
    assert len(found.probes) == 2
    assert pauses == [60]
    assert found.unchecked


@pytest.mark.parametrize(
    "verdict", [v for v in V if v not in (V.AUTH_REQUIRED, V.HOST_DENIED, V.CLOSED, V.RESTRICTED) and not v.is_open]
)
def test_no_other_verdict_is_ever_fixed(verdict) -> None:
    assert run(knocks(verdict, verdict))[0].outcome is Outcome.NOT_REPRODUCIBLE


def test_one_proof_is_not_two() -> None:
    assert run(knocks(V.AUTH_REQUIRED, V.SILENT))[0].outcome is Outcome.NOT_REPRODUCIBLE
    assert run(knocks(V.FILTERED, V.CLOSED))[0].outcome is Outcome.NOT_REPRODUCIBLE


@pytest.mark.parametrize("verdict", [V.OPEN_DATA, V.OPEN_METADATA, V.OPEN_EMPTY])
def test_open_is_open_even_the_second_time(verdict) -> None:
    assert run(knocks(verdict))[0].outcome is Outcome.STILL_OPEN
    assert run(knocks(V.AUTH_REQUIRED, verdict))[0].outcome is Outcome.STILL_OPEN


def test_a_store_without_the_collection_is_still_open() -> None:
    found, _ = run(knocks(V.OPEN_DATA), names=lambda _: ["other"])
    assert (found.outcome, found.collection) == (Outcome.STILL_OPEN, "gone")
    assert run(knocks(V.OPEN_DATA), names=lambda _: ["school.pupils"])[0].collection == "present"
    assert run(knocks(V.OPEN_DATA))[0].collection == "unknown"
    assert run(knocks(V.OPEN_EMPTY))[0].collection == "gone"


def test_another_kind_of_store_proves_nothing_about_this_one() -> None:
    assert run(knocks(V.AUTH_REQUIRED, V.AUTH_REQUIRED, kind="redis"))[0].outcome is Outcome.NOT_REPRODUCIBLE
    assert run(knocks(V.OPEN_DATA, V.OPEN_DATA, kind="redis"))[0].outcome is Outcome.NOT_REPRODUCIBLE


def test_what_the_owners_credential_opens_is_neither_open_nor_proof() -> None:
    owner = frozenset({Flag.OWNER_CREDENTIAL})
    assert run(knocks(V.OPEN_DATA, V.OPEN_DATA, flags=owner))[0].outcome is Outcome.NOT_REPRODUCIBLE


@pytest.mark.parametrize("home", [V.CLOSED, V.AUTH_REQUIRED, V.SILENT])
def test_the_same_collections_elsewhere_mean_moved(home) -> None:
    other = Probe(THERE, V.OPEN_DATA, "mongodb")
    found, _ = run(knocks(home, home, other=other), nearby=[HOME, THERE], names=lambda _: ["school.pupils", "x"], known=["x"])
    assert (found.outcome, found.elsewhere) == (Outcome.MOVED, (THERE.label,))


def test_a_different_store_elsewhere_is_not_this_one() -> None:
    for other in (
        Probe(THERE, V.OPEN_DATA, "redis"),
        Probe(THERE, V.AUTH_REQUIRED, "mongodb"),
        Probe(THERE, V.OPEN_DATA, "mongodb"),
        WireError("refused", "closed"),
    ):
        found, _ = run(knocks(V.CLOSED, V.CLOSED, other=other), nearby=[THERE], names=lambda _: ["school.pupils"], known=["more"])
        assert found.outcome is Outcome.FIXED


def test_the_stores_own_identity_decides_over_names() -> None:
    proofs = ("cluster_uuid: abcdefgh12",)
    same = Probe(THERE, V.OPEN_DATA, "mongodb", evidence=("Cluster_uuid = abcdefgh12",))
    twin = Probe(THERE, V.OPEN_DATA, "mongodb", evidence=("cluster_uuid: zzzzzzzz99",))
    for other, outcome in ((same, Outcome.MOVED), (twin, Outcome.FIXED)):
        found, _ = run(knocks(V.CLOSED, V.CLOSED, other=other), nearby=[THERE], names=lambda _: ["school.pupils"], proofs=proofs)
        assert found.outcome is outcome


def test_only_a_fix_closes_the_window(tmp_path: Path) -> None:
    with Catalog(tmp_path / "c.db") as catalog:
        name = catalog.record(scan(store(collection()), at=AT - timedelta(days=1))).stores[0].collections[0].exposure
        row = catalog.exposure(name).exposure
        for verdicts in ((V.OPEN_DATA,), (V.SILENT, V.SILENT), (V.OTHER_SERVICE, V.CLOSED)):
            verify_and_record(catalog, verify(row, HOME, knocks(*verdicts), pause=0))
            assert catalog.exposure(name).exposure.closed is None
        fixed = verify_and_record(catalog, verify(row, HOME, knocks(V.CLOSED, V.CLOSED), pause=0))
        assert catalog.exposure(name).exposure.closed == fixed.at
