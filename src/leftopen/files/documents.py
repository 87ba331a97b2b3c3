"""JSON and JSON Lines: objects become documents, one record each, read in a stream.

A JSON file may be an array of objects, an object of equally long arrays (columns), an object of named arrays (each its own
collection), an object of objects (key and record), a wrapper around any of these (``{"data": [...]}``), or one single object.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from leftopen.files.delimited import Utf8, sniff_encoding
from leftopen.files.source import Source

if TYPE_CHECKING:
    import pyarrow as pa

WHOLE = 64 << 20
"""A JSON file up to this size is parsed at once; a larger one is followed with a window."""
BATCH_BYTES = 16 << 20
BATCH_ROWS = 16_384
_CHUNK = 4 << 20
_LINE_CAP = 128 << 20
_DESCENT = 4

Documents = Iterator[Mapping[str, Any]]


def read_lines(source: Source) -> Documents:
    """Documents of a JSON Lines source; lines that are not JSON are counted in a note, a torn last line in another."""
    bad = 0
    last_bad = False
    with _opened(source) as file:
        while line := file.readline(_LINE_CAP):
            last_bad = False
            if line.isspace():
                continue
            try:
                yield _document(_loads(line))
            except ValueError:
                bad += 1
                last_bad = not line.endswith(b"\n")
    if last_bad:
        bad -= 1
        source.note("torn", "The last line is torn; the lines before it were read.")
    if bad:
        source.note("bad_lines", f"{bad} lines are not JSON and were left out.")


def read_json(source: Source) -> Iterator[tuple[str, Documents]]:
    """(name of a part, its documents) for each collection in a JSON source; the name is empty if there is only one.

    Raises:
        Unreadable: not JSON from its beginning.
    """
    if source.size <= WHOLE:
        with _opened(source) as file:
            data = file.read(WHOLE + 1)
        try:
            value = _loads(data) if len(data) <= WHOLE else None
        except ValueError:
            value = None
        del data
        if value is not None:
            yield from shapes(value)
            return
    # Large or torn: follow it with a window, so that what comes before a tear is read.
    yield "", _streamed(source)


def shapes(value: Any) -> Iterator[tuple[str, Documents]]:
    """The collections inside one parsed JSON value."""
    for _ in range(_DESCENT):
        if not isinstance(value, dict):
            break
        if columns := _columns(value):
            names = list(value)
            yield "", (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))
            return
        tables = {key: part for key, part in value.items() if _is_table(part)}
        if len(tables) == 1:
            yield "", _rows(next(iter(tables.values())))
            return
        if tables:
            for key, part in tables.items():
                yield key, _rows(part)
            rest = {key: part for key, part in value.items() if key not in tables}
            if rest:
                yield "other", iter([rest])
            return
        if _is_keyed(value):
            yield "", _rows(value)
            return
        inner = [part for part in value.values() if isinstance(part, dict) and part]
        if len(inner) != 1 or not any(map(_is_table, inner[0].values())):
            break
        value = inner[0]
    yield "", _rows(value if isinstance(value, list) else [value])


def batches(documents: Iterable[Mapping[str, Any]]) -> Iterator[pa.RecordBatch]:
    """Record batches bounded by rows and, since one document may hold a picture, by bytes."""
    from leftopen.arrow import documents_to_batch

    chunk: list[Mapping[str, Any]] = []
    size = 0
    for document in documents:
        chunk.append(document)
        size += _weight(document)
        if len(chunk) >= BATCH_ROWS or size >= BATCH_BYTES:
            yield documents_to_batch(chunk)
            chunk, size = [], 0
    if chunk:
        yield documents_to_batch(chunk)


def _weight(value: Any) -> int:
    """A quick lower estimate of a document's size, by its long texts and lists."""
    total = 64
    for part in value.values():
        if isinstance(part, str | bytes | list):
            total += len(part) * (8 if isinstance(part, list) else 1)
        elif isinstance(part, dict):
            total += _weight(part)
    return total


def _document(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {"value": value}


def _rows(part: Any) -> Documents:
    if isinstance(part, dict):
        return ({"@key": key, **record} for key, record in part.items())
    return (_document(item) for item in part)


def _is_table(part: Any) -> bool:
    """A list of objects, or an object of like objects."""
    if isinstance(part, list):
        return bool(part) and all(isinstance(item, dict) for item in islice(part, 100))
    return isinstance(part, dict) and _is_keyed(part)


def _is_keyed(value: Mapping[str, Any]) -> bool:
    """At least three entries that are all objects and share most of their keys: records under their ids."""
    records = list(islice(value.values(), 100))
    if len(records) < 3 or not all(isinstance(record, dict) and record for record in records):
        return False
    shared = set(records[0])
    return sum(len(shared & set(record)) >= 0.5 * max(len(shared), len(record)) for record in records) >= 0.9 * len(records)


def _columns(value: Mapping[str, Any]) -> list[list[Any]]:
    """The columns of an object of equally long arrays of scalars, else an empty list."""
    columns = list(value.values())
    if len(columns) < 2 or not all(isinstance(column, list) and len(column) > 1 for column in columns):
        return []
    if len({len(column) for column in columns}) != 1:
        return []
    return [] if any(isinstance(column[0], dict | list) for column in columns) else columns


def _loads(data: bytes) -> Any:
    """Parse JSON; what orjson is too strict for (NaN, broken characters, huge integers, depth) goes to the standard library.

    Raises:
        ValueError.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(data.decode("utf-8", "replace"))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError:
        raise ValueError("not JSON") from None


def _opened(source: Source) -> BinaryIO:
    """The source as UTF-8 bytes without a byte order mark."""
    import io

    encoding = sniff_encoding([source.head])
    file = source.open()
    if encoding in ("utf-8", "latin-1"):
        return file
    return io.BufferedReader(Utf8(file, encoding), 1 << 20)


def _streamed(source: Source) -> Documents:
    """Documents of a JSON array, or of every array inside a top-level object, parsed one element at a time."""
    with _opened(source) as file:
        window = _Window(file)
        try:
            first = window.peek()
            if first == "[":
                window.skip()
                yield from _elements(window)
            elif first == "{":
                window.skip()
                yield from _members(window)
            else:
                raise ValueError("neither")
        except (ValueError, RecursionError, OSError):
            source.note("torn", "The JSON is broken or ends early; what came before was read.")


def _elements(window: _Window) -> Documents:
    while (char := window.peek()) != "]":
        if char == ",":
            window.skip()
            continue
        yield _document(window.value())
    window.skip()


def _members(window: _Window) -> Documents:
    single: dict[str, Any] = {}
    while (char := window.peek()) != "}":
        if char == ",":
            window.skip()
            continue
        key = window.value()
        if window.peek() != ":" or not isinstance(key, str):
            raise ValueError("not an object")
        window.skip()
        if window.peek() == "[":
            window.skip()
            yield from _elements(window)
        else:
            single[key] = window.value()
    if single:
        for _, documents in shapes(single):
            yield from documents


class _Window:
    """A sliding window over JSON text that parses one value at a time."""

    def __init__(self, file: BinaryIO) -> None:
        import codecs

        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._json = json.JSONDecoder()
        self._text = ""
        self._at = 0
        self._end = False

    def peek(self) -> str:
        """The next character that is not space.

        Raises:
            ValueError: the text ends here.
        """
        while True:
            while self._at < len(self._text):
                if not self._text[self._at].isspace():
                    return self._text[self._at]
                self._at += 1
            if not self._more(_CHUNK):
                raise ValueError("ends early")

    def skip(self) -> None:
        """Step over the character just peeked at."""
        self._at += 1

    def value(self) -> Any:
        """Parse the value that begins at the next character.

        Raises:
            ValueError: it is not JSON, or longer than any record should be.
        """
        self.peek()
        size = _CHUNK
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except ValueError:
                end = -1
            # A number that touches the window's edge may go on beyond it.
            if end >= 0 and (end < len(self._text) or self._end):
                self._at = end
                return value
            if len(self._text) - self._at > _LINE_CAP or not self._more(size):
                if end >= 0:
                    continue
                raise ValueError("not JSON")
            size *= 2

    def _more(self, size: int) -> bool:
        if self._end:
            return False
        data = self._file.read(size)
        self._end = not data
        self._text = self._text[self._at :] + self._decoder.decode(data, self._end)
        self._at = 0
        return not self._end
