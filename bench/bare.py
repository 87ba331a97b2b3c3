"""Reading everything of a store by its fastest driver and throwing it away: what a full scan is held against."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any

SCROLL = 2_000
KEYS = 1_000
STRINGS = (b"capture:", b"order:")
"""Prefixes of the estate's keys that hold strings; the others hold hashes."""


def postgresql(dsn: str, table: str) -> int:
    """Rows of one table, by ADBC to Arrow."""
    from adbc_driver_postgresql import dbapi

    rows = 0
    with dbapi.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(8 << 20)})
        cursor.execute(f"SELECT * FROM {table}")
        for batch in cursor.fetch_record_batch():
            rows += batch.num_rows
    return rows


def mongodb(dsn: str, name: str) -> int:
    """Bytes of one collection, in raw batches of BSON that nobody decodes."""
    from pymongo import MongoClient

    database, _, collection = name.partition(".")
    client: MongoClient[dict[str, Any]] = MongoClient(dsn, directConnection=True)
    with client:
        return sum(len(raw) for raw in client[database][collection].find_raw_batches(batch_size=16_384))


def redis(dsn: str, _name: str) -> int:
    """Keys of the whole server, in pipelines, replies parsed by hiredis. The types are known, as they are to nobody else."""
    from redis import Redis

    read = 0
    with Redis.from_url(dsn) as client:
        cursor = -1
        while cursor:
            cursor, keys = client.scan(cursor=max(cursor, 0), count=KEYS)
            with client.pipeline(transaction=False) as pipe:
                for key in keys:
                    if key.startswith(STRINGS):
                        pipe.get(key)
                    else:
                        pipe.hgetall(key)
                read += len(pipe.execute(raise_on_error=False))
    return read


def elasticsearch(dsn: str, index: str) -> int:
    """Documents of one index, scrolled by httpx and parsed by orjson."""
    import httpx
    import orjson

    read = 0
    with httpx.Client(base_url=dsn, timeout=120, trust_env=False) as client:
        body = {"size": SCROLL, "query": {"match_all": {}}, "sort": ["_doc"]}
        page = orjson.loads(client.post(f"/{index}/_search?scroll=1m", json=body).raise_for_status().content)
        while page["hits"]["hits"]:
            read += len(page["hits"]["hits"])
            more = {"scroll": "1m", "scroll_id": page["_scroll_id"]}
            page = orjson.loads(client.post("/_search/scroll", json=more).raise_for_status().content)
    return read


READERS = {"postgresql": postgresql, "mongodb": mongodb, "redis": redis, "elasticsearch": elasticsearch}


def read(piece: tuple[str, str, str]) -> tuple[str, float, int]:
    """(kind, seconds, what was counted) of one piece ``(kind, dsn, collection)``."""
    kind, dsn, name = piece
    begun = time.perf_counter()
    count = READERS[kind](dsn, name)
    return kind, time.perf_counter() - begun, count


def all_of(arguments: dict[str, Any]) -> dict[str, Any]:
    """Child: read all pieces, in this process or in ``workers``; wall seconds in all, and seconds for each kind."""
    pieces = [tuple(piece) for piece in arguments["pieces"]]
    for module in ("adbc_driver_postgresql.dbapi", "pymongo", "redis", "httpx", "orjson"):
        __import__(module)
    begun = time.perf_counter()
    if arguments["workers"] > 1:
        with ProcessPoolExecutor(arguments["workers"]) as pool:
            done = list(pool.map(read, pieces))
    else:
        done = [read(piece) for piece in pieces]
    wall = time.perf_counter() - begun
    kinds: dict[str, float] = {}
    for kind, seconds, _ in done:
        kinds[kind] = kinds.get(kind, 0.0) + seconds
    return {
        "seconds": wall,
        "kinds": kinds,
        "pieces": [[p[0], p[2], round(d[1], 3), d[2]] for p, d in zip(pieces, done, strict=True)],
    }
