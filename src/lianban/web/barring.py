"""A bar on applying again: proposed at the task, decided by the head, lifted with a reason (行政许可法 78, 79)."""

from __future__ import annotations

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import bars
from lianban.casework.tasks import barring
from lianban.errors import Conflict, Invalid
from lianban.outside import clock
from lianban.rules.actors import Role
from lianban.web.context import Req, see
from lianban.web.forms import Form
from lianban.web.signin import require
from lianban.web.tasks import POSTS, task_page


@get([f"/tasks/{{task_id:uuid}}/{step}" for step in ("bar", "bar/decision", "bar/lifting")])
async def back(task_id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the task."""
    return see(f"/tasks/{task_id}")


@post("/tasks/{task_id:uuid}/bar")
async def propose(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """提请限制再次申请."""
    person, sent = require(request, *POSTS), await Form.of(request)
    reason = sent.text("reason")
    try:
        await barring.propose_bar(task_id, reason=reason, by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        typed = {"reason": reason}
        return await task_page(request, person, task_id, fault=fault, typed=typed, opened="barring", status=422)
    return see(f"/tasks/{task_id}")


@post("/tasks/{task_id:uuid}/bar/decision")
async def decide(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """决定限制再次申请."""
    person, sent = require(request, Role.DEPARTMENT_HEAD), await Form.of(request)
    try:
        await barring.set_proposed(task_id, safety=sent.flag("safety"), by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        return await task_page(request, person, task_id, fault=fault, opened="barring", status=422)
    return see(f"/tasks/{task_id}")


@post("/tasks/{task_id:uuid}/bar/lifting")
async def lift(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """解除限制, or 不同意 a proposal."""
    person, sent = require(request, Role.DEPARTMENT_HEAD), await Form.of(request)
    reason = sent.text("reason")
    try:
        for bar in sent.ids("bar"):
            await bars.lift(bar, reason=reason, by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        typed = {"reason": reason}
        return await task_page(request, person, task_id, fault=fault, typed=typed, opened="barring", status=422)
    return see(f"/tasks/{task_id}")


router = Router("/", route_handlers=[back, propose, decide, lift], include_in_schema=False)
