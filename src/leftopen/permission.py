"""What a scope is: who permits what, how deep, how fast, until when. ``scope.py`` makes it from a file, the wire checks it."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from leftopen.errors import OutOfScope, ScopeError
from leftopen.model import Depth, Target

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits: new connections per second for one host and overall, bytes and seconds for one store."""

    per_host: float = 5.0
    overall: float = 200.0
    bytes_per_store: int = 64 << 20
    seconds_per_store: float = 300.0


@dataclass(frozen=True, slots=True)
class Grant:
    """What one ``[[grant]]`` permits. ``names`` are host names, resolved later by the wire and checked again then."""

    networks: tuple[Network, ...] = ()
    names: tuple[str, ...] = ()
    ports: tuple[tuple[int, int], ...] = ()
    depth: Depth = Depth.NAMES
    kind: str = ""
    dsn: str = field(default="", repr=False)
    credential: str = ""
    path: str = ""
    ca: str = ""
    """PEM file of the authorities that may vouch for a server to which the credential goes; empty: the system's."""
    tls_verify: bool = True
    """False: the credential goes over TLS to any certificate."""

    @property
    def wants_tls(self) -> bool:
        """True if the DSN asks for TLS, so that the credential may not go in plain."""
        parts = urlsplit(self.dsn)
        words = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        asked = words.get("sslmode") in ("require", "verify-ca", "verify-full") or "true" in (words.get("tls"), words.get("ssl"))
        return asked or parts.scheme in ("rediss", "https")

    def has_port(self, port: int) -> bool:
        """True if ``port`` lies in one of the ranges."""
        return any(low <= port <= high for low, high in self.ports)


@dataclass(frozen=True, slots=True)
class Denial:
    """What one ``[[deny]]`` forbids; no ports means all ports."""

    networks: tuple[Network, ...] = ()
    names: tuple[str, ...] = ()
    ports: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission: by whom, on what basis, until when, for what, how deep, how fast. Made by :func:`read_scope` only."""

    name: str
    authorised_by: str
    basis: str
    contact: str
    valid_until: datetime
    valid_from: datetime | None
    grants: tuple[Grant, ...]
    denials: tuple[Denial, ...]
    budget: Budget
    fingerprint: str

    def in_force(self, now: datetime | None = None) -> bool:
        """True while the permission lasts."""
        now = now or datetime.now(UTC)
        return (self.valid_from is None or self.valid_from <= now) and now < self.valid_until

    def grant_for(self, host: str, port: int, *, name: str = "") -> tuple[int, Grant]:
        """The deepest grant that covers this address and port.

        Args:
            host: a literal IP address.
            port: TCP port.
            name: the host name that was resolved to ``host``, if any.

        Raises:
            OutOfScope: expired, denied, or not granted; the text says which.
        """
        if not self.in_force():
            raise OutOfScope(f"The scope {self.name!r} is not in force.", "Ask for a new permission.", "scope.md")
        address = _plain(ipaddress.ip_address(host))
        for denial in self.denials:
            covered = any(address in net for net in denial.networks) or (bool(name) and name in denial.names)
            if covered and (not denial.ports or any(low <= port <= high for low, high in denial.ports)):
                raise OutOfScope(f"{host} port {port} is denied by the scope.", docs="scope.md")
        best: tuple[int, Grant] | None = None
        for index, grant in enumerate(self.grants):
            covered = any(address in net for net in grant.networks) or (bool(name) and name in grant.names)
            if covered and grant.has_port(port) and (best is None or grant.depth > best[1].depth):
                best = (index, grant)
        if best is None:
            raise OutOfScope(f"{host} port {port} is not granted by the scope.", docs="scope.md")
        return best

    def targets(self) -> Iterator[Target]:
        """Every literal address and port that is granted and not denied, once each, in the order of the file."""
        seen: set[tuple[str, int]] = set()
        for index, grant in enumerate(self.grants):
            for network in grant.networks:
                for address in network:
                    for low, high in grant.ports:
                        for port in range(low, high + 1):
                            key = (str(address), port)
                            if key in seen:
                                continue
                            try:
                                self.grant_for(*key)
                            except OutOfScope:
                                continue
                            seen.add(key)
                            yield Target(host=key[0], port=port, kind=grant.kind, grant=index)

    def addresses(self) -> int:
        """How many literal addresses the grants name (denials not subtracted)."""
        return sum(net.num_addresses for grant in self.grants for net in grant.networks)

    def secret(self, grant: Grant) -> str | None:
        """The owner's credential of a grant, read now from its reference; it is never stored or shown."""
        return read_reference(grant.credential) if grant.credential else None


def read_reference(reference: str) -> str:
    """Resolve ``env:NAME`` or ``file:PATH`` to a secret.

    Raises:
        ScopeError: the reference has another form, or names nothing.
    """
    kind, _, rest = reference.partition(":")
    if kind == "env" and rest:
        value = os.environ.get(rest)
        if value is None:
            raise ScopeError(f"The environment variable {rest} is not set.", f"export {rest}=…", "scope.md")
        return value
    if kind == "file" and rest:
        try:
            return Path(rest).expanduser().read_text(encoding="utf-8").strip()
        except OSError as exc:
            raise ScopeError(f"The credential file {rest} cannot be read: {exc.strerror}.", docs="scope.md") from None
    raise ScopeError("A credential must be a reference.", "Write env:NAME or file:PATH, never the secret.", "scope.md")


def _plain(address: Address) -> Address:
    """IPv4 written inside IPv6 counts as that IPv4 address, so that a denial cannot be walked around."""
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped if mapped is not None else address


def describe(scope: Scope) -> str:
    """What a scope permits, in words."""
    until = scope.valid_until
    days = (until - datetime.now(UTC)).total_seconds() / 86400
    lines = [
        f"{scope.name}: authorised by {scope.authorised_by}.",
        f"Basis: {scope.basis}. Contact: {scope.contact}.",
        f"Valid until {until.isoformat()} ({days:.1f} days from now).",
        f"It names {scope.addresses():,} addresses and {sum(len(g.names) for g in scope.grants)} host names:",
    ]
    for number, grant in enumerate(scope.grants, 1):
        where = grant.path or ", ".join([str(net) for net in grant.networks] + list(grant.names))
        ports = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in grant.ports)
        credential = f", with the owner's credential from {grant.credential}" if grant.credential else ""
        if credential and not grant.tls_verify:
            credential += ", over TLS to any certificate"
        elif credential and grant.ca:
            credential += f", over TLS to certificates of {grant.ca}"
        lines.append(f"  {number}. {where}" + (f" ports {ports}" if ports else "") + f": depth {grant.depth.word}{credential}")
    for denial in scope.denials:
        where = ", ".join([str(net) for net in denial.networks] + list(denial.names))
        ports = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in denial.ports)
        lines.append(f"  never: {where}" + (f" ports {ports}" if ports else ""))
    budget = scope.budget
    lines.append(
        f"At most {budget.per_host:g} connections a second to one host, {budget.overall:g} overall; "
        f"{budget.bytes_per_store / (1 << 20):,.0f} MiB and {budget.seconds_per_store:g} s for one store."
    )
    return "\n".join(lines)
