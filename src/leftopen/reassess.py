"""Judge the catalogue's findings anew by another pack, from stored evidence: offline, deterministic, no store is asked.

What the pack says anew is heard: chance rates and weights, what a category needs, phrases of names. What only the records could
tell stays as the scan saw it: how many values matched, how they look, what siblings said, how many people there are. Where a pack
asks of the values themselves what the scan did not ask, nothing is guessed: the finding stays as it was judged, and is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING

from leftopen.assess import assess
from leftopen.catalog import Catalog
from leftopen.catalog_judge import Held, Renewed
from leftopen.category import Category, Pack
from leftopen.classify.judgement import NAMED, REPORTED, confidence, enough, level_of, name_term, total, value_term
from leftopen.classify.siblings import SURE
from leftopen.classify.verdict import name_word
from leftopen.model import Assessment, Basis, Collection, Composite, Finding, Level, Terms

if TYPE_CHECKING:
    from leftopen.scan import Progress


class Outcome(StrEnum):
    """What became of one finding."""

    SAME = "same"
    """Judged by this pack, with the same confidence and level."""
    CHANGED = "changed"
    """Another confidence or level."""
    WITHDRAWN = "withdrawn"
    """Too weak to be reported now; kept, and judged again next time."""
    RESTORED = "restored"
    """Withdrawn before, reported again."""
    LEFT = "left"
    """Cannot be judged anew; it stays as it was judged."""


@dataclass(frozen=True, slots=True)
class Change:
    """One finding before and after; ``why`` says why it was left, or what of it only a scan can tell."""

    exposure: str
    target: str
    kind: str
    collection: str
    path: str
    category: str
    outcome: Outcome
    old_level: Level
    old_confidence: float
    old_pack: str
    level: Level | None
    """None if it is not reported."""
    confidence: float
    pack: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Harm:
    """The severity of one exposure before and after."""

    exposure: str
    target: str
    kind: str
    collection: str
    old_severity: float
    old_band: str
    severity: float
    band: str


@dataclass(frozen=True, slots=True)
class Reassessment:
    """What judging anew found. ``findings`` is how many were looked at; ``same`` how many keep their confidence and level."""

    pack: str
    dry_run: bool
    exposures: int = 0
    findings: int = 0
    same: int = 0
    changes: tuple[Change, ...] = ()
    left: tuple[Change, ...] = ()
    """Findings that could not be judged anew."""
    harm: tuple[Harm, ...] = ()
    """Exposures whose severity or band is another now."""


def reassess(catalog: Catalog, pack: Pack, *, dry_run: bool = False, progress: Progress | None = None) -> Reassessment:
    """Judge the latest findings of every exposure by ``pack``; ``dry_run`` writes nothing. The same pack changes nothing."""
    told = Reassessment(pack.version, dry_run)
    if progress:
        progress.phase("exposures", len(catalog.exposures()))
    for was in catalog.held():
        new, changes = renewed(was, pack)
        if new is not None and not dry_run:
            catalog.renew(was, new)
        told = _told(told, was, new, changes)
        if progress:
            progress.step(was.collection)
    return told


def renewed(was: Held, pack: Pack) -> tuple[Renewed | None, tuple[Change, ...]]:
    """The judgement of one exposure by ``pack``, None if it is the one in force; and what became of each of its findings."""
    reported: list[Finding] = []
    withdrawn: list[Finding] = []
    changes: list[Change] = []
    for finding, shown in _each(was):
        after, why = judge_anew(finding, pack)
        now = shown if after is None else after.confidence >= REPORTED
        (reported if now else withdrawn).append(after or finding)
        changes.append(_change(was, finding, after, why, shown=shown, now=now))
    if (tuple(reported), tuple(withdrawn)) == (was.findings, was.withdrawn):
        return None, tuple(changes)
    moved = any(c.outcome not in (Outcome.SAME, Outcome.LEFT) for c in changes)
    together = tuple(_composites(was, reported)) if moved else was.composites
    harm = _harm(was, reported, together) if moved else was.assessment
    new = Renewed(tuple(reported), tuple(withdrawn), together, harm, pack.version, _detail(was, changes, harm, pack))
    return new, tuple(changes)


def judge_anew(finding: Finding, pack: Pack) -> tuple[Finding | None, str]:
    """The finding as ``pack`` judges it, or None if that cannot be done; and a sentence on what cannot.

    The confidence may lie below what is reported.
    """
    category, terms = pack.categories.get(finding.category), finding.terms
    if category is None:
        return None, "The pack has no such category."
    if finding.pack == pack.version and (terms is None or terms.basis is Basis.NEIGHBOURS):
        return finding, ""
    if terms is None:
        return None, "Recorded before evidence was kept; scan again."
    if terms.basis is Basis.NEIGHBOURS:
        return None, "Rests on how neighbouring columns vary, which is not kept; scan again."
    if terms.basis is Basis.CONTENT:
        return replace(finding, pack=pack.version), ""
    if terms.tests != category.tests:
        return None, "The pack tests its values, or hears its siblings, otherwise; scan again."
    named = 0.0 if terms.basis is Basis.PROSE else name_term(finding.path, category.id, pack, terms.otherwise)
    value = terms.value
    if terms.most is not None:
        if not enough(finding.matched, finding.tested, category, named):
            return None, "Fewer values match than the pack asks for; scan again."
        value = value_term(finding.matched, finding.tested, category, terms.most)
    new = replace(terms, value=value, named=named)
    return _judged(finding, new, category, pack), _doubt(terms, new)


def _doubt(old: Terms, new: Terms) -> str:
    """What a scan might say otherwise than stored evidence can."""
    if new.rival is not None and total(new) < new.rival <= total(old):
        return "Another explanation, the second best of the scan, may be the better one now; scan again."
    if (new.named >= NAMED) != (old.named >= NAMED):
        return "Whether its name names it has changed; how the values look is weighed as before."
    return ""


def _judged(finding: Finding, terms: Terms, category: Category, pack: Pack) -> Finding:
    sure = confidence(terms, category)
    how = finding.how
    if terms.basis is Basis.VALUES:
        siblings = tuple(word for word in how if word == "siblings")
        shown = tuple(word for word in how if word not in ("siblings", *name_word(NAMED)))
        how = (*shown, *name_word(terms.named), *siblings)
    chance = max(category.chance, 0.0)
    return replace(finding, confidence=sure, level=level_of(sure), chance=chance, how=how, pack=pack.version, terms=terms)


def _each(was: Held) -> Iterator[tuple[Finding, bool]]:
    yield from ((finding, True) for finding in was.findings)
    yield from ((finding, False) for finding in was.withdrawn)


def _change(was: Held, old: Finding, new: Finding | None, why: str, *, shown: bool, now: bool) -> Change:
    if new is None:
        outcome = Outcome.LEFT
    elif shown != now:
        outcome = Outcome.RESTORED if now else Outcome.WITHDRAWN
    else:
        moved = (old.confidence, old.level) != (new.confidence, new.level)
        outcome = Outcome.CHANGED if moved and now else Outcome.SAME
    after = new or old
    return Change(
        was.id, was.target, was.kind, was.collection, old.path, old.category, outcome, old.level, old.confidence, old.pack,
        after.level if now else None, after.confidence, after.pack, why,
    )  # fmt: skip


def _composites(was: Held, findings: Sequence[Finding]) -> Iterator[Composite]:
    """The composites that the scan found, as far as the findings still carry them: each is as sure as its weakest part."""
    before, now = _surest(was.scanned), _surest(findings)
    for composite in was.scanned_composites:
        parts = [path for path in composite.paths if before.get(path, 0.0) >= SURE]
        if all(now.get(path) == before[path] for path in parts):
            yield composite
        elif all(now.get(path, 0.0) >= SURE for path in parts):
            yield replace(composite, confidence=min(now[path] for path in parts))


def _surest(findings: Sequence[Finding]) -> dict[str, float]:
    out: dict[str, float] = {}
    for finding in findings:
        out[finding.path] = max(out.get(finding.path, 0.0), finding.confidence)
    return out


def _harm(was: Held, findings: Sequence[Finding], composites: Sequence[Composite]) -> Assessment:
    """Judged as on the day of the scan: that the newest record is older by now says nothing about the pack."""
    return assess(
        findings,
        was.people,
        Collection(was.collection, was.rows),
        composites=composites,
        coverage=was.coverage,
        flags=was.flags,
        now=datetime.combine(was.at.date(), time.max, UTC),
    )


def _detail(was: Held, changes: Sequence[Change], harm: Assessment | None, pack: Pack) -> str:
    former = sorted({change.old_pack for change in changes} - {pack.version})
    counts = [(kind, sum(c.outcome is kind for c in changes)) for kind in Outcome]
    words = [f"{count} {kind.value}" for kind, count in counts if count]
    if harm is not None and was.assessment is not None and harm.severity.point != was.assessment.severity.point:
        words.append(f"severity {was.assessment.severity.point:.2f} to {harm.severity.point:.2f}")
    return f"pack {' '.join(former) or pack.version} to {pack.version}: {', '.join(words)}"


def _told(told: Reassessment, was: Held, new: Renewed | None, changes: Sequence[Change]) -> Reassessment:
    harm: tuple[Harm, ...] = ()
    if new is not None and new.assessment is not None and was.assessment is not None:
        old, now = was.assessment, new.assessment
        if (old.severity, old.band) != (now.severity, now.band):
            severities = (old.severity.point, old.band, now.severity.point, now.band)
            harm = (Harm(was.id, was.target, was.kind, was.collection, *severities),)
    return replace(
        told,
        exposures=told.exposures + 1,
        findings=told.findings + len(changes),
        same=told.same + sum(c.outcome is Outcome.SAME for c in changes),
        changes=(*told.changes, *(c for c in changes if c.outcome not in (Outcome.SAME, Outcome.LEFT))),
        left=(*told.left, *(c for c in changes if c.outcome is Outcome.LEFT)),
        harm=(*told.harm, *harm),
    )
