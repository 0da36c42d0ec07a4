"""The applicant answers online, with number and query code: a correction notice, and materials that were to follow.

Everything typed or chosen is taken as far as it can be, one thing after the other; what cannot be taken keeps its place
on the page with the sentence why. Sending the same again changes nothing.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import corrections, tracking
from lianban.casework.corrections import CorrectionView, GapView
from lianban.casework.joining import joined
from lianban.casework.promises import tolerance
from lianban.errors import Conflict, Forbidden, Invalid
from lianban.outside import clock
from lianban.outside.settings import settings
from lianban.rules.actors import HOLDER
from lianban.web.context import Req, address_of, once, page, see
from lianban.web.forms import Form
from lianban.web.tracking import behind_code, code_of

PATIENCE = 3
"""Whoever answers asks more often than whoever looks: so many times the limit of a look."""
MEGABYTE = 1_048_576


async def let_in(request: Req, number: str, code: str) -> UUID:
    """The case behind number and code. Raises Unknown, TooOften."""
    return await tracking.opened(number, code, address=address_of(request), at=clock.now(), patience=PATIENCE)


def address(number: str, code: str, part: str = "", **more: str) -> str:
    """An address of the applicant's side, the code in it."""
    return f"/c/{quote(number, safe='')}{part}?{urlencode({'code': code, **more})}"


@dataclass
class Faults:
    """What could not be taken, each with its sentence at its place."""

    fields: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)

    def note(self, name: str, fault: Invalid) -> None:
        """A refusal of the field `name`."""
        self.fields[name] = fault.fields.get(name) or fault.sentence

    @property
    def refusal(self) -> Invalid | None:
        """All of it as one refusal, None when everything was taken."""
        if not self.fields:
            return None
        return Invalid(f"有 {len(self.fields)} 处没有保存，请按提示修改。其他内容已经保存。", self.fields)


async def correction_page(
    request: Req, found: CorrectionView, code: str, *, fault: Invalid | None = None, typed: dict[str, str] | None = None
) -> Template:
    """What is to be corrected, each thing with the place to do it."""
    return page(
        request,
        "tracking/correction.html",
        found=found,
        things=things(found),
        query=urlencode({"code": code}),
        back=address(found.number, code),
        key=once(),
        fault=fault,
        problems=dict(fault.fields) if fault else {},
        typed=typed or {},
        upload_mb=settings().upload_mb,
        status=422 if fault else 200,
    )


@get("/c/{number:str}/correction")
async def correction(request: Req, number: FromPath[str]) -> Redirect | Template:
    """The notice to be answered."""

    async def show(code: str) -> Redirect | Template:
        case_id = await let_in(request, number, code)
        try:
            found = await corrections.open_correction(case_id, by=HOLDER, at=clock.now())
        except Conflict:
            return see(address(number, code))
        return await correction_page(request, found, code)

    return await behind_code(request, number, show)


@post("/c/{number:str}/correction")
async def save(request: Req, number: FromPath[str]) -> Redirect | Template:
    """Save whatever was typed or chosen, for one gap or for all of them."""

    async def act(code: str) -> Redirect | Template:
        case_id = await let_in(request, number, code)
        sent = await Form.of(request)
        try:
            found = await corrections.open_correction(case_id, by=HOLDER, at=clock.now())
            faults = await take(found, sent)
        except (Conflict, Forbidden):
            return see(address(number, code))
        if faults.refusal:
            fresh = await corrections.open_correction(case_id, by=HOLDER, at=clock.now())
            return await correction_page(request, fresh, code, fault=faults.refusal, typed=faults.typed)
        return see(f"{address(number, code, '/correction')}#g-{sent.text('gap')}")

    return await behind_code(request, number, act)


@post("/c/{number:str}/correction/submission")
async def submit(request: Req, number: FromPath[str]) -> Redirect | Template:
    """全部补齐，提交: save what is on the page, then hand the whole answer in."""

    async def act(code: str) -> Redirect | Template:
        case_id = await let_in(request, number, code)
        sent = await Form.of(request)
        try:
            found = await corrections.open_correction(case_id, by=HOLDER, at=clock.now())
        except Conflict:
            # A second click: the first has handed it in.
            return see(address(number, code))
        try:
            faults = await take(found, sent)
            if faults.refusal is None:
                await corrections.finish(case_id, channel="online", by=HOLDER, at=clock.now(), key=sent.text("key"))
                return see(address(number, code, done="correction"))
            refusal = faults.refusal
        except Invalid as fault:
            refusal = fault
        except (Conflict, Forbidden):
            return see(address(number, code))
        fresh = await corrections.open_correction(case_id, by=HOLDER, at=clock.now())
        return await correction_page(request, fresh, code, fault=refusal, typed=faults.typed)

    return await behind_code(request, number, act)


@get("/c/{number:str}/correction/submission")
async def back_to_correction(request: Req, number: FromPath[str]) -> Redirect:
    """A reload of an answer to a refused submission leads back to the page."""
    return see(address(number, code_of(request), "/correction"))


def things(found: CorrectionView) -> list[list[GapView]]:
    """The gaps, those about one and the same field or material together: it is brought once."""
    together: dict[tuple[str, str], list[GapView]] = {}
    for gap in found.gaps:
        together.setdefault((gap.kind, gap.subject if gap.kind != "other" else gap.key), []).append(gap)
    return list(together.values())


async def take(found: CorrectionView, sent: Form) -> Faults:
    """Take what was sent for each gap, each in a step of its own. Raises Conflict, Forbidden."""
    faults = Faults()
    for gap in found.gaps:
        assert gap.id is not None
        name = f"gap.{gap.id}"
        text = sent.text(name)
        try:
            if gap.kind == "material":
                for scan in sent.files(name):
                    data = await scan.read()
                    await corrections.supply_material(
                        found.case_id, gap.id, scan.filename, data, channel="online", by=HOLDER, at=clock.now()
                    )
            elif text and _new(gap, text):
                supply = corrections.supply_field if gap.kind == "field" else corrections.supply_statement
                await supply(found.case_id, gap.id, text, channel="online", by=HOLDER, at=clock.now())
        except Invalid as fault:
            faults.note(name, fault)
            faults.typed[name] = text
    return faults


def _new(gap: GapView, text: str) -> bool:
    """Whether this says anything that is not there already."""
    return text != gap.statement


async def later_page(request: Req, number: str, code: str, case_id: UUID, *, fault: Invalid | None = None) -> Template:
    """The materials that are still to come."""
    found = await tolerance.tolerances(case_id, clock.now())
    return page(
        request,
        "tracking/later.html",
        number=number,
        found=found,
        online=await tracking.online(case_id),
        query=urlencode({"code": code}),
        back=address(number, code),
        key=once(),
        fault=fault,
        problems=dict(fault.fields) if fault else {},
        upload_mb=settings().upload_mb,
        status=422 if fault else 200,
    )


@get("/c/{number:str}/later")
async def later(request: Req, number: FromPath[str]) -> Template:
    """What may still follow."""

    async def show(code: str) -> Template:
        return await later_page(request, number, code, await let_in(request, number, code))

    return await behind_code(request, number, show)


@post("/c/{number:str}/later")
async def make_up(request: Req, number: FromPath[str]) -> Redirect | Template:
    """补交: the files that were chosen for each material."""

    async def act(code: str) -> Redirect | Template:
        case_id = await let_in(request, number, code)
        sent, faults, taken = await Form.of(request), Faults(), 0
        # What has come already stays welcome: a second click changes nothing.
        known = {one.material for one in await tolerance.tolerances(case_id, clock.now())}
        if not await tracking.online(case_id):
            return see(address(number, code))
        for name in sent.names("file."):
            material = name.removeprefix("file.")
            files = [(scan.filename, await scan.read()) for scan in sent.files(name)]
            if not files or material not in known:
                continue
            try:
                whole, data = await asyncio.to_thread(joined, files, limit=settings().upload_mb * MEGABYTE)
                await tolerance.make_up(
                    case_id, material, whole, data, channel="online", by=HOLDER, at=clock.now(), key=""
                )
                taken += 1
            except (Invalid, Conflict) as refusal:
                faults.note(name, Invalid(refusal.sentence))
        if not taken and not faults.fields:
            first = next((one for one in sent.names("file.")), "file.")
            faults.note(first, Invalid("还没有选择文件。请选择补交材料的照片或者扫描件。"))
        if faults.refusal:
            return await later_page(request, number, code, case_id, fault=faults.refusal)
        return see(address(number, code, done="later"))

    return await behind_code(request, number, act)


router = Router(
    "/", route_handlers=[correction, save, submit, back_to_correction, later, make_up], include_in_schema=False
)
