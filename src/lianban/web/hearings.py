"""Hearings on the task's page, from the right told to the signed record; the applicant's side behind the code."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import hearings
from lianban.casework.attachments import Attachment
from lianban.errors import Conflict, Invalid, NotFound
from lianban.outside import clock
from lianban.outside.clock import SHANGHAI
from lianban.outside.storage import store
from lianban.rules.actors import HOLDER, Actor
from lianban.web.answers import address, let_in
from lianban.web.context import Req, address_of, see
from lianban.web.files import file
from lianban.web.forms import Form
from lianban.web.limits import day, step
from lianban.web.signin import require
from lianban.web.tasks import POSTS
from lianban.web.tracking import behind_code, tracking_page

STEPS = (
    "hearing",
    "hearing/application",
    "hearing/waiver",
    "hearing/call",
    "hearing/recusal",
    "hearing/recusal-decision",
    "hearing/record",
    "hearing/answer",
)


@get([f"/tasks/{{task_id:uuid}}/{one}" for one in STEPS])
async def back_to_task(task_id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the task."""
    return see(f"/tasks/{task_id}")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Invalid("页面内容不完整，请刷新页面后再试。") from error


@post("/tasks/{task_id:uuid}/hearing")
async def tell(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """告知听证权利, or announce a hearing."""
    person, sent = require(request, *POSTS), await Form.of(request)
    verb = hearings.tell(
        task_id,
        reason=sent.text("hearing-reason"),
        interested=sent.text("hearing-interested"),
        ground=sent.text("hearing-ground") or "interest",
        by=person,
        at=clock.now(),
    )
    return await step(request, task_id, "hearing", verb, sent)


@post("/tasks/{task_id:uuid}/hearing/application")
async def applied(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """收到听证申请."""
    person, sent = require(request, *POSTS), await Form.of(request)
    verb = hearings.applied(task_id, party=_id(sent.text("party")), by=person, at=clock.now())
    return await step(request, task_id, "hearing", verb, sent)


@post("/tasks/{task_id:uuid}/hearing/waiver")
async def waived(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """表示不要求听证."""
    person, sent = require(request, *POSTS), await Form.of(request)
    verb = hearings.waived(task_id, party=_id(sent.text("party")), by=person, at=clock.now())
    return await step(request, task_id, "hearing", verb, sent)


async def _call(task_id: UUID, sent: Form, person: Actor) -> None:
    await hearings.call(
        task_id,
        held_on=day(sent.text("hearing-held_on"), "held_on"),
        hour=sent.text("hearing-hour"),
        place=sent.text("hearing-place"),
        presider=sent.text("hearing-presider"),
        closed=sent.text("hearing-closed"),
        changed=sent.text("hearing-changed"),
        by=person,
        at=clock.now(),
    )


@post("/tasks/{task_id:uuid}/hearing/call")
async def call(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """发出听证通知."""
    person, sent = require(request, *POSTS), await Form.of(request)
    return await step(request, task_id, "hearing", _call(task_id, sent, person), sent)


@post("/tasks/{task_id:uuid}/hearing/recusal")
async def recusal(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """登记回避申请."""
    person, sent = require(request, *POSTS), await Form.of(request)
    asker, reason = sent.text("hearing-asker"), sent.text("hearing-challenge")
    verb = hearings.challenge(task_id, asker=asker, reason=reason, by=person, at=clock.now())
    return await step(request, task_id, "hearing", verb, sent)


@post("/tasks/{task_id:uuid}/hearing/recusal-decision")
async def recusal_decision(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """决定是否回避."""
    person, sent = require(request, *POSTS), await Form.of(request)
    granted, reason = sent.flag("granted"), sent.text("hearing-decision")
    verb = hearings.answer_challenge(task_id, granted=granted, reason=reason, by=person, at=clock.now())
    return await step(request, task_id, "hearing", verb, sent)


async def _hold(task_id: UUID, sent: Form, person: Actor) -> None:
    attended = {_id(name): how for name, how in sent.named("attended.").items()}
    record = hearings.Record(
        recorder=sent.text("hearing-recorder"),
        opinion=sent.text("hearing-opinion"),
        statements=sent.text("hearing-statements"),
        evidence=sent.text("hearing-evidence"),
        recusal=sent.text("hearing-recusal"),
        attended={id: how for id, how in attended.items() if id},
    )
    await hearings.hold(task_id, record, by=person, at=clock.now())


@post("/tasks/{task_id:uuid}/hearing/record")
async def record(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """登记听证笔录."""
    person, sent = require(request, *POSTS), await Form.of(request)
    return await step(request, task_id, "hearing", _hold(task_id, sent, person), sent)


async def _confirm(task_id: UUID, sent: Form, person: Actor) -> None:
    scan = next(iter(sent.files("scan")), None)
    signed = {_id(name): said == "yes" for name, said in sent.named("signed.").items()}
    await hearings.confirm(
        task_id,
        signed={id: said for id, said in signed.items() if id},
        refusal=sent.text("hearing-refusal"),
        scan=Attachment(scan.filename, await scan.read()) if scan else None,
        by=person,
        at=clock.now(),
    )


@get("/tasks/{task_id:uuid}/hearing/confirmation")
async def back_from_confirmation(task_id: FromPath[UUID]) -> Redirect:
    """As above; an address belongs to one router."""
    return see(f"/tasks/{task_id}")


@post("/tasks/{task_id:uuid}/hearing/confirmation")
async def confirm(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """登记签字的笔录."""
    person, sent = require(request, *POSTS), await Form.of(request)
    return await step(request, task_id, "hearing", _confirm(task_id, sent, person), sent)


@get("/tasks/{task_id:uuid}/hearing/signed")
async def signed(request: Req, task_id: FromPath[UUID]) -> Response[bytes]:
    """The scan of the signed record."""
    person = require(request, *POSTS)
    key, name, media_type = await hearings.open_signed(task_id, by=person, at=clock.now(), address=address_of(request))
    return file(await store().open(key), name, media_type)


async def _answer(task_id: UUID, sent: Form, person: Actor) -> None:
    on = day(sent.text("hearing-applied_on"), "applied_on")
    await hearings.declined(
        task_id,
        asker=sent.text("hearing-asker"),
        applied_on=datetime(on.year, on.month, on.day, tzinfo=SHANGHAI),
        reason=sent.text("hearing-answer"),
        by=person,
        at=clock.now(),
    )


@post("/tasks/{task_id:uuid}/hearing/answer")
async def answer(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """出具听证申请答复书."""
    person, sent = require(request, *POSTS), await Form.of(request)
    return await step(request, task_id, "hearing", _answer(task_id, sent, person), sent)


@post("/c/{number:str}/hearings/{task_id:uuid}/{wish:str}")
async def applicants(
    request: Req, number: FromPath[str], task_id: FromPath[UUID], wish: FromPath[str]
) -> Redirect | Template:
    """The applicant asks for the hearing, wants none, or challenges its presider, with the query code."""

    async def act(code: str) -> Redirect | Template:
        case_id, sent = await let_in(request, number, code), await Form.of(request)
        if not any(one.task_id == task_id for one in await hearings.of_case(case_id, at=clock.now())):
            raise NotFound("没有找到这个事项的听证，请刷新页面。")
        at = clock.now()
        try:
            if wish == "application":
                await hearings.applied(task_id, channel="online", by=HOLDER, at=at)
            elif wish == "waiver":
                await hearings.waived(task_id, by=HOLDER, at=at)
            elif wish == "recusal":
                await hearings.challenge(task_id, asker="申请人", reason=sent.text("challenge"), by=HOLDER, at=at)
            else:
                raise NotFound("没有这个操作。")
        except (Conflict, Invalid) as refusal:
            return await tracking_page(request, number, code, fault=refusal, typed=sent.named(""))
        return see(address(number, code, done=f"hearing-{wish}") + "#hearings")

    return await behind_code(request, number, act)


router = Router(
    "/",
    route_handlers=[
        back_to_task,
        tell,
        applied,
        waived,
        call,
        recusal,
        recusal_decision,
        record,
        signed,
        answer,
        applicants,
    ],
    include_in_schema=False,
)
with_files = Router("/", route_handlers=[back_from_confirmation, confirm], include_in_schema=False)
