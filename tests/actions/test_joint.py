"""What is handled jointly is measured as a whole: 45 working days, 15 more by the government's head (R-26, R-42)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from lianban import errors, oversight, timers
from lianban.casework import adjusting, cases, catalogue, clocks, passports, tasks
from lianban.casework.clocks import ClockView
from lianban.casework.tasks import NewResult
from lianban.outside.clock import SHANGHAI
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role, StandIn
from tests.actions import jointly
from tests.actions.drafts import MONDAY, WANG
from tests.actions.limits import MAYOR
from tests.actions.working import REASONS, REGION, officer, one, task_of

pytestmark = pytest.mark.usefixtures("pool")

MARKET = officer("market", "market_regulation")
MARKET_HEAD = officer("market-head", "market_regulation", Role.DEPARTMENT_HEAD)
FIRE = officer("fire", "fire_rescue")
WATCHER = Actor("zhou", "周明", REGION, frozenset({Role.SUPERVISOR}))
FIRST_DUE = datetime(2027, 1, 5, 17, tzinfo=SHANGHAI)
"""The 45th working day after 2 November 2026."""
NEXT_DUE = datetime(2027, 1, 26, 17, tzinfo=SHANGHAI)
"""The 60th."""
WHY = "多个部门需要共同论证消防和油烟排放方案。"
ARTICLE = "《中华人民共和国行政许可法》第四十二条第二款"


@pytest.fixture
async def case(pool: None, tmp_path: Path) -> UUID:
    """A jointly handled case whose licence is granted: the food permit (no limit of its own) is in review."""
    await jointly.publish(tmp_path)
    found = (await jointly.accepted(jointly.GATHERING)).case_id
    licence = await task_of(found, "business_licence")
    await tasks.claim(licence, by=MARKET, at=MONDAY)
    given = [NewResult("营业执照", date(2026, 11, 2), "222405-1")]
    await tasks.grant(
        licence, opinion="符合条件。", results=given, supplies={"uscc": "91222405MA0000000A"}, by=MARKET, at=MONDAY
    )
    await tasks.claim(await task_of(found, "food_permit"), by=MARKET, at=MONDAY)
    return found


async def limits(case: UUID, at: datetime = MONDAY) -> dict[tuple[str, str], ClockView]:
    """The limits of a case: (kind, item) → limit; the item is empty for those of the whole."""
    async with transaction():
        names = {r["id"]: r["item"] for r in await connection().fetch("SELECT id, item FROM tasks")}
        views = await clocks.clocks_of(case, at=at)
    return {(v.kind, names[v.task_id] if v.task_id else ""): v for v in views}


async def joint(case: UUID, at: datetime = MONDAY) -> ClockView:
    """The joint limit."""
    return (await limits(case, at))["joint", ""]


async def ask(case: UUID, amount: int = 15, by: Actor = MARKET, at: datetime = MONDAY) -> UUID:
    """The longer joint limit asked for, by the lead department's holder."""
    task = await task_of(case, "food_permit")
    return await adjusting.ask_extension(task, amount=amount, reason=WHY, joint=True, by=by, at=at)


async def paper_of(request: UUID) -> Mapping[str, Any]:
    """What the notice of a request says."""
    found = await one("SELECT content FROM papers p JOIN adjustments a ON a.paper_id = p.id WHERE a.id = $1", request)
    told: dict[str, Any] = json.loads(str(found))
    return told


async def test_the_whole_has_45_working_days_and_a_permission_without_a_limit_of_its_own_follows_it(
    case: UUID,
) -> None:
    found = await limits(case)
    whole = found["joint", ""]
    assert (whole.limit, whole.due, whole.legal) == ("45 个工作日", FIRST_DUE, True)
    assert whole.basis == f"{ARTICLE}：45 个工作日" and whole.started_at == MONDAY
    assert ("statutory", "food_permit") not in found, "no twenty days beside the forty-five"
    assert found["committed", "food_permit"].due <= found["bundle", ""].due < FIRST_DUE
    own = found["statutory", "fire_check"]
    assert own.limit == "13 个工作日" and "消防法" in own.basis and own.due < FIRST_DUE, "the earlier of both holds"


async def test_the_joint_limit_stands_beside_the_promise_on_the_case_and_in_both_passports(case: UUID) -> None:
    found = await limits(case)
    shown = {v.kind: v for v in (await cases.story(case, by=WANG, at=MONDAY)).clocks if not v.task_id}
    assert (shown["bundle"].due, shown["joint"].due) == (found["bundle", ""].due, FIRST_DUE)
    for kind in ("bundle", "joint"):
        told = await passports.of_case(case, found[kind, ""].id, by=WANG, at=MONDAY)
        assert [(b.name, b.due, b.here) for b in told.beside] == [
            ("联合办理法定时限", FIRST_DUE, kind == "joint"),
            ("整件事承诺时限", found["bundle", ""].due, kind == "bundle"),
        ]
    explained = await passports.of_case(case, found["joint", ""].id, by=WANG, at=MONDAY)
    assert sum(day.counted for day in explained.due.days) == 45
    assert explained.start_rule == "自受理之日起算（行政许可法第四十二条第二款）"


async def test_a_permission_that_follows_the_whole_is_explained_by_the_joint_limit(case: UUID) -> None:
    found = await limits(case)
    food = await passports.of_case(case, found["committed", "food_permit"].id, by=WANG, at=MONDAY)
    assert next((b.name, b.due) for b in food.beside) == ("联合办理法定时限", FIRST_DUE)
    fire = await passports.of_case(case, found["committed", "fire_check"].id, by=WANG, at=MONDAY)
    assert next((b.name, b.due) for b in fire.beside) == ("法定时限", found["statutory", "fire_check"].due)


async def test_the_acceptance_notice_tells_the_limit_of_the_whole_where_an_item_has_none_of_its_own(case: UUID) -> None:
    content = json.loads(str(await one("SELECT content FROM papers WHERE case_id = $1 AND kind = 'acceptance'", case)))
    told = {item["name"]: item["statutory"] for item in content["items"]}
    food = next(limit for name, limit in told.items() if "食品经营" in name)
    assert food == {"limit": "45 个工作日", "due": "2027年1月5日（暂定）"}


async def test_an_ordinary_edition_has_no_joint_limit(pool: None) -> None:
    await catalogue.ship(MONDAY)
    found = await limits((await jointly.accepted()).case_id)
    assert ("joint", "") not in found and ("bundle", "") in found


async def test_the_head_of_the_government_gives_fifteen_working_days_more_with_a_notice(case: UUID) -> None:
    promise = (await limits(case))["bundle", ""].due
    before = await limits(case)
    request = await ask(case)
    (waiting,) = await adjusting.to_decide(by=MAYOR, at=MONDAY)
    assert waiting.approver == "本级人民政府负责人" and not waiting.against
    assert [(m.old, m.new) for m in waiting.moves if m.name == "联合办理法定时限"] == [(FIRST_DUE, NEXT_DUE)]
    assert await adjusting.to_decide(by=MARKET_HEAD, at=MONDAY) == (), "not the department head's to decide"
    settled = await adjusting.approve(request, by=MAYOR, at=MONDAY + timedelta(hours=1))
    after = await limits(case)
    assert after["joint", ""].due == NEXT_DUE and after["bundle", ""].due >= promise
    for item in ("food_permit", "fire_check"):
        assert after["committed", item].due == before["committed", item].due, "the items keep their own limits"
    assert after["statutory", "fire_check"].due == before["statutory", "fire_check"].due
    paper = await paper_of(request)
    assert (paper["title"], paper["number"], paper["length"]) == ("延期通知书", settled.paper, "15 个工作日")
    assert (paper["rank"], paper["reason"]) == ("本级人民政府负责人", WHY) and ARTICLE in paper["basis"]
    assert [(m["old"], m["new"]) for m in paper["limits"] if m["name"] == "联合办理法定时限"] == [
        ("2027年1月5日", "2027年1月26日（暂定）")
    ]
    told = await passports.of_case(case, after["joint", ""].id, by=WANG, at=MONDAY)
    assert sum(day.counted for day in told.due.days) == 60 and settled.paper in told.papers


async def test_neither_the_department_head_nor_whoever_asked_decides(case: UUID) -> None:
    request = await ask(case)
    with pytest.raises(errors.Forbidden, match="政府负责人"):
        await adjusting.approve(request, by=MARKET_HEAD, at=MONDAY)
    with pytest.raises(errors.Forbidden, match="政府负责人"):
        await adjusting.approve(request, by=MARKET, at=MONDAY)
    stand_in = Actor(
        "mayor-for", "代岗", REGION, MAYOR.roles, stands_for=(StandIn(MARKET.id, MARKET.name, MARKET.roles),)
    )
    with pytest.raises(errors.Forbidden, match="不能批准自己"):
        await adjusting.approve(request, by=stand_in, at=MONDAY)
    both = Actor(MARKET.id, MARKET.name, REGION, MAYOR.roles | MARKET.roles, MARKET.department)
    with pytest.raises(errors.Forbidden, match="不能批准自己"):
        await adjusting.approve(request, by=both, at=MONDAY)
    elsewhere = Actor("mayor-far", "外地", "430100", MAYOR.roles)
    with pytest.raises(errors.NotFound):
        await adjusting.approve(request, by=elsewhere, at=MONDAY)
    assert (await joint(case)).due == FIRST_DUE


async def test_the_joint_limit_is_extended_once_whoever_asks(case: UUID) -> None:
    fire = await task_of(case, "fire_check")
    await tasks.claim(fire, by=FIRE, at=MONDAY)
    with pytest.raises(errors.Invalid, match="最多可以延长15 个工作日"):
        await ask(case, 16)
    await adjusting.approve(await ask(case, 5), by=MAYOR, at=MONDAY)
    with pytest.raises(errors.Conflict, match="已经依法延长过一次"):
        await ask(case, 5)
    with pytest.raises(errors.Conflict, match="已经依法延长过一次"):
        await adjusting.ask_extension(fire, amount=5, reason=WHY, joint=True, by=FIRE, at=MONDAY)
    assert (await joint(case)).due == datetime(2027, 1, 12, 17, tzinfo=SHANGHAI)


async def test_two_departments_that_ask_at_once_get_it_once(case: UUID) -> None:
    fire = await task_of(case, "fire_check")
    await tasks.claim(fire, by=FIRE, at=MONDAY)
    first = await ask(case)
    second = await adjusting.ask_extension(fire, amount=15, reason=WHY, joint=True, by=FIRE, at=MONDAY)
    done = await asyncio.gather(
        adjusting.approve(first, by=MAYOR, at=MONDAY),
        adjusting.approve(second, by=MAYOR, at=MONDAY),
        return_exceptions=True,
    )
    assert sorted(type(d).__name__ for d in done) == ["Conflict", "Settled"]
    assert (await joint(case)).due == NEXT_DUE


async def test_after_the_joint_limit_it_is_too_late(case: UUID) -> None:
    request = await ask(case, at=FIRST_DUE)
    late = FIRST_DUE + timedelta(seconds=1)
    with pytest.raises(errors.Conflict, match="联合办理法定时限已经在 2027年01月05日 17:00 届满"):
        await adjusting.approve(request, by=MAYOR, at=late)
    with pytest.raises(errors.Conflict, match="届满"):
        await ask(case, at=late)
    asking = await adjusting.asking(await task_of(case, "food_permit"), by=MARKET, at=late)
    assert asking.joint and "届满" in asking.no_joint


async def test_a_passed_joint_limit_is_a_black_card_whose_reason_is_owed(case: UUID) -> None:
    await timers.round(FIRST_DUE)
    assert not [c for c in await joint_cards() if c.colour == "black"], "the due instant itself is in time"
    for _ in range(2):
        await timers.round(FIRST_DUE + timedelta(minutes=1))
    (black,) = [c for c in await joint_cards() if c.colour == "black"]
    assert black.due_at == FIRST_DUE and black.case_id == case and "仍有事项没有办完" in black.reason
    assert ARTICLE in black.explanation["basis"]


async def test_an_extended_joint_limit_has_its_black_card_later(case: UUID) -> None:
    await adjusting.approve(await ask(case), by=MAYOR, at=MONDAY)
    await timers.round(FIRST_DUE + timedelta(minutes=1))
    assert not [c for c in await joint_cards() if c.colour == "black"]
    await timers.round(NEXT_DUE + timedelta(minutes=1))
    assert [c.due_at for c in await joint_cards() if c.colour == "black"] == [NEXT_DUE]


async def joint_cards() -> list[oversight.Card]:
    """What was raised about the joint limit."""
    filters = oversight.Filters(colour="black")
    return [c for c in (await oversight.listing(by=WATCHER, filters=filters)).cards if c.kind == "joint"]


async def test_it_stops_when_the_last_item_is_decided(case: UUID) -> None:
    later = MONDAY + timedelta(days=1)
    food = await task_of(case, "food_permit")
    await tasks.refuse(food, **REASONS, by=MARKET, at=later)
    assert (await joint(case)).stopped_at is None
    while rows := await open_tasks(case):
        for task, department in rows:
            by = officer(department, department)
            await tasks.claim(task, by=by, at=later)
            await tasks.refuse(task, **REASONS, by=by, at=later)
    assert await one("SELECT status FROM cases WHERE id = $1", case) == "decided"
    assert (await joint(case)).stopped_at == later
    await timers.round(FIRST_DUE + timedelta(days=1))
    assert not await joint_cards()


async def open_tasks(case: UUID) -> list[tuple[UUID, str]]:
    """The tasks that nobody has claimed yet."""
    async with transaction():
        statement = "SELECT id, department FROM tasks WHERE case_id = $1 AND status = 'dispatched'"
        return [(r["id"], r["department"]) for r in await connection().fetch(statement, case)]
