"""数据汇聚: how reporting to the superior platform stands, by which fields and codes, what is to be put right."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.errors import Conflict, Invalid, NotFound, Refusal
from lianban.feedback import upward
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from lianban.rules.ratings import CHANNELS
from lianban.rules.ratings.rates import percent
from lianban.rules.upward import FACTS, schemas
from lianban.web.context import Req, page, see
from lianban.web.forms import Form
from lianban.web.signin import require

HERE = "/admin/upward"
TABLES = {"channel": "评价渠道", "user": "服务对象类型", "standing": "是否计入", "state": "办件状态"}
VALUES = {
    "channel": CHANNELS,
    "user": {"person": "个人", "unit": "单位"},
    "standing": {"counted": "计入", "apart": "单独列出，待核实", "invalid": "无效"},
    "state": {"processing": "办理中", "decided": "统一出件", "delivered": "已送达", "closed": "已办结"},
}


@get(HERE)
async def shown(request: Req) -> Template:
    """What waits, what was refused, each day with its reconciliation."""
    return await _page(request, require(request, *upward.READERS))


async def _page(request: Req, person: Actor, *, fault: Refusal | None = None) -> Template:
    found = await upward.overview(by=person, at=clock.now())
    return page(
        request,
        "admin/upward.html",
        all=found,
        rate=percent(found.figure.good, found.figure.all),
        fault=fault,
        status=422 if fault else 200,
    )


@get(f"{HERE}/schema")
async def schema(request: Req) -> Template:
    """The fields of the interface and their codes; `id` shows another one before it is chosen."""
    return await _schema(request, require(request, *upward.READERS))


async def _schema(request: Req, person: Actor, *, fault: Refusal | None = None, sent: Form | None = None) -> Template:
    edition = (await upward.overview(by=person, at=clock.now())).edition
    asked = sent.text("schema") if sent else request.query_params.get("id", "")
    here = schemas().get(asked, edition.schema)
    own = edition.codes if here.id == edition.schema.id else {}
    return page(
        request,
        "admin/upward_schema.html",
        edition=edition,
        here=here,
        own=own,
        schemas=schemas(),
        facts=FACTS,
        tables=TABLES,
        values=VALUES,
        chooses=person.may(Role.ADMINISTRATOR),
        typed=sent.named("") if sent else {},
        problems=fault.fields if isinstance(fault, Invalid) else {},
        fault=fault,
        status=422 if fault else 200,
    )


@post(f"{HERE}/schema")
async def choose(request: Req) -> Redirect | Template:
    """Report by these fields and codes from now on."""
    person, sent = require(request, Role.ADMINISTRATOR), await Form.of(request)
    try:
        await upward.choose(sent.text("schema"), sent.named("code."), sent.text("note"), by=person, at=clock.now())
    except Invalid as fault:
        return await _schema(request, person, fault=fault, sent=sent)
    return see(f"{HERE}/schema")


@post(f"{HERE}/reports/{{report_id:uuid}}")
async def resend(request: Req, report_id: FromPath[UUID]) -> Redirect | Template:
    """重新上报."""
    person = require(request, *upward.READERS)
    try:
        await upward.resend(report_id, by=person, at=clock.now())
    except Conflict as fault:
        return await _page(request, person, fault=fault)
    return see(HERE)


@post(f"{HERE}/reconciliation")
async def reconcile(request: Req) -> Redirect | Template:
    """对账: one day."""
    person, sent = require(request, *upward.READERS), await Form.of(request)
    try:
        day = date.fromisoformat(sent.text("day"))
    except ValueError as error:
        raise NotFound("请从列表里选择要对账的日期。") from error
    try:
        await upward.reconcile(person.region, day, by=person, at=clock.now())
    except Conflict as fault:
        return await _page(request, person, fault=fault)
    return see(HERE)


@get([f"{HERE}/reconciliation", f"{HERE}/reports/{{report_id:uuid}}"])
async def back() -> Redirect:
    """A reload of an answer to a refused step leads back."""
    return see(HERE)


router = Router("/", route_handlers=[shown, schema, choose, resend, reconcile, back], include_in_schema=False)
