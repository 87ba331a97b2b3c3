"""Throw-away certificates for servers that speak TLS, made by the openssl program."""

from __future__ import annotations

from pathlib import Path

from leftopen.lab.servers.binaries import system
from leftopen.lab.servers.process import run


def make(folder: Path, host: str) -> tuple[Path, Path, Path]:
    """(authority, certificate, key) in ``folder`` for ``host`` and localhost, PEM, valid for a week.

    The authority also signs ``client.pem``/``client.key`` for servers that ask clients for a certificate.
    """
    openssl = system("openssl")
    authority, authority_key = folder / "authority.pem", folder / "authority.key"
    _request(openssl, folder, authority, authority_key, "/CN=leftopen lab authority", "basicConstraints=critical,CA:TRUE")
    for name, subject, names in (
        ("server", "/CN=node.example.test", f"subjectAltName=DNS:localhost,IP:{host}"),
        ("client", "/CN=admin.example.test", "subjectAltName=DNS:client.example.test"),
    ):
        signing = ["-CA", str(authority), "-CAkey", str(authority_key)]
        _request(openssl, folder, folder / f"{name}.pem", folder / f"{name}.key", subject, names, signing)
    return authority, folder / "server.pem", folder / "server.key"


def _request(
    openssl: Path, folder: Path, out: Path, key: Path, subject: str, extension: str, signing: list[str] | None = None
) -> None:
    argv = [str(openssl), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "7", "-subj", subject]
    argv += ["-addext", extension, "-keyout", str(key), "-out", str(out), *(signing or [])]
    run(argv, folder)
