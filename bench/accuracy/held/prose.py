# ruff: noqa: E501  (one passage, one line)
"""Held-out texts with labelled spans: passages of many kinds of writing, opened and closed by chance; and texts with no span."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from bench.accuracy.held import makers, people
from bench.accuracy.held.digits import born, digits
from bench.accuracy.held.numbers import cn_ric, national
from bench.accuracy.held.passages_en import EN, EN_END, EN_NOT, EN_START
from bench.accuracy.held.passages_zh import ZH, ZH_END, ZH_NOT, ZH_START
from bench.accuracy.prose import Text

COUNT = 420
"""Texts with spans of a language."""
NONE = 110
"""Texts without any."""
Rng = random.Random
DATES_EN = ("%d/%m/%Y", "%B %d, %Y", "%d %b %Y", "%m/%d/%y", "%Y-%m-%d", "%d.%m.%Y")
DATES_ZH = ("%Y年%m月%d日", "%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d")
# placeholder: category, value
SPANS: dict[str, tuple[str, Callable[[Rng], str]]] = {
    "p": ("biographical.name_latin", people.latin), "g": ("biographical.name_latin", lambda r: people.pair(r)[0]), "n": ("biographical.name_zh", people.chinese),
    "t": ("contact.phone_intl", makers.phone), "m": ("contact.mobile_cn", lambda r: _grouped(makers.mobile_cn(r), r)), "l": ("contact.landline_cn", lambda r: r.choice(("028-", "0771-", "0312-", "(0539)")) + digits(r, 8, "23456")),
    "e": ("contact.email", makers.email), "ez": ("contact.email", lambda r: makers.email(r, True)), "a": ("location.address_latin", makers.full_address), "s": ("location.address_latin", makers.street), "az": ("location.address_zh", makers.address_zh),
    "be": ("biographical.birth_date", lambda r: born(r, 4, 90).strftime(r.choice(DATES_EN))), "bz": ("biographical.birth_date", lambda r: born(r, 4, 90).strftime(r.choice(DATES_ZH))),
    "c": ("financial.card_pan", makers.card), "i": ("financial.iban", makers.iban), "ip": ("device.ip", makers.ip), "mac": ("device.mac", lambda r: makers.MAKERS["mac"][2](r, "")), "pl": ("identity.plate_cn", makers.plate_cn), "r": ("identity.cn_ric18", cn_ric),
    "ssn": ("identity.us_ssn", lambda r: national(r, "us_ssn")), "nino": ("identity.gb_nino", lambda r: national(r, "gb_nino")), "dni": ("identity.es_dni", lambda r: national(r, "es_dni")), "cpf": ("identity.br_cpf", lambda r: national(r, "br_cpf")), "cf": ("identity.it_codicefiscale", lambda r: national(r, "it_codicefiscale")),
    "kr": ("identity.kr_rrn", lambda r: national(r, "kr_rrn")), "hk": ("identity.hk_id", lambda r: national(r, "hk_id")), "nhs": ("identity.gb_nhs", lambda r: national(r, "gb_nhs")), "wx": ("contact.wechat", lambda r: "wxid_" + people.fold(people.pair(r, "pinyin")[0]) + digits(r, 5)), "qq": ("contact.qq", lambda r: digits(r, r.randint(8, 10), "123456789")),
    "scz": ("child.school", lambda r: makers.MAKERS["school"][2](r, "zh")), "sce": ("child.school", lambda r: makers.MAKERS["school"][2](r, "en")), "ag": ("biographical.age", lambda r: f"{r.randint(55, 99)}岁"), "im": ("device.imei", lambda r: makers.MAKERS["imei"][2](r, "")), "pw": ("credential.password_plain", lambda r: makers.MAKERS["password"][2](r, "")),
}  # fmt: skip


def _grouped(number: str, rng: Rng) -> str:
    return rng.choice(
        (
            number,
            number,
            number,
            f"{number[:3]} {number[3:7]} {number[7:]}",
            f"{number[:3]}-{number[3:7]}-{number[7:]}",
        )
    )


def plain(key: str, rng: Rng) -> str:
    """Values that no span covers: dates of events, amounts, numbers of things, places, products."""
    return {
        "D": lambda: str(makers.when(rng, rng.choice(("%d %B %Y", "%Y-%m-%d", "%d/%m/%Y", "%b %d, %Y")))), "DZ": lambda: str(makers.when(rng, rng.choice(("%Y年%m月%d日", "%m月%d日", "%Y-%m-%d")))), "H": lambda: str(makers.when(rng, "%H:%M")), "M": lambda: f"{rng.randint(3, 9999)}.{rng.randint(10, 99)}",
        "O": lambda: rng.choice(("SO-", "#", "TCK", "A/")) + digits(rng, 7), "N": lambda: str(rng.randint(2, 60)), "L": lambda: digits(rng, rng.randint(9, 19), "123456789"), "C": lambda: rng.choice(makers.cities()), "P": lambda: rng.choice(makers.WORDS["product"].split("|")), "F": lambda: rng.choice(makers.WORDS["company"].split("|")),
        "V": lambda: f"{rng.randint(0, 9)}.{rng.randint(0, 40)}.{rng.randint(0, 9)}", "X": lambda: f"{rng.getrandbits(64):016x}", "W": lambda: rng.choice(makers.WORDS["station"].split("|")), "A": lambda: rng.choice(makers.WORDS["artwork"].split("|")),
    }[key]()  # fmt: skip


def fill(pattern: str, rng: Rng) -> Text:
    """The passage with every placeholder filled, and the spans of those that are personal."""
    out, spans, rest = "", [], pattern
    while "<" in rest:
        before, _, rest = rest.partition("<")
        if rest.startswith("<"):  # a mail address in angle brackets
            out, rest = out + before + "<", rest
            continue
        key, _, rest = rest.partition(">")
        out += before
        if key not in SPANS:
            out += plain(key, rng)
            continue
        category, make = SPANS[key]
        value = make(rng)
        spans.append((len(out), len(out) + len(value), category))
        out += value
    return Text(out + rest, tuple(spans))


def texts(language: str) -> Iterator[Text]:
    """Every text of a language; half of the passages stand between other sentences without any span."""
    have, have_not, starts, ends = (ZH, ZH_NOT, ZH_START, ZH_END) if language == "zh" else (EN, EN_NOT, EN_START, EN_END)
    gap = "" if language == "zh" else " "
    rng = random.Random(f"60613:{language}")
    for patterns, count in ((have, COUNT), (have_not, NONE)):
        for i in range(count):
            pattern = patterns[i % len(patterns)]
            if not pattern.startswith(("{", "[", "<ip>", "20")):
                pattern = rng.choice(("", "", *(s + gap for s in starts))) + pattern
                end = rng.choice(("", "", *ends))
                pattern += (gap if pattern[-1] in ".,!?。！？" else "\n") + end if end else ""
            yield fill(pattern, rng)
