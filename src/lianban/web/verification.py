"""Whether a paper is ours and still valid: what its QR code opens, and a file held against what we keep.

Nothing personal is told, nothing that is sent is kept.
"""

from __future__ import annotations

from urllib.parse import quote

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import consultation, notices, tracking
from lianban.errors import Invalid, NotFound, Refusal
from lianban.outside import clock
from lianban.outside.settings import settings
from lianban.web.context import Req, address_of, page, see
from lianban.web.forms import Form

MEGABYTE = 1_048_576


async def _counted(request: Req) -> Template | None:
    """The page that says "too often", or None when this address may ask."""
    try:
        await tracking.may_verify(address=address_of(request), at=clock.now())
    except tracking.TooOften as refusal:
        return _ask(request, fault=refusal, status=429)
    return None


def _ask(request: Req, *, fault: Refusal | None = None, status: int = 200) -> Template:
    return page(request, "verification/ask.html", fault=fault, limit=settings().upload_mb, status=status)


@get("/v")
async def ask(request: Req) -> Redirect | Template:
    """Where a code is typed or a file is chosen."""
    code = request.query_params.get("code", "").strip()
    return see(f"/v/{quote(code[:60], safe='')}") if code else _ask(request)


@get("/v/{code:str}")
async def verify(request: Req, code: FromPath[str]) -> Template:
    """What the paper with this code is worth today."""
    if refused := await _counted(request):
        return refused
    try:
        paper = await notices.verified(code)
    except NotFound:
        sheet = await _sheet(code)
        return page(request, "verification/unknown.html", sheet=sheet, limit=settings().upload_mb, status=404)
    return page(request, "verification/paper.html", paper=paper, limit=settings().upload_mb)


@post("/v")
async def compare(request: Req) -> Template:
    """A file from whoever holds it, with all papers that we keep."""
    return await _compared(request, "")


@post("/v/{code:str}")
async def compare_with(request: Req, code: FromPath[str]) -> Template:
    """A file with the paper that it is said to be."""
    return await _compared(request, code)


async def _compared(request: Req, code: str) -> Template:
    if refused := await _counted(request):
        return refused
    found = (await Form.of(request)).files("file")
    if not found:
        missing = "请先选择要查验的 PDF 文件。"
        return _ask(request, fault=Invalid(missing, {"file": missing}), status=422)
    data = await found[0].read()
    if len(data) > settings().upload_mb * MEGABYTE:
        big = f"文件超过 {settings().upload_mb} MB。本系统出具的文书没有这么大，请核对选的是不是文书的 PDF 文件。"
        return _ask(request, fault=Invalid(big, {"file": big}), status=413)
    try:
        result = await notices.compared(data, code=code)
    except NotFound as unknown:
        return _ask(request, fault=unknown, status=404)
    other = bool(code) and result.paper is not None and result.paper.code != notices.plain_code(code)
    return page(
        request,
        "verification/compared.html",
        result=result,
        other=other,
        code=code,
        pdf=data.startswith(b"%PDF-"),
        limit=settings().upload_mb,
        status=200 if result.paper else 422,
    )


async def _sheet(code: str) -> str:
    """Where the consultation sheet of this code opens, if it is one."""
    try:
        await consultation.by_code(code, at=clock.now())
    except Refusal:
        return ""
    return f"/s/{quote(code, safe='')}"


router = Router("/", route_handlers=[ask, verify, compare, compare_with], include_in_schema=False)
