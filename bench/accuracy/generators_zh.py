# ruff: noqa: E501  (the long lines are lists)
"""Invented Chinese people and the values around them; the lists of source one and two differ, and neither is the demonstration estate's.

One: Faker's zh_CN given names with surnames listed here. Two: the package mingzi (MIT; surnames with shares, single and double
given names), other streets, other schools. Numbers close with their check digits (ISO 7064 MOD 11-2).
"""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from functools import cache
from importlib import util
from pathlib import Path

from bench.accuracy.tables import Source, Values

Names = tuple[str, ...]
_DEV_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹喻苏潘葛范彭鲁韦马苗方俞任袁柳史唐费薛雷贺汤罗毕郝安常乐于时傅齐康余元顾孟黄穆萧尹姚邵汪祁毛戴"
_REGIONS: dict[Source, tuple[tuple[str, str, str], ...]] = {
    "one": (
        ("江苏省南京市鼓楼区", "320106", "025"), ("浙江省杭州市西湖区", "330106", "0571"), ("湖北省武汉市洪山区", "420111", "027"),
        ("广东省深圳市南山区", "440305", "0755"), ("山东省青岛市市南区", "370202", "0532"), ("河南省郑州市金水区", "410105", "0371"),
        ("北京市海淀区", "110108", "010"), ("福建省厦门市思明区", "350203", "0592"), ("辽宁省大连市中山区", "210202", "0411"),
    ),
    "two": (
        ("湖南省长沙市岳麓区", "430104", "0731"), ("陕西省西安市雁塔区", "610113", "029"), ("安徽省合肥市蜀山区", "340104", "0551"),
        ("上海市浦东新区", "310115", "021"), ("云南省昆明市五华区", "530102", "0871"), ("江西省南昌市东湖区", "360102", "0791"),
        ("吉林省长春市朝阳区", "220104", "0431"), ("贵州省贵阳市云岩区", "520103", "0851"), ("甘肃省兰州市城关区", "620102", "0931"),
    ),
}  # fmt: skip
_STREETS: dict[Source, str] = {
    "one": "汉口路 文昌街 翠苑路 珞瑜路 桂庙路 香港中路 花园路 学院路 湖滨南路 长江路 解放大道 梅园新村 紫金山路 青年路",
    "two": "麓山南路 小寨东路 望江西路 世纪大道 东风西路 阳明路 重庆街 延安中路 皋兰路 芙蓉巷 桃花弄 建设三路 和平里 石板街",
}
_ESTATES: dict[Source, str] = {
    "one": "金色家园 阳光花园 翠湖名邸 锦绣江南 绿地新城",
    "two": "梧桐苑 枫林小区 书香门第 望湖公馆 龙泉雅居",
}
_SCHOOLS: dict[Source, tuple[str, str, str]] = {
    "one": (
        "南京 杭州 武汉 青岛 郑州 大连",
        "文昌 育才 外国语 琅琊路 学军 实验 曙光",
        "小学 中学 第一中学 附属小学 高级中学 幼儿园",
    ),
    "two": (
        "长沙 西安 合肥 昆明 长春 兰州",
        "雅礼 高新 师大附中 博才 枫叶 明德 励志",
        "学校 初级中学 第三小学 实验学校 幼儿园 职业中学",
    ),
}


@cache
def given_names(source: Source) -> tuple[Names, Names]:
    """Given names of men and of women of a source."""
    if source == "one":
        from faker.providers.person.zh_CN import Provider

        return tuple(Provider.first_names_male), tuple(Provider.first_names_female)
    data = _mingzi()
    return tuple(data["male_single"] + data["male_double"]), tuple(data["female_single"] + data["female_double"])


@cache
def _mingzi() -> dict[str, list[str]]:
    spec = util.find_spec("mingzi")
    if spec is None or spec.origin is None:
        raise SystemExit("source two needs the package mingzi: pip install mingzi==1.2.3")
    loaded: dict[str, list[str]] = json.loads((Path(spec.origin).parent / "data.json").read_text(encoding="utf-8"))
    return loaded


def name(source: Source, rng: random.Random, female: bool) -> str:
    """A full name: one in eighty with a double surname."""
    given = given_names(source)[female]
    if source == "one":
        surname = "欧阳" if rng.random() < 0.0125 else _DEV_SURNAMES[min(int(rng.expovariate(0.05)), len(_DEV_SURNAMES) - 1)]
        return surname + rng.choice(given)
    data = _mingzi()
    if rng.random() < 0.0125:
        return rng.choice(data["com_surname"]) + rng.choice(given)
    shares = data["surname"]
    surname = rng.choices(list(shares), list(shares.values()))[0]  # type: ignore[attr-defined]
    first = rng.choice(given)
    return str(surname) + (first + rng.choice(given)[0] if len(first) == 1 and rng.random() < 0.75 else first)


def ric18(rng: random.Random, source: Source, born: date, female: bool) -> str:
    """Resident identity number with its check character (GB 11643)."""
    body = f"{rng.choice(_REGIONS[source])[1]}{born:%Y%m%d}{rng.randrange(100):02d}{rng.randrange(5) * 2 + (not female)}"
    total = sum(int(d) * (2 ** (17 - i) % 11) for i, d in enumerate(body))
    return body + "10X98765432"[total % 11]


def address(rng: random.Random, source: Source) -> str:
    """A postal address down to the door, in one of four habits."""
    region, street = rng.choice(_REGIONS[source])[0], rng.choice(_STREETS[source].split())
    estate = rng.choice(_ESTATES[source].split())
    number, block, unit, door = rng.randint(1, 388), rng.randint(1, 30), rng.randint(1, 4), rng.randint(101, 2604)
    return rng.choice(
        (
            f"{region}{street}{number}号",
            f"{region}{street}{number}号{estate}{block}幢{door}室",
            f"{region}{estate}{block}栋{unit}单元{door}",
            f"{region[3:] if '省' in region else region}{street}{number}号{block}号楼{unit}单元{door}室",
        )
    )


def mobile(rng: random.Random) -> str:
    """A mainland mobile number in a live range."""
    return (
        rng.choice(("135", "136", "138", "139", "150", "158", "159", "177", "180", "186", "187", "189", "199"))
        + f"{rng.randrange(10**8):08d}"
    )


def landline(rng: random.Random, source: Source) -> str:
    """Area code and number."""
    area = rng.choice(_REGIONS[source])[2]
    digits = 8 if len(area) == 3 or rng.random() < 0.6 else 7
    return f"{area}-{rng.randint(2, 8)}{rng.randrange(10 ** (digits - 1)):0{digits - 1}d}"


def plate(rng: random.Random) -> str:
    """A licence plate, one in five of a new-energy car."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    head = rng.choice("京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云陕甘青宁新") + rng.choice("ABCDEFGH")
    if rng.random() < 0.2:
        return f"{head}{rng.choice('DF')}{rng.randrange(10**5):05d}"
    return head + rng.choice(letters + "0123456789") + rng.choice(letters) + f"{rng.randrange(1000):03d}"


def school(rng: random.Random, source: Source) -> str:
    """An invented school."""
    places, words, kinds = _SCHOOLS[source]
    return rng.choice(("", rng.choice(places.split()) + "市")) + rng.choice(words.split()) + rng.choice(kinds.split())


def grade_class(rng: random.Random, source: Source) -> str:
    """A class in one of the habits of the source."""
    year, group = rng.randint(1, 6), rng.randint(1, 14)
    han = "一二三四五六七八九"
    one = (f"{han[year - 1]}年级{group}班", f"{han[year - 1]}年级({group})班")
    two = (f"{'初高'[year > 3]}{han[(year - 1) % 3]}{group}班", f"20{rng.randint(17, 23)}级{group}班", f"{year}年{group}班")
    return rng.choice(one if source == "one" else two)


def births(rng: random.Random, count: int, youngest: int, oldest: int) -> list[date]:
    """Birth dates of people between two ages on 2026-01-01, evenly spread."""
    first, last = date(2026 - oldest, 1, 1), date(2026 - youngest, 1, 1)
    return [first + timedelta(days=rng.randrange((last - first).days)) for _ in range(count)]


def people(source: Source, rng: random.Random, count: int, youngest: int, oldest: int) -> dict[str, Values]:
    """Coherent columns about Chinese people; keys are concepts."""
    born = births(rng, count, youngest, oldest)
    female = [rng.random() < 0.5 for _ in range(count)]
    style = rng.choice(
        ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d") if source == "one" else ("%Y-%m-%d", "%Y年%m月%d日", "%Y.%m.%d", "%Y%m%d")
    )
    sexes = rng.choice((("男", "女"), ("1", "2"), ("M", "F")))
    rics = [ric18(rng, source, b, f) for b, f in zip(born, female, strict=True)]
    regions = [rng.choice(_REGIONS[source]) for _ in range(count)]
    return {
        "name": [name(source, rng, f) for f in female],
        "birth_date": [b.strftime(style) for b in born],
        "age": [2026 - b.year for b in born],
        "gender": [sexes[f] for f in female],
        "ric18": rics,
        "ric15": [r[:6] + r[8:17] for r in rics],
        "student_no": ["G" + r for r in rics],
        "mobile_cn": [mobile(rng) for _ in range(count)],
        "landline_cn": [landline(rng, source) for _ in range(count)],
        "address_zh": [address(rng, source) for _ in range(count)],
        "native_place": [r[0][: r[0].find("市") + 1] for r in regions],
        "admin_code": [r[1] for r in regions],
        "plate_cn": [plate(rng) for _ in range(count)],
        "school": [school(rng, source) for _ in range(count)],
        "grade_class": [grade_class(rng, source) for _ in range(count)],
        "city": [r[0][r[0].find("省") + 1 : r[0].find("市") + 1] for r in regions],
    }
