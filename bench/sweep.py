"""Port sweep of 65,536 loopback addresses beside ``nmap -n -Pn -sT --open``, in one run: prints seconds, rates and the ratio."""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from leftopen.journal import Journal
from leftopen.scope import parse_scope
from leftopen.sweep import sweep
from leftopen.wire import Wire

NETWORK = "127.77.0.0/16"
PORT = 6379
OPEN = [f"127.77.{i * 21}.{i * 7 + 1}" for i in range(12)]
ROUNDS = 3


def ours(folder: Path) -> tuple[float, int]:
    scope = {
        "name": "b",
        "authorised_by": "b",
        "basis": "b",
        "contact": "b@example.org",
        "valid_until": "2099-01-01T00:00:00+00:00",
    }
    budget = {"connections_per_second_per_host": 10**9, "connections_per_second": 10**9}
    data = {"scope": scope, "grant": [{"addresses": [NETWORK], "ports": [PORT]}], "budget": budget}
    wire = Wire(parse_scope(data), Journal(folder / "journal.jsonl"))
    targets = list(wire.scope.targets())
    began = time.perf_counter()
    found = sum(state == "open" for _, state in sweep(wire, targets))
    return time.perf_counter() - began, found


def nmap() -> tuple[float, int]:
    began = time.perf_counter()
    command = ["nmap", "-n", "-Pn", "-sT", "--open", "-p", str(PORT), "-oG", "-", NETWORK]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return time.perf_counter() - began, text.count("/open/")


def main() -> int:
    listeners = [socket.create_server((host, PORT)) for host in OPEN]
    with tempfile.TemporaryDirectory() as folder:
        rounds = [(*ours(Path(folder)), *nmap()) for _ in range(ROUNDS)]
    for listener in listeners:
        listener.close()
    for our_time, our_found, nmap_time, nmap_found in rounds:
        print(f"leftopen {our_time:.2f} s {our_found}/12   nmap {nmap_time:.2f} s {nmap_found}/12")
    own, other = statistics.median(r[0] for r in rounds), statistics.median(r[2] for r in rounds)
    print(f"leftopen {65536 / own:,.0f} addresses/s, nmap {65536 / other:,.0f} addresses/s, ratio {other / own:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
