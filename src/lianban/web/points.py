"""评价点: the registry of all places where ratings are given, their stickers and screens."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban import people
from lianban.casework import catalogue
from lianban.errors import Conflict, Invalid, Refusal
from lianban.feedback import points
from lianban.outside import clock
from lianban.outside.clock import local
from lianban.rules.actors import Actor, Role
from lianban.rules.ratings import POINTS
from lianban.web.context import Req, address_of, page, see
from lianban.web.files import file, pdf
from lianban.web.forms import Form
from lianban.web.ratings import sticker_page
from lianban.web.signin import require

READERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
FILTERS = ("kind", "q", "state")


def _filters(request: Req) -> dict[str, Any]:
    return {name: value for name in FILTERS if (value := request.query_params.get(name, "").strip())}


async def list_page(
    request: Req,
    person: Actor,
    *,
    fault: Refusal | None = None,
    typed: Form | None = None,
    done: str = "",
) -> Template:
    """The points that fit the filters, how far they cover what should be covered, and what can be added."""
    chosen, at = _filters(request), clock.now()
    covered = await points.coverage(by=person, at=at)
    return page(
        request,
        "points/list.html",
        found=await points.listed(**chosen, after=request.query_params.get("after", ""), by=person, at=at),
        covered=covered,
        able=sum(one.able for one in covered),
        should=sum(one.should for one in covered),
        missing=await points.missing(by=person),
        kinds=POINTS,
        departments=await catalogue.departments(person.region),
        chosen=chosen,
        query=urlencode(chosen),
        manages=person.may(Role.ADMINISTRATOR),
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed,
        done=done or request.query_params.get("done", ""),
        status=422 if fault else 200,
    )


@get("/admin/points")
async def listing(request: Req) -> Template:
    """The registry."""
    return await list_page(request, require(request, *READERS))


@post("/admin/points")
async def add(request: Req) -> Redirect | Template:
    """Register one point."""
    person, sent = require(request, Role.ADMINISTRATOR), await Form.of(request)
    try:
        id = await points.add(
            points.NewPoint(
                sent.text("kind"),
                sent.text("name"),
                department=sent.text("department"),
                window=sent.text("name") if sent.text("kind") == "window" else "",
                parent=await points.hall(sent.text("parent"), by=person),
            ),
            by=person,
            at=clock.now(),
        )
    except (Invalid, Conflict) as fault:
        return await list_page(request, person, fault=fault, typed=sent)
    return see(f"/admin/points/{id}")


@post("/admin/points/making")
async def make(request: Req) -> Redirect:
    """Register whatever windows and items have no point yet."""
    made = await points.make_missing(by=require(request, Role.ADMINISTRATOR), at=clock.now())
    return see(f"/admin/points?{urlencode({'done': f'登记了 {made.added} 个评价点。'})}")


@post("/admin/points/import")
async def import_file(request: Req) -> Redirect | Template:
    """Register what a CSV file lists."""
    person, sent = require(request, Role.ADMINISTRATOR), await Form.of(request)
    try:
        files = sent.files("file")
        if not files:
            sentence = "请选择要导入的 CSV 文件。"
            raise Invalid(sentence, {"file": sentence})
        made = await points.import_csv(await files[0].read(), by=person, at=clock.now())
    except Invalid as fault:
        return await list_page(request, person, fault=fault)
    told = f"新登记 {made.added} 个评价点，原来就有的 {made.known} 个没有重复登记。"
    return see(f"/admin/points?{urlencode({'done': told})}")


@get("/admin/points/stickers.pdf")
async def stickers(request: Req) -> Response[bytes] | Template:
    """The stickers of the list, six to a page."""
    person = require(request, *READERS)
    try:
        name, data = await points.sheets_pdf(**_filters(request), by=person, at=clock.now())
    except Invalid as fault:
        return await list_page(request, person, fault=fault)
    return pdf(data, f"{name}.pdf")


@get("/admin/points/points.csv")
async def as_csv(request: Req) -> Response[bytes]:
    """The list as a file for a spreadsheet."""
    person = require(request, *READERS)
    found = await points.listed(**_filters(request), limit=100_000, by=person, at=clock.now())
    departments = await catalogue.departments(person.region)
    name = f"评价点 {local(clock.now()):%Y-%m-%d}.csv"
    return file(points.csv_of(found.points, departments), name, "text/csv; charset=utf-8", download=True)


async def point_page(
    request: Req, person: Actor, id: UUID, *, fault: Refusal | None = None, sent: Form | None = None, key: str = ""
) -> Template:
    """One point: its sticker, its screen, its steps and what happened to it."""
    at = clock.now()
    return page(
        request,
        "points/point.html",
        point=await points.point(id, by=person, at=at),
        story=await points.story(id, by=person, at=at),
        departments=await catalogue.departments(person.region),
        manages=person.may(Role.ADMINISTRATOR),
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=sent,
        key=key,
        status=422 if fault else 200,
    )


@get("/admin/points/{id:uuid}")
async def one(request: Req, id: FromPath[UUID]) -> Template:
    """One point."""
    return await point_page(request, require(request, *READERS), id)


@get("/admin/points/{id:uuid}/sticker.pdf")
async def sticker(request: Req, id: FromPath[UUID]) -> Response[bytes]:
    """Its sticker, big."""
    name, data = await points.sticker_pdf(id, by=require(request, *READERS), at=clock.now())
    return pdf(data, f"{name}.pdf")


@get("/admin/points/{id:uuid}/form.pdf")
async def form(request: Req, id: FromPath[UUID]) -> Response[bytes]:
    """The blank form for those who rate on paper."""
    name, data = await points.form_pdf(id, by=require(request, *READERS), at=clock.now())
    return pdf(data, f"{name}.pdf")


@post("/admin/points/{id:uuid}/key", status_code=200)
async def add_key(request: Req, id: FromPath[UUID]) -> Template:
    """Give out a key for a device at this point; shown on this answer and never again, so there is no 303."""
    person, sent = require(request, Role.ADMINISTRATOR), await Form.of(request)
    try:
        _, key = await people.add_device_key(sent.text("device"), id, by=person, at=clock.now())
    except Invalid as fault:
        return await point_page(request, person, id, fault=fault, sent=sent)
    return await point_page(request, person, id, key=key)


@post("/admin/points/{id:uuid}/{step:str}")
async def take(request: Req, id: FromPath[UUID], step: FromPath[str]) -> Redirect | Template:
    """A step of one point: opening, closing, name, token, terminal, retirement."""
    person, sent = require(request, Role.ADMINISTRATOR), await Form.of(request)
    by_and_at: dict[str, Any] = {"by": person, "at": clock.now()}
    try:
        match step:
            case "opening":
                await points.open_point(id, **by_and_at)
            case "closing":
                await points.close_point(id, sent.text("reason"), **by_and_at)
            case "name":
                await points.rename(id, sent.text("name"), **by_and_at)
            case "token":
                await points.renew(id, **by_and_at)
            case "terminal":
                await points.set_up_screen(id, **by_and_at)
            case "retirement":
                await points.retire(id, sent.text("reason"), **by_and_at)
            case _:
                return see(f"/admin/points/{id}")
    except (Invalid, Conflict) as fault:
        return await point_page(request, person, id, fault=fault, sent=sent)
    return see(f"/admin/points/{id}")


@get("/admin/points/{id:uuid}/{step:str}")
async def back(id: FromPath[UUID], step: FromPath[str]) -> Redirect:
    """A reload of an answer to a refused step leads back to the point."""
    return see(f"/admin/points/{id}")


@post("/r/{token:str}/case")
async def own_case(request: Req, token: FromPath[str]) -> Redirect | Template:
    """Whoever scanned a sticker rates an own case instead: on to the page of its newest service."""
    sent = await Form.of(request)
    number, code = sent.text("number"), sent.text("code")
    try:
        found = await points.of_case(number, code, address=address_of(request), at=clock.now())
    except Refusal as fault:
        return await sticker_page(request, token, fault=fault, typed=sent)
    return see(f"/r/{found}")


router = Router(
    "/",
    route_handlers=[listing, add, make, stickers, as_csv, one, sticker, form, add_key, take, back, own_case],
    include_in_schema=False,
)
with_files = Router("/", route_handlers=[import_file], include_in_schema=False)
