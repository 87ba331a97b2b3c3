"""``explain --format jsonl``: one answer for each input line, offsets in characters of the line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.running import leftopen


def answers(state: Path, lines: list[str], *options: str) -> list[list[dict[str, Any]]]:
    done = leftopen(state, "explain", "--format", "jsonl", *options, text="".join(line + "\n" for line in lines))
    assert done.returncode == 0, done.stderr
    return [json.loads(line)["spans"] for line in done.stdout.splitlines()]


def test_each_line_is_answered_in_order_with_offsets_of_its_own(tmp_path: Path) -> None:
    lines = ["Dear Mr. John Smith,", "", "nothing here", "😀 电话13800138000"]
    found = answers(tmp_path, lines)
    assert [len(spans) for spans in found] == [1, 0, 0, 1]
    for line, spans, value in ((lines[0], found[0], "John Smith"), (lines[3], found[3], "13800138000")):
        span = spans[0]
        assert line[span["start"] : span["end"]] == value
        assert set(span) == {"start", "end", "category", "confidence"}
        assert 0 < span["confidence"] < 1


def test_a_json_string_may_hold_line_breaks(tmp_path: Path) -> None:
    text = "Name: Maria Lopez\nDOB: 1980-02-03"
    (spans,) = answers(tmp_path, [json.dumps(text)], "--json-lines")
    assert [text[s["start"] : s["end"]] for s in spans] == ["Maria Lopez", "1980-02-03"]
