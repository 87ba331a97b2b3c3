"""The formula of judgement, here and nowhere else: from terms to a confidence, and from a confidence to a word.

All terms are log-odds: ``confidence = CALIBRATION(1 / (1 + exp(-(BASE + value + named + siblings - penalty))))``, held to what the
category needs. A scan (`verdict`) makes the terms from values; ``leftopen reassess`` takes them from the catalogue; both ask here.
Below ``REPORTED`` nothing is said; a finding is ``likely`` from ``LIKELY`` and ``proven`` from ``PROVEN``.
"""

from __future__ import annotations

import math

import numpy as np

from leftopen.category import Category, Pack
from leftopen.classify.look import is_opaque
from leftopen.classify.names import name_log_odds, named_categories
from leftopen.model import Basis, Level, Terms

BASE = -4.0
REPORTED, LIKELY, PROVEN = 0.35, 0.6, 0.9
"""Least confidence that is reported, called likely, called proven."""
CALIBRATION = ((0.0, 0.6, 0.65, 0.7, 0.8, 0.9, 1.0), (0.0, 0.6, 0.75, 0.86, 0.94, 0.975, 1.0))
"""Shares of the log-odds, and how often claims of that share are right: measured by ``python -m bench.accuracy`` on the dev split
(0.98 of 114 at 0.7-0.8, 0.998 of 454 at 0.8-0.9, right or hidden headers), told lower than measured because the split was tuned on.
Below the limit of `LIKELY` the shares stay as they are."""
DOUBTED = 0.4
"""Most that a claim reaches which lacks what it needs beside its values: of such claims on tables of another kind than those the
engine was built on, three in ten were right."""
GUESSED = 0.89
"""Most that a guess from distribution and neighbours may reach: it is never called proven."""
SIBLING = 1.5
"""What a sibling that raises a category adds."""
NAMED = 2.0
"""Log-odds from which a name counts as naming the category."""
UNLIMITED = 30.0
"""More than values ever add: they have no limit but the chance rate's."""


def total(terms: Terms) -> float:
    """Sum of all terms, log-odds."""
    return BASE + terms.value + terms.named + terms.siblings - terms.penalty


def share(terms: Terms) -> float:
    """The terms as a share 0..1, as they are."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total(terms)))))


def confidence(terms: Terms, category: Category) -> float:
    """How often a claim with these terms is right (`CALIBRATION`), 0..1, three decimals, so that machines agree."""
    return round(min(ceiling(terms, category), float(np.interp(share(terms), *CALIBRATION))), 3)


def ceiling(terms: Terms, category: Category) -> float:
    """Most that a claim may reach: by its own limits, and by what its category needs beside value evidence."""
    needs, named = category.needs, terms.named >= NAMED
    if terms.basis is Basis.PROSE:
        return terms.ceiling
    if terms.basis is Basis.GUESS:
        return terms.ceiling if named else min(terms.ceiling, terms.unnamed)
    beside = terms.siblings >= SIBLING
    if category.method == "name":  # a device's name beside nobody's data is a device's name
        return min(terms.ceiling, REPORTED - 0.05) if "siblings" in needs and not beside else terms.ceiling
    lacking = bool(needs & {"name", "siblings"}) and "content" not in needs
    lacking = lacking and not ("name" in needs and named) and not ("siblings" in needs and beside)
    return min(terms.ceiling, DOUBTED) if lacking else terms.ceiling


def level_of(confidence: float) -> Level:
    """The word for a confidence."""
    return Level.PROVEN if confidence >= PROVEN else Level.LIKELY if confidence >= LIKELY else Level.POSSIBLE


def enough(k: int, n: int, category: Category, named: float) -> bool:
    """Do so many of n distinct values match that the field as a whole may be called so? Fewer are asked for if its name says so."""
    return k / n >= category.share * (0.4 if named >= NAMED else 1.0)


def value_term(k: int, n: int, category: Category, most: float = UNLIMITED) -> float:
    """Log-odds from k of n distinct values that match, against the category's chance rate; ``most`` they may add.

    Values of one field are not independent: what they can add together has a limit, and few values add less.
    """
    chance = category.chance if category.chance >= 0 else 0.05
    limit = category.weight if category.weight is not None else min(8.0, 3.0 - math.log(max(chance, 1e-6)))
    return min(against_chance(k, n, chance), limit * (1 - 0.5 ** (n + 1)), most)


def against_chance(k: int, n: int, chance: float) -> float:
    """Log-likelihood ratio of k hits among n distinct values: a field of the category against chance rate ``chance``."""
    if not n:
        return 0.0
    p = min(max(chance, 1e-6), 0.999)
    theta = min(max(k / n, 0.01), 0.99)
    if theta <= p:
        return -6.0
    return k * math.log(theta / p) + (n - k) * math.log((1 - theta) / (1 - p))


def name_term(path: str, category: str, pack: Pack, otherwise: float | None = None) -> float:
    """Log-odds from the field's name.

    Args:
        otherwise: for guesses, what the term is at most if the name says something, but not this category.
    """
    named = name_log_odds(path, category, pack)
    if otherwise is None or named > 0 or (is_opaque(path) and not named_categories(path, pack)):
        return named
    return min(named, otherwise)
