"""The ground that servers stand on: a private folder, addresses, passwords, the list of processes to end."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leftopen.lab.servers.network import Network
from leftopen.lab.servers.ports import checked_port, free_port, listening
from leftopen.lab.servers.process import Child, end, wait_ready


def secret() -> str:
    """A password made up for one server."""
    return secrets.token_urlsafe(12)


@dataclass(slots=True)
class Kept:
    """What the lab remembers of a server beyond ``Running``: its processes and what its module needs to secure it."""

    children: list[Child]
    notes: dict[str, Any] = field(default_factory=dict)


class Yard:
    """Owns one private temporary folder and every process started in it."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._children: list[Child] = []
        self._kept: dict[int, Kept] = {}
        self._network: Network | None = None
        self._counts: dict[str, int] = {}

    @property
    def folder(self) -> Path:
        """The private folder; others may pass through it (a server that gave up root must) but not list it."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="leftopen-lab-"))
            self._folder.chmod(0o711)
        return self._folder

    def new_folder(self, kind: str, owner: tuple[int, int] | None = None) -> Path:
        """A fresh folder for one server, only its ``owner`` (uid, gid) may enter it."""
        self._counts[kind] = self._counts.get(kind, 0) + 1
        folder = self.folder / f"{kind}-{self._counts[kind]}"
        folder.mkdir(mode=0o700)
        if owner is not None:
            shutil.chown(folder, *owner)
        return folder

    def port(self, host: str, wanted: int | None) -> int:
        """``wanted``, or a free port on ``host``. LabError if somebody listens on ``wanted``."""
        return free_port(host) if wanted is None else checked_port(host, wanted)

    def network(self) -> Network:
        """The lab's own network namespace, made on first use. Needs root."""
        if self._network is None:
            self._network = Network.make(self.folder)
        return self._network

    def own(self, child: Child) -> Child:
        """Note a process, so that it is ended with the lab."""
        self._children.append(child)
        return child

    def keep(self, pid: int, kept: Kept) -> None:
        """Remember what a server's module needs later."""
        self._kept[pid] = kept

    def kept(self, pid: int) -> Kept:
        """What was remembered of the server with this pid. KeyError if the lab did not start it."""
        return self._kept[pid]

    def wait(self, child: Child, name: str, host: str, port: int, timeout: float = 30.0) -> float:
        """Wait until ``host:port`` accepts; seconds it took."""
        return wait_ready(child, name, lambda: listening(host, port), timeout)

    def wait_for(self, child: Child, name: str, ready: Callable[[], bool], timeout: float = 30.0) -> float:
        """Wait until ``ready()``; seconds it took."""
        return wait_ready(child, name, ready, timeout)

    def end_children(self, children: list[Child]) -> None:
        """End these processes and forget them."""
        end(children)
        self._children = [child for child in self._children if child not in children]

    def close(self) -> None:
        """End every process, take the network down, remove the folder. May be called again."""
        children, self._children = self._children, []
        try:
            end(children)
        finally:
            if self._network is not None:
                self._network.close()
                self._network = None
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder = None
            self._kept.clear()
