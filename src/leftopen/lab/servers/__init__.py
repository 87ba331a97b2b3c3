"""Real servers on loopback in chosen states, started and ended by pid: for the demo, the tests and the benchmarks."""

from __future__ import annotations

from leftopen.lab.servers.lab import Lab
from leftopen.lab.servers.recording import RecordingProxy, server_log
from leftopen.lab.servers.running import LabError, Running

__all__ = ["Lab", "LabError", "RecordingProxy", "Running", "server_log"]
