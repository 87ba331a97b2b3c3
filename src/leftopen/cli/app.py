"""The application, its error handling and its exit codes; the commands live beside this file."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from typer.main import get_command

from leftopen import __version__
from leftopen.cli.lean import lighten
from leftopen.errors import (
    CatalogError,
    JournalError,
    LeftopenError,
    OutOfScope,
    ProtocolError,
    ScopeError,
    StoreRefused,
    WireError,
)
from leftopen.exits import Exit

if TYPE_CHECKING:
    from leftopen.catalog import Catalog

GARBAGE = 100_000
"""New objects after which cycles among them are looked for: the usual 700 cost a tenth of a short run and find nothing."""

app = typer.Typer(
    name="leftopen",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "Find data stores left open, say what personal data is inside, judge it, tell the right people, verify the fix, "
        "audit who could still be inside. Reads only, inside a scope, and keeps no value.\n\n"
        "Start with: leftopen demo   or, on a file: leftopen inspect FILE"
    ),
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"leftopen {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    del version


StateOption = Annotated[
    Path | None,
    typer.Option("--state", help="Folder for journal, catalogue and unfinished runs.", envvar="LEFTOPEN_STATE"),
]
CatalogOption = Annotated[
    str | None,
    typer.Option("--catalog", help="Catalogue: a SQLite file or a PostgreSQL URL.", envvar="LEFTOPEN_CATALOG"),
]
FormatOption = Annotated[str, typer.Option("--format", "-f", help="table or json.")]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="Write the result to this file instead of stdout.")]


def state_folder(given: Path | None) -> Path:
    """The state folder: as given, else ``$XDG_STATE_HOME/leftopen``."""
    if given is not None:
        return given
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "leftopen"


def open_catalog(where: str | None, state: Path | None) -> Catalog:
    """The catalogue: as given, else the state folder's."""
    from leftopen.catalog import Catalog

    return Catalog(where or str(state_folder(state) / "catalog.db"))


def say(text: str) -> None:
    """Tell the person something that is not the result."""
    typer.echo(text, err=True)


def _code(exc: LeftopenError) -> Exit:
    if isinstance(exc, ScopeError | OutOfScope):
        return Exit.REFUSED
    if isinstance(exc, WireError | ProtocolError | StoreRefused):
        return Exit.NO_TARGET
    if isinstance(exc, JournalError):
        return Exit.BROKEN
    return Exit.USAGE


def _interrupted() -> NoReturn:
    say("leftopen: interrupted. Run the same command again to go on where it stopped.")
    sys.exit(Exit.INTERRUPTED)


_ADVICE: tuple[tuple[type[LeftopenError], str, str], ...] = (
    (WireError, "Check the address, the port and the firewall, and that the service runs.", "verdicts.md"),
    (StoreRefused, "Check the credential and its rights.", "audit.md"),
    (ProtocolError, "Check that the address leads to this kind of store.", "connectors.md"),
    (ScopeError, "Mend the scope file, then: leftopen scope check FILE", "scope.md"),
    (OutOfScope, "Ask the person who authorised the scope, or leave it alone.", "scope.md"),
    (CatalogError, "Choose another catalogue with --catalog or another folder with --state.", "catalogue.md"),
    (JournalError, "Choose another file, or another folder with --state.", "journal.md"),
    (LeftopenError, "See: leftopen --help", "cli.md"),
)
"""What to do and where to read more, for errors that do not say so themselves."""


def _diagnostics(exc: LeftopenError) -> str:
    todo, docs = next((todo, docs) for kind, todo, docs in _ADVICE if isinstance(exc, kind))
    return LeftopenError(exc.what, exc.todo or todo, exc.docs or docs).diagnostics()


def main() -> None:
    """Run the command line; ends with one of the codes of :class:`~leftopen.exits.Exit`."""
    from leftopen.cli import (  # noqa: F401  each registers its commands
        cases,
        categories,
        demo,
        explain,
        reassess,
        recognise,
        scans,
        scopes,
        show,
    )

    gc.set_threshold(GARBAGE)
    try:
        lighten(get_command(app))()
    except LeftopenError as exc:
        say(f"leftopen: {_diagnostics(exc)}")
        sys.exit(_code(exc))
    except KeyboardInterrupt:
        _interrupted()
    except SystemExit as exc:
        if exc.code == Exit.INTERRUPTED:  # typer's own answer to Ctrl-C, without a word
            _interrupted()
        if isinstance(exc.__context__, BrokenPipeError):  # likewise: whoever reads us has read enough
            sys.exit(Exit.NOTHING)
        raise
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(Exit.NOTHING)
    except Exception as exc:  # noqa: BLE001  an exception's text may hold data: only its type and place are shown
        frame = traceback.extract_tb(exc.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        say(f"leftopen: something that should not happen did: {type(exc).__name__} at {place}.")
        say("What to do: please report it with the command and this line; they hold no data of the store.")
        sys.exit(Exit.BROKEN)
