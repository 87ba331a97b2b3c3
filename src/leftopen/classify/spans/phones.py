# ruff: noqa: E501  (the long lines are patterns and lists of words)
"""Telephone numbers in every national habit: by international prefix, by grouping, or by a word beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from leftopen.classify.spans.found import Span

_PHONE = re.compile(
    r"(?<![A-Za-z0-9_.@/=%&-])(?:\+ ?|00(?=[1-9]))?\(?\+?\d[\d().\u00a0 /\-–]{5,22}\d(?![A-Za-z0-9_])(?:(?: ?(?:x|ext\.?|extension|转|#|-)) ?\d{1,6})?(?![A-Za-z0-9_%]|[./-]\d|:\d)"
    r"|(?<![A-Za-z0-9_.@/=%&-])\+?\d{7,15}(?:x\d{1,6})?(?![A-Za-z0-9_])(?![.,/-]\d|:\d)|(?<![A-Za-z0-9_.@/=%&-])\+?[\d().\- ]{7,20}\dx\d{1,6}(?!\w)"
)
_WORD = re.compile(
    r"(?i)(?:\b(?:phones?|telephone|tel|mobile|cell(?:phone)?|call(?:ed|ing)?|fax|reach(?:ed)?(?: me| us| him| her)?|text(?:ed)?|whatsapp|contact|dial(?:ed|ing)?|ring|hotline|helpline|sms|"
    r"telefono|teléfono|téléphone|telefone|telefoon|handy|portable|móvil|celular|ph|mob|phone number|landline|voicemail|extension|emergency contact)\b|"
    r"电话|手机|联系方式|座机|固话|传真|致电|拨打|热线|联系|来电|号码|电联|call我|☎|📞|📱)"
)
_CHINA = re.compile(r"(?:\+?86|0086)?(?:1[3-9]\d{9}|0(?:10|2\d|[3-9]\d\d)\d{7,8})")
"""Chinese numbers have categories of their own."""
_LETTER = re.compile(r"(?i)(?:^|[|,\s])(?:[mtpfc]|telefon\w*)[.:]? ?(?:ist )?$")
_NANP = re.compile(r"(?:\+?1[-. ]?|001[-. ]?)?\(?[2-9]\d{2}\)?[-. ]{0,2}[2-9]?\d{2}[-. ]\d{4}(?: ?(?:x|ext\.? ?)\d{1,6})?")
_NATIONAL = re.compile(r"\(?0\d{1,5}\)?(?:[ /.-]{1,3}\d{2,8}){1,5}")
_NOT = re.compile(r"(?i)(?:\b(?:order|invoice|isbn|issn|ref(?:erence)?|ticket|id|sku|serial|account|acct|card|iban|ssn|version|doi|tracking|case|zip|batch|lot|policy|passport|license|licence|imei|tax|pin|vat|"
                  r"timestamp|epoch|bytes|rfc|pmid|arxiv|mrn|record|routing|aba|no|nhs|npi|订单|单号|编号|卡号|账号|身份证|证件|学号|工号|病历号|快递|尾号)\b\W{0,4}(?:number|no\.?|#|号)?\W{0,3}$)")  # fmt: skip
_DATE_LIKE = re.compile(
    r"(?:19|20)\d{2}[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:19|20)?\d{2}|\d{4}[- ]\d{4}|\d+\.\d+|(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d|[\d ]+[-–] ?\d+"
)


def phones(text: str) -> Iterator[Span]:
    """Telephone numbers with confidence and evidence."""
    for match in _PHONE.finditer(text):
        start, end = match.span()
        value = match.group().rstrip(" -(./")
        end = start + len(value)
        if value.count("(") != value.count(")"):
            if value.startswith("(") and ")" not in value:
                start, value = start + 1, value[1:]
            elif value.endswith(")"):
                end, value = end - 1, value[:-1]
        number = re.split(r"x|ext|#|转", value)[0]
        digits = sum(c.isdigit() for c in number)
        before = text[max(0, start - 56) : start]
        before = before[before.rfind("\n") + 1 :].rpartition(". ")[2].rpartition("; ")[2]
        worded = bool(_WORD.search(before)) or bool(_LETTER.search(before))
        if not 7 <= digits <= 15 or (_NOT.search(before) and not value.startswith("+")):
            continue
        sure = _sure(value, number, digits, worded)
        if _CHINA.fullmatch(re.sub(r"[\s().-]", "", number)):
            sure = min(sure, 0.7)
        if sure:
            yield Span(start, end, "contact.phone_intl", sure, ("shape", *(("context",) if worded else ())))


def _sure(value: str, number: str, digits: int, worded: bool) -> float:
    if value.startswith(("+", "(+")):
        return 0.93 if digits >= 8 else 0.0
    if _DATE_LIKE.fullmatch(number) and not (worded and digits >= 9 and not re.match(r"(?:19|20)\d\d[-./]", number)):
        return 0.8 if worded and re.fullmatch(r"\d{3,4}[-.]\d{4}", number) else 0.0
    if _NANP.fullmatch(value):
        return 0.9 if worded else 0.78
    if worded:
        return 0.86 if digits >= 8 or re.search(r"[ -]", number) else 0.76
    groups = re.findall(r"\d+", number)
    if _NATIONAL.fullmatch(number) and 9 <= digits <= 12 and len(groups) <= 5 and "." not in number.replace(". ", ""):
        return 0.72
    return 0.0
