"""Restraint: after a scan the server's own account holds declared reads only, and nothing in it has changed."""

from __future__ import annotations

import re
from contextlib import ExitStack

import httpx
import pytest
from pymongo import MongoClient

from leftopen.connector import connectors
from leftopen.lab.estate import Estate, seed_elasticsearch, seed_mongodb, seed_postgresql, seed_redis
from leftopen.lab.servers import Lab, RecordingProxy
from leftopen.lab.servers import postgresql as lab_postgresql
from leftopen.lab.servers import redis as lab_redis
from leftopen.scan import Options, scan
from tests.dumps import dump
from tests.scopes import scope_of

STORES = ("redis", "postgresql", "mongodb", "elasticsearch")
READS_A_RECORD = {
    "redis": {"get", "getrange", "hscan", "lrange", "sscan", "zscan", "zrange", "xrange", "json.get", "hgetall", "mget"},
    "postgresql": {"COPY TO STDOUT"},
    "mongodb": {"find", "getMore", "aggregate"},
    "elasticsearch": {"GET /{index}/_search", "POST /{index}/_search", "POST /_search/scroll"},
}
LISTS = {
    "redis": {"scan", "dbsize", "select", "type", "randomkey"},
    "postgresql": {"SELECT"},
    "mongodb": {"listDatabases", "listCollections", "count"},
    "elasticsearch": {"GET /_cat/indices", "GET /_field_caps", "GET /{index}/_mapping", "GET /{index}/_count"},
}


class Watched:
    """A store with data, whose commands are counted by itself or by a proxy in front."""

    def __init__(self, kind: str, lab: Lab, stack: ExitStack) -> None:
        self.kind, self.lab = kind, lab
        self.running = getattr(lab, kind)("open")
        self.indices: tuple[str, ...] = ()
        self.proxy = None
        if kind in ("mongodb", "elasticsearch"):
            self.proxy = stack.enter_context(RecordingProxy(self.running))
        self.place = (self.proxy or self.running).host, (self.proxy or self.running).port

    def seed(self, estate: Estate) -> None:
        one = self.running
        match self.kind:
            case "redis":
                seed_redis(estate, one.host, one.port)
            case "postgresql":
                seed_postgresql(estate, one.admin_dsn)
            case "mongodb":
                seed_mongodb(estate, one.dsn)
            case "elasticsearch":
                seed_elasticsearch(estate, one.dsn)
        self.indices = estate.collections(self.kind)

    def watch(self) -> None:
        if self.proxy is None:
            self.lab.watch(self.running)

    def seen(self) -> set[str]:
        """Names of what was executed, in the connector's own words where they differ from the server's."""
        if self.proxy is not None:
            return {self._path(command) for command in self.proxy.commands()}
        done = set(self.lab.executed(self.running))
        return done if self.kind == "redis" else {_statement(text) for text in done}

    def _path(self, command: str) -> str:
        return re.sub(rf"/({'|'.join(map(re.escape, self.indices))})(?=/)", "/{index}", command)


def _statement(text: str) -> str:
    """A SQL text by what it does."""
    words = " ".join(text.split()).rstrip(";")
    if copied := re.fullmatch(r"COPY \( ?((?:SELECT|WITH RECURSIVE) .*)\) TO STDOUT( \(FORMAT binary\))?", words, re.IGNORECASE):
        return "SELECT" if "FROM pg_catalog." in copied[1] else "COPY TO STDOUT"
    if re.fullmatch(r"BEGIN( ISOLATION LEVEL REPEATABLE READ)?,? READ ONLY", words, re.IGNORECASE):
        return "BEGIN READ ONLY"
    writes = r"\b(INTO|FOR UPDATE|FOR SHARE|nextval|setval|pg_write\w*|lo_\w+)\b"
    if re.match(r"(SELECT|WITH RECURSIVE)\b", words, re.IGNORECASE) and not re.search(writes, words, re.IGNORECASE):
        return "SELECT"
    return words


def declared(kind: str, name: str) -> bool:
    """True if the connector declared it. Redis before 7 counts subcommands with their command."""
    commands = connectors()[kind].commands
    if kind != "redis":
        return name in commands
    return any(name in (command.lower(), command.lower().partition("|")[0]) for command in commands)


@pytest.fixture
def watched(request, lab: Lab):
    with ExitStack() as stack:
        store = Watched(request.param, lab, stack)
        store.seed(Estate(entries=1500))
        yield store


every_store = pytest.mark.parametrize("watched", STORES, indirect=True)


@every_store
def test_a_full_scan_changes_nothing_and_sends_what_is_declared(watched: Watched, tmp_path):
    before = dump(watched.lab, watched.running)
    watched.watch()
    result = scan(scope_of(watched.place, depth="full"), Options(tmp_path, faces=False))
    seen = watched.seen()
    assert [store.probe.verdict.is_open for store in result.stores] == [True]
    assert sum(entry.coverage.read for entry in result.stores[0].collections if entry.coverage) > 100
    assert seen & READS_A_RECORD[watched.kind], "the account must show that it sees reads"
    assert {name for name in seen if not declared(watched.kind, name)} == set()
    assert dump(watched.lab, watched.running) == before


@every_store
@pytest.mark.parametrize("depth", ["touch", "names"])
def test_a_shallow_scan_reads_no_record(watched: Watched, depth, tmp_path):
    watched.watch()
    result = scan(scope_of(watched.place, depth=depth), Options(tmp_path, faces=False))
    seen = watched.seen()
    assert {name for name in seen if not declared(watched.kind, name)} == set()
    assert not seen & READS_A_RECORD[watched.kind]
    if depth == "touch":
        # MongoDB is asked for the collections whose name is empty: an answer or a refusal, and never a name.
        assert not seen & LISTS[watched.kind] - {"listCollections"}
        assert result.stores[0].collections == ()
    else:
        assert seen & LISTS[watched.kind]
        assert result.stores[0].collections
    assert not [entry for entry in result.stores[0].collections if entry.fields or entry.findings]


@every_store
def test_the_dump_sees_one_changed_value(watched: Watched):
    """The proof can fail: one record more is a difference."""
    before = dump(watched.lab, watched.running)
    match watched.kind:
        case "redis":
            lab_redis.command(watched.lab, watched.running, "SET", "one:1", "more")
        case "postgresql":
            lab_postgresql.sql(watched.lab, watched.running, "CREATE TABLE more (a int)")
        case "mongodb":
            with MongoClient(watched.running.dsn, directConnection=True) as client:
                client["xiaoyuan"]["more"].insert_one({"a": 1})
        case "elasticsearch":
            httpx.post(f"{watched.running.dsn}/articles/_doc?refresh=true", json={"a": 1}).raise_for_status()
    assert dump(watched.lab, watched.running) != before
