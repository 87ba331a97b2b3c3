"""Judging anew: the same pack changes nothing, another one changes what it says otherwise, and the former stays on record."""

from __future__ import annotations

import csv
import json
import random
import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from faker import Faker

from leftopen.catalog import Catalog
from leftopen.category import Pack, load_pack
from leftopen.classify.judgement import REPORTED, confidence, name_term, value_term
from leftopen.exits import Exit
from leftopen.files import open_files
from leftopen.model import Basis, Finding, Level
from leftopen.query import parse
from leftopen.reassess import Outcome, judge_anew, reassess
from leftopen.result import CollectionResult
from leftopen.unit import Settings, read
from tests.cli.running import leftopen
from tests.test_catalog import scan, store

BADGE = """\
id = "identity.{name}"
title = "Badge of the lab"
why = ["gdpr-4"]
source = "written for this test"

[names]
en = [{names}]

[detect]
method = "pattern"
patterns = ["{pattern}"]
length = [8, 8]
chance = {chance}

[siblings]
needs = {needs}

[examples]
true = ["LB-12345", "LB-54321"]
false = ["LB-1234", "12345678"]
"""
USUAL = {"name": "lab_badge", "names": '"lab badge"', "pattern": "LB-\\\\d{5}", "chance": "0.001", "needs": "[]"}


def badge_pack(folder: Path, **other: str) -> Path:
    """A folder of category files with one category of its own."""
    path = folder / "identity" / "lab_badge.toml"
    path.parent.mkdir(parents=True)
    path.write_text(BADGE.format(**(USUAL | other)))
    return folder


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Path:
    """Records with every basis of judgement that needs no picture: values, guesses, prose, neighbours."""
    fake, draw = Faker("en_US"), random.Random(5)
    Faker.seed(5)
    path = tmp_path_factory.mktemp("table") / "people.csv"
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["badge", "c1", "full_name", "email", "c4", "lat", "lon", "note", "ssn", "born", "c10", "ip"])
        for _ in range(200):
            person = fake.name()
            badge = f"LB-{draw.randrange(10**5):05}" if draw.random() < 0.97 else fake.bothify("##??####")
            out.writerow([
                badge, badge, person, fake.email(), draw.choice([draw.randint(1, 17), draw.randint(18, 84)]),
                f"{draw.gauss(52.3, 0.2):.6f}", f"{draw.gauss(4.9, 0.2):.6f}",
                f"Please call {person} at {fake.phone_number()} or write to {fake.email()} before noon.",
                fake.ssn(), fake.date_of_birth(minimum_age=5, maximum_age=90).isoformat(), draw.choice("MF"), fake.ipv4_public(),
            ])  # fmt: skip
    return path


def scanned(table: Path, *packs: Path) -> CollectionResult:
    (sample,) = open_files([table])
    settings = Settings(b"k" * 32, date(2026, 3, 1), faces=False, packs=tuple(map(str, packs)))
    result = read(sample, settings, label="127.0.0.1:27017", kind="mongodb").result
    return replace(result, collection=replace(result.collection, name="lab.people"))


@pytest.fixture
def before(tmp_path) -> Path:
    return badge_pack(tmp_path / "before")


@pytest.fixture
def book(tmp_path, table, before):
    """A catalogue after one scan with the pack ``before``."""
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.record(scan(store(scanned(table, before))))
        yield catalog


def only(book: Catalog):
    (row,) = book.exposures()
    return book.exposure(row.id)


def found(book: Catalog, path: str) -> Finding:
    (finding,) = [f for f in only(book).findings if f.path == path]
    return finding


def badge(done, path="badge"):
    (change,) = [c for c in (*done.changes, *done.left) if c.path == path]
    return change


def test_a_scan_keeps_what_the_judgement_rests_on(book, table, before):
    findings = {f.path: f for f in only(book).findings}
    assert set(findings) >= {"badge", "full_name", "email", "lat", "lon", "note", "ssn", "born", "c10"}
    bases = {f.terms.basis for f in findings.values()}
    assert bases == {Basis.VALUES, Basis.GUESS, Basis.PROSE, Basis.NEIGHBOURS}
    assert set(findings.values()) <= set(scanned(table, before).findings)
    terms = findings["badge"].terms
    assert (terms.named, terms.tests) == (name_term("badge", "identity.lab_badge", load_pack((before,))), terms.tests)


def test_the_same_pack_changes_nothing(book, before):
    whole = (only(book), book.history(book.exposures()[0].id))
    done = reassess(book, load_pack((before,)))
    assert (done.changes, done.left, done.harm) == ((), (), ())
    assert done.same == done.findings == len(only(book).findings) > 8
    assert (only(book), book.history(book.exposures()[0].id)) == whole


def test_another_chance_rate_is_weighed_as_a_scan_would(book, table, tmp_path):
    folder = badge_pack(tmp_path / "after", chance="0.01", names='"visitor pass"')
    pack = load_pack((folder,))
    matched = found(book, "c1").matched
    done = reassess(book, pack)
    again = {(f.path, f.category): f for f in scanned(table, folder).findings}
    for finding in only(book).findings:
        if finding.terms.basis is not Basis.NEIGHBOURS:
            assert again[finding.path, finding.category] == finding
    change = badge(done, "c1")
    category = pack.categories["identity.lab_badge"]
    now, terms = found(book, "c1"), found(book, "c1").terms
    assert (now.matched, now.chance, now.pack) == (matched, 0.01, pack.version)
    assert terms.value == value_term(now.matched, now.tested, category)
    assert change.confidence == confidence(terms, category) < change.old_confidence
    assert change.old_pack != change.pack == pack.version


def test_a_stronger_rival_is_told(book, table, tmp_path):
    """A scan would call the second column otherwise now; stored evidence cannot, and says so."""
    folder = badge_pack(tmp_path / "after", chance="0.1", names='"visitor pass"')
    done = reassess(book, load_pack((folder,)))
    assert "second best" in badge(done, "c1").why
    assert {f.category for f in scanned(table, folder).findings if f.path == "c1"} != {"identity.lab_badge"}


def test_names_and_needs_of_the_pack_are_heard(book, tmp_path):
    folder = badge_pack(tmp_path / "after", needs='["name"]', names='"badge"')
    done = reassess(book, load_pack((folder,)))
    assert found(book, "badge").terms.named == 4.0
    assert "field_name" in found(book, "badge").how
    change = badge(done, "c1")
    assert (change.outcome, change.level, change.confidence) == (Outcome.CHANGED, Level.POSSIBLE, 0.4)
    assert found(book, "c1").how == ("pattern",)


def test_judging_twice_is_judging_once(book, tmp_path):
    pack = load_pack((badge_pack(tmp_path / "after", chance="0.6"),))
    first = reassess(book, pack)
    whole = (only(book), book.history(book.exposures()[0].id))
    second = reassess(book, pack)
    assert first.changes
    assert (second.changes, second.harm, second.left) == ((), (), first.left)
    assert (only(book), book.history(book.exposures()[0].id)) == whole


def test_what_falls_away_is_kept_and_comes_back(book, before, tmp_path):
    was = only(book)
    weak = load_pack((badge_pack(tmp_path / "after", chance="0.99", names='"visitor pass"'),))
    done = reassess(book, weak)
    change = badge(done)
    assert (change.outcome, change.level) == (Outcome.WITHDRAWN, None)
    assert change.confidence < REPORTED
    assert not [f for f in only(book).findings if f.path == "badge"]
    back = reassess(book, load_pack((before,)))
    assert badge(back).outcome is Outcome.RESTORED
    now = only(book)
    keep = {f for f in now.findings if f.terms.basis is not Basis.NEIGHBOURS}
    assert keep == {f for f in was.findings if f.terms.basis is not Basis.NEIGHBOURS}
    assert (now.assessment, now.composites, now.exposure) == (was.assessment, was.composites, was.exposure)


def test_severity_and_search_follow(tmp_path, table):
    """A catalogue whose only finding falls away is of no severity, and its exposure is not found by the category."""
    thin = tmp_path / "badges.csv"
    thin.write_text("badge\n" + "".join(f"LB-{n:05}\n" for n in random.Random(2).sample(range(10**5), 80)))
    strong, weak = badge_pack(tmp_path / "strong"), badge_pack(tmp_path / "weak", chance="0.99", names='"visitor pass"')
    with Catalog(tmp_path / "c.db") as book:
        book.record(scan(store(scanned(thin, strong))))
        severity = book.exposures()[0].severity
        assert severity > 0
        assert book.exposures(parse("category:identity.lab_badge"))
        trial = reassess(book, load_pack((weak,)), dry_run=True)
        assert book.exposures()[0].severity == severity
        done = reassess(book, load_pack((weak,)))
        assert replace(trial, dry_run=False) == done
        (harm,) = done.harm
        assert (harm.old_severity, harm.severity, harm.band) == (severity, 0.0, "none")
        (row,) = book.exposures()
        assert (row.severity, row.band) == (0.0, "none")
        assert not book.exposures(parse("category:identity.lab_badge"))
        assert [m.what for m in book.history(row.id)] == ["opened", "seen", "judged"]
        assert "1 withdrawn, severity" in book.history(row.id)[-1].detail


def test_a_composite_falls_with_its_part(book, tmp_path):
    """And an untouched one stays; what the scan found is kept."""
    held = next(book.held())
    assert {c.kind for c in held.composites} >= {"identity_kit"}
    name = next(f for f in held.findings if f.path == "full_name")
    from leftopen.reassess import _composites

    rest = [f if f is not name else replace(f, confidence=0.61) for f in held.findings]
    kits = {c.kind: c.confidence for c in _composites(held, rest)}
    assert kits["identity_kit"] == 0.61
    assert "identity_kit" not in {c.kind for c in _composites(held, [f for f in held.findings if f is not name])}
    assert tuple(_composites(held, held.findings)) == held.composites


def test_a_category_that_is_gone_is_told_and_stays(book):
    done = reassess(book, load_pack())
    change = badge(done)
    assert (change.outcome, change.why) == (Outcome.LEFT, "The pack has no such category.")
    assert found(book, "badge").pack == change.old_pack == change.pack != done.pack
    assert found(book, "email").pack == done.pack


def test_what_only_records_can_tell_is_left(book, tmp_path):
    other = load_pack((badge_pack(tmp_path / "after", pattern="L[BC]-\\\\d{5}"),))
    done = reassess(book, other)
    assert "tests its values" in badge(done).why
    assert "neighbouring columns" in badge(done, "lat").why


def test_fewer_matches_than_the_pack_asks_for_are_left(book, before):
    pack = load_pack((before,))
    category = pack.categories["identity.lab_badge"]
    asks = replace(category, share=1.0, names={})
    stricter = Pack({**pack.categories, category.id: asks}, "stricter")
    after, why = judge_anew(found(book, "badge"), stricter)
    assert after is None
    assert "Fewer values" in why


@pytest.fixture
def version_1(tmp_path) -> Path:
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as db:
        db.executescript((Path(__file__).parent / "catalogue_version_1.sql").read_text())
    db.close()
    return path


def rows_of(path: Path) -> dict[str, list[tuple]]:
    with sqlite3.connect(path) as db:
        tables = [n for (n,) in db.execute("select name from sqlite_master where type='table'")]
        return {t: db.execute(f"select * from {t}").fetchall() for t in tables if t != "leftopen_meta"}


def test_a_catalogue_of_version_1_opens_without_loss(version_1):
    old = rows_of(version_1)
    for _ in range(2):
        with Catalog(version_1) as book:
            assert {e.collection for e in book.exposures()} == {"pupils", "logs"}
            assert all(f.terms is None for e in book.exposures() for f in book.exposure(e.id).findings)
    new = rows_of(version_1)
    assert sum(map(len, old.values())) > 12
    assert {t: [r[: len(o)] for r, o in zip(new[t], rows, strict=True)] for t, rows in old.items()} == old
    with sqlite3.connect(version_1) as db:
        assert db.execute("select value from leftopen_meta where name='version'").fetchone() == ("2",)


def test_findings_of_version_1_are_told_and_new_scans_are_judged(version_1, table, before):
    with Catalog(version_1) as book:
        done = reassess(book, load_pack((before,)))
        assert {c.why for c in done.left} >= {"Recorded before evidence was kept; scan again."}
        assert (done.changes, done.same) == ((), 0)
        book.record(scan(store(scanned(table, before), port=5)))
        assert reassess(book, load_pack((before,))).same > 8


def test_a_catalogue_that_stopped_half_way_goes_on(version_1):
    with sqlite3.connect(version_1) as db:
        db.execute("alter table findings add column basis varchar")
    db.close()
    with Catalog(version_1) as book:
        assert len(book.exposures()) == 2


def test_the_command_tells_the_same_in_both_forms(book, tmp_path):
    folder = badge_pack(tmp_path / "after", chance="0.6")
    words = ("reassess", "--catalog", tmp_path / "catalog.db", "--pack", folder)
    tried = leftopen(tmp_path, *words, "--dry-run")
    assert (tried.returncode, tried.stderr) == (Exit.NOTHING, "")
    assert "Nothing was written" in tried.stdout
    assert "identity.lab_badge" in tried.stdout
    ended = leftopen(tmp_path, *words, "--json", "--strict")
    done = json.loads(ended.stdout)
    assert (ended.returncode, ended.stderr) == (Exit.INCOMPLETE, "")
    assert {c["path"] for c in done["changes"]} >= {"c1"}
    assert {c["path"] for c in done["left"]} == {"lat", "lon"}
    again = leftopen(tmp_path, *words, "--format", "json")
    assert json.loads(again.stdout)["changes"] == []
    assert again.returncode == Exit.NOTHING


def test_the_command_on_an_empty_catalogue_and_a_wrong_pack(tmp_path):
    ended = leftopen(tmp_path, "reassess")
    assert (ended.returncode, ended.stdout) == (Exit.NOTHING, "")
    assert "no exposure" in ended.stderr
    ended = leftopen(tmp_path, "reassess", "--pack", tmp_path / "none")
    assert ended.returncode == Exit.USAGE
    assert "not a folder" in ended.stderr
