"""The child process that opens untrusted pictures: ``python -m leftopen.classify.sandbox``.

It reads frames from standard input (u32 length, whether to look closely, picture) and answers each with `REPLY` (status, ridges or
not, faces, best score); it ends when its input does. Before the first picture it gives up what it does not need: no new file,
socket or core dump can be made, memory and CPU time are bounded, and whatever the decoders print goes nowhere. It keeps no picture.
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
    from PIL import Image

    from leftopen.classify.detector import Detector

REPLY = struct.Struct("<BBHf")
FRAME = struct.Struct("<I?")
MAX_BYTES = 32 << 20
"""Longest picture that is sent to the child, in bytes."""
MAX_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "JPEG2000", "AVIF", "PPM", "TIFF")
"""What Pillow may decode. Of TIFF only what Pillow's own raw decoder reads: libtiff is the least robust on crafted files."""
SMALLEST_SIDE, LARGEST_SIDE = 128, 640
"""Long side of the picture that the detector sees last, in pixels: smaller ones are enlarged, larger ones reduced."""
STRONG, NOTHING = 0.65, 0.05
"""A first, small look decides if its best score is at least ``STRONG``; and, at 320 pixels, if it is below ``NOTHING``."""
MEMORY_HEADROOM = 768 << 20
CPU_SECONDS = 20
"""CPU time for one picture, beyond which the kernel ends the process."""


class Status(IntEnum):
    """First byte of each reply."""

    READ = 0
    UNREADABLE = 1
    TOO_LARGE = 2
    READY = 3


def looks(longest: int) -> tuple[tuple[int, float], ...]:
    """(long side, score below which nothing is there) of each look at a picture, the cheapest first.

    Most pictures are decided by the first: it costs a quarter of the last or less. A small look never rules a face out,
    except at 320 pixels, where a face of a tenth of the picture still scores (`bench.faces` measures what is lost).
    """
    if longest > 320:
        return (320, NOTHING), (min(longest, LARGEST_SIDE), 0.0)
    if longest > SMALLEST_SIDE:
        return (96, 0.0), (longest, 0.0)
    return (64, 0.0), (SMALLEST_SIDE, 0.0)


def count(detector: Detector, data: bytes, *, closely: bool = False) -> tuple[int, float, bool] | None:
    """Faces that a picture shows, the best score, and whether it shows a fingerprint's ridges; None if larger than allowed.

    Args:
        closely: look at full size only, where small faces are found that a small look misses.

    Raises:
        Exception: whatever the decoder thinks of a broken picture.
    """
    size = measure(data)
    if size is None:
        return None
    picture: Image.Image | None = None
    faces, best = 0, 0.0
    for side, nothing in looks(max(size))[-1:] if closely else looks(max(size)):
        if picture is None or max(picture.size) < min(side, max(size)):
            picture = upright(data, side)
        faces, best = detector.count(resized(picture, side))
        if best >= STRONG or best < nothing:
            break
    return faces, best, not faces and picture is not None and _ridged(data, picture, max(size))


def _ridged(data: bytes, picture: Image.Image, longest: int) -> bool:
    """Does a picture without a face show ridges? Most are coloured, which a glance tells."""
    import numpy as np

    from leftopen.classify.ridges import colourless, shows_ridges

    if min(picture.size) < 64 or not colourless(np.asarray(picture)):
        return False
    whole = picture if max(picture.size) >= min(longest, LARGEST_SIDE) else upright(data, LARGEST_SIDE)
    return shows_ridges(np.asarray(whole))


def measure(data: bytes) -> tuple[int, int] | None:
    """Width and height that a picture states, without decoding it; None if it is larger than allowed."""
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        return image.size if image.width * image.height <= MAX_PIXELS else None


def upright(data: bytes, side: int) -> Image.Image:
    """First frame, turned as its EXIF says, RGB, at least ``side`` on its long side if the picture has that much.

    JPEG is decoded at a fraction of its size where that is enough, and large pictures are reduced before they are copied:
    decoding takes one copy of the pixels.
    """
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if image.format == "TIFF" and any(tile[0] != "raw" for tile in image.tile):
            raise ValueError("compressed TIFF")
        ratio = side / max(image.size)
        image.draft("RGB", (max(1, int(image.width * ratio)), max(1, int(image.height * ratio))))
        image.load()
        factor = max(image.size) // LARGEST_SIDE
        small = image.reduce(factor) if factor > 1 and image.mode in ("L", "RGB", "RGBA", "CMYK", "LA") else image
        if small.mode.startswith("I;16") or small.mode in ("I", "F"):
            small = grey(small)
        small = small.convert("RGB")
        small.getexif().update(image.getexif())
    return ImageOps.exif_transpose(small)


def grey(image: Image.Image) -> Image.Image:
    """A picture of more than 8 bits a pixel, stretched to 8 bits between its darkest and its lightest."""
    import numpy as np
    from PIL import Image

    pixels = np.nan_to_num(np.asarray(image, dtype=np.float32))
    low, high = float(pixels.min(initial=0)), float(pixels.max(initial=1))
    return Image.fromarray(((pixels - low) * (255 / max(high - low, 1e-6))).astype(np.uint8))


def resized(picture: Image.Image, side: int) -> NDArray[np.uint8]:
    """RGB pixels, shape (height, width, 3), whose long side is ``side``."""
    import numpy as np
    from PIL import Image

    longest = max(picture.size)
    if longest != side:
        size = (max(1, round(picture.width * side / longest)), max(1, round(picture.height * side / longest)))
        way = Image.Resampling.BILINEAR if longest > side else Image.Resampling.BICUBIC
        picture = picture.resize(size, way, reducing_gap=2.0 if longest > side else None)
    return np.asarray(picture)


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
    import numpy as np
    from PIL import Image

    from leftopen.classify.ridges import shows_ridges

    plain = Image.new("RGB", (SMALLEST_SIDE, SMALLEST_SIDE), (128, 128, 128))
    for kind in (*FORMATS, "MPO"):  # a JPEG may turn out to be an MPO, as telephones make them
        out = io.BytesIO()
        more = {"save_all": True, "append_images": [plain]} if kind == "MPO" else {}
        plain.save(out, kind, **more)
        count(detector, out.getvalue())
    shows_ridges(np.random.default_rng(0).integers(0, 256, (256, 256, 1), np.uint8).repeat(3, axis=2))


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
    os.write(answers, REPLY.pack(Status.READY, 0, 0, 0.0))
    while header := _read_exactly(0, FRAME.size):
        size, closely = FRAME.unpack(header)
        data = _read_exactly(0, size)
        _renew_cpu_limit()
        os.write(answers, _look(detector, data, closely))


def _look(detector: Detector, data: bytes, closely: bool) -> bytes:
    try:
        found = count(detector, data, closely=closely)
    except Exception:  # noqa: BLE001 - a decoder may raise anything on crafted bytes; the picture counts as unreadable
        return REPLY.pack(Status.UNREADABLE, 0, 0, 0.0)
    if found is None:
        return REPLY.pack(Status.TOO_LARGE, 0, 0, 0.0)
    return REPLY.pack(Status.READ, int(found[2]), min(found[0], 0xFFFF), found[1])


if __name__ == "__main__":
    main()
