"""Joint on-site surveys: the list, a new appointment, one visit with its steps, slots and busy times."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework.attachments import Attachment
from lianban.casework.visits import offering, planning, recording, surveying, viewing, wishes
from lianban.errors import Conflict, Forbidden, Invalid, Refusal
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from lianban.rules.policy import parse_limit
from lianban.rules.surveys import Said
from lianban.web.answers import address as follow
from lianban.web.answers import let_in
from lianban.web.context import Req, address_of, once, page, see
from lianban.web.files import file
from lianban.web.forms import Form, number
from lianban.web.signin import require
from lianban.web.tasks import day_of, surveyors_of
from lianban.web.tracking import behind_code, code_of, tracking_page

POSTS = (Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD)
OFFICERS = (Role.APPROVER, Role.DEPARTMENT_HEAD)
STEPS = (
    "change",
    "cancellation",
    "missed",
    "joining",
    "team",
    "beginning",
    "conclusion",
    "leaving",
    "signature",
    "refusal",
)


def address(visit_id: UUID) -> str:
    """The page of a visit."""
    return f"/visits/{visit_id}"


async def list_page(
    request: Req, person: Actor, *, fault: Refusal | None = None, typed: dict[str, str] | None = None, status: int = 200
) -> Template:
    """What is appointed, what waits, and when a department has nobody to send."""
    lines, waiting = await viewing.listed(by=person, at=clock.now())
    return page(
        request,
        "visits/list.html",
        lines=lines,
        waiting=waiting,
        busy=await offering.busy_times(by=person, at=clock.now()),
        officer=person.may(*OFFICERS) and person.department != "",
        clerk=person.may(Role.CLERK),
        today=clock.today().isoformat(),
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed or {},
        status=status,
    )


@get("/visits")
async def visits(request: Req) -> Template:
    """The list of the window or of a department."""
    return await list_page(request, require(request, *POSTS))


@post("/visits/busy")
async def busy(request: Req) -> Redirect | Template:
    """A department has nobody to send."""
    person, sent = require(request, *OFFICERS), await Form.of(request)
    try:
        day = day_of(sent.text("busy_day"), "busy_day")
        await offering.add_busy(
            day=day, half=sent.text("busy_half"), reason=sent.text("busy_reason"), by=person, at=clock.now()
        )
    except Invalid as fault:
        return await list_page(request, person, fault=fault, typed=sent.named(""), status=422)
    return see("/visits#busy")


@post("/visits/busy/{id:uuid}/removal")
async def free(request: Req, id: FromPath[UUID]) -> Redirect:
    """Somebody can be sent after all."""
    await offering.remove_busy(id, by=require(request, *OFFICERS))
    return see("/visits#busy")


@get("/visits/slots")
async def slots(request: Req) -> Template:
    """The slots of the week."""
    return await slots_page(request, require(request, Role.CLERK, Role.ADMINISTRATOR))


async def slots_page(
    request: Req, person: Actor, *, fault: Refusal | None = None, typed: dict[str, str] | None = None, status: int = 200
) -> Template:
    """The slots with how many places each; what was typed stays."""
    found = offering.slot_text(await offering.all_slots(by=person, at=clock.now()))
    problems = dict(fault.fields) if isinstance(fault, Invalid) else {}
    return page(
        request, "visits/slots.html", slots=found, fault=fault, problems=problems, typed=typed or {}, status=status
    )


@post("/visits/slots")
async def set_slots(request: Req) -> Redirect | Template:
    """Decide how many places each slot has."""
    person, sent = require(request, Role.CLERK, Role.ADMINISTRATOR), await Form.of(request)
    try:
        quotas = {UUID(id): -1 if (n := number(text)) is None else n for id, text in sent.named("quota.").items()}
        await offering.set_quotas(quotas, by=person)
    except (Invalid, ValueError) as fault:
        refusal = fault if isinstance(fault, Invalid) else Invalid("页面内容不完整，请刷新页面后再试。")
        return await slots_page(request, person, fault=refusal, typed=sent.named("quota."), status=422)
    return see("/visits")


async def new_page(
    request: Req,
    person: Actor,
    case_id: UUID,
    *,
    fault: Refusal | None = None,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    """The page for a new appointment."""
    return page(
        request,
        "visits/new.html",
        plan=await viewing.proposal(case_id, by=person, at=clock.now(), address=address_of(request)),
        key=once(),
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed or {},
        status=status,
    )


@get("/visits/new")
async def new(request: Req) -> Template | Redirect:
    """A new appointment for the case named in the address."""
    person = require(request, *POSTS)
    try:
        case_id = UUID(request.query_params.get("case", ""))
    except ValueError:
        return see("/visits")
    return await new_page(request, person, case_id)


@post("/visits/new")
async def plan(request: Req) -> Redirect | Template:
    """Appoint one visit for all that wait."""
    person, sent = require(request, *POSTS), await Form.of(request)
    case_id = sent.ids("case")
    if not case_id:
        return see("/visits")
    try:
        slot, _, day = sent.text("slot").partition(" ")
        made = await planning.plan(
            case_id[0],
            slot=slot,
            day=day_of(day, "slot"),
            place=sent.text("place"),
            contact=sent.text("contact"),
            phone=sent.text("phone"),
            note_text=sent.text("note"),
            by=person,
            at=clock.now(),
            key=sent.text("key"),
        )
    except (Invalid, Conflict) as fault:
        return await new_page(request, person, case_id[0], fault=fault, typed=sent.named(""), status=422)
    return see(address(made))


async def visit_page(
    request: Req,
    person: Actor,
    visit_id: UUID,
    *,
    fault: Refusal | None = None,
    typed: dict[str, str] | None = None,
    opened: str = "",
    status: int = 200,
) -> Template:
    """One visit: what is appointed, each department's part, the record."""
    return page(
        request,
        "visits/visit.html",
        visit=await viewing.visit(visit_id, by=person, at=clock.now(), address=address_of(request)),
        base=address(visit_id),
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed or {},
        opened=opened,
        status=status,
    )


@get("/visits/{visit_id:uuid}")
async def visit(request: Req, visit_id: FromPath[UUID]) -> Template:
    """One visit."""
    return await visit_page(request, require(request, *POSTS), visit_id)


@get([f"/visits/{{visit_id:uuid}}/{step}" for step in STEPS])
async def back_to_visit(visit_id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the visit."""
    return see(address(visit_id))


async def _step(request: Req, visit_id: UUID, person: Actor, sent: Form, step: str, run: Any) -> Redirect | Template:
    """Do one step; a refusal comes back to its form with everything typed kept."""
    try:
        await run()
    except (Invalid, Conflict, Forbidden) as fault:
        opened = f"{step} {sent.text('task')}".strip()
        return await visit_page(request, person, visit_id, fault=fault, typed=sent.named(""), opened=opened, status=422)
    return see(address(visit_id))


@post("/visits/{visit_id:uuid}/change")
async def change(request: Req, visit_id: FromPath[UUID]) -> Redirect | Template:
    """改期."""
    person, sent = require(request, *POSTS), await Form.of(request)

    async def run() -> None:
        slot, _, day = sent.text("slot").partition(" ")
        await planning.change(
            visit_id,
            slot=slot,
            day=day_of(day, "slot"),
            reason=sent.text("reason"),
            seen=number(sent.text("version")) or 0,
            by=person,
            at=clock.now(),
        )

    return await _step(request, visit_id, person, sent, "change", run)


@post("/visits/{visit_id:uuid}/cancellation")
async def cancel(request: Req, visit_id: FromPath[UUID]) -> Redirect | Template:
    """取消."""
    person, sent = require(request, *POSTS), await Form.of(request)

    async def run() -> None:
        await planning.cancel(visit_id, reason=sent.text("reason"), by=person, at=clock.now())

    return await _step(request, visit_id, person, sent, "cancel", run)


@post("/visits/{visit_id:uuid}/missed")
async def miss(request: Req, visit_id: FromPath[UUID]) -> Redirect | Template:
    """登记未能进行."""
    person, sent = require(request, *POSTS), await Form.of(request)

    async def run() -> None:
        await planning.miss(visit_id, who=sent.text("who"), reason=sent.text("reason"), by=person, at=clock.now())

    return await _step(request, visit_id, person, sent, "miss", run)


@post("/visits/{visit_id:uuid}/joining")
async def join(request: Req, visit_id: FromPath[UUID]) -> Redirect | Template:
    """后来派发的事项加入."""
    person, sent = require(request, *POSTS), await Form.of(request)

    async def run() -> None:
        await planning.join(visit_id, by=person, at=clock.now())

    return await _step(request, visit_id, person, sent, "join", run)


@post("/visits/{visit_id:uuid}/team")
async def team(request: Req, visit_id: FromPath[UUID]) -> Redirect | Template:
    """指派勘查人员."""
    person, sent = require(request, *OFFICERS), await Form.of(request)

    async def run() -> None:
        await surveying.name_team(visit_id, _task(sent), surveyors_of(sent), by=person, at=clock.now())

    return await _step(request, visit_id, person, sent, "team", run)


@post("/visits/{visit_id:uuid}/beginning")
async def begin(request: Req, visit_id: FromPath[UUID]) -> Redirect | Template:
    """开始勘查."""
    person, sent = require(request, *OFFICERS), await Form.of(request)

    async def run() -> None:
        await surveying.begin(visit_id, _task(sent), by=person, at=clock.now())

    return await _step(request, visit_id, person, sent, "begin", run)


@post("/visits/{visit_id:uuid}/conclusion")
async def conclude(request: Req, visit_id: FromPath[UUID]) -> Redirect | Template:
    """作出勘查结论."""
    person, sent = require(request, *OFFICERS), await Form.of(request)

    async def run() -> None:
        until, length = sent.text("rectify_by"), sent.text("limit")
        said = Said(
            sent.text("conclusion"),
            sent.text("findings"),
            day_of(until, "rectify_by") if until else None,
            parse_limit(length) if length else None,
            sent.text("limit_reason"),
            sent.flag("desk"),
        )
        await surveying.conclude(visit_id, _task(sent), said, by=person, at=clock.now())

    return await _step(request, visit_id, person, sent, "conclude", run)


@post("/visits/{visit_id:uuid}/leaving")
async def leave(request: Req, visit_id: FromPath[UUID]) -> Redirect | Template:
    """退出本次勘查."""
    person, sent = require(request, *POSTS), await Form.of(request)

    async def run() -> None:
        await planning.leave(visit_id, _task(sent), reason=sent.text("reason"), by=person, at=clock.now())

    return await _step(request, visit_id, person, sent, "leave", run)


@post("/visits/{visit_id:uuid}/signature")
async def sign(request: Req, visit_id: FromPath[UUID]) -> Redirect | Template:
    """登记已签名的记录."""
    person, sent = require(request, *POSTS), await Form.of(request)

    async def run() -> None:
        files = sent.files("scan")
        scan = Attachment(files[0].filename, await files[0].read()) if files else None
        await recording.sign(visit_id, signed_by=sent.text("signed_by"), scan=scan, by=person, at=clock.now())

    return await _step(request, visit_id, person, sent, "sign", run)


@post("/visits/{visit_id:uuid}/refusal")
async def refuse(request: Req, visit_id: FromPath[UUID]) -> Redirect | Template:
    """当事人拒绝签名."""
    person, sent = require(request, *POSTS), await Form.of(request)

    async def run() -> None:
        await recording.refuse_signing(
            visit_id,
            reason=sent.text("refused_reason"),
            witness=sent.text("witness"),
            by=person,
            at=clock.now(),
        )

    return await _step(request, visit_id, person, sent, "refuse", run)


@get("/visits/{visit_id:uuid}/signed")
async def signed(request: Req, visit_id: FromPath[UUID]) -> Response[bytes]:
    """The scan of the signed record."""
    found = await recording.signed_sheet(
        visit_id, by=require(request, *POSTS), at=clock.now(), address=address_of(request)
    )
    return file(found.data, found.name, found.media_type)


@get("/c/{number:str}/visits/{visit_id:uuid}/wish")
async def back_to_tracking(request: Req, number: FromPath[str], visit_id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused wish leads back to the case."""
    return see(follow(number, code_of(request)))


@post("/c/{number:str}/visits/{visit_id:uuid}/wish")
async def wish(request: Req, number: FromPath[str], visit_id: FromPath[UUID]) -> Redirect | Template:
    """The applicant wishes another time, with number and query code."""

    async def act(code: str) -> Redirect | Template:
        case_id, sent = await let_in(request, number, code), await Form.of(request)
        try:
            await wishes.wish(
                visit_id,
                case_id=case_id,
                day=day_of(sent.text("wished_on"), "wished_on"),
                half=sent.text("half"),
                reason=sent.text("wish_reason"),
                at=clock.now(),
            )
        except (Invalid, Conflict) as fault:
            return await tracking_page(request, number, code, fault=fault, typed=sent.named(""))
        return see(follow(number, code) + "#visit")

    return await behind_code(request, number, act)


def _task(sent: Form) -> UUID:
    found = sent.ids("task")
    if not found:
        raise Invalid("页面内容不完整，请刷新页面后再试。")
    return found[0]


router = Router(
    "/",
    route_handlers=[
        visits, busy, free, slots, set_slots, new, plan, visit, back_to_visit, change, cancel, miss, join, team, begin,
        conclude, leave, sign, refuse, signed, back_to_tracking, wish,
    ],
    include_in_schema=False,
)  # fmt: skip
