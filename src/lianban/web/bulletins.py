"""Bulletins: what is owed, what it would say, issuing it, reading it, its paper; talks that follow."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.errors import Conflict, Invalid, NotFound, Refusal
from lianban.outside import clock
from lianban.oversight import bulletins
from lianban.rules.actors import Role
from lianban.web import voice
from lianban.web.context import Req, page, see
from lianban.web.files import pdf
from lianban.web.forms import Form
from lianban.web.signin import require

HOME = "/ratings/bulletins"
TAB = "/ratings/indicators"


async def listing_page(
    request: Req, *, fault: Refusal | None = None, talk: UUID | None = None, typed: str = "", status: int = 200
) -> Template:
    """All bulletins; `fault` stands at the form of `talk` with what was `typed`."""
    person = require(request, *voice.EVERYBODY)
    return page(
        request,
        "ratings/bulletins.html",
        status=status,
        tabs=voice.tabs(person, TAB),
        found=await bulletins.listing(by=person, at=clock.now()),
        settles=person.may(Role.SUPERVISOR),
        opened=talk,
        typed=typed,
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
    )


@get(HOME)
async def listing(request: Req) -> Template:
    """Bulletins that were issued, and for the supervisor those that are owed."""
    return await listing_page(request)


async def draft_page(
    request: Req, kind: str, since: date, *, fault: Refusal | None = None, typed: str = "", status: int = 200
) -> Template:
    """What the bulletin would say, with the form that issues it."""
    person = require(request, Role.SUPERVISOR)
    return page(
        request,
        "ratings/bulletin_new.html",
        status=status,
        tabs=voice.tabs(person, TAB),
        c=await bulletins.preview(kind, since, by=person, at=clock.now()),
        kind=kind,
        since=since,
        typed=typed,
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
    )


def _since(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound("没有这一期，请从通报列表里重新选择。") from error


@get(f"{HOME}/new")
async def new(request: Req) -> Template:
    """Look at a bulletin before it is issued."""
    query = request.query_params
    return await draft_page(request, query.get("kind", ""), _since(query.get("since", "")))


@post(HOME)
async def issue(request: Req) -> Redirect | Template:
    """Issue a bulletin."""
    person, sent = require(request, Role.SUPERVISOR), await Form.of(request)
    kind, since, remarks = sent.text("kind"), _since(sent.text("since")), sent.text("remarks")
    try:
        id = await bulletins.issue(kind, since, remarks, by=person, at=clock.now())
    except Invalid as fault:
        return await draft_page(request, kind, since, fault=fault, typed=remarks, status=422)
    return see(f"{HOME}/{id}")


@get(f"{HOME}/{{bulletin_id:uuid}}")
async def one(request: Req, bulletin_id: FromPath[UUID]) -> Template:
    """A bulletin as it was issued."""
    person = require(request, *voice.EVERYBODY)
    found = await bulletins.bulletin(bulletin_id, by=person)
    return page(request, "ratings/bulletin.html", tabs=voice.tabs(person, TAB), found=found, c=found.content)


@get(f"{HOME}/{{bulletin_id:uuid}}/paper.pdf")
async def paper(request: Req, bulletin_id: FromPath[UUID]) -> Response[bytes]:
    """The paper of a bulletin."""
    data, name = await bulletins.paper(bulletin_id, by=require(request, *voice.EVERYBODY))
    return pdf(data, name)


@post("/ratings/talks/{talk_id:uuid}")
async def settle(request: Req, talk_id: FromPath[UUID]) -> Redirect | Template:
    """Write down what came of a proposed talk."""
    person, sent = require(request, Role.SUPERVISOR), await Form.of(request)
    held, note = sent.text("outcome") == "held", sent.text("note")
    try:
        await bulletins.settle(talk_id, held=held, note=note, by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        return await listing_page(request, fault=fault, talk=talk_id, typed=note, status=422)
    return see(HOME)


router = Router("/", route_handlers=[listing, new, issue, one, paper, settle], include_in_schema=False)
