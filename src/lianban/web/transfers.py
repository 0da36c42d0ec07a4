"""Papers between window and departments: the desk of each side, one list, its three steps."""

from __future__ import annotations

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import transfers
from lianban.errors import Conflict, Forbidden, Invalid, Refusal
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from lianban.web.context import Req, once, page, see
from lianban.web.forms import Form, number
from lianban.web.signin import require

SIDES = (Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD)


async def desk_page(request: Req, person: Actor, *, fault: Refusal | None = None, status: int = 200) -> Template:
    """What waits, what is under way, what was received."""
    found = await transfers.desk(by=person)
    return page(request, "transfers/desk.html", desk=found, key=once(), fault=fault, status=status)


@get("/transfers")
async def shown(request: Req) -> Template:
    """The desk of the window or of a department."""
    return await desk_page(request, require(request, *SIDES))


@post("/transfers")
async def hand_over(request: Req) -> Redirect | Template:
    """交出: one list to one place."""
    person, sent = require(request, *SIDES), await Form.of(request)
    department = person.department or sent.text("department")
    try:
        made = await transfers.hand_over(
            department, sent.texts("thing"), by=person, at=clock.now(), key=sent.text("key")
        )
    except (Invalid, Conflict) as fault:
        return await desk_page(request, person, fault=fault, status=422)
    return see(f"/transfers/{made.id}")


async def list_page(
    request: Req,
    person: Actor,
    transfer_id: UUID,
    *,
    fault: Refusal | None = None,
    sent: Form | None = None,
    status: int = 200,
) -> Template:
    """One list; the side that gets it counts."""
    return page(
        request,
        "transfers/transfer.html",
        list=await transfers.transfer(transfer_id, by=person),
        key=once(),
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=sent.named("") if sent else {},
        ticked=set(sent.texts("arrived")) if sent else None,
        status=status,
    )


@get("/transfers/{transfer_id:uuid}")
async def one(request: Req, transfer_id: FromPath[UUID]) -> Template:
    """One list."""
    return await list_page(request, require(request, *SIDES), transfer_id)


@post("/transfers/{transfer_id:uuid}/receipt")
async def receive(request: Req, transfer_id: FromPath[UUID]) -> Redirect | Template:
    """签收: what arrived, what was different."""
    person, sent = require(request, *SIDES), await Form.of(request)
    said = {n: text for name, text in sent.named("difference.").items() if (n := number(name)) is not None}
    arrived = {n for text in sent.texts("arrived") if (n := number(text)) is not None}
    try:
        await transfers.receive(
            transfer_id, arrived, said, remark=sent.text("remark"), by=person, at=clock.now(), key=sent.text("key")
        )
    except (Invalid, Conflict, Forbidden) as fault:
        return await list_page(request, person, transfer_id, fault=fault, sent=sent, status=422)
    return see(f"/transfers/{transfer_id}")


@post("/transfers/{transfer_id:uuid}/return")
async def take_back(request: Req, transfer_id: FromPath[UUID]) -> Redirect | Template:
    """收回: nobody has received it."""
    person, sent = require(request, *SIDES), await Form.of(request)
    try:
        await transfers.take_back(transfer_id, sent.text("reason"), by=person, at=clock.now())
    except (Invalid, Conflict, Forbidden) as fault:
        return await list_page(request, person, transfer_id, fault=fault, sent=sent, status=422)
    return see(f"/transfers/{transfer_id}")


@get([f"/transfers/{{transfer_id:uuid}}/{step}" for step in ("receipt", "return")])
async def back(transfer_id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the list."""
    return see(f"/transfers/{transfer_id}")


router = Router("/", route_handlers=[shown, hand_over, one, receive, take_back, back], include_in_schema=False)
