"""请群众评价: the clerk asks for a rating of the service just done; the person alone gives it."""

from __future__ import annotations

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.errors import Conflict, Invalid, NotFound, Refusal
from lianban.feedback import points
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from lianban.web import voice
from lianban.web.context import Req, page, see
from lianban.web.forms import Form
from lianban.web.qr import qr
from lianban.web.signin import require

HERE = "/ratings/invite"


async def list_page(
    request: Req, person: Actor, *, fault: Refusal | None = None, typed: Form | None = None
) -> Template:
    """The services of today at this window."""
    return page(
        request,
        "points/invite.html",
        tabs=voice.tabs(person, HERE),
        window=await points.window(by=person, at=clock.now()),
        minutes=int(points.SHOWN_FOR.total_seconds() // 60),
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed,
        status=422 if fault else 200,
    )


@get(HERE)
async def listing(request: Req) -> Template:
    """Whom one may ask."""
    return await list_page(request, require(request, Role.CLERK))


@post(HERE)
async def invite(request: Req) -> Redirect | Template:
    """Ask for a rating of a service in the list, or of one that left no case."""
    person, sent = require(request, Role.CLERK), await Form.of(request)
    token, at = sent.text("token"), clock.now()
    try:
        if token:
            await points.invite(token, by=person, at=at)
        else:
            token = (await points.invite_service(sent.text("matter"), by=person, at=at)).token
    except (Invalid, Conflict, NotFound) as fault:
        return await list_page(request, person, fault=fault, typed=sent)
    return see(f"{HERE}/{token}")


@get(f"{HERE}/{{token:str}}")
async def asked(request: Req, token: FromPath[str]) -> Template:
    """The code to scan; whether it was rated, never how."""
    person, at = require(request, Role.CLERK), clock.now()
    return page(
        request,
        "points/invited.html",
        tabs=voice.tabs(person, HERE),
        served=await points.served(token, by=person),
        window=await points.window(by=person, at=at),
        minutes=int(points.SHOWN_FOR.total_seconds() // 60),
        qr=qr,
    )


router = Router("/", route_handlers=[listing, invite, asked], include_in_schema=False)
