"""MongoDB: its protocol over bytes, its verdicts and draws on stand-ins, its answers in states that no stand-in has."""

from __future__ import annotations

import contextlib
import datetime as dt
import struct
import uuid

import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftopen.connector import Draw
from leftopen.connectors.mongodb import MongoDB
from leftopen.connectors.mongodb_protocol import HEADER, OP_MSG, OP_REPLY, Reader, error_code, first_batch, message
from leftopen.connectors.mongodb_talk import Account
from leftopen.errors import ProtocolError, WireError
from leftopen.lab.servers import RecordingProxy
from leftopen.lab.servers.mongodb import client
from leftopen.model import Flag, Verdict
from tests.connectors.doors import door, door_to, owners_door, rows
from tests.servers import MONGODB
from tests.test_wire import server

CONNECTOR = MongoDB()


def replies(data: bytes, step: int = 0) -> list[object]:
    reader, found = Reader(), []
    for part in [data] if not step else [data[i : i + step] for i in range(0, len(data), step)]:
        reader.feed(part)
        while (reply := reader.take()) is not None:
            found.append(reply)
    return found


def old_reply(document: dict, answers: int) -> bytes:
    body = struct.pack("<iqii", 8, 0, 0, 1) + bson.encode(document)
    return HEADER.pack(HEADER.size + len(body), 1, answers, OP_REPLY) + body


@pytest.mark.parametrize("step", [0, 1, 7])
def test_replies_are_read_however_they_are_cut(step) -> None:
    data = message({"ok": 1.0, "cursor": {"id": 5, "firstBatch": [{"a": 1}]}}, 3) + old_reply({"ok": 0, "code": 13}, 4)
    found = replies(data, step)
    assert [answers for answers, _ in found] == [0, 4]
    assert first_batch(found[0][1]) == (5, [{"a": 1}])
    assert error_code(found[1][1]) == 13


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        HEADER.pack(1 << 30, 1, 1, OP_MSG),
        HEADER.pack(-5, 1, 1, OP_MSG),
        HEADER.pack(30, 1, 1, 2012) + bytes(14),
        HEADER.pack(26, 1, 1, OP_MSG) + bytes(4) + b"\x01" + bytes(5),
        HEADER.pack(26, 1, 1, OP_MSG) + bytes(5) + struct.pack("<i", 900) + b"\0",
        HEADER.pack(27, 1, 1, OP_MSG) + bytes(5) + struct.pack("<i", 6) + b"\x77\0",
    ],
)
def test_what_is_not_mongodb_is_refused(data) -> None:
    with pytest.raises(ProtocolError):
        replies(data)


@given(st.binary(max_size=200), st.sampled_from((OP_MSG, OP_REPLY, 2012)))
def test_any_bytes_are_replies_or_refused(data, code) -> None:
    for wrapped in (data, HEADER.pack(HEADER.size + len(data), 1, 1, code) + data):
        try:
            for _, document in replies(wrapped, 11):
                error_code(document)
                first_batch(document)
        except ProtocolError:
            continue


def test_an_account_is_not_shown() -> None:
    assert "secret" not in f"{Account('u', 'secret', 'admin', '')!r} {Account('u', 'secret', 'admin', '')}"


@pytest.mark.parametrize("case", MONGODB, ids=str)
def test_verdict(case, servers, tmp_path) -> None:
    running = servers.get(case)
    with door(tmp_path, running) as open_door:
        probe = CONNECTOR.probe(open_door)
        assert probe.verdict is case.verdict
        assert probe.version == running.version
        assert open_door.connections <= 3
        assert (Flag.TLS in probe.flags) == (case.state == "tls")


@pytest.mark.parametrize("state", ["open", "auth"])
@pytest.mark.parametrize("depth", ["touch", "names"])
def test_depth_bounds_the_verdict(depth, state, servers, tmp_path) -> None:
    opened = {"touch": Verdict.UNKNOWN, "names": Verdict.OPEN_METADATA}
    with door(tmp_path, servers.find("mongodb", state, "secantus"), depth) as open_door:
        assert CONNECTOR.probe(open_door).verdict is (Verdict.AUTH_REQUIRED if state == "auth" else opened[depth])


@pytest.mark.parametrize("name", ["memcached", "nginx", "mariadb", "echo", "catch_all"])
def test_others_are_not_mongodb(name, servers, tmp_path) -> None:
    running = servers.find("service", name)
    # a peer that waits for more, or hangs up, leads to no claim either
    with door_to(tmp_path, "mongodb", running.host, running.port) as open_door, contextlib.suppress(WireError):
        assert CONNECTOR.probe(open_door) is None


def scripted(answers, *, op_msg=True):
    """A peer that answers each command by name; it stands for states that no stand-in can be brought into."""

    def handle(connection) -> None:
        while header := connection.recv(16, 0x100):
            size, number, _, code = HEADER.unpack(header)
            body = connection.recv(size - 16, 0x100)
            if code == OP_MSG and not op_msg:
                return
            at = 5 if code == OP_MSG else body.index(b"\0", 4) + 9
            name = next(iter(bson.decode(body[at:])))
            reply = answers.get(name, {"ok": 0.0, "code": 59})
            data = bytearray(message(reply, 1)) if code == OP_MSG else old_reply(reply, number)
            if code == OP_MSG:
                struct.pack_into("<i", data, 8, number)
            connection.sendall(bytes(data))

    return server(handle)


HELLO = {"ok": 1.0, "maxWireVersion": 21, "isWritablePrimary": True}
BUILD = {"ok": 1.0, "version": "6.0.14"}
DENIED = {"ok": 0.0, "code": 13, "errmsg": "command requires authentication"}
EMPTY = {"ok": 1.0, "cursor": {"id": 0, "ns": "x", "firstBatch": []}}


def judged(tmp_path, answers, **more):
    with scripted(answers, **more) as (port, _), door_to(tmp_path, "mongodb", "127.0.0.1", port) as open_door:
        return CONNECTOR.probe(open_door)


def test_an_empty_list_from_a_server_with_accounts_is_auth_required(tmp_path) -> None:
    answers = {"hello": HELLO, "buildInfo": BUILD, "listDatabases": {"ok": 1.0, "databases": []}, "listCollections": DENIED}
    assert judged(tmp_path, answers).verdict is Verdict.AUTH_REQUIRED
    answers |= {"listCollections": EMPTY, "find": DENIED}
    assert judged(tmp_path, answers).verdict is Verdict.AUTH_REQUIRED
    answers |= {"find": EMPTY}
    assert judged(tmp_path, answers).verdict is Verdict.OPEN_EMPTY


def test_names_without_reads_are_metadata(tmp_path) -> None:
    names = {"ok": 1.0, "cursor": {"id": 0, "ns": "x", "firstBatch": [{"name": "pupils", "type": "collection"}]}}
    answers = {"hello": HELLO, "buildInfo": BUILD, "listDatabases": {"ok": 1.0, "databases": [{"name": "school"}]}}
    assert judged(tmp_path, {**answers, "listCollections": names, "find": DENIED}).verdict is Verdict.OPEN_METADATA
    assert judged(tmp_path, {**answers, "listCollections": names, "find": EMPTY}).verdict is Verdict.OPEN_EMPTY


def test_a_server_before_op_msg_is_asked_in_the_old_form(tmp_path) -> None:
    hello = {"ok": 1.0, "ismaster": True, "maxWireVersion": 5}
    answers = {"isMaster": hello, "buildInfo": {"ok": 1.0, "version": "3.4.24"}, "listDatabases": DENIED}
    probe = judged(tmp_path, answers, op_msg=False)
    assert (probe.verdict, probe.version) == (Verdict.AUTH_REQUIRED, "3.4.24")


def test_advertised_peers_are_noted_and_not_followed(tmp_path) -> None:
    hello = {**HELLO, "setName": "rs0", "hosts": ["10.9.8.7:27017", "not a host"]}
    probe = judged(tmp_path, {"hello": hello, "buildInfo": BUILD, "listDatabases": DENIED})
    assert Flag.ADVERTISES_PEERS in probe.flags
    assert '"10.9.8.7:27017","in_scope":false' in (tmp_path / "journal").read_text(encoding="utf-8")


@pytest.fixture
def full(lab):
    running = lab.mongodb("open", records=0)
    with client(running) as mongo:
        mongo.school.pupils.insert_many(
            {
                "name": f"Mila {i}",
                "born": dt.datetime(2010, 1, 1, tzinfo=dt.UTC),
                "face": bson.Binary(b"\xff\xd8" + bytes([i % 256])),
                "device": bson.Binary.from_uuid(uuid.UUID(int=i)),
                "fee": bson.Decimal128("12.50"),
                "parents": [{"phone": f"1380013{i:04}"}],
            }
            for i in range(3000)
        )
        mongo.school.mixed.insert_many([{"v": 1}, {"v": "two"}, {"v": {"three": 3}}, {"v": [4]}, {}])
    return running


def listed(open_door):
    probe = CONNECTOR.probe(open_door)
    return probe, {c.name: c for c in CONNECTOR.collections(open_door, probe) if not c.system}


def test_full_reads_every_document_in_readable_types(full, tmp_path) -> None:
    with door(tmp_path, full, "full") as open_door:
        probe, found = listed(open_door)
        pupils = rows(CONNECTOR.sample(open_door, probe, found["school.pupils"], Draw(None, batch=700)))
        mixed = rows(CONNECTOR.sample(open_door, probe, found["school.mixed"], Draw(None)))
    assert {name: c.rows for name, c in found.items()} == {"school.pupils": 3000, "school.mixed": 5}
    assert {p["name"] for p in pupils} == {f"Mila {i}" for i in range(3000)}
    one = next(p for p in pupils if p["name"] == "Mila 7")
    assert len(one.pop("_id")) == 24
    assert one == {
        "name": "Mila 7",
        "born": dt.datetime(2010, 1, 1, tzinfo=dt.UTC),
        "face": b"\xff\xd8\x07",
        "device": str(uuid.UUID(int=7)),
        "fee": "12.50",
        "parents": [{"phone": "13800130007"}],
    }
    assert len(mixed) == 5


def test_a_draw_is_bounded_and_leaves_no_cursor(full, tmp_path) -> None:
    with door(tmp_path, full) as open_door:
        probe, found = listed(open_door)
        sample = CONNECTOR.sample(open_door, probe, found["school.pupils"], Draw(limit=40, batch=16))
        drawn = rows(sample)
        assert (len(drawn), sample.method) == (40, "sample")
        assert {d["name"] for d in drawn} != {f"Mila {i}" for i in range(40)}
        assert CONNECTOR.sample(open_door, probe, found["school.pupils"], Draw(limit=5000)).method == "all"


def test_the_owner_reads_what_strangers_may_not(servers, tmp_path, monkeypatch) -> None:
    with owners_door(tmp_path, servers.find("mongodb", "auth"), monkeypatch, database="school") as open_door:
        probe, found = listed(open_door)
        assert probe.verdict is Verdict.AUTH_REQUIRED
        assert Flag.OWNER_CREDENTIAL in probe.flags
        assert len(rows(CONNECTOR.sample(open_door, probe, found["school.people"], Draw(limit=20)))) == 20


def test_a_wrong_credential_is_said_and_tried_once(servers, tmp_path, monkeypatch) -> None:
    running = servers.find("mongodb", "auth")
    monkeypatch.setenv("LEFTOPEN_TEST_WRONG", "not-the-password")
    dsn = f"mongodb://auditor@{running.host}:{running.port}/?authSource=admin"
    with door(tmp_path, running, dsn=dsn, credential="env:LEFTOPEN_TEST_WRONG") as open_door:
        probe = CONNECTOR.probe(open_door)
        assert probe.evidence[-1] == "the owner's credential was not accepted"
        assert not probe.flags


def test_only_declared_commands_reach_the_server(full, tmp_path) -> None:
    with client(full) as mongo:
        before = list(mongo.school.pupils.find())
    with RecordingProxy(full) as proxy, door_to(tmp_path, "mongodb", proxy.host, proxy.port, "full") as open_door:
        probe, found = listed(open_door)
        for collection in found.values():
            rows(CONNECTOR.sample(open_door, probe, collection, Draw(None, batch=500)))
            rows(CONNECTOR.sample(open_door, probe, collection, Draw(limit=20)))
        seen = set(proxy.commands())
    assert {"find", "getMore", "aggregate", "count", "listDatabases"} <= seen <= CONNECTOR.commands
    with client(full) as mongo:
        assert list(mongo.school.pupils.find()) == before
