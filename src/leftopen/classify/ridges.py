"""Is a picture a fingerprint's? Ridges repeat every 5 to 14 pixels and turn slowly; charts, stripes and photographs do not.

Measured on genuine prints elsewhere: about 29 of 31 pictures of single fingers, 2 of 1,000 photographs; sheets of whole hands
are missed. Numbers alone make it a possibility; a field's name makes it more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK, STEP = 48, 24
"""Side of a block, and how far the next one is in small pictures, in pixels."""
LOW, HIGH = 0.06, 0.21
"""Ridge frequencies, in cycles per pixel."""
IN_BAND, IN_PEAK = 0.6, 0.35
"""Share of a block's power that lies at ridge frequencies, and in one of them with its neighbours."""
LEAST_BLOCKS, LEAST_SHARE = 9, 0.3
TURNED = 0.9
"""Mean resultant length of the blocks' doubled directions above which all run one way, as drawn stripes do."""


def shows_ridges(pixels: NDArray[np.uint8]) -> bool:
    """True if most of a colourless picture is ridges whose direction turns.

    Args:
        pixels: RGB, shape (height, width, 3), values 0..255; the middle 480 × 480 are looked at.
    """
    height, width = pixels.shape[:2]
    top, left = max(0, (height - 480) // 2), max(0, (width - 480) // 2)
    middle = pixels[top : top + 480, left : left + 480].astype(np.int16)
    if min(middle.shape[:2]) < 2 * BLOCK or not colourless(middle):
        return False
    blocks = _blocks(middle[:, :, 1].astype(np.float32))
    lively = blocks[blocks.std(axis=(1, 2)) > 12]
    if len(lively) < LEAST_BLOCKS:
        return False
    ridged, directions = _ridged(lively)
    if ridged.sum() < LEAST_BLOCKS or ridged.mean() < LEAST_SHARE or ridged.sum() < 0.2 * len(blocks):
        return False
    return bool(abs(np.exp(2j * directions[ridged]).mean()) < TURNED)


def colourless(pixels: NDArray[np.uint8] | NDArray[np.int16]) -> bool:
    """True if red and blue hardly differ."""
    return float(np.abs(pixels[::4, ::4, 0].astype(np.int16) - pixels[::4, ::4, 2]).mean()) <= 4


def _blocks(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Blocks, shape (n, BLOCK, BLOCK); overlapping where the picture is small."""
    step = STEP if min(grey.shape) < 6 * BLOCK else BLOCK
    windows: NDArray[np.float32] = np.lib.stride_tricks.sliding_window_view(grey, (BLOCK, BLOCK))[::step, ::step]
    return windows.reshape(-1, BLOCK, BLOCK)


def _ridged(blocks: NDArray[np.float32]) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which blocks hold ridges, and the direction across them in radians."""
    window = np.hanning(BLOCK).astype(np.float32)
    level = blocks - blocks.mean(axis=(1, 2), keepdims=True)
    power: NDArray[Any] = np.abs(np.fft.rfft2(level * window[:, None] * window)) ** 2
    power[:, :, 1:-1] *= 2  # the half of the spectrum that rfft2 leaves out
    fy, fx = np.meshgrid(np.fft.fftfreq(BLOCK), np.fft.rfftfreq(BLOCK), indexing="ij")
    radius = np.hypot(fy, fx)
    band = np.where((radius >= LOW) & (radius <= HIGH), power, 0)
    total = np.maximum(power.sum(axis=(1, 2)), 1e-9)
    flat = band.reshape(len(band), -1).argmax(axis=1)
    row, column = np.unravel_index(flat, radius.shape)
    angle = np.arctan2(fy, fx)
    spread = np.hypot(fy[None] - fy[row, column][:, None, None], fx[None] - fx[row, column][:, None, None])
    mirrored = np.hypot(fy[None] + fy[row, column][:, None, None], fx[None] + fx[row, column][:, None, None])
    near = np.minimum(spread, mirrored) < 2.3 / BLOCK
    peak = (power * near).sum(axis=(1, 2)) / total
    return (band.sum(axis=(1, 2)) / total > IN_BAND) & (peak > IN_PEAK), angle[row, column]
