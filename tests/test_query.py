"""The search language: each term is understood or refused with one clear sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftopen.errors import InputError
from leftopen.query import FIELDS, Query, Term, parse

DAY = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("kind:redis", Term("kind", "=", "redis")),
        ("-kind:Redis", Term("kind", "=", "redis", negated=True)),
        ("KIND:redis", Term("kind", "=", "redis")),
        ("severity>=high", Term("severity", ">=", 3.0)),
        ("severity>high", Term("severity", ">=", 4.0)),
        ("severity<high", Term("severity", "<", 3.0)),
        ("severity<=high", Term("severity", "<", 4.0)),
        ("severity:very-high", Term("band", "=", "very high")),
        ('band:"very high"', Term("band", "=", "very high")),
        ("severity>=4.25", Term("severity", ">=", 4.25)),
        ("open:yes", Term("open", "=", value=True)),
        ("open:no", Term("open", "=", value=False)),
        ("category:biometric.face_image", Term("category", "=", "biometric.face_image")),
        ("since:2026-01-01", Term("seen", ">=", DAY)),
        ("until:2026-01-01T01:00:00+01:00", Term("opened", "<", DAY)),
        ("closed>=2026-01-01", Term("closed", ">=", DAY)),
        ("target:127.0.0.1", Term("target", "~", "127.0.0.1")),
        ("persons>=1.3M", Term("persons", ">=", 1.3e6)),
        ("rows<10,000", Term("rows", "<", 10000.0)),
        ("minors>60%", Term("minors", ">", 0.6)),
        ('collection:"two words"', Term("collection", "~", "two words")),
        ("pupils", Term("text", "~", "pupils")),
    ],
)
def test_one_term(text, term) -> None:
    assert parse(text) == Query((term,))


def test_many_terms() -> None:
    assert [t.field for t in parse("  kind:redis   -open:no  pupils ").terms] == ["kind", "open", "text"]
    assert parse("   ") == Query()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kimd:redis", "unknown field 'kimd'"),
        ("kind:", "no value after kind"),
        ("kind>redis", "no order"),
        ("severity>=awful", "not a severity"),
        ("since:yesterday", "not a date"),
        ("opened:2026-01-01", "one instant"),
        ("persons>=many", "needs a number"),
        ("open:perhaps", "neither yes nor no"),
        ('target:"127.0', "cannot be read"),
        ("-", "lone '-'"),
    ],
)
def test_what_cannot_be_read_is_said(text, told) -> None:
    with pytest.raises(InputError, match=told):
        parse(text)


@given(st.text(max_size=60))
def test_any_text_parses_or_is_refused(text) -> None:
    try:
        query = parse(text)
    except InputError:
        return
    assert all(term.field in (*FIELDS, "text") for term in query.terms)
