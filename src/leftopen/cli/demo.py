"""``leftopen demo``: the whole story on servers of its own, with invented people, in one command."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from leftopen.cli.app import app, say
from leftopen.errors import InputError
from leftopen.exits import Exit


@app.command()
def demo(
    entries: Annotated[int, typer.Option("--entries", min=1000, help="Records of the estate, over all stores.")] = 13_000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same people.")] = 7,
    headers: Annotated[
        str, typer.Option("--headers", help="shown, or hidden: every field in the stores has a name that says nothing.")
    ] = "shown",
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the folder: scope, catalogue, report, letters, exports, truth.")
    ] = False,
    folder: Annotated[Path | None, typer.Option("--folder", help="Where to keep it (implies --keep).")] = None,
    format: Annotated[str, typer.Option("--format", "-f", help="table, or json: one document with report and truth.")] = "table",
    no_progress: Annotated[bool, typer.Option("--no-progress", help="No progress on the terminal.")] = False,
) -> None:
    """Start real servers on loopback, fill them with invented people, and tell the whole story on them.

    Ends by comparing itself with what it had planted; exits 0 only if every line holds.
    """
    if format not in ("table", "json"):
        raise InputError(f"demo has no format {format!r}.", "Formats: table, json.", "cli.md")
    if headers not in ("shown", "hidden"):
        raise InputError(f"demo cannot have headers {headers!r}.", "Headers: shown, hidden.", "cli.md")
    from leftopen.cli.progress import Shown
    from leftopen.demo import Stage, tell
    from leftopen.exporter import writer

    quiet = format == "json"
    narrate = say if quiet else typer.echo
    with Shown(not no_progress) as progress:
        stage = Stage(narrate, (lambda _: None) if quiet else lambda result: writer("table")(result, sys.stdout), progress)
        story = tell(entries, seed, stage, folder, headers)
    if quiet:
        truth = {"held": story.held, "lines": [{"holds": x.holds, "text": x.text, "seen": x.seen} for x in story.lines]}
        answer = {"report": story.report, "truth": truth, "folder": str(story.folder) if keep or folder else None}
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        say(story.verdict)
    else:
        typer.echo("7  Compared with what was planted:")
        for line in story.lines:
            typer.echo(f"   {line}")
        typer.echo(f"   Kept in {story.folder}" if keep or folder else f"   The report stays at {_keep_page(story.folder)}")
        typer.echo(story.verdict)
    if not keep and folder is None:
        shutil.rmtree(story.folder, ignore_errors=True)
    sys.exit(Exit.NOTHING if story.held == len(story.lines) else Exit.BROKEN)


def _keep_page(folder: Path) -> Path:
    """Without ``--keep`` only the report outlives the demo."""
    import tempfile

    page = Path(tempfile.gettempdir()) / "leftopen-demo-report.html"
    shutil.copyfile(folder / "report.html", page)
    return page
