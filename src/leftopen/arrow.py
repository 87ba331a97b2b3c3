"""Documents to Arrow: lists of dictionaries, as document stores give them, become record batches, no value lost to its type.

The fast path lets Arrow infer one type for everything. Where documents disagree, only the path that disagrees changes: a value
beside a list becomes a list of one, objects with ever new keys become lists of key and value, and what cannot be reconciled
becomes text. Two batches of one collection may have different schemas. Errors never carry a value.
"""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import pyarrow as pa

MAX_DEPTH = 40
"""Objects nested deeper than this become JSON text."""
MAX_KEYS = 512
"""An object path with more distinct keys than this, most of them rare, is a map and not a record."""
_PROBE = 48
_PLAIN = (str, bytes, bool, int, float, type(None), dt.datetime, dt.date, dt.time, decimal.Decimal, dict, list)
_FAILURES = (pa.ArrowException, TypeError, ValueError, OverflowError, RecursionError)


def documents_to_batches(documents: Iterable[Mapping[str, Any]], size: int = 16_384) -> Iterator[pa.RecordBatch]:
    """Record batches of at most ``size`` documents, in order; memory is bounded by one batch."""
    source = iter(documents)
    while chunk := list(islice(source, size)):
        yield documents_to_batch(chunk)


def documents_to_batch(documents: Sequence[Mapping[str, Any]]) -> pa.RecordBatch:
    """One record batch with one row per document and one column per top-level key, in order of first appearance."""
    array = None
    if not _odd(documents):
        try:
            array = pa.array(documents, from_pandas=False)
        except _FAILURES:
            array = None
    if not isinstance(array, pa.StructArray) or _unwanted(array.type):
        # the top level is a record even where its keys look like a map's: one row stays one document
        array = _record([d if isinstance(d, dict) else dict(d) for d in documents], 0)
    if array.type.num_fields == 0:
        return pa.record_batch([pa.nulls(len(documents))], names=["@empty"])
    return pa.RecordBatch.from_struct_array(array)


def text(value: Any) -> str:
    """A readable text for one value of any kind: JSON for objects and lists, base64 for bytes that are not text."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return base64.b64encode(value).decode("ascii")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Mapping | list | tuple):
        try:
            return json.dumps(_jsonable(value), ensure_ascii=False, default=text)
        except (RecursionError, ValueError, TypeError):
            return ""
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - a foreign type's __str__ may raise anything, with the value in it
        return ""


def _jsonable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {text(k): _jsonable(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(v) for v in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return text(value)


def _odd(documents: Sequence[Mapping[str, Any]]) -> bool:
    """True if a look at a few documents shows what the fast path would take wrongly: foreign types, maps, depth."""
    step = max(1, len(documents) // _PROBE)
    return _odd_values(list(documents[::step][:_PROBE]), 0)


def _odd_values(values: list[Any], depth: int) -> bool:
    kinds = {type(v) for v in values}
    if not kinds.issubset(_PLAIN) or depth > MAX_DEPTH or (bytes in kinds and str in kinds):
        return True
    if dict in kinds:
        objects = [v for v in values if type(v) is dict]
        if _is_map(objects, _PROBE - 8):
            return True
        columns: dict[Any, list[Any]] = {}
        for item in objects:
            for key, value in item.items():
                columns.setdefault(key, []).append(value)
        return any(_odd_values(column, depth + 1) for column in columns.values())
    if list in kinds:
        return _odd_values([v for item in values if type(item) is list for v in item[:4]], depth + 1)
    return False


def _is_map(objects: Sequence[Mapping[Any, Any]], limit: int = MAX_KEYS) -> bool:
    keys: set[Any] = set()
    total = 0
    for item in objects:
        keys.update(item)
        total += len(item)
    # a record's key recurs in most of its documents; a map's key is seen about once
    return len(keys) > limit and total < 4 * len(keys)


def _unwanted(kind: pa.DataType) -> bool:
    """True for types that readers of a sample do not know: extensions such as UUID, and bytes that may be text in other rows."""
    if isinstance(kind, pa.BaseExtensionType):
        return True
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return True  # Arrow takes text beside bytes for bytes without a word: built again, path by path
    return any(_unwanted(kind.field(i).type) for i in range(kind.num_fields))


def _column(values: list[Any], depth: int) -> pa.Array:
    """One array for one path, in the narrowest type that holds every value."""
    kinds = {type(v) for v in values} - {type(None)}
    if kinds.issubset(_SCALARS) and not (bytes in kinds and str in kinds):
        try:
            return pa.array(values, from_pandas=False)
        except _FAILURES:
            return _texts(values)
    objects = any(issubclass(k, Mapping) for k in kinds)
    lists = any(issubclass(k, list | tuple) for k in kinds)
    others = any(not issubclass(k, Mapping | list | tuple) for k in kinds)
    if depth >= MAX_DEPTH or (objects and others and not lists):
        return _texts(values)
    if lists:
        return _list([v if v is None or isinstance(v, list | tuple) else [v] for v in values], depth)
    if objects:
        known = [v for v in values if v is not None]
        if _is_map(known):
            pairs = [None if v is None else [{"@key": text(k), "@value": w} for k, w in v.items()] for v in values]
            return _list(pairs, depth)
        return _record(values, depth)
    if kinds and all(issubclass(k, bytes) for k in kinds):
        return pa.array([None if v is None else bytes(v) for v in values], pa.binary())
    return _texts(values)


_SCALARS = frozenset((str, bytes, bool, int, float, dt.datetime, dt.date, dt.time, decimal.Decimal))


def _record(values: Sequence[Mapping[Any, Any] | None], depth: int) -> pa.StructArray:
    keys: dict[Any, None] = {}
    for item in values:
        if item is not None:
            keys.update(dict.fromkeys(item))
    columns = [_column([None if item is None else item.get(key) for item in values], depth + 1) for key in keys]
    names = [text(key) for key in keys]
    mask = pa.array([item is None for item in values], pa.bool_())
    if not columns:
        return pa.array([None if item is None else {} for item in values], pa.struct([]))
    return pa.StructArray.from_arrays(columns, names=names, mask=mask)


def _list(values: list[Any], depth: int) -> pa.Array:
    flat: list[Any] = []
    offsets: list[int | None] = []
    for item in values:
        offsets.append(None if item is None else len(flat))
        if item is not None:
            flat.extend(item)
    offsets.append(len(flat))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), _column(flat, depth + 1))


def _texts(values: list[Any]) -> pa.Array:
    return pa.array([None if v is None else text(v) for v in values], pa.string())
