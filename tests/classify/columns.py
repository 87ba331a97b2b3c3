"""Generators of columns: people of several countries, and things that are no people but look like them. Seeded, synthetic."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import uuid
from collections.abc import Callable
from typing import Any

from faker import Faker

TODAY = dt.date(2020, 1, 15)
BRANDS = "Samsung Huawei Lenovo Philips Bosch Siemens Haier Midea Logitech Canon Nikon Sony Panasonic Gree Xiaomi"
GOODS_ZH = "苹果手机 不锈钢保温杯 蓝牙耳机 运动鞋 电饭煲 纯棉毛巾 笔记本电脑 儿童书包 智能手表 洗衣液 牛奶 黄金 石榴"
DISTRICTS, ROADS = ("武侯区", "锦江区", "青羊区"), ("人民南路", "天府大道", "玉林街")
_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]


def faker(locale: str, seed: int) -> Faker:
    fake = Faker(locale)
    fake.seed_instance(seed)
    return fake


def ric(rng: random.Random, born: dt.date) -> str:
    head = rng.choice(["510107", "510104", "110101", "440106", "320102"]) + born.strftime("%Y%m%d") + f"{rng.randrange(1000):03d}"
    return head + "10X98765432"[sum(int(c) * w for c, w in zip(head, _WEIGHTS, strict=True)) % 11]


def luhn(head: str) -> str:
    total = 0
    for place, char in enumerate(reversed(head)):
        digit = int(char) * (2 if place % 2 == 0 else 1)
        total += digit - 9 * (digit > 9)
    return head + str(-total % 10)


def pupil(rng: random.Random, zh: Faker) -> dict[str, Any]:
    born = TODAY - dt.timedelta(days=rng.randrange(6 * 365, 18 * 365))
    number = ric(rng, born)
    return {
        "name": zh.name(),
        "gender": rng.choice("男女"),
        "birth": born.isoformat(),
        "id": number,
        "student_no": "G" + number,
        "address": f"四川省成都市{rng.choice(DISTRICTS)}{rng.choice(ROADS)}{rng.randrange(1, 900)}号{rng.randrange(1, 20)}栋101室",
        "mobile": rng.choice(["138", "139", "150", "186", "199", "177"]) + f"{rng.randrange(10**8):08d}",
        "ethnicity": rng.choice(["汉族", "汉族", "藏族", "彝族"]),
        "school": rng.choice(["成都市第七中学", "树德小学", "石室中学", "实验小学"]),
        "class": f"{rng.choice('一二三四五六')}年级{rng.randrange(1, 9)}班",
        "relation": rng.choice(["父亲", "母亲", "爷爷"]),
        "temperature": round(rng.gauss(36.5, 0.25), 1),
        "lon": round(rng.uniform(104.0, 104.2), 6),
        "lat": round(rng.uniform(30.5, 30.7), 6),
    }


def customer(rng: random.Random, fake: Faker) -> dict[str, Any]:
    return {
        "name": f"{fake.first_name()} {fake.last_name()}",
        "mail": fake.email(),
        "born": fake.date_of_birth(minimum_age=18, maximum_age=90).isoformat(),
        "card": luhn("4" + "".join(rng.choices("0123456789", k=14))),
        "ip": fake.ipv4_public(),
        "iban": fake.iban(),
        "agent": fake.user_agent(),
        "mac": fake.mac_address(),
        "hash": "$2b$12$" + "".join(rng.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789./", k=53)),
    }


def people(seed: int, count: int = 200) -> list[dict[str, Any]]:
    rng, zh = random.Random(seed), faker("zh_CN", seed)
    return [pupil(rng, zh) for _ in range(count)]


def customers(locale: str, seed: int, count: int = 200) -> list[dict[str, Any]]:
    rng, fake = random.Random(seed), faker(locale, seed)
    return [customer(rng, fake) for _ in range(count)]


def _ean(rng: random.Random) -> str:
    head = "69" + "".join(rng.choices("0123456789", k=10))
    total = sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(head))
    return head + str(-total % 10)


def _moment(rng: random.Random) -> dt.datetime:
    return dt.datetime(2019, 12, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=rng.randrange(864_000))


def _words(rng: random.Random, text: str) -> Callable[[int], str]:
    words = text.split()
    return lambda _: rng.choice(words)


def negatives(seed: int) -> dict[str, Callable[[int], Any]]:
    """Name → a function of the row number that gives one value. None of them is about a person."""
    rng, en, zh, de = random.Random(seed), faker("en_US", seed), faker("zh_CN", seed), faker("de_DE", seed)
    fr, es = faker("fr_FR", seed), faker("es_ES", seed)
    nouns = ["Bottle", "Lamp", "Chair", "Backpack", "Kettle", "Keyboard", "Monitor", "Jacket", "Candle", "Blender"]
    kinds = ["Steel", "Wooden", "Wireless", "Classic", "Portable", "Smart", "Leather", "Ceramic", "Solar", "Rapid"]
    goods = GOODS_ZH.split(" ")
    return {
        "epoch seconds": lambda i: 1_575_000_000 + i * 37 + rng.randrange(30),
        "epoch milliseconds": lambda i: 1_575_000_000_000 + rng.randrange(864_000_000),
        "epoch milliseconds as text": lambda i: str(1_575_000_000_000 + rng.randrange(864_000_000)),
        "epoch microseconds": lambda i: 1_575_000_000_000_000 + rng.randrange(864_000_000_000),
        "epoch nanoseconds": lambda i: 1_575_000_000_000_000_000 + rng.randrange(10**14),
        "moments": lambda i: _moment(rng).replace(tzinfo=None).isoformat(),
        "event days": lambda i: _moment(rng).date().isoformat(),
        "old event days": lambda i: (dt.date(2018, 3, 1) + dt.timedelta(days=rng.randrange(500))).isoformat(),
        "serial": lambda i: 13_800_000_000 + i,
        "serial text": lambda i: f"138{i:08d}",
        "serial long": lambda i: f"201912010000{i:06d}",
        "order numbers": lambda i: f"PO-{20190000 + i}",
        "order numbers by time": lambda i: _moment(rng).strftime("%Y%m%d%H%M%S") + f"{rng.randrange(10**4):04d}",
        "snowflakes": lambda i: str((1_200_000_000_000 + i * 1000 + rng.randrange(900)) << 18),
        "random 18 digits": lambda i: f"{rng.randrange(10**17, 10**18)}",
        "random 16 digits": lambda i: f"{rng.randrange(10**15, 10**16)}",
        "random 15 digits": lambda i: f"{rng.randrange(10**14, 10**15)}",
        "random 11 digits": lambda i: f"{rng.randrange(10**10, 10**11)}",
        "random 10 digits": lambda i: f"{rng.randrange(10**9, 10**10)}",
        "random 9 digits": lambda i: f"{rng.randrange(10**8, 10**9)}",
        "random 8 digits": lambda i: f"{rng.randrange(10**7, 10**8)}",
        "random 6 digits": lambda i: f"{rng.randrange(10**5, 10**6)}",
        "article numbers": lambda i: _ean(rng),
        "uuids": lambda i: str(uuid.UUID(int=rng.getrandbits(128))),
        "md5": lambda i: hashlib.md5(str(i).encode()).hexdigest(),
        "sha256": lambda i: hashlib.sha256(str(i).encode()).hexdigest(),
        "object ids": lambda i: f"{rng.getrandbits(96):024x}",
        "versions": lambda i: f"{rng.randrange(9)}.{rng.randrange(30)}.{rng.randrange(99)}",
        "versions of four": lambda i: f"{rng.randrange(9)}.{rng.randrange(15)}.{rng.randrange(19)}.{rng.randrange(9)}",
        "prices": lambda i: round(rng.lognormvariate(4, 1), 2),
        "quantities": lambda i: rng.randrange(1, 100),
        "percent": lambda i: rng.randrange(101),
        "shares": lambda i: round(rng.random(), 4),
        "sensor celsius": lambda i: round(20 + 5 * rng.random(), 2),
        "sensor volts": lambda i: round(rng.gauss(3.3, 0.05), 4),
        "noise": lambda i: rng.gauss(0, 1),
        "two axes": lambda i: round(rng.uniform(-1, 1), 6),
        "products": lambda i: f"{rng.choice(kinds)} {rng.choice(kinds)} {rng.choice(nouns)}",
        "products zh": lambda i: rng.choice(goods) + rng.choice(["", "升级版", "大号", "红色"]),
        "brands": _words(rng, BRANDS),
        "companies": lambda i: en.company(),
        "companies de": lambda i: de.company(),
        "companies zh": lambda i: zh.company(),
        "jobs words": lambda i: en.catch_phrase(),
        "cities": lambda i: fr.city(),
        "cities es": lambda i: es.city(),
        "streets de": lambda i: de.street_name(),
        "colours": lambda i: en.color_name(),
        "states": _words(rng, "open closed pending active failed done"),
        "states zh": _words(rng, "已完成 待付款 处理中 已发货 已取消"),
        "flags": lambda i: rng.random() < 0.4,
        "sizes": _words(rng, "S M L XL XXL"),
        "letters": _words(rng, "A B C D"),
        "codes 0 1": lambda i: rng.randrange(2),
        "log levels": _words(rng, "INFO WARN ERROR DEBUG"),
        "log lines": lambda i: f"worker-{rng.randrange(9)} finished job {rng.randrange(10**6)} in {rng.randrange(900)} ms",
        "paths": lambda i: f"/var/log/app/{rng.choice(nouns).lower()}-{i}.log",
        "urls": lambda i: f"https://shop.example/p/{rng.randrange(10**6)}?ref={rng.randrange(99)}",
        "lorem": lambda i: en.sentence(),
        "sentences zh": lambda i: zh.sentence(),
        "words zh": lambda i: zh.word(),
        "sku": lambda i: f"{rng.choice('ABCDEFG')}{rng.choice('KLMN')}-{rng.randrange(10**5):05d}",
        "ports": lambda i: rng.choice([80, 443, 8080, 9200, 27017]),
        "gene symbols": _words(rng, "BRCA1 TP53 EGFR MYC KRAS PTEN AKT1 CDK4 RB1 VEGFA"),
        "chess moves": _words(rng, "e4 Nf3 Bb5 O-O Qxd5 Rfe1 Kh1 cxd4 Nc6 a6"),
        "hex colours": lambda i: f"#{rng.getrandbits(24):06x}",
        "text vectors": lambda i: [round(rng.gauss(0, 0.05), 5) for _ in range(384)],
        "sensor arrays": lambda i: [round(rng.gauss(20, 2), 2) for _ in range(16)],
        "text vector as text": lambda i: str([round(rng.gauss(0, 0.05), 4) for _ in range(64)]),
        "tracking": lambda i: f"SF{rng.randrange(10**12, 10**13)}",
        "isbn": lambda i: "978" + _ean(rng)[3:],
        "intervals": lambda i: f"{rng.randrange(24):02d}:{rng.randrange(60):02d}",
        "constants": _words(rng, "ORDER_CREATED ORDER_PAID ITEM_SHIPPED REFUND_DONE"),
    }
