"""A network namespace for servers that must see a stranger, or drop packets: one veth pair, private addresses, root only."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from leftopen.lab.servers.binaries import system
from leftopen.lab.servers.process import run
from leftopen.lab.servers.running import LabError


@dataclass(slots=True)
class Network:
    """One namespace, linked to this machine by a veth pair: ``here`` is our end's address, ``there`` the servers'.

    To a server in it, a client outside is not on loopback. Nothing routes further than the pair.
    """

    name: str
    here: str
    there: str
    folder: Path
    _rules: list[str] = field(default_factory=list)

    @classmethod
    def make(cls, folder: Path) -> Network:
        """Make the namespace and its pair. LabError without root or without iproute2."""
        if os.geteuid() != 0:
            raise LabError("a network namespace needs root", "run as root, or leave this state out")
        tag = secrets.token_hex(3)
        net, block = secrets.randbelow(256), secrets.randbelow(64) * 4
        here, there = f"10.78.{net}.{block + 1}", f"10.78.{net}.{block + 2}"
        network = cls(f"leftopen-{tag}", here, there, folder)
        ip = system("ip")
        run([ip, "netns", "add", network.name], folder)
        try:
            ours, theirs = f"lo{tag}h", f"lo{tag}t"
            for command in (
                f"link add {ours} type veth peer name {theirs} netns {network.name}",
                f"addr add {here}/30 dev {ours}",
                f"link set {ours} up",
                f"-n {network.name} addr add {there}/30 dev {theirs}",
                f"-n {network.name} link set {theirs} up",
                f"-n {network.name} link set lo up",
            ):
                run([ip, *command.split()], folder)
        except LabError:
            network.close()
            raise
        return network

    @property
    def prefix(self) -> list[str]:
        """Put before a command line, this runs it inside the namespace."""
        return [str(system("ip")), "netns", "exec", self.name]

    def drop(self, port: int) -> None:
        """From now on packets to this port vanish, as behind a firewall that does not answer."""
        self._rules.append(f"    tcp dport {port} drop\n")
        rules = (
            "flush ruleset\ntable inet lab {\n  chain incoming {\n"
            "    type filter hook input priority 0; policy accept;\n" + "".join(self._rules) + "  }\n}\n"
        )
        run([*self.prefix, system("nft"), "-f", "-"], self.folder, text_in=rules)

    def close(self) -> None:
        """Take the namespace and with it the pair away; its processes must have ended."""
        run([system("ip"), "netns", "del", self.name], Path("/"))
