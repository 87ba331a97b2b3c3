"""Field names: how they are split, and what they say."""

from __future__ import annotations

import pytest

from leftopen.category import load_pack
from leftopen.classify.names import name_log_odds
from leftopen.classify.words import tokens


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("students[].guardianPhone", ["students", "guardian", "phone"]),
        ("STUDENT_ID_CARD", ["student", "id", "card"]),
        ("家长联系电话", ["家长", "联系电话"]),
        ("studentname", ["student", "name"]),
        ("xueshengxingming", ["xuesheng", "xingming"]),
        ("HTTPServerIP", ["http", "server", "ip"]),
        ("f_07", ["f", "07"]),
        ("xsxm", ["xsxm"]),
        ("", []),
    ],
)
def test_tokens(path: str, words: list[str]) -> None:
    assert tokens(path) == words


@pytest.mark.parametrize(
    ("path", "category"),
    [
        ("phone", "contact.mobile_cn"), ("users.phone.value", "contact.mobile_cn"), ("sfzh", "identity.cn_ric18"),
        ("姓名", "biographical.name_zh"), ("students[].name", "biographical.name_latin"), ("user_name_cn", "biographical.name_zh"),
        ("dateOfBirth", "biographical.birth_date"), ("csrq", "biographical.birth_date"), ("jtzz", "location.address_zh"),
        ("email_address", "contact.email"), ("贫困学生姓名", "biographical.name_zh"), ("face_feature", "biometric.face_embedding"),
    ],
)  # fmt: skip
def test_speaks_for(path: str, category: str) -> None:
    assert name_log_odds(path, category) >= 2


@pytest.mark.parametrize(
    ("path", "category"),
    [
        ("email_verified", "contact.email"), ("phone_count", "contact.mobile_cn"), ("product_name", "biographical.name_latin"),
        ("商品名字", "biographical.name_zh"), ("file.name", "biographical.name_latin"), ("ip_version", "device.ip"),
        ("password_reset_at", "credential.password_plain"), ("price", "contact.mobile_cn"),
        ("birth_place", "biographical.birth_date"),
    ],
)  # fmt: skip
def test_speaks_not_for(path: str, category: str) -> None:
    assert name_log_odds(path, category) < 1.5


def test_opaque_names_say_nothing() -> None:
    for path in ("c1", "f_07", "col12", "x", "data"):
        assert all(name_log_odds(path, c) == 0 for c in load_pack().categories)
    assert name_log_odds("phone", "no.such") == 0
