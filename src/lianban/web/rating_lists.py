"""`/ratings`: the ratings as the staff may read them, what was set apart, and one rating."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.errors import Conflict, Forbidden, Invalid, Refusal
from lianban.feedback import ratings
from lianban.feedback.ratings import Filters, Rater
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from lianban.rules.ratings import CHANNELS, GRADES, KINDS, STEPS
from lianban.rules.ratings.signals import REFUSED
from lianban.web import voice
from lianban.web.context import Req, address_of, page, see
from lianban.web.files import file
from lianban.web.forms import Form
from lianban.web.signin import require

TEXTS = ("department", "window", "item", "channel", "kind", "step", "grade", "source", "standing", "option")
GRADE_CHOICES = {"negative": "差评（不满意、非常不满意）", "positive": "好评（基本满意以上）"} | {
    str(grade): word for grade, word in GRADES.items()
}


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


def filters_of(request: Req) -> Filters:
    """What the address asks for; without days this month."""
    query, today = request.query_params, clock.today()
    since = _day(query.get("since", ""), today.replace(day=1))
    until, known = max(since, _day(query.get("until", ""), today)), query.get("known", "")
    texts: dict[str, Any] = {name: query.get(name, "").strip() for name in TEXTS}
    return Filters(since, until, known=_day(known, today) if known else None, **texts)


@get("/ratings")
async def listing(request: Req) -> Template:
    """The list, with its filters in the address."""
    person, filters = require(request, *voice.EVERYBODY), filters_of(request)
    chosen = {"since": filters.since.isoformat(), "until": filters.until.isoformat()}
    chosen |= {name: value for name in TEXTS if (value := getattr(filters, name))}
    if filters.known:
        chosen["known"] = filters.known.isoformat()
    return page(
        request,
        "ratings/list.html",
        tabs=voice.tabs(person, "/ratings"),
        found=await ratings.listing(filters, by=person, after=request.query_params.get("after", "")),
        filters=filters,
        query=urlencode(chosen),
        units=await ratings.names_of(person.region),
        grades=GRADE_CHOICES,
        channels=CHANNELS,
        kinds=KINDS,
        steps=STEPS,
        standings=ratings.STANDINGS,
        sources=ratings.SOURCES,
        watches=person.may(*voice.WATCHERS),
    )


@get("/ratings/apart")
async def apart(request: Req) -> Template:
    """What was set apart and waits for a supervisor; what was refused."""
    person = require(request, *voice.WATCHERS)
    return page(
        request,
        "ratings/apart.html",
        tabs=voice.tabs(person, "/ratings"),
        found=await ratings.apart(by=person, at=clock.now()),
        units=await ratings.names_of(person.region),
        refused=REFUSED,
    )


async def rating_page(
    request: Req,
    person: Actor,
    id: UUID,
    *,
    fault: Refusal | None = None,
    typed: Form | None = None,
    rater: Rater | None = None,
) -> Template:
    """One rating, with what may be done about it."""
    return page(
        request,
        "ratings/rating.html",
        tabs=voice.tabs(person, "/ratings"),
        rating=await ratings.shown(id, by=person),
        decides=person.may(Role.SUPERVISOR),
        rater=rater,
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed,
        status=422 if fault else 200,
    )


@get("/ratings/{id:uuid}")
async def show(request: Req, id: FromPath[UUID]) -> Template:
    """One rating."""
    return await rating_page(request, require(request, *voice.EVERYBODY), id)


@post("/ratings/{id:uuid}/standing")
async def decide(request: Req, id: FromPath[UUID]) -> Redirect | Template:
    """A rating that was set apart counts, or is invalid."""
    person, sent = require(request, Role.SUPERVISOR), await Form.of(request)
    try:
        await ratings.decide(id, sent.text("standing"), sent.text("reason"), by=person, at=clock.now())
    except (Invalid, Conflict, Forbidden) as fault:
        return await rating_page(request, person, id, fault=fault, typed=sent)
    return see(f"/ratings/{id}")


@post("/ratings/{id:uuid}/rater")
async def rater(request: Req, id: FromPath[UUID]) -> Template:
    """Who gave a named rating, for a stated purpose: shown this once, and written down."""
    person, sent = require(request, Role.SUPERVISOR), await Form.of(request)
    try:
        found = await ratings.rater(id, sent.text("purpose"), by=person, at=clock.now(), address=address_of(request))
    except (Invalid, Conflict, Forbidden) as fault:
        return await rating_page(request, person, id, fault=fault, typed=sent)
    return await rating_page(request, person, id, rater=found)


@get("/ratings/{id:uuid}/pictures/{picture:uuid}")
async def picture(request: Req, id: FromPath[UUID], picture: FromPath[UUID]) -> Response[bytes]:
    """A picture that came with a rating."""
    person = require(request, Role.SUPERVISOR, Role.GOVERNMENT_HEAD)
    name, data = await ratings.picture(id, picture, by=person, at=clock.now(), address=address_of(request))
    return file(data, name, "image/jpeg")


router = Router("/", route_handlers=[listing, apart, show, decide, rater, picture], include_in_schema=False)
