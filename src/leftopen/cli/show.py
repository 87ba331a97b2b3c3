"""``leftopen show``: all that is known about one exposure, laid out for people or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from leftopen.cli.app import CatalogOption, FormatOption, StateOption, app, open_catalog

if TYPE_CHECKING:
    from leftopen.case import Details, Moment


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="Exposure id, or its beginning.")],
    format: FormatOption = "table",
    state: StateOption = None,
    catalog: CatalogOption = None,
) -> None:
    """Show all that is known about one exposure, with its history."""
    from leftopen.cli.output import check_format, print_json

    check_format(format)
    with open_catalog(catalog, state) as book:
        details, history = book.exposure(name), book.history(name)
    if format == "json":
        print_json({"details": details, "history": history})
        return
    _facts(details)
    _drivers(details)
    _fields(details)
    _history(history)


def _facts(details: Details) -> None:
    """Who, where, how bad, how many: one line each."""
    from leftopen.cli.output import print_pairs

    exposure = details.exposure
    print_pairs(f"{exposure.id}  {exposure.kind} {exposure.target}  {exposure.collection}", _lines(details))


def _lines(details: Details) -> Iterator[tuple[str, str]]:
    exposure, people = details.exposure, details.people
    yield "case", details.state.value.replace("_", " ")
    yield "product", f"{details.product} {details.version}".strip()
    yield "verdict", details.verdict
    for proof in details.proofs:
        yield "", proof
    for window in details.windows:
        yield "open", f"{window.opened:%Y-%m-%d %H:%M} to " + (f"{window.closed:%Y-%m-%d %H:%M} UTC" if window.closed else "now")
    yield "severity", f"{exposure.severity:.2f} of 6, {exposure.band}"
    rows = "an unknown number of" if details.rows is None else f"{details.rows:,}"
    yield "size", f"{rows} records in {details.fields} fields"
    if people.persons:
        low, point, high = (f"{x:,.0f}" for x in (people.persons.low, people.persons.point, people.persons.high))
        yield "people", f"{point} ({low} to {high})"
        yield "", people.persons.method
    if people.minors:
        yield "under 18", f"{people.minors.point:.1%}"
    if people.groups:
        yield "groups", f"{people.groups} schools or groups"
    if people.days and people.first and people.last:
        yield "period", f"{people.days} days, {people.first:%Y-%m-%d %H:%M} to {people.last:%Y-%m-%d %H:%M} UTC"


def _drivers(details: Details) -> None:
    from leftopen.cli.output import print_table, table

    if details.assessment is None or not details.assessment.drivers:
        return
    made = table("why", "value", "range", "source", "reason", title="Severity", right=("value",))
    for driver in details.assessment.drivers:
        made.add_row(driver.factor, f"{driver.value:g}", f"{driver.low:g} to {driver.high:g}", driver.source, driver.reason)
    print_table(made)


def _fields(details: Details) -> None:
    from leftopen.cli.output import print_table, table

    if details.findings:
        made = table("field", "category", "sure", "matched", "tested", title="What is in it", right=("matched", "tested"))
        for finding in details.findings:
            made.add_row(finding.path, finding.category, finding.level.value, f"{finding.matched:,}", f"{finding.tested:,}")
        print_table(made)
    if details.composites:
        made = table("together", "fields", "measured", title="What weighs more together")
        for composite in details.composites:
            made.add_row(composite.kind.replace("_", " "), ", ".join(composite.paths), composite.words)
        print_table(made)


def _history(history: tuple[Moment, ...]) -> None:
    from leftopen.cli.output import print_table, table

    made = table("at (UTC)", "what", "detail", title="History")
    for moment in history:
        made.add_row(f"{moment.at:%Y-%m-%d %H:%M:%S}", moment.what, moment.detail)
    print_table(made)
