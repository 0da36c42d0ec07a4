"""Who surveys, what a conclusion must say, and which times can be offered (行政许可法 34; domain E)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban import errors
from lianban.rules.calendar import calendar_for
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import SHANGHAI
from lianban.rules.surveys import Busy, Said, Slot, Surveyor, check, offers, team, within

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=SHANGHAI)
MONDAY, SATURDAY = date(2026, 11, 2), date(2026, 11, 7)
SLOTS = [
    Slot(f"{weekday} {hour}", weekday, time(hour), time(hour + 2), 2) for weekday in range(1, 8) for hour in (9, 14)
]
CALENDAR = calendar_for("222405")
ONE, TWO = Surveyor("赵一", "吉1"), Surveyor("钱二", "吉2")


@pytest.mark.parametrize(
    ("people", "why"),
    [
        ([ONE], "不少于两人"),
        ([ONE, ONE, Surveyor("", "")], "不少于两人"),
        ([ONE, Surveyor("钱二", "")], "请填写钱二的执法证号"),
        ([ONE, Surveyor("钱二", " 吉 1")], "执法证号相同"),
        ([ONE, Surveyor("赵一", "吉3"), TWO], "两个不同的执法证号"),
        ([ONE, TWO, Surveyor("", "吉3")], "没有填写姓名"),
        ([ONE, Surveyor("钱" * 51, "吉2")], "最多 50 字"),
    ],
)
def test_a_team_is_two_persons_each_with_a_certificate(people: list[Surveyor], why: str) -> None:
    with pytest.raises(errors.Invalid, match=why) as refusal:
        team(people)
    assert set(refusal.value.fields) == {"surveyors"}


def test_names_are_tidied_and_doubles_fall_away() -> None:
    assert team([ONE, Surveyor(" 钱二 ", "吉 2"), ONE]) == (ONE, TWO)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Said("well"), "conclusion"),
        (Said("fail"), "findings"),
        (Said("pass_with_rectification", "通道堵塞"), "rectify_by"),
        (Said("pass_with_rectification", "通道堵塞", MONDAY), "rectify_by"),
        (Said("pass", "", date(2026, 11, 9)), "rectify_by"),
        (Said("pass", desk=True), "desk"),
        (Said("pass", "长" * 4001), "findings"),
    ],
)
def test_a_conclusion_says_what_it_must(said: Said, field: str) -> None:
    with pytest.raises(errors.Invalid) as refusal:
        check(said, surveyed_on=MONDAY, applied_on=MONDAY, today=MONDAY, rechecking=False)
    assert set(refusal.value.fields) == {field}


@pytest.mark.parametrize(
    ("on", "why"),
    [
        (date(2026, 11, 3), "晚于今天"),
        (date(2026, 10, 22), "早于收到申请的日期（2026-10-26）"),
        (date(2026, 10, 27), "早于上一次勘查的日期（2026-10-28）"),
    ],
)
def test_a_survey_lies_between_the_application_or_the_last_one_and_today(on: date, why: str) -> None:
    applied, last = date(2026, 10, 26), date(2026, 10, 28)
    with pytest.raises(errors.Invalid, match=why):
        check(Said("pass"), surveyed_on=on, applied_on=applied, last_on=last, today=MONDAY, rechecking=True)
    check(Said("pass"), surveyed_on=last, applied_on=applied, last_on=last, today=MONDAY, rechecking=True)


def test_a_limit_lies_in_the_published_range_and_has_a_reason() -> None:
    published = (Limit(3, Unit.WORKING_DAYS), Limit(5, Unit.WORKING_DAYS))
    within(Limit(4, Unit.WORKING_DAYS), published, "设施齐全")
    for limit, reason in (
        (Limit(2, Unit.WORKING_DAYS), "好"),
        (Limit(4, Unit.NATURAL_DAYS), "好"),
        (published[0], " "),
    ):
        with pytest.raises(errors.Invalid):
            within(limit, published, reason)
    with pytest.raises(errors.Invalid, match="没有公布"):
        within(Limit(4, Unit.WORKING_DAYS), None, "好")


def test_a_slot_that_is_past_full_or_without_people_says_why() -> None:
    busy = [Busy("fire", NOW + timedelta(days=1), NOW + timedelta(days=1, hours=3), "训练")]
    taken = {("3 9", date(2026, 11, 4)): 2}
    found = offers(SLOTS, taken, busy, CALENDAR, departments={"fire"}, names={"fire": "消防"}, now=NOW, days=7)
    said = {(o.day.day, o.starts_at.hour): o.why for o in found}
    assert "已经过去" in said[2, 9] and said[2, 14] == ""
    assert said[3, 9] == "没有人手：消防（训练）。请另选。" and said[3, 14] == ""
    assert "约满" in said[4, 9]
    assert not any(day in (7, 8) for day, _ in said)


@given(minutes=st.integers(0, 500_000), days=st.integers(1, 30))
def test_what_is_offered_lies_ahead_on_a_working_day(minutes: int, days: int) -> None:
    at = datetime(2026, 1, 1, tzinfo=SHANGHAI) + timedelta(minutes=minutes)
    for one in offers(SLOTS, {}, [], CALENDAR, departments=(), names={}, now=at, days=days):
        assert CALENDAR.day(one.day).working
        assert one.why or one.starts_at > at
