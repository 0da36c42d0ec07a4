"""Deadline passports: one page for each date, at the window, in departments, and for the applicant with the code."""

from __future__ import annotations

from urllib.parse import quote, urlencode
from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath
from litestar.response import Template

from lianban.casework import passports
from lianban.casework.passports import Explained
from lianban.outside import clock
from lianban.rules.actors import Role
from lianban.web.context import Req, address_of, page
from lianban.web.files import pdf
from lianban.web.signin import require
from lianban.web.tracking import behind_code, code_of


def passport_page(request: Req, found: Explained, *, base: str, back: tuple[str, str], query: str = "") -> Template:
    """The page of one date. Papers open below `/c/…` for whoever came with a `query` code, else in the office."""
    tail = f"?{query}" if query else ""
    folder = f"/c/{quote(found.number, safe='')}/papers" if query else "/papers"
    papers = {number: f"{folder}/{id}.pdf{tail}" for number, id in found.papers.items()}
    return page(
        request,
        "passport/page.html",
        p=found,
        back=back,
        papers=papers,
        printable=f"{base}/strip.pdf{tail}",
        beside={one.name: f"{base.rpartition('/')[0]}/{one.clock}{tail}" for one in found.beside if one.clock},
    )


async def strip_of(found: Explained) -> Response[bytes]:
    """The printable strip."""
    data, name = await passports.print_out(found, at=clock.now())
    return pdf(data, name)


@get("/window/cases/{case_id:uuid}/clocks/{clock_id:uuid}")
async def of_case(request: Req, case_id: FromPath[UUID], clock_id: FromPath[UUID]) -> Template:
    """Why a date of this case is that date."""
    person = require(request)
    found = await passports.of_case(case_id, clock_id, by=person, at=clock.now())
    # An auditor reads limits and cards, never the case itself.
    opens = person.department or person.may(Role.CLERK, Role.SUPERVISOR, Role.GOVERNMENT_HEAD)
    back = (f"/window/cases/{case_id}?tab=clocks", found.number) if opens else ("/oversight/cards", "预警牌")
    return passport_page(request, found, base=f"/window/cases/{case_id}/clocks/{clock_id}", back=back)


@get("/window/cases/{case_id:uuid}/clocks/{clock_id:uuid}/strip.pdf")
async def strip_of_case(request: Req, case_id: FromPath[UUID], clock_id: FromPath[UUID]) -> Response[bytes]:
    """The same, to print and hand out."""
    return await strip_of(await passports.of_case(case_id, clock_id, by=require(request), at=clock.now()))


@get("/tasks/{task_id:uuid}/clocks/{clock_id:uuid}")
async def of_task(request: Req, task_id: FromPath[UUID], clock_id: FromPath[UUID]) -> Template:
    """Why a date of this task is that date."""
    found = await passports.of_task(task_id, clock_id, by=require(request), at=clock.now())
    back = (f"/tasks/{task_id}", f"{found.item_name} {found.number}".strip())
    return passport_page(request, found, base=f"/tasks/{task_id}/clocks/{clock_id}", back=back)


@get("/tasks/{task_id:uuid}/clocks/{clock_id:uuid}/strip.pdf")
async def strip_of_task(request: Req, task_id: FromPath[UUID], clock_id: FromPath[UUID]) -> Response[bytes]:
    """The same, to print."""
    return await strip_of(await passports.of_task(task_id, clock_id, by=require(request), at=clock.now()))


@get("/c/{number:str}/clocks/{clock_id:uuid}")
async def for_holder(request: Req, number: FromPath[str], clock_id: FromPath[UUID]) -> Template:
    """Why a date is that date, for the applicant; nothing without the code."""

    async def show(code: str) -> Template:
        address = address_of(request)
        found = await passports.for_holder(number, code, clock_id, address=address, at=clock.now())
        query, base = urlencode({"code": code}), f"/c/{quote(number, safe='')}"
        return passport_page(
            request, found, base=f"{base}/clocks/{clock_id}", back=(f"{base}?{query}", "办理进度"), query=query
        )

    return await behind_code(request, number, show)


@get("/c/{number:str}/clocks/{clock_id:uuid}/strip.pdf")
async def strip_for_holder(request: Req, number: FromPath[str], clock_id: FromPath[UUID]) -> Response[bytes]:
    """The same, to print."""
    found = await passports.for_holder(number, code_of(request), clock_id, address=address_of(request), at=clock.now())
    return await strip_of(found)


router = Router(
    "/",
    route_handlers=[of_case, strip_of_case, of_task, strip_of_task, for_holder, strip_for_holder],
    include_in_schema=False,
)
