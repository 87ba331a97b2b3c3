"""Every kind of file, whole and broken: what is inside comes out with nothing lost, and what cannot be read is said."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leftopen.errors import InputError
from leftopen.files import open_files
from leftopen.files import source as source_module
from leftopen.model import Sample, Skipped

ROWS = [
    {"学籍号": "0051012345", "姓名": "王小明", "身份证": "510104201003076512", "分数": "98.5"},
    {"学籍号": "0051012346", "姓名": "李雷", "身份证": "510104201104085421", "分数": "87"},
    {"学籍号": "0051012347", "姓名": "韩梅梅", "身份证": "510104201205094333", "分数": "91"},
]


def read(*paths: Path) -> tuple[dict[str, list[dict]], dict[str, str]]:
    """({collection: rows}, {reason: detail}) of everything under the paths."""
    found: dict[str, list[dict]] = {}
    skipped: dict[str, str] = {}
    for item in open_files(paths):
        if isinstance(item, Skipped):
            skipped[item.reason] = item.detail
        else:
            assert isinstance(item, Sample)
            assert item.collection.locator[0]
            rows: list[dict] = []
            for batch in item.batches:
                assert isinstance(batch, pa.RecordBatch)
                batch.validate(full=True)
                rows.extend(batch.to_pylist())
            found[item.collection.name] = rows
    return found, skipped


def csv_text(delimiter: str = ",", header: bool = True) -> str:
    lines = [delimiter.join(ROWS[0])] if header else []
    return "\n".join([*lines, *(delimiter.join(row.values()) for row in ROWS)]) + "\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimited_text_in_many_encodings_keeps_leading_zeros_and_long_ids(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "pupils.csv"
    path.write_bytes(csv_text(delimiter).encode(encoding))
    found, skipped = read(path)
    assert found == {"pupils.csv": ROWS}
    assert skipped == {}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("naam;stad\nZoë;Luxembourg\nRené;Liège\nBjörn;Köln\n", "latin-1"),
        ("姓名,電話\n陳大文,0912345678\n林淑芬,0923456789\n", "big5"),
    ],
)
def test_other_encodings_are_recognised(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode(encoding))
    found, _ = read(path)
    cut = ";" if ";" in text else ","
    names, *rows = [line.split(cut) for line in text.splitlines()]
    assert found["x.csv"] == [dict(zip(names, row, strict=True)) for row in rows]


def test_an_encoding_that_shows_only_late_in_the_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    plain = "id,name\n" + "".join(f"{i:08d},nobody\n" for i in range(40_000))
    path.write_bytes(plain.encode() + "".join(f"{i:08d},王小明\n" for i in range(40_000)).encode("gb18030"))
    found, _ = read(path)
    assert found["late.csv"][-1] == {"id": "00039999", "name": "王小明"}


def test_a_file_without_header_gets_numbered_columns(tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    path.write_text(csv_text(header=False))
    found, _ = read(path)
    assert found["bare.csv"] == [dict(zip(["c1", "c2", "c3", "c4"], row.values(), strict=True)) for row in ROWS]


def test_a_headless_file_of_words_is_known_by_words_that_recur(tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    path.write_text("王小明,男\n李雷,男\n韩梅梅,女\n")
    assert [*read(path)[0]["words.csv"][0]] == ["c1", "c2"]


def test_a_header_of_only_words_above_words_stays_a_header(tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    path.write_text("name,city\nAnna,Leiden\nBob,Delft\n")
    assert read(path)[0]["words.csv"][0] == {"name": "Anna", "city": "Leiden"}


def test_quotes_newlines_json_cells_and_backslashes(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text('id,note,doc\n1,"a, b\nc","{""k"": [1, 2]}"\n2,"say ""hi""",x\n')
    assert read(path)[0]["q.csv"] == [
        {"id": "1", "note": "a, b\nc", "doc": '{"k": [1, 2]}'},
        {"id": "2", "note": 'say "hi"', "doc": "x"},
    ]
    path = tmp_path / "b.csv"
    path.write_text('id,note\n1,"say \\"hi\\""\n2,"x"\n')
    assert read(path)[0]["b.csv"][0]["note"] == 'say "hi"'


def test_a_lone_quote_in_tab_separated_text_swallows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    path.write_text('id\tsize\n1\t5" pipe\n2\tNULL\n3\t\n')
    assert read(path)[0]["t.tsv"] == [{"id": "1", "size": '5" pipe'}, {"id": "2", "size": None}, {"id": "3", "size": None}]


def test_ragged_rows_are_kept_and_told(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n")
    found, skipped = read(path)
    assert sorted(row["a"] for row in found["r.csv"]) == ["1", "10", "4", "6"]
    assert {"a": "4", "b": "5", "c": None} in found["r.csv"]
    assert skipped["ragged"].startswith("2 rows")


def test_double_and_empty_column_names_become_different(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("name,name,,name_2\nx,y,1,w\nz,q,2,r\n")
    names = [*read(path)[0]["d.csv"][0]]
    assert len(set(names)) == 4
    assert names[0] == "name"
    assert names[2] == "c3"


def test_torn_characters_are_replaced_not_fatal(tmp_path: Path) -> None:
    path = tmp_path / "torn.csv"
    path.write_bytes("姓名,n\n".encode() + "王小明,1\n".encode() * 200 + b"\xe7\x8e,2\n" + "李雷,3\n".encode() * 100)
    rows = read(path)[0]["torn.csv"]
    assert len(rows) == 301
    assert rows[0] == {"姓名": "王小明", "n": "1"}
    assert "\ufffd" in rows[200]["姓名"]


def test_a_quote_that_never_closes_ends_with_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from leftopen.files import delimited

    monkeypatch.setattr(delimited, "BLOCK", 1 << 14)
    path = tmp_path / "open.csv"
    path.write_text("a,b\n" + "1,2\n" * 3000 + '"x,' + "3,4\n" * 30_000)
    found, skipped = read(path)
    assert len(found["open.csv"]) >= 1000
    assert "unreadable" in skipped


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize(
    "value",
    [
        ROWS,
        {"data": ROWS},
        {"code": 0, "data": {"records": ROWS, "total": 3}},
        {key: [row[key] for row in ROWS] for key in ROWS[0]},
    ],
    ids=["array", "wrapped", "wrapped twice", "columns"],
)
def test_shapes_of_json(tmp_path: Path, value: object, zipped: bool) -> None:
    path = tmp_path / "x.json"
    data = json.dumps(value, ensure_ascii=False, indent=1).encode()
    path.write_bytes(gzip.compress(data) if zipped else data)
    found, skipped = read(path)
    assert found == {"x.json": ROWS}
    assert skipped == {}


def test_json_with_several_tables_keyed_records_and_a_single_object(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"pupils": ROWS, "staff": ROWS[:1], "made": "2020"}))
    (tmp_path / "b.json").write_text(json.dumps({"users": {f"u{i}": row for i, row in enumerate(ROWS)}}))
    (tmp_path / "c.json").write_text(json.dumps({"name": "x", "phones": ["1", "2"]}))
    (tmp_path / "d.json").write_text(json.dumps([1, "two"]))
    found, _ = read(tmp_path)
    assert found["a.json/pupils"] == ROWS
    assert found["a.json/staff"] == ROWS[:1]
    assert found["a.json/other"] == [{"made": "2020"}]
    assert found["b.json"][1] == {"@key": "u1", **ROWS[1]}
    assert found["c.json"] == [{"name": "x", "phones": ["1", "2"]}]
    assert len(found["d.json"]) == 2


def test_json_lines_with_bad_lines_and_a_torn_end(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    lines = [json.dumps(row, ensure_ascii=False) for row in ROWS]
    path.write_text("\n".join([lines[0], "", "{broken", lines[1], lines[2], '{"学籍号": "00']))
    found, skipped = read(path)
    assert found["x.jsonl"] == ROWS
    assert skipped["bad_lines"].startswith("1 line")
    assert "torn" in skipped


@pytest.mark.parametrize("name", ["x.jsonl", "x.json", "x.txt", "x"])
def test_json_lines_are_known_by_content(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    assert read(path)[0] == {name: ROWS}


def test_a_large_json_array_is_followed_with_a_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from leftopen.files import documents

    monkeypatch.setattr(documents, "WHOLE", 10)
    monkeypatch.setattr(documents, "_CHUNK", 37)
    for value in (ROWS, {"n": 12345, "data": ROWS}):
        path = tmp_path / "big.json"
        path.write_text(json.dumps(value, ensure_ascii=False))
        rows = read(path)[0]["big.json"]
        assert [{key: row[key] for key in ROWS[0]} for row in rows[:3]] == ROWS
    path.write_text(json.dumps([12345678901, 3])[:-1])
    found, skipped = read(path)
    assert found["big.json"] == [{"value": 12345678901}, {"value": 3}]
    assert "torn" in skipped


def test_huge_numbers_and_nan_survive(tmp_path: Path) -> None:
    path = tmp_path / "n.json"
    path.write_text('[{"id": 510104201003076512345678, "x": NaN}, {"id": 7, "x": 1.5}]')
    assert [str(row["id"]) for row in read(path)[0]["n.json"]] == ["510104201003076512345678", "7"]


def test_parquet_keeps_types_and_counts(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    table = pa.table({"id": [1, 2], "face": [b"\xff\xd8", b"\x00"], "vec": [[0.5, 1.0], [2.0]]})
    pq.write_table(table, path)
    item = next(iter(open_files([path])))
    assert isinstance(item, Sample)
    assert item.collection.rows == 2
    assert dict(item.collection.hints)["face"] == "binary"
    found, _ = read(path)
    assert found["p.parquet"] == table.to_pylist()
    (tmp_path / "p.parquet").write_bytes(path.read_bytes()[:-20])
    assert "corrupt" in read(path)[1]


def sqlite_file(path: Path) -> None:
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE pupil (id INTEGER PRIMARY KEY, name TEXT, face BLOB, mixed)")
    base.execute('CREATE TABLE "odd ""name" (x REAL)')
    base.execute("INSERT INTO pupil VALUES (1, '王小明', x'ffd8ff', 5), (2, NULL, NULL, 'five')")
    base.execute("INSERT INTO pupil VALUES (3, CAST(x'ff41' AS TEXT), NULL, 7)")
    base.commit()
    base.close()


def test_sqlite_tables_are_read_without_touching_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "base.data"
    sqlite_file(path)
    before = (sorted(tmp_path.iterdir()), path.read_bytes(), path.stat().st_mtime_ns)
    path.chmod(0o444)
    found, skipped = read(path)
    assert (sorted(tmp_path.iterdir()), path.read_bytes(), path.stat().st_mtime_ns) == before
    assert found["base.data/pupil"][0] == {"id": 1, "name": "王小明", "face": b"\xff\xd8\xff", "mixed": "5"}
    assert found["base.data/pupil"][2]["name"].endswith("A")
    assert found['base.data/odd "name'] == []
    assert skipped == {}
    zipped = tmp_path / "base.db.gz"
    zipped.write_bytes(gzip.compress(path.read_bytes()))
    assert len(read(zipped)[0]["base.db.gz/pupil"]) == 3


def test_a_damaged_sqlite_page_is_told(tmp_path: Path) -> None:
    path = tmp_path / "base.db"
    sqlite_file(path)
    data = bytearray(path.read_bytes())
    data[4096:8192] = os.urandom(4096)
    path.write_bytes(data)
    assert "corrupt" in read(path)[1]


def workbook(path: Path) -> None:
    """A minimal .xlsx made by hand: a header, a text id, a number, a whole number and a hole."""
    cells = [
        '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>score</t></is></c></row>',
        '<row r="2"><c r="A2" t="inlineStr"><is><t>0051</t></is></c><c r="B2"><v>98.5</v></c></row>',
        '<row r="3"><c r="A3" t="inlineStr"><is><t>0052</t></is></c><c r="B3"><v>91</v></c></row>',
        '<row r="4"><c r="A4" t="inlineStr"><is><t>0053</t></is></c></row>',
    ]
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"></Types>')
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{rel}/officeDocument"'
            f' Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets><sheet name="学生" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{rel}/worksheet"'
            f' Target="worksheets/sheet1.xml"/></Relationships>',
        )
        book.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{"".join(cells)}</sheetData></worksheet>')


def test_excel_sheets_keep_types(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    path = tmp_path / "list.xlsx"
    workbook(path)
    found, skipped = read(path)
    assert found == {
        "list.xlsx/学生": [{"id": "0051", "score": 98.5}, {"id": "0052", "score": 91.0}, {"id": "0053", "score": None}]
    }
    assert skipped == {}
    path.write_bytes(path.read_bytes()[:300])
    assert "corrupt" in read(path)[1]


def test_a_folder_is_walked_without_hidden_files_and_links_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text(csv_text())
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / ".git" / "x.csv").write_text(csv_text())
    (folder / "deep" / "a.csv").write_text(csv_text())
    (folder / "z.tsv").write_text(csv_text("\t"))
    (folder / "same.csv").symlink_to(folder / "deep" / "a.csv")
    (folder / "out.csv").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    (folder / "gone.csv").symlink_to(folder / "nothing")
    (folder / "face.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9)
    (folder / "program.bin").write_bytes(b"\x7fELF" + bytes(range(256)) * 9)
    os.mkfifo(folder / "pipe")
    found, skipped = read(folder)
    assert sorted(found) == ["deep/a.csv", "in (pictures)", "z.tsv"]
    assert {"hidden", "link", "not_recognised", "not_a_file"} <= set(skipped)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("e.csv", b"", "empty"),
        ("w.json", b" \n ", "empty"),
        ("x.json", b"hello", "corrupt"),
        ("x.gz", b"\x1f\x8b\x08\x00broken", "corrupt"),
        ("x.zip", b"PK\x03\x04nothing", "corrupt"),
        ("x.db", b"SQLite format 3\0" + b"\0" * 50, "corrupt"),
        ("x.parquet", b"PAR1 no", "corrupt"),
        ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "corrupt"),
        ("x.bin", bytes(range(256)) * 4, "not_recognised"),
    ],
)
def test_files_that_are_not_what_they_say(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    found, skipped = read(path)
    assert set(skipped) & {reason, "unreadable"}
    assert not any(found.values())


def test_an_archive_is_named_and_a_missing_path_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", csv_text())
    assert "archive" in read(path)[1]
    with pytest.raises(InputError):
        read(tmp_path / "nothing")


def test_a_gzip_bomb_ends_early_and_a_torn_gzip_keeps_its_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "UNZIP_FLOOR", 1 << 20)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * (8 << 20)))
    found, skipped = read(path)
    assert "too_large" in skipped
    assert 0 < len(found["bomb.csv.gz"]) < 7_000_000
    torn = tmp_path / "torn.csv.gz"
    data = gzip.compress(("id,v\n" + "".join(f"{i},{os.urandom(8).hex()}\n" for i in range(50_000))).encode())
    torn.write_bytes(data[: len(data) // 2])
    found, skipped = read(torn)
    assert "torn" in skipped
    assert len(found["torn.csv.gz"]) > 10_000


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(
        st.binary(max_size=400),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.text(alphabet='{}[]",:\\ \n0a1é', max_size=80).map(str.encode),
        st.binary(max_size=80).map(lambda tail: b"SQLite format 3\0" + tail),
        st.binary(max_size=80).map(lambda tail: b"PAR1" + tail + b"PAR1"),
        st.binary(max_size=80).map(lambda tail: b"PK\x03\x04" + tail),
        st.binary(max_size=80).map(lambda tail: gzip.compress(tail)[:-3] + tail[:3]),
    ),
    name=st.sampled_from(["x.csv", "x.json", "x.jsonl", "x", "x.tsv", "x.xlsx", "x.csv.gz"]),
)
def test_no_bytes_make_the_reader_fail(tmp_path: Path, data: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    read(path)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**17).map(lambda n: f"{n:018d}"),
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufeff"), min_size=1, max_size=9),
        ),
        min_size=2,
        max_size=20,
    )
)
def test_well_formed_csv_comes_back_whole(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    import csv

    path = tmp_path / "x.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerows([("学籍号", "姓名"), *rows])
    found = [(row["学籍号"], row["姓名"]) for row in read(path)[0]["x.csv"]]
    assert found == [(a, None if b in ("NULL", "\\N") else b) for a, b in rows]
