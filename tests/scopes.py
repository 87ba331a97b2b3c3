"""Permissions for tests: as a Scope, as a Wire with its journal, and as the TOML file that a user writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from leftopen.journal import Journal
from leftopen.scope import Scope, parse_scope
from leftopen.wire import Wire

FAST = {"connections_per_second_per_host": 500, "connections_per_second": 2000, "seconds_per_store": 60}
"""Loopback servers of our own need no mercy."""


def permission(*places: tuple[str, int], depth: str = "sample", **parts: Any) -> dict[str, Any]:
    """The content of a scope that grants these hosts and ports. ``parts``: ``deny`` and ``grant`` entries, ``budget`` keys."""
    head = {
        "name": "lab",
        "authorised_by": "The tests, who own these servers",
        "basis": "servers that the tests started",
        "contact": "tests@leftopen.example",
        "valid_until": datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2),
    }
    grants = [{"addresses": [host], "ports": [port], "depth": depth} for host, port in places]
    return {
        "scope": head,
        "grant": [*grants, *parts.get("grant", [])],
        "deny": list(parts.get("deny", [])),
        "budget": {**FAST, **parts.get("budget", {})},
    }


def scope_of(*places: tuple[str, int], depth: str = "sample", **parts: Any) -> Scope:
    """The same as a checked Scope."""
    return parse_scope(permission(*places, depth=depth, **parts))


def wire_of(folder: Path, *places: tuple[str, int], depth: str = "sample", **parts: Any) -> Wire:
    """A Wire made from it, its journal in ``folder``."""
    return Wire(scope_of(*places, depth=depth, **parts), Journal(folder / "journal.jsonl"))


def scope_file(path: Path, *places: tuple[str, int], depth: str = "sample", **parts: Any) -> Path:
    """The same as a file."""
    data = permission(*places, depth=depth, **parts)
    lines = [*_table("[scope]", data["scope"]), *_table("[budget]", data["budget"])]
    for name in ("grant", "deny"):
        for entry in data[name]:
            lines += _table(f"[[{name}]]", entry)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _table(head: str, entries: Mapping[str, Any]) -> Iterable[str]:
    yield head
    for key, value in entries.items():
        yield f"{key} = {value.isoformat() if isinstance(value, datetime) else json.dumps(value)}"
