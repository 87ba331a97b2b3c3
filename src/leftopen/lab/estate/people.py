"""The invented people of the estate: pupils, their guardians, staff; as columns, made at once from one seed.

Persons are numbered 0..n-1 over all three kinds (pupils first, then staff, then guardians), so that "how many
different people" is a count of different numbers. Every pupil and member of staff has their own resident ID number
(ISO 7064 MOD 11-2 check digit, district in Sichuan, birth date and sex inside), every guardian and member of staff
their own mobile number: the keys by which people can honestly be counted in the data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import numpy as np

from leftopen.lab.estate import naming

Ints: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"
Words: TypeAlias = "np.ndarray[Any, np.dtype[np.object_]]"
"""A column of Python strings."""
_DAY = np.datetime64(0, "D")


@dataclass(frozen=True, slots=True)
class Named:
    """Columns that pupils and staff share; all of the same length."""

    person: Ints
    name: Words
    pinyin: Words
    female: Ints
    """1 for girls and women, 0 for boys and men."""
    born: Ints
    """Days since 1970-01-01."""
    ric: Words
    ethnic: Ints
    school: Ints
    address: Words
    latlon: np.ndarray[Any, np.dtype[np.float64]]
    """Home, n x 2, degrees."""


@dataclass(frozen=True, slots=True)
class Pupils:
    """Pupils, ordered by school; ``rank`` is the place inside the school."""

    who: Named
    rank: Ints
    grade: Ints
    """0 (first year of primary school) to 11 (last year of high school)."""
    class_name: Words
    school_no: Words
    """Twelve digits: year of entry, school, serial."""
    state_no: Words
    """学籍号: ``G`` and the resident ID number."""
    guardian: Ints
    """n x 2 indexes into the guardians; -1 where there is no second one."""
    relation: Ints
    """n x 2 indexes into ``naming.RELATIONS``."""

    def __len__(self) -> int:
        return len(self.rank)


@dataclass(frozen=True, slots=True)
class Guardians:
    """Guardians; siblings share theirs."""

    person: Ints
    name: Words
    mobile: Words
    wechat: Words
    email: Words

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True, slots=True)
class Staff:
    """Teachers and other staff."""

    who: Named
    staff_no: Words
    mobile: Words
    email: Words
    landline: Words
    plate: Words

    def __len__(self) -> int:
        return len(self.staff_no)


@dataclass(frozen=True, slots=True)
class Population:
    """Everybody in the estate."""

    schools: tuple[naming.School, ...]
    pupils: Pupils
    guardians: Guardians
    staff: Staff

    @property
    def total(self) -> int:
        """Number of different people."""
        return len(self.pupils) + len(self.staff) + len(self.guardians)

    def born(self) -> Ints:
        """Birth day of every person by number (days since 1970); guardians, whose birth date is nowhere, have -99999."""
        out = np.full(self.total, -99999, dtype=np.int64)
        out[self.pupils.who.person] = self.pupils.who.born
        out[self.staff.who.person] = self.staff.who.born
        return out


def words(items: Any) -> Words:
    """A list of strings as an object column, for fancy indexing."""
    out = np.empty(len(items), dtype=object)
    out[:] = items
    return out


def check_characters(first17: Ints) -> Words:
    """Check characters (GB 11643, ISO 7064 MOD 11-2) of resident ID numbers, from their first 17 digits as integers."""
    weights = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int64)
    digits = first17[:, None] // 10 ** np.arange(16, -1, -1, dtype=np.int64) % 10
    out: Words = words(list("10X98765432"))[(digits * weights).sum(axis=1) % 11]
    return out


def resident_ids(rng: np.random.Generator, code: Ints, born: Ints, female: Ints) -> Words:
    """Different resident ID numbers for people of district ``code``, born on day ``born``; the 17th digit is odd for men."""
    days = _DAY + born.astype("timedelta64[D]")
    ymd = np.char.replace(days.astype(str), "-", "").astype(np.int64)
    group = (code * 10**8 + ymd) * 2 + female
    order = np.argsort(group, kind="stable")
    first = np.concatenate([[True], np.diff(group[order]) != 0])
    start = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    nth = np.empty(len(order), dtype=np.int64)
    nth[order] = np.arange(len(order)) - start
    # The same starting point for a whole group, so that numbers inside one group never meet.
    base = (group * 2654435761 % 499 + int(rng.integers(500))) % 500
    serial = (base + nth) % 500 * 2 + (1 - female)
    body = (code * 10**8 + ymd) * 1000 + serial
    return words([f"{b}{c}" for b, c in zip(body.tolist(), check_characters(body), strict=True)])


def full_names(rng: np.random.Generator, surname: Ints, female: Ints) -> tuple[Words, Words]:
    """Full names in Chinese characters and in pinyin (``Zhang Weihao``)."""
    n = len(surname)
    pick = rng.integers(0, len(naming.GIVEN[0][0]), size=(n, 2)).tolist()
    two = (rng.random(n) < 0.82).tolist()
    han, latin = [], []
    for s, f, (a, b), pair in zip(surname.tolist(), female.tolist(), pick, two, strict=True):
        chars, sounds = naming.GIVEN[f]
        han.append(naming.SURNAMES[s] + chars[a] + (chars[b] if pair else ""))
        given = sounds[a] + (sounds[b] if pair else "")
        latin.append(f"{naming.SURNAME_PINYIN[s].capitalize()} {given.capitalize()}")
    return words(han), words(latin)


def mobiles(rng: np.random.Generator, first: int, n: int) -> Words:
    """``n`` different mobile numbers; the eight last digits of the i-th number of all differ from those of any other."""
    tail = ((np.arange(first, first + n, dtype=np.int64) * 48_271_003 + 27_182_817) % 10**8).tolist()
    head = rng.choice(naming.MOBILE_PREFIXES, size=n).tolist()
    return words([f"{h}{t:08d}" for h, t in zip(head, tail, strict=True)])


def addresses(rng: np.random.Generator, school: Ints, schools: tuple[naming.School, ...]) -> Words:
    """Home addresses in the school's district, down to the flat."""
    n = len(school)
    road = rng.integers(0, len(naming.ROADS), n).tolist()
    nums = np.column_stack([rng.integers(1, hi, n) for hi in (260, 28, 5, 28, 5)]).tolist()
    where = [f"四川省{s.city}{s.county}" for s in schools]
    return words(
        [
            f"{where[s]}{naming.ROADS[r]}{no}号{block}栋{unit}单元{floor}{flat:02d}室"
            for s, r, (no, block, unit, floor, flat) in zip(school.tolist(), road, nums, strict=True)
        ]
    )


def _named(
    rng: np.random.Generator,
    schools: tuple[naming.School, ...],
    first: int,
    surname: Ints,
    school: Ints,
    home: Ints,
    born: Ints,
    female: Ints,
) -> Named:
    n = len(school)
    name, pinyin = full_names(rng, surname, female)
    points = np.array([(s.lat, s.lon) for s in schools])
    return Named(
        person=np.arange(first, first + n, dtype=np.int64),
        name=name,
        pinyin=pinyin,
        female=female,
        born=born,
        ric=resident_ids(rng, home, born, female),
        ethnic=rng.choice(len(naming.ETHNIC), size=n, p=naming.ETHNIC_SHARE),
        school=school,
        address=addresses(rng, school, schools),
        latlon=np.round(points[school] + rng.normal(0, 0.012, (n, 2)), 6),
    )


def _surnames(rng: np.random.Generator, n: int) -> Ints:
    return rng.choice(len(naming.SURNAMES), size=n, p=naming.SURNAME_SHARE)


def _school_of_pupils(n: int, count: int) -> Ints:
    """Schools of different size: three pupils each, the rest by weights that fall from 1.6 to 0.4 of the mean."""
    weights = np.linspace(1.6, 0.4, count)[np.random.default_rng(23).permutation(count)]
    extra = np.floor((n - 3 * count) * weights / weights.sum()).astype(np.int64)
    extra[: n - 3 * count - int(extra.sum())] += 1
    return np.repeat(np.arange(count, dtype=np.int64), 3 + extra)


def populate(seed: int, pupils: int, staff: int, end: date) -> Population:
    """Invent everybody. ``pupils`` >= 69, ``staff`` >= 23. Ages fit the school year in which ``end`` lies."""
    rng = np.random.default_rng([seed, 1])
    schools = naming.schools()
    school = _school_of_pupils(pupils, len(schools))
    starts = np.searchsorted(school, np.arange(len(schools)))
    rank = np.arange(pupils, dtype=np.int64) - starts[school]
    sibling = (rng.random(pupils) < 0.16) & (rank % 2 == 1)
    family = np.cumsum(~sibling) - 1
    surname = _surnames(rng, int(family[-1]) + 1)
    low = np.array([s.grades.start for s in schools])[school]
    span = np.array([len(s.grades) for s in schools])[school]
    grade = low + (rng.random(pupils) * span).astype(np.int64)
    year = end.year if end.month >= 9 else end.year - 1
    born = _birthdays(rng, year - 7 - grade)
    codes = np.array([int(s.code) for s in schools], dtype=np.int64)
    # Most pupils were registered where the school is, some moved in from another district.
    home = codes[np.where(rng.random(pupils) < 0.85, school, rng.integers(0, len(schools), pupils))]
    who = _named(rng, schools, 0, surname[family], school, home, born, rng.integers(0, 2, pupils))
    carers, of_family, relation = _guardians(rng, pupils + staff, surname, staff)
    classes = rng.integers(1, 9, pupils).tolist()
    grades = grade.tolist()
    kids = Pupils(
        who=who,
        rank=rank,
        grade=grade,
        class_name=words([f"{naming.GRADE_NAMES[g]}{c}班" for g, c in zip(grades, classes, strict=True)]),
        school_no=words(
            [
                f"{year - (g - lo)}{s + 301}{r + 1:05d}"
                for g, lo, s, r in zip(grades, low.tolist(), school.tolist(), rank.tolist(), strict=True)
            ]
        ),
        state_no=words([f"G{r}" for r in who.ric]),
        guardian=of_family[family],
        relation=relation[family],
    )
    return Population(schools, kids, carers, _staff(rng, schools, pupils, staff, year))


def _birthdays(rng: np.random.Generator, year: Ints) -> Ints:
    """A day of the twelve months from 1 September of ``year``: one school year's age group."""
    start = np.array([f"{y}-09-01" for y in year.tolist()], dtype="datetime64[D]").astype(np.int64)
    days: Ints = start + rng.integers(0, 365, len(year))
    return days


def _guardians(rng: np.random.Generator, first: int, surname: Ints, staff: int) -> tuple[Guardians, Ints, Ints]:
    """Guardians of every family: (guardians, families x 2 guardian indexes, families x 2 relations)."""
    families = len(surname)
    two = rng.random(families) < 0.72
    count = 1 + two.astype(np.int64)
    start = np.cumsum(count) - count
    of_family = np.column_stack([start, np.where(two, start + 1, -1)])
    # Both parents mostly; where parents work far away, grandparents.
    left_behind = rng.random(families) < 0.15
    alone = rng.choice(len(naming.RELATIONS), size=families, p=[0.22, 0.42, 0.1, 0.12, 0.06, 0.08])
    relation = np.column_stack([np.where(two, np.where(left_behind, 2, 0), alone), np.where(two, np.where(left_behind, 3, 1), -1)])
    family = np.repeat(np.arange(families), count)
    kin = np.concatenate([relation[:, 0:1], relation[:, 1:2]], axis=1)[family, np.arange(len(family)) - start[family]]
    own = np.isin(kin, (0, 2))  # father and his father carry the child's surname
    n = len(family)
    name, _ = full_names(rng, np.where(own, surname[family], _surnames(rng, n)), (kin % 2 == 1).astype(np.int64))
    mobile = mobiles(rng, staff, n)
    tails = tokens(rng, n, 10)
    return (
        Guardians(
            person=np.arange(first, first + n, dtype=np.int64),
            name=name,
            mobile=mobile,
            wechat=words([f"wxid_{t}" for t in tails]),
            email=words([f"{t[:7]}{i}@mail.example.com" for i, t in enumerate(tails)]),
        ),
        of_family,
        relation,
    )


def _staff(rng: np.random.Generator, schools: tuple[naming.School, ...], first: int, n: int, year: int) -> Staff:
    school = np.arange(n, dtype=np.int64) % len(schools)
    born = _birthdays(rng, year - rng.integers(24, 60, n))
    home = rng.choice(naming.LONG_STANDING_CODES, n)
    who = _named(rng, schools, first, _surnames(rng, n), school, home, born, (rng.random(n) < 0.6).astype(np.int64))
    logins = [p.replace(" ", "").lower() for p in who.pinyin]
    serial = tokens(rng, n, 4, "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789")
    # Area codes of the 23 districts' cities.
    areas = "028 028 028 028 028 0813 0812 0830 0838 0816 0839 0825 0832 0833 0817 028 0831 0826 0818 0835 0827 028 0834"
    area = areas.split()
    local = rng.integers(2_000_000, 8_999_999, n).tolist()
    return Staff(
        who=who,
        staff_no=words([f"T{s + 301}{i:05d}" for i, s in enumerate(school.tolist())]),
        mobile=mobiles(rng, 0, n),
        email=words([f"{login}{i}@school.example.cn" for i, login in enumerate(logins)]),
        landline=words([f"{area[s]}-{'8' if area[s] == '028' else ''}{x}" for s, x in zip(school.tolist(), local, strict=True)]),
        plate=words([f"川{'ABCDEFHJ'[i % 8]}{t}{i % 10}" for i, t in enumerate(serial)]),
    )


def tokens(rng: np.random.Generator, n: int, length: int, alphabet: str = "abcdefghijkmnpqrstuvwxyz23456789") -> list[str]:
    """``n`` random words over an alphabet."""
    table = np.frombuffer(alphabet.encode("ascii"), dtype=np.uint8)
    flat = table[rng.integers(0, len(table), n * length)].tobytes().decode("ascii")
    return [flat[i : i + length] for i in range(0, n * length, length)]
