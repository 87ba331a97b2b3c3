"""Dates in text, vectorised: which month, and whether a time of day stands beside it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leftopen.classify.shape import Array

_DAY, _MONTH = r"(?P<d>0?[1-9]|[12]\d|3[01])", r"(?P<m>0?[1-9]|1[0-2])"
_YEAR, _TIME = r"(?P<y>(?:1[89]|20)\d{2})", r"(?P<t>[T ].*)?"
_WORD = r"(?P<m>\p{L}{3,12})"
_FORMS: tuple[tuple[str, int], ...] = (
    (rf"^{_YEAR}[-/.年]{_MONTH}[-/.月]{_DAY}日?{_TIME}$", 0),
    (r"^(?P<y>(?:1[89]|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?P<t>\d{6})?$", 0),
    (rf"^{_DAY}[-/. ]{_MONTH}[-/. ]{_YEAR}{_TIME}$", 0),
    (rf"^{_MONTH}[-/]{_DAY}[-/]{_YEAR}{_TIME}$", 0),
    (r"^(?P<y>(?:1[89]|20)\d{2})[-/.年](?P<m>0?[1-9]|1[0-2])月?(?P<d>)(?P<t>)$", 0),
    (rf"^{_DAY}(?:st|nd|rd|th|er|º)?\.?[-/. ]*(?:de |of )?{_WORD}\.?[-/., ]*(?:de )?{_YEAR}{_TIME}$", 0),
    (rf"^{_WORD}\.? {_DAY}(?:st|nd|rd|th)?,? {_YEAR}{_TIME}$", 0),
    (rf"^{_YEAR}[- ]{_WORD}\.?[- ]{_DAY}(?P<t>)$", 0),
    (rf"^{_DAY}[-/. ]{_MONTH}[-/. ](?P<y>2[45]\d{{2}}){_TIME}$", -543),
    (rf"^(?P<y>2[45]\d{{2}})-{_MONTH}-{_DAY}{_TIME}$", -543),
    (rf"^民[国國](?P<y>\d{{1,3}})年{_MONTH}月{_DAY}日(?P<t>)$", 1911),
    (r"^(?P<y>0\d{2}|1[01]\d)[-/.](?P<m>0[1-9]|1[0-2])[-/.](?P<d>0[1-9]|[12]\d|3[01])(?P<t>)$", 1911),
    (rf"^(?:昭和|[Ss])(?P<y>\d{{1,2}})[年./-]{_MONTH}[月./-]{_DAY}日?(?P<t>)$", 1925),
    (rf"^(?:平成|[Hh])(?P<y>\d{{1,2}})[年./-]{_MONTH}[月./-]{_DAY}日?(?P<t>)$", 1988),
    (rf"^(?:令和|[Rr])(?P<y>\d{{1,2}})[年./-]{_MONTH}[月./-]{_DAY}日?(?P<t>)$", 2018),
    (r"^(?P<m>0?[1-9]|1[0-2])/(?P<d>0?[1-9]|[12]\d|3[01])/(?P<y>\d{2})(?P<t>)$", 1900),
    (r"^(?P<d>0?[1-9]|[12]\d|3[01])[/-](?P<m>0?[1-9]|1[0-2])[/-](?P<y>\d{2})(?P<t>)$", 1900),
    (r"^(?P<d>0[1-9]|[12]\d|3[01])\.(?P<m>0[1-9]|1[0-2])\.(?P<y>\d{2})(?P<t>)$", 1900),
    (r"^(?P<d>\d{1,2})[- /]?(?P<m>\p{L}{3})[- /]?(?P<y>\d{2})(?P<t>)$", 1900),
)
"""(form, years to add). A year of two digits belongs to the century that makes it no later than `_PIVOT`."""
_PIVOT = 2026
_NO_TIME = r"^[T ](?:00:?00(?::?00(?:\.0+)?)?)?(?:Z|[+-]\d\d:?\d\d| ?UTC)?$"
_STEMS = (
    ("jan", "gen", "ene", "sty", "oca", "led", "янв"),
    ("feb", "fev", "fév", "lut", "sub", "úno", "фев"),
    ("mar", "mär", "maa", "mrt", "bře", "мар"),
    ("apr", "avr", "abr", "kwi", "nis", "dub", "апр"),
    ("may", "mai", "mag", "maj", "mei", "maio", "may", "kvě", "май", "мая"),
    ("jun", "giu", "cze", "haz", "čer", "июн", "juin"),
    ("jul", "lug", "lip", "tem", "июл", "juil", "juill"),
    ("aug", "ago", "aou", "aoû", "sie", "ağu", "agu", "srp", "авг"),
    ("sep", "set", "wrz", "eyl", "zář", "сен"),
    ("oct", "okt", "ott", "out", "paź", "paz", "eki", "říj", "окт"),
    ("nov", "lis", "kas", "ноя"),
    ("dec", "dez", "dic", "déc", "gru", "ara", "pro", "дек"),
)
_NUMBER = {stem: number for number, stems in enumerate(_STEMS, 1) for stem in stems}


def _month_number(word: str) -> int:
    """1..12 for the name of a month in a European language, its first letters, or digits; 0 if it is none."""
    if word.isdigit():
        return int(word)
    low = unicodedata.normalize("NFC", word.lower())
    return _NUMBER.get(low[:5], 0) or _NUMBER.get(low[:4], 0) or _NUMBER.get(low[:3], 0)


@lru_cache(maxsize=1)
def _all_forms() -> Any:
    """All forms as one RE2 set, kept: Arrow's kernel compiles a form at every call, so it is asked for those that occur."""
    import re2

    options = re2.Options()
    options.log_errors, options.max_mem = False, 64 << 20
    forms = re2.Set.FullMatchSet(options)
    for form, _ in _FORMS:
        forms.Add(form)
    forms.Compile()
    return forms


def _fits(values: pa.Array) -> Array:
    """Bool, values by forms."""
    match = _all_forms().Match
    out = np.zeros((len(values), len(_FORMS)), bool)
    for row, value in enumerate(values.to_pylist()):
        out[row, match(value) or []] = True
    return out


def parse_dates(values: pa.Array) -> tuple[Array, Array]:
    """For each text the month (``year * 12 + month - 1``, int64, 0 if it is no date) and whether it has a time of day.

    Year first, day first, month first and compact forms, months as words of European languages, years of two digits, of the
    Republic of China, of Japanese eras and of the Buddhist calendar. The day of the month is checked loosely (≤ 31).
    """
    months = np.zeros(len(values), np.int64)
    timed = np.zeros(len(values), bool)
    fits = _fits(values)
    for at_form, (form, add) in enumerate(_FORMS):
        at = np.flatnonzero((months == 0) & fits[:, at_form])
        if not len(at):
            continue
        found = pc.extract_regex(values.take(pa.array(at)), form)
        good = np.asarray(found.is_valid())
        if not good.any():
            continue
        year, month, time = (found.field(found.type.get_field_index(k)).filter(pa.array(good)) for k in "ymt")
        number = np.array([_month_number(m) for m in month.to_pylist()], np.int64)
        whole = np.asarray(year.cast(pa.int64())) + add
        whole = np.where((add == 1900) & (whole + 100 <= _PIVOT), whole + 100, whole)
        where = at[good]
        months[where] = np.where(number > 0, whole * 12 + number - 1, 0)
        empty = np.asarray(pc.equal(time, "")) | np.asarray(pc.match_substring_regex(time, _NO_TIME))
        timed[where] = ~empty
    return months, timed
