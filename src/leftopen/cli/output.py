"""How results are written: JSON for programs, tables for people."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
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


def print_pairs(title: str, pairs: Iterable[tuple[str, str]]) -> None:
    """Write a title and named facts below it, the names in one column; an empty name goes on with the one before."""
    from rich.table import Table

    made = Table(box=None, show_header=False, title=title, title_justify="left", title_style="bold", pad_edge=False)
    made.add_column(no_wrap=True)
    made.add_column(overflow="fold")
    for name, fact in pairs:
        made.add_row(name, fact)
    print_table(made)


def write_text(path: Path, text: str) -> None:
    """Write a result to a file of the user's choice.

    Raises:
        InputError: it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise cannot_write(path, exc) from None


def check_output(path: Path | None) -> None:
    """Refuse an output file that cannot be written before any work is done."""
    if path is None:
        return
    try:
        new = not path.exists()
        path.open("a", encoding="utf-8").close()
        if new:
            path.unlink()
    except OSError as exc:
        raise cannot_write(path, exc) from None


def cannot_write(path: Path, exc: OSError) -> InputError:
    """The error for an output file."""
    return InputError(f"{path} cannot be written: {exc.strerror}.", "Name another file with --output.", "cli.md")


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

    if sys.stdout.isatty():
        Console(markup=False, highlight=False).print(made)
        return
    console = Console(width=PIPE_WIDTH, markup=False, highlight=False)
    with console.capture() as text:
        console.print(made)
    lines = [line.rstrip() for line in text.get().splitlines()]
    typer.echo("\n".join(lines).strip("\n") + "\n")
