# ruff: noqa: E501  (lists of words)
"""National and other numbers of invented people, with check signs worked out here or by python-stdnum's calculators."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from datetime import date

from bench.accuracy.field.folk import Person, fold
from stdnum import luhn, verhoeff
from stdnum.br.cpf import _calc_check_digits as cpf_check
from stdnum.es.dni import calc_check_digit as dni_check
from stdnum.fr.nir import calc_check_digits as nir_check
from stdnum.gb.upn import calc_check_digit as upn_check
from stdnum.it.codicefiscale import calc_check_digit as cf_check
from stdnum.jp.in_ import calc_check_digit as jp_check
from stdnum.kr.rrn import calc_check_digit as rrn_check
from stdnum.mx.curp import calc_check_digit as curp_check
from stdnum.pl.pesel import calc_check_digit as pesel_check
from stdnum.ru.inn import calc_personal_check_digits as inn_check
from stdnum.th.pin import calc_check_digit as th_check
from stdnum.tr.tckimlik import calc_check_digits as tr_check

Maker = Callable[[Person, random.Random], str]


def digits(rng: random.Random, n: int, first: str = "") -> str:
    """``first`` and random digits up to ``n`` digits in all."""
    return first + "".join(rng.choice(string.digits) for _ in range(n - len(first)))


def weighted(body: str, weights: list[int], mod: int) -> int:
    """Sum of digits times weights, modulo ``mod``."""
    return sum(int(c) * w for c, w in zip(body, weights, strict=True)) % mod


def _again(make: Callable[[], str | None]) -> str:
    for _ in range(200):
        made = make()
        if made:
            return made
    raise RuntimeError("no number fits")


def cn18(p: Person, rng: random.Random) -> str:
    place = rng.choice(
        [
            "110108",
            "310115",
            "440106",
            "510104",
            "320282",
            "330106",
            "420111",
            "610113",
            "370202",
            "210211",
            "350203",
            "430104",
            "500112",
            "410105",
            "230103",
        ]
    )
    body = f"{place}{p.birth:%Y%m%d}{rng.randrange(50):02d}{rng.randrange(0, 10, 2) + (p.sex == 'M')}"
    return body + "10X98765432"[weighted(body, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], 11)]


def ssn(_: Person, rng: random.Random) -> str:
    area = rng.choice([rng.randint(1, 665), rng.randint(667, 899)])
    return f"{area:03d}-{rng.randint(1, 99):02d}-{rng.randint(1, 9999):04d}"


def nhs(_: Person, rng: random.Random) -> str:
    def make() -> str | None:
        body = digits(rng, 9, rng.choice("46"))
        check = 11 - weighted(body, list(range(10, 1, -1)), 11)
        whole = body + str(check % 11)
        return None if check == 10 else f"{whole[:3]} {whole[3:6]} {whole[6:]}"

    return _again(make)


def nino(_: Person, rng: random.Random) -> str:
    return (
        f"{rng.choice('ABCEGHJKLMNPRSTWXYZ')}{rng.choice('ABCEGHJKLMPRSTWXYZ')}{digits(rng, 6)}{rng.choice('ABCD')}".replace(
            "GB", "GA"
        )
        .replace("NK", "NL")
        .replace("TN", "TP")
        .replace("ZZ", "ZY")
        .replace("BG", "BH")
    )


def cpf(_: Person, rng: random.Random) -> str:
    body = digits(rng, 9)
    whole = body + cpf_check(body)
    return f"{whole[:3]}.{whole[3:6]}.{whole[6:9]}-{whole[9:]}"


def nir(p: Person, rng: random.Random) -> str:
    body = f"{1 if p.sex == 'M' else 2}{p.birth:%y%m}{rng.randint(1, 95):02d}{rng.randint(1, 600):03d}{rng.randint(1, 400):03d}"
    return body + nir_check(body)


def dni(_: Person, rng: random.Random) -> str:
    body = digits(rng, 8)
    return body + dni_check(body)


def _consonants(text: str, given: bool = False) -> str:
    letters = fold(text).upper()
    cons, vows = [c for c in letters if c not in "AEIOU0123456789"], [c for c in letters if c in "AEIOU"]
    if given and len(cons) > 3:
        cons = [cons[0], cons[2], cons[3]]
    return ("".join(cons) + "".join(vows) + "XXX")[:3]


def codice(p: Person, rng: random.Random) -> str:
    day = p.birth.day + (40 if p.sex == "F" else 0)
    town = rng.choice(["H501", "F205", "L219", "A944", "D612", "G273", "F839", "A662", "L736", "E506", "C351", "G224"])
    body = f"{_consonants(p.l)}{_consonants(p.f, given=True)}{p.birth:%y}{'ABCDEHLMPRST'[p.birth.month - 1]}{day:02d}{town}"
    return body + cf_check(body)


def pesel(p: Person, rng: random.Random) -> str:
    month = p.birth.month + (20 if p.birth.year >= 2000 else 0)
    body = f"{p.birth:%y}{month:02d}{p.birth.day:02d}{digits(rng, 3)}{rng.choice('13579' if p.sex == 'M' else '02468')}"
    return body + pesel_check(body)


def tckn(_: Person, rng: random.Random) -> str:
    body = digits(rng, 9, rng.choice("123456"))
    return body + tr_check(body)


def snils(_: Person, rng: random.Random) -> str:
    body = digits(rng, 9, rng.choice("01"))
    total = sum(int(c) * (9 - i) for i, c in enumerate(body)) % 101 % 100
    return f"{body[:3]}-{body[3:6]}-{body[6:]} {total:02d}"


def inn(_: Person, rng: random.Random) -> str:
    body = rng.choice(["77", "78", "50", "66", "16", "54", "23"]) + digits(rng, 8)
    return body + inn_check(body)


def rrn(p: Person, rng: random.Random) -> str:
    def make() -> str | None:
        code = (1 if p.sex == "M" else 2) + (2 if p.birth.year >= 2000 else 0)
        body = f"{p.birth:%y%m%d}{code}{rng.randint(0, 95):02d}{digits(rng, 3)}"
        return f"{body[:6]}-{body[6:]}{rrn_check(body)}"

    return _again(make)


def mynumber(_: Person, rng: random.Random) -> str:
    body = digits(rng, 11)
    return body + jp_check(body)


def aadhaar(_: Person, rng: random.Random) -> str:
    body = digits(rng, 11, rng.choice("23456789"))
    whole = body + verhoeff.calc_check_digit(body)
    return f"{whole[:4]} {whole[4:8]} {whole[8:]}"


def pan(p: Person, rng: random.Random) -> str:
    letters = string.ascii_uppercase
    return "".join(rng.choice(letters) for _ in range(3)) + "P" + (fold(p.l).upper()[0]) + digits(rng, 4) + rng.choice(letters)


def bsn(_: Person, rng: random.Random) -> str:
    def make() -> str | None:
        body = digits(rng, 8, rng.choice("12"))
        check = weighted(body, [9, 8, 7, 6, 5, 4, 3, 2], 11)
        return body + str(check) if check < 10 else None

    return _again(make)


def idnr(_: Person, rng: random.Random) -> str:
    ten = rng.sample(string.digits, 9)
    while ten[0] == "0":
        rng.shuffle(ten)
    ten.insert(rng.randint(1, 9), rng.choice(ten[1:]))
    product = 10
    for c in ten:
        total = (int(c) + product) % 10 or 10
        product = total * 2 % 11
    return "".join(ten) + str((11 - product) % 10)


def rvnr(p: Person, rng: random.Random) -> str:
    body = f"{rng.choice(['02', '04', '08', '11', '13', '15', '20', '26', '50', '53', '65'])}{p.birth:%d%m%y}{fold(p.l).upper()[0]}{rng.randint(0, 99):02d}"
    plain = "".join(f"{ord(c) - 64:02d}" if c.isalpha() else c for c in body)
    total = sum(sum(divmod(int(c) * w, 10)) for c, w in zip(plain, [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1], strict=True))
    return body + str(total % 10)


def curp(p: Person, rng: random.Random) -> str:
    last, last2, first = (fold(x).upper() for x in (p.l, p.l2, p.f))
    vowel = next((c for c in last[1:] if c in "AEIOU"), "X")
    inner = "".join(next((c for c in x[1:] if c not in "AEIOU"), "X") for x in (last, last2, first))
    body = f"{last[0]}{vowel}{last2[0]}{first[0]}{p.birth:%y%m%d}{'H' if p.sex == 'M' else 'M'}{rng.choice(['DF', 'JC', 'NL', 'PL', 'VZ', 'GT', 'OC'])}{inner}"
    body += "0" if p.birth.year < 2000 else "A"
    return body + curp_check(body)


def rfc(p: Person, rng: random.Random) -> str:
    return curp(p, rng)[:10] + rng.choice(string.ascii_uppercase) + digits(rng, 1) + rng.choice("0123456789A")


def twid(p: Person, rng: random.Random) -> str:
    letter = rng.choice("ABCDEFGHJKLMNPQRSTUVXY")
    code = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(letter) + 10
    body = digits(rng, 8, "1" if p.sex == "M" else "2")
    total = code // 10 + code % 10 * 9 + sum(int(c) * w for c, w in zip(body, range(8, 0, -1), strict=True))
    return letter + body + str(-total % 10)


def hkid(_: Person, rng: random.Random) -> str:
    letter, body = rng.choice("ABCDEGHKPRVYZ"), digits(rng, 6)
    total = 9 * 36 + 8 * (ord(letter) - 55) + sum(int(c) * w for c, w in zip(body, range(7, 1, -1), strict=True))
    check = -total % 11
    return f"{letter}{body}({'A' if check == 10 else check})"


def nik(p: Person, rng: random.Random) -> str:
    day = p.birth.day + (40 if p.sex == "F" else 0)
    place = rng.choice(["317101", "320404", "337401", "357801", "127101", "510301", "167107", "647103"])
    return f"{place}{day:02d}{p.birth:%m%y}{rng.randint(1, 40):04d}"


def thpin(_: Person, rng: random.Random) -> str:
    body = digits(rng, 12, rng.choice("13"))
    whole = body + th_check(body)
    return f"{whole[0]}-{whole[1:5]}-{whole[5:10]}-{whole[10:12]}-{whole[12]}"


def cccd(p: Person, rng: random.Random) -> str:
    code = (0 if p.sex == "M" else 1) + (2 if p.birth.year >= 2000 else 0)
    return f"{rng.choice(['001', '079', '048', '031', '092', '038', '040', '075'])}{code}{p.birth:%y}{digits(rng, 6)}"


def tfn(_: Person, rng: random.Random) -> str:
    def make() -> str | None:
        body = digits(rng, 9, rng.choice("12345"))
        return None if weighted(body, [1, 4, 3, 7, 5, 8, 6, 9, 10], 11) else f"{body[:3]} {body[3:6]} {body[6:]}"

    return _again(make)


def upn(_: Person, rng: random.Random) -> str:
    body = (
        f"{rng.choice(['202', '301', '330', '873', '909', '825', '380'])}{digits(rng, 4)}{rng.randint(14, 25):02d}{digits(rng, 3)}"
    )
    return upn_check(body) + body


def npi(_: Person, rng: random.Random) -> str:
    body = digits(rng, 9, "1")
    return body + luhn.calc_check_digit("80840" + body)


def dea(p: Person, rng: random.Random) -> str:
    body = digits(rng, 6)
    total = sum(int(body[i]) for i in (0, 2, 4)) + 2 * sum(int(body[i]) for i in (1, 3, 5))
    return f"{rng.choice('ABFM')}{fold(p.l).upper()[0]}{body}{total % 10}"


def mbi(_: Person, rng: random.Random) -> str:
    letters = "ACDEFGHJKMNPQRTUVWXY"
    shape = "CANNANNAANN"
    return "".join({"C": rng.choice("123456789"), "A": rng.choice(letters), "N": rng.choice("0123456789")}[s] for s in shape)


def card(_: Person, rng: random.Random) -> str:
    body = digits(rng, 15, rng.choice(["4539", "4716", "5425", "5188", "2221", "6221", "4024"]))
    return body + luhn.calc_check_digit(body)


def imei(_: Person, rng: random.Random) -> str:
    body = digits(rng, 14, rng.choice(["35", "86", "01"]))
    return body + luhn.calc_check_digit(body)


def iccid(_: Person, rng: random.Random) -> str:
    body = digits(rng, 18, rng.choice(["8944", "8901", "8986", "8949", "8933"]))
    return body + luhn.calc_check_digit(body)


def _iban(country: str, bban: str) -> str:
    number = "".join(str(int(c, 36)) for c in bban + country + "00")
    return f"{country}{98 - int(number) % 97:02d}{bban}"


def iban(p: Person, rng: random.Random) -> str:
    shapes = {
        "de": ("DE", 18),
        "fr": ("FR", 23),
        "es": ("ES", 20),
        "nl": ("NL", 0),
        "it": ("IT", 0),
        "pl": ("PL", 24),
        "gb": ("GB", 0),
        "tr": ("TR", 22),
        "sv": ("SE", 20),
    }
    country, n = shapes.get(p.folk, ("DE", 18))
    bban = (
        digits(rng, n)
        if n
        else {"NL": "INGB" + digits(rng, 10), "IT": "X" + digits(rng, 22), "GB": "BARC" + digits(rng, 14)}[country]
    )
    return _iban(country, bban)


def vin(_: Person, rng: random.Random) -> str:
    signs = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
    start = rng.choice(["1HG", "WVW", "WBA", "JTD", "VF1", "ZFA", "KMH", "5YJ", "LSV", "MAL"])
    body = (
        start
        + "".join(rng.choice(signs) for _ in range(5))
        + "0"
        + rng.choice("HJKLMNPR")
        + rng.choice(signs[:20])
        + digits(rng, 6)
    )
    values = dict(
        zip("ABCDEFGHJKLMNPRSTUVWXYZ", [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9], strict=True)
    )
    total = sum(
        (values.get(c) or int(c) if c.isdigit() else values[c]) * w
        for c, w in zip(body, [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2], strict=True)
    )
    return f"{body[:8]}{'0123456789X'[total % 11]}{body[9:]}"


def personnummer(p: Person, rng: random.Random) -> str:
    body = f"{p.birth:%y%m%d}{digits(rng, 2)}{rng.choice('13579' if p.sex == 'M' else '02468')}"
    return f"{p.birth:%Y%m%d}-{body[6:]}{luhn.calc_check_digit(body)}"


def za(p: Person, rng: random.Random) -> str:
    body = f"{p.birth:%y%m%d}{rng.choice('56789' if p.sex == 'M' else '01234')}{digits(rng, 3)}08"
    return body + luhn.calc_check_digit(body)


def sin(_: Person, rng: random.Random) -> str:
    body = digits(rng, 8, rng.choice("1245679"))
    whole = body + luhn.calc_check_digit(body)
    return f"{whole[:3]} {whole[3:6]} {whole[6:]}"


def ahv(_: Person, rng: random.Random) -> str:
    body = digits(rng, 12, "756")
    whole = body + str(-sum(int(c) * (1 + 2 * (i % 2)) for i, c in enumerate(body)) % 10)
    return f"{whole[:3]}.{whole[3:7]}.{whole[7:11]}.{whole[11:]}"


def clabe(_: Person, rng: random.Random) -> str:
    body = digits(rng, 17, rng.choice(["012", "002", "072", "014", "021", "044"]))
    return body + str(-sum(int(c) * w % 10 for c, w in zip(body, [3, 7, 1] * 6, strict=False)) % 10)


def vnr(p: Person, rng: random.Random) -> str:
    def make() -> str | None:
        serial, born = digits(rng, 3, rng.choice("123456789")), f"{p.birth:%d%m%y}"
        check = weighted(serial + born, [3, 7, 9, 5, 8, 4, 2, 1, 6], 11)
        return f"{serial}{check} {born}" if check < 10 else None

    return _again(make)


KINDS: dict[str, tuple[Maker, str]] = {
    "cn18": (cn18, "cn_ric18"), "ssn": (ssn, "us_ssn"), "nhs": (nhs, "gb_nhs"), "nino": (nino, "gb_nino"), "cpf": (cpf, "br_cpf"),
    "nir": (nir, "fr_nir"), "dni": (dni, "es_dni"), "codice": (codice, "it_codicefiscale"),
    "pesel": (pesel, "pl_pesel"), "tckn": (tckn, "tr_tckimlik"), "snils": (snils, "ru_snils"), "inn": (inn, "ru_inn"),
    "rrn": (rrn, "kr_rrn"), "mynumber": (mynumber, "jp_mynumber"), "aadhaar": (aadhaar, "in_aadhaar"), "pan": (pan, "in_pan"),
    "bsn": (bsn, "nl_bsn"), "idnr": (idnr, "de_idnr"), "rvnr": (rvnr, "de_rvnr"), "curp": (curp, "mx_curp"), "rfc": (rfc, "mx_rfc"),
    "twid": (twid, "tw_id"), "hkid": (hkid, "hk_id"), "nik": (nik, "id_nik"),
    "thpin": (thpin, "th_pin"), "cccd": (cccd, "vn_cccd"), "tfn": (tfn, "au_tfn"), "upn": (upn, "gb_upn"), "npi": (npi, "us_npi"),
    "dea": (dea, "us_dea"), "mbi": (mbi, "us_mbi"), "card": (card, "card_pan"), "imei": (imei, "imei"), "iccid": (iccid, "iccid"),
    "iban": (iban, "iban"), "vin": (vin, "vin"), "personnummer": (personnummer, "se_personnummer"), "za": (za, "za_idnr"),
    "sin": (sin, "ca_sin"), "ahv": (ahv, "ch_ssn"), "clabe": (clabe, "mx_clabe"), "vnr": (vnr, "at_vnr"),
}  # fmt: skip
"""Number makers by the word used in the sheets, with the last part of their category."""


def days(value: str) -> date:
    """The date of an ISO text."""
    return date.fromisoformat(value)
