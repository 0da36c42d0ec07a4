"""Our own style, script and mark, kept for ever by browsers because their address carries their hash."""

from __future__ import annotations

from litestar import Router, get
from litestar.datastructures import CacheControlHeader
from litestar.response import Redirect
from litestar.static_files import create_static_files_router

from lianban.web.context import STATIC, asset

FOREVER = CacheControlHeader(max_age=31_536_000, public=True, immutable=True)


def static_router() -> Router:
    """`/static/…`."""
    return create_static_files_router(
        "/static", [STATIC], cache_control=FOREVER, name="static", opt={"exclude_from_csrf": True}
    )


@get("/favicon.ico", include_in_schema=False, opt={"exclude_from_csrf": True})
async def favicon() -> Redirect:
    """Browsers ask for it beside a paper, which has no page that could name our mark."""
    return Redirect(asset("mark.svg"))
