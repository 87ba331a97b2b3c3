"""Templates in the own formats of readers and libraries: DigitalPersona, ZKTeco, SourceAFIS, libfprint, NBIS.

Same rules as in `leftopen.classify.templates`: structure must agree, bounded, may raise only what `parse_record` expects.
"""

from __future__ import annotations

import re
import struct
from typing import Any

from leftopen.classify.templates import FINGERPRINT_TEMPLATE, Parser, Record

_DIGITAL_PERSONA = re.compile(rb"\x00\xf8.\x01\xc8\x2a\xe3\x73\x5c\xc0\x41\x37\x09\xab\x71", re.DOTALL)
_SOURCEAFIS_KEYS = ("version", "width", "height", "positionsX", "positionsY", "directions", "types")
_LIBFPRINT = re.compile(rb"FP3([\0-\2])\0\0\0([a-z][a-z0-9_-]{1,30})\0([\x20-\x7e]{0,64})\0[\0\1]", re.DOTALL)
_NBIS = re.compile(rb"Image \(w,h\) \d{1,5} \d{1,5}\r?\n\s{0,4}(\d{1,4}) Minutiae Detected")
MOST_ITEMS = 100_000
XYT = 4 + 3 * 4 * 200
"""Bytes of NBIS's table of minutiae as libfprint 0 keeps it: a count, and three columns of 200 numbers."""


def digital_persona(data: bytes) -> Record | None:
    """DigitalPersona's reader format: a constant head of 15 bytes with one that varies."""
    fits = 100 <= len(data) <= 8192 and _DIGITAL_PERSONA.match(data)
    return Record((FINGERPRINT_TEMPLATE,), "DigitalPersona", 0.95) if fits else None


def zkteco(data: bytes) -> Record | None:
    """ZKTeco's reader format: ``SS21`` after two bytes, 400 to 2,000 bytes; too little structure to be certain."""
    if not 400 <= len(data) <= 2000 or data[2:6] != b"SS21" or data.isascii():
        return None
    return Record((FINGERPRINT_TEMPLATE,), "ZKTeco", 0.8)


def source_afis(data: bytes) -> Record | None:
    """SourceAFIS 3: a CBOR map of seven keys whose lists are equally long and whose types are endings or bifurcations."""
    if not (0xA7 <= data[0] <= 0xAF or data[0] == 0xBF) or len(data) > 1 << 20:
        return None
    found, _ = _cbor(data, 0, 0)
    if not isinstance(found, dict) or not set(_SOURCEAFIS_KEYS) <= set(found):
        return None
    across, down, ways, types = (found[key] for key in _SOURCEAFIS_KEYS[3:])
    if not all(isinstance(part, list) for part in (across, down, ways)) or not isinstance(types, str):
        return None
    if not len(across) == len(down) == len(ways) == len(types) or set(types) - {"E", "B"}:
        return None
    inside = all(isinstance(place, int) and abs(place) <= 10_000 for place in (*across, *down))
    return Record((FINGERPRINT_TEMPLATE,), "SourceAFIS", 0.97) if inside else None


def _cbor(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    """One CBOR item (whole numbers, floats, text, bytes, lists, maps, simple values) and where it ends.

    Raises:
        ValueError: another kind of item, or too deep or too many.
        IndexError, struct.error: cut short.
    """
    if depth > 4:
        raise ValueError("depth")
    first, at = data[at], at + 1
    major, low = first >> 5, first & 31
    if major == 7 and low >= 25:
        width = {25: 2, 26: 4, 27: 8}.get(low)
        if width is None:
            raise ValueError("break")
        return struct.unpack_from({2: ">e", 4: ">f", 8: ">d"}[width], data, at)[0], at + width
    size = -1 if low == 31 else low
    if 24 <= low <= 27:
        width = 1 << (low - 24)
        size, at = int.from_bytes(data[at : at + width], "big"), at + width
    if major in (0, 1):
        return (size if major == 0 else -1 - size), at
    if major in (2, 3):
        if not 0 <= size <= len(data) - at:
            raise ValueError("length")
        piece = data[at : at + size]
        return (piece if major == 2 else piece.decode("ascii")), at + size
    if major not in (4, 5) or size > MOST_ITEMS:
        if major == 7:
            return None, at
        raise ValueError("kind")
    items: list[Any] = []
    wanted = size * (major - 3) if size >= 0 else MOST_ITEMS
    while len(items) < wanted:
        if size < 0 and data[at] == 0xFF:
            at += 1
            break
        item, at = _cbor(data, at, depth + 1)
        items.append(item)
    if major == 4:
        return items, at
    keys = [key for key in items[::2] if isinstance(key, str)]
    if len(items) % 2 or len(keys) != len(items) // 2:
        raise ValueError("keys")
    return dict(zip(keys, items[1::2], strict=True)), at


def libfprint(data: bytes) -> Record | None:
    """libfprint's stored prints: FP3 (a GVariant with the driver's name), FP2 (items with lengths), FP1 (one NBIS table)."""
    if data[:3] == b"FP3":
        head = _LIBFPRINT.match(data)
        if not head or len(data) < 100:
            return None
        known = head[1] == b"\2" and b"(a(aiaiai))" in data[-64:]
        return Record((FINGERPRINT_TEMPLATE,), "libfprint", 0.97 if known else 0.85)
    if data[:3] not in (b"FP1", b"FP2") or data[9] > 1:
        return None
    at, count = 10, 0
    if data[:3] == b"FP1":
        whole = data[9] == 1 and len(data) == at + XYT and struct.unpack_from("<I", data, at)[0] <= 200
        return Record((FINGERPRINT_TEMPLATE,), "libfprint", 0.95) if whole else None
    while at < len(data) and count < 64:
        at += 4 + struct.unpack_from("<I", data, at)[0]
        count += 1
    return Record((FINGERPRINT_TEMPLATE,), "libfprint", 0.9) if count and at == len(data) else None


def nbis(data: bytes) -> Record | None:
    """The list of minutiae that NBIS's ``mindtct`` prints."""
    head = _NBIS.match(data[:256])
    lines = data.count(b"\n", 0, 1 << 20)
    return Record((FINGERPRINT_TEMPLATE,), "NBIS", 0.95) if head and lines >= int(head[1]) > 0 else None


READER_PARSERS: tuple[Parser, ...] = (digital_persona, zkteco, source_afis, libfprint, nbis)
