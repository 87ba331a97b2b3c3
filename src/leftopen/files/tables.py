"""Parquet, SQLite and Excel: one collection for each file, table or sheet; cells keep their types."""

from __future__ import annotations

import contextlib
import io
import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from leftopen.errors import MissingExtra
from leftopen.files.source import Source, Unreadable
from leftopen.model import Collection, Sample

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 16_384
BYTES = 16 << 20
_CELL_CAP = 64 << 20


def read_parquet(source: Source) -> Iterator[Sample]:
    """The one collection of a Parquet file.

    Raises:
        Unreadable: no whole Parquet file.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(io.BytesIO(source.whole()) if source.zipped else str(source.path), pre_buffer=False)
    except (pa.ArrowException, OSError, ValueError):
        raise Unreadable("corrupt", "The file begins like Parquet and cannot be read.") from None
    with file:
        meta = file.metadata
        hints = tuple((field.name, str(field.type)) for field in file.schema_arrow)
        heaviest = max(
            (meta.row_group(i).total_byte_size / max(1, meta.row_group(i).num_rows) for i in range(meta.num_row_groups)), default=1
        )
        rows = int(min(ROWS, max(64, BYTES // max(1, int(heaviest)))))

        def batches() -> Iterator[pa.RecordBatch]:
            try:
                yield from file.iter_batches(batch_size=rows)
            except (pa.ArrowException, OSError, ValueError):
                source.note("corrupt", "A part of the Parquet file cannot be read; what came before was read.")

        yield Sample(_collection(source, "", meta.num_rows, hints), batches())


def read_sqlite(source: Source) -> Iterator[Sample]:
    """One collection for each table of an SQLite database, opened read-only and immutable: nothing is written beside it.

    Raises:
        Unreadable: no readable SQLite database.
    """
    try:
        with contextlib.closing(_connect(source)) as base:
            base.text_factory = lambda raw: raw.decode("utf-8", "replace")
            wal = source.path.with_name(source.path.name + "-wal")
            if not source.zipped and wal.exists() and wal.stat().st_size:
                source.note("not_read", "A write-ahead log lies beside the database; what is only in it was not read.")
            found = base.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY rowid").fetchall()
            virtual = [name for name, sql in found if (sql or "").lstrip().upper().startswith("CREATE VIRTUAL")]
            for name in virtual:
                source.note("not_read", f"The table {name} is virtual; it needs an extension of its maker.")
            for name, _ in found:
                if name.startswith("sqlite_") or name in virtual:
                    continue
                yield from _table(source, base, name)
    except (sqlite3.Error, OSError):
        raise Unreadable("corrupt", "The file begins like an SQLite database and cannot be read.") from None


def _connect(source: Source) -> sqlite3.Connection:
    if source.zipped:
        base = sqlite3.connect(":memory:")
        base.deserialize(source.whole())
    else:
        base = sqlite3.connect(f"file:{quote(str(source.path.absolute()))}?mode=ro&immutable=1", uri=True)
    # A hostile file may carry views and expressions: nothing but reading is allowed.
    base.execute("PRAGMA trusted_schema=OFF")
    base.execute("PRAGMA query_only=ON")
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _CELL_CAP)
    return base


def _table(source: Source, base: sqlite3.Connection, name: str) -> Iterator[Sample]:
    quoted = '"' + name.replace('"', '""') + '"'
    try:
        hints = tuple((str(row[1]), str(row[2]).lower()) for row in base.execute(f"PRAGMA table_info({quoted})"))
        count = int(base.execute(f"SELECT count(*) FROM {quoted}").fetchone()[0])  # noqa: S608 - quoted identifier
    except sqlite3.Error:
        source.note("corrupt", f"The table {name} cannot be read.")
        return

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            cursor = base.execute(f"SELECT * FROM {quoted}")  # noqa: S608 - quoted identifier
            names = _unique([str(column[0]) for column in cursor.description])
            while rows := _some(cursor):
                yield columnar(rows, names)
        except sqlite3.Error:
            source.note("corrupt", f"A part of the table {name} cannot be read; what came before was read.")

    yield Sample(_collection(source, name, count, hints), batches())


def _some(cursor: sqlite3.Cursor) -> list[tuple[Any, ...]]:
    """The next rows, bounded by number and by bytes."""
    rows: list[tuple[Any, ...]] = []
    size = 0
    for row in cursor:
        rows.append(row)
        size += sum(len(cell) for cell in row if isinstance(cell, str | bytes))
        if len(rows) >= ROWS or size >= BYTES:
            break
    return rows


def read_excel(source: Source) -> Iterator[Sample]:
    """One collection for each sheet that has cells.

    Raises:
        MissingExtra: python-calamine is not installed.
        Unreadable: no readable workbook.
    """
    try:
        import python_calamine as calamine
    except ImportError:
        raise MissingExtra("Reading Excel files needs python-calamine.", "pip install 'leftopen[excel]'", "install.md") from None
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(source.whole()))
    except calamine.PasswordError:
        raise Unreadable("encrypted", "The workbook is protected by a password.") from None
    except (calamine.CalamineError, OSError, ValueError):
        raise Unreadable("corrupt", "The workbook cannot be read.") from None
    with contextlib.closing(book):
        for name in book.sheet_names:
            try:
                sheet = book.get_sheet_by_name(name)
            except (calamine.CalamineError, OSError, ValueError):
                source.note("corrupt", f"The sheet {name} cannot be read.")
                continue
            if sheet.height:
                yield Sample(_collection(source, name, None, ()), _sheet(sheet))


def _sheet(sheet: Any) -> Iterator[pa.RecordBatch]:
    """Batches of one sheet. A first row of words above other rows is the header."""
    from leftopen.files.delimited import column_names, has_header

    rows = (row for row in sheet.iter_rows() if any(cell != "" for cell in row))
    ahead = [row for _, row in zip(range(200), rows, strict=False)]
    if not ahead:
        return
    words = [["" if cell is None else str(cell) for cell in row] for row in ahead]
    width = max(map(len, ahead))
    header = has_header(words, width) and all(isinstance(cell, str) for cell in ahead[0])
    names = list(column_names(words[0] if header else [], width))
    chunk = ahead[int(header) :]
    for row in rows:
        chunk.append(row)
        if len(chunk) >= ROWS:
            yield columnar(_plain(chunk, width), names)
            chunk = []
    if chunk:
        yield columnar(_plain(chunk, width), names)


def _plain(rows: list[list[Any]], width: int) -> list[tuple[Any, ...]]:
    """Rows of equal width; empty cells are null, and whole numbers, which Excel keeps as floats, are whole again."""
    plain = []
    for row in rows:
        cells = [None if c == "" else int(c) if type(c) is float and c.is_integer() and abs(c) < 2**63 else c for c in row]
        plain.append((*cells, *[None] * (width - len(cells))))
    return plain


def columnar(rows: list[tuple[Any, ...]], names: list[str]) -> pa.RecordBatch:
    """One record batch from rows; a column of mixed types becomes text, unless it only mixes whole numbers and floats."""
    import pyarrow as pa

    from leftopen.arrow import text

    columns = []
    for cells in zip(*rows, strict=True):
        kinds = {type(cell) for cell in cells} - {type(None)}
        try:
            if len(kinds) > 1 and kinds != {int, float}:
                raise pa.ArrowInvalid("mixed")
            columns.append(pa.array(cells))
        except (pa.ArrowException, OverflowError, ValueError, TypeError):
            columns.append(pa.array([None if cell is None else text(cell) for cell in cells], pa.string()))
    return pa.record_batch(columns, names=names)


def _unique(names: list[str]) -> list[str]:
    from leftopen.files.delimited import column_names

    return list(column_names(names, len(names)))


def _collection(source: Source, table: str, rows: int | None, hints: tuple[tuple[str, str], ...]) -> Collection:
    return Collection(
        name=f"{source.name}/{table}" if table else source.name,
        rows=rows,
        rows_exact=rows is not None,
        bytes=None if table else source.size,
        hints=hints,
        locator=(str(source.path), table),
    )
