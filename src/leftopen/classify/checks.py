"""Check digits, ranges and tables over the survivors of a pattern: each takes a string array and gives one bool a value."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leftopen.classify.shape import Array, raw_bytes

_RIC_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_RIC_CHECK = np.frombuffer(b"10X98765432", np.uint8)
_TW = dict(zip("ABCDEFGHJKLMNPQRSTUVXYWZIO", range(10, 36), strict=True))
_MONTH_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def _by_length(values: pa.Array) -> list[tuple[int, Array, Array]]:
    """(length in bytes, indices, byte matrix) for each length that occurs."""
    data, offsets = raw_bytes(values)
    lengths = np.diff(offsets)
    out = []
    for width in np.unique(lengths):
        at = np.flatnonzero(lengths == width)
        out.append((int(width), at, data[offsets[at][:, None] + np.arange(width)]))
    return out


def _bare(values: pa.Array) -> pa.Array:
    return pc.utf8_upper(pc.replace_substring_regex(values, "[^0-9A-Za-z]", ""))


@lru_cache(maxsize=1)
def admin_codes() -> frozenset[int]:
    """Every six-digit division code of mainland China in python-stdnum's table, with those since abolished, and their parents."""
    from importlib.resources import files

    codes: set[int] = set()
    province = ""
    for line in files("stdnum.cn").joinpath("loc.dat").read_text(encoding="utf-8").splitlines():
        head = re.match(r"( *)(\d+)", line)
        if not head:
            continue
        if len(head[2]) == 2 and not head[1]:
            province = head[2]
            codes.add(int(province) * 10000)
        elif len(head[2]) == 6:
            codes.add(int(head[2]))
        elif len(head[2]) == 4:
            codes.add(int(province + head[2]))
    return frozenset(codes | {c // 100 * 100 for c in codes})


@lru_cache(maxsize=1)
def _admin_table() -> Array:
    table = np.zeros(1_000_000, bool)
    table[list(admin_codes())] = True
    return table


def _number(digits: Array) -> Array:
    out = np.zeros(len(digits), np.int64)
    for column in digits.T:
        out = out * 10 + column
    return out


def _real_day(year: Array, month: Array, day: Array) -> Array:
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    most = _MONTH_DAYS[np.clip(month, 0, 12)] - ((month == 2) & ~leap)
    good: Array = (month >= 1) & (month <= 12) & (day >= 1) & (day <= most)
    return good


def ric18(values: pa.Array) -> Array:
    """Resident identity number of 18 signs: known region, real date not after 2035, check sign."""
    good = np.zeros(len(values), bool)
    for width, at, raw in _by_length(values):
        if width != 18:
            continue
        digits = raw[:, :17].astype(np.int64) - 48
        fine = ((digits >= 0) & (digits <= 9)).all(axis=1)
        digits = np.clip(digits, 0, 9)
        year = _number(digits[:, 6:10])
        fine &= _admin_table()[_number(digits[:, :6])] & (year >= 1850) & (year <= 2035)
        fine &= _real_day(year, _number(digits[:, 10:12]), _number(digits[:, 12:14]))
        sign = np.where(raw[:, 17] == ord("x"), ord("X"), raw[:, 17])
        fine &= sign == _RIC_CHECK[(digits * _RIC_WEIGHTS).sum(axis=1) % 11]
        good[at] = fine
    return good


def ric15(values: pa.Array) -> Array:
    """Resident identity number of 15 digits: known region and a real date."""
    good = np.zeros(len(values), bool)
    for width, at, raw in _by_length(values):
        if width == 15:
            digits = np.clip(raw.astype(np.int64) - 48, 0, 9)
            day = _real_day(1900 + _number(digits[:, 6:8]), _number(digits[:, 8:10]), _number(digits[:, 10:12]))
            good[at] = _admin_table()[_number(digits[:, :6])] & day
    return good


def student_no(values: pa.Array) -> Array:
    """Number of the national student register: G + resident number; J and L with a known region at the start."""
    tail, head = pc.utf8_slice_codeunits(values, 1), pc.utf8_slice_codeunits(values, 0, 1)
    regular = np.asarray(pc.equal(head, "G"))
    region = _admin_table()[np.asarray(pc.utf8_slice_codeunits(values, 1, 7).cast(pa.int64()))] if len(values) else regular
    return np.where(regular, ric18(pc.utf8_upper(tail)), region)


def luhn(values: pa.Array) -> Array:
    """Luhn's check over the digits, separators dropped."""
    good = np.zeros(len(values), bool)
    for _, at, raw in _by_length(_bare(values)):
        digits = raw.astype(np.int64) - 48
        fine = ((digits >= 0) & (digits <= 9)).all(axis=1) & (digits.max(axis=1, initial=0) != digits.min(axis=1, initial=9))
        twice = digits[:, -2::-2] * 2
        total = digits[:, -1::-2].sum(axis=1) + (twice - 9 * (twice > 9)).sum(axis=1)
        good[at] = fine & (total % 10 == 0)
    return good


def ean(values: pa.Array) -> Array:
    """Article number of 8, 12 or 13 digits with its check digit: a decoy, products and no people."""
    good = np.zeros(len(values), bool)
    for width, at, raw in _by_length(values):
        digits = raw.astype(np.int64) - 48
        if width in (8, 12, 13) and ((digits >= 0) & (digits <= 9)).all():
            total = digits[:, -1::-2].sum(axis=1) + 3 * digits[:, -2::-2].sum(axis=1)
            good[at] = total % 10 == 0
    return good


def _mod97(text: str) -> bool:
    shifted = text[4:] + text[:4]
    return int("".join(str(int(c, 36)) for c in shifted)) % 97 == 1


def iban(values: pa.Array) -> Array:
    """ISO 13616: mod 97-10 is 1."""
    texts = _bare(values).to_pylist()
    return np.array([15 <= len(t) <= 34 and t[:2].isalpha() and _mod97(t) for t in texts], bool)


def hk_id(values: pa.Array) -> Array:
    """Hong Kong identity card: weights 9..1 mod 11; a blank before a single letter counts 36."""

    def good(text: str) -> bool:
        text = text if len(text) == 9 else " " + text
        if len(text) != 9:
            return False
        numbers = [36 if c == " " else int(c, 36) for c in text[:8]]
        rest = sum(n * w for n, w in zip(numbers, range(9, 1, -1), strict=True)) % 11
        return text[8] == "0A987654321"[rest]

    return np.array([good(t) for t in _bare(values).to_pylist()], bool)


def tw_id(values: pa.Array) -> Array:
    """Identity card of Taiwan: the letter's two digits and eight more, weighted, mod 10."""

    def good(text: str) -> bool:
        code = _TW[text[0]]
        total = code // 10 + code % 10 * 9 + sum(int(c) * w for c, w in zip(text[1:9], range(8, 0, -1), strict=True))
        return (total + int(text[9])) % 10 == 0

    return np.array([len(t) == 10 and t[0] in _TW and good(t) for t in values.to_pylist()], bool)


def us_ssn(values: pa.Array) -> Array:
    """Ranges never issued are refused; nine bare digits need the hyphens to count."""
    text = pc.replace_substring(values, "-", "")
    digits = np.asarray(text.cast(pa.int64(), safe=False)) if len(values) else np.empty(0, np.int64)
    area, group, serial = digits // 1_000_000, digits // 10_000 % 100, digits % 10_000
    hyphens = np.asarray(pc.match_substring(values, "-")).astype(bool)
    return np.asarray(hyphens & (area > 0) & (area != 666) & (area < 900) & (group > 0) & (serial > 0))


def mobile_cn(values: pa.Array) -> Array:
    """Eleven digits of a served prefix, not a run of one digit."""
    bare = pc.replace_substring_regex(values, "[^0-9]", "")
    good = np.zeros(len(values), bool)
    for width, at, raw in _by_length(bare):
        if width >= 11:
            digits = raw[:, -11:].astype(np.int64) - 48
            same = (digits[:, 3:] == digits[:, 3:4]).all(axis=1)
            prefix = _number(digits[:, :3])
            good[at] = ~same & ~np.isin(prefix, [140, 142, 143, 154, 160, 161, 163, 164, 168, 169, 194])
    return good


def phone(values: pa.Array) -> Array:
    """A possible and valid number for its country code; national forms need seven to fifteen digits and a separator."""
    import phonenumbers

    def good(text: str) -> bool:
        if text.startswith("+"):
            try:
                return bool(phonenumbers.is_valid_number(phonenumbers.parse(text, None)))
            except phonenumbers.NumberParseException:
                return False
        digits = re.sub(r"\D", "", text)
        if re.fullmatch(r"(?:19|20)\d\d[-/. ]\d\d?[-/. ]\d\d?", text) or re.fullmatch(r"0?\d[-/. ]\d\d[-/. ]\d{4}", text):
            return False
        return 9 <= len(digits) <= 12 and len(set(digits)) > 2

    return np.array([good(t) for t in values.to_pylist()], bool)


def ip(values: pa.Array) -> Array:
    """An address that is none of loopback, unspecified, or a version number in disguise (every part below 20)."""

    def good(text: str) -> bool:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return False
        small = address.version == 4 and all(int(p) < 20 for p in text.split("."))
        return not (address.is_unspecified or address.is_loopback or (small and not text.startswith("10.")))

    return np.array([good(t) for t in values.to_pylist()], bool)


def admin_code(values: pa.Array) -> Array:
    """A six-digit code of the division table, a county or city at least."""
    numbers = np.asarray(values.cast(pa.int64())) if len(values) else np.empty(0, np.int64)
    return np.asarray(_admin_table()[np.clip(numbers, 0, 999_999)] & (numbers % 10_000 != 0))


def not_hash(values: pa.Array) -> Array:
    """Neither a hash nor a modular-crypt text."""
    return ~np.asarray(pc.match_substring_regex(values, r"^(?:[0-9a-fA-F]{32,128}|\$[0-9a-z]+\$.*|pbkdf2_.*|\{[A-Z0-9]+\}.*)$"))


Check = Callable[[pa.Array], Array]
CHECKS: Mapping[str, Check] = {
    check.__name__: check
    for check in (ric18, ric15, student_no, luhn, ean, iban, hk_id, tw_id, us_ssn, mobile_cn, phone, ip, admin_code, not_hash)
}
"""Validators by the name that category files use; those with lexicons are in ``lexicons.LEXICONS``."""


def run_check(check: Check, values: pa.Array) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Run one check; an empty array gives an empty answer."""
    return np.asarray(check(values), bool) if len(values) else np.zeros(0, bool)
