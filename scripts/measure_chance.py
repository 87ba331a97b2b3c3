"""Measure each category's chance rate and write it into its file.

A chance rate p0 is the share of values without any person behind them, of the category's own length, that pass its value test.
Values come from populations that have nothing to do with people: digits, serial numbers, epoch times, codes, hashes, words,
jobs, companies, cities, products, log lines. For a pattern the worst population counts (a field is one population as a whole);
for lexicons and closed lists, which decide by share, the mean over populations. Where nothing passed, 3 / n is written (the
95 % upper bound). Where a check digit decides, random texts of the pattern's own shape are one population more.
Deterministic. Usage: ``python scripts/measure_chance.py [ID ...]``; without ids all categories are measured.
"""

from __future__ import annotations

import random
import re
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from faker import Faker
from shapes import drawn

from leftopen.category import Category, load_pack
from leftopen.classify.checks_national import NATIONAL
from leftopen.classify.patterns import Matcher, is_quiet, matcher
from leftopen.classify.shape import shape_of

ROOT = Path(__file__).parents[1] / "src/leftopen/categories"
SIZE = 20_000
LEAST = 100
"""Values of the category's length that a population must have to count."""
OWN = {
    "device.ip": {"addresses"}, "location.postal_code": {"digits"}, "child.attendance_event": {"states"},
    "biographical.birth_date": {"dates"},
}  # fmt: skip
"""Populations that are the category itself."""


def populations(rng: random.Random) -> dict[str, list[str]]:
    """Named lists of values without a person behind them."""
    en, zh, de = Faker("en_US"), Faker("zh_CN"), Faker("de_DE")
    for fake in (en, zh, de):
        fake.seed_instance(99)
    letters, hexes = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789abcdef"
    words_en = sorted({en.word() for _ in range(5000)})
    words_zh = sorted({zh.word() for _ in range(5000)})
    out: dict[str, list[str]] = {}
    for length in range(1, 21):
        out[f"digits {length}"] = ["".join(rng.choices("0123456789", k=length)) for _ in range(SIZE)]
    for digits, unit in ((10, 1), (13, 1000), (16, 1_000_000)):
        out[f"epoch {digits}"] = [str(rng.randrange(1_500_000_000 * unit, 1_800_000_000 * unit)) for _ in range(SIZE)]
    out["serials"] = [f"{rng.choice(['SN', 'A', 'PO', 'INV', 'X'])}{rng.randrange(10**8):08d}" for _ in range(SIZE)]
    out["codes"] = ["".join(rng.choices(letters + "0123456789", k=rng.randint(4, 24))) for _ in range(SIZE)]
    out["hashes"] = ["".join(rng.choices(hexes, k=rng.choice([8, 16, 32, 40, 64]))) for _ in range(SIZE)]
    out["uuids"] = [str(uuid.UUID(int=rng.getrandbits(128))) for _ in range(SIZE)]
    out["versions"] = [".".join(str(rng.randrange(m)) for m in rng.choice([(20, 20, 50), (9, 30, 9, 99)])) for _ in range(SIZE)]
    out["amounts"] = [f"{rng.lognormvariate(4, 2):.2f}" for _ in range(SIZE)]
    out["measures"] = [f"{rng.uniform(-200, 2000):.{rng.randint(1, 6)}f}" for _ in range(SIZE)]
    out["dates"] = [f"{rng.randint(2015, 2026)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}" for _ in range(SIZE)]
    out["moments"] = [f"{d}T{rng.randrange(24):02d}:{rng.randrange(60):02d}:00Z" for d in out["dates"]]
    out["addresses"] = [en.ipv4() for _ in range(2000)]
    out["urls"] = [f"https://shop.example/{rng.choice(words_en)}/{rng.randrange(10**6)}" for _ in range(2000)]
    out["words en"] = words_en
    out["words zh"] = words_zh
    out["two words"] = [f"{rng.choice(words_en).capitalize()} {rng.choice(words_en).capitalize()}" for _ in range(5000)]
    out["two words zh"] = [rng.choice(words_zh) + rng.choice(words_zh) for _ in range(5000)]
    for name, fake in (("en", en), ("zh", zh), ("de", de)):
        out[f"jobs {name}"] = [fake.job() for _ in range(2000)]
        out[f"companies {name}"] = [fake.company() for _ in range(2000)]
        out[f"cities {name}"] = [fake.city() for _ in range(2000)]
        out[f"sentences {name}"] = [fake.sentence() for _ in range(2000)]
    for locale in ("ru_RU", "el_GR", "ar_AA", "ja_JP", "ko_KR", "th_TH", "he_IL"):
        fake = Faker(locale)
        fake.seed_instance(99)
        for make in ("word", "city", "company"):
            out[f"{make} {locale}"] = [str(getattr(fake, make)()) for _ in range(500)]
    states = [
        "open",
        "closed",
        "pending",
        "active",
        "done",
        "failed",
        "error",
        "ok",
        "yes",
        "no",
        "true",
        "false",
        "new",
        "old",
        "large",
        "small",
        "A",
        "B",
        "C",
        "D",
        "S",
        "M",
        "L",
        "XL",
        "high",
        "low",
    ]
    out["states"] = [s.capitalize() if rng.random() < 0.3 else s for s in rng.choices(states, k=2000)]
    out["states zh"] = rng.choices(
        [
            "已完成",
            "待付款",
            "启用",
            "禁用",
            "正常",
            "异常",
            "成功",
            "失败",
            "处理中",
            "高",
            "中",
            "低",
            "是",
            "否",
            "一级",
            "二级",
            "红色",
            "大号",
        ],
        k=2000,
    )
    return out


@dataclass(frozen=True)
class Population:
    """Values, their lengths in characters and what the matcher says of them."""

    name: str
    values: pa.Array
    chars: np.ndarray
    hits: np.ndarray


def chance_of(category: Category, engine: Matcher, tested: list[Population]) -> float:
    """p0 of one category over all populations of its length."""
    rates: list[tuple[int, int]] = []
    for population in tested:
        if population.name.split(" ")[0] in OWN.get(category.id, ()):
            continue
        fits = (population.chars >= category.length[0]) & (population.chars <= category.length[1])
        if fits.sum() < LEAST:
            continue
        if category.method in ("number", "date") or is_quiet(category):
            passed = engine.accepts_all(category, population.values.filter(pa.array(fits)))
        else:
            passed = population.hits[fits, engine.at[category.id]]
        rates.append((int(passed.sum()), int(fits.sum())))
    if category.validator in NATIONAL:
        like = pa.array(drawn(category.patterns, 4000, random.Random(2)))
        passed = int(engine.accepts_all(category, like).sum())
        if passed < 0.5 * len(like):  # else the number has no check digit and its shape is all there is
            rates.append((passed, len(like)))
    if not rates:
        return 1e-4
    if category.method in ("lexicon", "closed"):
        return max(float(np.mean([k / n for k, n in rates])), 3 / sum(n for _, n in rates))
    return max(max(k / n for k, n in rates), 3 / max(n for _, n in rates))


def write(path: Path, chance: float) -> None:
    """Put ``chance = x`` at the end of the file's [detect] section."""
    text = re.sub(r"^chance = .*\n", "", path.read_text(encoding="utf-8"), flags=re.M)
    body = re.search(r"^\[detect\]\n(?:(?!\[[a-z]+\]\n|\n\[).*\n)+", text, re.M)
    if body is None:
        sys.exit(f"{path}: no [detect] section")
    path.write_text(text[: body.end()].rstrip("\n") + f"\nchance = {chance:.3g}\n" + text[body.end() :], encoding="utf-8")


def main(say: Callable[[str], object] = sys.stderr.write) -> None:
    """Measure all categories that have a value test."""
    pack = load_pack()
    engine = matcher(pack)
    tested = []
    for name, population in populations(random.Random(1)).items():
        values = pa.array(population)
        tested.append(Population(name, values, shape_of(values).chars, engine.test(values)))
    for category in pack.categories.values():
        if category.method in ("name", "content") or (sys.argv[1:] and category.id not in sys.argv[1:]):
            continue
        chance = min(1.0, chance_of(category, engine, tested))
        write(ROOT / category.path, chance)
        say(f"{category.id:32} {chance:.3g}\n")


if __name__ == "__main__":
    main()
