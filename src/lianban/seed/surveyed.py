"""Surveys in the town: one joint visit is appointed for the next working day, one has been held."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from lianban.casework import tasks
from lianban.casework.visits import checks, offering, planning, surveying
from lianban.outside.database import transaction
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.surveys import Said, Surveyor
from lianban.seed.telling import Ending, Tale, accept, claim, others

TEAMS = {
    "market_regulation": (Surveyor("孙建国", "吉J-0420011"), Surveyor("金明浩", "吉J-0420018")),
    "fire_rescue": (Surveyor("许昌浩", "消J-0420031"), Surveyor("崔永日", "消J-0420032")),
}
ITEMS = {"food_permit": "market_regulation", "fire_check": "fire_rescue"}


async def _appointed(tale: Tale) -> tuple[UUID, dict[str, UUID]]:
    """Both departments have the task in hand and go out together, at the next slot of a later day that is free."""
    await accept(tale)
    await others(tale, *ITEMS)
    taken = {item: await claim(tale, item, department) for item, department in ITEMS.items()}
    offers = await offering.offered(tale.story.region, set(ITEMS.values()), at=tale.at)
    slot = next(o for o in offers if not o.why and o.day > tale.at.date())
    visit = await planning.plan(
        tale.case_id,
        slot=slot.slot,
        day=slot.day,
        place=f"龙井市{tale.story.about.street}",  # type: ignore[union-attr]
        contact=tale.person,
        phone="13904330027",
        note_text="请开启厨房排烟和消防设施备查。",
        by=tale.clerk,
        at=tale.goes_on(12),
        key=f"seed-visit-{tale.number}",
    )
    return visit, taken


async def visit_planned(tale: Tale) -> None:
    """Tomorrow: the one department has named its surveyors, the other not yet."""
    visit, taken = await _appointed(tale)
    await surveying.name_team(
        visit, taken["food_permit"], TEAMS["market_regulation"], by=tale.officer("market_regulation"), at=tale.at
    )


async def visit_done(tale: Tale) -> None:
    """Held: the kitchen is in order and its limit set shorter, an emergency light is to be put right."""
    visit, taken = await _appointed(tale)
    for item, department in ITEMS.items():
        await surveying.name_team(
            visit, taken[item], TEAMS[department], by=tale.officer(department), at=tale.goes_on(5)
        )
    tale.goes_on(30, tale.story.days - 1)
    for item, department in ITEMS.items():
        by, task = tale.officer(department), taken[item]
        await surveying.begin(visit, task, by=by, at=tale.goes_on(6))
        async with transaction():
            listed = (await checks.lines(visit, [task])).get(task, [])
        for line in listed:
            wrong = item == "fire_check" and line is listed[-1]
            await checks.answer(
                visit,
                task,
                line.position,
                answer="problem" if wrong else "ok",
                remark="一处应急照明灯不亮" if wrong else "",
                version=line.version,
                by=by,
                at=tale.goes_on(1),
            )
        await surveying.conclude(visit, task, _said(item, tale), by=by, at=tale.goes_on(4))
    by = tale.officer("market_regulation")
    view = await tasks.view(taken["food_permit"], by=by, at=tale.at)
    result = tasks.NewResult(name=view.result_name[:100], issued_on=tale.at.date(), number=f"{tale.at:%Y}-FOO-0099")
    await tasks.grant(
        taken["food_permit"],
        opinion="经现场勘查，场所布局、设施设备符合要求，准予许可。",
        results=[result],
        by=by,
        at=tale.goes_on(50),
    )


def _said(item: str, tale: Tale) -> Said:
    if item == "food_permit":
        reason = "设施设备齐全，现场没有发现问题"
        return Said("pass", "场所布局、设施设备与申报材料一致。", None, Limit(4, Unit.WORKING_DAYS), reason)
    until = tale.at.date() + timedelta(days=7)
    return Said("pass_with_rectification", "一层后门上方一处应急照明灯不亮，请更换后提交照片。", until)


SURVEYED: Mapping[str, Ending] = {"visit planned": visit_planned, "visit done": visit_done}
