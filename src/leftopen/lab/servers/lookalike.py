"""Peers that are no store, or lie about being one. Run as a program, one behaviour per process; every answer is invented.

    python lookalike.py BEHAVIOUR HOST PORT [ELSEWHERE]

ELSEWHERE is the ``host:port`` that redirects and advertised peers point at.
"""

from __future__ import annotations

import gzip
import json
import socket
import socketserver
import struct
import sys
import time
from collections.abc import Callable

_ROOT = {
    "name": "n1",
    "cluster_name": "lab",
    "cluster_uuid": "liar",
    "version": {"number": "7.10.2", "build_flavor": "default", "lucene_version": "8.7.0"},
    "tagline": "You Know, for Search",
}
_SECONDS = 600
"""No behaviour outlives this on one connection."""


def silent(stream: socket.socket, _elsewhere: str) -> None:
    """Accept, read, never say a word."""
    while stream.recv(4096):
        pass


def closing(_stream: socket.socket, _elsewhere: str) -> None:
    """Accept and hang up."""


def ssh(stream: socket.socket, _elsewhere: str) -> None:
    """Greet as an SSH server does, then wait."""
    stream.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
    silent(stream, "")


def echo(stream: socket.socket, _elsewhere: str) -> None:
    """Send back whatever comes."""
    while data := stream.recv(4096):
        stream.sendall(data)


def catch_all(stream: socket.socket, _elsewhere: str) -> None:
    """An HTTP server that answers 200 to every path with the same page."""
    page = _reply(200, b"<!doctype html><title>It works</title><p>Nothing to see.", "text/html")
    _http(stream, lambda _path: page, root=False)


def redirect(stream: socket.socket, elsewhere: str) -> None:
    """Looks like a search server whose every path but the root moves elsewhere."""
    where = f"Location: http://{elsewhere}/\r\n"
    _http(stream, lambda _path: _reply(302, b"", "text/plain", where))


def redirect_root(stream: socket.socket, elsewhere: str) -> None:
    """Sends everybody elsewhere at once."""
    where = f"Location: http://{elsewhere}/\r\n"
    _http(stream, lambda _path: _reply(302, b"", "text/plain", where), root=False)


def endless(stream: socket.socket, _elsewhere: str) -> None:
    """Looks like a search server; every answer but the root's never ends. To other protocols: one line without end."""

    def pour(_path: str) -> bytes:
        stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n")
        block = b'{"index":"a","docs.count":"1"},' * 512
        _forever(stream, f"{len(block):x}\r\n".encode() + block + b"\r\n")
        return b""

    _http(stream, pour, otherwise=lambda: _forever(stream, b"+" + b"A" * 16_383))


def bomb(stream: socket.socket, _elsewhere: str) -> None:
    """Looks like a search server; answers but the root's are small gzip bodies of one GiB."""
    body = gzip.compress(b" " * (1 << 20), 9) * 1024
    _http(stream, lambda _path: _reply(200, body, "application/json", "Content-Encoding: gzip\r\n"))


def drip(stream: socket.socket, _elsewhere: str) -> None:
    """Looks like a search server; answers but the root's come one byte per second."""

    def slowly(_path: str) -> bytes:
        for byte in _reply(200, b"[" + b" " * _SECONDS + b"]", "application/json"):
            stream.sendall(bytes([byte]))
            time.sleep(1)
        return b""

    _http(stream, slowly)


def moved(stream: socket.socket, elsewhere: str) -> None:
    """A Redis that answers PING and INFO and says that every key lives elsewhere."""
    host, _, port = elsewhere.rpartition(":")
    info = b"# Server\r\nredis_version:7.0.0\r\nredis_mode:cluster\r\n# Keyspace\r\ndb0:keys=1000,expires=0,avg_ttl=0\r\n"
    while data := stream.recv(4096):
        words = data.upper()
        if b"PING" in words:
            stream.sendall(b"+PONG\r\n")
        elif b"INFO" in words:
            stream.sendall(b"$%d\r\n%s\r\n" % (len(info), info))
        else:
            stream.sendall(f"-MOVED 1 {host}:{port}\r\n".encode())


def peers(stream: socket.socket, elsewhere: str) -> None:
    """A MongoDB whose hello names itself a replica set member whose primary lives elsewhere."""
    from bson import decode, encode

    hello = {"ok": 1.0, "setName": "rs", "hosts": [elsewhere], "primary": elsewhere, "me": elsewhere, "secondary": True}
    hello |= {"isWritablePrimary": False, "ismaster": False, "minWireVersion": 0, "maxWireVersion": 21, "readOnly": False}
    build = {"ok": 1.0, "version": "7.0.0", "versionArray": [7, 0, 0, 0]}
    while header := _exactly(stream, 16):
        length, number, _, opcode = struct.unpack("<iiii", header)
        body = _exactly(stream, length - 16)
        if opcode == 2004:  # OP_QUERY: flags, name, skip, count, document
            start = body.index(b"\0", 4) + 9
            asked = next(iter(decode(body[start:])), "")
        else:
            asked = next(iter(decode(body[5:])), "")
        known = {"hello": hello, "ismaster": hello, "buildinfo": build}
        answer = known.get(asked.lower(), {"ok": 0.0, "code": 13435, "errmsg": "not primary and secondaryOk=false"})
        document = encode(answer)
        if opcode == 2004:
            stream.sendall(struct.pack("<iiiiiqii", 36 + len(document), 1, number, 1, 8, 0, 0, 1) + document)
        else:
            stream.sendall(struct.pack("<iiiiiB", 21 + len(document), 1, number, 2013, 0, 0) + document)


def _exactly(stream: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = stream.recv(size - len(data))
        if not more:
            return b""
        data += more
    return data


def _reply(code: int, body: bytes, kind: str, more: str = "") -> bytes:
    head = f"HTTP/1.1 {code} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


def _forever(stream: socket.socket, block: bytes) -> None:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        stream.sendall(block)


def _http(
    stream: socket.socket, lie: Callable[[str], bytes], *, root: bool = True, otherwise: Callable[[], None] | None = None
) -> None:
    """Answer requests: the root truthfully as a search server where ``root``, everything else by ``lie(path)``."""
    while data := stream.recv(65_536):
        words = data.split(b" ", 2)
        if len(words) < 3 or not data[:1].isalpha() or b"HTTP/1" not in data:
            if otherwise is not None:
                otherwise()
                return
            stream.sendall(_reply(400, b"", "text/plain", "Connection: close\r\n"))
            return
        path = words[1].decode(errors="replace")
        if path == "/" and root:
            stream.sendall(_reply(200, json.dumps(_ROOT).encode(), "application/json"))
        else:
            stream.sendall(lie(path))


BEHAVIOURS: dict[str, Callable[[socket.socket, str], None]] = {
    each.__name__: each
    for each in (silent, closing, ssh, echo, catch_all, redirect, redirect_root, endless, bomb, drip, moved, peers)
}


def main(arguments: list[str]) -> None:
    """Serve one behaviour until ended."""
    behaviour = BEHAVIOURS[arguments[0]]
    elsewhere = arguments[3] if len(arguments) > 3 else ""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(_SECONDS)
            try:
                behaviour(self.request, elsewhere)
            except OSError:
                return  # the client has left

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        request_queue_size = 128

    Server((arguments[1], int(arguments[2])), Handler).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
