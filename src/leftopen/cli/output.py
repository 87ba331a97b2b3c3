"""How results are written: JSON for programs, tables for people."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from leftopen.errors import InputError

if TYPE_CHECKING:
    from rich.table import Table

PIPE_WIDTH = 160
"""Columns of a table that does not go to a terminal."""


def check_format(word: str, known: tuple[str, ...] = ("table", "json")) -> None:
    """Refuse a format before any work is done.

    Raises:
        InputError: it is not known.
    """
    if word not in known:
        raise InputError(f"There is no format {word!r}.", f"Formats: {', '.join(known)}.", "cli.md")


def print_json(value: object) -> None:
    """Write one JSON document to stdout."""
    import json

    from leftopen.serial import encode

    typer.echo(json.dumps(encode(value), ensure_ascii=False, indent=2))


def table(*headings: str, title: str = "", right: tuple[str, ...] = ()) -> Table:
    """A table without frame; long cells are folded, so that nothing is cut off. ``right``: headings of numbers."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    made = Table(box=SIMPLE_HEAD, title=title or None, title_justify="left", title_style="bold", pad_edge=False)
    for heading in headings:
        made.add_column(heading, overflow="fold", justify="right" if heading in right else "left")
    return made


def print_table(made: Table) -> None:
    """Write a table to stdout, as wide as the terminal, or wide enough for a file. Cells are plain text, never markup."""
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, markup=False, highlight=False).print(made)
