"""Rules of this house, kept by construction: who may open sockets, how long a file may be, what a file may be called."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
DOOR = {"wire.py", "relay.py", "tls.py"}
"""The only modules that may open a socket, or say whose certificate will do."""

NETWORK = {
    "socket",
    "ssl",
    "socketserver",
    "ftplib",
    "smtplib",
    "telnetlib",
    "urllib.request",
    "http.client",
    "requests",
    "aiohttp",
}
DIALS = re.compile(r"open_connection|create_connection|socket\.socket\(|urlopen\(")
DRIVERS = {"httpx", "pymongo", "redis", "adbc_driver_postgresql", "psycopg"}
LONGEST = 400


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def parts(path):
    return path.relative_to(ROOT / "src" / "leftopen").parts


@pytest.mark.parametrize("path", [p for p in SOURCES if parts(p)[0] != "lab"], ids=lambda p: "/".join(parts(p)))
def test_only_the_wire_opens_sockets(path):
    if path.name in DOOR and len(parts(path)) == 1:
        return
    text = path.read_text()
    used = set(imports(ast.parse(text)))
    assert not used & NETWORK
    assert not DIALS.search(text)
    drivers = {name.partition(".")[0] for name in used} & DRIVERS
    if drivers:
        assert parts(path)[0] in ("connectors", "audits"), f"{drivers} belong in a connector or an audit"
        assert "relay" in text, "a driver connects through the door's relay"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: "/".join(parts(p)))
def test_files_have_one_purpose(path):
    assert path.stem not in ("utils", "helpers", "common", "misc")
    lines = len(path.read_text().splitlines())
    if lines > LONGEST:
        reasons = (ROOT / "docs" / "decisions.md").read_text()
        assert f"`{'/'.join(parts(path))}`" in reasons, f"{lines} lines need a reason in docs/decisions.md"


def test_nothing_looks_unfinished():
    for path in SOURCES:
        assert not re.search(r"\bTODO\b|\bFIXME\b|raise NotImplementedError|pass  # ", path.read_text()), path


def test_no_file_names_a_registry_host():
    for path in [*ROOT.glob("*.txt"), *ROOT.glob("*.toml"), ROOT / "Makefile", *ROOT.glob("scripts/*"), *ROOT.glob(".ci/*")]:
        if path.is_file():
            assert not re.search(r"https?://\S*(pypi|pythonhosted|maven|npmjs|debian\.org)", path.read_text()), path


def test_nothing_writes_a_secret_inline():
    for path in SOURCES:
        assert "-----BEGIN " not in path.read_text() or "categor" in str(path) or "classify" in str(path) or "lab" in str(path)


@pytest.mark.parametrize(
    "words",
    [["ruff", "check", "src", "tests", "scripts"], ["mypy"], ["lint-imports"]],
    ids=lambda words: words[0],
)
def test_the_checkers_agree(words):
    done = subprocess.run(
        [Path(sys.executable).with_name(words[0]), *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-500:]
