"""``leftopen scope`` and ``leftopen journal``: permission and proof of restraint."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from leftopen.cli.app import StateOption, app, say, state_folder
from leftopen.errors import InputError

scope_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Write and explain scope files.")
journal_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Check and read the record of all that was sent.")
app.add_typer(scope_app, name="scope")
app.add_typer(journal_app, name="journal")

TEMPLATE = """\
# A leftopen scope: the written permission without which nothing is sent. docs/scope.md explains every key.
# Keep it with the authorisation that it stands for.

[scope]
name = "…"                     # a short name for this permission
authorised_by = "…"            # who authorises this: name, role, organisation
basis = "…"                    # on what basis: contract, law, the owner's written consent with its date
contact = "…"                  # whom a surprised administrator can write to
valid_until = {until}          # with time zone; after that, nothing is sent

# Each grant permits knocking on these addresses and ports, this deep:
#   touch   learn which service answers and whether it asks for credentials
#   names   list names and counts; no record is read
#   sample  read a bounded draw of records, classify it in memory, forget it
#   full    stream every record, classify, forget
[[grant]]
addresses = ["127.0.0.1"]      # CIDR networks, addresses or host names
ports = [5432, 6379, 9200, 27017]   # numbers or ranges "9200-9299"; left out: the usual ports of all connectors
depth = "names"

# [[grant]]
# dsn = "postgresql://reader@db.example.org:5432/school"   # never a password here
# credential = "env:SCHOOL_DB_PASSWORD"                    # or file:PATH; the owner's, and only with the owner's consent
# depth = "sample"

# [[deny]]                      # denials beat grants
# addresses = ["192.0.2.0/24"]
# ports = [22]

[budget]
connections_per_second_per_host = 5
connections_per_second = 200
bytes_per_store = "64 MiB"
seconds_per_store = 300
"""


@scope_app.command("init")
def init(path: Annotated[Path, typer.Argument(help="File to write.")] = Path("scope.toml")) -> None:
    """Write a commented scope file to fill in."""
    until = (datetime.now(UTC) + timedelta(days=14)).replace(microsecond=0)
    text = TEMPLATE.format(until=until.isoformat())
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(f"{path} exists already.", "Name another file.", "scope.md") from None
    except OSError as exc:
        raise InputError(f"{path} cannot be written: {exc.strerror}.", docs="scope.md") from None
    say(f"Wrote {path}. Fill in the places marked …, then: leftopen scope check {path}")


@scope_app.command("check")
def check(path: Annotated[Path, typer.Argument(help="Scope file.")] = Path("scope.toml")) -> None:
    """Say in words what a scope permits, for how many addresses, until when."""
    from leftopen.scope import describe, read_scope

    typer.echo(describe(read_scope(path)))


@journal_app.command("verify")
def journal_verify(
    path: Annotated[Path | None, typer.Argument(help="Journal file; default: the state folder's.")] = None,
    state: StateOption = None,
) -> None:
    """Prove that the journal is whole: every line follows from the one before."""
    from leftopen.journal import verify

    path = path or state_folder(state) / "journal.jsonl"
    proof = verify(path)
    torn = f", {proof.torn} torn by a crash and accounted for" if proof.torn else ""
    typer.echo(f"whole: {proof.lines} lines{torn}; last hash {proof.hash}")


@journal_app.command("show")
def journal_show(
    path: Annotated[Path | None, typer.Argument(help="Journal file; default: the state folder's.")] = None,
    state: StateOption = None,
) -> None:
    """Print the journal, one entry a line."""
    from leftopen.journal import entries

    for _, raw in entries(path or state_folder(state) / "journal.jsonl"):
        typer.echo(raw.decode("utf-8", "replace").rstrip("\n"))
