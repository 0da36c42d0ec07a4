"""告知承诺: granted on a promise, checked afterwards, put right or revoked."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from lianban import errors
from lianban.casework import bars, intake, notices, publicity, tasks
from lianban.casework.clocks import clocks_of
from lianban.casework.intake import Accepted, Incomplete
from lianban.casework.promises.afterwards import to_verify
from lianban.casework.promises.verification import decline, revoke, verify
from lianban.outside import clock
from lianban.outside.database import transaction
from lianban.rules.actors import Role, StandIn
from tests.actions.drafts import MONDAY, WANG
from tests.actions.promising import APPLICANT_ID, FIRE, HEALTH, claimed, grant, lodging
from tests.actions.working import REGION, officer, one, states

FRIDAY = datetime(2026, 11, 6, 10, 0, tzinfo=clock.SHANGHAI)
RECTIFY_BY = date(2026, 11, 20)
"""Ten working days after Friday, 6 November 2026."""
AFTER = datetime(2026, 11, 23, 9, 0, tzinfo=clock.SHANGHAI)
HEAD = officer("fire-head", "fire_rescue", Role.DEPARTMENT_HEAD)
FOUND = {"findings": "两处安全出口被堵，与承诺不符。", "checkers": ["赵一", "钱二"]}
GROUNDS = {
    "reason": "责令改正期满，安全出口仍然堵塞。",
    "basis": "《中华人民共和国消防法》第十五条、第五十八条",
    "remedy": "可以在六十日内向龙井市人民政府申请行政复议，或者在六个月内向龙井市人民法院提起行政诉讼。",
}


async def granted() -> tuple[Accepted, UUID]:
    """A lodging case whose fire check was granted on a promise."""
    draft = await lodging(but=())
    case = await intake.accept(draft.case_id, by=WANG, at=MONDAY)
    task = await claimed(case.case_id, "fire_check_promise", FIRE)
    await grant(task, FIRE)
    return case, task


async def proposed() -> tuple[Accepted, UUID]:
    """Not put right, and proposed to be revoked."""
    case, task = await granted()
    await verify(task, **FOUND, outcome="rectify", by=FIRE, at=FRIDAY)  # type: ignore[arg-type]
    await verify(task, **FOUND, **GROUNDS, outcome="revoke", by=FIRE, at=AFTER)  # type: ignore[arg-type]
    return case, task


async def test_the_decision_says_that_it_rests_on_a_promise(pool: None) -> None:
    _, task = await granted()
    seen = await tasks.view(task, by=FIRE, at=MONDAY)
    assert seen.promise == "以告知承诺方式作出（《中华人民共和国消防法》第十五条）"
    assert seen.verification is not None and seen.verification.status_name == "待核查"


async def test_a_grant_on_a_promise_starts_the_time_to_check(pool: None) -> None:
    case, task = await granted()
    async with transaction():
        (running,) = [c for c in await clocks_of(case.case_id, at=MONDAY) if c.kind == "verification"]
    assert running.task_id == task
    assert running.due == datetime(2026, 11, 30, 17, 0, tzinfo=clock.SHANGHAI), "20 working days by policy"
    (line,) = await to_verify(by=FIRE, at=MONDAY)
    assert (line.item_name, line.status_name, line.applicant) == ("消防安全检查（告知承诺）", "待核查", "王*")
    assert await to_verify(by=HEALTH, at=MONDAY) == ()
    with pytest.raises(errors.Forbidden):
        await to_verify(by=WANG, at=MONDAY)


async def test_what_is_granted_without_a_promise_is_not_checked(pool: None) -> None:
    draft = await lodging(but=())
    case = await intake.accept(draft.case_id, by=WANG, at=MONDAY)
    task = await claimed(case.case_id, "hygiene_permit", HEALTH)
    await grant(task, HEALTH)
    assert (await tasks.view(task, by=HEALTH, at=MONDAY)).verification is None
    with pytest.raises(errors.NotFound):
        await verify(task, **FOUND, outcome="passed", by=HEALTH, at=FRIDAY)  # type: ignore[arg-type]


async def test_a_kept_promise_ends_the_check(pool: None) -> None:
    case, task = await granted()
    done = await verify(task, findings="与承诺相符。", checkers=["赵一", "钱二"], outcome="passed", by=FIRE, at=FRIDAY)
    assert done.status_name == "核查相符" and await to_verify(by=FIRE, at=FRIDAY) == ()
    async with transaction():
        (ended,) = [c for c in await clocks_of(case.case_id, at=FRIDAY) if c.kind == "verification"]
    assert ended.stopped_at == FRIDAY
    with pytest.raises(errors.Conflict, match="已经核查完毕"):
        await verify(task, **FOUND, outcome="rectify", by=FIRE, at=FRIDAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"checkers": ["赵一"]}, "checkers"),
        ({"checkers": ["赵一", " 赵一 "]}, "checkers"),
        ({"findings": " "}, "findings"),
        ({"outcome": "perhaps"}, "outcome"),
        ({"checked_on": date(2026, 11, 7)}, "checked_on"),
        ({"outcome": "revoke"}, "reason"),
        ({"outcome": "revoke", **GROUNDS, "remedy": "找我们。"}, "remedy"),
    ],
)
async def test_what_a_check_must_say(pool: None, changed: dict[str, object], field: str) -> None:
    _, task = await granted()
    with pytest.raises(errors.Invalid) as refusal:
        await verify(task, **{**FOUND, "outcome": "rectify", **changed}, by=FIRE, at=FRIDAY)  # type: ignore[arg-type]
    assert field in refusal.value.fields


async def test_a_broken_promise_is_to_be_put_right_by_a_day(pool: None) -> None:
    case, task = await granted()
    await verify(task, **FOUND, outcome="rectify", by=FIRE, at=FRIDAY)  # type: ignore[arg-type]
    seen = (await tasks.view(task, by=FIRE, at=FRIDAY)).verification
    assert seen is not None and seen.rectify_by == RECTIFY_BY and list(seen.steps) == ["passed"]
    assert [p.title for p in await notices.of_case(case.case_id)][-1] == "责令改正通知书"
    with pytest.raises(errors.Conflict, match="期限届满仍未改正"):
        await verify(task, **FOUND, **GROUNDS, outcome="revoke", by=FIRE, at=FRIDAY)  # type: ignore[arg-type]
    await verify(task, findings="已经改正。", checkers=["赵一", "钱二"], outcome="passed", by=FIRE, at=AFTER)
    seen = (await tasks.view(task, by=FIRE, at=AFTER)).verification
    assert seen is not None and [c.outcome_name for c in seen.checks] == ["与承诺不符，责令改正", "与承诺相符"]


async def test_nothing_is_revoked_that_was_not_to_be_put_right_first(pool: None) -> None:
    _, task = await granted()
    with pytest.raises(errors.Conflict, match="请先责令改正"):
        await verify(task, **FOUND, **GROUNDS, outcome="revoke", by=FIRE, at=FRIDAY)  # type: ignore[arg-type]


async def test_the_head_revokes_and_never_the_one_who_proposed_it(pool: None) -> None:
    case, task = await proposed()
    with pytest.raises(errors.Forbidden, match="部门负责人"):
        await revoke(task, by=FIRE, at=AFTER)
    with pytest.raises(errors.Forbidden, match="另一位负责人"):
        await revoke(task, by=replace(HEAD, id=FIRE.id), at=AFTER)
    with pytest.raises(errors.Forbidden, match="另一位负责人"):
        await revoke(task, by=replace(HEAD, stands_for=(StandIn(FIRE.id, FIRE.name, FIRE.roles),)), at=AFTER)
    before_it = [line.item_name for line in (await publicity.register("222405")).lines]
    assert (await revoke(task, by=HEAD, at=AFTER)).status_name == "已撤销"
    assert len(before_it) == 1 and (await publicity.register("222405")).lines == (), "revoked, it leaves the register"
    assert (await states(case.case_id))["fire_check_promise"] == "granted", "the decision stays in the record"
    assert await one("SELECT revoked_reason FROM results WHERE task_id = $1", task) == GROUNDS["reason"]
    assert [p.title for p in await notices.of_case(case.case_id)][-1] == "撤销决定书"
    before = await one("SELECT count(*) FROM journal WHERE event = 'result revoked'")
    assert (await revoke(task, by=HEAD, at=AFTER)).status == "revoked" and before == 1


async def test_the_head_may_send_it_back(pool: None) -> None:
    _, task = await proposed()
    with pytest.raises(errors.Invalid):
        await decline(task, reason="", by=HEAD, at=AFTER)
    await decline(task, reason="请再核实一次。", by=HEAD, at=AFTER)
    seen = (await tasks.view(task, by=HEAD, at=AFTER)).verification
    assert seen is not None and seen.status == "rectifying" and seen.checks[-1].findings == "请再核实一次。"
    with pytest.raises(errors.Conflict):
        await revoke(task, by=HEAD, at=AFTER)


async def test_whoever_promised_falsely_takes_the_general_way(pool: None) -> None:
    _, task = await proposed()
    await revoke(task, by=HEAD, at=AFTER)
    draft = await lodging(but=(), at=AFTER, premises_address="龙井市海兰路 9 号")
    with pytest.raises(Incomplete) as refusal:
        await intake.accept(draft.case_id, by=WANG, at=AFTER)
    assert "请改选一般流程" in refusal.value.fields["fire_way"]
    await intake.save(draft.case_id, {"fire_way": "general"}, by=WANG, at=AFTER)
    shown = await intake.draft(draft.case_id, by=WANG, at=AFTER)
    assert "fire_way" not in shown.problems
    async with transaction():
        (bar,) = await bars.open_bars(REGION, [APPLICANT_ID], at=AFTER)
    assert (bar.kind, bar.item) == ("false_promise", "fire_check_promise")
    await bars.lift(bar.id, reason="已全部改正并经复查。", by=HEAD, at=AFTER + timedelta(days=1))
    async with transaction():
        assert await bars.open_bars(REGION, [APPLICANT_ID], at=AFTER + timedelta(days=1)) == ()


async def test_two_checks_at_once_leave_one(pool: None) -> None:
    _, task = await granted()

    async def check(outcome: str) -> str:
        try:
            return (await verify(task, **FOUND, outcome=outcome, by=FIRE, at=FRIDAY)).status  # type: ignore[arg-type]
        except errors.Conflict:
            return "refused"

    answers = await asyncio.gather(check("passed"), check("passed"))
    assert sorted(answers) == ["passed", "refused"]


async def test_the_same_check_twice_is_one(pool: None) -> None:
    _, task = await granted()
    for _ in range(2):
        done = await verify(task, **FOUND, outcome="rectify", by=FIRE, at=FRIDAY, key="once")  # type: ignore[arg-type]
        assert done.status == "rectifying"
    assert await one("SELECT count(*) FROM verification_checks") == 1
