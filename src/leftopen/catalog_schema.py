"""The catalogue's tables (schema version 2), how an older catalogue is brought up to it, and the check that it really is one."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, DateTime, Float, ForeignKey, Integer, String, Text

from leftopen.errors import CatalogError

VERSION = 2
APPLICATION = "leftopen"

metadata = sa.MetaData()
_When = DateTime(timezone=True)

meta = sa.Table("leftopen_meta", metadata, Column("name", String, primary_key=True), Column("value", String, nullable=False))

exposures = sa.Table(
    "exposures",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("target", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("collection", String, nullable=False),
    Column("product", String, nullable=False, default=""),
    Column("version", String, nullable=False, default=""),
    Column("verdict", String, nullable=False),
    Column("scope", String, nullable=False, default=""),
    Column("rows", Integer().with_variant(sa.BigInteger, "postgresql")),
    Column("severity", Float, nullable=False, default=0.0),
    Column("band", String, nullable=False, default=""),
    Column("persons", Float),
    Column("minors", Float),
    Column("groups", Integer),
    Column("opened", _When, nullable=False),
    Column("seen", _When, nullable=False),
    Column("closed", _When),
    Column("state", String, nullable=False),
    Column("observation", Integer, nullable=False),
)
"""One row an exposure, with the latest of everything that a search may ask for. ``opened``/``closed`` are of the latest window."""

windows = sa.Table(
    "windows",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("exposure", ForeignKey("exposures.key"), nullable=False, index=True),
    Column("opened", _When, nullable=False),
    Column("seen", _When, nullable=False),
    Column("closed", _When),
)

observations = sa.Table(
    "observations",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", _When, nullable=False),
    Column("target", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("product", String, nullable=False),
    Column("version", String, nullable=False),
    Column("flags", Text, nullable=False),
    Column("proofs", Text, nullable=False),
    Column("journal", String, nullable=False),
    sa.UniqueConstraint("at", "target"),
)
"""One row for each target that answered in each scan, open or not."""

sightings = sa.Table(
    "sightings",
    metadata,
    Column("exposure", ForeignKey("exposures.key"), primary_key=True),
    Column("observation", ForeignKey("observations.number"), primary_key=True),
    Column("fields", Integer, nullable=False),
    Column("composites", Text, nullable=False),
    Column("people", Text, nullable=False),
    Column("assessment", Text, nullable=False),
    Column("coverage", Text, nullable=False),
)
"""What one scan said about one exposure: people, assessment and coverage as JSON."""

findings = sa.Table(
    "findings",
    metadata,
    Column("exposure", ForeignKey("exposures.key"), primary_key=True),
    Column("observation", ForeignKey("observations.number"), primary_key=True),
    Column("path", String, primary_key=True),
    Column("category", String, primary_key=True, index=True),
    Column("confidence", Float, nullable=False),
    Column("level", String, nullable=False),
    Column("matched", Integer, nullable=False),
    Column("tested", Integer, nullable=False),
    Column("chance", Float, nullable=False),
    Column("how", Text, nullable=False),
    Column("pack", String, nullable=False),
    Column("basis", String),
    Column("value", Float),
    Column("named", Float),
    Column("siblings", Float),
    Column("penalty", Float),
    Column("ceiling", Float),
    Column("unnamed", Float),
    Column("otherwise", Float),
    Column("most", Float),
    Column("rival", Float),
    Column("tests", String),
    Column("withdrawn", String),
)
"""The findings in force. ``basis`` to ``tests`` are `leftopen.model.Terms` (since version 2; NULL in rows written before);
``withdrawn`` is the pack that does not report the finding any more, NULL while one does."""

judgements = sa.Table(
    "judgements",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("exposure", ForeignKey("exposures.key"), nullable=False, index=True),
    Column("observation", ForeignKey("observations.number"), nullable=False),
    Column("at", _When, nullable=False),
    Column("pack", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("findings", Text, nullable=False),
    Column("composites", Text, nullable=False),
    Column("assessment", Text, nullable=False),
)
"""One row for each time that findings were judged anew: by which pack, and as JSON what was in force before; since version 2."""

evidence = sa.Table(
    "evidence",
    metadata,
    Column("exposure", ForeignKey("exposures.key"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("path", String, nullable=False),
    Column("hmac", String(32), nullable=False),
)
"""Keyed hashes of the latest sample; forgotten when the exposure is closed. The key is not here."""

letters = sa.Table(
    "letters",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("exposure", ForeignKey("exposures.key"), nullable=False, index=True),
    Column("at", _When, nullable=False),
    Column("language", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("detail", String, nullable=False),
)

verifications = sa.Table(
    "verifications",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("exposure", ForeignKey("exposures.key"), nullable=False, index=True),
    Column("at", _When, nullable=False),
    Column("outcome", String, nullable=False),
    Column("detail", Text, nullable=False),
)


_SINCE_2 = {judgements.name}
"""Tables that a catalogue of version 1 does not have."""


def prepare(engine: sa.Engine, name: str) -> None:
    """Make the tables in an empty database; check a used one, and migrate it if it is older.

    Raises:
        CatalogError: another program's database, a damaged one, or a newer leftopen's.
    """
    with engine.begin() as db:
        present = set(sa.inspect(db).get_table_names())
        if meta.name not in present:
            if present:
                raise CatalogError(
                    f"{name} is a database of another program.", "Choose another path; nothing was changed.", "catalogue.md"
                )
            metadata.create_all(db)
            db.execute(sa.insert(meta), [{"name": "application", "value": APPLICATION}, {"name": "version", "value": str(VERSION)}])
            return
        kept = {row.name: row.value for row in db.execute(sa.select(meta))}
        if kept.get("application") != APPLICATION or not kept.get("version", "").isdigit():
            raise CatalogError(
                f"{name} is a database of another program.", "Choose another path; nothing was changed.", "catalogue.md"
            )
        if int(kept["version"]) > VERSION:
            raise CatalogError(
                f"The catalogue {name} was written by a newer leftopen (schema {kept['version']}, this one knows {VERSION}).",
                "Update leftopen.",
                "catalogue.md",
            )
        missing = set(metadata.tables) - present - (_SINCE_2 if int(kept["version"]) < VERSION else set())
        if missing:
            raise CatalogError(f"The catalogue {name} is damaged: {len(missing)} tables are missing.", docs="catalogue.md")
        if int(kept["version"]) < VERSION:
            _migrate(db)


def _migrate(db: sa.Connection) -> None:
    """Bring a catalogue of version 1 up to this one: new columns are NULL in its rows, and nothing of it changes.

    Writing the version comes first: it takes the lock, so that of two programs one migrates, and all is one transaction.
    """
    claim = sa.update(meta).where(meta.c.name == "version", meta.c.value != str(VERSION)).values(value=str(VERSION))
    if not db.execute(claim).rowcount:
        return
    known = {column["name"] for column in sa.inspect(db).get_columns(findings.name)}
    for column in findings.columns:
        if column.name not in known:
            kind = column.type.compile(db.dialect)
            db.execute(sa.text(f"ALTER TABLE {findings.name} ADD COLUMN {column.name} {kind}"))
    metadata.create_all(db)
