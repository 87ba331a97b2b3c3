"""Every format says the same: what was found, what was not covered, nothing of a value, and nothing that runs."""

from __future__ import annotations

import io
import json
import re
from importlib.resources import files

import jsonschema
import pytest

from leftopen.document import document
from leftopen.errors import InputError
from leftopen.exporter import formats, writer
from leftopen.model import People
from leftopen.result import ScanResult
from leftopen.serial import decode, encode
from tests.results import NOON, result


def text(name, value=None):
    out = io.StringIO()
    writer(name)(value or result(), out)
    return out.getvalue()


def schema():
    return json.loads(files("leftopen").joinpath("schema/report.schema.json").read_text())


def test_all_formats_are_registered():
    assert {"table", "json", "jsonl", "html", "sarif"} <= set(formats())
    with pytest.raises(InputError, match="no format"):
        writer("pdf")


@pytest.mark.parametrize("name", ["table", "json", "jsonl", "html", "sarif"])
def test_each_format_names_findings_and_what_was_not_covered(name):
    shown = text(name)
    assert "127.0.0.1:5432" in shown
    assert "public.students" in shown
    assert "budget" in shown
    assert "captures" in shown
    if name != "sarif":
        assert "auth_required" in shown


@pytest.mark.parametrize("name", ["table", "json", "jsonl", "html", "sarif"])
def test_each_format_can_say_that_nothing_was_found(name):
    assert text(name, ScanResult(NOON, NOON, "empty")).strip()


def test_json_follows_the_published_schema():
    jsonschema.validate(json.loads(text("json")), schema())
    jsonschema.validate(document(ScanResult(NOON, NOON, "empty", people=People())), schema())


def test_the_schema_is_strict():
    tree = document(result())
    tree["stores"][0]["verdict"] = "open"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tree, schema())


def test_json_lines_are_objects_of_known_kinds():
    kinds = [json.loads(line)["record"] for line in text("jsonl").splitlines()]
    assert kinds == ["collection", "collection", "store", "skipped", "summary"]


def test_html_is_self_contained_and_escapes():
    page = text("html")
    assert "school &lt;b&gt;net&lt;/b&gt;" in page
    assert "<script" not in page
    assert not re.search(r'(src|href)="(?!#)', page)
    assert page.count("<svg") == 4
    assert "姓名" in page
    assert "about 220 people" in page


def test_sarif_has_a_result_per_finding_and_per_open_store():
    run = json.loads(text("sarif"))["runs"][0]
    assert sorted(r["ruleId"] for r in run["results"]) == ["biographical.name_zh", "biometric.face_image", "open-store"]
    assert run["invocations"][0]["toolExecutionNotifications"]


def test_the_last_line_of_the_table_says_what_was_not_covered():
    assert "Not covered: 1 budget" in " ".join(text("table").split("\n")[-3:])


def test_results_survive_keeping():
    assert decode(ScanResult, json.loads(json.dumps(encode(result())))) == result()


def test_anything_else_is_refused():
    with pytest.raises(TypeError):
        encode({"value": b"bytes"})
    with pytest.raises(InputError):
        decode(ScanResult, {"started": "yesterday"})
