"""Load the estate's tables into a PostgreSQL server that the lab started; leave in it what a visitor could have left."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from leftopen.lab.estate.records import Estate

STORE = "postgresql"
ADMIN = "backup_adm"
FUNCTION = "public.refresh_stats()"


def _sql_type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return "real[]"
    if pa.types.is_timestamp(kind):
        return "timestamptz"
    plain = {"int64": "bigint", "double": "double precision", "bool": "boolean", "date32[day]": "date", "string": "text"}
    return plain[str(kind)]


def _create(cursor: Any, table: str, schema: pa.Schema) -> None:
    columns = ", ".join(f"{f.name} {_sql_type(f.type)}" for f in schema)
    cursor.execute(f"CREATE TABLE {table} ({columns})")


def seed_postgresql(estate: Estate, dsn: str) -> dict[str, int]:
    """Create and fill the tables by binary COPY. ``dsn``: a libpq URI of a role that may create tables. Rows loaded per table."""
    from adbc_driver_postgresql import dbapi

    loaded = {}
    with dbapi.connect(dsn) as connection, connection.cursor() as cursor:
        for table in estate.collections(STORE):
            batches = estate.records(STORE, table)
            first = next(batches)
            assert isinstance(first, pa.RecordBatch)
            _create(cursor, table, first.schema)
            schema, name = table.split(".")

            def stream(first: pa.RecordBatch = first, rest: Any = batches) -> Any:
                yield first
                yield from rest

            reader = pa.RecordBatchReader.from_batches(first.schema, stream())
            cursor.adbc_ingest(name, reader, mode="append", db_schema_name=schema)
            loaded[table] = estate.rows(STORE, table)
        connection.commit()
        # Without statistics a fresh table claims no rows: a server in use has them.
        cursor.execute("ANALYZE")
        connection.commit()
    return loaded


def beat(dsn: str, times: int = 3) -> None:
    """The running system writes a line now and then, each in a transaction of its own: rows that tell when they were written."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS heartbeat (at timestamptz NOT NULL DEFAULT now(), state text NOT NULL)")
        connection.commit()
        for _ in range(times):
            cursor.execute("INSERT INTO heartbeat (state) VALUES ('ok')")
            connection.commit()


def plant_visitor_postgresql(dsn: str) -> list[dict[str, str]]:
    """Leave what a visitor with superuser rights could: an administrator, and a function that runs with its owner's rights.

    Harmless (the function returns a number; nobody knows the password). Returns what the audit must find.
    """
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ADMIN} LOGIN SUPERUSER PASSWORD '{secrets.token_hex(16)}'")
        cursor.execute(f"CREATE FUNCTION {FUNCTION} RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'")
        cursor.execute(f"ALTER FUNCTION {FUNCTION} OWNER TO {ADMIN}")
        connection.commit()
    return [
        {"store": STORE, "kind": "account", "name": ADMIN, "why": "superuser created while the store was open"},
        {"store": STORE, "kind": "function", "name": FUNCTION, "why": "SECURITY DEFINER, owned by that superuser"},
    ]
