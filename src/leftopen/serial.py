"""Frozen dataclasses to JSON-ready data and back, by their annotations. For the results that may be kept: never for a Sample."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin

from leftopen.errors import InputError

T = TypeVar("T")


def encode(value: Any) -> Any:
    """Data that ``json`` can write: dataclasses become objects, enums their values, datetimes ISO 8601.

    Raises:
        TypeError: for anything that is not one of leftopen's result types, Samples and Arrow data included.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, frozenset | set):
        return sorted(encode(item) for item in value)
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type) and type(value).__name__ != "Sample":
        return {f.name: encode(getattr(value, f.name)) for f in fields(value)}
    raise TypeError(f"{type(value).__name__} is not a result and cannot be kept")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def decode(kind: type[T], data: Any) -> T:
    """The inverse of :func:`encode` for a dataclass, enum or plain type.

    Raises:
        InputError: the data does not have the shape of ``kind``.
    """
    try:
        return typing.cast("T", _decode(kind, data))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InputError(f"This is not a leftopen {kind.__name__}.", "Was it written by another version?") from None


def _decode(kind: Any, data: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        if data is None:
            return None
        return _decode(next(arg for arg in get_args(kind) if arg is not type(None)), data)
    if origin is tuple:
        args = get_args(kind)
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(_decode(args[0], item) for item in data)
        return tuple(_decode(arg, item) for arg, item in zip(args, data, strict=True))
    if origin is frozenset:
        return frozenset(_decode(get_args(kind)[0], item) for item in data)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{f.name: _decode(hints[f.name], data[f.name]) for f in fields(kind) if f.name in data})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    if kind in (datetime, date):
        return kind.fromisoformat(data)
    if kind is float:
        return float(data)
    return data
