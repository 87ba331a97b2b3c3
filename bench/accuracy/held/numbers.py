# ruff: noqa: E501  (one number, one line where it can be)
"""National numbers of invented people, made forwards from the published rules of each country (no validator is asked)."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date

from bench.accuracy.held.digits import born, digits, iso_7064_11_10, luhn, verhoeff, weigh

Rng = random.Random


_REGIONS = (
    "510104",
    "450103",
    "130102",
    "150102",
    "230103",
    "350203",
    "522701",
    "540102",
    "370102",
    "430102",
    "620102",
    "110105",
    "310104",
    "320102",
    "210102",
)


def cn_ric(rng: Rng, birth: date | None = None) -> str:
    region = rng.choice(_REGIONS)
    body = f"{region}{birth or born(rng, 5):%Y%m%d}{rng.randrange(1000):03d}"
    return body + "10X98765432"[weigh(body, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)) % 11]


def _tries(rng: Rng, make: Callable[[Rng], str]) -> str:
    for _ in range(200):
        value = make(rng)
        if value:
            return value
    raise ArithmeticError("no number found")


def _br(rng: Rng) -> str:
    b = digits(rng, 9)
    for _ in range(2):
        r = weigh(b, range(len(b) + 1, 1, -1)) * 10 % 11
        b += str(r % 10)
    return f"{b[:3]}.{b[3:6]}.{b[6:9]}-{b[9:]}"


def _mod11(body: str, weights: Sequence[int], minus: bool = True) -> str:
    r = weigh(body, weights) % 11
    c = (11 - r) % 11 if minus else r
    return body + str(c) if c < 10 else ""


def _fi(rng: Rng) -> str:
    b = born(rng, 27)
    n = rng.randrange(2, 900)
    return f"{b:%d%m%y}{'-' if b.year < 2000 else 'A'}{n:03d}" + "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(f"{b:%d%m%y}{n:03d}") % 31]


def _no(rng: Rng) -> str:
    b = born(rng)
    body = f"{b:%d%m%y}{rng.randrange(0, 500) if b.year < 2000 else rng.randrange(500, 1000):03d}"
    body = _mod11(body, (3, 7, 6, 1, 8, 9, 4, 5, 2))
    return _mod11(body, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) if body else ""


def _se(rng: Rng) -> str:
    b = born(rng)
    return f"{b:%Y%m%d}-" + luhn(f"{b:%y%m%d}{digits(rng, 3)}")[6:]


def _dk(rng: Rng) -> str:
    b = born(rng, 27)
    while b.year >= 2000:
        b = born(rng, 30)
    body = f"{b:%d%m%y}{rng.choice('0123')}{digits(rng, 2)}"
    value = _mod11(body, (4, 3, 2, 7, 6, 5, 4, 3, 2))
    return f"{value[:6]}-{value[6:]}" if value else ""


def _pl(rng: Rng) -> str:
    b = born(rng)
    body = f"{b.year % 100:02d}{b.month + (20 if b.year >= 2000 else 0):02d}{b.day:02d}{digits(rng, 4)}"
    return body + str(-weigh(body, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10)


def _cz(rng: Rng) -> str:
    b = born(rng, 18, 70)
    body = f"{b.year % 100:02d}{b.month + rng.choice((0, 50)):02d}{b.day:02d}{digits(rng, 3)}"
    c = int(body) % 11
    return f"{body[:6]}/{body[6:]}{c}" if c < 10 else ""


def _bg(rng: Rng) -> str:
    b = born(rng)
    body = f"{b.year % 100:02d}{b.month + (40 if b.year >= 2000 else 0):02d}{b.day:02d}{digits(rng, 3)}"
    return body + str(weigh(body, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10)


def _ro(rng: Rng) -> str:
    b = born(rng)
    body = f"{rng.choice('12' if b.year < 2000 else '56')}{b:%y%m%d}{rng.randint(1, 46):02d}{rng.randint(1, 999):03d}"
    r = weigh(body, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return body + str(1 if r == 10 else r)


def _baltic(rng: Rng) -> str:
    b = born(rng)
    body = f"{rng.choice('34' if b.year < 2000 else '56')}{b:%y%m%d}{digits(rng, 3)}"
    r = weigh(body, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    if r == 10:
        r = weigh(body, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10
    return body + str(r)


def _es(rng: Rng) -> str:
    n = rng.randrange(1_000_000, 99_999_999)
    return f"{n:08d}{'TRWAGMYFPDXBNJZSQVHLCKE'[n % 23]}"


def _nie(rng: Rng) -> str:
    lead, n = rng.randrange(3), digits(rng, 7)
    return f"{'XYZ'[lead]}{n}{'TRWAGMYFPDXBNJZSQVHLCKE'[int(f'{lead}{n}') % 23]}"


def _fr(rng: Rng) -> str:
    b = born(rng)
    body = f"{rng.choice('12')}{b:%y%m}{rng.choice(('13', '31', '59', '69', '75', '92', '35'))}{rng.randint(1, 480):03d}{rng.randint(1, 700):03d}"
    key = f"{97 - int(body) % 97:02d}"
    return f"{body[0]} {body[1:3]} {body[3:5]} {body[5:7]} {body[7:10]} {body[10:]} {key}" if rng.random() < 0.5 else body + key


def _be(rng: Rng) -> str:
    b = born(rng)
    body = f"{b:%y%m%d}{rng.randint(1, 997):03d}"
    c = 97 - int(("2" if b.year >= 2000 else "") + body) % 97
    return f"{body[:2]}.{body[2:4]}.{body[4:6]}-{body[6:]}.{c:02d}"


def _it(rng: Rng) -> str:
    cons = lambda: "".join(rng.choice("BCDFGLMNPRSTVZ") for _ in range(3))  # noqa: E731
    b = born(rng)
    day = b.day + rng.choice((0, 40))
    body = f"{cons()}{cons()}{b:%y}{'ABCDEHLMPRST'[b.month - 1]}{day:02d}{rng.choice(('H501', 'F205', 'L219', 'F839', 'G273', 'A662'))}"
    odd = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
    total = 0
    for i, c in enumerate(body):
        v = int(c) if c.isdigit() else ord(c) - 65
        total += odd[v] if i % 2 == 0 else v
    return body + chr(65 + total % 26)


def _de(rng: Rng) -> str:
    drawn = rng.sample("0123456789", 9)
    drawn.append(rng.choice(drawn))
    rng.shuffle(drawn)
    return iso_7064_11_10("".join(drawn)) if drawn[0] != "0" else ""


def _ch(rng: Rng) -> str:
    body = "756" + digits(rng, 9)
    v = body + str(-weigh(body, (1, 3) * 6) % 10)
    return f"{v[:3]}.{v[3:7]}.{v[7:11]}.{v[11:]}"


def _at(rng: Rng) -> str:
    b = born(rng)
    serial = f"{rng.randint(100, 999)}"
    c = weigh(serial + f"{b:%d%m%y}", (3, 7, 9, 5, 8, 4, 2, 1, 6)) % 11
    return f"{serial}{c} {b:%d%m%y}" if c < 10 else ""


def _nl(rng: Rng) -> str:
    body = digits(rng, 8, "123456789")
    c = weigh(body, range(9, 1, -1)) % 11
    return body + str(c) if c < 10 else ""


def _pt(rng: Rng) -> str:
    body = rng.choice("123") + digits(rng, 7)
    c = 11 - weigh(body, range(9, 1, -1)) % 11
    return body + str(c if c < 10 else 0)


def _ie(rng: Rng) -> str:
    body = digits(rng, 7)
    return body + "WABCDEFGHIJKLMNOPQRSTUV"[(weigh(body, range(8, 1, -1)) + 9) % 23] + "A"


def _nino(rng: Rng) -> str:
    a = rng.choice(("AB", "CE", "HK", "JM", "LP", "NR", "PW", "SX", "WK", "YZ", "OA", "ZR")) + digits(rng, 6) + rng.choice("ABCD")
    return a.replace("OA", "OE") if rng.random() < 0.5 else f"{a[:2]} {a[2:4]} {a[4:6]} {a[6:8]} {a[8:]}".replace("OA", "OE")


def _nhs(rng: Rng) -> str:
    v = _mod11(digits(rng, 9, "4679"), range(10, 1, -1))
    return f"{v[:3]} {v[3:6]} {v[6:]}" if v else ""


def _tr(rng: Rng) -> str:
    d = [int(c) for c in digits(rng, 9, "123456789")]
    t = (7 * sum(d[0::2]) - sum(d[1::2])) % 10
    d.append(t)
    return "".join(map(str, [*d, sum(d) % 10]))


def _kr(rng: Rng) -> str:
    b = born(rng)
    body = f"{b:%y%m%d}{rng.choice('12' if b.year < 2000 else '34')}{rng.randrange(96):02d}{digits(rng, 3)}"
    return f"{body[:6]}-{body[6:]}{(11 - weigh(body, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10}"


def _jp(rng: Rng) -> str:
    body = digits(rng, 11)
    r = weigh(body[::-1], (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6)) % 11
    return body + str(0 if r <= 1 else 11 - r)


def _th(rng: Rng) -> str:
    body = digits(rng, 12, "12345")
    return body + str((11 - weigh(body, range(13, 1, -1)) % 11) % 10)


def _za(rng: Rng) -> str:
    return luhn(f"{born(rng):%y%m%d}{digits(rng, 4)}08")


def _ru(rng: Rng) -> str:
    n = digits(rng, 9, "123456789")
    c = weigh(n, range(9, 0, -1)) % 101 % 100
    return f"{n[:3]}-{n[3:6]}-{n[6:]} {c:02d}"


def _inn(rng: Rng) -> str:
    b = rng.choice(("50", "78", "66", "23")) + digits(rng, 8)
    b += str(weigh(b, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10)
    return b + str(weigh(b, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10)


def _il(rng: Rng) -> str:
    return luhn(digits(rng, 8, "0123"))


def _cl(rng: Rng) -> str:
    n = str(rng.randrange(5_000_000, 26_000_000))
    r = 11 - weigh(n[::-1], (2, 3, 4, 5, 6, 7, 2, 3)) % 11
    return f"{int(n):,}".replace(",", ".") + "-" + {11: "0", 10: "K"}.get(r, str(r))


def _cuit(rng: Rng) -> str:
    b = rng.choice(("20", "27", "23")) + digits(rng, 8, "1234")
    r = 11 - weigh(b, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return f"{b[:2]}-{b[2:]}-{0 if r == 11 else r}" if r != 10 else ""


def _mx(rng: Rng) -> str:
    b = born(rng)
    body = (
        "".join((rng.choice("BCDGHLMPRST"), rng.choice("AEIOU"), rng.choice("CDGLMRST"), rng.choice("ABEFJLM")))
        + f"{b:%y%m%d}{rng.choice('HM')}"
    )
    body += (
        rng.choice(("DF", "JC", "NL", "PL", "VZ", "OC"))
        + "".join(rng.choice("BCDFGLMNPRSTVZ") for _ in range(3))
        + ("0" if b.year < 2000 else "A")
    )
    total = sum("0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ".index(c) * (18 - i) for i, c in enumerate(body))
    return body + str(-total % 10)


def _sg(rng: Rng) -> str:
    b = digits(rng, 7)
    lead = rng.choice("ST")
    return lead + b + "JZIHGFEDCBA"[(weigh(b, (2, 7, 6, 5, 4, 3, 2)) + (4 if lead == "T" else 0)) % 11]


def _hk(rng: Rng) -> str:
    letter, b = rng.choice("ADGKPRYZ"), digits(rng, 6)
    c = -(36 * 9 + (ord(letter) - 55) * 8 + weigh(b, range(7, 1, -1))) % 11
    return f"{letter}{b}({'A' if c == 10 else c})"


def _tw(rng: Rng) -> str:
    letter, b = rng.choice("ABCDEFHKNPQTX"), rng.choice("12") + digits(rng, 7)
    code = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(letter) + 10
    return f"{letter}{b}{-(code // 10 + code % 10 * 9 + weigh(b, range(8, 0, -1))) % 10}"


def _au(rng: Rng) -> str:
    b = digits(rng, 8, "12345678")
    for c in range(10):
        if weigh(b + str(c), (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0:
            return f"{b[:3]} {b[3:6]} {b[6:]}{c}"
    return ""


def _ca(rng: Rng) -> str:
    v = luhn(digits(rng, 8, "1234567"))
    return f"{v[:3]} {v[3:6]} {v[6:]}"


def _us(rng: Rng) -> str:
    area = rng.choice([n for n in range(1, 772) if n != 666])
    return f"{area:03d}-{rng.randint(1, 99):02d}-{rng.randint(1, 9999):04d}"


def _emso(rng: Rng) -> str:
    b = born(rng)
    return _mod11(f"{b:%d%m}{b.year % 1000:03d}50{digits(rng, 3)}", (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2))


def _kt(rng: Rng) -> str:
    b = born(rng)
    v = _mod11(f"{b:%d%m%y}{rng.randint(20, 99)}", (3, 2, 7, 6, 5, 4, 3, 2))
    return f"{v[:6]}-{v[6:]}{'9' if b.year < 2000 else '0'}" if v else ""


def _my(rng: Rng) -> str:
    return f"{born(rng):%y%m%d}-{rng.choice(('01', '07', '10', '14'))}-{digits(rng, 4)}"


def _id(rng: Rng) -> str:
    b = born(rng)
    return f"{rng.choice(('327301', '357803', '127102'))}{b.day + rng.choice((0, 40)):02d}{b:%m%y}{rng.randint(1, 60):04d}"


def _ec(rng: Rng) -> str:
    return luhn(f"{rng.randint(1, 24):02d}{rng.choice('012345')}{digits(rng, 6)}")


def _ua(rng: Rng) -> str:
    b = f"{(born(rng) - date(1899, 12, 31)).days:05d}{digits(rng, 4)}"
    return b + str(weigh(b, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10)


def _gr(rng: Rng) -> str:
    return luhn(f"{born(rng):%d%m%y}{digits(rng, 4)}")


# category name after "identity." : maker, headers as people name the column
NATIONAL: dict[str, tuple[Callable[[Rng], str], str]] = {
    "br_cpf": (_br, "CPF do cliente|nr_cpf"), "fi_hetu": (_fi, "henkilötunnus|HETU"), "no_fodselsnummer": (_no, "Fødselsnr|fnr"), "se_personnummer": (_se, "persnr|Personnummer"),
    "dk_cpr": (_dk, "CPR-nr|cprnr"), "pl_pesel": (_pl, "nr PESEL|pesel_klienta"), "cz_rc": (_cz, "rodne cislo|RC"), "bg_egn": (_bg, "ЕГН|egn"), "ro_cnp": (_ro, "CNP angajat|cnp"),
    "ee_ik": (_baltic, "isikukood"), "lt_asmens": (_baltic, "asmens_kodas"), "es_dni": (_es, "DNI|nif_titular"), "es_nie": (_nie, "N.I.E.|num_nie"), "fr_nir": (_fr, "N° sécu|num_secu"),
    "be_nn": (_be, "rijksregisternr|NISS"), "it_codicefiscale": (_it, "Cod. Fiscale|cf"), "de_idnr": (_de, "Steuer-ID|steuerId"), "ch_ssn": (_ch, "AHV-Nr.|ahvn13"), "at_vnr": (_at, "SVNR|Vers.Nr."),
    "nl_bsn": (_nl, "BSN|burgerservicenr"), "pt_nif": (_pt, "NIF|contribuinte"), "ie_pps": (_ie, "PPSN|pps_no"), "gb_nino": (_nino, "NI Number|nino"), "gb_nhs": (_nhs, "NHS No|nhs_num"),
    "tr_tckimlik": (_tr, "TC Kimlik No|tckn"), "kr_rrn": (_kr, "주민등록번호|jumin_no"), "jp_mynumber": (_jp, "マイナンバー|my_number"), "th_pin": (_th, "เลขบัตรประชาชน|thai_id"),
    "za_idnr": (_za, "SA ID|rsa_id_number"), "ru_snils": (_ru, "СНИЛС|snils"), "ru_inn": (_inn, "ИНН|inn_fl"), "il_idnr": (_il, "תעודת זהות|teudat_zehut"), "cl_rut": (_cl, "RUT|rut_cliente"),
    "ar_cuit": (_cuit, "CUIL|cuit_cuil"), "mx_curp": (_mx, "CURP|curp_alumno"), "sg_nric": (_sg, "NRIC/FIN|nric_no"), "hk_id": (_hk, "HKID|香港身份證"), "tw_id": (_tw, "身分證字號|twid"),
    "au_tfn": (_au, "TFN|tax_file_no"), "ca_sin": (_ca, "SIN|NAS"), "us_ssn": (_us, "SSN|soc_sec_num"), "si_emso": (_emso, "EMŠO|emso"), "is_kennitala": (_kt, "kennitala|kt"),
    "my_nric": (_my, "No. KP|mykad"), "id_nik": (_id, "NIK|no_ktp"), "ec_ci": (_ec, "cédula|ced_identidad"), "ua_rntrc": (_ua, "РНОКПП|ipn"), "gr_amka": (_gr, "ΑΜΚΑ|amka"),
    "cn_ric18": (cn_ric, "证件号|sfzjh"), "hr_oib": (lambda r: iso_7064_11_10(digits(r, 10)), "OIB|oib_osobe"), "in_aadhaar": (lambda r: verhoeff(digits(r, 11, "23456789")), "Aadhaar|aadhar_no"),
}  # fmt: skip


def national(rng: Rng, name: str) -> str:
    """One number of a kind."""
    return _tries(rng, NATIONAL[name][0])
