"""Which categories each value passes: one multi-pattern pass (an RE2 set), then check digits and lexicons on survivors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leftopen.category import Category, Pack
from leftopen.classify.checks import CHECKS, Check, run_check
from leftopen.classify.checks_national import NATIONAL
from leftopen.classify.clues import CLUES
from leftopen.classify.dates import parse_dates
from leftopen.classify.lexicons import LEXICONS
from leftopen.classify.names import named_categories
from leftopen.classify.numbers import NumberRules, is_closed
from leftopen.classify.phones import national_phones
from leftopen.classify.scripts import WORLD, illness
from leftopen.classify.shape import Array, Shape, shape_of
from leftopen.classify.told import MARK, tell, told_words

LONGEST = 4096
"""Values of more bytes take no part in pattern tests (pictures, documents)."""

AUTOMATON_BYTES = 64 << 20
"""Memory that the automaton of all patterns may take; with less it is thrown away and begun anew while it is used."""

FIRST_WORDS, KNOWN_WORDS = 64, 3
"""Values of a draw that a lexicon is asked about first, and how many of them it must know to be asked about the rest."""

FIRST_CODES = 48
"""Values of a draw that have a code's form and whose check digits are tried before those of the rest."""

MOBILE = 0.8
"""Share of Chinese mobile numbers from which on no other country's plan of telephone numbers is tried."""

LONE_COLUMN, LONE_WORDS = 6, 128
"""Least distinct values of a column whose words are looked up as names, and how many of them are."""

DECOYS: tuple[tuple[str, str], ...] = (
    ("uuid", r"\{?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\}?"),
    ("hex", r"(?:[0-9a-f]{24}|[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})"),
    ("version", r"[vV]?\d{1,3}(?:\.\d{1,5}){2,3}(?:[-+][0-9A-Za-z.-]+)?"),
    ("moment", r"(?:19|20)\d\d-?\d\d-?\d\d[T _]?\d\d:?\d\d(?::?\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"),
    ("epoch", r"1[0-9]\d{8}(?:\.\d+)?|1[0-9]\d{11}|1[0-9]\d{14}|1[0-9]\d{17}"),
    ("article", r"\d{8}|\d{12,13}"),
    ("integer", r"[-+]?\d{1,18}"),
    ("decimal", r"[-+]?\d{1,18}[.,]\d+"),
    ("url", r"[a-z][a-z0-9+.-]{1,12}://.*"),
    ("path", r"(?:[A-Za-z]:)?(?:[\\/][^\\/]+){2,}"),
    ("constant", r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"),
    ("code", r"[A-Za-z]{1,6}[-_]?\d{2,14}(?:[-_][A-Za-z0-9]{1,8})*"),
)
"""Shapes of values that are about no person; ``article`` also needs its check digit."""


PROSE = (
    "biographical.name_zh", "biographical.name_latin", "biographical.birth_date", "contact.mobile_cn", "contact.email",
    "contact.phone_intl", "contact.landline_cn", "contact.wechat", "contact.qq", "identity.cn_ric18", "identity.us_ssn",
    "identity.plate_cn", "identity.hk_id", "identity.tw_id", "location.address_zh", "location.address_latin",
    "financial.card_pan", "financial.iban", "credential.api_key", "credential.jwt", "credential.password_plain",
    "credential.private_key",
)  # fmt: skip
"""Categories that a field of sentences is said to hold when enough of them do (labels ``~in:``)."""


def validators() -> dict[str, Check]:
    """Every validator a category file may name."""
    return {**CHECKS, **NATIONAL, **LEXICONS, **WORLD}


class Matcher:
    """Tests values against a pack. ``labels`` names the columns of ``test``: ids, ``~fit:`` and ``~in:`` + ids, ``~`` + decoys.

    A label that is an id says the value itself speaks for the category; ``~fit:`` only that it would fit if the field's name
    says so.
    """

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._checks = validators()
        rules: list[tuple[str, str]] = []
        self._closed: list[tuple[int, pa.Array]] = []
        self._lexical: list[tuple[int, Category]] = []
        self._checked: list[tuple[int, Category]] = []
        self.labels: list[str] = []
        for category in pack.categories.values():
            if is_quiet(category):
                self._label(own_label(category))
                if category.method == "pattern" and category.fallback:
                    self._label(f"~fit:{category.id}")
            else:
                self._add(category, rules)
        for name, pattern in (*DECOYS, *CLUES):
            rules.append((pattern, self._label(f"~{name}")))
        self._label("~phone")
        self._label("~illness")
        for told in told_words():
            self._label(f"{MARK}{told.category}")
        self._label("~lone")
        self._label("~word")
        for ident in PROSE:
            if ident in pack.categories:
                self._label(f"~in:{ident}")
        self.at = {label: index for index, label in enumerate(self.labels)}
        self.decoys = [(label, index) for label, index in self.at.items() if label.startswith("~") and ":" not in label]
        self._rules = [(pattern, self.at[label]) for pattern, label in rules]
        self._engine = _engine(tuple(p for p, _ in self._rules))
        closed = [c for c in pack.categories.values() if is_closed(c)]
        self._numbers = NumberRules(closed, [self.at[c.id] for c in closed], self._checks)
        self._owner = np.array([index for _, index in self._rules], np.int64)

    def _label(self, label: str) -> str:
        if label not in self.labels:
            self.labels.append(label)
        return label

    def _add(self, category: Category, rules: list[tuple[str, str]]) -> None:
        fit = f"~fit:{category.id}"
        proves = category.method in ("pattern", "lexicon")
        for pattern in category.patterns:
            rules.append((pattern, self._label(category.id if proves else fit)))
        for pattern in category.fallback:
            rules.append((pattern, self._label(fit)))
        if category.method == "closed":
            self._closed.append((len(self.labels), pa.array(sorted(_cased(category.values)))))
            self._label(category.id)
        elif category.method == "lexicon" and not category.patterns:
            self._lexical.append((len(self.labels), category))
            self._label(category.id)
        elif category.validator:
            label = category.id if proves else fit
            self._checked.append((self.labels.index(label), category))

    def test(self, values: pa.Array, shape: Shape | None = None, path: str = "", *, drawn: bool = False) -> Array:
        """Bool matrix, values by labels. ``values``: a string array without nulls.

        Categories that count only under a name (`is_quiet`) are tested only if the last part of ``path`` names them. ``drawn``:
        the values are a random draw in random order, so a lexicon that knows none of the first ones is not asked for the rest.
        """
        shape = shape or shape_of(values)
        out = np.zeros((len(values), len(self.labels)), bool)
        if not len(values):
            return out
        text = values
        if int(shape.space.max()) > 0:
            text = pc.utf8_trim_whitespace(pc.replace_substring_regex(values, r"[\r\n\t]+", " "))
        short = np.asarray(pc.binary_length(text)) <= LONGEST
        rows, rules = self._engine(text if short.all() else pc.if_else(pa.array(short), text, ""))
        owners = self._owner[rules]
        out[rows, owners] = True
        passed = set(np.unique(owners).tolist())
        for index, category in self._checked:
            if index in passed:
                self._validate(out, index, text, category, FIRST_CODES if drawn else None)
        self._numbers.test(text, shape, out)
        told = np.flatnonzero((shape.digits * 2 < shape.chars) & (shape.chars <= 60) & (shape.chars >= 2))
        if len(told):
            out[told, self.at["~illness"]] = illness(text.take(pa.array(told)))
        mobile = self.at.get("contact.mobile_cn")
        if mobile is None or out[:, mobile].mean() < MOBILE:  # else the numbers are known already
            out[:, self.at["~phone"]] = national_phones(text, shape)
        self._test_lone(out, text, shape)
        tell(text, shape, out, self.at)
        worded = short & (shape.letters + shape.other + shape.han > 0)
        for index, category in self._lexical:
            self._look_up(out, index, text, category, _gate(shape, category) & worded, drawn)
        for index, members in self._closed:
            out[:, index] = np.asarray(pc.is_in(text, value_set=members))
        for category in named_categories(path, self.pack) if path else ():
            if is_quiet(category):
                self._test_quiet(out, text, short, category)
        article = self.at["~article"]
        at = np.flatnonzero(out[:, article])
        out[at, article] = run_check(CHECKS["ean"], text.take(pa.array(at)))
        return out

    def _test_lone(self, out: Array, text: pa.Array, shape: Shape) -> None:
        """Single words in Latin letters are looked up as names; columns of other texts are not."""
        lone = (shape.space <= 2) & (shape.digits == 0) & (shape.han == 0) & (shape.letters >= 2) & (shape.chars <= 24)
        if lone.mean() < 0.8 or float(shape.space[lone].mean()) > 0.4 or len(text) < LONE_COLUMN:
            return
        from leftopen.classify.lone import lone_names

        at = np.flatnonzero(lone)[:LONE_WORDS]
        out[at, self.at["~lone"]], out[at, self.at["~word"]] = lone_names(text.take(pa.array(at)))

    def _test_quiet(self, out: Array, text: pa.Array, short: Array, category: Category) -> None:
        index = self.at[own_label(category)]
        out[:, index] = short & _any_of(text, category.patterns)
        if category.validator:
            self._validate(out, index, text, category)
        if category.fallback:
            out[:, self.at[f"~fit:{category.id}"]] |= short & _any_of(text, category.fallback)

    def _look_up(self, out: Array, index: int, text: pa.Array, category: Category, gate: Array, drawn: bool) -> None:
        """Ask a lexicon: at a draw about the first values, and about the rest if it knows some of those."""
        first = gate.copy()
        first[FIRST_WORDS:] &= not drawn
        if not first.any():
            return
        out[:, index] = first
        self._validate(out, index, text, category)
        if drawn and len(gate) > FIRST_WORDS and out[:, index].sum() >= KNOWN_WORDS:
            gate[:FIRST_WORDS], known = False, out[:, index].copy()
            out[:, index] = gate
            self._validate(out, index, text, category)
            out[:, index] |= known

    def _validate(self, out: Array, index: int, text: pa.Array, category: Category, first: int | None = None) -> None:
        """Of the values that are marked leave those that pass the check; if none of the ``first`` does, none is asked further."""
        check = self._checks[category.validator]
        at = np.flatnonzero(out[:, index])
        if first and len(at) > first and not run_check(check, text.take(pa.array(at[:first]))).any():
            out[at, index] = False
            return
        out[at, index] = run_check(check, text.take(pa.array(at)))

    def accepts(self, category: Category, value: str) -> bool:
        """Does one value pass the category's own test? For examples and for measuring chance."""
        return bool(self.accepts_all(category, pa.array([value]))[0])

    def accepts_all(self, category: Category, values: pa.Array) -> Array:
        """The same for many values."""
        if category.method in ("number", "date"):
            numbers = numbers_of(values)
            if category.method == "number":
                low, high = category.range or (-np.inf, np.inf)
                most = category.decimals[1] if category.decimals else 99
                return (numbers >= low) & (numbers <= high) & (decimals_of(values) <= most)
            months, _ = parse_dates(values)
            return np.asarray((months >= 1905 * 12) & (months < 2100 * 12))
        label = category.id if category.id in self.at else f"~fit:{category.id}"
        tested = self.test(values)
        if is_quiet(category):
            self._test_quiet(tested, values, np.ones(len(values), bool), category)
        hit = tested[:, self.at[label]] if label in self.at else np.zeros(len(values), bool)
        if category.method == "closed" or label.startswith("~"):
            return np.asarray(hit)
        chars = shape_of(values).chars
        return np.asarray(hit & (chars >= category.length[0]) & (chars <= category.length[1]))


def is_quiet(category: Category) -> bool:
    """Is a value's form worth nothing unless the field's name says what it is? Then fields of other names are not tested."""
    alone = category.method == "pattern" and category.needs == {"name"} and not category.spans
    return bool(category.patterns) and (category.method == "name" or alone or is_closed(category))


def own_label(category: Category) -> str:
    """The label under which a category's own patterns are noted."""
    return category.id if category.method in ("pattern", "lexicon") else f"~fit:{category.id}"


def _any_of(text: pa.Array, patterns: Sequence[str]) -> Array:
    joined = "|".join(f"(?:{p})" for p in patterns)
    return np.asarray(pc.match_substring_regex(text, f"^(?:{joined})$"))


def _gate(shape: Shape, category: Category) -> Array:
    low, high = category.length
    gate = (shape.chars >= low) & (shape.chars <= high)
    if category.chars == "han":
        gate &= shape.han >= shape.chars - 1
    elif category.chars == "latin":
        gate &= (shape.digits == 0) & (shape.han == 0) & (shape.letters + shape.other > 0)
    return gate


def numbers_of(values: pa.Array) -> Array:
    """Float64 per value, NaN where the text is no plain number."""
    plain = pc.match_substring_regex(values, r"^\s*[-+]?\d{1,18}(?:\.\d{1,18})?\s*$")
    text = pc.utf8_trim_whitespace(pc.if_else(plain, pc.replace_substring(values, "+", ""), None))
    return np.asarray(text.cast(pa.float64()).fill_null(np.nan), np.float64)


def decimals_of(values: pa.Array) -> Array:
    """Digits after the point, 0 where there is none."""
    point = np.asarray(pc.find_substring(values, "."))
    return np.where(point < 0, 0, np.asarray(pc.binary_length(values)) - point - 1).astype(np.int64)


def _cased(values: Sequence[str]) -> set[str]:
    """The members of a closed list, and each in capitals (small ones with one capital too), as forms and exports write them."""
    out = set(values)
    for value in values:
        if len(value) > 2:
            out |= {value.upper()} | ({value.capitalize()} if value.islower() else set())
    return out


_ANYTHING = r"(?s).*"
"""The last pattern of a set: what not even this matches is a value on which the automaton gave up, not one that nothing fits."""


class _Engine:
    """All patterns in one RE2 set: one automaton, made in milliseconds, that says for each value which patterns match it whole."""

    def __init__(self, patterns: Sequence[str]) -> None:
        import re2

        options = re2.Options()
        options.max_mem = AUTOMATON_BYTES
        options.log_errors = False
        self._set = re2.Set.FullMatchSet(options)
        for pattern in (*patterns, _ANYTHING):
            self._set.Add(pattern)
        self._set.Compile()
        self._patterns, self._options = tuple(patterns), options

    def __call__(self, values: pa.Array) -> tuple[Array, Array]:
        """Which value matches which pattern: two arrays of one length, places of values and of patterns."""
        match, alone = self._set.Match, self._one_by_one
        found = [(match(value) or alone(value)) if value else () for value in values.cast(pa.binary()).to_pylist()]
        rows = np.repeat(np.arange(len(found)), [len(rules) for rules in found])
        rules = np.fromiter(chain.from_iterable(found), np.int64, len(rows))
        real = rules < len(self._patterns)
        return rows[real], rules[real]

    def _one_by_one(self, value: bytes) -> list[int]:
        """For the rare value on which the automaton outgrows its memory."""
        return [rule for rule, pattern in enumerate(self._alone) if pattern.fullmatch(value)]

    @cached_property
    def _alone(self) -> list[Any]:
        import re2

        return [re2.compile(pattern, self._options) for pattern in self._patterns]


@lru_cache(maxsize=8)
def _engine(patterns: tuple[str, ...]) -> _Engine:
    return _Engine(patterns)


@lru_cache(maxsize=8)
def matcher(pack: Pack) -> Matcher:
    """The compiled matcher of a pack, made once."""
    return Matcher(pack)
