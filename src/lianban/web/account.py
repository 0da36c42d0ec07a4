"""One's own account: the password."""

from __future__ import annotations

from litestar import Router, get, post
from litestar.response import Redirect, Template

from lianban import people
from lianban.errors import Conflict, Forbidden, Invalid, Refusal
from lianban.outside import clock
from lianban.web.context import Req, page, see
from lianban.web.forms import Form
from lianban.web.signin import cookie_name, require


def _shown(request: Req, fault: Refusal | None = None) -> Template:
    problems = dict(fault.fields) if isinstance(fault, Invalid) else {}
    done = request.query_params.get("done") == "1"
    shown = {"fault": fault, "problems": problems, "done": done}
    return page(request, "signin/password.html", shown, status=422 if fault else 200)


@get("/password")
async def form(request: Req) -> Template:
    """The form."""
    require(request)
    return _shown(request)


@post("/password")
async def change(request: Req) -> Redirect | Template:
    """Set a new password; every other session of the person ends."""
    person, sent = require(request), await Form.of(request)
    old, new = sent.text("old"), sent.text("new")
    try:
        if new != sent.text("again"):
            raise Invalid("两次输入的新密码不一致，请重新输入。", {"again": "两次输入的新密码不一致。"})
        await people.change_password(old, new, by=person, at=clock.now(), token=request.cookies.get(cookie_name(), ""))
    except (Invalid, Forbidden, Conflict) as fault:
        return _shown(request, fault)
    return see("/password?done=1")


router = Router("/", route_handlers=[form, change], include_in_schema=False)
