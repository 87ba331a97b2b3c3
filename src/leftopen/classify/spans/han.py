# ruff: noqa: E501  (the long lines are patterns and lists of words)
"""Chinese names in prose: the best way to cut a run of characters into words, names among them, weighed with what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from leftopen.classify.lexicons import zh_places, zh_tables
from leftopen.classify.spans.found import Span
from leftopen.classify.spans.words import NEVER_ZH, chinese_words

_KANA = re.compile(r"[\u3041-\u30ff]")
RUN = re.compile(r"[\u3400-\u9fff]+")
_BEFORE = re.compile(
    r"(?:姓名|名字|联系人|联络人|收件人|收货人|签收人?|(?:签名|签字|审核|收件|收货|寄件)[: ]|户名|患者|病人|学生|同学|家长|监护人|客户|申请人|申请者|负责人|经办人|班主任|"
    r"老师|教师|员工|用户|业主|司机|市民|户主|法定代表人|法人|代表人|校长|主任|经理|总监|董事长?|总裁|主席|书记|部长|局长|处长|科长|市长|省长|县长|医生|医师|"
    r"护士|大夫|主治医师|记者|编辑|作者|父亲|母亲|爸爸|妈妈|爷爷|奶奶|外公|外婆|儿子|女儿|丈夫|妻子|老公|老婆|孩子|哥哥|姐姐|弟弟|妹妹|叔叔|阿姨|舅舅|"
    r"叫|名叫|叫做|我是|本人|寄件人|发件人|乘客|旅客|嫌疑人|被告人?|原告人?|上诉人|证人|受害人|被害人|死者|伤者|审判长|审判员|书记员|代理人|辩护人|律师|法官|"
    r"会员|考生|新生|住户|租客|房东|店长|同事|朋友|村民|居民|队长|教授|博士|院长|导演|演员|歌手|主演|选手|球员|教练|主帅|候选人|持卡人|投保人|被保险人|受益人|"
    r"甲方|乙方|丙方|出租方|承租方|借款人|出借人|委托人|受托人|推荐人|介绍人|紧急联系人|主持人|报告人|检验者|审核|审核者|记录人|填表人|先生|女士|小姐|"
    r"开户人|汇款人|收款人|付款人|快递员|骑手|设计师|工程师|研究员|专家|学者|作家|诗人|画家|商人|警官|民警|队员|组长|成员|干事|秘书|助理|顾问|委员|代表|创始人|CEO|CTO)"
    r"(?:姓名|名字)?[ ]{0,2}[:是为叫/]?[ ]{0,2}[「“\"'【（(\[]?$"
)
_LABELLED = re.compile(
    r"(?:姓名|名字|联系人|收件人|收货人|寄件人|患者|监护人|申请人|负责人|法定代表人|户名|持卡人|客户|name|Name|甲方|乙方|原告|被告|签名|签字)"
    r"[^\u4e00-\u9fff]{0,4}$"
)
_AFTER = re.compile(
    r"(?:先生|女士|小姐|同学|老师|医生|大夫|护士|教授|主任|经理|校长|院长|同志|师傅|律师|警官|博士|家长|妈妈|爸爸|的(?:手机|电话|身份证|"
    r"家长|妈妈|爸爸|父亲|母亲|孩子|学号|班级|住址|地址|账号|邮箱|生日|成绩|监护人|家)|[，,、;]? ?[（(]?[男女](?:[，,、。）);]|性|$)|"
    r"[，,]? ?(?:手机|电话|身份证|学号|今年|现年|出生|生于|籍贯|住在|家住|汉族|年龄)|[，,（(] ?\d{1,2}岁|\d{1,2}岁|[（(:： ]{0,2}1[3-9]\d{9}|"
    r"(?:说|表示|告诉|介绍|认为|指出|透露|回忆|坦言|称|笑着|担任|出任|毕业|主演|导演|饰演|获得|当选))"
)
_TRANSLIT = frozenset(
    "山别鲍柏范葛霞梵尤切阿埃艾爱安奥巴白贝本比彼波伯勃布查达大戴德登迪蒂丁杜多厄恩尔法菲费芬弗夫福盖戈哥格古哈海汉豪赫亨侯胡华怀霍基吉加杰金卡凯康考科克肯库拉莱兰朗劳勒雷里"
    "理丽利莉历列林琳龙隆卢鲁路伦罗洛马玛迈麦曼梅门蒙米密敏明莫默姆穆娜纳奈南内尼妮涅宁纽努诺欧帕潘佩彭皮珀普齐奇契乔切琼丘让热仁日荣茹瑞萨塞赛桑瑟沙莎珊"
    "舍施什史士斯司思丝苏孙索塔台泰坦汤唐陶特腾提廷图托瓦万旺威韦维温沃乌吾武锡夏香肖谢辛休修许雅亚扬耶叶伊依易因英尤约泽扎詹珍朱兹佐买江木吐孜肉汗卓次旦珠央措"
    "西希拜热提麦吾尔仓拉姆尼玛才让贡布洛桑乌兰哈提别克娅薇黛露茜翰逊顿森盛坎伦贾赖蕾诗妲琪柯邓波尔"
)
_DOTTED = re.compile(r"[\u4e00-\u9fff]{1,7}(?:[·•・‧][\u4e00-\u9fff]{1,8}){1,3}")
_PLACE_AFTER = re.compile(
    r"(?:大街|大道|路|街|区(?!别)|市(?!长|民)|县|镇|乡|村|站|桥|湖|山(?!东|西)|河|大厦|广场|大学|中学|小学|公司|集团|银行|医院|牌|酒店|饭店|商场|店|机场|码头|寺|庙|公园|景区|杯|奖|"
    r"效应|定律|定理|药业|股份|科技|文化|传媒|实业|地产)"
)
"""What follows the name of a place, a firm or a thing that looks like a person's."""
_FIRM_AFTER = re.compile(r"[^在加入任是的了于到与和说，。、,.\s]{0,9}(?:公司|集团|银行|厂|股份|事务所|研究[所院]|证券|基金)")
_POLITE = re.compile(
    r"先生|女士|小姐|同学|老师|经理|总监|主任|医生|大夫|教授|律师|警官|师傅|校长|院长|局长|处长|部长|书记|某某|护士|法官|阿姨|叔叔"
)
"""After a surname alone: the person is not named in full."""
_NAME, _TWO, _THREE = -4.3, -1.5, -0.3
_UNKNOWN = -16.0
_BAD = frozenset("的了在是和与跟说已请将把去到来为因向从对给被也都就还要会能您你我他她它们这那个么吗吧呢啊之其及或但并者")


@lru_cache(maxsize=65536)
def _given(text: str) -> float:
    tables = zh_tables()
    return sum(tables.given_of(c) for c in text)


@lru_cache(maxsize=65536)
def _name_score(word: str) -> float:
    """Natural log of the chance that a token of running text is this person's name; -99 if it is none."""
    tables = zh_tables()
    best = -99.0
    if any(c in _BAD for c in word[1:]):
        return best
    if 2 <= len(word) <= 3:
        surname = tables.surname_of(word[0])
        if surname > -14.0:
            best = _NAME + surname + _given(word[1:]) + (_TWO if len(word) == 2 else _THREE)
    if len(word) >= 3:
        double = tables.doubles.get(word[:2], -99.0)
        if double > -16:
            best = max(best, _NAME + double + _given(word[2:]) + 1.0)
    if len(word) == 4 and best < -90:
        two = tables.surname_of(word[0]), tables.surname_of(word[1])
        if min(two) > -5.5:
            best = _NAME + sum(two) + _given(word[2:]) - 3.5
    return best


def names(text: str) -> Iterator[Span]:
    """People's names in Chinese characters, with confidence and evidence; none in Japanese sentences, whose names are cut otherwise."""
    if len(_KANA.findall(text)) > 0.2 * sum(m.end() - m.start() for m in RUN.finditer(text)):
        return
    dotted = []
    for match in _DOTTED.finditer(text) if any(c in text for c in "·•・‧") else ():
        span = _dotted(text, *match.span())
        if span is not None:
            dotted.append((span.start, span.end))
            yield span
    for match in RUN.finditer(text):
        start, end = match.span()
        if end - start >= 2:
            for span in _in_run(text, start, end):
                if not any(s < span.end and span.start < e for s, e in dotted):
                    yield span


def _dotted(text: str, start: int, end: int) -> Span | None:
    """A name with a middle dot: from the dots outwards as far as the characters are those of transliterations."""
    body = text[start:end]
    first = re.search(r"[·•・‧]", body)
    last = max(body.rfind(dot) for dot in "·•・‧")
    if first is None:
        return None
    left, right = start + first.start(), start + last + 1
    while left > start and text[left - 1] in _TRANSLIT:
        left -= 1
    while right < end and text[right] in _TRANSLIT:
        right += 1
    if left == start + first.start() or right == start + last + 1:
        return None
    return Span(left, right, "biographical.name_zh", 0.85, ("shape",))


def _in_run(text: str, start: int, end: int) -> Iterator[Span]:
    """The best cut of the run ``text[start:end]`` and the names in it."""
    run, size = text[start:end], end - start
    words, options = chinese_words(), _options(text, start, end)
    if not options:
        return
    best = [0.0] + [-1e9] * size
    back: list[tuple[int, float]] = [(0, 0.0)] * (size + 1)
    for at in range(size):
        here = best[at]
        for length in range(1, min(5, size - at) + 1):
            score = words.get(run[at : at + length])
            if score is None:
                if length > 1:
                    continue
                score = _UNKNOWN
            if here + score > best[at + length]:
                best[at + length], back[at + length] = here + score, (at, 0.0)
        for length, score, sure in options.get(at, ()):
            if here + score > best[at + length]:
                best[at + length], back[at + length] = here + score, (at, sure)
    stop = size
    while stop > 0:
        at, sure = back[stop]
        if sure:
            context = sure >= 0.8
            yield Span(start + at, start + stop, "biographical.name_zh", sure, ("dictionary", *(("context",) if context else ())))
        stop = at


def _options(text: str, start: int, end: int) -> dict[int, list[tuple[int, float, float]]]:
    """Names that may stand at each place of the run: length, score with what stands beside it, confidence."""
    out: dict[int, list[tuple[int, float, float]]] = {}
    tables, words = zh_tables(), chinese_words()
    for at in range(start, end - 1):
        if tables.surname_of(text[at]) <= -14.0 and text[at : at + 2] not in tables.doubles:
            continue
        before = text[max(0, at - 14) : at]
        cue: bool | None = None
        for length in (2, 3, 4):
            if at + length > end:
                break
            score = _name_score(text[at : at + length])
            if score < -40:
                continue
            if cue is None:
                cue = bool(_BEFORE.search(before))
            rest = text[at + length : at + length + 12]
            if (
                _PLACE_AFTER.match(rest)
                or _POLITE.match(text, at + 1)
                or text[at : at + length] in NEVER_ZH
                or text[at] == text[at + 1]
            ):
                continue
            titled = bool(_AFTER.match(rest))
            alone = at == start and at + length == end
            labelled = cue and alone and bool(_LABELLED.search(before))
            known = words.get(text[at : at + length], -99.0)
            bonus = 3.0 * cue + 3.0 * titled + 1.5 * alone + 1.0 * (at == start) + 0.7 * (at + length == end) + 4.0 * labelled
            margin = score + bonus - max(known, _plain(text[at : at + length]))
            sure = 0.92 if labelled else 0.88 if cue and margin > 0 else 0.84 if titled else 0.69 if margin > 4 else 0.62
            if sure < 0.8 and (_FIRM_AFTER.match(rest) or text[at : at + length] in zh_places()):
                continue
            if margin > 0 or labelled:
                out.setdefault(at - start, []).append((length, score + bonus, sure))
    return out


@lru_cache(maxsize=65536)
def _plain(word: str) -> float:
    """The best score of the characters as plain words."""
    words = chinese_words()
    best = [0.0] + [-1e9] * len(word)
    for stop in range(1, len(word) + 1):
        for at in range(stop):
            score = words.get(word[at:stop], _UNKNOWN if stop - at == 1 else -1e9)
            best[stop] = max(best[stop], best[at] + score)
    return best[-1]
