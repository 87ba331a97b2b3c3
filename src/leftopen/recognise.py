"""For the owner who got a letter: find the records whose keyed hashes the letter shows, in an export of one's own. Offline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from leftopen.errors import InputError
from leftopen.evidence import HEX_DIGITS, check_csv

_ITEM = re.compile(rf"^\|\s*`([^`]+)`\s*\|\s*`([^`]+)`\s*\|\s*`([0-9a-f]{{{HEX_DIGITS}}})`\s*\|\s*$", re.MULTILINE)
_KEY = re.compile(r"^\s*[-*]\s*`([^`]+)`[^`\n]*`([0-9a-f]{64})`\s*$", re.MULTILINE)
_LONGEST = 1 << 20
"""Characters of a letter that are read."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """One keyed hash of the letter: its collection and fields, and the record of the file that it stands for (from 1; 0: none)."""

    collection: str
    path: str
    hmac: str
    record: int


def read_letter(text: str) -> dict[str, tuple[bytes, list[tuple[str, str]]]]:
    """Key and (fields, hash) pairs of each collection that a letter has evidence for, in either language."""
    keys = {name: bytes.fromhex(key) for name, key in _KEY.findall(text[:_LONGEST])}
    found: dict[str, tuple[bytes, list[tuple[str, str]]]] = {}
    for collection, path, digest in _ITEM.findall(text[:_LONGEST]):
        if collection in keys:
            found.setdefault(collection, (keys[collection], []))[1].append((path, digest))
    return found


def recognise(letter: Path, export: Path) -> tuple[Recognised, ...]:
    """Look for the letter's records in a CSV file with a header in UTF-8.

    Args:
        letter: the letter as it was received.
        export: the owner's records; columns may bear a field's whole path or its last part.

    Raises:
        InputError: a file cannot be read, or the letter holds no evidence.
    """
    try:
        text = letter.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError(f"The letter {letter} cannot be read as text in UTF-8.", docs="evidence.md") from None
    wanted = read_letter(text)
    if not wanted:
        raise InputError(
            f"{letter} holds no keyed hashes with their keys.",
            "Give the letter as it was received, with its tables unchanged.",
            "evidence.md",
        )
    return tuple(
        Recognised(collection, path, digest, record)
        for collection, (key, items) in wanted.items()
        for (path, digest), record in zip(items, check_csv(export, items, key), strict=True)
    )
