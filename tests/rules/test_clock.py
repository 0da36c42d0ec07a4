"""Due instants: the law's own examples, the edges of days, and what is left in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.rules.calendar import calendar_for
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import SHANGHAI, Extension, History, days_pause, due, reckon, remaining

NATIONAL = calendar_for()
WD, WH, H, D, M, SPOT = (Unit(u) for u in ("wd", "wh", "h", "d", "m", "0"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


VECTORS = [
    # start, limit, paused days, extension, due
    ("2026-09-18", "5wd", "", "", "2026-09-24"),
    ("2026-09-24", "4wd", "", "", "2026-10-08"),
    ("2026-09-24", "20wd", "", "", "2026-10-29"),
    ("2026-09-24", "20wd", "", "10wd", "2026-11-12"),
    ("2026-09-24", "30wd", "", "", "2026-11-12"),
    ("2026-09-24", "45wd", "", "", "2026-12-03"),
    ("2026-09-28", "5wd", "", "", "2026-10-10"),
    ("2026-02-12", "10wd", "", "", "2026-03-04"),
    ("2026-02-14", "1wd", "", "", "2026-02-24"),
    ("2026-04-29", "3wd", "", "", "2026-05-07"),
    ("2026-04-27", "15wd", "", "", "2026-05-20"),
    ("2026-04-30", "10wd", "", "", "2026-05-18"),
    ("2026-11-02", "20wd", "", "", "2026-11-30"),
    ("2026-11-02", "20wd", "2026-11-05/2026-11-11", "", "2026-12-07"),
    ("2026-11-02", "5wd", "", "", "2026-11-09"),
    ("2026-12-01", "20wd", "", "", "2026-12-29"),
    ("2026-09-15", "20d", "", "", "2026-10-08"),
    ("2026-08-03", "60d", "", "", "2026-10-08"),
    ("2026-08-31", "6m", "", "", "2027-03-01"),
]


def limit(text: str) -> Limit:
    number = text.rstrip("wdhm")
    return Limit(int(number), Unit(text.removeprefix(number)))


@pytest.mark.parametrize(("start", "length", "paused", "extended", "end"), VECTORS)
def test_the_vectors_of_the_law(start: str, length: str, paused: str, extended: str, end: str) -> None:
    begun = at(f"{start}T10:00")
    pauses = tuple(days_pause(date.fromisoformat(span[:10]), date.fromisoformat(span[11:])) for span in paused.split())
    extensions = tuple(Extension(limit(text), begun) for text in extended.split())
    found = reckon(History(begun, limit(length), pauses, extensions), NATIONAL)
    assert found.instant == at(f"{end}T17:00") and found.instant.utcoffset() == timedelta(hours=8)
    assert found.provisional is end.startswith("2027")
    assert found.calendar == NATIONAL.edition
    if not paused and not extended:
        assert found == due(begun, limit(length), NATIONAL)


def test_a_year_has_so_many_working_days() -> None:
    assert sum(NATIONAL.day(date(2026, 1, 1) + timedelta(days=n)).working for n in range(365)) == 248


def test_who_is_told_nothing_within_five_days_is_accepted_as_of_the_receipt() -> None:
    received = at("2026-11-02T10:00")
    assert due(received, Limit(5, WD), NATIONAL).instant == at("2026-11-09T17:00")
    # 逾期不告知的，自收到申请材料之日起即为受理: the decision is counted from the receipt, not from the lapse.
    assert due(received, Limit(20, WD), NATIONAL).instant == at("2026-11-30T17:00")


def test_two_office_hours_skip_the_lunch_break() -> None:
    assert due(at("2026-11-02T11:30"), Limit(2, WH), NATIONAL).instant == at("2026-11-02T14:30")


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-02T16:00", 2, "2026-11-03T10:00"),
        ("2026-11-02T15:00", 2, "2026-11-02T17:00"),  # ends exactly at closing time
        ("2026-11-06T16:30", 2, "2026-11-09T10:30"),  # over a weekend
        ("2026-11-07T10:00", 2, "2026-11-09T11:00"),  # received on a rest day
        ("2026-11-02T07:00", 1, "2026-11-02T10:00"),  # before opening
        ("2026-11-02T12:30", 1, "2026-11-02T14:00"),  # in the lunch break
        ("2026-10-09T16:00", 2, "2026-10-10T10:00"),  # on to a make-up Saturday
    ],
)
def test_office_hours_run_only_while_the_office_is_open(start: str, hours: int, end: str) -> None:
    assert due(at(start), Limit(hours, WH), NATIONAL).instant == at(end)


def test_plain_hours_run_through_and_need_no_calendar() -> None:
    found = due(at("2026-12-31T23:30"), Limit(2, H), NATIONAL)
    assert found.instant == at("2027-01-01T01:30") and not found.provisional


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-02T09:30", "2026-11-02T17:00"),
        ("2026-11-02T17:00", "2026-11-02T17:00"),
        ("2026-11-02T17:01", "2026-11-03T17:00"),
        ("2026-11-07T10:00", "2026-11-09T17:00"),
    ],
)
def test_on_the_spot_is_before_the_office_closes(start: str, end: str) -> None:
    assert due(at(start), Limit(0, SPOT), NATIONAL).instant == at(end)


def test_the_month_without_that_day_ends_on_its_last() -> None:
    assert due(at("2026-01-31T10:00"), Limit(1, M), NATIONAL).instant == at("2026-02-28T17:00")
    assert due(at("2025-12-31T10:00"), Limit(2, M), NATIONAL).instant == at("2026-02-28T17:00")


def test_closing_time_follows_the_season() -> None:
    changsha = calendar_for("430100")
    assert due(at("2026-07-01T10:00"), Limit(1, WD), changsha).instant == at("2026-07-02T17:30")
    assert due(at("2026-11-02T10:00"), Limit(1, WD), changsha).instant == at("2026-11-03T17:00")


def test_every_day_is_explained() -> None:
    days = due(at("2026-09-24T10:00"), Limit(4, WD), NATIONAL).days
    assert days[0].date == date(2026, 9, 25) and not days[0].counted and "中秋" in days[0].reason
    assert [d.date for d in days if d.counted] == [
        date(2026, 9, 28), date(2026, 9, 29), date(2026, 9, 30), date(2026, 10, 8),
    ]  # fmt: skip
    assert all(d.reason for d in days) and len(days) == 14


def test_an_instant_without_zone_is_shanghai_time_and_others_are_converted() -> None:
    assert due(datetime.fromisoformat("2026-11-02T10:00"), Limit(1, WD), NATIONAL).instant == at("2026-11-03T17:00")
    utc = datetime.fromisoformat("2026-11-02T16:30+00:00")  # already 3 November in Shanghai
    assert due(utc, Limit(1, WD), NATIONAL).instant == at("2026-11-04T17:00")


@pytest.mark.parametrize(
    ("now", "text", "tone"),
    [
        ("2026-11-02T10:00", "还剩 20 个工作日", "green"),
        ("2026-11-26T10:00", "还剩 2 个工作日", "green"),
        ("2026-11-27T10:00", "还剩 1 个工作日", "amber"),
        ("2026-11-29T10:00", "还剩 1 个工作日", "amber"),  # Sunday
        ("2026-11-30T14:30", "今天 17:00 到期，还剩 2 小时 30 分钟", "amber"),
        ("2026-11-30T17:00", "今天 17:00 到期，还剩 0 分钟", "amber"),
        ("2026-11-30T17:40", "已超期 40 分钟", "red"),
        ("2026-12-02T09:00", "已超期 2 个工作日", "red"),
    ],
)
def test_what_is_left_in_words(now: str, text: str, tone: str) -> None:
    left = remaining(at("2026-11-30T17:00"), at(now), NATIONAL)
    assert (left.text, left.tone) == (text, tone)


def test_a_limit_of_hours_turns_amber_after_three_quarters() -> None:
    start, end = at("2026-11-02T09:00"), at("2026-11-02T11:00")
    assert remaining(end, at("2026-11-02T10:00"), NATIONAL, started=start).tone == "green"
    assert remaining(end, at("2026-11-02T10:30"), NATIONAL, started=start).tone == "amber"


instants = st.datetimes(datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2099-12-31"))
limits = st.builds(Limit, st.integers(1, 60), st.sampled_from([WD, WH, H, D, M]))


@given(instants, limits)
def test_a_limit_ends_after_its_start_and_day_limits_end_at_closing_time_of_a_working_day(
    start: datetime, limit: Limit
) -> None:
    found = due(start, limit, NATIONAL)
    assert found.instant > start.replace(tzinfo=SHANGHAI)
    if limit.unit is not H:
        day = found.instant.date()
        assert NATIONAL.day(day).working
        assert limit.unit is WH or found.instant.time() == NATIONAL.hours(day)[-1][1]
    if limit.unit in (WD, D):
        assert sum(d.counted for d in found.days) == limit.amount


@given(instants, st.integers(0, 3000), limits)
def test_starting_later_never_ends_earlier(start: datetime, minutes: int, limit: Limit) -> None:
    later = start + timedelta(minutes=minutes)
    assert due(start, limit, NATIONAL).instant <= due(later, limit, NATIONAL).instant
