"""``leftopen explain``: which categories match where in a text, with what evidence, and why the others do not."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leftopen.cli.app import app
from leftopen.errors import InputError

if TYPE_CHECKING:
    from leftopen.category import Pack
    from leftopen.classify.explain import Explanation

_LONGEST = 1 << 20


@app.command()
def explain(
    text: Annotated[list[str] | None, typer.Argument(help="Text to explain; without it, stdin is read.")] = None,
    format: Annotated[str, typer.Option("--format", "-f", help="text, or jsonl: one answer an input line.")] = "text",
    json_lines: Annotated[bool, typer.Option("--json-lines", help="Each input line is a JSON string (may hold newlines).")] = False,
    pack: Annotated[list[Path] | None, typer.Option("--pack", help="Folder with your own category files.")] = None,
) -> None:
    """Explain a text: what personal data it holds, where, on what evidence, and what was ruled out. The text stays here."""
    from leftopen.category import load_pack
    from leftopen.classify.explain import explain_text

    if format not in ("text", "jsonl"):
        raise InputError(f"explain has no format {format!r}.", "Formats: text, jsonl.", "cli.md")
    packs = load_pack(tuple(pack or ()))
    if format == "jsonl" or json_lines:
        for line in _lines(text, json_lines):
            _answer(explain_text(line, packs), line, format)
        return
    whole = " ".join(text) if text else sys.stdin.read()
    _print(explain_text(whole, packs), whole, packs)


def _lines(text: list[str] | None, json_lines: bool) -> Iterator[str]:
    source = iter(text) if text else sys.stdin
    for number, raw in enumerate(source, 1):
        line = raw.removesuffix("\n")
        if not json_lines:
            yield line
            continue
        try:
            value = json.loads(line)
        except ValueError:
            value = None
        if not isinstance(value, str):
            raise InputError(f"Input line {number} is not a JSON string.", 'With --json-lines write lines like "text".', "cli.md")
        yield value


def _answer(explanation: Explanation, line: str, format: str) -> None:
    if format == "text":
        _print(explanation, line, None)
        return
    spans: list[dict[str, Any]] = [
        {"start": s.start, "end": s.end, "category": s.category, "confidence": round(s.confidence, 3)} for s in explanation.spans
    ]
    sys.stdout.write(json.dumps({"spans": spans}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _print(explanation: Explanation, text: str, packs: Pack | None) -> None:
    """For people: the text is theirs and on their screen already, so the matched part is shown."""
    if not explanation.spans:
        typer.echo("Nothing in this text looks like personal data.")
    for span in explanation.spans:
        title = packs.categories[span.category].title if packs and span.category in packs.categories else ""
        typer.echo(f"{span.start}-{span.end}  {span.category}  {span.confidence:.2f}  {text[span.start : span.end]}  {title}")
        typer.echo(f"      shown by: {', '.join(span.how)}")
    if explanation.misses:
        typer.echo("Ruled out:")
        for miss in explanation.misses:
            typer.echo(f"  {miss.start}-{miss.end}  {miss.category}: {miss.why}")
