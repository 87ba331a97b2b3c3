"""What a server was told to do: its own log or statistics, or a proxy in front that notes command names and nothing else."""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections import Counter
from types import TracebackType
from typing import Self

from leftopen.lab.servers import postgresql, redis
from leftopen.lab.servers.running import LabError, Running
from leftopen.lab.servers.yard import Yard

_STATEMENT = re.compile(r"^\S+ \S+ \S+ \[\d+\] (\S+?)@(\S+) from (\S+): LOG:  (?:statement|execute [^:]*|fastpath[^:]*): (.*)$")


def server_log(running: Running) -> str:
    """Everything the server wrote to its log so far."""
    return running.log.read_text(encoding="utf-8", errors="replace")


def watch(yard: Yard, running: Running) -> None:
    """From now on the server keeps account of what it executes: PostgreSQL in its log, Redis in its statistics.

    LabError for a server that keeps none: put a RecordingProxy in front of it.
    """
    if running.kind == "postgresql":
        for setting in ("log_statement = 'all'", "log_min_messages = 'warning'"):
            postgresql.sql(yard, running, f"ALTER SYSTEM SET {setting}")
        postgresql.reload(yard, running)
        yard.kept(running.pid).notes["watched_from"] = running.log.stat().st_size
    elif running.kind == "redis":
        redis.command(yard, running, "CONFIG", "RESETSTAT")
    else:
        raise LabError(f"{running.product} keeps no account of commands", "put a RecordingProxy in front")


def executed(yard: Yard, running: Running) -> Counter[str]:
    """What the server executed for others since ``watch``.

    PostgreSQL: each SQL text (line breaks as spaces) and how often; Redis: each command name in lower case and how often.
    The lab's own commands are left out.
    """
    if running.kind == "postgresql":
        start = int(yard.kept(running.pid).notes["watched_from"])
        return Counter(_statements(running.log.read_bytes()[start:].decode(errors="replace")))
    if running.kind == "redis":
        text = redis.command(yard, running, "INFO", "commandstats")
        seen = Counter({name: int(calls) for name, calls in re.findall(r"cmdstat_([^:]+):calls=(\d+)", text)})
        # Left over from watch() and from asking now: the reset itself, and one login if there is a password.
        reset = "config|resetstat" if "config|resetstat" in seen else "config"
        own = Counter({reset: 1})
        if yard.kept(running.pid).notes["password"]:
            own["auth"] = 1
        return seen - own
    raise LabError(f"{running.product} keeps no account of commands", "put a RecordingProxy in front")


def _statements(text: str) -> list[str]:
    """SQL of clients that came over TCP; continuation lines of a log entry begin with a tab."""
    found: list[str] = []
    taking = False
    for line in text.splitlines():
        if line.startswith("\t"):
            if taking:
                found[-1] += " " + line.strip()
            continue
        match = _STATEMENT.match(line)
        taking = match is not None and match.group(3) != "[local]"
        if taking and match is not None:
            found.append(match.group(4))
    return found


class RecordingProxy:
    """A TCP proxy on loopback in front of ``upstream`` that notes the name of every command that passes.

    ``mongodb``: the first key of each OP_MSG or OP_QUERY document; any other opcode as ``opcode N``. ``elasticsearch``:
    method and path of each HTTP/1.1 request, without its query. Bodies and answers pass unread.
    """

    def __init__(self, upstream: Running, host: str = "127.0.0.1") -> None:
        if upstream.kind not in ("mongodb", "elasticsearch"):
            raise LabError(f"no recording for {upstream.kind}", "its own account is better: watch() and executed()")
        self._upstream = (upstream.host, upstream.port)
        self._parser = _mongo_names if upstream.kind == "mongodb" else _http_names
        self._names: list[str] = []
        self._listener = socket.create_server((host, 0))
        self.host: str = host
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def commands(self) -> list[str]:
        """Names of all commands so far, in order of arrival."""
        return list(self._names)

    def close(self) -> None:
        """Listen no longer; running connections end with their peers."""
        self._listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._upstream, 5)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            threading.Thread(target=self._forward, args=(client, server), daemon=True).start()
            threading.Thread(target=_copy, args=(server, client), daemon=True).start()

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        waiting = b""
        try:
            while data := client.recv(65_536):
                # Noted before it is passed on: nobody sees an answer whose command is not yet in the list.
                names, waiting = self._parser(waiting + data)
                self._names += names
                server.sendall(data)
        except OSError:
            pass
        finally:
            _shut(server)


def _copy(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65_536):
            sink.sendall(data)
    except OSError:
        pass
    finally:
        _shut(sink)


def _shut(stream: socket.socket) -> None:
    try:
        stream.shutdown(socket.SHUT_WR)
    except OSError:
        stream.close()


def _mongo_names(data: bytes) -> tuple[list[str], bytes]:
    """Command names of the whole messages in ``data``, and the rest."""
    names: list[str] = []
    while len(data) >= 16:
        length, _, _, opcode = struct.unpack_from("<iiii", data)
        if length < 16:
            return [*names, "malformed"], b""
        if len(data) < length:
            break
        names.append(_mongo_name(opcode, data[16:length]))
        data = data[length:]
    return names, data


def _mongo_name(opcode: int, body: bytes) -> str:
    if opcode == 2013:
        place = 4
        while place < len(body) and body[place] == 1:  # a sequence of documents before the command itself
            place += 1 + struct.unpack_from("<i", body, place + 1)[0]
        place += 1
    elif opcode == 2004:
        place = body.index(b"\0", 4) + 9
    else:
        return f"opcode {opcode}"
    name = body[place + 5 : body.index(b"\0", place + 5)]
    return name.decode(errors="replace")


def _http_names(data: bytes) -> tuple[list[str], bytes]:
    """Method and path of the whole requests in ``data``, and the rest."""
    names: list[str] = []
    while True:
        head, found, rest = data.partition(b"\r\n\r\n")
        if not found:
            return names, data
        line, *fields = head.split(b"\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (field.partition(b":") for field in fields)}
        if b"chunked" in headers.get(b"transfer-encoding", b"").lower():
            after = rest.find(b"0\r\n\r\n")
            if after < 0:
                return names, data
            rest = rest[after + 5 :]
        else:
            size = int(headers.get(b"content-length", b"0") or 0)
            if len(rest) < size:
                return names, data
            rest = rest[size:]
        method, _, target = line.decode(errors="replace").partition(" ")
        path = target.partition(" ")[0].partition("?")[0]
        names.append(f"{method} {path}")
        data = rest
