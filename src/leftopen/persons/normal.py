"""One spelling per identifier: what must be equal before hashing. Works on Arrow arrays of distinct values.

Every function takes an array and returns a string array of the same length, null where the value identifies nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

_PLACEHOLDERS = "null none nil nan n/a na unknown undefined test - -- . / ? x xx xxx 无 暂无 未知 没有 不详 空 同上"
PLACEHOLDERS = frozenset(_PLACEHOLDERS.split())
"""What people and programs write when there is nothing to write."""


def as_text(values: pa.Array) -> pa.Array:
    """Any scalar array as folded text: full-width forms made narrow, blanks at both ends gone, placeholders null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if pa.types.is_floating(values.type):
        whole = pc.and_(pc.is_finite(values), pc.equal(values, pc.floor(values)))
        values = pc.if_else(whole, values, None).cast(pa.int64(), safe=False)
    if pa.types.is_binary(values.type) or pa.types.is_large_binary(values.type):
        values = _decoded(values)
    text = values.cast(pa.string()) if not pa.types.is_string(values.type) else values
    narrow = pc.fill_null(pc.string_is_ascii(text), True)
    if not pc.all(narrow).as_py():
        text = pc.utf8_normalize(text, "NFKC")
    text = pc.utf8_trim_whitespace(text)
    empty = pc.is_in(pc.utf8_lower(text), value_set=pa.array(["", *sorted(PLACEHOLDERS)]))
    empty = pc.or_(empty, pc.match_substring_regex(text, r"^[0\s.\-]*$"))
    return pc.if_else(pc.fill_null(empty, True), pa.scalar(None, pa.string()), text)


def _decoded(values: pa.Array) -> pa.Array:
    import pyarrow as pa

    out: list[str | None] = []
    for value in values.to_pylist():
        try:
            out.append(None if value is None else value.decode("utf-8"))
        except UnicodeDecodeError:
            out.append(None)
    return pa.array(out, pa.string())


def _where(keep: Any, text: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pc.fill_null(keep, False), text, pa.scalar(None, pa.string()))


_RIC18 = r"^G?\s*[1-9]\d{5}[\s-]*(18|19|20)\d{6}[\s-]*\d{3}[0-9X]$"
_STATE_NO = r"^G?[1-9]\d{5}(18|19|20)\d{9}[0-9X]$"


def resident_id(values: pa.Array) -> pa.Array:
    """Resident ID numbers as 17 digits: 18 characters without the check digit, 15-digit ones with their century.

    A 学籍号 that is ``G`` and the number gives the same 17 digits.
    """
    import pyarrow.compute as pc

    text = pc.utf8_upper(as_text(values))
    long = pc.replace_substring_regex(_where(pc.match_substring_regex(text, _RIC18), text), "[^0-9X]", "")
    long = pc.utf8_slice_codeunits(long, 0, 17)
    if not pc.any(pc.less_equal(pc.utf8_length(text), 15)).as_py():
        return long
    short = _where(pc.match_substring_regex(text, r"^[1-9]\d{14}$"), text)
    old = pc.binary_join_element_wise(pc.utf8_slice_codeunits(short, 0, 6), "19", pc.utf8_slice_codeunits(short, 6), "")
    return pc.coalesce(long, old)


def state_student_no(values: pa.Array) -> pa.Array:
    """The resident ID number (17 digits) inside student numbers that are ``G`` and that number; null for all others."""
    import pyarrow.compute as pc

    text = pc.utf8_upper(as_text(values))
    return pc.utf8_slice_codeunits(pc.utf8_ltrim(_where(pc.match_substring_regex(text, _STATE_NO), text), "G"), 0, 17)


def local_id(values: pa.Array) -> pa.Array:
    """Upper-case without blanks; null for values that ``state_student_no`` reads."""
    import pyarrow.compute as pc

    text = pc.replace_substring_regex(pc.utf8_upper(as_text(values)), r"\s", "")
    other = pc.invert(pc.match_substring_regex(text, _STATE_NO))
    return _where(pc.and_(other, pc.match_substring_regex(text, "[1-9A-Z]")), text)


def national_id(values: pa.Array) -> pa.Array:
    """Letters and digits only, upper-case, at least five."""
    import pyarrow.compute as pc

    text = pc.replace_substring_regex(pc.utf8_upper(as_text(values)), "[^0-9A-Z]", "")
    return _where(pc.match_substring_regex(text, r"^.*[1-9A-Z].{4,}$|^.{4,}[1-9A-Z].*$"), text)


def phone(values: pa.Array) -> pa.Array:
    """Digits only; +86 and 0086 gone before mainland mobile numbers; 7 to 15 digits, more than two of them different."""
    import pyarrow.compute as pc

    text = pc.replace_substring_regex(as_text(values), "[^0-9]", "")
    text = pc.replace_substring_regex(text, r"^(0086|86|0)(1[3-9]\d{9})$", r"\2")
    text = pc.replace_substring_regex(text, "^00", "")
    dull = "|".join(f"^[{d}0]*$" for d in range(1, 10))
    good = pc.and_(pc.match_substring_regex(text, r"^\d{7,15}$"), pc.invert(pc.match_substring_regex(text, dull)))
    return _where(good, text)


def email(values: pa.Array) -> pa.Array:
    """Case-folded; null without an @."""
    import pyarrow.compute as pc

    text = pc.utf8_lower(as_text(values))
    return _where(pc.match_substring(text, "@"), text)


def handle(values: pa.Array) -> pa.Array:
    """Names in messengers and networks: case-folded, without a leading @; at least four characters."""
    import pyarrow.compute as pc

    text = pc.utf8_ltrim(pc.utf8_lower(as_text(values)), "@")
    return _where(pc.greater_equal(pc.utf8_length(text), 4), text)


def person_name(values: pa.Array) -> pa.Array:
    """Case-folded with single blanks; none in a name that is not in Latin letters."""
    import pyarrow.compute as pc

    text = pc.replace_substring_regex(pc.utf8_lower(as_text(values)), r"\s+", " ")
    bare = pc.replace_substring_regex(text, r"[\s·•]", "")
    latin = pc.fill_null(pc.match_substring_regex(text, "[a-z]"), False)
    text = pc.if_else(latin, text, bare)
    return _where(pc.and_(pc.greater_equal(pc.utf8_length(text), 2), pc.invert(pc.match_substring(text, "*"))), text)


def group_name(values: pa.Array) -> pa.Array:
    """Names of schools and other organisations: case-folded, without blanks and punctuation."""
    import pyarrow.compute as pc

    return _nonempty(pc.replace_substring_regex(pc.utf8_lower(as_text(values)), r"[\s\pP]", ""))


def _nonempty(text: Any) -> Any:
    import pyarrow.compute as pc

    return _where(pc.greater(pc.utf8_length(text), 0), text)


NORMALISERS: dict[str, Callable[[Any], Any]] = {
    "ric": resident_id,
    "national": national_id,
    "local": local_id,
    "phone": phone,
    "email": email,
    "handle": handle,
    "name": person_name,
}
"""Identity space to the function that spells its values one way."""
