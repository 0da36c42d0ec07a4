"""Surveys in the town: a joint visit is appointed for the next working day, one is being held, one has been."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from PIL import Image, ImageDraw

from lianban.casework import tasks
from lianban.casework.visits import checks, offering, photos, planning, surveying
from lianban.outside.database import transaction
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.surveys import Said, Surveyor
from lianban.seed.telling import Ending, Tale, accept, claim, others

TEAMS = {
    "market_regulation": (Surveyor("孙建国", "吉J-0420011"), Surveyor("金明浩", "吉J-0420018")),
    "fire_rescue": (Surveyor("许昌浩", "消J-0420031"), Surveyor("崔永日", "消J-0420032")),
}
ITEMS = {"food_permit": "market_regulation", "fire_check": "fire_rescue"}


async def _appointed(tale: Tale, on: date | None = None) -> tuple[UUID, dict[str, UUID]]:
    """Both departments have the task in hand and go out together, at the next slot of a later day or of the day `on`
    that nobody took: in this town one team of each department goes out."""
    await accept(tale)
    await others(tale, *ITEMS)
    taken = {item: await claim(tale, item, department) for item, department in ITEMS.items()}
    offers = await offering.offered(tale.story.region, set(ITEMS.values()), at=tale.at)
    places = {slot.id: slot.quota for slot in await offering.all_slots(by=tale.clerk, at=tale.at)}
    free = (o for o in offers if not o.why and o.day > tale.at.date() and o.left == places[o.slot])
    slot = next(o for o in free if on in (None, o.day))
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


async def visit_under_way(tale: Tale) -> None:
    """Being held: the market regulation stands in the kitchen, with some lines answered and two photos sent."""
    visit, taken = await _appointed(tale, tale.working_day(0))
    for item, department in ITEMS.items():
        await surveying.name_team(
            visit, taken[item], TEAMS[department], by=tale.officer(department), at=tale.goes_on(5)
        )
    tale.goes_on(30, 0)
    by, task = tale.officer("market_regulation"), taken["food_permit"]
    await surveying.begin(visit, task, by=by, at=tale.goes_on(6))
    for position, said, remark in ((1, "ok", ""), (2, "problem", "生食和熟食案板没有分开"), (3, "ok", "")):
        await checks.answer(visit, task, position, answer=said, remark=remark, version=0, by=by, at=tale.goes_on(2))
    shots: tuple[tuple[str, str, int | None], ...] = (("案板.jpg", "#d9cfc0", 2), ("厨房全景.jpg", "#c8d2dc", None))
    for name, shade, place in shots:
        taken_at = tale.at
        sent = photos.Sent(name, _photo(shade), None, taken_at)
        await photos.add(visit, task, place, sent, by=by, at=tale.goes_on(1))


def _photo(shade: str) -> bytes:
    """A drawing of tiles in place of a photo: the demonstration has no real kitchens."""
    picture = Image.new("RGB", (1024, 768), shade)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((40, 40, 984, 728), outline="#515b69", width=6)
    for across in range(40, 984, 118):
        pen.line((across, 500, across, 728), fill="#8a96a3", width=3)
    pen.line((40, 500, 984, 500), fill="#515b69", width=6)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def _said(item: str, tale: Tale) -> Said:
    if item == "food_permit":
        reason = "设施设备齐全，现场没有发现问题"
        return Said("pass", "场所布局、设施设备与申报材料一致。", None, Limit(4, Unit.WORKING_DAYS), reason)
    until = tale.at.date() + timedelta(days=7)
    return Said("pass_with_rectification", "一层后门上方一处应急照明灯不亮，请更换后提交照片。", until)


SURVEYED: Mapping[str, Ending] = {
    "visit planned": visit_planned,
    "visit under way": visit_under_way,
    "visit done": visit_done,
}
