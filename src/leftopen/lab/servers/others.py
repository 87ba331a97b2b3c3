"""Services that are not among the four stores, for the verdicts on what else may answer: real daemons and look-alikes."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import sys
from pathlib import Path

from leftopen.lab.servers.binaries import system
from leftopen.lab.servers.elasticsearch import nginx
from leftopen.lab.servers.lookalike import BEHAVIOURS
from leftopen.lab.servers.ports import greeting, listening
from leftopen.lab.servers.process import Child, run, spawn
from leftopen.lab.servers.running import LabError, Running
from leftopen.lab.servers.yard import Kept, Yard

DAEMONS = ("memcached", "nginx", "mariadb", "mosquitto")
NAMES = (*DAEMONS, *BEHAVIOURS, "filtered")
"""``filtered`` is a silent listener behind a firewall that drops packets, in the lab's network namespace (root only)."""


def start(yard: Yard, name: str, host: str, port: int | None, elsewhere: str) -> Running:
    """Start one of ``NAMES``. ``elsewhere`` (``host:port``) is where redirects and advertised peers point."""
    if name not in NAMES:
        raise LabError(f"no service {name!r} in the lab", f"one of {', '.join(NAMES)}")
    folder = yard.new_folder(name.replace("_", "-"))
    if name == "filtered":
        return _filtered(yard, folder, port)
    chosen = yard.port(host, port)
    starters = {"memcached": _memcached, "nginx": _page, "mariadb": _mariadb, "mosquitto": _mosquitto}
    if name in starters:
        child, version = starters[name](folder, host, chosen)
    else:
        child, version = _lookalike([], folder, name, host, chosen, elsewhere), ""
    yard.own(child)
    yard.wait(child, name, host, chosen)
    if name == "mariadb":
        found = re.search(rb"(\d+\.\d+\.\d+)-MariaDB", greeting(host, chosen))
        version = found.group(1).decode() if found else ""
    return _running(yard, child, name, host, chosen, version, folder, product=name if name in DAEMONS else "look-alike")


def _running(yard: Yard, child: Child, name: str, host: str, port: int, version: str, folder: Path, product: str) -> Running:
    yard.keep(child.pid, Kept([child]))
    return Running(
        kind=name,
        host=host,
        port=port,
        version=version,
        state="open",
        pid=child.pid,
        log=child.log,
        stand_in=product == "look-alike",
        product=product,
        folder=folder,
    )


def _lookalike(prefix: list[str], folder: Path, name: str, host: str, port: int, elsewhere: str) -> Child:
    program = Path(__file__).with_name("lookalike.py")
    argv: list[str | Path] = [*prefix, sys.executable, "-I", program, name, host, str(port)]
    return spawn([*argv, elsewhere] if elsewhere else argv, folder)


def _filtered(yard: Yard, folder: Path, port: int | None) -> Running:
    network = yard.network()
    chosen = port or yard.port("127.0.0.1", None)
    child = yard.own(_lookalike(network.prefix, folder, "silent", network.there, chosen, ""))
    yard.wait(child, "silent", network.there, chosen)
    network.drop(chosen)
    # From here on nothing answers; that the firewall stands is part of being ready.
    yard.wait_for(child, "filtered", lambda: not listening(network.there, chosen, 0.2), 10)
    return _running(yard, child, "filtered", network.there, chosen, "", folder, "look-alike")


def _version(program: Path, folder: Path, *arguments: str) -> str:
    found = re.search(r"\d+(\.\d+)+", run([program, *arguments], folder))
    return found.group(0) if found else ""


def _memcached(folder: Path, host: str, port: int) -> tuple[Child, str]:
    program = system("memcached")
    as_root = ["-u", "nobody"] if os.geteuid() == 0 else []
    argv: list[str | Path] = [program, "-l", host, "-p", str(port), "-U", "0", "-m", "16", *as_root]
    return spawn(argv, folder), _version(program, folder, "-V")


def _page(folder: Path, host: str, port: int) -> tuple[Child, str]:
    (folder / "index.html").write_text("<!doctype html><title>Welcome</title><p>A plain page.\n", encoding="utf-8")
    child = nginx(folder, f"server {{ listen {host}:{port}; root {folder}; }}")
    return child, ""


def _mosquitto(folder: Path, host: str, port: int) -> tuple[Child, str]:
    user = "user root\n" if os.geteuid() == 0 else ""
    text = f"listener {port} {host}\nallow_anonymous true\n{user}"
    (folder / "mosquitto.conf").write_text(text, encoding="utf-8")
    return spawn([system("mosquitto"), "-c", folder / "mosquitto.conf"], folder), ""


def _mariadb(folder: Path, host: str, port: int) -> tuple[Child, str]:
    data = folder / "data"
    user: list[str] = []
    if os.geteuid() == 0:
        entry = pwd.getpwnam("mysql")
        shutil.chown(folder, entry.pw_uid, entry.pw_gid)
        user = ["--user=mysql"]
    method = "--auth-root-authentication-method=normal"
    run([system("mariadb-install-db"), "--no-defaults", f"--datadir={data}", method, "--skip-test-db", *user], folder)
    argv: list[str | Path] = [system("mariadbd"), "--no-defaults", f"--datadir={data}", f"--port={port}", f"--bind-address={host}"]
    return spawn([*argv, f"--socket={folder}/s.sock", "--innodb-buffer-pool-size=32M", "--skip-log-bin", *user], folder), ""
