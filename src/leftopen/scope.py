"""Permission: a dated, attributable scope file. Nothing is sent that it does not grant; denials beat grants."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from leftopen.errors import ScopeError
from leftopen.model import Depth
from leftopen.permission import Budget, Denial, Grant, Network, Scope, describe, read_reference

__all__ = ["Budget", "Denial", "Grant", "Scope", "describe", "parse_scope", "read_reference", "read_scope"]

MAX_ADDRESSES = 1 << 20
"""A scope that names more addresses than this is refused: nobody authorises the world."""

USUAL_PORTS = (5432, 5433, 6379, 6380, 9200, 9201, 27017, 27018, 27019)
_SCHEMES = {
    "postgresql": ("postgresql", 5432),
    "postgres": ("postgresql", 5432),
    "redis": ("redis", 6379),
    "rediss": ("redis", 6379),
    "mongodb": ("mongodb", 27017),
    "http": ("elasticsearch", 9200),
    "https": ("elasticsearch", 9200),
}
_SIZES = {"": 1, "b": 1, "kib": 1 << 10, "kb": 1000, "mib": 1 << 20, "mb": 10**6, "gib": 1 << 30, "gb": 10**9}


def read_scope(path: Path, *, now: datetime | None = None) -> Scope:
    """Read and check a scope file.

    Raises:
        ScopeError: one readable reason why this file permits nothing.
    """
    try:
        raw = path.read_bytes()
    except OSError as exc:
        raise ScopeError(
            f"The scope file {path} cannot be read: {exc.strerror}.", "Write one with: leftopen scope init", "scope.md"
        ) from None
    try:
        data = tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise ScopeError(f"The scope file {path} is not valid TOML: {exc}.", docs="scope.md") from None
    return parse_scope(data, now=now)


def parse_scope(data: Mapping[str, Any], *, now: datetime | None = None) -> Scope:
    """Check the content of a scope file (see :func:`read_scope`)."""
    _known(data, {"scope", "grant", "deny", "budget"}, "the file")
    head = _table(data, "scope")
    _known(head, {"name", "authorised_by", "basis", "contact", "valid_until", "valid_from"}, "[scope]")
    words = {key: _words(head, key) for key in ("name", "authorised_by", "basis", "contact")}
    until = _moment(head, "valid_until")
    if until is None:
        raise ScopeError("The scope has no end.", "Add valid_until = 2026-12-31T18:00:00+01:00 under [scope].", "scope.md")
    start = _moment(head, "valid_from")
    if until <= (now or datetime.now(UTC)):
        raise ScopeError(
            f"The scope expired on {until.isoformat()}.", "Ask the person who authorised it for a new one.", "scope.md"
        )
    grants = tuple(_grant(entry, i) for i, entry in enumerate(_list(data, "grant"), 1))
    if not grants:
        raise ScopeError("The scope grants nothing.", "Add at least one [[grant]].", "scope.md")
    denials = tuple(_denial(entry, i) for i, entry in enumerate(_list(data, "deny"), 1))
    scope = Scope(
        **words,
        valid_until=until,
        valid_from=start,
        grants=grants,
        denials=denials,
        budget=_budget(data.get("budget", {})),
        fingerprint=hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()[:16],
    )
    if scope.addresses() > MAX_ADDRESSES:
        raise ScopeError(
            f"The scope names {scope.addresses():,} addresses; at most {MAX_ADDRESSES:,} are accepted.",
            "Name the networks that the person who authorises it is responsible for.",
            "scope.md",
        )
    return scope


def _known(table: Mapping[str, Any], keys: set[str], where: str) -> None:
    for key in table:
        if key not in keys:
            raise ScopeError(f"Unknown key {key!r} in {where} of the scope.", f"Known keys: {', '.join(sorted(keys))}.", "scope.md")


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    table = data.get(key)
    if not isinstance(table, Mapping):
        raise ScopeError(f"The scope has no [{key}] table.", "Write one with: leftopen scope init", "scope.md")
    return table


def _list(data: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    entries = data.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(e, Mapping) for e in entries):
        raise ScopeError(f"{key!r} must be written as [[{key}]].", docs="scope.md")
    return entries


def _words(head: Mapping[str, Any], key: str) -> str:
    text = head.get(key)
    if not isinstance(text, str) or not text.strip() or "…" in text:
        todo = {
            "name": "Give the permission a name.",
            "authorised_by": "Name the person who authorises this, with role and organisation.",
            "basis": "Say on what basis: contract, law, the owner's written consent with its date.",
            "contact": "Give an address that a surprised administrator can write to.",
        }[key]
        raise ScopeError(f"The scope does not say {key!r}.", todo, "scope.md")
    return text.strip()


def _moment(head: Mapping[str, Any], key: str) -> datetime | None:
    value = head.get(key)
    if value is None:
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ScopeError(
            f"{key!r} is not a date and time with a time zone.", "Write it like 2026-12-31T18:00:00+01:00.", "scope.md"
        )
    return value


def _grant(entry: Mapping[str, Any], number: int) -> Grant:
    where = f"[[grant]] number {number}"
    _known(entry, {"addresses", "ports", "depth", "dsn", "url", "path", "credential", "kind", "ca", "tls_verify"}, where)
    ways = [key for key in ("addresses", "dsn", "url", "path") if key in entry]
    if len(ways) != 1:
        raise ScopeError(f"{where} must have exactly one of addresses, dsn, url, path.", docs="scope.md")
    depth = _depth(entry.get("depth", "names"), where)
    credential = str(entry.get("credential", ""))
    if credential and not re.fullmatch(r"(env|file):.+", credential):
        raise ScopeError(f"{where} holds a credential inline.", "Write env:NAME or file:PATH, never the secret.", "scope.md")
    if ways == ["path"]:
        return Grant(path=str(entry["path"]), depth=depth)
    ca, verify = _certificates(entry, where)
    if ways == ["addresses"]:
        networks, names = _hosts(entry["addresses"], where)
        ports = _ports(entry.get("ports", list(USUAL_PORTS)), where)
        grant = Grant(networks, names, ports, depth, str(entry.get("kind", "")), credential=credential)
    else:
        grant = _dsn_grant(str(entry[ways[0]]), depth, credential, where)
    return replace(grant, ca=ca, tls_verify=verify)


def _certificates(entry: Mapping[str, Any], where: str) -> tuple[str, bool]:
    """Who vouches for the server that gets the credential: a file of authorities, and whether anybody must."""
    ca, verify = entry.get("ca", ""), entry.get("tls_verify", True)
    if not isinstance(verify, bool):
        raise ScopeError(f"{where}: tls_verify must be true or false.", docs="scope.md")
    if not isinstance(ca, str) or ("ca" in entry and not Path(ca).expanduser().is_file()):
        todo = "Name a PEM file with the authority that signed the server's certificate."
        raise ScopeError(f"{where}: ca {ca!r} is not a file.", todo, "scope.md")
    if ca and not verify:
        raise ScopeError(f"{where} names a ca that tls_verify = false ignores.", "Leave one of them out.", "scope.md")
    return ca, verify


def _dsn_grant(text: str, depth: Depth, credential: str, where: str) -> Grant:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ScopeError(f"{where} has an address that cannot be read.", docs="scope.md") from None
    if parts.scheme not in _SCHEMES:
        raise ScopeError(
            f"{where} has an address with the unknown scheme {parts.scheme!r}.",
            f"Known schemes: {', '.join(sorted(_SCHEMES))}.",
            "scope.md",
        )
    if not parts.hostname:
        raise ScopeError(f"{where} has an address that names no host.", f"Write it like {parts.scheme}://host:port.", "scope.md")
    if parts.password:
        raise ScopeError(f"{where} holds a password inline.", 'Take it out and add credential = "env:NAME".', "scope.md")
    kind, usual = _SCHEMES[parts.scheme]
    networks, names = _hosts([unquote(parts.hostname)], where)
    port = port or usual
    return Grant(networks, names, ((port, port),), depth, kind, text, credential)


def _denial(entry: Mapping[str, Any], number: int) -> Denial:
    where = f"[[deny]] number {number}"
    _known(entry, {"addresses", "ports"}, where)
    networks, names = _hosts(entry.get("addresses", []), where)
    if not networks and not names:
        raise ScopeError(f"{where} names no addresses.", docs="scope.md")
    return Denial(networks, names, _ports(entry["ports"], where) if "ports" in entry else ())


def _hosts(entries: Any, where: str) -> tuple[tuple[Network, ...], tuple[str, ...]]:
    if isinstance(entries, str):
        entries = [entries]
    networks: list[Network] = []
    names: list[str] = []
    for entry in entries if isinstance(entries, list) else [None]:
        if not isinstance(entry, str):
            raise ScopeError(f"{where}: addresses must be a list of texts.", docs="scope.md")
        try:
            networks.append(ipaddress.ip_network(entry.strip("[]"), strict=False))
        except ValueError:
            if not re.fullmatch(r"(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9])?", entry) or "/" in entry:
                raise ScopeError(f"{where}: {entry!r} is neither a network nor a host name.", docs="scope.md") from None
            names.append(entry.lower())
    return tuple(networks), tuple(names)


def _ports(entries: Any, where: str) -> tuple[tuple[int, int], ...]:
    ranges: list[tuple[int, int]] = []
    for entry in entries if isinstance(entries, list) else [entries]:
        low, _, high = str(entry).partition("-")
        if not low.isdigit() or (high and not high.isdigit()):
            raise ScopeError(f"{where}: {entry!r} is not a port or a range of ports.", docs="scope.md")
        first, last = int(low), int(high or low)
        if not 1 <= first <= last <= 65535:
            raise ScopeError(f"{where}: {entry!r} is not a range of ports within 1-65535.", docs="scope.md")
        ranges.append((first, last))
    return tuple(ranges)


def _depth(word: Any, where: str) -> Depth:
    try:
        return Depth[str(word).upper()]
    except KeyError:
        raise ScopeError(f"{where}: {word!r} is not a depth.", "Write touch, names, sample or full.", "scope.md") from None


def _budget(table: Any) -> Budget:
    if not isinstance(table, Mapping):
        raise ScopeError("[budget] must be a table.", docs="scope.md")
    keys = {
        "connections_per_second_per_host": "per_host",
        "connections_per_second": "overall",
        "bytes_per_store": "bytes_per_store",
        "seconds_per_store": "seconds_per_store",
    }
    _known(table, set(keys), "[budget]")
    found: dict[str, Any] = {}
    for key, name in keys.items():
        if key in table:
            value = _size(table[key], key) if name == "bytes_per_store" else table[key]
            if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
                raise ScopeError(f"[budget] {key} must be a number above zero.", docs="scope.md")
            found[name] = value
    return Budget(**found)


def _size(value: Any, key: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*", str(value))
    if not match or match[2].lower() not in _SIZES:
        raise ScopeError(f"[budget] {key}: {value!r} is not a size.", 'Write it like "64 MiB".', "scope.md")
    return int(float(match[1]) * _SIZES[match[2].lower()])
