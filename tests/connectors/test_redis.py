"""Redis: its protocol over bytes, its verdicts and draws on real servers."""

from __future__ import annotations

import pytest
import redis as driver
from hypothesis import given
from hypothesis import strategies as st

from leftopen.connector import Draw
from leftopen.connectors.redis import Redis
from leftopen.connectors.redis_protocol import MAX_BULK, Failure, Reader, Status, command, info, keyspace, scanned
from leftopen.errors import BudgetSpent, ProtocolError
from leftopen.model import Flag, Verdict
from tests.connectors.doors import door, door_to, owners_door, rows
from tests.servers import REDIS

CONNECTOR = Redis()


def replies(data: bytes, step: int = 0) -> list[object]:
    reader, found = Reader(), []
    for part in [data] if not step else [data[i : i + step] for i in range(0, len(data), step)]:
        reader.feed(part)
        while (reply := reader.take()) is not None:
            found.append(reply[0])
    return found


@pytest.mark.parametrize("step", [0, 1, 3])
def test_replies_are_read_however_they_are_cut(step: int) -> None:
    data = b"+PONG\r\n-NOAUTH Authentication required.\r\n:12\r\n$3\r\nabc\r\n$-1\r\n*2\r\n$1\r\n0\r\n*1\r\n$1\r\nk\r\n"
    found = replies(data, step)
    assert found == [Status("PONG"), Failure("NOAUTH", "Authentication required."), 12, b"abc", None, [b"0", [b"k"]]]
    assert scanned(found[-1]) == (0, [b"k"])


def test_our_own_commands_are_arrays() -> None:
    assert command("GETRANGE", b"\xff", 0) == b"*3\r\n$8\r\nGETRANGE\r\n$1\r\n\xff\r\n$1\r\n0\r\n"


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"$%d\r\n" % (MAX_BULK + 1),
        b"*99999999\r\n",
        b"*1\r\n" * 10,
        b"$3\r\nabcde",
        b":1e9\r\n",
        b"+" + b"x" * 5000,
    ],
)
def test_what_is_not_redis_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        replies(data)


@given(st.binary(max_size=300) | st.lists(st.sampled_from([b"+", b"-", b":", b"$", b"*", b"1", b"9", b"\r\n", b"a"])).map(b"".join))
def test_any_bytes_are_replies_or_refused(data: bytes) -> None:
    try:
        for reply in replies(data, 7):
            info(reply)
            keyspace(info(reply))
    except ProtocolError:
        return


def test_errors_keep_their_words_from_view() -> None:
    assert "student" not in repr(Failure("WRONGTYPE", "student:17 holds"))
    assert Failure("MOVED", "3999 10.0.0.1:6381").redirect == ("10.0.0.1", 6381)


@pytest.mark.parametrize("case", REDIS, ids=str)
def test_verdict(case, servers, tmp_path) -> None:
    with door(tmp_path, servers.get(case)) as open_door:
        probe = CONNECTOR.probe(open_door)
        assert probe.verdict is case.verdict
        assert open_door.connections <= 2
        assert (Flag.TLS in probe.flags) == case.state.startswith("tls")
    if case.verdict is Verdict.OPEN_DATA:
        assert probe.version == servers.get(case).version


@pytest.mark.parametrize(("depth", "verdict"), [("touch", Verdict.UNKNOWN), ("names", Verdict.OPEN_METADATA)])
def test_depth_bounds_the_verdict(depth, verdict, servers, tmp_path) -> None:
    with door(tmp_path, servers.find("redis", "open"), depth) as open_door:
        assert CONNECTOR.probe(open_door).verdict is verdict


@pytest.mark.parametrize("name", ["memcached", "nginx", "mariadb", "echo", "catch_all"])
def test_others_are_not_redis(name, servers, tmp_path) -> None:
    running = servers.find("service", name)
    with door_to(tmp_path, "redis", running.host, running.port) as open_door:
        assert CONNECTOR.probe(open_door) is None


@pytest.fixture
def full(lab):
    """A server with every kind of key in two databases."""
    running = lab.redis("open", version="debian", records=0)
    client = driver.Redis(host=running.host, port=running.port)
    for i in range(60):
        client.hset(f"student:{i}", mapping={"name": f"Mila {i}", "photo": b"\xff\xd8\xff" + bytes([i])})
        client.set(f"capture:{i}", f'{{"plate": "A{i}", "at": {i}}}')
        client.rpush(f"queue:{i % 3}", f"job{i}")
        client.xadd("events", {"pupil": f"p{i}"})
    client.set("blob:1", b"\xff" * 600_000)
    client.set("note:1", "ü" * 200_000)
    client.hset("roster", mapping={f"pupil{i}": f"name{i}" for i in range(3000)})
    client.sadd("phones:1", *[f"+1202555{i:04}" for i in range(1200)])
    client.zadd("ranks:1", {f"r{i}": i / 2 for i in range(1200)})
    other = driver.Redis(host=running.host, port=running.port, db=3)
    other.mset({f"card:{i}": i for i in range(5)})
    client.close()
    other.close()
    return running


def listed(open_door):
    probe = CONNECTOR.probe(open_door)
    return probe, {c.name: c for c in CONNECTOR.collections(open_door, probe)}


def test_collections_are_key_patterns_of_each_database(full, tmp_path) -> None:
    with door(tmp_path, full) as open_door:
        _, found = listed(open_door)
    counts = {name: c.rows for name, c in found.items()}
    assert counts == {
        "db0.student:*": 60,
        "db0.capture:*": 60,
        "db0.queue:*": 60,
        "db0.events": 60,
        "db0.blob:*": 1,
        "db0.note:*": 1,
        "db0.roster": 3000,
        "db0.phones:*": 1200,
        "db0.ranks:*": 1200,
        "db3.card:*": 5,
    }
    assert found["db0.student:*"].rows_exact


def test_full_reads_every_record_of_every_type(full, tmp_path) -> None:
    with door(tmp_path, full, "full") as open_door:
        probe, found = listed(open_door)
        records = {name: rows(CONNECTOR.sample(open_door, probe, c, Draw(None))) for name, c in found.items()}
    assert {name: len(part) for name, part in records.items()} == {name: c.rows for name, c in found.items()}
    students = {r["@key"]: r for r in records["db0.student:*"]}
    assert students["student:7"] == {"@key": "student:7", "name": "Mila 7", "photo": b"\xff\xd8\xff\x07"}
    assert {r["plate"] for r in records["db0.capture:*"]} == {f"A{i}" for i in range(60)}
    assert {r["@field"] for r in records["db0.roster"]} == {f"pupil{i}" for i in range(3000)}
    assert {r["pupil"] for r in records["db0.events"]} == {f"p{i}" for i in range(60)}
    assert {r["value"] for r in records["db0.phones:*"]} == {f"+1202555{i:04}" for i in range(1200)}
    assert len(records["db0.blob:*"][0]["value"]) == 600_000


def test_a_draw_is_bounded(full, tmp_path) -> None:
    with door(tmp_path, full) as open_door:
        probe, found = listed(open_door)
        for name in ("db0.student:*", "db0.roster", "db0.queue:*", "db0.capture:*"):
            sample = CONNECTOR.sample(open_door, probe, found[name], Draw(limit=10))
            assert len(rows(sample)) == 10
        assert len(rows(CONNECTOR.sample(open_door, probe, found["db0.blob:*"], Draw()))[0]["value"]) == 1 << 18
        assert set(rows(CONNECTOR.sample(open_door, probe, found["db0.note:*"], Draw()))[0]["value"]) == {"ü"}


def test_the_budget_ends_a_read(full, tmp_path) -> None:
    with door(tmp_path, full, budget={"bytes_per_store": "200 KiB"}) as open_door:
        probe, found = listed(open_door)
        with pytest.raises(BudgetSpent):
            rows(CONNECTOR.sample(open_door, probe, found["db0.blob:*"], Draw()))


def test_two_types_under_one_pattern_are_two_collections(lab, tmp_path) -> None:
    running = lab.redis("open", records=0)
    client = driver.Redis(host=running.host, port=running.port)
    client.set("item:1", "one")
    client.hset("item:2", "name", "two")
    client.close()
    with door(tmp_path, running) as open_door:
        probe, found = listed(open_door)
        assert {n: rows(CONNECTOR.sample(open_door, probe, c, Draw())) for n, c in found.items()} == {
            "item:* (string)": [{"@key": "item:1", "value": "one"}],
            "item:* (hash)": [{"@key": "item:2", "name": "two"}],
        }


@pytest.mark.parametrize("state", ["auth", "restricted", "names"])
def test_the_owner_reads_what_strangers_may_not(state, servers, tmp_path, monkeypatch) -> None:
    running = servers.find("redis", state)
    stranger = next(case.verdict for case in REDIS if case.state == state)
    with owners_door(tmp_path, running, monkeypatch) as open_door:
        probe, found = listed(open_door)
        assert probe.verdict is stranger
        assert Flag.OWNER_CREDENTIAL in probe.flags
        assert len(rows(CONNECTOR.sample(open_door, probe, found["person:*"], Draw(limit=20)))) == 20


def test_only_declared_commands_reach_the_server(full, lab, tmp_path) -> None:
    before = driver.Redis(host=full.host, port=full.port)
    dumped = {key: before.dump(key) for key in before.scan_iter()}
    lab.watch(full)
    with door(tmp_path, full, "full") as open_door:
        probe, found = listed(open_door)
        for collection in found.values():
            rows(CONNECTOR.sample(open_door, probe, collection, Draw(None)))
    seen = set(lab.executed(full))
    assert seen
    assert seen <= {name.lower() for name in CONNECTOR.commands}
    assert dumped == {key: before.dump(key) for key in before.scan_iter()}
    before.close()


def test_renamed_and_missing_commands(lab, tmp_path) -> None:
    """A server that answers neither INFO nor SCAN by these names is still judged by what it does answer."""
    running = lab.redis("open", records=20)
    client = driver.Redis(host=running.host, port=running.port)
    client.execute_command("ACL", "SETUSER", "default", "-info", "-dbsize")
    with door(tmp_path, running) as open_door:
        assert CONNECTOR.probe(open_door).verdict is Verdict.OPEN_DATA
    client.execute_command("ACL", "SETUSER", "default", "-scan")
    with door(tmp_path, running) as open_door:
        assert CONNECTOR.probe(open_door).verdict is Verdict.RESTRICTED
    client.close()
