"""The demonstration's people: one click each on the start page. Only where the installation says it is one."""

from __future__ import annotations

from litestar import Router, post
from litestar.response import Redirect

from lianban.errors import NotFound
from lianban.outside.settings import settings
from lianban.web.cast import PASSWORD, PEOPLE, DemoPerson
from lianban.web.context import Req
from lianban.web.forms import Form
from lianban.web.signin import open_session


def demo_people() -> tuple[DemoPerson, ...]:
    """The people to offer: nobody in a real installation."""
    return PEOPLE if settings().demo else ()


@post("/demo/signin")
async def sign_in(request: Req) -> Redirect:
    """Sign in as one of them."""
    login = (await Form.of(request)).text("login")
    if login not in {one.login for one in demo_people()}:
        raise NotFound("没有找到这个演示人物，请从首页选择。")
    return await open_session(login, PASSWORD, "演示电脑", "", request)


router = Router("/", route_handlers=[sign_in], include_in_schema=False)
