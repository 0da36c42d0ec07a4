"""Cards of the electronic supervision: the list with its filters, requests to remove one, reasons of overruns."""

from __future__ import annotations

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban import oversight
from lianban.errors import Conflict, Invalid, Refusal
from lianban.outside import clock
from lianban.rules.actors import Role
from lianban.web.context import Req, only_local, page, see
from lianban.web.forms import Form, number
from lianban.web.signin import require

READERS = (
    Role.CLERK,
    Role.APPROVER,
    Role.DEPARTMENT_HEAD,
    Role.SUPERVISOR,
    Role.GOVERNMENT_HEAD,
    Role.AUDITOR,
)
HOME = "/oversight/cards"


async def cards_page(
    request: Req,
    *,
    fault: Refusal | None = None,
    card: UUID | None = None,
    step: str = "",
    typed: str = "",
    status: int = 200,
) -> Template:
    """The list as its filters say; `fault` stands at the form of `card` for that `step` with what was `typed`."""
    person, query = require(request, *READERS), request.query_params
    filters = oversight.Filters(
        colour=query.get("colour", ""),
        department=query.get("department", ""),
        state=query.get("state", "open"),
        page=number(query.get("page", "")) or 1,
    )
    return page(
        request,
        "oversight/cards.html",
        found=await oversight.listing(by=person, filters=filters),
        filters=filters,
        states=oversight.STATES,
        fault=fault,
        opened=card,
        step=step,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed,
        status=status,
    )


@get(HOME)
async def listing(request: Req) -> Template:
    """The cards that concern this person, the oldest first."""
    return await cards_page(request)


@get([f"{HOME}/{{card_id:uuid}}/{step}" for step in ("removal", "decision", "reason")])
async def back_to_list(card_id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the list."""
    return see(HOME)


@post(f"{HOME}/{{card_id:uuid}}/removal")
async def ask(request: Req, card_id: FromPath[UUID]) -> Redirect | Template:
    """Ask to have a card removed."""
    person, sent = require(request, *READERS), await Form.of(request)
    try:
        await oversight.ask_removal(card_id, reason=sent.text("reason"), by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        return await cards_page(
            request, fault=fault, card=card_id, step="removal", typed=sent.text("reason"), status=422
        )
    return see(only_local(sent.text("back"), HOME))


@post(f"{HOME}/{{card_id:uuid}}/decision")
async def decide(request: Req, card_id: FromPath[UUID]) -> Redirect | Template:
    """Approve or decline a removal."""
    person, sent = require(request, *READERS), await Form.of(request)
    try:
        await oversight.decide_removal(
            card_id, approve=sent.text("answer") == "approve", note=sent.text("note"), by=person, at=clock.now()
        )
    except (Invalid, Conflict) as fault:
        return await cards_page(
            request, fault=fault, card=card_id, step="decision", typed=sent.text("note"), status=422
        )
    return see(only_local(sent.text("back"), HOME))


@post(f"{HOME}/{{card_id:uuid}}/reason")
async def explain(request: Req, card_id: FromPath[UUID]) -> Redirect | Template:
    """Make the reason of an overrun public."""
    person, sent = require(request, *READERS), await Form.of(request)
    try:
        await oversight.explain(card_id, reason=sent.text("reason"), by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        return await cards_page(
            request, fault=fault, card=card_id, step="reason", typed=sent.text("reason"), status=422
        )
    return see(only_local(sent.text("back"), HOME))


router = Router("/", route_handlers=[listing, back_to_list, ask, decide, explain], include_in_schema=False)
