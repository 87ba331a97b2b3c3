"""Whose identifier is it? Findings and paths in, subjects out: each subject is one person per record, with their keys.

A record of a pupil names more than one person: an identifier under ``guardian``, ``parent``, ``jzxx[]`` or 家长 belongs to
somebody else than the student number beside it, and where a table of guardians refers to pupils by number it is the
number that belongs to somebody else. Read from paths and categories alone, so that every worker decides alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from leftopen.model import Finding, Level

SPACES = ("ric", "national", "local", "phone", "email", "handle", "name_birth", "name")
"""Identity spaces, strongest first. ``ric``: resident ID number; ``national``: any other official number; ``local``:
numbers of a school, an employer, a system; ``handle``: messengers, user names; the last two are combined or weak."""

_EXACT = {
    "identity.cn_ric18": "ric",
    "identity.cn_ric15": "ric",
    "identity.cn_student_no": "local",
    "identity.employee_no": "local",
    "identity.generic_person_id": "local",
    "child.student_id": "local",
    "contact.email": "email",
    "device.username": "handle",
}
_LOCAL = re.compile(r"student|pupil|employee|person_id|staff|member|mrn|patient_no")
_NOT_A_PERSON = re.compile(r"uscc|plate|vin$|company|business|gstin|cnpj|vat|_ein$|organi[sz]ation|\.admin")
_PHONE = re.compile(r"mobile|phone")
_HANDLE = re.compile(r"wechat|\.qq$|social|\.im$|alipay|telegram|whatsapp|weibo")
_STUDENT_NO = re.compile(r"cn_student_no|student_id|student_no|upn$|onderwijsnummer")

_GUARDIAN = re.compile(r"guardian|parent|father|mother|emergenc|next_?of_?kin|家长|监护|父亲|母亲|爸爸|妈妈|紧急联系|联系人")
_GUARDIAN_PINYIN = re.compile(r"^(jz(?!d)|jhr|jinji|lxr|(fq|mq|fuqin|muqin)(xm|dh|sj|sjh|xx)?$)")
_STAFF = re.compile(r"teacher|staff|employee|headmaster|principal|doctor|driver|教师|老师|班主任|校长|职工|员工")
_STAFF_PINYIN = re.compile(r"^(bzr|jsxm|jsdh|laoshi|jiaoshi)")
_OWN = re.compile(r"student|pupil|child|own|self|学生|本人|xssj|xsdh|xsxm|孩子")
_RELATIVE = re.compile(r"father|mother|父亲|母亲|爸|妈|fq|mq|fuqin|muqin")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ROLE_LABEL = {"guardian": _GUARDIAN, "staff": _STAFF, "pupil": _OWN}


@dataclass(frozen=True, slots=True)
class Key:
    """One column that identifies a subject in ``space``."""

    path: str
    space: str


@dataclass(slots=True)
class Subject:
    """One person per record of ``scope``. ``role``: person, guardian, staff."""

    scope: str
    role: str
    keys: list[Key] = field(default_factory=list)
    birth: str = ""
    pupil_marks: list[str] = field(default_factory=list)
    """Paths that are filled only in records of pupils (student number, grade)."""


@dataclass(slots=True)
class Plan:
    """What of a collection is counted: its subjects, its column of groups, which columns are no event times, its zone."""

    subjects: list[Subject] = field(default_factory=list)
    groups: str = ""
    births: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    """Paths that findings call events."""
    zone: int = 0
    """Minutes east of UTC that times without a zone may have been written in."""

    @property
    def paths(self) -> frozenset[str]:
        """All paths that are read for persons and groups."""
        out = {self.groups}
        for subject in self.subjects:
            out |= {key.path for key in subject.keys} | {subject.birth} | set(subject.pupil_marks)
        return frozenset(out - {""})


def scope_of(path: str) -> str:
    """Path of the nearest list of objects around a field: ``jzxx[]`` for ``jzxx[].sjh``, empty at the top and for plain lists."""
    head = path.removesuffix("[]")
    cut = head.rfind("[]")
    return head[: cut + 2] if cut >= 0 else ""


def space_of(category: str) -> str:
    """The identity space of a category; empty if it identifies no single person."""
    if category in _EXACT:
        return _EXACT[category]
    family, _, name = category.partition(".")
    if _NOT_A_PERSON.search(category):
        return ""
    if family in ("identity", "health") and _LOCAL.search(name):
        return "local"
    if family == "identity":
        return "national"
    if family == "contact":
        return "phone" if _PHONE.search(name) else "handle" if _HANDLE.search(category) else ""
    return "name" if category.startswith("biographical.name") else ""


def tokens(path: str) -> list[str]:
    """Lower-case words of a path: split at dots, marks and camel case."""
    return [t for t in re.split(r"[^0-9a-z一-鿿]+", _CAMEL.sub("_", path).lower()) if t]


def role_of(path: str) -> str:
    """``guardian``, ``staff``, ``pupil`` if a path says so, else empty. The word nearest to the leaf decides."""
    words = tokens(path)
    for word in reversed(words):
        if _GUARDIAN.search(word) or _GUARDIAN_PINYIN.search(word):
            return "guardian"
        if _STAFF.search(word) or _STAFF_PINYIN.search(word):
            return "staff"
        if _OWN.search(word):
            return "pupil"
    return ""


def slot_of(path: str) -> str:
    """Which guardian: father, mother, or a number beside the word; empty if only one is spoken of."""
    text = "_".join(tokens(path))
    relative = _RELATIVE.search(text)
    number = re.search(r"(?:guardian|parent|家长|监护人|jz|jhr|联系人|phone|mobile|contact|name)_?([1-9])(?![0-9])", text)
    return (relative.group() if relative else "") + (number.group(1) if number else "")


def _best(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Findings that count, per path, best first. ``possible`` ones count only from a confidence of one half."""
    out: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.level is not Level.POSSIBLE or finding.confidence >= 0.5:
            out.setdefault(finding.path, []).append(finding)
    for same in out.values():
        same.sort(key=lambda f: (-f.confidence, f.category))
    return out


def make_plan(findings: Sequence[Finding]) -> Plan:
    """Choose subjects, groups, births and zone from findings."""
    best = _best(findings)
    plan = Plan(zone=480 if any(_chinese(f.category) for fs in best.values() for f in fs) else 0)
    births = {path for path, fs in best.items() if any(f.category.endswith(".birth_date") for f in fs)}
    plan.births = frozenset(births)
    plan.events = frozenset(p for p, fs in best.items() if any(f.category.endswith(("_event", ".trajectory")) for f in fs))
    schools = [(path, f) for path, fs in best.items() for f in fs if f.category == "child.school"]
    if schools:
        plan.groups = min(schools, key=lambda item: (-item[1].confidence, len(item[0]), item[0]))[0]
    by_scope: dict[str, dict[str, str]] = {}
    for path, fs in best.items():
        category = next((f.category for f in fs if space_of(f.category)), fs[0].category)
        by_scope.setdefault(scope_of(path), {})[path] = category
    for scope in sorted(by_scope):
        plan.subjects += _subjects(scope, by_scope[scope], births)
    return plan


def _chinese(category: str) -> bool:
    return "cn_" in category or category.endswith(("_cn", "_zh"))


def _subjects(scope: str, categories: dict[str, str], births: set[str]) -> list[Subject]:
    """Subjects of one scope. ``categories``: path to its best category."""
    numbers = ("ric", "national", "local")
    marks = [
        p
        for p, c in categories.items()
        if _STUDENT_NO.search(c) or c == "child.grade_class" or (space_of(c) in numbers and role_of(p) == "pupil")
    ]
    owners = _owners(scope, categories, marks, births)
    subjects: dict[str, Subject] = {}
    for path, owner in owners.items():
        role = owner.partition(":")[0]
        subject = subjects.setdefault(owner, Subject(scope, role))
        if path in births:
            subject.birth = subject.birth or path
        else:
            subject.keys.append(Key(path, space_of(categories[path])))
    if "person" in subjects:
        subjects["person"].pupil_marks = sorted(marks)
    for subject in subjects.values():
        subject.keys.sort(key=lambda key: (SPACES.index(key.space), _name_rank(categories[key.path]), key.path))
    return [subjects[owner] for owner in sorted(subjects) if subjects[owner].keys]


def _name_rank(category: str) -> int:
    return 0 if category.endswith("_zh") else 2 if category.endswith("_pinyin") else 1


def _owners(scope: str, categories: dict[str, str], marks: list[str], births: set[str]) -> dict[str, str]:
    """Path to owner (``person``, ``staff``, ``guardian:slot``) for every identifying path and birth date of one scope."""
    relations = [p for p, c in categories.items() if c == "child.guardian"]
    keys = {p for p, c in categories.items() if space_of(c)}
    label = {p: role_of(p) for p in keys | (births & categories.keys())}
    if all(role == "guardian" for role in label.values()) and (scope or not marks):
        return {p: f"guardian:{slot_of(p) if not scope else ''}" for p in label}
    # A column of relations that is not itself labelled as part of a guardian's block speaks of the record's contact.
    contact_is_guardian = any(role_of(p) != "guardian" for p in relations)
    described = bool(births & categories.keys()) or any(c == "biographical.gender" for c in categories.values())
    record_is_guardian = contact_is_guardian and not described and not any(c == "child.grade_class" for c in categories.values())
    pupils = bool(marks)
    split_staff = pupils or "pupil" in label.values()
    names = sorted(p for p in keys if space_of(categories[p]) == "name" and not _pinyin(categories[p]))
    named_guardian = any(label[p] == "guardian" for p in names)
    out = {}
    for path in sorted(label):
        space = space_of(categories[path]) if path in keys else ""
        role = label[path]
        if role == "guardian":
            out[path] = f"guardian:{slot_of(path)}"
        elif role == "staff" and split_staff and space in ("name", "phone", "email", "handle"):
            out[path] = "staff"
        elif role != "pupil" and _is_guardians(space, path, names, contact_is_guardian, record_is_guardian, named_guardian, pupils):
            out[path] = f"guardian:{slot_of(path)}"
        elif record_is_guardian and not marks and role != "pupil":
            out[path] = "guardian:"
        else:
            out[path] = "person"
    return _one_guardian(out)


def _pinyin(category: str) -> bool:
    return category.endswith("_pinyin")


def _is_guardians(space: str, path: str, names: list[str], contact: bool, record: bool, named: bool, pupils: bool) -> bool:
    """Whether an unlabelled identifier of a pupil's or a guardian's record is the guardian's."""
    if space == "phone":
        return contact or pupils  # a number in a pupil's record is that of whoever is to be called
    if space in ("email", "handle"):
        return record
    if space == "name":
        return (record and not named) or (contact and not named and len(names) > 1 and path == names[-1])
    return False


def _one_guardian(owners: dict[str, str]) -> dict[str, str]:
    """Where only one guardian has a slot of their own, unslotted columns are theirs as well."""
    slots = {o for o in owners.values() if o.startswith("guardian:")}
    named = slots - {"guardian:"}
    if "guardian:" in slots and len(named) == 1:
        only = named.pop()
        return {p: only if o == "guardian:" else o for p, o in owners.items()}
    return owners
