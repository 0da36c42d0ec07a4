"""Hints and cards, what is used up, what is left, and what was promised."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from lianban.rules.calendar import Overlay, calendar_for
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import (
    LATE,
    Due,
    Extension,
    History,
    Mark,
    Pause,
    Thresholds,
    days_pause,
    marks,
    promise,
    reckon,
    remaining,
    used,
)
from tests.rules.clockwork import SPOT, WD, WH, D, H, M, at

NATIONAL = calendar_for()
MONDAY = at("2026-11-02T10:00")
TWENTY, FIVE = Limit(20, WD), Limit(5, WD)
WEEK = days_pause(date(2026, 11, 5), date(2026, 11, 11))


def when(history: History, thresholds: Thresholds | None = None, promised: datetime | None = None) -> dict[str, str]:
    found = marks(history, NATIONAL, thresholds or Thresholds(), promised=promised)
    return {mark.colour: f"{mark.at:%m-%d %H:%M}" for mark in found}


@pytest.mark.parametrize(
    ("start", "limit", "blue", "yellow", "red"),
    [
        ("2026-11-02T10:00", TWENTY, "11-16 17:00", "11-26 17:00", "11-30 17:00"),
        ("2026-11-02T10:00", Limit(10, WD), "11-09 17:00", "11-13 09:00", "11-16 17:00"),
        ("2026-11-02T10:00", FIVE, "11-05 17:00", "11-06 09:00", "11-09 17:00"),
        ("2026-11-02T10:00", Limit(15, D), "11-10 17:00", "11-16 09:00", "11-17 17:00"),
        ("2026-11-02T10:00", Limit(1, M), "11-17 17:00", "11-29 17:00", "12-02 17:00"),
        # A day or less: three quarters of the minutes.
        ("2026-11-02T11:30", Limit(2, WH), "11-02 13:30", "11-02 14:00", "11-02 14:30"),
        ("2026-11-02T10:00", Limit(2, H), "11-02 11:00", "11-02 11:30", "11-02 12:00"),
        ("2026-11-07T10:00", Limit(2, H), "11-07 11:00", "11-07 11:30", "11-07 12:00"),
        ("2026-11-02T09:00", Limit(0, SPOT), "11-02 13:30", "11-02 15:15", "11-02 17:00"),
        ("2026-11-02T17:00", Limit(1, WD), "11-03 13:30", "11-03 15:15", "11-03 17:00"),
    ],
)
def test_blue_yellow_and_red(start: str, limit: Limit, blue: str, yellow: str, red: str) -> None:
    assert when(History(at(start), limit)) == {"blue": blue, "yellow": yellow, "red": red}


def test_the_card_comes_at_the_first_late_instant() -> None:
    assert marks(History(MONDAY, FIVE), NATIONAL, Thresholds(), last="black")[-1] == (
        "black",
        at("2026-11-09T17:00") + LATE,
    )


def test_a_card_is_announced_on_a_morning_not_at_midnight() -> None:
    # Over a weekend: the Friday that leaves the Monday, when people come to work.
    assert when(History(MONDAY, FIVE))["yellow"] == "11-06 09:00"


def test_thresholds_are_configured() -> None:
    assert when(History(MONDAY, TWENTY), Thresholds(0.25, 0.95, 3, 0.5))["blue"] == "11-09 17:00"
    assert when(History(MONDAY, TWENTY), Thresholds(0.25, 0.95, 3, 0.5))["yellow"] == "11-25 09:00"
    assert when(History(at("2026-11-02T09:00"), Limit(2, WH)), Thresholds(0.25, short_yellow=0.5)) == {
        "blue": "11-02 09:30",
        "yellow": "11-02 10:00",
        "red": "11-02 11:00",
    }


def test_an_early_promise_brings_the_cards_forward() -> None:
    assert when(History(MONDAY, TWENTY), promised=at("2026-11-09T17:00")) == {
        "blue": "11-05 09:30",
        "yellow": "11-06 09:00",
        "red": "11-09 17:00",
    }
    assert when(History(MONDAY, FIVE), promised=at("2026-12-31T17:00"))["red"] == "11-09 17:00"
    assert list(when(History(MONDAY, FIVE), promised=at("2026-10-30T17:00"))) == ["red"]


def test_a_paused_clock_raises_nothing() -> None:
    paused = History(MONDAY, TWENTY, (days_pause(date(2026, 11, 25), date(2026, 11, 30)),))
    assert when(paused)["yellow"] == "12-02 17:00"
    morning = History(MONDAY, FIVE, (Pause(at("2026-11-06T00:00"), at("2026-11-06T10:00")),))
    assert when(morning)["yellow"] == "11-06 10:00"
    # The promise passes within the pause: the card waits until the clock runs again.
    promised = History(MONDAY, FIVE, (days_pause(date(2026, 11, 6), date(2026, 11, 10)),))
    assert when(promised, promised=at("2026-11-06T17:00"))["red"] == "11-11 00:00"
    # A pause after the breach comes too late.
    late = History(MONDAY, FIVE, (Pause(at("2026-11-09T17:00:00.000001"), at("2026-11-20T17:00")),))
    assert when(late)["red"] == "11-09 17:00"


def test_a_stopped_clock_raises_nothing_more() -> None:
    done = History(MONDAY, TWENTY, stopped=at("2026-11-20T10:00"))
    assert list(when(done)) == ["blue"]
    assert used(done, NATIONAL, at("2027-01-01T10:00")) == 13 / 20


@pytest.mark.parametrize(
    ("history", "moment", "share"),
    [
        (History(MONDAY, TWENTY), "2026-11-02T18:00", 0),
        (History(MONDAY, TWENTY), "2026-11-03T16:59", 0),
        (History(MONDAY, TWENTY), "2026-11-03T17:00", 0.05),
        (History(MONDAY, TWENTY), "2026-11-30T17:00", 1),
        (History(MONDAY, TWENTY), "2026-12-02T17:00", 1.1),
        (History(MONDAY, TWENTY, (WEEK,)), "2026-11-11T18:00", 0.1),
        (History(MONDAY, FIVE, (), (Extension(FIVE, MONDAY),)), "2026-11-09T17:00", 0.5),
        (History(MONDAY, Limit(15, D)), "2026-11-08T12:00", 5 / 15),
        (History(at("2026-11-02T11:30"), Limit(2, WH)), "2026-11-02T12:30", 0.25),
        (History(at("2026-11-02T11:30"), Limit(2, WH)), "2026-11-02T15:30", 1.5),
        (History(at("2026-11-02T20:00"), Limit(2, H)), "2026-11-02T21:00", 0.5),
        (History(at("2026-11-02T09:00"), Limit(0, SPOT)), "2026-11-02T13:30", 0.5),
    ],
)
def test_how_much_is_used_up(history: History, moment: str, share: float) -> None:
    assert used(history, NATIONAL, at(moment)) == pytest.approx(share)


def test_what_is_left_while_paused_and_around_it() -> None:
    due = at("2026-12-07T17:00")

    def told(now: str) -> tuple[str, str]:
        left = remaining(due, at(now), NATIONAL, started=MONDAY, pauses=(WEEK,))
        return left.text, left.tone

    assert told("2026-11-04T10:00") == ("还剩 18 个工作日", "green")
    assert told("2026-11-05T10:00") == ("计时暂停，至 11月11日", "green")
    assert told("2026-11-12T09:00") == ("还剩 17 个工作日", "green")
    assert told("2026-12-03T17:30") == ("还剩 2 个工作日", "amber")
    assert told("2026-12-07T17:01") == ("已超期 1 分钟", "red")
    after = days_pause(date(2026, 12, 8), date(2026, 12, 31))
    assert remaining(due, at("2026-12-09T10:00"), NATIONAL, pauses=(after,)).text == "已超期 2 个工作日"
    until = (Pause(at("2026-12-04T00:00"), at("2026-12-04T10:30")),)
    assert remaining(due, at("2026-12-04T10:00"), NATIONAL, pauses=until).text == "计时暂停，至 12月4日 10:30"


def of(instant: str) -> Due:
    return Due(at(instant), False, "", ())


@pytest.mark.parametrize(
    ("told", "before", "after", "unit", "moved", "kept"),
    [
        # Recomputed: earlier is earlier, later leaves what was told.
        ("2026-11-30T17:00", "2026-11-30T17:00", "2026-11-27T17:00", WD, False, "2026-11-27T17:00"),
        ("2026-11-30T17:00", "2026-11-30T17:00", "2026-12-02T17:00", WD, False, "2026-11-30T17:00"),
        ("2026-11-26T17:00", "2026-11-30T17:00", "2026-11-27T17:00", WD, False, "2026-11-26T17:00"),
        # Moved by a notice: by as many units, never beyond the computed one.
        ("2026-11-30T17:00", "2026-11-30T17:00", "2026-12-07T17:00", WD, True, "2026-12-07T17:00"),
        ("2026-11-26T17:00", "2026-11-30T17:00", "2026-12-07T17:00", WD, True, "2026-12-03T17:00"),
        ("2026-11-26T17:00", "2026-11-30T17:00", "2026-11-27T17:00", WD, True, "2026-11-26T17:00"),
        ("2026-11-19T17:00", "2026-11-24T17:00", "2026-11-26T17:00", D, True, "2026-11-23T17:00"),
        ("2026-11-02T12:00", "2026-11-02T14:00", "2026-11-02T16:00", WH, True, "2026-11-02T15:00"),
        ("2026-11-02T12:00", "2026-11-02T14:00", "2026-11-02T16:00", H, True, "2026-11-02T14:00"),
        ("2026-11-19T17:00", "2026-11-24T17:00", "2026-12-01T17:00", M, True, "2026-11-26T17:00"),
    ],
)
def test_a_promise_is_kept(told: str, before: str, after: str, unit: Unit, moved: bool, kept: str) -> None:
    assert promise(at(told), of(before), of(after), NATIONAL, unit, moved=moved) == at(kept)


def test_a_broken_promise_is_not_healed() -> None:
    told, before, after = at("2026-11-26T17:00"), of("2026-11-30T17:00"), of("2026-12-07T17:00")
    late = at("2026-11-27T09:00")
    assert promise(told, before, after, NATIONAL, WD, moved=True, since=late) == told
    assert promise(told, before, after, NATIONAL, WD, moved=True, since=told) == at("2026-12-03T17:00")


def test_an_emergency_closure_moves_the_date_but_not_the_promise() -> None:
    history = History(MONDAY, TWENTY)
    closed = NATIONAL.over(Overlay("暴雪停工", "应急〔2026〕1号", {date(2026, 11, 10): "暴雪停工"}))
    before, after = reckon(history, NATIONAL), reckon(history, closed)
    assert after.instant == at("2026-12-01T17:00") and after.calendar != before.calendar
    told = promise(before.instant, before, after, closed, WD)
    assert told == at("2026-11-30T17:00")
    assert marks(history, closed, Thresholds(), promised=told)[-1] == Mark("red", told + LATE)
