"""Extensions and special procedures: who, how long, when no more, and what the notice says (行政许可法 42, 45)."""

from __future__ import annotations

import asyncio
import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from lianban import errors, journal
from lianban.casework import adjusting, hearings, tasks
from lianban.outside.clock import SHANGHAI
from lianban.rules.actors import Actor, Role, StandIn
from lianban.rules.catalog.types import Unit
from tests.actions.drafts import MONDAY
from tests.actions.limits import HYGIENE, HYGIENE_HEAD, HYGIENE_TOO, MAYOR, REASON, Matter, lodging
from tests.actions.rows import actor
from tests.actions.working import REASONS, one

pytestmark = pytest.mark.usefixtures("pool")


def at(month: int, day: int, hour: int = 17, minute: int = 0) -> datetime:
    """A moment of 2026 in Shanghai."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
async def matter(pool: None) -> Matter:
    """The hygiene permit in review."""
    return await lodging()


async def ask(matter: Matter, amount: int = 10, by: Actor = HYGIENE, when: datetime = MONDAY, **more: Any) -> UUID:
    """An extension asked for."""
    return await adjusting.ask_extension(matter.task, amount=amount, reason=REASON, by=by, at=when, **more)


async def ask_test(matter: Matter, by: Actor = HYGIENE, when: datetime = MONDAY, **more: Any) -> UUID:
    """A test (检测) of five working days from Thursday, 5 November 2026 asked for."""
    asked: dict[str, Any] = {"cause": "testing", "since": date(2026, 11, 5), "days": 5, "reason": REASON} | more
    return await adjusting.ask_procedure(matter.task, **asked, by=by, at=when)


async def paper_of(id: UUID) -> dict[str, Any]:
    """What the notice of a request says."""
    content = await one("SELECT p.content FROM papers p JOIN adjustments a ON a.paper_id = p.id WHERE a.id = $1", id)
    told: dict[str, Any] = json.loads(str(content))
    return told


async def test_ten_working_days_more_with_the_heads_approval_and_a_notice(matter: Matter) -> None:
    assert await matter.due("statutory") == at(11, 30)
    committed, bundle = await matter.due("committed"), await matter.due("bundle")
    id = await ask(matter)
    assert await matter.due("statutory") == at(11, 30)
    settled = await adjusting.approve(id, by=HYGIENE_HEAD, at=MONDAY + timedelta(hours=1))
    assert await matter.due("statutory") == at(12, 14)
    assert await matter.due("committed") == at(11, 25) and committed == at(11, 11)
    assert await matter.due("bundle") > bundle
    assert await one("SELECT due_at FROM tasks WHERE id = $1", matter.task) == at(11, 25)
    said = await paper_of(id)
    assert said["number"] == settled.paper and "延字" in settled.paper
    assert (said["title"], said["length"], said["reason"]) == ("延期通知书", "10 个工作日", REASON)
    assert (said["approver"], said["rank"]) == (HYGIENE_HEAD.name, "本行政机关负责人")
    law = next(limit for limit in said["limits"] if limit["name"] == "法定时限")
    assert (law["old"], law["new"]) == ("2026年11月30日", "2026年12月14日")
    papers = await one("SELECT array_agg(DISTINCT paper) FROM clock_events WHERE adjustment = $1", id)
    assert papers == [settled.paper]


async def test_no_more_than_the_law_gives(matter: Matter) -> None:
    for amount in (0, 11, 1000):
        with pytest.raises(errors.Invalid, match=r"最多可以延长10 个工作日.*第四十二条"):
            await ask(matter, amount)
    with pytest.raises(errors.Invalid, match="请写明理由"):
        await adjusting.ask_extension(matter.task, amount=5, reason=" ", by=HYGIENE, at=MONDAY)


async def test_a_limit_is_extended_once(matter: Matter) -> None:
    await adjusting.approve(await ask(matter, 3), by=HYGIENE_HEAD, at=MONDAY)
    with pytest.raises(errors.Conflict, match="已经依法延长过一次"):
        await ask(matter, 3)
    assert (await adjusting.asking(matter.task, by=HYGIENE, at=MONDAY)).no_extension.startswith("已经依法延长过一次")


async def test_one_request_waits_at_a_time_and_a_declined_one_may_be_asked_again(matter: Matter) -> None:
    id = await ask(matter)
    with pytest.raises(errors.Conflict, match="正在等待批准"):
        await ask(matter, 5)
    with pytest.raises(errors.Invalid, match="不批准的理由"):
        await adjusting.decline(id, remark=" ", by=HYGIENE_HEAD, at=MONDAY)
    await adjusting.decline(id, remark="可以按期办结。", by=HYGIENE_HEAD, at=MONDAY)
    assert await matter.due("statutory") == at(11, 30)
    assert await one("SELECT count(*) FROM papers") == 0
    await adjusting.approve(await ask(matter), by=HYGIENE_HEAD, at=MONDAY)
    assert await matter.due("statutory") == at(12, 14)


async def test_the_due_instant_is_still_in_time_and_the_next_one_is_not(matter: Matter) -> None:
    due = at(11, 30)
    first = await ask(matter, when=due)
    settled = await adjusting.approve(first, by=HYGIENE_HEAD, at=due)
    assert settled.status == "approved" and await matter.due("statutory") == at(12, 14)
    # The promise was broken long before: more time by law does not heal it.
    assert await matter.due("committed") == at(11, 11)


async def test_after_the_due_date_a_request_is_void_and_stays_so(matter: Matter) -> None:
    id = await ask(matter)
    late = at(11, 30) + timedelta(seconds=1)
    with pytest.raises(errors.Conflict, match=r"已经失效：法定时限已经在 2026年11月30日 17:00 届满"):
        await adjusting.approve(id, by=HYGIENE_HEAD, at=late)
    assert await one("SELECT status FROM adjustments WHERE id = $1", id) == "void"
    assert await matter.due("statutory") == at(11, 30)
    with pytest.raises(errors.Conflict, match="已经失效"):
        await adjusting.approve(id, by=HYGIENE_HEAD, at=late)
    with pytest.raises(errors.Conflict, match="届满"):
        await ask(matter, when=late)
    assert await one("SELECT count(*) FROM journal WHERE event = 'request void'") == 1


async def test_the_wrong_rank_cannot_approve_and_strangers_do_not_see_it(matter: Matter) -> None:
    id = await ask(matter)
    with pytest.raises(errors.Forbidden, match="部门负责人"):
        await adjusting.approve(id, by=HYGIENE_TOO, at=MONDAY)
    for stranger in (
        actor("x", Role.DEPARTMENT_HEAD, department="public_security"),
        actor("y", Role.DEPARTMENT_HEAD, department="health", region="430100"),
        actor("z", Role.CLERK),
        MAYOR,
    ):
        with pytest.raises(errors.NotFound):
            await adjusting.approve(id, by=stranger, at=MONDAY)
    assert await matter.due("statutory") == at(11, 30)


async def test_nobody_approves_what_he_asked_for(matter: Matter) -> None:
    both = actor("nan", Role.APPROVER, Role.DEPARTMENT_HEAD, department="health")
    id = await ask(matter, by=both)
    with pytest.raises(errors.Forbidden, match="不能批准自己"):
        await adjusting.approve(id, by=both, at=MONDAY)


def standing_in(person: Actor, away: Actor) -> Actor:
    """`person` who fills the post of `away` today."""
    return Actor(
        person.id, person.name, person.region, person.roles, person.department,
        stands_for=(StandIn(away.id, away.name, away.roles),),
    )  # fmt: skip


async def test_nobody_approves_his_own_request_through_a_post_he_fills(matter: Matter) -> None:
    id = await ask(matter)
    with pytest.raises(errors.Forbidden, match="不能批准自己"):
        await adjusting.approve(id, by=standing_in(HYGIENE, HYGIENE_HEAD), at=MONDAY)
    # Nor what the substitute asked for in the name of the head, once the head is back.
    await adjusting.decline(id, remark="重提。", by=HYGIENE_HEAD, at=MONDAY)
    other = await lodging(holder=HYGIENE_HEAD)
    asked = await ask(other, by=standing_in(HYGIENE, HYGIENE_HEAD))
    assert await one("SELECT asked_for FROM adjustments WHERE id = $1", asked) == HYGIENE_HEAD.id
    for decider in (HYGIENE_HEAD, standing_in(HYGIENE, HYGIENE_HEAD), standing_in(HYGIENE_TOO, HYGIENE_HEAD)):
        with pytest.raises(errors.Forbidden, match="不能批准自己"):
            await adjusting.approve(asked, by=decider, at=MONDAY)


async def test_a_substitute_of_the_head_approves_and_the_journal_says_for_whom(matter: Matter) -> None:
    id = await ask(matter)
    await adjusting.approve(id, by=standing_in(HYGIENE_TOO, HYGIENE_HEAD), at=MONDAY)
    behalf = "SELECT by_id || ' for ' || on_behalf_of FROM journal WHERE event = 'extension approved'"
    assert await one(behalf) == "nan-too for nan-head"
    assert await one("SELECT decided_for FROM adjustments WHERE id = $1", id) == "nan-head"


async def test_only_the_holder_of_a_task_in_review_asks(matter: Matter) -> None:
    with pytest.raises(errors.Conflict, match="由nan的姓名签收，请由签收人申请延期"):
        await ask(matter, by=HYGIENE_TOO)
    with pytest.raises(errors.NotFound):
        await ask(matter, by=actor("x", Role.APPROVER, department="public_security"))


async def test_a_special_law_says_how_much_longer(pool: None) -> None:
    officer = actor("sun", Role.APPROVER, department="market_regulation")
    matter = await lodging(bundle="catering", item="business_licence", holder=officer)
    with pytest.raises(errors.Invalid, match=r"最多可以延长3 个工作日（《市场主体登记管理条例》第十九条）"):
        await ask(matter, 4, by=officer)
    await adjusting.approve(await ask(matter, 3, by=officer), by=head_of("market_regulation"), at=MONDAY)
    assert await matter.due("statutory") == at(11, 10)
    food = await lodging(bundle="catering", item="food_permit", holder=officer)
    with pytest.raises(errors.Invalid, match="最多可以延长5 个工作日"):
        await ask(food, 6, by=officer)


async def test_what_no_law_extends_is_not_extended(pool: None) -> None:
    officer = actor("wu", Role.APPROVER, department="urban_management")
    matter = await lodging(bundle="catering", item="sign_management", holder=officer)
    with pytest.raises(errors.Conflict, match="法律没有规定这个事项可以延长办理期限"):
        await ask(matter, 1, by=officer)


def head_of(department: str) -> Actor:
    """The head of a department."""
    return actor(f"head-{department}", Role.DEPARTMENT_HEAD, department=department)


async def test_the_joint_limit_is_extended_by_the_head_of_the_government(pool: None) -> None:
    matter = await lodging(joint=True)
    assert await matter.due("joint") == datetime(2027, 1, 5, 17, tzinfo=SHANGHAI)
    with pytest.raises(errors.Invalid, match="最多可以延长15 个工作日"):
        await ask(matter, 16, joint=True)
    id = await ask(matter, 15, joint=True)
    with pytest.raises(errors.Forbidden, match="政府负责人"):
        await adjusting.approve(id, by=HYGIENE_HEAD, at=MONDAY)
    await adjusting.approve(id, by=MAYOR, at=MONDAY)
    assert await matter.due("joint") > datetime(2027, 1, 20, tzinfo=SHANGHAI)
    assert await matter.due("statutory") == at(11, 30), "each item keeps its own limit"
    assert (await paper_of(id))["rank"] == "本级人民政府负责人"


async def test_without_a_joint_procedure_there_is_no_joint_extension(matter: Matter) -> None:
    with pytest.raises(errors.Conflict, match="没有四十五个工作日的期限"):
        await ask(matter, 15, joint=True)


async def test_two_approvals_at_once_move_the_limit_once(pool: None) -> None:
    for _ in range(5):
        matter = await lodging()
        id = await ask(matter)
        second = actor("head-too", Role.DEPARTMENT_HEAD, department="health")
        answers = await asyncio.gather(
            *(adjusting.approve(id, by=by, at=MONDAY) for by in (HYGIENE_HEAD, second)), return_exceptions=True
        )
        assert sorted(type(a).__name__ for a in answers) == ["Conflict", "Settled"], answers
        assert await matter.due("statutory") == at(12, 14)
        assert await one("SELECT count(*) FROM papers WHERE case_id = $1", matter.case) == 1


async def test_the_same_approval_sent_twice_is_one(matter: Matter) -> None:
    id = await ask(matter, key="k")
    assert await ask(matter, key="k") == id
    first = await adjusting.approve(id, by=HYGIENE_HEAD, at=MONDAY, key="once")
    assert await adjusting.approve(id, by=HYGIENE_HEAD, at=MONDAY, key="once") == first


async def test_a_decision_makes_what_was_asked_void(matter: Matter) -> None:
    id = await ask(matter)
    await tasks.refuse(matter.task, **REASONS, by=HYGIENE, at=MONDAY)
    assert await one("SELECT status FROM adjustments WHERE id = $1", id) == "void"
    with pytest.raises(errors.Conflict, match="事项已经办结"):
        await adjusting.approve(id, by=HYGIENE_HEAD, at=MONDAY)


async def test_decided_and_approved_at_once_never_contradict(pool: None) -> None:
    for _ in range(5):
        matter = await lodging()
        id = await ask(matter)
        await asyncio.gather(
            adjusting.approve(id, by=HYGIENE_HEAD, at=MONDAY),
            tasks.refuse(matter.task, **REASONS, by=HYGIENE, at=MONDAY),
            return_exceptions=True,
        )
        status = await one("SELECT status FROM adjustments WHERE id = $1", id)
        moved = await one("SELECT count(*) FROM clock_events WHERE adjustment = $1", id)
        assert (status, bool(moved)) in (("approved", True), ("void", False))
    assert (await journal.verify()).whole


async def test_a_test_stops_the_laws_own_limit_and_the_promise_with_a_notice(matter: Matter) -> None:
    id = await ask_test(matter)
    waiting = await adjusting.to_decide(by=HYGIENE_HEAD, at=MONDAY)
    told = {move.name: (move.old, move.new) for move in waiting[0].moves}
    assert told["法定时限"] == (at(11, 30), at(12, 7))
    settled = await adjusting.approve(id, by=HYGIENE_HEAD, at=MONDAY)
    assert await matter.due("statutory") == at(12, 7)
    assert await matter.due("committed") == at(11, 18)
    assert {m.kind: (m.old, m.new) for m in settled.moved}["statutory"] == told["法定时限"]
    said = await paper_of(id)
    assert (said["title"], said["procedure"]) == ("特别程序告知书", "检测")
    assert (said["required"], said["since"], said["until"]) == ("5 个工作日", "2026年11月5日", "2026年11月11日")
    assert said["limits"][-1]["new"] == "2026年12月7日"


async def test_the_clock_goes_on_by_itself(matter: Matter) -> None:
    await adjusting.approve(await ask_test(matter), by=HYGIENE_HEAD, at=MONDAY)
    # Nobody does anything: what was told stays as it was told.
    task = await tasks.view(matter.task, by=HYGIENE, at=at(11, 10, 10))
    law = next(c for c in task.clocks if c.kind == "statutory")
    assert law.paused
    task = await tasks.view(matter.task, by=HYGIENE, at=at(11, 12, 10))
    law = next(c for c in task.clocks if c.kind == "statutory")
    assert not law.paused and law.due == at(12, 7)


async def test_a_procedure_that_ends_early_gives_the_days_back(matter: Matter) -> None:
    id = await ask_test(matter)
    await adjusting.approve(id, by=HYGIENE_HEAD, at=MONDAY)
    await adjusting.end_procedure(id, by=HYGIENE, at=at(11, 9, 10))
    # 5 and 6 November were not counted, 9 November is.
    assert await matter.due("statutory") == at(12, 2)
    with pytest.raises(errors.Conflict, match="没有在进行"):
        await adjusting.end_procedure(id, by=HYGIENE, at=at(11, 9, 11))
    with pytest.raises(errors.NotFound):
        await adjusting.end_procedure(id, by=MAYOR, at=at(11, 9, 11))


async def test_a_longer_one_needs_a_new_notice_and_overlapping_days_count_once(matter: Matter) -> None:
    await adjusting.approve(await ask_test(matter), by=HYGIENE_HEAD, at=MONDAY)
    more = await ask_test(matter, cause="expert_review", since=date(2026, 11, 10), days=4)
    await adjusting.approve(more, by=HYGIENE_HEAD, at=MONDAY)
    # 5–13 November: seven working days.
    assert await matter.due("statutory") == at(12, 9)
    assert await one("SELECT count(*) FROM papers WHERE kind = 'special_procedure'") == 2


async def test_natural_days_are_possible_too(matter: Matter) -> None:
    await adjusting.approve(await ask_test(matter, days=7, unit=Unit.NATURAL_DAYS), by=HYGIENE_HEAD, at=MONDAY)
    assert await matter.due("statutory") == at(12, 7)


@pytest.mark.parametrize("cause", ["survey", "publicity", "superior", "make_up"])
async def test_what_is_not_on_the_list_stops_nothing(matter: Matter, cause: str) -> None:
    with pytest.raises(errors.Invalid, match="请选择法定的特别程序：听证、招标、拍卖"):
        await ask_test(matter, cause=cause)
    with pytest.raises(errors.Invalid, match="现场勘查、公示、征求上级意见、补交材料都不停止法定时限"):
        await ask_test(matter, cause="", name="现场勘查")


async def test_a_procedure_of_the_guide_stops_the_promise_alone_and_says_so(matter: Matter) -> None:
    id = await ask_test(matter, cause="", name="现场考察、专家评审、公告")
    request = (await adjusting.asking(matter.task, by=HYGIENE, at=MONDAY)).requests[0]
    assert request.flag == "只暂停承诺时限，法定时限照常计算"
    await adjusting.approve(id, by=HYGIENE_HEAD, at=MONDAY)
    assert (await matter.due("statutory"), await matter.due("committed")) == (at(11, 30), at(11, 18))
    assert "法定时限不因此停止" in (await paper_of(id))["effect"]


async def test_the_promise_never_goes_beyond_the_law(matter: Matter) -> None:
    id = await ask_test(matter, cause="", name="现场考察、专家评审、公告", days=40, unit=Unit.NATURAL_DAYS)
    foreseen = {m.name: m.new for m in (await adjusting.to_decide(by=HYGIENE_HEAD, at=MONDAY))[0].moves}
    await adjusting.approve(id, by=HYGIENE_HEAD, at=MONDAY)
    assert await matter.due("committed") == foreseen["承诺时限"] == at(11, 30)
    assert await one("SELECT due_at FROM tasks WHERE id = $1", matter.task) == at(11, 30)


async def test_time_for_a_hearing_is_only_left_out_where_there_is_one(matter: Matter) -> None:
    with pytest.raises(errors.Invalid, match="请先告知听证权利"):
        await ask_test(matter, cause="hearing")
    await hearings.tell(matter.task, reason="涉及相邻住户的重大利益。", by=HYGIENE, at=MONDAY)
    id = await ask_test(matter, cause="hearing")
    await adjusting.approve(id, by=HYGIENE_HEAD, at=MONDAY)
    assert await matter.due("statutory") == at(12, 7)


async def test_a_special_law_must_be_named_and_is_flagged(matter: Matter) -> None:
    law = "《特别法》第九条"
    id = await ask_test(matter, cause="", name="现场考察、专家评审、公告", basis=law)
    request = (await adjusting.asking(matter.task, by=HYGIENE, at=MONDAY)).requests[0]
    assert (request.basis, request.flag) == (law, "依据特别法停止法定时限，须核对依据")
    await adjusting.approve(id, by=HYGIENE_HEAD, at=MONDAY)
    assert await matter.due("statutory") == at(12, 7)


async def test_the_past_is_not_paused(matter: Matter) -> None:
    with pytest.raises(errors.Invalid, match="不能从过去的日期开始"):
        await ask_test(matter, since=date(2026, 10, 30))
    today = await ask_test(matter, since=date(2026, 11, 2), days=1)
    await adjusting.approve(today, by=HYGIENE_HEAD, at=MONDAY + timedelta(hours=2))
    assert await one("SELECT since FROM adjustments WHERE id = $1", today) == MONDAY + timedelta(hours=2)
    id = await ask_test(matter, since=date(2026, 11, 3))
    with pytest.raises(errors.Conflict, match="已经失效：特别程序的开始日期已经过去"):
        await adjusting.approve(id, by=HYGIENE_HEAD, at=at(11, 4, 9))


async def test_a_limit_that_is_over_is_not_paused(matter: Matter) -> None:
    id = await ask_test(matter, since=date(2026, 11, 30))
    late = at(11, 30) + timedelta(seconds=1)
    with pytest.raises(errors.Conflict, match="已经失效：法定时限已经在"):
        await adjusting.approve(id, by=HYGIENE_HEAD, at=late)
    with pytest.raises(errors.Conflict, match="届满后不能再批准"):
        await ask_test(matter, since=date(2026, 12, 1), when=late)
    with pytest.raises(errors.Invalid, match="开始的时候期限已经届满"):
        await ask_test(matter, since=date(2026, 12, 1))


async def test_the_list_of_a_head_holds_his_departments_requests_with_the_dates(matter: Matter) -> None:
    id = await ask(matter)
    found = await adjusting.to_decide(by=HYGIENE_HEAD, at=MONDAY)
    assert [w.request.id for w in found] == [id]
    assert {m.name: m.new for m in found[0].moves}["法定时限"] == at(12, 14)
    assert await adjusting.to_decide(by=actor("x", Role.DEPARTMENT_HEAD, department="tax"), at=MONDAY) == ()
    assert await adjusting.to_decide(by=MAYOR, at=MONDAY) == ()
    with pytest.raises(errors.Forbidden):
        await adjusting.to_decide(by=HYGIENE, at=MONDAY)
    late = (await adjusting.to_decide(by=HYGIENE_HEAD, at=at(12, 1)))[0]
    assert "届满" in late.against and not late.moves
