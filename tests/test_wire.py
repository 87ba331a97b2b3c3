"""The only door to the network: permission, declared commands, budgets, relays."""

from __future__ import annotations

import contextlib
import copy
import pickle
import socket
import threading
import time

import pytest

from leftopen.errors import BudgetSpent, OutOfScope, WireError
from leftopen.journal import Journal, entries
from leftopen.model import Target
from leftopen.rate import RateLimit
from leftopen.scope import Budget, parse_scope
from leftopen.wire import Wire
from tests.test_scope import GOOD


@contextlib.contextmanager
def server(handle):
    """A loopback server that runs ``handle(connection)`` for each connection; counts connections."""
    listener = socket.create_server(("127.0.0.1", 0))
    seen: list[int] = []

    def serve():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                seen.append(1)
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

    def answer(connection):
        with contextlib.suppress(OSError), connection:
            handle(connection)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1], seen
    finally:
        listener.close()


def make(tmp_path, port, **budget):
    data = copy.deepcopy(GOOD)
    data["grant"] = [{"addresses": ["127.0.0.1"], "ports": [port], "depth": "sample"}]
    data["budget"] = {"connections_per_second_per_host": 1000, "connections_per_second": 1000, **budget}
    return Wire(parse_scope(data), Journal(tmp_path / "journal"))


def echo(connection):
    while data := connection.recv(4096):
        connection.sendall(data)


def test_a_wire_needs_a_scope(tmp_path):
    with pytest.raises(TypeError):
        Wire({"grant": []}, Journal(tmp_path / "j"))


def test_no_scope_no_packet(tmp_path):
    with server(echo) as (port, seen):
        wire = make(tmp_path, port + 1 if port < 65535 else port - 1)
        with pytest.raises(OutOfScope):
            wire.door(Target("127.0.0.1", port))
        with pytest.raises(OutOfScope):
            wire.knock(Target("127.0.0.1", port))
        time.sleep(0.05)
        assert not seen


def test_an_undeclared_command_is_not_sent(tmp_path):
    received = bytearray()
    with server(lambda c: received.extend(c.recv(100))) as (port, _):
        wire = make(tmp_path, port)
        with wire.door(Target("127.0.0.1", port), frozenset({"PING"})) as door, door.open() as stream:
            with pytest.raises(OutOfScope, match="not declared"):
                stream.send(b"FLUSHALL\r\n", "FLUSHALL")
        time.sleep(0.05)
        assert not received


def test_commands_are_in_the_journal_before_they_leave(tmp_path):
    with server(echo) as (port, _):
        wire = make(tmp_path, port)
        with wire.door(Target("127.0.0.1", port), frozenset({"PING"})) as door, door.open() as stream:
            stream.send(b"PING secret\r\n", "PING")
            text = b"".join(raw for _, raw in entries(tmp_path / "journal"))
            assert b'"PING":1' in text
            assert b"secret" not in text


def test_bytes_budget_ends_an_endless_stream(tmp_path):
    def flood(connection):
        while True:
            connection.sendall(b"x" * 65536)

    with server(flood) as (port, _):
        wire = make(tmp_path, port, bytes_per_store="1 MiB")
        with wire.door(Target("127.0.0.1", port)) as door, door.open() as stream, pytest.raises(BudgetSpent):
            while True:
                stream.recv()
        assert door.bytes_in < 2 << 20


def test_a_dripping_server_ends_with_the_stream_lifetime(tmp_path):
    def drip(connection):
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)

    with server(drip) as (port, _):
        wire = make(tmp_path, port)
        began = time.monotonic()
        with wire.door(Target("127.0.0.1", port)) as door, door.open(lifetime=0.5) as stream:
            with pytest.raises(WireError) as caught:
                stream.recv_exactly(1000)
        assert caught.value.reason in ("slow", "timeout")
        assert time.monotonic() - began < 2


def test_the_relay_leads_to_one_place_and_counts(tmp_path):
    with server(echo) as (port, seen):
        wire = make(tmp_path, port)
        with wire.door(Target("127.0.0.1", port)) as door:
            with door.relay() as path, socket.socket(socket.AF_UNIX) as driver:
                driver.connect(path)
                driver.sendall(b"hello")
                assert driver.recv(100) == b"hello"
            assert (door.bytes_in, door.bytes_out, len(seen)) == (5, 5, 1)
            assert not __import__("pathlib").Path(path).exists()


def test_the_relay_stops_when_the_budget_is_spent(tmp_path):
    def flood(connection):
        while True:
            connection.sendall(b"x" * 65536)

    with server(flood) as (port, _):
        wire = make(tmp_path, port, bytes_per_store="1 MiB")
        with wire.door(Target("127.0.0.1", port)) as door, door.relay() as path, socket.socket(socket.AF_UNIX) as driver:
            driver.connect(path)
            driver.settimeout(10)
            total = 0
            while data := driver.recv(1 << 20):
                total += len(data)
            assert 1 << 19 < total < 4 << 20


def test_closed_is_closed(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    wire = make(tmp_path, port)
    with wire.door(Target("127.0.0.1", port)) as door, pytest.raises(WireError) as caught:
        door.open()
    assert caught.value.reason == "closed"


def test_rates_hold_per_host_and_overall():
    now = [0.0]
    limit = RateLimit(Budget(per_host=2, overall=10), clock=lambda: now[0])
    assert [round(limit.due("a"), 2) for _ in range(3)] == [0.0, 0.5, 1.0]
    assert round(limit.due("b"), 2) >= 0.3


def test_a_name_is_resolved_once(tmp_path, monkeypatch):
    answers = iter([["127.0.0.1"], ["203.0.113.9"]])

    def lookup(*_args, **_kwargs):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in next(answers)]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    wire = make(tmp_path, 1)
    assert wire.resolve("rebinding.example") == ("127.0.0.1",)
    assert wire.resolve("rebinding.example") == ("127.0.0.1",)


def test_a_door_is_not_picklable_with_its_socket(tmp_path):
    wire = make(tmp_path, 1)
    with pytest.raises(TypeError):
        pickle.dumps(wire)
