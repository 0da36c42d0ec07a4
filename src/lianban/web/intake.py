"""The window takes in: one form, one set of materials, one acceptance."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import catalogue, consultation, intake, materials
from lianban.casework.promises.blanks import undertaking
from lianban.errors import Conflict, Invalid, Refusal
from lianban.outside import clock, printing
from lianban.rules import printouts
from lianban.rules.actors import Actor, Role
from lianban.web.context import Req, address_of, once, page, see
from lianban.web.errors import wants_data
from lianban.web.files import file, pdf
from lianban.web.forms import Form, number
from lianban.web.signin import require
from lianban.web.window import window_page

OWN = {"_csrf_token", "key", "file", "material", "edition"}


def values_of(sent: Form) -> dict[str, str]:
    """Everything typed on the intake form, by the names of its fields."""
    return {k: v for k, v in sent.named("").items() if k not in OWN and k != "version" and not k.startswith("scan.")}


def address(case_id: UUID) -> str:
    """The form of a draft."""
    return f"/window/cases/{case_id}/form"


@post("/window/intake")
async def open_draft(request: Req) -> Redirect | Template:
    """A new draft: for a bundle, or with the answers of a sheet."""
    person, at = require(request, Role.CLERK), clock.now()
    sent = await Form.of(request)
    bundle, region, answers = sent.text("bundle"), person.region, {}
    if code := sent.text("code"):
        try:
            found = await consultation.by_code(code, at=at)
        except Refusal as refusal:
            fault = Invalid(refusal.sentence, {"code": refusal.sentence})
            return await window_page(request, person, code=code, fault=fault, status=422)
        bundle, region, answers = found.edition.bundle.id, found.edition.bundle.region, dict(found.answers)
    draft = await intake.open_draft(bundle, region, answers, by=person, at=at, key=sent.text("key"))
    return see(address(draft.case_id))


async def form_page(
    request: Req,
    person: Actor,
    case_id: UUID,
    *,
    fault: Refusal | None = None,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    """The form as it is kept, with every sentence that came back at its field."""
    draft = await intake.draft(case_id, by=person, at=clock.now(), address=address_of(request))
    problems = dict(fault.fields) if isinstance(fault, Invalid) else {}
    return page(
        request,
        "intake/form.html",
        draft=draft,
        base=f"/window/cases/{case_id}",
        key=once(),
        fault=fault,
        problems=problems,
        typed=typed or {},
        privacy=printouts.privacy_notice(await catalogue.edition(draft.edition)),
        shape=shape_of(draft),
        left=left_of(draft),
        saved=f"{draft.saved_by} {draft.saved_at} 保存" if draft.saved_by else "还没有保存",
        status=status,
    )


@get("/window/cases/{case_id:uuid}/form")
async def form(request: Req, case_id: FromPath[UUID]) -> Template:
    """The merged form of a draft."""
    return await form_page(request, require(request, Role.CLERK), case_id)


@get(["/window/cases/{case_id:uuid}/acceptance", "/window/cases/{case_id:uuid}/materials"])
async def back_to_form(case_id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the form."""
    return see(address(case_id))


async def _save(sent: Form, case_id: UUID, person: Actor) -> Any:
    return await intake.save(case_id, values_of(sent), version=number(sent.text("version")), by=person, at=clock.now())


async def _take_scans(sent: Form, case_id: UUID, person: Actor) -> str:
    """Take the scans that were chosen, for any of the materials; the last of these. Raises Invalid at its material."""
    last = sent.text("material")
    for name in sent.names("scan."):
        for scan in sent.files(name):
            last = name.removeprefix("scan.")
            try:
                await materials.add(case_id, last, scan.filename, await scan.read(), by=person, at=clock.now())
            except Invalid as fault:
                raise Invalid(fault.sentence, {f"material.{last}": fault.sentence}) from fault
    return last


@post("/window/cases/{case_id:uuid}/form")
async def save(request: Req, case_id: FromPath[UUID]) -> Redirect | Template | Response[dict[str, Any]]:
    """Keep what was typed; the script asks for the problems as data, the browser for the page."""
    person = require(request, Role.CLERK)
    sent = await Form.of(request)
    if wants_data(request):
        draft = await _save(sent, case_id, person)
        told = {
            "version": draft.version,
            "saved": f"{draft.saved_at} 已保存",
            "problems": field_problems(draft),
            "shape": shape_of(draft),
            "left": left_of(draft),
        }
        return Response(told, media_type="application/json")
    try:
        await _save(sent, case_id, person)
        await _take_scans(sent, case_id, person)
    except (Invalid, Conflict) as fault:
        return await form_page(request, person, case_id, fault=fault, typed=values_of(sent), status=422)
    return see(address(case_id))


def shape_of(draft: intake.DraftView) -> str:
    """Changes when other fields, materials or warnings are to be shown, not when a value does."""
    asked = (*draft.questions, *(field for section in draft.sections for field in section.fields))
    fields = [(f.element, f.required, f.open, f.asked or f.shown) for f in asked]
    papers = [(m.material, m.to_bring, m.required, m.open) for m in draft.materials]
    derived = [(f.element, f.value) for f in draft.derived]
    shown = (fields, papers, derived, draft.duplicates, draft.moved)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:12]


def left_of(draft: intake.DraftView) -> str:
    """How far the draft is from acceptance."""
    if not draft.problems:
        return "都齐了：受理会建立各部门任务，并开具收件凭证和受理通知书。"
    return f"还差 {len(draft.problems)} 处；现在点受理会逐项列出。"


def field_problems(draft: intake.DraftView) -> dict[str, str]:
    """Sentences for what was typed and cannot be taken; not for what is still empty."""
    fields = [*draft.questions, *(f for section in draft.sections for f in section.fields)]
    found = {f.element: f.problem for f in fields if f.problem}
    return found | {f.name: f.problem for p in draft.parties for f in p.fields if f.problem and f.value}


@post("/window/cases/{case_id:uuid}/acceptance")
async def accept(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """Save, scans not sent yet too, then accept; what is missing comes back at its field with everything typed kept."""
    person = require(request, Role.CLERK)
    sent = await Form.of(request)
    try:
        await save_unless_accepted(sent, case_id, person)
        await intake.accept(case_id, by=person, at=clock.now(), key=sent.text("key") or once())
    except (Invalid, Conflict) as fault:
        return await form_page(request, person, case_id, fault=fault, typed=values_of(sent), status=422)
    return see(f"/window/cases/{case_id}")


async def save_unless_accepted(sent: Form, case_id: UUID, person: Actor) -> None:
    """The button pressed twice finds no draft the second time; the verb then tells the first case again, or why not.

    Raises Conflict when saving moved the draft on to an edition that the clerk has not seen yet.
    """
    try:
        draft = await _save(sent, case_id, person)
        await _take_scans(sent, case_id, person)
    except intake.StaleDraft:
        raise
    except Conflict:
        return
    if sent.text("edition") not in ("", draft.edition):
        raise Conflict("办事指南刚刚更新，表单和材料已按新版重新计算。请核对后再受理。")


@post("/window/cases/{case_id:uuid}/discard")
async def discard(request: Req, case_id: FromPath[UUID]) -> Redirect:
    """The draft is of no use any more."""
    await intake.discard(case_id, by=require(request, Role.CLERK), at=clock.now())
    return see("/window?state=draft")


@post("/window/cases/{case_id:uuid}/materials")
async def upload(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """Save what was typed, then take the scans that were chosen, for any of the materials."""
    person = require(request, Role.CLERK)
    sent = await Form.of(request)
    try:
        await _save(sent, case_id, person)
        last = await _take_scans(sent, case_id, person)
    except (Invalid, Conflict) as fault:
        return await form_page(request, person, case_id, fault=fault, typed=values_of(sent), status=422)
    return see(f"{address(case_id)}#f-material.{last}")


@post("/window/cases/{case_id:uuid}/materials/removal")
async def remove(request: Req, case_id: FromPath[UUID]) -> Redirect:
    """Save what was typed, then take one scan away."""
    person = require(request, Role.CLERK)
    sent = await Form.of(request)
    await _save(sent, case_id, person)
    for id in sent.ids("file"):
        await materials.remove(case_id, id, by=person, at=clock.now())
    return see(f"{address(case_id)}#materials")


@get("/window/cases/{case_id:uuid}/materials/{file_id:uuid}")
async def scan(request: Req, case_id: FromPath[UUID], file_id: FromPath[UUID]) -> Response[bytes]:
    """One scan, to look at."""
    found = await materials.open(case_id, file_id, by=require(request), at=clock.now(), address=address_of(request))
    return file(found.data, found.name, found.media_type)


@get("/window/cases/{case_id:uuid}/promise.pdf")
async def promise(request: Req, case_id: FromPath[UUID]) -> Response[bytes]:
    """The written promise that papers will follow, to be signed."""
    content = await undertaking(case_id, by=require(request, Role.CLERK), at=clock.now())
    return pdf(await printing.render("notices/undertaking.html", content), f"{content['title']}.pdf")


router = Router(
    "/",
    route_handlers=[open_draft, form, back_to_form, save, accept, discard, upload, remove, scan, promise],
    include_in_schema=False,
)
