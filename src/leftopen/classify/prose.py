"""People's names in prose: Chinese by surname, given-name statistics and cues; Latin by cues, shape and the classifier."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyarrow as pa

from leftopen.classify.lexicons import latin_scores, zh_scores, zh_surnames
from leftopen.classify.names import WORDS

Found = tuple[int, int, float, tuple[str, ...]]
"""Start, end, confidence, evidence words."""

_BEFORE = re.compile(
    r"(?:姓名|名字|联系人|收件人|收货人|患者|病人|学生|同学|家长|监护人|客户|申请人|负责人|经办人|班主任|老师|教师|员工|用户|业主|司机|市民|"
    r"户主|法定代表人|法人|校长|主任|经理|医生|护士|记者|编辑|父亲|母亲|爸爸|妈妈|爷爷|奶奶|儿子|女儿|丈夫|妻子|孩子|叫|名叫|我是|本人|"
    r"寄件人|乘客|旅客|嫌疑人|被告人?|原告|证人|会员|考生|新生|住户|租客|房东|店长|同事|朋友|村民|居民|队长|教授|博士|律师|院长)"
    r"(?:姓名|名字)?[ 　]{0,2}[：:是为叫]?[ 　]{0,2}[「“\"【（(]?$"
)
_PARTICLE = re.compile(r"(?:^|[，。！？；：、,.!?;:\s「」“”\"'（）()\[\]【】<>《》|/]|[和与跟对给向请让由被是为及让找把])$")
_AFTER = re.compile(
    r"(?:先生|女士|小姐|同学|老师|医生|大夫|护士|教授|主任|经理|校长|院长|同志|师傅|律师|警官|博士|总|家长|妈妈|爸爸|的(?:手机|电话|身份证|"
    r"家长|妈妈|爸爸|父亲|母亲|孩子|学号|班级|住址|地址|账号|邮箱|生日|成绩|监护人)|[，,、]?[（(]?[男女](?:[，,、。）)]|性|$)|[，,]?(?:手机|电话|身份证|"
    r"学号|今年|现年|出生|籍贯|住在|家住)|[，,（(] ?\d{1,2}岁|\d{1,2}岁|[（(:： ]?1[3-9]\d{9})"
)
_STOP = re.compile(
    r"(?:$|[，。！？；：、,.!?;:\s「」“”\"'（）()\[\]【】<>《》|/]|"
    r"[的在于是和与跟说已请将把了去到来为因向从对给被也都就还要会能、0-9A-Za-z])"
)
_NOT_GIVEN = frozenset("的在于是和与跟说已请将把了去到来为因向从对给被也都就还要会能先女老同医主经校您你我他她它们这那")
_HAN = "\u4e00", "\u9fff"


def zh_names(text: str) -> Iterator[Found]:
    """Chinese names of two to four characters with their evidence."""
    singles, doubles = zh_surnames()
    at = 0
    while at < len(text) - 1:
        if text[at] not in singles and text[at : at + 2] not in doubles:
            at += 1
            continue
        found = _name_at(text, at, doubles)
        if found is None:
            at += 1
        else:
            yield found
            at = found[1]


def _name_at(text: str, at: int, doubles: frozenset[str]) -> Found | None:
    before, behind = text[max(0, at - 12) : at], text[at:]
    double = text[at : at + 2] in doubles
    cue, loose = bool(_BEFORE.search(before)), bool(_PARTICLE.search(before))
    options: list[tuple[float, Found]] = []
    for size in (4, 3) if double else (3, 2):
        word = behind[:size]
        given = word[2:] if double else word[1:]
        if len(word) < size or not all(_HAN[0] <= c <= _HAN[1] for c in word) or any(c in _NOT_GIVEN for c in given):
            continue
        score = float(zh_scores(pa.array([word]))[0])
        rest = text[at + size : at + size + 8]
        titled, ends = bool(_AFTER.match(rest)), bool(_STOP.match(rest))
        sure = _confidence(score, cue, loose, titled, ends)
        if sure:
            how = ("dictionary", *(("context",) if cue or titled else ()))
            options.append((score, (at, at + size, round(sure - (0.0 if ends or titled else 0.06), 3), how)))
    return max(options, key=lambda o: (o[1][2], o[0]))[1] if options else None


def _confidence(score: float, cue: bool, loose: bool, titled: bool, ends: bool) -> float:
    if cue and score > -1.0:
        return 0.9 if ends or titled else 0.8
    if titled and score > 1.0:
        return 0.88 if loose else 0.72
    if loose and ends and score > 4.5:
        return 0.66
    return 0.0


_CAP = r"[A-Z\u00c0-\u00de][a-z\u00df-\u017f'’]*(?:[-'’][A-Z\u00c0-\u00de]?[a-z\u00df-\u017f]+)*"
_LATIN = re.compile(rf"\b{_CAP}(?:(?: (?:[A-Z]\.|de|da|van|von|der|den|la|le|del|di|bin|al|el|O'|dos|du))*[ ]{_CAP}){{0,3}}")
_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|Madam|Herr|Frau|Sr|Sra|Mme|M)\.? $")
_LABEL = re.compile(
    r"(?:\b(?i:name|patient|student|pupil|teacher|parent|guardian|mother|father|contact|customer|client|employee|user|"
    r"signed|signed by|"
    r"attn|attention|from|to|cc|dear|hi|hello|regards|sincerely|thanks|best|i am|i'm|my name is|named|called|this is|by|with|nurse|"
    r"applicant|recipient|sender|holder|owner|member|caller|author|manager|supervisor|colleague|friend|husband|wife|son|daughter)\b"
    r" ?(?:is|was|name)?[:,]?\s{0,3})$"
)
_STRONG = re.compile(
    r"(?:(?i:name|patient|student|pupil|guardian|parent|contact|customer|client|my name is|named|dear|signed)"
    r"(?: name)?[:]? ?)$"
)
_NEXT_BAD = re.compile(
    r"^(?:,? (?:Inc|Ltd|LLC|GmbH|Corp|Co|Group|Street|St|Road|Rd|Avenue|Ave|Lane|School|University|Hospital|Bank|"
    r"City|County|Park)\b|&)"
)
_COMMON = WORDS["capitals"]


def latin_names(text: str) -> Iterator[Found]:
    """Names in Latin letters with their evidence."""
    found: list[tuple[int, int]] = []
    for match in _LATIN.finditer(text):
        start, end = match.span()
        words = match.group().split(" ")
        while words and words[0].lower().rstrip(".") in _COMMON | _TITLES:
            start += len(words[0]) + 1
            words = words[1:]
        while words and words[-1].lower() in _COMMON:
            end -= len(words[-1]) + 1
            words = words[:-1]
        if words and end - start >= 2 and not _NEXT_BAD.match(text[end : end + 14]):
            found.append((start, end))
    if not found:
        return
    scores = latin_scores(pa.array([text[s:e] for s, e in found]))
    for (start, end), score in zip(found, scores.tolist(), strict=True):
        before = text[max(0, start - 24) : start]
        several = " " in text[start:end]
        titled, label, strong = (bool(r.search(before)) for r in (_TITLE, _LABEL, _STRONG))
        if titled:
            yield start, end, 0.9, ("context", "dictionary")
        elif label and (score > (-0.8 if strong and several else 0.0 if several else 0.6)):
            yield start, end, 0.85 if strong else 0.75, ("context", "dictionary")
        elif several and score > 1.5:
            yield start, end, 0.7 if score > 2.5 else 0.6, ("dictionary",)


_TITLES = WORDS["titles"]
