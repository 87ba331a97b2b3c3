"""The command line over a small real estate: one Redis and one PostgreSQL, from the scope to the audit."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import time
import tomllib
from urllib.parse import urlsplit

import pytest

from leftopen.exits import Exit
from tests.cli.running import PROGRAM, environment, leftopen
from tests.scopes import scope_file

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def estate(servers, tmp_path_factory):
    """A scanned estate: (folder, state folder, scope file, the scan's own result)."""
    folder = tmp_path_factory.mktemp("estate")
    redis, postgresql = servers.find("redis", "open", "wheel"), servers.find("postgresql", "open", "wheel")
    scope = scope_file(folder / "scope.toml", (redis.host, redis.port), (postgresql.host, postgresql.port))
    ended = leftopen(folder / "state", "scan", scope, "--format", "json", "--no-faces")
    assert Exit.FOUND_LOW <= ended.returncode <= Exit.FOUND_VERY_HIGH, ended.stderr
    assert ended.stderr == ""
    return folder, folder / "state", scope, json.loads(ended.stdout)


def exposures(state):
    ended = leftopen(state, "list", "--format", "json")
    assert (ended.returncode, ended.stderr) == (0, "")
    return json.loads(ended.stdout)


def test_a_scope_is_written_filled_in_and_explained(tmp_path):
    path = tmp_path / "scope.toml"
    ended = leftopen(tmp_path, "scope", "init", path)
    assert (ended.returncode, ended.stdout) == (0, "")
    assert str(path) in ended.stderr
    assert leftopen(tmp_path, "scope", "check", path).returncode == Exit.REFUSED
    path.write_text(path.read_text().replace('"…"', '"filled in"'))
    assert tomllib.loads(path.read_text())["scope"]["basis"] == "filled in"
    ended = leftopen(tmp_path, "scope", "check", path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "127.0.0.1/32" in ended.stdout


def test_a_scan_in_a_pipe_is_pure_json(estate):
    result = estate[3]
    assert len(result["stores"]) == 2


def test_list_and_show_agree(estate):
    _, state, _, _ = estate
    found = exposures(state)
    assert {one["kind"] for one in found} == {"redis", "postgresql"}
    table = leftopen(state, "list", "kind:redis")
    assert table.stderr == ""
    for one in found:
        assert (one["id"] in table.stdout) == (one["kind"] == "redis")
        shown = json.loads(leftopen(state, "show", one["id"], "--format", "json").stdout)
        assert shown["details"]["exposure"]["id"] == one["id"]
        words = leftopen(state, "show", one["id"])
        assert (words.returncode, words.stderr) == (0, "")
        for part in (one["id"], one["collection"], "verdict", "Severity", "History", "opened"):
            assert part in words.stdout


def test_a_search_without_a_hit_says_so_beside_the_result(estate):
    ended = leftopen(estate[1], "list", "kind:mongodb")
    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr.splitlines() == ["No exposure is known for this search."]
    assert leftopen(estate[1], "list", "kind:mongodb", "--format", "json").stdout == "[]\n"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_letters_go_where_they_are_sent(estate, language, tmp_path):
    _, state, _, _ = estate
    name = next(one["id"] for one in exposures(state) if one["kind"] == "postgresql")
    path = tmp_path / "letter.md"
    ended = leftopen(state, "draft", name, "--lang", language, "-o", path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", f"Wrote {path}\n")
    assert "school.people" in path.read_text(encoding="utf-8")


def test_what_is_still_open_is_so_twice(estate):
    _, state, _, _ = estate
    name = exposures(state)[0]["id"]
    ended = leftopen(state, "verify", name, "--pause", "0", "--format", "json")
    assert ended.returncode == Exit.STILL_OPEN, ended.stderr
    assert [one["outcome"] for one in json.loads(ended.stdout)] == ["still_open"]
    assert ended.stderr == ""


@pytest.mark.parametrize("kind", ["redis", "postgresql"])
def test_an_audit_reads_the_owners_reference(estate, servers, kind):
    running = servers.find(kind, "auth", "wheel")
    parts = urlsplit(running.owner_dsn)
    dsn = f"{parts.scheme}://{parts.username}@{parts.hostname}:{parts.port}{parts.path}"
    words = (
        "audit",
        dsn,
        "--credential",
        "env:OWNER",
        "--opened",
        "2020-01-01T00:00:00+00:00",
        "--closed",
        "2020-01-02T00:00:00+00:00",
    )
    ended = leftopen(estate[1], *words, "--format", "json", OWNER=parts.password or "")
    assert ended.returncode in (Exit.NOTHING, Exit.SUSPICIOUS), ended.stderr
    assert ended.stderr == ""
    report = json.loads(ended.stdout)
    assert report["kind"] == kind
    table = leftopen(estate[1], *words, OWNER=parts.password or "")
    assert table.returncode == ended.returncode
    assert "renew:" in table.stdout
    wrong = leftopen(estate[1], *words, OWNER="wrong")
    assert (wrong.returncode, wrong.stdout) == (Exit.NO_TARGET, "")
    assert "refused" in wrong.stderr
    assert "wrong" not in wrong.stderr


@pytest.mark.parametrize("format", ["json", "jsonl", "html", "sarif", "table"])
def test_a_kept_scan_is_written_in_every_format(estate, format):
    _, state, _, _ = estate
    ended = leftopen(state, "export", "--format", format)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "people" in ended.stdout
    if format in ("json", "sarif"):
        json.loads(ended.stdout)
    if format == "jsonl":
        assert [json.loads(line) for line in ended.stdout.splitlines()]


def test_the_journal_is_whole_until_somebody_changes_it(estate, tmp_path):
    _, state, _, _ = estate
    proved = leftopen(state, "journal", "verify")
    assert proved.returncode == 0
    assert proved.stdout.startswith("whole: ")
    shown = leftopen(state, "journal", "show").stdout
    assert '"event":"scan"' in shown
    copy = tmp_path / "journal.jsonl"
    copy.write_text(shown.replace('"authorised_by":"The tests', '"authorised_by":"Nobody', 1))
    assert leftopen(state, "journal", "verify", copy).returncode == Exit.BROKEN


def test_whoever_reads_one_line_has_read_enough(estate):
    for words in (("journal", "show"), ("list",), ("export", "--format", "json")):
        program = subprocess.Popen(
            [*PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(estate[1], PYTHONUNBUFFERED="1")
        )
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.readline()
        program.stdout.close()
        said = program.stderr.read()
        program.stderr.close()
        assert (program.wait(60), said) == (Exit.NOTHING, b"")


def test_an_interrupted_scan_says_how_to_go_on(servers, tmp_path):
    silent = servers.find("service", "silent")
    scope = scope_file(tmp_path / "scope.toml", (silent.host, silent.port))
    state = tmp_path / "state"
    program = subprocess.Popen(
        [*PROGRAM, "scan", str(scope)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(state)
    )
    journal, until = state / "journal.jsonl", time.monotonic() + 30
    while not (journal.exists() and '"event":"scan"' in journal.read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    os.kill(program.pid, signal.SIGINT)
    out, err = program.communicate(timeout=60)
    assert (program.returncode, out) == (Exit.INTERRUPTED, "")
    assert "Traceback" not in err
    assert "same command again" in err


def test_what_is_kept_is_its_users_alone(estate):
    _, state, _, _ = estate
    for path in [state / "evidence.key", *(state / "scans").iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
