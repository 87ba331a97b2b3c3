"""Reading documents out of one index: pages bounded by bytes, each turned into Arrow and forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson

from leftopen.connectors.elasticsearch_protocol import Page, page, refused
from leftopen.errors import ProtocolError, StoreRefused
from leftopen.http import Answer, Caller

if TYPE_CHECKING:
    import pyarrow as pa

PAGE_BYTES = 8 << 20
PAGE_ROWS = 5000
PAGE_CAP = 192 << 20
FIRST_ROWS = 20
SEARCH_SECONDS = 60.0
_KEEP = "1m"


class Reader:
    """Draws from one index. ``number`` is the version that decides the form of each request."""

    def __init__(self, caller: Callable[[], Caller], index: str, number: tuple[int, int]) -> None:
        self._caller = caller
        self._path = f"/{quote(index, safe='')}/_search"
        self._number = number

    def knows_random(self) -> bool:
        """True if the server ranks by a seeded random score, tried with a search for no documents."""
        with self._caller() as caller:
            answer = self._search(caller, {**self._ranked(1), "size": 0})
        return answer.status == 200

    def random(self, limit: int, seed: int) -> Iterator[pa.RecordBatch]:
        """The ``limit`` documents of highest random score. Pages by ``from``: the seed keeps the order between pages."""
        from leftopen.arrow import documents_to_batch

        drawn = 0
        size = min(FIRST_ROWS, limit)
        with self._caller() as caller:
            while drawn < limit:
                body = {**self._ranked(seed), "from": drawn, "size": min(size, limit - drawn)}
                answer = self._search(caller, body, "&preference=leftopen")
                found = self._page(answer)
                if not found.documents:
                    return
                drawn += len(found.documents)
                size = fitting(len(answer.body), len(found.documents))
                yield documents_to_batch(found.documents)

    def scroll(self, limit: int | None) -> Iterator[pa.RecordBatch]:
        """Documents in index order, all or the first ``limit``. The server keeps the context for a minute after each page."""
        from leftopen.arrow import documents_to_batch

        with self._caller() as caller:
            size = min(self._fit(caller), limit or PAGE_ROWS)
            body: dict[str, Any] = {"query": {"match_all": {}}, "size": size}  # a scroll may not leave the total out
            if self._number >= (2, 1) or self._number == (0, 0):
                body["sort"] = ["_doc"]
            found = self._page(self._search(caller, body, f"&scroll={_KEEP}"))
            drawn = 0
            while found.documents:
                documents = found.documents if limit is None else found.documents[: limit - drawn]
                drawn += len(documents)
                if documents:
                    yield documents_to_batch(documents)
                if not found.scroll or (limit is not None and drawn >= limit):
                    return
                found = self._page(self._next(caller, found.scroll))

    def _fit(self, caller: Caller) -> int:
        """Documents that a page may hold, from the weight of the first few."""
        answer = self._search(caller, {"query": {"match_all": {}}, "size": FIRST_ROWS, **self._plain()})
        return fitting(len(answer.body), len(self._page(answer).documents))

    def _ranked(self, seed: int) -> dict[str, Any]:
        score: dict[str, Any] = {"seed": seed}
        if self._number >= (7, 0):
            score["field"] = "_seq_no"
        return {"query": {"function_score": {"query": {"match_all": {}}, "random_score": score}}, **self._plain()}

    def _plain(self) -> dict[str, Any]:
        return {"track_total_hits": False} if self._number >= (7, 0) else {}

    def _search(self, caller: Caller, body: dict[str, Any], more: str = "") -> Answer:
        path = f"{self._path}?timeout=55s{more}"
        return caller.call("POST /{index}/_search", path, orjson.dumps(body), cap=PAGE_CAP, timeout=SEARCH_SECONDS)

    def _next(self, caller: Caller, scroll: str) -> Answer:
        if (0, 0) < self._number < (2, 0):
            path, body = f"/_search/scroll?scroll={_KEEP}", scroll.encode()
        else:
            path, body = "/_search/scroll", orjson.dumps({"scroll": _KEEP, "scroll_id": scroll})
        return caller.call("POST /_search/scroll", path, body, cap=PAGE_CAP, timeout=SEARCH_SECONDS)

    def _page(self, answer: Answer) -> Page:
        if refused(answer):
            raise StoreRefused("The store refuses to read this index.", "auth_required" if answer.status == 401 else "restricted")
        if answer.status != 200:
            raise ProtocolError(f"A search was answered with status {answer.status}.")
        if answer.cut or answer.encoded:
            raise ProtocolError("A page of documents was too large, or compressed unasked.")
        found = page(answer.body)
        if found is None:
            raise ProtocolError("A search was answered in another form than the protocol's.")
        return found


def fitting(size: int, rows: int) -> int:
    """How many documents make a page of about PAGE_BYTES, if ``rows`` of them took ``size`` bytes."""
    return max(8, min(PAGE_ROWS, PAGE_BYTES * max(1, rows) // max(1, size)))
