"""Columns of times, however written, as seconds since 1970: birth dates and events."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

I64: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"
Bools: TypeAlias = "np.ndarray[Any, np.dtype[np.bool_]]"
DAY = 86_400
I64_MIN = -(1 << 62)
"""No day."""
_OFFSET = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")
_PARTS = r"^\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"


@dataclass(slots=True)
class Instants:
    """``seconds`` since 1970 where ``ok``. ``zoned``: in UTC, else local or unknown. ``offset``: minutes, if one is written."""

    seconds: I64
    ok: Bools
    zoned: bool = False
    offset: int | None = None


def _nothing(n: int) -> Instants:
    return Instants(np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.bool_))


def instants(values: pa.Array) -> Instants:
    """Read a column of times: Arrow times and dates, epochs in s, ms, µs or ns, ``yyyyMMdd`` and ``yyyyMMddHHmmss``, ISO text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    kind = values.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        zoned = pa.types.is_timestamp(kind) and kind.tz is not None
        whole = values.cast(pa.timestamp("s", kind.tz if zoned else None), safe=False)
        return Instants(_ints(whole.cast(pa.int64())), _valid(values), zoned)
    if pa.types.is_integer(kind):
        return _from_numbers(_ints(values.cast(pa.int64(), safe=False)), _valid(values))
    if pa.types.is_floating(kind):
        finite = pc.fill_null(pc.is_finite(values), False)
        return _from_numbers(_ints(pc.if_else(finite, values, 0).cast(pa.int64(), safe=False)), np.asarray(finite))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _from_text(values.cast(pa.string()))
    return _nothing(len(values))


def _ints(values: Any) -> I64:
    return np.asarray(values.fill_null(0), dtype=np.int64)


def _valid(values: Any) -> Bools:
    return np.asarray(values.is_valid(), dtype=np.bool_)


def _from_numbers(numbers: I64, ok: Bools) -> Instants:
    """Epochs or packed dates, told apart by their size: the unit of most values is the unit of all."""
    if not ok.any():
        return _nothing(len(numbers))
    size = float(np.median(np.abs(numbers[ok])))
    if 1.8e7 <= size < 2.2e7:
        return _packed(numbers, ok, seconds=False)
    if 1.8e13 <= size < 2.2e13:
        return _packed(numbers, ok, seconds=True)
    for low, divisor in ((1e17, 10**9), (1e14, 10**6), (1e11, 1000), (1e8, 1)):
        if size >= low:
            return Instants(numbers // divisor, ok, zoned=True) if size < low * 1000 else _nothing(len(numbers))
    return _nothing(len(numbers))


def _packed(numbers: I64, ok: Bools, *, seconds: bool) -> Instants:
    clock = numbers % 1_000_000 if seconds else np.zeros_like(numbers)
    days, good = days_of(numbers // 1_000_000 if seconds else numbers)
    hour, minute, second = clock // 10_000, clock // 100 % 100, clock % 100
    good &= ok & (hour < 24) & (minute < 60) & (second < 61)
    return Instants(days * DAY + hour * 3600 + minute * 60 + second, good)


def days_of(ymd: I64) -> tuple[I64, Bools]:
    """(days since 1970, which are dates) of numbers ``yyyyMMdd``."""
    year, month, day = ymd // 10_000, ymd // 100 % 100, ymd % 100
    ok = (year >= 1800) & (year < 2200) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    first = ((np.where(ok, year, 1970) - 1970) * 12 + np.where(ok, month, 1) - 1).astype("datetime64[M]")
    days = first.astype("datetime64[D]").astype(np.int64) + np.where(ok, day, 1) - 1
    ok &= days.astype("datetime64[D]").astype("datetime64[M]") == first
    return days, ok


def _from_text(text: pa.Array) -> Instants:
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pc.utf8_trim_whitespace(text)
    example = next((s.as_py() for s in text if s.is_valid and s.as_py()), "")
    if not example:
        return _nothing(len(text))
    if example.lstrip("-").isdigit():
        digits = pc.fill_null(pc.match_substring_regex(text, r"^-?\d{1,18}$"), False)
        numbers = pc.if_else(digits, text, "0").cast(pa.int64())
        return _from_numbers(_ints(numbers), np.asarray(digits, dtype=np.bool_))
    written = _OFFSET.search(example) if len(example) > 10 else None
    kind = pa.timestamp("us", "UTC") if written else pa.timestamp("us")
    try:
        read = text.cast(kind)
    except pa.ArrowInvalid:
        read = _patched(text, kind, zoned=bool(written))
    ok = _valid(read)
    offset = _minutes(written.group()) if written else None
    return Instants(_ints(read.cast(pa.int64())) // 1_000_000, ok, bool(written), offset)


def _minutes(offset: str) -> int:
    if offset == "Z":
        return 0
    sign = -1 if offset[0] == "-" else 1
    return sign * (int(offset[1:3]) * 60 + int(offset[-2:]))


def _patched(text: Any, kind: Any, *, zoned: bool) -> Any:
    """Read what a plain cast refuses: other separators, single digits, a few bad rows."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pc.replace_substring_regex(text, _PARTS, r"\1-0\2-0\3")
    text = pc.replace_substring_regex(text, r"-0(\d\d)", r"-\1")
    text = pc.replace_substring_regex(text, r"^(\d{4}-\d\d-\d\d)[T ]+(\d:)", r"\1 0\2")
    text = pc.replace_substring_regex(text, r"^(\d{4}-\d\d-\d\d)[T ]+(\d\d:\d\d(?::\d\d)?)(\.\d{1,6})?\d*", r"\1T\2\3")
    time = r"T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?"
    tail = f"{time}(Z|[+-][0-9]{{2}}:?[0-9]{{2}})" if zoned else f"({time})?"
    shape = rf"^\d{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]){tail}$"
    impossible = r"^\d{4}-(02-3|0[469]-31|11-31)"
    good = pc.and_(pc.match_substring_regex(text, shape), pc.invert(pc.match_substring_regex(text, impossible)))
    try:
        return pc.if_else(pc.fill_null(good, False), text, pa.scalar(None, pa.string())).cast(kind)
    except pa.ArrowInvalid:  # a 29 February of a common year among them: read one by one, this is rare
        return pa.array([_one(v, kind) for v in pc.if_else(pc.fill_null(good, False), text, None).to_pylist()], kind)


def _one(value: str | None, kind: Any) -> Any:
    import pyarrow as pa

    try:
        return pa.scalar(value, pa.string()).cast(kind).as_py()
    except pa.ArrowInvalid:
        return None


def completed_years(days: I64, today: int) -> I64:
    """Completed years on day ``today`` of people born on ``days`` (all in days since 1970)."""

    def parts(when: Any) -> tuple[Any, Any]:
        date = np.asarray(when).astype("datetime64[D]")
        month = date.astype("datetime64[M]")
        months = month.astype(np.int64)
        return months, (date - month).astype(np.int64)

    (born, born_day), (now, now_day) = parts(days), parts(today)
    whole = now - born - (now_day < born_day)
    years: I64 = np.floor_divide(whole, 12)
    return years


def age_bands(days: I64, ok: Bools, today: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Band 1..6 of ``model.People.ages`` for birth days; 0 where unknown, in the future or older than 120 years."""
    years = completed_years(days, today)
    band = np.searchsorted(np.array([0, 6, 12, 14, 16, 18]), years, side="right").astype(np.uint8)
    band[~ok | (days > today) | (years > 120)] = 0
    return band
