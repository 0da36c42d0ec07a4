"""Papers that wait for their electronic seal: why, what to do meanwhile, and trying again."""

from __future__ import annotations

from litestar import Router, get, post
from litestar.response import Redirect, Template

from lianban.casework import notices
from lianban.rules.actors import Role
from lianban.web.context import Req, page, see
from lianban.web.forms import number
from lianban.web.signin import require

HOME = "/seals"
POSTS = (Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD, Role.ADMINISTRATOR)


@get(HOME)
async def waiting(request: Req) -> Template:
    """What waits, the oldest first."""
    person = require(request, *POSTS)
    sealed = number(request.query_params.get("sealed", ""))
    return page(request, "seals/waiting.html", waiting=await notices.awaiting_seal(by=person), sealed=sealed)


@post(f"{HOME}/again")
async def again(request: Req) -> Redirect:
    """Try to seal them now."""
    person = require(request, *POSTS)
    return see(f"{HOME}?sealed={await notices.seal_now(by=person)}")


@get(f"{HOME}/again")
async def back() -> Redirect:
    """A reload leads back to the list."""
    return see(HOME)


router = Router("/", route_handlers=[waiting, again, back], include_in_schema=False)
