"""Numbers inside Python pickles, read by walking the opcodes. Nothing is ever unpickled: that would run the sender's code."""

from __future__ import annotations

import io
import pickletools
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_BYTES = 1 << 20
MAX_OPCODES = 20_000
_TYPES = {f"{order}f{width}": f"<f{width}" for order in ("", "<") for width in (2, 4, 8)}
_SIZES = {"<f2": 2, "<f4": 4, "<f8": 8}


def looks_like_pickle(data: bytes) -> bool:
    """True for protocols 2 to 5, which begin with PROTO and end with STOP."""
    return len(data) > 4 and data[0] == 0x80 and 2 <= data[1] <= 5 and data[-1:] == b"."


def pickled_vector(data: bytes) -> NDArray[np.float64] | None:
    """The one vector of numbers that a pickle holds (a numpy array, or a list or tuple of floats), or None.

    At most `MAX_BYTES` and `MAX_OPCODES` are walked.
    """
    if not looks_like_pickle(data) or len(data) > MAX_BYTES:
        return None
    numpy_seen, kind, longest, numbers = False, "", b"", []
    try:
        for count, (opcode, argument, _) in enumerate(pickletools.genops(io.BytesIO(data))):
            if count > MAX_OPCODES:
                return None
            if isinstance(argument, str):
                numpy_seen |= argument.startswith("numpy")
                kind = _TYPES.get(argument, kind)
                if opcode.name in ("SHORT_BINUNICODE", "BINUNICODE") and numpy_seen and len(argument) > len(longest):
                    longest = _latin1(argument, longest)  # protocol 2 writes bytes as text and encodes them as latin1
            elif isinstance(argument, (bytes, bytearray)) and len(argument) > len(longest):
                longest = bytes(argument)
            elif opcode.name in ("BINFLOAT", "FLOAT"):
                numbers.append(float(argument or 0.0))
    except Exception:  # noqa: BLE001 - pickletools raises many kinds on crafted bytes; none of them may carry data on
        return None
    if numpy_seen and kind and len(longest) >= 8 * _SIZES[kind] and len(longest) % _SIZES[kind] == 0:
        return np.frombuffer(longest, dtype=kind).astype(np.float64)
    return np.array(numbers, dtype=np.float64) if len(numbers) >= 8 else None


def _latin1(text: Any, otherwise: bytes) -> bytes:
    try:
        return bytes(text.encode("latin-1"))
    except UnicodeEncodeError:
        return otherwise
