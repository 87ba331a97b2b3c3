"""The published JSON document of a result (``schema/report.schema.json``); every machine-readable format is built from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from leftopen import __version__
from leftopen.model import Assessment, Composite, Finding, Interval, People, Skipped, Trajectory
from leftopen.result import CollectionResult, ScanResult, StoreResult

SCHEMA = "leftopen-report/1"


def document(result: ScanResult) -> dict[str, Any]:
    """JSON-ready tree: ``stores[].collections[].fields[].findings[]``, ``skipped[]``, ``people``, ``journal``."""
    return {
        "schema": SCHEMA,
        "leftopen": __version__,
        "scope": result.scope,
        "started": _when(result.started),
        "ended": _when(result.ended),
        "targets": {"tried": result.tried, "answered": result.answered},
        "stores": [_store(store) for store in result.stores],
        "people": _people(result.people),
        "skipped": [_skipped(entry) for entry in result.skipped],
        "notes": list(result.notes),
        "journal": result.journal,
    }


def _store(store: StoreResult) -> dict[str, Any]:
    probe = store.probe
    return {
        "kind": probe.kind,
        "target": probe.target.label,
        "name": probe.target.name,
        "verdict": probe.verdict.value,
        "product": probe.product,
        "version": probe.version,
        "tls": probe.tls,
        "flags": sorted(flag.value for flag in probe.flags),
        "evidence": list(probe.evidence),
        "at": _when(probe.at),
        "people": _people(store.people),
        "collections": [_collection(collection) for collection in store.collections],
    }


def _collection(entry: CollectionResult) -> dict[str, Any]:
    people = _people(entry.people)
    by_path: dict[str, list[Finding]] = {}
    for finding in entry.findings:
        by_path.setdefault(finding.path, []).append(finding)
    coverage = entry.coverage
    return {
        "name": entry.collection.name,
        "rows": entry.collection.rows,
        "rows_exact": entry.collection.rows_exact,
        "bytes": entry.collection.bytes,
        "read": coverage.read if coverage else 0,
        "method": coverage.method if coverage else "",
        "complete": bool(coverage and coverage.complete),
        **{key: people[key] for key in ("persons", "minors", "ages", "groups", "period")},
        "fields": [
            {"path": f.path, "type": f.type, "findings": [_finding(x) for x in by_path.get(f.path, [])]} for f in entry.fields
        ],
        "composites": [_composite(c) for c in entry.composites],
        "trajectory": _trajectory(entry.trajectory),
        "assessment": _assessment(entry.assessment),
        "evidence": [{"path": path, "hmac": digest} for path, digest in entry.evidence],
        "exposure": entry.exposure,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "category": finding.category,
        "family": finding.family,
        "confidence": round(finding.confidence, 3),
        "level": finding.level.value,
        "matched": finding.matched,
        "tested": finding.tested,
        "chance": finding.chance,
        "how": list(finding.how),
        "pack": finding.pack,
    }


def _composite(composite: Composite) -> dict[str, Any]:
    return {
        "kind": composite.kind,
        "paths": list(composite.paths),
        "confidence": round(composite.confidence, 3),
        "records": composite.records,
        "estimate": _interval(composite.estimate),
        "words": composite.words,
    }


def _trajectory(track: Trajectory | None) -> dict[str, Any] | None:
    if track is None:
        return None
    from leftopen.trajectories.words import words

    return {
        "words": words(track),
        "paths": list(track.paths),
        "level": track.level.value,
        "confidence": round(track.confidence, 3),
        "subject": track.subject,
        "place": track.place,
        "records": track.records,
        **{name: _interval(getattr(track, name)) for name in ("subjects", "returning", "moving", "minors")},
        **{name: getattr(track, name) for name in ("points", "points_90", "days", "places", "metres", "night", "regular", "datum")},
        "through": list(track.through),
    }


def _people(people: People) -> dict[str, Any]:
    period = None
    if people.first is not None and people.last is not None:
        period = {"first": _when(people.first), "last": _when(people.last), "days": people.days, "per_hour": dict(people.per_hour)}
    return {
        "persons": _interval(people.persons),
        "minors": _interval(people.minors, digits=4),
        "ages": dict(people.ages),
        "groups": people.groups,
        "period": period,
    }


def _interval(interval: Interval | None, digits: int = 2) -> dict[str, Any] | None:
    if interval is None:
        return None
    low, point, high = (round(x, digits) for x in (interval.low, interval.point, interval.high))
    return {"low": low, "point": point, "high": high, "method": interval.method}


def _assessment(assessment: Assessment | None) -> dict[str, Any] | None:
    if assessment is None:
        return None
    return {
        "severity": _interval(assessment.severity),
        "band": assessment.band,
        "urgency": assessment.urgency,
        "confidence": round(assessment.confidence, 3),
        "flags": list(assessment.flags),
        "borderline": assessment.borderline,
        "drivers": [
            {
                "factor": driver.factor,
                "value": driver.value,
                "low": driver.low,
                "high": driver.high,
                "source": driver.source,
                "reason": driver.reason,
            }
            for driver in assessment.drivers
        ],
    }


def _skipped(entry: Skipped) -> dict[str, Any]:
    return {"target": entry.target, "collection": entry.collection, "reason": entry.reason, "detail": entry.detail}


def _when(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
