"""The verdict on every server state, on real servers: right, quick, at every depth, on any port; and the page that says so."""

from __future__ import annotations

import socket
import time

import pytest

from leftopen.identify import probe_target
from leftopen.lab.servers import Lab
from leftopen.model import Target, Verdict
from tests.scopes import wire_of
from tests.servers import CASES, STORES, Case, Servers, own_address
from tests.verdict_table import COLUMNS, DEPTHS, HEAD, PAGE, count, expected, judge, line, rows

QUICK, PATIENT = 3.0, 15.0
"""Seconds for a service that answers, and for one that lets every protocol wait for its answer."""
STALLING = ("memcached", "silent", "osmem", "noida", "secantus", "nx", "filtered")
USUAL = {"redis": 6379, "postgresql": 5432, "mongodb": 27017, "elasticsearch": 9200}
every_case = pytest.mark.parametrize("case", CASES, ids=str)


@every_case
def test_the_verdict_is_right_wherever_the_port(case: Case, servers: Servers, tmp_path):
    running = servers.get(case)
    began = time.monotonic()
    probe = judge(running, "sample", tmp_path)
    took = time.monotonic() - began
    assert probe.verdict is case.verdict, probe
    if took > QUICK:  # another test may have held the processor: what it takes is what it takes at best
        began = time.monotonic()
        judge(running, "sample", tmp_path)
        took = min(took, time.monotonic() - began)
    assert took < (PATIENT if {case.state, case.version} & set(STALLING) else QUICK)
    if case.kind == "service" or case.state == "tls_client":
        assert probe.kind == ""
    else:
        assert probe.kind == case.kind
        told = probe.verdict.is_open or case.state in ("restricted", "anonymous", "tls")
        assert probe.version in ((running.version,) if told and case.kind != "redis" else (running.version, ""))
        assert probe.version or not probe.verdict.is_open
    assert probe.evidence
    assert probe.at is not None


@every_case
def test_every_depth_is_right_and_the_page_says_so(case: Case, servers: Servers, tmp_path):
    running = servers.get(case)
    probes = [judge(running, depth, tmp_path, kind=case.kind) for depth in DEPTHS]
    assert [probe.verdict for probe in probes] == [expected(case, depth) for depth in DEPTHS]
    assert line(case, probes) in rows(PAGE.read_text(encoding="utf-8"))


def test_the_page_is_whole():
    page = PAGE.read_text(encoding="utf-8")
    assert page.startswith(HEAD)
    assert COLUMNS in page
    assert len(rows(page)) == len(CASES)
    assert count(len(CASES) * len(DEPTHS), len(CASES) * len(DEPTHS)) in page


def test_every_verdict_of_the_vocabulary_is_explained_once():
    for verdict in Verdict:
        assert HEAD.count(f"| `{verdict.value}` |") == 1


@pytest.mark.parametrize("kind", ["redis", "postgresql", "mongodb", "elasticsearch"])
def test_at_home_and_at_the_port_of_another_store(kind, lab: Lab, tmp_path):
    """The port is a hint of where to begin and never evidence."""
    for port in (USUAL[kind], *(other for name, other in USUAL.items() if name != kind)):
        running = getattr(lab, kind)("open", host=own_address(), port=port, records=20)
        began = time.monotonic()
        probe = judge(running, "sample", tmp_path)
        assert (probe.kind, probe.verdict) == (kind, Verdict.OPEN_DATA), port
        assert time.monotonic() - began < PATIENT
        lab.stop(running)


@pytest.mark.parametrize("name", ["memcached", "nginx", "ssh", "echo", "catch_all", "mosquitto", "closing"])
@pytest.mark.parametrize("port", [6379, 9200])
def test_another_service_at_the_usual_port_is_no_store(name, port, lab: Lab, tmp_path):
    probe = judge(lab.service(name, host=own_address(), port=port), "sample", tmp_path)
    assert probe.verdict is (Verdict.SILENT if name == "closing" else Verdict.OTHER_SERVICE), probe
    assert probe.kind == ""


def test_closed(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    began = time.monotonic()
    wire = wire_of(tmp_path, ("127.0.0.1", port))
    assert probe_target(wire, Target("127.0.0.1", port)).verdict is Verdict.CLOSED
    assert time.monotonic() - began < 1


def test_out_of_scope_sends_nothing(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        listener.settimeout(0.2)
        wire = wire_of(tmp_path, ("127.0.0.1", port), deny=[{"addresses": ["127.0.0.1"], "ports": [port]}])
        assert probe_target(wire, Target("127.0.0.1", port)).verdict is Verdict.OUT_OF_SCOPE
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_hint_of_the_scope_never_decides(servers: Servers, tmp_path):
    """A DSN that names the wrong kind of store still gets the right verdict."""
    case = next(c for c in STORES if (c.kind, c.state) == ("postgresql", "auth"))
    probe = judge(servers.get(case), "sample", tmp_path, kind="redis")
    assert (probe.kind, probe.verdict) == ("postgresql", Verdict.AUTH_REQUIRED)
