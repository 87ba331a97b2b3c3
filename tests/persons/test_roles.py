"""Whose identifier it is."""

from __future__ import annotations

import pytest

from leftopen.persons.roles import make_plan, role_of, slot_of, space_of
from tests.persons.people import PUPIL_TABLE, findings


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("guardian.phone", "guardian"),
        ("person.guardian.guardianMobile", "guardian"),
        ("jzxx[].sjh", "guardian"),
        ("parent_mobile", "guardian"),
        ("家长手机", "guardian"),
        ("fqdh", "guardian"),
        ("student_no", "pupil"),
        ("班主任电话", "staff"),
        ("headTeacher.phone", "staff"),
        ("sjh", ""),
        ("c4", ""),
        ("jzdz", ""),
    ],
)
def test_role_of(path, role):
    assert role_of(path) == role


def test_fathers_and_mothers_are_two():
    assert slot_of("father_phone") != slot_of("mother_phone")
    assert slot_of("guardian1_name") == slot_of("guardian1Phone") != slot_of("guardian2Phone")


@pytest.mark.parametrize(
    ("category", "space"),
    [
        ("identity.cn_ric18", "ric"),
        ("identity.us_ssn", "national"),
        ("identity.employee_no", "local"),
        ("contact.mobile_cn", "phone"),
        ("contact.landline_cn", ""),
        ("identity.cn_uscc", ""),
        ("identity.plate_cn", ""),
        ("device.ip", ""),
        ("biographical.name_zh", "name"),
        ("biographical.gender", ""),
    ],
)
def test_space_of(category, space):
    assert space_of(category) == space


def test_plan_is_the_same_whatever_the_order_of_findings():
    categories = {**PUPIL_TABLE, "关系": "child.guardian", "出生日期": "biographical.birth_date"}
    found = findings(categories)
    assert make_plan(found) == make_plan(found[::-1])
