"""The estate with its headers hidden: every column and field gets a name that says nothing, and the truth follows.

Names of stores and collections stay, as do what no one chose: MongoDB's ``_id`` and a Redis key (``""``). One name is hidden the
same way wherever it stands, as a code book would do it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from leftopen.lab.estate.spec import Records

SHOWN, HIDDEN = "shown", "hidden"
STATES = (SHOWN, HIDDEN)
"""What an estate may do with its headers."""
_KEPT = frozenset({"", "_id"})


@lru_cache(maxsize=4096)
def hide(name: str) -> str:
    """One part of a path as ``f100000`` to ``f999999``; the store's own names stay."""
    return name if name in _KEPT else f"f{100_000 + crc32(name.encode()) % 900_000}"


def hide_path(path: str) -> str:
    """A dotted path with every part hidden; marks of lists stay."""
    return ".".join(hide(part.removesuffix("[]")) + "[]" * part.endswith("[]") for part in path.split("."))


def hide_records(records: Records) -> Records:
    """A chunk of records with every name hidden, at every depth; the values are the same."""
    if isinstance(records, list):
        return [_hidden(record) for record in records]
    return records.rename_columns([hide(name) for name in records.schema.names])


def _hidden(value: Any) -> Any:
    if isinstance(value, dict):
        return {hide(name): _hidden(inner) for name, inner in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [_hidden(inner) for inner in value]
    return value
