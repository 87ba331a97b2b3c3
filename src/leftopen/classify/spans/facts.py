# ruff: noqa: E501  (the long lines are patterns and lists of words)
"""Facts about a person that a phrase gives away: birth dates, ages, jobs, employers, schools, handles, links, phone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from leftopen.classify.spans.found import NearMiss, Span
from leftopen.classify.spans.latin import LOW, UP
from leftopen.classify.spans.words import PROSE_WORDS

_MONTH = (
    r"(?:jan(?:uary|uar|vier|eiro)?|feb(?:ruary|ruar|rero)?|mar(?:ch|s|zo|ço)?|märz|apr(?:il|ile)?|avr(?:il)?|abr(?:il)?|ma[yi]o?|june?|juni|juin|junio|giugno|"
    r"july?|juli|juillet|julio|luglio|aug(?:ust)?|août|agosto?|sept?(?:ember|embre|iembre)?|o[ck]t(?:ober|obre|ubre)?|ott(?:obre)?|nov(?:ember|embre|iembre)?|"
    r"de[cz](?:ember|embre|iembre)?|dic(?:embre|iembre)?|enero|gennaio|janvier|février|febbraio|maart|mei|maggio|augustus|dezembro|janeiro|fevereiro)\.?"
)
_DATE = re.compile(
    rf"(?ai)(?<![\w./-])(?:"
    r"(?:18|19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])[-/.](?:[12]\d|3[01]|0?[1-9])(?!\d)|"
    r"(?:18|19|20)\d{2} ?年 ?\d{1,2} ?月(?: ?\d{1,2} ?[日号])?|(?:18|19|20)\d{2}年|"
    r"(?:[12]\d|3[01]|0?[1-9])[-/.](?:1[0-2]|0?[1-9])[-/.](?:(?:19|20)\d{2}|\d{2})(?![\d.])|"
    r"(?:1[0-2]|0?[1-9])[-/.](?:[12]\d|3[01]|0?[1-9])[-/.](?:(?:19|20)\d{2}|\d{2})(?![\d.])|"
    rf"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th|er|\.|º)?[ -]?(?:of |de )?{_MONTH},?(?: de| of)?[ -]?(?:(?:19|20)\d{{2}}|'\d{{2}})\b|"
    rf"{_MONTH} ?(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?,? ?(?:19|20)\d{{2}}\b|(?:19|20)\d{{2}}[- ]{_MONTH}[- ]\d{{1,2}}\b|"
    r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?!\d)|(?:0[1-9]|1[0-2]|[1-9])/(?:19|20)\d{2}(?![\d/])|(?:18|19|20)\d{2}[-./](?:0[1-9]|1[0-2])(?![\d/.-])"
    r")"
)
_BORN = re.compile(
    r"(?:出生|生日|(?<![先学医师])生于|诞辰|birth|\bborn|\bdob\b|d\.o\.b|\bbday|geboren|\bgeb\.|né[e]? le|nacimiento|nacid[oa]|nascimento|nascid[oa]|nascita|nat[oa] il|geboorte|"
    r"csrq|urodzen|födelse|\*)"
)
_BORN_AFTER = re.compile(r"[ ,]{0,2}(?:出?生(?![产活成意效])|\(?(?:birth|dob|born)\b)")
_LETS_GO = re.compile(r"[\n。！!]|[;；](?! ?\d)|\. [A-Z]")
_AGE = re.compile(
    r"(?ai)(?<![\w.])(?P<a>\d{1,3}(?: |-)?(?:years?|yrs?|months?)(?: |-)old)\b|(?<![\w.])(?P<b>\d{1,3} ?(?:y/o|yo|y\.o\.|yrs? old)(?=[MF]\b|\W|$)M?F?)|"
    r"(?<![\w.])(?P<g>\d{1,3} (?:years|yrs) of age)\b|\baged? (?:of )?(?P<c>\d{1,3})(?![\d%./-]|,\d|\.\d| ?(?:to|and over|-))\b|(?P<d>(?<![\d.第])\d{1,3} ?(?:周岁|岁)(?:零?\d{1,2}个月|半)?(?![以至到-])|(?<![\d.])\d{1,2}个月(?=大|龄|患儿|男婴|女婴|宝宝))|"
    r"(?P<e>[一二三四五六七八九]?十[一二三四五六七八九]?岁)|\b(?:turn(?:s|ed|ing)|I'm|I am|(?:he|she) is|just) (?P<f>\d{1,2})(?=[.,!]|$| (?:and|now|today|next))"
)
_ZH_SEX = re.compile(r"(?<=[，,、;；|（( :])(?P<sex>[男女])(?:性)?(?=[，,、。;；|）) ]|$)")
_AGED_SEX = re.compile(
    r"(?i)(?:year[s-]?[ -]old|y/?o|yrs?\.?|aged \d+,?|\d) (?:(?:[a-z]+ ){0,2}?)(?P<sex>male|female|man|woman|boy|girl)\b"
)
_URL = re.compile(
    r"(?i)\b(?:https?://)?(?:www\.)?(?:(?:linkedin\.com/(?:in|pub)|facebook\.com|fb\.com|twitter\.com|x\.com|instagram\.com|github\.com|gitlab\.com|t\.me|tiktok\.com|"
    r"medium\.com|youtube\.com|weibo\.com(?:/u)?|reddit\.com/u(?:ser)?|pinterest\.com|behance\.net|dribbble\.com|keybase\.io|steamcommunity\.com/id|"
    r"space\.bilibili\.com|zhihu\.com/people|flickr\.com/people|soundcloud\.com|twitch\.tv)/@?[A-Za-z0-9_.-]{2,40}/?(?![\w/-])|"
    r"[a-z0-9.-]+\.[a-z]{2,12}/(?:[\w/.-]*/)?(?:~|@|users?/|people/|profiles?/|members?/|author/|u/)[A-Za-z0-9_.-]{2,40}/?(?![\w/])|"
    r"[a-z0-9.-]+\.[a-z]{2,12}[^\s?#\"'<>]*[?#&](?:[^\s\"'<>]*&)?(?:email|e-mail|mail|phone|mobile|idcard|ssn|username|realname|token|password|pwd|user_?id|user|uid)="
    r"[^&\s\"'<>]{3,}[^\s\"'<>]*)|\bhttps?://[^\s/@:]+:[^\s/@]+@[^\s\"'<>]+"
)
_POINT = re.compile(
    r"(?a)(?<![\w.-])[-+]?\d{1,2}\.\d{3,}°? ?[NS]?(?: ?[,，;/] ?| )[-+]?(?:1[0-8]\d|\d{1,2})\.\d{3,}°?(?: ?[EW]\b)?(?![\w.]\d)|"
    r"(?<![\w.-])[-+]?1[0-8]\d\.\d{3,}°? ?[EW]?(?: ?[,，;/] ?| )[-+]?\d{1,2}\.\d{3,}°?(?: ?[NS]\b)?(?![\w.]\d)|"
    r"\d{1,2}° ?\d{1,2}['′’] ?(?:\d{1,2}(?:\.\d+)?[\"″”] ?)?[NS],? ?\d{1,3}° ?\d{1,2}['′’] ?(?:\d{1,2}(?:\.\d+)?[\"″”] ?)?[EW]|(?i:POINT ?\(-?\d{1,3}\.\d+ -?\d{1,3}\.\d+\))"
)
_GLOBE = re.compile(r"(?:\blat|lng\b|\blong?\b|longitude|gps|coord|geo|location|position|\bpoint|located|pin |坐标|经纬|定位|位置)")
_LOG = re.compile(
    r"\b(?:password|publickey) for (?:invalid user )?(?P<a>[\w.-]{3,32}) from\b|\bsession (?:opened|closed) for user (?P<b>[\w.-]{3,32})|\bUser (?P<c>[a-z][\w.-]{2,31}) (?:logged|signed|authenticated)"
)
_NO_PERSON = re.compile(
    r"(?i)/(?:sponsors|about|features|pricing|topics|orgs|company|pages|groups|explore|search|login|signup|share|intent|hashtag|watch|docs?|issues|en|home)/?$"
)
_MY_SITE = re.compile(
    r"(?i)\b(?:website|homepage|blog|portfolio|personal (?:site|website|page)|个人主页|博客|主页|my (?:site|page|profile)|linkedin|github|profile) ?(?:is|at|:|：|-)? ?(?P<url>(?:https?://|www\.)[^\s\"'<>，。；,]+[^\s\"'<>，。；,.)])"
)
_HANDLE = re.compile(r"(?a)(?<![\w@./:])@(?P<name>[A-Za-z_][A-Za-z0-9_]{2,29}(?:\.[A-Za-z0-9_]{1,20})?)\b(?![@(/\]{\"'.])")
_TAGS = PROSE_WORDS["tags"]
_CAP = rf"[{UP}][{LOW}{UP}&’'.-]*"
_HEAD = (
    r"(?:[Ee]ngineer|[Dd]eveloper|[Mm]anager|[Dd]irector|[Aa]nalyst|[Aa]ccountant|[Aa]ssistant|[Cc]onsultant|[Aa]dministrator|[Cc]oordinator|[Tt]eacher|[Nn]urse|"
    r"[Dd]octor|[Pp]hysician|[Ss]urgeon|[Aa]rchitect|[Dd]esigner|[Ss]cientist|[Rr]esearcher|[Pp]rofessor|[Ll]ecturer|[Ll]awyer|[Aa]ttorney|[Pp]aralegal|[Oo]fficer|"
    r"[Ss]pecialist|[Tt]echnician|[Ss]upervisor|[Rr]epresentative|[Ee]xecutive|[Pp]resident|[Cc]hef|[Ww]riter|[Ee]ditor|[Jj]ournalist|[Pp]hotographer|[Dd]river|"
    r"[Ee]lectrician|[Pp]lumber|[Mm]echanic|[Cc]lerk|[Cc]ashier|[Ss]ecretary|[Rr]eceptionist|[Tt]herapist|[Pp]sychologist|[Pp]harmacist|[Dd]entist|[Vv]eterinarian|"
    r"[Ll]ibrarian|[Tt]ranslator|[Ii]nterpreter|[Pp]lanner|[Ss]trategist|[Aa]gent|[Bb]roker|[Bb]anker|[Tt]rader|[Aa]uditor|[Aa]ctuary|[Ee]conomist|[Ss]tatistician|"
    r"[Bb]iologist|[Cc]hemist|[Pp]hysicist|[Gg]eologist|[Ff]armer|[Ff]irefighter|[Pp]aramedic|[Pp]ilot|[Ss]oldier|[Mm]usician|[Aa]ctor|[Aa]ctress|[Aa]rtist|[Cc]oach|"
    r"[Tt]rainer|[Ii]nstructor|[Tt]utor|[Cc]ounselor|[Cc]arpenter|[Ww]aiter|[Ww]aitress|[Bb]arista|[Bb]artender|[Ss]alesperson|[Ff]acilitator|[Ll]iaison|[Oo]rchestrator|"
    r"[Pp]rogrammer|[Aa]ssociate|[Ss]trategist|[Pp]roducer|[Bb]uyer|[Rr]ecruiter|[Pp]artner|[Cc]aptain|[Jj]udge|[Mm]idwife|[Cc]ontroller|[Oo]perator|[Ii]nspector|[Ff]ounder|CEO|CTO|CFO|COO)"
)
_JOB = re.compile(
    rf"\b(?:works?|worked|working|employed|serves?|served|serving|hired|promoted|appointed|retired|trained|career|job|position|role|am|is|was|becoming|became) (?:to |in |as |of )*(?:as )?(?:an?|our|the|their)? ?"
    rf"(?P<job>(?:[A-Za-z]+ ){{0,4}}?{_HEAD})(?= (?:at|for|in|with|of|from|and|who)\b|[.,;)\n!]|$)"
)
_TITLE_LINE = re.compile(
    rf"(?P<job>(?:(?:{_CAP}|of|and|&) ){{0,4}}{_HEAD}(?: of (?:{_CAP}(?: |,? and )?){{1,4}})?)(?=,| at | -| –|\)|\n|\||$|\.|:)"
)
_EMPLOYER = re.compile(
    rf"\b(?:works?|worked|working|employed|job|position|intern(?:ed|ship)?|career|employment|employee|hired|{_HEAD}) (?:at|by|for) (?:the )?(?P<org>{_CAP}(?: (?:(?:of|and|the|&|de) )?{_CAP}){{0,5}}(?:, (?:Inc|LLC|Ltd|PLC)\.?)?)"
)
_ZH_JOB = re.compile(
    r"(?:现任|担任|(?<!主)任职|历任|曾任|出任|兼任|(?<!主)任|从事|职业是|职业为|职务为|做|是(?:一[名位个])?)(?P<org>[\u4e00-\u9fff（）()A-Za-z]{2,24}?(?:公司|集团|大学|学院|医院|银行|研究院|研究所|中学|小学|局|厅|委员会|部|厂|中心|事务所|学校|幼儿园)(?:[\u4e00-\u9fff]{1,6}(?:部|分公司|系|处|科|室))?)?的?"
    r"(?P<job>[\u4e00-\u9fff]{0,6}(?:董事长|总经理|副总经理|总裁|副总裁|总监|经理|主管|工程师|设计师|架构师|程序员|教师|老师|教授|副教授|讲师|研究员|医生|医师|护士|律师|会计师?|出纳|审计师|秘书|助理|顾问|局长|处长|科长|主任|书记|院长|校长|"
    r"记者|编辑|销售员?|司机|厨师|工人|农民|公务员|警察|民警|翻译|摄影师|分析师|专员|店长|保安|保洁员?|快递员|监事|董事|独立董事|财务负责人|董事会秘书|合伙人|技术员|车间主任|厂长|总工程师|总会计师))"
)
_ZH_WORK = re.compile(
    r"(?:就职于|任职于|供职于|工作于|就业于|受雇于|入职|单位是|工作单位)[:：]?(?P<org>[\u4e00-\u9fff（）()A-Za-z]{2,24}?(?:公司|集团|大学|学院|医院|银行|研究院|研究所|中学|小学|局|厅|委员会|厂|中心|事务所|学校|幼儿园))|在(?P<org2>[\u4e00-\u9fff（）()A-Za-z]{3,24}?(?:公司|集团|医院|银行|研究院|研究所|事务所|工厂))(?=工作|上班|任职|担任|实习|就职|做)"
)
_ZH_SCHOOL = re.compile(
    r"(?P<school>[\u4e00-\u9fff]{2,14}?(?:实验小学|外国语学校|实验中学|实验学校|国际学校|中心小学|第[一二三四五六七八九十]{1,3}(?:中学|小学|高中|初中)|小学|中学|幼儿园|高中|初中|职高|中专|附小|附中|职业学校|[一二三四五六七八九十]{1,2}中(?![国心间文学午年药])|(?<![各该本我全在所])学校)(?:[东西南北新老]校区|分校)?)(?![生们考学])"
)
_SCHOOL = re.compile(
    rf"(?P<school>(?:{_CAP} |St\.? ){{1,5}}(?:(?:Elementary|Primary|Middle|High|Secondary|Grammar|Preparatory|Prep|Charter|Junior High|Nursery|Catholic|Montessori|Boarding|Public|Infant|Comprehensive) School|Elementary|Kindergarten|Preschool|Grundschule|Gymnasium|Realschule|Academy|School)\b)(?! of\b)"
)
_BAD_SCHOOL = re.compile(
    r"^(?:The|This|Our|My|Your|A|In|At|Old|New|Each|Every|Public|Private|After|Back|High|Middle|Elementary|Law|Medical|Business|Summer|Graduate|Sunday|Driving) (?:High |Middle |Elementary |Primary )?(?:School|Academy)$"
)
_ZH_LEAD = re.compile(
    r"^(?:.*(?:就读于|毕业于|考入|转入|转学至|转学到|来自|位于|在|于|是|到|从|至|由|入|读|为|我校|与|和|及|任|的|去|送|给))"
)


def dates(text: str, low: str) -> Iterator[Span | NearMiss]:
    """Dates beside a word of birth; all others are near misses."""
    for match in _DATE.finditer(text):
        start, end = match.span()
        before = low[max(0, start - 40) : start]
        breaks = [m.end() for m in _LETS_GO.finditer(before)]
        near = before[breaks[-1] :] if breaks and before[breaks[-1] :].strip() else before[-40:] if not breaks else before
        asked = re.search(
            r"[^\n]*(?:birth|\bdob|born|出生|生日)[^\n]{0,20}[?？]\s*\n?[^\n]{0,16}$", low[max(0, start - 80) : start]
        )
        near = asked.group() if asked else near
        cues = list(_BORN.finditer(near))
        dated = bool(cues) and not re.search(
            r"\d{4}|certificate issued|expir|issue|入职|毕业|日期[^生]*$", re.sub(r"^年?月?日?期?", "", near[cues[-1].end() :])
        )
        star = dated and cues[-1].group() == "*" and near[cues[-1].end() :].strip() != ""
        year = end - start <= 5 or not re.search(r"\d.*\d{2}.*\d", match.group())
        if (dated and not star) or _BORN_AFTER.match(text[end : end + 8]):
            yield Span(start, end, "biographical.birth_date", 0.84 if year else 0.92, ("shape", "context"))
        elif not year:
            yield NearMiss(start, end, "biographical.birth_date", "a date without a word of birth beside it")


def ages(text: str) -> Iterator[Span]:
    """Ages with their unit, and sexes beside them."""
    for match in _AGE.finditer(text):
        for key in "abcdefg":
            if match.group(key) is not None:
                value = re.search(r"\d+", match.group(key))
                if value is None or int(value.group()) <= 125:
                    yield Span(*match.span(key), "biographical.age", 0.72 if key == "f" else 0.86, ("shape", "context"))
    for match in _ZH_SEX.finditer(text):
        yield Span(*match.span("sex"), "biographical.gender", 0.8, ("shape",))
    for match in _AGED_SEX.finditer(text):
        yield Span(*match.span("sex"), "biographical.gender", 0.7, ("context",))


def links(text: str) -> Iterator[Span]:
    """Addresses of people's pages, and handles."""
    for match in _URL.finditer(text) if "/" in text else ():
        if not _NO_PERSON.search(match.group()):
            yield Span(match.start(), match.end() - (match.group()[-1] in ".)"), "device.url_person", 0.82, ("pattern",))
    for match in _MY_SITE.finditer(text) if "://" in text or "www." in text else ():
        yield Span(*match.span("url"), "device.url_person", 0.72, ("context",))
    for match in _LOG.finditer(text):
        for key in "abc":
            if match.group(key) and match.group(key) not in ("root", "admin", "user", "has", "was"):
                yield Span(*match.span(key), "device.username", 0.8, ("context",))
    for match in _HANDLE.finditer(text) if "@" in text else ():
        name = match.group("name")
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if (
            name.lower() not in _TAGS
            and (line.strip() or re.match(r" [a-z]+ [a-z]", text[match.end() : match.end() + 20]))
            and not re.search(r"[{};`]|^\s*(?:/?\*|//|#|>>>)", line)
            and not name.endswith(".")
        ):
            yield Span(match.start(), match.end(), "contact.social_handle", 0.72, ("shape",))


def points(text: str, low: str) -> Iterator[Span]:
    """Points on the globe: two decimal degrees, named so or written with their marks."""
    for match in _POINT.finditer(text):
        start, end = match.span()
        marked = any(c in match.group() for c in "°NESW")
        beside = text[max(0, start - 2) : start] + text[end : end + 2]
        fine = re.findall(r"\.(\d+)", match.group())
        lonely = not re.search(r"[\d\[\]]", beside) and len(fine) == 2 and min(map(len, fine)) >= 5
        named = bool(_GLOBE.search(low[max(0, start - 40) : start]))
        if marked or named or lonely:
            yield Span(
                start,
                end,
                "location.latlon",
                0.93 if named else 0.86 if marked else 0.7,
                ("shape", *(("context",) if named else ())),
            )


def work(text: str, people: list[Span]) -> Iterator[Span]:
    """Jobs and employers where a phrase or a person beside them says so; ages in apposition to a name."""
    for person in people:
        aged = re.match(
            r",? ?\((?:aged? )?(?P<a>\d{1,2})\)|, (?:aged? )?(?P<b>\d{1,2})(?=,|\.(?:\s|$)| and\b| of\b| from\b)",
            text[person.end : person.end + 18],
        )
        if aged and int(aged.group("a") or aged.group("b")) > 3:
            at = person.end + (aged.start("a") if aged.group("a") else aged.start("b"))
            yield Span(at, at + len(aged.group("a") or aged.group("b")), "biographical.age", 0.76, ("context",))
    for match in _JOB.finditer(text):
        yield Span(*match.span("job"), "biographical.job", 0.7, ("context",))
    for match in _EMPLOYER.finditer(text):
        yield Span(*match.span("org"), "biographical.employer", 0.7, ("context",))
    for person in people:
        gap = re.match(r"(?:,| -| –|\n| \|| \()[ ]?", text[person.end : person.end + 4])
        found = _TITLE_LINE.match(text, person.end + gap.end()) if gap else None
        if found:
            yield Span(*found.span("job"), "biographical.job", 0.76, ("shape", "context"))
            org = re.match(
                rf"(?: at |, |\n| - )({_CAP}(?: (?:(?:of|and|the|&|de) )?{_CAP}){{0,5}})", text[found.end() : found.end() + 80]
            )
            if org:
                yield Span(found.end() + org.start(1), found.end() + org.end(1), "biographical.employer", 0.64, ("context",))
    if not text.isascii():
        for match in _ZH_JOB.finditer(text):
            if match.group("org") or match.group(0)[0] in "现担历曾出兼任":
                yield Span(*match.span("job"), "biographical.job", 0.68, ("context",))
            if match.group("org"):
                yield Span(*match.span("org"), "biographical.employer", 0.72, ("context",))
        for match in _ZH_WORK.finditer(text):
            key = "org" if match.group("org") else "org2"
            yield Span(*match.span(key), "biographical.employer", 0.76, ("context",))


def schools(text: str) -> Iterator[Span]:
    """Schools for children, by name."""
    for match in (
        _SCHOOL.finditer(text)
        if "School" in text or "Academy" in text or "Elementary" in text or "gymn" in text.lower() or "Kinder" in text
        else ()
    ):
        name = match.group("school")
        start = match.start()
        for word in ("The ", "At ", "In ", "Our ", "From ", "Dear ", "To "):
            if name.startswith(word):
                start, name = start + len(word), name[len(word) :]
        if not _BAD_SCHOOL.match(name) and " " in name:
            yield Span(start, match.end(), "child.school", 0.76, ("shape",))
    if not text.isascii():
        for match in _ZH_SCHOOL.finditer(text):
            name = match.group("school")
            lead = _ZH_LEAD.match(name[:-2])
            start = match.start() + (lead.end() if lead and len(name) - lead.end() >= 4 else 0)
            if match.end() - start >= 4 and not re.search(
                r"(?:所在|培训|我们|你们|他们|哪个|这个|一个|各类|职业|重点|毕业|附近|公办|民办)(?:学校|小学|中学)$|^[东南西北中大两一]{1,2}(?:中学|小学)$",
                text[start : match.end()],
            ):
                yield Span(start, match.end(), "child.school", 0.78, ("shape",))
