"""``leftopen categories``: the list, one category, a user's own files with the linter."""

from __future__ import annotations

import json

from leftopen.exits import Exit
from tests.cli.running import leftopen

OWN = """
id = "identity.club_card"
title = "Card of a club"
why = ["gdpr-4"]
source = "The club's own rules"

[names]
en = ["club card"]

[detect]
method = "pattern"
patterns = ["CL-\\\\d{6}"]
length = [9, 9]
chance = 0.001

[examples]
true = ["CL-123456", "CL-000001"]
false = ["CL-12345", "%s"]
"""


def test_list_and_one_in_full(tmp_path):
    listed = leftopen(tmp_path, "categories")
    assert listed.returncode == 0
    assert "identity.cn_ric18" in listed.stdout
    rows = json.loads(leftopen(tmp_path, "categories", "child", "--format", "json").stdout)
    assert len(rows) >= 10
    assert {row["family"] for row in rows} == {"child"}
    one = leftopen(tmp_path, "categories", "identity.cn_ric18")
    assert "身份证" in one.stdout


def test_an_unknown_one_names_what_is_near(tmp_path):
    ended = leftopen(tmp_path, "categories", "identity.passport")
    assert ended.returncode == Exit.USAGE
    assert "identity.passport_other" in ended.stderr


def test_the_linter_judges_files_of_ones_own(tmp_path):
    file = tmp_path / "own" / "identity" / "club_card.toml"
    file.parent.mkdir(parents=True)
    file.write_text(OWN % "XX-123456")
    ended = leftopen(tmp_path, "categories", "--lint", "--pack", file.parents[1])
    assert (ended.returncode, ended.stdout.splitlines()[-1].split()[0]) == (0, "0"), ended.stdout
    file.write_text(OWN % "CL-654321")
    ended = leftopen(tmp_path, "categories", "--lint", "--pack", file.parents[1], "--format", "json")
    assert ended.returncode == Exit.USAGE
    assert [breach["rule"] for breach in json.loads(ended.stdout)] == ["counter-example-passes"]
