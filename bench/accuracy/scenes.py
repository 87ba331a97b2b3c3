"""The tables of the one source: who keeps which columns. Its two sources differ in values, columns and headers."""

from __future__ import annotations

import random
from collections.abc import Iterator

from bench.accuracy import generators_ids as ids
from bench.accuracy import generators_latin as latin
from bench.accuracy import generators_zh as zh
from bench.accuracy.generators_things import MAKERS
from bench.accuracy.tables import SOURCES, Source, Split, Table, Values, make_table

SEEDS: dict[Source, int] = {"one": 20261, "two": 77003}
# scene: youngest and oldest person | columns
ZH_SCENES: dict[Source, str] = {
    "one": """
pupils 6 18 serial name gender birth_date ric18 student_no school_no ethnicity school grade_class address_zh event_time
guardians 25 60 name guardian mobile_cn ric18 wechat qq job company landline_cn
gate 6 18 event_time name checkpoint temperature match_score grade_class
marks 6 18 school_no name grade_class marks marks#2 attention behaviour attendance
staff 22 60 person_id name gender birth_date education political marital native_place job salary mobile_cn status
shop 18 70 order_no name mobile_cn address_zh product quantity amount event_time status postal_code
bank 18 80 serial name ric18 card_pan account_no mobile_cn amount flag
hospital 1 90 person_id name age gender diagnosis blood mobile_cn ric18 address_zh
telecom 18 70 mobile_cn name imei mac ip event_time amount
app 14 50 uuid username password_plain mobile_cn email ip user_agent session flag
dorm 15 22 school_no name room gender ethnicity religion plate_cn nationality
parking 20 60 plate_cn event_time name mobile_cn amount admin_code
old_files 60 90 name ric15 gender birth_date native_place admin_code postal_code
overseas 18 50 name cn_passport nationality birth_date hk_id
""",
    "two": """
kindergarten 3 6 name birth_date grade_class guardian mobile_cn temperature blood ric18 address_zh
parents 25 55 ric18 mobile_cn name job education wechat person_id
exam 12 18 student_no marks marks#2 name school school_no quantity
camera 6 18 match_score event_time checkpoint name attention attendance amount
hr 20 60 name age marital political ethnicity card_pan account_no salary landline_cn flag
clinic 1 90 serial diagnosis gender name birth_date mobile_cn postal_code
takeaway 18 60 name mobile_cn address_zh point product amount status order_no
fleet 20 60 plate_cn name cn_passport imei ip mac event_time
forum 14 60 username bare_hash qq ip email user_agent event_time flag
hukou 1 90 name gender ethnicity religion native_place ric18 admin_code birth_date
archive 60 95 ric15 name room city company amount
border 18 60 name macau_id hk_id nationality cn_passport event_time
conduct 7 16 name grade_class behaviour attention attendance school
""",
}
LATIN_SCENES: dict[Source, str] = {
    "one": """
customers 18 80 serial given surname email phone address postal_code city birth_date event_time
school_en 6 18 person_id name birth_date gender grade_class_en marks guardian event_time
hospital_en 1 90 person_id name age gender blood diagnosis_en phone
bank_en 18 80 name iban card_pan account_no amount event_time
hr_en 18 66 name job salary marital phone email nationality address#2
app_en 14 50 username password_hash email ip user_agent lat lon uuid
keys_en 18 60 name api_key jwt private_key flag status
""",
    "two": """
guests 18 80 name email nationality card_pan amount room event_time
contacts 18 80 surname given phone city company order_no
pupils_en 5 18 name birth_date guardian attendance marks address#2
patients_en 1 90 name gender age diagnosis_en phone postal_code address serial
payments_en 18 80 given surname iban amount status uuid
logins_en 14 60 email bare_hash password_plain ip session user_agent
devices_en 14 60 person_id mac imei lat lon event_time quantity
tokens_en 18 60 email api_key jwt private_key product
""",
}
LANGUAGE = {"en": "en", "us": "en", "gb": "en", "in": "en", "cs": "en"}


def tables(split: Split, rows: int = 1000, thin: int = 1) -> Iterator[Table]:
    """Every table of a split, deterministic; with ``thin`` only each thin-th one. Tables are made one at a time."""
    for number, plan in enumerate(_plans(split), 1):
        if number % thin == 0:
            yield plan(rows)


def _plans(split: Split):  # type: ignore[no-untyped-def]
    """What makes each table of a split from a number of rows; the held-out ones live in a package of their own."""
    if split == "held":
        from bench.accuracy import held

        yield from held.plans()
        return
    for source in SOURCES:
        for make in (_chinese, _latin, _identifiers):
            yield from make(source)


def _chinese(source: Source):  # type: ignore[no-untyped-def]
    for line in ZH_SCENES[source].strip().splitlines():
        for language in ("zh", "en", "py"):
            yield lambda rows, line=line, language=language: _zh_table(source, line.split(), language, rows)


def _zh_table(source: Source, words: list[str], language: str, rows: int) -> Table:
    rng = random.Random(f"{SEEDS[source]}:{words[0]}:{language}")
    made = zh.people(source, rng, rows, int(words[1]), int(words[2]))
    data = {key: made[key] if key in made else _thing(key, rng, source, rows, made) for key in words[3:]}
    return make_table(f"{words[0]}-{language}", f"zh {source}", data, source, language, rng)


def _thing(key: str, rng: random.Random, source: Source, rows: int, made: dict[str, Values]) -> Values:
    if key == "email":
        return [f"{u}@{rng.choice(('qq.com', '163.com', 'mail.example'))}" for u in MAKERS["username"](rng, source, rows)]
    if key == "name_pinyin":
        return made["name"]
    return MAKERS[key.partition("#")[0]](rng, source, rows)


def _latin(source: Source):  # type: ignore[no-untyped-def]
    scenes = LATIN_SCENES[source].strip().splitlines()
    locales = latin.LOCALES[source]
    for i, line in enumerate(scenes):
        for j, locale in enumerate(locales):
            if (i + j) % 2 == 0:
                yield lambda rows, line=line, locale=locale: _latin_table(source, line.split(), locale, rows)


def _latin_table(source: Source, words: list[str], locale: str, rows: int) -> Table:
    rng = random.Random(f"{SEEDS[source]}:{words[0]}:{locale}")
    rows = min(rows, 300) if source == "one" else rows
    made = latin.people(source, locale, rng, rows, int(words[1]), int(words[2]))
    data: dict[str, Values] = {}
    for key in words[3:]:
        bare = key.removesuffix("_en")
        if key == "grade_class_en":
            data["grade_class"] = [rng.choice((f"Grade {rng.randint(1, 12)}", f"Year {rng.randint(1, 11)}")) for _ in range(rows)]
        elif key == "diagnosis_en":
            codes = [
                "J20.9",
                "E78.5",
                "I25.1",
                "M17.1",
                "N18.3",
                "G43.9",
                "L40.0",
                "K21.9",
                "R51",
                "Z23",
                "F41.1",
                "D50.9",
                "H52.1",
            ]
            data["diagnosis"] = [rng.choice(codes) for _ in range(rows)]
        else:
            data[key] = made[key] if key in made else _latin_thing(bare.partition("#")[0], rng, source, rows)
    language = LANGUAGE.get(locale[:2], locale[:2])
    return make_table(f"{words[0]}-{locale}", f"latin {source} {locale}", data, source, language, rng)


def _latin_thing(key: str, rng: random.Random, source: Source, rows: int) -> Values:
    """Values of a kind, in a coding without Han if one of eight draws has one."""
    values: Values = []
    for _ in range(8):
        values = MAKERS[key](rng, source, rows)
        if all(str(v).isascii() for v in values):
            break
    return values


def _identifiers(source: Source):  # type: ignore[no-untyped-def]
    for name, module, layout in ids.layouts():
        yield lambda rows, name=name, module=module, layout=layout: _id_table(source, name, module, layout, min(rows, 100))


def _id_table(source: Source, name: str, module: str, layout: str, rows: int) -> Table:
    rng = random.Random(f"{SEEDS[source]}:{name}")
    numbers = ids.with_habits(ids.pool(name, module, layout, rows, SEEDS[source]), name, rng)
    rows = len(numbers)
    locale = rng.choice(latin.LOCALES[source])
    made = latin.people(source, locale, rng, rows, 18, 80)
    data: dict[str, Values] = {"serial": MAKERS["serial"](rng, source, rows), "name": made["name"], "national_id": numbers}
    data["amount"] = MAKERS["amount"](rng, source, rows)
    return make_table(f"id-{name}", f"ids {source}", data, source, "en", rng, national_id=ids.accepted(name))
