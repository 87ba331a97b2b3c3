"""One file as bytes: opened read-only, unzipped on the way with a cap, and recognised by its content before its name."""

from __future__ import annotations

import gzip
import io
import zipfile
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, cast

HEAD = 1 << 18
"""Bytes of the beginning that recognition and sniffing look at."""
UNZIP_FLOOR = 1 << 30
UNZIP_RATIO = 200
"""A gzip stream is followed up to the larger of a gibibyte and 200 times its size: real exports shrink less, bombs shrink more."""
MEMORY_CAP = 512 << 20
"""Formats that need random access are unzipped into memory only up to this size."""


class Format(StrEnum):
    """What a file turned out to be."""

    DELIMITED = "delimited"
    JSON = "json"
    JSONL = "jsonl"
    PARQUET = "parquet"
    SQLITE = "sqlite"
    EXCEL = "excel"


class Unreadable(Exception):
    """A file cannot be read. ``reason`` is one machine word; ``detail`` says it in words, without content."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass(slots=True)
class Source:
    """A file to read: its path, the name that outputs use, and notes that readers leave about what they could not read."""

    path: Path
    name: str
    head: bytes = field(default=b"", repr=False)
    size: int = 0
    zipped: bool = False
    notes: list[tuple[str, str]] = field(default_factory=list)

    def look(self) -> None:
        """Read the head.

        Raises:
            Unreadable: empty, not permitted, or not a whole gzip file.
        """
        try:
            self.size = self.path.stat().st_size
            with self.path.open("rb") as file:
                self.head = file.read(HEAD)
            if self.head.startswith(b"\x1f\x8b"):
                self.zipped = True
                with self.open() as file:
                    self.head = file.read(HEAD)
        except EOFError:
            raise Unreadable("corrupt", "The gzip stream ends before any record.") from None
        except (OSError, gzip.zlib.error) as exc:  # type: ignore[attr-defined]
            why = exc.strerror if isinstance(exc, OSError) and exc.strerror else "not a gzip stream"
            raise Unreadable("unreadable", f"The file cannot be read: {why}.") from None
        if not self.head and self.notes:
            self.notes.clear()
            raise Unreadable("corrupt", "The gzip stream is torn before any record.")
        if not self.head.strip():
            raise Unreadable("empty", "The file is empty.")

    def open(self) -> BinaryIO:
        """The content, unzipped, as a buffered stream from the beginning."""
        if not self.zipped:
            return self.path.open("rb")
        return cast(BinaryIO, io.BufferedReader(_Unzipped(self), 1 << 20))

    def whole(self) -> bytes:
        """The unzipped content in memory, for formats that need random access.

        Raises:
            Unreadable: larger than MEMORY_CAP, or a broken gzip stream.
        """
        try:
            with self.open() as file:
                data = file.read(MEMORY_CAP + 1)
        except (OSError, EOFError, gzip.zlib.error):  # type: ignore[attr-defined]
            raise Unreadable("corrupt", "The gzip stream is broken.") from None
        if len(data) > MEMORY_CAP:
            raise Unreadable("too_large", f"The file unzips to more than {MEMORY_CAP >> 20} MiB; unzip it first.")
        return data

    def note(self, reason: str, detail: str) -> None:
        """Leave a note about what was not read."""
        self.notes.append((reason, detail))


class _Unzipped(io.RawIOBase):
    """A gzip stream that refuses to swell beyond reason, and ends with a note where the stream is torn."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._file = gzip.GzipFile(source.path, "rb")
        self._left = max(UNZIP_FLOOR, UNZIP_RATIO * source.size)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        view = memoryview(buffer)
        if self._left <= 0:
            self._source.note("too_large", "The file swells more than a real export does when unzipped; reading stopped.")
            return 0
        try:
            data = self._file.read1(min(len(view), self._left))
        except (EOFError, OSError, gzip.zlib.error):  # type: ignore[attr-defined]
            self._source.note("torn", "The gzip stream ends early; what came before was read.")
            return 0
        view[: len(data)] = data
        self._left -= len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


_ENDINGS = {
    ".csv": Format.DELIMITED,
    ".tsv": Format.DELIMITED,
    ".tab": Format.DELIMITED,
    ".txt": Format.DELIMITED,
    ".json": Format.JSON,
    ".geojson": Format.JSON,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
}


def recognise(source: Source) -> Format:
    """The format of a looked-at source, by content first, then by the end of its name.

    Raises:
        Unreadable: no format that leftopen reads.
    """
    head = source.head
    if head.startswith(b"PAR1"):
        return Format.PARQUET
    if head.startswith(b"SQLite format 3\0"):
        return Format.SQLITE
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Format.EXCEL
    if head.startswith(b"PK\x03\x04"):
        return _zip(source)
    plain = (
        head.decode("utf-16", "ignore").encode() if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head.removeprefix(b"\xef\xbb\xbf")
    )
    start = plain.lstrip()[:1]
    named = _ENDINGS.get(Path(source.name.lower().removesuffix(".gz")).suffix)
    if start in (b"{", b"[") and named is not Format.DELIMITED:
        return _json(plain.lstrip(), named)
    if _binary(head):
        raise Unreadable("not_recognised", "Not a format that leftopen reads.")
    if named in (Format.JSON, Format.JSONL):
        raise Unreadable("corrupt", "The file is named JSON and does not begin like JSON.")
    if start in (b"{", b"[") and _lines_are_json(plain.lstrip()):
        return Format.JSONL
    return Format.DELIMITED


def _zip(source: Source) -> Format:
    try:
        data = io.BytesIO(source.whole()) if source.zipped else source.path
        with zipfile.ZipFile(data) as archive:
            names = set(archive.namelist())
            swollen = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unreadable("corrupt", "The file begins like a zip archive and is not a whole one.") from None
    if names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        if swollen > UNZIP_FLOOR:
            raise Unreadable("too_large", "The workbook unzips to more than a gibibyte.")
        return Format.EXCEL
    raise Unreadable("archive", "An archive; unpack it and name the folder.")


def _json(plain: bytes, named: Format | None) -> Format:
    if named is Format.JSONL or _lines_are_json(plain):
        return Format.JSONL
    return Format.JSON


def _lines_are_json(plain: bytes) -> bool:
    """True if the first line is a whole JSON object or array and something follows it that begins like another one."""
    import orjson

    lines = plain.split(b"\n", 2)
    if len(lines) < 2 or not plain.startswith(b"{"):
        return False
    try:
        orjson.loads(lines[0])
    except orjson.JSONDecodeError:
        return False
    rest = b"\n".join(lines[1:]).lstrip()
    return rest.startswith(b"{")


def _binary(head: bytes) -> bool:
    """True if these bytes are not text in any encoding: control bytes that no text has, and not UTF-16."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return False
    zeros = head.count(0)
    if zeros:
        even, odd = head[0::2].count(0), head[1::2].count(0)
        return not (max(even, odd) > 0.2 * len(head) / 2 and min(even, odd) <= 0.02 * len(head) / 2)
    control = sum(head.count(bytes([code])) for code in (*range(1, 9), *range(14, 27), *range(28, 32)))
    return control > max(4, 0.01 * len(head))
