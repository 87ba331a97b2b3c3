"""What PostgreSQL's own catalogue is asked, and how a table is turned into one readable SELECT."""

from __future__ import annotations

from dataclasses import dataclass

from leftopen.connectors.postgresql_protocol import identifier

MAX_TABLES = 5000

DATABASES = (
    "SELECT datname::text FROM pg_catalog.pg_database WHERE datallowconn AND NOT datistemplate "
    "AND pg_catalog.has_database_privilege(oid, 'CONNECT') ORDER BY datname LIMIT 200"
)
BANNER = "SELECT pg_catalog.version()"

_OURS = (
    "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)' "
    "AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e' "
    "AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass)"
)

NAMES = f"""
SELECT c.oid, n.nspname, c.relname, c.relkind FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'm', 'f', 'v') AND {_OURS}
ORDER BY c.reltuples DESC, c.oid LIMIT 500
"""  # noqa: S608 - constant text
"""Tables, materialised views, views and foreign tables that no extension brought."""

TABLES = f"""
WITH RECURSIVE tree AS (
  SELECT oid AS root, oid AS part FROM pg_catalog.pg_class WHERE relkind = 'p'
  UNION ALL
  SELECT t.root, i.inhrelid FROM tree t JOIN pg_catalog.pg_inherits i ON i.inhparent = t.part
), outside AS (
  SELECT DISTINCT t.root FROM tree t JOIN pg_catalog.pg_class c ON c.oid = t.part WHERE c.relkind = 'f'
), whole AS (
  SELECT t.root, t.part FROM tree t WHERE t.root NOT IN (SELECT root FROM outside) AND t.root <> t.part
), sizes AS (
  SELECT w.root, sum(greatest(p.reltuples, 0)) AS tuples, sum(pg_catalog.pg_relation_size(p.oid)) AS bytes,
         bool_and(p.reltuples >= 0) AS known
  FROM whole w JOIN pg_catalog.pg_class p ON p.oid = w.part WHERE p.relkind = 'r' GROUP BY w.root
)
SELECT c.oid::int8, n.nspname::text, c.relname::text, c.relkind::text,
  CASE WHEN c.relkind = 'p' THEN CASE WHEN s.known THEN s.tuples ELSE -1 END::float8
       WHEN c.reltuples < 0 OR (c.reltuples = 0 AND c.relpages = 0) THEN coalesce(nullif(u.n_live_tup, 0), -1)
       ELSE c.reltuples END::float8,
  CASE WHEN c.relkind = 'p' THEN coalesce(s.bytes, 0) WHEN c.relkind = 'f' THEN 0 ELSE pg_catalog.pg_relation_size(c.oid) END::int8,
  pg_catalog.has_any_column_privilege(c.oid, 'SELECT')
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN sizes s ON s.root = c.oid
LEFT JOIN pg_catalog.pg_stat_user_tables u ON u.relid = c.oid
WHERE c.relkind IN ('r', 'm', 'p', 'f') AND {_OURS}
  AND c.oid NOT IN (SELECT part FROM whole) AND c.oid NOT IN (SELECT root FROM outside)
ORDER BY n.nspname, c.relname LIMIT {MAX_TABLES}
"""  # noqa: S608 - constant text
"""One row a table: oid, schema, name, kind, rows (-1: never counted), bytes, readable. A partitioned table stands for its parts,
unless one of them is foreign: then the parts stand for themselves, so that no other server is ever reached."""

COLUMNS = """
SELECT a.attrelid::int8, a.attname::text, t.typname::text, tn.nspname::text, t.typtype::text, coalesce(e.typname::text, ''),
  coalesce(en.nspname::text, ''), coalesce(b.typname::text, ''), pg_catalog.format_type(a.atttypid, a.atttypmod),
  pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT')
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typlen = -1 AND t.typcategory = 'A'
LEFT JOIN pg_catalog.pg_namespace en ON en.oid = e.typnamespace
LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype AND t.typtype = 'd'
WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid IN ({oids})
ORDER BY a.attrelid, a.attnum
"""

_AS_IT_IS = frozenset(
    ("bool", "int2", "int4", "int8", "float4", "float8", "text", "varchar", "bytea", "date", "timestamp", "timestamptz")
)
_LISTS = frozenset(("bool", "int2", "int4", "int8", "float4", "float8", "text", "varchar"))


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its declared type, the expression that makes it readable, and whether we may read it."""

    name: str
    declared: str
    expression: str
    readable: bool = True


def column(
    name: str,
    kind: str,
    space: str,
    letter: str,
    element: str,
    element_space: str,
    base: str,
    declared: str,
    *,
    readable: bool = True,
) -> Column:
    """The expression that turns a column of any type into one that Arrow knows."""
    quoted = identifier(name)
    own = space == "pg_catalog"
    if own and (kind in _AS_IT_IS or (element in _LISTS and element_space == "pg_catalog")):
        text = quoted
    elif letter == "d" and base in _AS_IT_IS:
        text = f"{quoted}::pg_catalog.{base}"
    elif own and kind == "inet":
        text = f"pg_catalog.abbrev({quoted})"  # without /32
    elif kind in ("vector", "halfvec"):
        text = f"{quoted}::pg_catalog.float4[]"
    elif kind in ("geometry", "geography"):
        text = f"{identifier(space)}.st_astext({quoted})"
    elif element:
        text = f"pg_catalog.to_json({quoted})::pg_catalog.text"
    else:
        text = f"{quoted}::pg_catalog.text"
    return Column(name, declared, text, readable)


def select(schema: str, table: str, kind: str, columns: list[Column], tail: str = "") -> str:
    """The SELECT that reads a table: ``ONLY`` itself unless it is partitioned, columns in order, made readable."""
    chosen = ", ".join(f"{c.expression} AS {identifier(c.name)}" for c in columns)
    return f"SELECT {chosen} FROM {source(schema, table, kind)}{tail}"  # noqa: S608 - names are quoted


def source(schema: str, table: str, kind: str) -> str:
    """The table as FROM names it. A child of an inheritance tree is a collection of its own, hence ``ONLY``."""
    return f"{'' if kind == 'p' else 'ONLY '}{identifier(schema)}.{identifier(table)}"


def one_row(schema: str, table: str, kind: str) -> str:
    """Reads one row and returns none of its values."""
    return f"SELECT 1 FROM {source(schema, table, kind)} LIMIT 1"  # noqa: S608 - names are quoted


def count(schema: str, table: str, kind: str) -> str:
    """Counts a small table."""
    return f"SELECT count(*) FROM {source(schema, table, kind)}"  # noqa: S608 - names are quoted
