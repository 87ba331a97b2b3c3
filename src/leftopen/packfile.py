"""Category files, checked once and kept: the user's cache folder holds what they say under the digest of what they are.

Reading and checking some hundred TOML files takes a quarter of a second, reading one JSON file ten milliseconds. The digest is
over every byte of every category file and of the code that checks them, so a kept pack can be missing but never stale.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

KEPT_PACKS = 24
"""Packs in the cache folder; the oldest beyond that are removed."""
_CODE = ("category.py", "packfile.py")


def cache_folder() -> Path:
    """``$XDG_CACHE_HOME/leftopen`` or ``~/.cache/leftopen``."""
    root = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(root) if root and Path(root).is_absolute() else Path.home() / ".cache") / "leftopen"


def digest_of(files: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over names and texts of category files and over the code that reads them."""
    digest = hashlib.sha256()
    for name in _CODE:
        digest.update(Path(__file__).with_name(name).read_bytes())
    for path, text in files:
        digest.update(path.encode() + b"\0" + text.encode() + b"\0")
    return digest.hexdigest()


def recall(digest: str) -> list[tuple[str, dict[str, Any]]] | None:
    """(path, checked content) of each file of that pack; None if it is not kept or not whole."""
    try:
        raw = (cache_folder() / f"pack-{digest}.json").read_bytes()
        head, _, body = raw.partition(b"\n")
        if head.decode("ascii") != hashlib.sha256(body).hexdigest():
            return None
        return [(path, content) for path, content in orjson.loads(body)]
    except (OSError, RuntimeError, ValueError, TypeError):
        return None


def keep(digest: str, contents: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Keep a pack for the next start. A folder that cannot be written, or content JSON has no form for, is no error."""
    try:
        folder = cache_folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        body = orjson.dumps(list(contents))
        with tempfile.NamedTemporaryFile(dir=folder, prefix="pack-", suffix=".new", delete=False) as file:
            file.write(hashlib.sha256(body).hexdigest().encode("ascii") + b"\n" + body)
        Path(file.name).replace(folder / f"pack-{digest}.json")
        aged = sorted(folder.glob("pack-*"), key=lambda path: path.stat().st_mtime)
        for path in aged[:-KEPT_PACKS]:
            path.unlink(missing_ok=True)
    except (OSError, RuntimeError, orjson.JSONEncodeError):
        return
