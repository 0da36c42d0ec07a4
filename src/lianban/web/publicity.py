"""What anybody may read: the register of granted permissions."""

from __future__ import annotations

from litestar import Router, get
from litestar.params import FromPath
from litestar.response import Template

from lianban.casework import publicity
from lianban.web.context import Req, page


@get("/decisions/{region:str}")
async def decisions(request: Req, region: FromPath[str]) -> Template:
    """The permissions granted in a region, without an account."""
    found = await publicity.register(region, after=request.query_params.get("after", ""))
    return page(request, "publicity/decisions.html", register=found)


router = Router("/", route_handlers=[decisions], include_in_schema=False)
