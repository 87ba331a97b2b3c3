"""Fixtures for all tests: the session's servers, and a lab for tests that change what they start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from leftopen.lab.servers import Lab
from tests.servers import Case, Servers


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Servers in every state, started on first use, shared by tests that only read."""
    with Lab() as lab:
        yield Servers(lab)


@pytest.fixture
def lab() -> Iterator[Lab]:
    """A lab of the test's own, for servers that it changes, secures or ends."""
    with Lab() as lab:
        yield lab


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one kind of server go to one worker, so that each server starts once."""
    for item in items:
        case = getattr(item, "callspec", None) and item.callspec.params.get("case")
        if isinstance(case, Case):
            item.add_marker(pytest.mark.xdist_group(f"servers-{case.kind}"))
            item.add_marker(pytest.mark.servers)
