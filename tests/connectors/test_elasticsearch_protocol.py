"""Bytes and JSON from any peer: judged, never trusted, never fatal."""

from __future__ import annotations

import gzip
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from leftopen.connectors import elasticsearch_protocol as protocol
from leftopen.errors import ProtocolError
from leftopen.http import Answer, Exchange

ROOT = {
    "name": "n",
    "cluster_name": "c",
    "cluster_uuid": "u",
    "version": {"number": "7.17.28", "build_hash": "h", "lucene_version": "8.11.3"},
    "tagline": "You Know, for Search",
}
KEYS = ["hits", "_source", "_id", "error", "type", "version", "number", "index", "mappings", "properties", "tagline"]
KEYS += ["count", "indices", "fields", "root_cause"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


def answer(body: object, status: int = 200, **headers: str) -> Answer:
    return Answer(status, tuple((k.replace("_", "-"), v) for k, v in headers.items()), json.dumps(body).encode())


def exchanged(data: bytes, cap: int = 1 << 20, step: int = 7) -> Answer | None:
    exchange = Exchange(cap)
    exchange.request("GET", "/", (("Host", "h"),), b"", cap)
    for at in range(0, len(data), step):
        if (found := exchange.feed(data[at : at + step])) is not None:
            return found
    return exchange.feed(b"")


def test_who_is_who() -> None:
    found = protocol.identify(answer(ROOT))
    assert found is not None
    assert (found.product, found.version, found.number, found.suspect) == ("Elasticsearch", "7.17.28", (7, 17), "")
    other = {**ROOT, "version": {**ROOT["version"], "distribution": "opensearch", "number": "2.19.1", "lucene_version": "9.12.1"}}  # type: ignore[dict-item]
    found = protocol.identify(answer(other))
    assert found is not None
    assert (found.product, found.number, found.suspect) == ("OpenSearch", (7, 10), "")


def test_decoys_are_suspected_or_not_recognised() -> None:
    wrong = {**ROOT, "version": {**ROOT["version"], "lucene_version": "4.10.2"}}  # type: ignore[dict-item]
    for body in (wrong, {**ROOT, "name": "Green Goblin"}):
        found = protocol.identify(answer(body))
        assert found is not None
        assert found.suspect
    for body in ({"version": "1"}, {"version": {"number": "1.0"}}, {"tagline": "You Know, for Search"}, [], "x", {"error": "no"}):
        assert protocol.identify(answer(body)) is None
    assert protocol.identify(answer({}, 401, www_authenticate='Basic realm="security"')) is None
    assert protocol.identify(answer({}, 401, www_authenticate='ApiKey, Basic realm="security"')) is not None


def test_listings_of_new_and_old_versions_and_data_streams() -> None:
    rows = [
        {"index": ".ds-logs-app-2024.01.01-000001", "docs.count": "5", "pri.store.size": "100"},
        {"index": ".ds-logs-app-2024.01.02-000002", "docs.count": "7", "pri.store.size": "50"},
        {"index": "closed", "docs.count": None, "pri.store.size": None},
        {"index": ".kibana_1", "docs.count": "3", "pri.store.size": "9"},
    ]
    found = protocol.indices(answer(rows))
    assert found is not None
    assert [(i.name, i.rows, i.bytes, i.system) for i in found] == [
        (".kibana_1", 3, 9, True),
        ("closed", None, None, False),
        ("logs-app", 12, 150, False),
    ]
    old = Answer(200, (("content-type", "text/plain; charset=UTF-8"),), b"open people 10 2048 \n     close gone \n")
    found = protocol.indices(old)
    assert found is not None
    assert [(i.name, i.rows) for i in found] == [("gone", None), ("people", 10)]
    assert protocol.indices(Answer(200, (("content-type", "text/plain"),), b"<html>hello</html>")) is None
    assert protocol.indices(answer({"a": 1})) is None


def test_names_that_extortionists_leave() -> None:
    for name in ("read_me", "7c5q1a-meow", "READ__ME_TO_RECOVER"):
        assert protocol.Index(name, 1, 1).ransom
    for name in ("readings", "homeowners", "people"):
        assert not protocol.Index(name, 1, 1).ransom


def test_mappings_become_hints() -> None:
    fields = {
        "face": {"type": "dense_vector", "dims": 512},
        "v": {"type": "knn_vector", "dimension": 128},
        "where": {"type": "geo_point"},
        "guardian": {"properties": {"phone": {"type": "keyword"}}},
        "marks": {"type": "nested", "properties": {"score": {"type": "float"}}},
    }
    right = {
        "face": "dense_vector[512]",
        "v": "knn_vector[128]",
        "where": "geo_point",
        "guardian.phone": "keyword",
        "marks[].score": "float",
    }
    assert dict(protocol.hints(answer({"people": {"mappings": {"properties": fields}}}))) == right
    assert dict(protocol.hints(answer({"people": {"mappings": {"person": {"properties": fields}}}}))) == right


def test_http_bodies_are_bounded_and_never_expanded() -> None:
    found = exchanged(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"a" * 5000, cap=1000, step=100)
    assert found is not None
    assert (found.cut, len(found.body)) == (True, 1000)
    packed = gzip.compress(b"0" * 1_000_000)
    found = exchanged(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed)
    assert found is not None
    assert (found.encoded, found.body) == (True, b"")
    assert "aaa" not in repr(Answer(200, (), b"aaa"))


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.binary(max_size=300), st.binary(max_size=200).map(lambda tail: b"HTTP/1.1 200 OK\r\n" + tail)), st.integers(1, 50)
)
def test_no_bytes_make_the_http_part_fail(data: bytes, step: int) -> None:
    try:
        found = exchanged(data, 100, step)
    except ProtocolError:
        return
    assert found is None or len(found.body) <= 100


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_no_json_makes_the_parsers_fail(body: object) -> None:
    for status in (200, 401):
        seen = answer(body, status, content_type="application/json")
        protocol.identify(seen)
        protocol.indices(seen)
        protocol.hints(seen)
        protocol.field_caps(seen)
        protocol.count(seen)
        protocol.error_type(seen)
        protocol.page(seen.body)
