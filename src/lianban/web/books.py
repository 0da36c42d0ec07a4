"""The whole case in one piece, bound as a PDF or packed as a ZIP: for the staff, and for whoever has the query code."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from litestar import Router, get
from litestar.params import FromPath
from litestar.response import Stream, Template

from lianban.casework import books
from lianban.casework.books import Parcel
from lianban.outside import clock
from lianban.web.context import Req, address_of
from lianban.web.signin import require
from lianban.web.tracking import behind_code

AS_IT_IS = {"uncompressed": True}
"""A PDF and a ZIP are pressed already."""


def stream(parcel: Parcel) -> Stream:
    """A parcel on its way to a browser, kept under its name."""
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(parcel.name)}",
        "content-length": str(parcel.size),
    }
    return Stream(parcel.chunks, media_type=parcel.media_type, headers=headers)


@get("/window/cases/{case_id:uuid}/book.pdf", opt=AS_IT_IS)
async def bound(request: Req, case_id: FromPath[UUID]) -> Stream:
    """The case as one bound PDF, as far as the reader may see it."""
    person = require(request)
    found = await books.whole(case_id, way="pdf", by=person, at=clock.now(), address=address_of(request))
    return stream(await books.bound(found))


@get("/window/cases/{case_id:uuid}/book.zip", opt=AS_IT_IS)
async def packed(request: Req, case_id: FromPath[UUID]) -> Stream:
    """The kept files of the case with manifest and hashes."""
    person = require(request)
    found = await books.whole(case_id, way="zip", by=person, at=clock.now(), address=address_of(request))
    return stream(await books.packed(found))


@get("/c/{number:str}/all.pdf", opt=AS_IT_IS)
async def holders_bound(request: Req, number: FromPath[str]) -> Stream | Template:
    """All papers and delivered results of the holder of the code, bound."""

    async def made(code: str) -> Stream:
        found = await books.holders(number, code, way="pdf", address=address_of(request), at=clock.now())
        return stream(await books.bound(found))

    return await behind_code(request, number, made)


@get("/c/{number:str}/all.zip", opt=AS_IT_IS)
async def holders_packed(request: Req, number: FromPath[str]) -> Stream | Template:
    """The same as the very files that are kept."""

    async def made(code: str) -> Stream:
        found = await books.holders(number, code, way="zip", address=address_of(request), at=clock.now())
        return stream(await books.packed(found))

    return await behind_code(request, number, made)


router = Router("/", route_handlers=[bound, packed, holders_bound, holders_packed], include_in_schema=False)
