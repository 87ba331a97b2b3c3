"""The reader of one collection: batches in, a reading out. Streaming, mergeable, deterministic; it keeps no value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pyarrow as pa

from leftopen.category import Pack
from leftopen.classify.content import ContentEvidence, ContentJudge
from leftopen.classify.distribution import Profile, profile
from leftopen.classify.evidence import FieldEvidence
from leftopen.classify.flatten import Column, flatten
from leftopen.classify.judgement import LIKELY, REPORTED, level_of
from leftopen.classify.patterns import matcher
from leftopen.classify.siblings import FieldView, composites, coordinate_pairs, passages, weigh
from leftopen.classify.verdict import Claim, claims_on, prose_claims
from leftopen.model import Basis, Composite, Field, Finding, Terms

JUDGED = 64
"""Values of a field that a judge of content looks at before it is not asked again."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a collection holds, as far as it was read: fields in schema order, findings, composites, notes without values."""

    fields: tuple[Field, ...] = ()
    findings: tuple[Finding, ...] = ()
    composites: tuple[Composite, ...] = ()
    rows: int = 0
    notes: tuple[str, ...] = ()


class Reader:
    """Reads one collection.

    ``hints`` maps a path to the type that the store itself declares; ``name`` is the collection's name; ``judges`` look at
    content (pictures, vectors, templates); ``today`` is the day that ages are counted from.
    """

    def __init__(
        self,
        pack: Pack,
        *,
        hints: Mapping[str, str] | None = None,
        name: str = "",
        judges: Sequence[ContentJudge] = (),
        today: date | None = None,
    ) -> None:
        self.pack, self.name, self.hints = pack, name, dict(hints or {})
        self._judges = tuple(judges)
        self._today = today or datetime.now(UTC).date()
        self._matcher = matcher(pack)
        self._fields: dict[str, FieldEvidence] = {}
        self._scopes: dict[str, str] = {}
        self._content: dict[tuple[str, str], ContentEvidence] = {}
        self._asked: dict[str, int] = {}
        self._rows = 0

    def __repr__(self) -> str:
        return f"<Reader of {self.name!r}, {self._rows} records>"

    def read(self, batch: pa.RecordBatch) -> list[Column]:
        """Take in one batch; returns its flat columns, for others to use in the same pass."""
        columns = flatten(batch)
        self._rows += batch.num_rows
        for column in columns:
            evidence = self._fields.get(column.path)
            if evidence is None:
                evidence = self._fields[column.path] = FieldEvidence(len(self._matcher.labels))
                self._scopes[column.path] = column.scope
            evidence.types.add(column.type)
            evidence.add(column.values, self._matcher, column.path)
            self._ask(column, columns)
        return columns

    def _ask(self, column: Column, columns: Sequence[Column]) -> None:
        """Let the judges look at a column until each has seen enough of it."""
        if not self._judges or not len(column.values) or self._asked.get(column.path, 0) >= JUDGED:
            return
        self._asked[column.path] = self._asked.get(column.path, 0) + len(column.values)
        for judge in self._judges:
            for found in judge.judge(column, columns, self.name):
                self._content[found.path, found.category] = _joined(self._content.get((found.path, found.category)), found)

    def merge(self, other: Reader) -> None:
        """Take in what another reader saw of another slice of the same collection, in any order."""
        self._rows += other._rows
        for path, evidence in other._fields.items():
            if path in self._fields:
                self._fields[path].merge(evidence)
            else:
                self._fields[path], self._scopes[path] = evidence, other._scopes[path]
        for key, found in other._content.items():
            self._content[key] = _joined(self._content.get(key), found)

    def reading(self) -> Reading:
        """The present verdict; may be asked after the first batches and again at the end."""
        profiles = {path: profile(e, self._matcher, self._today) for path, e in self._fields.items()}
        views = {p: FieldView(p, self._scopes[p], i, profiles[p]) for i, p in enumerate(self._fields)}
        given = [self._finding_of(e) for e in self._content.values()]
        taken = {f.path for f in given if f.confidence >= REPORTED}
        claims = {p: claims_on(p, e, profiles[p], self._matcher, self.pack) for p, e in self._fields.items() if p not in taken}
        chosen = weigh(claims, views, given)
        findings = {f.path: f for f in map(self._finding, chosen.values()) if f.confidence >= REPORTED}
        findings.update({f.path: f for f in sorted(given, key=lambda f: f.confidence) if f.confidence >= REPORTED})
        for finding in self._coordinates(views, {p: f.category for p, f in findings.items() if f.confidence >= 0.6}):
            if finding.path not in findings or findings[finding.path].confidence < finding.confidence:
                findings[finding.path] = finding
        for finding in self._passages(views, {p: f.category for p, f in findings.items() if f.confidence >= LIKELY}):
            if finding.path not in findings or findings[finding.path].confidence < finding.confidence:
                findings[finding.path] = finding
        inside = self._inside({p for p, f in findings.items() if f.confidence >= LIKELY})
        for path in inside:
            findings.pop(path, None)
        ordered = tuple(f for p in self._fields for f in ([findings[p]] if p in findings else inside.get(p, [])))
        return Reading(
            fields=tuple(Field(p, _type_of(e, self.hints.get(p, ""))) for p, e in self._fields.items()),
            findings=ordered,
            composites=composites(ordered, views, {p: e.rows for p, e in self._fields.items()}),
            rows=self._rows,
            notes=self._notes(profiles),
        )

    def _inside(self, taken: set[str]) -> dict[str, list[Finding]]:
        """Findings inside the sentences of fields that hold nothing as a whole."""
        out: dict[str, list[Finding]] = {}
        for path, evidence in self._fields.items():
            claims = [] if path in taken else prose_claims(path, evidence, self._matcher, self.pack)
            if claims:
                out[path] = [self._finding(c) for c in sorted(claims, key=lambda c: (-c.confidence, c.category.id))]
        return out

    def _notes(self, profiles: Mapping[str, Profile]) -> tuple[str, ...]:
        cut = sum(e.cut for e in self._fields.values())
        if not cut:
            return ()
        return (f"{cut} of {len(profiles)} fields were judged on a uniform draw of their distinct values.",)

    def _finding(self, claim: Claim) -> Finding:
        category = claim.category
        return Finding(
            claim.path, category.id, claim.confidence, level_of(claim.confidence), claim.matched, claim.tested,
            max(category.chance, 0.0), claim.how, self.pack.version, claim.terms,
        )  # fmt: skip

    def _finding_of(self, found: ContentEvidence) -> Finding:
        confidence = round(found.confidence, 3)
        return Finding(
            found.path, found.category, confidence, level_of(confidence), found.matched, found.tested, 0.0, found.how,
            self.pack.version, Terms(Basis.CONTENT),
        )  # fmt: skip

    def _passages(self, views: Mapping[str, FieldView], sure: Mapping[str, str]) -> list[Finding]:
        return [
            Finding(
                path, category, confidence, level_of(confidence), views[path].profile.tested, views[path].profile.tested, 0.0,
                ("distribution", "siblings"), self.pack.version, Terms(Basis.NEIGHBOURS),
            )
            for path, category, confidence in passages(views, sure)
            if category in self.pack.categories
        ]  # fmt: skip

    def _coordinates(self, views: Mapping[str, FieldView], held: Mapping[str, str]) -> list[Finding]:
        if "location.latlon" not in self.pack.categories:
            return []
        chance = max(0.0, self.pack.categories["location.latlon"].chance)
        out = []
        for path, confidence, words in coordinate_pairs(views, self.pack, held):
            tested = views[path].profile.tested
            sure = round(confidence, 3)
            out.append(
                Finding(
                    path, "location.latlon", sure, level_of(sure), tested, tested, chance, words, self.pack.version,
                    Terms(Basis.NEIGHBOURS),
                )
            )  # fmt: skip
        return out


def _type_of(evidence: FieldEvidence, hint: str) -> str:
    types = sorted(t for t in evidence.types if t != "null") or ["null"]
    return " | ".join(types) + (f" ({hint})" if hint and hint not in types else "")


def _joined(old: ContentEvidence | None, new: ContentEvidence) -> ContentEvidence:
    """Two words of judges on one field: counts add up; the surer word stands, weighed down if the other saw nothing."""
    if old is None:
        return new
    how = tuple(dict.fromkeys((*old.how, *new.how)))
    first, second = old.confidence * old.tested, new.confidence * new.tested
    tested = old.tested + new.tested
    confidence = (first + second) / tested if tested else max(old.confidence, new.confidence)
    return ContentEvidence(new.path, new.category, old.matched + new.matched, tested, confidence, how)
