"""Joint on-site surveys: one appointment, two surveyors each, every department its own conclusion."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from lianban import errors
from lianban.casework import tasks, tracking
from lianban.casework.attachments import Attachment
from lianban.casework.clocks import clocks_of
from lianban.casework.policies import set_policy
from lianban.casework.story import story
from lianban.casework.visits import checks, ending, offering, planning, recording, surveying, viewing, wishes
from lianban.casework.withdrawing import withdraw
from lianban.outside import clock
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.surveys import Said, Surveyor
from tests.actions.drafts import MONDAY, WANG, picture
from tests.actions.jointly import ADMIN
from tests.actions.visiting import FIRE, MARKET, OTHER_TEAM, TAX, TEAM, VISIT_AT, Appointed, appointed, begun
from tests.actions.working import REASONS, RESULT, one

SURVEYS = ("appointment", "survey")
PASS = Said("pass", "符合要求")
FAILED = Said("fail", "疏散通道堆放杂物")


async def later(there: Appointed, day: date, hour: int = 14) -> tuple[str, date]:
    """A slot of the region on that day."""
    found = await offering.offered("222405", {"market_regulation", "fire_rescue"}, at=MONDAY)
    return next((o.slot, o.day) for o in found if o.day == day and o.starts_at.hour == hour)


async def answered(there: Appointed, task: UUID, by: Actor, at: datetime) -> None:
    """Every line of the list is in order."""
    async with transaction():
        listed = (await checks.lines(there.visit, [task])).get(task, [])
    for line in listed:
        await checks.answer(there.visit, task, line.position, answer="ok", version=line.version, by=by, at=at)


async def concluded(there: Appointed, task: UUID, by: Actor, said: Said, at: datetime = VISIT_AT) -> None:
    """A department answers its list and concludes."""
    await answered(there, task, by, at)
    await surveying.conclude(there.visit, task, said, by=by, at=at)


async def version_of(there: Appointed) -> int:
    """The version of the visit that a screen would show now."""
    return (await viewing.visit(there.visit, by=WANG, at=MONDAY)).version


async def papers(case: UUID, kind: str) -> list[Any]:
    """The papers of a kind, the oldest first."""
    async with transaction():
        return list(
            await connection().fetch("SELECT * FROM papers WHERE case_id = $1 AND kind = $2 ORDER BY id", case, kind)
        )


async def test_one_appointment_holds_all_departments_and_the_applicant_is_told(pool: None) -> None:
    there = await appointed()
    found = await viewing.visit(there.visit, by=WANG, at=MONDAY)
    assert {p.item_name for p in found.parts} == {"食品经营许可证新办", "消防安全检查（一般流程）"}
    assert (found.status, found.starts_at.date()) == ("planned", date(2026, 11, 3))
    (notice,) = await papers(there.case_id, "survey_notice")
    assert "2026年11月3日9时30分至11时30分" in notice["content"] and notice["title"] == "现场勘查通知书"
    assert await one("SELECT count(*) FROM outbox WHERE event = 'visit set'") == 1
    with pytest.raises(errors.Conflict, match="没有等待约定"):
        await planning.plan(
            there.case_id, slot=(await later(there, date(2026, 11, 4)))[0], day=date(2026, 11, 4), place="原址",
            by=WANG, at=MONDAY,
        )  # fmt: skip


async def test_the_one_who_fails_does_not_hold_the_other(pool: None) -> None:
    there = await begun()
    await concluded(there, there.fire, FIRE, FAILED)
    assert await one("SELECT status FROM visits WHERE id = $1", there.visit) == "under_way"
    await concluded(there, there.food, MARKET, PASS)
    assert await one("SELECT status FROM visits WHERE id = $1", there.visit) == "done"
    (record,) = await papers(there.case_id, "survey_record")
    assert all(word in record["content"] for word in ("不合格", "疏散通道堆放杂物", "赵一", "消07-0202"))
    granted = await tasks.grant(there.food, results=[RESULT], opinion="符合条件", by=MARKET, at=VISIT_AT)
    assert granted.status == "granted"
    with pytest.raises(errors.Conflict, match="不合格"):
        await tasks.grant(there.fire, results=[RESULT], opinion="符合条件", by=FIRE, at=VISIT_AT)


async def test_nobody_begins_before_the_day_or_for_another_department(pool: None) -> None:
    there = await appointed()
    with pytest.raises(errors.Conflict, match="还没有到约定的日期"):
        await surveying.begin(there.visit, there.food, by=MARKET, at=MONDAY)
    with pytest.raises(errors.Forbidden):
        await surveying.begin(there.visit, there.food, by=FIRE, at=VISIT_AT)
    with pytest.raises(errors.NotFound):
        await viewing.visit(there.visit, by=TAX, at=MONDAY)


async def test_a_survey_stops_neither_the_statutory_limit_nor_the_promise(pool: None) -> None:
    there = await appointed()

    async def limits() -> dict[str, datetime]:
        async with transaction():
            found = await clocks_of(there.case_id, at=VISIT_AT, task_id=there.food)
        assert not any(c.paused for c in found)
        return {c.kind: c.due for c in found if c.kind in ("committed", "statutory")}

    before = await limits()
    await surveying.begin(there.visit, there.food, by=MARKET, at=VISIT_AT)
    await planning.leave(there.visit, there.fire, reason="消防另行勘查", by=FIRE, at=VISIT_AT)
    await concluded(there, there.food, MARKET, PASS)
    assert await limits() == before and set(before) == {"committed", "statutory"}


async def test_surveys_have_clocks_of_their_own(pool: None) -> None:
    there = await appointed()
    async with transaction():
        found = [c for c in await clocks_of(there.case_id, at=MONDAY, task_id=there.fire) if c.kind in SURVEYS]
    assert [(c.kind, c.stopped_at is None) for c in found] == [("appointment", False), ("survey", True)]
    assert found[1].due == datetime(2026, 11, 5, 17, tzinfo=clock.SHANGHAI)
    await planning.cancel(there.visit, reason="店铺停电", by=WANG, at=MONDAY)
    async with transaction():
        again = [c for c in await clocks_of(there.case_id, at=MONDAY, task_id=there.fire) if c.kind in SURVEYS]
    assert [(c.kind, c.subject) for c in again if c.stopped_at is None] == [("appointment", "第2次"), ("survey", "")]


async def test_a_change_supersedes_the_notice_and_its_number_is_limited(pool: None) -> None:
    there = await appointed()
    slot, day = await later(there, date(2026, 11, 4))
    await planning.change(there.visit, slot=slot, day=day, reason="申请人外出", seen=1, by=WANG, at=MONDAY)
    first, second = await papers(there.case_id, "survey_notice")
    assert first["superseded_by"] == second["id"] and "因申请人外出改期" in second["content"]
    with pytest.raises(errors.Conflict, match="刚刚有变动"):
        await planning.change(there.visit, slot=slot, day=day, reason="又有事", seen=1, by=WANG, at=MONDAY)
    version = await version_of(there)
    slot, day = await later(there, date(2026, 11, 5))
    await planning.change(there.visit, slot=slot, day=day, reason="设备未到", seen=version, by=MARKET, at=MONDAY)
    slot, day = await later(there, date(2026, 11, 6))
    with pytest.raises(errors.Conflict, match="改期的次数已经用完"):
        await planning.change(there.visit, slot=slot, day=day, reason="还是不行", seen=version + 1, by=WANG, at=MONDAY)


async def test_a_slot_in_the_past_or_on_a_holiday_is_refused(pool: None) -> None:
    there = await appointed()
    slot = await one("SELECT id FROM survey_slots WHERE weekday = 1 ORDER BY starts_at LIMIT 1")
    for day, why in (
        (date(2026, 11, 2), "已经过去"),
        (date(2026, 11, 7), "不是工作日"),
        (date(2026, 11, 4), "不在所选的日期"),
        (date(2027, 3, 1), "最多提前"),
    ):
        with pytest.raises(errors.Invalid, match=why):
            await planning.change(there.visit, slot=str(slot), day=day, reason="另选", seen=1, by=WANG, at=MONDAY)


async def test_a_department_that_can_send_nobody_is_not_appointed(pool: None) -> None:
    there = await appointed()
    slot, day = await later(there, date(2026, 11, 4))
    await offering.add_busy(day=day, half="pm", reason="培训", by=FIRE, at=MONDAY)
    with pytest.raises(errors.Invalid, match=r"消防.*培训"):
        await planning.change(there.visit, slot=slot, day=day, reason="另选", seen=1, by=WANG, at=MONDAY)


async def test_the_last_place_of_a_slot_goes_to_one(pool: None) -> None:
    first = await appointed()
    slot, day = await later(first, date(2026, 11, 4))
    await offering.set_quotas({UUID(slot): 1}, by=WANG)
    await planning.cancel(first.visit, reason="重新约定", by=WANG, at=MONDAY)
    async with transaction():
        await connection().execute("UPDATE duplicate_keys SET key = 'other' || key WHERE case_id = $1", first.case_id)
    second = await appointed()
    await planning.cancel(second.visit, reason="重新约定", by=WANG, at=MONDAY)

    async def plan(there: Appointed) -> object:
        return await planning.plan(there.case_id, slot=slot, day=day, place="原址", by=WANG, at=MONDAY)

    done = await asyncio.gather(plan(first), plan(second), return_exceptions=True)
    assert sorted(type(d).__name__ for d in done) == ["Invalid", "UUID"]
    assert any("约满" in str(d) for d in done)


async def test_the_same_appointment_sent_twice_is_one(pool: None) -> None:
    there = await appointed()
    await planning.cancel(there.visit, reason="重新约定", by=WANG, at=MONDAY)
    slot, day = await later(there, date(2026, 11, 4))

    async def plan() -> UUID:
        return await planning.plan(there.case_id, slot=slot, day=day, place="原址", by=WANG, at=MONDAY, key="twice")

    made = await asyncio.gather(plan(), plan())
    assert made[0] == made[1] and await one("SELECT count(*) FROM visits WHERE status = 'planned'") == 1


async def test_a_change_and_a_conclusion_at_once_do_not_mix(pool: None) -> None:
    there = await appointed()
    await planning.leave(there.visit, there.fire, reason="另行勘查", by=FIRE, at=MONDAY)
    await surveying.begin(there.visit, there.food, by=MARKET, at=VISIT_AT)
    await answered(there, there.food, MARKET, VISIT_AT)
    slot, day = await later(there, date(2026, 11, 5))
    version = await version_of(there)
    done = await asyncio.gather(
        surveying.conclude(there.visit, there.food, PASS, by=MARKET, at=VISIT_AT),
        planning.change(there.visit, slot=slot, day=day, reason="来不及", seen=version, by=WANG, at=VISIT_AT),
        surveying.conclude(there.visit, there.food, PASS, by=MARKET, at=VISIT_AT),
        return_exceptions=True,
    )
    assert [type(d).__name__ for d in done if isinstance(d, Exception)] in (["Illegal"], ["Conflict"])
    assert await one("SELECT count(*) FROM surveys") == 1
    assert await one("SELECT count(*) FROM papers WHERE kind = 'survey_record'") == 1


async def test_when_the_applicant_is_not_there_another_time_is_owed(pool: None) -> None:
    there = await appointed()
    with pytest.raises(errors.Conflict, match="还没有到"):
        await planning.miss(there.visit, who="applicant", reason="店门锁着", by=MARKET, at=MONDAY)
    await planning.miss(there.visit, who="applicant", reason="店门锁着", by=MARKET, at=VISIT_AT)
    await planning.miss(there.visit, who="applicant", reason="店门锁着", by=MARKET, at=VISIT_AT)
    assert await one("SELECT count(*) FROM outbox WHERE event = 'visit missed'") == 1
    _, waiting = await viewing.listed(by=WANG, at=VISIT_AT)
    assert [w.items for w in waiting] == [("食品经营许可证新办", "消防安全检查（一般流程）")]


async def test_an_item_that_becomes_ready_later_joins(pool: None) -> None:
    there = await appointed()
    await planning.leave(there.visit, there.fire, reason="等待材料", by=FIRE, at=MONDAY)
    assert await planning.join(there.visit, by=FIRE, at=MONDAY) == 1
    assert await planning.join(there.visit, by=FIRE, at=MONDAY) == 0
    found = await viewing.visit(there.visit, by=WANG, at=MONDAY)
    assert [p.status for p in found.parts] == ["invited", "confirmed"]


async def test_rectification_has_its_day_and_is_checked_again(pool: None) -> None:
    there = await begun()
    with pytest.raises(errors.Invalid, match="整改的期限"):
        await concluded(there, there.food, MARKET, Said("pass_with_rectification", "水池不足"))
    said = Said("pass_with_rectification", "水池不足", date(2026, 11, 5))
    await concluded(there, there.food, MARKET, said)
    with pytest.raises(errors.Conflict, match="复查"):
        await tasks.grant(there.food, results=[RESULT], opinion="符合条件", by=MARKET, at=VISIT_AT)
    await tasks.survey(
        there.food, surveyed_on=date(2026, 11, 3), surveyors=TEAM, conclusion="pass",
        findings="已加装水池，照片核对无误", desk=True, by=MARKET, at=VISIT_AT + timedelta(hours=2),
    )  # fmt: skip
    assert (
        await tasks.grant(there.food, results=[RESULT], opinion="符合条件", by=MARKET, at=VISIT_AT)
    ).status == "granted"


async def test_a_recheck_that_is_owed_is_seen_and_the_applicant_knows_the_day(pool: None) -> None:
    there = await begun()
    await concluded(there, there.food, MARKET, Said("pass_with_rectification", "水池不足", date(2026, 11, 5)))

    async def seen(at: datetime) -> tuple[str, bool]:
        clock.set_clock(lambda: at)
        (line,) = [one for one in (await tasks.worklist(by=MARKET, at=at)).lines if one.task_id == there.food]
        assert line.rectify_by == (await tasks.view(there.food, by=MARKET, at=at)).recheck_by == date(2026, 11, 5)
        told = await story(there.case_id, by=WANG, at=at)
        page = await tracking.track(told.number, told.query_code, address="198.51.100.7", at=at)
        return next(one.sentence for one in page.items if one.item == "food_permit"), line.recheck_overdue

    said, late = await seen(datetime(2026, 11, 5, 17, tzinfo=clock.SHANGHAI))
    assert "请在 2026年11月5日前整改完毕，届时龙井市市场监督管理局复查" in said and not late
    said, late = await seen(datetime(2026, 11, 6, 9, tzinfo=clock.SHANGHAI))
    assert "要求在 2026年11月5日前整改，期限已过" in said and late
    _, waiting = await viewing.listed(by=MARKET, at=VISIT_AT)
    assert [one.rectify_by for one in waiting] == [date(2026, 11, 5)]
    await tasks.survey(
        there.food, surveyed_on=date(2026, 11, 6), surveyors=TEAM, conclusion="pass", findings="已加装水池",
        by=MARKET, at=datetime(2026, 11, 6, 10, tzinfo=clock.SHANGHAI),
    )  # fmt: skip
    view = await tasks.view(there.food, by=MARKET, at=datetime(2026, 11, 6, 10, tzinfo=clock.SHANGHAI))
    assert view.recheck_by is None


async def test_the_first_look_is_never_at_a_desk(pool: None) -> None:
    there = await appointed()
    await planning.cancel(there.visit, reason="另行勘查", by=WANG, at=MONDAY)
    with pytest.raises(errors.Invalid, match="第一次勘查要到现场"):
        await tasks.survey(
            there.food,
            surveyed_on=date(2026, 11, 2),
            surveyors=TEAM,
            conclusion="pass",
            desk=True,
            by=MARKET,
            at=MONDAY,
        )


async def test_who_is_appointed_jointly_is_not_surveyed_apart(pool: None) -> None:
    there = await appointed()
    with pytest.raises(errors.Conflict, match="已约定 11月03日 09:30 联合勘查"):
        await tasks.survey(
            there.food, surveyed_on=date(2026, 11, 2), surveyors=TEAM, conclusion="pass", by=MARKET, at=MONDAY
        )


async def test_the_surveyors_set_the_limit_within_the_published_range(pool: None) -> None:
    there = await begun()
    for limit, reason, why in (
        (Limit(2, Unit.WORKING_DAYS), "材料齐全", "3 到 5"),
        (Limit(6, Unit.WORKING_DAYS), "材料齐全", "3 到 5"),
        (Limit(4, Unit.WORKING_DAYS), "", "理由"),
    ):
        with pytest.raises(errors.Invalid, match=why):
            await concluded(there, there.food, MARKET, Said("pass", "", None, limit, reason))
    await concluded(
        there, there.food, MARKET, Said("pass", "", None, Limit(4, Unit.WORKING_DAYS), "设备齐全，资料核实完毕")
    )
    async with transaction():
        found = {c.kind: c for c in await clocks_of(there.case_id, at=VISIT_AT, task_id=there.food)}
    assert found["committed"].due == datetime(2026, 11, 6, 17, tzinfo=clock.SHANGHAI)
    assert "设备齐全" in found["committed"].basis and "赵一" in found["committed"].basis
    assert found["committed"].due < found["statutory"].due
    assert await one("SELECT count(*) FROM outbox WHERE event = 'deadline changed'") == 1


async def test_a_limit_that_would_be_over_already_is_refused(pool: None) -> None:
    there = await begun()
    late = datetime(2026, 11, 6, 9, tzinfo=clock.SHANGHAI)
    with pytest.raises(errors.Invalid, match="就已经到期"):
        await concluded(
            there, there.food, MARKET, Said("pass", "", None, Limit(3, Unit.WORKING_DAYS), "材料齐全"), at=late
        )
    assert await one("SELECT count(*) FROM surveys") == 0


async def test_the_owner_signs_on_paper_or_a_witness_says_that_he_did_not(pool: None) -> None:
    there = await begun()
    with pytest.raises(errors.Conflict, match="再登记签名"):
        await recording.sign(
            there.visit, signed_by="王建国", scan=Attachment("记录.jpg", picture()), by=MARKET, at=VISIT_AT
        )
    await concluded(there, there.food, MARKET, PASS)
    await concluded(there, there.fire, FIRE, PASS)
    with pytest.raises(errors.Invalid, match="见证人不能是勘查人员"):
        await recording.refuse_signing(there.visit, reason="不同意结论", witness="赵一", by=MARKET, at=VISIT_AT)
    scan = Attachment("记录.jpg", picture())
    await recording.sign(there.visit, signed_by="王建国", scan=scan, by=MARKET, at=VISIT_AT)
    await recording.sign(there.visit, signed_by="王建国", scan=scan, by=MARKET, at=VISIT_AT)
    assert (await recording.signed_sheet(there.visit, by=WANG, at=VISIT_AT)).data == scan.data
    with pytest.raises(errors.Conflict, match="不能更改"):
        await recording.refuse_signing(there.visit, reason="反悔了", witness="周五", by=MARKET, at=VISIT_AT)


async def test_the_applicant_wishes_another_time_and_is_answered(pool: None) -> None:
    there = await appointed()
    wished: dict[str, Any] = {"day": date(2026, 11, 4), "half": "pm", "reason": "家里有事"}
    await wishes.wish(there.visit, case_id=there.case_id, **wished, at=MONDAY)
    await wishes.wish(there.visit, case_id=there.case_id, **wished, at=MONDAY)
    with pytest.raises(errors.Conflict, match="已经收到"):
        await wishes.wish(there.visit, case_id=there.case_id, **(wished | {"half": "am"}), at=MONDAY)
    with pytest.raises(errors.NotFound):
        await wishes.wish(there.visit, case_id=there.food, **wished, at=MONDAY)
    lines, _ = await viewing.listed(by=MARKET, at=MONDAY)
    assert [line.wished for line in lines] == [True]
    slot, day = await later(there, date(2026, 11, 4))
    await planning.change(there.visit, slot=slot, day=day, reason="申请人希望改期", seen=1, by=WANG, at=MONDAY)
    (seen,) = await wishes.for_holder(there.case_id, at=MONDAY)
    assert [w.answer for w in seen.wishes] == ["已改到2026年11月4日14时00分。"]
    with pytest.raises(errors.Invalid, match="不是工作日"):
        await wishes.wish(there.visit, case_id=there.case_id, **(wished | {"day": date(2026, 11, 7)}), at=MONDAY)


async def test_nobody_is_in_two_places_at_once(pool: None) -> None:
    first = await appointed()
    async with transaction():
        await connection().execute("UPDATE duplicate_keys SET key = 'other' || key WHERE case_id = $1", first.case_id)
        await connection().execute(
            "UPDATE surveyors SET certificate = 'X' || certificate, name = '某' || name WHERE visit_id = $1",
            first.visit,
        )
    second = await appointed()
    async with transaction():
        await connection().execute(
            "UPDATE surveyors SET certificate = substr(certificate, 2) WHERE visit_id = $1", first.visit
        )
    others = (Surveyor("周五", "吉07-0105"), TEAM[0])
    with pytest.raises(errors.Invalid, match="同一时段"):
        await surveying.name_team(second.visit, second.food, others, by=MARKET, at=MONDAY)


async def test_nobody_surveys_for_two_departments_of_a_visit(pool: None) -> None:
    there = await appointed()
    lent = (OTHER_TEAM[0], TEAM[1])
    with pytest.raises(errors.Invalid, match="钱二的执法证号已登记为另一个部门的勘查人员"):
        await surveying.name_team(there.visit, there.fire, lent, by=FIRE, at=MONDAY)


async def test_what_dies_between_writes_leaves_nothing(pool: None, monkeypatch: pytest.MonkeyPatch) -> None:
    there = await begun()
    await answered(there, there.food, MARKET, VISIT_AT)

    async def dies(*_: object, **__: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(surveying, "finish", dies)
    with pytest.raises(ConnectionResetError):
        await surveying.conclude(there.visit, there.food, PASS, by=MARKET, at=VISIT_AT)
    monkeypatch.undo()
    assert await one("SELECT count(*) FROM surveys") == 0
    await surveying.conclude(there.visit, there.food, PASS, by=MARKET, at=VISIT_AT)
    assert await one("SELECT count(*) FROM surveys") == 1


async def test_a_refused_item_is_out_and_the_visit_of_nobody_is_over(pool: None) -> None:
    there = await appointed()
    await planning.leave(there.visit, there.fire, reason="另行勘查", by=FIRE, at=MONDAY)
    free = {(o.slot, o.day): o.left for o in await offering.offered("222405", {"fire_rescue"}, at=MONDAY)}
    await tasks.refuse(there.food, **REASONS, by=MARKET, at=MONDAY)
    # With the decision, not at somebody's next look.
    assert await one("SELECT status FROM visits WHERE id = $1", there.visit) == "cancelled"
    assert await one("SELECT count(*) FROM outbox WHERE event = 'visit cancelled'") == 1
    (notice,) = await papers(there.case_id, "survey_notice")
    assert notice["void_reason"] == "没有需要勘查的事项"
    again = {(o.slot, o.day): o.left for o in await offering.offered("222405", {"fire_rescue"}, at=MONDAY)}
    assert sum(again.values()) == sum(free.values()) + 1
    with pytest.raises(errors.Conflict, match="已取消"):
        await surveying.begin(there.visit, there.food, by=MARKET, at=VISIT_AT)


async def test_the_last_open_item_withdrawn_ends_the_visit_with_its_record(pool: None) -> None:
    there = await begun()
    await concluded(there, there.food, MARKET, PASS)
    assert await one("SELECT status FROM visits WHERE id = $1", there.visit) == "under_way"
    await withdraw(
        there.case_id, ["fire_check"], reason="改为自行申报", channel="window", returned="无", by=WANG, at=VISIT_AT
    )
    assert await one("SELECT status FROM visits WHERE id = $1", there.visit) == "done"
    (record,) = await papers(there.case_id, "survey_record")
    assert "事项已“已撤回”" in record["content"] and record["issued_at"] == VISIT_AT
    # The surveyors of the item that has ended may be sent elsewhere.
    assert await one("SELECT status FROM visit_parts WHERE task_id = $1", there.fire) == "out"


async def test_a_decision_that_fails_leaves_the_visit_as_it_is(pool: None, monkeypatch: pytest.MonkeyPatch) -> None:
    there = await begun()
    await concluded(there, there.food, MARKET, PASS)

    async def dies(*_: Any, **__: Any) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(ending, "issue_record", dies)
    with pytest.raises(ConnectionResetError):
        await tasks.refuse(there.fire, **REASONS, by=FIRE, at=VISIT_AT)
    assert await one("SELECT status FROM visits WHERE id = $1", there.visit) == "under_way"
    assert await one("SELECT status FROM tasks WHERE id = $1", there.fire) == "reviewing"


async def test_a_region_decides_how_long_and_how_often(pool: None) -> None:
    await set_policy({"survey": "2wd", "survey_changes": "0"}, by=ADMIN, at=MONDAY)
    there = await appointed()
    async with transaction():
        found = [c for c in await clocks_of(there.case_id, at=MONDAY, task_id=there.fire) if c.kind in SURVEYS]
    assert found[1].due == datetime(2026, 11, 4, 17, tzinfo=clock.SHANGHAI)
    slot, day = await later(there, date(2026, 11, 4))
    with pytest.raises(errors.Conflict, match="改期的次数"):
        await planning.change(there.visit, slot=slot, day=day, reason="另选", seen=1, by=WANG, at=MONDAY)
