"""The calendar in force: documents that come in, a region's own days, and what becomes of the dates that were told."""

from __future__ import annotations

import asyncio
from contextvars import Context
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from lianban import errors, journal, outbox, timers
from lianban.casework import calendars, catalogue, clocks, recomputing, tasks
from lianban.casework.clocks import ClockView, Owner
from lianban.outside.clock import SHANGHAI
from lianban.outside.database import connection, transaction
from lianban.rules.actors import SYSTEM, Role
from lianban.rules.calendar import calendar_for
from lianban.rules.catalog.types import Limit, Unit
from tests.actions.drafts import MONDAY
from tests.actions.rows import actor
from tests.actions.working import NURSING, POLICE, REGION, accepted, officer, one, task_of

CHANGSHA = "430100"
ADMIN = actor("admin", Role.ADMINISTRATOR)
NOTICE = """
year: 2027
notice: 国务院办公厅关于2027年部分节假日安排的通知
number: 国办发明电〔2026〕9号
published: 2026-11-02
off:
  - {festival: 元旦, from: 2027-01-01, to: 2027-01-03}
  - {festival: 春节, from: 2027-02-05, to: 2027-02-12}
work:
  - {festival: 春节, date: 2027-01-30}
  - {festival: 春节, date: 2027-02-20}
""".encode()
LATER = NOTICE.replace(b"to: 2027-01-03", b"to: 2027-01-04")


def day(text: str, hour: int = 17) -> datetime:
    return datetime.fromisoformat(text).replace(hour=hour, tzinfo=SHANGHAI)


async def held(working_days: int, kind: str = "verification", child: int = 0) -> Owner:
    """The task of an accepted case with one clock of so many working days; another child is another case."""
    born = {
        "birth_datetime": f"2026-10-28T08:{10 + child}",
        "birth_certificate_number": f"U22001234{child}",
        "newborn_name": "王小" + "明亮光华英"[child],
    }
    case = await accepted(NURSING | (born if child else {}))
    owner = Owner(case.case_id, await task_of(case.case_id, "nursing_allowance"), REGION)
    async with transaction():
        await clocks.start(owner, kind, Limit(working_days, Unit.WORKING_DAYS), "核查", at=MONDAY)
    return owner


async def shown(owner: Owner, kind: str = "verification") -> ClockView:
    async with transaction():
        found = await clocks.clocks_of(owner.case, at=MONDAY, task_id=owner.task)
    return next(view for view in found if view.kind == kind)


async def imported(data: bytes = NOTICE, at: datetime = MONDAY) -> calendars.Changed:
    return await calendars.import_notice(data, "2027.yaml", by=ADMIN, at=at)


async def worked(at: datetime = MONDAY) -> None:
    """The worker hands on everything that is due."""
    while await timers.round(at):
        pass


async def progress(id: UUID | None) -> tuple[int, int, int, bool]:
    async with transaction():
        row = await connection().fetchrow("SELECT * FROM recomputations WHERE id = $1", id)
    assert row is not None
    return row["looked"], row["changed"], row["firmed"], row["finished_at"] is not None


async def test_an_imported_notice_makes_dates_firm_and_keeps_the_earlier_promise(pool: None) -> None:
    owner = await held(66)
    before = await shown(owner)
    # Without a notice 2027 has the statutory days only: the spring festival ends on 8 February.
    assert (before.due, before.provisional) == (day("2027-02-03"), True)
    made = await imported()
    assert made.new and made.version == 1 and "国办发明电〔2026〕9号" in str(made)
    assert made.clocks == await one("SELECT count(*) FROM clocks WHERE stopped_at IS NULL")
    await worked()
    after = await shown(owner)
    # Saturday 30 January has become a working day: one day earlier.
    assert (after.computed, after.due, after.provisional) == (day("2027-02-02"), day("2027-02-02"), False)
    assert "2004–2027" in after.calendar
    looked, changed, firmed, finished = await progress(made.recomputation)
    assert (looked, changed, firmed, finished) == (made.clocks, 1, 1, True)
    lines = [line for line in await journal.lines("case", owner.case) if line.event == "deadline changed"]
    assert [line.content for line in lines] == [
        {
            "clock": "verification",
            "item": "nursing_allowance",
            "old_computed": "2027-02-03 17:00",
            "new_computed": "2027-02-02 17:00",
            "old_promised": "2027-02-03 17:00",
            "new_promised": "2027-02-02 17:00",
            "calendar": after.calendar,
        }
    ]
    assert lines[0].by_id == SYSTEM.id
    # A second notice gives a holiday more: what follows is a day later, what was told is not.
    await imported(LATER, MONDAY + timedelta(hours=1))
    await worked(MONDAY + timedelta(hours=1))
    again = await shown(owner)
    assert (again.computed, again.due) == (day("2027-02-03"), day("2027-02-02"))


async def test_the_commitment_of_a_task_and_its_place_in_the_list_follow(pool: None) -> None:
    owner = await held(66, "committed")
    await imported()
    await worked()
    assert (await shown(owner, "committed")).due == day("2027-02-02")
    assert await one("SELECT due_at FROM tasks WHERE id = $1", owner.task) == day("2027-02-02")


async def test_the_applicants_own_time_never_becomes_shorter(pool: None) -> None:
    owner = await held(66, "hearing")
    await imported()
    await worked()
    view = await shown(owner, "hearing")
    assert (view.computed, view.due) == (day("2027-02-03"), day("2027-02-03"))


async def test_a_date_that_stays_only_gets_its_edition(pool: None) -> None:
    owner = await held(20)
    before = await shown(owner)
    made = await imported()
    await worked()
    after = await shown(owner)
    assert (after.due, after.computed) == (before.due, before.computed) == (day("2026-11-30"), day("2026-11-30"))
    assert after.calendar != before.calendar and (await progress(made.recomputation))[1] == 0
    assert "deadline changed" not in [line.event for line in await journal.lines("case", owner.case)]


async def test_the_same_notice_again_changes_nothing_and_says_so(pool: None) -> None:
    first = await imported()
    again = await imported(b"# copied\n" + NOTICE)
    assert (again.new, again.version, again.recomputation) == (False, first.version, None)
    assert "没有变化" in str(again)
    assert await one("SELECT count(*) FROM calendar_notices") == 1
    assert await one("SELECT count(*) FROM recomputations") == 1


async def test_two_at_once_are_two_versions_and_the_last_one_holds(pool: None) -> None:
    made = await asyncio.gather(imported(NOTICE), imported(LATER))
    assert sorted(one.version for one in made) == [1, 2]
    assert await one("SELECT count(*) FROM calendar_notices WHERE superseded_at IS NULL") == 1
    last = max(made, key=lambda one: one.version).notice
    async with transaction():
        calendar = await calendars.calendar_of(REGION)
    assert calendar.notices[2027] == last
    listed = await calendars.documents(by=ADMIN)
    assert [d.superseded for d in listed if d.year == 2027] == [False, True]
    same = await asyncio.gather(imported(LATER), imported(LATER))
    assert sum(one.new for one in same) <= 1


async def test_what_is_no_notice_and_who_is_no_administrator_is_refused(pool: None) -> None:
    with pytest.raises(errors.Invalid, match=r"2027\.yaml"):
        await imported(b"year: 2027")
    with pytest.raises(errors.Invalid, match="太大"):
        await imported(NOTICE + b"#" * calendars.LARGEST)
    with pytest.raises(errors.Forbidden):
        await calendars.import_notice(NOTICE, "2027.yaml", by=POLICE, at=MONDAY)
    assert await one("SELECT version FROM calendar_state") == 0


async def test_an_amendment_stands_beside_the_yearly_notice(pool: None) -> None:
    off = "[{festival: 纪念日, date: 2026-12-14}]"
    text = f"year: 2026\nnotice: 关于调整2026年12月假期的通知\nstatus: amendment\noff: {off}"
    await calendars.import_notice(text.encode(), "调整.yaml", by=SYSTEM, at=MONDAY)
    async with transaction():
        calendar = await calendars.calendar_of(REGION)
    assert not calendar.day(date(2026, 12, 14)).working and not calendar.day(date(2026, 10, 1)).working
    assert [d.status for d in calendar.documents(2026)] == ["yearly", "amendment"]


async def test_a_holiday_of_one_region_leaves_the_others_alone(pool: None) -> None:
    owner = await held(20)
    await catalogue.ship(MONDAY)
    made = await calendars.add_overlay(
        REGION, "暴雪停止办公", "龙井市人民政府通告〔2026〕3号", [date(2026, 11, 5)], by=ADMIN, at=MONDAY
    )
    await worked()
    view = await shown(owner)
    # The promise that was told stays; why the computed date is later is on record.
    assert (view.computed, view.due) == (day("2026-12-01"), day("2026-11-30"))
    async with transaction():
        here, there = await calendars.calendar_of(REGION), await calendars.calendar_of(CHANGSHA)
    assert not here.day(date(2026, 11, 5)).working and there.day(date(2026, 11, 5)).working
    assert there.edition == calendar_for(CHANGSHA).edition
    listed = await calendars.overlays(by=ADMIN)
    assert [(o.name, o.withdrawn) for o in listed] == [("暴雪停止办公", False)]
    assert (await progress(made.recomputation))[3]
    with pytest.raises(errors.NotFound):
        await calendars.withdraw_overlay(
            listed[0].id, by=actor("other", Role.ADMINISTRATOR, region=CHANGSHA), at=MONDAY
        )
    await calendars.withdraw_overlay(listed[0].id, by=ADMIN, at=MONDAY)
    await worked()
    assert (await shown(owner)).computed == day("2026-11-30")
    with pytest.raises(errors.Conflict, match="已经撤销"):
        await calendars.withdraw_overlay(listed[0].id, by=ADMIN, at=MONDAY)


@pytest.mark.parametrize(
    ("name", "basis", "off", "work", "field"),
    [
        ("", "文件", ["2026-11-05"], [], "name"),
        ("暴雪", "", ["2026-11-05"], [], "basis"),
        ("暴雪", "文件", [], [], "off"),
        ("周末延时服务", "文件", [], ["2026-11-07"], "off"),
        ("周末延时服务", "文件", ["2026-11-05"], ["2026-11-07", "2026-11-08"], "work"),
        ("调休", "文件", ["2026-11-05"], ["2026-11-06"], "work"),
        ("调休", "文件", ["2026-11-07"], ["2026-11-07"], "work"),
    ],
)
async def test_days_of_a_region_rest_on_a_document_and_weekend_service_makes_no_working_day(
    pool: None, name: str, basis: str, off: list[str], work: list[str], field: str
) -> None:
    days = [[date.fromisoformat(d) for d in each] for each in (off, work)]
    with pytest.raises(errors.Invalid) as refused:
        await calendars.add_overlay(REGION, name, basis, *days, by=ADMIN, at=MONDAY)
    assert field in refused.value.fields


async def test_one_day_is_not_in_two_overlays_and_others_may_not_add_any(pool: None) -> None:
    snow = [date(2026, 11, 5)]
    await calendars.add_overlay(REGION, "暴雪", "通告", snow, by=ADMIN, at=MONDAY)
    with pytest.raises(errors.Conflict, match="2026-11-05"):
        await calendars.add_overlay(REGION, "停电", "通告", snow, by=ADMIN, at=MONDAY)
    with pytest.raises(errors.Forbidden):
        await calendars.add_overlay(CHANGSHA, "暴雪", "通告", snow, by=ADMIN, at=MONDAY)
    with pytest.raises(errors.Forbidden):
        await calendars.add_overlay(REGION, "停电", "通告", [date(2026, 11, 6)], by=POLICE, at=MONDAY)


async def test_a_recomputation_that_is_killed_in_the_middle_goes_on_where_it_stopped(
    pool: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners = [await held(66, child=n) for n in range(5)]
    monkeypatch.setattr(recomputing, "BATCH", 2)
    made = await imported()
    assert made.recomputation
    # The worker takes the message, does one batch, and dies in the middle of the next.
    (message,) = [m for m in await outbox.claim(MONDAY, limit=1000) if m.event == calendars.CHANGED]
    assert await recomputing.step(made.recomputation, MONDAY) is recomputing.State.MORE
    with monkeypatch.context() as dying:
        dying.setattr(recomputing, "_write", _dies)
        with pytest.raises(RuntimeError, match="killed"):
            await recomputing.step(made.recomputation, MONDAY)
    dues = [(await shown(o)).due for o in owners]
    assert sorted(dues) == [day("2027-02-02")] * 2 + [day("2027-02-03")] * 3
    later = MONDAY + outbox.LEASE
    assert message.id in [m.id for m in await outbox.claim(later, timedelta(), 1000)]
    await worked(later)
    assert [(await shown(o)).due for o in owners] == [day("2027-02-02")] * 5
    assert (await progress(made.recomputation))[1:] == (5, 5, True)
    assert await one("SELECT count(*) FROM deadline_changes") == 5
    assert await one("SELECT count(*) FROM journal WHERE event = 'deadline changed'") == 5


async def _dies(id: UUID, looked: object, at: datetime) -> None:
    await connection().execute("UPDATE clocks SET provisional = false")
    raise RuntimeError("killed")


async def test_who_has_a_case_in_hand_is_not_waited_for_and_met_again(pool: None) -> None:
    owners = [await held(66, child=n) for n in range(2)]
    made = await imported()
    assert made.recomputation
    async with transaction():
        await connection().execute("SELECT 1 FROM cases WHERE id = $1 FOR UPDATE", owners[0].case)
        for state in (recomputing.State.MORE, recomputing.State.BUSY):
            # In a context of its own: a worker does not share our transaction.
            step = asyncio.create_task(recomputing.step(made.recomputation, MONDAY), context=Context())
            assert await asyncio.wait_for(step, 5) is state
    assert (await shown(owners[1])).due == day("2027-02-02") and (await shown(owners[0])).due == day("2027-02-03")
    await worked()
    assert (await shown(owners[0])).due == day("2027-02-02")
    assert (await progress(made.recomputation))[3]


async def test_a_clock_started_by_the_old_calendar_meanwhile_is_found_by_the_last_look(pool: None) -> None:
    owner = await held(66)
    old = await shown(owner)
    await imported()
    await worked()
    async with transaction():
        await connection().execute(
            "UPDATE clocks SET computed_due = $2, promised_due = $2, provisional = true, calendar = $3 WHERE id = $1",
            old.id,
            old.due,
            old.calendar,
        )
    await worked(MONDAY + recomputing.LAST_LOOK)
    assert (await shown(owner)).due == day("2027-02-02")
    assert await one("SELECT count(*) FROM outbox") == 0


async def test_a_later_change_takes_over_an_unfinished_one(pool: None) -> None:
    owner = await held(66)
    first = await imported()
    second = await imported(LATER)
    await worked()
    assert (await progress(first.recomputation))[0] == 0 and (await progress(first.recomputation))[3]
    assert (await progress(second.recomputation))[3]
    assert (await shown(owner)).computed == day("2027-02-03")


async def test_people_work_on_while_dates_are_recomputed(pool: None) -> None:
    owner = await held(66)
    await imported()
    assert owner.task is not None
    labour = officer("labour", str(await one("SELECT department FROM tasks WHERE id = $1", owner.task)))
    await asyncio.gather(worked(), tasks.claim(owner.task, by=labour, at=MONDAY))
    # A case that was in somebody's hand just then is met again a little later.
    await worked(MONDAY + timedelta(minutes=5))
    assert (await shown(owner)).due == day("2027-02-02")


async def test_a_year_without_a_notice_breaks_nothing(pool: None) -> None:
    owner = await held(320)
    view = await shown(owner)
    assert view.provisional and view.due.year == 2028
    await imported()
    await worked()
    view = await shown(owner)
    assert view.provisional, "2028 is still open"


async def test_every_change_is_in_the_journal(pool: None) -> None:
    made = await imported()
    await calendars.add_overlay(REGION, "暴雪", "通告〔2026〕3号", [date(2026, 11, 5)], by=ADMIN, at=MONDAY)
    (line,) = await journal.lines("catalogue", "national/calendar")
    assert line.event == "calendar imported" and line.by_id == "admin"
    assert line.content and line.content["sha256"] == made.sha256 and line.content["version"] == 1
    (line,) = await journal.lines("catalogue", f"{REGION}/calendar")
    assert line.content and line.content["off"] == ["2026-11-05"] and line.content["version"] == 2
