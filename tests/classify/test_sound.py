from __future__ import annotations

import base64
import struct

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftopen.classify import sound
from leftopen.classify.flatten import Column
from leftopen.classify.sound import Heard, SpeechJudge, decode, is_sound, listen, speech_confidence

RATE = 16_000
VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410))


def wav(level: np.ndarray, rate: int = RATE, kind: int = 1, bits: int = 16, channels: int = 1) -> bytes:
    level = np.repeat(np.clip(level, -1, 1)[:, None], channels, axis=1).ravel()
    if (kind, bits) == (1, 24):
        raw = np.ascontiguousarray((level * 8_388_607).astype("<i4")).view("u1").reshape(-1, 4)[:, :3].tobytes()
    else:
        scale, form = {(1, 8): (127, "u1"), (1, 16): (32_767, "<i2"), (1, 32): (2**31 - 200, "<i4"), (3, 32): (1, "<f4")}[
            kind, bits
        ]
        raw = (level * scale + (128 if bits == 8 else 0)).astype(form).tobytes()
    form = struct.pack("<IHHIIHH", 16, kind, channels, rate, rate * channels * bits // 8, channels * bits // 8, bits)
    return b"RIFF" + struct.pack("<I", 36 + len(raw)) + b"WAVEfmt " + form + b"data" + struct.pack("<I", len(raw)) + raw


def voice(seed: int, seconds: float = 4) -> np.ndarray:
    """Nobody's voice: a buzz of changing pitch through the resonances of vowels, with hisses and pauses between."""
    rng = np.random.default_rng(seed)
    tone, out, length = rng.uniform(95, 220), [], 0
    while length < seconds * RATE:
        count = int(rng.uniform(0.12, 0.28) * RATE)
        time = np.arange(count) / RATE
        pitch = tone * (1 + 0.15 * np.sin(2 * np.pi * rng.uniform(1, 3) * time + rng.uniform(0, 6))) * rng.uniform(0.85, 1.2)
        buzz = np.diff(np.floor(np.cumsum(pitch) / RATE), prepend=0) + 0.01 * rng.normal(size=count)
        start, end = VOWELS[rng.integers(5)], VOWELS[rng.integers(5)]
        syllable = sum(resonance(buzz, np.linspace(start[k], end[k], count), (80, 100, 150)[k]) / (1, 2, 4)[k] for k in range(3))
        syllable *= np.hanning(count) ** 0.4
        hiss = np.diff(rng.normal(size=int(rng.uniform(0.03, 0.1) * RATE))) * 0.04
        out += [syllable / np.abs(syllable).max() * 0.5, hiss]
        length += count + len(hiss)
    return np.concatenate(out)


def resonance(signal: np.ndarray, hertz: np.ndarray, width: float) -> np.ndarray:
    radius = np.exp(-np.pi * width / RATE)
    turn = (2 * radius * np.cos(2 * np.pi * hertz / RATE)).tolist()
    out, one, two = [], 0.0, 0.0
    for value, weight in zip(signal.tolist(), turn, strict=True):
        one, two = value + weight * one - radius * radius * two, one
        out.append(one)
    return np.array(out)


VOICES = [voice(seed) for seed in range(4)]
TIME = np.arange(4 * RATE) / RATE
RNG = np.random.default_rng(5)
OTHERS = {
    "noise": 0.1 * RNG.normal(size=len(TIME)),
    "tone": 0.4 * np.sin(2 * np.pi * 440 * TIME),
    "silence": 0 * TIME,
    "sweep": 0.4 * np.sin(2 * np.pi * (100 + 400 * TIME) * TIME),
    "chords": sum(0.2 * np.sin(2 * np.pi * f * TIME) * np.exp(-(TIME % 0.5) * 4) for f in (220, 277, 330)),
}


def column(path: str, values: list[object]) -> Column:
    array = pa.array(values)
    rows = np.arange(len(array))
    return Column(path, str(array.type), array, rows, "", rows)


def judged(path: str, values: list[object]) -> float:
    found = SpeechJudge().judge(column(path, values), [], "t")
    return found[0].confidence if found else 0.0


@pytest.mark.parametrize(("kind", "bits"), [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32)])
@pytest.mark.parametrize("channels", [1, 2])
def test_every_width_of_pcm_gives_the_same_sound(kind: int, bits: int, channels: int) -> None:
    level = decode(wav(OTHERS["tone"], kind=kind, bits=bits, channels=channels))
    assert len(level) == pytest.approx(4 * RATE, rel=0.01)
    assert np.abs(level).max() == pytest.approx(0.4, abs=0.02)


@pytest.mark.parametrize("rate", [8000, 11_025, 22_050, 44_100, 48_000])
def test_every_rate_becomes_sixteen_thousand(rate: int) -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(2 * rate) / rate)
    level = decode(wav(tone, rate=rate))
    assert len(level) == pytest.approx(2 * RATE, rel=0.01)
    assert np.abs(np.fft.rfft(level)).argmax() / len(level) * RATE == pytest.approx(440, abs=3)


def test_telephone_codecs_by_their_tables() -> None:
    assert sound._LAWS[7][0] == pytest.approx(-32_124 / 32_768)
    assert sound._LAWS[7][0xFF] == 0
    assert sound._LAWS[6][0xD5] == pytest.approx(8 / 32_768)
    assert sound._LAWS[6][0x2A] == pytest.approx(-32_256 / 32_768)


def test_speech_is_heard_and_nothing_else() -> None:
    heard = listen(pa.array([wav(level) for level in VOICES]))
    assert (heard.recordings, heard.tested) == (4, 4)
    assert heard.speech >= 3
    assert listen(pa.array([wav(level) for level in OTHERS.values()])) == Heard(5, 5, 0, 0)


def test_speech_in_fields() -> None:
    recordings = [wav(level) for level in VOICES]
    assert judged("c1", recordings) >= 0.9
    assert judged("c1", [base64.b64encode(data).decode() for data in recordings]) >= 0.9
    assert judged("c1", ["data:audio/wav;base64," + base64.b64encode(data).decode() for data in recordings]) >= 0.9
    assert judged("voice_note", [wav(level) for level in OTHERS.values()]) == 0
    assert judged("c1", ["RIFF", "UklGRg", "hello"]) == 0


def test_what_cannot_be_listened_to_counts_by_name_only(monkeypatch: pytest.MonkeyPatch) -> None:
    flac = [b"fLaC\0\0\0\x22" + RNG.bytes(200) for _ in range(3)]
    assert judged("c1", flac) == 0
    assert judged("call_recording", flac) >= 0.8
    assert judged("c1", [b"#!AMR\n" + RNG.bytes(300) for _ in range(3)]) >= 0.9
    monkeypatch.setattr(sound, "speech_available", lambda: "missing")
    assert judged("c1", [wav(level) for level in VOICES]) == 0
    assert judged("声纹", [wav(level) for level in VOICES]) >= 0.8


def test_containers() -> None:
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    assert is_sound(frame * 3)
    assert not is_sound(b"\xff\xfb\x90\x00" + RNG.bytes(2000))
    assert is_sound(b"OggS\0\x02" + bytes(22) + b"\x01\x1e\x01vorbis" + bytes(40))
    assert not is_sound(b"OggS\0\x02" + bytes(60))
    assert not is_sound(b"RIFF\x10\0\0\0WAVEjunk")


@pytest.mark.parametrize(("heard", "low", "high"), [
    (Heard(12, 12, 12), 0.9, 1), (Heard(12, 12, 3), 0.7, 0.9), (Heard(12, 12, 2), 0, 0), (Heard(1, 1, 1), 0.6, 0.7),
    (Heard(5, 5, 0), 0, 0), (Heard(0, 0, 0), 0, 0),
])  # fmt: skip
def test_field_rule(heard: Heard, low: float, high: float) -> None:
    assert low <= speech_confidence(heard, named=False) <= high


@given(st.binary(max_size=300))
def test_bytes_never_raise(data: bytes) -> None:
    heads = (b"", b"RIFF\0\0\0\0WAVEfmt ", b"RIFF\0\0\0\0WAVE", b"fLaC", b"OggS", b"ID3\x03", b"#!AMR", b"\0\0\0\x20ftypM4A",
             b"\xff\xfb\x90", wav(OTHERS["tone"])[:44])  # fmt: skip
    for head in heads:
        is_sound(head + data)
        decode(head + data)


@pytest.mark.parametrize("whole", [wav(OTHERS["tone"])[:80], b"fLaC\0\0\0\x22" + bytes(34), b"#!AMR-WB\n" + bytes(64)])
def test_no_cut_of_a_recording_raises(whole: bytes) -> None:
    for end in range(len(whole)):
        is_sound(whole[:end])
        decode(whole[:end])
