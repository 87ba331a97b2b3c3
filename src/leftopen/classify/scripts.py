"""Words of the world: names in other scripts than Latin and Han, occupations, countries, cities. One bool a value."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pyarrow as pa

from leftopen.classify.shape import Array
from leftopen.classify.words import WORDS

_DATA = Path(__file__).parent / "data"
BUCKETS = 1 << 16
"""Number of hash buckets of the classifier for names in other scripts."""
OTHER_THRESHOLD = 0.3
"""Least log-odds of a name in another script."""
_OTHER = re.compile(r"[^\W\d_a-zA-Z\u00aa-\u036f]+[^\d_a-zA-Z()\[\]/:;!?@#&%\"\u00aa-\u036f]*")
_MARKS = re.compile(r"[\u0300-\u036f]")


def key_of(text: str) -> str:
    """Lower case, without accents (of Latin, Greek and Cyrillic letters) and without blanks at the ends."""
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.strip().lower()))


def grams_of(text: str) -> Array:
    """Bucket numbers of the one to three signs long pieces of a text framed by blanks."""
    points = np.frombuffer(f" {text.lower()} ".encode("utf-32-le"), np.uint32)
    one = points * np.uint32(2654435761)
    two = (points[:-1] * np.uint32(73856093) ^ points[1:] * np.uint32(19349663)) * np.uint32(2654435761)
    three = points[:-2] * np.uint32(49979687) ^ points[1:-1] * np.uint32(86028121) ^ points[2:] * np.uint32(83492791)
    found = np.concatenate([one[1:-1], two, three * np.uint32(2246822519)])
    return (found >> np.uint32(32 - BUCKETS.bit_length() + 1)).astype(np.int64)


@lru_cache(maxsize=1)
def _other() -> tuple[Array, float]:
    with np.load(_DATA / "names_other.npz", allow_pickle=False) as data:
        return data["weights"].astype(np.float32) * float(data["scale"]), float(data["bias"])


def name_other(values: pa.Array) -> Array:
    """Personal names in Cyrillic, Greek, Arabic, Hebrew, Thai, Indian, Japanese, Korean and other letters."""
    weights, bias = _other()
    out = np.zeros(len(values), bool)
    for row, text in enumerate(values.to_pylist()):
        if 2 <= len(text) <= 60 and _OTHER.fullmatch(text) and text.count(" ") <= 4:
            at = grams_of(text)
            out[row] = float(weights[at].sum()) / np.sqrt(len(at)) + bias > OTHER_THRESHOLD
    return out


@lru_cache(maxsize=8)
def _lines(name: str) -> frozenset[str]:
    return frozenset((_DATA / name).read_text(encoding="utf-8").split("\n")) - {""}


_ZH_JOB = re.compile(
    r"[\u4e00-\u9fff、/（）()]{0,10}(?:[^老大律]师|律师|老师|大师|员|经理|总监|主管|主任|助理|教授|会计|出纳|司机|医生|护士|学生|工人|农民|军人|干部|"
    r"[校厂局处科部站院店组队船班]长|书记|法官|记者|编辑|作家|导演|保安|保姆|保洁|老板|个体户?|自由职业者?|退休|无业|文秘|秘书|顾问|代表|翻译|"
    r"[木电焊钳车水瓦油]工|水手|技工|民警|警察|医师|药剂师|总裁|董事|经纪人|工程师|程序员|企业主|经营者)"
)


_NO_TITLE = re.compile(r"\d{2}|[/\\]\S*[.\d]|[.!?] |://")
"""Signs of paths, codes and sentences."""
_JOINS = frozenset(
    {
        "of",
        "de",
        "du",
        "des",
        "da",
        "do",
        "del",
        "della",
        "der",
        "for",
        "fur",
        "in",
        "and",
        "und",
        "et",
        "y",
        "to",
        "en",
    }
)
_RANKS = frozenset(
    {"junior", "senior", "visitor", "adult", "worker", "member", "user", "guest", "customer", "associate", "control"}
)
"""Words that head titles but alone are steps and groups of anything."""


def job_title(values: pa.Array) -> Array:
    """Occupations: a word that heads titles of jobs (in Latin letters), or one of the endings that Chinese titles have."""
    heads = _lines("jobs.txt")

    def good(text: str) -> bool:
        if _ZH_JOB.fullmatch(text):
            return True
        if _NO_TITLE.search(text):
            return False
        words = re.findall(r"[^\W\d_]+", key_of(text))
        ends = {words[0], words[-1], *(a for a, b in pairwise(words) if b in _JOINS)} if 0 < len(words) <= 9 else set()
        ends -= _RANKS if len(words) == 1 else set()
        return any(w in heads or w.removesuffix("s") in heads for w in ends)

    return np.array([good(t) for t in values.to_pylist()], bool)


def country(values: pa.Array) -> Array:
    """Countries by name in many languages or by code (capitals), and the words for their citizens in English."""
    known, citizens = _lines("countries.txt"), _lines("citizens.txt")

    def good(text: str) -> bool:
        if len(text) <= 3 and text.isascii():
            return text.isupper() and text in known
        plain = key_of(text)
        return plain in known or plain in citizens or plain.removeprefix("the ") in known or plain.removesuffix("国籍") in known

    return np.array([good(t) for t in values.to_pylist()], bool)


@lru_cache(maxsize=1)
def _cities() -> Array:
    with np.load(_DATA / "cities.npz", allow_pickle=False) as data:
        return np.asarray(data["keys"])


_NO_CITY = WORDS["no_city"]


def city(values: pa.Array) -> Array:
    """Cities with 5,000 inhabitants and more (GeoNames), also before a comma."""
    known = _cities()
    plain = [key_of(t.split(",")[0]) if len(t) <= 60 else "" for t in values.to_pylist()]
    keys = np.array([crc32(t.encode()) if len(t) > 1 and t not in _NO_CITY else 0 for t in plain], np.uint32)
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.asarray((known[at] == keys) & (keys > 0))


_ENDINGS = ("", "省", "市", "区", "县", "自治区", "特别行政区")
_MOST_DIVISIONS = 3


@lru_cache(maxsize=1)
def _zh_divisions() -> tuple[frozenset[str], tuple[int, ...]]:
    """The divisions of China, and the lengths that their names have."""
    from leftopen.classify.lexicons import zh_places

    names = zh_places()
    return names, tuple(sorted(set(map(len, names))))


def _is_divisions(text: str) -> bool:
    """Can the text be cut into one to three divisions, each with an ending and a separator or without? Finds every such cut."""
    names, sizes = _zh_divisions()
    begun = {0}
    for _ in range(_MOST_DIVISIONS):
        ends = {at + size for at in begun for size in sizes if text[at : at + size] in names and at + size <= len(text)}
        ends = {at + len(ending) for at in ends for ending in _ENDINGS if text.startswith(ending, at)}
        begun = ends | {at + 1 for at in ends if text[at : at + 1] in (" ", "/", "-")}
        if len(text) in begun:
            return True
    return False


def place_zh(values: pa.Array) -> Array:
    """One to three divisions of China one after the other (``四川成都``, ``江苏省南京市``)."""
    return np.array([2 <= len(t) <= 24 and "\u4e00" <= t[0] <= "\u9fff" and _is_divisions(t) for t in values.to_pylist()], bool)


@lru_cache(maxsize=1)
def _illness() -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    endings = "itis|osis|emia|aemia|oma|pathy|plegia|algia|rrhea|rrhoea|uria|ectasis"
    heads = (
        "disease|disorder|syndrome|diabetes|mellitus|hypertension|asthma|migraine|depression|copd|cancer|carcinoma|infection|fracture|"
        "failure|infarction|stroke|epilepsy|anxiety|schizophrenia|dementia|obesity|influenza|covid-19|hiv|aids|tuberculosis|malaria|"
        "measles|allergy|ulcer|hernia|insufficiency|deficiency|injury|sprain|concussion|psoriasis|eczema|autism|adhd|insomnia|angina|"
        "arrhythmia|fibrillation|reflux|cataract|glaucoma"
    )
    chinese = "炎|症|癌|瘤|病|综合征|骨折|感染|高血压|梗死|梗塞|溃疡|衰竭|结石|突出|出血|贫血|感冒|哮喘|中风|损伤"
    return re2.compile(rf"(?i)\b(?:[a-z]{{3,}}(?:{endings})|{heads})\b|(?:{chinese})(?:型|期|急性发作)?$", options)


def illness(values: pa.Array) -> Array:
    """Names of illnesses by ending or head word, in English and Chinese; at most 60 characters."""
    search = _illness().search
    return np.array([len(t) <= 60 and search(t) is not None for t in values.to_pylist()], bool)


WORLD = {check.__name__: check for check in (name_other, job_title, country, city, place_zh)}
"""Validators by the name that category files use."""
