"""Categories of personal data: one TOML file each, loaded into a ``Pack``; a schema with readable errors, and a linter."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from leftopen import packfile
from leftopen.errors import CategoryError

FAMILIES = (
    "biometric",
    "biographical",
    "location",
    "contact",
    "identity",
    "financial",
    "health",
    "credential",
    "device",
    "child",
)
METHODS = ("pattern", "lexicon", "closed", "number", "date", "name", "content")
CHARS = ("any", "digits", "ascii", "han", "latin")
NEEDS = ("name", "siblings", "content")
GENERIC = frozenset({"code", "number", "id", "card", "no", "type", "value", "data", "info", "key", "号", "号码", "编号", "代码"})
"""Words that appear in names of fields of every kind: alone they may not raise a category."""

_SCHEMA: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    "": {"id": str, "title": str, "why": list, "source": str},
    "names": {},
    "context": {"words": list},
    "detect": {
        "method": str,
        "patterns": list,
        "fallback": list,
        "validator": str,
        "values": list,
        "range": list,
        "decimals": list,
        "length": list,
        "chars": str,
        "share": (int, float),
        "weight": (int, float),
        "chance": (int, float),
        "spans": bool,
    },
    "siblings": {"raise": list, "lower": list, "needs": list},
    "examples": {"true": list, "false": list},
}


@dataclass(frozen=True, eq=False)
class Category:
    """One declared kind of personal data. See ``docs/`` for the file format.

    ``chance`` is p0: the share of like-shaped values without any person behind them that pass the value test.
    ``names`` maps a language (en, zh, pinyin, initials …) to field-name phrases; a leading ``~`` marks a weak one.
    ``needs`` lists what must stand beside value evidence: ``name``, ``siblings`` or ``content``.
    """

    id: str
    title: str
    why: tuple[str, ...]
    source: str
    names: Mapping[str, tuple[str, ...]] = field(repr=False)
    unlike: tuple[str, ...] = field(repr=False)
    """Field-name words that speak against the category (``product`` for a person's name)."""
    context: tuple[str, ...] = field(repr=False)
    """Words in prose before or after a value that raise it."""
    method: str
    patterns: tuple[str, ...] = field(repr=False)
    fallback: tuple[str, ...] = field(repr=False)
    """Shapes that fit only if the field's name already says so; they prove nothing alone."""
    validator: str
    values: tuple[str, ...] = field(repr=False)
    range: tuple[float, float] | None
    decimals: tuple[int, int] | None
    length: tuple[int, int]
    """Length of a value in characters, inclusive."""
    chars: str
    share: float
    """Least share of distinct values that must match before the field as a whole is called so."""
    weight: float | None
    """Most that value evidence may add to the log-odds; None: derived from ``chance``."""
    chance: float
    spans: bool
    """True if ``explain`` looks for it inside prose."""
    raised_by: tuple[str, ...]
    lowered_by: tuple[str, ...]
    needs: frozenset[str]
    true: tuple[str, ...] = field(repr=False)
    false: tuple[str, ...] = field(repr=False)
    path: str = ""
    """File it came from, relative to its pack's root."""

    @property
    def family(self) -> str:
        """First part of the id."""
        return self.id.partition(".")[0]

    @cached_property
    def tests(self) -> str:
        """Digest of what only records can answer: how values are tested, and which siblings are heard."""
        asked = (self.method, self.patterns, self.fallback, self.validator, self.values, self.range, self.decimals, self.length)
        digest = hashlib.sha256(repr((*asked, self.chars, self.raised_by, self.lowered_by)).encode())
        return digest.hexdigest()[:12]


@dataclass(frozen=True, eq=False)
class Pack:
    """All categories in force, and a version that changes whenever one of them does."""

    categories: Mapping[str, Category]
    version: str

    @cached_property
    def by_method(self) -> Mapping[str, tuple[Category, ...]]:
        """Categories grouped by how their values are tested, in id order."""
        return {m: tuple(c for c in self.categories.values() if c.method == m) for m in METHODS}


@dataclass(frozen=True, slots=True)
class Lint:
    """One breach of a named rule by one category."""

    rule: str
    category: str
    advice: str


def _fail(path: str, what: str) -> CategoryError:
    return CategoryError(
        f"Category file {path}: {what}", "Correct the file; `leftopen categories` shows the format.", "categories.md"
    )


def _strings(path: str, where: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise _fail(path, f"{where} must be a list of texts.")
    return tuple(value)


def _pair(path: str, where: str, value: Any) -> tuple[float, float]:
    good = isinstance(value, list) and len(value) == 2 and all(isinstance(v, int | float) for v in value)
    if not good or value[0] > value[1]:
        raise _fail(path, f"{where} must be two numbers, the lower first.")
    return (value[0], value[1])


def _check_keys(path: str, raw: Mapping[str, Any]) -> None:
    for key, value in raw.items():
        if isinstance(value, dict):
            if key not in _SCHEMA or not key:
                raise _fail(path, f"unknown section [{key}].")
            known = _SCHEMA[key]
            for name, inner in value.items():
                if known and name not in known:
                    raise _fail(path, f"unknown key {name!r} in [{key}].")
                if known and not isinstance(inner, known[name]):
                    raise _fail(path, f"{key}.{name} has the wrong type.")
        elif key not in _SCHEMA[""]:
            raise _fail(path, f"unknown key {key!r}.")
        elif not isinstance(value, _SCHEMA[""][key]):
            raise _fail(path, f"{key} has the wrong type.")


def parse_category(text: str, path: str = "<text>") -> Category:
    """Read one category from TOML; raises CategoryError with one readable sentence."""
    return _built(_checked(text, path), path)


def _checked(text: str, path: str) -> dict[str, Any]:
    """The content of a category file whose keys are known, with types as they should be, and whose patterns compile."""
    import tomllib

    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as err:
        raise _fail(path, f"not valid TOML ({err}).") from None
    _check_keys(path, raw)
    for key in ("patterns", "fallback"):
        _compile_all(path, _strings(path, f"detect.{key}", raw.get("detect", {}).get(key, [])))
    return raw


def _built(raw: Mapping[str, Any], path: str) -> Category:
    ident, title = raw.get("id", ""), raw.get("title", "")
    if not re.fullmatch(r"[a-z]+\.[a-z0-9_]+", ident):
        raise _fail(path, "id must read family.name in small letters.")
    if ident.partition(".")[0] not in FAMILIES:
        raise _fail(path, f"the family of {ident} is none of {', '.join(FAMILIES)}.")
    if not title:
        raise _fail(path, "title is missing.")
    detect, siblings, examples = raw.get("detect", {}), raw.get("siblings", {}), raw.get("examples", {})
    method = detect.get("method", "")
    if method not in METHODS:
        raise _fail(path, f"detect.method must be one of {', '.join(METHODS)}.")
    if detect.get("chars", "any") not in CHARS:
        raise _fail(path, f"detect.chars must be one of {', '.join(CHARS)}.")
    patterns = _strings(path, "detect.patterns", detect.get("patterns", []))
    if method == "pattern" and not patterns:
        raise _fail(path, "method 'pattern' needs detect.patterns.")
    fallback = _strings(path, "detect.fallback", detect.get("fallback", []))
    needs = _strings(path, "siblings.needs", siblings.get("needs", []))
    if set(needs) - set(NEEDS):
        raise _fail(path, f"siblings.needs may hold only {', '.join(NEEDS)}.")
    names = {k: _strings(path, f"names.{k}", v) for k, v in raw.get("names", {}).items()}
    low, high = _pair(path, "detect.length", detect.get("length", [1, 100_000]))
    chance = float(detect.get("chance", -1.0))
    if chance > 1:
        raise _fail(path, "detect.chance is a share between 0 and 1.")
    return Category(
        id=ident,
        title=title,
        why=_strings(path, "why", raw.get("why", [])),
        source=raw.get("source", ""),
        names=MappingProxyType({k: v for k, v in names.items() if k != "not"}),
        unlike=names.get("not", ()),
        context=_strings(path, "context.words", raw.get("context", {}).get("words", [])),
        method=method,
        patterns=patterns,
        fallback=fallback,
        validator=detect.get("validator", ""),
        values=_strings(path, "detect.values", detect.get("values", [])),
        range=_pair(path, "detect.range", detect["range"]) if "range" in detect else None,
        decimals=_decimals(path, detect),
        length=(int(low), int(high)),
        chars=detect.get("chars", "any"),
        share=float(detect.get("share", 0.5)),
        weight=float(detect["weight"]) if "weight" in detect else None,
        chance=chance,
        spans=detect.get("spans", method == "pattern"),
        raised_by=_strings(path, "siblings.raise", siblings.get("raise", [])),
        lowered_by=_strings(path, "siblings.lower", siblings.get("lower", [])),
        needs=frozenset(needs),
        true=_strings(path, "examples.true", examples.get("true", [])),
        false=_strings(path, "examples.false", examples.get("false", [])),
        path=path,
    )


def _decimals(path: str, detect: Mapping[str, Any]) -> tuple[int, int] | None:
    if "decimals" not in detect:
        return None
    low, high = _pair(path, "detect.decimals", detect["decimals"])
    return (int(low), int(high))


def _compile_all(path: str, patterns: Iterable[str]) -> None:
    import re2

    options = re2.Options()
    options.log_errors = False
    for pattern in patterns:
        if re.search(r"\(\?(?:<?[=!])|\\[1-9]", pattern):
            raise _fail(path, "patterns are RE2: no look-around, no back-references (borders are the engine's work).")
        try:
            re2.compile(pattern, options)
        except re2.error as err:
            raise _fail(path, f"a pattern does not compile ({_reason(err)}).") from None


def _reason(err: Exception) -> str:
    first = err.args[0] if err.args else ""
    return first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)


def _files(roots: Sequence[Path]) -> Iterator[tuple[str, str]]:
    for root in roots:
        if not root.is_dir():
            raise CategoryError(f"{root} is not a folder of category files.", "Name a folder.", "categories.md")
        for file in sorted(root.rglob("*.toml")):
            try:
                yield file.relative_to(root).as_posix(), file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                raise _fail(file.name, "cannot be read as UTF-8 text.") from None


def load_pack(extra: Sequence[Path] = ()) -> Pack:
    """The built-in categories and those of the folders in ``extra`` (same format; an id may not repeat). Cached."""
    return _load(tuple(extra))


@cache
def _load(extra: tuple[Path, ...]) -> Pack:
    categories: dict[str, Category] = {}
    version = hashlib.sha256()
    files = list(_files([Path(__file__).parent / "categories", *extra]))
    digest = packfile.digest_of(files)
    known = packfile.recall(digest)
    contents = known if known is not None else [(path, _checked(text, path)) for path, text in files]
    for (path, text), (_, raw) in zip(files, contents, strict=True):
        category = _built(raw, path)
        if category.id in categories:
            raise _fail(path, f"the id {category.id} is already taken by {categories[category.id].path}.")
        categories[category.id] = category
        version.update(path.encode() + b"\0" + text.encode() + b"\0")
    if known is None:
        packfile.keep(digest, contents)
    ordered = dict(sorted(categories.items()))
    return Pack(MappingProxyType(ordered), version.hexdigest()[:12])


def lint_pack(
    pack: Pack,
    *,
    validators: Collection[str] | None = None,
    accepts: Callable[[Category, str], bool] | None = None,
) -> list[Lint]:
    """Every breach of the named rules, in id order.

    ``validators``: names the engine knows (rule ``validator-unknown``); ``accepts``: the engine's own judgement of one
    value (rules ``example-fails`` and ``counter-example-passes``). Both are left out if None.
    """
    found: list[Lint] = []
    for category in pack.categories.values():
        found += [Lint(rule, category.id, advice) for rule, advice in _breaches(category, pack, validators)]
        if accepts is not None and category.method not in ("name", "content"):
            found += [Lint("example-fails", category.id, "A true example is refused.") for e in category.true
                      if not accepts(category, e)]  # fmt: skip
            found += [Lint("counter-example-passes", category.id, "A false example is accepted.")
                      for e in category.false if accepts(category, e)]  # fmt: skip
    return found


def _breaches(category: Category, pack: Pack, validators: Collection[str] | None) -> Iterator[tuple[str, str]]:
    by_value = category.method not in ("name", "content")
    if category.path and not category.path.endswith(f"{category.id.replace('.', '/')}.toml"):
        yield "id-is-path", "Put the file at <family>/<name>.toml."
    if not category.source:
        yield "source-missing", "Say where format and reason come from."
    if not category.why:
        yield "why-missing", "Tag the law or reason, as gdpr-9."
    if not any(category.names.values()):
        yield "names-missing", "Give at least one field-name phrase."
    if by_value and (len(category.true) < 2 or len(category.false) < 2):
        yield "examples-missing", "Give at least two true and two false examples."
    if by_value and category.chance < 0:
        yield "chance-missing", "Run scripts/measure_chance.py."
    for words in [*category.names.values(), category.context]:
        if any(word in GENERIC for word in words):
            yield "generic-word", "A word that names anything may not raise a category."
    if validators is not None and category.validator and category.validator not in validators:
        yield "validator-unknown", "The engine has no validator of that name."
    for other in (*category.raised_by, *category.lowered_by):
        if other not in pack.categories and other not in FAMILIES and not other.startswith("~"):
            yield "sibling-unknown", "Siblings are category ids or families."
