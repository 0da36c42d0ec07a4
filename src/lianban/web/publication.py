"""Texts are screened before anybody else reads them; the figures of a month are published."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.errors import Conflict, Invalid, NotFound, Refusal
from lianban.feedback import publication
from lianban.feedback.publication.deciding import Choice
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from lianban.web import voice
from lianban.web.context import Req, page, see
from lianban.web.forms import Form
from lianban.web.signin import require

HOME = "/ratings/publication"
STATES = (
    ("waiting", "待审核的评价"),
    ("problems", "待审核的整改结果"),
    ("published", "已公开"),
    ("withheld", "不公开"),
    ("withdrawn", "已撤下"),
)


async def listing(
    request: Req,
    person: Actor,
    *,
    state: str = "",
    fault: Refusal | None = None,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> Template:
    """One of the five lists; what was typed stays with the text it was about."""
    known = dict(STATES)
    wanted = state or request.query_params.get("state", "")
    shown = wanted if wanted in known else "waiting"
    after = request.query_params.get("after", "")
    lists: dict[str, Any] = {"waiting": [], "decided": []}
    if shown in ("waiting", "problems"):
        kind = "rating" if shown == "waiting" else "problem"
        lists["waiting"], rest = await publication.waiting(kind, by=person, after=after)
    else:
        lists["decided"], rest = await publication.decided(shown, by=person, after=after)
    today = clock.today()
    return page(
        request,
        "ratings/publication.html",
        {**lists, "rest": rest},
        tabs=voice.tabs(person, HOME),
        states=STATES,
        state=shown,
        region=person.region,
        months=await publication.months_of(person.region),
        last_month=date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1),
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed or {},
        status=status,
    )


@get(HOME)
async def publications(request: Req) -> Template:
    """What waits, and what was decided."""
    return await listing(request, require(request, Role.SUPERVISOR))


@get([f"{HOME}/{{kind:str}}/{{id:uuid}}", f"{HOME}/{{id:uuid}}/withdrawal", f"{HOME}/months", f"{HOME}/chosen"])
async def back() -> Redirect:
    """A reload of an answer to a refused step leads back to the list."""
    return see(HOME)


@post(f"{HOME}/{{kind:str}}/{{id:uuid}}")
async def decide(request: Req, kind: FromPath[str], id: FromPath[UUID]) -> Redirect | Template:
    """公开、不公开."""
    person, sent = require(request, Role.SUPERVISOR), await Form.of(request)
    choice = Choice(sent.text("decision") == "publish", sent.text("reason"), tuple(sent.text("hide").split()))
    try:
        if sent.text("decision") not in ("publish", "withhold"):
            raise Invalid("请选择公开或者不公开。")
        await publication.decide(kind, id, choice, by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        state = _back(sent, kind)
        return await listing(
            request, person, state=state, fault=fault, typed={**sent.named(""), "about": str(id)}, status=422
        )
    return see(f"{HOME}?state={_back(sent, kind)}")


@post(f"{HOME}/chosen")
async def publish_chosen(request: Req) -> Redirect | Template:
    """公开勾选的: each was looked at on the page and stands as it was shown there."""
    person, sent = require(request, Role.SUPERVISOR), await Form.of(request)
    kind, state = sent.text("kind"), _back(sent, sent.text("kind"))
    chosen = sent.ids("chosen")
    try:
        if not chosen:
            raise Invalid("请先勾选要公开的文字。")
        for id in chosen:
            await publication.decide(kind, id, Choice(True), by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        return await listing(request, person, state=state, fault=fault, status=422)
    return see(f"{HOME}?state={state}")


@post(f"{HOME}/{{id:uuid}}/withdrawal")
async def withdraw(request: Req, id: FromPath[UUID]) -> Redirect | Template:
    """撤下."""
    person, sent = require(request, Role.SUPERVISOR), await Form.of(request)
    try:
        await publication.withdraw(id, sent.text("reason"), by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        typed = {**sent.named(""), "about": str(id)}
        return await listing(request, person, state="published", fault=fault, typed=typed, status=422)
    return see(f"{HOME}?state=withdrawn")


@post(f"{HOME}/months")
async def issue(request: Req) -> Redirect | Template:
    """公布一个月的数字."""
    person, sent = require(request, Role.SUPERVISOR), await Form.of(request)
    try:
        month = date.fromisoformat(f"{sent.text('month')}-01")
    except ValueError as error:
        raise NotFound("没有这个月份，请刷新页面后再试。") from error
    try:
        await publication.issue_month(month, by=person, at=clock.now())
    except Conflict as fault:
        return await listing(request, person, fault=fault, status=422)
    return see(f"/voice/{person.region}?month={month:%Y-%m}")


def _back(sent: Form, kind: str) -> str:
    """The list from which a decision came."""
    state = sent.text("state")
    return state if state in dict(STATES) else "waiting" if kind == "rating" else "problems"


router = Router(
    "/", route_handlers=[publications, back, decide, publish_chosen, withdraw, issue], include_in_schema=False
)
