"""Call-backs: the work list with its figures, one call with its questionnaire, the draws that anybody may see."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.errors import Conflict, Invalid, NotFound, Refusal
from lianban.feedback import callbacks
from lianban.feedback.callbacks import Filters, Said
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from lianban.rules.callbacks import ANSWERS
from lianban.web import voice
from lianban.web.context import Req, address_of, page, see
from lianban.web.filters import REGIONS
from lianban.web.forms import Form, number
from lianban.web.signin import require

HOME = "/ratings/callbacks"
DRAWS = "/draws"
CALLERS = (Role.CLERK, Role.SUPERVISOR)
NO_DRAW = "没有找到这一天的抽取记录，请从列表里选择。"


async def list_page(request: Req, person: Actor, *, fault: Refusal | None = None, status: int = 200) -> Template:
    """The list as its filters say; figures for those who watch."""
    query = request.query_params
    filters = Filters(
        state=query.get("state", "pending"),
        source=query.get("source", ""),
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
        page=number(query.get("page", "")) or 1,
    )
    today = clock.today()
    since, until = filters.since or today.replace(day=1), filters.until or today
    watches = person.may(Role.SUPERVISOR, Role.AUDITOR)
    return page(
        request,
        "ratings/callbacks.html",
        tabs=voice.tabs(person, HOME),
        found=await callbacks.listing(by=person, filters=filters, at=clock.now()),
        filters=filters,
        figures=await callbacks.figures(since, until, by=person) if watches else (),
        since=since,
        until=until,
        next=await callbacks.draws(person.region),
        states=callbacks.STATES,
        sources=callbacks.SOURCES,
        fault=fault,
        status=status,
    )


@get(HOME)
async def listing(request: Req) -> Template:
    """Whom to call."""
    return await list_page(request, require(request, *callbacks.READERS))


@post(f"{HOME}/drawing")
async def draw(request: Req) -> Redirect | Template:
    """Draw what is not drawn yet, without waiting for the night."""
    person = require(request, Role.SUPERVISOR)
    await callbacks.draw_now(by=person, at=clock.now())
    return see(HOME)


async def one_page(
    request: Req,
    person: Actor,
    id: UUID,
    *,
    fault: Refusal | None = None,
    typed: Form | None = None,
    status: int = 200,
) -> Template:
    """One call-back; the number only for the one who has opened it."""
    at = clock.now()
    view = await callbacks.one(id, by=person, at=at)
    return page(
        request,
        "ratings/callback.html",
        tabs=voice.tabs(person, HOME),
        view=view,
        contacts=await callbacks.numbers_in_hand(id, by=person, at=at) if view.mine else [],
        states=callbacks.STATES,
        sources=callbacks.SOURCES,
        outcomes=callbacks.OUTCOMES,
        in_vain=callbacks.IN_VAIN,
        words=ANSWERS,
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed,
        status=status,
    )


@get(f"{HOME}/{{id:uuid}}")
async def one(request: Req, id: FromPath[UUID]) -> Template:
    """One call-back."""
    return await one_page(request, require(request, *callbacks.READERS), id)


@get([f"{HOME}/{{id:uuid}}/number", f"{HOME}/{{id:uuid}}/result"])
async def back(id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the call."""
    return see(f"{HOME}/{id}")


@get(f"{HOME}/drawing")
async def back_to_list() -> Redirect:
    """A reload leads back to the list."""
    return see(HOME)


@post(f"{HOME}/{{id:uuid}}/number")
async def open_number(request: Req, id: FromPath[UUID]) -> Redirect | Template:
    """Open the number in order to call; on record."""
    person = require(request, *CALLERS)
    try:
        await callbacks.open_number(id, by=person, at=clock.now(), address=address_of(request))
    except Conflict as fault:
        return await one_page(request, person, id, fault=fault, status=409)
    return see(f"{HOME}/{id}")


@post(f"{HOME}/{{id:uuid}}/result")
async def record(request: Req, id: FromPath[UUID]) -> Redirect | Template:
    """Write down how the call went."""
    person, sent = require(request, *CALLERS), await Form.of(request)
    said = Said(sent.text("outcome"), sent.named("answer."), sent.text("note"), sent.text("department"))
    try:
        await callbacks.record(id, said, by=person, at=clock.now(), key=sent.text("key"))
    except (Invalid, Conflict) as fault:
        return await one_page(request, person, id, fault=fault, typed=sent, status=422)
    return see(f"{HOME}/{id}")


@get(f"{DRAWS}/{{region:str}}")
async def draws(request: Req, region: FromPath[str]) -> Template:
    """The draws of a region, for everybody."""
    if region not in REGIONS:
        raise NotFound(NO_DRAW)
    found = await callbacks.draws(region, number(request.query_params.get("page", "")) or 1)
    return page(request, "ratings/draws.html", region=region, found=found)


@get(f"{DRAWS}/{{region:str}}/{{day:str}}/{{serial:int}}")
async def one_draw(request: Req, region: FromPath[str], day: FromPath[str], serial: FromPath[int]) -> Template:
    """One draw: population, seed, sample, derived again while one looks."""
    view = await callbacks.draw_view(region, _known(day), serial)
    return page(request, "ratings/draw.html", region=region, view=view, shown=view.shown)


@get(f"{DRAWS}/{{region:str}}/{{day:str}}/{{serial:int}}/record.json")
async def draw_record(region: FromPath[str], day: FromPath[str], serial: FromPath[int]) -> Response[bytes]:
    """The same as a file, to be derived again elsewhere."""
    view = await callbacks.draw_view(region, _known(day), serial)
    text = json.dumps(view.shown, ensure_ascii=False, indent=1)
    return Response(text.encode(), media_type="application/json")


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    # Nothing lies further off; and a moment of such a day is none that the database knows.
    return day if day and 1 < day.year < date.max.year else None


def _known(text: str) -> date:
    day = _day(text)
    if day is None:
        raise NotFound(NO_DRAW)
    return day


_handlers: list[Any] = [listing, draw, back_to_list, one, back, open_number, record, draws, one_draw, draw_record]
router = Router("/", route_handlers=_handlers, include_in_schema=False)
