"""Text as it was meant: JSON kept in strings, full-width digits, UTF-8 that was read as Latin-1, GB18030 in binary columns."""

from __future__ import annotations

import re

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

LOOK = 64
"""Values of a column that are looked at before the whole column is repaired."""
MOST = 0.8
"""Share of those that must need the repair."""

_WIDE = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff20\uff0d\uff0b]")
_MOJIBAKE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0178\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")


def _looked_at(array: pa.Array) -> list[str]:
    step = max(1, len(array) // LOOK)
    return [v for v in array.take(pa.array(range(0, len(array), step), pa.int64())).to_pylist()[:LOOK] if v]


def is_json_text(array: pa.Array) -> bool:
    """True if most sampled values of a string array are JSON objects or arrays."""
    seen = _looked_at(array)
    good = 0
    for value in seen:
        text = value.strip()
        if len(text) < 2 or text[0] + text[-1] not in ("{}", "[]"):
            continue
        try:
            orjson.loads(text)
        except orjson.JSONDecodeError:
            continue
        good += 1
    return bool(seen) and good >= MOST * len(seen) and good >= 1


def parse_json(array: pa.Array) -> pa.Array | None:
    """One Arrow value per JSON text (null where it does not parse); None if the values share no type at all.

    Arrow's own reader does it in one pass; values that disagree in type go through the slow way once.
    """
    text = pc.fill_null(array.cast(pa.string()), "null")
    text = pc.replace_substring(pc.replace_substring(text, "\n", " "), "\r", " ")
    lines = pc.binary_join_element_wise('{"v":', text, "}\n", "")
    offsets = np.frombuffer(lines.buffers()[1], np.int32)
    start, end = int(offsets[lines.offset]), int(offsets[lines.offset + len(lines)])
    buffer = lines.buffers()[2].slice(start, end - start)
    try:
        block = pj.ReadOptions(block_size=max(1 << 20, end - start + 1))
        table = pj.read_json(pa.BufferReader(buffer), read_options=block)
    except pa.ArrowInvalid:
        return _parse_slowly(text)
    if table.num_rows != len(array):
        return _parse_slowly(text)
    try:
        column = table.column("v").combine_chunks()
    except pa.lib.ArrowException:  # lists of nothing but nulls cannot be joined
        return _parse_slowly(text)
    return column if isinstance(column, pa.Array) else column.chunk(0)


def _parse_slowly(text: pa.Array) -> pa.Array | None:
    values: list[object] = []
    for value in text.to_pylist():
        try:
            values.append(orjson.loads(value))
        except orjson.JSONDecodeError:
            values.append(None)
    for attempt in (values, [_levelled(v) for v in values]):
        try:
            return pa.array(attempt)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            continue
    return None


def _levelled(value: object, depth: int = 0) -> object:
    """The same structure with every scalar as text, so that members which disagree in type fit one column."""
    if value is None or isinstance(value, str):
        return value
    if depth < 32 and isinstance(value, dict):
        return {k: _levelled(v, depth + 1) for k, v in value.items()}
    if depth < 32 and isinstance(value, list):
        numbers = bool(value) and all(isinstance(v, int | float) and not isinstance(v, bool) for v in value)
        return value if numbers else [_levelled(v, depth + 1) for v in value]
    return orjson.dumps(value).decode()


def repair_text(array: pa.Array) -> pa.Array:
    """Full-width digits and letters to ASCII (NFKC), and UTF-8 that was read as Latin-1 or CP1252 back to UTF-8."""
    if not _high_bytes(array):
        return array
    seen = _looked_at(array)
    if any(_WIDE.search(v) for v in seen):
        array = pc.utf8_normalize(array, "NFKC")
    garbled = [v for v in seen if _MOJIBAKE.search(v)]
    if garbled and len(garbled) >= 0.3 * len(seen) and sum(_rebuilt(v) != v for v in garbled) >= MOST * len(garbled):
        array = pa.array([_rebuilt(v) for v in array.to_pylist()], pa.string())
    return array


def _high_bytes(array: pa.Array) -> bool:
    data = array.buffers()[2]
    return data is not None and len(array) > 0 and bool((np.frombuffer(data, np.uint8) >= 0x80).any())


def _rebuilt(value: str) -> str:
    for encoding in ("latin-1", "cp1252"):
        try:
            return value.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return value


def text_of_binary(array: pa.Array) -> pa.Array:
    """The same values as text if they are UTF-8, or GB18030 with Han characters; else the binary array unchanged."""
    sample = array.slice(0, LOOK)
    try:
        sample.cast(pa.string())
        text = array.cast(pa.string())
    except pa.ArrowInvalid:
        return _gb18030(array)
    return text if _printable(text.slice(0, LOOK).to_pylist()) else array


def _printable(values: list[str]) -> bool:
    return all("\0" not in v and sum(c < " " and c not in "\r\n\t" for c in v) == 0 for v in values)


def _gb18030(array: pa.Array) -> pa.Array:
    def decode(value: bytes) -> str | None:
        if len(value) > 4096:
            return None
        try:
            text = value.decode("gb18030")
        except UnicodeDecodeError:
            return None
        odd = sum(not ("\u4e00" <= c <= "\u9fff" or " " <= c <= "~" or c in "，。：；（）、《》\r\n\t") for c in text)
        return text if odd <= 0.1 * len(text) else None

    tried = [decode(v) for v in array.slice(0, LOOK).to_pylist()]
    if sum(t is not None for t in tried) < MOST * len(tried):
        return array
    whole = [decode(v) for v in array.to_pylist()]
    return pa.array(["" if v is None else v for v in whole], pa.string())
