"""Administration: the calendar with its documents, a region's own days, and what a change did to the dates."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import calendars
from lianban.errors import Conflict, Invalid, NotFound, Refusal
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from lianban.rules.calendar import STATUSES
from lianban.web.context import Req, page, see
from lianban.web.forms import Form, number
from lianban.web.signin import require

RECENT = 3
"""Years whose notices stand open on the page; the older ones are folded away."""
LONGEST = 31


async def calendar_page(
    request: Req, person: Actor, *, fault: Refusal | None = None, typed: Form | None = None, status: int = 200
) -> Template:
    """The documents of each year, the forms, the region's own days."""
    calendar = await calendars.calendar_of(person.region)
    documents = await calendars.documents(by=person)
    same = number(request.query_params.get("same", ""))
    return page(
        request,
        "admin/calendar.html",
        edition=calendar.edition,
        horizon=calendar.horizon,
        recent=[d for d in documents if d.year > calendar.horizon - RECENT],
        older=[d for d in documents if d.year <= calendar.horizon - RECENT],
        overlays=await calendars.overlays(by=person),
        recomputations=await calendars.recomputations(by=person),
        statuses=STATUSES,
        same=same,
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed,
        status=status,
    )


@get("/admin/calendar")
async def calendar(request: Req) -> Template:
    """The calendar of this region."""
    return await calendar_page(request, require(request, Role.ADMINISTRATOR))


@post("/admin/calendar/notices")
async def add_notice(request: Req) -> Redirect | Template:
    """Import a notice on holidays."""
    person, sent = require(request, Role.ADMINISTRATOR), await Form.of(request)
    try:
        files = sent.files("notice")
        if not files:
            raise Invalid("请选择放假通知文件。", {"notice": "请选择放假通知文件（YAML）。"})
        data = await files[0].read()
        made = await calendars.import_notice(data, files[0].filename, by=person, at=clock.now())
    except Invalid as refused:
        fault = Invalid(refused.sentence, refused.fields or {"notice": refused.sentence})
        return await calendar_page(request, person, fault=fault, typed=sent, status=422)
    if made.recomputation is None:
        return see(f"/admin/calendar?same={made.notice.year if made.notice else ''}")
    return see(f"/admin/calendar/changes/{made.recomputation}")


@post("/admin/calendar/overlays")
async def add_overlay(request: Req) -> Redirect | Template:
    """Add days of the region's own."""
    person, sent = require(request, Role.ADMINISTRATOR), await Form.of(request)
    try:
        off, work = _days_off(sent), _days_on(sent.text("work"))
        name, basis = sent.text("name"), sent.text("basis")
        made = await calendars.add_overlay(person.region, name, basis, off, work, by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        return await calendar_page(request, person, fault=fault, typed=sent, status=422)
    return see(f"/admin/calendar/changes/{made.recomputation}")


def _days_off(sent: Form) -> list[date]:
    first, last = _day(sent.text("off")), _day(sent.text("until"))
    if first is None:
        raise Invalid("请填写放假或停止办公的第一天。", {"off": "请填写第一天，如 2026-11-05。"})
    length = ((last or first) - first).days
    if not 0 <= length < LONGEST or (sent.text("until") and last is None):
        raise Invalid("最后一天不对。", {"until": f"最后一天不能早于第一天，一次不超过 {LONGEST} 天。"})
    return [first + timedelta(days=n) for n in range(length + 1)]


def _days_on(text: str) -> list[date]:
    days = [_day(word) for word in text.replace("、", " ").replace("，", " ").replace(",", " ").split()]
    if None in days:
        raise Invalid("补班的日子写得不对。", {"work": "请写成 2026-11-07，几天之间用空格隔开。"})
    return [day for day in days if day]


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None


@post("/admin/calendar/overlays/{id:uuid}/withdrawal")
async def withdraw(request: Req, id: FromPath[UUID]) -> Redirect | Template:
    """Withdraw days of the region's own."""
    person = require(request, Role.ADMINISTRATOR)
    try:
        made = await calendars.withdraw_overlay(id, by=person, at=clock.now())
    except Conflict as fault:
        return await calendar_page(request, person, fault=fault, status=409)
    return see(f"/admin/calendar/changes/{made.recomputation}")


@get("/admin/calendar/changes/{id:uuid}")
async def changes(request: Req, id: FromPath[UUID]) -> Template:
    """How far a recomputation has come, and the dates it changed."""
    person = require(request, Role.ADMINISTRATOR)
    found = next((one for one in await calendars.recomputations(by=person) if one.id == id), None)
    if found is None:
        raise NotFound("没有找到这次核算。")
    data: Mapping[str, object] = {"one": found, "changes": await calendars.changes(id, by=person)}
    return page(request, "admin/calendar_changes.html", data)


router = Router("/", route_handlers=[calendar, add_notice, add_overlay, withdraw, changes], include_in_schema=False)
