"""Deliveries as the applicant and the public meet them: the box and its code, downloads, public notices."""

from __future__ import annotations

from urllib.parse import quote, urlencode
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import delivery, hearings, tracking
from lianban.errors import Conflict, Invalid, NotFound, Refusal
from lianban.outside import clock
from lianban.outside.storage import store
from lianban.web.context import Req, address_of, page, see
from lianban.web.files import file
from lianban.web.forms import Form
from lianban.web.tracking import behind_code, code_of


def back_to(number: str, code: str) -> str:
    """The tracking page, the code in its address."""
    return f"/c/{quote(number, safe='')}?{urlencode({'code': code})}"


def one_id(sent: Form) -> UUID:
    """The delivery of the form. Raises Invalid."""
    ids = sent.ids("delivery")
    if not ids:
        raise Invalid("页面内容不完整，请刷新页面后再试。")
    return ids[0]


@post("/c/{number:str}/consent")
async def consent(request: Req, number: FromPath[str]) -> Redirect | Template:
    """Agree to electronic delivery, or take it back."""
    sent = await Form.of(request)

    async def act(code: str) -> Redirect:
        agree = sent.text("agree") == "yes"
        await tracking.consent(number, code, agree=agree, address=address_of(request), at=clock.now())
        return see(back_to(number, code))

    return await behind_code(request, number, act)


@post("/c/{number:str}/paper")
async def paper(request: Req, number: FromPath[str]) -> Redirect | Template:
    """Paper on demand."""
    sent = await Form.of(request)

    async def act(code: str) -> Redirect:
        await tracking.ask_for_paper(number, code, one_id(sent), address=address_of(request), at=clock.now())
        return see(back_to(number, code))

    return await behind_code(request, number, act)


@post("/c/{number:str}/cabinet")
async def code(request: Req, number: FromPath[str]) -> Template:
    """The code of a box, shown this once."""
    sent = await Form.of(request)

    async def show(code: str) -> Template:
        found = await tracking.pick_up_code(number, code, one_id(sent), address=address_of(request), at=clock.now())
        return page(request, "tracking/code.html", found=found, back=back_to(number, code))

    return await behind_code(request, number, show)


@get([f"/c/{{number:str}}/{part}" for part in ("consent", "paper", "cabinet")])
async def back(request: Req, number: FromPath[str]) -> Redirect:
    """A reload leads back to the case."""
    return see(back_to(number, code_of(request)))


@get("/c/{number:str}/results/{result_id:uuid}")
async def result(request: Req, number: FromPath[str], result_id: FromPath[UUID]) -> Response[bytes]:
    """A result that was delivered electronically."""
    key, name, media_type = await tracking.result(
        number, code_of(request), result_id, address=address_of(request), at=clock.now()
    )
    return file(await store().open(key), name, media_type, download=True)


@get("/announcements/{region:str}")
async def announcements(request: Req, region: FromPath[str]) -> Template:
    """公告 for everybody: hearings to come, and what could be delivered in no other way."""
    board = await delivery.announcements(region, at=clock.now())
    return page(request, "pickup/announcements.html", board=board, hearings=await hearings.published(region))


def cabinet_page(
    request: Req, region: str, *, fault: Refusal | None = None, box: str = "", status: int = 200
) -> Template:
    """The screen of the cabinet."""
    return page(request, "pickup/cabinet.html", region=region, taken=None, box=box, fault=fault, status=status)


@get("/cabinet/{region:str}")
async def cabinet(request: Req, region: FromPath[str]) -> Template:
    """Box and code."""
    return cabinet_page(request, region)


@post("/cabinet/{region:str}")
async def take(request: Req, region: FromPath[str]) -> Template:
    """凭码取件."""
    sent = await Form.of(request)
    try:
        await tracking.may_open_box(address=address_of(request), at=clock.now())
        taken = await delivery.take(region, sent.text("box"), sent.text("code"), at=clock.now())
    except (NotFound, Conflict) as fault:
        status = 429 if isinstance(fault, tracking.TooOften) else 422
        return cabinet_page(request, region, fault=fault, box=sent.text("box"), status=status)
    return page(request, "pickup/cabinet.html", region=region, taken=taken, box="")


router = Router(
    "/",
    route_handlers=[consent, paper, code, back, result, announcements, cabinet, take],
    include_in_schema=False,
)
