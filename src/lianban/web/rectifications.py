"""整改 on pages: lists by what is to be done, one problem with all its steps, and a button for each that is open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework.attachments import Attachment
from lianban.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from lianban.feedback import appeals, callbacks, campaigns, rectification
from lianban.feedback.rectification import Filters
from lianban.outside import clock
from lianban.rules.actors import Actor
from lianban.rules.lifecycles import RectificationLife, stage_name
from lianban.web import voice
from lianban.web.context import Req, once, page, see
from lianban.web.files import file
from lianban.web.forms import Form, number
from lianban.web.signin import require

HERE = "/ratings/rectifications"
STATES = {state.id: stage_name(RectificationLife, state.id) for state in RectificationLife.states}


@get(HERE)
async def shown(request: Req) -> Template:
    """The problems that this person may know of, the most urgent first."""
    person, asked = require(request, *voice.EVERYBODY), request.query_params
    try:
        after = UUID(asked["after"]) if asked.get("after") else None
    except ValueError as error:
        raise NotFound("没有这一页，请从列表的第一页重新打开。") from error
    names = ("view", "department", "source", "status", "month")
    filters = Filters(
        **{name: asked.get(name, "").replace("\x00", "") for name in names},
        after=after,
        page=number(asked.get("page", "")) or 1,
    )
    return page(
        request,
        "ratings/rectifications.html",
        tabs=voice.tabs(person, HERE),
        found=await rectification.listing(filters, by=person, at=clock.now()),
        filters=filters,
        states=STATES,
        sources=rectification.SOURCES,
    )


async def problem_page(
    request: Req, person: Actor, id: UUID, *, opened: str = "", fault: Refusal | None = None, sent: Form | None = None
) -> Template:
    """One problem; what was typed into the step `opened` stays when it was refused."""
    at = clock.now()
    found = await rectification.problem(id, by=person, at=at)
    return page(
        request,
        "ratings/rectification.html",
        tabs=voice.tabs(person, HERE),
        one=found,
        appeal=await _appeal(id, person, at) if found.rating_id else None,
        campaign=await campaigns.of_problem(id, by=person),
        callback=await callbacks.of_problem(id, by=person),
        findings=rectification.FINDINGS,
        key=once(),
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=sent.named("") if sent else {},
        opened=opened,
        status=422 if fault else 200,
    )


async def _appeal(id: UUID, person: Actor, at: datetime) -> appeals.Opening | None:
    """Appeals about it, for the unit that has it and the supervision; none for a unit that has passed it on."""
    try:
        return await appeals.opening(id, by=person, at=at)
    except NotFound:
        return None


@get(f"{HERE}/{{id:uuid}}")
async def one(request: Req, id: FromPath[UUID]) -> Template:
    """One problem."""
    return await problem_page(request, require(request, *voice.EVERYBODY), id)


@get(f"{HERE}/{{id:uuid}}/files/{{proof:uuid}}")
async def proof(request: Req, id: FromPath[UUID], proof: FromPath[UUID]) -> Response[bytes]:
    """A proof of a step."""
    found = await rectification.proof(id, proof, by=require(request, *voice.EVERYBODY))
    return file(found.data, found.name, found.media_type)


async def _files(sent: Form) -> list[Attachment]:
    return [Attachment(each.filename, await each.read()) for each in sent.files("files")]


Verb = Callable[[UUID, Form, Actor], Awaitable[None]]


async def _verify(id: UUID, sent: Form, by: Actor) -> None:
    finding = sent.text("finding")
    await rectification.verify(
        id,
        finding,
        sent.text("note"),
        department=None if finding == "unfounded" or sent.text("to") == "later" else _unit(sent),
        files=await _files(sent),
        by=by,
        at=clock.now(),
        key=sent.text("key"),
    )


async def _transfer(id: UUID, sent: Form, by: Actor) -> None:
    await rectification.transfer(id, _unit(sent), by=by, at=clock.now(), key=sent.text("key"))


async def _accept(id: UUID, sent: Form, by: Actor) -> None:
    await rectification.accept(id, by=by, at=clock.now(), key=sent.text("key"))


async def _take_over(id: UUID, sent: Form, by: Actor) -> None:
    await rectification.take_over(id, by=by, at=clock.now(), key=sent.text("key"))


async def _pass_on(id: UUID, sent: Form, by: Actor) -> None:
    await rectification.pass_on(id, _unit(sent), sent.text("reason"), by=by, at=clock.now(), key=sent.text("key"))


async def _send_up(id: UUID, sent: Form, by: Actor) -> None:
    await rectification.send_up(id, sent.text("reason"), by=by, at=clock.now(), key=sent.text("key"))


async def _assign(id: UUID, sent: Form, by: Actor) -> None:
    await rectification.assign(id, _unit(sent), sent.text("reason"), by=by, at=clock.now(), key=sent.text("key"))


async def _ask_extension(id: UUID, sent: Form, by: Actor) -> None:
    await rectification.ask_extension(id, sent.text("reason"), by=by, at=clock.now(), key=sent.text("key"))


async def _extension(id: UUID, sent: Form, by: Actor) -> None:
    if sent.text("answer") == "yes":
        await rectification.grant_extension(id, by=by, at=clock.now(), key=sent.text("key"))
    else:
        await rectification.refuse_extension(id, sent.text("reason"), by=by, at=clock.now(), key=sent.text("key"))


async def _finish(id: UUID, sent: Form, by: Actor) -> None:
    files = await _files(sent)
    await rectification.finish(id, sent.text("note"), files=files, by=by, at=clock.now(), key=sent.text("key"))


async def _reply(id: UUID, sent: Form, by: Actor) -> None:
    files = await _files(sent)
    await rectification.reply(id, sent.text("text"), files=files, by=by, at=clock.now(), key=sent.text("key"))


async def _write_off(id: UUID, sent: Form, by: Actor) -> None:
    await rectification.write_off(id, sent.text("note"), by=by, at=clock.now(), key=sent.text("key"))


def _unit(sent: Form) -> str:
    """The unit that was chosen; the centre's own id is empty and goes as "-". Raises Invalid for none."""
    chosen = sent.text("department")
    if not chosen:
        raise Invalid("请选择承办单位。", {"department": "请选择承办单位。"})
    return "" if chosen == "-" else chosen


VERBS: Mapping[str, Verb] = {
    "verification": _verify,
    "transfer": _transfer,
    "acceptance": _accept,
    "owner": _take_over,
    "passing": _pass_on,
    "return": _send_up,
    "assignment": _assign,
    "extension": _ask_extension,
    "extension-answer": _extension,
    "result": _finish,
    "reply": _reply,
    "write-off": _write_off,
}
"""Address of a step → what it does."""


@post(f"{HERE}/{{id:uuid}}/{{step:str}}")
async def act(request: Req, id: FromPath[UUID], step: FromPath[str]) -> Redirect | Template:
    """One step of a problem."""
    person, sent = require(request, *voice.EVERYBODY), await Form.of(request)
    if step not in VERBS:
        raise NotFound("没有这个操作，请从整改页面重新打开。")
    try:
        await VERBS[step](id, sent, person)
    except (Invalid, Conflict, Forbidden) as fault:
        return await problem_page(request, person, id, opened=step, fault=fault, sent=sent)
    return see(f"{HERE}/{id}")


@get(f"{HERE}/{{id:uuid}}/{{step:str}}")
async def back(id: FromPath[UUID], step: FromPath[str]) -> Redirect:
    """A reload of an answer to a refused step leads back to the problem."""
    return see(f"{HERE}/{id}")


router = Router("/", route_handlers=[shown, one, proof, act, back], include_in_schema=False)
