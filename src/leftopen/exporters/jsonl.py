"""JSON lines: one per collection of an open store, one per other target, one per thing not covered, one summary at the end."""

from __future__ import annotations

import json
from typing import Any, TextIO

from leftopen.document import document
from leftopen.result import ScanResult


def write(result: ScanResult, out: TextIO) -> None:
    """Write one object a line; ``record`` says which kind it is."""
    tree = document(result)
    for store in tree.pop("stores"):
        collections = store.pop("collections")
        for collection in collections:
            _line(out, {"record": "collection", "store": store, **collection})
        if not collections:
            _line(out, {"record": "store", **store})
    for entry in tree.pop("skipped"):
        _line(out, {"record": "skipped", **entry})
    _line(out, {"record": "summary", **tree})


def _line(out: TextIO, entry: dict[str, Any]) -> None:
    out.write(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n")
