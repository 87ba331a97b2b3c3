"""What the values of a field look like together: spreads, steps and shapes that speak for or against a person behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from leftopen.classify.evidence import FieldEvidence
from leftopen.classify.patterns import Matcher


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares are of distinct tested values; counts are of distinct values."""

    tested: int
    distinct: float
    rows: int
    numeric: float
    integer: float
    low: float
    high: float
    middle: tuple[float, float]
    """5 % and 95 % quantile of numbers."""
    decimals: float
    """Mean number of digits after the point."""
    four_decimals: float
    dense: float
    """Distinct whole numbers over the width of their range: near 1 for a sequence."""
    dates: float
    years: float
    """Years between the 5 % and the 95 % quantile of dates."""
    recent: float
    """Share of dates in the last two years or later."""
    old: float
    """Share of dates more than two years and less than 110 years back."""
    timed: float
    heads: int
    """Distinct first three digits among long numbers."""
    decoys: dict[str, float]
    words: float
    """Mean number of blanks."""
    chars: float
    han: float
    repeats: float
    """Rows for each distinct value."""


def profile(evidence: FieldEvidence, matcher: Matcher, today: date) -> Profile:
    """Summarise one field's evidence."""
    f = evidence.features
    n = max(1, evidence.tested)
    numbers = f["number"][~np.isnan(f["number"])]
    whole = numbers[numbers == np.floor(numbers)]
    width = float(whole.max() - whole.min() + 1) if len(whole) > 2 else np.inf
    months = f["month"][f["month"] > 0]
    now = today.year * 12 + today.month - 1
    spread = float(np.subtract(*np.quantile(months, [0.95, 0.05]))) / 12 if len(months) > 2 else 0.0
    middle = np.quantile(numbers, [0.05, 0.95]) if len(numbers) else (0.0, 0.0)
    shares = evidence.hits.mean(axis=0) if evidence.tested else np.zeros(len(matcher.labels))
    decoys = {label[1:]: float(shares[index]) for label, index in matcher.decoys}
    heads = f["head"][f["head"] > 0]
    return Profile(
        tested=evidence.tested,
        distinct=evidence.distinct,
        rows=evidence.rows,
        numeric=len(numbers) / n,
        integer=len(whole) / n,
        low=float(numbers.min()) if len(numbers) else 0.0,
        high=float(numbers.max()) if len(numbers) else 0.0,
        middle=(float(middle[0]), float(middle[1])),
        decimals=float(f["decimals"][~np.isnan(f["number"])].mean()) if len(numbers) else 0.0,
        four_decimals=float((f["decimals"] >= 4).sum()) / n,
        dense=min(1.0, evidence.distinct * len(whole) / n / width) if np.isfinite(width) else 0.0,
        dates=len(months) / n,
        years=spread,
        recent=float((months >= now - 24).mean()) if len(months) else 0.0,
        old=float(((months < now - 24) & (months > now - 110 * 12)).mean()) if len(months) else 0.0,
        timed=float(f["timed"].sum()) / n,
        heads=len(np.unique(heads)),
        decoys=decoys,
        words=float(f["space"].mean()) if evidence.tested else 0.0,
        chars=float(f["chars"].mean()) if evidence.tested else 0.0,
        han=float(f["han"].sum() / max(1, f["chars"].sum())),
        repeats=evidence.rows / max(1.0, evidence.distinct),
    )


def core(evidence: FieldEvidence) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which distinct values carry the field: in an enumeration (values come three times and more) those rare ones are left out
    that make up the last eighth of the rows, for they are typing errors and remarks; elsewhere every value counts."""
    counts = evidence.counts
    if len(counts) < 3 or counts.sum() < 3 * len(counts):
        return np.ones(len(counts), bool)
    order = np.argsort(-counts, kind="stable")
    before = np.cumsum(counts[order]) - counts[order]
    kept = np.zeros(len(counts), bool)
    kept[order[before < 0.88 * counts.sum()]] = True
    return kept


def is_time(p: Profile) -> bool:
    """Moments: timed dates, or epoch seconds, milliseconds, micro- or nanoseconds of our time."""
    return (p.dates > 0.8 and p.timed > 0.5) or is_epoch(p)


def is_epoch(p: Profile) -> bool:
    """Whole numbers that all lie within some thirty years as epoch seconds, ms, µs or ns."""
    if p.integer + p.decoys["epoch"] < 0.95 or p.tested < 3:
        return False
    return any(1.0e9 * u <= p.low and p.high <= 2.0e9 * u and p.high - p.low < 1.0e9 * u for u in (1, 1e3, 1e6, 1e9))


def is_sequence(p: Profile) -> bool:
    """Whole numbers that fill their range: serial numbers, row ids, ordered codes."""
    return p.integer > 0.95 and p.tested >= 20 and p.dense > 0.05 and p.high >= 1000


def against_digits(p: Profile) -> float:
    """Penalty (≥ 0) on categories of long digit strings: what else the digits could be."""
    penalty = 0.0
    if is_epoch(p):
        penalty += 8.0
    if is_sequence(p):
        penalty += 8.0
    if p.decoys["article"] > 0.8 and p.tested >= 5:
        penalty += 8.0
    if p.tested >= 20 and 0 < p.heads <= 2:
        penalty += 4.0
    return penalty
