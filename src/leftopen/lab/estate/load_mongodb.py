"""Load the estate's documents into a MongoDB server that the lab started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leftopen.lab.estate.records import Estate

STORE = "mongodb"


def seed_mongodb(estate: Estate, uri: str) -> dict[str, int]:
    """Insert unordered, in chunks, and only into the server named in ``uri`` (no discovery). Returns documents per collection."""
    from pymongo import MongoClient

    loaded = {}
    client: MongoClient[dict[str, Any]] = MongoClient(uri, directConnection=True, serverSelectionTimeoutMS=5000)
    try:
        for full_name in estate.collections(STORE):
            database, name = full_name.split(".", 1)
            collection = client[database][name]
            done = 0
            for docs in estate.records(STORE, full_name):
                assert isinstance(docs, list)
                collection.insert_many(docs, ordered=False)
                done += len(docs)
            loaded[full_name] = done
    finally:
        client.close()
    return loaded
