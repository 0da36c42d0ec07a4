"""For citizens: choose the matter, answer the questions, take the single notification sheet along."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from litestar import Response, Router, get
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import catalogue, consultation
from lianban.casework.languages import sheet_in_both
from lianban.errors import NotFound
from lianban.outside import clock, printing
from lianban.rules import printouts
from lianban.web.context import Req, page, see
from lianban.web.demo import demo_people
from lianban.web.files import pdf

PRIVATE = {"all", "skip", "sample"}


def answers_of(request: Req) -> dict[str, str]:
    """The answers in the query: everything that is not a word of the page itself, without empty ones."""
    return {k: v for k, v in request.query_params.items() if k not in PRIVATE and v}


def address(region: str, bundle: str, answers: dict[str, str], **more: str) -> str:
    """The live page with these answers."""
    query = urlencode({**answers, **more})
    return f"/consult/{region}/{bundle}" + (f"?{query}" if query else "")


@get("/")
async def start(request: Req) -> Template:
    """What can be done here; in a demonstration also its people."""
    matters = await catalogue.bundles(None)
    regions: dict[str, list[Any]] = {}
    for matter in matters:
        regions.setdefault(matter.region, []).append(matter)
    return page(request, "consult/start.html", regions=regions, people=demo_people())


@get("/consult/{region:str}/{bundle:str}")
async def consult(request: Req, region: FromPath[str], bundle: FromPath[str]) -> Template:
    """The questions, and the sheet growing beside them."""
    answers = answers_of(request)
    found = await consultation.consult(bundle, region, answers, at=clock.now())
    skipped = request.query_params.getall("skip", [])
    open_ones = [q for q in found.questions if q.element not in answers]
    asked = next((q for q in open_ones if q.element not in skipped), None)
    return page(
        request,
        "consult/consult.html",
        found=found,
        sheet=consultation.sheet_content(found, clock.today()),
        answers=answers,
        everything="all" in request.query_params,
        asked=asked,
        left=len([q for q in open_ones if q.element not in skipped]),
        skipped=skipped,
        base=f"/consult/{region}/{bundle}",
        query=urlencode(answers),
        address=lambda given, **more: address(region, bundle, given, **more),
        without=lambda given, name: {k: v for k, v in given.items() if k != name},
    )


@get("/sheet/{region:str}/{name:str}")
async def sheet(request: Req, region: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """The sheet as PDF; the answers stand in the query."""
    bundle, dot, ending = name.rpartition(".")
    if not dot or ending != "pdf":
        raise NotFound("告知单只有 PDF 一种，请从咨询页面下载。")
    found = await consultation.consult(bundle, region, answers_of(request), at=clock.now())
    content = await sheet_in_both(consultation.sheet_content(found, clock.today()), region)
    return pdf(await printing.kept("notices/sheet.html", content), f"{content['title']}.pdf")


@get("/consult/{region:str}/{bundle:str}/form.pdf")
async def form(request: Req, region: FromPath[str], bundle: FromPath[str]) -> Response[bytes]:
    """The merged application form of this situation, blank or as a filled sample."""
    found = await consultation.consult(bundle, region, answers_of(request), at=clock.now())
    mode = mode_of(request)
    content = printouts.application_form(
        found.edition, found.plan, found.answers, mode=mode, on=clock.today(), code=found.code
    )
    return pdf(await printing.kept("notices/form.html", content), f"{content['title']}.pdf")


@get("/consult/{region:str}/{bundle:str}/papers/{name:str}")
async def paper(request: Req, region: FromPath[str], bundle: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """A paper that the system prints: blank, or as a filled sample."""
    found = await consultation.consult(bundle, region, answers_of(request), at=clock.now())
    material, _, _ = name.rpartition(".")
    content = printouts.paper_form(found.edition, material, found.answers, mode=mode_of(request), on=clock.today())
    return pdf(await printing.kept("notices/paperform.html", content), f"{content['title']}.pdf")


def mode_of(request: Req) -> str:
    """Blank, unless a sample is asked for."""
    return "sample" if "sample" in request.query_params else "blank"


@get("/s/{code:str}")
async def by_code(code: FromPath[str]) -> Redirect:
    """A sheet's code opens the live page as it was answered."""
    found = await consultation.by_code(code, at=clock.now())
    bundle = found.edition.bundle
    return see(address(bundle.region, bundle.id, dict(found.answers)))


@get("/s")
async def by_typed_code(request: Req) -> Redirect:
    """The code as somebody typed it on the start page."""
    return see(f"/s/{quote(request.query_params.get('code', '').strip() or '-', safe='')}")


router = Router(
    "/", route_handlers=[start, consult, sheet, form, paper, by_code, by_typed_code], include_in_schema=False
)
