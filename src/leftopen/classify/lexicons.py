"""Names and addresses: judged by small lexicons and rules, one bool a value. A column decides, never one value."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leftopen.classify.addresses import WORLD_ADDRESS
from leftopen.classify.checks import Check
from leftopen.classify.ngrams import SIZE, grams
from leftopen.classify.shape import Array, shape_of

_DATA = Path(__file__).parent / "data"
_FIRST, _LAST = 0x4E00, 0x9FFF
ZH_THRESHOLD = 2.0
"""Least log-likelihood ratio of a Chinese name against a word; ``scripts/measure_chance.py`` gives what passes by chance."""
LATIN_THRESHOLD = 0.4
"""Least log-odds of a name in Latin letters; a column of names lies far above, one of companies or cities mostly below."""


@dataclass(frozen=True, slots=True)
class _Chinese:
    surname: Array
    given: Array
    back: Array
    simple: Array
    doubles: Mapping[str, float]

    def surname_of(self, char: str) -> float:
        """Natural log of the share of people who bear this surname; very low if nobody does."""
        point = ord(char)
        return float(self.surname[self.simple[point - _FIRST] - _FIRST]) if _FIRST <= point <= _LAST else -99.0

    def given_of(self, char: str) -> float:
        """Natural log of the share of this character in given names."""
        point = ord(char)
        return float(self.given[self.simple[point - _FIRST] - _FIRST]) if _FIRST <= point <= _LAST else -99.0


@lru_cache(maxsize=1)
def _chinese() -> _Chinese:
    with np.load(_DATA / "names_zh.npz", allow_pickle=False) as data:
        doubles = dict(zip(data["doubles"].tolist(), data["doubles_log"].astype(float).tolist(), strict=True))
        surname, given, back = (data[key].astype(np.float32) for key in ("surname", "given", "back"))
        return _Chinese(surname, given, back, data["simple"].astype(np.int64), doubles)


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    """Names of counties, cities and provinces without their suffix, from python-stdnum's table."""
    import re
    from importlib.resources import files

    found: set[str] = set()
    for name in re.findall(r"[\u4e00-\u9fff]{2,}", files("stdnum.cn").joinpath("loc.dat").read_text(encoding="utf-8")):
        found.add(name)
        short = re.sub(r"(?:自治区|自治县|自治州|地区|省|市|区|县|旗|盟)$", "", name)
        if len(short) >= 2:
            found.add(short)
    return frozenset(found)


def zh_tables() -> _Chinese:
    """Surnames and characters of given names with their frequency, for those who read prose."""
    return _chinese()


def zh_places() -> frozenset[str]:
    """Names of the divisions of China, with and without their suffix."""
    return _places()


def zh_scores(values: pa.Array) -> Array:
    """Log-likelihood ratio "Chinese personal name" against "word" for each value; -99 where it is not 2-4 Han characters."""
    tables = _chinese()
    texts = values.to_pylist()
    out = np.full(len(texts), -99.0)
    sizes = np.array([len(t) for t in texts])
    for size in (2, 3, 4):
        at = np.flatnonzero(sizes == size)
        if not len(at):
            continue
        joined = "".join(texts[i] for i in at)
        points = np.frombuffer(joined.encode("utf-32-le"), np.uint32).reshape(len(at), size).astype(np.int64)
        han = ((points >= _FIRST) & (points <= _LAST)).all(axis=1)
        code = tables.simple[np.clip(points - _FIRST, 0, _LAST - _FIRST)] - _FIRST
        back = tables.back[code].sum(axis=1)
        score = np.full(len(at), -99.0)
        if size < 4:
            score = tables.surname[code[:, 0]] + tables.given[code[:, 1:]].sum(axis=1) - back
        if size > 2:
            double = np.array([tables.doubles.get("".join(map(chr, c[:2] + _FIRST)), -99.0) for c in code])
            score = np.maximum(score, double + tables.given[code[:, 2:]].sum(axis=1) - back)
        out[at] = np.where(han, score, -99.0)
    return out


@lru_cache(maxsize=1)
def zh_surnames() -> tuple[frozenset[str], frozenset[str]]:
    """Surnames of one character that are common enough to look for in prose, and those of two."""
    tables = _chinese()
    common = np.flatnonzero(tables.surname > np.log(20e-6)) + _FIRST
    return frozenset(map(chr, common.tolist())), frozenset(tables.doubles)


def name_zh(values: pa.Array) -> Array:
    """Chinese personal names by surname and given-name statistics, place names left out."""
    scores = zh_scores(pc.replace_substring(values, "·", ""))
    places = _places()
    known = np.array([t in places for t in values.to_pylist()], bool)
    return np.asarray((scores > ZH_THRESHOLD) & ~known)


@lru_cache(maxsize=1)
def _latin() -> tuple[Array, float]:
    with np.load(_DATA / "names_latin.npz", allow_pickle=False) as data:
        return data["weights"].astype(np.float32) * float(data["scale"]), float(data["bias"])


def latin_scores(values: pa.Array) -> Array:
    """Log-odds "personal name" against company, place, job, product or word, for texts in Latin letters."""
    weights, bias = _latin()
    buckets, offsets = grams(values)
    sizes = np.diff(np.r_[offsets, len(buckets)])
    return np.asarray(np.add.reduceat(weights[buckets], offsets) / np.sqrt(sizes) + bias)


@lru_cache(maxsize=32768)
def latin_score(value: str) -> float:
    """The same for one short text, without arrays: for those who meet a few words at a time. Agrees to within rounding."""
    weights, bias = _latin()
    plain = "".join(c for c in unicodedata.normalize("NFKD", value) if c.isascii())
    raw = f"  {plain}   ".encode()
    low = raw.lower()
    total, size = 0.0, len(plain) + 2
    for at in range(size):
        a, b, c = low[at], low[at + 1], low[at + 2]
        three = (a * 73856093 ^ b * 19349663 ^ c * 83492791) & _WORD
        four = (three * 31 ^ low[at + 3] * 67867979) & _WORD if at + 1 < size else three
        two = ((raw[at + 1] * 49979687 ^ raw[at + 2] * 86028121) + 977) & _WORD
        for gram in (three, two, four):
            total += weights[(gram * 2654435761 & _WORD) >> _SHIFT]
    return float(total / math.sqrt(3 * size) + bias)


_WORD, _SHIFT = 0xFFFFFFFF, 32 - SIZE.bit_length() + 1
_FIRM = (
    r"(?i)(?:\b(?:inc|ltd|llc|plc|llp|gmbh|ag|kg|kgaa|ohg|co|corp|corporation|company|group|sons|and|und|et|e|y|bros|s\.?a|s\.?r\.?l|sarl|sas|"
    r"spa|s\.?p\.?a|b\.?v|n\.?v|oy|ab|as|aps|kft|zrt|bt|nyrt|ltda|ei|sp|s\.?l|gruppe|stiftung|associates|partners|holdings|industries|"
    r"limited|fils|frères|hermanos|figli)\b\.?$)|"
    r"\b(?:and|und|et|og|och|ve|and sons)\b|a\.ş\.?|şti\.?|&|\b(?:inc|llc|gmbh|kft|zrt|nyrt)\b"
)
"""Legal forms and joining words of firms: a value that ends in one, or joins two names, is no one person's name."""
_STATE = (
    r",\s*(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[EINOST]|N[CDEHJMVY]|O[HKR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]|"
    r"AB|BC|MB|N[BLS]|ON|QC|SK|NSW|VIC|QLD|TAS)(?:\s*[-/,].*)?$"
)
"""A place and its state (``Bay, FL``); what is also written behind names (``MD``, ``PA``, ``MA``) is left out."""
_SHAPED = r"(?:(?:Mr|Mrs|Ms|Dr|Prof)\.? )?\p{Latin}[\p{Latin}\p{M}'’.-]*(?:,? [\p{Latin}][\p{Latin}\p{M}'’.-]*){0,4}"


def name_latin(values: pa.Array) -> Array:
    """Personal names in Latin letters: no digits, one to five words, and the classifier's word."""
    shaped = _matching(values, _SHAPED) & ~_matching(values, _FIRM, whole=False) & ~_matching(values, _STATE, whole=False)
    return shaped & (latin_scores(values) > LATIN_THRESHOLD)


@lru_cache(maxsize=1)
def pinyin_tables() -> tuple[frozenset[str], frozenset[str]]:
    """Toneless syllables, and surnames written in them."""
    text = (_DATA / "pinyin.txt").read_text(encoding="utf-8")
    syllables, _, surnames = text.removeprefix("# syllables\n").partition("# surnames\n")
    return frozenset(syllables.split()), frozenset(surnames.split())


@lru_cache(maxsize=8192)
def _syllables(word: str) -> int:
    """Least number of pinyin syllables that ``word`` splits into; 0 if it does not."""
    known = pinyin_tables()[0]
    best = [0] + [99] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            if best[start] < 99 and word[start:end] in known:
                best[end] = min(best[end], best[start] + 1)
    return best[-1] if 0 < best[-1] < 99 else 0


def _is_pinyin(text: str) -> bool:
    words = text.replace("'", "").replace("-", " ").replace(",", " ").split()
    surnames = pinyin_tables()[1]
    if not 1 <= len(words) <= 3:
        return False
    if len(words) == 1:
        import re

        parts = re.findall(r"[A-Z][a-z]+", words[0])
        if len(parts) != 2 or "".join(parts) != words[0]:
            return False
        words = parts
    low = [w.lower() for w in words]
    counts = [_syllables(w) for w in low]
    if not all(counts) or not 2 <= sum(counts) <= 4:
        return False
    return (low[0] in surnames and sum(counts[1:]) <= 2) or (low[-1] in surnames and sum(counts[:-1]) <= 2)


def name_pinyin(values: pa.Array) -> Array:
    """Surname and one or two given syllables, in either order: ``Zhang Wei``, ``wang xiuying``, ``LiNa``."""
    return np.array([_is_pinyin(t) for t in values.to_pylist()], bool)


_ZH_PLACE = r"(?:[\p{Han}]{2,8}(?:省|自治区|市|自治州|地区|区|县|镇|乡|街道|旗|盟|开发区|新区))"
_ZH_ROAD = r"(?:[\p{Han}0-9]{1,14}(?:路|街|道|巷|弄|胡同|里|村|庄|屯|组|社区|小区|花园|苑|园|城|大厦|广场|公寓|家属院|坊|庭|府|湾))"
_ZH_NUMBER = (
    r"(?:[0-9一二三四五六七八九十百]{1,6}(?:号院|号楼|号|弄|栋|幢|座|楼|单元|室|房|层|户|组|队|"
    r"附[0-9]{1,4}号)[0-9A-Za-z-]{0,6}(?:室|号|房|户)?)"
)
ZH_ADDRESS = rf"{_ZH_PLACE}{{0,4}}{_ZH_ROAD}{{1,3}}[\p{{Han}}]{{0,4}}{_ZH_NUMBER}{{1,5}}|{_ZH_PLACE}{{2,4}}{_ZH_ROAD}{{1,3}}"
"""A Chinese address: divisions in falling order, a road or estate, and numbers; or at least two divisions and a road."""

_STREET = (
    r"(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|court|ct|boulevard|blvd|place|pl|square|sq|terrace|way|close|crescent|"
    r"highway|hwy|parkway|pkwy|circle|cir|trail|loop|plaza|alley|mews|grove|row|gardens|heights|mount|springs?|isle|"
    r"islands?|ridge|canyon|point|ports?|mills?|fords?|falls|station|stravenue|valley|via|views?|villages?|crossing|pike|"
    r"underpass|walks?|wells|cape|cove|creek|estates?|extensions?|ferry|field|flats?|forest|fork|glen|green|harbors?|haven|"
    r"hills?|hollow|inlet|junction|keys?|knolls?|lakes?|landing|light|locks?|manors?|meadows?|mission|motorway|mountain|"
    r"neck|oval|orchard|parks?|pass|path|pine|prairie|radial|ramp|ranch|rapids?|rest|river|route|shoals?|shores?|skyway|spur|"
    r"stream|summit|throughway|trace|track|trafficway|tunnel|turnpike|union|unions|viaduct|bridge|brook|burgs?|bypass|camp|"
    r"center|centers|cliffs?|club|common|corner|corners|course|curve|dale|dam|divide|expressway|freeway|garden|gateway)"
)
_EURO = (
    r"(?:\p{L}[\p{L}.'-]*(?:stra(?:ß|ss)e|str\.|weg|gasse|platz|allee|ring|ufer|damm|straat|laan|plein|gracht|kade|dreef|"
    r"gatan|vägen|gade|vej|veien|katu|tie)|"
    r"(?:rue|avenue|boulevard|place|chemin|impasse|allée|quai|via|viale|piazza|corso|largo|vicolo|calle|avenida|paseo|plaza|"
    r"camino|carrera|rua|travessa|praça|alameda|estrada|rodovia|strada|ul\.|ulica|al\.|os\.|pl\.|cuesta|ronda|glorieta|"
    r"vial|callejón|urbanización|c/|av\.|contrada|borgo|canale|incrocio|rotonda|stretto|circonvallazione|vico)"
    r"(?: \p{L}[\p{L}.'’-]*){1,5})"
)
LATIN_ADDRESS = (
    rf"(?i)\d{{1,6}}[a-z]?,? (?:[nsew]\.? )?(?:\p{{L}}[\p{{L}}.'-]* ){{1,4}}{_STREET}\.?(?:[ ,].{{0,60}})?|"
    rf"\d{{1,5}}(?: ?(?:bis|ter|[a-z]))?,? {_EURO}(?:[ ,].{{0,60}})?|"
    rf"{_EURO}[ ,]+(?:n[°º.]? ?|nr\.? ?)?\d{{1,5}} ?[a-z]?(?:[-/ ,].{{0,60}})?|p\.? ?o\.? ?box \d+.{{0,50}}"
)
"""A street address in Latin script: a house number with a street word before or after it, or a post box."""
LATIN_TERRACE = r"(?i)\d{1,5} (?:\p{L}[\p{L}'-]* ){1,3}" + _STREET + r"(?:,.{0,60})?"


@lru_cache(maxsize=32)
def _rules(patterns: tuple[str, ...], *, whole: bool = True) -> Any:
    """Patterns as one RE2 set, kept: Arrow's own kernels compile theirs anew at every call."""
    import re2

    options = re2.Options()
    options.log_errors, options.max_mem = False, 64 << 20
    rules = re2.Set.FullMatchSet(options) if whole else re2.Set.SearchSet(options)
    for pattern in patterns:
        rules.Add(pattern)
    rules.Compile()
    return rules


def _matching(values: pa.Array, *patterns: str, whole: bool = True) -> Array:
    match = _rules(patterns, whole=whole).Match
    return np.array([bool(match(value)) for value in values.to_pylist()], bool)


def _gated(values: pa.Array, gate: Array, *patterns: str) -> Array:
    out = np.zeros(len(values), bool)
    at = np.flatnonzero(gate)
    if len(at):
        out[at] = _matching(values.take(pa.array(at)), *patterns)
    return out


def address_zh(values: pa.Array) -> Array:
    """Chinese addresses by rule."""
    plain = pc.replace_substring_regex(values, r"[ ，,、\-]", "")
    return _gated(plain, shape_of(values).han >= 4, ZH_ADDRESS + r"[\p{Han}0-9A-Za-z#（）()]{0,16}")


def address_latin(values: pa.Array) -> Array:
    """Street addresses of other countries than China by rule, line breaks read as commas."""
    shape = shape_of(values)
    text = pc.replace_substring_regex(values, r"\s*[\r\n]+\s*", ", ")
    gate = (shape.digits > 0) & (shape.space > 0) & (shape.letters >= 4) & (shape.han == 0)
    world = ((shape.digits > 0) | (shape.other > 6)) & (shape.chars >= 8) & (shape.letters + shape.other + shape.han >= 4)
    world &= (shape.space > 0) | (shape.other + shape.han > 2)
    return _gated(text, gate, LATIN_ADDRESS, LATIN_TERRACE) | _gated(text, world, *WORLD_ADDRESS)


LEXICONS: Mapping[str, Check] = {check.__name__: check for check in (name_zh, name_latin, name_pinyin, address_zh, address_latin)}
"""Validators that need a lexicon, by the name that category files use."""
