"""Free ports on loopback addresses, and whether a server of the lab listens yet. Dials nothing but what the lab started."""

from __future__ import annotations

import random
import socket
from pathlib import Path

from leftopen.lab.servers.running import LabError

_LOW, _HIGH = 20_000, 32_000
"""Below the kernel's usual range for outgoing connections, so that nobody takes the port between choice and use."""


def free_port(host: str) -> int:
    """A port on ``host`` that nobody listens on now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    chooser = random.SystemRandom()
    for _ in range(200):
        port = chooser.randrange(_LOW, _HIGH)
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise LabError(f"no free port on {host}", "is the address on this machine?")


def checked_port(host: str, port: int) -> int:
    """``port`` itself; LabError if somebody listens on it: another's server must never pass for the lab's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise LabError(f"{host}:{port} is taken: {error.strerror}", "choose another port or address") from None
    return port


def listening(host: str, port: int, timeout: float = 1.0) -> bool:
    """True if a connection to a server of the lab is accepted; it is closed at once."""
    try:
        socket.create_connection((host, port), timeout).close()
    except OSError:
        return False
    return True


def listening_at(path: Path, timeout: float = 1.0) -> bool:
    """True if a server of the lab accepts connections on its Unix socket: the file alone is there before it does."""
    with socket.socket(socket.AF_UNIX) as stream:
        stream.settimeout(timeout)
        try:
            stream.connect(str(path))
        except OSError:
            return False
    return True


def greeting(host: str, port: int, size: int = 256, timeout: float = 1.0) -> bytes:
    """What a server of the lab says unasked, up to ``size`` bytes; empty if it stays silent or is not there."""
    try:
        with socket.create_connection((host, port), timeout) as stream:
            return stream.recv(size)
    except OSError:
        return b""
