"""Which service answers on an open port, and what it proves: every connector is asked; the port only decides the order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from leftopen.connector import Connector, connectors
from leftopen.errors import BudgetSpent, OutOfScope, ProtocolError, WireError
from leftopen.model import Probe, Target, Verdict
from leftopen.wire import Wire

LISTEN_SECONDS = 0.3
"""How long an unknown port may speak first before we do."""
TRY_SECONDS = 2.5
"""How long we wait for an answer to a protocol that neither the scope nor the port suggests."""

_DEAD = {"closed": Verdict.CLOSED, "filtered": Verdict.FILTERED, "unreachable": Verdict.FILTERED}
_HUNG_UP = ("reset", "eof")


def probe_target(wire: Wire, target: Target) -> Probe:
    """Knock on one target and judge it.

    Returns a Probe in every case: what cannot be judged is ``unknown``, ``silent`` or ``other_service``, with the reason.
    """
    now = datetime.now(UTC)
    try:
        probe = _probe(wire, target)
    except OutOfScope as exc:
        probe = Probe(target, Verdict.OUT_OF_SCOPE, evidence=(exc.what,))
    except BudgetSpent as exc:
        probe = Probe(target, Verdict.UNKNOWN, evidence=(exc.what,))
    wire.journal.append("verdict", target=target.label, verdict=probe.verdict.value, kind=probe.kind, why=list(probe.evidence))
    return replace(probe, at=now)


def _order(target: Target) -> list[Connector]:
    """Connectors in the order of trying: named by the scope, then at home on this port, then the rest."""
    known = connectors().values()
    return sorted(known, key=lambda c: (c.kind != target.kind, target.port not in c.ports, c.turn, c.kind))


def _probe(wire: Wire, target: Target) -> Probe:
    order = _order(target)
    hinted = bool(order) and (order[0].kind == target.kind or target.port in order[0].ports)
    if not hinted and (early := _listen(wire, target)) is not None:
        return early
    notes: dict[str, str] = {}
    heard = 0
    fallback: Probe | None = None
    for connector in order:
        with wire.door(target, connector.commands) as door:
            if connector.kind != target.kind and target.port not in connector.ports:
                door.patience = TRY_SECONDS
            try:
                probe = connector.probe(door)
            except WireError as exc:
                if exc.reason in _DEAD and not heard and not notes:
                    return Probe(target, _DEAD[exc.reason], evidence=(exc.reason,))
                notes[connector.kind] = exc.reason
                probe = None
            except ProtocolError:
                notes[connector.kind] = "answer does not follow the protocol"
                probe = None
            except BudgetSpent:
                notes[connector.kind] = "budget spent"
                heard += door.bytes_in
                break
            except Exception as exc:  # noqa: BLE001  a connector's mistake must not end the scan, nor its text, with data in it, be told
                broken = f"{connector.kind}: {type(exc).__name__} while judging it"
                return Probe(target, Verdict.UNKNOWN, evidence=(broken,))
            heard += door.bytes_in
        if probe is not None and probe.kind == connector.kind:
            return probe
        fallback = fallback or probe
    if fallback is not None:
        return fallback
    return _unrecognised(wire, target, heard, notes)


def _unrecognised(wire: Wire, target: Target, heard: int, notes: dict[str, str]) -> Probe:
    """The verdict on a peer that no connector knows: something else, or nothing at all."""
    why = tuple(f"{kind}: {note}" for kind, note in notes.items())
    if heard:
        return Probe(target, Verdict.OTHER_SERVICE, evidence=(f"{heard} bytes that no connector recognises", *why))
    if any(note in _HUNG_UP for note in notes.values()) and not _leaves_unasked(wire, target):
        return Probe(target, Verdict.OTHER_SERVICE, evidence=("waits for its own protocol and hangs up on others", *why))
    return Probe(target, Verdict.SILENT, evidence=("accepts connections and answers nothing", *why))


def _leaves_unasked(wire: Wire, target: Target) -> bool:
    """True if the peer hangs up before we have said anything: then its hanging up tells nothing about what it is."""
    with wire.door(target) as door:
        try:
            with door.open(lifetime=2 * LISTEN_SECONDS) as stream:
                return not stream.recv(64, timeout=LISTEN_SECONDS)
        except WireError as exc:
            return exc.reason != "timeout"


def _listen(wire: Wire, target: Target) -> Probe | None:
    """On a port that nobody calls home, wait a moment for a greeting: a server that speaks first is not one of ours,
    except Redis in protected mode, which its connector judges."""
    with wire.door(target) as door:
        try:
            with door.open(lifetime=2 * LISTEN_SECONDS) as stream:
                greeting = stream.recv(64, timeout=LISTEN_SECONDS)
        except WireError as exc:
            if exc.reason in _DEAD:
                return Probe(target, _DEAD[exc.reason], evidence=(exc.reason,))
            return None
    if greeting and not greeting.startswith(b"-DENIED"):
        return Probe(target, Verdict.OTHER_SERVICE, evidence=("the server speaks first",))
    return None
