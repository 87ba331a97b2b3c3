"""Files that are one value each: pictures, sounds, biometric records, stored vectors. Those of one folder and kind are one
collection whose records are (name, content), so that a folder of photographs is judged as a field of photographs is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from leftopen.classify.images import looks_like_image
from leftopen.model import Collection, Sample

if TYPE_CHECKING:
    import pyarrow as pa

HEAD = 1024
"""Bytes of a file that say its kind."""
READ = 512
"""Files of a collection that are read, evenly spaced."""
LARGEST = 32 << 20
"""Larger files are counted and not read, in bytes."""
BATCH_BYTES = 16 << 20
_LENGTH = rb"(?:[\0-\x7f]|\x81.|\x82..|\x83...)"
_RECORD = re.compile(
    rb"F(?:MR|IR|AC|SK|SP)\0|IIR\0|VIR\0|HND\0|\xff\xa0\xff|1\.0?01:|\x00\xf8.\x01\xc8\x2a\xe3|Image \(w,h\) \d"
    rb"|[\x75\x63\x76]" + _LENGTH + rb"\x7f\x61|\x7f\x61" + _LENGTH + rb"\x02\x01.\x7f\x60"
    rb"|[\x65\x67]"
    + _LENGTH
    + rb"\x02\x01.\x5f[\x40\x43]|(?:\x53"
    + _LENGTH
    + rb")?(?:\xbc"
    + _LENGTH
    + rb")?\x03[\x0d\x0f]\0[\0-\x0f]"
    rb"|FP[123][\0-\x1f\x80-\xff]|[\xa0-\xbf].{0,2}gversion",
    re.DOTALL,
)
_RECORD_XML = re.compile(rb"<(?:\w{1,20}:)?(?:BIR|BDB|NISTBiometricInformationExchangePackage)\b")
_SOUND = re.compile(rb"RIFF....WAVE|fLaC|OggS|ID3[\x02-\x04]|\xff[\xfb\xf3\xf2]|#!AMR|FORM....AIF|\.snd|.{4}ftypM4A", re.DOTALL)
_VECTOR = re.compile(rb"\x93NUMPY|\x80[\x02-\x05][\x95\]}(c]")


def kind_of(head: bytes) -> str:
    """``pictures``, ``sounds``, ``records`` or ``vectors`` by the first bytes of a file; empty if it is none of them."""
    if looks_like_image(head) or head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        return "pictures"
    if _SOUND.match(head):
        return "sounds"
    if (
        _RECORD.match(head)
        or (head[2:6] == b"SS21" and not head.isascii())
        or (head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and _RECORD_XML.search(head))
    ):
        return "records"
    return "vectors" if _VECTOR.match(head) else ""


def kind_of_file(path: Path) -> str:
    """`kind_of` a regular file; empty if it is none or cannot be read (a pipe would be waited for without end)."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return kind_of(file.read(HEAD))
    except OSError:
        return ""


def read_blobs(paths: Sequence[Path], folder: Path, name: str, kind: str) -> Sample:
    """The files of one kind in one folder (or a single one) as a Sample of (name, content), of which `READ` are read."""
    sizes = [path.stat().st_size for path in paths]
    called = f"{name} ({kind})" if name else kind
    collection = Collection(called, rows=len(paths), bytes=sum(sizes), locator=(str(folder), kind if len(paths) > 1 else ""))
    step = max(1, -(-len(paths) // READ))
    chosen = [path for path, size in zip(paths, sizes, strict=True) if size <= LARGEST][::step]
    return Sample(collection, _batches(chosen), "all" if len(chosen) == len(paths) else "evenly")


def _batches(paths: Sequence[Path]) -> Iterator[pa.RecordBatch]:
    names: list[str] = []
    contents: list[bytes] = []
    held = 0
    for path in paths:
        try:
            data = path.read_bytes()
        except OSError:
            continue
        names.append(path.name)
        contents.append(data)
        held += len(data)
        if held >= BATCH_BYTES:
            yield _batch(names, contents)
            names, contents, held = [], [], 0
    if names:
        yield _batch(names, contents)


def _batch(names: list[str], contents: list[bytes]) -> pa.RecordBatch:
    import pyarrow as pa

    return pa.record_batch({"name": pa.array(names, pa.string()), "content": pa.array(contents, pa.large_binary())})
