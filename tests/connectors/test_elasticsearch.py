"""Elasticsearch and OpenSearch in every state they can have: verdict, names, counts, draws, restraint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from leftopen.connector import Draw
from leftopen.connectors.elasticsearch import Elasticsearch
from leftopen.errors import BudgetSpent, LeftopenError
from leftopen.journal import Journal
from leftopen.lab.servers import Lab, RecordingProxy, Running
from leftopen.model import Collection, Flag, Probe, Target, Verdict
from leftopen.scope import parse_scope
from leftopen.wire import Wire
from tests.servers import ELASTICSEARCH, Case, Servers

CONNECTOR = Elasticsearch()
OPEN = [case for case in ELASTICSEARCH if case.state == "open"]


def make_wire(tmp_path: Path, running: Running, depth: str = "sample", **grant: Any) -> Wire:
    """A Wire whose scope grants this one server."""
    address = {"addresses": [running.host], "ports": [running.port]} if not {"url"} & set(grant) else {}
    scope = {
        "name": "t",
        "authorised_by": "t",
        "basis": "t",
        "contact": "t@example.org",
        "valid_until": "2099-01-01T00:00:00+00:00",
    }
    budget = {"connections_per_second_per_host": 1000, "connections_per_second": 1000}
    data = {"scope": scope, "grant": [{**address, "depth": depth, **grant}], "budget": budget}
    return Wire(parse_scope(data), Journal(tmp_path / "journal.jsonl"))


def probe(wire: Wire, running: Running) -> Probe | None:
    with wire.door(Target(running.host, running.port), CONNECTOR.commands) as door:
        return CONNECTOR.probe(door)


def listed(wire: Wire, found: Probe) -> dict[str, Collection]:
    with wire.door(found.target, CONNECTOR.commands) as door:
        return {collection.name: collection for collection in CONNECTOR.collections(door, found)}


def drawn(wire: Wire, found: Probe, collection: Collection, draw: Draw) -> tuple[str, list[dict[str, Any]]]:
    with wire.door(found.target, CONNECTOR.commands) as door:
        sample = CONNECTOR.sample(door, found, collection, draw)
        return sample.method, [row for batch in sample.batches for row in batch.to_pylist()]


@pytest.mark.parametrize("case", ELASTICSEARCH, ids=str)
def test_verdict_of_every_state(case: Case, servers: Servers, tmp_path: Path) -> None:
    running = servers.get(case)
    found = probe(make_wire(tmp_path, running), running)
    assert found is not None
    assert (found.verdict, found.kind) == (case.verdict, "elasticsearch")
    assert found.tls == case.state.startswith("tls")
    if case.state in ("open", "empty"):
        assert found.version == running.version
        assert not found.flags
    assert ("OpenSearch" if "opensearch" in case.version or case.version == "osmem" else "Elasticsearch") == found.product or (
        case.version == "osmem" and case.state == "auth"
    )


@pytest.mark.parametrize("case", OPEN, ids=str)
def test_names_counts_and_draws(case: Case, servers: Servers, tmp_path: Path) -> None:
    running = servers.get(case)
    wire = make_wire(tmp_path, running, "full")
    found = probe(wire, running)
    assert found is not None
    names = listed(wire, found)
    people = names["people"]
    assert (people.rows, people.rows_exact, people.system) == (100, True, False)
    assert dict(people.hints)
    method, rows = drawn(wire, found, people, Draw(limit=None))
    assert method == "all"
    assert len({str(row) for row in rows}) == 100
    method, some = drawn(wire, found, people, Draw(limit=30, seed=1))
    assert method in ("random", "scan_prefix")
    assert len({str(row) for row in some}) == 30
    if not running.stand_in:
        assert method == "random"
        assert drawn(wire, found, people, Draw(limit=30, seed=1))[1] == some
        other = drawn(wire, found, people, Draw(limit=30, seed=2))[1]
        assert {str(row) for row in other} != {str(row) for row in some}
        assert [str(row) for row in some] != [str(row) for row in rows[:30]]


@pytest.mark.parametrize("depth", ["touch", "names"])
def test_no_deeper_than_the_scope_says(depth: str, servers: Servers, tmp_path: Path) -> None:
    running = servers.find("elasticsearch", "open", "osmem")
    with RecordingProxy(running) as proxy:
        seen = _behind(proxy, running)
        found = probe(make_wire(tmp_path, seen, depth), seen)
    assert found is not None
    assert found.verdict is (Verdict.UNKNOWN if depth == "touch" else Verdict.OPEN_METADATA)
    asked = _paths(proxy)
    assert all("_search" not in path for path in asked)
    assert depth == "names" or asked == ["/"]


def _behind(proxy: RecordingProxy, running: Running) -> Running:
    from dataclasses import replace

    return replace(running, host=proxy.host, port=proxy.port)


def _paths(proxy: RecordingProxy) -> list[str]:
    return [command.split(" ", 1)[1] for command in proxy.commands()]


@pytest.mark.parametrize("case", OPEN, ids=str)
def test_only_declared_requests_and_nothing_changed(case: Case, servers: Servers, tmp_path: Path) -> None:
    running = servers.get(case)
    with RecordingProxy(running) as proxy, httpx.Client(base_url=running.dsn, trust_env=False) as client:
        before = client.get("/people/_search?size=100&sort=_doc").json()["hits"]["hits"]
        seen = _behind(proxy, running)
        wire = make_wire(tmp_path, seen, "full")
        found = probe(wire, seen)
        assert found is not None
        for collection in listed(wire, found).values():
            drawn(wire, found, collection, Draw(limit=None))
            drawn(wire, found, collection, Draw(limit=10))
        sent = {command.replace("/people/", "/{index}/") for command in proxy.commands()}
        assert sent <= CONNECTOR.commands
        assert "POST /_search/scroll" in sent
        assert client.get("/people/_search?size=100&sort=_doc").json()["hits"]["hits"] == before
        assert client.get("/_cat/indices?h=index").text.split() == ["people"]


@pytest.fixture
def own(lab: Lab) -> Iterator[tuple[Running, httpx.Client]]:
    running = lab.elasticsearch(version="osmem")
    with httpx.Client(base_url=running.dsn, trust_env=False) as client:
        yield running, client


def test_system_indices_ransom_notes_and_big_documents(own: tuple[Running, httpx.Client], tmp_path: Path) -> None:
    running, client = own
    wire = make_wire(tmp_path, running, "full")
    client.put("/.kibana_1/_doc/1?refresh=true", json={"a": 1}).raise_for_status()
    found = probe(wire, running)
    assert found is not None
    assert found.verdict is Verdict.OPEN_EMPTY
    for number in range(300):
        client.put(f"/gallery/_doc/p-{number:018d}", json={"face": "A" * 60_000}).raise_for_status()
    client.put("/read_me/_doc/1?refresh=true", json={"note": "pay"}).raise_for_status()
    client.post("/_refresh")
    found = probe(wire, running)
    assert found is not None
    assert found.verdict is Verdict.OPEN_DATA
    assert found.flags == {Flag.RANSOM_NOTE}
    names = listed(wire, found)
    assert names[".kibana_1"].system
    with wire.door(found.target, CONNECTOR.commands) as door:
        sizes = [batch.num_rows for batch in CONNECTOR.sample(door, found, names["gallery"], Draw(limit=None)).batches]
    assert sum(sizes) == 300
    assert max(sizes) < 200
    rows = drawn(wire, found, names["gallery"], Draw(limit=5))[1]
    assert all(row["_id"].startswith("p-") for row in rows)


def test_the_byte_budget_ends_a_read(own: tuple[Running, httpx.Client], tmp_path: Path) -> None:
    running, client = own
    for number in range(60):
        client.put(f"/gallery/_doc/{number}", json={"face": "A" * 60_000}).raise_for_status()
    client.post("/_refresh")
    wire = make_wire(tmp_path, running, "full")
    found = probe(wire, running)
    assert found is not None
    object.__setattr__(wire.scope.budget, "bytes_per_store", 1 << 20)
    with pytest.raises(BudgetSpent):
        drawn(wire, found, Collection("gallery", 60, locator=("gallery",)), Draw(limit=None))


def test_the_owners_credential_opens_and_the_verdict_stays(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = servers.find("elasticsearch", "auth", "osmem")
    credential = running.owner_dsn.split("//")[1].split("@")[0]
    monkeypatch.setenv("OWNER", credential)
    wire = make_wire(tmp_path, running, "full", credential="env:OWNER")
    found = probe(wire, running)
    assert found is not None
    assert found.verdict is Verdict.AUTH_REQUIRED
    assert Flag.OWNER_CREDENTIAL in found.flags
    assert listed(wire, found)["people"].rows == 100
    assert credential not in (tmp_path / "journal.jsonl").read_text() + repr(found)


def test_the_transport_port_is_named(servers: Servers, tmp_path: Path) -> None:
    from dataclasses import replace

    running = servers.find("elasticsearch", "open", "7.17.28")
    with httpx.Client(base_url=running.dsn, trust_env=False) as client:
        node = next(iter(client.get("/_nodes/transport").json()["nodes"].values()))
    host, _, port = node["transport"]["bound_address"][0].rpartition(":")
    seen = replace(running, host=host, port=int(port))
    found = probe(make_wire(tmp_path, seen), seen)
    assert found is not None
    assert (found.verdict, found.kind) == (Verdict.OTHER_SERVICE, "elasticsearch")


@pytest.mark.parametrize("name", ["nginx", "catch_all", "echo", "ssh", "memcached"])
def test_other_services_are_not_taken_for_elasticsearch(name: str, lab: Lab, tmp_path: Path) -> None:
    running = lab.service(name)
    wire = make_wire(tmp_path, running)
    try:
        found = probe(wire, running)
    except LeftopenError:
        found = None
    assert found is None or found.kind != "elasticsearch"
    assert found is None or not found.verdict.is_open


def test_a_redirect_is_noted_and_not_followed(lab: Lab, tmp_path: Path) -> None:
    elsewhere = lab.elasticsearch(records=5)
    running = lab.service("redirect", elsewhere=elsewhere.label)
    found = probe(make_wire(tmp_path, running), running)
    assert found is None or not found.verdict.is_open
    entries = (tmp_path / "journal.jsonl").read_text().splitlines()
    assert any('"event":"offered"' in line and elsewhere.label in line and '"in_scope":false' in line for line in entries)


@pytest.mark.parametrize("name", ["endless", "bomb", "drip", "silent"])
def test_lying_servers_end_within_budget(name: str, lab: Lab, tmp_path: Path) -> None:
    import time

    running = lab.service(name)
    wire = make_wire(tmp_path, running)
    began = time.monotonic()
    try:
        found = probe(wire, running)
    except LeftopenError:
        found = None
    assert time.monotonic() - began < 40
    assert found is None or not found.verdict.is_open
