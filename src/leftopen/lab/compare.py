"""Hold a scan against the lab's answer key, line by line. Works on the published JSON document, as any reader of it would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Tree = Mapping[str, Any]

PERSONS_WIDTH = 0.05
"""The interval of persons may reach this far from its point."""
MINORS_WIDTH = 0.03
"""The share of minors may be off by this much."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison: what was to be shown, whether it holds, and what was seen."""

    holds: bool
    text: str
    seen: str = ""

    def __str__(self) -> str:
        mark = "ok  " if self.holds else "FAIL"
        return f"{mark} {self.text}" + ("" if self.holds or not self.seen else f" (seen: {self.seen})")


def compare(report: Tree, truth: Tree, stores: Mapping[str, Tree]) -> list[Line]:
    """All lines about a scan.

    Args:
        report: the JSON document of the scan.
        truth: the estate's answer key.
        stores: what the lab started, by ``host:port``: ``{kind, state, version, seeded}``.
    """
    lines: list[Line] = []
    found = {store["target"]: store for store in report["stores"]}
    for label, made in stores.items():
        store = found.get(label)
        lines += _verdict(label, made, store)
        if made["seeded"] and store is not None:
            lines += _store(store, truth["stores"][made["kind"]])
    lines += _people("the whole estate", report["people"], truth, groups=True)
    return lines


def _verdict(label: str, made: Tree, store: Tree | None) -> Iterator[Line]:
    verdict = store["verdict"] if store else "not in the report"
    name = f"{made['kind']} at {label} ({made['state']})"
    if made["seeded"]:
        yield Line(verdict == "open_data", f"{name} is found open with data", verdict)
        version = store["version"] if store else ""
        yield Line(version == made["version"], f"{name} is version {made['version']}", version)
    elif made["state"] == "empty":
        yield Line(verdict == "open_empty", f"{name} is found open and empty", verdict)
    else:
        yield Line(bool(store) and not verdict.startswith("open"), f"{name} is not called open", verdict)


def _store(store: Tree, truth: Tree) -> Iterator[Line]:
    kind = store["kind"]
    for name, expected in truth["collections"].items():
        entry = next((c for c in store["collections"] if _same(c["name"], name)), None)
        yield Line(entry is not None, f"{kind} {name}: is listed")
        if entry is None:
            continue
        yield Line(entry["rows"] == expected["rows"], f"{kind} {name}: {expected['rows']} records", str(entry["rows"]))
        yield from _fields(f"{kind} {name}", entry, expected)
    yield from _people(f"{kind} as a whole", store["people"], truth, groups=False)


def _fields(where: str, entry: Tree, expected: Tree) -> Iterator[Line]:
    found = {field["path"]: {f["category"] for f in field["findings"]} for field in entry["fields"]}
    for label in expected["fields"]:
        if label["by_name"] and label["was"]:
            yield _nameless(where, entry, label)
            continue
        right = {label["category"], *label["accept"]}
        paths = [label["path"], *label["paths"]]
        seen = {c for path, categories in found.items() if any(_same(path, p) for p in paths) for c in categories}
        yield Line(bool(seen & right), f"{where}: {_told(label)} holds {label['category']}", ", ".join(sorted(seen)) or "nothing")
    for decoy in expected["decoy_fields"]:
        seen = {f"{p}={c}" for p, cs in found.items() if decoy == "*" or _same(p, decoy) for c in cs}
        what = "any field" if decoy == "*" else decoy
        yield Line(not seen, f"{where}: {what} is a decoy and carries no category", ", ".join(sorted(seen)))
    kinds = {composite["kind"] for composite in entry["composites"]}
    for composite in expected.get("composites", []):
        yield Line(composite in kinds, f"{where}: {composite.replace('_', ' ')}", ", ".join(sorted(kinds)) or "nothing")


def _told(label: Tree) -> str:
    """A field, with the name it had before headers were hidden."""
    return f"{label['path']} ({label['was']})" if label["was"] else str(label["path"])


def _nameless(where: str, entry: Tree, label: Tree) -> Line:
    """A field that only its hidden name could tell: nothing is demanded, but nothing wrong may be called likely."""
    right = {label["category"], *label["accept"], *label["alike"]}
    paths = [label["path"], *label["paths"]]
    seen = {
        finding["category"]
        for field in entry["fields"]
        for finding in field["findings"]
        if finding["level"] != "possible" and any(_same(field["path"], path) for path in paths)
    }
    like = "".join(f", {category} (its values look alike)" for category in label["alike"])
    text = f"{where}: {_told(label)} rests on its name, which is hidden: {label['category']}{like} or nothing likely"
    return Line(seen <= right, text, ", ".join(sorted(seen)))


def _people(where: str, people: Tree, truth: Tree, *, groups: bool) -> Iterator[Line]:
    persons, total = people["persons"], truth["persons"]["total"]
    text = f"{where}: {total} persons lie inside the interval"
    seen = f"{persons['low']:.0f} to {persons['high']:.0f}" if persons else "none"
    yield Line(bool(persons) and persons["low"] <= total <= persons["high"], text, seen)
    if groups:
        point = persons["point"] if persons else 0
        width = max(persons["high"] - point, point - persons["low"]) / point if point else 1.0
        yield Line(width <= PERSONS_WIDTH, f"{where}: the interval lies within {PERSONS_WIDTH:.0%} of its point", f"{width:.1%}")
        share, minors = truth["minors"]["of_persons"], people["minors"]
        near = bool(minors) and abs(minors["point"] - share) <= MINORS_WIDTH
        yield Line(near, f"{where}: {share:.1%} are minors, within 3 points", f"{minors['point']:.1%}" if minors else "none")
        yield Line(people["groups"] == truth["groups"], f"{where}: {truth['groups']} schools", str(people["groups"]))
        days = people["period"]["days"] if people["period"] else None
        yield Line(days == truth["period"]["days"], f"{where}: {truth['period']['days']} days", str(days))


def _same(found: str, expected: str) -> bool:
    """The name itself, or the name below a database, schema or parent field."""
    return found == expected or found.endswith(("." + expected, "/" + expected, " " + expected))
