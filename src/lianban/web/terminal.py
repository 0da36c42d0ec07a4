"""评价器: the screen at the counter, without an account. It works without a script; with one it is quicker at rest."""

from __future__ import annotations

from typing import Any

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework.languages import book_of
from lianban.casework.occasions import address_of as address_of_occasion
from lianban.errors import Conflict, Invalid, Refusal
from lianban.feedback import points, ratings
from lianban.feedback.points import Screen
from lianban.feedback.ratings import Given, Rater, Sender
from lianban.outside import clock
from lianban.rules.ratings import GRADES, OPTIONS
from lianban.web.context import Req, address_of, page, person_of, see
from lianban.web.forms import Form
from lianban.web.qr import qr
from lianban.web.signin import STAFF_COOKIE

REST, LEFT_ALONE, THANKS = 4, 90, 5
"""Seconds: a screen at rest looks again, one that was left alone rests, thanks stand for a moment."""


async def _shown(request: Req, name: str, terminal: str, found: Screen, seconds: int, **more: Any) -> Template:
    fault = more.get("fault")
    context = {
        "terminal": terminal,
        "screen": found,
        "second": await book_of(found.region),
        "GRADES": GRADES,
        "OPTIONS": OPTIONS,
        "problems": dict(fault.fields) if isinstance(fault, Invalid) else {},
        "typed": None,
        "seconds": seconds,
        "state": found.invitation.token if found.invitation else "",
        "qr": qr,
        **more,
    }
    return page(request, name, context, status=422 if fault else 200)


async def _rating(
    request: Req,
    terminal: str,
    found: Screen,
    *,
    invited: bool,
    fault: Refusal | None = None,
    typed: Form | None = None,
) -> Template:
    """The five grades for the invitation or for the place."""
    asked = found.invitation if invited else None
    return await _shown(
        request,
        "terminal/rate.html",
        terminal,
        found,
        LEFT_ALONE,
        matter=asked.matter if asked else found.matter,
        invited=asked.token if asked else "",
        url=address_of_occasion(asked.token) if asked else found.url,
        fault=fault,
        typed=typed,
    )


@get("/terminal/{terminal:str}")
async def shown(request: Req, terminal: FromPath[str]) -> Template:
    """The invitation if there is one, else the screen at rest."""
    found = await points.screen(terminal, at=clock.now())
    if found.open and found.invitation:
        return await _rating(request, terminal, found, invited=True)
    return await _shown(request, "terminal/rest.html", terminal, found, REST)


@get("/terminal/{terminal:str}/rating")
async def begin(request: Req, terminal: FromPath[str]) -> Template:
    """The grades, for whoever wants to rate unasked."""
    found = await points.screen(terminal, at=clock.now())
    if not found.open:
        return await _shown(request, "terminal/rest.html", terminal, found, REST)
    return await _rating(request, terminal, found, invited=False)


@get("/terminal/{terminal:str}/state")
async def state(request: Req, terminal: FromPath[str]) -> dict[str, str]:
    """What the script asks: which invitation there is, "" for none."""
    found = await points.screen(terminal, at=clock.now())
    return {"state": found.invitation.token if found.invitation else ""}


@post("/terminal/{terminal:str}/rating")
async def rate(request: Req, terminal: FromPath[str]) -> Redirect | Template:
    """Rate what the screen showed."""
    sent, at = await Form.of(request), clock.now()
    found, invited, grade = await points.screen(terminal, at=at), sent.text("invited"), sent.text("grade")
    marks = tuple(one for one in request.cookies.get(STAFF_COOKIE, "").split(",") if one)
    given = Given(
        grade,
        tuple(sent.texts(f"o{grade}")),
        channel=found.channel,
        rater=Rater(sent.text("name"), sent.text("phone")),
        sender=Sender(address_of(request), person_of(request), marks),
    )
    try:
        await points.rate_on_screen(
            terminal, invited, sent.text("ticket"), lambda occasion: ratings.rate(occasion, given, at=at), at=at
        )
    except (Invalid, Conflict) as fault:
        await ratings.count_refusal(fault, at=at)
        found = await points.screen(terminal, at=at)
        return await _rating(request, terminal, found, invited=bool(invited), fault=fault, typed=sent)
    return see(f"/terminal/{terminal}/thanks")


@post("/terminal/{terminal:str}/declining")
async def decline(request: Req, terminal: FromPath[str]) -> Redirect:
    """Whoever was invited does not wish to."""
    sent = await Form.of(request)
    await points.decline(terminal, sent.text("invited"), at=clock.now())
    return see(f"/terminal/{terminal}")


@get("/terminal/{terminal:str}/thanks")
async def thanks(request: Req, terminal: FromPath[str]) -> Template:
    """Thanks, then rest. What was chosen is not shown again: the next person stands here already."""
    return await _shown(
        request, "terminal/thanks.html", terminal, await points.screen(terminal, at=clock.now()), THANKS
    )


router = Router("/", route_handlers=[shown, begin, state, rate, decline, thanks], include_in_schema=False)
