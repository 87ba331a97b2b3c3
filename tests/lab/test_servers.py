"""Each server state answers on the wire as its documentation says: raw bytes first, drivers where bytes say too little."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import struct
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import httpx
import pymongo
import pytest

from leftopen.lab.servers import LabError, RecordingProxy, postgresql, server_log
from leftopen.lab.servers.ports import greeting, listening
from leftopen.lab.servers.process import spawn, unprivileged, wait_ready
from tests.servers import CASES, ELASTICSEARCH, MONGODB, POSTGRESQL, REDIS, SERVICES, Case, own_address


def ask(running, data, size=65_536, tls=None):
    with socket.create_connection((running.host, running.port), 5) as plain:
        stream = tls.wrap_socket(plain, server_hostname=running.host) if tls else plain
        stream.sendall(data)
        return stream.recv(size)


def alive(pid):
    """A process that has ended but whose parent has not noticed is not alive."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def trusting(running):
    return ssl.create_default_context(cafile=running.certificate)


def cases(of, *states):
    return pytest.mark.parametrize("case", [case for case in of if case.state in states], ids=str)


def startup(role="postgres", database="postgres"):
    words = f"user\0{role}\0database\0{database}\0\0".encode()
    return struct.pack("!ii", 8 + len(words), 196_608) + words


def query(text):
    return b"Q" + struct.pack("!i", 5 + len(text)) + text.encode() + b"\0"


def pg(running, *messages, role="postgres", database="postgres", tls=False):
    """All bytes that PostgreSQL answers to a start-up and these messages, until it is ready again or hangs up."""
    with socket.create_connection((running.host, running.port), 5) as stream:
        if tls:
            stream.sendall(struct.pack("!ii", 8, 80_877_103))
            assert stream.recv(1) == b"S"
            stream = trusting(running).wrap_socket(stream, server_hostname=running.host)
        everything = b""
        for message in (startup(role, database), *messages):
            stream.sendall(message)
            got = b""
            # Until ready for the next query, or asked for a password.
            while not got.endswith((b"Z\0\0\0\5I", b"Z\0\0\0\5T")) and got[:1] + got[5:9] != b"R\0\0\0\x0a":
                more = stream.recv(65_536)
                if not more:
                    return everything + got
                got += more
            everything += got
        return everything


# Redis


@cases(REDIS, "open", "empty")
def test_redis_open(servers, case):
    running = servers.get(case)
    assert ask(running, b"PING\r\n") == b"+PONG\r\n"
    assert running.version in ask(running, b"INFO server\r\n").decode()
    assert ask(running, b"DBSIZE\r\n") == (b":101\r\n" if case.state == "open" else b":0\r\n")
    assert running.version.startswith("6.2." if case.version == "wheel" else "7.0.")


@cases(REDIS, "auth")
def test_redis_auth(servers, case):
    running = servers.get(case)
    assert ask(running, b"PING\r\n").startswith(b"-NOAUTH ")
    assert ask(running, b"INFO\r\n").startswith(b"-NOAUTH ")


@cases(REDIS, "restricted")
def test_redis_restricted(servers, case):
    running = servers.get(case)
    assert ask(running, b"PING\r\n") == b"+PONG\r\n"
    assert ask(running, b"GET pub:notice\r\n").startswith(b"$")
    for refused in (b"INFO\r\n", b"SCAN 0\r\n", b"DBSIZE\r\n", b"HGETALL person:1\r\n", b"GET person:1\r\n"):
        assert ask(running, refused).startswith(b"-NOPERM ")


@cases(REDIS, "names")
def test_redis_names(servers, case):
    running = servers.get(case)
    assert b"keys=101" in ask(running, b"INFO keyspace\r\n")
    assert ask(running, b"SCAN 0\r\n").startswith(b"*2\r\n")
    assert ask(running, b"TYPE person:1\r\n") == b"+hash\r\n"
    for refused in (b"HGETALL person:1\r\n", b"GET pub:notice\r\n", b"DUMP person:1\r\n", b"SET a 1\r\n"):
        assert ask(running, refused).startswith(b"-NOPERM ")


@cases(REDIS, "host_denied")
def test_redis_denies_strangers(servers, case):
    running = servers.get(case)
    assert greeting(running.host, running.port).startswith(b"-DENIED Redis is running in protected mode")


@cases(REDIS, "tls", "tls_client")
def test_redis_tls(servers, case):
    running = servers.get(case)
    try:
        plain = ask(running, b"PING\r\n")
    except ConnectionResetError:
        plain = b""
    assert b"PONG" not in plain
    context = trusting(running)
    if case.state == "tls_client":
        with pytest.raises(OSError, match=r"certificate required|EOF|reset|Broken pipe"):
            ask(running, b"PING\r\n", tls=context)
        context.load_cert_chain(running.folder / "client.pem", running.folder / "client.key")
    assert ask(running, b"PING\r\n", tls=context) == b"+PONG\r\n"


# PostgreSQL


@cases(POSTGRESQL, "open", "empty")
def test_postgresql_open(servers, case):
    running = servers.get(case)
    got = pg(running, query("SELECT datname FROM pg_database"))
    assert got.startswith(b"R\0\0\0\x08\0\0\0\0")
    assert f"server_version\0{running.version}".encode() in got
    assert (b"school" in got) == (case.state == "open")
    assert running.version.startswith("18." if case.version == "wheel" else "15.")


@cases(POSTGRESQL, "auth")
def test_postgresql_auth(servers, case):
    assert pg(servers.get(case)).startswith(b"R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0")


@cases(POSTGRESQL, "role_app")
def test_postgresql_trusts_one_role(servers, case):
    running = servers.get(case)
    assert b"SCRAM-SHA-256" in pg(running)
    assert b"person99@example.test" in pg(running, query("SELECT * FROM school.people"), role="app", database="school")


@cases(POSTGRESQL, "wrong_role")
def test_postgresql_says_ok_to_a_role_that_does_not_exist(servers, case):
    running = servers.get(case)
    got = pg(running, role="nobody_here")
    assert got.startswith(b"R\0\0\0\x08\0\0\0\0")
    assert b"C28000\0" in got
    assert b'role "nobody_here" does not exist' in got
    assert b'role "postgres" does not exist' in pg(running)


@cases(POSTGRESQL, "host_denied", "no_entry")
def test_postgresql_denies_host(servers, case):
    got = pg(servers.get(case))
    words = b"pg_hba.conf rejects connection" if case.state == "host_denied" else b"no pg_hba.conf entry for host"
    assert got.startswith(b"E")
    assert b"C28000\0" in got
    assert words in got


@cases(POSTGRESQL, "restricted", "names")
def test_postgresql_reads_refused(servers, case):
    running = servers.get(case)
    got = pg(running, query("SELECT email FROM school.people"), database="school")
    assert got.startswith(b"R\0\0\0\x08\0\0\0\0")
    assert b"C42501\0" in got
    assert b"example.test" not in got
    listed = pg(running, query("SELECT relname FROM pg_class WHERE relname = 'people'"), database="school")
    assert (b"people" in listed) == (case.state == "names")
    assert (b"C42501\0" in listed) == (case.state == "restricted")


@cases(POSTGRESQL, "no_connect")
def test_postgresql_no_database_may_be_entered(servers, case):
    got = pg(servers.get(case))
    assert b"C42501\0" in got
    assert b"permission denied for database" in got


@cases(POSTGRESQL, "tls", "tls_auth")
def test_postgresql_tls(servers, case):
    running = servers.get(case)
    assert b"no encryption" in pg(running)
    got = pg(running, tls=True)
    assert got[5:9] == (b"\0\0\0\0" if case.state == "tls" else b"\0\0\0\x0a")
    assert (b"SCRAM-SHA-256-PLUS" in got) == (case.state == "tls_auth")


# MongoDB


@cases(MONGODB, "open", "empty")
def test_mongodb_open(servers, case):
    running = servers.get(case)
    assert running.stand_in
    with pymongo.MongoClient(running.dsn, directConnection=True) as client:
        assert client.admin.command("buildInfo")["version"] == running.version
        own = set(client.list_database_names()) - {"admin", "config", "local"}
        assert own == ({"school"} if case.state == "open" else set())
        if case.state == "open":  # nx makes a collection of whatever is counted
            assert client.school.people.count_documents({}) == 100


@cases(MONGODB, "auth")
def test_mongodb_auth(servers, case):
    running = servers.get(case)
    with pymongo.MongoClient(running.dsn, directConnection=True) as client:
        client.admin.command("hello")
        with pytest.raises(pymongo.errors.OperationFailure) as refused:
            client.admin.command("listDatabases")
        assert refused.value.code == 13
    with pymongo.MongoClient(running.owner_dsn, directConnection=True) as client:
        assert client.school.people.count_documents({}) == 100


@cases(MONGODB, "tls")
def test_mongodb_tls(servers, case):
    running = servers.get(case)
    with pymongo.MongoClient(running.dsn, directConnection=True) as client:
        assert client.school.people.count_documents({}) == 100
    with trusting(running).wrap_socket(socket.create_connection((running.host, running.port), 5), server_hostname=running.host):
        pass


# Elasticsearch and OpenSearch


def get(running, path, **more):
    verify = trusting(running) if running.certificate else True
    return httpx.get(running.dsn + path, trust_env=False, verify=verify, timeout=30, **more)


@cases(ELASTICSEARCH, "open", "empty")
def test_elasticsearch_open(servers, case):
    running = servers.get(case)
    root = get(running, "/")
    assert root.status_code == 200
    assert root.json()["version"]["number"] == running.version
    rows = get(running, "/_cat/indices?format=json").json()
    assert [(row["index"], row["docs.count"]) for row in rows] == ([("people", "100")] if case.state == "open" else [])
    assert running.stand_in == (case.version in ("osmem", "noida"))


@cases(ELASTICSEARCH, "auth", "tls_auth")
def test_elasticsearch_auth(servers, case):
    running = servers.get(case)
    for path in ("/", "/_cat/indices", "/people/_search"):
        refused = get(running, path)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"].startswith("Basic realm=")
    owner = httpx.URL(running.owner_dsn)
    assert get(running, "/", auth=(owner.username, owner.password)).status_code == 200


@cases(ELASTICSEARCH, "not_initialised")
def test_opensearch_not_initialised(servers, case):
    answer = get(servers.get(case), "/")
    assert answer.status_code == 503
    assert "not initialized" in answer.text


@cases(ELASTICSEARCH, "anonymous", "tls")
def test_opensearch_anonymous(servers, case):
    running = servers.get(case)
    assert get(running, "/").status_code == 200
    assert get(running, "/_cat/indices").status_code == 403
    assert get(running, "/_mapping").status_code == 403
    assert get(running, "/people/_count").json()["count"] == 100
    if case.state == "tls":
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"http://{running.label}/", trust_env=False)


# What else may answer


@pytest.mark.parametrize(
    ("name", "begins"),
    [("ssh", b"SSH-2.0-"), ("mariadb", None), ("silent", b""), ("closing", b"")],
)
def test_services_that_speak_first(lab, name, begins):
    running = lab.service(name)
    said = greeting(running.host, running.port, timeout=0.5)
    assert b"MariaDB" in said if begins is None else said[:8] == begins
    assert running.version.startswith("10.") if name == "mariadb" else running.version == ""


def test_services_that_answer(lab):
    assert ask(lab.service("memcached"), b"version\r\n").startswith(b"VERSION 1.")
    assert ask(lab.service("mosquitto"), b"\x10\x0e\0\4MQTT\4\2\0\x3c\0\2ab") == b"\x20\2\0\0"
    assert ask(lab.service("echo"), b"PING\r\n") == b"PING\r\n"
    assert b"A plain page" in ask(lab.service("nginx"), b"GET / HTTP/1.0\r\n\r\n")
    page = lab.service("catch_all")
    assert httpx.get(f"http://{page.label}/_cat/indices").text == httpx.get(f"http://{page.label}/").text


def test_filtered_drops_packets(servers):
    running = servers.find("service", "filtered")
    with pytest.raises(TimeoutError):
        socket.create_connection((running.host, running.port), 0.3)


def test_liars_lie(lab):
    there = "10.1.2.3:9200"
    moved = lab.service("redirect", elsewhere=there)
    assert httpx.get(f"http://{moved.label}/").json()["tagline"] == "You Know, for Search"
    assert httpx.get(f"http://{moved.label}/_cat/indices").headers["location"] == f"http://{there}/"
    assert httpx.get(f"http://{lab.service('redirect_root', elsewhere=there).label}/").status_code == 302
    assert ask(lab.service("moved", elsewhere=there), b"DBSIZE\r\n") == b"-MOVED 1 10.1.2.3:9200\r\n"
    bomb = lab.service("bomb")
    with httpx.stream("GET", f"http://{bomb.label}/_cat/indices") as answer:
        assert sum(len(raw) for raw in answer.iter_raw()) < 2 << 20
    drip = lab.service("drip")
    assert len(ask(drip, b"GET /_cat/indices HTTP/1.1\r\n\r\n")) == 1
    endless = lab.service("endless")
    with httpx.stream("GET", f"http://{endless.label}/_cat/indices") as answer:
        read = 0
        for block in answer.iter_raw():
            read += len(block)
            if read > 4 << 20:
                break
    assert read > 4 << 20
    peers = lab.service("peers", elsewhere="10.1.2.3:27017")
    with pymongo.MongoClient(peers.host, peers.port, directConnection=True) as client:
        assert client.admin.command("hello")["hosts"] == ["10.1.2.3:27017"]


def test_usual_ports_on_an_own_address(lab):
    host = own_address()
    assert lab.redis(host=host, port=27_017).label == f"{host}:27017"
    assert lab.service("ssh", host=host, port=6379).label == f"{host}:6379"


# The host secures the store


def test_secured_redis_keeps_its_address_and_process(lab):
    before = lab.redis(records=10)
    after = lab.secure(before)
    assert (after.label, after.pid, after.state) == (before.label, before.pid, "auth")
    assert ask(after, b"DBSIZE\r\n").startswith(b"-NOAUTH ")


def test_secured_postgresql_keeps_its_address_and_process(lab):
    before = lab.postgresql(records=10)
    assert b"R\0\0\0\x08\0\0\0\0" in pg(before)
    after = lab.secure(before)
    assert (after.label, after.pid) == (before.label, before.pid)
    assert b"SCRAM-SHA-256" in pg(after)


def test_secured_mongodb_keeps_its_address_and_data(lab):
    before = lab.mongodb(records=10)
    after = lab.secure(before)
    assert after.label == before.label
    with pymongo.MongoClient(after.dsn, directConnection=True) as client, pytest.raises(pymongo.errors.OperationFailure):
        client.list_database_names()
    with pymongo.MongoClient(after.owner_dsn, directConnection=True) as client:
        assert client.school.people.count_documents({}) == 10


def test_secured_elasticsearch_keeps_its_address_and_names_the_gate(lab):
    before = lab.elasticsearch(records=10)
    after = lab.secure(before)
    assert after.label == before.label
    assert get(after, "/").status_code == 401
    assert "gate" in after.product


# What servers were told to do


def test_redis_accounts_for_commands(lab):
    running = lab.redis(records=10)
    lab.watch(running)
    ask(running, b"PING\r\n")
    ask(running, b"HGETALL person:1\r\n")
    assert dict(lab.executed(running)) == {"ping": 1, "hgetall": 1}


def test_postgresql_accounts_for_statements(lab):
    running = lab.postgresql(records=10)
    lab.watch(running)
    pg(running, query("SELECT 1,\n2"), query("BEGIN READ ONLY"))
    assert dict(lab.executed(running)) == {"SELECT 1, 2": 1, "BEGIN READ ONLY": 1}
    assert "BEGIN READ ONLY" in server_log(running)


def test_proxy_records_names_and_no_values(lab):
    store = lab.mongodb(records=10)
    with RecordingProxy(store) as proxy:
        with pymongo.MongoClient(proxy.host, proxy.port, directConnection=True) as client:
            client.school.people.find_one({"email": "person1@example.test"})
        assert "find" in proxy.commands()
        assert not any("person1" in name for name in proxy.commands())
    index = lab.elasticsearch(records=10)
    with RecordingProxy(index) as proxy, httpx.Client(base_url=f"http://{proxy.host}:{proxy.port}") as client:
        client.get("/_cat/indices?format=json")
        client.post("/people/_search?q=person1", json={"size": 1})
        client.post("/people/_search", content=iter([b'{"size"', b": 1}"]))
        assert proxy.commands() == ["GET /_cat/indices", "POST /people/_search", "POST /people/_search"]


def test_only_stores_with_accounts_are_watched(lab):
    with pytest.raises(LabError, match="keeps no account"):
        lab.watch(lab.elasticsearch())


# Nothing is left behind


def test_everything_ends_with_the_block(lab):
    started = [lab.redis(), lab.postgresql(), lab.elasticsearch(), lab.service("silent")]
    folder = lab.folder
    lab.close()
    assert not folder.exists()
    assert not any(alive(running.pid) for running in started)
    assert not any(listening(running.host, running.port) for running in started)


SCRIPT = textwrap.dedent(
    """
    import time
    from leftopen.lab.servers import Lab
    with Lab() as lab:
        print(lab.redis().pid, lab.postgresql().pid, lab.folder, flush=True)
        time.sleep(60)
    """
)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL], ids=str)
def test_everything_ends_with_its_process(number):
    process = subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    *pids, folder = process.stdout.readline().split()
    assert all(alive(int(pid)) for pid in pids)
    os.kill(process.pid, number)
    process.wait(20)
    process.stdout.close()
    deadline = time.monotonic() + 10
    while any(alive(int(pid)) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(alive(int(pid)) for pid in pids)
    assert Path(folder).exists() == (number == signal.SIGKILL)
    subprocess.run(["rm", "-rf", folder], check=True)


def test_postgresql_runs_from_a_copy_where_its_user_cannot_reach_the_wheel(lab, monkeypatch):
    monkeypatch.setattr(postgresql, "reachable_by_all", lambda _path: False)
    monkeypatch.setattr(postgresql, "unprivileged", lambda: unprivileged() or (os.getuid(), os.getgid()))
    assert pg(lab.postgresql()).startswith(b"R\0\0\0\x08\0\0\0\0")
    assert (lab.folder / "postgresql-programs").is_dir()


def test_a_taken_port_is_refused(lab):
    taken = lab.redis()
    with pytest.raises(LabError, match="is taken"):
        lab.redis(port=taken.port)


def test_a_server_that_cannot_start_shows_its_log(lab, tmp_path):
    child = spawn(["/bin/sh", "-c", "echo out of luck; exit 3"], tmp_path)
    with pytest.raises(LabError, match="code 3 while starting:\nout of luck"):
        wait_ready(child, "nothing", lambda: False, 10)
    child = lab.own(spawn(["/bin/sleep", "60"], tmp_path))
    with pytest.raises(LabError, match="not ready within 0 s"):
        wait_ready(child, "nothing", lambda: False, 0.1)


def test_a_state_that_does_not_exist_is_refused(lab):
    for start in (lab.redis, lab.postgresql, lab.mongodb, lab.elasticsearch, lab.service):
        with pytest.raises(LabError, match="in the lab"):
            start("upside_down")


def test_credentials_are_not_printed(lab):
    running = lab.redis("auth")
    secret = httpx.URL(running.owner_dsn).password
    assert secret
    assert secret not in repr(running)
    assert secret.encode() not in Path(f"/proc/{running.pid}/cmdline").read_bytes()


def test_every_case_has_a_name_of_its_own():
    names = [str(case) for case in CASES]
    assert len(set(names)) == len(names)
    assert isinstance(SERVICES[0], Case)
