"""A case reads like a story: one header everywhere, the path of its items, then form, papers, clocks, journal."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from litestar import Router, get
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban import oversight
from lianban.casework import cases, messages, transfers
from lianban.casework.visits import viewing as visits
from lianban.errors import Forbidden, Invalid, Refusal
from lianban.feedback import difficulties
from lianban.outside import clock
from lianban.rules.actors import Role
from lianban.web.cards import READERS
from lianban.web.context import Req, address_of, once, page, see
from lianban.web.diagram import Step, draw
from lianban.web.signin import require

TABS = (
    ("items", "事项"),
    ("form", "表单"),
    ("materials", "材料"),
    ("papers", "文书"),
    ("clocks", "时限"),
    ("messages", "短信"),
    ("journal", "日志"),
)


@get("/window/cases/{case_id:uuid}")
async def case(request: Req, case_id: FromPath[UUID]) -> Template | Redirect:
    """The whole case for whoever may see it; a child's record asks for a purpose first.

    Before acceptance the window works in the room; the tabs stay within reach.
    """
    return await case_page(request, case_id)


async def case_page(
    request: Req,
    case_id: UUID,
    *,
    fault: Refusal | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> Template | Redirect:
    """The case; with the sentence that came back from a step, where its form is."""
    person = require(request)
    try:
        found = await cases.story(case_id, by=person, at=clock.now(), address=address_of(request))
    except Forbidden as refusal:
        return page(request, "cases/ask.html", case_id=case_id, refusal=refusal, status=403)
    untabbed = "tab" not in request.query_params and fault is None
    if found.status in ("received", "correcting") and person.may(Role.CLERK) and untabbed:
        return see(f"/window/cases/{case_id}/room")
    wanted = request.query_params.get("tab", "materials" if fault else "items")
    return page(
        request,
        "cases/case.html",
        case=found,
        base=f"/window/cases/{case_id}",
        tabs=TABS,
        tab=wanted if wanted in dict(TABS) else "items",
        diagram=draw([Step(i.item, i.name, i.status, i.after) for i in found.items]),
        clerk=person.may(Role.CLERK),
        visits=await visits.of_case(case_id, by=person),
        requests=await difficulties.of_case(case_id, by=person),
        REQUESTS=difficulties.STATES,
        visits_wait=case_id if person.may(Role.CLERK) and await visits.waits(case_id) else None,
        cards=await oversight.of_case(case_id, by=person) if person.may(*READERS) else (),
        messages=await messages.of_case(case_id) if wanted == "messages" else (),
        whereabouts=await transfers.whereabouts(case_id),
        key=once(),
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed or {},
        status=status,
    )


router = Router("/", route_handlers=[case], include_in_schema=False)
