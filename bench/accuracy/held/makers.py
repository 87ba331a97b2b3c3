# ruff: noqa: E501  (the long lines are lists)
"""Makers of held-out column values: what is right to say about each, and how its values are written."""

from __future__ import annotations

import hashlib
import math
import random
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from bench.accuracy.held import people
from bench.accuracy.held.digits import born, digits, luhn

Rng = random.Random
Make = Callable[[Rng, str], Any]
NAME = "biographical.name_latin biographical.name_zh biographical.name_pinyin"
CITIES_ZH = "成都市锦江区|南宁市青秀区|保定市莲池区|临沂市兰山区|包头市昆都仑区|洛阳市涧西区|珠海市香洲区|遵义市汇川区|宁波市鄞州区|哈尔滨市道里区|襄阳市樊城区|桂林市七星区|拉萨市城关区|太原市迎泽区"
ROADS_ZH = "蜀汉路|民族大道|朝阳北路|沂蒙路|钢铁大街|牡丹大道|情侣南路|广州路|甬江大道|中央大街|邓城大道|滨江路|八一路|迎宾街|人民东路|胜利胡同"
ESTATES_ZH = "水岸华庭|紫荆花苑|万达广场公寓|东湖国际|祥和家苑|机关家属院|城南新居|香榭丽舍"
STREETS = {
    "us": "{n} E Juniper St|{n} NW 23rd Ave Apt {k}|{n} Willow Creek Dr|P.O. Box {n}|{n} Highway 66|{n} Larkspur Ct #{k}", "gb": "{n} Station Approach|Flat {k}, {n} Harbour Street|Rose Cottage, Church Lane|{n}A The Crescent|{n} St Mary's Walk",
    "de": "Bahnhofstr. {n}|Am Alten Markt {k}|Schillerplatz {k}|Kastanienallee {n}a|Zum Sportplatz {k}", "fr": "{n} bd Voltaire|{n} ter rue de la République|{k} impasse des Lilas|Rés. Les Pins, Bât. B, {n} av. Foch", "es": "C/ Alcalá, {n}, {k}º Izq.|Avenida del Puerto {n}|Ronda de Toledo, {n} bajo|Pza. España {k}",
    "it": "Via Giuseppe Verdi, {n}|V.le della Libertà {n}/B|Piazza San Marco {k}|Strada Provinciale {n} km {k}", "pt": "R. Augusta, {n} - apto {k}|Avenida da Liberdade {n}, {k}.º Esq.|Travessa das Mercês {k}", "nl": "Prinsengracht {n}-{k}|Stationsweg {n}|Dr. Schaepmanlaan {n}",
    "in": "{n}/{k}, Anna Salai, T. Nagar|B-{n}, Vasant Kunj|Door No {n}, 2nd Cross, Jayanagar|{k}th Floor, Brigade Towers, Residency Rd", "pl": "ul. Mickiewicza {n}/{k}|os. Piastowskie {k} m. {n}|al. Jana Pawła II {n}", "tr": "İstiklal Cad. No: {n}/{k}|Bağdat Caddesi {n} D:{k}|Menekşe Sk. {k}",
    "se": "Drottninggatan {n}|Västra Esplanaden {n} lgh 1{k}02", "ng": "{n} Awolowo Road, Ikoyi|Plot {n}, Aminu Kano Crescent", "ke": "Moi Avenue, Block {k}, House {n}", "ph": "Blk {k} Lot {n} Sampaguita St.|{n} Rizal Ave. Ext.", "vn": "{n}/{k} Lê Lợi|Số {n} Trần Hưng Đạo",
}  # fmt: skip
PHONES = {
    "us": "(###) 555-0###|###.555.0###|1-###-555-0###|+1 ### 555 0###", "gb": "07### ######|020 7### ####|+44 (0)161 ### ####", "de": "0171/#######|089 ######## |+49 172 ########|0221-######", "fr": "07.##.##.##.##|01 ## ## ## ##|+33 (0)6 ## ## ## ##", "es": "6## ## ## ##|91 ### ## ##|+34-6########",
    "it": "3## ### ####|02 ########|+39 3## #######", "pt": "(21) 9####-####|91# ### ###|+55 11 9########", "nl": "06 ## ## ## ##|020-#######|+31(0)6########", "in": "+91-9#########|098########|80########", "pl": "6##-###-###|+48 5## ### ###", "tr": "+90 5## ### ## ##|0 5## ### ## ##", "se": "07#-### ## ##|+46 (0)8 ### ## ##",
    "ru": "+7 (9##) ###-##-##|8 9## ### ## ##", "jp": "090-####-####|03-####-####|+81 80 #### ####", "kr": "010-####-####|+82 10-####-####", "ng": "080########|+234 70# ### ####", "ke": "07## ######|+254 7########", "ph": "0917 ### ####|+63 9## ### ####", "vn": "09## ### ###|+84 9########", "ae": "+971 50 ### ####", "au": "04## ### ###|+61 4## ### ###",
}  # fmt: skip
WORDS = {
    "job": "Forklift operator|Dental hygienist|Payroll clerk|Court interpreter|Roofer|Librarian|Sous chef|Tax inspector|Physiotherapist|Electrician|Bookkeeper|Flight attendant|Warehouse supervisor|Social worker", "job_zh": "仓库管理员|幼儿教师|出纳|质检员|客户经理|药剂师|电焊工|行政助理|保安队长|外卖骑手|牙科医生|测绘工程师",
    "job_de": "Schreinerin|Erzieher|Buchhalterin|Krankenpfleger|Elektroniker|Sachbearbeiterin|Maurer|Lehrerin", "ethnicity_zh": "汉族|壮族|布依族|土家族|朝鲜族|彝族|傣族|白族", "ethnicity": "White British|Black African|Hispanic or Latino|Asian Indian|Mixed|Pacific Islander|Roma|Han Chinese",
    "religion": "Catholic|Sunni|Sikh|Lutheran|Atheist|Orthodox|Shinto|Jain", "religion_de": "ev.|rk.|konfessionslos|orth.|islam.", "marital": "Single|Married|Widowed|Civil partnership|Divorced", "marital_es": "soltero|casada|viuda|divorciado|unión libre", "marital_zh": "已婚有子女|未婚|离异|丧偶|初婚",
    "nationality": "Nigerian|Brazilian|Filipino|Italian|Pakistani|Ukrainian|Kenyan|Chilean", "iso3": "NGA|BRA|PHL|ITA|PAK|UKR|KEN|CHL|VNM", "blood": "A Pos|O Neg|B Pos|AB Pos|O Pos|A Neg", "blood_zh": "O型RH阳性|A型RH阳性|B型|AB型|不详", "education": "Some college|GED|Master of Science|High school diploma|Associate degree|PhD", "education_zh": "大学专科|硕士研究生|普通高中|初中|中等专科|大学本科",
    "diagnosis": "Essential hypertension|Acute otitis media|Type 1 diabetes mellitus|Fracture of left radius|Migraine with aura|Iron deficiency anaemia|Community-acquired pneumonia|Atrial fibrillation|Gestational diabetes|Plantar fasciitis", "diagnosis_zh": "上呼吸道感染|慢性阻塞性肺疾病|右侧股骨颈骨折|过敏性鼻炎|甲状腺结节|抑郁发作|急性胃肠炎|带状疱疹|痛风|肾结石",
    "icd": "E03.9|J44.1|S52.501A|F33.1|O24.419|Z00.00|M10.9|N20.0|B02.9|I48.91|R10.4|T78.40", "drug": "Lisinopril 10 mg|Atorvastatin 20mg|Salbutamol inhaler|Levothyroxine 75 mcg|Sertraline 50mg|Warfarin 3 mg|Omeprazole 20 mg|Amlodipine 5mg", "allergy": "Penicillin|Peanuts|Latex|None known|Bee venom|Sulfa drugs|Shellfish",
    "guardian": "mère|père|tuteur|grand-mère", "guardian_zh": "父子|母女|爷孙|养父|继母|伯父", "relation": "spouse|mother|brother|daughter|friend|legal guardian", "political_zh": "中共党员|共青团员|群众|民革党员|九三学社社员", "party": "Labour|Conservative|Greens|Independent|SPD|PSOE", "union": "IG Metall|ver.di|UNISON|CGT|none",
    "attendance": "P|A|L|E", "attendance_zh": "到校|事假|病假|迟到|旷课", "behaviour": "Disruptive in class|Helped a classmate|No homework|Excellent participation|Fighting in the yard|Late to lesson", "behaviour_zh": "上课讲小话|主动打扫卫生|未带作业|与同学争吵|拾金不昧|午休不守纪律",
    "bank": "Deutsche Bank|Banco Santander|HSBC|工商银行|建设银行|ING|UniCredit|Banco do Brasil", "insurer": "AOK Bayern|TK|Barmer|DAK-Gesundheit|BKK Mobil", "vaccine": "MMR|BCG|DTaP|Hepatitis B|乙肝疫苗|麻腮风|HPV9", "smoker": "never|former|current|20 pack-years", "orientation": "heterosexual|gay|lesbian|bisexual|prefer not to say", "disability": "Hearing impairment|Wheelchair user|Dyslexia|none|Visual impairment", "language": "Yoruba|Portuguese|Cantonese|Tagalog|Polish|Urdu",
    "immigration": "H-1B|Permanent resident|Asylum seeker|F-1|Tier 2|Refugee", "military": "Veteran|Reserve|None|Active duty", "criminal": "Theft, 2014|None|Driving under influence|Fraud (suspended)|Assault 3rd degree",
    # nothing personal below
    "dept": "Procurement|Facilities|R&D|Customer Care|Quality|Logistics|采购部|运营中心", "product": "Cordless Drill 18V|Merino Jumper|Victorinox Classic|Stanley Flask 1L|Marshall Speaker|Dyson Filter|Hudson Bag|不锈钢保温壶|儿童自行车|抽纸 24包", "company": "Siemens Mobility GmbH|Grupo Bimbo S.A.|Larsen & Toubro|Taylor Wessing LLP|Wei-Chuan Foods|Hermanos García S.L.|中铁二局集团有限公司|Rossi S.p.A.|Kowalski Sp. z o.o.|Smith & Nephew plc",
    "artwork": "Portrait of a Young Woman|Still Life with Pears|The Harbour at Dawn|Madonna and Child|Saint George|Bust of Caesar|松鹤图|Untitled No. 5", "material": "oil on canvas|bronze|etching|glazed stoneware|limewood|silver gelatin print|绢本设色", "team": "Athletic Bilbao|Leeds Rhinos|Hapoel|Vitória|Union Berlin|Brann|河南队|Orlando Pirates", "venue": "St James' Park|Estadio Azteca|Madison Hall|Wankhede|Olympiahalle",
    "station": "Santa Maria Novella|King's Cross|St. Pancras|Wien Meidling|宝鸡南|Victoria|George Street|San Martín|Montparnasse|沙坪坝", "software": "GIMP|Ansible|Apache Maven|Gradle|OpenSSL|Bourne Shell|Jackson Databind|Eigen|Hadoop|Julia", "licence": "MIT|BSD-3-Clause|GPL-2.0-only|Apache-2.0|MPL-2.0", "status": "delivered|in transit|returned|awaiting pickup|lost", "status_zh": "配送中|已签收|退款中|待接单", "level": "NOTICE|CRITICAL|INFO|WARN",
    "dish": "Pad Thai|Caesar wrap|Chicken Kiev|Eggs Florentine|麻婆豆腐|Salade Niçoise|夫妻肺片|Lamb Madras", "species": "Parus major|Quercus robur|Felis catus|Bufo bufo|Salix alba|Apis mellifera", "unit": "kPa|°C|lx|ppm|dB(A)|m³/h", "room_type": "Double deluxe|Twin|Suite Mozart|Family|Single economy", "property": "3-bed semi-detached|Loft|Altbauwohnung|Penthouse|Baugrundstück|三室两厅", "yes": "Y|N", "ja": "ja|nein", "tf": "是|否", "sport": "400m hurdles|Judo -66 kg|Slalom|Epee|Shot put", "ship": "MV Elizabeth Marie|Cap San Antonio|Emma Kristina|东海救101|Santa Rosa", "street_asset": "Lamp post|Bollard|Litter bin|Bench|Hydrant", "course": "Organic Chemistry|Macroeconomics II|Roman Law|高等数学|Linear Algebra|思想品德",
}  # fmt: skip


CITIES = [
    "Abeokuta",
    "Antwerp",
    "Arequipa",
    "Bergamo",
    "Brno",
    "Cebu",
    "Chengdu",
    "Chennai",
    "Cork",
    "Curitiba",
    "Debrecen",
    "Dresden",
    "Enugu",
    "Gdynia",
    "Ghent",
    "Granada",
    "Guelph",
    "Haarlem",
    "Hamilton",
    "Izmir",
    "Kaunas",
    "Kisumu",
    "Kumasi",
    "Leicester",
    "Linz",
    "Lyon",
    "Malmö",
    "Medellín",
    "Mombasa",
    "Montevideo",
    "Nantes",
    "Odense",
    "Oulu",
    "Peshawar",
    "Pittsburgh",
    "Porto",
    "Rosario",
    "Sapporo",
    "Sheffield",
    "Split",
    "Surabaya",
    "Tampere",
    "Tartu",
    "Toledo",
    "Trieste",
    "Varna",
    "Winnipeg",
    "Zaragoza",
]


def cities() -> list[str]:
    """Names of cities of many countries."""
    return CITIES


def fill(pattern: str, rng: Rng) -> str:
    """``#`` to digits (the first one of a run never zero is not promised)."""
    return "".join(rng.choice("123456789") if c == "#" else c for c in pattern).strip()


def street(rng: Rng, country: str = "") -> str:
    """A street address of a country."""
    pattern = rng.choice(STREETS[country or rng.choice(list(STREETS))].split("|"))
    return pattern.format(n=rng.randint(2, 299), k=rng.randint(1, 19))


def full_address(rng: Rng, country: str = "") -> str:
    """Street, postcode and city in one line."""
    code = digits(rng, 5, "12345678")
    return rng.choice(
        (f"{street(rng, country)}, {code} {rng.choice(cities())}", f"{street(rng, country)}, {rng.choice(cities())} {code}")
    )


def address_zh(rng: Rng) -> str:
    """A Chinese address in one of five habits."""
    city, road, estate = (rng.choice(w.split("|")) for w in (CITIES_ZH, ROADS_ZH, ESTATES_ZH))
    n, a, b, c = rng.randint(1, 699), rng.randint(1, 25), rng.randint(1, 4), rng.randint(101, 1904)
    return rng.choice(
        (
            f"{city}{road}{n}号",
            f"{city}{estate}{a}-{b}-{c}",
            f"{road}{n}号{estate}{a}栋{b}单元{c}号",
            f"{city}{road}{n}弄{a}号{c}室",
            f"{city[:3]}{estate}{a}座{c}",
        )
    )


def phone(rng: Rng, country: str = "") -> str:
    """A telephone number in one of the habits of a country."""
    return fill(rng.choice(PHONES[country or rng.choice(list(PHONES))].split("|")), rng)


def mobile_cn(rng: Rng) -> str:
    """A mainland mobile number."""
    return rng.choice(
        ("130", "132", "137", "147", "151", "153", "155", "166", "173", "176", "181", "185", "188", "191", "198")
    ) + digits(rng, 8)


def card(rng: Rng) -> str:
    """A payment card number, bare or in groups."""
    value = luhn(rng.choice(("4532", "5425", "4716", "5234", "3566")) + digits(rng, 11))
    return rng.choice((value, " ".join(value[i : i + 4] for i in (0, 4, 8, 12)), "-".join(value[i : i + 4] for i in (0, 4, 8, 12))))


def iban(rng: Rng) -> str:
    """An IBAN of one of six countries, bare or in groups."""
    country, body = rng.choice(
        (
            ("ES", digits(rng, 20)),
            ("IT", "X" + digits(rng, 22)),
            ("BE", digits(rng, 12)),
            ("PT", digits(rng, 21)),
            ("PL", digits(rng, 24)),
            ("GB", "NWBK" + digits(rng, 14)),
            ("CH", digits(rng, 17)),
        )
    )
    check = 98 - int("".join(str(int(c, 36)) for c in f"{body}{country}00")) % 97
    value = f"{country}{check:02d}{body}"
    return value if rng.random() < 0.5 else " ".join(value[i : i + 4] for i in range(0, len(value), 4))


def plate_cn(rng: Rng) -> str:
    """A mainland licence plate."""
    return (
        rng.choice("川桂蒙鲁粤黑鄂藏晋浙京沪")
        + rng.choice("ABCDEFGHJ")
        + rng.choice(("", "·"))
        + "".join(rng.choice("0123456789" * 3 + "ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(5))
    )


def email(rng: Rng, chinese: bool = False) -> str:
    """A mail address after a name, an account or a number."""
    given, surname = map(people.fold, people.pair(rng, "pinyin" if chinese else ""))
    domain = (
        rng.choice(("126.com", "sina.cn", "foxmail.com", "school.example"))
        if chinese
        else rng.choice(("outlook.example", "gmx.example", "yandex.example", "wp.example", "icloud.com", "uni.example"))
    )
    return (
        rng.choice(
            (
                f"{given}.{surname}",
                f"{given[:1]}{surname}{rng.randint(1, 99)}",
                f"{surname}{given[:2]}",
                f"{given}_{rng.randint(1970, 2010)}",
            )
        )
        + "@"
        + domain
    )


def account(rng: Rng) -> str:
    """An account name."""
    given, surname = map(people.fold, people.pair(rng))
    return rng.choice(
        (
            f"{given}{rng.randint(1, 999)}",
            f"{given[:1]}{surname}",
            f"xX_{given}_Xx",
            f"{rng.choice(('silent', 'crazy', 'mr', 'lil', 'dark'))}{rng.choice(('wolf', 'panda', 'coder', 'rider'))}{rng.randint(1, 99)}",
        )
    )


def ip(rng: Rng) -> str:
    """A public-looking address, one in six of version 6."""
    if rng.random() < 0.16:
        return f"2a02:{rng.randrange(4096):x}:{rng.randrange(65536):x}::{rng.randrange(1, 65536):x}"
    return f"{rng.choice((5, 24, 41, 77, 89, 101, 151, 178, 190, 212))}.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randint(1, 254)}"


def when(rng: Rng, style: str) -> Any:
    """A recent moment; ``style`` is a strftime pattern, ``epoch`` or ``ms``."""
    at = datetime(2026, 4, 1) - timedelta(seconds=rng.randrange(200 * 86400))  # noqa: DTZ001
    return (
        int(at.timestamp())
        if style == "epoch"
        else int(at.timestamp() * 1000)
        if style == "ms"
        else at.strftime(style.replace("_", " ") or "%Y-%m-%d %H:%M:%S")
    )


def birth(rng: Rng, style: str) -> str:
    """A birth date of a grown-up, of a pupil with a leading ``p``, written after a strftime pattern."""
    young = style.startswith("p")
    day: date = born(rng, 6, 17) if young else born(rng)
    return day.strftime((style.lstrip("p") or "%Y-%m-%d").replace("_", " "))


def _hash(rng: Rng, kind: str) -> str:
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./"
    if kind == "bcrypt":
        return "$2y$10$" + "".join(rng.choice(alphabet) for _ in range(53))
    return "{SSHA}" + "".join(rng.choice(alphabet[:62]) for _ in range(38)) + "=="


def _school(rng: Rng, kind: str) -> str:
    if kind == "zh":
        return (
            rng.choice(["成都", "柳州", "保定", "临沂", "洛阳", "珠海"])
            + rng.choice(("市", ""))
            + rng.choice(["树德", "铁路", "石室", "八一", "东方红", "七星", "启明"])
            + rng.choice(["中学", "小学", "第二中学", "高级中学", "附属幼儿园", "九年一贯制学校"])
        )
    return rng.choice(["Oakridge", "Riverside", "St Brigid's", "Lincoln", "Northfield", "Holy Cross"]) + rng.choice(
        (" Primary School", " High School", " Academy", " Elementary", " Middle School")
    )


_UA = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
    "Mozilla/5.0 (Linux; Android 13; SM-A536B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/123.0.0.0 Mobile Safari/537.36",
    "okhttp/4.12.0",
)
_TOL_ID = "identity.generic_person_id"
# maker: right categories | tolerated ones | makes one value from chance and an argument
MAKERS: dict[str, tuple[str, str, Make]] = {
    "name": (NAME, "", lambda r, a: people.chinese(r) if a == "zh" else people.latin(r, a)), "native": ("biographical.name_other", "biographical.name_zh", people.native), "trad": (NAME, "", people.native), "given": (NAME, "", lambda r, a: people.pair(r, a)[0]), "surname": (NAME, "", lambda r, a: people.pair(r, a)[1]),
    "comma": (NAME, "", lambda r, a: ", ".join(reversed(people.pair(r, a)))), "upper": (NAME, "", lambda r, a: people.latin(r, a).upper()),
    "birth": ("biographical.birth_date", "", birth), "byear": ("biographical.birth_date", "biographical.age", lambda r, _a: born(r).year), "age": ("biographical.age", "", lambda r, a: r.randint(*map(int, a.split("-")))),
    "sex": ("biographical.gender", "", lambda r, a: r.choice(a.split("/"))), "height": ("biographical.height", "", lambda r, _a: round(r.gauss(170, 9))), "weight": ("biographical.weight", "", lambda r, _a: round(r.gauss(72, 13), 1)),
    "mobile": ("contact.mobile_cn contact.phone_intl", "", lambda r, _a: mobile_cn(r)), "phone": ("contact.phone_intl", "contact.landline_cn contact.fax", lambda r, a: phone(r, a)), "landline": ("contact.landline_cn contact.phone_intl", "", lambda r, _a: r.choice(("028", "0771", "0312", "0539", "0756", "0451")) + r.choice("- ") + digits(r, 8, "2345678")),
    "email": ("contact.email", "", lambda r, a: email(r, a == "zh")), "wechat": ("contact.wechat", "device.username", lambda r, _a: r.choice(("wxid_", "")) + people.fold(people.pair(r, "pinyin")[0]) + digits(r, 4)), "qq": ("contact.qq", _TOL_ID, lambda r, _a: digits(r, r.randint(7, 10), "123456789")),
    "address": ("location.address_latin", "", street), "full": ("location.address_latin", "", full_address), "address_zh": ("location.address_zh", "", lambda r, _a: address_zh(r)), "postal": ("location.postal_code", "location.admin_code", lambda r, a: fill(a, r)),
    "city": ("", "location.city location.address_latin location.address_zh biographical.birth_place biographical.native_place", lambda r, _a: r.choice(cities())), "birthplace": ("biographical.birth_place biographical.native_place", "location.city location.address_latin", lambda r, _a: r.choice(cities())),
    "card": ("financial.card_pan", "", lambda r, _a: card(r)), "iban": ("financial.iban", "", lambda r, _a: iban(r)), "salary": ("financial.salary", "", lambda r, _a: round(math.exp(r.gauss(8.1, 0.4)), 2)), "balance": ("financial.balance", "", lambda r, _a: round(r.gauss(4000, 9000), 2)), "acct": ("financial.account_no", "", lambda r, _a: digits(r, 16, "62")),
    "ip": ("device.ip", "", lambda r, _a: ip(r)), "mac": ("device.mac", "", lambda r, _a: ":".join(f"{r.randrange(256):02X}" for _ in range(6))), "imei": ("device.imei", "", lambda r, _a: luhn(r.choice(("35", "01", "99")) + digits(r, 12))), "imsi": ("device.imsi", "", lambda r, _a: r.choice(("46000", "46001", "26201", "23415")) + digits(r, 10)), "ua": ("device.user_agent", "", lambda r, _a: r.choice(_UA)), "account": ("device.username", f"{NAME} {_TOL_ID}", lambda r, _a: account(r)), "uuid": ("", _TOL_ID, lambda r, _a: str(uuid.UUID(int=r.getrandbits(128), version=4))),
    "hash": ("credential.password_hash", "credential.password_plain", _hash), "md5": ("credential.password_hash", "credential.password_plain", lambda r, _a: hashlib.md5(str(r.random()).encode()).hexdigest()), "password": ("credential.password_plain", "", lambda r, _a: r.choice(("sunflower", "Barcelona", "iloveyou", "P@ssw0rd", "zxcasd", "letmein", "chelsea")) + str(r.randint(0, 2010)) + r.choice("!?.@*")),
    "plate": ("identity.plate_cn", "identity.plate_other", lambda r, _a: plate_cn(r)), "passport": ("identity.passport_other identity.us_passport identity.cn_passport", "identity.generic_person_id", lambda r, _a: r.choice(("C", "X", "YB", "P", "AA")) + digits(r, 7)), "lat": ("location.latlon", "", lambda r, _a: round(r.gauss(40.4, 0.08), 6)), "lon": ("location.latlon", "", lambda r, _a: round(r.gauss(-3.7, 0.08), 6)),
    "class_zh": ("child.grade_class", "", lambda r, _a: r.choice(("小{0}({1})班", "初{0}{1}班", "{0}年{1}班")).format(r.choice("一二三"), r.randint(1, 9))), "class": ("child.grade_class", "", lambda r, _a: r.choice((f"{r.randint(1, 10)}{r.choice('ABCD')}", f"Klasse {r.randint(1, 10)}b"))), "school": ("child.school", "", _school), "marks": ("child.marks", "", lambda r, a: round(min(float(a or 100), max(0.0, r.gauss(0.74, 0.14) * float(a or 100))), 1)),
    "mrn": ("health.mrn", _TOL_ID, lambda r, _a: "MR" + digits(r, 7)), "pid": (_TOL_ID, "identity.cn_student_no device.username health.mrn", lambda r, a: a + digits(r, 6)), "temp": ("biometric.body_temperature", "", lambda r, _a: round(r.gauss(36.6, 0.3), 1)),
    "time": ("", "location.checkpoint_event child.attendance_event", when), "code": ("", "", lambda r, a: fill(a, r)), "int": ("", "", lambda r, a: r.randint(*map(int, a.split("-")))), "money": ("", "financial.balance", lambda r, _a: round(math.exp(r.gauss(3.5, 1.2)), 2)), "float": ("", "", lambda r, a: round(r.gauss(float(a), float(a) / 20), 2)), "hex": ("", "", lambda r, a: f"{r.getrandbits(4 * int(a)):0{a}x}"),
    "host": ("", "", lambda r, _a: f"{r.choice(('mail', 'k8s-node', 'prd-sql'))}{r.randint(1, 40)}.corp.example"), "version": ("", "", lambda r, _a: f"{r.randint(0, 12)}.{r.randint(0, 30)}.{r.randint(0, 9)}"), "private_ip": ("device.ip", "", lambda r, _a: f"10.20.{r.randrange(8)}.{r.randint(1, 254)}"),
}  # fmt: skip
PERSONAL_WORDS = {
    "job": "biographical.job", "job_zh": "biographical.job", "job_de": "biographical.job", "ethnicity_zh": "biographical.ethnicity", "ethnicity": "biographical.ethnicity", "religion": "biographical.religion", "religion_de": "biographical.religion", "marital": "biographical.marital", "marital_es": "biographical.marital", "marital_zh": "biographical.marital",
    "nationality": "biographical.nationality", "iso3": "biographical.nationality", "blood": "health.blood", "blood_zh": "health.blood", "education": "biographical.education", "education_zh": "biographical.education", "diagnosis": "health.diagnosis", "diagnosis_zh": "health.diagnosis", "icd": "health.icd health.diagnosis", "drug": "health.drug", "allergy": "health.allergy", "guardian": "child.guardian", "guardian_zh": "child.guardian", "political_zh": "biographical.political", "party": "biographical.political", "union": "biographical.union",
    "attendance": "child.attendance_event", "attendance_zh": "child.attendance_event", "behaviour": "child.behaviour", "behaviour_zh": "child.behaviour", "bank": "financial.bank_name", "insurer": "health.insurance", "vaccine": "health.vaccine", "smoker": "health.smoking_alcohol", "orientation": "biographical.sexual_orientation", "disability": "health.disability", "language": "biographical.language", "immigration": "biographical.immigration", "military": "biographical.military", "criminal": "biographical.criminal", "relation": "child.guardian biographical.spouse contact.emergency",
}  # fmt: skip
