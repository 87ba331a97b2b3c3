"""The memory of an unfinished scan: a private folder with the hashing key and the results of finished units.

If a scan is killed, the next run with the same scope and options finds the folder, skips what is done and ends with the same
result. When the scan ends, the key is destroyed with the sketches; only estimates stay.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from leftopen.errors import CatalogError


class Run:
    """One run folder. ``key`` (32 bytes) and ``seed`` stay the same until the scan ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            head = self._head()
        except OSError as exc:
            raise CatalogError(f"The run folder {folder} cannot be used: {exc.strerror}.", "Choose another with --state.") from None
        self.key = bytes.fromhex(head["key"])
        self.seed = int.from_bytes(hashlib.sha256(b"seed" + self.key).digest()[:4], "big")
        self.started = datetime.fromisoformat(head["started"])
        self.resumed = any(folder.glob("*.unit"))

    def _head(self) -> dict[str, Any]:
        path = self.folder / "key"
        with contextlib.suppress(FileNotFoundError, ValueError, KeyError):
            head: dict[str, Any] = json.loads(path.read_text())
            bytes.fromhex(head["key"])
            return head
        fresh = {"key": secrets.token_hex(32), "started": datetime.now(UTC).isoformat()}
        _write(path, json.dumps(fresh).encode())
        return fresh

    def _path(self, unit: str) -> Path:
        return self.folder / f"{hashlib.sha256(unit.encode()).hexdigest()[:24]}.unit"

    def load(self, unit: str) -> Mapping[str, Any] | None:
        """The stored outcome of a finished unit, or None."""
        try:
            data: Mapping[str, Any] = json.loads(self._path(unit).read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        return data

    def save(self, unit: str, outcome: Mapping[str, Any]) -> None:
        """Store the outcome of a unit: findings and sketches, never a value. Whole or not at all."""
        _write(self._path(unit), json.dumps(outcome).encode())

    def finish(self) -> None:
        """Overwrite the key, then remove the folder."""
        with contextlib.suppress(OSError):
            with (self.folder / "key").open("r+b") as file:
                file.write(secrets.token_bytes(128))
                os.fsync(file.fileno())
            for path in self.folder.iterdir():
                path.unlink()
            self.folder.rmdir()


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_suffix(".part")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
