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
AUTOMATON_BYTES = 32 << 20
FIRST = 8
"""Values that a plan is tried on before all."""
MOST_BY_CHANCE = 0.3
_PLAIN = re.compile(r"\(?0?\d[\d ().\-/]{4,18}\d")
_DECIMAL = re.compile(r"\d+\.\d+")
_DATE = re.compile(r"(?:19|20)\d\d[-/.]?\d\d[-/.]?\d\d|\d\d?[-/.]\d\d?[-/.](?:19|20)?\d\d")


def _pattern_of(region: str) -> tuple[str, str]:
    """Pattern of a region's fixed and mobile numbers, and the prefix dialled inside the country; empty if none are known."""
    from phonenumbers import PhoneMetadata

    data = PhoneMetadata.metadata_for_region(region, None)
    if data is None:
        return "", ""
    kinds = [d.national_number_pattern for d in (data.fixed_line, data.mobile) if d is not None and d.national_number_pattern]
    return "|".join(f"(?:{k})" for k in kinds), data.national_prefix or ""


class _Plans:
    """All plans as one RE2 set: which countries' plans a number fits, with or without the prefix dialled inside the country."""

    def __init__(self) -> None:
        import re2

        options = re2.Options()
        options.max_mem, options.log_errors = AUTOMATON_BYTES, False
        self._set = re2.Set.FullMatchSet(options)
        self.size = 0
        for region in REGIONS.split():
            plan, prefix = _pattern_of(region)
            if plan:
                self._set.Add(f"(?:{prefix})?(?:{plan})" if prefix else plan)
                self.size += 1
        self._set.Compile()

    def fits(self, numbers: list[str]) -> Array:
        """Bool, numbers by plans."""
        out = np.zeros((len(numbers), self.size), bool)
        for row, digits in enumerate(numbers):
            out[row, (digits and self._set.Match(digits)) or []] = True
        return out


@lru_cache(maxsize=1)
def _plans() -> _Plans:
    return _Plans()


def _bare(value: str) -> str:
    """Its digits if it could be dialled; empty for dates and decimal numbers."""
    if not _PLAIN.fullmatch(value) or _DATE.fullmatch(value) or _DECIMAL.fullmatch(value):
        return ""
    return re.sub(r"\D", "", value)


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
    plans = _plans()
    likely = plans.fits(plain[:FIRST]).mean(axis=0) >= 0.75
    if not likely.any():
        return out
    hits = plans.fits(plain)
    share, chance = hits.mean(axis=0), plans.fits(_random(plain, _common(plain))).mean(axis=0)
    fit = likely & (share >= 0.8) & (chance <= MOST_BY_CHANCE) & (share > chance)
    if fit.any():
        out[at] = hits[:, int(np.argmax(np.where(fit, share - chance, -1.0)))]
    return out


def _with_code(plain: list[str]) -> list[bool] | None:
    """Which are numbers behind their country's code, without a plus (``254712345678``), if nearly all are."""
    told = [d.removeprefix("00") for d in plain]
    heads = Counter(d[:size] for d in told for size in (2, 3))
    common = [head for head, n in heads.items() if n >= 0.9 * len(told)]
    for code in sorted(common):
        for plan in map(_plan_of, _codes().get(code, ())):
            hits = [d.startswith(code) and plan.fullmatch(d[len(code) :]) is not None for d in told]
            if sum(hits) >= 0.9 * len(hits) and _by_chance_behind(code, plain, plan) <= MOST_BY_CHANCE:
                return hits
    return None


@lru_cache(maxsize=1)
def _codes() -> dict[str, tuple[str, ...]]:
    """Regions by calling code of two digits and more."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    known = set(REGIONS.split())
    found = {
        str(code): tuple(r for r in regions if r in known) for code, regions in COUNTRY_CODE_TO_REGION_CODE.items() if code >= 10
    }
    return {code: regions for code, regions in found.items() if regions}


@lru_cache(maxsize=64)
def _plan_of(region: str) -> re.Pattern[str]:
    """Pattern of a region's fixed and mobile numbers; it matches nothing if none are known."""
    return re.compile(_pattern_of(region)[0] or r"(?!)")


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


def _random(plain: list[str], kept: int) -> list[str]:
    """Random numbers of the same lengths and first ``kept`` digits, two for each of the first sixty."""
    rng = random.Random(7)  # noqa: S311 - no secret, the same answer each time
    return [d[:kept] + "".join(rng.choice("0123456789") for _ in d[kept:]) for d in plain[:60] if d for _ in range(2)] or [""]
