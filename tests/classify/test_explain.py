"""Explain: spans in characters, for Chinese and English prose, without overlap, and why near misses are none."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leftopen.category import load_pack
from leftopen.classify.explain import explain_text
from tests.classify.columns import TODAY, faker, luhn, ric

PACK = load_pack()


def spans(text: str) -> list[tuple[str, str]]:
    return [(text[s.start : s.end], s.category) for s in explain_text(text, PACK).spans]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("姓名：张伟，手机13800138000号", [("张伟", "biographical.name_zh"), ("13800138000", "contact.mobile_cn")]),
        ("身份证11010519491231002X。", [("11010519491231002X", "identity.cn_ric18")]),
        ("家住成都市武侯区人民南路四段11号3栋501室。", [("成都市武侯区人民南路四段11号3栋501室", "location.address_zh")]),
        ("电话１３８００１３８０００", [("１３８００１３８０００", "contact.mobile_cn")]),
        ("😀😀联系13912345678😀", [("13912345678", "contact.mobile_cn")]),
        ("微信：wxid_abc123", [("wxid_abc123", "contact.wechat")]),
        ("司机赵强驾驶川A12345", [("赵强", "biographical.name_zh"), ("川A12345", "identity.plate_cn")]),
        ("Dear Mr. John Smith, write to j.smith@example.org",
         [("John Smith", "biographical.name_latin"), ("j.smith@example.org", "contact.email")]),
        ("Card 4111 1111 1111 1111 expires", [("4111 1111 1111 1111", "financial.card_pan")]),
        ("born on 12/03/1985 in", [("12/03/1985", "biographical.birth_date")]),
        ("lives at 12 Baker Street, London", [("12 Baker Street, London", "location.address_latin")]),
        ("SSN 536-22-1987", [("536-22-1987", "identity.us_ssn")]),
        ("key AKIAIOSFODNN7EXAMPLE leaked", [("AKIAIOSFODNN7EXAMPLE", "credential.api_key")]),
    ],
)  # fmt: skip
def test_spans(text: str, wanted: list[tuple[str, str]]) -> None:
    assert spans(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "今天天气很好，下午三点开会。", "订单号1576123456789012已发货", "The quick brown fox jumps over the lazy dog.",
        "version 1.2.3 released on 2024-05-01", "Stainless Steel Bottle, 12 items in cart", "王府井大街人很多，高兴极了。",
        "error 0x7fff5fbff8c0 at line 120", "黄金价格上涨，石榴丰收", "Card 4111 1111 1111 1112 expires",
    ],
)  # fmt: skip
def test_nothing_there(text: str) -> None:
    assert spans(text) == []


def test_near_misses_say_why() -> None:
    text = "card 4111111111111112 and id 110105194912310021"
    misses = {(text[m.start : m.end], m.category): m.why for m in explain_text(text, PACK).misses}
    assert "luhn" in misses["4111111111111112", "financial.card_pan"]
    assert "ric18" in misses["110105194912310021", "identity.cn_ric18"]


def test_a_long_number_is_not_cut() -> None:
    assert spans("编号913800138000123") == []
    assert spans("id=X13800138000") == []


def test_generated_chinese_forms() -> None:
    rng, zh = random.Random(4), faker("zh_CN", 44)
    right = total = 0
    for _ in range(120):
        name, mobile, number = zh.name(), f"139{rng.randrange(10**8):08d}", ric(rng, TODAY)
        cue = rng.choice(["学生", "联系人：", "家长姓名:", "患者"])
        found = spans(f"{cue}{name}，{rng.choice('男女')}，电话{mobile}，身份证号{number}")
        total += 3
        right += sum(wanted in [f[0] for f in found] for wanted in (name, mobile, number))
    assert right / total > 0.95


def test_generated_english_letters() -> None:
    rng = random.Random(5)
    right = total = 0
    for locale in ("en_US", "en_GB", "de_DE"):
        fake = faker(locale, 45)
        for _ in range(40):
            name, mail = f"{fake.first_name()} {fake.last_name()}", fake.email()
            card = luhn("4" + "".join(rng.choices("0123456789", k=14)))
            found = [f[0] for f in spans(f"Dear {name}, the card {card} is sent. Confirm at {mail} please.")]
            total += 3
            right += sum(w in found for w in (name, mail, card))
    assert right / total > 0.9


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120))
def test_any_text_gives_ordered_disjoint_spans(text: str) -> None:
    last = 0
    for span in explain_text(text, PACK).spans:
        assert last <= span.start < span.end <= len(text)
        assert 0 <= span.confidence <= 1
        last = span.end
