"""SARIF 2.1.0, for tools that collect findings from many scanners: one result per collection that holds personal data."""

from __future__ import annotations

import json
from typing import Any, TextIO

from leftopen import __version__
from leftopen.result import CollectionResult, ScanResult, StoreResult

_LEVELS = {"none": "none", "low": "note", "medium": "warning", "high": "error", "very high": "error"}


def write(result: ScanResult, out: TextIO) -> None:
    """Write one SARIF run. Rules are the categories that were found, plus ``open-store``."""
    rules: dict[str, dict[str, Any]] = {"open-store": {"id": "open-store", "name": "OpenStore"}}
    results: list[dict[str, Any]] = []
    for store in result.stores:
        if store.probe.verdict.is_open and store.probe.kind != "files":
            results.append(_open(store))
        for entry in store.collections:
            for finding in entry.findings:
                rules.setdefault(finding.category, {"id": finding.category, "name": finding.category})
                text = (
                    f"{entry.collection.name} field {finding.path} holds {finding.category} "
                    f"({finding.matched} of {finding.tested} distinct values, {finding.level.value})"
                )
                results.append(_result(store, entry, finding.category, text, finding.path))
    notes = [
        {"level": "note", "message": {"text": f"not covered: {s.target} {s.collection} {s.reason}: {s.detail}"}}
        for s in result.skipped
    ]
    run = {
        "tool": {"driver": {"name": "leftopen", "version": __version__, "rules": list(rules.values())}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
        "results": results,
    }
    json.dump({"version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "runs": [run]}, out, indent=2)
    out.write("\n")


def _open(store: StoreResult) -> dict[str, Any]:
    probe = store.probe
    text = f"{probe.kind} at {probe.target.label} answers without credentials ({probe.verdict.value})"
    return {
        "ruleId": "open-store",
        "level": "error",
        "message": {"text": text},
        "locations": [_location(probe.kind, probe.target.label, "", "")],
    }


def _result(store: StoreResult, entry: CollectionResult, rule: str, text: str, path: str) -> dict[str, Any]:
    band = entry.assessment.band if entry.assessment else "none"
    return {
        "ruleId": rule,
        "level": _LEVELS.get(band, "warning"),
        "message": {"text": text},
        "locations": [_location(store.probe.kind, store.probe.target.label, entry.collection.name, path)],
        "partialFingerprints": {"leftopen/v1": f"{store.probe.target.label}|{entry.collection.name}|{path}|{rule}"},
    }


def _location(kind: str, target: str, collection: str, path: str) -> dict[str, Any]:
    uri = target if kind == "files" else f"{kind}://{target}"
    name = "/".join(part for part in (collection, path) if part) or target
    return {
        "physicalLocation": {"artifactLocation": {"uri": uri}},
        "logicalLocations": [{"fullyQualifiedName": name}],
    }
