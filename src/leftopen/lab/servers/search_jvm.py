"""The real Java search servers that ``scripts/prepare-test-servers.sh`` fetched, started as cheaply as they can be."""

from __future__ import annotations

import shutil
import signal
import ssl
from dataclasses import replace
from pathlib import Path

from leftopen.lab.servers import certificates
from leftopen.lab.servers.binaries import cached, system
from leftopen.lab.servers.process import Child, spawn
from leftopen.lab.servers.running import LabError, Running
from leftopen.lab.servers.yard import Kept, Yard

_JAVA = ["-Xms64m", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData"]
_START_SECONDS = 120.0


def start_open(yard: Yard, version: str, host: str, port: int) -> Running:
    """Start Elasticsearch 2.4.6 or 7.17.28 or OpenSearch 2.19.1 without any security."""
    from leftopen.lab.servers.elasticsearch import describe

    folder = yard.new_folder("elasticsearch")
    transport = yard.port(host, None)
    starters = {"2.4.6": _elasticsearch2, "7.17.28": _elasticsearch7, "opensearch-2.19.1": _opensearch2}
    child = yard.own(starters[version](folder, host, port, transport))
    yard.wait_for(child, version, lambda: status(f"http://{host}:{port}/") == 200, _START_SECONDS)
    product = "OpenSearch" if version.startswith("opensearch") else "Elasticsearch"
    return describe(yard, child, version, host, port, folder, product)


def status(url: str, authority: Path | None = None, credential: tuple[str, str] | None = None) -> int:
    """HTTP status of a GET to a server of the lab; 0 if it does not answer."""
    import httpx

    try:
        verify = ssl.create_default_context(cafile=authority) if authority else True
        return httpx.get(url, timeout=5, trust_env=False, verify=verify, auth=credential).status_code
    except httpx.HTTPError:
        return 0


def _java(arguments: list[str | Path], folder: Path) -> Child:
    return spawn([system("java"), *arguments], folder, stop_signal=signal.SIGKILL)


def _elasticsearch2(folder: Path, host: str, port: int, transport: int) -> Child:
    upstream = cached("elasticsearch-2.4.6")
    home = folder / "home"
    for name in ("config", "modules", "plugins"):
        if (upstream / name).exists():
            shutil.copytree(upstream / name, home / name)
    (home / "plugins").mkdir(parents=True, exist_ok=True)
    settings = {
        "path.home": home,
        "insecure.allow.root": "true",
        "network.host": host,
        "http.port": port,
        "transport.tcp.port": transport,
        "discovery.zen.ping.unicast.hosts": f"{host}:{transport}",
    }
    options = [f"-Des.{name}={value}" for name, value in settings.items()]
    flags = [*_JAVA, "-Djava.security.manager=allow", *options]
    return _java([*flags, "-cp", f"{upstream}/lib/*", "org.elasticsearch.bootstrap.Elasticsearch", "start"], folder)


def _elasticsearch7(folder: Path, host: str, port: int, transport: int) -> Child:
    upstream = cached("elasticsearch-7.17.28")
    (folder / "home" / "config").mkdir(parents=True)
    settings = [f"path.home={folder}/home", f"network.host={host}", f"http.port={port}", f"transport.port={transport}"]
    return _java([*_JAVA, "-cp", f"{upstream}/classes:{upstream}/lib/*", "Elasticsearch7", *settings], folder)


def _opensearch2(folder: Path, host: str, port: int, transport: int, more: str = "") -> Child:
    upstream = cached("opensearch-2.19.1")
    home = folder / "home"
    for name in ("config", "plugins"):
        (home / name).mkdir(parents=True, exist_ok=True)
    (home / "modules").symlink_to(upstream / "modules")
    text = (
        f"node.name: n1\nnetwork.host: {host}\nhttp.port: {port}\ntransport.port: {transport}\ndiscovery.type: single-node\n{more}"
    )
    (home / "config" / "opensearch.yml").write_text(text, encoding="utf-8")
    return _java([*_JAVA, "-cp", f"{upstream}/classes:{upstream}/lib/*", "OpenSearch2", home], folder)


_ANONYMOUS_ROLES = """
anon_people:
  cluster_permissions: ["cluster:monitor/main", "cluster_composite_ops_ro"]
  index_permissions:
    - index_patterns: ["people"]
      allowed_actions: ["read"]
"""
_ANONYMOUS_MAPPING = """
anon_people:
  backend_roles: ["opendistro_security_anonymous_backendrole"]
"""


def start_secured(yard: Yard, state: str, host: str, port: int) -> Running:
    """Start OpenSearch 2.19.1 with its own security plugin: ``auth``, ``not_initialised``, ``anonymous``, ``tls``, ``tls_auth``."""
    if state not in ("auth", "not_initialised", "anonymous", "tls", "tls_auth"):
        raise LabError(f"the security plugin has no state {state!r}")
    folder = yard.new_folder("elasticsearch")
    authority = _security(folder / "home", host, anonymous=state in ("anonymous", "tls"))
    tls = state.startswith("tls")
    transport = yard.port(host, None)
    child = yard.own(_opensearch2(folder, host, port, transport, _security_settings(state != "not_initialised", tls)))
    scheme = "https" if tls else "http"
    url = f"{scheme}://{host}:{port}"
    credential = None if state == "not_initialised" else ("admin", "admin")
    wanted = 503 if state == "not_initialised" else 200
    trust = authority if tls else None
    yard.wait_for(child, "OpenSearch", lambda: status(f"{url}/", trust, credential) == wanted, _START_SECONDS)
    yard.keep(child.pid, Kept([child], {"version": "opensearch-2.19.1"}))
    inside = f"{scheme}://admin:admin@{host}:{port}"
    running = Running(
        kind="elasticsearch",
        host=host,
        port=port,
        version="2.19.1",
        state=state,
        pid=child.pid,
        log=child.log,
        dsn=url,
        admin_dsn=inside,
        owner_dsn=inside,
        product="OpenSearch with its security plugin",
        folder=folder,
        certificate=authority if tls else None,
    )
    return replace(running, admin_dsn="", owner_dsn="") if state == "not_initialised" else running


def _security(home: Path, host: str, *, anonymous: bool) -> Path:
    plugin = home / "plugins" / "opensearch-security"
    shutil.copytree(cached("opensearch-2.19.1") / "security", plugin)
    configuration = home / "config" / "opensearch-security"
    shutil.copytree(plugin / "config", configuration)
    authority, _, _ = certificates.make(home / "config", host)
    if anonymous:
        config = configuration / "config.yml"
        text = config.read_text(encoding="utf-8")
        config.write_text(text.replace("anonymous_auth_enabled: false", "anonymous_auth_enabled: true"), encoding="utf-8")
        for name, more in (("roles.yml", _ANONYMOUS_ROLES), ("roles_mapping.yml", _ANONYMOUS_MAPPING)):
            with (configuration / name).open("a", encoding="utf-8") as file:
                file.write(more)
    return authority


def _security_settings(initialise: bool, tls: bool) -> str:
    lines = [
        "plugins.security.allow_unsafe_democertificates: true",
        f"plugins.security.allow_default_init_securityindex: {str(initialise).lower()}",
        'plugins.security.nodes_dn: ["CN=node.example.test"]',
        'plugins.security.authcz.admin_dn: ["CN=admin.example.test"]',
    ]
    for layer in ["transport", *(["http"] if tls else [])]:
        lines += [
            f"plugins.security.ssl.{layer}.pemcert_filepath: server.pem",
            f"plugins.security.ssl.{layer}.pemkey_filepath: server.key",
            f"plugins.security.ssl.{layer}.pemtrustedcas_filepath: authority.pem",
        ]
    lines.append("plugins.security.ssl.transport.enforce_hostname_verification: false")
    if tls:
        lines.append("plugins.security.ssl.http.enabled: true")
    return "\n".join(lines) + "\n"
