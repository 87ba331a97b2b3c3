"""What a header that names a category exactly may claim although the values have none of the forms that the category's file knows.

Systems keep codes (``FAMST`` 0-3), write money with currencies and numbers in the ways of their country, and test data breaks
check digits. The values must still be of the kind that the category's own true examples are of: words, or about as many digits.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from leftopen.category import Category
from leftopen.classify.distribution import Profile, is_epoch, is_sequence, is_time
from leftopen.classify.evidence import FieldEvidence
from leftopen.classify.shape import Array
from leftopen.classify.words import WORDS, leaf_of, tokens

EXACT_NAME = 4.0
"""Log-odds of a name from which it names the category and nothing else."""
VALUE = 1.0
"""Log-odds that values of the right kind add."""
CODES, LARGEST_CODE = 12, 99
"""Different small whole numbers at most that may stand for words."""
DIGITAL = 0.4
"""Share of digits in true examples from which a category's values are numbers."""
FIT = 0.9
"""Share of distinct values that must be of the kind."""
GENERAL = ("contact.phone_intl", "identity.plate_other", "identity.generic_person_id", "identity.passport_other")
"""What a header means that names this and the same of single countries, if the values have no country's form."""
MEASURED = frozenset(
    {"biographical.age", "biographical.height", "biographical.weight", "financial.salary", "financial.credit_score"}
)
"""What is also told in bands (``25-34``, ``65+``, ``< 20k``)."""
BANDED, BANDS = 0.7, 40
"""Share of bands among the values, and how many different ones there may be."""
FIRST_YEAR, LAST_YEAR, YEARS = 1900, 2035, 4
"""First and last year of birth, and the least number of different ones."""
_FAMILIES = frozenset({"biographical", "identity", "contact", "financial", "health", "location"})


def fits_kind(category: Category, evidence: FieldEvidence, p: Profile) -> bool:
    """Are the field's values of the kind of this category's true examples?"""
    if not evidence.tested:
        return False
    if category.id in _BY_KIND:
        return _BY_KIND[category.id](p)
    if category.family not in _FAMILIES or category.method in ("content", "date") or not category.true:
        return False
    if category.id in MEASURED and p.decoys["band"] >= BANDED and p.distinct <= BANDS:
        return True
    if is_time(p) or p.dates > 0.3 or max(p.decoys[name] for name in ("uuid", "url", "path", "moment")) > 0.3:
        return False
    f = evidence.features
    low, high, whole, share = _examples(category)
    if share < DIGITAL:
        return _words(category, evidence, p)
    if _worded(category) and _words(category, evidence, p):
        return True
    if is_sequence(p) or is_epoch(p) or (whole and p.numeric > 0.5 and p.decimals > 0.5):
        return False
    if category.family != "identity" or not category.validator:
        low, high = 0.6 * low, 1.6 * high
    digits = f["digits"]
    fit = (digits >= low) & (digits <= high) & (digits * 2 >= f["chars"] - f["space"])
    return float(fit.mean()) >= FIT and p.distinct > CODES


def _pictures(p: Profile) -> bool:
    """Names of picture files: what the pictures show is not known, but the header says it."""
    return p.decoys["picture"] >= FIT


def _years(p: Profile) -> bool:
    """Years in which people who live may have been born."""
    return p.integer >= FIT and p.low >= FIRST_YEAR and p.high <= LAST_YEAR and p.distinct >= YEARS


_WORDS = "some words"
_BY_KIND = {"biometric.face_image": _pictures, "biographical.birth_date": _years}
"""Categories of which a header may speak though their values are not of the kind of any example."""


@lru_cache(maxsize=1024)
def _worded(category: Category) -> bool:
    """May words stand where the true examples are numbers: is the category told in words as well as in codes?"""
    import re2

    options = re2.Options()
    options.log_errors, options.max_mem = False, 64 << 20
    return any(re2.compile(pattern, options).fullmatch(_WORDS) for pattern in (*category.patterns, *category.fallback))


def _words(category: Category, evidence: FieldEvidence, p: Profile) -> bool:
    f: Array = evidence.features
    if p.integer > 0.9:
        return p.distinct <= CODES and p.low >= 0 and p.high <= LARGEST_CODE and not p.decimals
    letters = f["chars"] - f["digits"] - f["punct"] - f["space"]
    if (p.han > 0.3 and category.id.endswith("_latin")) or (p.han < 0.5 and category.id.endswith("_zh")):
        return False
    fit = (letters * 2 >= f["chars"]) & (f["chars"] <= max(category.length[1], 1))
    return float(fit.mean()) >= FIT


PAPERS = 2.5
"""Log-odds of a header that means some number of an authority for each such number, if all values are of its check digits."""


@lru_cache(maxsize=4096)
def names_papers(path: str) -> bool:
    """Does the header mean a number that some authority gave a person, whichever it is (``national_id``, ``tax no``)?"""
    glued = "".join(tokens(leaf_of(path)))
    return any(glued.endswith(word) for word in WORDS["papers"])


@lru_cache(maxsize=1024)
def _counts(true: tuple[str, ...]) -> tuple[float, float, bool, float]:
    digits = np.array([sum(c.isdigit() for c in text) for text in true])
    chars = np.array([max(1, len(text)) for text in true])
    return float(digits.min()), float(digits.max()), not any("." in text for text in true), float((digits / chars).mean())


def _examples(category: Category) -> tuple[float, float, bool, float]:
    """Least and most digits of a value, whether none has a point, and the share of digits, by the true examples."""
    return _counts(tuple(category.true))
