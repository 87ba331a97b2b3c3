"""The child process that opens untrusted pictures: ``python -m leftopen.classify.sandbox``.

It reads frames from standard input (u32 length, picture) and answers each with `REPLY` (status, faces, best score); it ends
when its input does. Before the first picture it gives up what it does not need: no new file, socket or core dump can be
made, memory and CPU time are bounded, and whatever the decoders print goes nowhere. It keeps no picture.
"""

from __future__ import annotations

import io
import os
import resource
import struct
import warnings
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from leftopen.classify.detector import Detector

REPLY = struct.Struct("<BxHf")
FRAME = struct.Struct("<I")
MAX_BYTES = 32 << 20
"""Longest picture that is sent to the child, in bytes."""
MAX_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "JPEG2000")
"""What Pillow may decode. TIFF stays out: its library is the least robust on crafted files."""
SMALLEST_SIDE, LARGEST_SIDE = 128, 640
"""Long side of the picture given to the detector, in pixels: smaller ones are enlarged, larger ones reduced."""
MEMORY_HEADROOM = 768 << 20
CPU_SECONDS = 20
"""CPU time for one picture, beyond which the kernel ends the process."""


class Status(IntEnum):
    """First byte of each reply."""

    READ = 0
    UNREADABLE = 1
    TOO_LARGE = 2
    READY = 3


def decode(data: bytes) -> NDArray[np.uint8] | None:
    """Pixels of the first frame, upright, RGB, shape (height, width, 3), long side 128..640; None if larger than allowed.

    Raises:
        Exception: whatever the decoder thinks of a broken picture.
    """
    import numpy as np
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:
            return None
        image.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    longest = max(upright.size)
    if longest > LARGEST_SIDE:
        upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    elif longest < SMALLEST_SIDE:
        scale = SMALLEST_SIDE / longest
        size = (max(1, round(upright.width * scale)), max(1, round(upright.height * scale)))
        upright = upright.resize(size, Image.Resampling.BICUBIC)
    return np.asarray(upright)


def _give_up_rights() -> None:
    """From here on: no core dump, no file written, no file or socket opened, bounded memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123
        used = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY_HEADROOM, used + MEMORY_HEADROOM))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _renew_cpu_limit() -> None:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(usage.ru_utime + usage.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + CPU_SECONDS, resource.RLIM_INFINITY))


def _read_exactly(fd: int, size: int) -> bytes:
    parts: list[bytes] = []
    while size:
        part = os.read(fd, min(size, 1 << 20))
        if not part:
            return b""
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _warm_up(detector: Detector) -> None:
    """Decode one picture of each format and look at it: what is imported only then could not be imported later."""
    from PIL import Image

    grey = Image.new("RGB", (SMALLEST_SIDE, SMALLEST_SIDE), (128, 128, 128))
    for kind in FORMATS:
        out = io.BytesIO()
        grey.save(out, kind)
        pixels = decode(out.getvalue())
        if pixels is not None:
            detector.count(pixels)


def main() -> None:
    """Serve pictures until standard input ends."""
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    warnings.simplefilter("ignore")

    from PIL import Image

    from leftopen.classify.detector import Detector, weights_path

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    path = weights_path()
    if path is None:
        return
    detector = Detector(path)
    _warm_up(detector)
    _give_up_rights()
    os.write(answers, REPLY.pack(Status.READY, 0, 0.0))
    while header := _read_exactly(0, FRAME.size):
        data = _read_exactly(0, FRAME.unpack(header)[0])
        _renew_cpu_limit()
        os.write(answers, _look(detector, data))


def _look(detector: Detector, data: bytes) -> bytes:
    try:
        pixels = decode(data)
        if pixels is None:
            return REPLY.pack(Status.TOO_LARGE, 0, 0.0)
        faces, best = detector.count(pixels)
    except Exception:  # noqa: BLE001 - a decoder may raise anything on crafted bytes; the picture counts as unreadable
        return REPLY.pack(Status.UNREADABLE, 0, 0.0)
    return REPLY.pack(Status.READ, min(faces, 0xFFFF), best)


if __name__ == "__main__":
    main()
