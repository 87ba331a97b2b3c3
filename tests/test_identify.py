"""Which service answers: the order of trying, what a greeting tells, and a connector that fails."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from typing import ClassVar

import pytest

from leftopen import identify
from leftopen.connector import Connector, connectors
from leftopen.errors import BudgetSpent, ProtocolError, WireError
from leftopen.model import Probe, Target, Verdict
from tests.scopes import wire_of


class Fake(Connector):
    """A connector that does as it is told."""

    commands = frozenset({"HELLO"})
    asked: ClassVar[list[str]] = []

    def __init__(self, kind, answer, ports=(), turn=50):
        self.kind, self.ports, self.turn, self._answer = kind, ports, turn, answer

    def probe(self, door):
        Fake.asked.append(self.kind)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer(door) if callable(self._answer) else self._answer

    def collections(self, door, probe):
        raise AssertionError

    def sample(self, door, probe, collection, draw):
        raise AssertionError


@contextlib.contextmanager
def listener(behave=lambda connection: connection.recv(1)):
    """A port on loopback where each connection is treated by ``behave``."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    threading.Thread(target=one, args=(connection,), daemon=True).start()

        def one(connection):
            with contextlib.suppress(OSError), connection:
                behave(connection)

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]


@pytest.fixture
def judged(tmp_path, monkeypatch):
    """Judge a port with these connectors; returns the probe, who was asked, and the journal's last entry."""

    def judge(port, *fakes, kind=""):
        Fake.asked.clear()
        monkeypatch.setattr(identify, "connectors", lambda: {fake.kind: fake for fake in fakes})
        probe = identify.probe_target(wire_of(tmp_path, ("127.0.0.1", port)), Target("127.0.0.1", port, kind=kind))
        last = json.loads((tmp_path / "journal.jsonl").read_text().splitlines()[-1])
        return probe, list(Fake.asked), last

    return judge


def found(kind, verdict=Verdict.OPEN_DATA):
    return Probe(Target("127.0.0.1", 1), verdict, kind, evidence=("told by the test",))


def test_the_scope_then_the_port_then_the_turn_decide_the_order(judged):
    with listener() as port:
        fakes = [Fake("late", None, turn=90), Fake("early", None, turn=1), Fake("home", None, (port,)), Fake("named", None)]
        assert judged(port, *fakes, kind="named")[1] == ["named", "home", "early", "late"]
        assert judged(port, *fakes)[1] == ["home", "early", "named", "late"]


@pytest.mark.parametrize("verdict", [Verdict.OPEN_DATA, Verdict.AUTH_REQUIRED, Verdict.UNKNOWN])
def test_who_recognises_it_is_the_last_to_be_asked(judged, verdict):
    with listener() as port:
        probe, asked, last = judged(port, Fake("a", found("a", verdict), turn=1), Fake("b", found("b"), turn=2))
        assert (probe.kind, probe.verdict, asked) == ("a", verdict, ["a"])
        assert (last["event"], last["verdict"], last["kind"]) == ("verdict", verdict.value, "a")


def test_a_probe_of_no_kind_waits_for_a_better_one(judged):
    with listener() as port:
        vague = Fake("a", found("", Verdict.TLS_REQUIRED), turn=1)
        assert judged(port, vague, Fake("b", found("b"), turn=2))[0].kind == "b"
        assert judged(port, vague, Fake("b", None, turn=2))[0].verdict is Verdict.TLS_REQUIRED


def test_a_mere_try_is_less_patient(judged):
    waits = {}

    def note(door):
        waits[door.target.kind] = door.patience

    with listener() as port:
        judged(port, Fake("a", note))
        judged(port, Fake("a", note), kind="a")
    assert waits[""] < waits["a"]


def test_what_greets_is_none_of_ours_except_a_denial(judged):
    with listener(lambda connection: connection.sendall(b"220 mail ready\r\n")) as port:
        assert judged(port, Fake("a", found("a")))[0].verdict is Verdict.OTHER_SERVICE
    with listener(lambda connection: connection.sendall(b"-DENIED protected\r\n")) as port:
        assert judged(port, Fake("a", found("a", Verdict.HOST_DENIED)))[0].verdict is Verdict.HOST_DENIED


def test_hanging_up_on_what_we_say_is_an_answer_and_hanging_up_unasked_is_none(judged):
    gone = WireError("ended", "eof")
    with listener(lambda connection: connection.recv(1)) as port:
        assert judged(port, Fake("a", gone))[0].verdict is Verdict.OTHER_SERVICE
    with listener(lambda connection: None) as port:
        assert judged(port, Fake("a", gone))[0].verdict is Verdict.SILENT


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (WireError("x", "timeout"), Verdict.SILENT),
        (WireError("x", "closed"), Verdict.CLOSED),
        (WireError("x", "filtered"), Verdict.FILTERED),
        (WireError("x", "unreachable"), Verdict.FILTERED),
        (ProtocolError("x"), Verdict.SILENT),
        (BudgetSpent("x"), Verdict.SILENT),
        (ValueError("hunter2"), Verdict.UNKNOWN),
    ],
    ids=str,
)
def test_every_failure_becomes_a_verdict_without_its_text(judged, error, verdict):
    with listener() as port:
        probe, _, last = judged(port, Fake("a", error))
        assert probe.verdict is verdict
        assert probe.evidence
        assert "hunter2" not in json.dumps(last) + repr(probe)


def test_our_own_connectors_have_turns_and_ports_of_their_own():
    ports = [port for connector in connectors().values() for port in connector.ports]
    assert len(ports) == len(set(ports))
    assert min(connectors().values(), key=lambda c: c.turn).kind == "redis"
    assert all(connector.commands for connector in connectors().values())
