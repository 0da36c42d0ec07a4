"""First-asked responsibility at the window: the chain of a case, and handing it on to somebody by name."""

from __future__ import annotations

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import firstasked
from lianban.errors import Conflict, Forbidden, Invalid, Refusal
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from lianban.web.context import Req, page, see
from lianban.web.forms import Form
from lianban.web.signin import require


async def chain_page(
    request: Req,
    person: Actor,
    case_id: UUID,
    *,
    fault: Refusal | None = None,
    typed: Form | None = None,
    status: int = 200,
) -> Template:
    """Who has had the case, and the form to pass it on."""
    found = await firstasked.standing(case_id, by=person)
    return page(
        request,
        "cases/handing.html",
        case_id=case_id,
        found=found,
        clerks=[one for one in await firstasked.clerks(by=person) if one[0] != found.responsible.id],
        typed_to=typed.text("to") if typed else "",
        typed_reason=typed.text("reason") if typed else "",
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        status=status,
    )


@get("/window/cases/{case_id:uuid}/handing")
async def shown(request: Req, case_id: FromPath[UUID]) -> Template:
    """The chain of a case."""
    return await chain_page(request, require(request, Role.CLERK), case_id)


@post("/window/cases/{case_id:uuid}/handing")
async def pass_on(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """Pass the case on."""
    person, sent = require(request, Role.CLERK), await Form.of(request)
    try:
        await firstasked.pass_on(case_id, to=sent.text("to"), reason=sent.text("reason"), by=person, at=clock.now())
    except (Invalid, Conflict, Forbidden) as fault:
        return await chain_page(request, person, case_id, fault=fault, typed=sent, status=422)
    return see(f"/window/cases/{case_id}/handing")


router = Router("/", route_handlers=[shown, pass_on], include_in_schema=False)
