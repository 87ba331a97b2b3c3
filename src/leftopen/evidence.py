"""Evidence that only the owner can read: keyed hashes of a few records, made where the sample lives and dies.

One item covers one record: up to three of its identifying fields are hashed together with HMAC-SHA256 (first 16 bytes), so that
neither the hash nor the key, nor both, lead back to a person: a telephone number alone could be tried out, a face picture or an
identity number with a name and a telephone number cannot. An item that would be too easy to try out is not made.

The message is one line ``path=value`` for each field, in the order of ``path``, joined by a line feed, in UTF-8. Values are
Unicode NFKC without surrounding space; numbers are written as integers where they are whole; bytes as hexadecimal digits.
"""

from __future__ import annotations

import csv
import hmac
import itertools
import math
import os
import secrets
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from leftopen.case import exposure_key
from leftopen.errors import CatalogError, InputError
from leftopen.model import Finding

if TYPE_CHECKING:
    import pyarrow as pa

HEX_DIGITS = 32
MIN_BITS = 72.0
"""An item is made only if trying out all its possible values would take about 2 ** MIN_BITS hashes."""
MAX_FIELDS = 3
_LOOK = 4096
_JOIN = " + "
_LONGEST_CELL = 1 << 26
"""Characters of one cell of an owner's file: pictures are long."""

_BITS = {"biographical": 10.0, "contact": 30.0, "identity": 34.0, "location": 24.0, "biometric": 64.0, "credential": 48.0}
"""How many bits a value of a family is worth at most: what an attacker must guess who knows its format. Ours, and cautious."""


class EvidenceItem(NamedTuple):
    """A keyed hash of one record. ``path`` names the fields in it, joined with `` + ``; ``hmac`` is 32 hexadecimal digits."""

    path: str
    hmac: str


class Column(Protocol):
    """What is needed of a flattened column: its path, its values, and for each value the number of the record it came from."""

    path: str
    values: pa.Array
    rows: Any


def master_key(path: Path) -> bytes:
    """The 32 bytes from which each exposure's key is derived; made on first use, readable by its user alone.

    Raises:
        CatalogError: the file cannot be made or is not such a key.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            key = bytes.fromhex(path.read_text(encoding="ascii").strip())
            if len(key) != 32:
                raise ValueError from None
            return key
        key = secrets.token_bytes(32)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(key.hex() + "\n")
    except (OSError, ValueError):
        raise CatalogError(
            f"The evidence key {path} cannot be used.", "Choose another folder with --state.", "evidence.md"
        ) from None
    return key


def exposure_secret(master: bytes, target: str, kind: str, collection: str) -> bytes:
    """The key of one exposure: it goes into the letter to its owner and tells nothing about any other exposure."""
    return hmac.digest(master, exposure_key(target, kind, collection).encode(), "sha256")


def make_evidence(columns: Sequence[Column], findings: Sequence[Finding], key: bytes, count: int = 3) -> tuple[EvidenceItem, ...]:
    """Keyed hashes of up to ``count`` records of one flattened batch. Runs inside the worker; no value leaves it.

    Args:
        columns: flattened columns of one batch.
        findings: what was found in them; the fields with the most telling findings identify a record.
        key: 32 bytes from :func:`exposure_secret`.
        count: at most so many items.
    """
    chosen = _choose(columns, findings)
    if not chosen:
        return ()
    tables = [(column.path, bits, dict(_pairs(column))) for column, bits in chosen]
    items: list[EvidenceItem] = []
    for row in tables[0][2]:
        fields: list[tuple[str, str]] = []
        worth = 0.0
        for path, bits, values in tables:
            if worth < MIN_BITS and len(fields) < MAX_FIELDS and (value := values.get(row)):
                fields.append((path, value))
                worth += min(bits, _entropy(value))
        if worth >= MIN_BITS:
            items.append(seal(fields, key))
        if len(items) == count:
            break
    return tuple(items)


def seal(fields: Sequence[tuple[str, str]], key: bytes) -> EvidenceItem:
    """The item for one record's (path, normalised value) pairs."""
    message = "\n".join(f"{path}={value}" for path, value in fields).encode("utf-8", "surrogatepass")
    return EvidenceItem(_JOIN.join(path for path, _ in fields), hmac.digest(key, message, "sha256").hex()[:HEX_DIGITS])


def check_evidence(
    records: Iterable[Mapping[str, Any]], items: Sequence[EvidenceItem | tuple[str, str]], key: bytes
) -> tuple[int, ...]:
    """For the owner: which record (from 1, 0 for none) each item stands for.

    Args:
        records: the owner's records as mappings from field path to value; a path may also be given by its last part.
        items: the (path, hash) pairs of the letter.
        key: the letter's key.
    """
    found = [0] * len(items)
    wanted = [(tuple(path.split(_JOIN)), digest) for path, digest in items]
    for number, record in enumerate(records, 1):
        for place, (paths, digest) in enumerate(wanted):
            if found[place]:
                continue
            fields = [(path, normal(_get(record, path))) for path in paths]
            if all(value for _, value in fields) and hmac.compare_digest(seal(fields, key).hmac, digest):
                found[place] = number
        if all(found):
            break
    return tuple(found)


def check_csv(path: Path, items: Sequence[EvidenceItem | tuple[str, str]], key: bytes) -> tuple[int, ...]:
    """:func:`check_evidence` over a CSV file with a header.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CELL))
        with path.open(encoding="utf-8-sig", newline="") as file:
            return check_evidence(csv.DictReader(file), items, key)
    except (OSError, UnicodeDecodeError, csv.Error):
        raise InputError(f"{path} cannot be read as CSV in UTF-8.", docs="evidence.md") from None


def normal(value: Any) -> str:
    """The text of a value that is hashed; empty for what has no text."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return unicodedata.normalize("NFKC", str(value)).strip()


def _get(record: Mapping[str, Any], path: str) -> Any:
    if path in record:
        return record[path]
    last = path.replace("[]", "").rpartition(".")[2]
    return record.get(last)


def _choose(columns: Sequence[Column], findings: Sequence[Finding]) -> list[tuple[Column, float]]:
    """The columns worth hashing, the hardest to try out first; of equal ones the surest finding first."""
    by_path = {column.path: column for column in columns}
    best: dict[str, tuple[float, float]] = {}
    for finding in findings:
        bits = _BITS.get(finding.family)
        if bits is not None and finding.path in by_path and "[]" not in finding.path:
            best[finding.path] = max(best.get(finding.path, (0.0, 0.0)), (bits, finding.confidence))
    order = sorted(best, key=lambda path: (-best[path][0], -best[path][1], path))
    return [(by_path[path], best[path][0]) for path in order]


def _pairs(column: Column) -> Iterator[tuple[int, str]]:
    """(record number, text) of the first values, one a record."""
    import pyarrow as pa

    values = column.values[:_LOOK]
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_nested(values.type):
        return
    rows: Iterable[Any] = range(len(values)) if column.rows is None else column.rows[:_LOOK]
    for row, value in zip(rows, values, strict=False):
        text = normal(value.as_py())
        if text:
            yield int(row.as_py() if hasattr(row, "as_py") else row), text


def _entropy(value: str) -> float:
    """A cautious count of bits: characters that differ from the one before, at the size of the alphabet in use."""
    alphabet = 10 if value.isdecimal() else 16 if all(c in "0123456789abcdefABCDEF" for c in value) else 32
    changes = sum(a != b for a, b in itertools.pairwise(value)) + 1
    return changes * math.log2(alphabet)
