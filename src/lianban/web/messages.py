"""Messages to applicants: whom the window has to tell otherwise, the wording, the simulation, the applicant's wish."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import messages
from lianban.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from lianban.outside import clock
from lianban.outside.settings import settings
from lianban.rules.actors import HOLDER, Actor, Role
from lianban.web.answers import address, let_in
from lianban.web.context import Req, page, see
from lianban.web.forms import Form, number
from lianban.web.signin import require
from lianban.web.tracking import behind_code, code_of

HOME = "/window/messages"


async def window_page(
    request: Req,
    person: Actor,
    *,
    fault: Refusal | None = None,
    opened: UUID | None = None,
    typed: Form | None = None,
    status: int = 200,
) -> Template:
    """The messages that reached nobody; `fault` stands at the form of the message `opened`."""
    return page(
        request,
        "messages/untold.html",
        untold=await messages.untold(by=person),
        states=messages.STATES,
        configured=bool(settings().sms_url),
        opened=opened,
        typed=typed,
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        status=status,
    )


@get(HOME)
async def untold(request: Req) -> Template:
    """Whom the window has to tell in another way."""
    return await window_page(request, require(request, Role.CLERK))


@get([f"{HOME}/{{id:uuid}}/{step}" for step in ("again", "otherwise")])
async def back_to_list(id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the list."""
    return see(HOME)


@post(f"{HOME}/{{id:uuid}}/again")
async def again(request: Req, id: FromPath[UUID]) -> Redirect | Template:
    """Send it once more, perhaps to another number."""
    person, sent = require(request, Role.CLERK), await Form.of(request)
    try:
        await messages.send_again(id, sent.text("phone"), by=person, at=clock.now())
    except (Invalid, Conflict, Forbidden) as fault:
        return await window_page(request, person, fault=fault, opened=id, typed=sent, status=422)
    return see(HOME)


@post(f"{HOME}/{{id:uuid}}/otherwise")
async def otherwise(request: Req, id: FromPath[UUID]) -> Redirect | Template:
    """The applicant was told in another way."""
    person, sent = require(request, Role.CLERK), await Form.of(request)
    try:
        await messages.told_otherwise(id, sent.text("note"), by=person, at=clock.now())
    except (Invalid, Conflict, Forbidden) as fault:
        return await window_page(request, person, fault=fault, opened=id, typed=sent, status=422)
    return see(HOME)


@get("/oversight/messages")
async def counts(request: Req) -> Template:
    """How messages went, for those who watch over."""
    person = require(request, Role.SUPERVISOR, Role.GOVERNMENT_HEAD)
    return page(
        request,
        "messages/counts.html",
        counts=await messages.counts(by=person, at=clock.now()),
        untold=await messages.untold_count(by=person),
        configured=bool(settings().sms_url),
    )


@get("/admin/messages")
async def wordings(request: Req) -> Template:
    """What the messages of this region say."""
    person = require(request, Role.ADMINISTRATOR)
    return page(
        request,
        "messages/wordings.html",
        wordings=await messages.wordings(by=person, at=clock.now()),
        configured=bool(settings().sms_url),
    )


async def wording_page(
    request: Req,
    person: Actor,
    occasion: str,
    *,
    fault: Refusal | None = None,
    typed: Form | None = None,
    preview: messages.Preview | None = None,
    status: int = 200,
) -> Template:
    """One message: its wording in force, every edition, and the form for a new one."""
    (wording,) = await messages.wordings(by=person, at=clock.now(), occasion=occasion)
    return page(
        request,
        "messages/wording.html",
        wording=wording,
        latest=wording.editions[0].edition if wording.editions else 0,
        shown=preview or await messages.preview(occasion, wording.text, by=person),
        text=typed.text("text") if typed else wording.text,
        valid_from=typed.text("valid_from") if typed else clock.today().isoformat(),
        today=clock.today().isoformat(),
        tried=preview is not None,
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        status=status,
    )


@get("/admin/messages/{occasion:str}")
async def wording(request: Req, occasion: FromPath[str]) -> Template:
    """One message."""
    return await wording_page(request, require(request, Role.ADMINISTRATOR), occasion)


@get("/admin/messages/{occasion:str}/preview")
async def back_to_wording(occasion: FromPath[str]) -> Redirect:
    """A reload of a preview leads back to the wording."""
    return see(f"/admin/messages/{occasion}")


@post("/admin/messages/{occasion:str}/preview")
async def preview(request: Req, occasion: FromPath[str]) -> Template:
    """What a made-up applicant would get; nothing is kept."""
    person, sent = require(request, Role.ADMINISTRATOR), await Form.of(request)
    try:
        shown = await messages.preview(occasion, sent.text("text"), by=person)
    except Invalid as fault:
        return await wording_page(request, person, occasion, fault=fault, typed=sent, status=422)
    return await wording_page(request, person, occasion, typed=sent, preview=shown)


@post("/admin/messages/{occasion:str}")
async def publish(request: Req, occasion: FromPath[str]) -> Redirect | Template:
    """A new edition."""
    person, sent = require(request, Role.ADMINISTRATOR), await Form.of(request)
    try:
        await messages.publish(
            occasion,
            sent.text("text"),
            valid_from=day_of(sent.text("valid_from")),
            seen=number(sent.text("seen")) or 0,
            by=person,
            at=clock.now(),
        )
    except (Invalid, Conflict) as fault:
        return await wording_page(request, person, occasion, fault=fault, typed=sent, status=422)
    return see(f"/admin/messages/{occasion}")


def day_of(text: str) -> date:
    """A day as a form sends it. Raises Invalid at `valid_from`."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        sentence = "请填写启用日期，如 2026-11-02。"
        raise Invalid(sentence, {"valid_from": sentence}) from error


@get("/simulation/messages")
async def simulation(request: Req) -> Template:
    """What would have been sent: only in a demonstration, and plainly called a simulation."""
    if not settings().demo:
        raise NotFound("没有这个页面，请核对地址，或者从首页重新进入。")
    here = number(request.query_params.get("page", "")) or 1
    found, more = await messages.simulated(here)
    return page(request, "messages/simulation.html", found=found, here=here, more=more)


@post("/c/{number:str}/messages")
async def choose(request: Req, number: FromPath[str]) -> Redirect | Template:
    """The applicant wants all messages, or only the necessary ones."""
    sent = await Form.of(request)

    async def keep(code: str) -> Redirect:
        case_id = await let_in(request, number, code)
        await messages.choose(case_id, sent.text("optional") == "yes", by=HOLDER, at=clock.now())
        return see(address(number, code, done="messages") + "#messages")

    return await behind_code(request, number, keep)


@get("/c/{number:str}/messages")
async def back_to_case(request: Req, number: FromPath[str]) -> Redirect:
    """A reload leads back to the case."""
    return see(address(number, code_of(request)))


router = Router(
    "/",
    route_handlers=[
        *(untold, back_to_list, again, otherwise, counts, wordings, wording, back_to_wording, preview, publish),
        *(simulation, choose, back_to_case),
    ],
    include_in_schema=False,
)
