"""Elasticsearch and OpenSearch: stand-ins from PyPI for the demo, the real ones (2.4, 7.17, OpenSearch 2.19) for the tests."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from leftopen.lab.servers import search_jvm
from leftopen.lab.servers.binaries import system, wheel_folder
from leftopen.lab.servers.process import Child, run, spawn
from leftopen.lab.servers.records import people
from leftopen.lab.servers.running import LabError, Running
from leftopen.lab.servers.yard import Kept, Yard, secret

if TYPE_CHECKING:
    import httpx

VERSIONS = ("osmem", "noida", "2.4.6", "7.17.28", "opensearch-2.19.1")
STATES = ("open", "empty", "auth", "not_initialised", "anonymous", "tls", "tls_auth")
"""``auth``: the security plugin where the version has one, else a gate in front (``lab`` or nginx). The rest needs the
plugin of ``opensearch-2.19.1``: ``not_initialised`` answers 503, ``anonymous`` lets strangers read one index and answers
403 elsewhere, ``tls`` speaks TLS to anonymous readers, ``tls_auth`` TLS and a password."""
_STAND_INS = {"osmem": "osmem-server (stand-in for OpenSearch)", "noida": "noida-db (stand-in for Elasticsearch)"}


def start(yard: Yard, state: str, version: str, host: str, port: int | None, records: int | None, gate: str = "lab") -> Running:
    """Start a search server in ``state``; ``records`` invented people go to the index ``people``."""
    if version not in VERSIONS:
        raise LabError(f"no search server {version!r} in the lab", f"one of {', '.join(VERSIONS)}")
    if state not in STATES:
        raise LabError(f"search servers have no state {state!r} in the lab", f"one of {', '.join(STATES)}")
    chosen = yard.port(host, port)
    hidden = 0 if state in ("open", "empty", "auth", "not_initialised") else 100
    count = hidden if records is None else 0 if state in ("empty", "not_initialised") else records
    if version.startswith("opensearch") and state not in ("open", "empty"):
        running = search_jvm.start_secured(yard, state, host, chosen)
        plant(running, count)
        return running
    if state not in ("open", "empty", "auth"):
        raise LabError(f"{version} has no state {state!r}", "use version opensearch-2.19.1")
    if state != "auth":
        running = _bare(yard, version, host, chosen)
        plant(running, count)
        return replace(running, state=state)
    behind = _bare(yard, version, "127.0.0.1", yard.port("127.0.0.1", None))
    plant(behind, count)
    return put_gate(yard, behind, host, chosen, gate)


def _bare(yard: Yard, version: str, host: str, port: int) -> Running:
    if version not in _STAND_INS:
        return search_jvm.start_open(yard, version, host, port)
    folder = yard.new_folder("elasticsearch")
    if version == "osmem":
        program = wheel_folder("osmem_server", "osmem-server") / "bin" / "osmem-server"
        argv: list[str | Path] = [program, "-addr", f"{host}:{port}", "-no-stdin-watch"]
    else:
        program = wheel_folder("noida_db", "noida-db") / "noida-db"
        program.chmod(0o755)
        argv = [program, "start", "--data-dir", folder / "data", "--host", host, "--only", "elasticsearch"]
        argv += ["--elasticsearch-port", str(port)]
    child = yard.own(spawn(argv, folder))
    yard.wait(child, version, host, port)
    return describe(yard, child, version, host, port, folder, _STAND_INS[version])


def describe(yard: Yard, child: Child, version: str, host: str, port: int, folder: Path, product: str) -> Running:
    """The Running of an open search server, with the version that it claims."""
    url = f"http://{host}:{port}"
    running = Running(
        kind="elasticsearch",
        host=host,
        port=port,
        version="",
        state="open",
        pid=child.pid,
        log=child.log,
        stand_in=version in _STAND_INS,
        dsn=url,
        admin_dsn=url,
        product=product,
        folder=folder,
    )
    yard.keep(child.pid, Kept([child], {"version": version}))
    with client(running) as http:
        number = http.get("/").json()["version"]["number"]
    return replace(running, version=number)


def put_gate(yard: Yard, behind: Running, host: str, port: int, gate: str) -> Running:
    """Put an authenticating gate (``lab``: our small one; ``nginx``) on ``host:port`` in front of ``behind``."""
    password = secret()
    folder = yard.new_folder("gate")
    if gate == "nginx":
        child = _nginx_gate(yard, folder, host, port, behind, password)
    else:
        credential = folder / "credential"
        credential.write_text(f"admin:{password}", encoding="utf-8")
        credential.chmod(0o600)
        program = Path(__file__).with_name("gate.py")
        argv: list[str | Path] = [sys.executable, "-I", program, host, str(port), behind.host, str(behind.port), credential]
        child = yard.own(spawn(argv, folder))
    yard.wait(child, f"{gate} gate", host, port)
    kept = yard.kept(behind.pid)
    yard.keep(child.pid, Kept([child, *kept.children], kept.notes))
    return replace(
        behind,
        host=host,
        port=port,
        state="auth",
        pid=child.pid,
        log=child.log,
        dsn=f"http://{host}:{port}",
        admin_dsn=f"http://admin:{password}@{host}:{port}",
        owner_dsn=f"http://admin:{password}@{host}:{port}",
        product=f"{behind.product}, behind {'nginx' if gate == 'nginx' else 'the lab’s gate'}",
    )


def _nginx_gate(yard: Yard, folder: Path, host: str, port: int, behind: Running, password: str) -> Child:
    hashed = run([system("openssl"), "passwd", "-apr1", "-stdin"], folder, text_in=password + "\n").strip()
    (folder / "users").write_text(f"admin:{hashed}\n", encoding="utf-8")
    body = json.dumps({"error": {"type": "security_exception", "reason": "missing authentication credentials"}, "status": 401})
    server = (
        f"server {{ listen {host}:{port}; location / {{ auth_basic security; auth_basic_user_file {folder}/users; "
        f"proxy_pass http://{behind.host}:{behind.port}; client_max_body_size 0; error_page 401 = @refused; }} "
        f"location @refused {{ default_type application/json; return 401 '{body}'; }} }}"
    )
    return yard.own(nginx(folder, server))


def nginx(folder: Path, server: str) -> Child:
    """Start nginx in the foreground with this ``server`` block; all its files stay in ``folder``."""
    temporary = "".join(f"{name}_temp_path {folder};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;\n" if folder.stat().st_uid == 0 else ""
    text = (
        f"daemon off;\nmaster_process off;\n{user}pid {folder}/pid;\nerror_log {folder}/log;\n"
        f"events {{}}\nhttp {{\n{temporary}access_log off;\n{server}\n}}\n"
    )
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    return spawn([system("nginx"), "-c", folder / "nginx.conf", "-e", folder / "log"], folder)


def client(running: Running) -> httpx.Client:
    """An HTTP client of the lab's own to ``running``, with its administrator's rights."""
    import httpx

    return httpx.Client(base_url=running.admin_dsn, verify=False, timeout=30, trust_env=False)  # noqa: S501  (own server)


def plant(running: Running, records: int) -> None:
    """Index ``records`` invented people as ``people``, in the form that the server's version takes."""
    if not records:
        return
    typed = re.match(r"[1-6]\.", running.version) is not None and "OpenSearch" not in running.product
    action = {"index": {"_index": "people", **({"_type": "person"} if typed else {})}}
    lines = [line for person in people(records) for line in (json.dumps(action), json.dumps(person))]
    with client(running) as http:
        headers = {"Content-Type": "application/x-ndjson"}
        answer = http.post("/_bulk?refresh=true", content="\n".join(lines) + "\n", headers=headers)
        if answer.status_code != 200 or answer.json()["errors"]:
            raise LabError(f"{running.product} took no records: status {answer.status_code}")


def secure(yard: Yard, running: Running) -> Running:
    """The host puts a password in front: same address, 401 from now on. What the server held in memory only is gone.

    A server without accounts of its own moves to a private port, and a gate takes its place.
    """
    kept = yard.kept(running.pid)
    yard.end_children(kept.children)
    behind = _bare(yard, kept.notes["version"], "127.0.0.1", yard.port("127.0.0.1", None))
    return put_gate(yard, behind, running.host, running.port, "lab")
