"""Start server processes, wait until they are ready, end them by pid together with their children."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from leftopen.lab.servers.running import LabError

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(slots=True)
class Child:
    """One server process, leader of its own session and process group, with its log."""

    popen: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM

    @property
    def pid(self) -> int:
        """Process id, which is also the id of the process group."""
        return self.popen.pid


def unprivileged() -> tuple[int, int] | None:
    """(uid, gid) of ``nobody`` if this process is root, for servers that refuse root; else None."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return entry.pw_uid, entry.pw_gid


def environment(folder: Path) -> dict[str, str]:
    """The small environment that a server gets: nothing of the caller's but PATH."""
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }


def spawn(
    argv: Sequence[str | Path],
    folder: Path,
    *,
    as_user: tuple[int, int] | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    death_signal: signal.Signals = signal.SIGKILL,
    extra_environment: dict[str, str] | None = None,
) -> Child:
    """Start ``argv`` with ``folder`` as working folder and ``folder/log`` as its output.

    ``as_user`` is (uid, gid) to become. ``stop_signal`` ends the server in order; ``death_signal`` reaches it when the
    lab's own process dies without a word.
    """

    # The kernel sends the signal when the starting *thread* ends, so only the main thread may ask for it.
    with_parent = threading.current_thread() is threading.main_thread()

    def die_with_parent() -> None:
        if with_parent:
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal))

    log = folder / "log"
    with log.open("ab") as output:
        popen = subprocess.Popen(
            [str(part) for part in argv],
            cwd=folder,
            env={**environment(folder), **(extra_environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=as_user[0] if as_user else None,
            group=as_user[1] if as_user else None,
            extra_groups=[] if as_user else None,
            preexec_fn=die_with_parent,
        )
    return Child(popen, log, stop_signal)


def run(
    argv: Sequence[str | Path],
    folder: Path,
    *,
    as_user: tuple[int, int] | None = None,
    text_in: str = "",
    timeout: float = 60.0,
    extra_environment: dict[str, str] | None = None,
) -> str:
    """Run a short command to its end and return its stdout; LabError with the tail of its stderr if it fails."""
    try:
        done = subprocess.run(
            [str(part) for part in argv],
            cwd=folder,
            env={**environment(folder), **(extra_environment or {})},
            input=text_in,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            user=as_user[0] if as_user else None,
            group=as_user[1] if as_user else None,
            extra_groups=[] if as_user else None,
        )
    except FileNotFoundError:
        raise LabError(f"{argv[0]} is not installed", "run scripts/prepare-test-servers.sh") from None
    except subprocess.TimeoutExpired:
        raise LabError(f"{Path(argv[0]).name} did not end within {timeout:.0f} s") from None
    if done.returncode:
        raise LabError(f"{Path(argv[0]).name} failed with code {done.returncode}: {(done.stderr or done.stdout)[-1500:]}")
    return done.stdout


def tail(log: Path, size: int = 2000) -> str:
    """The last ``size`` bytes of a log, as text."""
    try:
        data = log.read_bytes()
    except OSError:
        return ""
    return data[-size:].decode(errors="replace")


def wait_ready(child: Child, name: str, ready: Callable[[], bool], timeout: float) -> float:
    """Wait until ``ready()`` is true; return the seconds it took. LabError with the log's tail on death or time-out."""
    started = time.monotonic()
    pause = 0.005
    while True:
        if child.popen.poll() is not None:
            raise LabError(f"{name} ended with code {child.popen.returncode} while starting:\n{tail(child.log)}")
        if ready():
            return time.monotonic() - started
        if time.monotonic() - started > timeout:
            raise LabError(f"{name} was not ready within {timeout:.0f} s:\n{tail(child.log)}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)


def end(children: Sequence[Child], grace: float = 10.0) -> None:
    """End these processes with all their children: first asked, after ``grace`` seconds forced. Returns when all are gone."""
    for child in children:
        _signal(child, child.stop_signal)
    deadline = time.monotonic() + grace
    for child in children:
        try:
            child.popen.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _signal(child, signal.SIGKILL)
            child.popen.wait(10)
        _signal(child, signal.SIGKILL)  # what the leader left behind in its group


def _signal(child: Child, number: signal.Signals) -> None:
    try:
        os.killpg(child.pid, number)
    except (ProcessLookupError, PermissionError):
        return
