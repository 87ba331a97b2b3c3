"""Generated pages are fresh, links lead somewhere, the README's commands exist, errors point at pages that exist."""

from __future__ import annotations

import importlib.util
import re
import sys
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


@lru_cache(maxsize=1)
def builder():
    sys.path.insert(0, str(ROOT / "scripts"))  # its neighbours there are its parts
    spec = importlib.util.spec_from_file_location("build_docs", ROOT / "scripts" / "build_docs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path.remove(str(ROOT / "scripts"))
    return module


@pytest.mark.parametrize("name", ["cli.md", "exit-codes.md", "categories.md", "connectors.md", "report.md", "evidence.md"])
def test_generated_pages_are_fresh(name):
    module = builder()
    page = module.pages().get(name)
    if page is None:
        assert (ROOT / "docs" / name).exists()
        return
    assert (ROOT / "docs" / name).read_text() == module.NOTICE + page.rstrip("\n") + "\n", "run: make docs"


def test_every_category_has_a_fresh_page_of_its_own():
    module = builder()
    wanted = {name: text for name, text in module.pages().items() if name.startswith("categories/")}
    there = {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs" / "categories").rglob("*.md")}
    assert len(wanted) >= 200
    assert there == set(wanted), "run: make docs"
    stale = [n for n, t in wanted.items() if (ROOT / "docs" / n).read_text() != module.NOTICE + t.rstrip("\n") + "\n"]
    assert not stale, "run: make docs"
    broken = [
        (n, link) for n, t in wanted.items() for link in re.findall(r"\]\(([^)#]+\.md)\)", t)
        if not (ROOT / "docs" / n).parent.joinpath(link).exists()
    ]  # fmt: skip
    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / link).exists(), f"{page.name} links to {link}"


def test_errors_point_at_pages_that_exist():
    wanted = set()
    for path in (ROOT / "src").rglob("*.py"):
        wanted |= set(re.findall(r'"([a-z-]+\.md)"', path.read_text()))
    missing = {name for name in wanted if not (ROOT / "docs" / name).exists()}
    assert not missing


def test_the_readme_names_only_commands_that_exist():
    from leftopen.cli import cases, categories, demo, explain, scans, scopes  # noqa: F401  each registers its commands
    from leftopen.cli.app import app

    known = {c.name or c.callback.__name__ for c in app.registered_commands} | {g.name for g in app.registered_groups}
    named = set(re.findall(r"\.venv/bin/leftopen ([a-z]+)", (ROOT / "README.md").read_text()))
    assert named
    assert named <= known
