"""专项整改 and repeated faults: what is proposed, set up, carried out, accepted; who has to be talked to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import catalogue
from lianban.casework.attachments import Attachment
from lianban.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from lianban.feedback import campaigns
from lianban.feedback.campaigns import Draft, NewMeasure
from lianban.feedback.campaigns.causes import WATCHERS, cause_name
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from lianban.web import voice
from lianban.web.context import Req, once, page, see
from lianban.web.files import file
from lianban.web.forms import Form
from lianban.web.signin import require

HOME = "/ratings/campaigns"
ROUNDS = (*WATCHERS, Role.DEPARTMENT_HEAD)
STEPS = ("plan", "join", "begin", "prove", "report", "send_back", "write_off", "cancel")


def _told(fault: Refusal | None) -> dict[str, str]:
    return dict(fault.fields) if isinstance(fault, Invalid) else {}


async def list_page(
    request: Req, person: Actor, *, fault: Refusal | None = None, typed: dict[str, str] | None = None, status: int = 200
) -> Template:
    """What is proposed, what is under way, who was complained of again and again."""
    at = clock.now()
    lines, rest = await campaigns.campaigns(by=person, at=at, after=request.query_params.get("after", ""))
    return page(
        request,
        "ratings/campaigns.html",
        tabs=voice.tabs(person, HOME),
        lines=lines,
        rest=rest,
        clusters=await campaigns.clusters(by=person, at=at) if person.may(*WATCHERS) else [],
        faults=await campaigns.faults(by=person) if person.may(*ROUNDS) else None,
        opens=person.may(Role.SUPERVISOR),
        fault=fault,
        problems=_told(fault),
        typed=typed or {},
        status=status,
    )


@get(HOME)
async def listing(request: Req) -> Template:
    """The campaigns of the region."""
    return await list_page(request, require(request, *voice.EVERYBODY))


async def new_page(
    request: Req,
    person: Actor,
    cause: str,
    *,
    fault: Refusal | None = None,
    sent: Form | None = None,
    status: int = 200,
) -> Template:
    """The form of a new campaign."""
    try:
        name = cause_name(cause)
    except Invalid as error:
        raise NotFound("没有这个原因，请从列表里重新打开。") from error
    return page(
        request,
        "ratings/campaign_new.html",
        tabs=voice.tabs(person, HOME),
        cause=cause,
        cause_name=name,
        departments=await catalogue.departments(person.region),
        fault=fault,
        problems=_told(fault),
        typed=sent.named("") if sent else {"title": f"“{name}”专项整改", "public": "yes"},
        status=status,
    )


@get(f"{HOME}/new")
async def new(request: Req) -> Template:
    """A new campaign for the cause in the address."""
    return await new_page(request, require(request, Role.SUPERVISOR), request.query_params.get("cause", ""))


@post(f"{HOME}/new")
async def set_up(request: Req) -> Redirect | Template:
    """立项."""
    person, sent = require(request, Role.SUPERVISOR), await Form.of(request)
    draft = Draft(
        cause=sent.text("cause"),
        title=sent.text("title"),
        problem=sent.text("problem"),
        goal=sent.text("goal"),
        department=sent.text("department"),
        owner=sent.text("owner"),
        public=sent.flag("public"),
    )
    try:
        made = await campaigns.open_campaign(draft, by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        return await new_page(request, person, draft.cause, fault=fault, sent=sent, status=422)
    return see(f"{HOME}/{made}")


@post(f"{HOME}/declined")
async def decline(request: Req) -> Redirect | Template:
    """不立项."""
    person, sent = require(request, Role.SUPERVISOR), await Form.of(request)
    try:
        await campaigns.decline(sent.text("cause"), sent.text("reason"), by=person, at=clock.now())
    except Invalid as fault:
        return await list_page(request, person, fault=fault, typed=sent.named(""), status=422)
    return see(HOME)


@post(f"{HOME}/faults/{{id:uuid}}/talk")
async def talk(request: Req, id: FromPath[UUID]) -> Redirect | Template:
    """约谈."""
    person, sent = require(request, *ROUNDS), await Form.of(request)
    try:
        await campaigns.talk(id, sent.text("talk"), by=person, at=clock.now())
    except (Invalid, Conflict, Forbidden) as fault:
        typed = {**sent.named(""), "about": str(id)}
        return await list_page(request, person, fault=fault, typed=typed, status=422)
    return see(f"{HOME}#faults")


async def campaign_page(
    request: Req, person: Actor, id: UUID, *, fault: Refusal | None = None, sent: Form | None = None, status: int = 200
) -> Template:
    """One campaign with everything that can be done."""
    view = await campaigns.campaign(id, by=person, at=clock.now())
    return page(
        request,
        "ratings/campaign.html",
        tabs=voice.tabs(person, HOME),
        view=view,
        base=f"{HOME}/{id}",
        matter_clocks=view.clocks,
        matter_marks=view.marks,
        departments=await catalogue.departments(person.region),
        key=once(),
        today=clock.today().isoformat(),
        fault=fault,
        problems=_told(fault),
        typed=sent.named("") if sent else {},
        status=status,
    )


@get(f"{HOME}/{{id:uuid}}")
async def campaign(request: Req, id: FromPath[UUID]) -> Template:
    """One campaign."""
    return await campaign_page(request, require(request, *voice.EVERYBODY), id)


@get([f"{HOME}/{{id:uuid}}/{step}" for step in STEPS])
async def back_to_campaign(id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the campaign."""
    return see(f"{HOME}/{id}")


@get([f"{HOME}/declined", f"{HOME}/faults/{{id:uuid}}/talk"])
async def back() -> Redirect:
    """A reload of an answer to a refused step leads back to the list."""
    return see(HOME)


@post([f"{HOME}/{{id:uuid}}/{step}" for step in STEPS])
async def step(request: Req, id: FromPath[UUID]) -> Redirect | Template:
    """One step; a refusal comes back to its form with everything typed kept."""
    person, sent = require(request, *voice.EVERYBODY), await Form.of(request)
    try:
        await DO[request.url.path.rpartition("/")[2]](id, sent, person)
    except (Invalid, Conflict) as fault:
        return await campaign_page(request, person, id, fault=fault, sent=sent, status=422)
    return see(f"{HOME}/{id}")


@get(f"{HOME}/proofs/{{id:uuid}}")
async def proof(request: Req, id: FromPath[UUID]) -> Response[bytes]:
    """A proof."""
    data, name, media_type = await campaigns.proof(id, by=require(request, *voice.EVERYBODY))
    return file(data, name, media_type)


async def _plan(id: UUID, sent: Form, person: Actor) -> None:
    try:
        due = date.fromisoformat(sent.text("due_on"))
    except ValueError as error:
        sentence = "请填写完成期限，如 2026-11-20。"
        raise Invalid(sentence, {"due_on": sentence}) from error
    new = NewMeasure(sent.text("measure"), sent.text("department"), sent.text("owner"), due)
    await campaigns.plan(id, new, by=person, at=clock.now(), key=sent.text("key"))


async def _join(id: UUID, sent: Form, person: Actor) -> None:
    await campaigns.join(id, by=person, at=clock.now())


async def _begin(id: UUID, sent: Form, person: Actor) -> None:
    await campaigns.begin(id, by=person, at=clock.now())


async def _prove(id: UUID, sent: Form, person: Actor) -> None:
    files = [Attachment(one.filename, await one.read()) for one in sent.files("files")]
    measures = sent.ids("measure")
    if not measures:
        raise Invalid("页面内容不完整，请刷新页面后再试。")
    await campaigns.prove(id, measures[0], sent.text("done"), files, by=person, at=clock.now())


async def _report(id: UUID, sent: Form, person: Actor) -> None:
    await campaigns.report(id, by=person, at=clock.now())


async def _send_back(id: UUID, sent: Form, person: Actor) -> None:
    await campaigns.send_back(id, sent.ids("measures"), sent.text("reason"), by=person, at=clock.now())


async def _write_off(id: UUID, sent: Form, person: Actor) -> None:
    await campaigns.write_off(id, sent.text("result"), by=person, at=clock.now())


async def _cancel(id: UUID, sent: Form, person: Actor) -> None:
    await campaigns.cancel(id, sent.text("reason"), by=person, at=clock.now())


DO: dict[str, Callable[[UUID, Form, Actor], Awaitable[Any]]] = {
    "plan": _plan,
    "join": _join,
    "begin": _begin,
    "prove": _prove,
    "report": _report,
    "send_back": _send_back,
    "write_off": _write_off,
    "cancel": _cancel,
}

router = Router(
    "/",
    route_handlers=[
        listing, new, set_up, decline, talk, back, campaign, back_to_campaign, step, proof,
    ],
    include_in_schema=False,
)  # fmt: skip
