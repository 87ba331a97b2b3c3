"""From measured sections to the terminal and to ``docs/benchmarks.md``."""

from __future__ import annotations

import json
from pathlib import Path

from bench.measure import Section

ORDER = ("classify", "beside", "whole", "start", "faces", "scan", "sweep", "probes")
HEAD = """\
# Benchmarks

Written by `python -m bench --write`; every figure below was measured by the command above its table, on the machine named there.
Figures of one table come from one run, and what stands beside leftopen was measured in turns with it: read the ratios rather than
the absolute numbers. The cores were shared with other work where the load says so.
"""


def keep(section: Section, folder: Path) -> None:
    """Keep a section for the document."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{section.name}.json").write_text(json.dumps(section.plain(), indent=1, ensure_ascii=False))


def kept(folder: Path) -> list[Section]:
    """Every section kept so far, in the document's order."""
    found = {path.stem: Section.kept(json.loads(path.read_text())) for path in sorted(folder.glob("*.json"))}
    return [found[name] for name in ORDER if name in found]


def lines(section: Section) -> list[str]:
    """A section for the terminal."""
    out = [f"## {section.title}"]
    for one in section.figures:
        goal = "" if one.met is None else f"   goal {one.goal}: {'met' if one.met else 'MISSED'}"
        beside = f"   beside: {one.beside}" if one.beside else ""
        ratio = f"   {one.ratio}" if one.ratio else ""
        out.append(f"  {one.what}: {one.value}{beside}{ratio}{goal}")
    return [*out, *(f"  ({note})" for note in section.notes), ""]


def document(sections: list[Section]) -> str:
    """The whole of ``docs/benchmarks.md``."""
    return "\n".join([HEAD, *(_part(section) for section in sections)])


def _part(section: Section) -> str:
    out = [f"## {section.title}", "", f"`{section.command}`, {section.day}: {section.machine}.", ""]
    out += ["| what | leftopen | beside | ratio | goal |", "| --- | --- | --- | --- | --- |"]
    for one in section.figures:
        goal = one.goal if one.met is None else f"{one.goal}: {'met' if one.met else '**missed**'}"
        out.append(f"| {one.what} | {one.value} | {one.beside} | {one.ratio} | {goal} |")
    out += ["", *(f"- {note}" for note in section.notes), ""]
    return "\n".join(out)
