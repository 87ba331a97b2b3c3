"""Pictures and other encoded bytes in columns: told by their first bytes, in Arrow, so that other columns cost nothing.

Recognised carriers: raw bytes, base64 (standard or URL alphabet, with or without line breaks and padding), data URLs, and hex
(bare, ``\\x…`` as PostgreSQL prints it, or ``0x…``). Recognised pictures: JPEG, PNG, GIF, WebP, BMP, JPEG 2000, AVIF, TIFF,
PGM and PPM.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

MAX_TEXT = 48 << 20
"""Longest encoded value that is decoded, in characters."""
SCREENED = 1024
"""Values of a column whose beginnings are looked at, evenly spaced; a column without a candidate among them has none."""
_HEAD = 48

_RAW_IMAGE = (
    r"^(?s:\xFF\xD8\xFF|\x89PNG\r\n\x1A\n|GIF8[79]a|RIFF....WEBP|BM.{12}[\x0C\x28\x34\x38\x40\x6C\x7C]\x00\x00\x00"
    r"|\x00\x00\x00\x0CjP  \r\n\x87\n|\xFF\x4F\xFF\x51|II\x2A\x00|MM\x00\x2A|P[56]\s|\x00\x00\x00.ftyp(?:avif|avis))"
)
_TEXT_IMAGE = (
    r"^(?:[^,]{0,32}data:image/|/9j/|_9j_|iVBORw0KGgo|R0lGOD[dl]h|UklGR[A-Za-z0-9+/_-]{5}|AAAADGpQICANCocK|/0__UQ|_0__UQ|/0//UQ"
    r"|SUkqA|TU0AK|UD[UY][JKg]|AAAA[A-Za-z0-9+/_-]{2}Z0eXBhdmlm"
    r"|Qk[0-3][A-Za-z0-9+/_-]{14,}"
    r"|(?:\\x|0[xX])?(?i:ffd8ff(?:e|d|c)|89504e470d0a1a0a|4749463839|4749463837|52494646|0000000c6a502020|ff4fff51|424d.{24}(?:0c|28|34|38|40|6c|7c)000000|49492a00|4d4d002a|503[56][02]|000000..6674797061766966))"
)
_LEAD = re.compile(r"^[\s\"']*(?:data:[^,;]{0,64}(?:;[^,;]{0,64}){0,4};base64,)?", re.IGNORECASE)
_INSIDE = re.compile(r"data:image/[^,;\s]{1,32};base64,([A-Za-z0-9+/_=%\s-]+)", re.IGNORECASE)
"""A data URL inside other text: an HTML attribute, CSS, Markdown."""
_HEX = re.compile(r"(?:\\x|0[xX])?((?:[0-9A-Fa-f]{2})+)")
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)


def storage(values: pa.Array) -> str:
    """``text``, ``bytes`` or empty: how a column may carry encoded bytes. Dictionaries count as what they hold."""
    import pyarrow.types as kinds

    kind = values.type.value_type if kinds.is_dictionary(values.type) else values.type
    if kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind):
        return "text"
    if kinds.is_binary(kind) or kinds.is_large_binary(kind) or kinds.is_fixed_size_binary(kind) or kinds.is_binary_view(kind):
        return "bytes"
    return ""


def spread(values: pa.Array, limit: int = SCREENED) -> pa.Array:
    """At most ``limit`` values, evenly spaced, without nulls, as large_string or large_binary; dictionaries are spelled out."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(values) > limit:
        values = values.take(pa.array(np.linspace(0, len(values) - 1, limit).astype(np.int64)))
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    return pc.cast(values.drop_null(), pa.large_string() if storage(values) == "text" else pa.large_binary())


def starting(values: pa.Array, pattern: str) -> pa.Array:
    """Those values whose first 48 characters or bytes match an RE2 pattern; leading white space and quotes do not count.

    Args:
        values: large_string or large_binary without nulls, as `spread` gives.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not len(values):
        return values
    if pa.types.is_large_string(values.type):
        heads = pc.utf8_ltrim(pc.utf8_slice_codeunits(values, 0, _HEAD), " \t\r\n\"'")
        return values.filter(pc.match_substring_regex(heads, pattern))
    # RE2 reads binary as Latin-1, so that \xFF is one byte.
    return values.filter(pc.match_substring_regex(pc.binary_slice(values, 0, _HEAD), pattern))


def find_images(values: pa.Array, limit: int) -> tuple[list[bytes], int]:
    """Up to ``limit`` distinct pictures of a column, evenly spaced, decoded to bytes; and how many distinct were candidates.

    Args:
        values: a column as stored, of any type; other types than text and bytes hold no picture.
    """
    kind = storage(values)
    if not kind:
        return [], 0
    candidates = starting(spread(values), _TEXT_IMAGE if kind == "text" else _RAW_IMAGE)
    return distinct_bytes(candidates, limit, looks_like_image)


def distinct_bytes(
    candidates: pa.Array,
    limit: int,
    accept: Callable[[bytes], bool] | None = None,
    read: Callable[[str | bytes], bytes | None] | None = None,
) -> tuple[list[bytes], int]:
    """Decode up to ``limit`` evenly spaced distinct values that ``accept`` takes; and the number of distinct candidates.

    Args:
        read: how a value becomes bytes; `to_bytes` if left out.
    """
    if not len(candidates):
        return [], 0
    unique = candidates.unique()
    found: list[bytes] = []
    chosen = np.unique(np.linspace(0, len(unique) - 1, min(len(unique), limit)).astype(np.int64))
    for index in chosen:
        data = (read or to_bytes)(unique[int(index)].as_py())
        if data is not None and (accept is None or accept(data)):
            found.append(data)
    return found, len(unique)


def to_bytes(value: str | bytes) -> bytes | None:
    """What a value carries: itself, or what its base64, data URL or hex text spells; None if it spells no bytes."""
    if isinstance(value, bytes):
        return value
    if len(value) > MAX_TEXT:
        return None
    if "data:image/" in value[1:64] and (inside := _INSIDE.search(value, 1)):
        return from_base64(inside[1])
    lead = _LEAD.match(value)
    body = value[lead.end() if lead else 0 :].strip().strip("\"'")
    if (hexadecimal := _HEX.fullmatch(body)) and not body.startswith("/9j/"):
        return bytes.fromhex(hexadecimal[1])
    return from_base64(body)


def from_base64(text: str) -> bytes | None:
    """Bytes of base64 in either alphabet, white space and missing padding allowed; None if it is no base64."""
    if "%" in text[:256] and not text.isalnum():
        text = text.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=").replace("%0A", "")
    text = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    if len(text) % 4 == 1 or not text.isascii():
        return None
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def looks_like_image(data: bytes) -> bool:
    """True if bytes begin as one of the recognised pictures does. Whether they decode is another question."""
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"\xff\x4f\xff\x51")):
        return True
    if data.startswith((b"II*\0", b"MM\0*")) or data[4:12] in (b"ftypavif", b"ftypavis"):
        return True
    if data[:2] in (b"P5", b"P6"):
        return data[2:3].isspace() and (data[3:4].isdigit() or data[3:4] == b"#")
    if data.startswith(b"RIFF"):
        return data[8:12] == b"WEBP"
    if data.startswith(b"BM"):
        return len(data) > 26 and int.from_bytes(data[14:18], "little") in _BMP_HEADERS
    return data.startswith(b"\x00\x00\x00\x0cjP  \r\n\x87\n")
