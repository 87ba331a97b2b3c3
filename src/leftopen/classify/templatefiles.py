"""Biometric records beside the ISO ones: WSQ, ANSI/NIST-ITL, passport data groups, CBEFF, readers' own formats.

Same rules as in `leftopen.classify.templates`: structure must agree, bounded, may raise only what `parse_record` expects.
"""

from __future__ import annotations

import re
import struct

from leftopen.classify.images import from_base64, to_bytes
from leftopen.classify.templates import (
    FACE_RECORD,
    FINGERPRINT_IMAGE,
    FINGERPRINT_TEMPLATE,
    IRIS,
    ISO_PARSERS,
    PALM,
    Parser,
    Record,
)

_GS, _RS, _US, _FS = b"\x1d", b"\x1e", b"\x1f", 0x1C
_NIST_TYPES = {
    3: FINGERPRINT_IMAGE,
    4: FINGERPRINT_IMAGE,
    5: FINGERPRINT_IMAGE,
    6: FINGERPRINT_IMAGE,
    9: FINGERPRINT_TEMPLATE,
    10: FACE_RECORD,
    13: FINGERPRINT_IMAGE,
    14: FINGERPRINT_IMAGE,
    15: PALM,
    17: IRIS,
}
_DIGITAL_PERSONA = re.compile(rb"\x00\xf8.\x01\xc8\x2a\xe3\x73\x5c\xc0\x41\x37\x09\xab\x71", re.DOTALL)
_BDB = re.compile(rb"<(?:\w{1,20}:)?BDB\b[^>]{0,200}>([A-Za-z0-9+/_=\s-]{32,})</")
_SOURCEAFIS_KEYS = (b"version", b"width", b"height", b"positionsX", b"positionsY", b"directions", b"types")
MAX_SEGMENTS = 128


def as_record_bytes(value: str | bytes) -> bytes | None:
    """Bytes of a value: text formats (ANSI/NIST-ITL, XML) as they are, others as `to_bytes` reads them."""
    if isinstance(value, str) and value[:8].lstrip().startswith(("1.001:", "1.01:", "<")):
        return value.encode("latin-1", "replace")
    return to_bytes(value)


def wsq(data: bytes) -> Record | None:
    """WSQ (FBI): marker segments from SOI to the first block must include transform, quantisation, Huffman and frame."""
    if data[:3] != b"\xff\xa0\xff":
        return None
    at, seen, sized = 2, set(), False
    for _ in range(MAX_SEGMENTS):
        if data[at] != 0xFF:
            return None
        marker, length = data[at + 1], struct.unpack_from(">H", data, at + 2)[0]
        if length < 2 or at + 2 + length > len(data):
            return None
        seen.add(marker)
        if marker == 0xA2 and length >= 12:
            height, width = struct.unpack_from(">HH", data, at + 6)
            sized = 0 < height <= 20_000 and 0 < width <= 20_000
        if marker == 0xA3:
            whole = {0xA2, 0xA4, 0xA5, 0xA6} <= seen
            return Record((FINGERPRINT_IMAGE,), "WSQ") if whole and sized else None
        at += 2 + length
    return None


def nist(data: bytes) -> Record | None:
    """ANSI/NIST-ITL traditional encoding: the type-1 record's length, version and list of records must agree."""
    if not data.startswith((b"1.001:", b"1.01:")):
        return None
    fields = data[:8192].split(_GS, 3)
    names = [part.partition(b":")[0].lstrip(b"0") for part in fields]
    if len(fields) < 3 or [name[2:].lstrip(b"0") for name in names[:3]] != [b"1", b"2", b"3"]:
        return None
    length = int(fields[0].partition(b":")[2][:9])
    window = data[max(0, length - 17) : length + 16]
    if not 20 <= length <= len(data) + 16 or (_FS not in window and length < len(data) - 16):
        return None
    content = fields[2].partition(b":")[2].split(bytes([_FS]))[0]
    kinds = [int(part.partition(_US)[0]) for part in content.split(_RS)[1:1000] if part.partition(_US)[0].isdigit()]
    held = tuple(sorted({_NIST_TYPES[kind] for kind in kinds if kind in _NIST_TYPES}))
    return Record(held, "ANSI/NIST-ITL") if held else None


def passport(data: bytes) -> Record | None:
    """Data groups 2, 3 and 4 of a travel document, or a bare group of CBEFF templates (7F61 … 02 01 n, 7F60)."""
    if data[0] in (0x75, 0x63, 0x76):
        at, size = _length(data, 1)
        if at + size > len(data) + 2 or data[at : at + 2] != b"\x7f\x61":
            return None
    else:
        at = 0
    if data[at : at + 2] != b"\x7f\x61":
        return None
    at, size = _length(data, at + 2)
    if at + size > len(data) + 2 or data[at : at + 2] != b"\x02\x01" or data[at + 3 : at + 5] != b"\x7f\x60":
        return None
    head = data[at : at + 512]
    for tag in (b"\x5f\x2e", b"\x7f\x2e"):
        found = head.find(tag)
        if found >= 0:
            start, size = _length(data, at + found + 2)
            record = iso(data[start : start + size])
            if record is not None:
                return Record(record.categories, f"CBEFF template with {record.format}")
    return None


def _length(data: bytes, at: int) -> tuple[int, int]:
    """(where the content starts, its size) of a BER length at ``at``."""
    first = data[at]
    if first < 0x80:
        return at + 1, first
    width = first & 0x7F
    if not 1 <= width <= 4 or at + 1 + width > len(data):
        raise ValueError("length")
    return at + 1 + width, int.from_bytes(data[at + 1 : at + 1 + width], "big")


def iso(data: bytes) -> Record | None:
    """Any of the ISO records."""
    for parser in ISO_PARSERS:
        try:
            record = parser(data)
        except (struct.error, IndexError):
            continue
        if record is not None:
            return record
    return None


def cbeff_xml(data: bytes) -> Record | None:
    """XML (CBEFF, NIEM) whose ``BDB`` elements hold ISO records or WSQ; the first eight are looked at."""
    if not data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return None
    held: set[str] = set()
    for index, match in enumerate(_BDB.finditer(data[: 4 << 20])):
        if index >= 8:
            break
        inner = from_base64(match[1].decode("ascii"))
        record = (iso(inner) or (wsq(inner) if inner[:2] == b"\xff\xa0" else None)) if inner else None
        held.update(record.categories if record else ())
    return Record(tuple(sorted(held)), "CBEFF XML") if held else None


def digital_persona(data: bytes) -> Record | None:
    """DigitalPersona's reader format: a constant head of 15 bytes with one that varies."""
    fits = 100 <= len(data) <= 8192 and _DIGITAL_PERSONA.match(data)
    return Record((FINGERPRINT_TEMPLATE,), "DigitalPersona", 0.95) if fits else None


def zkteco(data: bytes) -> Record | None:
    """ZKTeco's reader format: ``SS21`` after two bytes, 400 to 2,000 bytes; too little structure to be certain."""
    fits = 400 <= len(data) <= 2000 and data[2:6] == b"SS21"
    return Record((FINGERPRINT_TEMPLATE,), "ZKTeco", 0.8) if fits else None


def source_afis(data: bytes) -> Record | None:
    """SourceAFIS 3: a small CBOR map with its seven keys in the order its writer gives them."""
    if not 0xA3 <= data[0] <= 0xBF or len(data) > 1 << 20:
        return None
    at = 0
    for key in _SOURCEAFIS_KEYS:
        at = data.find(bytes([0x60 + len(key)]) + key, at)
        if at < 0:
            return None
    return Record((FINGERPRINT_TEMPLATE,), "SourceAFIS", 0.9)


FILE_PARSERS: tuple[Parser, ...] = (wsq, nist, passport, cbeff_xml, digital_persona, zkteco, source_afis)
