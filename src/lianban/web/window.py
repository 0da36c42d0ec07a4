"""The comprehensive window's own page: a new case on the left, the cases on the right."""

from __future__ import annotations

from litestar import Router, get
from litestar.response import Template

from lianban.casework import cases, catalogue, notices
from lianban.errors import Refusal
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from lianban.web.context import Req, page
from lianban.web.forms import number
from lianban.web.signin import require

GROUPS = (
    ("draft", "草稿"),
    ("received", "收件核对"),
    ("correcting", "待补正"),
    ("processing", "办理中"),
    ("decided", "待出件"),
    ("delivered", "待办结"),
    ("closed", "已办结"),
    ("", "全部"),
)


async def window_page(
    request: Req, person: Actor, *, code: str = "", fault: Refusal | None = None, status: int = 200
) -> Template:
    """The window's page; `fault` is about the sheet's code that was typed."""
    state = request.query_params.get("state", "processing")
    search = request.query_params.get("q", "").strip()
    filters = cases.Filters(status=state, search=search, page=number(request.query_params.get("page", "")) or 1)
    return page(
        request,
        "window/window.html",
        matters=await catalogue.bundles(person.region),
        listing=await cases.listing(by=person, at=clock.now(), filters=filters),
        groups=GROUPS,
        state=state,
        search=search,
        home="/window",
        unsealed=len(await notices.awaiting_seal(by=person)),
        code=code,
        fault=fault,
        status=status,
    )


@get(["/window", "/window/cases"])
async def window(request: Req) -> Template:
    """Drafts, cases, and what waits to be handed over."""
    return await window_page(request, require(request, Role.CLERK))


router = Router("/", route_handlers=[window], include_in_schema=False)
