"""What the catalogue holds ready for judging anew, and how a new judgement takes the former's place, which stays on record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from leftopen import catalog_schema as schema
from leftopen.errors import CatalogError, InputError
from leftopen.model import Assessment, Composite, Finding, People, Terms
from leftopen.result import Coverage
from leftopen.serial import decode, encode

TERMS = tuple(field.name for field in fields(Terms))
"""Columns of ``findings`` that hold a finding's `Terms`."""


@dataclass(frozen=True, slots=True)
class Held:
    """The latest of one exposure: all that a judgement may rest on, and the judgement in force."""

    key: str
    observation: int
    id: str
    target: str
    kind: str
    collection: str
    rows: int | None
    at: datetime
    """When its records were read."""
    flags: tuple[str, ...]
    findings: tuple[Finding, ...]
    withdrawn: tuple[Finding, ...]
    """Findings that the scan reported and the pack in force does not."""
    composites: tuple[Composite, ...]
    assessment: Assessment | None
    people: People
    coverage: Coverage | None
    scanned: tuple[Finding, ...]
    """The findings as the scan judged them."""
    scanned_composites: tuple[Composite, ...]


@dataclass(frozen=True, slots=True)
class Renewed:
    """A new judgement of one exposure; ``detail`` says in a few words what became of the former."""

    findings: tuple[Finding, ...]
    withdrawn: tuple[Finding, ...]
    composites: tuple[Composite, ...]
    assessment: Assessment | None
    pack: str
    detail: str


def stored(kind: Any, data: Any) -> Any:
    """One of the model's types as a row keeps it.

    Raises:
        CatalogError: the row was damaged or written by another version.
    """
    try:
        return decode(kind, data)
    except InputError:
        raise CatalogError("The catalogue holds a row that this version cannot read.", docs="catalogue.md") from None


def finding_of(row: sa.RowMapping) -> Finding:
    """A finding from its row; without terms if the row was written before they were kept."""
    terms = {name: row[name] for name in TERMS if row[name] is not None} if row["basis"] is not None else None
    return stored(Finding, {**row, "how": json.loads(row["how"]), "terms": terms})  # type: ignore[no-any-return]


def row_of(finding: Finding) -> dict[str, Any]:
    """The row of a finding, without the keys of its exposure and observation."""
    row: dict[str, Any] = encode(finding)
    terms = row.pop("terms") or dict.fromkeys(TERMS)
    return row | terms | {"how": json.dumps(list(finding.how))}


def held(db: sa.Connection, row: sa.RowMapping) -> Held:
    """The latest of the exposure in ``row`` (of the table ``exposures``)."""
    s, o, f, j = schema.sightings, schema.observations, schema.findings, schema.judgements
    key, observation = row["key"], row["observation"]
    seen = db.execute(
        sa.select(s, o.c.at, o.c.flags)
        .join(o, s.c.observation == o.c.number)
        .where(s.c.exposure == key, s.c.observation == observation)
    ).mappings()
    sighting = seen.one()
    mine = sa.select(f).where(f.c.exposure == key, f.c.observation == observation)
    rows = db.execute(mine.order_by(f.c.path, f.c.category)).mappings().all()
    first = sa.select(j).where(j.c.exposure == key, j.c.observation == observation).order_by(j.c.number).limit(1)
    former = db.execute(first).mappings().one_or_none()
    findings = tuple(finding_of(r) for r in rows if r["withdrawn"] is None)
    composites = stored(tuple[Composite, ...], json.loads(sighting["composites"]))
    return Held(
        key, observation, row["id"], row["target"], row["kind"], row["collection"], row["rows"], _utc(sighting["at"]),
        tuple(json.loads(sighting["flags"])),
        findings, tuple(finding_of(r) for r in rows if r["withdrawn"] is not None), composites,
        stored(Assessment | None, json.loads(sighting["assessment"])),
        stored(People, json.loads(sighting["people"])),
        stored(Coverage | None, json.loads(sighting["coverage"])),
        stored(tuple[Finding, ...], json.loads(former["findings"])) if former else findings,
        stored(tuple[Composite, ...], json.loads(former["composites"])) if former else composites,
    )  # fmt: skip


def put(db: sa.Connection, was: Held, new: Renewed, at: datetime) -> None:
    """Put a new judgement in force; the former is kept whole in ``judgements``. Counts and evidence are not touched."""
    s, t = schema.sightings, schema.exposures
    former = {
        "findings": json.dumps(encode(was.findings), ensure_ascii=False),
        "composites": json.dumps(encode(was.composites)),
        "assessment": json.dumps(encode(was.assessment), ensure_ascii=False),
    }
    facts = {"exposure": was.key, "observation": was.observation, "at": at, "pack": new.pack, "detail": new.detail}
    db.execute(sa.insert(schema.judgements).values(**facts, **former))
    _update(db, was, [found for found in new.findings if found not in was.findings], None)
    _update(db, was, [found for found in new.withdrawn if found not in was.withdrawn], new.pack)
    mine = sa.and_(s.c.exposure == was.key, s.c.observation == was.observation)
    assessment = json.dumps(encode(new.assessment), ensure_ascii=False)
    composites = json.dumps(encode(new.composites))
    db.execute(sa.update(s).where(mine).values(composites=composites, assessment=assessment))
    if new.assessment is not None:  # a scan that came in between has the last word on its exposure
        worst = {"severity": new.assessment.severity.point, "band": new.assessment.band}
        db.execute(sa.update(t).where(t.c.key == was.key, t.c.observation == was.observation).values(**worst))


def _update(db: sa.Connection, was: Held, found: Sequence[Finding], withdrawn: str | None) -> None:
    f = schema.findings
    for finding in found:
        same = (f.c.exposure == was.key, f.c.observation == was.observation)
        here = sa.update(f).where(*same, f.c.path == finding.path, f.c.category == finding.category)
        db.execute(here.values(**row_of(finding), withdrawn=withdrawn))


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
