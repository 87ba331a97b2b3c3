"""Words that invented people and places are made of: surnames, given characters, districts, schools, roads.

Surnames are ordered by how common they are in China; a surname's weight falls with its rank, so that the most
common ten cover about a third of the people. Given names are one or two characters drawn at random, so that every
full name is an accident and nobody's. Districts and their codes are public (GB/T 2260); the schools are invented.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_SURNAMES = (
    "王wang 李li 张zhang 刘liu 陈chen 杨yang 黄huang 赵zhao 吴wu 周zhou 徐xu 孙sun 马ma 朱zhu 胡hu 郭guo 何he 林lin 高gao "
    "罗luo 郑zheng 梁liang 谢xie 宋song 唐tang 许xu 邓deng 韩han 冯feng 曹cao 彭peng 曾zeng 肖xiao 田tian 董dong 潘pan "
    "袁yuan 蔡cai 蒋jiang 余yu 于yu 杜du 叶ye 程cheng 魏wei 苏su 吕lv 丁ding 任ren 卢lu 姚yao 沈shen 钟zhong 姜jiang "
    "崔cui 谭tan 陆lu 范fan 汪wang 廖liao 石shi 金jin 韦wei 贾jia 夏xia 付fu 方fang 邹zou 熊xiong 白bai 孟meng 秦qin "
    "邱qiu 侯hou 江jiang 尹yin 薛xue 闫yan 段duan 雷lei 龙long 黎li 史shi 陶tao 贺he 毛mao 郝hao 顾gu 龚gong 邵shao "
    "万wan 覃qin 武wu 钱qian 戴dai 严yan 莫mo 孔kong 向xiang 常chang 欧阳ouyang 上官shangguan 司马sima 诸葛zhuge"
)
_MALE = (
    "伟wei 强qiang 磊lei 军jun 洋yang 勇yong 杰jie 涛tao 明ming 超chao 刚gang 平ping 辉hui 鹏peng 华hua 飞fei 鑫xin "
    "波bo 斌bin 宇yu 浩hao 凯kai 健jian 俊jun 帆fan 帅shuai 旭xu 宁ning 龙long 林lin 欢huan 阳yang 建jian 亮liang "
    "成cheng 峰feng 东dong 博bo 轩xuan 睿rui 航hang 翔xiang 哲zhe 豪hao 泽ze 铭ming 晨chen 昊hao 志zhi 文wen"
)
_FEMALE = (
    "芳fang 娜na 敏min 静jing 丽li 艳yan 娟juan 霞xia 秀xiu 燕yan 玲ling 桂gui 英ying 婷ting 雪xue 慧hui 莹ying "
    "玉yu 洁jie 梅mei 琳lin 云yun 红hong 晶jing 倩qian 颖ying 萍ping 佳jia 瑜yu 欣xin 雅ya 怡yi 梦meng 涵han "
    "诗shi 琪qi 悦yue 彤tong 蕾lei 璐lu 思si 语yu 晓xiao 雨yu 子zi 可ke 梓zi 萱xuan 妍yan 馨xin"
)

_COUNTIES = """
510104 成都市 锦江区 30.657 104.083
510105 成都市 青羊区 30.674 104.062
510112 成都市 龙泉驿区 30.557 104.275
510121 成都市 金堂县 30.862 104.412
510181 成都市 都江堰市 30.988 103.647
510304 自贡市 大安区 29.364 104.774
510402 攀枝花市 东区 26.546 101.704
510504 泸州市 龙马潭区 28.913 105.438
510603 德阳市 旌阳区 31.143 104.417
510703 绵阳市 涪城区 31.455 104.757
510802 广元市 利州区 32.434 105.845
510921 遂宁市 蓬溪县 30.757 105.708
511002 内江市 市中区 29.587 105.068
511102 乐山市 市中区 29.556 103.761
511302 南充市 顺庆区 30.796 106.092
511402 眉山市 东坡区 30.042 103.832
511502 宜宾市 翠屏区 28.766 104.620
511602 广安市 广安区 30.474 106.642
511702 达州市 通川区 31.215 107.504
511802 雅安市 雨城区 30.005 103.033
511902 巴中市 巴州区 31.851 106.769
512002 资阳市 雁江区 30.108 104.677
513401 凉山彝族自治州 西昌市 27.894 102.264
"""

_ROADS = (
    "人民路 建设路 滨江路 文化街 解放街 胜利路 青年路 中山街 红星路 新华街 桂花巷 东风路 朝阳街 "
    "学府路 团结路 和平街 长虹大道 迎宾大道 茶店子街 芙蓉路 银杏街 锦绣路 花园路 沱江路"
)
ROADS = tuple(_ROADS.split(" "))

ETHNIC = ("汉族", "彝族", "藏族", "羌族", "回族", "苗族", "土家族")
ETHNIC_SHARE = (0.86, 0.06, 0.035, 0.015, 0.012, 0.01, 0.008)

LONG_STANDING_CODES = (510121, 510321, 510421, 510422, 513401, 513423, 513424, 513426, 513433)
"""Codes of counties that have not changed since resident ID numbers exist: where older people were registered."""

RELATIONS = ("父亲", "母亲", "爷爷", "奶奶", "外公", "外婆")

_PREFIXES = (
    "130 131 132 133 135 136 137 138 139 147 150 151 152 153 155 157 158 159 166 173 "
    "176 177 178 180 181 182 183 185 186 187 188 189 191 198 199"
)
MOBILE_PREFIXES = tuple(_PREFIXES.split())
"""Allocated three-digit openings of mobile numbers of mainland China."""

PRIMARY, MIDDLE, HIGH, ALL_THROUGH = "primary", "middle", "high", "all"
_GRADES = {PRIMARY: range(6), MIDDLE: range(6, 9), HIGH: range(9, 12), ALL_THROUGH: range(12)}

GRADE_NAMES = (
    "一年级", "二年级", "三年级", "四年级", "五年级", "六年级", "七年级", "八年级", "九年级", "高一", "高二", "高三",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class School:
    """One invented school in a real district: its name, district code, point (degrees) and the grades it teaches (0..11)."""

    name: str
    city: str
    county: str
    code: str
    lat: float
    lon: float
    grades: range


def _split(text: str) -> tuple[list[str], list[str]]:
    words = text.split()
    han = ["".join(c for c in w if not c.isascii()) for w in words]
    return han, [w[len(h) :] for w, h in zip(words, han, strict=True)]


SURNAMES, SURNAME_PINYIN = _split(_SURNAMES)
_rank = np.arange(len(SURNAMES), dtype=np.float64)
SURNAME_SHARE = (1 / (_rank + 8)) / (1 / (_rank + 8)).sum()
"""Probability of each surname, falling with its rank."""
GIVEN = (_split(_MALE), _split(_FEMALE))
"""(characters, pinyin) that names of men and of women are drawn from."""


def schools() -> tuple[School, ...]:
    """The 23 invented schools, one per district, of five kinds."""
    kinds = (
        ("第三小学", PRIMARY), ("第七中学", MIDDLE), ("实验学校", ALL_THROUGH), ("第二高级中学", HIGH), ("东城小学", PRIMARY),
    )  # fmt: skip
    out = []
    for i, line in enumerate(_COUNTIES.split("\n")[1:-1]):
        code, city, county, lat, lon = line.split()
        suffix, kind = kinds[i % len(kinds)]
        place = (city.removesuffix("市") + county) if county in ("东区", "市中区") else county
        out.append(School(place + suffix, city, county, code, float(lat), float(lon), _GRADES[kind]))
    return tuple(out)
