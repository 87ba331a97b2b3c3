"""A table for people: what answered, what is inside, how bad it is, and what was not covered in the last line."""

from __future__ import annotations

from collections import Counter
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from leftopen.model import Assessment, Composite, Interval, Level, Skipped, Verdict
from leftopen.result import CollectionResult, ScanResult, StoreResult

_STYLES = {
    Verdict.OPEN_DATA: "bold red",
    Verdict.OPEN_METADATA: "red",
    Verdict.OPEN_EMPTY: "yellow",
    Verdict.RESTRICTED: "yellow",
    Verdict.AUTH_REQUIRED: "green",
    Verdict.HOST_DENIED: "green",
}
_BANDS = {"very high": "bold white on red", "high": "bold red", "medium": "yellow", "low": "cyan"}


def write(result: ScanResult, out: TextIO) -> None:
    """Print stores, then each collection with its findings, then people, then what was not covered."""
    terminal = getattr(out, "isatty", lambda: False)()
    console = Console(file=out, highlight=False, width=None if terminal else 132, soft_wrap=False)
    if result.stores:
        console.print(_stores(result.stores))
    for store in result.stores:
        for entry in store.collections:
            _collection(console, store, entry)
    _summary(console, result)


def _stores(stores: tuple[StoreResult, ...]) -> Table:
    table = Table(box=SIMPLE_HEAD, title="What answered", title_justify="left", title_style="bold")
    for heading in ("target", "kind", "version", "verdict", "collections", "people", "worst"):
        table.add_column(heading, justify="right" if heading in ("collections", "people") else "left", overflow="fold")
    for store in stores:
        probe = store.probe
        verdict = Text(probe.verdict.value, _STYLES.get(probe.verdict, ""))
        if probe.flags:
            verdict.append(" " + " ".join(sorted(flag.value for flag in probe.flags)), "dim")
        product = " ".join(part for part in (probe.product, probe.version) if part)
        table.add_row(
            probe.target.label,
            probe.kind or "-",
            product or "-",
            verdict,
            str(len(store.collections)) if store.collections else "-",
            people(store.people.persons),
            _worst(store),
        )
    return table


def _worst(store: StoreResult) -> Text:
    found = [entry.assessment for entry in store.collections if entry.assessment and entry.findings]
    if not found:
        return Text("-")
    return band(max(found, key=lambda a: a.severity.point))


def band(assessment: Assessment) -> Text:
    """Severity and its band, coloured."""
    return Text(f"{assessment.severity.point:.2f} {assessment.band}", _BANDS.get(assessment.band, ""))


def people(interval: Interval | None) -> str:
    """``1,234 (1,200-1,260)``, or a dash."""
    if interval is None:
        return "-"
    if round(interval.low) == round(interval.high):
        return f"{interval.point:,.0f}"
    return f"{interval.point:,.0f} ({interval.low:,.0f}-{interval.high:,.0f})"


def _collection(console: Console, store: StoreResult, entry: CollectionResult) -> None:
    if not entry.findings:
        return
    head = Text(f"\n{store.probe.target.label}  {entry.collection.name}", "bold")
    if entry.collection.rows is not None:
        head.append(f"  {entry.collection.rows:,} records", "dim")
    if entry.coverage and not entry.coverage.complete:
        head.append(f", {entry.coverage.read:,} read ({entry.coverage.method})", "dim")
    if entry.assessment:
        head.append("  severity ").append(band(entry.assessment))
    if entry.exposure:
        head.append(f"  {entry.exposure}", "dim")
    console.print(head)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
    for finding in sorted(entry.findings, key=lambda f: (f.level is not Level.PROVEN, f.path)):
        table.add_row(
            finding.path,
            finding.category,
            Text(finding.level.value, "" if finding.level is Level.PROVEN else "dim"),
            f"{finding.matched:,}/{finding.tested:,}",
        )
    console.print(table)
    facts = _facts(entry)
    if facts:
        console.print(Text("  " + " · ".join(facts), "italic"))
    if entry.trajectory is not None:
        from leftopen.trajectories.words import words

        console.print(Text(f"  movements ({entry.trajectory.level.value}): {words(entry.trajectory)}", "italic"))


def _composite(found: Composite) -> str:
    """``tracked child in 3,454 records``, with the interval for the whole collection if a sample was read."""
    kind = found.kind.replace("_", " ")
    if found.estimate is None:
        return kind
    return f"{kind} in {people(found.estimate)} records"


def _facts(entry: CollectionResult) -> list[str]:
    found = entry.people
    facts = [_composite(composite) for composite in entry.composites]
    if found.persons:
        facts.append(f"people {people(found.persons)}")
    if found.minors:
        facts.append(f"minors {found.minors.point:.0%}")
    if found.groups:
        facts.append(f"{found.groups} schools or groups")
    if found.days:
        facts.append(f"{found.days} days")
    return facts


def _summary(console: Console, result: ScanResult) -> None:
    console.print()
    found = result.people
    if found.persons:
        text = Text(f"People over all: {people(found.persons)}", "bold")
        if found.minors:
            text.append(f", minors {found.minors.point:.1%} ({found.minors.low:.1%}-{found.minors.high:.1%})")
        if found.groups:
            text.append(f", {found.groups} schools or groups")
        if found.days and found.first and found.last:
            text.append(f", {found.days} days from {found.first:%Y-%m-%d} to {found.last:%Y-%m-%d}")
        console.print(text)
        console.print(Text(f"  how: {found.persons.method}", "dim"))
    for note in result.notes:
        console.print(Text(f"Note: {note}", "dim"))
    console.print(covered(result))


def covered(result: ScanResult) -> str:
    """The last line: what was tried, what was not covered and why."""
    line = f"Covered: {result.tried:,} tried, {result.answered:,} answered."
    if not result.skipped:
        return f"{line} Nothing was skipped."
    reasons: Counter[str] = Counter(entry.reason for entry in result.skipped)
    parts = ", ".join(f"{count} {reason} (e.g. {_example(result.skipped, reason)})" for reason, count in reasons.most_common())
    return f"{line} Not covered: {parts}."


def _example(skipped: tuple[Skipped, ...], reason: str) -> str:
    first = next(entry for entry in skipped if entry.reason == reason)
    return f"{first.target} {first.collection}".strip()
