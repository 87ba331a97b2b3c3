"""What has been seen of one field: a bounded uniform draw of its distinct values as hashes, counts and coarse features.

The draw keeps the ``KEPT`` smallest hashes ("bottom-k"). So it is the same whatever the order of the records and however the
collection was cut into slices, two of them merge exactly, and the longer the stream, the fewer new values need a test.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pt

from leftopen.classify.dates import parse_dates
from leftopen.classify.patterns import LONGEST, Matcher, decimals_of, numbers_of
from leftopen.classify.shape import Array, hash_values, shape_of

KEPT = 512
"""Distinct values that a field's verdict rests on at most."""

PROSE_TESTED = 64
"""Of the kept values so many at most, those of smallest hash, are searched for spans if they read like prose."""

BLANKS = pa.array([
    "", "-", "--", "---", "/", ".", "?", "n/a", "na", "n.a.", "#n/a", "nan", "nil", "null", "none", "(null)", "<null>", "\\n",
    "unknown", "missing", "not available", "not applicable", "tbd", "pending", "see notes",
    "无", "空", "未知", "不详", "不明", "暂无", "待定", "待补充", "未填", "未填写", "同上", "无数据",
    "k.a.", "unbekannt", "inconnu", "desconocido", "sconosciuto", "onbekend", "neznámý",
])  # fmt: skip
"""What people and exports write where a value is missing (lower case): it says nothing about the field."""

FEATURES = np.dtype([
    ("number", "f8"), ("decimals", "i2"), ("month", "i4"), ("timed", "?"), ("chars", "i4"), ("head", "i4"),
    ("digits", "i4"), ("letters", "i4"), ("upper", "i4"), ("space", "i4"), ("han", "i4"), ("punct", "i4"),
])  # fmt: skip
"""Per kept value. ``number`` is rounded to six significant digits; ``head`` holds the first three digits of long numbers."""


HELD = LONGEST + 1
"""Characters of a kept value that are held until it is tested: a longer one takes part in no test."""


@dataclass(slots=True, repr=False)
class FieldEvidence:
    """The evidence of one field. Arrays are aligned and sorted by hash; ``hits`` has one column per label of the matcher.

    The kept values themselves stay until the field is judged: so each is tested once, all of a field together, and what is
    found depends on which values are kept and on nothing else. They leave with nothing: no repr, no pickling.
    """

    labels: int
    hashes: Array = field(default_factory=lambda: np.empty(0, np.uint64))
    counts: Array = field(default_factory=lambda: np.empty(0, np.int64))
    rows: int = 0
    types: set[str] = field(default_factory=set)
    cut: bool = False
    """True once a distinct value was left out."""
    _text: pa.Array = field(default_factory=lambda: pa.array([], pa.string()))
    _matcher: Matcher | None = None
    _path: str = ""
    _told: tuple[Array, Array] | None = None
    _read: tuple[Array, Array] | None = None
    """Hashes that were searched for spans, and what was found, so that a later judgement need not search them again."""

    @property
    def tested(self) -> int:
        """Distinct values tested."""
        return len(self.hashes)

    @property
    def spellings(self) -> int:
        """Distinct kept values when capitals are not told from small letters."""
        return int(pc.count_distinct(pc.utf8_lower(self._text)).as_py()) if self.tested else 0

    @property
    def features(self) -> Array:
        """Coarse features (``FEATURES``) of the kept values."""
        return self._tell()[0]

    @property
    def hits(self) -> Array:
        """Bool, kept values by labels: which tests each passed."""
        return self._tell()[1]

    @property
    def distinct(self) -> float:
        """Estimate of distinct values in the field."""
        if not self.cut or self.tested < 2:
            return float(self.tested)
        return (self.tested - 1) / (float(self.hashes[-1]) / 2.0**64)

    def add(self, values: pa.Array, matcher: Matcher, path: str = "") -> None:
        """Take in one batch of leaf values (no nulls) of the field at ``path``."""
        self.rows += len(values)
        self._matcher, self._path = matcher, path
        values = as_pairs(values)
        kind = values.type
        if not len(values) or pt.is_nested(kind) or pt.is_binary(kind) or pt.is_fixed_size_binary(kind):
            return
        unique, first, counts = self._smallest(hash_values(values))
        at = np.searchsorted(self.hashes, unique)
        known = np.append(self.hashes, np.uint64(0))[at] == unique if self.tested else np.zeros(len(unique), bool)
        known &= at < self.tested
        self.counts[at[known]] += counts[known]
        fresh = np.flatnonzero(~known)
        if len(fresh) > KEPT:
            fresh, self.cut = fresh[:KEPT], True
        if not len(fresh):
            return
        text = held_text(values.take(pa.array(first[fresh])))
        said = np.flatnonzero(~np.asarray(pc.is_in(pc.utf8_lower(text), value_set=BLANKS)))
        if len(said) < len(fresh):
            fresh, text = fresh[said], text.take(pa.array(said))
        self._insert(unique[fresh], counts[fresh], text)

    def _smallest(self, hashes: Array) -> tuple[Array, Array, Array]:
        """Different hashes of one batch in order, where each stands, and how often; those left out could not be kept."""
        if self.cut:
            places = np.flatnonzero(hashes <= self.hashes[-1])
            unique, first, counts = _distinct(hashes[places])
            return unique, places[first], counts
        if not self.tested and len(hashes) > 8 * KEPT:
            # of a first batch with many values the smallest few hashes are enough, if they are of more values than are kept
            places = np.flatnonzero(hashes <= np.uint64(2**64 // len(hashes) * 2 * KEPT))
            unique, first, counts = _distinct(hashes[places])
            if len(unique) > KEPT:
                return unique, places[first], counts
        return _distinct(hashes)

    def merge(self, other: FieldEvidence) -> None:
        """Take in what another reader saw of the same field."""
        self.rows += other.rows
        self.types |= other.types
        _, mine, theirs = np.intersect1d(self.hashes, other.hashes, assume_unique=True, return_indices=True)
        self.counts[mine] += other.counts[theirs]
        new = np.ones(other.tested, bool)
        new[theirs] = False
        self.cut |= other.cut
        limit = min((e.hashes[-1] for e in (self, other) if e.cut and e.tested), default=np.uint64(2**64 - 1))
        self._insert(other.hashes[new], other.counts[new], other._text.filter(pa.array(new)))
        keep = self.hashes <= limit
        self.hashes, self.counts, self._text = self.hashes[keep], self.counts[keep], self._text.filter(pa.array(keep))
        self._matcher, self._path = self._matcher or other._matcher, self._path or other._path

    def _insert(self, hashes: Array, counts: Array, text: pa.Array) -> None:
        joined = np.concatenate([self.hashes, hashes])
        order = np.argsort(joined, kind="stable")
        if len(order) > KEPT:
            order, self.cut = order[:KEPT], True
        self.hashes = joined[order]
        self.counts = np.concatenate([self.counts, counts])[order]
        self._text = pa.concat_arrays([self._text, text]).take(pa.array(order))
        self._told = None

    def _tell(self) -> tuple[Array, Array]:
        """Test the kept values, all together, in the order of their hashes."""
        if self._told is None:
            if self._matcher is None or not self.tested:
                return np.empty(0, FEATURES), np.empty((0, self.labels), bool)
            features, hits = describe(self._text, self._matcher, self._path, drawn=True)
            self._search(features, hits, self._matcher)
            self._told = features, hits
        return self._told

    def _search(self, features: Array, hits: Array, matcher: Matcher) -> None:
        """Search the values of smallest hash for spans, those only that were not searched before."""
        first = self.hashes[:PROSE_TESTED]
        again = np.zeros(len(first), bool)
        if self._read is not None:
            _, now, then = np.intersect1d(first, self._read[0], assume_unique=True, return_indices=True)
            again[now] = True
            hits[now] |= self._read[1][then]
        found = np.zeros((len(first), hits.shape[1]), bool)
        mark_prose(self._text, features, found, np.flatnonzero(~again), matcher)
        hits[: len(first)] |= found
        if self._read is not None:
            found[now] = self._read[1][then]
        self._read = first, found

    def __reduce_ex__(self, _protocol: Any) -> NoReturn:
        raise TypeError("evidence holds values: it never leaves its worker")


def _distinct(hashes: Array) -> tuple[Array, Array, Array]:
    """Different hashes in order, the place of one of each, and their counts."""
    order = np.argsort(hashes)
    ordered = hashes[order]
    begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(ordered)])
    return ordered[begins], order[begins], np.diff(np.append(begins, len(ordered)))


def held_text(values: pa.Array) -> pa.Array:
    """The values as plain text, no longer than a test looks at."""
    text = plain(as_text(values))
    if len(text) and (pc.max(pc.binary_length(text)).as_py() or 0) > HELD:
        text = pc.utf8_slice_codeunits(text, 0, HELD)
    return text.cast(pa.string())


def as_pairs(values: pa.Array) -> pa.Array:
    """Lists of exactly two numbers as text ``a,b``: points are written so. Everything else as it is."""
    kind = values.type
    if not (pt.is_list(kind) or pt.is_large_list(kind) or pt.is_fixed_size_list(kind)) or not pt.is_floating(kind.value_type):
        return values
    sizes = pc.unique(pc.list_value_length(values))
    if len(values) == 0 or len(sizes) != 1 or sizes[0].as_py() != 2:
        return values
    flat = as_text(pc.list_flatten(values))
    if len(flat) != 2 * len(values) or flat.null_count:
        return values
    ends = np.arange(0, 2 * len(values), 2)
    return pc.binary_join_element_wise(flat.take(pa.array(ends)), flat.take(pa.array(ends + 1)), ",")


def plain(text: pa.Array) -> pa.Array:
    """Full-width signs as plain ones (NFKC), blanks at both ends dropped."""
    text = pc.fill_null(text, "")
    if not pc.all(pc.string_is_ascii(text)).as_py():
        text = pc.utf8_normalize(text, "NFKC")
    return pc.utf8_trim_whitespace(text)


def as_text(values: pa.Array) -> pa.Array:
    """The values as text, the way a person would write them."""
    if pt.is_string(values.type):
        return values
    if pt.is_timestamp(values.type):
        return pc.strftime(values.cast(pa.timestamp("s"), safe=False), format="%Y-%m-%d %H:%M:%S")
    if pt.is_floating(values.type):
        whole = pc.and_(pc.equal(values, pc.round(values)), pc.less(pc.abs(values), 1e15))
        text = values.cast(pa.string())
        as_whole = pc.if_else(whole, values, 0.0).cast(pa.int64()).cast(pa.string())
        return pc.if_else(pc.fill_null(whole, False), as_whole, text)
    try:
        return values.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return pa.array([""] * len(values), pa.string())


def describe(text: pa.Array, matcher: Matcher, path: str = "", *, drawn: bool = False) -> tuple[Array, Array]:
    """Features and hits of values; ``drawn`` as in `Matcher.test`."""
    text = pc.fill_null(text, "")
    shape = shape_of(text)
    out = np.zeros(len(text), FEATURES)
    out["number"] = np.nan
    out["chars"], out["digits"], out["letters"], out["upper"] = shape.chars, shape.digits, shape.letters, shape.upper
    out["space"], out["han"], out["punct"] = shape.space, shape.han, shape.punct
    numeric = np.flatnonzero((shape.digits > 0) & (shape.digits + shape.punct + shape.space == shape.chars) & (shape.chars < 40))
    if len(numeric):
        some = text.take(pa.array(numeric))
        number = numbers_of(some)
        out["number"][numeric], out["decimals"][numeric] = number, decimals_of(some)
    dateish = np.flatnonzero((shape.digits >= 5) & (shape.chars <= 40) & (shape.chars >= 6))
    if len(dateish):
        out["month"][dateish], out["timed"][dateish] = parse_dates(text.take(pa.array(dateish)))
    long = np.flatnonzero((shape.digits >= 8) & (shape.digits == shape.chars))
    if len(long):
        out["head"][long] = np.asarray(pc.utf8_slice_codeunits(text.take(pa.array(long)), 0, 3).cast(pa.int32()))
    return out, matcher.test(text, shape, path, drawn=drawn)


def is_prose(features: Array) -> Array:
    """Values that read like sentences: several words, or a run of Han characters with more than a name in it."""
    latin = (features["space"] >= 3) & (features["letters"] > 0.5 * features["chars"])
    han = (features["chars"] >= 12) & (features["han"] >= 0.4 * features["chars"])
    return np.asarray((latin | han) & (features["chars"] <= 4000))


def mark_prose(text: pa.Array, features: Array, hits: Array, at: Array, matcher: Matcher) -> None:
    """Search the values at ``at`` for spans and note the categories found inside them (labels ``~in:``)."""
    at = at[is_prose(features[at])]
    if not len(at):
        return
    from leftopen.classify.explain import explain_text

    for row, value in zip(at.tolist(), text.take(pa.array(at)).to_pylist(), strict=True):
        for span in explain_text(value, matcher.pack).spans:
            index = matcher.at.get(f"~in:{span.category}")
            if index is not None and span.confidence >= 0.7:
                hits[row, index] = True


def _withheld(self: Any) -> str:
    return f"<evidence of {self.tested} distinct values>"


FieldEvidence.__repr__ = _withheld  # type: ignore[method-assign]
