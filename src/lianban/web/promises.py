"""Promises on pages: papers made up at the window, later checks by the departments, revocation by their heads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import bars
from lianban.casework.promises import afterwards, lapsing, tolerance, verification
from lianban.casework.promises.blanks import tick
from lianban.errors import Conflict, Forbidden, Invalid
from lianban.outside import clock
from lianban.rules.actors import Role
from lianban.web.cases import case_page
from lianban.web.context import Req, page, see
from lianban.web.forms import Form
from lianban.web.signin import require
from lianban.web.tasks import POSTS, day_of, task_page


@post("/window/cases/{case_id:uuid}/made-up")
async def make_up(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """A paper that was allowed to follow has come to the window, in person or by mail."""
    person, sent, at = require(request, Role.CLERK), await Form.of(request), clock.now()
    files = sent.files("file")
    try:
        await tolerance.make_up(
            case_id,
            sent.text("material"),
            files[0].filename if files else "",
            await files[0].read() if files else None,
            original=sent.flag("original"),
            channel=sent.text("channel") or "window",
            arrived=sent.arrival(at),
            by=person,
            at=at,
            key=sent.text("key"),
        )
    except (Invalid, Conflict) as fault:
        return await case_page(request, case_id, fault=fault, typed=sent.named(""), status=422)
    return see(f"/window/cases/{case_id}?tab=materials")


@post("/window/cases/{case_id:uuid}/follow-up-end")
async def end(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """It has not come in time: end what waits for it, where the region leaves that to the window."""
    person, sent = require(request, Role.CLERK), await Form.of(request)
    try:
        await lapsing.terminate(case_id, sent.text("material"), by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        return await case_page(request, case_id, fault=fault, status=422)
    return see(f"/window/cases/{case_id}")


@post("/window/cases/{case_id:uuid}/follow-up")
async def follow(request: Req, case_id: FromPath[UUID]) -> Redirect:
    """What is to follow in a case that has been received."""
    person, sent = require(request, Role.CLERK), await Form.of(request)
    ticks = {f"later.{name}": text for name, text in sent.named("later.").items()}
    await tick(case_id, ticks, by=person, at=clock.now())
    return see(f"/window/cases/{case_id}")


@get(["/window/cases/{case_id:uuid}/made-up", "/window/cases/{case_id:uuid}/follow-up-end"])
async def back_to_case(case_id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the case."""
    return see(f"/window/cases/{case_id}?tab=materials")


@get("/tasks/verifications")
async def to_verify(request: Req) -> Template:
    """What this department has granted on a promise and still has to check."""
    person = require(request, *POSTS)
    lines = await afterwards.to_verify(by=person, at=clock.now())
    return page(request, "tasks/verifications.html", lines=lines)


@post("/tasks/{task_id:uuid}/verification")
async def verify(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """登记核查."""
    person, sent = require(request, *POSTS), await Form.of(request)
    typed: dict[str, Any] = sent.named("") | {"checkers": sent.texts("checkers")}
    try:
        await verification.verify(
            task_id,
            findings=sent.text("findings"),
            checkers=sent.texts("checkers"),
            outcome=sent.text("outcome"),
            checked_on=day_of(sent.text("checked_on"), "checked_on"),
            reason=sent.text("reason"),
            basis=sent.text("basis"),
            remedy=sent.text("remedy"),
            by=person,
            at=clock.now(),
            key=sent.text("key"),
        )
    except (Invalid, Conflict) as fault:
        return await task_page(request, person, task_id, fault=fault, typed=typed, opened="verify", status=422)
    return see(f"/tasks/{task_id}")


@post("/tasks/{task_id:uuid}/revocation")
async def revoke(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """撤销 or send it back, by the head of the department."""
    person, sent = require(request, *POSTS), await Form.of(request)
    try:
        if sent.text("decision") == "decline":
            await verification.decline(task_id, reason=sent.text("decline"), by=person, at=clock.now())
        else:
            await verification.revoke(task_id, by=person, at=clock.now(), key=sent.text("key"))
    except (Invalid, Conflict, Forbidden) as fault:
        return await task_page(request, person, task_id, fault=fault, typed=sent.named(""), opened="verify", status=422)
    return see(f"/tasks/{task_id}")


@post("/tasks/{task_id:uuid}/credit")
async def repair(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """信用修复: the head lifts what a broken promise has brought."""
    person, sent = require(request, Role.DEPARTMENT_HEAD), await Form.of(request)
    try:
        for bar in sent.ids("bar"):
            await bars.lift(bar, reason=sent.text("reason"), by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        return await task_page(request, person, task_id, fault=fault, typed=sent.named(""), opened="credit", status=422)
    return see(f"/tasks/{task_id}")


@get([f"/tasks/{{task_id:uuid}}/{step}" for step in ("verification", "revocation", "credit")])
async def back_to_task(task_id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the task."""
    return see(f"/tasks/{task_id}")


router = Router(
    "/",
    route_handlers=[make_up, end, follow, back_to_case, to_verify, verify, revoke, repair, back_to_task],
    include_in_schema=False,
)
