"""Load the estate's documents into an Elasticsearch or OpenSearch server that the lab started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leftopen.lab.estate.headers import HIDDEN, hide

if TYPE_CHECKING:
    import httpx

    from leftopen.lab.estate.records import Estate

STORE = "elasticsearch"
BULK_BYTES = 1 << 20
# Only what such a system searches by is indexed; the rest is kept. Indexing every field halves the rate of loading.
_KEPT = {"index": False, "doc_values": False}
_TEMPLATES = [
    {"text": {"match_mapping_type": "string", "mapping": {"type": "keyword", **_KEPT}}},
    {"real": {"match_mapping_type": "double", "mapping": {"type": "float", **_KEPT}}},
    {"whole": {"match_mapping_type": "long", "mapping": {"type": "long", **_KEPT}}},
]
_WORD = {"type": "keyword"}
# Vectors are plain arrays of numbers: every version takes them, and people who ran such systems stored them so.
_MAPPINGS: dict[str, dict[str, Any]] = {
    "capture-events": {
        "captureTime": {"type": "date", "format": "epoch_millis"},
        "location": {"type": "geo_point"},
        "schoolName": _WORD,
        "eventId": _WORD,
        "faceImage": {"type": "keyword", **_KEPT},
        "faceFeature": {"type": "float", **_KEPT},
    },
    "attention-scores": {"lessonTime": {"type": "date"}, "schoolName": _WORD, "taskId": _WORD},
    "service-logs": {"timestamp": {"type": "date", "format": "epoch_millis"}, "traceId": _WORD},
    "articles": {"titleEmbedding": {"type": "float", **_KEPT}},
}


def seed_elasticsearch(estate: Estate, url: str) -> dict[str, int]:
    """Create the indices and fill them by ``_bulk``. ``url`` like ``http://127.0.0.1:9200``. Returns documents per index.

    Raises ``RuntimeError`` if the server refuses a document.
    """
    import httpx
    import orjson

    loaded = {}
    hidden = estate.headers == HIDDEN
    with httpx.Client(base_url=url, timeout=120) as client:
        for index in estate.collections(STORE):
            settings = {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "30s"}
            body = {
                "settings": settings,
                "mappings": {"dynamic_templates": _TEMPLATES, "properties": _properties(index, hidden=hidden)},
            }
            client.put(f"/{index}", json=body).raise_for_status()
            lines: list[bytes] = []
            size = done = 0
            for docs in estate.records(STORE, index):
                assert isinstance(docs, list)
                for doc in docs:
                    line = orjson.dumps(doc)
                    lines.append(line)
                    size += len(line)
                    if size > BULK_BYTES:
                        _bulk(client, index, lines)
                        lines, size = [], 0
                done += len(docs)
            _bulk(client, index, lines)
            client.post(f"/{index}/_refresh").raise_for_status()
            loaded[index] = done
    return loaded


def _properties(index: str, *, hidden: bool) -> dict[str, Any]:
    """Mappings of an index. A point needs the names ``lat`` and ``lon``, so with headers hidden it is two numbers."""
    if not hidden:
        return _MAPPINGS[index]
    return {hide(name): kind for name, kind in _MAPPINGS[index].items() if kind["type"] != "geo_point"}


def _bulk(client: httpx.Client, index: str, lines: list[bytes]) -> None:
    if not lines:
        return
    action = b'{"index":{}}\n'
    body = action + (b"\n" + action).join(lines) + b"\n"
    reply = client.post(f"/{index}/_bulk", content=body, headers={"content-type": "application/x-ndjson"})
    reply.raise_for_status()
    if reply.json()["errors"]:
        raise RuntimeError(f"the server refused documents for index {index}")
