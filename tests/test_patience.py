"""A bulk read waits as long as its connector says; only a knock that is a mere try is cut short."""

from __future__ import annotations

import time

import pytest

from leftopen import wire
from leftopen.errors import WireError
from leftopen.model import Target
from tests.test_wire import make, server


def late(connection):
    time.sleep(0.6)
    connection.sendall(b"late")
    connection.recv(1)


def test_a_read_that_may_take_long_is_not_cut_at_the_usual_time(tmp_path, monkeypatch):
    monkeypatch.setattr(wire, "READ_SECONDS", 0.2)
    with server(late) as (port, _), make(tmp_path, port).door(Target("127.0.0.1", port)) as door, door.open() as stream:
        assert stream.recv(4, timeout=5) == b"late"


def test_a_mere_try_is_cut_short(tmp_path):
    with server(late) as (port, _), make(tmp_path, port).door(Target("127.0.0.1", port)) as door:
        door.patience = 0.2
        with door.open() as stream, pytest.raises(WireError, match="in time"):
            stream.recv(4, timeout=5)
