"""What the PostgreSQL audit asks: every statement it may send, as data. All of them are SELECTs on the system catalogue.

Each answers (name, detail, xid, low, high, why): ``xid`` is the transaction of the row's last change, ``low``/``high`` seconds
since 1970 where the catalogue itself has a date, ``why`` what makes it dangerous (NULL: nothing by itself). No password, no
function body, no connection string is asked for.
"""

# ruff: noqa: S608  (the statements are put together from the constants of this file alone)
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """One statement. ``needs`` names a right from :data:`RIGHTS`; ``instead``: used only if that right is missing."""

    kind: str
    sql: str
    needs: str = ""
    lacks: str = ""
    hides: str = ""
    """What stays unseen if the right is missing."""


RIGHTS = """
SELECT has_table_privilege('pg_authid', 'select') AS authid,
       has_table_privilege('pg_subscription', 'select') AS subscription,
       has_table_privilege('pg_file_settings', 'select')
         AND has_function_privilege('pg_show_all_file_settings()', 'execute') AS files,
       has_table_privilege('pg_hba_file_rules', 'select') AND has_function_privilege('pg_hba_file_rules()', 'execute') AS hba,
       has_function_privilege('pg_stat_file(text)', 'execute') AS stat,
       has_table_privilege('pg_user_mapping', 'select') AS mapping,
       pg_has_role(current_user, 'pg_read_all_settings', 'usage') AS settings,
       pg_has_role(current_user, 'pg_read_all_stats', 'usage') AS stats,
       to_regclass('cron.job') IS NOT NULL AND has_schema_privilege('cron', 'usage')
         AND has_table_privilege('cron.job', 'select') AS cron,
       has_function_privilege('pg_control_checkpoint()', 'execute') AS control
"""
"""``to_regclass`` is evaluated before the rights on it: NULL AND … stays false."""

RIGHTS_WITHOUT_CRON = RIGHTS.replace(
    """to_regclass('cron.job') IS NOT NULL AND has_schema_privilege('cron', 'usage')
         AND has_table_privilege('cron.job', 'select') AS cron""",
    "false AS cron",
)

CRON = """
SELECT count(*)::text AS n FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid
WHERE nspname = 'cron' AND relname = 'job'
"""

MOMENTS = """
SELECT current_setting('server_version') AS version, current_user::text AS who,
       extract(epoch FROM now())::text AS now, extract(epoch FROM pg_postmaster_start_time())::text AS started,
       extract(epoch FROM pg_conf_load_time())::text AS loaded, current_setting('track_commit_timestamp') AS stamps,
       current_setting('transaction_read_only') AS readonly, current_database()::text AS db, pg_is_in_recovery()::text AS recovery
"""
CONTROL = """
SELECT (s.system_identifier >> 32)::text AS made, extract(epoch FROM c.checkpoint_time)::text AS checkpoint,
       split_part(c.next_xid, ':', 1) AS epoch, split_part(c.next_xid, ':', 2) AS next
FROM pg_control_system() s, pg_control_checkpoint() c
"""
DATABASES = """
SELECT datname::text AS name, has_database_privilege(oid, 'connect')::text AS may
FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY datname
"""
RULERS = """
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name, quote_ident(a.attname) AS col,
       greatest(pg_relation_size(c.oid), 1)::text AS size,
       coalesce(
         pg_get_expr(d.adbin, d.adrelid) ~* '(now|(clock|transaction|statement)_timestamp)\\(\\)|^current_timestamp', false)::text
         AS auto
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid = 'timestamptz'::regtype
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind = 'r' AND c.oid >= 16384 AND NOT c.relrowsecurity AND has_schema_privilege(n.oid, 'usage')
  AND has_table_privilege(c.oid, 'select')
ORDER BY auto DESC, pg_relation_size(c.oid) DESC LIMIT 8
"""
RULER = """
SELECT xmin::text AS xid, extract(epoch FROM min({col}))::text AS low, extract(epoch FROM max({col}))::text AS high
FROM ONLY {name} {sample} WHERE isfinite({col}) GROUP BY xmin LIMIT 200000
"""
COMMITS = "SELECT x AS xid, extract(epoch FROM pg_xact_commit_timestamp(x::xid))::text AS at FROM (VALUES {xids}) v(x)"

_NONE = "NULL::text AS xid"
_UNDATED = f"{_NONE}, NULL::text AS low, NULL::text AS high"
_ROW = "{a}.xmin::text AS xid, NULL::text AS low, NULL::text AS high"
_OWN = "NOT EXISTS (SELECT 1 FROM pg_depend x WHERE x.objid = {a}.oid AND x.classid = '{t}'::regclass AND x.deptype = 'e')"

_ACCOUNT = """
SELECT rolname::text AS name,
       concat_ws(', ', CASE WHEN rolcanlogin THEN 'may log in' ELSE 'may not log in' END, CASE WHEN rolsuper THEN 'superuser' END,
                 CASE WHEN rolreplication THEN 'replication' END, CASE WHEN rolbypassrls THEN 'bypasses row security' END,
                 CASE WHEN rolcreaterole THEN 'makes roles' END, CASE WHEN rolcreatedb THEN 'makes databases' END,
                 CASE WHEN oid = 10 THEN 'the first role' END) AS detail, {dates},
       CASE WHEN rolsuper THEN 'may do everything' WHEN rolreplication THEN 'may copy the whole server'
            WHEN rolbypassrls THEN 'reads past row security' WHEN rolcreaterole THEN 'may make accounts' END AS why
FROM {source} r WHERE rolname !~ '^pg_'
"""
_POWERS = (
    "'pg_execute_server_program', 'pg_write_server_files', 'pg_read_server_files', 'pg_write_all_data', 'pg_read_all_data', "
    "'pg_signal_backend', 'pg_create_subscription', 'pg_checkpoint', 'pg_maintain'"
)
_HOOKS = (
    "'archive_command', 'archive_library', 'restore_command', 'recovery_end_command', 'archive_cleanup_command', "
    "'ssl_passphrase_command', 'shared_preload_libraries', 'session_preload_libraries', 'local_preload_libraries', "
    "'dynamic_library_path', 'primary_conninfo', 'jit_provider', 'extension_control_path'"
)
_DANGEROUS = (
    "'session_preload_libraries', 'local_preload_libraries', 'search_path', 'role', 'dynamic_library_path', "
    "'row_security', 'session_replication_role', 'log_statement', 'log_min_messages', 'log_connections'"
)

CLUSTER: tuple[Look, ...] = (
    Look("account", _ACCOUNT.format(source="pg_authid", dates=_ROW.format(a="r")), needs="authid", hides="dates of accounts"),
    Look("account", _ACCOUNT.format(source="pg_roles", dates=_UNDATED), lacks="authid"),
    Look(
        "membership",
        f"""
SELECT m.rolname || ' in ' || g.rolname AS name, CASE WHEN a.admin_option THEN 'may pass it on' ELSE '' END AS detail,
       {_ROW.format(a="a")},
       CASE WHEN g.rolsuper THEN 'becomes superuser' WHEN g.rolname IN ({_POWERS}) THEN 'a powerful predefined role' END AS why
FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member JOIN pg_roles g ON g.oid = a.roleid WHERE m.rolname !~ '^pg_'
""",
    ),
    Look(
        "role setting",
        f"""
SELECT coalesce(r.rolname, 'every role') || ' in ' || coalesce(d.datname, 'every database') AS name,
       (SELECT string_agg(split_part(c, '=', 1), ', ') FROM unnest(s.setconfig) c) AS detail, {_ROW.format(a="s")},
       CASE WHEN EXISTS (SELECT 1 FROM unnest(s.setconfig) c WHERE split_part(c, '=', 1) IN ({_DANGEROUS}))
            THEN 'changes what runs or whose rights are used at each login' END AS why
FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase
""",
    ),
    Look(
        "subscription",
        f"""
SELECT s.subname::text AS name,
       concat_ws(', ', CASE WHEN s.subenabled THEN 'enabled' ELSE 'disabled' END,
                 'from ' || substring(s.subconninfo FROM 'host(?:addr)?=''?([^ '']+)')) AS detail, {_ROW.format(a="s")},
       'takes data and changes from another server' AS why FROM pg_subscription s
""",
        needs="subscription",
        hides="where subscriptions lead, and their dates",
    ),
    Look(
        "subscription",
        f"""
SELECT subname::text AS name, CASE WHEN subenabled THEN 'enabled' ELSE 'disabled' END AS detail, {_UNDATED},
       'takes data and changes from another server' AS why FROM pg_subscription
""",
        lacks="subscription",
    ),
    Look(
        "replication slot",
        f"""
SELECT slot_name::text AS name, concat_ws(', ', slot_type, plugin, database, CASE WHEN active THEN 'in use' ELSE 'not in use' END)
       AS detail, {_UNDATED}, 'lets a copy be drawn continuously' AS why FROM pg_replication_slots
""",
    ),
    Look(
        "replica",
        f"""
SELECT coalesce(client_addr::text, 'local') || ' as ' || usename AS name, state AS detail, {_NONE},
       extract(epoch FROM backend_start)::text AS low, extract(epoch FROM backend_start)::text AS high,
       'a standing copy of everything' AS why FROM pg_stat_replication
""",
        needs="stats",
        hides="connected replicas",
    ),
    Look(
        "client",
        f"""
SELECT usename || ' from ' || host(client_addr) AS name, count(*) || ' connections' AS detail, {_NONE},
       extract(epoch FROM min(backend_start))::text AS low, extract(epoch FROM min(backend_start))::text AS high,
       NULL::text AS why
FROM pg_stat_activity WHERE client_addr IS NOT NULL AND pid <> pg_backend_pid() GROUP BY usename, client_addr
""",
        needs="stats",
        hides="who is connected now",
    ),
    Look(
        "setting",
        f"""
SELECT name, concat_ws(', ', 'from ' || source, 'program ' || nullif(substring(setting FROM '^[^ ]*'), '')) AS detail, {_UNDATED},
       'runs a program or loads a library' AS why
FROM pg_settings WHERE name IN ({_HOOKS}) AND setting IS DISTINCT FROM boot_val AND setting NOT IN ('', '(disabled)')
""",
        needs="settings",
        hides="settings that run programs",
    ),
    Look(
        "file setting",
        f"""
SELECT name, concat_ws(', ', 'in postgresql.auto.conf', CASE WHEN applied THEN 'in force' ELSE 'not in force yet' END) AS detail,
       {_UNDATED}, CASE WHEN name IN ({_HOOKS}) THEN 'runs a program or loads a library' END AS why
FROM pg_file_settings WHERE sourcefile LIKE '%postgresql.auto.conf' AND name IS NOT NULL
""",
        needs="files",
        hides="settings made with ALTER SYSTEM",
    ),
    Look(
        "entry rule",
        f"""
SELECT 'pg_hba.conf line ' || line_number AS name,
       concat_ws(' ', type, array_to_string(database, ','), array_to_string(user_name, ','), address, auth_method) AS detail,
       {_UNDATED},
       CASE WHEN auth_method = 'trust' AND type <> 'local' THEN 'lets in without a password'
            WHEN auth_method = 'password' THEN 'passwords pass in clear'
            WHEN 'replication' = ANY (database) AND address NOT IN ('127.0.0.1', '::1') THEN 'lets copies be drawn' END AS why
FROM pg_hba_file_rules WHERE error IS NULL
""",
        needs="hba",
        hides="rules of entry (pg_hba.conf)",
    ),
    Look(
        "tablespace",
        f"""
SELECT t.spcname::text AS name, 'owner ' || pg_get_userbyid(t.spcowner) AS detail, {_ROW.format(a="t")}, NULL::text AS why
FROM pg_tablespace t WHERE t.oid >= 16384
""",
    ),
)

FILES = """
SELECT extract(epoch FROM (pg_stat_file(f)).modification)::text AS at, k AS kind
FROM (VALUES ('postgresql.auto.conf', 'file setting'), (current_setting('hba_file'), 'entry rule')) v(f, k)
"""
