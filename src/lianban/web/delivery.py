"""Results at the window: handed over together with a receipt, and the case closed."""

from __future__ import annotations

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import delivery
from lianban.errors import Conflict, Invalid, Refusal
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from lianban.web.context import Req, address_of, once, page, see
from lianban.web.forms import Form
from lianban.web.signin import require


async def delivery_page(
    request: Req,
    person: Actor,
    case_id: UUID,
    *,
    fault: Refusal | None = None,
    typed: Form | None = None,
    status: int = 200,
) -> Template:
    """What lies here, who takes it, and what comes next."""
    return page(
        request,
        "delivery/delivery.html",
        case=await delivery.handing(case_id, by=person, at=clock.now(), address=address_of(request)),
        base=f"/window/cases/{case_id}",
        key=once(),
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed,
        status=status,
    )


@get("/window/cases/{case_id:uuid}/delivery")
async def handing(request: Req, case_id: FromPath[UUID]) -> Template:
    """The hand-over of a case's results."""
    return await delivery_page(request, require(request, Role.CLERK), case_id)


@post("/window/cases/{case_id:uuid}/delivery")
async def hand_over(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """送达, with its receipt."""
    person, sent = require(request, Role.CLERK), await Form.of(request)
    try:
        await delivery.hand_over(
            case_id,
            receiver=sent.text("receiver"),
            relation=sent.text("relation"),
            results=sent.ids("results"),
            method=sent.text("method"),
            id_last_four=sent.text("id_last_four"),
            witness=sent.text("witness"),
            note=sent.text("note"),
            by=person,
            at=clock.now(),
            key=sent.text("key"),
        )
    except (Invalid, Conflict) as fault:
        return await delivery_page(request, person, case_id, fault=fault, typed=sent, status=422)
    return see(f"/window/cases/{case_id}/delivery")


@post("/window/cases/{case_id:uuid}/closure")
async def close(request: Req, case_id: FromPath[UUID]) -> Redirect:
    """办结."""
    person, sent = require(request, Role.CLERK), await Form.of(request)
    await delivery.close(case_id, by=person, at=clock.now(), key=sent.text("key"))
    return see(f"/window/cases/{case_id}/delivery")


router = Router("/", route_handlers=[handing, hand_over, close], include_in_schema=False)
