"""Hidden headers: every name goes, no value changes, the truth follows, and what only a name could tell is said so."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from leftopen.lab.compare import compare
from leftopen.lab.estate import STORES, Estate, truth
from leftopen.lab.estate.headers import hide, hide_path


def names(value: Any) -> set[str]:
    """Every name in a record, at every depth."""
    if isinstance(value, dict):
        return set(value).union(*(names(inner) for inner in value.values()))
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return set().union(*(names(inner) for inner in value))
    return set()


def first(estate: Estate, store: str, name: str) -> list[dict[str, Any]]:
    part = next(estate.records(store, name))
    return part.to_pylist() if isinstance(part, pa.RecordBatch) else part


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner)]
    return [value]


def test_every_name_is_hidden_and_every_value_stays() -> None:
    shown, hidden = Estate(1000), Estate(1000, headers="hidden")
    for store in STORES:
        for name in shown.collections(store):
            before, after = first(shown, store, name), first(hidden, store, name)
            assert [leaves(r) for r in before] == [leaves(r) for r in after]
            old, new = set().union(*map(names, before)), set().union(*map(names, after))
            assert new == {hide(n) for n in old}
            assert len(new) == len(old), "two names of one collection are hidden alike"
            assert new & old <= {"", "_id"}


def test_paths_are_hidden_part_by_part() -> None:
    assert hide_path("jzxx[].sjh") == f"{hide('jzxx')}[].{hide('sjh')}"
    assert hide_path("_id") == "_id"


def test_the_truth_follows_and_says_what_rests_on_a_name() -> None:
    shown, hidden = truth(Estate(1000)), truth(Estate(1000, headers="hidden"))
    assert shown["persons"] == hidden["persons"]
    assert hidden["headers"] == "hidden"
    for store, entry in hidden["stores"].items():
        for name, collection in entry["collections"].items():
            plain = shown["stores"][store]["collections"][name]
            assert [f["path"] for f in plain["fields"]] == [f["was"] for f in collection["fields"]]
            assert [hide_path(f["path"]) for f in plain["fields"]] == [f["path"] for f in collection["fields"]]
    rests = {f["was"] for s in hidden["stores"].values() for c in s["collections"].values() for f in c["fields"] if f["by_name"]}
    assert rests == {"pupil_no", "staff_no", "xh", "qq", "QQ", "token", "similarity", "attentionScore"}


def test_an_estate_has_headers_shown_or_hidden() -> None:
    with pytest.raises(ValueError, match="shown or hidden"):
        Estate(1000, headers="gone")


@pytest.mark.parametrize(
    ("category", "level", "holds"),
    [("contact.qq", "likely", True), ("identity.us_ssn", "possible", True), ("identity.us_ssn", "likely", False)],
)
def test_a_nameless_field_may_hold_nothing_wrong(category: str, level: str, holds: bool) -> None:
    field = {"path": "f1", "was": "QQ", "category": "contact.qq", "accept": [], "paths": [], "by_name": True, "alike": []}
    finding = {"category": category, "level": level}
    collection = {"name": "c", "rows": 1, "fields": [{"path": "f1", "findings": [finding]}], "composites": []}
    people = {"persons": None, "minors": None, "groups": None, "period": None}
    report = {"stores": [{"target": "t", "kind": "k", "verdict": "open_data", "version": "1", "collections": [collection],
                          "people": people}], "people": people}  # fmt: skip
    expected = {"rows": 1, "fields": [field], "decoy_fields": []}
    known = {"persons": {"total": 0}, "minors": {"of_persons": 0}, "groups": None, "period": {"days": None}}
    made = {"t": {"kind": "k", "state": "open", "version": "1", "seeded": True}}
    lines = compare(report, {**known, "stores": {"k": {**known, "collections": {"c": expected}}}}, made)
    line = next(x for x in lines if "rests on its name" in x.text)
    assert line.holds is holds
