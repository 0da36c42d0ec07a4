"""Limits that move: extensions and special procedures on the task's page, and the list of who decides."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import adjusting
from lianban.errors import Conflict, Forbidden, Invalid, Refusal
from lianban.outside import clock
from lianban.rules.actors import Role
from lianban.rules.catalog.types import Unit
from lianban.web.context import Req, once, page, see
from lianban.web.forms import Form, number
from lianban.web.signin import require
from lianban.web.tasks import POSTS, task_page

DECIDERS = (Role.DEPARTMENT_HEAD, Role.GOVERNMENT_HEAD)
STEPS = (
    "extension",
    "procedures",
)


def _placed(fault: Refusal, form: str) -> Refusal:
    """A refusal whose fields are named as this form names them: several forms stand on one page."""
    if isinstance(fault, Invalid):
        return Invalid(fault.sentence, {f"{form}-{name}": said for name, said in fault.fields.items()})
    return fault


async def step(request: Req, task_id: UUID, form: str, verb: Awaitable[Any], sent: Form) -> Redirect | Template:
    """Play one step; a refusal comes back on the task's page with what was typed, beside its field."""
    try:
        await verb
    except (Invalid, Conflict, Forbidden) as fault:
        person, typed = require(request, *POSTS), sent.named("")
        return await task_page(
            request, person, task_id, fault=_placed(fault, form), typed=typed, opened=form, status=422
        )
    return see(f"/tasks/{task_id}")


def _amount(text: str) -> int:
    found = number(text)
    return 0 if found is None else found


def day(text: str, name: str) -> date:
    """A date as a form sends it. Raises Invalid at its field."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        sentence = "请填写日期，如 2026-11-02。"
        raise Invalid(sentence, {name: sentence}) from error


@get([f"/tasks/{{task_id:uuid}}/{step}" for step in STEPS])
async def back_to_task(task_id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the task."""
    return see(f"/tasks/{task_id}")


@post("/tasks/{task_id:uuid}/extension")
async def extension(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """申请延期."""
    person, sent = require(request, *POSTS), await Form.of(request)
    verb = adjusting.ask_extension(
        task_id,
        amount=_amount(sent.text("extension-amount")),
        reason=sent.text("extension-reason"),
        joint=sent.flag("joint"),
        by=person,
        at=clock.now(),
        key=sent.text("key"),
    )
    return await step(request, task_id, "extension", verb, sent)


async def _procedure(request: Req, task_id: UUID, sent: Form) -> None:
    chosen = sent.text("procedure-procedure")
    guide = chosen.startswith("name:")
    await adjusting.ask_procedure(
        task_id,
        cause="" if guide else chosen,
        name=chosen.removeprefix("name:") if guide else "",
        since=day(sent.text("procedure-since"), "since"),
        days=_amount(sent.text("procedure-days")),
        unit=Unit.NATURAL_DAYS if sent.text("procedure-unit") == "d" else Unit.WORKING_DAYS,
        reason=sent.text("procedure-reason"),
        basis=sent.text("procedure-basis") if guide else "",
        by=require(request, *POSTS),
        at=clock.now(),
        key=sent.text("key"),
    )


@post("/tasks/{task_id:uuid}/procedures")
async def procedure(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """申请特别程序."""
    require(request, *POSTS)
    sent = await Form.of(request)
    return await step(request, task_id, "procedure", _procedure(request, task_id, sent), sent)


@post("/tasks/{task_id:uuid}/procedures/{id:uuid}/end")
async def end(request: Req, task_id: FromPath[UUID], id: FromPath[UUID]) -> Redirect | Template:
    """特别程序提前结束."""
    person, sent = require(request, *POSTS), await Form.of(request)
    return await step(request, task_id, "procedure", adjusting.end_procedure(id, by=person, at=clock.now()), sent)


async def approvals_page(
    request: Req, *, fault: Refusal | None = None, opened: UUID | None = None, typed: str = "", status: int = 200
) -> Template:
    """What waits for this person's approval, with the dates as they are and as they would be."""
    person = require(request, *DECIDERS)
    return page(
        request,
        "approvals/approvals.html",
        waiting=await adjusting.to_decide(by=person, at=clock.now()),
        key=once(),
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        opened=opened,
        typed=typed,
        status=status,
    )


@get("/approvals")
async def approvals(request: Req) -> Template:
    """The list."""
    return await approvals_page(request)


@post(["/approvals/{id:uuid}/approval", "/approvals/{id:uuid}/refusal"])
async def decide(request: Req, id: FromPath[UUID]) -> Redirect | Template:
    """批准, or 不批准 with the reason."""
    person, sent = require(request, *DECIDERS), await Form.of(request)
    verb = adjusting.approve if request.url.path.endswith("/approval") else adjusting.decline
    said = sent.text("note")
    try:
        await verb(id, remark=said, by=person, at=clock.now(), key=sent.text("key"))
    except (Invalid, Conflict, Forbidden) as fault:
        return await approvals_page(request, fault=fault, opened=id, typed=said, status=422)
    return see("/approvals")


@get(["/approvals/{id:uuid}/approval", "/approvals/{id:uuid}/refusal"])
async def back_to_list(id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the list."""
    return see("/approvals")


router = Router(
    "/",
    route_handlers=[
        back_to_task,
        extension,
        procedure,
        end,
        approvals,
        decide,
        back_to_list,
    ],
    include_in_schema=False,
)
