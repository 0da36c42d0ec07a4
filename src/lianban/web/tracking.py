"""The applicant follows along with the number and the query code, without an account."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import quote, urlencode
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban import oversight
from lianban.casework import hearings, messages, tracking
from lianban.casework.languages import book_of
from lianban.casework.visits import wishes as visits
from lianban.errors import Invalid, Refusal
from lianban.feedback import ratings
from lianban.outside import clock
from lianban.web.context import Req, address_of, page, see
from lianban.web.files import pdf
from lianban.web.papers import id_of


def code_of(request: Req) -> str:
    """The query code as the address carries it."""
    return str(request.query_params.get("code", "")).strip()


T = TypeVar("T")


async def behind_code(request: Req, number: str, show: Callable[[str], Awaitable[T]]) -> T | Template:
    """What `show` gives for the code; the form that asks for it when there is none, or a wrong one."""
    code = code_of(request)
    if not code:
        return page(request, "tracking/ask.html", number=number)
    try:
        return await show(code)
    except (tracking.Unknown, tracking.TooOften) as refusal:
        fault = Invalid(refusal.sentence)
        status = 429 if isinstance(refusal, tracking.TooOften) else 404
        return page(request, "tracking/ask.html", number=number, fault=fault, status=status)


@get("/track")
async def ask(request: Req) -> Redirect | Template:
    """The form; once filled in, on to the case."""
    query = request.query_params
    number, code = query.get("number", "").strip(), query.get("code", "").strip()
    if number and code:
        return see(f"/c/{quote(number, safe='')}?{urlencode({'code': code})}")
    return page(request, "tracking/ask.html", number=number)


async def tracking_page(
    request: Req, number: str, code: str, *, fault: Refusal | None = None, typed: dict[str, str] | None = None
) -> Template:
    """How the case stands; with `fault` what was just refused, at the top, and what was `typed` for it."""
    found = await tracking.track(number, code, address=address_of(request), at=clock.now())
    return page(
        request,
        "tracking/case.html",
        case=found,
        second=await book_of(found.region),
        query=urlencode({"code": code}),
        done=request.query_params.get("done", ""),
        overruns=await oversight.overruns(found.case_id),
        visits=await visits.for_holder(found.case_id, at=clock.now()),
        hearings=await hearings.of_case(found.case_id, at=clock.now()),
        messages=await messages.of_case(found.case_id, holder=True),
        wants=await messages.wants(found.case_id),
        services=await ratings.services(found.case_id, at=clock.now()),
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed or {},
        status=422 if fault else 200,
    )


@get("/c/{number:str}")
async def follow(request: Req, number: FromPath[str]) -> Template:
    """How the case stands, in plain words; nothing without the code."""
    return await behind_code(request, number, lambda code: tracking_page(request, number, code))


@get("/c/{number:str}/papers/{name:str}")
async def paper(request: Req, number: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """A paper of the case, for the holder of the code."""
    wanted: UUID = id_of(name)
    found = await tracking.paper(number, code_of(request), wanted, address=address_of(request), at=clock.now())
    return pdf(found.data, found.name)


router = Router("/", route_handlers=[ask, follow, paper], include_in_schema=False)
