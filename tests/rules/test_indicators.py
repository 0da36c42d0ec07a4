"""Rates, places in the ranking, and the periods of bulletins."""

from __future__ import annotations

from datetime import date

import pytest

from lianban import errors
from lianban.rules import bulletins, charts
from lianban.rules.indicators import GROUPS, INDICATORS, figure, laggards, ranking


def counts(good: int, valid: int, in_time: int = 0, due: int = 0) -> dict[str, int]:
    return {"good": good, "valid": valid, "rectified_in_time": in_time, "rectify_due": due}


def test_a_rate_is_cut_off_and_says_when_there_is_nothing_to_divide_by() -> None:
    year = {"good": 29_089_823, "valid": 29_089_833, "bad": 10}
    assert (figure("good", year).text, figure("bad", year).text) == ("99.99%", "0.00%")
    assert figure("good", {}).text == "—"
    assert figure("good", counts(5, 5)).text == "100%"
    # More papers than before the reform is a finding, not an error; a part larger than its whole is one.
    assert figure("less_papers", {"reduced_papers": -1, "papers": 8}).text == "-12.50%"
    assert figure("good", counts(6, 5)).text == "数据不一致"


def test_every_indicator_belongs_to_a_group_and_says_where_it_comes_from() -> None:
    assert {one.group for one in INDICATORS.values()} == set(GROUPS)
    assert all(one.source for one in INDICATORS.values())
    assert [one.name for one in INDICATORS.values() if one.group == "four"] == [
        "评价范围覆盖率",
        "群众实际评价率",
        "差评有效处置率",
        "数据汇集及时准确率",
    ]


def test_units_are_ranked_by_exact_shares_and_equals_share_a_place() -> None:
    units = {
        "police": counts(99_999, 100_000),
        "health": counts(9_999, 10_000),
        "tax": counts(9_999, 10_000, in_time=1, due=2),
        "fire": counts(1, 4),
        "*": counts(0, 100),
    }
    places = ranking(units, 5)
    assert [(one.department, one.place) for one in places] == [("police", 1), ("health", 2), ("tax", 3), ("fire", 0)]
    assert laggards(places) == ("tax",)


def test_nobody_is_last_among_two_or_among_equals() -> None:
    assert laggards(ranking({"a": counts(9, 10), "b": counts(8, 10)}, 5)) == ()
    assert laggards(ranking({unit: counts(9, 10) for unit in "abc"}, 5)) == ()
    assert laggards(ranking({"a": counts(9, 10), "b": counts(8, 10), "c": counts(8, 10)}, 5)) == ("b", "c")


@pytest.mark.parametrize(
    ("kind", "day", "since", "until", "name"),
    [
        ("week", date(2027, 1, 1), date(2026, 12, 28), date(2027, 1, 3), "2026年第53周"),
        ("month", date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29), "2028年2月"),
        ("month", date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31), "2026年12月"),
        ("quarter", date(2026, 11, 2), date(2026, 10, 1), date(2026, 12, 31), "2026年第四季度"),
    ],
)
def test_periods(kind: str, day: date, since: date, until: date, name: str) -> None:
    assert bulletins.period_of(kind, day) == (since, until)
    assert bulletins.period_name(kind, since) == name
    assert bulletins.before(kind, since)[1].toordinal() == since.toordinal() - 1


def test_remarks_have_an_end() -> None:
    with pytest.raises(errors.Invalid, match="最多 2000 个字"):
        bulletins.remarks_of("长" * 2001)


def test_bars_stand_on_the_floor_and_nothing_has_none() -> None:
    drawn = charts.bars(
        [charts.Bar("10月", "50.00%", figure("good", counts(1, 2)).value), charts.Bar("11月", "—", None)]
    )
    first, second = drawn["bars"]
    assert (first["height"], second["height"]) == (60, 0)
    assert first["y"] + first["height"] == drawn["floor"]
