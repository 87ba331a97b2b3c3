"""Check digits: right numbers pass, and every single wrong digit is caught."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
from stdnum import iban as std_iban
from stdnum import luhn as std_luhn
from stdnum.cn import ric as std_ric

from leftopen.classify import checks
from tests.classify.columns import TODAY, faker, luhn, ric


def test_resident_numbers_agree_with_stdnum() -> None:
    rng = random.Random(1)
    good = [ric(rng, TODAY) for _ in range(300)]
    assert checks.ric18(pa.array(good)).all()
    assert all(std_ric.is_valid(v) for v in good)
    wrong = []
    for value in good:
        place = rng.randrange(17)
        digit = rng.choice([d for d in "0123456789" if d != value[place]])
        wrong.append(value[:place] + digit + value[place + 1 :])
    assert not checks.ric18(pa.array(wrong)).any()


def test_resident_number_needs_a_real_day_and_region() -> None:
    values = pa.array(["11010519490231002X", "99010519491231002X", "1101051949123100", "110105194912310021"])
    assert not checks.ric18(values).any()
    assert checks.ric15(pa.array(["110105491231002", "110105490230002", "990105491231002"])).tolist() == [True, False, False]


def test_luhn_agrees_with_stdnum() -> None:
    rng = random.Random(2)
    values = ["".join(rng.choices("0123456789", k=rng.randint(12, 19))) for _ in range(2000)]
    ours = checks.luhn(pa.array(values))
    assert ours.tolist() == [std_luhn.is_valid(v) and len(set(v)) > 1 for v in values]
    assert checks.luhn(pa.array([luhn("411111111111111")])).all()


def test_iban_agrees_with_stdnum() -> None:
    values = [faker(locale, n).iban() for locale in ("de_DE", "fr_FR", "en_GB") for n in range(40)]
    assert checks.iban(pa.array(values)).all()
    assert sum(std_iban.is_valid(v, check_country=False) for v in values) == len(values)
    broken = [v[:-1] + str((int(v[-1]) + 1) % 10) for v in values if v[-1].isdigit()]
    assert not checks.iban(pa.array(broken)).any()


def test_admin_codes_hold_abolished_ones_too() -> None:
    codes = checks.admin_codes()
    assert {110105, 510107, 510100, 510000} <= codes
    assert 999999 not in codes
    assert len(codes) > 3000


def test_student_numbers() -> None:
    rng = random.Random(3)
    good = ["G" + ric(rng, TODAY) for _ in range(50)] + ["L51010720120915001X"]
    assert checks.student_no(pa.array(good)).all()
    assert not checks.student_no(pa.array(["G110105194912310021", "J990105194912310021"])).any()


def test_every_check_takes_an_empty_array() -> None:
    for check in checks.CHECKS.values():
        assert checks.run_check(check, pa.array([], pa.string())).shape == (0,)


def test_addresses_that_are_versions_are_refused() -> None:
    values = pa.array(["1.2.3.4", "203.0.113.7", "127.0.0.1", "2001:db8::1", "10.1.2.3"])
    assert checks.ip(values).tolist() == [False, True, False, True, True]


def test_chance_of_luhn_is_one_in_ten() -> None:
    rng = random.Random(4)
    values = pa.array([f"{1_500_000_000_000 + rng.randrange(10**11)}" for _ in range(20_000)])
    assert abs(float(np.mean(checks.luhn(values))) - 0.1) < 0.01
