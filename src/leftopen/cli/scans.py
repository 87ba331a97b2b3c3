"""``leftopen scan``, ``inspect`` and ``export``: find, say what is inside, write it down."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leftopen.cli.app import CatalogOption, OutputOption, StateOption, app, say, state_folder
from leftopen.errors import InputError
from leftopen.exits import Exit, found

if TYPE_CHECKING:
    from leftopen.result import ScanResult

_BANDS = ["none", "low", "medium", "high", "very high"]

FormatOption = Annotated[str, typer.Option("--format", "-f", help="table, json, jsonl, html or sarif.")]
FailOption = Annotated[str, typer.Option("--fail-on", help="Lowest severity band that changes the exit code.")]
NoExitOption = Annotated[bool, typer.Option("--no-exit-codes", help="Exit 0 also when something was found.")]
StrictOption = Annotated[bool, typer.Option("--strict", help="Exit 5 if anything was not covered.")]
QuietOption = Annotated[bool, typer.Option("--no-progress", help="No progress on the terminal.")]
FacesOption = Annotated[bool, typer.Option("--faces/--no-faces", help="Look for faces in pictures.")]
PackOption = Annotated[list[Path] | None, typer.Option("--pack", help="Folder with your own category files.")]


@app.command()
def scan(
    scope: Annotated[Path, typer.Argument(help="Scope file: the permission to scan.")],
    format: FormatOption = "table",
    output: OutputOption = None,
    state: StateOption = None,
    catalog: CatalogOption = None,
    sample: Annotated[int, typer.Option("--sample", min=1, help="Records to draw at depth 'sample'.")] = 1000,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes that read and classify.")] = 1,
    faces: FacesOption = True,
    pack: PackOption = None,
    fail_on: FailOption = "low",
    strict: StrictOption = False,
    no_exit_codes: NoExitOption = False,
    no_progress: QuietOption = False,
) -> None:
    """Scan what a scope permits: find open stores, say what is inside, judge it, remember it."""
    from leftopen.catalog import Catalog
    from leftopen.cli.progress import Shown
    from leftopen.exporter import writer
    from leftopen.scan import Options
    from leftopen.scan import scan as run
    from leftopen.scope import read_scope

    _check(fail_on, output)
    write, folder = writer(format), state_folder(state)
    options = Options(folder, sample, workers, faces=faces, packs=tuple(str(p) for p in pack or ()))
    permission = read_scope(scope)
    with Shown(not no_progress) as progress:
        result = run(permission, options, progress)
    with Catalog(catalog or str(folder / "catalog.db")) as book:
        result = book.record(result)
    remember(result, folder, scope)
    put(result, write, output)
    sys.exit(exit_code(result, fail_on, strict, no_exit_codes or format == "sarif"))


@app.command()
def inspect(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders: CSV, TSV, JSON, JSONL, Parquet, SQLite, Excel.")],
    format: FormatOption = "table",
    output: OutputOption = None,
    faces: FacesOption = True,
    pack: PackOption = None,
    fail_on: FailOption = "low",
    strict: StrictOption = False,
    no_exit_codes: NoExitOption = False,
    no_progress: QuietOption = False,
) -> None:
    """Say what personal data files hold. Reads them where they lie; needs no scope and no network."""
    from leftopen.cli.progress import Shown
    from leftopen.exporter import writer
    from leftopen.scan import Options
    from leftopen.scan import inspect as run

    _check(fail_on, output)
    write = writer(format)
    options = Options(Path(), faces=faces, packs=tuple(str(p) for p in pack or ()))
    with Shown(not no_progress) as progress:
        result = run(paths, options, progress)
    put(result, write, output)
    sys.exit(exit_code(result, fail_on, strict, no_exit_codes or format == "sarif"))


@app.command()
def export(
    format: FormatOption = "html",
    output: OutputOption = None,
    state: StateOption = None,
    scan: Annotated[str, typer.Option("--scan", help="Which scan: 'latest' or the start of its name (see --list).")] = "latest",
    list_: Annotated[bool, typer.Option("--list", help="List the scans that are kept.")] = False,
) -> None:
    """Write a kept scan in another format, without touching any store."""
    from leftopen.cli.output import check_output
    from leftopen.exporter import writer

    folder = state_folder(state) / "scans"
    if list_:
        for path in sorted(folder.glob("*.json")):
            typer.echo(path.stem)
        return
    write = writer(format)
    check_output(output)
    put(recall(state_folder(state), scan)[0], write, output)


def _check(fail_on: str, output: Path | None) -> None:
    """Refuse what cannot be meant before any work is done."""
    from leftopen.cli.output import check_output

    if fail_on not in _BANDS:
        raise InputError(f"--fail-on {fail_on!r} is not a band.", f"Bands: {', '.join(_BANDS[1:])}.", "exit-codes.md")
    check_output(output)


def put(result: ScanResult, write: object, output: Path | None) -> None:
    """Write a result to stdout or a file."""
    assert callable(write)
    if output is None:
        write(result, sys.stdout)
        sys.stdout.flush()
        return
    try:
        with output.open("w", encoding="utf-8") as file:
            write(result, file)
    except OSError as exc:
        from leftopen.cli.output import cannot_write

        raise cannot_write(output, exc) from None
    say(f"Wrote {output}")


def exit_code(result: ScanResult, fail_on: str, strict: bool, never: bool) -> Exit:
    """The exit code that a result deserves (see :class:`Exit`)."""
    if strict and any(entry.reason != "system" for entry in result.skipped):
        return Exit.INCOMPLETE
    if not result.stores:
        return Exit.NO_TARGET
    if never:
        return Exit.NOTHING
    bands = [e.assessment.band for s in result.stores for e in s.collections if e.assessment and e.findings]
    if any(s.probe.verdict.is_open and s.probe.kind != "files" for s in result.stores):
        bands.append("low")
    worst = max(bands, key=_BANDS.index, default="none")
    return found(worst) if _BANDS.index(worst) >= _BANDS.index(fail_on) else Exit.NOTHING


def remember(result: ScanResult, folder: Path, scope: Path) -> Path:
    """Keep a result (counts and names, no values) for ``export``, ``draft`` and ``verify``."""
    import json

    from leftopen.serial import encode

    path = folder / "scans" / f"{result.started:%Y%m%dT%H%M%S}.json"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(json.dumps({"scope_file": str(scope.resolve()), "result": encode(result)}), encoding="utf-8")
    path.chmod(0o600)
    return path


def recall(folder: Path, name: str) -> tuple[ScanResult, Path]:
    """A kept result and the scope file it was made with.

    Raises:
        InputError: there is no such scan.
    """
    import json

    from leftopen.result import ScanResult
    from leftopen.serial import decode

    kept = sorted((folder / "scans").glob("*.json"))
    chosen = kept[-1:] if name == "latest" else [path for path in kept if path.stem.startswith(name)]
    if len(chosen) != 1:
        raise InputError(f"There is no one scan {name!r} in {folder / 'scans'}.", "See: leftopen export --list", "cli.md")
    data = json.loads(chosen[0].read_text(encoding="utf-8"))
    return decode(ScanResult, data["result"]), Path(data["scope_file"])
