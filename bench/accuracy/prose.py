# ruff: noqa: E501  (the long lines are lists)
"""Sentences in Chinese and English with labelled spans, and sentences that only look as if they held any."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.accuracy import generators_latin as latin
from bench.accuracy import generators_zh as zh
from bench.accuracy.generators_things import MAKERS
from bench.accuracy.tables import SOURCES, Source, Split


@dataclass(frozen=True, slots=True)
class Text:
    """A text and its spans (start, end, category), offsets in characters."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


CATEGORY = {
    "name": "biographical.name_zh", "person": "biographical.name_latin", "mobile": "contact.mobile_cn", "phone": "contact.phone_intl",
    "ric": "identity.cn_ric18", "email": "contact.email", "addr": "location.address_zh", "street": "location.address_latin",
    "card": "financial.card_pan", "plate": "identity.plate_cn", "born": "biographical.birth_date", "iban": "financial.iban",
    "ip": "device.ip", "ssn": "identity.us_ssn", "landline": "contact.landline_cn", "school": "child.school", "student": "identity.cn_student_no",
}  # fmt: skip
ZH: dict[Source, str] = {
    "one": """
请{name}家长尽快联系班主任，电话{mobile}。|收件人：{name}，{mobile}，{addr}|患者{name}，身份证号{ric}，因发热就诊。|【门禁】{name} 体温36.5 通过东门
车牌{plate}的车主{name}请挪车，联系电话{mobile}|客户{name}的银行卡号为{card}，请核对。|学生姓名：{name}，出生日期：{born}，学籍号：{student}|我叫{name}，我的邮箱是{email}
转学证明：{name}（身份证{ric}）由{school}转出|座机{landline}无人接听，改打手机{mobile}|user={name} ip={ip} login ok|{name}老师您好，孩子在{school}上学|家庭住址：{addr}。监护人：{name}
""",
    "two": """
通知：{name}同学于今日缺勤，请家长回电{mobile}。|快递放在{addr}，收货人{name}，手机号{mobile}|入院记录：{name}，生于{born}，既往体健。证件号{ric}|今天{name}和{name}在操场打架了
退款将退回尾号账户{card}，户主{name}|{school}{name}家长群通知|请发简历到{email}，联系人{name}|{plate}闯红灯，驾驶人{name}，身份证号码{ric}
值班表：{name}，固话{landline}|登录告警：{name}从{ip}登录|全国学籍号{student}对应学生{name}|他住在{addr}，你可以打{mobile}找他
""",
}
ZH_NOT: dict[Source, str] = {
    "one": "订单20250912371429482350已发货，预计3天到达|王府井步行街今天人很多|张江高科股价上涨了3.5%|版本号10.2.14已发布，请升级|会议定于2025-09-12 14:30举行|库存编号13800138000123不足|我们去李宁专卖店买了鞋|体温计型号DS-1102，价格129元|高兴的是，黄金价格回落了|任务1758000000123执行成功，耗时37毫秒",
    "two": "快递单号SF1382910478821已签收|周大福今日金价每克792元|方便面和石榴汁都卖完了|系统于20251009083000自动备份|请扫描ISBN 9787302511854下的条码|马克杯满减活动截止到2025年11月11日|白天最高气温31度，湿度58%|温馨提示：安全出口在A栋右侧|商品编码6901234567892下架|金额合计15888.00元，税率13%",
}
EN: dict[Source, str] = {
    "one": """
Please call {person} at {phone} before noon.|Patient {person}, born {born}, was admitted on Monday.|Ship to {person}, {street}|My name is {person} and my email is {email}.|Contact: {person} <{email}>
SSN on file: {ssn}, employee {person}|Refund to card {card}, holder {person}.|INFO login user={email} from {ip}|Dear {person}, your IBAN {iban} was updated.|DOB: {born}, phone: {phone}|Our new address is {street}.
""",
    "two": """
Meeting with {person} and {person} moved to Friday.|{person} (date of birth {born}) lives at {street}.|Reach me on {phone} or {email}|The pupil {person} was absent; guardian phone {phone}.|Payment by {person}, IBAN {iban}
Charged to {card} by {person}|social security number {ssn} belongs to {person}|Failed password for {person} from {ip}|Emergency contact: {person}, {phone}|Deliver the parcel to {street}, attention {person}
""",
}
EN_NOT: dict[Source, str] = {
    "one": "Order 4111-2222 shipped on 2025-09-12 14:30.|Version 10.2.14.3 fixes the issue in Victoria sponge recipe.|Morgan Stanley raised its target to $142.50.|The train leaves Jackson at 10:45 from platform 3.|Job 1758000000123 finished in 37 ms.|Johnson & Johnson recalled lot 4417B.|Tracking number 1Z999AA10123456784|Turn left at Oak Chair, aisle 12",
    "two": "Invoice INV-2025-0031 totals 1,238.00 EUR.|Baker Hughes and Martin Marietta both closed higher.|Part number 555-0133-22-X is out of stock.|Madison Square and Lincoln Park are closed today.|Backup 20251009083000 completed, checksum 9f86d081884c7d65.|The Earl Grey and the Caesar salad are sold out.|ISBN 978-0-13-468599-1 is on shelf 4|Sensor 3 reported 36.6 C at 08:15",
}


def texts(split: Split, language: str, count: int = 200) -> Iterator[Text]:
    """The texts of a split: of the dev split ``count`` from each source; deterministic."""
    if split == "held":
        from bench.accuracy import held

        yield from held.texts(language)
        return
    for source in SOURCES:
        yield from _texts(source, language, count)


def _texts(source: Source, language: str, count: int) -> Iterator[Text]:
    """``count`` texts of a source, one in four without any span."""
    rng = random.Random(f"{source}:{language}:prose")
    have, have_not = (ZH, ZH_NOT) if language == "zh" else (EN, EN_NOT)
    patterns = [p for line in have[source].strip().splitlines() for p in line.split("|")]
    for i in range(count):
        if i % 4 == 3:
            yield Text(rng.choice(have_not[source].split("|")), ())
        else:
            yield _fill(rng.choice(patterns), _makers(source, language, rng))


def _makers(source: Source, language: str, rng: random.Random) -> dict[str, Callable[[], str]]:
    country = (
        rng.choice(("us", "gb", "de", "in") if source == "two" else ("en_US", "en_GB", "de_DE", "en_IN"))
        if language == "en"
        else ""
    )
    one = latin.people(source, country, rng, 3, 18, 80) if country else {}
    names = iter(one.get("name", ()))
    born = zh.births(rng, 1, 6, 80)[0]
    ric = zh.ric18(rng, source, born, False)

    def thing(key: str) -> Callable[[], str]:
        return lambda: str(MAKERS[key](rng, source, 1)[0])

    return {
        "name": lambda: zh.name(source, rng, rng.random() < 0.5),
        "person": lambda: str(next(names)),
        "mobile": lambda: zh.mobile(rng),
        "phone": lambda: str(one["phone"][0]),
        "ric": lambda: ric,
        "student": lambda: "G" + ric,
        "email": lambda: f"{MAKERS['username'](rng, source, 1)[0]}@{rng.choice(('qq.com', 'mail.example'))}",
        "addr": lambda: zh.address(rng, source),
        "street": lambda: str(one["address"][0]),
        "card": thing("card_pan"),
        "plate": lambda: zh.plate(rng),
        "born": lambda: born.strftime("%Y-%m-%d" if language == "en" or source == "one" else "%Y年%m月%d日"),
        "iban": thing("iban"),
        "ip": thing("ip"),
        "ssn": lambda: f"{rng.randint(100, 665)}-{rng.randint(10, 99)}-{rng.randint(1000, 9999)}",
        "landline": lambda: zh.landline(rng, source),
        "school": lambda: zh.school(rng, source),
    }


def _fill(pattern: str, makers: dict[str, Callable[[], str]]) -> Text:
    out, spans = "", []
    rest = pattern
    while "{" in rest:
        before, _, rest = rest.partition("{")
        key, _, rest = rest.partition("}")
        out += before
        value = makers[key]()
        spans.append((len(out), len(out) + len(value), CATEGORY[key]))
        out += value
    return Text(out + rest, tuple(spans))
