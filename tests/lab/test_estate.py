"""The estate's streams are what its truth says, the same every time, and load into real servers."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pytest
from stdnum import ean, imei, luhn
from stdnum.cn import ric

from leftopen.lab.estate import (
    STORES,
    Estate,
    export_csv,
    load_elasticsearch,
    load_mongodb,
    load_postgresql,
    load_redis,
    truth,
    write_truth,
)
from leftopen.lab.estate.people import resident_ids
from leftopen.lab.estate.truth import ages_on
from leftopen.lab.servers import Lab

GUARDED = {"guardianMobile", "sjh", "家长手机", "uid"}


def rows_of(estate: Estate, store: str, name: str) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for part in estate.records(store, name):
        out += part.to_pylist() if isinstance(part, pa.RecordBatch) else part
    return out


@lru_cache(maxsize=2)
def everything(entries: int = 2000, seed: int = 7) -> dict[tuple[str, str], list[dict[str, Any]]]:
    estate = Estate(entries, seed)
    return {(s, c): rows_of(estate, s, c) for s in STORES for c in estate.collections(s)}


def digest(estate: Estate) -> str:
    total = hashlib.sha256()
    for store in STORES:
        for name in estate.collections(store):
            for row in rows_of(estate, store, name):
                total.update(repr(row).encode())
    return total.hexdigest()


def leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [x for k, v in value.items() for x in leaves(v, f"{path}.{k}" if path else k)]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [x for v in value for x in leaves(v, f"{path}[]")]
    return [(path, value)]


def known_people(store: str, name: str, row: dict[str, Any], by_local: dict[str, str]) -> set[str]:
    """Keys of the people whom a record names, read from its values alone."""
    found = set()
    for path, value in leaves(row):
        last = path.split(".")[-1].removesuffix("[]")
        if isinstance(value, str) and len(value) == 19 and value.startswith("G") and ric.is_valid(value[1:]):
            found.add(value[1:])
        elif isinstance(value, str) and len(value) == 18 and last in {"national_id", "idCard", "sfzh", "身份证号"}:
            found.add(value)
        elif (store, name) == ("postgresql", "public.marks") and last == "pupil_no":
            found.add(by_local[value])
        elif (last in GUARDED and name != "xiaoyuan.jzg") or (name == "public.guardians" and last == "mobile"):
            found.add(f"mobile {value}")
    return found


def test_same_seed_gives_the_same_records_and_another_seed_others() -> None:
    first = digest(Estate(1000, 7))
    assert first == digest(Estate(1000, 7))
    assert first != digest(Estate(1000, 8))


def test_a_chunk_does_not_depend_on_what_was_read_before() -> None:
    alone = rows_of(Estate(2000), "redis", "capture:*")
    assert alone == everything()["redis", "capture:*"]


@pytest.mark.parametrize("entries", [1000, 1001, 13_000, 130_000, 1_300_000])
def test_the_sum_of_all_collections_is_the_size_asked_for(entries: int) -> None:
    estate = Estate(entries)
    assert sum(estate.sizes.values()) == entries
    assert min(estate.sizes.values()) > 0


def test_streams_hold_the_declared_number_of_records() -> None:
    estate = Estate(2000)
    assert {k: len(v) for k, v in everything().items()} == estate.sizes


def test_a_larger_estate_has_no_smaller_collection() -> None:
    sizes = [Estate(n).sizes for n in (1000, 5000, 13_000, 50_000)]
    for small, large in pairwise(sizes):
        assert all(large[k] >= n for k, n in small.items())


def test_persons_recounted_from_the_values_of_the_records() -> None:
    answer = truth(Estate(2000))
    local = {r["pupil_no"]: r["national_id"] for r in everything()["postgresql", "public.students"]}
    whole: set[str] = set()
    for store in STORES:
        seen: set[str] = set()
        for name, expected in answer["stores"][store]["collections"].items():
            people = set()
            for row in everything()[store, name]:
                people |= known_people(store, name, row, local)
            assert len(people) == expected["persons"]["total"], (store, name)
            seen |= people
        assert len(seen) == answer["stores"][store]["persons"]["total"], store
        whole |= seen
    assert len(whole) == answer["persons"]["total"]


def test_minors_ages_schools_and_period_recounted() -> None:
    answer = truth(Estate(2000))
    rows = everything()
    born: dict[str, date] = {}
    schools = set()
    for store, name, key, field in (
        ("postgresql", "public.students", "national_id", "birth_date"),
        ("postgresql", "public.staff", "national_id", "birth_date"),
        ("mongodb", "xiaoyuan.xs", "sfzh", "csrq"),
        ("redis", "student:*", "身份证号", "出生日期"),
    ):
        for row in rows[store, name]:
            value = row[field]
            born[row[key]] = value if isinstance(value, date) else date.fromisoformat(value)
            schools.add(row.get("school_name") or row.get("xx") or row.get("学校"))
    today = date(2020, 1, 10)
    years = [today.year - b.year - ((today.month, today.day) < (b.month, b.day)) for b in born.values()]
    assert sum(y < 18 for y in years) == answer["minors"]["count"]
    assert answer["minors"]["of_dated"] == pytest.approx(sum(y < 18 for y in years) / len(years), abs=1e-5)
    assert sum(answer["ages"].values()) == len(years)
    assert answer["ages"]["6-11"] == sum(6 <= y < 12 for y in years)
    assert len(schools) == answer["groups"] == 23
    ms = [r["captureTime"] for r in rows["elasticsearch", "capture-events"]]
    first = datetime.fromtimestamp(min(ms) / 1000, UTC).isoformat(timespec="milliseconds")
    period = answer["stores"]["elasticsearch"]["collections"]["capture-events"]["period"]
    assert (period["first"], period["days"]) == (first, 10)
    assert sum(period["per_hour"].values()) == len(ms)


@pytest.mark.parametrize("entries", [1000, 13_000])
def test_every_store_knows_23_schools_and_ten_days(entries: int) -> None:
    answer = truth(Estate(entries))
    assert {k: (s["groups"], s["period"]["days"]) for k, s in answer["stores"].items()} == dict.fromkeys(STORES, (23, 10))
    assert answer["period"]["days"] == 10


def test_every_field_is_declared_and_present_as_often_as_declared() -> None:
    answer = truth(Estate(2000))
    for (store, name), rows in everything().items():
        told = answer["stores"][store]["collections"][name]
        seen: dict[str, int] = {}
        for row in rows:
            for path in {p for p, _ in leaves(row)} - {""}:
                seen[path] = seen.get(path, 0) + 1
        if told["decoy"]:
            continue
        for field in told["fields"]:
            share = seen.get(field["path"], 0) / len(rows)
            assert share > 0 if field["share"] < 1 else share > 0.5, (store, name, field["path"])
            assert set(field["paths"]) & (set(seen) | {"location"}) or not field["paths"]
        assert set(told["decoy_fields"]) <= set(seen), (store, name)
        assert not {f["path"] for f in told["fields"]} & set(told["decoy_fields"])


def test_resident_ids_are_valid_different_and_agree_with_birth_date_and_sex() -> None:
    rows = everything()["postgresql", "public.students"] + everything()["postgresql", "public.staff"]
    assert len({r["national_id"] for r in rows}) == len(rows)
    for row in rows:
        number = row["national_id"]
        assert ric.is_valid(number)
        assert number.startswith("51")
        assert ric.get_birth_date(number) == row["birth_date"]
        assert "FM"[int(number[16]) % 2] == row["gender"]


def test_resident_ids_of_people_born_on_one_day_in_one_district_differ() -> None:
    n = 480
    born = np.full(n, 14_000, dtype=np.int64)
    numbers = resident_ids(np.random.default_rng(1), np.full(n, 510104, dtype=np.int64), born, np.zeros(n, dtype=np.int64))
    assert len(set(numbers)) == n


def test_pupils_are_of_school_age_and_mobiles_differ() -> None:
    people = Estate(130_000).people
    years = ages_on(people.pupils.who.born, date(2020, 1, 10))
    assert (int(years.min()), int(years.max())) == (6, 18)
    mobiles = [*people.guardians.mobile, *people.staff.mobile]
    assert len(set(mobiles)) == len(mobiles)
    assert all(len(m) == 11 and m.isdigit() for m in mobiles)


def test_devices_and_goods_carry_right_check_digits() -> None:
    assert all(imei.is_valid(r["imei"]) for r in everything()["mongodb", "xiaoyuan.xsk"])
    assert all(ean.is_valid(r["ean"]) for r in everything()["postgresql", "public.products"])
    # A decoy misleads: some numbers that are no cards pass a card's check digit.
    assert any(luhn.is_valid(r["batch_no"]) for r in everything()["postgresql", "public.shipments"])


def test_vectors_of_one_person_lie_closer_than_those_of_two() -> None:
    rows = rows_of(Estate(5000), "redis", "capture:*")
    vectors = np.array([r["f_07"] for r in rows])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    names = np.array([r["c2"] for r in rows])
    near = vectors @ vectors.T
    same = (names[:, None] == names[None, :]) & ~np.eye(len(rows), dtype=bool)
    assert near[same].min() > near[names[:, None] != names[None, :]].max()


def test_faces_are_pictures() -> None:
    shown = [r["zp"] for r in everything()["mongodb", "xiaoyuan.xs"] if "zp" in r]
    assert shown
    assert all(bytes(p).startswith(b"\xff\xd8\xff") for p in shown)


def test_events_end_before_the_end_asked_for() -> None:
    end = datetime(2026, 3, 5, 3, tzinfo=UTC)
    period = truth(Estate(1000, end=end))["period"]
    assert datetime.fromisoformat(period["last"]) <= end
    assert datetime.fromisoformat(period["first"]) > end - timedelta(days=11)


def test_refuses_a_size_or_an_end_that_make_no_estate() -> None:
    with pytest.raises(ValueError, match=r"1,000"):
        Estate(999)
    with pytest.raises(ValueError, match="time zone"):
        Estate(1000, end=datetime(2020, 1, 10))  # noqa: DTZ001


def test_truth_is_written_as_json(tmp_path: Path) -> None:
    planted = [{"store": "redis", "kind": "key", "name": "k", "why": "w"}]
    answer = write_truth(tmp_path / "truth.json", Estate(1000), planted)
    assert json.loads((tmp_path / "truth.json").read_text("utf-8")) == json.loads(orjson.dumps(answer))
    assert answer["planted"] == planted


@pytest.mark.parametrize("opaque", [False, True])
def test_csv_has_every_pupil_and_its_truth_fits_its_header(tmp_path: Path, opaque: bool) -> None:
    estate = Estate(1000)
    told = export_csv(estate, tmp_path / "pupils.csv", opaque=opaque)
    with (tmp_path / "pupils.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == told["rows"] == len(estate.people.pupils)
    header = list(rows[0])
    assert set(header) == {f["path"] for f in told["fields"]} | set(told["decoy_fields"])
    assert (header[0] == "c1") is opaque
    number = next(f["path"] for f in told["fields"] if f["category"] == "identity.cn_ric18")
    assert all(ric.is_valid(r[number]) for r in rows)


@pytest.mark.servers
def test_redis_holds_what_was_sent_and_what_a_visitor_left() -> None:
    from redis import Redis

    estate = Estate(1000)
    with Lab() as lab:
        server = lab.redis("open", records=0)
        loaded = load_redis.seed_redis(estate, server.host, server.port)
        client = Redis(host=server.host, port=server.port)
        assert client.dbsize() == sum(loaded.values()) == sum(n for (s, _), n in estate.sizes.items() if s == "redis")
        row = rows_of(estate, "redis", "student:*")[0]
        stored = {k.decode(): v.decode() for k, v in client.hgetall(row.pop("")).items()}
        assert stored == row
        left = load_redis.plant_visitor_redis(server.host, server.port)
        assert left[0]["name"] in client.acl_users()
        assert client.exists(left[1]["name"])
        client.close()


@pytest.mark.servers
def test_postgresql_holds_what_was_sent_and_what_a_visitor_left() -> None:
    from adbc_driver_postgresql import dbapi

    estate = Estate(1000)
    with Lab() as lab:
        server = lab.postgresql("open", records=0)
        loaded = load_postgresql.seed_postgresql(estate, server.admin_dsn or server.dsn)
        left = load_postgresql.plant_visitor_postgresql(server.admin_dsn or server.dsn)
        with dbapi.connect(server.admin_dsn or server.dsn) as link, link.cursor() as cursor:
            for table, rows in loaded.items():
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone() == (rows,)
            cursor.execute("SELECT checked_at, student_no FROM attendance ORDER BY id LIMIT 1")
            first = rows_of(estate, "postgresql", "public.attendance")[0]
            assert cursor.fetchone() == (first["checked_at"], first["student_no"])
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = $1", (left[0]["name"],))
            assert cursor.fetchone() == (True,)
            cursor.execute("SELECT prosecdef FROM pg_proc WHERE oid = $1::text::regprocedure", (left[1]["name"],))
            assert cursor.fetchone() == (True,)


@pytest.mark.servers
def test_mongodb_holds_what_was_sent() -> None:
    from pymongo import MongoClient

    estate = Estate(1000)
    with Lab() as lab:
        server = lab.mongodb("open", records=0)
        uri = f"mongodb://{server.host}:{server.port}"
        loaded = load_mongodb.seed_mongodb(estate, uri)
        with MongoClient[dict[str, Any]](uri, directConnection=True) as client:
            found = {name: client["xiaoyuan"][name.split(".")[1]].count_documents({}) for name in loaded}
            assert found == loaded
            row = rows_of(estate, "mongodb", "xiaoyuan.xs")[0]
            assert client["xiaoyuan"]["xs"].find_one({"_id": row["_id"]}) == row


@pytest.mark.servers
@pytest.mark.parametrize("version", ["osmem", "noida"])
def test_elasticsearch_stand_ins_hold_what_was_sent(version: str) -> None:
    import httpx

    estate = Estate(1000)
    with Lab() as lab:
        server = lab.elasticsearch("open", version=version, records=0)
        url = f"http://{server.host}:{server.port}"
        loaded = load_elasticsearch.seed_elasticsearch(estate, url)
        for index, rows in loaded.items():
            assert httpx.get(f"{url}/{index}/_count").json()["count"] == rows
        row = rows_of(estate, "elasticsearch", "capture-events")[0]
        body = {"size": 200, "query": {"match_all": {}}}
        hits = httpx.post(f"{url}/capture-events/_search", json=body).json()["hits"]["hits"]
        assert row in [h["_source"] for h in hits]
