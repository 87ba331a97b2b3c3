"""Audit a store by its owner's DSN: the DSN itself is the permission, for one address, today."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from leftopen.audit import AuditReport, Span, audit_for, audit_store
from leftopen.errors import InputError
from leftopen.journal import Journal
from leftopen.model import Target
from leftopen.scope import parse_scope
from leftopen.wire import Wire


def audit_dsn(dsn: str, credential: str, window: Span, journal: Path, *, ca: str = "", tls_verify: bool = True) -> AuditReport:
    """Audit the store that a DSN names.

    Args:
        dsn: the owner's, without a password.
        credential: reference to the owner's read-only password (``env:NAME`` or ``file:PATH``); empty for none.
        window: when the store was open.
        journal: where what is sent is recorded.
        ca: PEM file of the authorities that may vouch for the server over TLS; empty: the system's.
        tls_verify: False sends the credential over TLS to any certificate.

    Raises:
        InputError: the DSN cannot be read or holds a password. LeftopenError: the store refuses.
    """
    plugin = audit_for(dsn)
    parts = _parts(dsn)
    if parts.password:
        raise InputError(
            "The DSN holds a password, which others on this machine can read.",
            "Take it out and give --credential env:NAME or file:PATH.",
            "audit.md",
        )
    grant: dict[str, object] = {"dsn": dsn, "depth": "full", "tls_verify": tls_verify}
    grant |= {key: value for key, value in (("credential", credential), ("ca", ca)) if value}
    scope = parse_scope(
        {
            "scope": {
                "name": "audit",
                "authorised_by": "whoever gave the DSN and its credential",
                "basis": "the owner runs the audit",
                "contact": "the owner",
                "valid_until": datetime.now(UTC) + timedelta(hours=12),
            },
            "grant": [grant],
            "budget": {"connections_per_second_per_host": 20, "bytes_per_store": "256 MiB"},
        }
    )
    wire = Wire(scope, Journal(journal))
    host, port = str(parts.hostname), scope.grants[0].ports[0][0]
    with wire.door(Target(_address(wire, host), port, host, plugin.kind), plugin.commands) as door:
        return audit_store(door, dsn, window)


def _parts(dsn: str) -> SplitResult:
    """The DSN in its parts. Raises InputError if it cannot be read or names no host."""
    example = "Write it like postgresql://auditor@host:5432/database or redis://auditor@host:6379."
    try:
        parts = urlsplit(dsn)
        _ = parts.port
    except ValueError:
        raise InputError("The DSN cannot be read.", example, "audit.md") from None
    if not parts.hostname:
        raise InputError("The DSN names no host.", example, "audit.md")
    return parts


def _address(wire: Wire, host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return wire.resolve(host)[0]
