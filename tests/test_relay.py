"""The relay: both directions in one loop, over plain connections and TLS; whose certificate gets a credential."""

from __future__ import annotations

import contextlib
import secrets
import socket
import threading
import time
from urllib.parse import urlsplit

import pytest

from leftopen.audit import Span, audit_for, audit_store
from leftopen.connector import Draw, connectors
from leftopen.errors import BudgetSpent, LeftopenError, WireError
from leftopen.mechanisms import WithoutBinding
from leftopen.model import Flag, Target, Verdict
from leftopen.wire import Wire
from tests.scopes import wire_of

MANY = 40_000


@contextlib.contextmanager
def server(handle):
    """A loopback server that runs ``handle(connection)`` for each connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()

    def answer(connection):
        with contextlib.suppress(OSError), connection:
            handle(connection)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def echo(connection):
    while data := connection.recv(1 << 16):
        connection.sendall(data)


def read_all(sock):
    data = bytearray()
    while part := sock.recv(1 << 20):
        data += part
    return bytes(data)


def through(tmp_path, port, **budget):
    wire = wire_of(tmp_path, ("127.0.0.1", port), budget=budget)
    return wire.door(Target("127.0.0.1", port))


def test_both_directions_at_once_and_every_byte_counted(tmp_path):
    sent = secrets.token_bytes(8 << 20)
    with server(echo) as port, through(tmp_path, port) as door:
        with door.relay() as path, socket.socket(socket.AF_UNIX) as driver:
            driver.connect(path)
            driver.settimeout(20)
            threading.Thread(target=driver.sendall, args=(sent,), daemon=True).start()
            back = bytearray()
            while len(back) < len(sent):
                back += driver.recv(1 << 20)
            assert bytes(back) == sent
        assert (door.bytes_in, door.bytes_out) == (len(sent), len(sent))


def test_what_a_server_said_before_it_hung_up_arrives(tmp_path):
    said = secrets.token_bytes(5 << 20)
    with contextlib.ExitStack() as stack:
        door = stack.enter_context(through(tmp_path, stack.enter_context(server(lambda c: c.sendall(said)))))
        path = stack.enter_context(door.relay())
        driver = stack.enter_context(socket.socket(socket.AF_UNIX))
        driver.connect(path)
        driver.settimeout(20)
        time.sleep(0.2)
        assert read_all(driver) == said


def test_what_a_driver_said_before_it_hung_up_arrives(tmp_path):
    said, heard = secrets.token_bytes(5 << 20), []
    ended = threading.Event()

    def listen(connection):
        time.sleep(0.2)
        heard.append(read_all(connection))
        ended.set()

    with server(listen) as port, through(tmp_path, port) as door, door.relay() as path:
        with socket.socket(socket.AF_UNIX) as driver:
            driver.connect(path)
            driver.sendall(said)
        assert ended.wait(10)
    assert heard == [said]


def ask(door):
    """A driver that sends one byte and is told by a closed connection that nothing comes."""
    with door.relay() as path, socket.socket(socket.AF_UNIX) as driver:
        driver.connect(path)
        driver.settimeout(20)
        driver.sendall(b"x")
        if not driver.recv(1):
            raise ConnectionError


def test_a_silent_server_ends_with_the_time_budget(tmp_path):
    with server(lambda c: c.recv(1) and time.sleep(30)) as port:
        began = time.monotonic()
        with through(tmp_path, port, seconds_per_store=1) as door, pytest.raises(BudgetSpent):
            ask(door)
        assert time.monotonic() - began < 5


def test_nothing_is_left_behind(tmp_path):
    before = threading.active_count()
    with server(echo) as port, through(tmp_path, port) as door:
        with door.relay() as path:
            drivers = [socket.socket(socket.AF_UNIX) for _ in range(5)]
            for driver in drivers:
                driver.connect(path)
                driver.sendall(b"hello")
                assert driver.recv(5) == b"hello"
        for driver in drivers:
            driver.settimeout(5)
            assert driver.recv(1) == b""
            driver.close()
        assert not [t for t in threading.enumerate() if t.name == "relay" and t.is_alive() and "_serve" in repr(t)]
    deadline = time.monotonic() + 5
    while threading.active_count() > before + 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() <= before + 1


def test_a_long_way_to_the_folder_of_short_lived_files_is_no_obstacle(tmp_path, monkeypatch):
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    with server(echo) as port, through(tmp_path, port) as door, door.relay(name=".s.PGSQL.5432") as path:
        assert len(path) < 108
        with socket.socket(socket.AF_UNIX) as driver:
            driver.connect(path)
            driver.sendall(b"hello")
            assert driver.recv(5) == b"hello"


def test_why_the_upstream_failed_is_what_the_caller_hears(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with through(tmp_path, port) as door, pytest.raises(WireError) as caught:
        ask(door)
    assert caught.value.reason == "closed"


def message(names):
    body = (10).to_bytes(4, "big") + b"".join(name + b"\0" for name in names) + b"\0"
    return b"R" + (len(body) + 4).to_bytes(4, "big") + body


@pytest.mark.parametrize("step", [1, 3, 1000])
def test_only_the_bound_mechanism_is_taken_out(step):
    offered, kept = message([b"SCRAM-SHA-256-PLUS", b"SCRAM-SHA-256"]), message([b"SCRAM-SHA-256"])
    rewrite, got, done = WithoutBinding(), b"", False
    data = offered + b"rest"
    for start in range(0, len(data), step):
        part = data[start : start + step]
        if not done:
            part, done = rewrite(part)
        got += part
    assert (got, done) == (kept + b"rest", True)


@pytest.mark.parametrize(
    "first", [b"E\0\0\0\x08oops", b"R\0\0\0\x08\0\0\0\0Z", b"R\xff\xff\xff\xff\0\0\0\x0a", b"HTTP/1.1 400 Bad"]
)
def test_everything_else_stays_as_it_is(first):
    assert WithoutBinding()(first) == (first, True)


def owner_wire(tmp_path, running, monkeypatch, *, dsn="", **grant) -> tuple[Wire, Target, str]:
    parts = urlsplit(running.owner_dsn)
    bare = dsn or f"{parts.scheme}://{parts.username}@{parts.hostname}:{parts.port}{parts.path}"
    monkeypatch.setenv("OWNER_SECRET", parts.password or "")
    wire = wire_of(tmp_path, grant=[{"dsn": bare, "depth": "full", "credential": "env:OWNER_SECRET", **grant}])
    return wire, next(wire.scope.targets()), bare


@pytest.fixture(scope="module")
def redis_tls(servers):
    """A Redis behind TLS that tells strangers nothing, and has many records for its owner."""
    import redis

    running = servers.lab.redis("tls", version="debian", records=100)
    client = redis.Redis.from_url(running.admin_dsn)
    pipe = client.pipeline(transaction=False)
    for number in range(MANY):
        pipe.hset(f"row:{number}", mapping={"n": number, "text": "x" * 100})
    pipe.execute()
    client.execute_command("ACL", "SETUSER", "default", "on", "resetpass", ">not-for-strangers")
    client.close()
    return running


def rows(wire, target, name):
    """Everything the owner's credential shows, read in bulk over TLS: (probe, records of the largest collection)."""
    connector = connectors()[name]
    with wire.door(target, connector.commands) as door:
        probe = connector.probe(door)
        assert probe is not None
        if Flag.OWNER_CREDENTIAL not in probe.flags:
            return probe, 0
        found = max((c for c in connector.collections(door, probe) if not c.system), key=lambda c: c.rows or 0)
        return probe, sum(batch.num_rows for batch in connector.sample(door, probe, found, Draw(None, 1)).batches)


@pytest.mark.servers
class TestRedis:
    def test_an_owner_reads_in_bulk_over_proven_tls(self, redis_tls, tmp_path, monkeypatch):
        wire, target, _ = owner_wire(tmp_path, redis_tls, monkeypatch, ca=str(redis_tls.certificate))
        probe, count = rows(wire, target, "redis")
        assert (probe.verdict, probe.tls, count) == (Verdict.AUTH_REQUIRED, True, MANY)

    def test_no_credential_for_an_unknown_certificate(self, redis_tls, tmp_path, monkeypatch):
        wire, target, _ = owner_wire(tmp_path, redis_tls, monkeypatch)
        probe, count = rows(wire, target, "redis")
        assert (probe.verdict, count) == (Verdict.AUTH_REQUIRED, 0)
        assert any("certificate is not trusted" in line for line in probe.evidence)
        assert "AUTH" not in (tmp_path / "journal.jsonl").read_text()

    def test_unless_the_grant_says_so(self, redis_tls, tmp_path, monkeypatch):
        wire, target, _ = owner_wire(tmp_path, redis_tls, monkeypatch, tls_verify=False)
        assert rows(wire, target, "redis")[1] == MANY

    def test_a_dsn_that_asks_for_tls_never_goes_in_plain(self, servers, tmp_path, monkeypatch):
        running = servers.find("redis", "auth", "debian")
        parts = urlsplit(running.owner_dsn)
        dsn = f"rediss://{parts.username}@{parts.hostname}:{parts.port}"
        wire, target, _ = owner_wire(tmp_path, running, monkeypatch, dsn=dsn)
        probe, _ = rows(wire, target, "redis")
        assert any("asks for TLS" in line for line in probe.evidence)
        assert Flag.OWNER_CREDENTIAL not in probe.flags
        assert "AUTH" not in (tmp_path / "journal.jsonl").read_text()

    def test_the_audit_verifies_too(self, redis_tls, tmp_path, monkeypatch):
        assert audit_over(tmp_path, redis_tls, monkeypatch, ca=str(redis_tls.certificate)).product == "Redis"
        with pytest.raises(LeftopenError, match="not trusted") as caught:
            audit_over(tmp_path, redis_tls, monkeypatch)
        assert "ca" in caught.value.todo


def audit_over(tmp_path, running, monkeypatch, **grant):
    wire, target, dsn = owner_wire(tmp_path, running, monkeypatch, **grant)
    with wire.door(target, audit_for(dsn).commands) as door:
        return audit_store(door, dsn, Span())


@pytest.mark.servers
class TestPostgreSQL:
    def test_an_owner_logs_in_by_scram_over_tls_and_reads(self, servers, tmp_path, monkeypatch):
        running = servers.find("postgresql", "tls_auth")
        wire, target, _ = owner_wire(tmp_path, running, monkeypatch, ca=str(running.certificate))
        probe, count = rows(wire, target, "postgresql")
        assert (probe.verdict, probe.tls, count) == (Verdict.AUTH_REQUIRED, True, 100)
        assert "the owner's credential was accepted" in probe.evidence

    def test_no_credential_for_an_unknown_certificate(self, servers, tmp_path, monkeypatch):
        running = servers.find("postgresql", "tls_auth")
        wire, target, _ = owner_wire(tmp_path, running, monkeypatch)
        probe, count = rows(wire, target, "postgresql")
        assert (probe.verdict, count) == (Verdict.AUTH_REQUIRED, 0)
        assert any("certificate is not trusted" in line for line in probe.evidence)

    def test_a_name_that_the_certificate_does_not_bear(self, servers, tmp_path, monkeypatch):
        running = servers.find("postgresql", "tls_auth")
        dsn = f"postgresql://auditor@other.example.test:{running.port}/postgres"
        monkeypatch.setenv("OWNER_SECRET", urlsplit(running.owner_dsn).password or "")
        grant = {"dsn": dsn, "depth": "full", "credential": "env:OWNER_SECRET", "ca": str(running.certificate)}
        wire = wire_of(tmp_path, grant=[grant])
        target = Target(running.host, running.port, "other.example.test", "postgresql")
        connector = connectors()["postgresql"]
        with wire.door(target, connector.commands) as door:
            probe = connector.probe(door)
        assert probe is not None
        assert any("certificate is not trusted" in line for line in probe.evidence)

    def test_an_open_store_is_judged_whatever_its_certificate(self, servers, tmp_path):
        running = servers.find("postgresql", "tls")
        wire = wire_of(tmp_path, (running.host, running.port), depth="full")
        connector = connectors()["postgresql"]
        with wire.door(Target(running.host, running.port), connector.commands) as door:
            probe = connector.probe(door)
            assert probe is not None
            (people,) = [c for c in connector.collections(door, probe) if c.name.endswith("people")]
            count = sum(batch.num_rows for batch in connector.sample(door, probe, people, Draw(None, 1)).batches)
        assert (probe.verdict, probe.tls, count) == (Verdict.OPEN_DATA, True, 100)

    def test_the_audit_verifies_too(self, servers, tmp_path, monkeypatch):
        running = servers.find("postgresql", "tls_auth")
        assert audit_over(tmp_path, running, monkeypatch, ca=str(running.certificate)).product == "PostgreSQL"
        assert audit_over(tmp_path, running, monkeypatch, tls_verify=False).product == "PostgreSQL"
        with pytest.raises(LeftopenError, match="not trusted"):
            audit_over(tmp_path, running, monkeypatch)
