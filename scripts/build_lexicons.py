"""Build the small name lexicons in ``src/leftopen/classify/data`` from packages with free licences.

Sources (unpack their wheels or sdists below the folder given with ``--from``): sinonym 0.5.1 (Apache-2.0; surname and given-name
frequencies derived from ORCID), jieba 0.42.1 (MIT; Chinese words that are no persons), jionlp 1.5.31 (Apache-2.0; traditional to
simplified), pypinyin 0.55.0 (MIT; syllables), mimesis 22.2.0 (MIT) and Faker (MIT, installed; names, companies, jobs, streets).
Files of real people's full names in these packages are not read. Deterministic: the same sources give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import json
import math
import random
import re
from pathlib import Path

import numpy as np
import pyarrow as pa

from leftopen.classify.ngrams import SIZE, grams

OUT = Path(__file__).parents[1] / "src/leftopen/classify/data"
FIRST, LAST = 0x4E00, 0x9FFF
LOCALES = "en_US en_GB de_DE fr_FR es_ES es_MX it_IT nl_NL pt_BR pl_PL sv_SE no_NO da_DK fi_FI cs_CZ hu_HU ro_RO tr_TR hr_HR id_ID vi_VN en_IN et_EE lt_LT sk_SK sl_SI"


def build_chinese(source: Path) -> None:
    """Log probabilities of surname and given characters, and of characters in words that are no names."""
    size = LAST - FIRST + 1
    surname, given, back = (np.full(size, np.nan) for _ in range(3))
    doubles: dict[str, float] = {}
    with (source / "sinonym/data/familyname_orcid.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            name, ppm = row["surname"], max(float(row["ppm"]), 0.5)
            if len(name) == 1 and FIRST <= ord(name) <= LAST:
                surname[ord(name) - FIRST] = math.log(ppm / 1e6)
            elif len(name) == 2:
                doubles[name] = math.log(ppm / 1e6)
    with (source / "sinonym/data/givenname_orcid.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if FIRST <= ord(row["character"]) <= LAST:
                given[ord(row["character"]) - FIRST] = math.log(max(float(row["ppm"]), 0.5) / 1e6)
    counts = np.zeros(size)
    for line in (source / "jieba-0.42.1/jieba/dict.txt").read_text(encoding="utf-8").splitlines():
        word, _, kind = line.split(" ")
        if kind[:2] in ("nr",) or not 2 <= len(word) <= 5:
            continue
        for char in word:
            if FIRST <= ord(char) <= LAST:
                counts[ord(char) - FIRST] += 1
    back = np.log((counts + 0.5) / (counts.sum() + 0.5 * size))
    floor_given, floor_surname = math.log(0.3e-6), math.log(1e-9)
    simple = np.arange(FIRST, LAST + 1, dtype=np.uint16)
    for line in (source / "jionlp/dictionary/tra2sim_char.txt").read_text(encoding="utf-8").splitlines():
        pair = line.split()
        if len(pair) == 2 and all(len(p) == 1 and FIRST <= ord(p) <= LAST for p in pair):
            simple[ord(pair[0]) - FIRST] = ord(pair[1])
    np.savez_compressed(
        OUT / "names_zh.npz",
        surname=np.nan_to_num(surname, nan=floor_surname).astype(np.float16),
        given=np.nan_to_num(given, nan=floor_given).astype(np.float16),
        back=back.astype(np.float16),
        simple=simple,
        doubles=np.array(sorted(doubles)),
        doubles_log=np.array([doubles[d] for d in sorted(doubles)], np.float16),
    )


def build_pinyin(source: Path) -> None:
    """Toneless syllables and surnames in pinyin, one a line."""
    import unicodedata

    syllables: set[str] = set()
    for sounds in json.loads((source / "pypinyin/pinyin_dict.json").read_text(encoding="utf-8")).values():
        for sound in sounds.split(","):
            plain = unicodedata.normalize("NFD", sound.replace("ü", "v"))
            plain = "".join(c for c in plain if c.isascii() and c.isalpha()).lower()
            if plain and re.search("[aeiouv]", plain):
                syllables.add(plain)
    from_chars: dict[str, str] = {}
    with (source / "sinonym/data/givenname_orcid.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            from_chars[row["character"]] = re.sub(r"\d", "", row["pinyin"]).lower().replace("ü", "v")
    surnames: dict[str, float] = {}
    with (source / "sinonym/data/familyname_orcid.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            sound = "".join(from_chars.get(c, "?") for c in row["surname"])
            if "?" not in sound and float(row["ppm"]) >= 20:
                surnames[sound] = surnames.get(sound, 0.0) + float(row["ppm"])
    text = "# syllables\n" + "\n".join(sorted(syllables)) + "\n# surnames\n" + "\n".join(sorted(surnames)) + "\n"
    (OUT / "pinyin.txt").write_text(text, encoding="utf-8")


def _mimesis(source: Path, part: str) -> dict[str, dict[str, object]]:
    out = {}
    for folder in sorted((source / "mimesis/datasets").iterdir()):
        file = folder / part
        if file.is_file():
            out[folder.name] = json.loads(file.read_text(encoding="utf-8"))
    return out


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [s for v in value for s in _strings(v)]
    if isinstance(value, dict):
        return [s for v in value.values() for s in _strings(v)]
    return []


def _latin(values: list[str]) -> list[str]:
    return sorted(
        {
            v.strip()
            for v in values
            if re.fullmatch(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff][A-Za-z\u00c0-\u024f\u1e00-\u1eff '.&,/()-]{1,60}", v.strip())
        }
    )


def name_parts(source: Path) -> dict[str, tuple[list[str], list[str]]]:
    """Given names and surnames per locale."""
    parts: dict[str, tuple[list[str], list[str]]] = {}
    for locale in LOCALES.split():
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        given, last = [], []
        for attribute in dir(provider):
            if attribute.startswith("first_name"):
                value = getattr(provider, attribute)
                given += list(value) if isinstance(value, (list, tuple, dict)) else []
            elif attribute.startswith("last_name"):
                value = getattr(provider, attribute)
                last += list(value) if isinstance(value, (list, tuple, dict)) else []
        parts[locale] = (_latin(given), _latin(last))
    for locale, person in _mimesis(source, "person.json").items():
        given, last = _latin(_strings(person.get("names"))), _latin(_strings(person.get("surnames")))
        if len(given) > 30 and len(last) > 30:
            parts[f"m-{locale}"] = (given, last)
    lines = (OUT / "pinyin.txt").read_text(encoding="utf-8").split("# surnames\n")
    syllables, surnames = lines[0].split("\n")[1:-1], lines[1].split()
    rng = random.Random(5)
    pairs = ["".join(rng.choice(syllables) for _ in range(rng.choice((1, 2, 2)))) for _ in range(600)]
    parts["zh"] = ([p.capitalize() for p in pairs], [s.capitalize() for s in surnames])
    return parts


def positives(parts: dict[str, tuple[list[str], list[str]]], rng: random.Random, count: int) -> list[str]:
    """Names in the forms that fields hold."""
    locales = sorted(k for k, v in parts.items() if v[0] and v[1])
    out = []
    for _ in range(count):
        given, last = parts[rng.choice(locales)]
        first, second, family = rng.choice(given), rng.choice(given), rng.choice(last)
        form = rng.random()
        name = (
            f"{first} {family}" if form < 0.5 else first if form < 0.58 else family if form < 0.66
            else f"{family}, {first}" if form < 0.72 else f"{first} {second[0]}. {family}" if form < 0.77
            else f"{first} {second} {family}" if form < 0.82 else f"{family} {first}" if form < 0.88
            else f"{family.upper()} {first}" if form < 0.91 else f"{first[0]}. {family}" if form < 0.94
            else f"{first} {family} {rng.choice(last)}"
        )  # fmt: skip
        tone = rng.random()
        out.append(name.lower() if tone < 0.08 else name.upper() if tone < 0.14 else name)
    return out


def negatives(source: Path, rng: random.Random, count: int) -> list[str]:
    """Companies, jobs, streets, places, products, states and words in the forms that fields hold."""
    from faker import Faker

    pools: list[list[str]] = []
    words: list[str] = []
    for locale in ("en_US", "de_DE", "fr_FR", "es_ES", "it_IT", "pt_BR", "nl_NL", "pl_PL"):
        fake = Faker(locale)
        fake.seed_instance(11)
        vocabulary = sorted({w for _ in range(6000) for w in [fake.word()]} | {c for _ in range(300) for c in [fake.color_name()]})
        words += vocabulary
        pools.append([fake.job() for _ in range(2500)])
        pools.append([fake.street_name() for _ in range(700)])
        pools.append([fake.city_suffix() if locale == "en_US" else fake.word() for _ in range(60)])
        suffixes = sorted({fake.company_suffix() for _ in range(60)})
        pools.append([f"{fake.last_name()} {rng.choice(suffixes)}" for _ in range(400)])
        pools.append([f"{fake.last_name()} & {fake.last_name()}" for _ in range(150)])
        pools.append([fake.catch_phrase() if hasattr(fake, "catch_phrase") else fake.word() for _ in range(1500)])
        pools.append([fake.country() for _ in range(200)])
    for part, weight in (
        ("food.json", 1),
        ("address.json", 1),
        ("hardware.json", 1),
        ("transport.json", 1),
        ("science.json", 1),
        ("text.json", 1),
    ):
        for locale, data in _mimesis(source, part).items():
            if locale[:2] in ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "pl", "cs"):
                pools.append(rng.sample(sorted(set(_strings(data))), min(700 * weight, len(set(_strings(data))))))
    nouns = [
        "Bottle",
        "Chair",
        "Lamp",
        "Mouse",
        "Keyboard",
        "Shirt",
        "Jacket",
        "Table",
        "Cable",
        "Phone",
        "Case",
        "Backpack",
        "Pro",
        "Max",
        "Mini",
        "Plus",
        "Set",
        "Pack",
        "Kit",
        "Charger",
        "Adapter",
        "Monitor",
        "Pump",
        "Valve",
        "Filter",
        "Engine",
        "Speaker",
        "Camera",
        "Desk",
        "Knife",
        "Toaster",
        "Blender",
        "Report",
        "Status",
        "Error",
        "Service",
        "Manager",
        "Server",
        "Queue",
        "Request",
        "Failed",
        "Completed",
        "Pending",
        "Progress",
        "Shipped",
        "Region",
        "District",
        "Office",
        "Center",
        "Park",
        "High",
        "School",
        "University",
        "Hospital",
        "Bank",
        "Street",
        "Station",
        "Market",
    ]
    adjectives = [
        "Steel",
        "Wooden",
        "Wireless",
        "Portable",
        "Classic",
        "Smart",
        "Blue",
        "Red",
        "Black",
        "White",
        "Heavy",
        "Light",
        "Fresh",
        "Organic",
        "Premium",
        "Digital",
        "Electric",
        "Global",
        "National",
        "Central",
        "North",
        "South",
        "East",
        "West",
        "Upper",
        "Lower",
        "New",
        "Old",
        "Great",
        "First",
        "Last",
        "Public",
        "Total",
        "Daily",
        "Weekly",
        "Annual",
        "Internal",
        "External",
        "Remote",
        "Local",
        "Stainless",
        "Leather",
        "Cotton",
        "Rubber",
        "Ceramic",
        "Solar",
        "Rapid",
    ]
    pools.append(
        [
            f"{rng.choice(adjectives)} {rng.choice(adjectives) + ' ' if rng.random() < 0.3 else ''}{rng.choice(nouns)}"
            for _ in range(9000)
        ]
    )
    pools.append([f"{rng.choice(words).capitalize()} {rng.choice(nouns)}" for _ in range(5000)])
    pools.append([" ".join(rng.choice(words) for _ in range(rng.randint(1, 4))) for _ in range(6000)])
    pools.append([" ".join(rng.choice(words).capitalize() for _ in range(rng.randint(1, 3))) for _ in range(9000)])
    pools.append(["".join(rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(rng.randint(2, 10))) for _ in range(4000)])
    pools.append(["".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(3, 12))) for _ in range(4000)])
    flat = [_latin(pool) for pool in pools]
    flat = [p for p in flat if p]
    weights = [math.sqrt(len(p)) for p in flat]
    out = []
    for pool in rng.choices(flat, weights, k=count):
        value = rng.choice(pool)
        tone = rng.random()
        out.append(value.upper() if tone < 0.06 else value.lower() if tone < 0.14 else value)
    return out


def train(yes: list[str], no: list[str], *, rounds: int = 10) -> tuple[np.ndarray, float]:
    """Logistic regression over hashed character n-grams: weights and bias."""
    texts = yes + no
    label = np.r_[np.ones(len(yes)), np.zeros(len(no))]
    hashes, offsets = grams(pa.array(texts))
    sizes = np.diff(np.r_[offsets, len(hashes)])
    weights, squares, bias = np.zeros(SIZE), np.full(SIZE, 1.0), 0.0
    order = np.random.default_rng(3)
    for _ in range(rounds):
        for chosen in np.array_split(order.permutation(len(texts)), len(texts) // 256):
            rows = np.repeat(np.arange(len(chosen)), sizes[chosen])
            at = np.concatenate([hashes[offsets[i] : offsets[i] + sizes[i]] for i in chosen])
            scale = 1 / np.sqrt(sizes[chosen])
            score = np.bincount(rows, weights[at], len(chosen)) * scale + bias
            error = (1 / (1 + np.exp(-score)) - label[chosen]) * scale
            slope = np.zeros(SIZE)
            np.add.at(slope, at, error[rows])
            touched = np.unique(at)
            slope[touched] += 2e-5 * weights[touched] * len(chosen)
            squares[touched] += slope[touched] ** 2
            weights[touched] -= 0.5 * slope[touched] / np.sqrt(squares[touched])
            bias -= 0.002 * float((error / scale).sum())
    return weights, bias


def build_latin(source: Path) -> None:
    """The classifier "is this value a person's name" as int8 weights."""
    rng = random.Random(20)
    parts = name_parts(source)
    yes, no = positives(parts, rng, 90_000), negatives(source, rng, 90_000)
    weights, bias = train(yes, no)
    scale = float(np.abs(weights).max() / 127)
    np.savez_compressed(OUT / "names_latin.npz", weights=np.round(weights / scale).astype(np.int8), scale=scale, bias=bias)


def main() -> None:
    """Build every lexicon."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="source", type=Path, required=True, help="folder holding the unpacked packages")
    source = parser.parse_args().source
    build_chinese(source)
    build_pinyin(source)
    build_latin(source)


if __name__ == "__main__":
    main()
