"""Paths to Samples: walks folders, recognises each file, and says of everything it could not read why."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from leftopen.errors import InputError, MissingExtra
from leftopen.files.blobs import kind_of, kind_of_file, read_blobs
from leftopen.files.source import Format, Source, Unreadable, recognise
from leftopen.model import Collection, Sample, Skipped

MAX_FILES = 100_000


def open_files(paths: Sequence[Path]) -> Iterator[Sample | Skipped]:
    """Samples of everything readable under ``paths``, and a Skipped for what was not read.

    Draw each Sample's batches before asking for the next item: its file is closed then, and notes about it (a torn last line,
    rows left out) follow as Skipped. ``Sample.collection.name`` is the file's name (relative to the folder it was found in),
    with ``/table`` or ``/sheet`` where a file has several; ``collection.locator`` is (path, table).

    Raises:
        InputError: a path does not exist.
        MissingExtra: a file named on its own needs an optional part.
    """
    for path in paths:
        if not path.exists():
            raise InputError(f"There is no file or folder {path}.", "Check the path.")
    seen: set[tuple[int, int]] = set()
    for path in paths:
        if path.is_dir():
            yield from _folder(path, seen)
        else:
            yield from read_path(path)


def read_path(path: Path, name: str = "") -> Iterator[Sample | Skipped]:
    """Samples of one file (see :func:`open_files`); ``name`` is what outputs call it, its own name if empty."""
    source = Source(path, name or path.name)
    try:
        if not path.is_file():
            raise Unreadable("not_a_file", "Neither a regular file nor a folder.")
        source.look()
        kind = "" if source.zipped else kind_of(source.head)
        if kind:
            yield read_blobs([path], path, source.name, kind)
        else:
            yield from _samples(source, recognise(source))
    except Unreadable as exc:
        yield Skipped(str(path), exc.reason, exc.detail, source.name)
    for reason, detail in dict.fromkeys(source.notes):
        yield Skipped(str(path), reason, detail, source.name)


def _samples(source: Source, form: Format) -> Iterator[Sample]:
    if form in (Format.PARQUET, Format.SQLITE, Format.EXCEL):
        from leftopen.files import tables

        read = {Format.PARQUET: tables.read_parquet, Format.SQLITE: tables.read_sqlite, Format.EXCEL: tables.read_excel}
        yield from read[form](source)
    elif form is Format.DELIMITED:
        from leftopen.files.delimited import read_delimited, sniff

        dialect = sniff(source)
        yield Sample(_collection(source, ""), read_delimited(source, dialect))
    else:
        from leftopen.files import documents

        parts = iter([("", documents.read_lines(source))]) if form is Format.JSONL else documents.read_json(source)
        for part, found in parts:
            yield Sample(_collection(source, part), documents.batches(found))


def _collection(source: Source, part: str) -> Collection:
    name = f"{source.name}/{part}" if part else source.name
    return Collection(name, bytes=None if part else source.size, locator=(str(source.path), part))


def _folder(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Sample | Skipped]:
    """Everything under a folder; pictures, sounds and the like of one folder together. Hidden entries and links are not
    followed; both are counted."""
    hidden = links = count = 0
    gathered: dict[tuple[str, str], list[Path]] = {}
    for root, folders, files in os.walk(folder):
        hidden += sum(name.startswith(".") for name in folders)
        links += sum(Path(root, name).is_symlink() for name in folders)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(root, name)
            if name.startswith("."):
                hidden += 1
                continue
            if path.is_symlink():
                # A link within the folder leads to what is read under its own name.
                links += not _inside(path, folder)
                continue
            try:
                status = path.stat()
            except OSError:
                continue
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            count += 1
            if count > MAX_FILES:
                yield Skipped(str(folder), "too_many", f"More than {MAX_FILES} files; the rest was not read.")
                break
            if kind := kind_of_file(path):
                gathered.setdefault((root, kind), []).append(path)
                continue
            try:
                yield from read_path(path, str(path.relative_to(folder)))
            except MissingExtra as exc:
                yield Skipped(str(path), "missing_extra", f"{exc.what} {exc.todo}", name)
        if count > MAX_FILES:
            break
    for (root, kind), paths in gathered.items():
        inside = Path(root).relative_to(folder)
        yield read_blobs(paths, Path(root), folder.name if inside == Path() else str(inside), kind)
    if hidden:
        yield Skipped(str(folder), "hidden", f"{hidden} hidden files or folders were not read.")
    if links:
        yield Skipped(str(folder), "link", f"{links} links that lead elsewhere were not followed.")


def _inside(path: Path, folder: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return False
