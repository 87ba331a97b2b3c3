"""No value survives: unique values planted everywhere are looked for in everything that leftopen leaves, says or shows."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pymongo import MongoClient
from redis import Redis

from leftopen.lab.servers import Lab
from leftopen.lab.servers import postgresql as lab_postgresql
from tests.canaries import Canaries, Finder, Watch
from tests.dumps import dump
from tests.scopes import scope_file

LEFTOPEN = str(Path(sys.executable).with_name("leftopen"))
RECORDS = 30
FORMATS = ("table", "json", "jsonl", "html", "sarif")


class House:
    """A home, a state and a temporary folder of its own; all that a command says or leaves is collected."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state, self.temp, self.out = folder / "state", folder / "tmp", folder / "out"
        for path in (self.temp, self.out):
            path.mkdir(parents=True)
        self.environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(self.temp), "LEFTOPEN_STATE": str(self.state)}
        self.pieces: dict[bytes, str] = {}

    def run(self, *arguments, command=(LEFTOPEN,)) -> subprocess.CompletedProcess[bytes]:
        with Watch(self.state, self.temp, self.out) as watch:
            done = subprocess.run(
                [*command, *map(str, arguments)],
                env=self.environment,
                capture_output=True,
                timeout=150,
                cwd=self.folder,
                check=False,
            )
        self.pieces |= watch.seen
        name = " ".join(map(str, arguments[:4]))
        self.pieces |= {done.stdout: f"stdout of {name}", done.stderr: f"stderr of {name}"}
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return done

    def leaks(self, finder: Finder) -> dict[str, list[str]]:
        """Where a marker was seen, and which (a few)."""
        return {where: sorted(hits)[:5] for data, where in self.pieces.items() if (hits := finder.found(data))}


def plant_redis(running, canaries):
    with Redis.from_url(running.admin_dsn) as client:
        for number in range(RECORDS):
            client.hset(f"student:{canaries.word()}", mapping=canaries.flat(number))
            client.set(f"session:{canaries.digits()}", json.dumps({"name": canaries.word(), "email": f"{canaries.word()}@x.test"}))
            client.set(f"note:{canaries.word()}", f"plain {canaries.word()}")
            client.rpush("queue", canaries.word(), json.dumps({"id": canaries.digits()}))
            client.sadd("members", canaries.word())
            client.zadd("scores", {canaries.word(): number})
            client.xadd("events", {"name": canaries.word(), "id": canaries.digits()})
            client.hset("by_student", mapping={canaries.digits(): canaries.word() for _ in range(20)})


def plant_postgresql(lab, running, canaries):
    rows = [canaries.record(number) for number in range(RECORDS)]
    columns = "name text, student_name text, email text, phone text, id_card text, account bigint, birth_date date, password text"
    columns += ", address text, guardian jsonb, tags text[], extra text, encoded text, long text, blob bytea"
    text = "\n".join("\t".join(_copied(value) for value in row.values()) for row in rows)
    lab_postgresql.sql(lab, running, f"CREATE TABLE students ({columns});\nCOPY students FROM STDIN;\n{text}\n\\.\nANALYZE")


def _copied(value):
    """One value in COPY's text format."""
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, list):
        return "{" + ",".join(f'"{part}"' for part in value) + "}"
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    return text.replace("\\", "\\\\")


def plant_mongodb(running, canaries):
    with MongoClient(running.admin_dsn or running.dsn, directConnection=True) as client:
        client["school"]["students"].insert_many([canaries.record(number) for number in range(RECORDS)])


def plant_elasticsearch(running, canaries):
    with httpx.Client(base_url=running.dsn, trust_env=False) as client:
        for number in range(RECORDS):
            body = canaries.record(number) | {"blob": canaries.flat(number)["blob"]}
            client.post("/students/_doc?refresh=true", json=body).raise_for_status()


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """Four stores full of canaries and the scope over them."""
    canaries = Canaries(11)
    with Lab() as lab:
        stores = {kind: getattr(lab, kind)() for kind in ("redis", "postgresql", "mongodb", "elasticsearch")}
        plant_redis(stores["redis"], canaries)
        plant_postgresql(lab, stores["postgresql"], canaries)
        plant_mongodb(stores["mongodb"], canaries)
        plant_elasticsearch(stores["elasticsearch"], canaries)
        places = [(one.host, one.port) for one in stores.values()]
        file = scope_file(tmp_path_factory.mktemp("canary") / "scope.toml", *places, depth="full")
        yield lab, stores, file, Finder(canaries.markers), canaries


def test_the_search_finds_what_is_there(planted):
    """The proof can fail: every marker is found in the dump of its store, in every encoding."""
    lab, stores, _, finder, canaries = planted
    held = b"".join(repr(dump(lab, one)).encode() for one in stores.values())
    assert len(finder.found(held)) > 0.5 * len(canaries.markers)
    for number, marker in enumerate(canaries.markers[:40]):
        around = b"a" * (number % 7) + marker.encode() + b"b" * (number % 5)
        for data in (around, around.hex().encode(), base64.b64encode(around), f"x{marker.upper()}y".encode()):
            assert finder.found(data) == {marker}
        assert finder.found(marker.encode("utf-16")) == {marker}
    assert not finder.found(b"nothing of the kind " * 1000)


def test_a_scan_and_all_that_follows_leave_no_value(planted, tmp_path):
    _, _, scope, finder, _ = planted
    house = House(tmp_path / "house")
    done = house.run("scan", scope, "--format", "json", "--output", house.out / "report.json")
    report = json.loads((house.out / "report.json").read_text())
    assert [(s["kind"], s["verdict"]) for s in report["stores"] if not s["collections"]] == [], report["skipped"]
    assert sum(len(field["findings"]) for s in report["stores"] for c in s["collections"] for field in c["fields"]) > 20
    assert done.returncode >= 11
    for wanted in FORMATS:
        house.run("export", "--format", wanted)
    house.run("scan", scope, "--workers", 2, "--format", "table")
    rows = json.loads(house.run("list", "--format", "json").stdout)
    house.run("list")
    for row in rows[::6]:
        house.run("show", row["id"])
    house.run("show", rows[0]["id"], "--format", "json")
    for language in ("en", "zh"):
        house.run("draft", rows[0]["id"], "--lang", language, "--from", "A. Finder", "--contact", "a@finder.example")
    house.run("journal", "show")
    house.run("journal", "verify")
    assert len(house.pieces) > 60
    assert any("runs" in where for where in house.pieces.values()), "the run folder was seen while it was there"
    assert house.leaks(finder) == {}


def write_files(folder: Path, canaries: Canaries) -> None:
    """The same records in every format that inspect reads, whole and damaged."""
    folder.mkdir()
    flat = [canaries.flat(number) for number in range(RECORDS)]
    for name, delimiter in (("a.csv", ","), ("b.tsv", "\t")):
        text = io.StringIO()
        writer = csv.DictWriter(text, list(flat[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(flat)
        (folder / name).write_text(text.getvalue(), encoding="utf-8")
    (folder / "c.json").write_text(json.dumps([canaries.flat(n) | {"deep": {"er": [canaries.word()]}} for n in range(RECORDS)]))
    (folder / "d.jsonl").write_text("\n".join(json.dumps(canaries.flat(n), ensure_ascii=False) for n in range(RECORDS)))
    pq.write_table(pa.Table.from_pylist([canaries.record(n) for n in range(RECORDS)]), folder / "e.parquet")
    with sqlite3.connect(folder / "f.sqlite") as base:
        base.execute(f"CREATE TABLE students ({', '.join(flat[0])})")
        marks = ", ".join("?" * len(flat[0]))
        base.executemany(f"INSERT INTO students VALUES ({marks})", [list(canaries.flat(n).values()) for n in range(RECORDS)])
    base.close()
    word = canaries.word
    (folder / "broken.json").write_text('[{"name": "' + word() + '"}, {"name": "' + word() + '", ')
    (folder / "broken.jsonl").write_text(f'{{"name": "{word()}"}}\n{{"name": {word()}}}\n{word()}\n')
    (folder / "broken.csv").write_text(f'name,id\n"{word()},1\n{word()},"{word()}\n{word()},{word()},{word()},"x""\n')
    (folder / "latin.csv").write_bytes(f"name,id\n{word()}\xe9,1\n{word()}\xff,2\n".encode("latin-1"))
    (folder / "broken.parquet").write_bytes(b"PAR1" + word().encode() * 20 + b"PAR1")
    (folder / "broken.sqlite").write_bytes(b"SQLite format 3\0" + word().encode() * 200)
    (folder / "broken.xlsx").write_bytes(b"PK\x03\x04" + word().encode() * 50)


def test_inspecting_files_leaves_no_value(tmp_path):
    canaries = Canaries(12)
    files = tmp_path / "files"
    write_files(files, canaries)
    house = House(tmp_path / "house")
    finder = Finder(canaries.markers)
    assert finder.found((files / "a.csv").read_bytes())
    for wanted in FORMATS:
        done = house.run("inspect", files, "--format", wanted, *(["--no-faces"] if wanted != "json" else []))
        assert done.returncode >= 11 or wanted == "sarif"
    for path in sorted(files.glob("broken.*")):
        house.run("inspect", path, "--no-faces")
    assert house.leaks(finder) == {}


BREAKS = {
    "while a sample is drawn": """
        def sample(self, door, probe, collection, draw):
            one = real_sample(self, door, probe, collection, draw)
            def batches():
                for batch in one.batches:
                    yield batch
                    raise ValueError(str(batch.to_pylist()))
            one.batches = batches()
            return one
        Connector.sample = sample
    """,
    "before a sample is drawn": """
        def sample(self, door, probe, collection, draw):
            one = real_sample(self, door, probe, collection, draw)
            raise KeyError(str(next(one.batches).to_pylist()))
        Connector.sample = sample
    """,
    "while collections are listed": """
        def collections(self, door, probe):
            for collection in real_collections(self, door, probe):
                one = next(real_sample(self, door, probe, collection, Draw()).batches)
                raise RuntimeError(str(one.to_pylist()))
                yield collection
        Connector.collections = collections
    """,
    "while it is probed": """
        def probe(self, door):
            found = real_probe(self, door)
            for collection in real_collections(self, door, found):
                raise TypeError(str(next(real_sample(self, door, found, collection, Draw()).batches).to_pylist()))
        Connector.probe = probe
    """,
    "in the engine": """
        from leftopen.classify.reader import Reader
        def read(self, batch):
            raise ValueError(str(batch.to_pylist()))
        Reader.read = read
    """,
    "at the very end, outside all care": """
        import leftopen.scan
        def sample(self, door, probe, collection, draw):
            one = real_sample(self, door, probe, collection, draw)
            values.append(str(next(one.batches).to_pylist()))
            return real_sample(self, door, probe, collection, draw)
        values = []
        Connector.sample = sample
        def gather(*arguments):
            raise ValueError(values[0])
        leftopen.scan._gather = gather
    """,
}
BROKEN = """
import sys
from leftopen.connector import Draw
from leftopen.connectors.{module} import {name} as Connector
real_probe, real_collections, real_sample = Connector.probe, Connector.collections, Connector.sample
{breaks}
sys.argv[0] = "leftopen"
from leftopen.cli import main
main()
"""


@pytest.mark.parametrize("breaks", BREAKS)
@pytest.mark.parametrize(("module", "name"), [("redis", "Redis"), ("postgresql", "PostgreSQL")])
def test_a_connector_that_breaks_with_a_value_in_its_hands(planted, module, name, breaks, tmp_path):
    _, stores, _, finder, _ = planted
    house = House(tmp_path / "house")
    running = stores[module]
    scope = scope_file(tmp_path / "scope.toml", (running.host, running.port), depth="full")
    program = BROKEN.format(module=module, name=name, breaks=textwrap.dedent(BREAKS[breaks]))
    done = house.run(
        "scan",
        scope,
        "--format",
        "json",
        "--no-faces",
        "--output",
        house.out / "report.json",
        command=(sys.executable, "-c", program),
    )
    assert house.leaks(finder) == {}
    if "outside all care" in breaks:
        assert done.returncode == 1
        assert b"ValueError at" in done.stderr, (done.stderr, house.run("journal", "show").stdout[-3000:])
    else:
        report = json.loads((house.out / "report.json").read_text())
        said = [entry["reason"] for entry in report["skipped"]] + [store["verdict"] for store in report["stores"]]
        assert {"broken", "unknown"} & set(said), report
