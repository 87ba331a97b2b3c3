"""``leftopen recognise``: the owner checks that the records a letter speaks of are the owner's own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from leftopen.cli.app import app
from leftopen.exits import Exit


@app.command()
def recognise(
    letter: Annotated[Path, typer.Argument(help="The letter as you received it.")],
    export: Annotated[Path, typer.Argument(metavar="CSV", help="Your own records: CSV in UTF-8 with a header.")],
    format: Annotated[str, typer.Option("--format", "-f", help="table or json.")] = "table",
) -> None:
    """For owners: find the records whose keyed hashes a letter shows in a file of yours. Nothing leaves this machine."""
    from leftopen.cli.output import check_format, print_json
    from leftopen.recognise import recognise as look

    check_format(format)
    found = look(letter, export)
    known = sum(1 for one in found if one.record)
    if format == "json":
        print_json(found)
    else:
        for one in found:
            where = f"record {one.record} of {export}" if one.record else "not in this file"
            typer.echo(f"{one.hmac}  {one.collection} ({one.path}): {where}")
        typer.echo(f"{known} of {len(found)} hashes are of records in {export}.")
    sys.exit(Exit.NOTHING if known else Exit.NO_TARGET)
