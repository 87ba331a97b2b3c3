"""Biometric records beside the ISO ones: WSQ, ANSI/NIST-ITL, passport data groups, CBEFF on cards and in XML.

Same rules as in `leftopen.classify.templates`: structure must agree, bounded, may raise only what `parse_record` expects.
"""

from __future__ import annotations

import re
import struct

from leftopen.classify.images import from_base64, looks_like_image, to_bytes
from leftopen.classify.templates import (
    FACE_RECORD,
    FINGERPRINT_IMAGE,
    FINGERPRINT_TEMPLATE,
    IRIS,
    ISO_PARSERS,
    PALM,
    SIGNATURE,
    SLACK,
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
_BDB = re.compile(rb"<(?:\w{1,20}:)?BDB\b[^>]{0,200}>([A-Za-z0-9+/_=\s-]{32,})</")
_BIR_TYPE = re.compile(rb"<(?:\w{1,20}:)?Type>\s{0,8}(Face|Finger|Iris|Vein|Palm)\w{0,8}\s{0,8}</", re.IGNORECASE)
_BIR_TYPES = {b"face": FACE_RECORD, b"finger": FINGERPRINT_IMAGE, b"iris": IRIS, b"vein": PALM, b"palm": PALM}
_NIEM_PART = re.compile(
    rb"<(?:[\w-]{1,20}:)?(?:(Fingerprint|Finger|Latent)|(Palm)|(Iris)|(Face))[A-Za-z]{0,20}Image\b"
    rb"|BinaryBase64Object[^<>]{0,100}>\s{0,8}([A-Za-z0-9+/]{32})"
)
_NIEM_TYPES = (FINGERPRINT_IMAGE, PALM, IRIS, FACE_RECORD)
MAX_SEGMENTS = 128


def as_record_bytes(value: str | bytes) -> bytes | None:
    """Bytes of a value: text formats (ANSI/NIST-ITL, XML) as they are, others as `to_bytes` reads them."""
    if isinstance(value, str) and value[:8].lstrip().startswith(("1.001:", "1.01:", "<", "Image (w")):
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
    """Data groups of a travel document: 2, 3 and 4 (or a bare group of CBEFF templates: 7F61 … 02 01 n, 7F60), 5 and 7."""
    if data[0] in (0x65, 0x67):
        return _displayed(data)
    at, end = 0, len(data)
    if data[0] in (0x75, 0x63, 0x76):
        at, size = _length(data, 1)
        end = at + size
    if end > len(data) + SLACK or data[at : at + 2] != b"\x7f\x61":
        return None
    at, size = _length(data, at + 2)
    if at + size > len(data) + SLACK or data[at : at + 2] != b"\x02\x01" or data[at + 3 : at + 5] != b"\x7f\x60":
        return None
    held: set[str] = set()
    inner = at + 3
    for _ in range(min(data[at + 2], 16)):
        if data[inner : inner + 2] != b"\x7f\x60":
            break
        start, size = _length(data, inner + 2)
        record = _biometric_object(data[start : start + size])
        held.update(record.categories if record else ())
        inner = start + size
    return Record(tuple(sorted(held)), "CBEFF template") if held else None


def _biometric_object(template: bytes) -> Record | None:
    """The record in the data object (5F2E or 7F2E) of one 7F60 template."""
    head = template[:512]
    for tag in (b"\x5f\x2e", b"\x7f\x2e"):
        found = head.find(tag)
        if found >= 0:
            start, size = _length(template, found + 2)
            record = iso(template[start : start + size])
            if record is not None:
                return record
    return None


def _displayed(data: bytes) -> Record | None:
    """Data groups 5 and 7: a count, then a displayed portrait (5F40) or signature (5F43) as JPEG or JPEG 2000."""
    at, size = _length(data, 1)
    if abs(at + size - len(data)) > SLACK or data[at : at + 2] != b"\x02\x01":
        return None
    tag = {0x65: b"\x5f\x40", 0x67: b"\x5f\x43"}[data[0]]
    if data[at + 3 : at + 5] != tag:
        return None
    start, size = _length(data, at + 5)
    if start + size > len(data) + SLACK or not looks_like_image(data[start : start + 64]):
        return None
    return Record((FACE_RECORD if data[0] == 0x65 else SIGNATURE,), "displayed image of a travel document")


def piv(data: bytes) -> Record | None:
    """CBEFF as identity cards hold it: a header of 88 bytes with lengths and the format's owner, then an ANSI or ISO record.

    The container's tags (53, BC) may stand around it.
    """
    for _ in range(2):
        if data[0] in (0x53, 0xBC):
            at, size = _length(data, 1)
            data = data[at : at + size]
    if data[0] != 0x03 or len(data) < 112:
        return None
    body = struct.unpack_from(">I", data, 2)[0]
    if not 24 <= body <= len(data) - 88 + SLACK or data[8:10] not in (b"\x00\x1b", b"\x01\x01"):
        return None
    record = iso(data[88 : 88 + body])
    return Record(record.categories, f"CBEFF header with {record.format}") if record else None


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
    """XML whose ``BDB`` elements hold ISO records or WSQ, or a NIEM package with pictures; the first eight are looked at."""
    if not data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return None
    text = data[: 4 << 20]
    if b"NISTBiometricInformationExchangePackage" in text[:4096]:
        return _niem(text)
    held: set[str] = set()
    sealed: set[str] = set()
    for index, match in enumerate(_BDB.finditer(text)):
        if index >= 8:
            break
        inner = from_base64(match[1].decode("ascii"))
        record = (iso(inner) or (wsq(inner) if inner[:2] == b"\xff\xa0" else None)) if inner else None
        if record:
            held.update(record.categories)
        elif stated := _BIR_TYPE.findall(text[max(0, match.start() - 4096) : match.start()]):
            sealed.add(_BIR_TYPES[stated[-1].lower()])
    if held:
        return Record(tuple(sorted(held)), "CBEFF XML")
    return Record(tuple(sorted(sealed)), "CBEFF XML, type as stated", 0.8) if sealed else None


def _niem(text: bytes) -> Record | None:
    """Pictures in an ANSI/NIST-ITL package as XML; an answer without any picture holds nothing."""
    held: set[str] = set()
    open_element = ""
    for match in _NIEM_PART.finditer(text):
        if match[5]:
            held.update([open_element] if open_element else [])
        else:
            open_element = next(kind for kind, group in zip(_NIEM_TYPES, match.groups()[:4], strict=True) if group)
    return Record(tuple(sorted(held)), "ANSI/NIST-ITL as XML") if held else None


FILE_PARSERS: tuple[Parser, ...] = (wsq, nist, passport, piv, cbeff_xml)
