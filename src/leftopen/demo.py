"""The founding story on this machine: real servers with invented people, from a scope to a verified fix, held against its truth."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leftopen.audit import AuditReport, Span
from leftopen.auditing import audit_dsn
from leftopen.catalog import Catalog
from leftopen.document import document
from leftopen.lab.compare import Line, compare
from leftopen.recheck import recheck
from leftopen.result import ScanResult
from leftopen.scan import Options, Progress, scan
from leftopen.scope import Scope, read_scope
from leftopen.verify import Outcome, Verification

if TYPE_CHECKING:
    from leftopen.lab.school import School

SCOPE = """\
[scope]
name = "safe-school demo"
authorised_by = "you, who typed the command"
basis = "servers that this command started on loopback, filled with invented people"
contact = "root@localhost"
valid_until = {until}

[[grant]]
addresses = ["{host}"]
ports = [{ports}]
depth = "full"

[budget]
connections_per_second_per_host = 200
connections_per_second = 200
bytes_per_store = "8 GiB"
seconds_per_store = 3600
"""


@dataclass(slots=True)
class Story:
    """What each chapter of the demo left: the scan, the letter, the verifications, the audits, the comparison."""

    folder: Path
    result: ScanResult | None = None
    report: dict[str, Any] = field(default_factory=dict)
    page: Path | None = None
    letter: str = ""
    checks: list[Verification] = field(default_factory=list)
    audits: list[AuditReport] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def held(self) -> int:
        """How many lines of the comparison hold."""
        return sum(line.holds for line in self.lines)

    @property
    def verdict(self) -> str:
        """The last line: ``truth: H of N lines hold``."""
        return f"truth: {self.held} of {len(self.lines)} lines hold"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the story is told: ``say`` for narration, ``show`` for a result, ``progress`` for long work."""

    say: Callable[[str], None]
    show: Callable[[ScanResult], None]
    progress: Progress


def tell(entries: int, seed: int, stage: Stage, folder: Path | None = None, headers: str = "shown") -> Story:
    """Tell the whole story. ``folder`` keeps scope, catalogue, report, exports and truth; None: a fresh temporary folder.

    ``headers`` is ``shown`` or ``hidden``: every field has a name that says nothing; the truth is held all the same.
    """
    from leftopen.lab.estate import export_csv, write_truth
    from leftopen.lab.school import School
    from leftopen.lab.servers import Lab

    story = Story(folder or Path(tempfile.mkdtemp(prefix="leftopen-demo-")))
    story.folder.mkdir(parents=True, exist_ok=True)
    with Lab() as lab:
        stage.say("1  A school-safety system is left open. Starting real servers on loopback …")
        began = datetime.now(UTC)
        school = School.start(lab, entries, seed, say=lambda text: stage.say(f"   {text}"), headers=headers)
        school.visit()
        _scan(story, school, stage)
        _draft(story, stage)
        stage.say("4  The host secures the stores.")
        school.secure()
        _verify(story, stage)
        _audit(story, school, began, stage)
        truth = write_truth(story.folder / "truth.json", school.estate, school.planted)
        _compare(story, school, truth)
        export_csv(school.estate, story.folder / "students.csv")
        export_csv(school.estate, story.folder / "students-opaque.csv", opaque=True)
    return story


def _scan(story: Story, school: School, stage: Stage) -> None:
    stage.say("2  leftopen scans what its scope permits, reads every record once and forgets it.")
    scope = story.folder / "scope.toml"
    ports = sorted({running.port for running in [*school.open.values(), *school.others]})
    until = (datetime.now(UTC) + timedelta(hours=6)).replace(microsecond=0).isoformat()
    host = next(iter(school.open.values())).host
    scope.write_text(SCOPE.format(until=until, host=host, ports=", ".join(map(str, ports))), encoding="utf-8")
    options = Options(story.folder, workers=_workers(school.estate.entries), today=school.estate.end.date())
    result = scan(read_scope(scope), options, stage.progress)
    with Catalog(story.folder / "catalog.db") as catalog:
        story.result = catalog.record(result)
    story.report = document(story.result)
    stage.show(story.result)
    story.page = story.folder / "report.html"
    from leftopen.exporter import writer

    with story.page.open("w", encoding="utf-8") as file:
        writer("html")(story.result, file)
    stage.say(f"   Report to open in a browser: {story.page}")


def _workers(entries: int) -> int:
    """Small estates are read faster than processes start."""
    return 1 if entries < 100_000 else min(4, os.cpu_count() or 1)


def _draft(story: Story, stage: Stage) -> None:
    from leftopen.draft import letter

    with Catalog(story.folder / "catalog.db") as catalog:
        worst = catalog.exposures(limit=1)[0]
        for language in ("en", "zh"):
            text = letter(catalog, worst.id, language, story.folder)
            (story.folder / f"letter-{language}.md").write_text(text, encoding="utf-8")
            story.letter = story.letter or text
    stage.say("3  The letter to whoever can close it:")
    for line in story.letter.splitlines()[:14]:
        stage.say(f"   | {line}")
    stage.say(f"   | …  (whole letters, English and Chinese: {story.folder / 'letter-en.md'}, letter-zh.md)")


def _verify(story: Story, stage: Stage) -> None:
    stage.say("5  Is it closed? Two separate proofs for each store.")
    scope: Scope = read_scope(story.folder / "scope.toml")
    with Catalog(story.folder / "catalog.db") as catalog:
        story.checks = list(recheck(scope, catalog, (), story.folder / "journal.jsonl", pause=0.2))
        places = {row.id: f"{row.kind} {row.target}" for row in catalog.exposures()}
    seen: set[str] = set()
    for check in story.checks:
        place = places[check.exposure]
        if place not in seen:
            seen.add(place)
            stage.say(f"   {place}: {check.outcome.value}, {check.why}")
    stage.say(f"   {sum(c.outcome is Outcome.FIXED for c in story.checks)} of {len(story.checks)} exposures are proven closed")


def _audit(story: Story, school: School, began: datetime, stage: Stage) -> None:
    stage.say("6  Who could still be inside? The owner audits with a read-only credential.")
    for kind in ("postgresql", "redis"):
        dsn, password = _split(school.open[kind].owner_dsn)
        os.environ["LEFTOPEN_DEMO_OWNER"] = password
        try:
            report = audit_dsn(dsn, "env:LEFTOPEN_DEMO_OWNER", Span(began, datetime.now(UTC)), story.folder / "journal.jsonl")
        finally:
            del os.environ["LEFTOPEN_DEMO_OWNER"]
        story.audits.append(report)
        stage.say(f"   {kind} {report.target}: {report.verdict}")
        for one in [*report.inside, *report.undecided]:
            stage.say(f"   !! {one.dated.value:<10} {one.kind:<14} {one.name}  {one.why}")


def _split(dsn: str) -> tuple[str, str]:
    """A DSN without its password, and the password."""
    from urllib.parse import unquote, urlsplit, urlunsplit

    parts = urlsplit(dsn)
    user = f"{parts.username}@" if parts.username else ""
    place = f"{user}{parts.hostname}:{parts.port}"
    return urlunsplit((parts.scheme, place, parts.path, "", "")), unquote(parts.password or "")


def _compare(story: Story, school: School, truth: dict[str, Any]) -> None:
    story.lines = compare(story.report, truth, school.stores())
    fixed = {c.exposure for c in story.checks if c.outcome is Outcome.FIXED}
    story.lines.append(Line(len(fixed) == len(story.checks) > 0, "every exposure is proven closed after the host secured it"))
    found = {(r.kind, one.name) for r in story.audits for one in [*r.inside, *r.undecided]}
    for planted in truth["planted"]:
        seen = any(kind == planted["store"] and _names(planted["name"], name) for kind, name in found)
        story.lines.append(Line(seen, f"audit of {planted['store']} finds the planted {planted['kind']} {planted['name']}"))


def _names(planted: str, found: str) -> bool:
    return planted.removesuffix("()").rpartition(".")[2] in found
