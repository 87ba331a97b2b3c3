"""The knock on a Redis: one conversation over a Stream, a few commands, one verdict."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

from leftopen.connectors.redis_protocol import Failure, Reader, Reply, Status, command, info, keyspace, scanned
from leftopen.errors import ProtocolError, WireError
from leftopen.model import Depth, Flag, Probe, Target, Verdict
from leftopen.tls import only_over_tls, unsent
from leftopen.wire import Door, Stream

ANSWER_SECONDS = 3.0
KEYS_TRIED = 12
"""Keys of which one must be readable to prove open data (ACL rules may cover some key names only)."""

READS: dict[str, tuple[str, ...]] = {
    "string": ("GETRANGE", "KEY", "0", "63"),
    "hash": ("HSCAN", "KEY", "0", "COUNT", "1"),
    "list": ("LRANGE", "KEY", "0", "0"),
    "set": ("SSCAN", "KEY", "0", "COUNT", "1"),
    "zset": ("ZRANGE", "KEY", "0", "0"),
    "stream": ("XRANGE", "KEY", "-", "+", "COUNT", "1"),
    "ReJSON-RL": ("JSON.TYPE", "KEY"),
}
"""The smallest read of one key, by its type."""


class Talk:
    """Commands and replies over one stream."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._reader = Reader()

    def ask(self, *parts: str | bytes | int, name: str = "") -> Reply:
        """Send one command, wait for its reply.

        Raises:
            WireError: ``reason`` eof, reset, timeout. ProtocolError.
        """
        return self._exchange(command(*parts), name or str(parts[0]))

    def ping(self) -> Reply:
        """PING as a padded line instead of an array: long enough to be a whole header for services that wait for one, so that
        they refuse it at once and an unusual port costs no time-out."""
        return self._exchange(b"PING" + b" " * 26 + b"\r\n", "PING")

    def _exchange(self, message: bytes, name: str) -> Reply:
        gone: WireError | None = None
        try:
            self._stream.send(message, name)
        except WireError as exc:
            gone = exc  # a server that says -DENIED and hangs up has spoken: read before giving up
        while (reply := self._reader.take()) is None:
            data = self._stream.recv(timeout=ANSWER_SECONDS)
            if not data:
                raise gone or WireError("The server ended the connection without a reply.", "eof")
            self._reader.feed(data)
        return reply[0]


@dataclass(slots=True)
class Knock:
    """What was learned so far; becomes a Probe."""

    target: Target
    evidence: list[str] = field(default_factory=list)
    flags: set[Flag] = field(default_factory=set)
    product: str = "Redis"
    version: str = ""
    mode: str = ""
    tls: bool = False

    def says(self, sentence: str) -> None:
        """Add one sentence of evidence."""
        self.evidence.append(sentence)

    def probe(self, verdict: Verdict) -> Probe:
        """The Probe with this verdict on strangers."""
        return Probe(
            self.target, verdict, "redis", self.product, self.version, tuple(self.evidence), frozenset(self.flags), self.tls
        )


def knock(door: Door, stream: Stream, login: tuple[str, ...]) -> Probe | None:
    """One conversation; None if the peer does not speak Redis's protocol.

    Args:
        login: arguments of AUTH, the owner's, or empty. Used only where a stranger is refused.
    """
    talk = Talk(stream)
    state = Knock(door.target, tls=stream.tls)
    if stream.tls:
        state.flags.add(Flag.TLS)
    try:
        reply = talk.ping()
    except ProtocolError:
        return None
    if not _speaks_redis(reply):
        return None
    refused = _refusal(state, reply)
    if refused is None:
        refused = _describe(state, talk)
    verdict = refused or _judge(state, talk, door)
    if login and verdict in (Verdict.AUTH_REQUIRED, Verdict.RESTRICTED, Verdict.OPEN_METADATA):
        try:
            only_over_tls(door.grant, door.target.label, stream.tls)
            if stream.tls:  # a stranger takes any certificate; a credential does not
                with door.open(tls=True, verify=True) as proved:
                    _as_owner(state, Talk(proved), door, login)
            else:
                _as_owner(state, talk, door, login)
        except WireError as exc:
            if exc.reason not in ("certificate", "plain"):
                raise
            state.says(unsent(exc))
    return state.probe(verdict)


def _speaks_redis(reply: Reply) -> bool:
    if isinstance(reply, Status):
        return reply.word.upper() == "PONG"
    if not isinstance(reply, Failure):
        return False
    named = ("NOAUTH", "NOPERM", "DENIED", "LOADING", "MASTERDOWN", "BUSY", "READONLY", "MISCONF", "WRONGPASS")
    return reply.code in named or reply.unknown_command or reply.wants_login


def _refusal(state: Knock, reply: Reply) -> Verdict | None:
    """The verdict if the first reply already says no."""
    if isinstance(reply, Status):
        state.says("PING answered without credentials")
        return None
    assert isinstance(reply, Failure)
    if reply.code == "DENIED":
        state.says("DENIED: protected mode refuses this host")
        return Verdict.HOST_DENIED
    if reply.wants_login:
        state.says("NOAUTH: a password is asked for")
        return Verdict.AUTH_REQUIRED
    if reply.code in ("LOADING", "MASTERDOWN", "BUSY"):
        state.says(f"{reply.code}: the server cannot answer now")
        return Verdict.UNKNOWN
    state.says(f"PING: {'unknown command' if reply.unknown_command else reply.code}")
    return None


def _describe(state: Knock, talk: Talk) -> Verdict | None:
    """Product, version and mode, as far as a stranger is told; a verdict if the server wants a login after all."""
    reply = talk.ask("INFO", "server")
    if isinstance(reply, Failure) and reply.code == "ERR" and not reply.unknown_command:
        reply = talk.ask("INFO")  # before 2.6 without sections
    facts = info(reply)
    if isinstance(reply, Failure):
        if reply.wants_login:
            state.says("NOAUTH: a password is asked for")
            return Verdict.AUTH_REQUIRED
        state.says(f"INFO: {'unknown command' if reply.unknown_command else reply.code}")
    for product, key in (("Valkey", "valkey_version"), ("Dragonfly", "dragonfly_version"), ("KeyDB", "keydb_version")):
        if key in facts:
            state.product, state.version = product, facts[key].removeprefix("df-v")
            break
    else:
        state.version = facts.get("redis_version", "")
        if "keydb" in facts.get("executable", "").lower() or "mvcc_depth" in facts:
            state.product = "KeyDB"
    state.mode = facts.get("redis_mode", facts.get("server_mode", ""))
    return None


def _as_owner(state: Knock, talk: Talk, door: Door, login: tuple[str, ...]) -> None:
    """Log in with the owner's credential; it adds evidence and a flag, and leaves the verdict on strangers as it is."""
    if not isinstance(talk.ask("AUTH", *login), Status):
        state.says("the owner's credential was refused")
        return
    state.flags.add(Flag.OWNER_CREDENTIAL)
    if not state.version:
        _describe(state, talk)
    state.says(f"the owner's credential was accepted; it shows: {_judge(state, talk, door).value}")


def _judge(state: Knock, talk: Talk, door: Door) -> Verdict:
    if state.mode == "sentinel":
        state.product = f"{state.product} Sentinel"
        state.flags.add(Flag.ADVERTISES_PEERS)
        state.says("a Sentinel: it holds no data, it names its masters")
        return Verdict.OPEN_EMPTY
    if door.depth < Depth.NAMES:
        state.says("answers without credentials; depth touch: nothing was listed")
        return Verdict.UNKNOWN
    if state.mode == "cluster":  # counts are this node's
        state.flags.add(Flag.ADVERTISES_PEERS)
        talk.ask("READONLY")  # lets a replica answer for itself; no effect on a master
    counts = _counts(state, talk)
    if counts is None:
        return _look(state, talk, door, 0)
    if not counts:
        state.says("no keys in any database" if state.mode != "cluster" else "no keys on this node of a cluster")
        return Verdict.OPEN_EMPTY
    state.says(f"{sum(counts.values())} keys, databases: {len(counts)}")
    return _look(state, talk, door, next(iter(counts)))


def _counts(state: Knock, talk: Talk) -> dict[int, int] | None:
    """Keys by database; None if the server does not tell."""
    reply = talk.ask("INFO", "keyspace")
    if isinstance(reply, bytes):
        counts = keyspace(info(reply))
        if counts:
            return counts
    size = talk.ask("DBSIZE")
    if isinstance(size, int):
        if size or isinstance(reply, bytes):
            return {0: size} if size else {}
        state.says("database 0 is empty; the others were not told")
        return None
    if isinstance(size, Failure):
        state.says(f"DBSIZE: {'unknown command' if size.unknown_command else size.code}")
    return {} if isinstance(reply, bytes) else None


def _look(state: Knock, talk: Talk, door: Door, database: int) -> Verdict:
    """Names, then one bounded read: what a stranger may really see."""
    if database and not isinstance(talk.ask("SELECT", database), Status):
        state.says("SELECT was refused")
        return Verdict.RESTRICTED
    keys = _keys(state, talk)
    if not keys:
        return Verdict.RESTRICTED
    if door.depth < Depth.SAMPLE:
        return Verdict.OPEN_METADATA
    refused = set[str]()
    for key in keys[:KEYS_TRIED]:
        word = _read(talk, key, door, state)
        if word == "read":
            state.says("one value was read" if Flag.OWNER_CREDENTIAL in state.flags else "one value was read without credentials")
            return Verdict.OPEN_DATA
        refused.add(word)
    state.says(f"no value could be read: {', '.join(sorted(refused))}")
    return Verdict.OPEN_METADATA


def _keys(state: Knock, talk: Talk) -> list[bytes]:
    """A few key names. SCAN may give none at first in a sparse table, so it is asked a few times."""
    cursor, keys = 0, list[bytes]()
    for _ in range(20):
        reply = talk.ask("SCAN", cursor, "COUNT", 20)
        if isinstance(reply, Failure):
            state.says(f"SCAN: {'unknown command' if reply.unknown_command else reply.code}")
            one = talk.ask("RANDOMKEY") if reply.unknown_command else None
            return [one] if isinstance(one, bytes) else keys
        cursor, found = scanned(reply)
        keys += found
        if len(keys) >= KEYS_TRIED or cursor == 0:
            break
    if not keys:
        state.says("SCAN listed no key")
    return keys


def _read(talk: Talk, key: bytes, door: Door, state: Knock) -> str:
    kind = talk.ask("TYPE", key)
    if isinstance(kind, Failure):
        return kind.code
    reads = READS.get(kind.word if isinstance(kind, Status) else "")
    if reads is None:
        return "type not readable" if not (isinstance(kind, Status) and kind.word == "none") else "expired"
    reply = talk.ask(*(key if part == "KEY" else part for part in reads), name=reads[0])
    if isinstance(reply, Failure):
        if reply.redirect:
            with contextlib.suppress(ValueError):
                door.offered(*reply.redirect)
            state.flags.add(Flag.ADVERTISES_PEERS)
        return reply.code
    return "read" if reply else "expired"
