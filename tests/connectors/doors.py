"""Doors to the lab's servers, as a scope would open them."""

from __future__ import annotations

import copy
from urllib.parse import urlsplit

from leftopen.connector import connectors
from leftopen.journal import Journal
from leftopen.model import Target
from leftopen.scope import parse_scope
from leftopen.wire import Door, Wire
from tests.test_scope import GOOD

PLENTY = {
    "connections_per_second_per_host": 1000,
    "connections_per_second": 1000,
    "bytes_per_store": "2 GiB",
    "seconds_per_store": 120,
}


def door_to(tmp_path, kind, host, port, depth="sample", *, budget=None, **grant) -> Door:
    """A door to one address, through which only the commands of the connector for ``kind`` pass."""
    data = copy.deepcopy(GOOD)
    data["grant"] = [{"depth": depth, **grant}]
    if "dsn" not in grant:
        data["grant"][0] |= {"addresses": [host], "ports": [port]}
    data["budget"] = {**PLENTY, **(budget or {})}
    wire = Wire(parse_scope(data), Journal(tmp_path / "journal"))
    return wire.door(Target(host, port), connectors()[kind].commands)


def door(tmp_path, running, depth="sample", **more) -> Door:
    """A door to a running server."""
    return door_to(tmp_path, running.kind, running.host, running.port, depth, **more)


def owners_door(tmp_path, running, monkeypatch, depth="sample", *, database="") -> Door:
    """A door with the owner's read-only credential, by reference; ``database`` replaces the one in the DSN."""
    parts = urlsplit(running.owner_dsn)
    if database:
        parts = parts._replace(path=f"/{database}")
    monkeypatch.setenv("LEFTOPEN_TEST_CREDENTIAL", parts.password or "")
    dsn = parts._replace(netloc=f"{parts.username}@{running.host}:{running.port}").geturl()
    return door(tmp_path, running, depth, dsn=dsn, credential="env:LEFTOPEN_TEST_CREDENTIAL")


def rows(sample) -> list[dict]:
    """All records of a sample, as dictionaries."""
    return [row for batch in sample.batches for row in batch.to_pylist()]
