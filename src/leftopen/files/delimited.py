"""CSV and its kin: encoding, delimiter, quoting and header are sniffed; all columns stay text, so that ids keep their digits.

Reading streams through Arrow's own CSV reader. Rows with too many or too few cells are kept too: padded, or cut at the width.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from leftopen.files.source import HEAD, Source

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK = 8 << 20
"""Bytes parsed at once; a single row may not be longer."""
_PROBES = 6
_ROWS = 200
_DELIMITERS = (",", "\t", ";", "|", "\x01")
_NULLS = ["", "NULL", "\\N"]
_ESCAPED = re.compile(r'\\"(?!"|[,;|\t\r\n]|$)')
_DOUBLED = re.compile(r'[^,;|\t\r\n\\]""(?![,;|\t\r\n]|$)')
_DATA = {
    "number": re.compile(r"[-+]?\d[\d,]*(\.\d+)?([eE][-+]?\d+)?%?"),
    "moment": re.compile(r"\d{2,4}[-/.年]\d{1,2}([-/.月]\d{1,4})?日?([T ].*)?|\d{1,2}:\d{2}(:\d{2})?"),
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "id": re.compile(
        r"(?=.*\d)[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|\d{17}[\dXx]|[A-Z]{1,4}[-_]?\d{4,}|\+?[\d() -]{7,}"
    ),
    "nested": re.compile(r"[\[{].*[\]}]", re.DOTALL),
    "link": re.compile(r"(https?|data|s3|file):.+"),
    "long": re.compile(r".{120,}", re.DOTALL),
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited file is written, and the names of its columns."""

    encoding: str
    delimiter: str
    quote: bool
    escape: bool
    header: bool
    names: tuple[str, ...]


def sniff(source: Source) -> Dialect:
    """Work out the dialect of a looked-at source from its head."""
    encoding = sniff_encoding(_samples(source))
    text = _text(source.head, encoding)
    escape = bool(_ESCAPED.search(text)) and not _DOUBLED.search(text)
    delimiter, rows = _delimiter(text, escape, source.name)
    quote = delimiter not in "\t\x01" or re.search(rf'(^|{delimiter})"', text, re.MULTILINE) is not None
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 1
    header = bool(rows) and has_header(rows, width)
    names = column_names(rows[0] if header else [], max(width, len(rows[0]) if header else 0))
    return Dialect(encoding, delimiter, quote, escape, header, names)


def read_delimited(source: Source, dialect: Dialect) -> Iterator[pa.RecordBatch]:
    """Record batches of text columns. What could not be read is left as a note on the source."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    ragged: list[str] = []

    def keep(row: arrow_csv.InvalidRow) -> str:
        ragged.append(row.text or "")
        return "skip"

    rest = 0
    with source.open() as raw:
        stream = raw if dialect.encoding in ("utf-8", "utf-8-sig") else Utf8(raw, dialect.encoding)
        try:
            reader = arrow_csv.open_csv(
                stream,
                read_options=arrow_csv.ReadOptions(
                    column_names=list(dialect.names), skip_rows_after_names=int(dialect.header), block_size=BLOCK
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=dialect.delimiter,
                    quote_char='"' if dialect.quote else False,
                    escape_char="\\" if dialect.escape else False,
                    newlines_in_values=dialect.quote,
                    invalid_row_handler=keep,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    check_utf8=False,
                    column_types=dict.fromkeys(dialect.names, pa.string()),
                    null_values=_NULLS,
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                ),
            )
            for batch in reader:
                if batch.num_rows:
                    yield _repaired(batch)
                if ragged:
                    rows, ragged[:] = list(ragged), []
                    rest += len(rows)
                    yield _ragged(rows, dialect)
        except (pa.ArrowException, OSError, EOFError, ValueError):
            source.note("unreadable", "Reading stopped at a row that cannot be read (too long, or a quote that never closes).")
        if ragged:
            rest += len(ragged)
            yield _ragged(ragged, dialect)
    if rest:
        source.note("ragged", f"{rest} rows had more or fewer cells than the others; they were cut or padded.")


def sniff_encoding(samples: list[bytes]) -> str:
    """``utf-8``, ``utf-8-sig``, ``utf-16``…, ``gb18030``, ``big5`` or ``latin-1``: the first that explains all samples."""
    head = samples[0]
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    if head.count(0) > len(head) // 10:
        return "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
    if all(_decodes(sample, "utf-8") for sample in samples):
        return "utf-8"
    high = b"\n".join(line for sample in samples for line in sample.split(b"\n") if not line.isascii())
    simplified, traditional = _share(high, "gb18030", 0xB0, 0xD7), _share(high, "big5", 0xA4, 0xC6)
    if max(simplified, traditional) < 0.5:
        # Mostly UTF-8 with some torn characters is still UTF-8: it is read with replacements.
        good = len(high.decode("utf-8", "ignore").encode())
        return "utf-8" if high and len(high) - good < 0.01 * len(high) and good > len(high.decode("ascii", "ignore")) else "latin-1"
    return "gb18030" if simplified >= traditional else "big5"


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(sample, False)
    except UnicodeDecodeError:
        return False
    return True


def _share(data: bytes, encoding: str, low: int, high: int) -> float:
    """Share of the double-byte characters that lie in the common part of a character set; 0 if the bytes are not in it."""
    text = data.decode(encoding, "ignore")
    wide = [char for char in text[:100_000] if ord(char) > 0x7F]
    if not wide or len(text.encode(encoding, "ignore")) < 0.99 * len(data):
        return 0.0
    leads = [char.encode(encoding, "ignore")[:1] for char in wide]
    return sum(1 for lead in leads if lead and low <= lead[0] <= high) / len(wide)


def _samples(source: Source) -> list[bytes]:
    """The head and, if it is plain ASCII, a few places further on, each from a line's beginning."""
    samples = [source.head]
    if source.zipped or source.size <= HEAD or not source.head.isascii():
        return samples
    with source.path.open("rb") as file:
        for part in range(1, _PROBES + 1):
            file.seek(part * (source.size - (HEAD >> 2)) // _PROBES)
            samples.append(file.read(HEAD >> 2).partition(b"\n")[2])
    return samples


def _text(head: bytes, encoding: str) -> str:
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head, False).removeprefix("\ufeff")
    return text if len(head) < HEAD or "\n" not in text else text.rpartition("\n")[0]


def _delimiter(text: str, escape: bool, name: str) -> tuple[str, list[list[str]]]:
    """The delimiter that cuts most rows into the same number of cells (at least two), and those rows."""
    best: tuple[float, str, list[list[str]]] | None = None
    for delimiter in _DELIMITERS:
        rows = _rows(text, delimiter, escape)
        if not rows:
            continue
        width, count = Counter(map(len, rows)).most_common(1)[0]
        score = count / len(rows) + min(width, 50) / 1000 if width > 1 else 0.0
        if score and (best is None or score > best[0]):
            best = (score, delimiter, rows)
    if best is not None and best[0] >= 0.5:
        return best[1], best[2]
    single = "\t" if name.lower().removesuffix(".gz").endswith((".tsv", ".tab", ".txt")) else ","
    return single, _rows(text, single, escape)


def _rows(text: str, delimiter: str, escape: bool) -> list[list[str]]:
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, escapechar="\\" if escape else None, doublequote=not escape)
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) >= _ROWS:
                break
    except csv.Error:
        pass
    return rows


def _kind(cell: str) -> str:
    cell = cell.strip()
    return next((kind for kind, pattern in _DATA.items() if pattern.fullmatch(cell)), "text") if cell else ""


def has_header(rows: list[list[str]], width: int) -> bool:
    """True unless the first row is like the rows below it: the same kinds of cells, or words that recur in their columns."""
    first, body = rows[0], [row for row in rows[1:] if len(row) == width]
    if not body:
        return all(_kind(cell) in ("", "text") for cell in first)
    header = data = recur = 0
    for index, cell in enumerate(first[:width]):
        below = [row[index] for row in body]
        kinds = Counter(kind for kind in map(_kind, below) if kind)
        if not kinds:
            continue
        common, count = kinds.most_common(1)[0]
        own = _kind(cell)
        if common == "text" or count < 0.8 * sum(kinds.values()):
            recur += bool(cell) and own == "text" and cell in below
        elif own == common or (own not in ("", "text") and own in kinds):
            data += 1
        elif own == "text":
            header += 1
    if header == data == 0:
        return recur == 0 and all(_kind(cell) in ("", "text") for cell in first)
    return header > data or (header == data and recur == 0)


def column_names(first: list[str], width: int) -> tuple[str, ...]:
    """Column names, all different; cells without a name are called c1…cN by position."""
    names: list[str] = []
    seen: Counter[str] = Counter()
    for index in range(width):
        name = (first[index].strip() if index < len(first) else "")[:200] or f"c{index + 1}"
        seen[name] += 1
        while seen[name] > 1:
            name = f"{name}_{seen[name]}"
            seen[name] += 1
        names.append(name)
    return tuple(names)


def _ragged(rows: list[str], dialect: Dialect) -> pa.RecordBatch:
    import pyarrow as pa

    width = len(dialect.names)
    cells: list[list[str | None]] = []
    csv.field_size_limit(BLOCK)
    for row in rows:
        try:
            found = next(
                csv.reader([row], delimiter=dialect.delimiter, quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE), []
            )
        except csv.Error:
            found = []
        cells.append([cell or None for cell in found[:width]] + [None] * (width - len(found)))
    columns = list(zip(*cells, strict=True))
    return pa.record_batch([pa.array(column, pa.string()) for column in columns], names=list(dialect.names))


def _repaired(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with bytes that are not UTF-8 replaced by U+FFFD, so that one torn cell does not cost the file."""
    import pyarrow as pa

    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        columns = []
        for column in batch.columns:
            cells = column.cast(pa.binary()).to_pylist()
            columns.append(pa.array([None if cell is None else cell.decode("utf-8", "replace") for cell in cells], pa.string()))
        return pa.record_batch(columns, names=batch.schema.names)
    return batch


class Utf8(io.RawIOBase):
    """A stream in another encoding as UTF-8, with replacements for what does not decode."""

    def __init__(self, raw: BinaryIO, encoding: str) -> None:
        self._raw = raw
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""
        self._end = False

    def readable(self) -> bool:
        """Always: this is a stream to read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Exactly ``size`` bytes of UTF-8, fewer only at the end: Arrow takes a short read for a short block."""
        parts, have = [self._ready], len(self._ready)
        while not self._end and (size < 0 or have < size):
            chunk = self._raw.read(1 << 20)
            self._end = not chunk
            parts.append(self._decoder.decode(chunk, self._end).encode())
            have += len(parts[-1])
        data = b"".join(parts)
        cut = len(data) if size < 0 else size
        self._ready = data[cut:]
        return data[:cut]
