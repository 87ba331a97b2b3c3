"""A small HTTP gate that asks for a password in front of a server that has no accounts. Run as a program; it is not the store.

Answers 401 with ``WWW-Authenticate`` and a ``security_exception`` body in Elasticsearch's form to every request without the
right credential, and passes every other request on. It names itself in the ``Server`` header.

    python gate.py LISTEN_HOST LISTEN_PORT UPSTREAM_HOST UPSTREAM_PORT CREDENTIAL_FILE

CREDENTIAL_FILE holds ``user:password``.
"""

from __future__ import annotations

import base64
import hmac
import http.client
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host", "authorization"})


class Gate(BaseHTTPRequestHandler):
    """One connection through the gate."""

    protocol_version = "HTTP/1.1"
    server_version = "leftopen-lab-gate"
    sys_version = ""
    upstream = ("127.0.0.1", 0)
    credential = b""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        given = self.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, self.credential):
            self._refuse()
            return
        connection = http.client.HTTPConnection(*self.upstream, timeout=60)
        kept = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
        connection.request(self.command, self.path, body or None, kept)
        answer = connection.getresponse()
        data = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP:
                self.send_header(name, value)
        self._finish(data)
        connection.close()

    def _refuse(self) -> None:
        reason = f"missing authentication credentials for REST request [{self.path}]"
        error = {"type": "security_exception", "reason": reason, "header": {"WWW-Authenticate": 'Basic realm="security"'}}
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="security" charset="UTF-8"')
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self._finish(json.dumps({"error": {"root_cause": [error], **error}, "status": 401}).encode())

    def _finish(self, data: bytes) -> None:
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: a request line may hold a query."""


for _method in ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"):
    setattr(Gate, f"do_{_method}", Gate._answer)


def main(arguments: list[str]) -> None:
    """Serve until ended."""
    host, port, upstream_host, upstream_port, credential = arguments
    Gate.upstream = (upstream_host, int(upstream_port))
    Gate.credential = b"Basic " + base64.b64encode(Path(credential).read_bytes().strip())
    ThreadingHTTPServer.daemon_threads = True
    ThreadingHTTPServer((host, int(port)), Gate).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
