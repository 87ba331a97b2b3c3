"""PostgreSQL: its protocol over bytes, its verdicts and draws on real servers."""

from __future__ import annotations

import contextlib
import datetime as dt
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftopen.connector import Draw
from leftopen.connectors import postgresql_catalog as catalog
from leftopen.connectors.postgresql import PostgreSQL
from leftopen.connectors.postgresql_knock import judge_refusal
from leftopen.connectors.postgresql_protocol import MAX_MESSAGE, Reader, identifier, query, startup
from leftopen.errors import BudgetSpent, ProtocolError, StoreRefused, WireError
from leftopen.lab.servers import postgresql as lab_postgresql
from leftopen.model import Flag, Target, Verdict
from tests.connectors.doors import door, door_to, owners_door, rows
from tests.servers import POSTGRESQL
from tests.test_wire import server

CONNECTOR = PostgreSQL()


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


def messages(data: bytes, step: int = 0) -> list:
    reader, found = Reader(), []
    for part in [data] if not step else [data[i : i + step] for i in range(0, len(data), step)]:
        reader.feed(part)
        while (one := reader.take()) is not None:
            found.append(one)
    return found


GREETING = (
    message(b"R", struct.pack("!i", 0))
    + message(b"S", b"server_version\x0015.4 (Debian)\0")
    + message(b"D", struct.pack("!hi2si", 2, 2, b"ab", -1))
    + message(b"E", b"SFATAL\0C28000\0Mno such role\0RInitializeSessionUserId\0\0")
)


@pytest.mark.parametrize("step", [0, 1, 5])
def test_messages_are_read_however_they_are_cut(step) -> None:
    ok, version, row, error = messages(GREETING, step)
    assert ok.authentication() == 0
    assert version.parameter() == ("server_version", "15.4 (Debian)")
    assert row.row() == ("ab", None)
    assert (error.refusal().code, error.refusal().routine) == ("28000", "InitializeSessionUserId")
    assert "role" not in repr(error.refusal())
    assert "ab" not in repr(row)


def test_an_error_in_the_old_form_is_read() -> None:
    (error,) = messages(b"EFATAL:  sorry, too many clients already\n\0")
    assert error.refusal().message.startswith("FATAL")


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"R" + struct.pack("!i", 3),
        b"D" + struct.pack("!i", MAX_MESSAGE + 1),
        b"E" + b"\xff\xff\xff\0" * 8,
        b"J\0\0\0\x99\x0a8.0",
    ],
)
def test_what_is_not_postgresql_is_refused(data) -> None:
    with pytest.raises(ProtocolError):
        [one.row() for one in messages(data)]


@given(st.binary(max_size=300) | st.binary(max_size=60).map(lambda body: message(b"D", body)))
def test_any_bytes_are_messages_or_refused(data) -> None:
    for read in ("row", "refusal", "parameter", "authentication"):
        try:
            for one in messages(data, 7):
                getattr(one, read)()
        except ProtocolError:
            continue


def test_our_own_messages() -> None:
    assert startup({"user": "a"}) == struct.pack("!ii", 16, 196608) + b"user\0a\0\0"
    assert query("SELECT 1") == b"Q\0\0\0\x0dSELECT 1\0"
    assert identifier('a"b\0;--') == '"a""b;--"'


@pytest.mark.parametrize("case", POSTGRESQL, ids=str)
def test_verdict(case, servers, tmp_path) -> None:
    running = servers.get(case)
    with door(tmp_path, running) as open_door:
        probe = CONNECTOR.probe(open_door)
        assert probe.verdict is case.verdict
        assert open_door.connections <= 3
        assert (Flag.TLS in probe.flags) == case.state.startswith("tls")
    if case.verdict.is_open:
        assert probe.version == running.version


@pytest.mark.parametrize(("depth", "verdict"), [("touch", Verdict.UNKNOWN), ("names", Verdict.OPEN_METADATA)])
def test_depth_bounds_the_verdict(depth, verdict, servers, tmp_path) -> None:
    with door(tmp_path, servers.find("postgresql", "open"), depth) as open_door:
        assert CONNECTOR.probe(open_door).verdict is verdict


@pytest.mark.parametrize("name", ["memcached", "nginx", "mariadb", "echo", "catch_all", "ssh"])
def test_others_are_not_postgresql(name, servers, tmp_path) -> None:
    running = servers.find("service", name)
    # a peer that waits for more, or hangs up, leads to no claim either
    with door_to(tmp_path, "postgresql", running.host, running.port) as open_door, contextlib.suppress(WireError):
        assert CONNECTOR.probe(open_door) is None


def scripted(answer: bytes):
    """A peer that declines TLS and answers the startup with these bytes, for states that no installation here can have."""

    def handle(connection) -> None:
        connection.recv(8)
        connection.sendall(b"N")
        connection.recv(4096)
        connection.sendall(answer)
        connection.recv(4096)

    return server(handle)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (message(b"R", struct.pack("!i", 3)), Verdict.AUTH_REQUIRED),
        (message(b"R", struct.pack("!i", 5) + b"salt"), Verdict.AUTH_REQUIRED),
        (message(b"E", b"SFATAL\0C53300\0Mtoo many\0\0"), Verdict.UNKNOWN),
        (message(b"E", b"SFATAL\0C57P03\0Mstarting up\0\0"), Verdict.UNKNOWN),
        (message(b"E", b"SFATAL\0C28000\0M\xe6\x97\xa0\0RClientAuthentication\0\0"), Verdict.HOST_DENIED),
        (message(b"R", bytes(4)) + message(b"E", b"SFATAL\0C28000\0Mno role\0\0"), Verdict.RESTRICTED),
    ],
)
def test_refusals_are_judged(answer, verdict, tmp_path) -> None:
    with scripted(answer) as (port, _), door_to(tmp_path, "postgresql", "127.0.0.1", port) as open_door:
        assert CONNECTOR.probe(open_door).verdict is verdict


SCHEMA = """
CREATE EXTENSION IF NOT EXISTS plpgsql;
CREATE TYPE mood AS ENUM ('calm', 'tired');
CREATE DOMAIN phone AS text;
CREATE SCHEMA "odd "" name";
CREATE TABLE "odd "" name"."Pupils; --" (
  id uuid DEFAULT gen_random_uuid(), name text, born date, at timestamptz, fee numeric(8,2), tags text[], vec real[],
  grid int[], doc jsonb, feel mood,
  tel phone, photo bytea, ip inet, spot point, "select" char(3), dropped int, price money, num bigint);
ALTER TABLE "odd "" name"."Pupils; --" DROP COLUMN dropped;
INSERT INTO "odd "" name"."Pupils; --"
  (name, born, at, fee, tags, vec, grid, doc, feel, tel, photo, ip, spot, "select", price, num)
  SELECT 'Mila ' || i, '2010-01-01', '2020-01-01 12:00+00', 12.50, '{a,b}', '{0.5,1}', '{1,2}', '{"k": [1]}', 'calm',
  '1380013' || i, '\\xffd8', '10.0.0.1', '(1,2)', 'ab', 3, i FROM generate_series(1, 3000) i;
CREATE TABLE visits (at date, place text) PARTITION BY RANGE (at);
CREATE TABLE visits_a PARTITION OF visits FOR VALUES FROM ('2020-01-01') TO ('2020-02-01');
CREATE TABLE visits_b PARTITION OF visits FOR VALUES FROM ('2020-02-01') TO ('2020-03-01');
INSERT INTO visits SELECT date '2020-01-01' + i % 50, 'gate' FROM generate_series(0, 99) i;
CREATE TABLE person (name text);
CREATE TABLE teacher (subject text) INHERITS (person);
INSERT INTO person VALUES ('a'); INSERT INTO teacher VALUES ('b', 'maths');
CREATE MATERIALIZED VIEW names AS SELECT name FROM person;
CREATE VIEW everybody AS SELECT * FROM person;
CREATE TABLE empty_one (a int);
CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing;
CREATE FOREIGN TABLE remote (a int) SERVER elsewhere;
CREATE TABLE mixed (k int) PARTITION BY LIST (k);
CREATE TABLE mixed_here PARTITION OF mixed FOR VALUES IN (1);
CREATE FOREIGN TABLE mixed_there PARTITION OF mixed FOR VALUES IN (2) SERVER elsewhere;
INSERT INTO mixed_here VALUES (1);
ANALYZE "odd "" name"."Pupils; --"; ANALYZE visits_a; ANALYZE visits_b; ANALYZE visits;
"""
PUPILS = 'odd " name.Pupils; --'


@pytest.fixture(params=["wheel", "debian"])
def full(request, lab):
    """A server with odd names and types, parts, heirs, and tables that lead elsewhere."""
    running = lab.postgresql("open", version=request.param, records=0)
    lab_postgresql.sql(lab, running, SCHEMA)
    return running


def listed(open_door):
    probe = CONNECTOR.probe(open_door)
    return probe, {c.name: c for c in CONNECTOR.collections(open_door, probe)}


def test_tables_parts_heirs_and_what_leads_elsewhere(full, tmp_path) -> None:
    with door(tmp_path, full, "full") as open_door:
        probe, found = listed(open_door)
        assert {name: c.rows for name, c in found.items()} == {
            PUPILS: 3000,
            "public.visits": 100,
            "public.person": 1,
            "public.teacher": 1,
            "public.names": 2,
            "public.empty_one": 0,
            "public.remote": None,
            "public.mixed_here": 1,
            "public.mixed_there": None,
        }
        for name in ("public.remote", "public.mixed_there"):
            with pytest.raises(StoreRefused):
                rows(CONNECTOR.sample(open_door, probe, found[name], Draw()))
        read = {
            name: len(rows(CONNECTOR.sample(open_door, probe, c, Draw(None)))) for name, c in found.items() if c.rows is not None
        }
    assert read == {name: c.rows for name, c in found.items() if c.rows is not None}


def test_every_type_comes_out_readable(full, tmp_path) -> None:
    with door(tmp_path, full) as open_door:
        probe, found = listed(open_door)
        row = rows(CONNECTOR.sample(open_door, probe, found[PUPILS], Draw(limit=1)))[0]
        hints = dict(found[PUPILS].hints)
    number = row.pop("num")
    assert len(row.pop("id")) == 36
    assert row == {
        "name": f"Mila {number}",
        "born": dt.date(2010, 1, 1),
        "at": dt.datetime(2020, 1, 1, 12, tzinfo=dt.UTC),
        "fee": "12.50",
        "tags": ["a", "b"],
        "vec": [0.5, 1.0],
        "grid": [1, 2],
        "doc": '{"k": [1]}',
        "feel": "calm",
        "tel": f"1380013{number}",
        "photo": b"\xff\xd8",
        "ip": "10.0.0.1",
        "spot": "(1,2)",
        "select": "ab",
        "price": "$3.00",
    }
    assert hints["feel"] == "mood"
    assert "dropped" not in hints


def test_a_draw_is_bounded_and_repeatable(full, tmp_path) -> None:
    with door(tmp_path, full) as open_door:
        probe, found = listed(open_door)

        def drawn(seed):
            sample = CONNECTOR.sample(open_door, probe, found[PUPILS], Draw(limit=100, seed=seed))
            assert sample.method == "tablesample_bernoulli"
            return [row["num"] for row in rows(sample)]

        first = drawn(1)
        assert 60 <= len(first) <= 100
        assert max(first) > 1500
        assert first == drawn(1)
        assert first != drawn(2)
        assert CONNECTOR.sample(open_door, probe, found["public.person"], Draw(limit=100)).method == "all"


def test_arrays_of_two_dimensions_are_read(lab, tmp_path) -> None:
    running = lab.postgresql("open", records=0)
    lab_postgresql.sql(lab, running, "CREATE TABLE m AS SELECT '{{1,2},{3,4}}'::int[] AS grid, 'x'::text AS t")
    with door(tmp_path, running) as open_door:
        probe, found = listed(open_door)
        assert rows(CONNECTOR.sample(open_door, probe, found["public.m"], Draw())) == [{"grid": [1, 2, 3, 4], "t": "x"}]


def test_columns_that_are_not_ours_are_left_out(lab, tmp_path) -> None:
    running = lab.postgresql("names", records=0)
    more = "CREATE TABLE c AS SELECT 1 AS open, 2 AS shut; GRANT SELECT (open) ON c TO postgres"
    lab_postgresql.sql(lab, running, more)
    with door(tmp_path, running) as open_door:
        probe, found = listed(open_door)
        assert probe.verdict is Verdict.OPEN_DATA
        assert dict(found["public.c"].hints) == {"open": "integer", "shut": "integer"}
        assert rows(CONNECTOR.sample(open_door, probe, found["public.c"], Draw())) == [{"open": 1}]


def test_tables_of_several_databases_are_told_apart(lab, tmp_path) -> None:
    running = lab.postgresql("open", records=10)
    lab_postgresql.sql(lab, running, "CREATE TABLE t AS SELECT 1 AS a")
    with door(tmp_path, running) as open_door:
        assert set(listed(open_door)[1]) == {"postgres.public.t", "school.school.people"}


def test_the_budget_ends_a_read(lab, tmp_path) -> None:
    running = lab.postgresql("open", records=0)
    lab_postgresql.sql(lab, running, "CREATE TABLE t AS SELECT repeat('x', 1000) AS a FROM generate_series(1, 20000)")
    with door(tmp_path, running, "full", budget={"bytes_per_store": "2 MiB"}) as open_door:
        probe, found = listed(open_door)
        with pytest.raises(BudgetSpent):
            rows(CONNECTOR.sample(open_door, probe, found["public.t"], Draw(None)))


@pytest.mark.parametrize("state", ["auth", "host_denied"])
def test_the_owner_reads_what_strangers_may_not(state, servers, tmp_path, monkeypatch) -> None:
    with owners_door(tmp_path, servers.find("postgresql", state), monkeypatch) as open_door:
        probe, found = listed(open_door)
        assert probe.verdict is Verdict.AUTH_REQUIRED
        assert Flag.OWNER_CREDENTIAL in probe.flags
        assert len(rows(CONNECTOR.sample(open_door, probe, found["school.people"], Draw(limit=100)))) == 100


def test_libpqs_environment_leads_nowhere(servers, tmp_path, monkeypatch) -> None:
    for name, value in {
        "PGHOSTADDR": "192.0.2.1",
        "PGHOST": "192.0.2.1",
        "PGPORT": "1",
        "PGUSER": "x",
        "PGOPTIONS": "-c bogus=1",
    }.items():
        monkeypatch.setenv(name, value)
    with door(tmp_path, servers.find("postgresql", "open")) as open_door:
        assert listed(open_door)[1]


def test_only_declared_statements_reach_the_server(full, lab, tmp_path) -> None:
    total = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_all_tables"
    before = lab_postgresql.sql(lab, full, total)
    lab.watch(full)
    with door(tmp_path, full, "full") as open_door:
        probe, found = listed(open_door)
        for collection in found.values():
            if collection.rows is not None:
                rows(CONNECTOR.sample(open_door, probe, collection, Draw(None)))
                rows(CONNECTOR.sample(open_door, probe, collection, Draw(limit=10)))
    texts = [" ".join(text.split()) for text in lab.executed(full)]
    assert len(texts) > 20
    foreign = [
        text
        for text in texts
        if not text.startswith(
            (
                "SELECT ",
                "WITH RECURSIVE tree AS ( SELECT ",
                "BEGIN READ ONLY",
                "COPY (SELECT ",
                "COPY ( WITH RECURSIVE",
                "COPY ( SELECT",
            )
        )
    ]
    assert foreign == []
    assert not [text for text in texts if text.startswith("COPY") and not text.rstrip(";").endswith("TO STDOUT (FORMAT binary)")]
    assert lab_postgresql.sql(lab, full, total) == before


def test_names_are_quoted_wherever_they_go() -> None:
    text = catalog.select('a"b', "t;", "r", [catalog.column('c"', "jsonb", "pg_catalog", "b", "", "", "", "jsonb")])
    assert text == 'SELECT "c"""::pg_catalog.text AS "c""" FROM ONLY "a""b"."t;"'


def test_a_login_without_end_is_unknown() -> None:
    from leftopen.connectors.postgresql_knock import Session

    assert judge_refusal(Session(Target(), "r", "d"))[0] is Verdict.UNKNOWN
