"""The right to a hearing, its periods, its presider and its record (行政许可法 36, 46–48)."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from lianban import errors, people
from lianban.casework import hearings, tasks
from lianban.outside.clock import SHANGHAI
from lianban.people import passwords
from lianban.rules.actors import SYSTEM, Actor, Role
from tests.actions.drafts import MONDAY
from tests.actions.limits import HYGIENE, HYGIENE_HEAD, HYGIENE_TOO, Matter, lodging
from tests.actions.rows import REGION, actor
from tests.actions.working import REASONS, one
from tests.steps.site import CHEAP

pytestmark = pytest.mark.usefixtures("pool")
WHY = "拟作出的决定涉及相邻住户的重大利益。"
DUE = datetime(2026, 11, 9, 17, tzinfo=SHANGHAI)


@pytest.fixture
async def matter(pool: None, monkeypatch: pytest.MonkeyPatch) -> Matter:
    """The hygiene permit in review."""
    monkeypatch.setattr(passwords, "_hasher", CHEAP)
    return await lodging()


async def chair(login: str = "chair", department: str = "health") -> Actor:
    """Somebody who can preside."""
    id = await people.add_person(
        login,
        "Jieban-2026",
        name="郑主持",
        roles=[Role.APPROVER],
        region=REGION,
        department=department,
        by=SYSTEM,
        at=MONDAY,
    )
    return await people.person(id)


async def refuse(matter: Matter, at: datetime) -> None:
    """The decision that waits for the hearing."""
    await tasks.refuse(matter.task, **REASONS, by=HYGIENE, at=at)


async def called(matter: Matter, **more: Any) -> None:
    """A hearing on Wednesday, 11 November 2026, called on Monday the 2nd."""
    given: dict[str, Any] = {"held_on": date(2026, 11, 11), "hour": "上午九时", "place": "政务大厅二楼会议室"} | more
    if "presider" not in given:
        given["presider"] = (await chair()).id
    await hearings.call(matter.task, **given, by=HYGIENE, at=MONDAY)


async def test_while_the_right_may_be_used_nothing_is_decided(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, interested="相邻住户赵某", by=HYGIENE, at=MONDAY)
    view = await hearings.of_task(matter.task, by=HYGIENE, at=MONDAY)
    assert view is not None and (view.status, view.apply_by) == ("told", DUE)
    with pytest.raises(errors.Conflict, match="已经告知听证权利"):
        await refuse(matter, MONDAY)
    buttons = (await tasks.view(matter.task, by=HYGIENE, at=MONDAY)).buttons
    assert any("听证权利" in why for why in buttons["grant"]) and any("听证权利" in why for why in buttons["refuse"])
    paper = json.loads(str(await one("SELECT content FROM papers WHERE kind = 'hearing'")))
    assert (paper["title"], paper["apply_by"]) == ("听证权利告知书", "2026年11月9日")
    assert paper["parties"] == "申请人、利害关系人相邻住户赵某"


async def test_the_end_of_the_five_working_days_frees_the_decision(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    with pytest.raises(errors.Conflict, match="听证权利"):
        await refuse(matter, DUE)
    late = DUE + timedelta(seconds=1)
    with pytest.raises(errors.Conflict, match="到 2026-11-09 为止"):
        await hearings.applied(matter.task, by=HYGIENE, at=late)
    await refuse(matter, late)
    assert await one("SELECT count(*) FROM journal WHERE event = 'hearing right expired' AND by_id = 'system'") == 1


async def test_at_the_last_instant_a_hearing_can_be_asked_for(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    until = await hearings.applied(matter.task, by=HYGIENE, at=DUE)
    assert until == datetime(2026, 12, 7, 17, tzinfo=SHANGHAI)
    # The period does not run on, and nothing is decided before the hearing.
    with pytest.raises(errors.Conflict, match="听证权利"):
        await refuse(matter, DUE + timedelta(days=3))


async def test_whoever_gives_the_right_up_frees_the_decision(matter: Matter) -> None:
    with pytest.raises(errors.Conflict, match="还没有告知听证权利"):
        await hearings.waived(matter.task, by=HYGIENE, at=MONDAY)
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    await hearings.waived(matter.task, by=HYGIENE, at=MONDAY)
    await hearings.waived(matter.task, by=HYGIENE, at=MONDAY)
    await refuse(matter, MONDAY)


async def test_seven_working_days_ahead_and_within_twenty(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    with pytest.raises(errors.Conflict, match="收到听证申请后才能"):
        await called(matter, presider="x")
    await hearings.applied(matter.task, by=HYGIENE, at=MONDAY)
    for day, told in (
        (date(2026, 11, 10), "最早 2026-11-11"),
        (date(2026, 12, 1), "最晚 2026-11-30"),
        (date(2026, 11, 14), "不是工作日"),
    ):
        with pytest.raises(errors.Invalid, match=told):
            await called(matter, held_on=day, presider="x")
    await called(matter)
    paper = json.loads(
        str(await one("SELECT content FROM papers WHERE kind = 'hearing' ORDER BY issued_at DESC, id DESC"))
    )
    assert (paper["title"], paper["held"], paper["presider"]) == ("听证通知书", "2026年11月11日上午九时", "郑主持")


async def test_the_examiner_does_not_preside(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    await hearings.applied(matter.task, by=HYGIENE, at=MONDAY)
    presider = await chair()
    for nobody in ("", HYGIENE.id, (await chair("stranger", "tax")).id):
        with pytest.raises(errors.Invalid, match="主持"):
            await called(matter, presider=nobody)
    await tasks.hand_over(matter.task, to=presider.id, by=HYGIENE, at=MONDAY)
    with pytest.raises(errors.Invalid, match="不能是审查这个申请的人员"):
        await hearings.call(
            matter.task,
            held_on=date(2026, 11, 11),
            hour="九时",
            place="会议室",
            presider=presider.id,
            by=presider,
            at=MONDAY,
        )


async def test_the_decision_follows_the_record(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    await hearings.applied(matter.task, by=HYGIENE, at=MONDAY)
    record = "双方到场，就采光影响进行了质证。"
    with pytest.raises(errors.Conflict, match="请先发出听证通知"):
        await hearings.hold(matter.task, record=record, by=HYGIENE, at=MONDAY)
    await called(matter)
    with pytest.raises(errors.Conflict, match="定在 2026-11-11 举行"):
        await hearings.hold(matter.task, record=record, by=HYGIENE, at=MONDAY)
    day = datetime(2026, 11, 11, 15, tzinfo=SHANGHAI)
    with pytest.raises(errors.Invalid, match="听证笔录"):
        await hearings.hold(matter.task, record="已举行", by=HYGIENE, at=day)
    await hearings.hold(matter.task, record=record, by=HYGIENE, at=day)
    with pytest.raises(errors.Conflict, match="已经登记"):
        await hearings.hold(matter.task, record=record, by=HYGIENE, at=day)
    with pytest.raises(errors.Conflict, match="已经举行"):
        await hearings.waived(matter.task, by=HYGIENE, at=day)
    await refuse(matter, day)


async def test_others_have_no_part_in_it(matter: Matter) -> None:
    with pytest.raises(errors.NotFound):
        await hearings.tell(matter.task, reason=WHY, by=actor("x", Role.APPROVER, department="tax"), at=MONDAY)
    with pytest.raises(errors.Conflict, match="由签收人或者部门负责人"):
        await hearings.tell(matter.task, reason=WHY, by=HYGIENE_TOO, at=MONDAY)
    with pytest.raises(errors.Invalid, match="理由"):
        await hearings.tell(matter.task, reason=" ", by=HYGIENE, at=MONDAY)
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE_HEAD, at=MONDAY)
    with pytest.raises(errors.Conflict, match="已经告知过"):
        await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)


async def test_a_hearing_that_comes_too_late_is_held_on_the_earliest_day_and_flagged(matter: Matter) -> None:
    await hearings.tell(matter.task, reason=WHY, by=HYGIENE, at=MONDAY)
    assert (await hearings.applied(matter.task, by=HYGIENE, at=MONDAY)).date() == date(2026, 11, 30)
    late = datetime(2026, 12, 7, 9, 30, tzinfo=SHANGHAI)
    call = {"hour": "上午九时", "place": "政务大厅二楼会议室", "presider": (await chair()).id}
    with pytest.raises(errors.Invalid, match="期限已经到了，只能尽早举行：2026-12-16"):
        await hearings.call(matter.task, held_on=date(2026, 12, 17), **call, by=HYGIENE, at=late)
    await hearings.call(matter.task, held_on=date(2026, 12, 16), **call, by=HYGIENE, at=late)
    journal = "SELECT content FROM journal JOIN journal_contents USING (position) WHERE event = 'hearing called'"
    assert json.loads(str(await one(journal)))["flag"] == "late hearing"
