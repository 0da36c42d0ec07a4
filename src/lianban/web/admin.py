"""Administration: the catalogue with what its check found, and the people."""

from __future__ import annotations

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban import people
from lianban.casework import catalogue
from lianban.errors import Conflict, Invalid, Refusal
from lianban.feedback import difficulties
from lianban.outside import clock
from lianban.rules import lint
from lianban.rules.actors import ROLE_NAMES, Actor, Role
from lianban.web.context import Req, page, see
from lianban.web.forms import Form
from lianban.web.signin import require

MANAGERS = (Role.ADMINISTRATOR, Role.SECURITY_OFFICER, Role.AUDITOR)


@get("/admin/catalogue")
async def editions(request: Req) -> Template:
    """The editions of this region, and what requests of citizens propose to change in them."""
    return await catalogue_page(request, require(request, Role.ADMINISTRATOR))


async def catalogue_page(request: Req, person: Actor, *, fault: Refusal | None = None) -> Template:
    """The editions and the proposals; `fault` is why an answer was refused."""
    return page(
        request,
        "admin/catalogue.html",
        editions=await catalogue.editions(person.region),
        proposals=await difficulties.proposals(by=person),
        fault=fault,
        status=422 if fault else 200,
    )


@post("/admin/catalogue/proposals/{id:uuid}")
async def answer_proposal(request: Req, id: FromPath[UUID]) -> Redirect | Template:
    """What becomes of a proposal."""
    person, sent = require(request, Role.ADMINISTRATOR), await Form.of(request)
    try:
        await difficulties.answer_proposal(
            id, sent.text("adopted") == "yes", sent.text("answer"), by=person, at=clock.now()
        )
    except (Invalid, Conflict) as fault:
        return await catalogue_page(request, person, fault=fault)
    return see("/admin/catalogue")


@get("/admin/catalogue/{hash:str}")
async def edition(request: Req, hash: FromPath[str]) -> Template:
    """One edition: its items and what the check over every situation found."""
    require(request, Role.ADMINISTRATOR)
    found = await catalogue.edition(hash)
    return page(request, "admin/edition.html", edition=found, report=lint.check(found), hash=hash)


async def people_page(
    request: Req,
    person: Actor,
    *,
    fault: Refusal | None = None,
    typed: Form | None = None,
    status: int = 200,
) -> Template:
    """Everybody of the region, and the form for one more."""
    return page(
        request,
        "admin/people.html",
        everybody=await people.list_people(by=person),
        departments=await catalogue.departments(person.region),
        roles=ROLE_NAMES,
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed,
        adds=person.may(Role.ADMINISTRATOR),
        unlocks=person.may(Role.SECURITY_OFFICER),
        status=status,
    )


@get("/admin/people")
async def everybody(request: Req) -> Template:
    """The people of this region."""
    return await people_page(request, require(request, *MANAGERS))


@post("/admin/people")
async def add_person(request: Req) -> Redirect | Template:
    """Add somebody who can sign in."""
    person, sent = require(request, Role.ADMINISTRATOR), await Form.of(request)
    try:
        await people.add_person(
            sent.text("login"),
            sent.text("password"),
            name=sent.text("name"),
            roles=[Role(role) for role in sent.texts("roles") if role in set(Role)],
            region=person.region,
            department=sent.text("department"),
            window=sent.text("window"),
            post=sent.text("post"),
            by=person,
            at=clock.now(),
        )
    except (Invalid, Conflict) as fault:
        return await people_page(request, person, fault=fault, typed=sent, status=422)
    return see("/admin/people")


@post("/admin/people/{id:str}/unlocking")
async def unlock(request: Req, id: FromPath[str]) -> Redirect:
    """Let a locked person try again."""
    await people.unlock(id, by=require(request, Role.SECURITY_OFFICER), at=clock.now())
    return see("/admin/people")


@post("/admin/people/{id:str}/leaving")
async def leave(request: Req, id: FromPath[str]) -> Redirect:
    """Nobody signs in under this name any more."""
    await people.set_active(id, False, by=require(request, *MANAGERS), at=clock.now())
    return see("/admin/people")


@post("/admin/people/{id:str}/return")
async def come_back(request: Req, id: FromPath[str]) -> Redirect:
    """The person may sign in again."""
    await people.set_active(id, True, by=require(request, *MANAGERS), at=clock.now())
    return see("/admin/people")


router = Router(
    "/",
    route_handlers=[editions, edition, answer_proposal, everybody, add_person, unlock, leave, come_back],
    include_in_schema=False,
)
