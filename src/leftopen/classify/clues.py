"""Shapes that mean little in one value and something in a whole field; labels ``~name`` of the matcher."""

from __future__ import annotations

_LEAKED = (
    "123456|123456789|12345678|1234567|12345|1234567890|123123|111111|000000|666666|888888|654321|123321|112233|password|passw0rd|"
    "Password1|P@ssw0rd|password123|qwerty|qwerty123|qwertyuiop|1q2w3e4r|1qaz2wsx|abc123|abcd1234|a123456|a123456789|iloveyou|"
    "admin|admin123|welcome|letmein|monkey|dragon|football|sunshine|princess|woaini|5201314|zxcvbnm|asdfgh|q1w2e3r4"
)
"""Passwords that every published list of the commonest ones holds."""

_DEALS = "ord|order|inv|so|po|tx|txn|sku|prd|prod|item|itm|bill|ref|pay|trk|sf|wh|lot|sn|tkt|req|job|task|doc|bug|ops|web|cve|fw|v"
"""What numbers of orders, goods, tickets and versions begin with."""
_POSTAL = (
    r"\d{5}-\d{4}|\d{5}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{4} ?[A-Z]{2}|\d{2}-\d{3}|\d{3} \d{2,3}|"
    r"\d{5}-\d{3}|\d{4}-\d{3}|[A-Z]{2}-?\d{4,5}|〒?\d{3}-\d{4}"
)
_ROOM = (
    r"[A-Za-z]?\d{1,2}[-#栋幢号楼][A-Za-z]?\d{3,4}(?:-\d{1,2})?(?:室|床|房|号床|号房)?|[A-Z]\d{3,4}(?:-\d)?(?:室|房|床)?|"
    r"\d{3,4}(?:室|房|寝室|宿舍|号房)"
)

_UNIT = r" ?(?:k|K|m|%|cm|kg|lbs?|yrs?|years?|岁|歲|元|万|ans|años|anos|anni|jahre|lat|лет)?"
_SUM = rf"[£$€¥₹]?\d[\d.,]{{0,11}}{_UNIT}"
_MORE = r"\+|and over|and above|or more|or over|et plus|y más|及以上|以上|以下"
_THAN = "<=?|>=?|≤|≥|under|over|below|above|less than|more than|up to|unter|über|bis|moins de|plus de|menos de|más de|до|от"
_BAND = rf"{_SUM} ?(?:-|–|—|~|to|bis|à|a|至|до) ?{_SUM}|{_SUM} ?(?:{_MORE})|(?i:{_THAN}) ?{_SUM}"

_SUBJECTS = (
    "语文|数学|英语|物理|化学|生物|历史|地理|政治|音乐|美术|体育|科学|道德与法治|信息技术|國語|国語|算数|理科|社会|국어|수학|영어|과학|사회|역사|"
    "maths?|mathematics|mathematik|math[eé]matiques|matem[aá]tic[aá]s?|matematyka|matematik|математика|chinese|english|englisch|anglais|"
    "ingl[eé]se?s?|physics|physik|physique|f[ií]sica|chemistry|chemie|chimie|qu[ií]mica|biology|biologie|biolog[ií]a|science|"
    "sciences?|history|geschichte|histoire|historia|geography|geographie|erdkunde|geograf[ií]a|german|deutsch|french|"
    "fran[cç]ais|spanish|literature|literatura|art|kunst|music|musik|musique|m[uú]sica|sports?|sport|p\\.?e\\.?|religion|ethik|latin|"
    "civics|social studies|reading|writing"
)
"""What is taught at schools, in capitals or not."""

CLUES: tuple[tuple[str, str], ...] = (
    ("letter_sex", r"[MFWHVKEmfwhvke]\.?"),
    ("letter_lp", r"[LPlp]"),
    ("blood", r"(?:A|B|AB|O)(?: ?(?:[Rr][Hh])?[+-])?型?"),
    ("deal", rf"(?i)(?:{_DEALS})[-_#/]?\d.*|#.*"),
    ("dated", r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d*"),
    ("all_digits", r"\d+"),
    ("handle", r"[A-Za-z]{3,}[A-Za-z0-9]*(?:[._-][A-Za-z0-9]+){0,2}"),
    ("leaked", f"(?:{_LEAKED})"),
    ("token", r"[A-Za-z0-9_+/-]{20,}={0,2}"),
    ("postal", _POSTAL),
    ("pressure", r"(?:[89]|1\d|2[0-4])\d/(?:[4-9]\d|1[0-3]\d)"),
    ("room", _ROOM),
    ("picture", r"(?i)\S*[^\s/\\]\.(?:jpe?g|png|webp|gif|bmp|heic|jp2|tiff?)(?:[?#!@]\S*)?"),
    ("band", _BAND),
    ("subject", f"(?i:{_SUBJECTS})"),
    ("gate", r"[\p{Han}0-9A-Za-z#-]+(?:门|闸机|通道|入口|出口|门禁|摄像头|摄像机|卡口|抓拍机|号机)"),
)
"""(name, RE2 pattern that matches a whole value)."""
