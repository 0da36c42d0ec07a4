"""AB posts: who is away, and who fills the post meanwhile."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban import people
from lianban.casework import catalogue
from lianban.errors import Conflict, Invalid, Refusal
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from lianban.web.context import Req, page, see
from lianban.web.forms import Form
from lianban.web.signin import require

USERS = (Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD, Role.GOVERNMENT_HEAD, Role.ADMINISTRATOR)


async def posts_page(
    request: Req, person: Actor, *, fault: Refusal | None = None, typed: Form | None = None, status: int = 200
) -> Template:
    """Who is away today or later, and the form for one more."""
    return page(
        request,
        "posts/posts.html",
        absences=await people.list_absences(by=person, at=clock.now()),
        candidates=await people.candidates(by=person),
        others=people.may_enter_for_others(person),
        departments=await catalogue.departments(person.region),
        today=clock.today().isoformat(),
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed,
        status=status,
    )


@get("/posts")
async def posts(request: Req) -> Template:
    """The posts of one's own place."""
    return await posts_page(request, require(request, *USERS))


@post("/posts")
async def add(request: Req) -> Redirect | Template:
    """Say that somebody is away."""
    person, sent = require(request, *USERS), await Form.of(request)
    try:
        await people.add_absence(
            sent.text("person") or person.id,
            sent.text("substitute"),
            since=_day(sent.text("since"), "since"),
            until=_day(sent.text("until"), "until"),
            reason=sent.text("reason"),
            by=person,
            at=clock.now(),
        )
    except (Invalid, Conflict) as fault:
        return await posts_page(request, person, fault=fault, typed=sent, status=422)
    return see("/posts")


@post("/posts/{id:uuid}/withdrawal")
async def withdraw(request: Req, id: FromPath[UUID]) -> Redirect:
    """The person is back."""
    await people.withdraw_absence(id, by=require(request, *USERS), at=clock.now())
    return see("/posts")


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        sentence = "请填写日期，如 2026-11-02。"
        raise Invalid(sentence, {name: sentence}) from error


router = Router("/", route_handlers=[posts, add, withdraw], include_in_schema=False)
