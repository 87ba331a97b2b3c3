"""The seam for output formats: one file per format under ``exporters/``, registered by entry point, all fed by one result."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points
from typing import TextIO

from leftopen.errors import InputError
from leftopen.result import ScanResult

Writer = Callable[[ScanResult, TextIO], None]
"""Writes one result as text; pure: no network, no clock, no catalogue."""


@cache
def formats() -> tuple[str, ...]:
    """Names of all registered formats."""
    return tuple(sorted(entry.name for entry in entry_points(group="leftopen.exporters")))


@cache
def writer(name: str) -> Writer:
    """The writer of a format.

    Raises:
        InputError: no such format.
    """
    for entry in entry_points(group="leftopen.exporters"):
        if entry.name == name:
            found: Writer = entry.load()
            return found
    raise InputError(f"There is no format {name!r}.", f"Formats: {', '.join(formats())}.", "cli.md")
