# ruff: noqa: E501  (the long lines are lists)
"""Values around people: documents, money, health, secrets, devices, school life; and columns that hold nothing personal."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import random
import string
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bench.accuracy.tables import Source, Values

Make = Callable[[random.Random, Source, int], Values]
ALNUM = string.ascii_letters + string.digits


def luhn(body: str) -> str:
    """``body`` with its Luhn check digit."""
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(body)))
    return body + str(-total % 10)


def _each(make: Callable[[random.Random, Source], object]) -> Make:
    return lambda rng, source, n: [make(rng, source) for _ in range(n)]


def _choice(one: str, two: str | None = None) -> Make:
    """Closed words; the source's own coding of the same thing."""
    return _each(lambda rng, source: rng.choice((one if source == "one" or two is None else two).split("|")))


def _style(one: tuple[str, ...], two: tuple[str, ...]) -> Make:
    """One coding per column, words of the coding parted by a bar."""

    def make(rng: random.Random, source: Source, n: int) -> Values:
        words = rng.choice(one if source == "one" else two).split("|")
        weights = [1 / (i + 1) for i in range(len(words))]
        return rng.choices(words, weights, k=n)

    return make


def _digits(rng: random.Random, n: int, first: str = "123456789") -> str:
    return rng.choice(first) + "".join(rng.choice(string.digits) for _ in range(n - 1))


def _text(rng: random.Random, n: int, alphabet: str = ALNUM) -> str:
    return "".join(rng.choice(alphabet) for _ in range(n))


def _pan(rng: random.Random, source: Source) -> str:
    one = (("4", 16), ("51", 16), ("622202", 19), ("37", 15))
    two = (("400361", 16), ("2221", 16), ("621700", 19), ("6011", 16))
    prefix, length = rng.choice(one if source == "one" else two)
    value = luhn(prefix + _text(rng, length - 1 - len(prefix), string.digits))
    return (
        " ".join(value[i : i + 4] for i in range(0, length, 4))
        if source == "two" and length == 16 and rng.random() < 0.3
        else value
    )


def _jwt(rng: random.Random, _split: Source) -> str:
    def part(data: Mapping[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")

    head, body = {"alg": "HS256", "typ": "JWT"}, {"sub": str(rng.randrange(10**8)), "exp": 1700000000 + rng.randrange(10**7)}
    return f"{part(head)}.{part(body)}.{_text(rng, 43, ALNUM + '-_')}"


def _api_key(rng: random.Random, source: Source) -> str:
    upper = string.ascii_uppercase + string.digits
    one = (("AKIA", 16, upper), ("ghp_", 36, ALNUM), ("sk_live_", 24, ALNUM))
    two = (("glpat-", 20, ALNUM), ("xoxb-123456789012-123456789012-", 24, ALNUM), ("AIza", 35, ALNUM), ("AKIA", 16, upper))
    prefix, length, alphabet = rng.choice(one if source == "one" else two)
    return prefix + _text(rng, length, alphabet)


def _private_key(rng: random.Random, source: Source) -> str:
    kind = "RSA PRIVATE KEY" if source == "one" else rng.choice(("OPENSSH PRIVATE KEY", "EC PRIVATE KEY"))
    body = "\n".join(_text(rng, 64, ALNUM + "+/") for _ in range(6))
    return f"-----BEGIN {kind}-----\n{body}\n-----END {kind}-----"


def _password_hash(rng: random.Random, source: Source) -> str:
    if source == "one":
        return "$2b$12$" + _text(rng, 53, ALNUM + "./")
    salt = _text(rng, 8, ALNUM + "./")
    return rng.choice(
        (
            f"$6${salt}${_text(rng, 86, ALNUM + './')}",
            f"$argon2id$v=19$m=65536,t=3,p=4${_text(rng, 22)}${_text(rng, 43)}",
            f"pbkdf2_sha256$260000${_text(rng, 12)}${_text(rng, 43)}=",
        )
    )


def _bare_hash(rng: random.Random, source: Source) -> str:
    data = str(rng.random()).encode()
    return (hashlib.md5 if source == "one" else hashlib.sha1)(data).hexdigest()


def _password(rng: random.Random, source: Source) -> str:
    words = (
        "dragon sunny monkey qwert blue tiger woaini hello summer"
        if source == "one"
        else "banana winter rocket zxcv panda aini Liverpool star"
    )
    return rng.choice(words.split()).title() + str(rng.randrange(1, 2026)) + rng.choice(("", "!", "@", "#1"))


def _ip(rng: random.Random, source: Source) -> str:
    if source == "two" and rng.random() < 0.15:
        return "2001:db8:" + ":".join(f"{rng.randrange(65536):x}" for _ in range(6))
    return f"{rng.choice((36, 61, 113, 117, 183, 202, 81, 93))}.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"


def _user_agent(rng: random.Random, source: Source) -> str:
    version = rng.randint(90, 140)
    one = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36"
    two = (
        f"Mozilla/5.0 (X11; Linux x86_64; rv:{version}.0) Gecko/20100101 Firefox/{version}.0",
        f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_{rng.randrange(6)} like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.{rng.randrange(60)}",
        f"Dalvik/2.1.0 (Linux; U; Android {rng.randint(9, 15)}; V{rng.randint(1900, 2400)}A Build/QP1A)",
    )
    return one if source == "one" else rng.choice(two)


def _face_points(lat: bool) -> Make:
    def make(rng: random.Random, source: Source, n: int) -> Values:
        centre = (30.57, 104.07) if source == "one" else (48.21, 16.37)
        return [round(rng.gauss(centre[not lat], 0.05), 6) for _ in range(n)]

    return make


def _point(rng: random.Random, source: Source) -> str:
    lat, lon = rng.gauss(31.2, 0.1), rng.gauss(121.5, 0.1)
    return f"{lat:.6f},{lon:.6f}" if source == "one" else f"POINT({lon:.6f} {lat:.6f})"


def _event_time(rng: random.Random, source: Source, n: int) -> Values:
    start = datetime(2025, rng.randint(1, 9), 1)  # noqa: DTZ001
    times = sorted(start + timedelta(seconds=rng.randrange(60 * 86400)) for _ in range(n))
    kind = rng.randrange(3)
    if kind == 0:
        return [int(t.timestamp() * (1000 if source == "one" else 1)) for t in times]
    return [t.strftime("%Y-%m-%d %H:%M:%S" if kind == 1 else "%Y-%m-%dT%H:%M:%S.000+08:00") for t in times]


def _person_id(rng: random.Random, source: Source, n: int) -> Values:
    start = rng.randrange(10000, 90000)
    prefix = rng.choice(("EMP", "U", "P-") if source == "one" else ("C", "STF", "K/"))
    return [f"{prefix}{start + i * rng.choice((1, 1, 1, 3)):06d}" for i in range(n)]


def _marks(rng: random.Random, source: Source, n: int) -> Values:
    top = 100 if source == "one" else rng.choice((100, 120, 150))
    scores = [min(top, max(0.0, rng.gauss(0.76 * top, 0.13 * top))) for _ in range(n)]
    return [round(s * 2) / 2 if source == "two" else round(s) for s in scores]


MAKERS: dict[str, Make] = {
    "ethnicity": _style(("汉族|回族|藏族|壮族|满族|彝族", "汉|回|彝|藏"), ("汉族|维吾尔族|苗族|土家族|蒙古族|侗族|瑶族", "01|02|03|04|05")),
    "nationality": _style(("中国|美国|日本|韩国", "CHN|USA|JPN|DEU|FRA"), ("China|Vietnam|France|Germany|Kenya", "Chinese|British|Polish|Indian")),
    "religion": _style(("无|佛教|伊斯兰教|基督教",), ("Christian|Muslim|Hindu|Buddhist|None|Jewish", "无宗教信仰|道教|天主教|佛教")),
    "political": _style(("群众|共青团员|中共党员|少先队员",), ("中共预备党员|群众|团员|民盟盟员|无党派人士",)),
    "marital": _style(("未婚|已婚|离异", "single|married|divorced|widowed"), ("已婚|未婚|丧偶|离婚", "Married|Never married|Separated|Divorced")),
    "education": _style(("本科|大专|高中|硕士|初中", "bachelor|master|high school|phd"), ("大学本科|专科|中专|博士研究生|小学", "Bachelor's degree|Secondary|Doctorate")),
    "job": _choice("教师|工程师|会计|护士|司机|销售经理|厨师|程序员", "Welder|Nurse|Accountant|Bus driver|Plumber|Data analyst|Midwife|Baker|Paralegal"),
    "wechat": _each(lambda r, _s: rng_word(r) + r.choice("_-") + str(r.randrange(100, 99999))),
    "qq": _each(lambda r, _s: _digits(r, r.randint(6, 10))),
    "school_no": _each(lambda r, s: (f"20{r.randint(18, 23)}{r.randrange(10**6):06d}" if s == "one" else f"{r.randint(19, 24)}{r.randrange(100):02d}{r.randrange(10**4):04d}")),
    "person_id": _person_id,
    "cn_passport": _each(lambda r, s: r.choice("EG" if s == "one" else ("E", "EA", "EB", "G"))[:2].ljust(1) + _digits(r, 8)),
    "hk_id": _each(lambda r, _s: hk_id(r)),
    "macau_id": _each(lambda r, _s: f"{r.choice('157')}{r.randrange(10**6):06d}({r.randrange(10)})"),
    "tw_id": _each(lambda r, _s: tw_id(r)),
    "card_pan": _each(_pan),
    "iban": _each(lambda r, s: iban(r, ("DE", 18) if s == "one" else r.choice((("NL", 0), ("FR", 23), ("AT", 16))))),
    "account_no": _each(lambda r, s: _digits(r, 12 if s == "one" else r.choice((10, 14, 17)))),
    "salary": _each(lambda r, _s: round(math.exp(r.gauss(9.0, 0.5)) / 100) * 100),
    "diagnosis": _choice("J06.9|I10|E11.9|K29.5|M54.5|N39.0|F32.1|J45.0|S82.2|C50.9|H25.1|K35.8|A09", "急性支气管炎|高血压病|2型糖尿病|慢性胃炎|腰椎间盘突出症|肺炎|冠心病|脑梗死|急性阑尾炎"),
    "blood": _style(("A|O|B|AB", "A型|O型|B型|AB型"), ("O+|A+|B+|AB-|O-", "A Rh+|O Rh+|B Rh+")),
    "password_plain": _each(_password),
    "password_hash": _each(_password_hash),
    "bare_hash": _each(_bare_hash),
    "api_key": _each(_api_key),
    "jwt": _each(_jwt),
    "private_key": _each(_private_key),
    "session": _each(lambda r, s: _text(r, 32, "0123456789abcdef") if s == "one" else _text(r, 26, string.ascii_lowercase + string.digits)),
    "ip": _each(_ip),
    "mac": _each(lambda r, s: (":" if s == "one" else "-").join(f"{r.randrange(256):02{'x' if s == 'one' else 'X'}}" for _ in range(6))),
    "imei": _each(lambda r, s: luhn(("35" if s == "one" else "86") + _digits(r, 12))),
    "user_agent": _each(_user_agent),
    "username": _each(lambda r, _s: rng_word(r) + r.choice(("", str(r.randrange(99)), "_" + rng_word(r)))),
    "lat": _face_points(True),
    "lon": _face_points(False),
    "point": _each(_point),
    "postal_code": _each(lambda r, s: r.choice(("2100", "3100", "4300", "5180") if s == "one" else ("4100", "7100", "2300", "6500")) + f"{r.randrange(100):02d}"),
    "room": _each(lambda r, s: f"{r.randint(1, 9)}-{r.randint(101, 630)}" if s == "one" else f"{r.choice('ABCD')}{r.randint(1, 6)}{r.randrange(30):02d}-{r.randint(1, 4)}床"),
    "checkpoint": _each(lambda r, s: f"CAM-{r.randint(1, 40):03d}" if s == "one" else r.choice(("东门闸机", "西门1号通道", "南门2号机", "食堂入口", "宿舍楼门禁"))),
    "guardian": _style(("父亲|母亲|爷爷|奶奶|外婆", "father|mother|grandmother"), ("母子|父子|祖孙|父女|母女", "爸爸|妈妈|外公|姑姑|监护人", "Mother|Father|Legal guardian|Aunt")),
    "attendance": _style(("出勤|迟到|缺勤|请假", "present|absent|late"), ("正常|迟到|早退|旷课|病假", "On time|Tardy|Excused|Unexcused")),
    "marks": _marks,
    "behaviour": _choice("上课说话|打架|优秀|作业未交|良好|迟到三次|帮助同学", "遵守纪律|顶撞老师|课堂睡觉|积极发言|使用手机|表现良好"),
    "temperature": _each(lambda r, _s: round(min(39.5, max(35.4, r.gauss(36.5, 0.35))), 1)),
    "attention": _each(lambda r, s: round(r.betavariate(5, 2), 2) if s == "one" else r.randint(30, 100)),
    "match_score": _each(lambda r, s: round(r.betavariate(20, 2), 4) if s == "one" else round(70 + 30 * r.betavariate(4, 2), 2)),
    "event_time": _event_time,
    "serial": lambda r, _s, n: list(range(start := r.randrange(1, 10**6), start + n)),
    "amount": _each(lambda r, _s: round(math.exp(r.gauss(4, 1)), 2)),
    "status": _style(("paid|shipped|new|cancelled", "0|1|2"), ("已完成|待付款|已取消", "OPEN|CLOSED|ON HOLD")),
    "order_no": _each(lambda r, s: f"20250{r.randint(1, 9)}{r.randint(10, 28)}{r.randrange(10**10):010d}" if s == "one" else f"ORD-{r.randrange(10**7):07d}-{r.choice('ABC')}"),
    "product": _choice("无线鼠标|保温杯|牛奶 250ml|运动鞋|蓝牙耳机|洗衣液|台灯", "Oak desk|USB-C cable 2m|Olive oil 1 l|Desk lamp|Trail shoes|Notebook A5|Espresso beans"),
    "quantity": _each(lambda r, _s: r.randint(1, 40)),
    "company": _choice("华信科技有限公司|东方贸易公司|恒达物流集团|绿源食品股份有限公司", "Northwind Traders|Hartmann & Söhne GmbH|Blue River Ltd|Acme Holdings plc|Orchard Systems Inc."),
    "flag": _each(lambda r, _s: r.random() < 0.8),
    "uuid": _each(lambda r, _s: str(uuid.UUID(int=r.getrandbits(128), version=4))),
}  # fmt: skip


def rng_word(rng: random.Random) -> str:
    """A pronounceable lower-case word."""
    return "".join(rng.choice("bcdfghjklmnpstvwxz") + rng.choice("aeiou") for _ in range(rng.randint(2, 4)))


def hk_id(rng: random.Random) -> str:
    """Hong Kong identity card with its check character (mod 11)."""
    letter, body = rng.choice("ABCDEGHKMPRVYZ"), f"{rng.randrange(10**6):06d}"
    total = 36 * 9 + (ord(letter) - 55) * 8 + sum(int(d) * (7 - i) for i, d in enumerate(body))
    return f"{letter}{body}({'0123456789A'[-total % 11]})"


def tw_id(rng: random.Random) -> str:
    """Taiwan national identity card with its check digit (weighted mod 10)."""
    letter, body = rng.choice("ABCDEFGHJKLMNPQRSTUVXYWZIO"), rng.choice("12") + _text(rng, 7, string.digits)
    code = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(letter) + 10
    total = code // 10 + code % 10 * 9 + sum(int(d) * (8 - i) for i, d in enumerate(body))
    return f"{letter}{body}{-total % 10}"


def iban(rng: random.Random, kind: tuple[str, int]) -> str:
    """An account number of a country, closed with mod 97."""
    country, digits = kind
    body = _text(rng, digits, string.digits) if digits else rng.choice(("INGB", "ABNA", "RABO")) + _text(rng, 10, string.digits)
    number = "".join(str(int(c, 36)) for c in body + country + "00")
    return f"{country}{98 - int(number) % 97:02d}{body}"
