"""Cards: what they say, who answers for them, how they are taken away, and the public reason of an overrun."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from lianban import errors, journal, oversight, timers
from lianban.casework import policies, tasks
from lianban.outside.clock import SHANGHAI
from lianban.outside.database import connection, transaction
from lianban.oversight import Card, Filters
from lianban.rules.actors import Actor, Role, StandIn
from tests.actions.drafts import FAR, MONDAY, WANG
from tests.actions.working import (
    NURSING,
    POLICE,
    POLICE_HEAD,
    POLICE_TOO,
    REASONS,
    REGION,
    SOCIAL,
    accepted,
    granted,
    officer,
    one,
    task_of,
)

ZHOU = Actor("zhou", "周明", REGION, frozenset({Role.SUPERVISOR}))
FANG = Actor("fang", "方正", REGION, frozenset({Role.SUPERVISOR}))
SOCIAL_HEAD = officer("social-head", "social_insurance", Role.DEPARTMENT_HEAD)
ADMIN = Actor("gao", "高远", REGION, frozenset({Role.ADMINISTRATOR}))
LATE = datetime(2026, 12, 31, 9, 0, tzinfo=SHANGHAI)
WHY = "系统升级停机一天，已经向申请人说明。"


async def overdue() -> tuple[UUID, UUID]:
    """A case in which the social insurance claimed the allowance in time and then let it lie, until 31 December."""
    case = (await accepted(NURSING)).case_id
    task = await task_of(case, "nursing_allowance")
    await tasks.claim(task, by=SOCIAL, at=MONDAY)
    await timers.round(LATE)
    return case, task


async def of_task(task: UUID, colour: str, by: Actor = SOCIAL) -> Card:
    """The task's card of a colour about its decision."""
    kinds = {"committed", "statutory"}
    return next(c for c in await oversight.of_task(task, by=by) if c.colour == colour and c.kind in kinds)


async def test_a_card_says_whose_which_limit_and_why(pool: None) -> None:
    case, task = await overdue()
    red = await of_task(task, "red")
    assert (red.owner, red.department, red.item_name) == (SOCIAL.id, "social_insurance", "护理补贴")
    assert "承诺时限" in red.reason and f"{red.due_at:%Y-%m-%d %H:%M}" in red.reason and "仍未作出决定" in red.reason
    assert red.promised == red.due_at and red.explanation["used"] >= 100 and red.belated and red.running
    black = await of_task(task, "black")
    assert "超过法定时限" in black.reason and "社会保险经办条例" in black.explanation["basis"]
    (whole,) = [c for c in await oversight.of_case(case, by=ZHOU) if c.kind == "bundle" and c.colour == "red"]
    assert whole.department == "public_security", "the lead answers for the whole"
    assert (await journal.verify()).whole


async def test_statutory_limits_raise_black_only_and_the_applicants_own_time_none(pool: None) -> None:
    await overdue()
    async with transaction():
        rows = await connection().fetch("SELECT DISTINCT clock_kind, colour FROM cards")
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["clock_kind"], set()).add(row["colour"])
    assert found["statutory"] == {"black"}
    assert found["committed"] == found["bundle"] == found["claim"] == {"blue", "yellow", "red"}
    assert set(found) == {"statutory", "committed", "bundle", "claim"}


async def test_results_that_nobody_hands_over_are_the_windows_card(pool: None) -> None:
    case = (await accepted(NURSING)).case_id
    await granted(await task_of(case, "nursing_allowance"), SOCIAL)
    await timers.round(LATE)
    late = await oversight.listing(by=WANG)
    (black,) = [c for c in late.cards if c.colour == "black"]
    assert black.kind == "delivery" and black.department_name == "综合窗口" and "王芳" in black.owner_name
    assert black.due_at == datetime(2026, 11, 16, 17, 0, tzinfo=SHANGHAI) and "仍有办理结果没有送达" in black.reason
    assert "explain" in black.can and "ask" in black.can


async def test_thresholds_are_the_regions_own(pool: None) -> None:
    await policies.set_policy({"blue": "20", "yellow": "40", "yellow_days_left": "0"}, by=ADMIN, at=MONDAY)
    _, task = await overdue()
    yellow = await of_task(task, "yellow")
    assert 40 <= yellow.explanation["used"] < 90


async def test_each_side_sees_its_own_cards(pool: None) -> None:
    case, task = await overdue()
    assert {c.department for c in (await oversight.listing(by=SOCIAL)).cards} == {"social_insurance"}
    everything = await oversight.listing(by=ZHOU)
    assert {d for d, _ in everything.departments} >= {"social_insurance", "public_security"}
    assert [c.at for c in everything.cards] == sorted(c.at for c in everything.cards)
    assert "blue" not in {c.colour for c in everything.cards} and everything.colours["blue"] > 0
    only = await oversight.listing(by=ZHOU, filters=Filters(colour="black", department="social_insurance"))
    assert {(c.colour, c.department) for c in only.cards} == {("black", "social_insurance")}
    assert (await oversight.listing(by=FAR)).cards == ()
    with pytest.raises(errors.Forbidden):
        await oversight.listing(by=ADMIN)
    with pytest.raises(errors.Invalid):
        await oversight.listing(by=ZHOU, filters=Filters(state="whatever"))
    assert await oversight.badges([task]) == {task: "black"}
    lines = {line.department: line for line in await oversight.standings(by=ZHOU)}
    assert lines["social_insurance"].black == 1 and lines["social_insurance"].red == 1
    assert case


async def test_the_one_who_asks_never_approves(pool: None) -> None:
    _, task = await overdue()
    red, yellow = await of_task(task, "red"), await of_task(task, "yellow")
    await oversight.ask_removal(red.id, reason=WHY, by=SOCIAL, at=LATE)
    await oversight.ask_removal(yellow.id, reason=WHY, by=SOCIAL_HEAD, at=LATE)
    for card, by in ((red, SOCIAL), (red, SOCIAL_HEAD), (yellow, SOCIAL_HEAD), (yellow, SOCIAL)):
        with pytest.raises(errors.Forbidden):
            await oversight.decide_removal(card.id, approve=True, note="", by=by, at=LATE)
    stand_in = Actor(
        "x", "代岗", REGION, frozenset({Role.SUPERVISOR}), stands_for=(StandIn(SOCIAL.id, SOCIAL.name, SOCIAL.roles),)
    )
    with pytest.raises(errors.Forbidden):
        await oversight.decide_removal(red.id, approve=True, note="", by=stand_in, at=LATE)
    await oversight.decide_removal(red.id, approve=True, note="", by=ZHOU, at=LATE)
    gone = await of_task(task, "red")
    assert gone.removed and gone.removal and (gone.removal.reason, gone.removal.decided_by_name) == (WHY, "周明")
    assert gone.can == frozenset(), "it stays to be seen, and nothing more happens to it"
    assert await oversight.badges([task]) == {task: "black"}
    with pytest.raises(errors.Conflict, match="周明"):
        await oversight.decide_removal(red.id, approve=False, note="不同意", by=FANG, at=LATE)


async def test_the_head_takes_yellow_cards_of_his_own_department_only(pool: None) -> None:
    _, task = await overdue()
    yellow = await of_task(task, "yellow")
    await oversight.ask_removal(yellow.id, reason=WHY, by=officer("social-too", "social_insurance"), at=LATE)
    with pytest.raises(errors.NotFound):
        await oversight.decide_removal(yellow.id, approve=True, note="", by=POLICE_HEAD, at=LATE)
    with pytest.raises(errors.NotFound):
        await oversight.ask_removal(yellow.id, reason=WHY, by=POLICE, at=LATE)
    with pytest.raises(errors.Invalid, match="审批意见"):
        await oversight.decide_removal(yellow.id, approve=False, note="", by=SOCIAL_HEAD, at=LATE)
    await oversight.decide_removal(yellow.id, approve=False, note="理由不成立。", by=SOCIAL_HEAD, at=LATE)
    back = await of_task(task, "yellow")
    assert not back.removed and back.removal and back.removal.note == "理由不成立。" and "ask" in back.can
    await oversight.ask_removal(yellow.id, reason="补充说明。", by=SOCIAL, at=LATE)
    await oversight.decide_removal(yellow.id, approve=True, note="", by=ZHOU, at=LATE)
    events = await one("SELECT string_agg(event, ',' ORDER BY seq) FROM journal WHERE event LIKE 'card remov%'")
    assert events == "card removal asked,card removal declined,card removal asked,card removed"


async def test_asking_twice_is_asking_once(pool: None) -> None:
    _, task = await overdue()
    red = await of_task(task, "red")
    ids = await asyncio.gather(*(oversight.ask_removal(red.id, reason=WHY, by=SOCIAL, at=LATE) for _ in range(3)))
    assert len(set(ids)) == 1
    with pytest.raises(errors.Conflict, match="申请解除"):
        await oversight.ask_removal(red.id, reason="另一个理由", by=SOCIAL_HEAD, at=LATE)
    with pytest.raises(errors.Forbidden):
        await oversight.ask_removal(red.id, reason=WHY, by=ZHOU, at=LATE)
    with pytest.raises(errors.Invalid):
        await oversight.ask_removal((await of_task(task, "black")).id, reason=" ", by=SOCIAL, at=LATE)


async def test_two_supervisors_at_once_decide_once(pool: None) -> None:
    _, task = await overdue()
    red = await of_task(task, "red")
    await oversight.ask_removal(red.id, reason=WHY, by=SOCIAL, at=LATE)
    answers = await asyncio.gather(
        oversight.decide_removal(red.id, approve=True, note="", by=ZHOU, at=LATE),
        oversight.decide_removal(red.id, approve=False, note="不同意。", by=FANG, at=LATE),
        return_exceptions=True,
    )
    assert sorted(type(a).__name__ for a in answers) == ["Conflict", "NoneType"]


async def test_the_handling_unit_makes_the_reason_of_an_overrun_public(pool: None) -> None:
    case, task = await overdue()
    owed = {one.name: one.reason for one in await oversight.overruns(case)}
    assert "还没有公开原因" in owed["“护理补贴”法定时限"] and "整件事整件事承诺时限" not in owed
    black, yellow = await of_task(task, "black"), await of_task(task, "yellow")
    before = (await oversight.listing(by=ZHOU)).states["reason"]
    with pytest.raises(errors.Forbidden):
        await oversight.explain(black.id, reason="督促", by=ZHOU, at=LATE)
    with pytest.raises(errors.Conflict):
        await oversight.explain(yellow.id, reason="还没有超期", by=SOCIAL, at=LATE)
    first = await oversight.explain(black.id, reason="缴费记录核对耗时较长。", by=SOCIAL, at=LATE)
    assert await oversight.explain(black.id, reason="缴费记录核对耗时较长。", by=SOCIAL, at=LATE) == first
    await oversight.explain(black.id, reason="缴费记录需向外省核对。", by=SOCIAL, at=LATE + timedelta(minutes=1))
    said = {one.name: one.reason for one in await oversight.overruns(case)}
    assert said["“护理补贴”法定时限"] == "缴费记录需向外省核对。"
    assert (await oversight.listing(by=ZHOU)).states["reason"] == before - 1
    assert not any("签收" in name for name in said), "claiming is the house's own affair"


async def test_a_card_is_a_fact(pool: None) -> None:
    await overdue()
    for statement in ("UPDATE cards SET colour = 'blue'", "DELETE FROM cards", "TRUNCATE cards CASCADE"):
        with pytest.raises(asyncpg.RaiseError, match="只能追加"):
            async with transaction():
                await connection().execute(statement)


async def test_who_had_claimed_by_then_answers_else_the_department(pool: None) -> None:
    case = (await accepted()).case_id
    task = await task_of(case, "birth_registration")
    await timers.round(MONDAY + timedelta(hours=1))
    await tasks.claim(task, by=POLICE_TOO, at=MONDAY + timedelta(hours=1))
    await tasks.refuse(task, **REASONS, by=POLICE_TOO, at=LATE)
    await timers.round(LATE + timedelta(minutes=1))
    owners = {(c.colour, c.owner) for c in await oversight.of_task(task, by=POLICE) if c.kind == "committed"}
    assert ("red", POLICE_TOO.id) in owners
