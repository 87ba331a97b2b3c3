"""The sweep: right states, nothing outside the scope, the rate kept, silence tried twice, few files."""

from __future__ import annotations

import ipaddress
import resource
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leftopen.errors import OutOfScope
from leftopen.journal import Journal
from leftopen.model import Target
from leftopen.permits import Permits
from leftopen.scope import Scope, parse_scope
from leftopen.sweep import sweep
from leftopen.wire import Wire


def scope_of(
    grants: list[dict[str, Any]],
    denials: tuple[dict[str, Any], ...] | list[dict[str, Any]] = (),
    per_host: float = 1e6,
    overall: float = 1e6,
) -> Scope:
    head = {"name": "t", "authorised_by": "t", "basis": "t", "contact": "t@example.org", "valid_until": "2099-01-01T00:00:00+00:00"}
    budget = {"connections_per_second_per_host": per_host, "connections_per_second": overall}
    return parse_scope({"scope": head, "grant": grants, "deny": list(denials), "budget": budget})


def wire_of(tmp_path: Path, *args: Any, **more: Any) -> Wire:
    return Wire(scope_of(*args, **more), Journal(tmp_path / "journal.jsonl"))


@pytest.fixture
def port():
    with socket.create_server(("127.81.3.7", 0)) as server:
        yield server.getsockname()[1]


def test_open_closed_and_out_of_scope_each_once(port: int, tmp_path: Path) -> None:
    wire = wire_of(tmp_path, [{"addresses": ["127.81.0.0/16"], "ports": [port]}], [{"addresses": ["127.81.9.0/24"]}])
    targets = [Target(f"127.81.{a}.{b}", port) for a in range(12) for b in range(1, 40)]
    told: list[int] = []
    states = dict(sweep(wire, targets, progress=told.append))
    assert len(states) == len(targets)
    assert states[Target("127.81.3.7", port)] == "open"
    assert all(states[t] == "out_of_scope" for t in targets if t.host.startswith("127.81.9."))
    assert sum(state == "open" for state in states.values()) == 1
    assert sum(state == "closed" for state in states.values()) == len(targets) - 39 - 1
    assert told[-1] == len(targets)


def test_silence_is_filtered_after_two_tries(tmp_path: Path) -> None:
    # A listener whose queue is full drops further knocks, as a firewall does.
    with socket.socket() as server:
        server.bind(("127.81.4.4", 0))
        server.listen(0)
        address = server.getsockname()
        held = [socket.socket() for _ in range(4)]
        for sock in held:
            sock.setblocking(False)
            sock.connect_ex(address)
        time.sleep(0.1)
        wire = wire_of(tmp_path, [{"addresses": ["127.81.4.4"], "ports": [address[1]]}])
        began = time.monotonic()
        assert [state for _, state in sweep(wire, [Target(*address)], timeout=0.3)] == ["filtered"]
        assert 0.55 < time.monotonic() - began < 2
        for sock in held:
            sock.close()


def test_the_rate_is_kept_and_hosts_take_turns(port: int, tmp_path: Path) -> None:
    wire = wire_of(tmp_path, [{"addresses": ["127.81.3.0/24"], "ports": ["1-65535"]}], per_host=10, overall=1e6)
    targets = [Target(f"127.81.3.{b}", port + p) for b in (7, 8) for p in range(6)]
    began = time.monotonic()
    states = list(sweep(wire, targets))
    assert len(states) == 12
    assert 0.45 < time.monotonic() - began < 2
    wire = wire_of(tmp_path, [{"addresses": ["127.81.3.0/24"], "ports": [port]}], overall=100)
    began = time.monotonic()
    assert len(list(sweep(wire, [Target(f"127.81.3.{b}", port) for b in range(60)]))) == 60
    assert 0.55 < time.monotonic() - began < 2.5


def test_few_files_are_enough(port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (130, 130))
    wire = wire_of(tmp_path, [{"addresses": ["127.81.0.0/16"], "ports": [port]}])
    states = dict(sweep(wire, (Target(f"127.81.{a}.7", port) for a in range(200))))
    assert sorted(states.values()) == ["closed"] * 199 + ["open"]


ADDRESSES = st.one_of(
    st.integers(0x7F000000, 0x7F0000FF).map(lambda n: str(ipaddress.IPv4Address(n))),
    st.integers(0x7F000000, 0x7F0000FF).map(lambda n: f"::ffff:{ipaddress.IPv4Address(n)}"),
    st.integers(0, 255).map(lambda n: f"fd00::{n:x}"),
)
NETWORKS = st.one_of(
    st.tuples(st.integers(0x7F000000, 0x7F0000FF), st.integers(24, 32)).map(lambda p: f"{ipaddress.IPv4Address(p[0])}/{p[1]}"),
    st.tuples(st.integers(0, 255), st.integers(120, 128)).map(lambda p: f"fd00::{p[0]:x}/{p[1]}"),
)
PORTS = st.tuples(st.integers(1, 9), st.integers(0, 3)).map(lambda p: f"{p[0]}-{p[0] + p[1]}")
PARTS = st.fixed_dictionaries(
    {"addresses": st.lists(NETWORKS, min_size=1, max_size=2), "ports": st.lists(PORTS, min_size=1, max_size=2)}
)
DENIALS = st.one_of(PARTS, st.fixed_dictionaries({"addresses": st.lists(NETWORKS, min_size=1, max_size=2)}))


@settings(max_examples=300, deadline=None)
@given(st.lists(PARTS, min_size=1, max_size=3), st.lists(DENIALS, max_size=2), ADDRESSES, st.integers(1, 12))
def test_compiled_permission_agrees_with_the_scope(grants: list[Any], denials: list[Any], host: str, port: int) -> None:
    scope = scope_of(grants, denials)
    try:
        scope.grant_for(host, port)
        right = True
    except OutOfScope:
        right = False
    packed = socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
    assert Permits(scope)(packed, port) is right


def test_an_ended_permission_ends_the_sweep(port: int, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    wire = wire_of(tmp_path, [{"addresses": ["127.81.0.0/16"], "ports": [port]}])
    object.__setattr__(wire.scope, "valid_until", datetime(2020, 1, 1, tzinfo=UTC))
    assert [state for _, state in sweep(wire, [Target("127.81.3.7", port)])] == ["out_of_scope"]
