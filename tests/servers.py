"""Every server state that the tests know, what is true of it, and one session's running servers, each started on first use."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import count

from leftopen.lab.servers import Lab, Running
from leftopen.model import Verdict


@dataclass(frozen=True)
class Case:
    """One server in one state, and the verdict that is right for a stranger at depth ``sample``."""

    kind: str
    state: str
    version: str
    verdict: Verdict
    options: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        more = "".join(f"-{value}" for name, value in self.options if name != "records")
        return f"{self.kind}-{self.version}-{self.state}{more}"


_DATA = (("records", 100),)
_OPEN, _EMPTY, _AUTH = Verdict.OPEN_DATA, Verdict.OPEN_EMPTY, Verdict.AUTH_REQUIRED
_RESTRICTED, _DENIED = Verdict.RESTRICTED, Verdict.HOST_DENIED

REDIS = (
    *(Case("redis", "open", version, _OPEN, _DATA) for version in ("wheel", "debian")),
    *(Case("redis", "empty", version, _EMPTY) for version in ("wheel", "debian")),
    *(Case("redis", "auth", version, _AUTH, _DATA) for version in ("wheel", "debian")),
    *(Case("redis", "restricted", version, _RESTRICTED) for version in ("wheel", "debian")),
    *(Case("redis", "names", version, Verdict.OPEN_METADATA) for version in ("wheel", "debian")),
    *(Case("redis", "host_denied", version, _DENIED) for version in ("wheel", "debian")),
    Case("redis", "tls", "debian", _OPEN, _DATA),
    Case("redis", "tls_client", "debian", Verdict.TLS_REQUIRED, _DATA),
)
POSTGRESQL = (
    *(Case("postgresql", "open", version, _OPEN, _DATA) for version in ("wheel", "debian")),
    *(Case("postgresql", "empty", version, _EMPTY) for version in ("wheel", "debian")),
    *(Case("postgresql", "auth", version, _AUTH, _DATA) for version in ("wheel", "debian")),
    Case("postgresql", "role_app", "wheel", _AUTH),
    Case("postgresql", "wrong_role", "wheel", _RESTRICTED),
    Case("postgresql", "host_denied", "wheel", _DENIED),
    Case("postgresql", "no_entry", "wheel", _DENIED),
    Case("postgresql", "restricted", "wheel", _RESTRICTED),
    Case("postgresql", "names", "wheel", Verdict.OPEN_METADATA),
    Case("postgresql", "no_connect", "wheel", _RESTRICTED),
    Case("postgresql", "tls", "debian", _OPEN, _DATA),
    Case("postgresql", "tls_auth", "debian", _AUTH, _DATA),
)
MONGODB = (
    *(Case("mongodb", "open", version, _OPEN, _DATA) for version in ("secantus", "nx")),
    *(Case("mongodb", "empty", version, _EMPTY) for version in ("secantus", "nx")),
    Case("mongodb", "auth", "secantus", _AUTH, _DATA),
    Case("mongodb", "tls", "secantus", _OPEN, _DATA),
)
_REAL = ("2.4.6", "7.17.28", "opensearch-2.19.1")
_SECURED = "opensearch-2.19.1"
ELASTICSEARCH = (
    *(Case("elasticsearch", "open", version, _OPEN, _DATA) for version in ("osmem", "noida", *_REAL)),
    *(Case("elasticsearch", "empty", version, _EMPTY) for version in ("osmem", "noida", "7.17.28")),
    Case("elasticsearch", "auth", "osmem", _AUTH, (*_DATA, ("gate", "lab"))),
    Case("elasticsearch", "auth", "7.17.28", _AUTH, (*_DATA, ("gate", "nginx"))),
    Case("elasticsearch", "auth", _SECURED, _AUTH, _DATA),
    Case("elasticsearch", "not_initialised", _SECURED, Verdict.UNKNOWN),
    Case("elasticsearch", "anonymous", _SECURED, _RESTRICTED),
    Case("elasticsearch", "tls", _SECURED, _RESTRICTED),
    Case("elasticsearch", "tls_auth", _SECURED, _AUTH),
)
_OTHERS = ("memcached", "nginx", "mariadb", "mosquitto", "ssh", "echo", "catch_all")
SERVICES = (
    *(Case("service", name, "any", Verdict.OTHER_SERVICE) for name in _OTHERS),
    Case("service", "silent", "any", Verdict.SILENT),
    Case("service", "filtered", "any", Verdict.FILTERED),
)
"""What else may answer. The liars (``endless``, ``bomb``, ``drip``, ``redirect``, ``moved``, ``peers``) are started by name."""

STORES = (*REDIS, *POSTGRESQL, *MONGODB, *ELASTICSEARCH)
CASES = (*STORES, *SERVICES)

_numbers = count(1)


def own_address() -> str:
    """A loopback address of this process alone, on which every usual port is free."""
    number = next(_numbers)
    pid = os.getpid()
    return f"127.{64 + pid // 256 % 128}.{pid % 256}.{number % 254 + 1}"


class Servers:
    """One session's servers. Tests that change a server start their own with ``lab``."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._running: dict[Case, Running] = {}

    def get(self, case: Case) -> Running:
        """The running server of ``case``, started on first use and shared by all tests that only read."""
        if case not in self._running:
            if case.kind == "service":
                self._running[case] = self.lab.service(case.state)
            else:
                start = getattr(self.lab, case.kind)
                self._running[case] = start(case.state, version=case.version, **dict(case.options))
        return self._running[case]

    def find(self, kind: str, state: str, version: str = "") -> Running:
        """The first case of this kind and state (and version)."""
        return self.get(next(case for case in CASES if (case.kind, case.state) == (kind, state) and version in ("", case.version)))
