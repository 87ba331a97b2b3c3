"""How one scan is written into the catalogue: observations, exposures, windows, sightings. Idempotent."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from leftopen import catalog_schema as schema
from leftopen.case import ID_DIGITS, Event, State, advance, exposure_key
from leftopen.catalog_judge import row_of
from leftopen.errors import CatalogError
from leftopen.model import Flag, Verdict
from leftopen.result import CollectionResult, ScanResult, StoreResult
from leftopen.serial import encode

_OPEN = (Verdict.OPEN_DATA, Verdict.OPEN_METADATA)


class Writer:
    """Writes one scan through one transaction."""

    def __init__(self, db: sa.Connection, scan: ScanResult) -> None:
        self._db = db
        self._scan = scan
        self._at = scan.started.astimezone(UTC)
        self._observation = 0

    @staticmethod
    def is_exposure(store: StoreResult, one: CollectionResult) -> bool:
        """True for a collection that holds records and that anybody could read or list.

        Not one of the system's, not a file, and not one that only the owner's credential opened.
        """
        probe = store.probe
        if probe.verdict not in _OPEN or Flag.OWNER_CREDENTIAL in probe.flags or probe.target.path or one.collection.system:
            return False
        return bool(one.coverage.read) if one.coverage and one.coverage.read else one.collection.rows != 0

    def observe(self, store: StoreResult) -> bool:
        """Note the verdict on one target. True if this scan had noted it before."""
        probe, o = store.probe, schema.observations
        label = probe.target.label
        found = self._db.scalar(sa.select(o.c.number).where(o.c.at == self._at, o.c.target == label))
        if found is not None:
            self._observation = found
            return True
        done = self._db.execute(
            sa.insert(o).values(
                at=self._at,
                target=label,
                scope=self._scan.scope,
                verdict=probe.verdict.value,
                kind=probe.kind,
                product=probe.product,
                version=probe.version,
                flags=json.dumps(sorted(flag.value for flag in probe.flags)),
                proofs=json.dumps(list(probe.evidence), ensure_ascii=False),
                journal=self._scan.journal,
            )
        )
        self._observation = int(done.inserted_primary_key[0]) if done.inserted_primary_key else 0
        return False

    def expose(self, store: StoreResult, one: CollectionResult, *, known: bool) -> str:
        """Write one open collection; returns its id. ``known``: this observation was written before."""
        probe = store.probe
        key = exposure_key(probe.target.label, probe.kind, one.collection.name)
        s, t = schema.sightings, schema.exposures
        row = self._db.execute(sa.select(t).where(t.c.key == key)).mappings().one_or_none()
        seen = sa.select(s.c.exposure).where(s.c.exposure == key, s.c.observation == self._observation)
        if known and row is not None and self._db.scalar(seen) is not None:
            return str(row["id"])
        window = self._window(key) if row is not None else (self._at, self._at, None, True)
        facts = self._facts(store, one) | {"opened": window[0], "seen": window[1], "closed": window[2]}
        if row is None:
            state, name = State.FOUND, self._name(key)
            self._db.execute(sa.insert(t).values(key=key, id=name, state=state.value, **facts))
        else:
            name = str(row["id"])
            if _aware(row["seen"]) > self._at:  # an older scan, recorded late, must not hide a newer one
                facts = {"opened": window[0], "seen": window[1], "closed": window[2]}
            state = advance(State(row["state"]), Event.SEEN) if window[3] else State(row["state"])
            self._db.execute(sa.update(t).where(t.c.key == key).values(state=state.value, **facts))
        if window[3]:
            self._db.execute(sa.insert(schema.windows).values(exposure=key, opened=self._at, seen=self._at))
        self._sighting(key, one)
        return name

    def _facts(self, store: StoreResult, one: CollectionResult) -> dict[str, Any]:
        probe, people, assessment = store.probe, one.people, one.assessment
        return {
            "target": probe.target.label,
            "kind": probe.kind,
            "collection": one.collection.name,
            "product": probe.product,
            "version": probe.version,
            "verdict": probe.verdict.value,
            "scope": self._scan.scope,
            "rows": one.collection.rows,
            "severity": assessment.severity.point if assessment else 0.0,
            "band": assessment.band if assessment else "",
            "persons": people.persons.point if people.persons else None,
            "minors": people.minors.point if people.minors else None,
            "groups": people.groups,
            "observation": self._observation,
        }

    def _window(self, key: str) -> tuple[datetime, datetime, datetime | None, bool]:
        """Put this scan into its window: (opened, last seen, closed) of the latest one, and whether that is new."""
        w = schema.windows
        rows = self._db.execute(sa.select(w).where(w.c.exposure == key).order_by(w.c.opened)).all()
        if all(r.closed is not None and self._at >= _aware(r.closed) for r in rows):
            return self._at, self._at, None, True
        home = next(r for r in rows if r.closed is None or self._at < _aware(r.closed))
        opened, seen = min(_aware(home.opened), self._at), max(_aware(home.seen), self._at)
        self._db.execute(sa.update(w).where(w.c.number == home.number).values(opened=opened, seen=seen))
        last = rows[-1]
        if last.number != home.number:
            opened, seen = _aware(last.opened), _aware(last.seen)
        return opened, seen, None if last.closed is None else _aware(last.closed), False

    def _name(self, key: str) -> str:
        t = schema.exposures
        for digits in range(ID_DIGITS, 65):
            name = f"lo-{key[:digits]}"
            if self._db.scalar(sa.select(t.c.key).where(t.c.id == name)) is None:
                return name
        raise CatalogError("Two exposures have the same key.", docs="catalogue.md")

    def _sighting(self, key: str, one: CollectionResult) -> None:
        self._db.execute(
            sa.insert(schema.sightings).values(
                exposure=key,
                observation=self._observation,
                fields=len(one.fields),
                composites=json.dumps(encode(one.composites)),
                people=json.dumps(encode(one.people)),
                assessment=json.dumps(encode(one.assessment), ensure_ascii=False),
                coverage=json.dumps(encode(one.coverage)),
            )
        )
        rows = {}
        for finding in one.findings:
            keys = {"exposure": key, "observation": self._observation}
            rows[finding.path, finding.category] = keys | row_of(finding)
        if rows:
            self._db.execute(sa.insert(schema.findings), list(rows.values()))
        if one.evidence:
            e = schema.evidence
            self._db.execute(sa.delete(e).where(e.c.exposure == key))
            facts = [{"exposure": key, "place": i, "path": path, "hmac": digest} for i, (path, digest) in enumerate(one.evidence)]
            self._db.execute(sa.insert(e), facts)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
