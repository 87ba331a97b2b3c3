"""Whose certificate is good enough. A part of the wire.

A stranger's knock takes any certificate, for no secret passes. A credential of the owner passes only to a server that proves its
name to the system's authorities or to those of the grant's ``ca`` file, unless the grant says ``tls_verify = false``.
"""

from __future__ import annotations

import ssl
from pathlib import Path

from leftopen.errors import LeftopenError, ScopeError, WireError
from leftopen.permission import Grant


def trusting() -> ssl.SSLContext:
    """A context that takes any certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def verifying(ca: str = "") -> ssl.SSLContext:
    """A context that takes certificates of the authorities in the PEM file ``ca``, else of the system's.

    Raises:
        ScopeError: the file cannot be read as PEM certificates.
    """
    try:
        context = ssl.create_default_context(cafile=str(Path(ca).expanduser()) if ca else None)
    except (OSError, ValueError):
        todo = "Name a PEM file with the authority that signed the server's certificate."
        raise ScopeError(f"The file of authorities {ca} cannot be read.", todo, "scope.md") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def only_over_tls(grant: Grant, label: str, tls: bool) -> None:
    """Let a credential pass in plain only if the owner's DSN does not ask for TLS.

    Raises:
        WireError: ``reason`` plain.
    """
    if grant.wants_tls and not tls:
        what = f"{label} does not speak TLS, which the owner's DSN asks for; the owner's credential was not sent."
        raise WireError(what, "plain", "Find out who answers there, or take TLS out of the DSN.", "scope.md")


def unsent(exc: LeftopenError) -> str:
    """Why the owner's credential was not sent or not taken, as one sentence of evidence."""
    why = {
        "certificate": "not sent: the server's certificate is not trusted (name its authority: ca; or: tls_verify = false)",
        "plain": "not sent: the DSN asks for TLS and the server does not speak it",
    }.get(exc.reason if isinstance(exc, WireError) else "", "not accepted")
    return f"the owner's credential was {why}"


def not_trusted(label: str, why: str) -> WireError:
    """The error for a server whose certificate was refused; ``why`` is OpenSSL's word for it."""
    return WireError(
        f"The certificate of {label} is not trusted ({why}); the owner's credential was not sent.",
        "certificate",
        'Name the authority that signed it (in a scope\'s grant ca = "file.pem", for an audit --ca file.pem), '
        "or accept any certificate (tls_verify = false, or --no-tls-verify).",
        "scope.md",
    )
