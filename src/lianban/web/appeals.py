"""差评申诉 on pages: the rated side files with evidence, the supervisor calls the panel together, its members vote."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework.attachments import Attachment
from lianban.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from lianban.feedback import appeals
from lianban.outside import clock
from lianban.outside.storage import store
from lianban.rules.actors import Actor
from lianban.rules.appeals import GROUNDS, VOTES
from lianban.web import voice
from lianban.web.context import Req, once, page, see
from lianban.web.files import file
from lianban.web.forms import Form
from lianban.web.signin import require

HERE = "/ratings/appeals"
STATES = {"open": "正在办理", "done": "已有结论", "all": "全部"}


@get(HERE)
async def listing(request: Req) -> Template:
    """The appeals of the own unit, of the panels one sits on, or of the whole region."""
    person = require(request, *voice.EVERYBODY)
    state = request.query_params.get("state", "open")
    state = state if state in STATES else "open"
    return page(
        request,
        "ratings/appeals.html",
        tabs=voice.tabs(person, HERE),
        lines=await appeals.listing(state, by=person, at=clock.now()),
        states=STATES,
        state=state,
    )


def _asked(request: Req) -> UUID:
    try:
        return UUID(request.query_params.get("rectification", ""))
    except ValueError as error:
        raise NotFound("请从整改记录里打开申诉。") from error


@get(f"{HERE}/new")
async def form(request: Req) -> Template:
    """The form of an appeal against the rating behind a rectification."""
    return await _form(request, require(request, *voice.EVERYBODY), _asked(request))


async def _form(
    request: Req, person: Actor, id: UUID, *, fault: Refusal | None = None, sent: Form | None = None
) -> Template:
    return page(
        request,
        "ratings/appeal_new.html",
        tabs=voice.tabs(person, HERE),
        one=await appeals.opening(id, by=person, at=clock.now()),
        grounds=GROUNDS,
        key=once(),
        fault=fault,
        problems=fault.fields if isinstance(fault, Invalid) else {},
        typed=sent.named("") if sent else {},
        status=422 if fault else 200,
    )


@post(HERE)
async def add(request: Req) -> Redirect | Template:
    """提出申诉."""
    person, sent = require(request, *voice.EVERYBODY), await Form.of(request)
    ids = sent.ids("rectification")
    if not ids:
        raise NotFound("请从整改记录里打开申诉。")
    files = [Attachment(one.filename, await one.read()) for one in sent.files("files")]
    try:
        made = await appeals.file(
            ids[0],
            sent.text("ground"),
            sent.text("statement"),
            files,
            by=person,
            at=clock.now(),
            key=sent.text("key"),
        )
    except (Invalid, Conflict, Forbidden) as fault:
        return await _form(request, person, ids[0], fault=fault, sent=sent)
    return see(f"{HERE}/{made}")


@get(f"{HERE}/{{appeal_id:uuid}}")
async def shown(request: Req, appeal_id: FromPath[UUID]) -> Template:
    """One appeal with all that this person may see and do."""
    return await _shown(request, require(request, *voice.EVERYBODY), appeal_id)


async def _shown(
    request: Req, person: Actor, id: UUID, *, fault: Refusal | None = None, sent: Form | None = None
) -> Template:
    found = await appeals.one(id, by=person, at=clock.now())
    calls = bool({"convene", "replace"} & set(found.steps))
    problems: Mapping[str, str] = fault.fields if isinstance(fault, Invalid) else {}
    return page(
        request,
        "ratings/appeal.html",
        tabs=voice.tabs(person, HERE),
        one=found,
        candidates=await appeals.candidates(id, by=person) if calls else [],
        grounds=GROUNDS,
        votes=VOTES,
        matter_clocks=found.clocks,
        matter_marks=found.marks,
        fault=fault,
        problems=problems,
        typed=sent.named("") if sent else {},
        ticked=set(sent.texts("member")) if sent else set(),
        status=422 if fault else 200,
    )


@post(f"{HERE}/{{appeal_id:uuid}}/panel")
async def convene(request: Req, appeal_id: FromPath[UUID]) -> Redirect | Template:
    """组成评审小组."""
    person, sent = require(request, *voice.EVERYBODY), await Form.of(request)
    try:
        await appeals.convene(appeal_id, sent.texts("member"), by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        return await _shown(request, person, appeal_id, fault=fault, sent=sent)
    return see(f"{HERE}/{appeal_id}")


@post(f"{HERE}/{{appeal_id:uuid}}/replacement")
async def replace(request: Req, appeal_id: FromPath[UUID]) -> Redirect | Template:
    """更换成员."""
    person, sent = require(request, *voice.EVERYBODY), await Form.of(request)
    try:
        await appeals.replace(
            appeal_id, sent.text("leaving"), sent.text("coming"), sent.text("why"), by=person, at=clock.now()
        )
    except (Invalid, Conflict) as fault:
        return await _shown(request, person, appeal_id, fault=fault, sent=sent)
    return see(f"{HERE}/{appeal_id}")


@post(f"{HERE}/{{appeal_id:uuid}}/vote")
async def vote(request: Req, appeal_id: FromPath[UUID]) -> Redirect | Template:
    """表决."""
    person, sent = require(request, *voice.EVERYBODY), await Form.of(request)
    try:
        await appeals.vote(
            appeal_id, sent.text("vote"), sent.text("ground"), sent.text("reason"), by=person, at=clock.now()
        )
    except (Invalid, Conflict) as fault:
        return await _shown(request, person, appeal_id, fault=fault, sent=sent)
    return see(f"{HERE}/{appeal_id}")


@post(f"{HERE}/{{appeal_id:uuid}}/withdrawal")
async def withdraw(request: Req, appeal_id: FromPath[UUID]) -> Redirect | Template:
    """撤回申诉."""
    person, sent = require(request, *voice.EVERYBODY), await Form.of(request)
    try:
        await appeals.withdraw(appeal_id, sent.text("why"), by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        return await _shown(request, person, appeal_id, fault=fault, sent=sent)
    return see(f"{HERE}/{appeal_id}")


@get(f"{HERE}/{{appeal_id:uuid}}/files/{{file_id:uuid}}")
async def attached(request: Req, appeal_id: FromPath[UUID], file_id: FromPath[UUID]) -> Response[bytes]:
    """A piece of evidence."""
    key, name, media_type = await appeals.evidence(appeal_id, file_id, by=require(request, *voice.EVERYBODY))
    return file(await store().open(key), name, media_type)


@get([f"{HERE}/{{appeal_id:uuid}}/{step}" for step in ("panel", "replacement", "vote", "withdrawal")])
async def back(appeal_id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the appeal."""
    return see(f"{HERE}/{appeal_id}")


router = Router(
    "/",
    route_handlers=[listing, form, add, shown, convene, replace, vote, withdraw, attached, back],
    include_in_schema=False,
)
