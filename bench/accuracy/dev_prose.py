# ruff: noqa: E501  (the long lines are lists)
"""Passages of many kinds with labelled spans, in two languages, and how well spans are found in them; dev material only."""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from bench.accuracy import generators_ids as ids
from bench.accuracy import generators_things as things
from bench.accuracy import generators_zh as zh
from faker import Faker

from leftopen.category import load_pack
from leftopen.classify.explain import explain_text

HERE = Path(__file__).parent
LOCALES = "en_US en_US en_GB en_GB en_IN en_AU en_CA de_DE fr_FR es_ES it_IT nl_NL pt_BR pl_PL sv_SE da_DK tr_TR es_MX en_IE ro_RO hr_HR cs_CZ no_NO id_ID en_NZ".split()  # noqa: SIM905
ANCHORED = "en_US en_GB en_AU en_CA de_DE fr_FR es_ES it_IT nl_NL pt_BR pl_PL".split()  # noqa: SIM905
GROUPS = {
    "name": ("biographical.name_zh", "biographical.name_latin", "biographical.name_pinyin", "biographical.name_other", "biographical.maiden_name"),
    "phone": ("contact.mobile_cn", "contact.landline_cn", "contact.phone_intl", "contact.fax", "contact.whatsapp"),
    "address": ("location.address_zh", "location.address_latin"), "zip": ("location.postal_code",), "email": ("contact.email",),
    "birth": ("biographical.birth_date",), "card": ("financial.card_pan", "financial.account_no"), "account": ("financial.account_no", "financial.us_aba", "financial.card_pan", "financial.iban"),
    "bic": ("financial.bic",), "iban": ("financial.iban",), "crypto": ("financial.bitcoin", "financial.ethereum"), "ip": ("device.ip",), "mac": ("device.mac",), "imei": ("device.imei",),
    "url": ("device.url_person", "contact.social_handle"), "user": ("device.username", "contact.social_handle", "contact.wechat", "contact.qq"),
    "secret": ("credential",), "plate": ("identity.plate_cn", "identity.plate_other"), "vin": ("identity.vin",), "age": ("biographical.age",), "gender": ("biographical.gender",),
    "school": ("child.school", "biographical.education"), "geo": ("location.latlon",), "id": ("identity", "health.mrn", "health.insurance", "financial.tax"),
    "job": ("biographical.job",), "nat": ("biographical.nationality",),
}  # fmt: skip
KIND = dict(  # noqa: C408
    name="name", first="name", last="name", caps="name", lastfirst="name", lower="name", zname="name", trans="name", email="email", phone="phone", zmobile="phone", zland="phone",
    addr="address", addr1="address", zaddr="address", zip="zip", zzip="zip", dob="birth", dob_dmy="birth", zdob="birth", zyear="birth", ssn="id", passport="id", zpass="id", dl="id", policy="id", mrn="id", zmrn="id",
    sid="id", zsid="id", eid="id", ric="id", nino="id", nhs="id", card="card", acct="account", aba="account", bic="bic", iban="iban", btc="crypto", eth="crypto", ip="ip", ip6="ip", mac="mac",
    imei="imei", profile="url", handle="user", user="user", wx="user", qq="user", pw="secret", token="secret",
    conn="secret", jwt="secret", plate="plate", zplate="plate", vin="vin", age="age", zage="age",
    agen="age", gender="gender", sex="gender", sexword="gender", school="school", geo="geo", job="job", nat="nat",
    de_idnr="id", fr_nir="id", es_dni="id", it_cf="id", br_cpf="id", nl_bsn="id", pl_pesel="id", in_aadhaar="id", in_pan="id", ca_sin="id",
)  # fmt: skip
SOFT = frozenset({"job", "gender", "nat"})
"""Kinds that are counted, but whose misses and extras do not enter the total."""
Gold = tuple[int, int, str]


def _kind(key: str) -> str:
    if key in KIND:
        return KIND[key]
    for end, kind in (("_name", "name"), ("_addr", "address"), ("_phone", "phone")):
        if key.endswith(end):
            return kind
    return ""


@lru_cache(maxsize=64)
def _faker(locale: str) -> Faker:
    return Faker(locale)


def _birth(rng: random.Random) -> date:
    return date(1935, 1, 1) + timedelta(days=rng.randrange(29000))


def _digits(rng: random.Random, n: int) -> str:
    return str(rng.randint(1, 9)) + "".join(rng.choices("0123456789", k=n - 1))


def _upper(rng: random.Random, n: int) -> str:
    return "".join(rng.choices("ABCDEFGHJKLMNPRSTVWXYZ", k=n))


def _ident(name: str, rng: random.Random) -> str:
    for label, module, layout in ids.layouts():
        if label == name:
            return rng.choice(ids.pool(label, module, layout, 20, 5))
    return _digits(rng, 9)


def makers(rng: random.Random) -> dict[str, Callable[[], str]]:
    """A maker for each slot; one locale and one person's birth a passage."""
    locale = rng.choice(LOCALES)
    fake = _faker(locale)
    fake.seed_instance(rng.randrange(10**9))
    anchored = {(key[-2:] if key[:2] in ("en", "pt") else key[:2]).lower(): _faker(key) for key in ANCHORED}
    for one in anchored.values():
        one.seed_instance(rng.randrange(10**9))
    born = _birth(rng)
    us = anchored["us"]

    def first() -> str:
        return fake.first_name().split(" ")[0]

    def last() -> str:
        return fake.last_name()

    def full() -> str:
        middle = rng.choice(("", "", "", "", f" {rng.choice('ABCDEJKLMRST')}.", f" {first()}"))
        return f"{first()}{middle} {last()}"

    def dob() -> str:
        return born.strftime(
            rng.choice(
                (
                    "%Y-%m-%d",
                    "%d/%m/%Y",
                    "%m/%d/%Y",
                    "%d.%m.%Y",
                    "%B %d, %Y",
                    "%d %B %Y",
                    "%d %b %Y",
                    "%b %d, %Y",
                    "%m-%d-%Y",
                    "%m/%d/%y",
                )
            )
        )

    def latin_address() -> str:
        return re.sub(r"\s*\n\s*", rng.choice((", ", ", ", "\n")), fake.address())

    user = f"{us.user_name()}"
    age = rng.randint(18, 92)
    own: dict[str, Callable[[], str]] = {
        "first": first, "last": last, "name": full, "caps": lambda: full().upper(), "lower": lambda: f"{us.first_name()} {us.last_name()}".lower(), "lastfirst": lambda: f"{last()}, {first()}",
        "email": lambda: rng.choice((us.email(), us.company_email(), f"{us.user_name()}+news@mail.example.co.uk")), "phone": fake.phone_number, "addr": latin_address,
        "addr1": lambda: latin_address().replace("\n", ", "), "zip": us.zipcode, "dob": dob, "dob_dmy": lambda: born.strftime("%d/%m/%Y"), "ssn": us.ssn,
        "passport": lambda: rng.choice((_digits(rng, 9), _upper(rng, 1) + _digits(rng, 8), _upper(rng, 2) + _digits(rng, 7))),
        "dl": lambda: rng.choice((_upper(rng, 1) + _digits(rng, 7), _digits(rng, 8), f"{_upper(rng, 1)}{_digits(rng, 3)}-{_digits(rng, 4)}-{_digits(rng, 4)}")),
        "policy": lambda: rng.choice((_upper(rng, 3) + _digits(rng, 8), f"{_upper(rng, 2)}-{_digits(rng, 6)}", _digits(rng, 10))), "mrn": lambda: rng.choice((_digits(rng, 8), "MRN" + _digits(rng, 6), _digits(rng, 7))),
        "sid": lambda: rng.choice((_digits(rng, 8), "S" + _digits(rng, 7))), "eid": lambda: rng.choice((_digits(rng, 6), "E-" + _digits(rng, 5))), "nino": lambda: rng.choice(("{}{}{}", "{} {} {}")).format("JG", " ".join((_digits(rng, 2), _digits(rng, 2), _digits(rng, 2))), "C"),
        "nhs": lambda: (lambda v: rng.choice((v, f"{v[:3]} {v[3:6]} {v[6:]}")))(_ident("gb_nhs", rng)), "card": lambda: (lambda v: rng.choice((v, " ".join(v[i : i + 4] for i in range(0, len(v), 4)))))(us.credit_card_number("visa16")),
        "acct": lambda: _digits(rng, rng.choice((8, 10, 12))), "aba": lambda: us.aba(), "bic": us.swift11 if rng.random() < 0.5 else us.swift8, "iban": lambda: (lambda v: rng.choice((v, " ".join(v[i : i + 4] for i in range(0, len(v), 4)))))(anchored["de"].iban()),
        "btc": lambda: "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "eth": lambda: "0x" + "".join(rng.choices("0123456789abcdefABCDEF", k=40)), "ip": us.ipv4, "ip6": us.ipv6, "mac": us.mac_address,
        "imei": lambda: things.luhn(_digits(rng, 14)), "profile": lambda: rng.choice(("https://www.linkedin.com/in/{}", "https://github.com/{}", "https://twitter.com/{}", "linkedin.com/in/{}")).format(user), "handle": lambda: user, "user": us.user_name,
        "pw": lambda: us.password(length=rng.randint(8, 14)), "conn": lambda: f"postgres://svc:{_upper(rng, 3)}{_digits(rng, 6)}@db.internal:5432/app",
        "token": lambda: rng.choice(("ghp_", "AKIA", "sk_live_")) and "ghp_" + "".join(rng.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789", k=36)),
        "jwt": lambda: str(things.MAKERS["jwt"](rng, rng.choice(("one", "two")), 1)[0]) if "jwt" in things.MAKERS else "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc", "plate": us.license_plate, "vin": us.vin, "age": lambda: rng.choice((f"{age}-year-old", f"{age} year old", f"{age} yo", f"{age} y/o")),
        "agen": lambda: str(age), "zage": lambda: str(age), "gender": lambda: rng.choice(("Male", "Female", "F", "M")), "sexword": lambda: rng.choice(("male", "female", "woman", "man")), "school": lambda: f"{us.last_name()} {rng.choice(('Elementary School', 'High School', 'Middle School', 'Primary School'))}",
        "geo": lambda: f"{rng.uniform(-60, 60):.5f}, {rng.uniform(-170, 170):.5f}", "job": lambda: us.job().split(",")[0].title(), "lowjob": lambda: rng.choice(("nurse", "bus driver", "carpenter")), "nat": lambda: rng.choice(("British", "Canadian", "Kenyan", "Polish")),
        "company": us.company, "city": us.city, "date": lambda: us.date_between("-3y").strftime("%Y-%m-%d"), "amount": lambda: f"{rng.choice('$€£')}{rng.randint(20, 9000)}.{rng.randint(10, 99)}", "time": us.time,
        "de_idnr": lambda: _ident("de_idnr", rng), "fr_nir": lambda: _ident("fr_nir", rng), "es_dni": lambda: _ident("es_dni", rng), "it_cf": lambda: _ident("it_codicefiscale", rng), "br_cpf": lambda: _ident("br_cpf", rng),
        "nl_bsn": lambda: _ident("nl_bsn", rng), "pl_pesel": lambda: _ident("pl_pesel", rng), "in_aadhaar": lambda: _ident("in_aadhaar", rng), "in_pan": lambda: _ident("in_pan", rng), "ca_sin": lambda: _ident("ca_sin", rng),
    }  # fmt: skip
    for key, one in anchored.items():
        own[f"{key}_name"] = lambda one=one: f"{one.first_name()} {one.last_name()}"  # type: ignore[misc]
        own[f"{key}_addr"] = lambda one=one: one.address().replace("\n", ", ")  # type: ignore[misc]
        own[f"{key}_phone"] = one.phone_number
    return own


def makers_zh(rng: random.Random) -> dict[str, Callable[[], str]]:
    """The same for Chinese passages."""
    fake, born = _faker("zh_CN"), _birth(rng)
    fake.seed_instance(rng.randrange(10**9))
    sex = rng.choice("男女")
    own = makers(rng)

    def zname() -> str:
        return str(
            rng.choice(
                (
                    fake.name(),
                    zh.name(rng.choice(("one", "two")), rng, rng.random() < 0.5),
                    zh.name(rng.choice(("one", "two")), rng, rng.random() < 0.5),
                )
            )
        )

    def zaddr() -> str:
        return (
            zh.address(rng, rng.choice(("one", "two")))
            if rng.random() < 0.6
            else re.sub(r" \d{6}$", "", fake.address()).replace(" ", "") + f"{rng.randint(1, 300)}号"
        )

    return own | {
        "zname": zname, "zmobile": lambda: (lambda v: rng.choice((v, v, f"{v[:3]} {v[3:7]} {v[7:]}", f"{v[:3]}-{v[3:7]}-{v[7:]}", f"+86 {v}")))(zh.mobile(rng)), "zland": lambda: zh.landline(rng, rng.choice(("one", "two"))), "zaddr": zaddr, "zzip": lambda: _digits(rng, 6),
        "ric": lambda: zh.ric18(rng, rng.choice(("one", "two")), born, sex == "女"), "zmrn": lambda: _digits(rng, rng.choice((6, 8, 10))), "zsid": lambda: "20" + _digits(rng, rng.choice((6, 8))), "zpass": lambda: "E" + rng.choice(("", "J")) + _digits(rng, 8)[:7] + "3",
        "zplate": lambda: zh.plate(rng), "zdob": lambda: rng.choice((f"{born.year}年{born.month}月{born.day}日", f"{born.year}年{born.month}月", born.strftime("%Y-%m-%d"))), "zyear": lambda: str(born.year), "sex": lambda: sex,
        "zage": lambda: str(rng.randint(5, 90)), "wx": lambda: "wxid_" + _digits(rng, 6) if rng.random() < 0.4 else fake.user_name() + _digits(rng, 3), "qq": lambda: _digits(rng, 9), "school": lambda: zh.school(rng, rng.choice(("one", "two"))),
        "trans": lambda: rng.choice(("亚历山大·杜马", "史蒂芬·霍克", "玛丽亚·卡拉", "买买提·吐尔逊", "约翰·史密斯", "卡洛斯·桑切斯", "阿卜杜拉·哈桑")), "amount": lambda: f"{rng.randint(20, 9000)}.{rng.randint(10, 99)}",
        "date": lambda: fake.date_between("-3y").strftime(rng.choice(("%Y-%m-%d", "%Y年%m月%d日"))),
    }  # fmt: skip


def passages(language: str, count: int = 400) -> Iterator[tuple[str, tuple[Gold, ...]]]:
    """``count`` passages with their spans (start, end, kind); deterministic."""
    rng = random.Random(f"dev-prose:{language}")
    patterns = (HERE / f"dev_prose_{language}.txt").read_text(encoding="utf-8").strip().split("\n%%\n")
    for number in range(count):
        yield _fill(patterns[number % len(patterns)], makers(rng) if language == "en" else makers_zh(rng))


def _fill(pattern: str, make: dict[str, Callable[[], str]]) -> tuple[str, tuple[Gold, ...]]:
    out, gold = "", []
    for piece in re.split(r"(\{\{|\}\}|\{\w+\})", pattern):
        if piece in ("{{", "}}"):
            out += piece[0]
        elif re.fullmatch(r"\{\w+\}", piece):
            value, kind = make[piece[1:-1]](), _kind(piece[1:-1])
            if kind:
                gold.append((len(out), len(out) + len(value), kind))
            out += value
        else:
            out += piece
    return out, tuple(gold)


def _fits(kind: str, category: str) -> bool:
    return any(category == c or category.startswith(c + ".") for c in GROUPS[kind])


def kind_of(category: str) -> str:
    """The kind that an extra span is counted under; empty for categories that no passage labels."""
    return next((kind for kind in GROUPS if _fits(kind, category)), "")


def measure(language: str, count: int = 400, show: str = "", most: int = 25) -> None:
    """Print F1 by kind; with ``show`` also misses and extras of that kind (or ``all``)."""
    pack = load_pack()
    right, missed, extra = Counter[str](), Counter[str](), Counter[str]()
    seen: dict[str, int] = defaultdict(int)
    for text, gold in passages(language, count):
        found = list(explain_text(text, pack).spans)
        used: set[int] = set()
        for start, end, kind in gold:
            hit = next((i for i, s in enumerate(found) if i not in used and _fits(kind, s.category)
                        and 2 * (min(end, s.end) - max(start, s.start)) >= max(end - start, s.end - s.start)), None)  # fmt: skip
            if hit is None:
                missed[kind] += 1
                if show in (kind, "all") and seen["m" + kind] < most:
                    seen["m" + kind] += 1
                    over = [(text[s.start : s.end], s.category) for s in found if s.start < end and start < s.end]
                    print(
                        "MISS",
                        kind,
                        repr(text[max(0, start - 25) : start]),
                        "[[",
                        repr(text[start:end]),
                        "]]",
                        repr(text[end : end + 15]),
                        over,
                    )
            else:
                used.add(hit)
                right[kind] += 1
        for i, s in enumerate(found):
            kind = kind_of(s.category)
            if (
                i not in used
                and kind
                and not any(g[0] < s.end and s.start < g[1] and _fits(g[2], s.category) for g in gold if False)
            ):
                extra[kind] += 1
                if show in (kind, "all") and seen["x" + kind] < most:
                    seen["x" + kind] += 1
                    print(
                        "EXTRA",
                        s.category,
                        round(s.confidence, 2),
                        repr(text[max(0, s.start - 25) : s.start]),
                        "[[",
                        repr(text[s.start : s.end]),
                        "]]",
                        repr(text[s.end : s.end + 15]),
                    )
    total = [sum(c[k] for k in GROUPS if k not in SOFT) for c in (right, missed, extra)]
    for kind in (*GROUPS, "total"):
        r, m, x = total if kind == "total" else (right[kind], missed[kind], extra[kind])
        if r + m + x:
            p, q = r / max(1, r + x), r / max(1, r + m)
            print(
                f"{language} {kind:8} P {p:.3f} R {q:.3f} F1 {2 * p * q / max(1e-9, p + q):.3f}  ({r} right, {m} missed, {x} extra)"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("language", choices=("en", "zh"))
    parser.add_argument("--show", default="")
    parser.add_argument("--count", type=int, default=400)
    args = parser.parse_args(sys.argv[1:])
    measure(args.language, args.count, args.show)
