"""Dates in text, vectorised: which month, and whether a time of day stands beside it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leftopen.classify.shape import Array

_FORMS = (
    r"^(?P<y>(?:1[89]|20)\d{2})[-/.年](?P<m>0?[1-9]|1[0-2])[-/.月](?P<d>0?[1-9]|[12]\d|3[01])日?(?P<t>[T ].*)?$",
    r"^(?P<y>(?:1[89]|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?P<t>\d{6})?$",
    r"^(?P<d>0?[1-9]|[12]\d|3[01])[-/. ](?P<m>0?[1-9]|1[0-2])[-/. ](?P<y>(?:1[89]|20)\d{2})(?P<t>[T ].*)?$",
    r"^(?P<m>0?[1-9]|1[0-2])[-/](?P<d>0?[1-9]|[12]\d|3[01])[-/](?P<y>(?:1[89]|20)\d{2})(?P<t>[T ].*)?$",
    r"^(?P<y>(?:1[89]|20)\d{2})[-/.年](?P<m>0?[1-9]|1[0-2])月?(?P<d>)(?P<t>)$",
)
_NO_TIME = r"^[T ](?:00:?00(?::?00(?:\.0+)?)?)?(?:Z|[+-]\d\d:?\d\d| ?UTC)?$"


def parse_dates(values: pa.Array) -> tuple[Array, Array]:
    """For each text the month (``year * 12 + month - 1``, int64, 0 if it is no date) and whether it has a time of day.

    Year first, day first, month first and compact forms. The day of the month is checked loosely (≤ 31).
    """
    months = np.zeros(len(values), np.int64)
    timed = np.zeros(len(values), bool)
    for form in _FORMS:
        at = np.flatnonzero(months == 0)
        if not len(at):
            break
        found = pc.extract_regex(values.take(pa.array(at)), form)
        good = np.asarray(found.is_valid())
        if not good.any():
            continue
        year, month, time = (found.field(found.type.get_field_index(k)).filter(pa.array(good)) for k in "ymt")
        where = at[good]
        months[where] = np.asarray(year.cast(pa.int64())) * 12 + np.asarray(month.cast(pa.int64())) - 1
        empty = np.asarray(pc.equal(time, "")) | np.asarray(pc.match_substring_regex(time, _NO_TIME))
        timed[where] = ~empty
    return months, timed
