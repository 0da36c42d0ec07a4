"""A paper with a mistake: its correction or voiding is proposed on the paper's page and decided by somebody else."""

from __future__ import annotations

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework.notices import proposals, replacing
from lianban.casework.notices.standing import DECIDERS, PROPOSERS
from lianban.errors import Conflict, Forbidden, Invalid, Refusal
from lianban.outside import clock
from lianban.web.context import Req, address_of, once, page, see
from lianban.web.forms import Form
from lianban.web.signin import require

READERS = tuple({*PROPOSERS, *DECIDERS})


async def paper_page(
    request: Req,
    paper_id: UUID,
    *,
    fault: Refusal | None = None,
    opened: str = "",
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    """One paper: what was proposed about it, and the forms for whoever may propose."""
    person = require(request, *READERS)
    return page(
        request,
        "replacing/paper.html",
        paper=await proposals.detail(paper_id, by=person, at=clock.now(), address=address_of(request)),
        key=once(),
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        opened=opened,
        typed=typed or {},
        status=status,
    )


@get("/replacements/papers/{paper_id:uuid}")
async def paper(request: Req, paper_id: FromPath[UUID]) -> Template:
    """The page of one paper."""
    return await paper_page(request, paper_id)


@post("/replacements/papers/{paper_id:uuid}")
async def propose(request: Req, paper_id: FromPath[UUID]) -> Redirect | Template:
    """提请更正 or 提请作废."""
    person, sent = require(request, *READERS), await Form.of(request)
    kind = sent.text("kind")
    try:
        await replacing.propose(
            paper_id,
            kind=kind,
            reason=sent.text("reason"),
            changes=sent.named("part."),
            by=person,
            at=clock.now(),
            key=sent.text("key"),
        )
    except (Invalid, Conflict) as fault:
        return await paper_page(request, paper_id, fault=fault, opened=kind, typed=sent.named(""), status=422)
    return see(f"/replacements/papers/{paper_id}")


async def waiting_page(
    request: Req, *, fault: Refusal | None = None, opened: UUID | None = None, remark: str = "", status: int = 200
) -> Template:
    """What waits for this person's decision."""
    person = require(request, *DECIDERS)
    return page(
        request,
        "replacing/waiting.html",
        waiting=await proposals.waiting(by=person),
        key=once(),
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        opened=opened,
        typed={"remark": remark},
        status=status,
    )


@get("/replacements")
async def waiting(request: Req) -> Template:
    """The list."""
    return await waiting_page(request)


@post(["/replacements/{id:uuid}/confirmation", "/replacements/{id:uuid}/refusal"])
async def decide(request: Req, id: FromPath[UUID]) -> Redirect | Template:
    """同意, or 不同意 with the reason."""
    person, sent = require(request, *DECIDERS), await Form.of(request)
    verb = replacing.confirm if request.url.path.endswith("/confirmation") else replacing.decline
    remark = sent.text("remark")
    try:
        await verb(id, remark=remark, by=person, at=clock.now(), key=sent.text("key"))
    except (Invalid, Conflict, Forbidden) as fault:
        return await waiting_page(request, fault=fault, opened=id, remark=remark, status=422)
    return see("/replacements")


@get(["/replacements/{id:uuid}/confirmation", "/replacements/{id:uuid}/refusal"])
async def back(id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the list."""
    return see("/replacements")


router = Router("/", route_handlers=[paper, propose, waiting, decide, back], include_in_schema=False)
