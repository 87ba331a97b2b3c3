"""An owner finds the records that a letter speaks of in an export, from the letter as it is sent, in both languages."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from leftopen.catalog import Catalog
from leftopen.draft import draft
from leftopen.errors import InputError
from leftopen.evidence import exposure_secret, seal
from leftopen.exits import Exit
from leftopen.recognise import read_letter, recognise
from tests.cli.running import leftopen
from tests.test_catalog import collection, scan, store

KEY = bytes(range(32))
RECORDS = [("11010119900307001X", "x" * 200_000), ("110101199003070028", "y"), ("110101199003070036", "z")]


@pytest.fixture(params=["en", "zh"])
def letter(request, tmp_path):
    """A letter with hashes of the first two records of one collection and one record of nobody."""
    secret = exposure_secret(KEY, "127.0.0.1:27017", "mongodb", "a.pupils")
    fields = [[("pupil.id_no", number), ("face", face)] for number, face in (*RECORDS[:2], ("nobody's", "face"))]
    sealed = replace(collection("a.pupils"), evidence=tuple(tuple(seal(pairs, secret)) for pairs in fields))
    with Catalog(tmp_path / "c.db") as book:
        name = book.record(scan(store(sealed, collection("b.other")))).stores[0].collections[0].exposure
        text = draft(book.together(name), request.param, master=KEY)
    path = tmp_path / "letter.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_owner_finds_the_records(letter, tmp_path):
    export = tmp_path / "export.csv"
    export.write_text("id_no,face\n" + "".join(f"{number},{face}\n" for number, face in reversed(RECORDS)), encoding="utf-8")
    found = {one.hmac: one for one in recognise(letter, export) if one.collection == "a.pupils"}
    assert [one.record for one in found.values()] == [3, 2, 0]
    assert {one.path for one in found.values()} == {"pupil.id_no + face"}


def test_the_command_says_which_record_and_exits_by_it(letter, tmp_path):
    export = tmp_path / "export.csv"
    export.write_text(f"id_no,face\n{','.join(RECORDS[1])}\n", encoding="utf-8")
    ended = leftopen(tmp_path, "recognise", letter, export, "--format", "json")
    assert (ended.returncode, ended.stderr) == (Exit.NOTHING, "")
    assert sorted(one["record"] for one in json.loads(ended.stdout)) == [0, 0, 0, 1]
    assert "1 of 4 hashes" in leftopen(tmp_path, "recognise", letter, export).stdout
    export.write_text("id_no,face\n1,2\n", encoding="utf-8")
    assert leftopen(tmp_path, "recognise", letter, export).returncode == Exit.NO_TARGET


def test_another_key_finds_nothing(letter, tmp_path):
    export = tmp_path / "export.csv"
    export.write_text("id_no,face\n" + "".join(f"{number},{face}\n" for number, face in RECORDS), encoding="utf-8")
    secret = exposure_secret(KEY, "127.0.0.1:27017", "mongodb", "a.pupils").hex()
    letter.write_text(letter.read_text().replace(secret, "0" * 64))
    assert not any(one.record for one in recognise(letter, export))


def test_every_collection_has_its_own_key(letter):
    keys = {key for key, _ in read_letter(letter.read_text()).values()}
    assert len(keys) == 2


def test_what_is_no_letter_is_refused_in_words(letter, tmp_path):
    other = tmp_path / "other.md"
    other.write_text("# Dear all\n")
    with pytest.raises(InputError, match="no keyed hashes"):
        recognise(other, letter)
    with pytest.raises(InputError, match="cannot be read"):
        recognise(tmp_path / "missing.md", letter)
    with pytest.raises(InputError, match="CSV"):
        recognise(letter, tmp_path / "missing.csv")
