"""Nested record batches to flat columns of leaf values, each knowing which record and which list element it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from leftopen.classify.repair import is_json_text, parse_json, repair_text, text_of_binary

MAP_KEYS = 64
"""A map with at most this many distinct keys in a batch is read as a struct, one path per key."""


@dataclass(slots=True)
class Column:
    """All non-null leaf values at one path of a batch.

    ``values`` is never struct, dictionary or extension; a list of numbers is kept whole as one value; binary stays binary
    unless it is text. ``rows`` (int64) is each value's record in the batch; ``parents`` (int64) is the index of its nearest
    enclosing list element, equal to ``rows`` at top level: columns of one ``scope`` align by ``parents``.
    """

    path: str
    type: str
    values: pa.Array = field(repr=False)
    rows: np.ndarray[Any, np.dtype[np.int64]] = field(repr=False)
    scope: str = ""
    parents: np.ndarray[Any, np.dtype[np.int64]] = field(default_factory=lambda: np.empty(0, np.int64), repr=False)


Index = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(slots=True)
class _Node:
    """One array on its way down: where it hangs, which record and list element each of its values belongs to."""

    path: str
    array: pa.Array
    rows: Index
    scope: str
    parents: Index
    depth: int


def flatten(batch: pa.RecordBatch, *, max_depth: int = 8) -> list[Column]:
    """Every leaf column of ``batch``, in schema order.

    Structs, lists, maps, lists of objects, unions and JSON kept in strings are opened down to ``max_depth`` levels; what
    lies deeper is left out. Text is repaired (full-width digits, UTF-8 read as Latin-1, GB18030 in binary columns).
    """
    rows = np.arange(batch.num_rows, dtype=np.int64)
    stack = [_Node(name, column, rows, "", rows, 0) for name, column in zip(batch.schema.names, batch.columns, strict=True)]
    stack.reverse()
    out: list[Column] = []
    while stack:
        node = stack.pop()
        if node.depth > max_depth:
            continue
        children = list(_open(node))
        if children:
            stack.extend(reversed(children))
        else:
            column = _leaf(node)
            if column is not None:
                out.append(column)
    return out


def _open(node: _Node) -> Iterator[_Node]:
    """The children of a nested node; none for a leaf."""
    node.array = _plain(node.array)
    kind = node.array.type
    if pt.is_struct(kind):
        yield from _open_struct(node)
    elif pt.is_map(kind):
        yield from _open_map(node)
    elif _is_list(kind) and not _is_vector(kind):
        yield from _open_list(node)
    elif pt.is_union(kind):
        yield from _open_union(node)
    elif (pt.is_string(kind) or pt.is_large_string(kind)) and is_json_text(node.array):
        parsed = parse_json(node.array)
        if parsed is not None:
            yield _Node(node.path, parsed, node.rows, node.scope, node.parents, node.depth + 1)


def _plain(array: pa.Array) -> pa.Array:
    """Without dictionary, extension, view and run-end encodings."""
    if isinstance(array, pa.ExtensionArray):
        if str(array.type).startswith("extension<arrow.bool8"):
            return array.cast(pa.bool_())
        array = array.storage
    kind = array.type
    if pt.is_dictionary(kind):
        return _plain(array.dictionary_decode())
    if pt.is_run_end_encoded(kind):
        return _plain(pc.run_end_decode(array))
    if pt.is_string_view(kind):
        return array.cast(pa.string())
    if pt.is_binary_view(kind):
        return array.cast(pa.binary())
    return array


def _is_list(kind: pa.DataType) -> bool:
    return bool(pt.is_list(kind) or pt.is_large_list(kind) or pt.is_fixed_size_list(kind))


def _is_vector(kind: pa.DataType) -> bool:
    inner = kind.value_type
    return bool(pt.is_integer(inner) or pt.is_floating(inner) or pt.is_decimal(inner))


def _open_struct(node: _Node) -> Iterator[_Node]:
    array = node.array
    for index in range(array.type.num_fields):
        name = array.type.field(index).name
        child = pc.struct_field(array, indices=[index]) if array.null_count else array.field(index)
        yield _Node(f"{node.path}.{name}", child, node.rows, node.scope, node.parents, node.depth + 1)


def _open_list(node: _Node) -> Iterator[_Node]:
    owners = np.asarray(pc.list_parent_indices(node.array), dtype=np.int64)
    inner = pc.list_flatten(node.array)
    path = f"{node.path}[]"
    elements = np.arange(len(inner), dtype=np.int64)
    yield _Node(path, inner, node.rows[owners], path, elements, node.depth + 1)


def _open_map(node: _Node) -> Iterator[_Node]:
    entries = node.array.cast(pa.list_(pa.struct([("key", node.array.type.key_type), ("value", node.array.type.item_type)])))
    owners = np.asarray(pc.list_parent_indices(entries), dtype=np.int64)
    pairs = pc.list_flatten(entries)
    keys, items = _plain(pairs.field(0)), pairs.field(1)
    names = pc.unique(keys).drop_null()
    if len(names) > MAP_KEYS:
        path = f"{node.path}[]"
        elements = np.arange(len(pairs), dtype=np.int64)
        yield _Node(f"{path}.key", keys, node.rows[owners], path, elements, node.depth + 1)
        yield _Node(f"{path}.value", items, node.rows[owners], path, elements, node.depth + 1)
        return
    for name in names:
        chosen = np.flatnonzero(np.asarray(pc.fill_null(pc.equal(keys, name), False)))
        at = owners[chosen]
        yield _Node(
            f"{node.path}.{name}", items.take(pa.array(chosen)), node.rows[at], node.scope, node.parents[at], node.depth + 1
        )


def _open_union(node: _Node) -> Iterator[_Node]:
    codes = np.asarray(node.array.type_codes)
    for index in range(node.array.type.num_fields):
        code = node.array.type.type_codes[index]
        at = np.flatnonzero(codes == code)
        places = pa.array(at)
        if node.array.type.mode == "dense":
            places = node.array.offsets.take(places)
        child = node.array.field(index).take(places)
        yield _Node(node.path, child, node.rows[at], node.scope, node.parents[at], node.depth + 1)


def _leaf(node: _Node) -> Column | None:
    array, rows, parents = node.array, node.rows, node.parents
    kind = array.type
    if pt.is_null(kind) or not len(array):
        return Column(node.path, str(kind), array.slice(0, 0), rows[:0], node.scope, parents[:0])
    if array.null_count:
        valid = np.asarray(array.is_valid())
        array, rows, parents = array.drop_null(), rows[valid], parents[valid]
    if pt.is_large_string(kind) or pt.is_large_binary(kind):
        small = array.nbytes < 2**31
        array = array.cast(pa.string() if pt.is_large_string(kind) else pa.binary()) if small else array
    if pt.is_binary(array.type) or pt.is_large_binary(array.type):
        array = text_of_binary(array)
    if pt.is_string(array.type):
        array = repair_text(array)
    return Column(node.path, str(node.array.type), array, rows, node.scope, parents)
