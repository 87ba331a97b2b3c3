# ruff: noqa: E501  (the long lines are patterns and lists of words)
"""Chinese addresses in prose: divisions in falling order, then roads, estates and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from leftopen.classify.lexicons import zh_places
from leftopen.classify.spans.found import Span

_SUFFIX = r"(?:特别行政区|自治区|自治州|自治县|自治旗|开发区|高新区|新区|街道办事处|街道|地区|林区|省|市|区|县|旗|盟|镇|乡)"
_DIVISION = re.compile(rf"[\u4e00-\u9fff]{{1,8}}?{_SUFFIX}(?![场长级里内间委政面])")
_ROAD = re.compile(
    r"[\u4e00-\u9fff0-9]{1,10}?(?:国道|省道|大道|大街|胡同|公路|街坊|路|街|道|巷|弄|里|坊)(?:[东南西北中]{1,2}(?:段|路|街|里|巷)?|[一二三四五六七八九十]{1,2}(?:段|路|街|巷|里)|支路|支巷)?"
    r"(?![过口线上面灯程由径况局费])"
)
_ESTATE = re.compile(
    r"[\u4e00-\u9fff0-9A-Za-z·]{1,12}?(?:家属院|科技园|工业园|产业园|创业园|软件园|创意园|写字楼|生活区|宿舍区?|小区|花园|花苑|花城|家园|新村|社区|大厦|广场|公寓|别墅|名邸|公馆|国际城|新城|豪庭|华庭|雅苑|"
    r"佳苑|家苑|山庄|大院|公司|学校|医院|大学|中学|小学|村委会|村|庄|屯|寨|苑|园|城|府|湾|郡|轩|阁|庭|居|楼|邨|厦|座|组|队|社)(?:[东南西北中]区|[一二三四五六七八九十A-Z0-9]{1,2}[区期])?"
)
_NUMBER = re.compile(
    r"(?:附?[0-9A-Za-z]{1,6}(?:[-－—~][0-9A-Za-z]{1,6}){0,3}|[一二三四五六七八九十百零〇甲乙丙丁东西南北]{1,5})"
    r"(?:号院|号楼|号铺|号|弄|栋|幢|座|单元|楼|层|室|房|户|组|队|区|期|门|铺|院|村|社|#)(?:附[0-9]{1,4}号)?"
)
_TAIL = re.compile(r"[ -]?[A-Z]?\d{2,5}(?:[-－]\d{1,5})*(?:室|房|号|户)?(?![\d年月日元点:：.%]|[\u4e00-\u9fff]?\d{4})")
_NAMED = re.compile(r"[\u4e00-\u9fff]{2,8}?(?=[0-9A-Za-z]{1,4}(?:号楼|栋|幢|座|单元|期|区))")
"""An estate by its bare name, before the number of a building."""
_EXACT = re.compile(r"(?:[0-9A-Za-z]|[一二三四五六七八九十百]{1,4}(?=[号弄栋幢座室层单])|[甲乙丙丁](?=[座栋]))")
_STREETS = re.compile(r"(?:大道|大街|胡同|公路|路|街|巷|弄|小区|花园|家园|新村|公寓|社区|大厦|广场|镇|乡|村|街道)")
_INSTITUTION = re.compile(r"(?:学校|小学|中学|大学|学院|医院|公司|幼儿园|银行|局|委员会|村委会|社)$")
_GAP = re.compile(r"[ ,\-·]?")
_CUE = re.compile(
    r"(?:地址|住址|住所地?|居住地|户籍地|户籍所在地|收货地址|现住|家住|住在|居住在|位于|坐落于?|送到|寄到|寄往|送至|发往|住|所在地)"
    r"(?:[（(][^（）()]{1,10}[)）])?[:：是为在于]{0,2}[ 　]?$"
)
_LABEL = re.compile(
    r"(?:地址|住址|住所地?|居住地|户籍地|户籍所在地|所在地区?)(?:[（(][^（）()]{1,10}[)）])?\"?[:：]\"?[ 　]?(?P<a>[^\n,，。;；|\"”}<\t]{5,70})"
)
_LEAD = re.compile(
    r"^[\u4e00-\u9fff]{0,10}?(?:家住|现住|住在|居住在|位于|坐落于|坐落在|送到|寄到|寄往|送至|发往|搬到|搬至|回到|来到|赶到|前往|地址是|地址为|地址|住址|住|在|至|到|是|为|于|从|往|给|去|由|把|了|请|将|的|和|与|及|经|沿)"
)
_START_ROAD = re.compile(
    r"[\u4e00-\u9fff]{2,8}?(?:大道|大街|胡同|公路|路|街|巷|弄)(?:[东南西北中]{1,2}段?|[一二三四五六七八九十]{1,2}段)?[0-9一二三四五六七八九十]{1,5}(?:号|弄)"
)
_NUMERIC = re.compile(r"[0-9A-Za-z]{1,4}(?:号楼|栋|幢|座|单元)")
_ESTATE_START = re.compile(
    r"[\u4e00-\u9fff]{2,8}?(?:小区|花园|花苑|家园|新村|公寓|雅苑|佳苑|苑|新城|家属院|华庭|豪庭|公馆|山庄|宿舍|城)(?:[东南西北中]区|[一二三四五六七八九十A-Z0-9]{1,2}[区期])?[0-9A-Za-z一二三四五六七八九十]{1,4}(?:号楼|栋|幢|座|单元|号)"
)


@lru_cache(maxsize=1)
def _known() -> tuple[frozenset[str], frozenset[str], int]:
    """Names of divisions, the characters that they begin with, and the length of the longest."""
    places = frozenset(p for p in zh_places() if len(p) >= 2) - {
        "市辖区",
        "县",
        "省直辖",
        "城区",
        "郊区",
        "和平",
        "长安",
        "新华",
        "桥东",
        "桥西",
        "东方",
        "平安",
    }
    return places, frozenset(p[0] for p in places), max(map(len, places))


def _place_at(text: str, at: int) -> int:
    places, heads, longest = _known()
    if text[at] not in heads:
        return 0
    for size in range(min(longest, len(text) - at), 1, -1):
        if text[at : at + size] in places:
            stop = at + size
            suffix = re.match(_SUFFIX, text[stop : stop + 5])
            return stop + (suffix.end() if suffix and suffix.group() not in text[at:stop][-1:] else 0)
    return 0


def chinese(text: str) -> Iterator[Span]:
    """Addresses with confidence and evidence."""
    covered = -1
    for at in range(len(text) - 3):
        if at < covered or not "\u4e00" <= text[at] <= "\u9fff":
            continue
        stop = _place_at(text, at)
        if not stop:
            continue
        end, score, fine = _parse(text, stop, 1)
        cue = bool(_CUE.search(text[max(0, at - 12) : at]))
        if _INSTITUTION.search(text[at:end]) and not cue:
            continue
        value = text[at:end]
        exact = bool(_EXACT.search(value))
        near = bool(_STREETS.search(value[2:])) and (score >= 3 or cue)
        if (fine and score >= 2 and exact) or near or (cue and score >= 3):
            covered = end
            yield Span(
                at, end, "location.address_zh", min(0.95, 0.78 + 0.04 * score + 0.05 * cue), ("address_rule",) + ("context",) * cue
            )
    for rule in (_START_ROAD, _ESTATE_START):
        for match in rule.finditer(text):
            start = match.start()
            lead = _LEAD.match(match.group())
            if lead and match.end() - start - lead.end() >= 4:
                start += lead.end()
            end, _, _ = _parse(text, match.end(), 1)
            yield Span(start, end, "location.address_zh", 0.76, ("address_rule",))
    for match in _LABEL.finditer(text):
        value = match.group("a").strip()
        if (
            sum("\u4e00" <= c <= "\u9fff" for c in value) >= 4
            and "@" not in value
            and re.search(r"[省市区县镇乡村路街道巷号楼室栋园苑城]", value)
        ):
            end = match.start("a") + len(match.group("a").rstrip())
            cut = re.search(r"[ 　](?:电话|手机|联系|邮编|姓名|收件|身份证)|(?:电话|手机|联系方式|邮编)[:：]", value)
            yield Span(match.start("a"), match.start("a") + cut.start() if cut else end, "location.address_zh", 0.9, ("context",))


def _parse(text: str, at: int, score: int) -> tuple[int, int, int]:
    """Follow the parts of an address from ``at``: where it ends, how many parts it has, and how many of them are fine ones."""
    fine, end = 0, at
    for _ in range(14):
        gap = _GAP.match(text, at)
        next_at = gap.end() if gap and gap.end() - at and at + 1 < len(text) else at
        if next_at >= len(text):
            break
        stop = _place_at(text, next_at) if not fine else 0
        if stop and (next_at == at or text[at] in " -·"):
            at = end = stop
            score += 1
            continue
        number = _NUMBER.match(text, next_at)
        if number and (fine or score) and not (next_at > at and text[at] == ","):
            at = end = number.end()
            score, fine = score + 1, fine + 1
            continue
        if fine and text[next_at : next_at + 1].isascii() and (tail := _TAIL.match(text, at)):
            at = end = tail.end()
            break
        best = None
        for rule, weight in ((_DIVISION, 0), (_ROAD, 1), (_ESTATE, 1), (_NAMED, 1)):
            found = rule.match(text, at)
            if (
                found
                and (best is None or found.end() < best[0])
                and not re.search(r"[的了在是和与有被将以从到比对于由等]|\d{5}", found.group()[1:-1])
            ):
                best = (found.end(), weight)
        if best is None or best[0] - at > (14 if score < 4 else 10):
            break
        at = end = best[0]
        score, fine = score + 1, fine + best[1]
    return end, score, fine
