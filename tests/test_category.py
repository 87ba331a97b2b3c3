"""Categories: the files follow their schema and rules, their examples hold, and a bad file gives one readable error."""

from __future__ import annotations

from pathlib import Path

import pytest

from leftopen.category import FAMILIES, Category, lint_pack, load_pack, parse_category
from leftopen.classify.patterns import matcher, validators
from leftopen.errors import CategoryError

PACK = load_pack()
BY_VALUE = [c for c in PACK.categories.values() if c.method not in ("name", "content")]
GOOD = (
    'id = "contact.pager"\ntitle = "Pager"\nwhy = ["gdpr-4"]\nsource = "s"\n[names]\nen = ["pager"]\n[detect]\nmethod = "pattern"\n'
)


def test_built_in_pack_breaks_no_rule() -> None:
    assert lint_pack(PACK, validators=validators(), accepts=matcher(PACK).accepts) == []


def test_families_and_number() -> None:
    assert {c.family for c in PACK.categories.values()} == set(FAMILIES)
    assert len(PACK.categories) >= 55


@pytest.mark.parametrize("category", BY_VALUE, ids=lambda c: c.id)
def test_examples(category: Category) -> None:
    accepts = matcher(PACK).accepts
    assert [e for e in category.true if not accepts(category, e)] == []
    assert [e for e in category.false if accepts(category, e)] == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("id = ", "TOML"),
        ('id = "nofamily"\ntitle = "x"', "family.name"),
        ('id = "animal.dog"\ntitle = "x"', "none of"),
        ('id = "contact.pager"\n[detect]\nmethod = "name"', "title"),
        ('id = "contact.pager"\ntitle = "x"\n[detect]\nmethod = "magic"', "method"),
        (GOOD, "patterns"),
        (GOOD + 'patterns = ["(?<=a)b"]', "look-around"),
        (GOOD + 'patterns = ["(a"]', "compile"),
        (GOOD + 'patterns = ["a"]\nlength = [9, 1]', "lower first"),
        (GOOD + 'patterns = ["a"]\nchance = 3', "share"),
        (GOOD + 'patterns = ["a"]\ncolour = "red"', "colour"),
        (GOOD + 'patterns = ["a"]\nchars = "runes"', "chars"),
        (GOOD + "patterns = [1]", "list of texts"),
        (GOOD + 'patterns = ["a"]\n[extra]\nx = 1', "extra"),
        (GOOD + 'patterns = ["a"]\n[siblings]\nneeds = ["luck"]', "needs"),
    ],
)
def test_bad_file_gives_one_readable_error(text: str, word: str) -> None:
    with pytest.raises(CategoryError, match=word) as caught:
        parse_category(text, "contact/pager.toml")
    assert "contact/pager.toml" in caught.value.what
    assert "\n" not in caught.value.what


def test_extra_pack_is_added_and_changes_the_version(tmp_path: Path) -> None:
    (tmp_path / "contact").mkdir()
    (tmp_path / "contact/pager.toml").write_text(GOOD + 'patterns = ["PG-[0-9]{6}"]\nchance = 0.0001', encoding="utf-8")
    pack = load_pack((tmp_path,))
    assert "contact.pager" in pack.categories
    assert pack.version != PACK.version
    assert matcher(pack).accepts(pack.categories["contact.pager"], "PG-123456")
    assert {lint.rule for lint in lint_pack(pack, validators=validators())} == {"examples-missing"}


def test_an_id_may_not_repeat(tmp_path: Path) -> None:
    (tmp_path / "email.toml").write_text(GOOD.replace("pager", "email", 1) + 'patterns = ["a"]', encoding="utf-8")
    with pytest.raises(CategoryError, match="already taken"):
        load_pack((tmp_path,))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CategoryError, match="not a folder"):
        load_pack((tmp_path / "none",))


def test_linter_sees_what_is_missing() -> None:
    from leftopen.category import Pack

    poor = parse_category('id = "contact.pager"\ntitle = "x"\n[names]\nen = ["number"]\n[detect]\nmethod = "pattern"\n'
                          'patterns = ["a"]\n'
                          'validator = "none"\n[siblings]\nraise = ["contact.carrier_pigeon"]')  # fmt: skip
    rules = {lint.rule for lint in lint_pack(Pack({poor.id: poor}, "1"), validators=validators())}
    assert rules >= {"source-missing", "why-missing", "examples-missing", "chance-missing", "generic-word", "validator-unknown",
                     "sibling-unknown"}  # fmt: skip


def test_chance_rates_are_measured() -> None:
    assert [c.id for c in BY_VALUE if not 0 < c.chance <= 1] == []
    assert PACK.categories["contact.mobile_cn"].chance == pytest.approx(0.06, abs=0.02)
    assert PACK.categories["identity.cn_ric18"].chance < 0.001
