"""Issued papers and results, as files."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, Router, get
from litestar.params import FromPath

from lianban.casework import notices, tasks
from lianban.errors import NotFound
from lianban.outside import clock
from lianban.outside.storage import store
from lianban.web.context import Req, address_of
from lianban.web.files import file, pdf
from lianban.web.signin import require


def id_of(name: str) -> UUID:
    """The id in `<id>.pdf`. Raises NotFound."""
    try:
        return UUID(name.removesuffix(".pdf"))
    except ValueError as error:
        raise NotFound(notices.MISSING) from error


@get("/papers/{name:str}")
async def paper(request: Req, name: FromPath[str]) -> Response[bytes]:
    """An issued paper; printed now if nobody has asked before."""
    person = require(request)
    found = await notices.pdf(id_of(name), by=person, at=clock.now(), address=address_of(request))
    return pdf(found.data, found.name)


@get("/results/{result_id:uuid}")
async def result(request: Req, result_id: FromPath[UUID]) -> Response[bytes]:
    """The scan of a result."""
    person = require(request)
    key, name, media_type = await tasks.open_result(result_id, by=person, at=clock.now(), address=address_of(request))
    return file(await store().open(key), name, media_type)


router = Router("/", route_handlers=[paper, result], include_in_schema=False)
