"""Oversight, first step: all cases with their lamps, requests to see a child's record, the journal's proof."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban import journal, oversight, people
from lianban.casework import cases
from lianban.errors import Invalid, NotFound
from lianban.outside import clock
from lianban.rules.actors import Role
from lianban.web.context import Req, only_local, page, see
from lianban.web.forms import Form, number
from lianban.web.signin import require
from lianban.web.window import GROUPS

WATCHERS = (Role.SUPERVISOR, Role.GOVERNMENT_HEAD)
CARD_WATCHERS = (*WATCHERS, Role.AUDITOR)
APPROVERS = (Role.DEPARTMENT_HEAD, Role.SUPERVISOR)
AUDITORS = (Role.AUDITOR, Role.SUPERVISOR)
LOOKS = 100


@get("/oversight")
async def overview(request: Req) -> Template:
    """What this person may watch over."""
    person = require(request, *{*WATCHERS, *APPROVERS, *AUDITORS})
    at = clock.now()
    query = request.query_params
    state, search = query.get("state", "processing"), query.get("q", "").strip()
    filters = cases.Filters(status=state, search=search, page=number(query.get("page", "")) or 1)
    return page(
        request,
        "oversight/overview.html",
        listing=await cases.listing(by=person, at=at, filters=filters) if person.may(*WATCHERS) else None,
        standings=await oversight.standings(by=person) if person.may(*CARD_WATCHERS) else None,
        waiting=(await oversight.listing(by=person)).states if person.may(*CARD_WATCHERS) else {},
        requests=await people.asked_access(by=person, at=at),
        approves=person.may(*APPROVERS),
        audits=person.may(*AUDITORS),
        groups=[group for group in GROUPS if group[0] != "draft"],
        state=state,
        search=search,
        home="/oversight",
    )


@get("/oversight/journal")
async def proof(request: Req) -> Template:
    """Compare the journal, whole or of one case, with its chains and anchors."""
    require(request, *AUDITORS)
    subject = request.query_params.get("subject", "").strip()
    shown = {"subject": subject, "fault": None, "report": None}
    try:
        shown["report"] = await journal.verify(subject or None)
    except NotFound as refusal:
        shown["fault"] = Invalid(refusal.sentence, {"subject": refusal.sentence})
    return page(request, "oversight/journal.html", shown)


@get("/oversight/access")
async def looks(request: Req) -> Template:
    """Who opened which record, when and why; for the auditor."""
    person = require(request, Role.AUDITOR)
    query = request.query_params
    try:
        before = datetime.fromisoformat(query["before"]) if query.get("before") else None
    except ValueError as error:
        raise NotFound("没有这一页，请从第一页重新打开。") from error
    found = await people.access_log(by=person, before=clock.local(before) if before else None, limit=LOOKS + 1)
    rest = found[LOOKS - 1].at.isoformat() if len(found) > LOOKS else ""
    return page(request, "oversight/access.html", looks=found[:LOOKS], rest=rest)


@post("/oversight/access")
async def ask(request: Req) -> Redirect:
    """Ask to open a child's record for a stated purpose."""
    person, sent = require(request), await Form.of(request)
    try:
        case_id = UUID(sent.text("case"))
    except ValueError as error:
        raise NotFound("没有找到这个办件。") from error
    await people.ask_access(case_id, sent.text("purpose"), by=person, at=clock.now())
    back = only_local(sent.text("back"))
    return see(f"{back}{'&' if '?' in back else '?'}asked=1")


@post("/oversight/access/{id:str}/approval")
async def approve(request: Req, id: FromPath[str]) -> Redirect:
    """Let somebody open a child's record for a day."""
    await people.approve_access(id, by=require(request, *APPROVERS), at=clock.now())
    return see("/oversight")


router = Router("/", route_handlers=[overview, proof, looks, ask, approve], include_in_schema=False)
