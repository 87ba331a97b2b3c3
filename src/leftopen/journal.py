"""The hash-chained record of all that was sent: command names, addresses, bytes, verdicts; never a value.

One JSON object a line. ``hash`` is SHA-256 over the previous line's hash and this line's content in canonical JSON, so that a line
cannot be changed, dropped or moved without breaking the chain. Several processes may append to one journal: each append takes the
file's lock and reads the last hash from the file. A line torn by a crash stays in the file; the next append notes its digest.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from leftopen.errors import JournalError

GENESIS = "0" * 64
_TAIL = 1 << 16


def _digest(prev: str, body: Mapping[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{prev}\n{text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Verification:
    """Result of checking a journal: ``lines`` read, ``torn`` lines explained by the next one, last ``hash``."""

    lines: int
    torn: int
    hash: str


class Journal:
    """Appends to one journal file. Safe between processes; each entry is on disk before the call returns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()  # the file's lock holds between processes, not between threads that share its handle
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as exc:
            raise JournalError(
                f"The journal {path} cannot be opened: {exc.strerror}.",
                "Choose a writable folder with --state.",
                "journal.md",
            ) from None

    def __reduce__(self) -> tuple[type[Journal], tuple[Path]]:
        return (Journal, (self.path,))

    def append(self, event: str, **facts: Any) -> None:
        """Append one entry. ``facts`` are names, numbers and addresses; the caller keeps values out."""
        with self._lock:
            fcntl.flock(self._fd, fcntl.LOCK_EX)
            try:
                prev, number, torn = self._last()
                out = b""
                if torn:
                    out += b"\n"
                    line, prev, number = self._line(prev, number, "torn", {"digest": hashlib.sha256(torn).hexdigest()})
                    out += line
                line, _, _ = self._line(prev, number, event, facts)
                os.write(self._fd, out + line)
            except OSError as exc:
                raise JournalError(f"The journal {self.path} cannot be written: {exc.strerror}.") from None
            finally:
                fcntl.flock(self._fd, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the file; further appends fail."""
        os.close(self._fd)

    @staticmethod
    def _line(prev: str, number: int, event: str, facts: Mapping[str, Any]) -> tuple[bytes, str, int]:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        body: dict[str, Any] = {"n": number, "at": at, "event": event, **facts}
        digest = _digest(prev, body)
        text = json.dumps({**body, "hash": digest}, separators=(",", ":"), ensure_ascii=False)
        return text.encode() + b"\n", digest, number + 1

    def _last(self) -> tuple[str, int, bytes]:
        """Hash and number to continue from, and the bytes of a torn last line."""
        size = os.fstat(self._fd).st_size
        if size == 0:
            return GENESIS, 0, b""
        start = max(0, size - _TAIL)
        tail = os.pread(self._fd, size - start, start)
        torn = b"" if tail.endswith(b"\n") else tail.rpartition(b"\n")[2]
        for raw in reversed(tail[: len(tail) - len(torn)].splitlines()):
            try:
                entry = json.loads(raw)
                return str(entry["hash"]), int(entry["n"]) + 1, torn
            except (ValueError, KeyError, TypeError):
                continue
        if start == 0:
            return GENESIS, 0, torn
        raise JournalError(f"The journal {self.path} does not end in an entry.", "Move it away and start a new one.", "journal.md")


def entries(path: Path) -> Iterator[tuple[int, bytes]]:
    """Line number (from 1) and bytes of each line."""
    try:
        with path.open("rb") as file:
            yield from enumerate(file, 1)
    except OSError as exc:
        raise JournalError(f"The journal {path} cannot be read: {exc.strerror}.") from None


def verify(path: Path) -> Verification:
    """Check the whole chain.

    Raises:
        JournalError: naming the first line that does not follow from the one before it.
    """
    prev, expected, torn, pending = GENESIS, 0, 0, b""
    count = 0
    for number, raw in entries(path):
        count = number
        body = _parse(raw)
        if body is None:
            if pending:
                raise _broken(path, number, "two unreadable lines follow each other")
            pending = raw.rstrip(b"\n")
            continue
        digest = body.pop("hash")
        if body.get("n") != expected or _digest(prev, body) != digest:
            raise _broken(path, number, "its hash does not follow from the line before")
        if pending:
            if body.get("event") != "torn" or body.get("digest") != hashlib.sha256(pending).hexdigest():
                raise _broken(path, number - 1, "it is unreadable and the next line does not account for it")
            torn, pending = torn + 1, b""
        prev, expected = digest, expected + 1
    if pending:
        torn += 1
    return Verification(count, torn, prev)


def _parse(raw: bytes) -> dict[str, Any] | None:
    if not raw.endswith(b"\n"):
        return None
    try:
        body = json.loads(raw)
    except ValueError:
        return None
    return body if isinstance(body, dict) and isinstance(body.get("hash"), str) else None


def _broken(path: Path, number: int, why: str) -> JournalError:
    return JournalError(
        f"The journal {path} is broken at line {number}: {why}.",
        "Treat the entries from this line on as unproven, and keep the file.",
        "journal.md",
    )
