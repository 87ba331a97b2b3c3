"""A conversation with MongoDB: commands without sessions, SCRAM for the owner. No driver's monitor, no session, no discovery.

PyMongo would open a second connection, send heartbeats, and attach a session to every read, which the server notes in its own
``config`` database. Here exactly the declared commands are sent, and the documents are decoded by PyMongo's ``bson``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from leftopen.connectors.mongodb_protocol import MAX_PROBE_REPLY, Reader, error_code, message, old_query
from leftopen.errors import ProtocolError, StoreRefused, WireError
from leftopen.wire import CHUNK, Door, Stream

ANSWER_SECONDS = 3.0
MAX_ROUNDS = 1_000_000
"""SCRAM work that we do at most for a server that says how much."""


class Talk:
    """Commands and replies over one stream."""

    def __init__(self, stream: Stream, *, limit: int = MAX_PROBE_REPLY, options: Any = None, old: bool = False) -> None:
        self._stream = stream
        self._reader = Reader(limit, options)
        self._number = 0
        self.old = old

    def ask(self, command: Mapping[str, Any], database: str = "admin", *, timeout: float = ANSWER_SECONDS) -> dict[str, Any]:
        """Send one command, wait for its reply; the command's first key is its name.

        Raises:
            WireError: ``reason`` eof, reset, timeout. ProtocolError, OutOfScope.
        """
        self._number += 1
        name = next(iter(command))
        document = {**command, "$db": database}
        if not self.old and name not in ("hello", "isMaster", "saslStart", "saslContinue"):
            document["$readPreference"] = {"mode": "secondaryPreferred"}
        self._stream.send((old_query if self.old else message)(document, self._number), name)
        while (reply := self._reader.take()) is None:
            data = self._stream.recv(max(1 << 16, min(self._reader.missing(), 4 * CHUNK)), timeout=timeout)
            if not data:
                raise WireError("The server ended the connection without a reply.", "eof")
            self._reader.feed(data)
        if reply[0] != self._number:
            raise ProtocolError("MongoDB answers another request.")
        return reply[1]


class Account(NamedTuple):
    """The owner's user, password, authentication database, and the database that the DSN names (empty: none)."""

    user: str
    password: str
    source: str
    database: str

    def __repr__(self) -> str:
        return "<Account, withheld>"


def account(door: Door) -> Account | None:
    """The owner's account, if the scope has all it takes."""
    secret = door.secret()
    parts = urlsplit(door.grant.dsn) if door.grant.dsn else None
    if secret is None or parts is None or not parts.username:
        return None
    database = unquote(parts.path.strip("/"))
    source = parse_qs(parts.query).get("authSource", [""])[0] or database or "admin"
    return Account(unquote(parts.username), secret, source, database)


def log_in(talk: Talk, owner: Account) -> None:
    """SCRAM-SHA-256, else SCRAM-SHA-1 (before 4.0). The server must prove that it knows the password too.

    Raises:
        StoreRefused: the credential was refused. WireError, ProtocolError.
    """
    if not _scram(talk, "SCRAM-SHA-256", owner) and not _scram(talk, "SCRAM-SHA-1", owner):
        raise StoreRefused("The owner's credential was refused.", "auth_required")


def _scram(talk: Talk, mechanism: str, owner: Account) -> bool:
    user, password, source, _ = owner
    digest = "sha256" if mechanism.endswith("256") else "sha1"
    nonce = base64.b64encode(secrets.token_bytes(24)).decode()
    bare = f"n={user.replace('=', '=3D').replace(',', '=2C')},r={nonce}"
    start = {"saslStart": 1, "mechanism": mechanism, "payload": b"n,," + bare.encode(), "autoAuthorize": 1}
    reply = talk.ask(start, source)
    if error_code(reply):
        return False
    first = _text(reply)
    facts = dict(part.split("=", 1) for part in first.split(",") if "=" in part)
    rounds = facts.get("i", "")
    if not facts.get("r", "").startswith(nonce) or not rounds.isdigit() or not 4096 <= int(rounds) <= MAX_ROUNDS:
        raise ProtocolError("MongoDB's SCRAM challenge does not add up.")
    try:
        salt = base64.b64decode(facts.get("s", ""), validate=True)
    except ValueError:
        raise ProtocolError("MongoDB's SCRAM challenge does not add up.") from None
    salted = hashlib.pbkdf2_hmac(digest, _prepared(digest, user, password), salt, int(rounds))
    key = hmac.digest(salted, b"Client Key", digest)
    final = f"c=biws,r={facts['r']}"
    signed = f"{bare},{first},{final}".encode()
    signature = hmac.digest(hashlib.new(digest, key).digest(), signed, digest)
    proof = base64.b64encode(bytes(a ^ b for a, b in zip(key, signature, strict=True))).decode()
    number = reply.get("conversationId", 1)
    reply = talk.ask({"saslContinue": 1, "conversationId": number, "payload": f"{final},p={proof}".encode()}, source)
    if error_code(reply):
        return False
    expected = base64.b64encode(hmac.digest(hmac.digest(salted, b"Server Key", digest), signed, digest)).decode()
    if not hmac.compare_digest(_text(reply).encode(), f"v={expected}".encode()):
        raise ProtocolError("MongoDB did not prove that it knows the password.")
    if not reply.get("done"):
        talk.ask({"saslContinue": 1, "conversationId": number, "payload": b""}, source)
    return True


def _prepared(digest: str, user: str, password: str) -> bytes:
    if digest == "sha1":
        return hashlib.md5(f"{user}:mongo:{password}".encode()).hexdigest().encode()  # noqa: S324 - what SCRAM-SHA-1 here means
    from pymongo.saslprep import saslprep  # a pure function: no driver connects here, hence no relay

    return str(saslprep(password)).encode()


def _text(reply: Mapping[str, Any]) -> str:
    payload = reply.get("payload")
    if not isinstance(payload, bytes):
        raise ProtocolError("MongoDB's SCRAM reply has no payload.")
    return payload.decode("utf-8", "replace")
