"""The other ends of a case at the window: not accepted, turned to single items, withdrawn, given back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import withdrawing
from lianban.casework.intake import options, outcomes, overdue, turning
from lianban.errors import Conflict, Invalid, Refusal
from lianban.outside import clock, printing
from lianban.rules.actors import Actor, Role
from lianban.rules.notices.outcomes import GROUNDS, NOTHING_TO_RETURN
from lianban.web.context import Req, address_of, once, page, see
from lianban.web.files import pdf
from lianban.web.forms import Form
from lianban.web.signin import require


def address(case_id: UUID) -> str:
    """The page of the other ends."""
    return f"/window/cases/{case_id}/outcomes"


async def outcomes_page(
    request: Req,
    person: Actor,
    case_id: UUID,
    *,
    fault: Refusal | None = None,
    typed: dict[str, Any] | None = None,
    opened: str = "",
    status: int = 200,
) -> Template:
    """What may become of the case, with every sentence that came back at its field and everything typed kept."""
    return page(
        request,
        "intake/outcomes.html",
        case=await options.options(case_id, by=person, at=clock.now(), address=address_of(request)),
        base=address(case_id),
        home=f"/window/cases/{case_id}",
        key=once(),
        grounds=[(id, ground.label) for id, ground in GROUNDS.items()],
        channels=list(withdrawing.CHANNELS.items()),
        nothing=NOTHING_TO_RETURN,
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed or {},
        opened=opened,
        status=status,
    )


@get("/window/cases/{case_id:uuid}/outcomes")
async def show(request: Req, case_id: FromPath[UUID]) -> Template:
    """The other ends of a case."""
    opened = request.query_params.get("open", "")
    return await outcomes_page(request, require(request, Role.CLERK), case_id, opened=opened)


@get([f"/window/cases/{{case_id:uuid}}/outcomes/{step}" for step in ("item", "single", "withdrawal", "return")])
async def back(case_id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the page."""
    return see(address(case_id))


@post("/window/cases/{case_id:uuid}/outcomes/item")
async def not_accept(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """不予受理 one item."""
    person, sent = require(request, Role.CLERK), await Form.of(request)
    names = ("ground", "reason", "basis", "competent", "remedy")
    given = {name: sent.text(name) for name in names}
    item = sent.text("item")
    try:
        await outcomes.not_accept(case_id, item, **given, by=person, at=clock.now(), key=sent.text("key"))
    except (Invalid, Conflict) as fault:
        return await outcomes_page(
            request, person, case_id, fault=fault, typed=given, opened=f"item.{item}", status=422
        )
    return see(address(case_id))


@post("/window/cases/{case_id:uuid}/outcomes/single")
async def turn(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """转单项办理."""
    person, sent = require(request, Role.CLERK), await Form.of(request)
    given = {name: sent.text(name) for name in ("condition", "reason")}
    try:
        await turning.turn(case_id, **given, by=person, at=clock.now(), key=sent.text("key"))
    except (Invalid, Conflict) as fault:
        return await outcomes_page(request, person, case_id, fault=fault, typed=given, opened="single", status=422)
    return see(address(case_id))


@post("/window/cases/{case_id:uuid}/outcomes/withdrawal")
async def withdraw(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """撤回, whole or single items."""
    person, sent = require(request, Role.CLERK), await Form.of(request)
    given = {name: sent.text(name) for name in ("reason", "channel", "returned")}
    items = sent.texts("items")
    try:
        if sent.flag("choose") and not items:
            raise Invalid("请勾选要撤回的事项。", {"items": "请勾选要撤回的事项。"})
        await withdrawing.withdraw(case_id, items, **given, by=person, at=clock.now(), key=sent.text("key"))
    except (Invalid, Conflict) as fault:
        typed = given | {"items": items}
        return await outcomes_page(request, person, case_id, fault=fault, typed=typed, opened="withdrawal", status=422)
    return see(address(case_id))


@post("/window/cases/{case_id:uuid}/outcomes/return")
async def give_back(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """退件."""
    person, sent = require(request, Role.CLERK), await Form.of(request)
    given = {name: sent.text(name) for name in ("reason", "returned")}
    try:
        await overdue.give_back(case_id, **given, by=person, at=clock.now(), key=sent.text("key"))
    except (Invalid, Conflict) as fault:
        return await outcomes_page(request, person, case_id, fault=fault, typed=given, opened="return", status=422)
    return see(address(case_id))


@get("/window/cases/{case_id:uuid}/typed.pdf")
async def typed_form(request: Req, case_id: FromPath[UUID]) -> Response[bytes]:
    """The application form with all that was typed, to take along."""
    person = require(request, Role.CLERK)
    content = await options.typed_form(case_id, by=person, at=clock.now(), address=address_of(request))
    return pdf(await printing.render("notices/form.html", content), f"{content['title']}.pdf")


router = Router(
    "/",
    route_handlers=[show, back, not_accept, turn, withdraw, give_back, typed_form],
    include_in_schema=False,
)
