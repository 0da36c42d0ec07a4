"""The laws of the clock, on 10,000 random histories and against a second, plain reckoning."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianban.rules.calendar import Calendar, calendar_for
from lianban.rules.catalog.types import Limit
from lianban.rules.clock import (
    LATE,
    SHANGHAI,
    Due,
    Extension,
    History,
    Pause,
    Thresholds,
    marks,
    promise,
    reckon,
    used,
)
from tests.rules.clockwork import DAY, QUARTER, SPOT, WD, WH, D, H, M, calendars, history, notice, pause, reference

NATIONAL = calendar_for()
SHARES = 20
EACH = 500


def units(past: History) -> list[Limit]:
    return [past.limit, *(extension.limit for extension in past.extensions)]


def regrouped(past: History, dice: random.Random) -> History:
    """The same events told in another way: shuffled, split, said twice, with one that takes no time."""
    pauses = []
    for each in past.pauses:
        cut = each.since + (each.until - each.since) * dice.random()
        pauses += [replace(each, until=cut), replace(each, since=cut, paper="续")] if dice.random() < 0.5 else [each]
        if dice.random() < 0.3:
            pauses.append(replace(each, since=cut))
    pauses.append(Pause(past.start + DAY, past.start))
    dice.shuffle(pauses)
    extensions = list(past.extensions)
    dice.shuffle(extensions)
    return replace(past, pauses=tuple(pauses), extensions=tuple(extensions))


def explains(found: Due, past: History, calendar: Calendar) -> None:
    """The counted days or minutes add up to the budget; steps follow each other to the instant."""
    days = sum(limit.amount for limit in units(past) if limit.unit in (WD, D))
    assert sum(day.counted for day in found.days) == days
    assert all(day.reason for day in found.days)
    paused = [day for day in found.days if "暂停" in day.reason]
    assert all(not day.counted and day.paper for day in paused)
    hours = sum(limit.amount for limit in units(past) if limit.unit in (H, WH))
    if not any(limit.unit is M for limit in units(past)):
        assert sum(step.minutes for step in found.steps) == hours * 60
    assert all(step.since < step.until and step.minutes >= 0 and step.reason for step in found.steps)
    if past.limit.unit in (H, WH, M) and {limit.unit for limit in units(past)} == {past.limit.unit}:
        assert found.steps[0].since == past.start
        assert found.steps[-1].until == found.instant
        assert all(a.until == b.since for a, b in pairwise(found.steps))
    elif {limit.unit for limit in units(past)} <= {WD, D}:
        assert all(b.date - a.date == DAY for a, b in pairwise(found.days))
        assert found.days[-1].date == found.instant.date()


@pytest.mark.parametrize("share", range(SHARES))
def test_ten_thousand_histories(share: int) -> None:
    dice = random.Random(f"2026-11-02/{share}")
    known = calendars(dice)
    for _ in range(EACH):
        calendar, past = dice.choice(known), history(dice)
        found = reckon(past, calendar)
        assert found.instant == reference(past, calendar), past
        explains(found, past, calendar)
        again = reckon(regrouped(past, dice), calendar, explain=False)
        assert (again.instant, again.provisional) == (found.instant, found.provisional), past
        assert found.instant.utcoffset() == timedelta(hours=8)
        # A month has no fixed length, so a month that is added to other units may end earlier when it begins later.
        if all(extension.limit.unit is not M for extension in past.extensions):
            more = replace(past, pauses=(*past.pauses, pause(dice, past.start)))
            assert reckon(more, calendar, explain=False).instant >= found.instant, more
            if past.limit.unit is not SPOT:
                longer = replace(past, limit=Limit(past.limit.amount + 1, past.limit.unit))
                assert reckon(longer, calendar, explain=False).instant >= found.instant, longer
        after = Pause(found.instant + QUARTER, found.instant + 9 * DAY)
        assert reckon(replace(past, pauses=(*past.pauses, after)), calendar) == found, past


@pytest.mark.parametrize("share", range(4))
def test_marks_keep_out_of_pauses_and_come_in_order(share: int) -> None:
    dice = random.Random(f"marks/{share}")
    known = calendars(dice)
    for _ in range(EACH):
        calendar, past = dice.choice(known), history(dice)
        due = reckon(past, calendar, explain=False).instant
        promised = due - dice.choice((0, 0, 0, 1, 3)) * DAY
        found = marks(past, calendar, Thresholds(), promised=promised, last="black")
        assert [mark.at for mark in found] == sorted(mark.at for mark in found)
        assert [mark.colour for mark in found] in (
            ["blue", "yellow", "black"], ["yellow", "black"], ["blue", "black"], ["black"],
        )  # fmt: skip
        effective = [p for p in past.pauses if p.since < due]
        assert not any(p.since <= mark.at < p.until for mark in found for p in effective), past
        assert found[-1].at > promised
        if promised == due:
            assert found[-1].at == due + LATE
        if promised >= past.start:
            assert all(mark.at >= past.start for mark in found), past
        shares = [used(past, calendar, past.start + (due - past.start) * n / 4) for n in range(5)]
        assert shares == sorted(shares) and shares[0] >= 0 and shares[-1] == pytest.approx(1)


@pytest.mark.parametrize("share", range(4))
def test_a_new_notice_changes_exactly_what_it_should(share: int) -> None:
    dice = random.Random(f"import/{share}")
    after = NATIONAL.with_notices([notice(2027, dice)])
    changed = [
        d for n in range(-3, 366) if NATIONAL.day(d := date(2027, 1, 1) + n * DAY).working != after.day(d).working
    ]
    moved = kept = 0
    for _ in range(EACH):
        past = history(dice)
        past = replace(past, start=past.start.replace(year=dice.choice((2026, 2027)), day=min(past.start.day, 28)))
        one, two = reckon(past, NATIONAL), reckon(past, after)
        assert two.instant == reference(past, after), past
        last = max(one.instant, two.instant).date()
        if not any(past.start.date() <= day <= last for day in changed):
            assert two.instant == one.instant, past
            assert [(d.date, d.counted) for d in two.days] == [(d.date, d.counted) for d in one.days]
            kept += 1
        moved += two.instant != one.instant
        if not two.provisional:
            assert one.provisional or two.instant == one.instant
        told = promise(one.instant, one, two, after, past.limit.unit)
        assert told == min(one.instant, two.instant)
    assert moved > 20 and kept > 100


instants = st.datetimes(datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2100-12-31T23:59:59.999999"))
limits = st.builds(Limit, st.integers(1, 60), st.sampled_from([WD, WH, H, D, M])) | st.just(Limit(0, SPOT))
spans = st.tuples(st.integers(-50_000, 50_000), st.integers(0, 30_000))


@st.composite
def lives(draw: st.DrawFn) -> History:
    """Any history of this century, to the microsecond."""
    start = draw(instants).replace(tzinfo=SHANGHAI)
    minute = timedelta(minutes=1)
    pauses = [
        Pause(start + since * minute, start + (since + length) * minute, paper="第1号")
        for since, length in draw(st.lists(spans, max_size=4))
    ]
    extensions = [Extension(limit, start) for limit in draw(st.lists(limits, max_size=2))]
    return History(start, draw(limits), tuple(pauses), tuple(extensions), first_day_counts=draw(st.booleans()))


@settings(max_examples=200, deadline=None)
@given(lives())
def test_every_life_of_this_century_has_an_end_that_explains_itself(past: History) -> None:
    found = reckon(past, NATIONAL)
    if past.limit.unit is not SPOT:
        assert found.instant > past.start or (past.limit.unit in (WD, D, M) and past.first_day_counts)
    explains(found, past, NATIONAL)
    assert reckon(past, NATIONAL, explain=False).instant == found.instant
    assert marks(past, NATIONAL, Thresholds())[-1].at >= found.instant


@settings(max_examples=150, deadline=None)
@given(instants, st.integers(1, 100), st.lists(spans, max_size=4))
def test_plain_hours_lose_exactly_the_pauses(start: datetime, amount: int, given: list[tuple[int, int]]) -> None:
    start = start.replace(tzinfo=SHANGHAI)
    minute = timedelta(minutes=1)
    pauses = tuple(Pause(start + since * minute, start + (since + length) * minute) for since, length in given)
    end = reckon(History(start, Limit(amount, H), pauses), NATIONAL).instant
    covered = sorted((max(p.since, start), min(p.until, end)) for p in pauses if p.until > start and p.since < end)
    lost, reached = timedelta(0), start
    for since, until in covered:
        lost += max(until - max(since, reached), timedelta(0))
        reached = max(reached, until)
    assert end - start - lost == timedelta(hours=amount)


@settings(max_examples=150, deadline=None)
@given(lives(), st.integers(0, 20_000))
def test_a_later_start_never_ends_earlier_while_nothing_is_paused(past: History, minutes: int) -> None:
    past = replace(past, pauses=(), extensions=())
    later = replace(past, start=past.start + timedelta(minutes=minutes))
    assert reckon(past, NATIONAL).instant <= reckon(later, NATIONAL).instant
