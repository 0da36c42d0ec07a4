"""Pauses, extensions, the first day and mixed units, each with dates one can check on a wall calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lianban import errors
from lianban.rules.calendar import calendar_for
from lianban.rules.catalog.types import Limit
from lianban.rules.clock import LATE, DayCount, Due, Extension, History, Pause, Step, days_pause, due, reckon, remaining
from tests.rules.clockwork import SPOT, WD, WH, D, H, M, at

NATIONAL = calendar_for()
MONDAY = at("2026-11-02T10:00")
FIVE, FIVE_DAYS = Limit(5, WD), Limit(5, D)
THE_END = at("9999-12-31T23:59")


def paused(first: str, last: str, paper: str = "") -> Pause:
    """Whole days, both included, or from one minute to another."""
    if "T" in first:
        return Pause(at(first), at(last), paper=paper)
    return days_pause(date.fromisoformat(first), date.fromisoformat(last), paper=paper)


def end(start: str, limit: Limit, *spans: tuple[str, str], extended: tuple[Limit, ...] = ()) -> Due:
    begun = at(start)
    extensions = tuple(Extension(each, begun + timedelta(days=n)) for n, each in enumerate(extended))
    return reckon(History(begun, limit, tuple(paused(*span) for span in spans), extensions), NATIONAL)


@pytest.mark.parametrize(
    ("spans", "due"),
    [
        ([], "2026-11-09"),
        ([("2026-11-04", "2026-11-05")], "2026-11-11"),
        # The day a pause begins is not used up, the day on which the clock goes on is (R-T5).
        ([("2026-11-04T10:00", "2026-11-05T10:00")], "2026-11-10"),
        ([("2026-11-04T09:00", "2026-11-04T16:59")], "2026-11-09"),
        ([("2026-11-04T17:00", "2026-11-05T09:00")], "2026-11-10"),
        ([("2026-11-04T17:01", "2026-11-05T17:00")], "2026-11-09"),
        # Overlapping, nested, said twice, touching, split: one union.
        ([("2026-11-04", "2026-11-05"), ("2026-11-05", "2026-11-06")], "2026-11-12"),
        ([("2026-11-04", "2026-11-06"), ("2026-11-05", "2026-11-05")], "2026-11-12"),
        ([("2026-11-04", "2026-11-06"), ("2026-11-04", "2026-11-06")], "2026-11-12"),
        ([("2026-11-05", "2026-11-06"), ("2026-11-04", "2026-11-04")], "2026-11-12"),
        # On a weekend; before the start; over the start; beginning on the last day; after the breach.
        ([("2026-11-07", "2026-11-08")], "2026-11-09"),
        ([("2026-10-28", "2026-11-01")], "2026-11-09"),
        ([("2026-10-28", "2026-11-03")], "2026-11-10"),
        ([("2026-11-09", "2026-11-09")], "2026-11-10"),
        ([("2026-11-10", "2026-12-31")], "2026-11-09"),
        # One that ends before it begins takes no time.
        ([("2026-11-05T10:00", "2026-11-04T10:00")], "2026-11-09"),
    ],
)
def test_paused_days_are_not_used_up(spans: list[tuple[str, str]], due: str) -> None:
    assert end("2026-11-02T10:00", FIVE, *spans).instant == at(f"{due}T17:00")


def test_a_pause_on_a_holiday_gains_nothing_and_a_make_up_saturday_counts_again() -> None:
    assert end("2026-09-28T10:00", FIVE).instant == at("2026-10-10T17:00")
    assert end("2026-09-28T10:00", FIVE, ("2026-10-01", "2026-10-07")).instant == at("2026-10-10T17:00")
    found = end("2026-09-28T10:00", FIVE, ("2026-10-08", "2026-10-09"))
    assert found.instant == at("2026-10-13T17:00")
    assert DayCount(date(2026, 10, 10), True, "国庆节调休上班") in found.days


def test_a_pause_over_new_year_ends_in_a_year_that_is_not_certain_yet() -> None:
    found = end("2026-12-28T10:00", FIVE, ("2026-12-30", "2027-01-05"))
    assert (found.instant, found.provisional) == (at("2027-01-11T17:00"), True)


def test_a_paused_day_names_its_notice_and_a_rest_day_stays_a_rest_day() -> None:
    pause = days_pause(date(2026, 11, 6), date(2026, 11, 9), "检验检测", "行政许可法第四十五条", "长特〔2026〕3号")
    days = reckon(History(MONDAY, FIVE, (pause,)), NATIONAL).days
    assert DayCount(date(2026, 11, 6), False, "暂停计时（检验检测，长特〔2026〕3号）", "长特〔2026〕3号") in days
    assert DayCount(date(2026, 11, 7), False, "周六") in days
    assert sum(day.counted for day in days) == 5


@pytest.mark.parametrize(
    ("spans", "due"),
    [
        ([], "2026-11-16"),
        ([("2026-11-11", "2026-11-12")], "2026-11-18"),  # inside the extension
        ([("2026-11-09", "2026-11-10")], "2026-11-18"),  # over the end of the limit
        ([("2026-11-03", "2026-11-04")], "2026-11-18"),  # the extension is granted inside the pause
    ],
)
def test_an_extension_is_paused_like_the_limit(spans: list[tuple[str, str]], due: str) -> None:
    found = end("2026-11-02T10:00", FIVE, *spans, extended=(FIVE,))
    assert found.instant == at(f"{due}T17:00")
    assert sum(day.counted for day in found.days) == 10


@pytest.mark.parametrize(
    ("start", "limit", "extended", "due"),
    [
        ("2026-09-15T10:00", Limit(15, D), [Limit(5, D)], "2026-10-08T17:00"),
        ("2025-12-31T10:00", Limit(1, M), [Limit(1, M)], "2026-02-28T17:00"),
        ("2026-11-02T10:00", FIVE, [Limit(2, WH)], "2026-11-10T11:00"),
        ("2026-11-02T16:00", Limit(2, WH), [Limit(1, WD)], "2026-11-04T17:00"),
        ("2026-11-02T10:00", FIVE, [Limit(1, M)], "2026-12-09T17:00"),
        ("2026-11-02T10:00", FIVE, [Limit(24, H), Limit(1, WD)], "2026-11-11T17:00"),
        ("2026-11-02T10:00", Limit(0, SPOT), [FIVE], "2026-11-09T17:00"),
        ("2026-11-02T10:00", FIVE, [Limit(0, SPOT)], "2026-11-09T17:00"),
        ("2026-11-02T10:00", Limit(0, WD), [], "2026-11-02T17:00"),
    ],
)
def test_an_extension_in_another_unit_runs_on_from_the_end(
    start: str, limit: Limit, extended: list[Limit], due: str
) -> None:
    assert end(start, limit, extended=tuple(extended)).instant == at(due)


def test_natural_days_and_months_get_paused_days_back_and_then_roll() -> None:
    assert end("2026-11-02T10:00", Limit(15, D)).instant == at("2026-11-17T17:00")
    assert end("2026-11-02T10:00", Limit(15, D), ("2026-11-05", "2026-11-11")).instant == at("2026-11-24T17:00")
    assert end("2026-11-02T10:00", Limit(15, D), ("2026-11-05", "2026-11-08")).instant == at("2026-11-23T17:00")
    assert end("2026-08-31T10:00", Limit(6, M), ("2026-10-01", "2026-10-08")).instant == at("2027-03-08T17:00")
    # The end is on Saturday 7 November; the Monday it would roll to is paused.
    assert end("2026-11-02T10:00", FIVE_DAYS, ("2026-11-08", "2026-11-10")).instant == at("2026-11-11T17:00")


def test_hours_lose_a_pause_to_the_minute() -> None:
    over_noon = ("2026-11-02T11:00", "2026-11-02T14:00")
    assert end("2026-11-02T10:00", Limit(2, WH), over_noon).instant == at("2026-11-02T15:00")
    assert end("2026-11-02T10:00", Limit(2, H), over_noon).instant == at("2026-11-02T15:00")
    assert end("2026-11-02T10:00", Limit(1, H), over_noon).instant == at("2026-11-02T11:00")
    assert end("2026-11-02T16:30", Limit(2, WH), ("2026-11-03", "2026-11-03")).instant == at("2026-11-04T10:30")
    assert end("2026-11-02T10:00", Limit(0, SPOT), ("2026-11-02", "2026-11-03")).instant == at("2026-11-04T17:00")


def test_hours_are_explained_step_by_step() -> None:
    found = end("2026-11-06T16:30", Limit(2, WH), ("2026-11-09T09:30", "2026-11-09T10:00"))
    assert found.steps == (
        Step(at("2026-11-06T16:30"), at("2026-11-06T17:00"), 30, "办公时间"),
        Step(at("2026-11-06T17:00"), at("2026-11-09T09:00"), 0, "非办公时间（周六、周日）"),
        Step(at("2026-11-09T09:00"), at("2026-11-09T09:30"), 30, "办公时间"),
        Step(at("2026-11-09T09:30"), at("2026-11-09T10:00"), 0, "暂停计时"),
        Step(at("2026-11-09T10:00"), at("2026-11-09T11:00"), 60, "办公时间"),
    )
    seconds = end("2026-11-02T11:30:40", Limit(2, WH), ("2026-11-02T13:10:20", "2026-11-02T13:20:00")).steps
    assert [step.minutes for step in seconds if step.minutes] == [29, 10, 81]


def test_months_are_explained_by_the_day_they_aim_at() -> None:
    first, counted, rolled = due(at("2026-08-31T10:00"), Limit(6, M), NATIONAL).steps
    assert "开始的当日不计入" in first.reason and "没有对应日，以月末日为准 2027-02-28" in first.reason
    assert (counted.minutes, counted.until) == (181 * 1440, at("2027-03-01T00:00"))
    assert rolled == Step(at("2027-03-01T00:00"), at("2027-03-01T17:00"), 0, "期间最后一日顺延至此（02-28 周日）")


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2026-11-02T10:00", FIVE, "2026-11-06T17:00"),
        ("2026-11-02T17:00", FIVE, "2026-11-06T17:00"),
        ("2026-11-02T17:01", FIVE, "2026-11-09T17:00"),
        ("2026-11-07T10:00", Limit(1, WD), "2026-11-09T17:00"),
        ("2026-11-02T10:00", Limit(15, D), "2026-11-16T17:00"),
        ("2026-03-01T10:00", Limit(1, M), "2026-03-31T17:00"),
        ("2026-11-02T10:00", Limit(2, H), "2026-11-02T12:00"),
    ],
)
def test_a_jurisdiction_may_count_the_first_day(start: str, limit: Limit, due: str) -> None:
    found = reckon(History(at(start), limit, first_day_counts=True), NATIONAL)
    assert found.instant == at(due)


# What went wrong in other systems.


def test_added_holidays_are_looked_at_again() -> None:
    # Two weekend days and seven holidays added once to four days would end on a holiday.
    assert end("2026-09-24T10:00", Limit(4, WD)).instant == at("2026-10-08T17:00")
    assert end("2026-09-30T10:00", Limit(1, WD)).instant == at("2026-10-08T17:00")


def test_limits_run_through_years_nobody_has_loaded() -> None:
    found = end("2026-12-31T10:00", Limit(260, WD))
    assert found.instant.year in (2027, 2028) and found.provisional
    for year in range(2000, 2101):
        assert NATIONAL.day(end(f"{year}-12-30T10:00", Limit(20, WD)).instant.date()).working


def test_a_day_is_neither_twenty_four_hours_nor_a_calendar_day() -> None:
    assert end("2026-11-06T10:00", Limit(1, WD)).instant == at("2026-11-09T17:00")
    assert end("2026-11-06T10:00", Limit(24, H)).instant == at("2026-11-07T10:00")
    assert end("2026-11-06T10:00", Limit(24, WH)).instant == at("2026-11-11T14:00")
    assert end("2026-11-02T10:00", Limit(8, WD)).instant == at("2026-11-12T17:00")
    assert end("2026-11-02T10:00", Limit(8, D)).instant == at("2026-11-10T17:00")


@pytest.mark.parametrize("start", ["2026-11-02T00:00", "2026-11-02T09:00", "2026-11-02T17:00", "2026-11-02T23:59:59"])
def test_day_one_is_the_next_day_whatever_the_hour(start: str) -> None:
    assert end(start, Limit(1, WD)).instant == at("2026-11-03T17:00")


def test_the_due_instant_is_the_last_one_in_time() -> None:
    instant = end("2026-11-02T10:00", FIVE).instant
    assert remaining(instant, instant, NATIONAL).tone != "red"
    assert remaining(instant, instant + LATE, NATIONAL).tone == "red"


@pytest.mark.parametrize(
    "history",
    [
        History(MONDAY, Limit(10_001, WD)),
        History(MONDAY, Limit(10_000, WD), extensions=(Extension(Limit(1, WD), MONDAY),)),
        History(MONDAY, Limit(10**9, H)),
        History(MONDAY, Limit(10**9, M)),
        History(MONDAY, Limit(-1, WD)),
        History(MONDAY, Limit(5, WD), extensions=(Extension(Limit(-6, WD), MONDAY),)),
        History(MONDAY, FIVE, (Pause(MONDAY, THE_END),)),
        History(MONDAY, Limit(2, H), (Pause(MONDAY, THE_END),)),
        History(THE_END - timedelta(days=2), FIVE),
        History(THE_END - timedelta(days=2), Limit(6, M)),
        History(THE_END - timedelta(days=2), Limit(100, H)),
    ],
)
def test_what_no_office_will_live_to_see_is_refused(history: History) -> None:
    with pytest.raises(errors.Invalid, match="请核对"):
        reckon(history, NATIONAL)
