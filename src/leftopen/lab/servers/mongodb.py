"""Stand-ins for MongoDB, each a process of its own and never imported: SecantusDB, and NX-27017 for the tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leftopen.lab.servers import certificates
from leftopen.lab.servers.binaries import console_script
from leftopen.lab.servers.process import Child, spawn
from leftopen.lab.servers.records import people
from leftopen.lab.servers.running import LabError, Running
from leftopen.lab.servers.yard import Kept, Yard, secret

if TYPE_CHECKING:
    from pymongo import MongoClient

VERSIONS = ("secantus", "nx")
STATES = ("open", "empty", "auth", "tls")


def start(yard: Yard, state: str, version: str, host: str, port: int | None, records: int | None) -> Running:
    """Start a MongoDB stand-in in ``state``; ``records`` invented people go to ``school.people``."""
    if version not in VERSIONS:
        raise LabError(f"no MongoDB {version!r} in the lab", f"one of {', '.join(VERSIONS)}")
    if state not in STATES or (version == "nx" and state not in ("open", "empty")):
        raise LabError(f"{version} has no state {state!r} in the lab", f"one of {', '.join(STATES)}")
    chosen = yard.port(host, port)
    folder = yard.new_folder("mongodb")
    authority, tls = None, list[str | Path]()
    if state == "tls":
        authority, cert, key = certificates.make(folder, host)
        tls = ["--tls-cert-file", cert, "--tls-key-file", key]
    child = _spawn(yard, version, folder, host, chosen, tls)
    options = f"?tls=true&tlsCAFile={authority}" if authority else ""
    url = f"mongodb://{host}:{chosen}/{options}"
    running = Running(
        kind="mongodb",
        host=host,
        port=chosen,
        version="",
        state=state,
        pid=child.pid,
        log=child.log,
        stand_in=True,
        dsn=url,
        admin_dsn=url,
        product="SecantusDB (stand-in for MongoDB)" if version == "secantus" else "NX-27017 (stand-in for MongoDB)",
        folder=folder,
        certificate=authority,
    )
    yard.keep(child.pid, Kept([child], {"version": version}))
    with client(running) as mongo:
        running = replace(running, version=str(mongo.admin.command("buildInfo")["version"]))
    hidden = 100 if state == "tls" else 0
    plant(running, hidden if records is None else 0 if state == "empty" else records)
    return secure(yard, running) if state == "auth" else running


def _spawn(yard: Yard, version: str, folder: Path, host: str, port: int, more: list[str | Path]) -> Child:
    if version == "secantus":
        argv: list[str | Path] = [console_script("secantusd-py", "secantusdb"), "--host", host, "--port", str(port)]
        argv += ["--storage-path", folder / "data", "--standalone", "--cache-size", "128M", "--log-level", "WARNING", *more]
    else:
        argv = [console_script("nx-27017", "nx-27017"), "--db", "memory", "--host", host, "-p", str(port)]
        argv += ["--pid-file", folder / "pid", "--log-file", folder / "own.log"]
    child = yard.own(spawn(argv, folder))
    yard.wait(child, version, host, port)
    return child


def client(running: Running) -> MongoClient[dict[str, Any]]:
    """The lab's own client to ``running``, with its administrator's rights."""
    from pymongo import MongoClient

    return MongoClient(running.admin_dsn, directConnection=True, serverSelectionTimeoutMS=10_000)


def plant(running: Running, records: int) -> None:
    """Write ``records`` invented people into ``school.people``."""
    if records:
        with client(running) as mongo:
            mongo["school"]["people"].insert_many([{"_id": person["id"], **person} for person in people(records)])


def secure(yard: Yard, running: Running) -> Running:
    """The owner makes accounts and starts the server again with ``--auth``: same address, same data, new process."""
    kept = yard.kept(running.pid)
    if kept.notes["version"] != "secantus":
        raise LabError(f"{running.product} has no accounts")
    keeper, owner = secret(), secret()
    with client(running) as mongo:
        roles = [{"role": "root", "db": "admin"}]
        mongo.admin.command("createUser", "keeper", pwd=keeper, roles=roles)
        mongo.admin.command("createUser", "auditor", pwd=owner, roles=[{"role": "readAnyDatabase", "db": "admin"}])
    yard.end_children(kept.children)
    child = _spawn(yard, "secantus", running.folder, running.host, running.port, ["--auth"])
    yard.keep(child.pid, Kept([child], kept.notes))
    base = f"@{running.host}:{running.port}/?authSource=admin"
    return replace(
        running,
        state="auth",
        pid=child.pid,
        log=child.log,
        admin_dsn=f"mongodb://keeper:{keeper}{base}",
        owner_dsn=f"mongodb://auditor:{owner}{base}",
    )
