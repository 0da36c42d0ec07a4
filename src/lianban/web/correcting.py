"""更正: departments replace a result that has a mistake."""

from __future__ import annotations

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework.attachments import Attachment
from lianban.casework.tasks import NewResult, correcting
from lianban.errors import Conflict, Forbidden, Invalid, Refusal
from lianban.outside import clock
from lianban.rules.actors import Actor
from lianban.web.context import Req, page, see
from lianban.web.forms import Form
from lianban.web.signin import require
from lianban.web.tasks import POSTS, day_of


async def correcting_page(
    request: Req, person: Actor, task_id: UUID, *, fault: Refusal | None = None, typed: Form | None = None
) -> Template:
    """The results of a task, each with the form to correct it."""
    return page(
        request,
        "tasks/correcting.html",
        found=await correcting.results(task_id, by=person),
        base=f"/tasks/{task_id}",
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed,
        status=422 if fault else 200,
    )


@get("/tasks/{task_id:uuid}/results")
async def shown(request: Req, task_id: FromPath[UUID]) -> Template:
    """What may be corrected."""
    return await correcting_page(request, require(request, *POSTS), task_id)


@post("/tasks/{task_id:uuid}/results")
async def correct(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """登记更正后的结果."""
    person, sent = require(request, *POSTS), await Form.of(request)
    files, until = sent.files("file"), sent.text("valid_until")
    try:
        ids = sent.ids("result")
        if not ids:
            raise Invalid("页面内容不完整，请刷新页面后再试。")
        new = NewResult(
            name=sent.text("name"),
            number=sent.text("number"),
            issued_on=day_of(sent.text("issued_on"), "issued_on"),
            valid_until=day_of(until, "valid_until") if until else None,
            file=Attachment(files[0].filename, await files[0].read()) if files else None,
        )
        await correcting.correct(
            task_id, ids[0], new=new, reason=sent.text("reason"), by=person, at=clock.now(), key=sent.text("key")
        )
    except (Invalid, Conflict, Forbidden) as fault:
        return await correcting_page(request, person, task_id, fault=fault, typed=sent)
    return see(f"/tasks/{task_id}/results")


router = Router("/", route_handlers=[shown, correct], include_in_schema=False)
