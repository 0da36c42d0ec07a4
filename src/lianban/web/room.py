"""Between receipt and acceptance at the window: take in, hear the departments, tell everything once, take answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import corrections, intake
from lianban.casework.promises import blanks
from lianban.errors import Conflict, Invalid, Refusal
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from lianban.web.context import Req, address_of, once, page, see
from lianban.web.forms import Form
from lianban.web.intake import form_page, save_unless_accepted, values_of
from lianban.web.signin import require

SCREENINGS = {
    "pending": ("待核对", "amber", "▲"),
    "clear": ("核对无误", "green", "✓"),
    "gaps": ("需要补正", "red", "■"),
    "over": ("已结束", "grey", "○"),
}
CHANNELS = (("window", "申请人到窗口"), ("mail", "邮寄收到"))


def address(case_id: UUID) -> str:
    """The work room of a received case."""
    return f"/window/cases/{case_id}/room"


@post("/window/cases/{case_id:uuid}/receipt")
async def receive(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """Save, then take in; what even a receipt needs comes back at its field with everything typed kept."""
    person = require(request, Role.CLERK)
    sent = await Form.of(request)
    try:
        await save_unless_accepted(sent, case_id, person)
        await intake.receive(case_id, by=person, at=clock.now(), key=f"{sent.text('key') or once()}r")
    except (Invalid, Conflict) as fault:
        return await form_page(request, person, case_id, fault=fault, typed=values_of(sent), status=422)
    return see(address(case_id))


async def room_page(
    request: Req,
    person: Actor,
    case_id: UUID,
    *,
    fault: Refusal | None = None,
    typed: dict[str, str] | None = None,
    opened: str = "",
    status: int = 200,
) -> Template:
    """The work room, with every sentence that came back at its field and everything typed kept."""
    found = await corrections.room(case_id, by=person, at=clock.now(), address=address_of(request))
    return page(
        request,
        "intake/room.html",
        case=found,
        offers=await blanks.offers(case_id, by=person, at=clock.now()),
        base=f"/window/cases/{case_id}",
        key=once(),
        SCREENINGS=SCREENINGS,
        channels=CHANNELS,
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed or {},
        opened=opened,
        status=status,
    )


@get("/window/cases/{case_id:uuid}/room")
async def room(request: Req, case_id: FromPath[UUID]) -> Template | Redirect:
    """The work room; a case that is neither received nor being corrected has its own page."""
    person = require(request, Role.CLERK)
    try:
        return await room_page(request, person, case_id)
    except Conflict:
        return see(f"/window/cases/{case_id}")


STEPS = ("receipt", "room/notice", "room/acceptance", "room/spot", "room/answer", "room/answered")


@get([f"/window/cases/{{case_id:uuid}}/{step}" for step in STEPS])
async def back_to_room(case_id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the work room."""
    return see(address(case_id))


def drops_of(sent: Form) -> dict[UUID, str]:
    """The reports that are not to be told, each with its reason. Raises Invalid when a name is none of ours."""
    try:
        return {UUID(id): sent.text(f"drop.{id}") for id in sent.named("tell.") if not sent.flag(f"tell.{id}")}
    except ValueError as error:
        raise Invalid("页面内容不完整，请刷新页面后再试。") from error


def wording_of(sent: Form) -> dict[UUID, tuple[str, str]]:
    """The words of the reports that are to be told."""
    try:
        told = [UUID(id) for id in sent.named("tell.") if sent.flag(f"tell.{id}")]
    except ValueError as error:
        raise Invalid("页面内容不完整，请刷新页面后再试。") from error
    return {id: (sent.text(f"problem.{id}"), sent.text(f"remedy.{id}")) for id in told}


@post("/window/cases/{case_id:uuid}/room/notice")
async def notify(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """一次告知补正."""
    person = require(request, Role.CLERK)
    sent = await Form.of(request)
    try:
        await corrections.notify(
            case_id,
            drops=drops_of(sent),
            wording=wording_of(sent),
            early_reason=sent.text("early_reason"),
            by=person,
            at=clock.now(),
            key=sent.text("key"),
        )
    except (Invalid, Conflict) as fault:
        return await _again(request, person, case_id, sent, fault)
    return see(address(case_id))


@post("/window/cases/{case_id:uuid}/room/acceptance")
async def accept(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """受理; what is not told needs its reason first."""
    person = require(request, Role.CLERK)
    sent = await Form.of(request)
    try:
        if drops := drops_of(sent):
            await corrections.drop(case_id, drops, by=person, at=clock.now())
        await intake.accept(
            case_id,
            not_duplicate=sent.text("duplicate"),
            by=person,
            at=clock.now(),
            key=f"{sent.text('key')}a",
        )
    except (Invalid, Conflict) as fault:
        return await _again(request, person, case_id, sent, fault)
    return see(f"/window/cases/{case_id}")


@post("/window/cases/{case_id:uuid}/room/spot")
async def correct(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """当场更正."""
    person = require(request, Role.CLERK)
    sent = await Form.of(request)
    try:
        await corrections.correct(
            case_id, sent.text("element"), sent.text("value"), sent.text("reason"), by=person, at=clock.now()
        )
    except (Invalid, Conflict) as fault:
        return await _again(request, person, case_id, sent, fault, opened="spot")
    return see(f"{address(case_id)}#spot")


@post("/window/cases/{case_id:uuid}/room/answer")
async def answer(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """Keep what the applicant has brought so far."""
    person = require(request, Role.CLERK)
    sent = await Form.of(request)
    try:
        await _supply(sent, case_id, person)
    except (Invalid, Conflict) as fault:
        return await _again(request, person, case_id, sent, fault)
    return see(address(case_id))


@post("/window/cases/{case_id:uuid}/room/answered")
async def answered(request: Req, case_id: FromPath[UUID]) -> Redirect | Template:
    """补正完毕: keep what was brought, then the answer is whole."""
    person = require(request, Role.CLERK)
    sent = await Form.of(request)
    try:
        await _supply(sent, case_id, person)
        channel, at = sent.text("channel") or "window", clock.now()
        came = sent.arrival(at)
        await corrections.finish(case_id, channel=channel, arrived=came, by=person, at=at, key=f"{sent.text('key')}f")
    except (Invalid, Conflict) as fault:
        return await _again(request, person, case_id, sent, fault)
    return see(address(case_id))


async def _supply(sent: Form, case_id: UUID, person: Actor) -> None:
    """Everything that was typed, scanned or ticked, gap by gap. Raises Invalid with all that cannot be taken."""
    arrived = sent.arrival(clock.now())
    try:
        told = await corrections.open_correction(case_id, arrived=arrived, by=person, at=clock.now())
    except Conflict:
        # The button pressed twice: the first one has finished the answer.
        return
    channel, wrong = sent.text("channel") or "window", dict[str, str]()
    for gap in told.gaps:
        if gap.id is None:
            continue
        try:
            await _supply_one(sent, case_id, gap, channel, arrived, person)
        except Invalid as fault:
            wrong |= fault.fields or {f"gap.{gap.id}": fault.sentence}
    if wrong:
        raise Invalid(f"有 {len(wrong)} 处没有保存，请按提示改正。", wrong)


async def _supply_one(
    sent: Form, case_id: UUID, gap: corrections.GapView, channel: str, arrived: datetime | None, person: Actor
) -> None:
    assert gap.id is not None
    given: dict[str, Any] = {"channel": channel, "arrived": arrived, "by": person, "at": clock.now()}
    text = sent.text(f"gap.{gap.id}")
    if gap.kind == "field":
        if text and gap.field and text != gap.field.value:
            await corrections.supply_field(case_id, gap.id, text, **given)
    elif gap.kind == "other":
        if text and text != gap.statement:
            await corrections.supply_statement(case_id, gap.id, text, **given)
    else:
        for scan in sent.files(f"scan.{gap.id}"):
            await corrections.supply_material(case_id, gap.id, scan.filename, await scan.read(), **given)
        if sent.flag(f"original.{gap.id}") and gap.status != "supplied":
            await corrections.supply_original(case_id, gap.id, **given)


async def _again(
    request: Req, person: Actor, case_id: UUID, sent: Form, fault: Refusal, *, opened: str = ""
) -> Template | Redirect:
    """The room with the fault; a case that meanwhile is in no room any more tells the fault on the error page."""
    try:
        return await room_page(request, person, case_id, fault=fault, typed=sent.named(""), opened=opened, status=422)
    except Conflict:
        raise fault from None


router = Router(
    "/",
    route_handlers=[receive, room, back_to_room, notify, accept, correct, answer, answered],
    include_in_schema=False,
)
