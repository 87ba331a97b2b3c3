"""The straight line, top to bottom: scope → targets → sweep → probe → collections → (sample → classify → assess) → result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

from leftopen.connector import connectors
from leftopen.errors import LeftopenError, WireError
from leftopen.evidence import master_key
from leftopen.identify import probe_target
from leftopen.joining import joined
from leftopen.journal import Journal
from leftopen.model import Collection, Depth, Flag, People, Probe, Skipped, Target, Verdict
from leftopen.pool import run_units
from leftopen.result import CollectionResult, ScanResult, StoreResult
from leftopen.run import Run
from leftopen.scope import Scope
from leftopen.unit import Outcome, Settings, Unit, broken, draw_for, read
from leftopen.wire import Wire


class Progress(Protocol):
    """How a face hears about long work; the line itself never prints."""

    def phase(self, name: str, total: int | None) -> None:
        """A phase begins, with its number of steps if known."""

    def step(self, detail: str = "", count: int = 1) -> None:
        """``count`` steps are done."""


class Quiet:
    """A Progress that says nothing."""

    def phase(self, name: str, total: int | None) -> None:
        """Say nothing."""

    def step(self, detail: str = "", count: int = 1) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: where state lies, records a sample, processes, threads, faces, own packs, the day ages count from."""

    state: Path
    limit: int = 1000
    workers: int = 1
    threads: int = 16
    faces: bool = True
    packs: tuple[str, ...] = ()
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    sweep_seconds: float = 1.0

    @property
    def journal(self) -> Path:
        """Where the journal lies."""
        return self.state / "journal.jsonl"


def scan(scope: Scope, options: Options, progress: Progress | None = None) -> ScanResult:
    """Run the whole line over a scope. A killed run is resumed: units that ended are not read again."""
    progress = progress or Quiet()
    wire = Wire(scope, Journal(options.journal))
    run = Run(options.state / "runs" / f"{scope.fingerprint}-{options.limit}-{int(options.faces)}")
    settings = Settings(run.key, options.today, options.faces, options.packs, master_key(options.state / "evidence.key"))
    wire.journal.append(
        "scan", scope=scope.name, authorised_by=scope.authorised_by, fingerprint=scope.fingerprint, resumed=run.resumed
    )
    skipped: list[Skipped] = []
    targets = list(_targets(wire, scope, skipped))
    answered, quiet = _sweep(wire, targets, options, progress)
    skipped += quiet
    probes = _probe(wire, answered, options, progress)
    units, listed = _list(wire, probes, options, run.seed, progress, skipped)
    outcomes = _work(wire, units, run, settings, options, progress)
    result = _gather(scope.name, run.started, probes, listed, outcomes, skipped, options)
    files = _granted_files(scope, settings)
    if files:
        result = _with_files(result, files, list(outcomes.values()))
    wire.journal.append("end", scope=scope.name, stores=len(result.stores), skipped=len(result.skipped))
    run.finish()
    return _finished(result, len(targets), options)


def _targets(wire: Wire, scope: Scope, skipped: list[Skipped]) -> Iterator[Target]:
    """All literal addresses, then what the granted names resolve to (denied addresses fall out at the permit)."""
    yield from scope.targets()
    for index, grant in enumerate(scope.grants):
        for name in grant.names:
            try:
                addresses = wire.resolve(name)
            except WireError as exc:
                skipped.append(Skipped(name, exc.reason, exc.what))
                continue
            for low, high in grant.ports:
                for port in range(low, high + 1):
                    for address in addresses:
                        yield Target(address, port, name, grant.kind, grant=index)


def _sweep(wire: Wire, targets: Sequence[Target], options: Options, progress: Progress) -> tuple[list[Target], list[Skipped]]:
    from leftopen.sweep import sweep

    progress.phase("ports", len(targets))
    answered: list[Target] = []
    silent: list[Skipped] = []
    for target, state in sweep(wire, targets, timeout=options.sweep_seconds):
        progress.step()
        if state == "open":
            answered.append(target)
        elif state != "closed":
            silent.append(Skipped(target.label, state, "the port did not answer the sweep"))
    order = {target: place for place, target in enumerate(targets)}
    return sorted(answered, key=order.__getitem__), _fold(silent)


def _fold(silent: list[Skipped], keep: int = 20) -> list[Skipped]:
    """A sweep of a network may leave thousands of silent ports: name the first, count the rest."""
    if len(silent) <= keep:
        return silent
    more = len(silent) - keep
    return [*silent[:keep], Skipped(f"{more} more", silent[keep].reason, f"{more} more ports did not answer the sweep")]


def _probe(wire: Wire, targets: Sequence[Target], options: Options, progress: Progress) -> list[Probe]:
    progress.phase("verdicts", len(targets))
    probes: list[Probe] = []
    with ThreadPoolExecutor(max(1, min(options.threads, len(targets) or 1))) as pool:
        for probe in pool.map(lambda target: probe_target(wire, target), targets):
            progress.step(probe.target.label)
            probes.append(probe)
    return probes


def _list(
    wire: Wire, probes: list[Probe], options: Options, seed: int, progress: Progress, skipped: list[Skipped]
) -> tuple[list[Unit], dict[str, list[Collection]]]:
    """Names and counts of every open store, and the units to read where the scope goes that deep. Names bring flags."""
    opened = (Verdict.OPEN_DATA, Verdict.OPEN_METADATA)
    open_ = [i for i, p in enumerate(probes) if p.verdict in opened or Flag.OWNER_CREDENTIAL in p.flags]
    progress.phase("collections", len(open_))
    units: list[Unit] = []
    listed: dict[str, list[Collection]] = {}
    for place in open_:
        probe = probes[place]
        connector = connectors()[probe.kind]
        found = listed.setdefault(probe.target.label, [])
        with wire.door(probe.target, connector.commands) as door:
            if door.depth < Depth.NAMES:
                continue
            try:
                found.extend(connector.collections(door, probe))
            except LeftopenError as exc:
                skipped.append(Skipped(probe.target.label, "listing", exc.what))
            except Exception as exc:  # noqa: BLE001  as in the unit of work: only the type may leave
                skipped.append(broken(probe.target.label, exc, "listing collections"))
            depth = door.depth
        probe = probes[place] = _suspect(probe, found)
        for collection in found:
            if collection.system:
                skipped.append(Skipped(probe.target.label, "system", "a collection of the store itself", collection.name))
            elif depth < Depth.SAMPLE:
                skipped.append(Skipped(probe.target.label, "depth", "the scope grants names only", collection.name))
            elif probe.verdict is Verdict.OPEN_METADATA and Flag.OWNER_CREDENTIAL not in probe.flags:
                skipped.append(Skipped(probe.target.label, "refused", "names are readable, records are not", collection.name))
            else:
                units.append(Unit(probe, collection, draw_for(depth, options.limit, seed)))
        progress.step(probe.target.label)
    return units, listed


def _suspect(probe: Probe, found: Sequence[Collection]) -> Probe:
    """The probe with the flag and the evidence that names of ransom notes bring."""
    from leftopen.ransom import is_note

    notes = sum(is_note(c.name, probe.kind, c.rows) for c in found if not c.system)
    if not notes or Flag.RANSOM_NOTE in probe.flags:
        return probe
    said = f"{notes} {'collection has a name' if notes == 1 else 'collections have names'} that extortionists leave"
    return replace(probe, flags=probe.flags | {Flag.RANSOM_NOTE}, evidence=(*probe.evidence, said))


def _work(
    wire: Wire, units: Sequence[Unit], run: Run, settings: Settings, options: Options, progress: Progress
) -> dict[str, Outcome]:
    progress.phase("records", sum(unit.collection.rows or 1 for unit in units))
    outcomes: dict[str, Outcome] = {}
    todo: list[Unit] = []
    for unit in units:
        kept = run.load(unit.id)
        if kept is None:
            todo.append(unit)
        else:
            outcomes[unit.id] = Outcome.kept(kept)
            progress.step(unit.collection.name, unit.collection.rows or 1)
    for unit, outcome in run_units(wire, todo, settings, workers=options.workers):
        run.save(unit.id, outcome.keep())
        outcomes[unit.id] = outcome
        progress.step(unit.collection.name, unit.collection.rows or 1)
    done = joined([outcomes[unit.id] for unit in units], settings.now)
    return {unit.id: outcome for unit, outcome in zip(units, done, strict=True)}


def _gather(
    name: str,
    started: datetime,
    probes: Sequence[Probe],
    listed: dict[str, list[Collection]],
    outcomes: dict[str, Outcome],
    skipped: list[Skipped],
    options: Options,
) -> ScanResult:
    """Everything under its store; people merged per store and over all."""
    by_store: dict[str, dict[str, Outcome]] = {}
    for key, outcome in outcomes.items():
        by_store.setdefault(key.split("|", 1)[0], {})[outcome.result.collection.name] = outcome
        skipped.extend(outcome.skipped)
    stores = []
    for probe in probes:
        done = by_store.get(probe.target.label, {})
        results = tuple(
            done[c.name].result if c.name in done else CollectionResult(c)
            for c in listed.get(probe.target.label, [])
            if not c.system
        )
        stores.append(StoreResult(probe, results, _people(done.values())))
    notes = tuple(dict.fromkeys(note for outcome in outcomes.values() for note in outcome.notes))
    return ScanResult(
        started,
        datetime.now(UTC),
        name,
        tuple(stores),
        tuple(skipped),
        _people(outcomes.values()),
        str(options.journal),
        notes,
    )


def _people(outcomes: Iterable[Outcome]) -> People:
    states = [outcome.counter for outcome in outcomes if outcome.counter]
    if not states:
        return People()
    from leftopen.persons import PersonCounter, combine

    return combine([PersonCounter.from_state(state) for state in states])


def _finished(result: ScanResult, tried: int, options: Options) -> ScanResult:
    notes = result.notes
    if options.faces:
        from leftopen.classify.judges import faces_available

        why_not = faces_available()
        if why_not and any(store.collections for store in result.stores):
            notes = (*notes, why_not)
    return replace(result, tried=tried, answered=len(result.stores), notes=tuple(dict.fromkeys(notes)))


def inspect(paths: Sequence[Path], options: Options, progress: Progress | None = None) -> ScanResult:
    """The same line from ``sample`` on, over files: each file or table is one collection of kind ``files``."""
    import secrets

    progress = progress or Quiet()
    started = datetime.now(UTC)
    settings = Settings(secrets.token_bytes(32), options.today, options.faces, options.packs)
    progress.phase("files", None)
    stores, skipped, outcomes = _files(paths, settings, progress)
    notes = tuple(dict.fromkeys(note for outcome in outcomes for note in outcome.notes))
    result = ScanResult(started, datetime.now(UTC), "files", stores, skipped, _people(outcomes), "", notes)
    return _finished(result, len(stores), options)


def _files(
    paths: Sequence[Path], settings: Settings, progress: Progress
) -> tuple[tuple[StoreResult, ...], tuple[Skipped, ...], list[Outcome]]:
    from leftopen.files import open_files
    from leftopen.model import Sample

    labels: list[str] = []
    outcomes: list[Outcome] = []
    skipped: list[Skipped] = []
    for item in open_files(paths):
        if isinstance(item, Sample):
            label = item.collection.locator[0]
            outcome = read(item, settings, label=label)
            skipped.extend(outcome.skipped)
            labels.append(label)
            outcomes.append(outcome)
            progress.step(item.collection.name)
        else:
            skipped.append(item)
    by_file: dict[str, list[Outcome]] = {}
    for label, outcome in zip(labels, joined(outcomes, settings.now), strict=True):
        by_file.setdefault(label, []).append(outcome)
    stores = tuple(
        StoreResult(
            Probe(
                Target(path=label),
                Verdict.OPEN_DATA if any(o.result.coverage and o.result.coverage.read for o in done) else Verdict.OPEN_EMPTY,
                "files",
                evidence=("read from disk",),
                flags=frozenset[Flag](),
            ),
            tuple(outcome.result for outcome in done),
            _people(done),
        )
        for label, done in by_file.items()
    )
    return stores, tuple(skipped), [outcome for done in by_file.values() for outcome in done]


def _granted_files(scope: Scope, settings: Settings) -> tuple[tuple[StoreResult, ...], tuple[Skipped, ...], list[Outcome]] | None:
    paths = [Path(grant.path) for grant in scope.grants if grant.path]
    return _files(paths, settings, Quiet()) if paths else None


def _with_files(
    result: ScanResult, files: tuple[tuple[StoreResult, ...], tuple[Skipped, ...], list[Outcome]], others: list[Outcome]
) -> ScanResult:
    """The result with the scope's files as further stores, their people merged with those of the others."""
    stores, skipped, outcomes = files
    notes = tuple(dict.fromkeys((*result.notes, *(note for outcome in outcomes for note in outcome.notes))))
    people = _people([*others, *outcomes])
    return replace(result, stores=(*result.stores, *stores), skipped=(*result.skipped, *skipped), people=people, notes=notes)
