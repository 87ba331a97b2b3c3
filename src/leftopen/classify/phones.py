"""Telephone numbers as people of a country write them, without the country's code: decided on a column, never on one value.

A country's plan (from phonenumbers' metadata) must fit nearly all values, and fit random digits with the same first digit far less
often: plans that take anything prove nothing.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from functools import lru_cache

import numpy as np
import pyarrow as pa

from leftopen.classify.shape import Array, Shape

REGIONS = (
    "US GB DE FR IT ES PT NL BE CH AT SE NO DK FI IE PL CZ SK HU RO BG HR GR TR RU UA IN PK BD LK NP CN JP KR TW HK SG MY TH VN ID "
    "PH AU NZ ZA NG KE GH EG MA TN SA AE IL IR BR MX AR CL CO PE EC UY"
)
FIRST = 8
"""Values that a plan is tried on before all."""
MOST_BY_CHANCE = 0.3
_PLAIN = re.compile(r"\(?0?\d[\d ().\-/]{4,18}\d")
_DECIMAL = re.compile(r"\d+\.\d+")
_DATE = re.compile(r"(?:19|20)\d\d[-/.]?\d\d[-/.]?\d\d|\d\d?[-/.]\d\d?[-/.](?:19|20)?\d\d")


@lru_cache(maxsize=1)
def _plans() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """(region, prefix dialled inside the country, pattern of fixed and mobile numbers)."""
    from phonenumbers import PhoneMetadata

    out = []
    for region in REGIONS.split():
        data = PhoneMetadata.metadata_for_region(region, None)
        if data is None:
            continue
        kinds = [d.national_number_pattern for d in (data.fixed_line, data.mobile) if d is not None and d.national_number_pattern]
        out.append((region, data.national_prefix or "", re.compile("|".join(f"(?:{k})" for k in kinds))))
    return tuple(out)


def _bare(value: str) -> str:
    """Its digits if it could be dialled; empty for dates and decimal numbers."""
    if not _PLAIN.fullmatch(value) or _DATE.fullmatch(value) or _DECIMAL.fullmatch(value):
        return ""
    return re.sub(r"\D", "", value)


def _fits(digits: str, prefix: str, plan: re.Pattern[str]) -> bool:
    if prefix and digits.startswith(prefix) and plan.fullmatch(digits[len(prefix) :]):
        return True
    return plan.fullmatch(digits) is not None


def national_phones(text: pa.Array, shape: Shape) -> Array:
    """Which values are numbers of the one country whose plan fits the column best; none if no plan does."""
    out = np.zeros(len(text), bool)
    at = np.flatnonzero((shape.digits >= 7) & (shape.digits <= 15) & (shape.letters == 0) & (shape.chars <= 20) & (shape.han == 0))
    if len(at) < 0.5 * len(text) or len(at) < 5:
        return out
    values = text.take(pa.array(at)).to_pylist()
    plain = [_bare(v) for v in values]
    if sum(map(bool, plain)) < 0.8 * len(plain) or _counts_up(plain):
        return out
    if (abroad := _with_code(plain)) is not None:
        out[at] = abroad
        return out
    best: tuple[float, list[bool]] = (0.0, [])
    kept = _common(plain)
    for _, prefix, plan in _plans():
        if sum(_fits(d, prefix, plan) for d in plain[:FIRST]) < 0.75 * len(plain[:FIRST]):
            continue
        hits = [_fits(d, prefix, plan) for d in plain]
        share, chance = sum(hits) / len(hits), _by_chance(plain, prefix, plan, kept)
        if share >= 0.8 and chance <= MOST_BY_CHANCE and share - chance > best[0]:
            best = (share - chance, hits)
    if best[1]:
        out[at] = best[1]
    return out


def _with_code(plain: list[str]) -> list[bool] | None:
    """Which are numbers behind their country's code, without a plus (``254712345678``), if nearly all are."""
    for code, plan in _codes():
        bare = [d.removeprefix("00").removeprefix(code) if d.removeprefix("00").startswith(code) else "" for d in plain]
        hits = [plan.fullmatch(d) is not None for d in bare]
        if sum(hits) >= 0.9 * len(hits):
            return hits if _by_chance_behind(code, plain, plan) <= MOST_BY_CHANCE else None
    return None


@lru_cache(maxsize=1)
def _codes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(calling code of two digits and more, pattern of fixed and mobile numbers) of the regions."""
    from phonenumbers import PhoneMetadata

    out = []
    for region in REGIONS.split():
        data = PhoneMetadata.metadata_for_region(region, None)
        if data is not None and data.country_code and data.country_code >= 10:
            kinds = [
                d.national_number_pattern for d in (data.fixed_line, data.mobile) if d is not None and d.national_number_pattern
            ]
            out.append((str(data.country_code), re.compile("|".join(f"(?:{k})" for k in kinds))))
    return tuple(out)


def _by_chance_behind(code: str, plain: list[str], plan: re.Pattern[str]) -> float:
    """Share of random numbers of the same lengths behind the same code that the plan fits."""
    rng = random.Random(7)  # noqa: S311 - no secret, the same answer each time
    tails = [len(d.removeprefix("00")) - len(code) for d in plain[:60] if d]
    drawn = ["".join(rng.choice("0123456789") for _ in range(size)) for size in tails for _ in range(2) if size > 0]
    return sum(plan.fullmatch(d) is not None for d in drawn) / max(1, len(drawn))


def _counts_up(plain: list[str]) -> bool:
    numbers = sorted({int(d) for d in plain if d})
    return len(numbers) > 5 and numbers[-1] - numbers[0] < 20 * len(numbers)


def _common(plain: list[str]) -> int:
    """Digits that nearly all begin with: a year or the code of a branch; chance is not to draw them anew. At least one."""
    told = [d for d in plain if d]
    for size in range(6, 1, -1):
        heads = Counter(d[:size] for d in told)
        if sum(n for _, n in heads.most_common(2)) >= 0.9 * len(told):
            return size
    return 1


def _by_chance(plain: list[str], prefix: str, plan: re.Pattern[str], kept: int) -> float:
    """Share of random numbers of the same lengths and first ``kept`` digits that the plan fits."""
    rng, tries = random.Random(7), 0  # noqa: S311 - no secret, the same answer each time
    hits = 0
    for digits in plain[:60]:
        if digits:
            tries += 2
            for _ in range(2):
                drawn = digits[:kept] + "".join(rng.choice("0123456789") for _ in digits[kept:])
                hits += _fits(drawn, prefix, plan)
    return hits / max(1, tries)
