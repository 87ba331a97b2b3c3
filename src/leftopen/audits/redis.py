"""Who could still be inside a Redis server: accounts, modules, functions, replication, settings, keys others would run.

Reads only, through the door's relay. Password hashes in ACL rules are dropped where they are read; the first bytes of small text
values are matched against a few patterns in memory and forgotten. Redis keeps hardly any dates: most artefacts stay undatable.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from leftopen.audit import Artefact, AuditReport, Span, ordered, plain
from leftopen.errors import LeftopenError, StoreRefused
from leftopen.model import Skipped
from leftopen.wire import Door

MAX_KEYS = 200_000
"""Keys looked at in one audit."""
BATCH = 500
HEAD = 200
"""Bytes of a value that are matched."""

_SETTINGS = (
    "dir", "dbfilename", "appendfilename", "protected-mode", "aclfile", "enable-protected-configs", "enable-module-command",
    "enable-debug-command", "bind", "slave-read-only", "replica-read-only", "loadmodule", "rename-command",
)  # fmt: skip
_COMMANDS = (
    "AUTH", "SELECT", "INFO", "ROLE", "ACL LIST", "MODULE LIST", "FUNCTION LIST", "CONFIG GET", "CLIENT LIST", "DBSIZE", "SCAN",
    "TYPE", "STRLEN", "OBJECT IDLETIME", "GETRANGE", "CLIENT NO-TOUCH",
)  # fmt: skip

_PLANTED: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("a line for cron", re.compile(rb"(^|\n)\s*(@(reboot|hourly|daily)|([\d*/,-]+\s+){5})\s*\S", re.ASCII)),
    ("an SSH key", re.compile(rb"(ssh-(rsa|ed25519|dss)|ecdsa-sha2-\S+) AAAA")),
    ("a program fetched and run", re.compile(rb"(curl|wget)[^\n|;]{0,160}[|;]\s*(ba|da|z)?sh\b")),
    ("a shell that calls out", re.compile(rb"/dev/tcp/|\bnc\b.{0,40}-e\b|bash -i")),
    ("a script", re.compile(rb"^\s*#!\s*/\S+|<\?php")),
    ("a serialised object that runs code", re.compile(rb"^\x80[\x02-\x05].{0,40}(posix|nt|os|subprocess|builtins)\n", re.DOTALL)),
    (
        "a ransom note",
        re.compile(rb"(?i)\b(bitcoin|btc|monero)\b.{0,120}\b(pay|send|recover|restore)|your (data|database) (is|was|has)"),
    ),
)
_NAMES = re.compile(
    r"(?i)^(backup[1-9]?|crackit|crack|user1|root|authorized_keys|x|weaponized|read_?me.*|how_?to_.*|pwned.*|.*-meow)$"
)
_SAFE_NAME = re.compile(r"[A-Za-z][\w.:-]{0,31}")
_FOLDERS = re.compile(r"^(/etc/cron|/var/spool/cron|/root\b|/home/[^/]+/\.ssh|/etc\b|/var/www|/usr/share/nginx|/tmp\b|/dev/shm)")
_FILES = re.compile(r"(?i)(^root$|authorized_keys|crontab|\.so$|\.php$|\.jsp$|^ntp$|^zzh$)")

ROTATE = (
    "passwords of all ACL users and requirepass (their unsalted SHA-256 may have been read)",
    "every secret kept in the store: sessions, tokens, cached credentials",
    "the primary's password (masterauth) and the server's TLS key",
    "the host: SSH keys and cron of the system user that runs Redis, which could write files while the store was open",
    "copies: RDB and AOF files and their backups",
)


@dataclass(slots=True)
class _Notes:
    """What is gathered while looking."""

    window: Span
    now: datetime
    started: datetime | None = None
    artefacts: list[Artefact] = field(default_factory=list)
    hidden: list[Skipped] = field(default_factory=list)
    target: str = ""

    def add(
        self,
        kind: str,
        name: str,
        detail: str,
        why: str = "",
        action: str = "",
        between: tuple[datetime | None, datetime | None] = (None, None),
        by: str = "",
    ) -> None:
        """Note one artefact; ``why`` makes it suspicious."""
        dated = self.window.when(*between)
        self.artefacts.append(Artefact(kind, plain(name), plain(detail, 200), dated, between, by, why, bool(why), action))


class _Ask:
    """Sends declared commands only; answers None where the credential does not suffice."""

    def __init__(self, door: Door, client: Any, notes: _Notes) -> None:
        self._door = door
        self._client = client
        self._notes = notes

    def __call__(self, name: str, *args: str | int, hides: str = "") -> Any:
        """The raw answer (bytes, lists), or None if refused; ``hides`` says what is then not seen."""
        self._door.sends(name)
        try:
            return self._client.execute_command(*name.split(" "), *args)
        except Exception as exc:  # noqa: BLE001  the driver's text may quote arguments
            self._refused(exc, hides)
            return None

    def many(self, name: str, keys: Sequence[bytes], *args: int) -> list[Any]:
        """One command for many keys in one round trip; a failed one answers None."""
        if not keys:
            return []
        pipe = self._client.pipeline(transaction=False)
        for key in keys:
            self._door.sends(name)
            pipe.execute_command(*name.split(" "), key, *args)
        try:
            answers: list[Any] = pipe.execute(raise_on_error=False)
        except Exception as exc:  # noqa: BLE001
            self._refused(exc, "values of keys")
            return [None] * len(keys)
        return [None if isinstance(answer, Exception) else answer for answer in answers]

    def _refused(self, exc: Exception, hides: str) -> None:
        if any(word in type(exc).__name__.lower() for word in ("connection", "timeout", "authentication")):
            raise StoreRefused(f"{self._notes.target} ended the connection or refused the credential.", "auth_required") from None
        if hides:
            self._notes.hidden.append(Skipped(self._notes.target, "rights", f"{hides}: not shown to this credential or version"))


class RedisAudit:
    """The audit plug-in for Redis 4 and newer, Valkey included."""

    kind = "redis"
    commands = frozenset(_COMMANDS)

    def __call__(self, door: Door, dsn: str, window: Span) -> AuditReport:
        """Audit the whole server: see :func:`leftopen.audit.audit_store`."""
        notes = _Notes(window, datetime.now(UTC), target=door.target.label)
        with _session(door, dsn, notes) as ask:
            info = _info(ask)
            uptime = int(info.get("uptime_in_seconds", "0"))
            notes.started = notes.now - timedelta(seconds=uptime) if uptime else None
            version = info.get("redis_version", "")
            facts = _facts(notes, info, version)
            _accounts(ask, notes)
            _code(ask, notes, version)
            _replication(ask, notes, info)
            _settings(ask, notes)
            _clients(ask, notes)
            if _at_least(version, 7, 2):
                ask("CLIENT NO-TOUCH", "ON")
            facts.append(_keys(ask, notes, info))
        product = "Valkey" if "valkey_version" in info else "Redis"
        return AuditReport(
            notes.target, self.kind, product, version, window, ordered(notes.artefacts), tuple(facts), tuple(notes.hidden), ROTATE
        )


audit = RedisAudit()


@contextlib.contextmanager
def _session(door: Door, dsn: str, notes: _Notes) -> Iterator[_Ask]:
    import redis

    parts = urlsplit(dsn)
    with door.relay(tls=door.grant.wants_tls, verify=bool(door.grant.credential)) as path:
        client = redis.Redis(
            unix_socket_path=path,
            username=unquote(parts.username) if parts.username else None,
            password=door.secret(),
            driver_info=None,
            protocol=2,
            socket_timeout=30,
            single_connection_client=False,
            max_connections=1,
        )
        door.sends("AUTH")
        try:
            yield _Ask(door, client, notes)
        except LeftopenError:
            raise
        except Exception:  # noqa: BLE001  the driver's text may hold data or the credential
            raise StoreRefused(f"{door.target.label} answered what the audit cannot read.", "unknown") from None
        finally:
            with contextlib.suppress(Exception):
                client.close()


def _info(ask: _Ask) -> dict[str, str]:
    answer = ask("INFO", hides="the server's own report (INFO)")
    if answer is None:
        return {}
    if isinstance(answer, dict):
        return {str(k): str(v) if not isinstance(v, dict) else _flat(v) for k, v in answer.items()}
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return dict(line.split(":", 1) for line in text.replace("\r", "").split("\n") if ":" in line and not line.startswith("#"))


def _flat(facts: dict[Any, Any]) -> str:
    return ",".join(f"{k}={v}" for k, v in facts.items())


def _at_least(version: str, *wanted: int) -> bool:
    return tuple(int(n) for n in re.findall(r"\d+", version)[: len(wanted)]) >= wanted


def _facts(notes: _Notes, info: dict[str, str], version: str) -> list[str]:
    facts = []
    if notes.started is not None:
        facts.append(f"the server was started {notes.started.isoformat(sep=' ', timespec='seconds')}")
        if notes.window.closed is not None and notes.started >= notes.window.closed:
            facts.append("it was restarted since: what was set only in memory is gone, and was not seen")
    if _at_least(version, 7):
        facts.append("this version refuses to change its folder or load modules at run time, unless its configuration allows it")
    else:
        facts.append("this version lets anybody with CONFIG write files on the host: look at the host itself")
    if info.get("rdb_last_save_time", "0").isdigit():
        saved = datetime.fromtimestamp(int(info["rdb_last_save_time"] or 0), UTC) if "rdb_last_save_time" in info else None
        if saved is not None and saved.year > 1970:
            facts.append(f"data was last saved {saved.isoformat(sep=' ', timespec='seconds')}")
    scripts = info.get("number_of_cached_scripts", "0")
    if scripts not in ("0", ""):
        facts.append(f"{scripts} scripts are cached; Redis cannot list them")
    return facts


def _accounts(ask: _Ask, notes: _Notes) -> None:
    """ACL LIST prints a line a user; hashes (#…) are dropped before anything else is done with it."""
    for raw in ask("ACL LIST", hides="accounts") or []:
        words = _text(raw).split(" ")
        if len(words) < 3 or words[0] != "user":
            continue
        rules = [word for word in words[2:] if not word.startswith(("#", ">", "<", "!"))]
        hashes = sum(word.startswith("#") for word in words[2:])
        detail = " ".join([*rules, f"{hashes} passwords"])
        on, free = "on" in rules, "nopass" in rules
        mighty = {"+@all", "allcommands"} & set(rules) or any(r in ("+@admin", "+@dangerous", "+config", "+module") for r in rules)
        why = ""
        if on and free and any(rule.startswith("+") or rule == "allcommands" for rule in rules):
            why = "needs no password"
        elif on and mighty:
            why = "may do everything"
        notes.add("account", words[1], detail, why, "ACL DELUSER unless somebody can say whose it is; then save the ACL file.")


def _code(ask: _Ask, notes: _Notes, version: str) -> None:
    for module in ask("MODULE LIST", hides="modules") or []:
        pairs = _pairs(module)
        detail = f"version {pairs.get('ver', '?')}"
        notes.add("module", pairs.get("name", "?"), detail, "machine code inside the server", "Unload it unless you installed it.")
    if not _at_least(version, 7):
        return
    for library in ask("FUNCTION LIST", hides="functions") or []:
        pairs = _pairs(library)
        notes.add(
            "function",
            pairs.get("library_name", "?"),
            pairs.get("engine", ""),
            "code kept in the store",
            "FUNCTION DELETE unless yours.",
        )


def _replication(ask: _Ask, notes: _Notes, info: dict[str, str]) -> None:
    role = ask("ROLE", hides="replication") or []
    kind = _text(role[0]) if role else info.get("role", "")
    if kind == "slave":
        host, port = (
            (_text(role[1]), _text(role[2])) if len(role) > 2 else (info.get("master_host", "?"), info.get("master_port", "?"))
        )
        notes.add(
            "primary", f"{host}:{port}", f"link {info.get('master_link_status', '?')}",
            "this server takes its data from there and would be overwritten by it",
            "REPLICAOF NO ONE unless that primary is yours; then look for what it sent.",
        )  # fmt: skip
    for number in range(64):
        line = info.get(f"slave{number}")
        if line is None:
            break
        facts = dict(part.split("=", 1) for part in line.split(",") if "=" in part)
        name = f"{facts.get('ip', '?')}:{facts.get('port', '?')}"
        notes.add("replica", name, facts.get("state", ""), "a standing copy of everything", "End it unless it is yours.")


def _settings(ask: _Ask, notes: _Notes) -> None:
    answer = ask("CONFIG GET", "*", hides="settings")
    found = answer if isinstance(answer, dict) else _pairs(answer or [])
    found = {_text(k): _text(v) for k, v in found.items()}
    if not found:
        return
    locked = "set" if found.get("requirepass") else "not set"
    shown = {name: found[name] for name in _SETTINGS if found.get(name)}
    shown["requirepass"] = locked
    reasons = {
        "dir": "files would be written where other programs run them" if _FOLDERS.match(shown.get("dir", "")) else "",
        "dbfilename": "the name of a file that another program would run" if _FILES.search(shown.get("dbfilename", "")) else "",
        "appendfilename": "the name of a file that another program would run"
        if _FILES.search(shown.get("appendfilename", ""))
        else "",
        "protected-mode": "strangers are let in" if shown.get("protected-mode") == "no" and locked == "not set" else "",
        "requirepass": "",
        "enable-protected-configs": "its folder can be changed at run time"
        if shown.get("enable-protected-configs") == "yes"
        else "",
        "enable-module-command": "modules can be loaded at run time" if shown.get("enable-module-command") == "yes" else "",
        "replica-read-only": "replicas may be written to" if shown.get("replica-read-only") == "no" else "",
    }
    for name, value in sorted(shown.items()):
        notes.add("setting", name, value, reasons.get(name, ""), "Set it back, and look at the host for files written meanwhile.")


def _clients(ask: _Ask, notes: _Notes) -> None:
    answer = ask("CLIENT LIST", hides="who is connected now")
    lines = answer if isinstance(answer, list) else _text(answer or b"").split("\n")
    seen: dict[str, tuple[int, int]] = {}
    for line in lines:
        facts = line if isinstance(line, dict) else dict(part.split("=", 1) for part in line.split(" ") if "=" in part)
        address = str(facts.get("addr", "")).rpartition(":")[0]
        if address and str(facts.get("cmd", "")) != "client|list":
            count, age = seen.get(address, (0, 0))
            seen[address] = count + 1, max(age, int(facts.get("age", 0)))
    for address, (count, age) in sorted(seen.items()):
        since = notes.now - timedelta(seconds=age)
        notes.add("client", address, f"{count} connections", "", "", (since, since), "age of the connection")


def _keys(ask: _Ask, notes: _Notes, info: dict[str, str]) -> str:
    """Look at the beginning of small text values in every database; returns the sentence on coverage."""
    bases = sorted(int(name[2:]) for name in info if re.fullmatch(r"db\d+", name)) or [0]
    looked = 0
    whole = True
    for base in bases:
        if ask("SELECT", base, hides=f"database {base}") is None:
            continue
        cursor: Any = 0
        while True:
            answer = ask("SCAN", cursor, "COUNT", BATCH, hides=f"keys of database {base}")
            if answer is None:
                break
            cursor, keys = answer
            looked += len(keys)
            _batch(ask, notes, base, list(keys))
            if int(cursor) == 0:
                break
            if looked >= MAX_KEYS:
                whole = False
                break
    if not whole:
        notes.hidden.append(Skipped(notes.target, "budget", f"only the first {looked} keys were looked at"))
    return f"{looked} keys were looked at{'' if whole else ', not all'}"


def _batch(ask: _Ask, notes: _Notes, base: int, keys: list[bytes]) -> None:
    types = ask.many("TYPE", keys)
    texts = [key for key, kind in zip(keys, types, strict=True) if _text(kind or b"") == "string"]
    idle = ask.many("OBJECT IDLETIME", texts)
    heads = ask.many("GETRANGE", texts, 0, HEAD - 1)
    for key, seconds, head in zip(texts, idle, heads, strict=True):
        value = head if isinstance(head, bytes) else b""
        what = next((word for word, pattern in _PLANTED if pattern.search(value)), "")
        name = key.decode("utf-8", "replace")
        known = bool(_NAMES.match(name))
        if not what and not known:
            continue
        shown = name if known or (_SAFE_NAME.fullmatch(name) and not re.search(r"\d{5,}", name)) else f"a key of {len(key)} bytes"
        touched = None if seconds is None else notes.now - timedelta(seconds=int(seconds))
        notes.add(
            "key", shown, f"database {base}, holds {what or 'nothing that was recognised'}",
            f"{what}: another program would run it" if what else "a name that visitors are known to use",
            "Read it with care, keep a copy as evidence, delete it; then look where the host may have run it.",
            (None, touched), "last touch of the key" if touched else "",
        )  # fmt: skip


def _pairs(answer: Any) -> dict[str, str]:
    if isinstance(answer, dict):
        return {_text(k): _text(v) for k, v in answer.items()}
    items = list(answer)
    return {_text(k): _text(v) for k, v in zip(items[::2], items[1::2], strict=False) if not isinstance(v, list | dict)}


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
