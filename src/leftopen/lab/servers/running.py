"""What a started server is called: its address, version, state, process and log."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from leftopen.errors import LeftopenError


class LabError(LeftopenError):
    """A server of the lab is not installed, did not start, or has no such state. Carries the tail of its log."""


@dataclass(frozen=True, slots=True)
class Running:
    """One server that the lab started and will end.

    ``version`` is what the server itself claims; ``state`` the state it was asked to be in. ``stand_in`` is true for a server that
    speaks another's protocol (``product`` names the real thing it is). ``dsn`` is how a stranger reaches it, without a
    credential; ``admin_dsn`` is the lab's own way in; ``owner_dsn`` holds a read-only credential as its owner would
    hand it out (empty where the state has none). The credentials are made up per start and guard synthetic data only.
    """

    kind: str
    """``redis``, ``postgresql``, ``elasticsearch``, ``mongodb``, or the service's own name."""
    host: str
    port: int
    version: str
    state: str
    pid: int
    log: Path
    stand_in: bool = False
    dsn: str = ""
    admin_dsn: str = field(default="", repr=False)
    owner_dsn: str = field(default="", repr=False)
    product: str = ""
    folder: Path = Path()
    """The server's own folder inside the lab's: data, configuration, log."""
    certificate: Path | None = None
    """The authority that signed the server's certificate, if it speaks TLS."""

    @property
    def label(self) -> str:
        """``host:port``, as a scope or a target list writes it."""
        return f"{self.host}:{self.port}"
