"""The letter says everything an owner needs, in two languages, and no value; clocks and evidence hold."""

from __future__ import annotations

import hmac as stdlib_hmac
import stat
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from leftopen.case import exposure_id
from leftopen.catalog import Catalog
from leftopen.category import load_pack
from leftopen.contacts import ladder
from leftopen.draft import draft, letter, plain_word
from leftopen.errors import CatalogError, InputError
from leftopen.evidence import EvidenceItem, check_csv, check_evidence, exposure_secret, make_evidence, master_key, seal
from leftopen.law import Facts, clocks, rules
from leftopen.model import Interval
from tests.test_catalog import collection, finding, scan, store

KEY = bytes(range(32))


@pytest.fixture
def details(tmp_path: Path):
    with Catalog(tmp_path / "c.db") as catalog:
        name = (
            catalog.record(scan(store(collection("a.pupils"), collection("a.logs", severity=2.0))))
            .stores[0]
            .collections[0]
            .exposure
        )
        return catalog.together(name)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_letter_is_whole(details, language) -> None:
    text = draft(details, language, master=KEY, sender="A. Finder", contact="finder@example.org")
    secret = exposure_secret(KEY, "127.0.0.1:27017", "mongodb", "a.pupils").hex()
    place = (
        "127.0.0.1:27017",
        "MongoDB",
        "a.pupils",
        "a.logs",
        "13,000",
        "2026-03-01 12:00",
        "980",
        "23",
        "bindIp",
        "4.5",
        "2,000",
    )
    proof = (secret, "a" * 32, "face + id_no", "find answered 1 document", "j.jsonl abc", "A. Finder", "finder@example.org")
    for part in (*place, *proof):
        assert part in text, part
    assert KEY.hex() not in text
    assert len(text.split()) < 1200
    assert "None" not in text
    assert "{{" not in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_letter_is_laid_out(details, language) -> None:
    lines = draft(details, language, master=KEY).splitlines()
    for number, line in enumerate(lines):
        assert "## " not in line[1:], line
        assert " (lo-" not in line or line.count("(lo-") == 1, line
        if line.startswith("## "):
            assert not lines[number - 1]
            assert not lines[number + 1]
    assert sum(line.startswith(("1. ", "2. ", "3. ")) for line in lines) == 3
    assert sum(line.startswith("| ") for line in lines) == 3


def test_the_letter_speaks_plainly(details) -> None:
    assert "pictures of faces" in draft(details, "en")
    assert "人脸图像" in draft(details, "zh")
    assert "Not legal advice" in draft(details, "en")
    assert "不构成法律意见" in draft(details, "zh")


def test_every_category_has_words_in_both_languages() -> None:
    for category in load_pack(()).categories:
        ident = category if isinstance(category, str) else category.id
        zh = plain_word(ident, "zh")
        assert zh != ident.partition(".")[2].replace("_", " "), ident


def test_names_cannot_break_the_letter(tmp_path: Path) -> None:
    with Catalog(tmp_path / "c.db") as catalog:
        catalog.record(scan(store(collection("x`|<script>\n# fake"))))
        text = draft(catalog.together(catalog.exposures()[0].id))
    assert "<script>" not in text
    assert "\n# fake" not in text


def test_a_letter_without_findings_is_still_a_letter(details) -> None:
    bare = replace(details[0], findings=(), composites=(), assessment=None, people=type(details[0].people)(), evidence=())
    text = draft([bare])
    assert "readable by anybody" in text
    assert "personal data" not in text.split("## What we did")[0]


def test_letters_are_noted_and_refused_clearly(tmp_path: Path) -> None:
    with Catalog(tmp_path / "c.db") as catalog:
        name = catalog.record(scan(store(collection()))).stores[0].collections[0].exposure
        letter(catalog, name, "zh", tmp_path)
        assert any(m.what == "letter" and m.detail.startswith("zh ") for m in catalog.history(name))
        with pytest.raises(InputError, match="no letter in 'fr'"):
            letter(catalog, name, "fr", tmp_path)
        with pytest.raises(CatalogError):
            draft(())


def test_persons_decide_the_clock() -> None:
    def laws(low: float, high: float, **more: Any) -> dict[str, bool]:
        found = Facts((low, high), more.get("minors"), (4.0, 5.0), ("CN",))
        return {clock.rule.id: clock.certain for clock in clocks(found)}

    assert "cn-cac-incident" not in laws(19_000, 21_000)
    assert laws(900_000, 1_400_000)["cn-cac-incident"] is False
    assert laws(1_200_000, 1_400_000)["cn-cac-incident"] is True
    assert "cn-minors-35" not in laws(10, 20)
    assert laws(10, 20, minors=(5, 9))["cn-minors-35"] is True


def test_rules_are_cited_dated_and_unconfirmed_ones_marked(details, monkeypatch) -> None:
    for rule in rules():
        assert rule.citation
        assert isinstance(rule.checked_on, date)
    doubtful = tuple(replace(rule, sure="K") for rule in rules())
    monkeypatch.setattr("leftopen.law.rules", lambda: doubtful)
    assert "(unconfirmed)" in draft(details, "en")
    assert "未经确认" in draft(details, "zh")


def test_a_private_address_has_no_ladder_to_climb(details) -> None:
    assert [step.kind for step in ladder(details)] == ["owner"]
    public = replace(details[0], exposure=replace(details[0].exposure, target="203.0.114.9:27017"))
    assert len(ladder([public])) > 4


@dataclass
class Col:
    path: str
    values: Any
    rows: Any = None


def test_only_the_owner_of_the_rows_can_read_the_evidence(tmp_path: Path) -> None:
    ids = [f"51010620100101{i:04d}" for i in range(5)]
    phones = [f"1382917460{i}" for i in range(5)]
    names = ["张伟", "李娜", "王芳", "刘洋", "陈杰"]
    columns = [Col("name", pa.array(names)), Col("idc", pa.array(ids).dictionary_encode()), Col("tel", pa.array(phones))]
    found = (finding("name", "biographical.name_zh"), finding("idc", "identity.cn_ric18"), finding("tel", "contact.mobile_cn"))
    items = make_evidence(columns, found, KEY)
    assert len(items) == 3
    assert all(item.path == "idc + tel + name" and len(item.hmac) == 32 for item in items)
    rows = [{"name": n, "idc": i, "tel": p} for n, i, p in zip(names, ids, phones, strict=True)]
    assert check_evidence(rows, items, KEY) == (1, 2, 3)
    assert check_evidence(rows, items, bytes(32)) == (0, 0, 0)
    message = f"idc={ids[0]}\ntel={phones[0]}\nname={names[0]}".encode()
    assert stdlib_hmac.new(KEY, message, "sha256").hexdigest()[:32] == items[0].hmac
    table = tmp_path / "own.csv"
    table.write_text("tel,name,idc\n" + "".join(f"{r['tel']}, {r['name']} ,{r['idc']}\n" for r in rows), encoding="utf-8")
    assert check_csv(table, items, KEY) == (1, 2, 3)
    text = repr(items)
    assert not any(value in text for value in (*ids, *phones, *names))


def test_what_could_be_tried_out_is_not_hashed() -> None:
    columns = [Col("tel", pa.array(["13800138000", "13900139000"])), Col("name", pa.array(["张伟", "李娜"]))]
    found = (finding("tel", "contact.mobile_cn"), finding("name", "biographical.name_zh"))
    assert make_evidence(columns, found, KEY) == ()
    assert make_evidence([], (), KEY) == ()


def test_rows_of_sparse_columns_are_matched_by_their_record() -> None:
    face = Col("face", pa.array([b"\xff\xd8" + bytes(range(200)), b"\xff\xd8" + bytes(range(100, 255))]), pa.array([4, 7]))
    tel = Col("tel", pa.array(["13800138000", "13900139000"]), pa.array([7, 9]))
    items = make_evidence([face, tel], (finding("face"), finding("tel", "contact.mobile_cn")), KEY)
    wanted = seal([("face", (b"\xff\xd8" + bytes(range(100, 255))).hex()), ("tel", "13800138000")], KEY)
    assert items == (wanted,)
    assert isinstance(items[0], EvidenceItem)


def test_the_master_key_is_private_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "s" / "evidence.key"
    assert master_key(path) == master_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("short")
    with pytest.raises(CatalogError, match="evidence key"):
        master_key(path)
    assert exposure_id("a", "b", "c") == exposure_id("a", "b", "c")
    assert Interval(1, 2, 3).low == 1
