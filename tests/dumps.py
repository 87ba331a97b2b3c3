"""Everything that a store of the lab holds, read by the lab's own way in: what must be equal before and after a scan."""

from __future__ import annotations

import json
from typing import Any

import httpx
from pymongo import MongoClient
from redis import Redis

from leftopen.lab.servers import Lab, Running, postgresql

_TABLES = (
    "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
)
_CATALOGUE = (
    "SELECT (SELECT string_agg(format('%s %s %s', rolname, rolsuper, rolcanlogin), ',' ORDER BY rolname) FROM pg_roles), "
    "(SELECT string_agg(proname, ',' ORDER BY oid) FROM pg_proc WHERE oid >= 16384), "
    "(SELECT string_agg(format('%s %s', relname, relkind), ',' ORDER BY oid) FROM pg_class WHERE oid >= 16384), "
    "(SELECT string_agg(format('%s %s', name, setting), ',' ORDER BY name) FROM pg_settings "
    "WHERE source NOT IN ('session', 'client') AND name NOT LIKE 'log%'), "
    "(SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_all_tables)"
)


def dump(lab: Lab, running: Running) -> Any:
    """All records and all names, comparable with ``==``."""
    return {"redis": _redis, "postgresql": _postgresql, "mongodb": _mongodb, "elasticsearch": _elasticsearch}[running.kind](
        lab, running
    )


def _redis(_lab: Lab, running: Running) -> Any:
    with Redis.from_url(running.admin_dsn) as client:
        keys = sorted(client.scan_iter(count=1000))
        values = [(key, client.type(key), client.pttl(key), client.dump(key)) for key in keys]
        config = {name: value for name, value in client.config_get("*").items() if name != "maxmemory-clients"}
        return values, config, sorted(client.acl_list())


def _postgresql(lab: Lab, running: Running) -> Any:
    found: dict[str, str] = {}
    for database in postgresql.sql(lab, running, "SELECT datname FROM pg_database WHERE datallowconn").split():
        found[database] = postgresql.sql(lab, running, _CATALOGUE, database)
        for table in postgresql.sql(lab, running, _TABLES, database).split():
            found[f"{database}.{table}"] = postgresql.sql(lab, running, f"SELECT t FROM {table} t ORDER BY t::text", database)
    return found


def _mongodb(_lab: Lab, running: Running) -> Any:
    found: dict[str, Any] = {}
    with MongoClient(running.admin_dsn or running.dsn, directConnection=True) as client:
        for database in sorted(client.list_database_names()):
            for name in sorted(client[database].list_collection_names()):
                documents = sorted(client[database][name].find(), key=lambda doc: str(doc["_id"]))
                found[f"{database}.{name}"] = (documents, sorted(client[database][name].index_information()))
    return found


def _elasticsearch(_lab: Lab, running: Running) -> Any:
    found: dict[str, Any] = {}
    with httpx.Client(base_url=running.admin_dsn or running.dsn, trust_env=False, timeout=30) as client:
        indices = sorted(entry["index"] for entry in client.get("/_cat/indices?format=json").json())
        for index in indices:
            hits = client.get(f"/{index}/_search?size=10000").json()["hits"]["hits"]
            found[index] = (
                client.get(f"/{index}/_mapping").json(),
                sorted(json.dumps(hit["_source"], sort_keys=True) for hit in hits),
            )
    return found
