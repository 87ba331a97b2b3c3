"""The journal: whole, append-only, safe between processes, honest about crashes."""

from __future__ import annotations

import json
import multiprocessing
from concurrent.futures import ThreadPoolExecutor

import pytest

from leftopen.errors import JournalError
from leftopen.journal import Journal, verify


def fill(path, count=5):
    journal = Journal(path)
    for number in range(count):
        journal.append("sends", target="127.0.0.1:1", commands={"PING": number})
    journal.close()


def test_a_fresh_journal_is_whole(tmp_path):
    fill(tmp_path / "j")
    assert verify(tmp_path / "j").lines == 5


@pytest.mark.parametrize("how", ["change", "drop", "swap", "insert"])
def test_tampering_is_seen(tmp_path, how):
    path = tmp_path / "j"
    fill(path)
    lines = path.read_text().splitlines(keepends=True)
    if how == "change":
        lines[2] = lines[2].replace('"PING":2', '"PING":9')
    elif how == "drop":
        del lines[2]
    elif how == "swap":
        lines[1], lines[2] = lines[2], lines[1]
    else:
        lines.insert(2, lines[1])
    path.write_text("".join(lines))
    with pytest.raises(JournalError, match=r"line [23]"):
        verify(path)


def test_a_torn_line_is_kept_and_accounted_for(tmp_path):
    path = tmp_path / "j"
    fill(path)
    with path.open("ab") as file:
        file.write(b'{"n":5,"at":"20')
    assert verify(path).torn == 1
    fill(path, 2)
    proof = verify(path)
    assert (proof.torn, proof.lines) == (1, 9)
    text = path.read_bytes().replace(b'{"n":5,"at":"20\n', b'{"n":5,"at":"21\n')
    path.write_bytes(text)
    with pytest.raises(JournalError, match="does not account"):
        verify(path)


def _append(path, name):
    journal = Journal(path)
    for _ in range(50):
        journal.append("sends", target=name)


def test_processes_share_one_chain(tmp_path):
    path = tmp_path / "j"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_append, args=(path, f"w{n}")) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert verify(path).lines == 150
    assert [json.loads(line)["n"] for line in path.read_text().splitlines()] == list(range(150))


def test_unwritable_place_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="cannot be opened"):
        Journal(tmp_path / "file" / "j")


def test_threads_that_share_a_journal_keep_the_chain(tmp_path):
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: journal.append("sends", number=number), range(400)))
    assert verify(path).lines == 400
