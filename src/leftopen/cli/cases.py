"""``leftopen list``, ``draft``, ``verify`` and ``audit``: remember, tell, check, look for who could still be inside."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leftopen.cli.app import CatalogOption, FormatOption, OutputOption, StateOption, app, open_catalog, say, state_folder
from leftopen.errors import InputError
from leftopen.exits import Exit

if TYPE_CHECKING:
    from leftopen.audit import AuditReport, Span


@app.command("list")
def list_(
    query: Annotated[list[str] | None, typer.Argument(help="Such as: kind:redis severity>=high open:yes category:child")] = None,
    format: FormatOption = "table",
    state: StateOption = None,
    catalog: CatalogOption = None,
) -> None:
    """List exposures: what was found open, since when, how bad, closed or not."""
    from leftopen.cli.output import check_format, print_json, print_table, table
    from leftopen.query import parse

    check_format(format)
    with open_catalog(catalog, state) as book:
        found = book.exposures(parse(" ".join(query or [])))
    if format == "json":
        print_json(found)
        return
    if not found:
        say("No exposure is known for this search.")
        return
    made = table("id", "kind", "target", "collection", "severity", "open since", "last seen", "closed")
    for row in found:
        closed = f"{row.closed:%Y-%m-%d %H:%M}" if row.closed else "open"
        severity = f"{row.severity:.2f} {row.band}"
        seen = f"{row.last_seen:%Y-%m-%d %H:%M}"
        made.add_row(row.id, row.kind, row.target, row.collection, severity, f"{row.opened:%Y-%m-%d %H:%M}", seen, closed)
    print_table(made)


@app.command()
def draft(
    name: Annotated[str, typer.Argument(metavar="ID", help="Exposure id; the letter is about its whole store.")],
    lang: Annotated[str, typer.Option("--lang", help="en or zh.")] = "en",
    sender: Annotated[str, typer.Option("--from", help="Who writes: name and organisation.")] = "",
    contact: Annotated[str, typer.Option("--contact", help="How the owner can answer.")] = "",
    output: OutputOption = None,
    state: StateOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Draft the letter to whoever can close it: full detail, no value, evidence that only the owner can check."""
    from leftopen.cli.output import check_output, write_text
    from leftopen.draft import letter

    check_output(output)
    with open_catalog(catalog, state) as book:
        text = letter(book, name, lang, state_folder(state), sender=sender, contact=contact)
    if output is None:
        typer.echo(text)
        return
    write_text(output, text)
    say(f"Wrote {output}")


@app.command()
def verify(
    names: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Exposures; without any, all open ones.")] = None,
    scope: Annotated[Path | None, typer.Option("--scope", help="Scope file; default: the one of the latest scan.")] = None,
    pause: Annotated[float, typer.Option("--pause", min=0, help="Seconds between the two proofs.")] = 5.0,
    format: FormatOption = "table",
    state: StateOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Check whether exposures are closed: fixed only on positive proof, twice. Closes the exposure's window if so."""
    from leftopen.cli.output import check_format, print_json
    from leftopen.cli.scans import recall
    from leftopen.recheck import recheck
    from leftopen.scope import read_scope

    check_format(format)
    folder = state_folder(state)
    permission = read_scope(scope or recall(folder, "latest")[1])
    found = []
    with open_catalog(catalog, state) as book:
        for one in recheck(permission, book, names or [], folder / "journal.jsonl", pause=pause):
            found.append(one)
            if format != "json":
                typer.echo(f"{one.exposure}  {one.outcome.value:<17} {one.why}")
    if format == "json":
        print_json(found)
    else:
        unchecked = dict.fromkeys(part for one in found for part in one.unchecked)
        typer.echo(f"Not checked: {'; '.join(unchecked)}." if found else "There was no open exposure to check.")
    sys.exit(_outcome({one.outcome.value for one in found}))


def _outcome(outcomes: set[str]) -> Exit:
    """The worst outcome decides."""
    for word, code in (("still_open", Exit.STILL_OPEN), ("moved", Exit.MOVED), ("not_reproducible", Exit.NOT_REPRODUCIBLE)):
        if word in outcomes:
            return code
    return Exit.NOTHING


@app.command()
def audit(
    dsn: Annotated[str, typer.Argument(help="postgresql://auditor@host:port/db or redis://auditor@host:port, without password.")],
    credential: Annotated[str, typer.Option("--credential", help="The owner's read-only password: env:NAME or file:PATH.")] = "",
    exposure: Annotated[str, typer.Option("--exposure", help="Take the window from this exposure.")] = "",
    opened: Annotated[str, typer.Option("--opened", help="Open since (ISO 8601 with time zone).")] = "",
    closed: Annotated[str, typer.Option("--closed", help="Closed at (ISO 8601 with time zone).")] = "",
    ca: Annotated[str, typer.Option("--ca", help="PEM file of the authority that signed the server's certificate.")] = "",
    tls_verify: Annotated[bool, typer.Option("--tls-verify/--no-tls-verify", help="Whose certificate gets the password.")] = True,
    format: FormatOption = "table",
    state: StateOption = None,
    catalog: CatalogOption = None,
) -> None:
    """List what a visitor could have left, and when each came to be. For the owner, with a read-only credential of the owner's."""
    from leftopen.auditing import audit_dsn
    from leftopen.cli.output import check_format, print_json

    check_format(format)
    window = _window(exposure, opened, closed, catalog, state)
    report = audit_dsn(dsn, credential, window, state_folder(state) / "journal.jsonl", ca=ca, tls_verify=tls_verify)
    if format == "json":
        print_json(report)
    else:
        _print_audit(report)
    sys.exit(Exit.SUSPICIOUS if report.inside or report.undecided else Exit.NOTHING)


def _window(exposure: str, opened: str, closed: str, catalog: str | None, state: Path | None) -> Span:
    from leftopen.audit import Span

    if exposure:
        with open_catalog(catalog, state) as book:
            windows = book.exposure(exposure).windows
        return Span(min(w.opened for w in windows), None if any(w.closed is None for w in windows) else windows[-1].closed)
    return Span(_moment(opened, "--opened"), _moment(closed, "--closed"))


def _moment(text: str, option: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InputError(
            f"{option} {text!r} is not a moment with a time zone.", "Write it like 2026-03-01T12:00:00+01:00.", "audit.md"
        )
    return moment


def _print_audit(report: AuditReport) -> None:
    typer.echo(f"Audit of {report.kind} {report.target} ({report.product} {report.version})")
    for fact in report.facts:
        typer.echo(f"  {fact}")
    for one in report.artefacts:
        if one.dated.value == "before" and not one.suspicious:
            continue
        mark = "!!" if one.dated.value == "inside" else "! " if one.suspicious else "  "
        low, high = (f"{m:%Y-%m-%d %H:%M:%S}" if m else "?" for m in one.between)
        typer.echo(f"{mark} {one.dated.value:<10} {one.kind:<18} {one.name}  {one.detail}")
        reason = " ".join(part for part in (one.why, f"[{low} to {high}; {one.by}]" if one.by else "", one.action) if part)
        typer.echo(f"              {reason}")
    for entry in report.hidden:
        typer.echo(f"   not seen: {entry.collection or entry.target}: {entry.detail}")
    for secret in report.rotate:
        typer.echo(f"   renew: {secret}")
    typer.echo(report.verdict)
