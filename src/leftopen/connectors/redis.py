"""Redis and what speaks its protocol: Valkey, KeyDB, Dragonfly. Collections are key patterns, one per database, pattern and type.

A draw takes keys in the order of SCAN, which walks the server's hash table. The hash is keyed and random per server, so the first N
keys are a fair draw of all keys, whatever they hold and whenever they were written. Values are capped, large keys are read by
pages, and where the server knows ``CLIENT NO-TOUCH`` its eviction clocks stay as they were.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import unquote, urlsplit

from leftopen.connector import Connector, Draw
from leftopen.connectors import redis_keys, redis_read
from leftopen.connectors.redis_knock import knock
from leftopen.errors import BudgetSpent, ProtocolError, StoreRefused, WireError
from leftopen.model import Collection, Depth, Flag, Probe, Sample, Verdict
from leftopen.tls import only_over_tls
from leftopen.wire import Door

if TYPE_CHECKING:
    import pyarrow as pa

LEARN = 20_000
"""Keys of one database whose names are looked at to learn its patterns, below depth full."""
SIZED = 200
"""Keys of one pattern whose sizes are asked to estimate its records."""
MANY_FIELDS = 256
"""Hashes with more fields on average are maps: a record is a field."""
_GONE = ("eof", "reset", "timeout")


class Redis(Connector):
    """The connector; see the module."""

    kind: ClassVar[str] = "redis"
    title: ClassVar[str] = "Redis"
    ports: ClassVar[tuple[int, ...]] = (6379, 6380)
    turn: ClassVar[int] = 10
    words: ClassVar[dict[str, str]] = {"store": "server", "collection": "key pattern", "record": "key or element"}
    # fmt: off
    commands: ClassVar[frozenset[str]] = frozenset((
        "AUTH", "CLIENT|NO-TOUCH", "DBSIZE", "GETRANGE", "HLEN", "HSCAN", "INFO", "JSON.GET", "JSON.TYPE",
        "LLEN", "LRANGE", "PING", "RANDOMKEY", "READONLY", "SCAN", "SCARD", "SELECT", "SSCAN",
        "STRLEN", "TYPE", "XLEN", "XRANGE", "ZCARD", "ZRANGE", "ZSCAN",
    ))
    # fmt: on

    def probe(self, door: Door) -> Probe | None:
        """See :meth:`Connector.probe`. A server that drops plaintext is asked again over TLS."""
        login = _login(door)
        try:
            with door.open() as stream:
                return knock(door, stream, login)
        except WireError as exc:
            if exc.reason not in _GONE or (exc.reason == "timeout" and not self._expected(door)):
                raise
            first = exc
        except ProtocolError:
            return None
        try:
            stream = door.open(tls=True)
        except WireError:
            raise first from None
        with stream:
            try:
                return knock(door, stream, login)
            except WireError as exc:
                if exc.reason != "client_certificate":
                    raise
                why = "speaks TLS only, to clients with a certificate; what is behind it was not told"
                return Probe(door.target, Verdict.TLS_REQUIRED, "", evidence=(why,), flags=frozenset({Flag.TLS}), tls=True)

    def _expected(self, door: Door) -> bool:
        return door.target.port in self.ports or door.target.kind == self.kind

    def collections(self, door: Door, probe: Probe) -> Iterator[Collection]:
        """Key patterns of every database that has keys. Exact counts if all keys were seen, else shares of DBSIZE."""
        with _session(door, probe) as client:
            counts = _databases(client)
            for database, total in counts.items():
                yield from _learn(door, client, database, total, alone=len(counts) == 1)

    def sample(self, door: Door, probe: Probe, collection: Collection, draw: Draw) -> Sample:
        """Keys in hash order (``scan_hash_order``), or all of them (``all``)."""
        return Sample(collection, _batches(door, probe, collection, draw), "all" if draw.limit is None else "scan_hash_order")


def _login(door: Door) -> tuple[str, ...]:
    """Arguments of AUTH: the user of the owner's DSN, if it names one, and the password that the scope refers to."""
    secret = door.secret()
    if secret is None:
        return ()
    user = unquote(urlsplit(door.grant.dsn).username or "") if door.grant.dsn else ""
    return (user, secret) if user else (secret,)


@contextlib.contextmanager
def _session(door: Door, probe: Probe, database: int = 0) -> Iterator[Any]:
    """A redis-py client over the relay: protocol 2, no greeting of its own, no retries, every command declared first."""
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    login = _login(door) if Flag.OWNER_CREDENTIAL in probe.flags else ()

    class Declared(redis.connection.UnixDomainSocketConnection):
        """A connection that declares each command to the door before it is sent."""

        def send_command(self, *args: Any, **kwargs: Any) -> Any:
            door.sends(_name(args))
            return super().send_command(*args, **kwargs)  # type: ignore[no-untyped-call]

        def declare(self, name: str, count: int) -> None:
            """Declare a pipeline of ``count`` commands, packed by ourselves."""
            door.sends(name, count)

    if login:
        only_over_tls(door.grant, door.target.label, probe.tls)
    with door.relay(tls=probe.tls, verify=bool(login)) as path, _no_values(door):
        pool = redis.ConnectionPool(
            connection_class=Declared,
            path=path,
            db=database,
            username=login[0] if len(login) == 2 else None,
            password=login[-1] if login else None,
            protocol=2,
            driver_info=None,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=30,
            socket_read_size=1 << 18,
            max_connections=1,
        )
        client = redis.Redis(connection_pool=pool, single_connection_client=True)
        try:
            _no_touch(client, probe)
            yield client
        finally:
            client.close()
            pool.disconnect()


def _name(args: tuple[Any, ...]) -> str:
    """The declared name of a command as redis-py holds it: ``CLIENT`` with its subcommand."""
    words = [part.decode() if isinstance(part, bytes) else str(part) for part in args[:2]]
    first = words[0].upper()
    if first.startswith("CLIENT"):
        return "|".join(" ".join(words).upper().split()[:2])
    return first


def _no_touch(client: Any, probe: Probe) -> None:
    from redis.exceptions import ResponseError

    version = tuple(int(part) for part in re.findall(r"\d+", probe.version)[:2])
    if probe.product in ("Redis", "Valkey") and version >= (7, 2):
        with contextlib.suppress(ResponseError):
            client.execute_command("CLIENT NO-TOUCH", "ON")


@contextlib.contextmanager
def _no_values(door: Door) -> Iterator[None]:
    """Turns the driver's errors, whose texts may hold keys, into ours; a spent budget comes first."""
    from redis.exceptions import AuthenticationError, NoPermissionError, RedisError

    try:
        yield
    except (AuthenticationError, NoPermissionError):
        raise StoreRefused("The server refused this read.", "restricted") from None
    except (RedisError, OSError, ValueError) as exc:
        failed = type(exc).__name__
    else:
        return
    door.check()
    raise WireError(f"Reading from {door.target.label} ended early ({failed}).", "reset") from None


def _databases(client: Any) -> dict[int, int]:
    """Keys by database. Without INFO only database 0 is known, by DBSIZE."""
    from redis.exceptions import ResponseError

    try:
        found = client.info("keyspace")
        counts = {int(name[2:]): int(facts["keys"]) for name, facts in found.items() if re.fullmatch(r"db\d+", name)}
        if counts:
            return dict(sorted(counts.items()))
    except (ResponseError, KeyError, TypeError, ValueError):
        pass
    return {0: int(client.dbsize())}


def _learn(door: Door, client: Any, database: int, total: int, *, alone: bool) -> Iterator[Collection]:
    """The collections of one database from its key names: all of them at depth full, else the first LEARN in hash order."""
    if database:
        client.execute_command("SELECT", database)
    bound = None if door.depth >= Depth.FULL else LEARN
    counts: Counter[tuple[str, redis_keys.Parts]] = Counter()
    some: dict[tuple[str, redis_keys.Parts], list[bytes]] = defaultdict(list)
    seen, whole = 0, True
    for page in redis_read.scan(client):
        for start in range(0, len(page), redis_read.KEYS):
            keys = page[start : start + redis_read.KEYS]
            for key, kind in zip(keys, redis_read.types(client, keys), strict=True):
                group = (kind, redis_keys.parts(key))
                counts[group] += 1
                if counts[group] <= SIZED:
                    some[group].append(key)
        seen += len(page)
        if bound is not None and seen >= bound:
            whole = seen >= total
            break
    if database and not seen:
        return
    names = redis_keys.patterns(_sum(counts))
    grouped: dict[tuple[str, str], list[tuple[str, redis_keys.Parts]]] = defaultdict(list)
    for group in counts:
        grouped[(names[group[1]], group[0])].append(group)
    prefix = "" if alone else f"db{database}."
    rivals = sorted({pattern for pattern, _ in grouped})
    for (pattern, kind), groups in sorted(grouped.items(), key=lambda item: item[0]):
        keys_here = sum(counts[group] for group in groups)
        few = [key for group in groups for key in some[group]][:SIZED]
        twins = sum(other == pattern for other, _ in grouped) > 1
        yield Collection(
            name=f"{prefix}{pattern}{f' ({kind})' if twins else ''}",
            rows=_rows(client, few, kind, keys_here, seen, total, whole),
            bytes=None,
            rows_exact=whole and kind in ("string", "hash") and not _maps(client, few, kind),
            hints=(),
            locator=(
                str(database),
                pattern,
                kind,
                *[r for r in rivals if r != pattern and r.count("*") < pattern.count("*")][:200],
            ),
        )


def _sum(counts: Counter[tuple[str, redis_keys.Parts]]) -> Counter[redis_keys.Parts]:
    merged: Counter[redis_keys.Parts] = Counter()
    for (_, shape), count in counts.items():
        merged[shape] += count
    return merged


def _maps(client: Any, keys: list[bytes], kind: str) -> bool:
    return kind == "hash" and _mean(client, keys, kind) > MANY_FIELDS


def _mean(client: Any, keys: list[bytes], kind: str) -> float:
    sizes = redis_read.sizes(client, keys, kind)
    return sum(sizes) / len(sizes) if sizes else 1.0


def _rows(client: Any, keys: list[bytes], kind: str, count: int, seen: int, total: int, whole: bool) -> int:
    """Records of a pattern: keys for strings and hashes, elements for the rest."""
    estimate = float(count) if whole or not seen else count * max(total, seen) / seen
    if kind in ("list", "set", "zset", "stream") or _maps(client, keys, kind):
        estimate *= _mean(client, keys, kind)
    return round(estimate)


def _batches(door: Door, probe: Probe, collection: Collection, draw: Draw) -> Iterator[pa.RecordBatch]:
    from leftopen.arrow import documents_to_batches

    database, pattern, kind, *rivals = collection.locator
    if kind not in redis_read.READABLE:
        raise StoreRefused(f"Keys of type {kind!r} cannot be read.")
    cap = redis_read.FULL_BYTES if door.depth >= Depth.FULL else redis_read.SAMPLE_BYTES
    version = tuple(int(part) for part in re.findall(r"\d+", probe.version)[:1])
    typed = probe.product in ("Redis", "Valkey") and version >= (6,) and kind != "ReJSON-RL"
    ours = redis_keys.matcher(pattern, rivals)
    with _session(door, probe, int(database)) as client:
        pages = redis_read.matching(client, pattern, ours, kind, typed)
        records = _limited(client, pages, kind, cap, draw.limit)
        yield from documents_to_batches(records, min(draw.batch, 4096) if kind == "string" else draw.batch)
    if door.bytes_left() == 0:
        raise BudgetSpent(f"The byte budget for {door.target.label} is used up.", "Raise bytes_per_store.", "scope.md")


def _limited(client: Any, pages: Iterator[list[bytes]], kind: str, cap: int, limit: int | None) -> Iterator[dict[str, Any]]:
    """Up to ``limit`` records; asks for no more keys than that many."""
    left = limit
    for keys in pages:
        wanted = keys if left is None else keys[:left]
        for record in islice(redis_read.records(client, wanted, kind, cap, limit is None), left):
            yield record
            if left is not None:
                left -= 1
        if left == 0:
            return
