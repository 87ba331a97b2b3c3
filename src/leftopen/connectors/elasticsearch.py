"""Elasticsearch 1 to 9 and OpenSearch 1 to 3. Identification rests on what answers, never on the port.

The version is asked first. Of all requests only searches are POSTs, to a path that every version routes to a search; what an
older version would take for a document to store (point in time) is never sent. Scroll contexts end by themselves after a minute.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote, urlsplit

from leftopen.connector import Connector, Draw
from leftopen.connectors import elasticsearch_protocol as protocol
from leftopen.connectors.elasticsearch_protocol import Identity, Index
from leftopen.errors import StoreRefused, WireError
from leftopen.http import Answer, Caller, NotHttp
from leftopen.model import Collection, Depth, Flag, Probe, Sample, Target, Verdict
from leftopen.tls import unsent
from leftopen.wire import Door

if TYPE_CHECKING:
    pass

LIST_CAP = 32 << 20
WINDOW = 10_000
"""Deepest page that a search without scroll may reach (``index.max_result_window``)."""
COUNTED = 500
"""Indices of which an exact count is asked; beyond that the store's own figure stands."""
TRIED = 8
"""Indices of which one must be readable to prove open data."""
SEARCH_SECONDS = 60.0
_LIST = "/_cat/indices?format=json&bytes=b&h=status,index,docs.count,pri.store.size"


@dataclass(slots=True)
class _Knock:
    """What was learned so far; becomes a Probe."""

    target: Target
    tls: bool
    who: Identity | None = None
    evidence: list[str] = field(default_factory=list)
    flags: set[Flag] = field(default_factory=set)

    def probe(self, verdict: Verdict, *evidence: str) -> Probe:
        flags = self.flags | ({Flag.TLS} if self.tls else set())
        who = self.who or Identity("")
        kind = "elasticsearch" if self.who else "http"
        evidence = (*self.evidence, *evidence)
        return Probe(self.target, verdict, kind, who.product, who.version, evidence, frozenset(flags), self.tls)


class Elasticsearch(Connector):
    """Elasticsearch, OpenSearch and Open Distro over HTTP and HTTPS."""

    kind: ClassVar[str] = "elasticsearch"
    title: ClassVar[str] = "Elasticsearch / OpenSearch"
    ports: ClassVar[tuple[int, ...]] = (9200, 9201, 9243, 9300)
    turn: ClassVar[int] = 30
    commands: ClassVar[frozenset[str]] = frozenset(
        {
            "GET /",
            "GET /_cat/indices",
            "GET /_field_caps",
            "GET /{index}/_mapping",
            "GET /{index}/_count",
            "GET /{index}/_search",
            "POST /{index}/_search",
            "POST /_search/scroll",
        }
    )
    words: ClassVar[dict[str, str]] = {"collection": "index", "record": "document"}

    def probe(self, door: Door) -> Probe | None:
        """See :meth:`Connector.probe`. HTTP that asks for a login and bears no mark of this store gives kind ``http``."""
        secure_first = door.grant.dsn.startswith("https:")
        try:
            return self._knock(door, tls=secure_first)
        except WireError as exc:
            if secure_first or exc.reason not in ("eof", "reset"):
                raise
        except NotHttp as exc:
            if exc.marks:
                found = _Knock(door.target, False, Identity("Elasticsearch"))
                return found.probe(Verdict.OTHER_SERVICE, "the transport port of a node; data are served on its HTTP port")
            if secure_first:
                return None
        except _WantsTls:
            pass
        try:
            return self._knock(door, tls=True)
        except NotHttp:
            return None
        except WireError as exc:
            if exc.reason == "eof":
                return Probe(
                    door.target,
                    Verdict.TLS_REQUIRED,
                    evidence=("TLS is spoken, and nothing is answered without a client certificate",),
                )
            return None

    def _knock(self, door: Door, *, tls: bool) -> Probe | None:
        with Caller(door, tls=tls) as caller:
            probe = _judge(door, caller, _Knock(door.target, tls))
        secret = door.secret()
        if probe is None or not secret or probe.kind != self.kind or probe.verdict.is_open:
            return probe
        try:
            with Caller(door, tls=tls, authorization=_authorization(secret)) as caller:
                owned = _judge(door, caller, _Knock(door.target, tls))
        except WireError as exc:
            if exc.reason not in ("certificate", "plain"):
                raise
            return _with(probe, (*probe.evidence, unsent(exc)), probe.flags)
        if owned is None or not owned.verdict.is_open:
            return _with(probe, (*probe.evidence, "the owner's credential was refused"), probe.flags)
        flags = owned.flags | {Flag.OWNER_CREDENTIAL}
        known = _with(owned, (*probe.evidence, f"with the owner's credential: {owned.verdict.value}"), flags)
        return Probe(known.target, probe.verdict, known.kind, known.product, known.version, known.evidence, flags, tls)

    def collections(self, door: Door, probe: Probe) -> Iterator[Collection]:
        """See :meth:`Connector.collections`: every index and data stream; exact counts for the first ones that are not system."""
        with _caller(door, probe) as caller:
            found, answer = _listing(door, caller, Identity(probe.product, probe.version))
            if found is None:
                raise StoreRefused("The store does not list its indices.", "restricted" if protocol.refused(answer) else "unknown")
            own = 0
            for index in found:
                if index.system:
                    yield protocol.collection(index)
                    continue
                own += 1
                path = f"/{quote(index.name, safe='')}"
                mapping = caller.call("GET /{index}/_mapping", f"{path}/_mapping", cap=LIST_CAP, timeout=SEARCH_SECONDS)
                rows = None
                if own <= COUNTED:
                    rows = protocol.count(caller.call("GET /{index}/_count", f"{path}/_count", timeout=SEARCH_SECONDS))
                yield protocol.collection(index, rows, protocol.hints(mapping))

    def sample(self, door: Door, probe: Probe, collection: Collection, draw: Draw) -> Sample:
        """See :meth:`Connector.sample`.

        ``all`` streams by scroll in index order; ``random`` ranks every document by a seeded random score and takes the first
        ones, so that each document has the same chance; ``scan_prefix`` takes the first in index order, where a server does
        not know random scores or more than 10,000 are wanted.
        """
        from leftopen.connectors.elasticsearch_read import Reader

        who = Identity(probe.product, probe.version)
        reader = Reader(lambda: _caller(door, probe), collection.locator[0], who.number)
        if draw.limit is None or (collection.rows is not None and collection.rows <= draw.limit):
            return Sample(collection, reader.scroll(None), "all")
        if draw.limit > WINDOW:
            return Sample(collection, reader.scroll(draw.limit), "scan_prefix")
        if not reader.knows_random():
            return Sample(collection, reader.scroll(draw.limit), "scan_prefix")
        return Sample(collection, reader.random(draw.limit, draw.seed), "random")


class _WantsTls(Exception):
    """The server says in plain words that this port wants TLS."""


def _caller(door: Door, probe: Probe) -> Caller:
    secret = door.secret() if Flag.OWNER_CREDENTIAL in probe.flags else None
    return Caller(door, tls=probe.tls, lifetime=door.seconds_left(), authorization=_authorization(secret) if secret else "")


def _authorization(secret: str) -> str:
    if secret.lower().startswith(("apikey ", "bearer ", "basic ")):
        return secret
    return "Basic " + base64.b64encode(secret.encode()).decode()


def _with(probe: Probe, evidence: tuple[str, ...], flags: frozenset[Flag]) -> Probe:
    return Probe(probe.target, probe.verdict, probe.kind, probe.product, probe.version, evidence, flags, probe.tls)


def _judge(door: Door, caller: Caller, knock: _Knock) -> Probe | None:
    root = caller.call("GET /", "/", marks=protocol.TRANSPORT_MARKS)
    if not knock.tls and root.status in (400, 497) and b"HTTPS" in root.body[:4096].upper():
        raise _WantsTls
    knock.who = protocol.identify(root)
    knock.evidence.append(f"GET /: status {root.status}" + (f", {knock.who.why}" if knock.who else ""))
    if knock.who is None and root.status not in (401, 403, 404):
        return None
    if root.status == 503 and knock.who:
        return knock.probe(Verdict.UNKNOWN, "the store is starting and cannot be judged now")
    if knock.who and knock.who.suspect:
        knock.flags.add(Flag.HONEYPOT_SUSPECT)
        knock.evidence.append(knock.who.suspect)
    if door.depth < Depth.NAMES:
        return _unlisted(knock, root)
    return _judge_listing(door, caller, knock, root)


def _unlisted(knock: _Knock, root: Answer) -> Probe | None:
    """The verdict from ``GET /`` alone, at depth ``touch``."""
    refusal = _refusal(root)
    if refusal is None:
        return knock.probe(Verdict.UNKNOWN, "answers without credentials; depth touch: nothing was listed") if knock.who else None
    return knock.probe(refusal) if knock.who or refusal is Verdict.AUTH_REQUIRED else None


def _refusal(answer: Answer) -> Verdict | None:
    return {401: Verdict.AUTH_REQUIRED, 403: Verdict.RESTRICTED}.get(answer.status)


def _judge_listing(door: Door, caller: Caller, knock: _Knock, root: Answer) -> Probe | None:
    """A root that refuses says nothing about the indices behind it, nor does one that answers: ask for the list in each case."""
    found, answer = _listing(door, caller, knock.who or Identity(""))
    if knock.who is None:
        knock.who = protocol.identify(answer) or (Identity("Elasticsearch", why="it lists indices") if found is not None else None)
    if knock.who is None:
        return knock.probe(Verdict.AUTH_REQUIRED) if root.status == 401 else None
    if found is None:
        knock.evidence.append(f"list of indices: status {answer.status}")
        verdict = _refusal(answer) or _refusal(root)
        if verdict is None:
            return knock.probe(Verdict.UNKNOWN, "neither given nor refused")
        return knock.probe(verdict)
    own = [index for index in found if not index.system]
    filled = [index for index in own if index.rows != 0]
    if any(index.ransom for index in own):
        knock.flags.add(Flag.RANSOM_NOTE)
        knock.evidence.append("an index has a name that extortionists leave")
    knock.evidence.append(f"{len(own)} indices listed, {sum(index.rows or 0 for index in own)} documents claimed")
    if not filled:
        return knock.probe(Verdict.OPEN_EMPTY)
    if door.depth < Depth.SAMPLE:
        return knock.probe(Verdict.OPEN_METADATA, "depth names: no document was read")
    return knock.probe(*_proof(caller, filled))


def _listing(door: Door, caller: Caller, who: Identity) -> tuple[list[Index] | None, Answer]:
    """The indices (data streams too) and the answer that gave them; if the list is refused, those that this role may read."""
    hidden = "&expand_wildcards=all" if who.number >= (7, 7) else ""
    answer = caller.call("GET /_cat/indices", _LIST + hidden, cap=LIST_CAP, timeout=SEARCH_SECONDS)
    if hidden and answer.status in (400, 403):
        answer = caller.call("GET /_cat/indices", _LIST, cap=LIST_CAP, timeout=SEARCH_SECONDS)
    found = protocol.indices(answer) if answer.status == 200 else None
    if found is not None or (not who.product and not protocol.identify(answer)):
        return found, answer
    names: list[str] = []
    if answer.status == 403:
        caps = caller.call("GET /_field_caps", "/_field_caps?fields=_id", cap=LIST_CAP, timeout=SEARCH_SECONDS)
        names = protocol.field_caps(caps)
        if not names and (named := urlsplit(door.grant.dsn).path.strip("/").split("/")[0]) and not named.startswith("_"):
            names = [named]
    readable = []
    for name in names[:COUNTED]:
        rows = protocol.count(caller.call("GET /{index}/_count", f"/{quote(name, safe='')}/_count", timeout=SEARCH_SECONDS))
        if rows is not None:
            readable.append(Index(name, rows, None))
    return readable or None, answer


def _proof(caller: Caller, filled: list[Index]) -> tuple[Verdict, str]:
    """One bounded read of the fullest indices in turn: the smallest that proves a document can be read."""
    statuses: set[int] = set()
    for index in sorted(filled, key=lambda index: -(index.rows or 0))[:TRIED]:
        path = f"/{quote(index.name, safe='')}/_search?size=1&_source=false&terminate_after=1"
        answer = caller.call("GET /{index}/_search", path, timeout=SEARCH_SECONDS)
        statuses.add(answer.status)
        if answer.status == 200 and (answer.cut or ((hits := protocol.page(answer.body)) is not None and hits.documents)):
            return Verdict.OPEN_DATA, "one document was found by a search without credentials"
    words = ", ".join(map(str, sorted(statuses)))
    return Verdict.OPEN_METADATA, f"names are readable, documents are not (status {words})"
