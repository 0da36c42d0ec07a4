"""`/r/<token>`: somebody rates on a phone, without an account and without a script; afterwards the same address tells
how it stands."""

from __future__ import annotations

from typing import Any

from litestar import Router, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework.attachments import Attachment
from lianban.casework.languages import book_of
from lianban.errors import Conflict, Invalid, NotFound, Refusal
from lianban.feedback import appeals, points, ratings, rectification
from lianban.feedback.ratings import Given, Opened, Rater, Sender
from lianban.outside import clock
from lianban.outside.settings import settings
from lianban.rules.ratings import GRADES, OPTIONS, is_point
from lianban.web.context import Req, address_of, once, page, person_of, see
from lianban.web.forms import Form
from lianban.web.signin import STAFF_COOKIE

KEY_COOKIE = "lianban_rated"
KEPT = 180 * 24 * 3600
"""Seconds for which the browser keeps what opens a rating: as long as its handling may take."""
VIA = ("dynamic_qr", "sms", "portal")
"""How one may come to the address of an occasion; a printed code unless the link says otherwise."""


def via_of(text: str) -> str:
    """The channel that a link or a form names."""
    return text if text in VIA else VIA[0]


def sender_of(request: Req) -> Sender:
    """Who is at the other end, for the signals."""
    marks = request.cookies.get(STAFF_COOKIE, "").split(",")
    return Sender(address_of(request), person_of(request), tuple(one for one in marks if one))


async def files_of(sent: Form, name: str) -> tuple[Attachment, ...]:
    """The uploaded files of a field."""
    return tuple([Attachment(file.filename, await file.read()) for file in sent.files(name)])


async def given_of(request: Req, sent: Form, channel: str) -> Given:
    """What a form of the rating page says; ticks of other grades than the chosen one are no part of it."""
    grade = sent.text("grade")
    return Given(
        grade,
        tuple(sent.texts(f"o{grade}")),
        sent.text("comment"),
        channel,
        Rater(sent.text("name"), sent.text("phone")),
        pictures=await files_of(sent, "pictures"),
        sender=sender_of(request),
    )


def remembered(token: str) -> Redirect:
    """On to the rating under an address, which the browser may open from now on."""
    answer = see(f"/r/{token}")
    answer.set_cookie(
        Cookie(
            key=KEY_COOKIE,
            value=ratings.key_of(token),
            max_age=KEPT,
            path=f"/r/{token}",
            httponly=True,
            samesite="lax",
            secure=settings().secure_cookies,
        )
    )
    return answer


async def rate_page(
    request: Req, name: str, service: object, region: str, *, fault: Refusal | None = None, **more: Any
) -> Template:
    """A page of rating, in the region's second language too; with `fault` what was just refused."""
    context = {
        "service": service,
        "region": region,
        "second": await book_of(region),
        "GRADES": GRADES,
        "OPTIONS": OPTIONS,
        "problems": dict(fault.fields) if isinstance(fault, Invalid) else {},
        "typed": None,
        **more,
    }
    return page(request, name, context, fault=fault, status=422 if fault else 200)


async def occasion_page(request: Req, token: str, *, fault: Refusal | None = None, **more: Any) -> Template:
    """What stands under an occasion's address now."""
    found = await _found(request, token)
    if found.open:
        via = via_of(request.query_params.get("via", ""))
        return await rate_page(request, "ratings/rate.html", found, found.region, fault=fault, **{"via": via, **more})
    own, at = found.own, clock.now()
    shown = {
        "own": own,
        "progress": await rectification.for_citizen(own.id, at=at) if own and own.negative else None,
        "appeals": await appeals.for_citizen(own.id) if own and own.negative else (),
        "verdicts": rectification.VERDICTS,
        "key": once(),
        "done": request.query_params.get("done", ""),
        **more,
    }
    return await rate_page(request, "ratings/rated.html", found, found.region, fault=fault, **shown)


async def _found(request: Req, token: str) -> Opened:
    return await ratings.opened(token, request.cookies.get(KEY_COOKIE, ""), at=clock.now())


async def sticker_page(request: Req, token: str, *, fault: Refusal | None = None, **more: Any) -> Template:
    """What a sticker opens: the service of its place; with `fault` what was refused, the ticket still good for it."""
    found = await points.sticker(token, at=clock.now())
    return await rate_page(request, "ratings/sticker.html", found, found.region, fault=fault, **more)


async def rate_sticker(request: Req, token: str, sent: Form) -> Redirect | Template:
    """Rate at a sticker's place, then on to the address of the occasion that came of it."""
    given = await given_of(request, sent, "static_qr")
    at = clock.now()
    try:
        occasion, _ = await points.rate_at(
            token,
            sent.text("ticket"),
            lambda occasion: ratings.rate(occasion, given, at=at),
            place=sent.text("place"),
            at=at,
        )
    except (Invalid, Conflict) as fault:
        await ratings.count_refusal(fault, at=at)
        return await sticker_page(request, token, fault=fault, typed=sent)
    return remembered(occasion)


@get("/r/{token:str}")
async def show(request: Req, token: FromPath[str]) -> Redirect | Template:
    """The page for rating, or the rating."""
    if is_point(token):
        return await sticker_page(request, token)
    if ratings.right_key(token, request.query_params.get("key", "")):
        return remembered(token)
    return await occasion_page(request, token)


@post("/r/{token:str}")
async def rate(request: Req, token: FromPath[str]) -> Redirect | Template:
    """Rate, then back to the same address."""
    sent = await Form.of(request)
    if is_point(token):
        return await rate_sticker(request, token, sent)
    via = via_of(sent.text("via"))
    try:
        await ratings.rate(token, await given_of(request, sent, via), at=clock.now())
    except (Invalid, Conflict) as fault:
        return await occasion_page(request, token, fault=fault, typed=sent, via=via)
    return remembered(token)


@post("/r/{token:str}/more")
async def add(request: Req, token: FromPath[str]) -> Redirect | Template:
    """Supplement a rating."""
    sent = await Form.of(request)
    key, files = request.cookies.get(KEY_COOKIE, ""), await files_of(sent, "pictures")
    try:
        await ratings.supplement(token, key, sent.text("comment"), files, at=clock.now())
    except (Invalid, Conflict) as fault:
        return await occasion_page(request, token, fault=fault, typed=sent)
    return see(f"/r/{token}?done=added")


@post("/r/{token:str}/again")
async def rate_again(request: Req, token: FromPath[str]) -> Redirect | Template:
    """The one who gave a negative rating says whether the reply will do."""
    sent, found = await Form.of(request), await _found(request, token)
    if found.own is None:
        raise NotFound(ratings.CLOSED)
    try:
        await rectification.rerate(
            found.own.id, sent.text("verdict"), sent.text("words"), at=clock.now(), key=sent.text("key")
        )
    except (Invalid, Conflict) as fault:
        return await occasion_page(request, token, fault=fault, typed=sent)
    return see(f"/r/{token}?done=again")


@post("/r/{token:str}/open")
async def open_with_code(request: Req, token: FromPath[str]) -> Redirect | Template:
    """The query code of the case opens the rating in this browser."""
    sent = await Form.of(request)
    try:
        await ratings.open_with_code(token, sent.text("code"), address=address_of(request), at=clock.now())
    except Refusal as refusal:
        return await occasion_page(request, token, fault=refusal, typed=sent)
    return remembered(token)


with_files = Router("/", route_handlers=[show, rate, add, rate_again, open_with_code], include_in_schema=False)
