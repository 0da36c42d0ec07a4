"""Keys for departments' own systems: given out once, bound to a department, taken back at once."""

from __future__ import annotations

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban import people
from lianban.casework import catalogue
from lianban.errors import Invalid
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from lianban.web.context import Req, page, see
from lianban.web.forms import Form
from lianban.web.signin import require

MANAGERS = (Role.ADMINISTRATOR, Role.SECURITY_OFFICER)


async def _shown(
    request: Req, person: Actor, *, key: str = "", fault: Invalid | None = None, typed: Form | None = None
) -> Template:
    return page(
        request,
        "admin/keys.html",
        keys=await people.client_keys(by=person),
        departments=await catalogue.departments(person.region),
        adds=person.may(Role.ADMINISTRATOR),
        key=key,
        fault=fault,
        problems=fault.fields if fault else {},
        typed=typed,
        status=422 if fault else 200,
    )


@get("/admin/keys")
async def listing(request: Req) -> Template:
    """The keys of this region."""
    return await _shown(request, require(request, *MANAGERS))


@post("/admin/keys", status_code=200)
async def add(request: Req) -> Template:
    """Give out a key. It is shown on this answer and never again, so there is no way on from here by 303."""
    person, sent = require(request, Role.ADMINISTRATOR), await Form.of(request)
    department = sent.text("department")
    try:
        _, key = await people.add_client_key(
            sent.text("name"),
            region=person.region,
            department=department,
            role=Role.APPROVER if department else Role.CLERK,
            by=person,
            at=clock.now(),
        )
    except Invalid as fault:
        return await _shown(request, person, fault=fault, typed=sent)
    return await _shown(request, person, key=key)


@post("/admin/keys/{id:str}/revocation")
async def revoke(request: Req, id: FromPath[str]) -> Redirect:
    """The key opens nothing any more."""
    await people.revoke_client_key(id, by=require(request, *MANAGERS), at=clock.now())
    return see("/admin/keys")


router = Router("/", route_handlers=[listing, add, revoke], include_in_schema=False)
