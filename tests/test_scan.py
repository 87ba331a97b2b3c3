"""The straight line, end to end in this process: what is found, what is skipped, what is never touched."""

from __future__ import annotations

import json
import socket
import threading

import pytest

from leftopen.journal import verify
from leftopen.lab.estate import Estate, seed_postgresql, seed_redis, truth
from leftopen.lab.servers import Lab
from leftopen.model import Verdict
from leftopen.scan import Options, scan
from tests.scopes import scope_of
from tests.servers import own_address


class Counted:
    """A listener that counts who knocks."""

    def __init__(self):
        self.server = socket.create_server((own_address(), 0))
        self.place = self.server.getsockname()
        self.knocks = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                self.server.accept()[0].close()
            except OSError:
                return
            self.knocks += 1


class Heard:
    """A Progress that remembers."""

    def __init__(self):
        self.phases, self.steps = [], 0

    def phase(self, name, total):
        self.phases.append(name)

    def step(self, detail="", count=1):
        self.steps += count


@pytest.fixture(scope="module")
def seeded():
    """Redis and PostgreSQL with a small estate, and a locked Redis."""
    with Lab() as lab:
        estate = Estate(entries=1500)
        redis, postgresql, locked = lab.redis(), lab.postgresql(), lab.redis("auth", records=50)
        seed_redis(estate, redis.host, redis.port)
        seed_postgresql(estate, postgresql.admin_dsn)
        yield estate, redis, postgresql, locked


@pytest.fixture(scope="module")
def result(seeded, tmp_path_factory):
    """A full scan over the three, a port that is closed and one that is denied."""
    folder = tmp_path_factory.mktemp("scan")
    denied, heard = Counted(), Heard()
    _, *stores = seeded
    with socket.create_server((own_address(), 0)) as listener:
        closed = listener.getsockname()
    places = [(one.host, one.port) for one in stores]
    scope = scope_of(*places, closed, denied.place, depth="full", deny=[{"addresses": [denied.place[0]]}])
    done = scan(scope, Options(folder, faces=False), heard)
    return done, denied, heard, folder


def stores_of(result):
    return {store.probe.target.label: store for store in result.stores}


def test_every_collection_is_read_whole_and_its_categories_found(seeded, result):
    estate, redis, postgresql, _ = seeded
    for kind, running in (("redis", redis), ("postgresql", postgresql)):
        store = stores_of(result[0])[running.label]
        assert (store.probe.kind, store.probe.verdict, store.probe.version) == (kind, Verdict.OPEN_DATA, running.version)
        by_name = {entry.collection.name.removeprefix("school."): entry for entry in store.collections}
        for name in estate.collections(kind):
            entry = by_name[name]
            assert entry.coverage.complete
            assert entry.coverage.read == entry.collection.rows == estate.rows(kind, name)
            if estate.spec(kind, name).labels:
                assert entry.findings, name
                assert entry.assessment.severity.low <= entry.assessment.severity.point <= entry.assessment.severity.high
            else:
                assert not entry.findings, name


def test_people_are_counted_over_both_stores_once(seeded, result):
    done = result[0]
    people = [stores_of(done)[running.label].people.persons for running in seeded[1:3]]
    assert all(one.low <= one.point <= one.high for one in people)
    assert done.people.persons.point < sum(one.point for one in people)
    assert done.people.persons.point >= max(one.point for one in people)
    assert done.people.days == 10
    assert done.people.groups == truth(seeded[0])["groups"] == 23


def test_the_locked_store_is_told_and_nothing_of_it_listed(seeded, result):
    locked = stores_of(result[0])[seeded[3].label]
    assert locked.probe.verdict is Verdict.AUTH_REQUIRED
    assert locked.collections == ()


def test_denied_targets_are_not_knocked_on(result):
    done, denied, *_ = result
    assert denied.knocks == 0
    assert not [store for store in done.stores if store.probe.target.host == denied.place[0]]


def test_a_closed_port_is_tried_and_not_told_as_a_store(result):
    done = result[0]
    assert (done.tried, done.answered) == (4, 3)


def test_progress_names_its_phases(result):
    heard = result[2]
    assert heard.phases == ["ports", "verdicts", "collections", "records"]
    assert heard.steps > 500


def test_the_journal_tells_the_whole_run_and_nothing_is_left_of_it(result):
    folder = result[3]
    entries = [json.loads(text) for text in (folder / "journal.jsonl").read_text().splitlines()]
    assert entries[0]["event"] == "scan"
    assert entries[-1]["event"] == "end"
    assert verify(folder / "journal.jsonl").lines == len(entries)
    assert not list((folder / "runs").iterdir())


def test_names_are_listed_and_no_record_is_read(seeded, tmp_path):
    _, redis, postgresql, _ = seeded
    done = scan(scope_of((redis.host, redis.port), (postgresql.host, postgresql.port), depth="names"), Options(tmp_path))
    assert {store.probe.verdict for store in done.stores} == {Verdict.OPEN_METADATA}
    entries = [entry for store in done.stores for entry in store.collections]
    assert len(entries) > 10
    assert not [entry for entry in entries if entry.findings or entry.coverage]
    told = {entry.collection for entry in done.skipped if entry.reason == "depth"}
    assert told == {entry.collection.name for entry in entries}


def test_touch_learns_the_service_and_nothing_else(seeded, tmp_path):
    _, redis, _, locked = seeded
    done = scan(scope_of((redis.host, redis.port), (locked.host, locked.port), depth="touch"), Options(tmp_path))
    assert [store.probe.verdict for store in done.stores] == [Verdict.UNKNOWN, Verdict.AUTH_REQUIRED]
    assert [store.collections for store in done.stores] == [(), ()]


def test_a_sample_reads_no_more_than_it_was_told(seeded, tmp_path):
    _, redis, postgresql, _ = seeded
    scope = scope_of((redis.host, redis.port), (postgresql.host, postgresql.port), depth="sample")
    done = scan(scope, Options(tmp_path, limit=20, faces=False))
    read = [entry.coverage for store in done.stores for entry in store.collections]
    assert max(one.read for one in read) <= 20
    assert {one.complete for one in read} == {True, False}


def test_collections_of_the_store_itself_are_named_as_skipped(lab: Lab, tmp_path):
    running = lab.mongodb("open", version="nx", records=30)
    done = scan(scope_of((running.host, running.port)), Options(tmp_path, faces=False))
    system = {entry.collection for entry in done.skipped if entry.reason == "system"}
    listed = {entry.collection.name for store in done.stores for entry in store.collections}
    assert listed
    assert not system & listed


def test_files_of_the_scope_are_read_and_their_people_counted(seeded, tmp_path):
    _, redis, _, _ = seeded
    rows = "\n".join(f"Anna Example {n},person{n}@example.test,+4930{n:07d},2010-01-{n % 28 + 1:02d}" for n in range(300))
    (tmp_path / "list.csv").write_text(f"full_name,email,phone,birth_date\n{rows}\n")
    grant = {"path": str(tmp_path / "list.csv"), "depth": "full"}
    alone = scan(scope_of((redis.host, redis.port), depth="full"), Options(tmp_path / "a", faces=False))
    both = scan(scope_of((redis.host, redis.port), depth="full", grant=[grant]), Options(tmp_path / "b", faces=False))
    (file,) = [store for store in both.stores if store.probe.kind == "files"]
    assert file.people.persons.point > 250
    assert both.people.persons.point > alone.people.persons.point + 250


def test_a_spent_budget_is_told(seeded, tmp_path):
    _, _, postgresql, _ = seeded
    scope = scope_of((postgresql.host, postgresql.port), depth="full", budget={"bytes_per_store": "100 KiB"})
    done = scan(scope, Options(tmp_path, faces=False))
    assert {entry.reason for entry in done.skipped} & {"budget", "listing"}
