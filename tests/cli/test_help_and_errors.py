"""Help at once; every error is one readable text with the right exit code, and never a traceback."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
import typer

from leftopen.catalog import Catalog
from leftopen.cli import cases, categories, demo, explain, reassess, recognise, scans, scopes, show  # noqa: F401  each registers its own
from leftopen.cli.app import app
from leftopen.exits import Exit
from tests.cli.running import PROGRAM, leftopen
from tests.scopes import scope_file
from tests.test_catalog import collection, scan, store


def commands(group, words=()):
    yield words
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*words, name))


ALL = list(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_has_help(words, tmp_path):
    ended = leftopen(tmp_path, *words, "--help")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Usage: " in ended.stdout
    assert len(ended.stdout.splitlines()) > 3


def fastest(argv, times=5):
    took = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run(argv, stdout=subprocess.DEVNULL, check=True)
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def test_help_is_immediate():
    """Within a quarter of a second; on a busy machine, little more than its command line library itself."""
    took, library = fastest([*PROGRAM, "--help"]), fastest([sys.executable, "-c", "import typer"])
    assert took < 0.25 or took < 2.5 * library, f"{took:.2f} s, and {library:.2f} s for the library alone"


@pytest.fixture
def state(tmp_path):
    """A state folder with a catalogue of one store, and beside it files that are wrong in one way each."""
    folder = tmp_path / "state"
    folder.mkdir()
    with Catalog(folder / "catalog.db") as book:
        name = book.record(scan(store(collection("a.pupils")))).stores[0].collections[0].exposure
    (folder / "name").write_text(name)
    (tmp_path / "people.csv").write_text("name\nAda\n")
    (tmp_path / "noise").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "half.toml").write_text("[scope]\nname = \n")
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "bad.toml").write_text('id = "x"\n')
    (tmp_path / "broken.jsonl").write_text('{"n":0}\n{"n":1}\n')
    past = scope_file(tmp_path / "past.toml", ("127.0.0.1", 1))
    text, soon = past.read_text(), datetime.now(UTC)
    lines = [line if not line.startswith("valid_until") else "" for line in text.splitlines()]
    ended = (soon - timedelta(days=1)).isoformat()
    past.write_text("\n".join(lines).replace("[scope]", f"[scope]\nvalid_until = {ended}", 1))
    scope_file(tmp_path / "good.toml", ("127.0.0.1", 1))
    return folder


WRONG = [
    ("scan T/missing.toml", Exit.REFUSED, "cannot be read"),
    ("scan T/half.toml", Exit.REFUSED, "not valid TOML"),
    ("scan T/noise", Exit.REFUSED, "not valid TOML"),
    ("scan T/past.toml", Exit.REFUSED, "expired"),
    ("scan T/good.toml --format yaml", Exit.USAGE, "no format 'yaml'"),
    ("scan T/good.toml --fail-on awful", Exit.USAGE, "not a band"),
    ("scan T/good.toml -o T/no/report.html", Exit.USAGE, "cannot be written"),
    ("scope check T/half.toml", Exit.REFUSED, "not valid TOML"),
    ("scope check T", Exit.REFUSED, "cannot be read"),
    ("scope init T/no/scope.toml", Exit.USAGE, "cannot be written"),
    ("scope init T/good.toml", Exit.USAGE, "exists already"),
    ("inspect T/missing.csv", Exit.USAGE, "no file or folder"),
    ("inspect T/people.csv --pack T/packs", Exit.USAGE, "bad.toml"),
    ("inspect T/people.csv --pack T/missing", Exit.USAGE, "not a folder"),
    ("inspect T/people.csv --format yaml", Exit.USAGE, "no format 'yaml'"),
    ("inspect T/people.csv --output T/no/x.json", Exit.USAGE, "cannot be written"),
    ("export", Exit.USAGE, "no one scan 'latest'"),
    ("export --format yaml", Exit.USAGE, "no format 'yaml'"),
    ("list --format yaml", Exit.USAGE, "no format 'yaml'"),
    ("list --catalog T/noise", Exit.USAGE, "cannot be opened"),
    ("list --catalog mysql://127.0.0.1/x", Exit.USAGE, "catalogue"),
    ("list severity>=awful", Exit.USAGE, "not a severity"),
    ("reassess --format yaml", Exit.USAGE, "no format 'yaml'"),
    ("reassess --catalog T/noise", Exit.USAGE, "cannot be opened"),
    ("reassess --pack T/packs", Exit.USAGE, "bad.toml"),
    ("show lo-zzzzzz", Exit.USAGE, "not an exposure"),
    ("show lo-ffffff", Exit.USAGE, "lo-ffffff"),
    ("draft lo-zzzzzz", Exit.USAGE, "not an exposure"),
    ("draft ID --lang fr", Exit.USAGE, "'fr'"),
    ("draft ID -o T/no/letter.md", Exit.USAGE, "cannot be written"),
    ("verify", Exit.USAGE, "no one scan 'latest'"),
    ("verify --scope T/missing.toml", Exit.REFUSED, "cannot be read"),
    ("audit nonsense", Exit.USAGE, "no audit for this kind"),
    ("audit redis://u:password@127.0.0.1", Exit.USAGE, "holds a password"),
    ("audit redis://127.0.0.1:port", Exit.USAGE, "cannot be read"),
    ("audit redis:///", Exit.USAGE, "names no host"),
    ("audit redis://127.0.0.1:1 --opened yesterday", Exit.USAGE, "not a moment"),
    ("audit redis://127.0.0.1:1", Exit.NO_TARGET, "refused the connection"),
    ("audit redis://u@127.0.0.1:1 --credential secret", Exit.REFUSED, "holds a credential inline"),
    ("audit redis://u@127.0.0.1:1 --credential env:LEFTOPEN_NOT_SET", Exit.REFUSED, "not set"),
    ("audit rediss://u@127.0.0.1:1 --ca T/missing.pem", Exit.REFUSED, "not a file"),
    ("journal verify T/missing", Exit.BROKEN, "cannot be read"),
    ("journal verify T/broken.jsonl", Exit.BROKEN, "broken at line"),
    ("journal show T/missing", Exit.BROKEN, "cannot be read"),
    ("recognise T/missing T/people.csv", Exit.USAGE, "cannot be read"),
    ("recognise T/people.csv T/people.csv", Exit.USAGE, "no keyed hashes"),
    ("demo --format yaml", Exit.USAGE, "yaml"),
]


@pytest.mark.parametrize(("line", "code", "says"), WRONG, ids=[line for line, _, _ in WRONG])
def test_an_error_says_what_happened_what_to_do_and_where_to_read(line, code, says, state, tmp_path):
    places = {"T": str(tmp_path), "ID": (state / "name").read_text()}
    ended = leftopen(state, *(places.get(word, word.replace("T/", f"{tmp_path}/")) for word in line.split()))
    assert ended.returncode == code, ended.stderr
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    lines = ended.stderr.splitlines()
    assert lines[0].startswith("leftopen: ")
    assert says in ended.stderr
    assert len(lines) == 3, ended.stderr
    assert lines[1].startswith("What to do: ")
    assert lines[2].startswith("Read more: docs/")


@pytest.mark.parametrize("words", [(), ("scope",), ("journal",), ("scan",), ("show",), ("nonsense",), ("list", "--nonsense")])
def test_what_is_missing_or_unknown_is_usage(words, tmp_path):
    ended = leftopen(tmp_path, *words)
    assert ended.returncode == Exit.USAGE
    assert "Usage: " in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
