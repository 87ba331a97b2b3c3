"""Servers that lie: nothing is sent outside the scope, every probe and read ends, and what was not learned is said."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from leftopen.identify import probe_target
from leftopen.journal import verify
from leftopen.lab.servers import Lab
from leftopen.lab.servers.network import Network
from leftopen.model import Target, Verdict
from leftopen.scan import Options, scan
from tests.scopes import scope_file, scope_of, wire_of
from tests.servers import own_address

LIARS = {
    "redirect": 9200,
    "redirect_root": 9200,
    "endless": 9200,
    "bomb": 9200,
    "drip": 9200,
    "moved": 6379,
    "peers": 27017,
    "silent": 5432,
    "closing": 5432,
    "echo": 5432,
}
POINTS_ELSEWHERE = ("redirect", "redirect_root", "moved", "peers")
SECONDS, MEGABYTES = 90, 400
LEFTOPEN = str(Path(sys.executable).with_name("leftopen"))
BUDGET = {"bytes_per_store": "16 MiB", "seconds_per_store": 25}


class Elsewhere:
    """A listener where the liars point; counts who comes."""

    def __init__(self, host="127.0.0.1"):
        self.listener = socket.create_server((host, 0))
        self.address = f"{host}:{self.listener.getsockname()[1]}"
        self.visits = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.visits += 1
                connection.close()


def run_scan(arguments, prefix=()):
    """The command line as a child: exit code, JSON document, stderr, seconds, peak memory in MB."""
    command = [*prefix, LEFTOPEN, "scan", "--format", "json", "--no-progress", *map(str, arguments)]
    began = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    peak = 0

    def watch():
        nonlocal peak
        while child.poll() is None:
            with contextlib.suppress(OSError, IndexError):
                status = Path(f"/proc/{child.pid}/status").read_text(encoding="ascii")
                peak = max(peak, int(status.split("VmHWM:")[1].split()[0]) // 1024)
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, err = child.communicate(timeout=2 * SECONDS)
    watcher.join()
    return child.returncode, json.loads(out or b"{}"), err.decode(), time.monotonic() - began, peak


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """One scan at depth full over every liar at the port where it is most believable."""
    folder = tmp_path_factory.mktemp("liars")
    with Lab() as lab:
        elsewhere = Elsewhere()
        running = {
            name: lab.service(name, host=own_address(), port=port, elsewhere=elsewhere.address) for name, port in LIARS.items()
        }
        places = [(one.host, one.port) for one in running.values()]
        file = scope_file(folder / "scope.toml", *places, depth="full", budget=BUDGET)
        code, document, err, seconds, peak = run_scan([file, "--state", folder / "state", "--no-faces"])
        stores = {store["target"]: store for store in document["stores"]}
        skipped = {entry["target"] for entry in document["skipped"]}
        journal = [json.loads(text) for text in (folder / "state" / "journal.jsonl").read_text().splitlines()]
        yield {
            "code": code,
            "err": err,
            "seconds": seconds,
            "peak": peak,
            "stores": {name: stores.get(one.label) for name, one in running.items()},
            "skipped": {name for name, one in running.items() if one.label in skipped},
            "journal": {name: [e for e in journal if e.get("target") == one.label] for name, one in running.items()},
            "elsewhere": elsewhere,
            "folder": folder,
        }


def test_the_scan_ends_in_time_and_within_memory(told):
    assert told["seconds"] < SECONDS, told["seconds"]
    assert 0 < told["peak"] < MEGABYTES
    assert "Traceback" not in told["err"]


def test_nobody_went_elsewhere(told):
    assert told["elsewhere"].visits == 0
    for name in POINTS_ELSEWHERE:
        for entry in told["journal"][name]:
            assert entry["event"] != "resolved"


@pytest.mark.parametrize("name", LIARS)
def test_each_liar_leaves_a_clear_entry(name, told):
    store = told["stores"][name]
    assert store is not None
    open_ = store["verdict"] in ("open_data", "open_metadata", "open_empty")
    assert not open_ or name in told["skipped"], store
    assert store["verdict"] != "open_data", "no record was ever read from it"
    assert store["evidence"]


@pytest.mark.parametrize("name", LIARS)
def test_each_liar_is_within_its_budget(name, told):
    done = [entry for entry in told["journal"][name] if entry["event"] == "done"]
    assert sum(entry["bytes_in"] + entry["bytes_out"] for entry in done) < 3 * (16 << 20)
    assert all(entry["bytes_in"] < 17 << 20 for entry in done)


def test_the_journal_of_such_a_scan_is_whole(told):
    assert verify(told["folder"] / "state" / "journal.jsonl").torn == 0


@pytest.mark.parametrize("name", ["moved", "peers"])
def test_what_was_offered_is_noted(name, told):
    offered = [entry for entry in told["journal"][name] if entry["event"] == "offered"]
    assert {entry["peer"] for entry in offered} <= {told["elsewhere"].address}
    assert all(entry["in_scope"] is False for entry in offered)


def test_a_name_that_rebinds_is_asked_once_and_denied_where_denied(tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as honest, socket.create_server(("127.0.0.2", honest.getsockname()[1])) as trap:
        port = honest.getsockname()[1]
        answers = iter([["127.0.0.1"]] + [["127.0.0.2"]] * 50)
        asked = []

        def lookup(name, *_args, **_kwargs):
            asked.append(name)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in next(answers)]

        monkeypatch.setattr(socket, "getaddrinfo", lookup)
        scope = scope_of(grant=[{"addresses": ["rebind.example"], "ports": [port], "depth": "sample"}])
        threading.Thread(target=_hang_up, args=(honest,), daemon=True).start()
        result = scan(scope, Options(tmp_path))
        assert asked == ["rebind.example"]
        assert [store.probe.target.host for store in result.stores] == ["127.0.0.1"]
        trap.settimeout(0.2)
        with pytest.raises(TimeoutError):
            trap.accept()


def test_a_granted_name_does_not_open_a_denied_address(tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as trap:
        port = trap.getsockname()[1]
        answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: answer)
        grant = {"addresses": ["inside.example"], "ports": [port], "depth": "sample"}
        result = scan(scope_of(grant=[grant], deny=[{"addresses": ["127.0.0.0/8"]}]), Options(tmp_path))
        assert not [store for store in result.stores if store.probe.verdict is not Verdict.OUT_OF_SCOPE]
        trap.settimeout(0.2)
        with pytest.raises(TimeoutError):
            trap.accept()


def _hang_up(listener):
    with contextlib.suppress(OSError):
        while True:
            listener.accept()[0].close()


@pytest.mark.parametrize(("name", "port"), [("drip", 9200), ("endless", 6379), ("endless", 27017), ("bomb", 9200)])
def test_one_probe_ends_soon(name, port, lab: Lab, tmp_path):
    running = lab.service(name, host=own_address(), port=port)
    wire = wire_of(tmp_path, (running.host, port), budget=BUDGET)
    began = time.monotonic()
    probe = probe_target(wire, Target(running.host, port))
    assert time.monotonic() - began < 35
    assert probe.verdict in (Verdict.OTHER_SERVICE, Verdict.UNKNOWN, Verdict.OPEN_METADATA, Verdict.SILENT)


def test_no_packet_leaves_for_anywhere_else(lab: Lab, tmp_path):
    """In a namespace of its own, the kernel counts every TCP or UDP packet that is not for the target: none."""
    network: Network = lab.network()
    elsewhere = Elsewhere(network.here)
    rules = (
        "table inet watch {\n  counter outside { }\n  chain out {\n    type filter hook output priority 0; policy accept;\n"
        '    meta l4proto { tcp, udp } oifname != "lo" counter name outside\n  }\n}\n'
    )
    subprocess.run([*network.prefix, "nft", "-f", "-"], input=rules.encode(), check=True)
    liars = {}
    for name, port in (("redirect", 9200), ("redirect_root", 9201), ("moved", 6379), ("peers", 27017)):
        behaviour = [sys.executable, "-m", "leftopen.lab.servers.lookalike", name, network.there, str(port), elsewhere.address]
        with (tmp_path / f"{name}.log").open("wb") as log:
            liars[port] = subprocess.Popen([*network.prefix, *behaviour], stdout=log, stderr=log)
    try:
        time.sleep(1.5)
        file = scope_file(tmp_path / "scope.toml", *((network.there, port) for port in liars), depth="full", budget=BUDGET)
        _, document, err, _, _ = run_scan([file, "--state", tmp_path / "state", "--no-faces"], network.prefix)
        assert len(document["stores"]) == len(liars), err
        counted = subprocess.run(
            [*network.prefix, "nft", "-j", "list", "counter", "inet", "watch", "outside"], capture_output=True, check=True
        )
        entry = next(part["counter"] for part in json.loads(counted.stdout)["nftables"] if "counter" in part)
        assert entry["packets"] == 0
        assert elsewhere.visits == 0
    finally:
        for child in liars.values():
            child.terminate()
            child.wait()
