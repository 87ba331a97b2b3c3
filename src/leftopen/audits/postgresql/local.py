"""What the PostgreSQL audit asks of each database: functions, triggers, outward links, jobs. See ``looks.py`` for the columns."""

# ruff: noqa: S608  (the statements are put together from the constants of two files alone)
from __future__ import annotations

from leftopen.audits.postgresql.looks import _OWN, _ROW, _UNDATED, Look

_NOTES = "'(read_?_?me|warning|how_?to|recover|pwned|please_read|ransom|hacked|restore)'"

LOCAL: tuple[Look, ...] = (
    Look(
        "function",
        f"""
SELECT n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS name,
       concat_ws(', ', l.lanname, CASE WHEN p.prosecdef THEN 'security definer' END, 'owner ' || pg_get_userbyid(p.proowner),
                 'body ' || left(md5(p.prosrc), 8)) AS detail, {_ROW.format(a="p")},
       CASE WHEN l.lanname = 'c' THEN 'runs machine code inside the server'
            WHEN NOT l.lanpltrusted AND l.lanname <> 'internal' THEN 'its language may do everything on the host'
            WHEN p.prosecdef THEN 'runs with the rights of its owner' END AS why
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE p.oid >= 16384 AND {_OWN.format(a="p", t="pg_proc")}
""",
    ),
    Look(
        "trigger",
        f"""
SELECT t.tgname || ' on ' || c.relname AS name, 'calls ' || f.proname AS detail, {_ROW.format(a="t")}, NULL::text AS why
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc f ON f.oid = t.tgfoid WHERE NOT t.tgisinternal
""",
    ),
    Look(
        "event trigger",
        f"""
SELECT e.evtname::text AS name, concat_ws(', ', 'on ' || e.evtevent, 'calls ' || f.proname, 'owner ' || pg_get_userbyid(e.evtowner))
       AS detail, {_ROW.format(a="e")}, 'runs when others change the schema or log in' AS why
FROM pg_event_trigger e JOIN pg_proc f ON f.oid = e.evtfoid
""",
    ),
    Look(
        "rule",
        f"""
SELECT w.rulename || ' on ' || c.relname AS name, CASE WHEN w.is_instead THEN 'instead' ELSE 'also' END AS detail,
       {_ROW.format(a="w")}, 'rewrites statements of others' AS why
FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class WHERE w.oid >= 16384 AND w.rulename <> '_RETURN'
""",
    ),
    Look(
        "policy",
        f"""
SELECT p.polname || ' on ' || c.relname AS name, 'row security policy' AS detail, {_ROW.format(a="p")}, NULL::text AS why
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
""",
    ),
    Look(
        "foreign server",
        f"""
SELECT s.srvname::text AS name,
       concat_ws(', ', w.fdwname, (SELECT string_agg(o, ' ') FROM unnest(s.srvoptions) o WHERE o ~ '^(host|hostaddr|port|dbname)='),
                 'owner ' || pg_get_userbyid(s.srvowner)) AS detail, {_ROW.format(a="s")}, 'reaches another server' AS why
FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
""",
    ),
    Look(
        "user mapping",
        f"""
SELECT coalesce(m.usename, 'public') || ' on ' || m.srvname AS name,
       'keys ' || (SELECT string_agg(split_part(o, '=', 1), ', ') FROM unnest(m.umoptions) o) AS detail, {_UNDATED},
       'holds a credential for another server' AS why FROM pg_user_mappings m
""",
    ),
    Look(
        "publication",
        f"""
SELECT p.pubname::text AS name, CASE WHEN p.puballtables THEN 'all tables' ELSE 'some tables' END AS detail, {_ROW.format(a="p")},
       'offers changes to other servers' AS why FROM pg_publication p
""",
    ),
    Look(
        "extension",
        f"""
SELECT e.extname::text AS name, 'version ' || e.extversion AS detail, {_ROW.format(a="e")},
       CASE WHEN e.extname IN ('dblink', 'postgres_fdw', 'file_fdw', 'adminpack', 'pg_cron', 'plpython3u', 'plpythonu', 'plperlu',
                               'pltclu', 'plsh', 'http', 'pg_net', 'pg_background', 'oracle_fdw', 'mysql_fdw')
            THEN 'reaches outside the database' END AS why
FROM pg_extension e WHERE e.oid >= 16384
""",
    ),
    Look(
        "language",
        f"""
SELECT l.lanname::text AS name, 'not trusted' AS detail, {_ROW.format(a="l")}, 'its functions may do everything on the host' AS why
FROM pg_language l WHERE l.oid >= 16384 AND NOT l.lanpltrusted AND {_OWN.format(a="l", t="pg_language")}
""",
    ),
    Look(
        "large objects",
        """
SELECT 'of ' || pg_get_userbyid(o.lomowner) AS name, count(*) || ' objects' AS detail,
       (array_agg(o.xmin::text ORDER BY age(o.xmin)))[1] AS xid, NULL::text AS low, NULL::text AS high,
       'may hold files on their way to the host' AS why
FROM pg_largeobject_metadata o GROUP BY o.lomowner
""",
    ),
    Look(
        "default rights",
        f"""
SELECT pg_get_userbyid(d.defaclrole) || ' in ' || coalesce(n.nspname, 'every schema') AS name,
       'objects of type ' || d.defaclobjtype::text AS detail, {_ROW.format(a="d")}, 'gives rights on everything made later' AS why
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
""",
    ),
    Look(
        "cast",
        f"""
SELECT format_type(c.castsource, NULL) || ' to ' || format_type(c.casttarget, NULL) AS name, '' AS detail, {_ROW.format(a="c")},
       'runs when others compare or insert' AS why
FROM pg_cast c WHERE c.oid >= 16384 AND {_OWN.format(a="c", t="pg_cast")}
""",
    ),
    Look(
        "system function changed",
        f"""
SELECT p.proname::text AS name, 'part of the server, changed after it was made' AS detail, {_ROW.format(a="p")},
       'a function that everybody trusts was replaced' AS why
FROM pg_proc p WHERE p.oid < 16384 AND age(p.xmin) < (SELECT min(age(d.xmin)) FROM pg_language d WHERE d.oid < 14)
  AND age(p.xmin) < (SELECT age(t.xmin) FROM pg_database t WHERE t.datname = 'template0')
""",
    ),
    Look(
        "note",
        f"""
SELECT n.nspname || '.' || c.relname AS name, 'a table with the name of a ransom note' AS detail, {_ROW.format(a="c")},
       'somebody may have been here' AS why
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.oid >= 16384 AND c.relname ~* {_NOTES}
""",
    ),
    Look(
        "output table",
        f"""
SELECT n.nspname || '.' || c.relname AS name, 'one column of text' AS detail, {_ROW.format(a="c")},
       'the shape that takes the output of programs' AS why
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 1 AND a.atttypid = 'text'::regtype
WHERE c.relkind = 'r' AND c.oid >= 16384 AND c.relnatts = 1
""",
    ),
    Look(
        "job",
        f"""
SELECT 'job ' || jobid AS name, concat_ws(', ', schedule, 'in ' || database, 'as ' || username,
       CASE WHEN active THEN 'active' ELSE 'not active' END) AS detail, {_UNDATED}, 'runs by itself, again and again' AS why
FROM cron.job
""",
        needs="cron",
    ),
)
