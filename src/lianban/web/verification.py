"""Whether a paper is ours and still valid: what its QR code opens. Nothing personal is told."""

from __future__ import annotations

from litestar import Router, get
from litestar.params import FromPath
from litestar.response import Template

from lianban.casework import notices
from lianban.errors import NotFound
from lianban.web.context import Req, page


@get("/v/{code:str}")
async def verify(request: Req, code: FromPath[str]) -> Template:
    """Title, number, date and standing of the paper with this code."""
    try:
        found = await notices.by_code(code[:40])
    except NotFound:
        return page(request, "verification/paper.html", paper=None, status=404)
    return page(request, "verification/paper.html", paper=found)


router = Router("/", route_handlers=[verify], include_in_schema=False)
