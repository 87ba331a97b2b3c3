"""``leftopen reassess``: judge what the catalogue holds by the categories as they are now, without touching a store."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leftopen.cli.app import CatalogOption, FormatOption, StateOption, app, open_catalog, say
from leftopen.exits import Exit

if TYPE_CHECKING:
    from leftopen.model import Level
    from leftopen.reassess import Change, Reassessment


@app.command()
def reassess(
    pack: Annotated[list[Path] | None, typer.Option("--pack", help="Folder with your own category files.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would change; write nothing.")] = False,
    format: FormatOption = "table",
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 5 if a finding could not be judged anew.")] = False,
    state: StateOption = None,
    catalog: CatalogOption = None,
    no_progress: Annotated[bool, typer.Option("--no-progress", help="No progress on the terminal.")] = False,
) -> None:
    """Judge the catalogue's findings anew after categories changed: from stored evidence, offline, the former kept."""
    from leftopen.category import load_pack
    from leftopen.cli.output import check_format, print_json
    from leftopen.cli.progress import Shown
    from leftopen.reassess import reassess as run

    check_format(format)
    packs = load_pack(tuple(pack or ()))
    with open_catalog(catalog, state) as book, Shown(not no_progress) as progress:
        done = run(book, packs, dry_run=dry_run, progress=progress)
    if json or format == "json":
        print_json(done)
    else:
        _print(done)
    sys.exit(Exit.INCOMPLETE if strict and done.left else Exit.NOTHING)


def _print(done: Reassessment) -> None:
    """What changed, whose severity moved, what was left, and one line that counts."""
    if not done.exposures:
        say("The catalogue holds no exposure yet.")
        return
    _findings("Changed", done.changes)
    _harm(done)
    _findings("Left as judged", done.left)
    would = " Nothing was written (--dry-run)." if done.dry_run else ""
    counts = f"{done.findings:,} findings of {done.exposures:,} exposures by pack {done.pack}"
    typer.echo(f"{counts}: {len(done.changes):,} changed, {done.same:,} the same, {len(done.left):,} not judged anew.{would}")


def _findings(title: str, changes: tuple[Change, ...]) -> None:
    from leftopen.cli.output import print_table, table

    if not changes:
        return
    made = table("exposure", "store", "collection", "field", "category", "was", "is", "pack", "why", title=title)
    for one in changes:
        was = _word(one.old_level if one.outcome != "restored" else None, one.old_confidence)
        now = "as it was" if one.outcome == "left" else _word(one.level, one.confidence)
        packs = one.old_pack if one.pack == one.old_pack else f"{one.old_pack} -> {one.pack}"
        store = f"{one.kind} {one.target}"
        made.add_row(one.exposure, store, one.collection, one.path, one.category, was, now, packs, one.why)
    print_table(made)


def _word(level: Level | None, confidence: float) -> str:
    return f"{level.value if level else 'withdrawn'} {confidence:.3f}"


def _harm(done: Reassessment) -> None:
    from leftopen.cli.output import print_table, table

    if not done.harm:
        return
    made = table("exposure", "store", "collection", "severity was", "is", title="Severity")
    for one in done.harm:
        was, now = f"{one.old_severity:.2f} {one.old_band}", f"{one.severity:.2f} {one.band}"
        made.add_row(one.exposure, f"{one.kind} {one.target}", one.collection, was, now)
    print_table(made)
