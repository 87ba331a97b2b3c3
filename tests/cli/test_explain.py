"""``explain --format jsonl``: one answer for each input line, offsets in characters of the line."""

from __future__ import annotations

import json
import subprocess
import sys


def answers(lines: list[str], *options: str) -> list[list[dict[str, object]]]:
    command = [sys.executable, "-m", "leftopen", "explain", "--format", "jsonl", *options]
    done = subprocess.run(command, input="".join(line + "\n" for line in lines), capture_output=True, text=True, check=True, timeout=60)
    return [json.loads(line)["spans"] for line in done.stdout.splitlines()]


def test_each_line_is_answered_in_order_with_offsets_of_its_own() -> None:
    lines = ["Dear Mr. John Smith,", "", "nothing here", "😀 电话13800138000"]
    found = answers(lines)
    assert [len(spans) for spans in found] == [1, 0, 0, 1]
    for line, spans, value in ((lines[0], found[0], "John Smith"), (lines[3], found[3], "13800138000")):
        span = spans[0]
        assert line[span["start"] : span["end"]] == value  # type: ignore[misc]
        assert set(span) == {"start", "end", "category", "confidence"}
        assert 0 < float(str(span["confidence"])) < 1


def test_a_json_string_may_hold_line_breaks() -> None:
    text = "Name: Maria Lopez\nDOB: 1980-02-03"
    (spans,) = answers([json.dumps(text)], "--json-lines")
    assert [text[int(str(s["start"])) : int(str(s["end"]))] for s in spans] == ["Maria Lopez", "1980-02-03"]
