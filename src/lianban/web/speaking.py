"""有事您说话 online: whoever could not get something done says so, without an account, and follows it by number and
query code."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import catalogue, tracking
from lianban.errors import Invalid, NotFound, Refusal
from lianban.feedback import difficulties
from lianban.outside import clock
from lianban.rules.actors import HOLDER
from lianban.rules.difficulties import taxonomy
from lianban.web.context import Req, address_of, once, page, see
from lianban.web.difficulties import request_of
from lianban.web.forms import Form


async def speak_page(
    request: Req, region: str, *, fault: Refusal | None = None, typed: Form | None = None, status: int = 200
) -> Template:
    """The form."""
    departments = await catalogue.departments(region)
    if not departments:
        raise NotFound("没有这个地方的窗口，请核对网址。")
    query = request.query_params
    return page(
        request,
        "difficulties/speak.html",
        region=region,
        kinds=taxonomy().kinds,
        departments=departments,
        typed=typed.named("") if typed else {"case": query.get("case", "")},
        key_once=once(),
        step="",
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        status=status,
    )


@get("/speak/{region:str}")
async def form(request: Req, region: FromPath[str]) -> Template:
    """The form for everybody."""
    return await speak_page(request, region)


@post("/speak/{region:str}")
async def speak(request: Req, region: FromPath[str]) -> Template:
    """Say it; number and query code are shown this once."""
    sent = await Form.of(request)
    if not await catalogue.departments(region):
        raise NotFound("没有这个地方的窗口，请核对网址。")
    try:
        await tracking.may_speak(address=address_of(request), at=clock.now())
        made = await difficulties.register(
            request_of(sent, "online"), region=region, by=HOLDER, at=clock.now(), key=sent.text("key")
        )
    except (Invalid, tracking.TooOften) as fault:
        status = 429 if isinstance(fault, tracking.TooOften) else 422
        return await speak_page(request, region, fault=fault, typed=sent, status=status)
    return page(request, "difficulties/spoken.html", region=region, made=made)


@get("/speak/{region:str}/follow")
async def follow(request: Req, region: FromPath[str]) -> Template | Redirect:
    """How it stands, for whoever has number and code."""
    query = request.query_params
    number, code = query.get("number", "").strip(), query.get("code", "").strip()
    fault: Refusal | None = None
    found, status = None, 200
    if number and code:
        try:
            found = await difficulties.follow_up(region, number, code, address=address_of(request), at=clock.now())
        except (NotFound, tracking.TooOften) as refusal:
            fault = Invalid(refusal.sentence)
            status = 429 if isinstance(refusal, tracking.TooOften) else 404
    return page(
        request, "difficulties/follow.html", region=region, one=found, number=number, fault=fault, status=status
    )


@get("/speak")
async def anywhere(request: Req) -> Redirect:
    """The window of a place (`region`), or of the first one there is."""
    region = request.query_params.get("region", "")
    places = sorted({entry.region for entry in await catalogue.bundles()})
    if region not in places:
        region = places[0] if places else "0"
    kept = {name: value for name, value in request.query_params.items() if name == "case" and value}
    return see(f"/speak/{quote(region, safe='')}{'?' + urlencode(kept) if kept else ''}")


router = Router("/", route_handlers=[form, speak, follow, anywhere], include_in_schema=False)
