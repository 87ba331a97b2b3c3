# ruff: noqa: E501  (the long lines are lists)
"""Hard negatives: columns that look like personal data and are none. Each has a name of its own and 120 values from a seed."""

from __future__ import annotations

import hashlib
import math
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.accuracy.generators_things import iban, luhn
from bench.accuracy.negative_words import FORMATS, WORDS

ROWS = 120
Make = Callable[..., Any]
"""Makes one value from a source of chance."""


@dataclass(frozen=True, slots=True)
class Negative:
    """One column without personal data; ``allow`` are categories it may honestly be called (an IP address is one)."""

    name: str
    values: list[Any] = field(repr=False)
    allow: tuple[str, ...] = ()


def negatives(seed: int = 411) -> Iterator[Negative]:
    """Every hard negative, deterministic in ``seed``."""
    for name, make in (*_times(), *_numbers(), *_codes(), *_formats(), *_lists()):
        rng = random.Random(f"{seed}:{name}")
        allow = ("device.ip",) if name.startswith("ip_") else ()
        if name.startswith("mac_"):
            allow = ("device.mac",)
        yield Negative(name, [make(rng) for _ in range(ROWS)], allow)
    for name, values in _sequences(random.Random(seed)):
        yield Negative(name, values)


def _times() -> Iterator[tuple[str, Make]]:
    """Event times in every unit and writing, over spans of an hour, a month and ten years."""
    for label, span in (("hour", 3600), ("month", 30 * 86400), ("decade", 3650 * 86400)):
        for unit, factor in (("s", 1), ("ms", 1000), ("us", 10**6), ("ns", 10**9)):
            for kind in (int, str):
                yield (
                    f"ts_{unit}_{label}_{kind.__name__}",
                    lambda r, s=span, f=factor, k=kind: k(int((1_760_000_000 - r.random() * s) * f)),
                )
        for number, style in enumerate(
            (
                "%Y-%m-%d %H:%M:%S",
                "%Y%m%d%H%M%S",
                "%d/%b/%Y:%H:%M:%S +0000",
                "%Y-%m-%dT%H:%M:%S.%fZ",
                "%Y%m%d",
                "%H:%M:%S",
                "%Y-%m",
                "%y%m%d%H%M%S%f",
            )
        ):
            yield (
                f"event_{label}_{number}",
                lambda r, s=span, y=style: (datetime(2025, 10, 9, tzinfo=UTC) - timedelta(seconds=r.random() * s)).strftime(y),
            )


def _numbers() -> Iterator[tuple[str, Make]]:
    """Measurements, prices, counters, and digit strings of every length that identifiers have."""
    for length in range(4, 21):
        yield f"digits_{length}", lambda r, n=length: str(r.randrange(10 ** (n - 1), 10**n))
    for length in (8, 9, 10, 11, 12, 15, 16, 18):
        yield f"number_{length}", lambda r, n=length: r.randrange(10 ** (n - 1), 10**n)
        yield f"luhn_sku_{length}", lambda r, n=length: luhn("9" + "".join(r.choice("0123456789") for _ in range(n - 2)))
    for name, middle, spread, places in (
        ("voltage", 230, 3, 1), ("pressure_hpa", 1013, 9, 1), ("humidity", 55, 12, 0), ("temp_outdoor", 14, 9, 1), ("temp_cpu", 61, 8, 0),
        ("temp_machine", 36.6, 0.4, 1), ("weight_kg", 70, 12, 1), ("speed_kmh", 52, 14, 0), ("latency_ms", 37, 20, 2), ("ph", 7, 0.4, 2),
        ("battery", 60, 20, 0), ("fps", 29, 1, 2), ("rpm", 2400, 300, 0), ("load", 0.7, 0.2, 3), ("exchange_rate", 7.1, 0.1, 4),
        ("torque", 120, 20, 1), ("lux", 400, 120, 0), ("noise_db", 48, 7, 1), ("sea_level", 1.2, 0.4, 3), ("score_model", 0.8, 0.1, 4),
        ("percent", 50, 20, 1), ("width_mm", 180, 20, 1), ("co2_ppm", 600, 90, 0), ("kwh", 12, 4, 2), ("loss", 0.3, 0.1, 6),
    ):  # fmt: skip
        yield name, lambda r, m=middle, s=spread, p=places: round(r.gauss(m, s), p)
        yield f"{name}_text", lambda r, m=middle, s=spread, p=places: f"{r.gauss(m, s):.{p}f}"
    for currency in ("USD ", "€", "¥", "£", "kr ", ""):
        yield f"price_{currency.strip() or 'bare'}", lambda r, c=currency: f"{c}{math.exp(r.gauss(4, 1.3)):,.2f}"
    for low, high in (
        (0, 1),
        (0, 2),
        (1, 5),
        (1, 12),
        (0, 9),
        (1, 31),
        (1990, 2025),
        (1, 56),
        (0, 255),
        (18, 64),
        (1, 120),
        (0, 100),
    ):
        yield f"int_{low}_{high}", lambda r, a=low, b=high: r.randint(a, b)
        yield f"enum_{low}_{high}", lambda r, a=low, b=high: str(r.randint(a, b))


def _codes() -> Iterator[tuple[str, Make]]:
    """Hashes, keys, network ranges, article numbers, and identifiers of companies and things."""
    for size in (8, 12, 16, 24, 32, 40, 56, 64, 96, 128):
        yield f"checksum_hex{size}", lambda r, n=size: (hashlib.sha512(str(r.random()).encode()).hexdigest())[:n]
        yield f"etag_upper{size}", lambda r, n=size: (hashlib.sha512(str(r.random()).encode()).hexdigest())[:n].upper()
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
    for size in (5, 6, 7, 8, 10, 13, 17, 22):
        yield f"code_{size}", lambda r, n=size: "".join(r.choice(alphabet) for _ in range(n))
        yield f"batch_{size}", lambda r, n=size: "".join(r.choice("abcdefghijkmnpqrstuvwxyz23456789") for _ in range(n))
    yield "trace_uuid", lambda r: str(uuid.UUID(int=r.getrandbits(128), version=4))
    yield "trace_uuid_bare", lambda r: uuid.UUID(int=r.getrandbits(128), version=4).hex
    yield "snowflake", lambda r: str((1_700_000_000_000 + r.randrange(10**9) << 22 | r.randrange(1 << 22)) % 10**18 + 10**17)
    yield "snowflake_int", lambda r: 5 * 10**17 + r.randrange(10**17)
    yield "mongo_object", lambda r: f"{0x65000000 + r.randrange(10**7):08x}" + f"{r.getrandbits(64):016x}"
    yield "ean13", _ean
    yield "isbn13", lambda r: _ean(r, "978")
    yield "isbn10", lambda r: f"{r.randint(0, 9)}-{r.randrange(1000, 9999)}-{r.randrange(1000, 9999)}-{r.choice('0123456789X')}"
    for third in (0, 10, 168, 31):
        yield f"ip_range_{third}", lambda r, t=third: f"10.{t}.{r.randrange(4)}.{r.randrange(256)}"
        yield f"ip_cidr_{third}", lambda r, t=third: f"192.168.{t}.{r.randrange(0, 256, 16)}/28"
    yield "mac_switch", lambda r: "00:1b:21:" + ":".join(f"{r.randrange(256):02x}" for _ in range(3))
    yield "iban_broken", lambda r: iban(r, ("DE", 18))[:2] + f"{r.randrange(10, 99)}" + iban(r, ("DE", 18))[4:21]
    for letters in ("A", "B"):
        yield f"part_like_plate_{letters}", lambda r, c=letters: f"{c}{r.choice('ABCDE')}-{r.randrange(10**5):05d}"
    for first in "3456789":
        yield f"eleven_digits_1{first}", lambda r, f=first: f"{2 + int(f) % 7}{f}" + f"{r.randrange(10**9):09d}"


def _ean(rng: random.Random, prefix: str = "") -> str:
    body = (prefix or rng.choice(("400", "690", "501", "871"))) + f"{rng.randrange(10**9):09d}"
    return body + str(-sum(int(d) * (1 + 2 * (i % 2)) for i, d in enumerate(body)) % 10)


def _formats() -> Iterator[tuple[str, Make]]:
    """Templates: # a digit, @ a capital, ~ a lower-case letter, {a|b} a choice."""
    for name, pattern in FORMATS.items():
        yield name, lambda r, p=pattern: _fill(p, r)


def _fill(pattern: str, rng: random.Random) -> str:
    out, rest = "", pattern
    while rest:
        if rest[0] == "{" and "}" in rest:
            options, _, rest = rest[1:].partition("}")
            out += rng.choice(options.split("|"))
            continue
        c, rest = rest[0], rest[1:]
        out += (
            str(rng.randrange(10))
            if c == "#"
            else rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ")
            if c == "@"
            else rng.choice("abcdefghijklmnopqrstuvwxyz")
            if c == "~"
            else c
        )
    return out


def _lists() -> Iterator[tuple[str, Make]]:
    """Words of the world, alone, in pairs and with a number."""
    for name, text in WORDS.items():
        words = text.split("|")
        yield name, lambda r, w=words: r.choice(w)
        yield f"{name}_numbered", lambda r, w=words: f"{r.choice(w)} {r.randint(1, 99)}"
        yield f"{name}_pairs", lambda r, w=words: f"{r.choice(w)} / {r.choice(w)}"


def _sequences(rng: random.Random) -> Iterator[tuple[str, list[Any]]]:
    """Serial numbers: from many starts, with steps; those that start like a mobile number or a date are the hard ones."""
    for start in (
        1,
        1000,
        19_800_101,
        20_200_101,
        110_101,
        320_106,
        13_800_000_000,
        15_900_001_000,
        18_612_345_000,
        4_000_000_000_000_000,
        622_202_000_000_000_000,
    ):
        yield f"seq_{start}", [start + i for i in range(ROWS)]
        yield f"seq_text_{start}", [str(start + i) for i in range(ROWS)]
        yield f"seq_gaps_{start}", [start + 3 * i + rng.randrange(3) for i in range(ROWS)]
    for size in (3, 8, 16, 128):
        yield f"sensor_array_{size}", [[round(rng.gauss(20, 2), 2) for _ in range(size)] for _ in range(ROWS)]
        yield f"one_hot_{size}", [[int(i == hot) for i in range(size)] for hot in (rng.randrange(size) for _ in range(ROWS))]
        yield f"histogram_{size}", [[rng.randrange(50) for _ in range(size)] for _ in range(ROWS)]
    for size in (384, 512, 768):
        yield f"text_embedding_{size}", [[round(rng.gauss(0, 1) / math.sqrt(size), 5) for _ in range(size)] for _ in range(40)]
    yield "all_null", [None] * ROWS
    yield "all_same", ["OK"] * ROWS
    yield "booleans", [rng.random() < 0.5 for _ in range(ROWS)]
