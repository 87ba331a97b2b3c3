"""National numbers closed by a check digit: tested on columns of codes only, a few values first, all of them if those pass.

There are some hundred such rules, each a Python function of a few microseconds. A column in which fewer than a third of the
first values pass a rule holds none of its numbers (chance rates are 0.2 at most), so the rule is dropped after those.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from leftopen.category import Category
from leftopen.classify.checks import Check, run_check
from leftopen.classify.checks_national import NATIONAL
from leftopen.classify.shape import Array, Shape

FIRST = 10
"""Values that a rule is tried on before all."""
PASSING = 0.35
"""Share of them that must pass."""
LONGEST_CODE = 24


def is_closed(category: Category) -> bool:
    """Is it a number of a person that only its check digit tells from other numbers (not one found in prose)?"""
    checked = category.validator in NATIONAL or category.validator == "luhn"
    return (
        category.family in ("identity", "financial", "health", "device")
        and category.method == "pattern"
        and checked
        and (not category.spans and bool(category.needs))
    )


class NumberRules:
    """The rules of all closed categories; ``labels`` are their columns in the matcher's answer."""

    def __init__(self, categories: Sequence[Category], labels: Sequence[int], checks: Mapping[str, Check]) -> None:
        import re2

        options = re2.Options()
        options.log_errors, options.max_mem = False, 64 << 20
        self._set = re2.Set.FullMatchSet(options)
        self._owner: list[int] = []
        for at, category in enumerate(categories):
            for pattern in category.patterns:
                self._set.Add(pattern)
                self._owner.append(at)
        self._set.Compile()
        self._patterns = [_joined(category.patterns, options) for category in categories]
        self._labels = list(labels)
        self._checks: list[Callable[[pa.Array], Array]] = [checks[c.validator] for c in categories]
        self._upper = [c.validator in NATIONAL for c in categories]

    def test(self, text: pa.Array, shape: Shape, out: Array) -> None:
        """Write what passes into ``out`` (values by labels)."""
        if not self._labels:
            return
        codes = (shape.digits >= 4) & (shape.chars <= LONGEST_CODE) & (shape.han == 0) & (shape.digits * 3 >= shape.chars)
        at = np.flatnonzero(codes)
        if len(at) < 0.4 * len(text):
            return
        some = text.take(pa.array(at[:FIRST]))
        fits: dict[int, list[int]] = {}
        for row, value in enumerate(some.to_pylist()):
            for rule in {self._owner[r] for r in self._set.Match(value) or ()}:
                fits.setdefault(rule, []).append(row)
        for rule, rows in fits.items():
            if len(rows) < PASSING * len(some):
                continue
            passed = run_check(self._checks[rule], some.take(pa.array(rows))).sum()
            if passed >= max(1.0, PASSING * len(some)):
                self._all(rule, text, at, out)

    def _all(self, rule: int, text: pa.Array, at: Array, out: Array) -> None:
        match = self._patterns[rule].fullmatch
        rows = np.array([row for row, value in zip(at.tolist(), text.take(pa.array(at)).to_pylist(), strict=True) if match(value)])
        if len(rows):
            out[rows, self._labels[rule]] = run_check(self._checks[rule], text.take(pa.array(rows)))


def _joined(patterns: Sequence[str], options: object) -> Any:
    import re2

    return re2.compile("|".join(f"(?:{p})" for p in patterns), options)
