"""The calendar: what the notice of 2026 says, what other years only suggest, office hours, overlays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from pathlib import Path
from time import perf_counter

import chinese_calendar  # type: ignore[import-untyped]
import pytest

from lianban import errors
from lianban.rules.calendar import Overlay, calendar_for, days_of, read_hours, read_notice, show

NATIONAL = calendar_for()


@pytest.mark.parametrize(
    ("day", "working", "part_of_reason"),
    [
        (date(2026, 1, 1), False, "元旦"),
        (date(2026, 1, 4), True, ""),  # Sunday, make-up
        (date(2026, 2, 14), True, ""),  # Saturday, make-up
        (date(2026, 2, 23), False, "春节"),
        (date(2026, 2, 24), True, "工作日"),
        (date(2026, 2, 28), True, ""),  # Saturday, make-up
        (date(2026, 4, 6), False, "清明"),
        (date(2026, 5, 5), False, "劳动"),
        (date(2026, 5, 9), True, ""),  # Saturday, make-up
        (date(2026, 6, 19), False, "端午"),
        (date(2026, 9, 20), True, ""),  # Sunday, make-up
        (date(2026, 9, 25), False, "中秋"),
        (date(2026, 10, 7), False, "国庆"),
        (date(2026, 10, 10), True, ""),  # Saturday, make-up
        (date(2026, 11, 21), False, "周六"),
        (date(2026, 11, 23), True, "工作日"),
    ],
)
def test_the_days_of_2026(day: date, working: bool, part_of_reason: str) -> None:
    found = NATIONAL.day(day)
    assert (found.working, found.firm) == (working, True)
    assert part_of_reason in found.reason and found.reason


def test_2026_has_248_working_days() -> None:
    body = show(2026, NATIONAL)
    assert body["working_days"] == sum(day["working"] for day in body["days"]) == 248
    assert body["year"] == 2026 and len(body["days"]) == 365 and body["provisional"] is False
    assert {"date", "working", "reason"} <= set(body["days"][3])
    assert body["days"][3]["date"] == "2026-01-04" and body["days"][3]["working"] is True


@pytest.mark.parametrize("year", range(2000, 2101))
def test_no_year_fails_and_only_years_with_a_notice_are_firm(year: int) -> None:
    covered = year in NATIONAL.notices
    assert all(NATIONAL.day(day).firm is covered for day in days_of(year))
    assert 200 < show(year, NATIONAL)["working_days"] < 270


def test_a_year_outside_is_refused_with_the_range() -> None:
    with pytest.raises(errors.Invalid, match="2000–2100"):
        show(2101, NATIONAL)


def test_a_year_without_notice_knows_the_statutory_holidays_and_says_that_they_are_provisional() -> None:
    spring = NATIONAL.day(date(2027, 2, 8))
    assert (spring.working, spring.reason, spring.firm) == (False, "春节", False)
    assert show(2027, NATIONAL)["provisional"] is True
    # Nobody has announced a working weekend for 2027, so none is assumed.
    assert not any(NATIONAL.day(d).working for d in days_of(2027) if d.weekday() >= 5)


def test_changsha_keeps_longer_afternoons_in_summer() -> None:
    changsha = calendar_for("430100")
    assert changsha.hours(date(2026, 7, 1)) == ((time(9), time(12)), (time(13, 30), time(17, 30)))
    assert changsha.hours(date(2026, 9, 30)) == changsha.hours(date(2026, 7, 1))
    assert changsha.hours(date(2026, 10, 1)) == ((time(9), time(12)), (time(13), time(17)))
    assert changsha.hours(date(2026, 1, 15)) == changsha.hours(date(2026, 10, 1))


def test_an_overlay_goes_first_and_has_its_own_edition() -> None:
    anniversary = Overlay("自治州纪念日", "自治州条例", off={date(2026, 9, 3): "自治州成立纪念日"})
    yanbian = NATIONAL.over(anniversary)
    assert yanbian.day(date(2026, 9, 3)).reason == "自治州成立纪念日" and not yanbian.day(date(2026, 9, 3)).working
    assert yanbian.edition != NATIONAL.edition and "自治州纪念日" in yanbian.edition
    assert NATIONAL.day(date(2026, 9, 3)).working, "the national calendar is untouched"
    opened = yanbian.over(Overlay("补班", "通知", work={date(2026, 9, 3): "临时办公"}))
    assert opened.day(date(2026, 9, 3)).working, "the later overlay goes before the earlier one"


def test_a_notice_file_makes_a_year_firm_and_may_reach_into_the_year_before(tmp_path: Path) -> None:
    file = tmp_path / "2027.yaml"
    file.write_text(
        "notice: 国办发明电〔2026〕1号\nyear: 2027\n"
        "off:\n  - {festival: 元旦, from: 2026-12-31, to: 2027-01-02}\n  - {festival: 清明节, dates: [2027-04-05]}\n"
        "work: [2027-01-03]\n",
        "utf-8",
    )
    calendar = calendar_for(notices=[file])
    assert calendar.day(date(2027, 1, 3)).working and calendar.day(date(2027, 1, 3)).firm
    assert not calendar.day(date(2026, 12, 31)).working
    assert not calendar.day(date(2027, 4, 5)).working
    assert calendar.day(date(2027, 2, 8)).working, "the notice alone decides a year that has one"
    assert NATIONAL.day(date(2026, 12, 31)).working and calendar.edition != NATIONAL.edition


@pytest.mark.parametrize(
    "text", ["- 1", "year: 2027", "notice: 甲\nyear: 2027\noff: [{festival: 元旦, from: 1月1日}]", "{"]
)
def test_a_broken_notice_is_refused_by_its_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(errors.Invalid, match=r"bad\.yaml"):
        read_notice(file)


def test_hours_are_times_and_not_numbers(tmp_path: Path) -> None:
    file = tmp_path / "hours.yaml"
    file.write_text("hours:\n  - open: [8:30-12:00, 14:00-17:30]\n", "utf-8")
    assert read_hours(file)[0].hours == ((time(8, 30), time(12)), (time(14), time(17, 30)))
    file.write_text("hours:\n  - open: [12:00-8:30]\n", "utf-8")
    with pytest.raises(errors.Invalid, match=r"hours\.yaml"):
        read_hours(file)


def test_an_independent_list_agrees_on_every_day_of_23_years_but_one() -> None:
    days = [d for year in range(2004, 2027) for d in days_of(year)]
    assert len(days) == 8401 and {d.year for d in days} == set(NATIONAL.notices)
    differ = [d for d in days if NATIONAL.day(d).working is not chinese_calendar.is_workday(d)]
    # 国办发明电〔2005〕35号 moves the rest of Saturday 2005-12-31 and says “12月31日（星期六）上班”.
    assert differ == [date(2005, 12, 31)]
    assert NATIONAL.day(date(2005, 12, 31)).working
    assert "12 月 31 日" in NATIONAL.notices[2006].source


def test_every_shipped_notice_names_its_document_and_where_it_was_read() -> None:
    for notice in NATIONAL.documents():
        assert notice.title and notice.number and notice.published and notice.source, notice.year
        assert notice.number in notice.named and notice.title in notice.named


@pytest.mark.parametrize(
    ("day", "working", "document"),
    [
        (date(2015, 9, 3), False, "国发明电〔2015〕1号"),
        (date(2015, 9, 6), True, "国发明电〔2015〕1号"),  # Sunday
        (date(2019, 4, 28), True, "国办发明电〔2019〕3号"),  # Sunday
        (date(2019, 5, 3), False, "国办发明电〔2019〕3号"),
        (date(2020, 2, 1), False, "国办发明电〔2020〕1号"),  # a make-up day of the yearly notice
        (date(2020, 2, 3), True, "国办发明电〔2020〕1号"),
    ],
)
def test_a_document_of_the_middle_of_the_year_goes_before_the_yearly_one(
    day: date, working: bool, document: str
) -> None:
    assert NATIONAL.day(day).working is working and NATIONAL.day(day).firm
    yearly, amendment = NATIONAL.documents(day.year)
    assert (yearly.status, amendment.status, amendment.number) == ("yearly", "amendment", document)
    assert amendment.number in [d["number"] for d in show(day.year, NATIONAL)["documents"]]


def test_the_edition_is_short_and_another_one_for_another_text() -> None:
    assert NATIONAL.edition.startswith("全国·2004–2026·")
    notice = NATIONAL.notices[2026]
    changed = replace(notice, off={**notice.off, date(2026, 12, 24): "试验"})
    other = NATIONAL.with_notices([changed])
    assert other.edition != NATIONAL.edition and not other.day(date(2026, 12, 24)).working
    assert other.with_notices([notice]).edition == NATIONAL.edition
    assert NATIONAL.day(date(2026, 12, 24)).working


def test_a_new_yearly_notice_takes_the_place_of_the_old_one_with_its_amendments() -> None:
    again = NATIONAL.with_notices([replace(NATIONAL.notices[2019], number="国办发明电〔2018〕99号")])
    assert [n.status for n in again.documents(2019)] == ["yearly"]
    assert again.day(date(2019, 5, 3)).working and not NATIONAL.day(date(2019, 5, 3)).working
    assert len(again.amendments) == len(NATIONAL.amendments) - 1


def test_a_million_days_are_looked_up_quickly() -> None:
    days = [d for year in range(2020, 2028) for d in days_of(year)]
    look = NATIONAL.day
    began = perf_counter()
    for _ in range(34):
        for day in days:
            look(day)
    assert perf_counter() - began < 1, "a tenth of a million days"
