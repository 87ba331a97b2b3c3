"""What Elasticsearch and OpenSearch say, as pure functions over answers: who it is, what it refuses, what it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from leftopen.http import Answer
from leftopen.model import Collection
from leftopen.ransom import is_note

TRANSPORT_MARKS = ("This is not a HTTP port", "This is not an HTTP port")
_TAGLINES = {"you know, for search": "Elasticsearch", "the opensearch project: https://opensearch.org/": "OpenSearch"}
_REALMS = {
    'realm="security"': "Elasticsearch",
    'realm="opensearch security"': "OpenSearch",
    'realm="open distro security"': "Open Distro for Elasticsearch",
    'realm="search guard"': "Elasticsearch",
}
_STARTING = {
    b"OpenSearch Security not initialized": "OpenSearch",
    b"Open Distro Security not initialized": "Open Distro for Elasticsearch",
    b"Search Guard not initialized": "Elasticsearch",
}
_LUCENE = {("Elasticsearch", major): major + 1 for major in (5, 6, 7, 8, 9)} | {
    ("Elasticsearch", 0): 3,
    ("Elasticsearch", 1): 4,
    ("Elasticsearch", 2): 5,
    ("OpenSearch", 1): 8,
    ("OpenSearch", 2): 9,
    ("OpenSearch", 3): 10,
}
_DECOY_NODES = frozenset({"green goblin", "usnyes01"})
"""Node names that the honeypot Elasticpot and its packaging ship with."""
_SYSTEM = re.compile(r"\.|ilm-history-|slm-history-|security-auditlog|top_queries-|searchguard$")
_STREAM = re.compile(r"\.ds-(.+?)-(?:\d{4}\.\d{2}\.\d{2}-)?\d{6}")
_AUTO_ID = re.compile(r"(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9_-]{20}")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answered: product, version (empty if it does not say), and why we think so."""

    product: str
    version: str = ""
    lucene: str = ""
    node: str = ""
    why: str = ""

    @property
    def number(self) -> tuple[int, int]:
        """Major and minor version in Elasticsearch's count (OpenSearch counts as 7.10); (0, 0) if unknown."""
        match = re.match(r"(\d+)\.(\d+)", self.version)
        if match is None:
            return (0, 0)
        return (7, 10) if self.product == "OpenSearch" else (int(match[1]), int(match[2]))

    @property
    def suspect(self) -> str:
        """Why this may be a decoy; empty if nothing says so."""
        if self.node.lower() in _DECOY_NODES:
            return "the node has the name that a known honeypot ships with"
        major = re.match(r"\d+", self.version)
        lucene = re.match(r"\d+", self.lucene)
        if major and lucene and _LUCENE.get((self.product, int(major[0])), int(lucene[0])) != int(lucene[0]):
            return "the version and the Lucene version it names do not belong together"
        return ""


def parse(answer: Answer) -> Any:
    """The JSON of a whole answer, or None."""
    if answer.cut or answer.encoded:
        return None
    try:
        return orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return None


def identify(answer: Answer) -> Identity | None:
    """Who gave this answer to ``GET /``; None without a mark of Elasticsearch or its kin."""
    body = parse(answer)
    if isinstance(body, dict) and (found := _root(body)) is not None:
        return found
    if answer.header("x-elastic-product").lower() == "elasticsearch":
        return Identity("Elasticsearch", why="header X-Elastic-Product")
    asked = answer.header("www-authenticate").lower()
    for realm, product in _REALMS.items():
        # nginx can be told any realm: Elasticsearch's own plain word counts only with its body or its second header.
        if realm in asked and (product != "Elasticsearch" or "search guard" in realm or "apikey" in asked or error_type(answer)):
            return Identity(product, why="the realm that WWW-Authenticate names")
    for text, product in _STARTING.items():
        if text in answer.body[:512]:
            return Identity(product, why="its security plugin is not initialised")
    if error_type(answer):
        return Identity("Elasticsearch", why="an error in Elasticsearch's form")
    return None


def _root(body: Mapping[str, Any]) -> Identity | None:
    version = body.get("version")
    if not isinstance(version, dict) or not isinstance(version.get("number"), str):
        return None
    tagline = str(body.get("tagline", "")).strip().lower()
    marks = sum((tagline in _TAGLINES, "lucene_version" in version, "cluster_name" in body, "build_hash" in version))
    if marks < 2:
        return None
    product = "OpenSearch" if version.get("distribution") == "opensearch" else _TAGLINES.get(tagline, "Elasticsearch")
    number = version["number"] if re.fullmatch(r"[\w.+-]{1,32}", version["number"]) else ""
    return Identity(product, number, str(version.get("lucene_version", ""))[:32], str(body.get("name", ""))[:64], "GET / names it")


def error_type(answer: Answer) -> str:
    """The type of an error in Elasticsearch's form (``security_exception``), or empty. Types are code words, not values."""
    body = parse(answer)
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict) and isinstance(error.get("root_cause"), list | type(None)):
        kind = error.get("type")
        return kind if isinstance(kind, str) and re.fullmatch(r"[a-z_]{1,64}", kind) else ""
    return ""


def refused(answer: Answer) -> bool:
    """True if the answer refuses for want of rights, and not for another reason."""
    return answer.status in (401, 403)


@dataclass(frozen=True, slots=True)
class Index:
    """One line of ``_cat/indices``; a data stream's hidden indices are one line under the stream's name."""

    name: str
    rows: int | None
    bytes: int | None

    @property
    def system(self) -> bool:
        """True for indices of the store itself and of its tools."""
        return _SYSTEM.match(self.name) is not None

    @property
    def ransom(self) -> bool:
        """True for the names that extortionists leave."""
        return is_note(self.name, "elasticsearch", self.rows)


def indices(answer: Answer) -> list[Index] | None:
    """The indices that ``_cat/indices`` lists, as JSON or, before 2.0, as columns; None if it is no such list."""
    body = parse(answer)
    if isinstance(body, list):
        if not all(isinstance(row, dict) and isinstance(row.get("index"), str) for row in body):
            return None
        return _grouped((row["index"], _number(row.get("docs.count")), _number(row.get("pri.store.size"))) for row in body)
    if body is not None or answer.status != 200 or answer.cut or not answer.header("content-type").startswith("text/plain"):
        return None
    rows = [line.split() for line in answer.body.decode("utf-8", "replace").splitlines() if line.strip()]
    if not all(row[0] in ("open", "close") and len(row) in (2, 4) for row in rows):
        return None
    padded = [[*row, "", ""] for row in rows]
    return _grouped((row[1], _number(row[2]), _number(row[3])) for row in padded)


def _grouped(rows: Iterator[tuple[str, int | None, int | None]]) -> list[Index]:
    found: dict[str, Index] = {}
    for name, count, size in rows:
        match = _STREAM.fullmatch(name)
        name = match[1] if match else name
        before = found.get(name)
        if before is not None:
            count, size = (count or 0) + (before.rows or 0), (size or 0) + (before.bytes or 0)
        found[name] = Index(name, count, size)
    return sorted(found.values(), key=lambda index: index.name)


def _number(value: Any) -> int | None:
    try:
        return max(0, int(value))
    except (TypeError, ValueError):
        return None


def hints(answer: Answer) -> tuple[tuple[str, str], ...]:
    """(dotted path, declared type) of a ``_mapping`` answer, all its indices and, before 7.0, types together."""
    body = parse(answer)
    found: dict[str, str] = {}
    for entry in body.values() if isinstance(body, dict) else ():
        mappings = entry.get("mappings") if isinstance(entry, dict) else None
        if not isinstance(mappings, dict):
            continue
        kinds = [mappings] if isinstance(mappings.get("properties"), dict) else list(mappings.values())
        for kind in kinds:
            if isinstance(kind, dict):
                found.update(_properties(kind.get("properties"), "", 0))
    return tuple(found.items())


def _properties(part: Any, prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    if not isinstance(part, dict) or depth > 30:
        return
    for name, field in part.items():
        if not isinstance(field, dict):
            continue
        path = f"{prefix}{name}"
        kind = field.get("type")
        if isinstance(kind, str) and kind not in ("object", "nested"):
            size = field.get("dims", field.get("dimension"))
            yield path, f"{kind}[{size}]" if isinstance(size, int) else kind
        level = f"{path}[]." if kind == "nested" else f"{path}."
        yield from _properties(field.get("properties"), level, depth + 1)


def field_caps(answer: Answer) -> list[str]:
    """Names of the indices that ``_field_caps`` says we may read (7.2 and later)."""
    body = parse(answer)
    names = body.get("indices") if isinstance(body, dict) else None
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def count(answer: Answer) -> int | None:
    """The number that ``_count`` gives, or None."""
    body = parse(answer)
    return _number(body.get("count")) if answer.status == 200 and isinstance(body, dict) else None


@dataclass(slots=True)
class Page:
    """One page of hits: documents, where to go on, how many bytes it took. Values live here only until they are Arrow."""

    documents: list[dict[str, Any]]
    scroll: str = ""
    partial: bool = False

    def __repr__(self) -> str:
        return f"<Page of {len(self.documents)} documents, values withheld>"


def page(body: bytes) -> Page | None:
    """The hits of a search or scroll answer; None if it is no such answer."""
    try:
        data = orjson.loads(body)
        hits = data["hits"]["hits"]
        documents = [dict(hit.get("_source") or hit.get("fields") or {}) for hit in hits]
        ids = [hit.get("_id") for hit in hits]
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValueError):
        return None
    made_up = sum(isinstance(own, str) and _AUTO_ID.fullmatch(own) is not None for own in ids)
    if made_up < 0.9 * len(ids):
        # An id that the store did not make up may be a person's number or name.
        documents = [{"_id": own, **document} for own, document in zip(ids, documents, strict=True)]
    shards = data.get("_shards")
    partial = bool(data.get("timed_out")) or (isinstance(shards, dict) and bool(shards.get("failed")))
    scroll = data.get("_scroll_id")
    return Page(documents, scroll if isinstance(scroll, str) else "", partial)


def collection(index: Index, rows: int | None = None, declared: tuple[tuple[str, str], ...] = ()) -> Collection:
    """The Collection of an index; ``rows`` is an exact count, if one was made."""
    return Collection(
        index.name,
        rows=index.rows if rows is None else rows,
        bytes=index.bytes,
        rows_exact=rows is not None,
        system=index.system,
        hints=declared,
        locator=(index.name,),
    )
