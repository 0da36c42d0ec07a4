"""What the window is told although nothing is refused: late births, surnames, ethnicities."""

from __future__ import annotations

from datetime import date

import pytest

from lianban.rules import form
from lianban.rules.catalog import loading

MONDAY = date(2026, 11, 2)
NEWBORN = loading.load_edition(loading.shipped()[("222405", "newborn")])
PARENTS = {
    "applicant_role": "mother",
    "applicant_name": "朴美兰",
    "father_name": "李明",
    "mother_ethnicity": "10",
    "father_ethnicity": "01",
}


def told(**typed: str) -> dict[str, str]:
    """The warnings, none of which is a problem."""
    reading = form.read(NEWBORN, PARENTS | typed, MONDAY)
    assert not reading.problems
    return reading.warnings


@pytest.mark.parametrize(
    ("born", "says"),
    [
        ("2026-10-02T23:59", ""),
        ("2026-10-01T08:00", "超过一个月"),
        ("2026-05-02T08:00", "超过一个月"),
        ("2026-05-01T08:00", "超过六个月"),
    ],
)
def test_a_birth_registered_late_is_accepted_with_a_word(born: str, says: str) -> None:
    warning = told(birth_datetime=born).get("birth_datetime", "")
    assert says in warning and bool(says) is bool(warning)


@pytest.mark.parametrize(("name", "prompted"), [("李小宝", False), ("朴小宝", False), ("王小宝", True)])
def test_a_surname_of_neither_parent_is_prompted(name: str, prompted: bool) -> None:
    assert ("newborn_name" in told(newborn_name=name)) is prompted


def test_the_surname_is_not_judged_while_a_parent_is_unknown() -> None:
    assert "newborn_name" not in told(newborn_name="王小宝", father_name="")


@pytest.mark.parametrize(("ethnicity", "prompted"), [("10", False), ("01", False), ("11", True)])
def test_an_ethnicity_of_neither_parent_is_prompted(ethnicity: str, prompted: bool) -> None:
    assert ("newborn_ethnicity" in told(newborn_ethnicity=ethnicity)) is prompted
