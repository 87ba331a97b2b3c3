"""The knock on a PostgreSQL: SSLRequest, StartupMessage, a few catalogue queries, one row; one verdict.

AuthenticationOk proves nothing: a server with ``trust`` sends it for roles and databases that do not exist. Only ReadyForQuery
does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from leftopen.connectors.postgresql_protocol import (
    AUTHENTICATION,
    SSL_REQUEST,
    TERMINATE,
    Message,
    Reader,
    Refusal,
    query,
    startup,
)
from leftopen.errors import ProtocolError, WireError
from leftopen.model import Target, Verdict
from leftopen.wire import Door, Stream

ANSWER_SECONDS = 4.0
ROLE = "postgres"
DATABASE = "postgres"
FALLBACK = "template1"
"""Every cluster has it, also where somebody removed the database ``postgres``."""
READ_ONLY = "-c default_transaction_read_only=on -c statement_timeout=10000 -c lock_timeout=2000"


def account(door: Door) -> tuple[str, str]:
    """Role and database to log in with: of the owner's DSN, else the conventional ones."""
    parts = urlsplit(door.grant.dsn) if door.grant.dsn else None
    role = unquote(parts.username or "") if parts else ""
    database = unquote(parts.path.strip("/")) if parts else ""
    return role or ROLE, database or DATABASE


@dataclass(slots=True)
class Session:
    """One attempt to log in, and what came of it."""

    target: Target
    role: str
    database: str
    tls: bool = False
    ready: bool = False
    trusted: bool = False
    asked: int = 0
    """AuthenticationRequest code if a credential is asked for."""
    refusal: Refusal | None = None
    parameters: dict[str, str] = field(default_factory=dict)


class Talk:
    """Messages and queries over one stream."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._reader = Reader()

    def next(self) -> Message:
        """The next message.

        Raises:
            WireError, ProtocolError.
        """
        while (message := self._reader.take()) is None:
            data = self._stream.recv(timeout=ANSWER_SECONDS)
            if not data:
                raise WireError("The server ended the connection without a reply.", "eof")
            self._reader.feed(data)
        return message

    def log_in(self, session: Session, parameters: dict[str, str]) -> None:
        """Send the startup message; follow the answer until the server is ready, asks for a credential, or refuses."""
        self._stream.send(startup(parameters), "Startup")
        for _ in range(200):
            message = self.next()
            if message.type == "R":
                code = message.authentication()
                if code:
                    if code not in AUTHENTICATION:
                        raise ProtocolError("PostgreSQL asks for an unknown kind of authentication.")
                    session.asked = code
                    return
                session.trusted = True
            elif message.type == "S":
                name, value = message.parameter()
                session.parameters[name] = value[:200]
            elif message.type == "E":
                session.refusal = message.refusal()
                return
            elif message.type == "Z":
                session.ready = True
                return
            elif message.type not in "KNv":
                raise ProtocolError("PostgreSQL answers a startup with something else.")
        raise ProtocolError("PostgreSQL does not end its greeting.")

    def select(self, sql: str, name: str = "SELECT") -> list[tuple[str | None, ...]] | Refusal:
        """Rows of one statement, or why it was refused.

        Raises:
            WireError, ProtocolError: also for more than 10,000 rows, which no statement of ours asks for.
        """
        self._stream.send(query(sql), name)
        rows: list[tuple[str | None, ...]] = []
        refusal: Refusal | None = None
        for _ in range(10_100):
            message = self.next()
            if message.type == "D":
                rows.append(message.row())
            elif message.type == "E":
                refusal = message.refusal()
                if refusal.code.startswith("57P"):
                    return refusal
            elif message.type == "Z":
                return refusal or rows
        raise ProtocolError("PostgreSQL sends more rows than were asked for.")

    def leave(self) -> None:
        """End the session in order."""
        try:
            self._stream.send(TERMINATE, "Terminate")
        except WireError:
            return


def negotiate(stream: Stream, *, verify: bool = False) -> bool:
    """Ask for TLS; True if the stream now speaks it, False if the server said no. ``verify``: a credential will pass.

    Raises:
        WireError: ``reason`` tls or certificate if the handshake fails. ProtocolError: the answer is not PostgreSQL's.
    """
    stream.send(SSL_REQUEST, "SSLRequest")
    answer = stream.recv(1, timeout=ANSWER_SECONDS)
    if answer == b"S":
        stream.start_tls(verify=verify)
        return True
    if answer == b"N":
        return False
    if not answer:
        raise WireError("The server ended the connection without a reply.", "eof")
    raise ProtocolError("The answer is not in PostgreSQL's protocol.")


def attempt(door: Door, role: str, database: str, *, tls: bool, bare: bool = False) -> tuple[Session, Stream, Talk]:
    """Connect and try to log in without a credential.

    Args:
        tls: ask for TLS first, as libpq does.
        bare: leave out the startup options (connection poolers refuse them).
    """
    stream = door.open(lifetime=60.0)
    try:
        session = Session(door.target, role, database)
        if tls:
            session.tls = negotiate(stream)
        talk = Talk(stream)
        parameters = {"user": role, "database": database, "application_name": "leftopen"}
        if not bare:
            parameters["options"] = READ_ONLY
        talk.log_in(session, parameters)
    except BaseException:
        stream.close()
        raise
    return session, stream, talk


def enter(door: Door, role: str, database: str) -> tuple[Session, Stream, Talk]:
    """Log in without a credential by the way that the server's rules allow: TLS if offered, else, or if refused there, in plain.

    Raises:
        WireError, ProtocolError.
    """
    try:
        session, stream, talk = attempt(door, role, database, tls=True)
    except WireError as exc:
        if exc.reason not in ("tls", "client_certificate"):
            raise
        # the server offers TLS and cannot do it with us: its rules for plain connections may let us in
        plain = attempt(door, role, database, tls=False)
        if no_entry(plain[0]):
            plain[1].close()
            raise
        return plain
    if session.refusal and session.refusal.code == "08P01" and not session.ready:
        stream.close()
        return attempt(door, role, database, tls=session.tls, bare=True)
    if session.tls and no_entry(session):
        plain = attempt(door, role, database, tls=False)
        if no_entry(plain[0]):
            plain[1].close()
        else:
            stream.close()
            return plain
    return session, stream, talk


def no_entry(session: Session) -> bool:
    """True if pg_hba.conf has no line for us, or one that rejects us."""
    refusal = session.refusal
    return (
        refusal is not None
        and not session.trusted
        and refusal.code == "28000"
        and (refusal.routine == "ClientAuthentication" or "pg_hba.conf" in refusal.message)
        and "certificate" not in refusal.message
    )


def judge_refusal(session: Session) -> tuple[Verdict, str]:
    """Verdict and evidence of a login that did not end in ReadyForQuery."""
    if session.asked:
        return Verdict.AUTH_REQUIRED, f"asks for a credential: {AUTHENTICATION[session.asked]}"
    refusal = session.refusal
    if refusal is None:
        return Verdict.UNKNOWN, "the login came to no end"
    if session.trusted:
        if refusal.code == "28000":
            return Verdict.RESTRICTED, "no password is asked for, but the role that we use does not exist: open to who knows one"
        if refusal.code == "42501":
            return Verdict.RESTRICTED, "the role may log in without a password, but may not enter this database (42501)"
        if refusal.code == "3D000":
            return Verdict.RESTRICTED, "no password is asked for, but the usual databases do not exist (3D000)"
    if no_entry(session):
        return Verdict.HOST_DENIED, "28000: pg_hba.conf refuses this host"
    if refusal.code in ("28000", "28P01"):
        return Verdict.AUTH_REQUIRED, f"{refusal.code}: authentication failed before any password was sent"
    if refusal.code == "53300":
        return Verdict.UNKNOWN, "53300: the server has no free connection"
    if refusal.code.startswith("57P"):
        return Verdict.UNKNOWN, f"{refusal.code}: the server is starting, stopping or recovering"
    return Verdict.UNKNOWN, f"the login was refused with code {refusal.code or 'none'}"


def product(parameters: dict[str, str], banner: str) -> tuple[str, str]:
    """Product and version from ParameterStatus values and the ``version()`` text."""
    version = parameters.get("server_version", "").split(" ")[0]
    if "crdb_version" in parameters:
        return "CockroachDB", parameters["crdb_version"].split(" ")[0]
    for word, name in (("-YB-", "YugabyteDB"), ("Greenplum", "Greenplum"), ("openGauss", "openGauss"), ("Redshift", "Redshift")):
        if word in banner or word in version:
            return name, version
    return "PostgreSQL", version
