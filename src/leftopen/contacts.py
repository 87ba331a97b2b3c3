"""Whom to tell, in which order: hints from what is known offline. Nothing is looked up.

Field studies of such notices agree: one message with full detail, to the party that can act; if it stays silent, another party
rather than the same again.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from leftopen.case import Details


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of contact: where to look for it, and how long to wait before the next step."""

    kind: str
    look: str
    wait: str


_LADDER = (
    Step("owner", "names of databases and collections; the TLS certificate's organisation; the scope's own contact", "1 day"),
    Step("security.txt", "https://<host name>/.well-known/security.txt (RFC 9116), if a host name is known", "1 day"),
    Step("domain", "the registrable domain of the reverse name: security@, abuse@, info@", "1 day"),
    Step("network", "the abuse contact of the address block (RDAP entity with the role abuse)", "1 day"),
    Step("host", "the cloud provider's abuse form, if the address block is a provider's", "1 day"),
    Step("csirt", "the national CSIRT as trusted intermediary (EU: NIS2 Art. 12; China: CNCERT, 12387)", "2 days"),
    Step("authority", "the data-protection authority; at once where children are concerned and nobody answers", "a person decides"),
)


def ladder(details: Sequence[Details]) -> tuple[Step, ...]:
    """Contacts in the order of trying. For an address that is not public, only the owner can be meant."""
    if all(_private(one.exposure.target) for one in details):
        return _LADDER[:1]
    return _LADDER


def _private(target: str) -> bool:
    host = target.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False
