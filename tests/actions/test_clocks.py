"""Clocks as they are kept: started anew, paused with a told end, extended, and when they wake."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from lianban import errors
from lianban.casework import clocks
from lianban.casework.clocks import Owner
from lianban.outside.clock import SHANGHAI
from lianban.outside.database import connection, transaction
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import LATE, Extension, days_pause
from tests.actions.drafts import MONDAY
from tests.actions.working import NURSING, POLICE_HEAD, REGION, accepted, task_of

DAY = timedelta(days=1)


def day(text: str, hour: int = 17) -> datetime:
    return datetime.fromisoformat(text).replace(hour=hour, tzinfo=SHANGHAI)


async def nursing() -> Owner:
    """The task that waits for nothing: committed 5, statutory 10 working days or as the catalogue says."""
    case = await accepted(NURSING)
    return Owner(case.case_id, await task_of(case.case_id, "nursing_allowance"), REGION)


async def shown(owner: Owner, kind: str, at: datetime = MONDAY) -> clocks.ClockView:
    async with transaction():
        found = await clocks.clocks_of(owner.case, at=at, task_id=owner.task)
    return next(view for view in found if view.kind == kind)


async def twenty(owner: Owner) -> clocks.Running:
    async with transaction():
        return await clocks.start(owner, "verification", Limit(20, Unit.WORKING_DAYS), "核查", at=MONDAY)


async def test_a_pause_moves_the_date_by_the_days_it_takes_and_tells_why(pool: None) -> None:
    owner = await nursing()
    running = await twenty(owner)
    assert running.due == running.promised == day("2026-11-30")
    stop = days_pause(
        date(2026, 11, 5), date(2026, 11, 11), "专家评审", "行政许可法第四十五条", "龙公安特字〔2026〕第000001号"
    )
    async with transaction():
        moved = await clocks.pause(owner, ["verification"], stop, adjustment=uuid4(), by=POLICE_HEAD, at=MONDAY)
    assert [(m.kind, m.old, m.new) for m in moved] == [("verification", day("2026-11-30"), day("2026-12-07"))]
    view = await shown(owner, "verification", day("2026-11-06", 10))
    assert view.due == view.computed == day("2026-12-07") and view.paused and view.moved
    assert view.remaining is not None and "暂停" in view.remaining.text
    async with transaction():
        told = await clocks.passport(view.id, case_id=owner.case, at=MONDAY)
    counted = [d.date for d in told.due.days if d.counted]
    assert len(counted) == 20 and date(2026, 11, 5) not in counted and date(2026, 11, 12) in counted
    assert [e.paper for e in told.events] == ["龙公安特字〔2026〕第000001号"]


async def test_a_procedure_that_ends_earlier_gives_the_days_back(pool: None) -> None:
    owner, adjustment = await nursing(), uuid4()
    await twenty(owner)
    stop = days_pause(date(2026, 11, 5), date(2026, 11, 11), "鉴定")
    async with transaction():
        await clocks.pause(owner, ["verification"], stop, adjustment=adjustment, by=POLICE_HEAD, at=MONDAY)
    async with transaction():
        moved = await clocks.end_pause(
            owner.case, adjustment, reason="鉴定提前完成", by=POLICE_HEAD, at=day("2026-11-09", 10)
        )
    # 5 and 6 November are lost; on 9 November the clock runs again before the close of business.
    assert [m.new for m in moved] == [day("2026-12-02")]


async def test_an_extension_adds_its_days_and_keeps_what_was_promised_earlier(pool: None) -> None:
    owner = await nursing()
    async with transaction():
        await clocks.start(
            owner, "verification", Limit(20, Unit.WORKING_DAYS), "核查", at=MONDAY, promise=day("2026-11-25")
        )
        moved = await clocks.extend(
            owner,
            ["verification"],
            Extension(Limit(10, Unit.WORKING_DAYS), MONDAY + DAY, "案情复杂"),
            adjustment=uuid4(),
            by=POLICE_HEAD,
            at=MONDAY + DAY,
        )
    view = await shown(owner, "verification")
    assert view.computed == day("2026-12-14")
    # The promise had been three working days earlier, and stays so.
    assert [m.new for m in moved] == [view.due] == [day("2026-12-09")]


async def test_a_clock_started_anew_forgets_its_old_extension(pool: None) -> None:
    owner = await nursing()
    first = await twenty(owner)
    more = Extension(Limit(10, Unit.WORKING_DAYS), MONDAY)
    async with transaction():
        await clocks.extend(owner, ["verification"], more, adjustment=uuid4(), by=POLICE_HEAD, at=MONDAY)
        await clocks.stop(owner.case, owner.task, at=MONDAY + DAY, kinds=["verification"])
        again = await clocks.start(owner, "verification", Limit(1, Unit.WORKING_DAYS), "核查", at=MONDAY + 2 * DAY)
    assert again.id == first.id and again.due == day("2026-11-05")
    view = await shown(owner, "verification")
    assert view.computed == day("2026-11-05") and view.stopped_at is None and not view.moved


async def test_only_the_clocks_asked_for_stop(pool: None) -> None:
    owner = await nursing()
    await twenty(owner)
    async with transaction():
        await clocks.stop(owner.case, owner.task, at=MONDAY + DAY, kinds=["verification"])
    assert (await shown(owner, "verification")).stopped_at == MONDAY + DAY
    assert (await shown(owner, "committed")).stopped_at is None


async def wakes(owner: Owner) -> datetime | None:
    async with transaction():
        found: datetime | None = await connection().fetchval(
            "SELECT wake_at FROM clocks WHERE task_id = $1 AND kind = 'verification'", owner.task
        )
    return found


async def test_a_clock_wakes_for_every_mark_and_then_sleeps_for_good(pool: None) -> None:
    owner = await nursing()
    running = await twenty(owner)
    at, colours = MONDAY, []
    for _ in range(9):
        wake = await wakes(owner)
        if wake is None:
            break
        at = wake
        async with transaction():
            assert owner.case in await clocks.due_cases(at, 1000)
            for each in await clocks.awake(owner.case, at):
                if each.row["id"] == running.id:
                    colours.append([colour for _, colour in each.marks][-1])
                await clocks.sleep(each.row["id"], at)
    assert colours == ["blue", "yellow", "red"] and at == day("2026-11-30") + LATE


async def test_a_promise_that_the_law_cuts_short_wakes_by_its_new_end(pool: None) -> None:
    owner = await nursing()
    async with transaction():
        await clocks.start(owner, "committed", Limit(20, Unit.WORKING_DAYS), "承诺", at=MONDAY)
        await clocks.cap(owner, "committed", day("2026-11-06"), at=MONDAY)
    raised = []
    for text in ("2026-11-05", "2026-11-07", "2026-11-30"):
        async with transaction():
            for one in await clocks.awake(owner.case, day(text)):
                if one.row["kind"] == "committed" and one.row["task_id"] == owner.task:
                    raised += [(text, colour) for _, colour in one.marks]
                await clocks.sleep(one.row["id"], day(text))
    assert (await shown(owner, "committed")).due == day("2026-11-06")
    assert [text for text, colour in raised if colour == "red"] == ["2026-11-07"]


async def test_a_late_end_leaves_the_card_that_is_still_owed(pool: None) -> None:
    owner = await nursing()
    await twenty(owner)
    late = day("2026-12-01", 10)
    async with transaction():
        await clocks.stop(owner.case, owner.task, at=late, kinds=["verification"])
        found = [a for a in await clocks.awake(owner.case, late) if a.row["kind"] == "verification"]
    assert [colour for _, colour in found[0].marks] == ["blue", "yellow", "red"]


async def test_one_in_time_leaves_nothing(pool: None) -> None:
    owner = await nursing()
    await twenty(owner)
    async with transaction():
        await clocks.stop(owner.case, owner.task, at=MONDAY + DAY, kinds=["verification"])
    assert await wakes(owner) is None


async def test_the_applicants_own_time_raises_no_card_but_comes_to_an_end(pool: None) -> None:
    case = await accepted(NURSING)
    owner = Owner(case.case_id, None, REGION)
    async with transaction():
        running = await clocks.start(owner, "answer", Limit(15, Unit.WORKING_DAYS), "补正", at=MONDAY)
        found = await clocks.awake(owner.case, running.due + LATE)
    assert [a.marks for a in found if a.row["kind"] == "answer"] == [((running.due + LATE, ""),)]


async def test_the_passport_of_another_case_is_not_found(pool: None) -> None:
    owner = await nursing()
    view = await shown(owner, "committed")
    with pytest.raises(errors.NotFound):
        async with transaction():
            await clocks.passport(view.id, case_id=UUID(int=1), at=MONDAY)


async def test_a_promise_that_is_over_makes_no_task_late_before_it_begins(pool: None) -> None:
    owner = await nursing()
    begun = day("2026-11-12", 9)
    async with transaction():
        running = await clocks.start(
            owner, "verification", Limit(5, Unit.WORKING_DAYS), "核查", at=begun, promise=day("2026-11-09")
        )
    assert running.promised == running.due == day("2026-11-19")
