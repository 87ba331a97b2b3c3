"""Biometric records by their structure: every length and count inside them must agree, a magic number alone is never enough.

Parsers work on hostile bytes: they never raise, look at a bounded part, and answer with a `Record` or None. They read no
biometric content, only the skeleton. ISO/IEC 19794 and ANSI/INCITS 378 live here, other formats in `templatefiles` and
`templatereaders`.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leftopen.classify.images import SCREENED, distinct_bytes, spread, starting, storage

if TYPE_CHECKING:
    import pyarrow as pa

LOOKED_AT = 64
"""Distinct candidates of a column that are parsed."""
MAX_RECORD = 32 << 20
SLACK = 2
"""Bytes that a record may fall short of its stated length: some published samples do."""

FINGERPRINT_TEMPLATE = "biometric.fingerprint_template"
FINGERPRINT_IMAGE = "biometric.fingerprint_image"
FACE_RECORD = "biometric.face_record"
IRIS = "biometric.iris"
PALM = "biometric.palm_vein"
SIGNATURE = "biometric.signature"

_PICTURES = (b"\xff\xd8\xff", b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51", b"\xff\xa0\xff", b"\x89PNG\r\n")


@dataclass(frozen=True, slots=True)
class Record:
    """What a value was recognised as: the categories it holds, the name of its format, and how sure that is."""

    categories: tuple[str, ...]
    format: str
    confidence: float = 0.97


Parser = Callable[[bytes], Record | None]


def parse_record(data: bytes) -> Record | None:
    """The first format whose structure ``data`` follows, or None. Never raises; bounded by `MAX_RECORD`."""
    from leftopen.classify.templatefiles import FILE_PARSERS
    from leftopen.classify.templatereaders import READER_PARSERS

    if len(data) < 24 or len(data) > MAX_RECORD:
        return None
    for parser in (*ISO_PARSERS, *FILE_PARSERS, *READER_PARSERS):
        try:
            record = parser(data)
        except (struct.error, IndexError, ValueError):
            continue  # cut short, or numbers that are none: not this format
        if record is not None:
            return record
    return None


def finger_minutiae(data: bytes) -> Record | None:
    """ISO/IEC 19794-2:2005 and :2011, ANSI/INCITS 378-2004 and -2009: minutiae of fingers."""
    if data[:4] != b"FMR\0":
        return None
    version = data[4:8]
    if version == b" 20\0":
        short, long = struct.unpack_from(">H", data, 8)[0], struct.unpack_from(">I", data, 10)[0]
        iso = struct.unpack_from(">I", data, 8)[0]
        if short >= 26 and _views(data, short, 24, 26):
            return Record((FINGERPRINT_TEMPLATE,), "ANSI 378-2004")
        if short == 0 and long > 0xFFFF and _views(data, long, 28, 30):
            return Record((FINGERPRINT_TEMPLATE,), "ANSI 378-2004")
        return Record((FINGERPRINT_TEMPLATE,), "ISO 19794-2:2005") if _views(data, iso, 22, 24) else None
    if version in (b"030\0", b"035\0"):
        total = struct.unpack_from(">I", data, 8)[0]
        if not _fits(data, total, 15):
            return None
        if _representations(data, 15, struct.unpack_from(">H", data, 12)[0], total):
            return Record((FINGERPRINT_TEMPLATE,), "ISO 19794-2:2011")
        if 1 <= data[19] <= 16 and total >= 40 and abs(total - len(data)) <= SLACK:
            return Record((FINGERPRINT_TEMPLATE,), "ANSI 378-2009", 0.9)
    return None


def finger_image(data: bytes) -> Record | None:
    """ISO/IEC 19794-4 and ANSI/INCITS 381: pictures of fingers. The latter names its product before the count."""
    if data[:4] != b"FIR\0":
        return None
    if data[4:8] == b"010\0":
        total, count = int.from_bytes(data[8:14], "big"), data[18]
        if not 1 <= count <= 176 or not _pictured(data, total, count, 176):
            count = data[22]
    elif data[4:8] in (b"020\0", b"030\0"):
        total, count = struct.unpack_from(">IH", data, 8)
    else:
        return None
    return Record((FINGERPRINT_IMAGE,), "ISO 19794-4") if _pictured(data, total, count, 176) else None


def face_record(data: bytes) -> Record | None:
    """ISO/IEC 19794-5: a picture of a face with its description, as passports keep it."""
    if data[:4] != b"FAC\0" or data[4:8] not in (b"010\0", b"020\0", b"030\0"):
        return None
    total, count = struct.unpack_from(">IH", data, 8)
    if not _pictured(data, total, count, 64) or not _embeds_picture(data):
        return None
    return Record((FACE_RECORD,), "ISO 19794-5")


def iris_image(data: bytes) -> Record | None:
    """ISO/IEC 19794-6: pictures of irises."""
    if data[:4] != b"IIR\0":
        return None
    total = struct.unpack_from(">I", data, 8)[0]
    if data[4:8] == b"010\0":
        count = data[14]
    elif data[4:8] in (b"020\0", b"030\0"):
        count = struct.unpack_from(">H", data, 12)[0]
    else:
        return None
    return Record((IRIS,), "ISO 19794-6") if _pictured(data, total, count, 255) else None


def other_iso(data: bytes) -> Record | None:
    """ISO/IEC 19794-3, -8, -9, -10: patterns and skeletons of fingers, veins, hands; by head and exact stated length."""
    kind = _OTHERS.get(data[:4])
    if kind is None or not _VERSION.match(data, 4):
        return None
    total = struct.unpack_from(">I", data, 8)[0]
    return Record((kind[0],), kind[1], 0.9) if total >= 40 and _fits(data, total, 40) and any(data[12:total]) else None


_VERSION = re.compile(rb"[ 0]\d\d\0")
_OTHERS = {
    b"FSP\0": (FINGERPRINT_TEMPLATE, "ISO 19794-3"),
    b"FSK\0": (FINGERPRINT_TEMPLATE, "ISO 19794-8"),
    b"VIR\0": (PALM, "ISO 19794-9"),
    b"HND\0": (PALM, "ISO 19794-10"),
}
ISO_PARSERS: tuple[Parser, ...] = (finger_minutiae, finger_image, face_record, iris_image, other_iso)


def _fits(data: bytes, total: int, least: int) -> bool:
    """A stated length that the bytes hold, give or take `SLACK`; what follows may only be zero padding."""
    return least < total <= len(data) + SLACK and not data[total : total + 4096].strip(b"\0")


def _views(data: bytes, total: int, count_at: int, at: int) -> bool:
    """Finger views of 4 + 6 n bytes and an extended block must end where the record ends."""
    if not _fits(data, total, at + 4):
        return False
    width, height, across, down = struct.unpack_from(">4H", data, count_at - 8)
    count = data[count_at]
    if not (0 < count <= 32 and width and height and across and down):
        return False
    for _ in range(count):
        if at + 6 > total:
            return False
        at += 4 + 6 * data[at + 3]
        if at + 2 > len(data):
            return abs(at + 2 - total) <= SLACK and _ == count - 1
        at += 2 + struct.unpack_from(">H", data, at)[0]
    return abs(at - total) <= SLACK


def _representations(data: bytes, at: int, count: int, total: int) -> bool:
    """Representations, each led by its own u32 length, must add up to the record."""
    if not 1 <= count <= 1024:
        return False
    for _ in range(count):
        if at + 4 > len(data):
            return False
        size = struct.unpack_from(">I", data, at)[0]
        if size < 16:
            return False
        at += size
    return abs(at - total) <= SLACK


def _pictured(data: bytes, total: int, count: int, most: int) -> bool:
    """Length and count agree with the bytes, and a picture is inside or the stated length is exact."""
    if not 1 <= count <= most or not _fits(data, total, 40):
        return False
    return _embeds_picture(data) or (total == len(data) and total > 1000)


def _embeds_picture(data: bytes) -> bool:
    head = data[:4096]
    return any(magic in head for magic in _PICTURES)


_RAW = (
    r"^(?s:FMR\x00|FIR\x00|FAC\x00|IIR\x00|FS[KP]\x00|VIR\x00|HND\x00|\xFF\xA0\xFF|1\.0?01:|\x00\xF8.\x01\xC8\x2A\xE3|..SS21"
    r"|[\x75\x63\x76\x65\x67][\x00-\x83]|\x7F\x61|[\x53\xBC][\x70-\x83]|\x03.\x00\x00|.{1,3}gversion|FP[123]|Image \(w|\s*<"
    r"|\xEF\xBB\xBF<)"
)
_TEXT = (
    r"^(?:Rk1SA|RklSA|RkFDA|SUlSA|RlNLA|RlNQA|VklSA|SE5EA|[/_]6D[/_]|MS4wMDE6|MS4wMTo|1\.001:|1\.01:|AP[h-k].Acgq4"
    r"|[A-Za-z0-9+/_-]{2}[A-Za-z0-9+/_-]TUzIx|T[A-Za-z0-9+/_-]{2}TUzIx|d[Yo][E-O]|Z[Y4][E-O]|Y4[E-O]|f2[EFG]|U[4][E-O]|vI[E-O]"
    r"|A[w][A-Za-z0-9+/_-]A|[A-Za-z0-9+/_-]{2}d2ZXJzaW9u|RlA[xyz]|SW1hZ2UgKHcsaC|Image \(w|<"
    r"|(?:\\x|0[xX])?(?i:464d5200|46495200|46414300|49495200|4653(?:4b|50)00|56495200|484e4400|ffa0ff|312e303[01]|00f8..01c82ae3"
    r"|....53533231|7[56]8[1-3]|6[357]8[1-3]|7f61|(?:53|bc)8[1-3]|03..0000|[ab][0-9a-f]6776657273|46503[123]))"
)


def find_templates(values: pa.Array) -> tuple[dict[str, tuple[int, float]], int]:
    """({category: (values that hold it, confidence)}, distinct candidates parsed) of a column as stored."""
    from leftopen.classify.templatefiles import as_record_bytes

    kind = storage(values)
    if not kind:
        return {}, 0
    candidates = starting(spread(values, SCREENED), _TEXT if kind == "text" else _RAW)
    pieces, _ = distinct_bytes(candidates, LOOKED_AT, None, as_record_bytes)
    counts: Counter[str] = Counter()
    best: dict[str, float] = {}
    for data in pieces:
        record = parse_record(data)
        for category in record.categories if record else ():
            counts[category] += 1
            best[category] = max(best.get(category, 0.0), record.confidence if record else 0.0)
    return {category: (count, best[category]) for category, count in counts.items()}, len(pieces)
