# ruff: noqa: E501  (the long lines are examples)
"""Prose of many kinds: letters, forms, reports, chat, fragments of files; and texts that hold nobody."""

from __future__ import annotations

import time

import pytest

from leftopen.category import load_pack
from leftopen.classify.explain import PIECE, explain_text

PACK = load_pack()


def found(text: str) -> dict[str, str]:
    return {text[s.start : s.end]: s.category for s in explain_text(text, PACK).spans}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("My name is Xochitl Papadopoulou.", {"Xochitl Papadopoulou": "biographical.name_latin"}),
        ("Insured: Wójcik, Agnieszka\nPolicy: HO-4482-119", {"Wójcik, Agnieszka": "biographical.name_latin", "HO-4482-119": "health.insurance"}),
        ("Signed,\n\nDr. Ahmed bin Khalid Al-Mansouri", {"Ahmed bin Khalid Al-Mansouri": "biographical.name_latin"}),
        ("VICTIM: JOHNSON, DESHAWN M / DOB 04-12-1990", {"JOHNSON, DESHAWN M": "biographical.name_latin", "04-12-1990": "biographical.birth_date"}),
        ('{"first_name":"Ngozi","last_name":"Okafor"}', {"Ngozi": "biographical.name_latin", "Okafor": "biographical.name_latin"}),
        ("my name is john smith and i live here", {"john smith": "biographical.name_latin"}),
        ("Send it to 1420 N Cedar Ridge Dr, Apt 3B, Tulsa, OK 74115.", {"1420 N Cedar Ridge Dr, Apt 3B, Tulsa, OK 74115": "location.address_latin"}),
        ("demeurant 14 bis rue de la République, 69002 Lyon", {"14 bis rue de la République, 69002 Lyon": "location.address_latin"}),
        ("E-Mail siehe oben, Musterstr. 12, 80331 München", {"Musterstr. 12, 80331 München": "location.address_latin"}),
        ("domicilio en Calle Mayor 5, 2º B, 28013 Madrid", {"Calle Mayor 5, 2º B, 28013 Madrid": "location.address_latin"}),
        ("tél. 06 12 34 56 78", {"06 12 34 56 78": "contact.phone_intl"}),
        ("Her passport no. is C01234567", {"C01234567": "identity.passport_other"}),
        ("CPF 529.982.247-25; PESEL 44051401359", {"529.982.247-25": "identity.br_cpf", "44051401359": "identity.pl_pesel"}),
        ("SWIFT: DEUTDEFF500", {"DEUTDEFF500": "financial.bic"}),
        ("# pw: Tr0ub4dor&3", {"Tr0ub4dor&3": "credential.password_plain"}),
        ("follow me @priya.moves on my new insta", {"@priya.moves": "contact.social_handle"}),
        ("see https://www.linkedin.com/in/janedoe77 for more", {"https://www.linkedin.com/in/janedoe77": "device.url_person"}),
        ("located at 40.712776, -74.005974", {"40.712776, -74.005974": "location.latlon"}),
        ("And your date of birth?\nCaller: 19 Nov 1986.", {"19 Nov 1986": "biographical.birth_date"}),
        ("a 67-year-old man", {"67-year-old": "biographical.age", "man": "biographical.gender"}),
        ("高志强：男，1966年生", {"高志强": "biographical.name_zh", "男": "biographical.gender", "1966年": "biographical.birth_date"}),
        ("作家亚历山大·别列科夫说", {"亚历山大·别列科夫": "biographical.name_zh"}),
        ("记录人：欧阳思远", {"欧阳思远": "biographical.name_zh"}),
        ("我叫王梓涵，12岁", {"王梓涵": "biographical.name_zh", "12岁": "biographical.age"}),
        ("寄到上海市浦东新区张江镇碧波路690号2号楼401，谢谢", {"上海市浦东新区张江镇碧波路690号2号楼401": "location.address_zh"}),
        ("学号：20210345，准考证号：330102345", {"20210345": "identity.cn_student_no", "330102345": "identity.cn_student_no"}),
    ],
)  # fmt: skip
def test_what_a_reader_would_mark(text: str, wanted: dict[str, str]) -> None:
    assert found(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Morgan Stanley raised its target; Johnson & Johnson recalled a lot.",
        "Release 10.0.19045.3 adds China Standard Time and Summer Time.",
        "def login(user: str, password: str = None) -> Token:",
        "@dataclass\nclass Point:\n    x: float",
        "PO 4500123456, EAN 4006381333931, 10:45-11:30, 3.14159, 2023-05-01T10:00:00Z",
        "uuid 550e8400-e29b-41d4-a716-446655440000 and sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "Basic predicates and search conditions",
        "weights = [0.12345, 0.67891, 0.33333, 0.98765]",
        "近日，海宁电子科技有限公司与太原钢铁集团签署协议。",
        "比赛中，上海队以三比一战胜西宁队。",
        "从石家庄到齐齐哈尔的高铁票价下调。",
        "本合同一式两份，自签字盖章之日起生效。",
    ],
)
def test_nobody_is_in_it(text: str) -> None:
    assert found(text) == {}


def test_long_texts_are_read_to_the_end_in_linear_time() -> None:
    line = "Please call Maria Hernandez at +44 20 7946 0958 about order 4471.\n"
    short, long = line * 100, line * 800
    started = time.process_time()
    explain_text(short, PACK)
    middle = time.process_time()
    spans = explain_text(long, PACK).spans
    taken = time.process_time() - middle
    assert len(long) > 3 * PIECE
    assert len([s for s in spans if s.category == "contact.phone_intl"]) == 800
    assert taken < 40 * max(middle - started, 0.01)


def test_a_label_lets_a_number_without_a_right_check_digit_pass_with_less_confidence() -> None:
    good, bad = (explain_text(f"身份证号：{n}", PACK).spans for n in ("11010519491231002X", "110105194912310021"))
    assert good[0].confidence >= 0.95 > bad[0].confidence
    assert bad[0].category == "identity.cn_ric18"
