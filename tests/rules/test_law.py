"""Every rule of law has its place in the code and its scenario; docs/law.md says so truthfully."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from lianban.rules.law import CHAPTERS, HOWS, Row
from lianban.rules.law.page import page, scenarios

ROWS = [(chapter, row) for chapter, _, rows in CHAPTERS for row in rows]
NAMES = [row.id for _, row in ROWS]


def test_the_page_is_current() -> None:
    file = Path(__file__).parents[2] / "docs" / "law.md"
    assert file.read_text("utf-8") == page(scenarios()), "run: python -m lianban.rules.law.page > docs/law.md"


@pytest.mark.parametrize(("chapter", "row"), ROWS, ids=NAMES)
def test_each_rule_stands_where_the_page_says(chapter: str, row: Row) -> None:
    assert set(row.how) <= set(HOWS) and row.how
    for name in row.code:
        assert find_spec(f"lianban.{name}") is not None, name


@pytest.mark.parametrize(("chapter", "row"), ROWS, ids=NAMES)
def test_what_is_not_enforced_says_why_and_what_is_enforced_is_proven(chapter: str, row: Row) -> None:
    if row.how == ("执行",) and chapter in ("A1", "A2", "A3"):
        assert scenarios().get(row.id), f"no scenario carries {row.id} in its title"
    if "暂缺" in row.how:
        assert row.why and chapter not in ("A1", "A2", "A3")


def test_no_scenario_speaks_of_a_rule_that_nobody_knows() -> None:
    domain = {"R-HCP", "R-PI"}
    unknown = {id for id in scenarios() if id not in NAMES and not any(id.startswith(d) for d in domain)}
    assert not unknown


def test_ids_are_given_once() -> None:
    assert len(NAMES) == len(set(NAMES))
