"""The strip of a deadline and the words around it, over the 2026 calendar."""

from __future__ import annotations

from datetime import date, datetime

from lianban.outside.clock import SHANGHAI
from lianban.rules import clock, passports
from lianban.rules.calendar import Calendar, calendar_for
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import Extension, History, days_pause
from lianban.rules.strip import Square, Strip, strip

CALENDAR = calendar_for("222405")
NOTICE = "龙公特字〔2026〕第000001号"
MORE = "龙公延字〔2026〕第000001号"


def at(month: int, day: int, hour: int = 9, minute: int = 30) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def history(start: datetime, amount: int, unit: Unit = Unit.WORKING_DAYS) -> History:
    return History(start, Limit(amount, unit))


def shown(told: History, calendar: Calendar = CALENDAR, today: date | None = None) -> Strip:
    return strip(clock.reckon(told, calendar), told, calendar, today=today)


def on(found: Strip, month: int, day: int) -> Square:
    return next(s for s in found.squares if s.date == date(2026, month, day))


def test_the_days_that_count_are_numbered_up_to_the_limit() -> None:
    found = shown(history(at(11, 2), 20))
    assert [s.n for s in found.squares if s.n] == list(range(1, 21))
    assert found.budget == 20
    assert [s.date for s in found.squares if s.last] == [date(2026, 11, 30)]


def test_the_day_of_the_start_stands_there_and_does_not_count() -> None:
    start = on(shown(history(at(11, 2), 20)), 11, 2)
    assert (start.kind, start.n, start.mark) == ("start", 0, "起算")
    assert "民法典第二百零一条" in start.why


def test_where_the_first_day_counts_it_is_the_first() -> None:
    found = shown(History(at(11, 2), Limit(5, Unit.WORKING_DAYS), first_day_counts=True))
    assert on(found, 11, 2).n == 1
    assert "计入期限" in "".join(
        passports.rules_of(History(at(11, 2), Limit(5, Unit.WORKING_DAYS), first_day_counts=True))
    )


def test_a_make_up_working_day_counts_and_says_so() -> None:
    found = shown(history(at(9, 18), 5))
    assert on(found, 9, 20).kind == "makeup"
    assert on(found, 9, 20).n == 1
    assert [s.date for s in found.squares if s.last] == [date(2026, 9, 24)]


def test_holidays_go_by_their_names_and_weekends_by_theirs() -> None:
    found = shown(history(at(9, 24), 4))
    assert on(found, 9, 25).why == "中秋节"
    assert on(found, 10, 1).why == "国庆节"
    left_out = {tally.reason: tally.days for tally in found.left_out}
    assert left_out == {"起算当日": 1, "中秋节": 3, "国庆节": 7}


def test_paused_days_name_their_notice() -> None:
    pause = days_pause(date(2026, 11, 5), date(2026, 11, 11), "专家评审", "行政许可法第四十五条", NOTICE)
    found = shown(History(at(11, 2), Limit(20, Unit.WORKING_DAYS), pauses=(pause,)))
    paused = [s for s in found.squares if s.kind == "paused"]
    assert [s.date.day for s in paused] == [5, 6, 9, 10, 11]
    assert {s.paper for s in paused} == {NOTICE}
    assert all("专家评审" in s.why for s in paused)
    assert found.squares[-1].date == date(2026, 12, 7)


def test_days_of_an_extension_name_its_notice() -> None:
    more = Extension(Limit(10, Unit.WORKING_DAYS), at(10, 20), "案情复杂", "行政许可法第四十二条", MORE)
    found = shown(History(at(9, 24), Limit(20, Unit.WORKING_DAYS), extensions=(more,)))
    assert [s.n for s in found.squares if s.extended] == list(range(21, 31))
    assert {s.paper for s in found.squares if s.extended} == {MORE}
    assert found.squares[-1].date == date(2026, 11, 12)
    assert found.squares[-1].last


def test_months_are_laid_out_from_monday_to_sunday() -> None:
    found = shown(history(at(11, 2), 20))
    assert [m.title for m in found.months] == ["2026年11月"]
    for week in found.months[0].weeks:
        assert len(week) == 7
        assert all(s is None or s.date.weekday() == place for place, s in enumerate(week))
    assert sum(s is not None for week in found.months[0].weeks for s in week) == len(found.squares)


def test_today_is_marked() -> None:
    found = shown(history(at(11, 2), 20), today=date(2026, 11, 10))
    assert [s.date.day for s in found.squares if s.today] == [10]


def test_days_of_a_year_without_a_notice_are_not_firm_and_the_note_says_why() -> None:
    told = history(datetime(2026, 12, 25, 9, 30, tzinfo=SHANGHAI), 10)
    due = clock.reckon(told, CALENDAR)
    assert due.provisional
    assert any(not s.firm for s in strip(due, told, CALENDAR).squares)
    note = passports.provisional_note(due, told, CALENDAR)
    assert "2027年，国务院办公厅还没有公布放假安排" in note
    assert [source.firm for source in passports.sources(due, told, CALENDAR)] == [True, False]


def test_a_firm_date_needs_no_note() -> None:
    told = history(at(11, 2), 20)
    due = clock.reckon(told, CALENDAR)
    assert passports.provisional_note(due, told, CALENDAR) == ""
    assert [s.name for s in passports.sources(due, told, CALENDAR)] == [
        "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）"
    ]


def test_office_hours_are_explained_by_steps_whose_minutes_add_up() -> None:
    told = history(at(11, 2, 11, 30), 2, Unit.OFFICE_HOURS)
    found = shown(told, calendar_for())
    assert not found.squares
    assert [line.total for line in found.lines][-1] == 120
    assert found.lines[-1].until == at(11, 2, 14, 30)


def test_months_are_explained_by_steps_that_lead_to_the_instant() -> None:
    told = history(datetime(2026, 8, 31, 9, 30, tzinfo=SHANGHAI), 6, Unit.MONTHS)
    found = shown(told)
    assert not found.squares
    assert found.lines[0].since == told.start
    assert found.lines[-1].until.date() == date(2027, 3, 1)


def test_the_summary_says_the_whole_reckoning_in_one_sentence() -> None:
    told = history(at(9, 24), 4)
    due = clock.reckon(told, CALENDAR)
    said = passports.summary(strip(due, told, CALENDAR), told, due)
    assert said.startswith(
        "2026年9月24日起算，数满 4 个工作日，不计起算当日 1 天、中秋节 3 天、国庆节 7 天，到 2026年10月8日"
    )


def test_a_pause_of_whole_days_is_told_by_its_days() -> None:
    pause = days_pause(date(2026, 11, 5), date(2026, 11, 11))
    assert passports.span(pause.since, pause.until) == "2026年11月5日至2026年11月11日"
    assert passports.span(at(11, 5, 10, 0), at(11, 5, 15, 0)) == "2026年11月5日10时00分至2026年11月5日15时00分"
