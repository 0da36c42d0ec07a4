"""有事您说话: the list, a request with its steps, entering one at the window."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import catalogue
from lianban.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from lianban.feedback import difficulties
from lianban.feedback.difficulties import Filters, Request
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from lianban.rules.difficulties import CATEGORIES, GROUPS, RESULTS, taxonomy
from lianban.web.context import Req, address_of, once, page, see
from lianban.web.forms import Form, number
from lianban.web.signin import require

USERS = (Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD, Role.SUPERVISOR, Role.GOVERNMENT_HEAD, Role.AUDITOR)
WRITERS = (Role.CLERK, Role.SUPERVISOR)
TABS = (
    ("/difficulties", "诉求", USERS),
    ("/difficulties/figures", "统计", USERS),
    ("/difficulties/duty", "窗口值班", WRITERS),
    ("/difficulties/supervision", "督办记录", (Role.SUPERVISOR, Role.GOVERNMENT_HEAD, Role.AUDITOR)),
)

Step = Callable[[UUID, Form, Actor, datetime], Awaitable[Any]]


def tabs(person: Actor, here: str) -> list[tuple[str, str, bool]]:
    """Address, word and "here" of the tabs that this person's posts open."""
    open = [(to, word) for to, word, roles in TABS if person.may(*roles)]
    return [(to, word, to == here) for to, word in open if not person.department or to != "/difficulties/duty"]


@get("/difficulties")
async def shown(request: Req) -> Template:
    """The list."""
    person, query = require(request, *USERS), request.query_params
    try:
        before = UUID(query["before"]) if query.get("before") else None
    except ValueError as error:
        raise NotFound("没有这一页，请从第一页开始。") from error
    filters = Filters(
        tab=query.get("tab", "" if query.get("figure") else "todo"),
        group=query.get("group", ""),
        cause=query.get("cause", ""),
        month=query.get("month", ""),
        figure=query.get("figure", ""),
        search=query.get("search", ""),
        before=before,
    )
    kept = {name: value for name, value in query.items() if name != "before" and value}
    return page(
        request,
        "difficulties/list.html",
        found=await difficulties.listing(filters, by=person, at=clock.now()),
        filters=filters,
        tabs=tabs(person, "/difficulties"),
        states=difficulties.STATES,
        lists=difficulties.TABS,
        groups=GROUPS,
        figures=difficulties.FIGURES,
        causes=taxonomy().causes,
        writes=not person.department and person.may(*WRITERS),
        query=urlencode(kept),
    )


async def new_page(request: Req, person: Actor, *, fault: Refusal | None = None, typed: Form | None = None) -> Template:
    """The form at the window; with a case it is filled in for it."""
    case = request.query_params.get("case", "")
    return page(
        request,
        "difficulties/new.html",
        kinds=taxonomy().kinds,
        departments=await catalogue.departments(person.region),
        staff=await difficulties.staff(person.region),
        typed=typed.named("") if typed else {"case": case},
        key_once=once(),
        step="",
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        status=422 if fault else 200,
    )


@get("/difficulties/new")
async def form(request: Req) -> Template:
    """A request that somebody tells at the window."""
    return await new_page(request, require(request, *WRITERS))


def request_of(sent: Form, source: str) -> Request:
    """What was typed."""
    return Request(
        name=sent.text("name"),
        phone=sent.text("phone"),
        kind=sent.text("kind"),
        problem=sent.text("problem"),
        wish=sent.text("wish"),
        case=sent.text("case"),
        item=sent.text("item"),
        confidential=sent.flag("confidential"),
        about=sent.text("about"),
        about_department=sent.text("about_department"),
        source=source,
        ticket=sent.text("ticket"),
    )


@post("/difficulties")
async def register(request: Req) -> Redirect | Template:
    """Register it, or join it to what is under way."""
    person, sent = require(request, *WRITERS), await Form.of(request)
    try:
        made = await difficulties.register(
            request_of(sent, "window"), region=person.region, by=person, at=clock.now(), key=sent.text("key")
        )
    except Invalid as fault:
        return await new_page(request, person, fault=fault, typed=sent)
    return see(f"/difficulties/{made.id}{'?joined=1' if made.joined else '?new=1'}")


async def request_page(
    request: Req,
    person: Actor,
    id: UUID,
    *,
    fault: Refusal | None = None,
    typed: Form | None = None,
    step: str = "",
    contact: tuple[str, str] | None = None,
) -> Template:
    """One request with what can be done now; `step` is the one that was refused, `contact` who made it."""
    found = await difficulties.view(id, by=person, at=clock.now())
    return page(
        request,
        "difficulties/request.html",
        one=found,
        states=difficulties.STATES,
        departments=await catalogue.departments(person.region),
        staff=await difficulties.staff(person.region) if "triage" in found.buttons else [],
        categories=CATEGORIES,
        causes=[(id, cause.name) for id, cause in taxonomy().causes.items()],
        exclusions=[(id, one.name) for id, one in taxonomy().exclusions.items()],
        results=RESULTS,
        centre=not person.department and person.may(*WRITERS),
        supervises=not person.department and person.may(Role.SUPERVISOR),
        contact=contact,
        fresh=request.query_params.get("new", ""),
        joined=request.query_params.get("joined", ""),
        step=step,
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed.named("") if typed else {},
        status=422 if fault else 200,
    )


@get("/difficulties/{id:uuid}")
async def one(request: Req, id: FromPath[UUID]) -> Template:
    """One request."""
    return await request_page(request, require(request, *USERS), id)


STEPS: dict[str, Step] = {
    "triage": lambda id, f, by, at: difficulties.triage(id, f.text("category"), about=f.text("about"), by=by, at=at),
    "exclude": lambda id, f, by, at: difficulties.exclude(id, f.text("exclusion"), f.text("channel"), by=by, at=at),
    "settle": lambda id, f, by, at: difficulties.settle(id, f.text("text"), result=f.text("result"), by=by, at=at),
    "dispatch": lambda id, f, by, at: difficulties.dispatch(
        id, f.text("lead"), f.texts("others"), task=f.text("task"), by=by, at=at
    ),
    "accept": lambda id, f, by, at: difficulties.accept(id, by=by, at=at),
    "give_back": lambda id, f, by, at: difficulties.give_back(id, f.text("reason"), by=by, at=at),
    "leave": lambda id, f, by, at: difficulties.give_back(id, f.text("reason"), by=by, at=at),
    "contribute": lambda id, f, by, at: difficulties.contribute(id, f.text("text"), by=by, at=at),
    "tell": lambda id, f, by, at: difficulties.tell(id, f.text("text"), by=by, at=at),
    "postpone": lambda id, f, by, at: difficulties.postpone(
        id, number(f.text("days")) or 0, f.text("reason"), by=by, at=at
    ),
    "judge": lambda id, f, by, at: difficulties.judge(id, f.text("valid") == "yes", f.text("finding"), by=by, at=at),
    "rectify": lambda id, f, by, at: difficulties.rectify(id, f.text("problem"), by=by, at=at),
    "reply": lambda id, f, by, at: difficulties.reply(id, f.text("text"), result=f.text("result"), by=by, at=at),
    "escalate": lambda id, f, by, at: difficulties.escalate(id, f.text("reason"), by=by, at=at),
    "confirm": lambda id, f, by, at: difficulties.confirm(id, f.text("text"), by=by, at=at),
    "instruct": lambda id, f, by, at: difficulties.instruct(
        id, f.text("lead"), f.texts("others"), f.text("reason"), by=by, at=at
    ),
    "close": lambda id, f, by, at: difficulties.close(id, f.text("cause"), f.text("note"), by=by, at=at),
}
"""The last part of the address → the verb."""


@post("/difficulties/{id:uuid}/{step:str}")
async def go(request: Req, id: FromPath[UUID], step: FromPath[str]) -> Redirect | Template:
    """One step."""
    person, sent = require(request, *USERS), await Form.of(request)
    if step not in STEPS:
        raise NotFound("没有这个操作，请返回诉求页面。")
    asked = {name: sent.texts(name) for name in sent.names("") if not name.startswith("_")}
    at = clock.now()
    try:
        await difficulties.repeatable(
            sent.text("key"),
            step,
            [str(id), asked],
            lambda: STEPS[step](id, sent, person, at),
            by=person,
            at=at,
        )
    except (Invalid, Conflict, Forbidden) as fault:
        return await request_page(request, person, id, fault=fault, typed=sent, step=step)
    return see(f"/difficulties/{id}" if step != "give_back" else "/difficulties")


@post("/difficulties/{id:uuid}/person")
async def person(request: Req, id: FromPath[UUID]) -> Template:
    """Name and phone, shown this once, for a purpose."""
    by, sent = require(request, *USERS), await Form.of(request)
    try:
        contact = await difficulties.shown(id, sent.text("purpose"), by=by, at=clock.now(), address=address_of(request))
    except (Invalid, Forbidden) as fault:
        return await request_page(request, by, id, fault=fault, typed=sent, step="person")
    return await request_page(request, by, id, contact=contact)


@post("/difficulties/tickets/{ticket:uuid}/return")
async def ticket(request: Req, ticket: FromPath[UUID]) -> Redirect:
    """The answer has gone back to the hotline."""
    id = await difficulties.return_ticket(ticket, by=require(request, *WRITERS), at=clock.now())
    return see(f"/difficulties/{id}")


@get("/difficulties/{id:uuid}/{step:str}")
async def back(id: FromPath[UUID], step: FromPath[str]) -> Redirect:
    """A reload of an answer to a refused step leads back."""
    return see(f"/difficulties/{id}")


@get("/difficulties/supervision")
async def supervision(request: Req) -> Template:
    """督办记录."""
    return await supervision_page(request, require(request, *TABS[3][2]))


async def supervision_page(request: Req, person: Actor, *, fault: Refusal | None = None) -> Template:
    """The records, open ones first."""
    return page(
        request,
        "difficulties/supervision.html",
        records=await difficulties.records(by=person),
        departments=await catalogue.departments(person.region),
        tabs=tabs(person, "/difficulties/supervision"),
        concludes=person.may(Role.SUPERVISOR),
        fault=fault,
        status=422 if fault else 200,
    )


@post("/difficulties/supervision/{id:uuid}")
async def conclude(request: Req, id: FromPath[UUID]) -> Redirect | Template:
    """What was done about it."""
    person, sent = require(request, Role.SUPERVISOR), await Form.of(request)
    try:
        await difficulties.conclude(id, sent.text("measures"), by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        return await supervision_page(request, person, fault=fault)
    return see("/difficulties/supervision")


async def figures_page(
    request: Req, person: Actor, month: str, *, fault: Refusal | None = None, typed: Form | None = None
) -> Template:
    """The figures of a month with what was proposed for the catalogue."""
    found = await difficulties.figures(month, by=person, at=clock.now())
    return page(
        request,
        "difficulties/figures.html",
        found=found,
        figures=difficulties.FIGURES,
        tabs=tabs(person, "/difficulties/figures"),
        proposes=not person.department and person.may(*WRITERS),
        proposable=[(one.id, one.name) for one in found.causes if taxonomy().causes[one.id].catalogue],
        proposals=[] if person.department else await difficulties.proposals(by=person),
        step="",
        typed=typed.named("") if typed else {},
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        status=422 if fault else 200,
    )


def _month(text: str) -> str:
    """The month of the address, this one where there is none."""
    return text if len(text) == 7 else clock.today().isoformat()[:7]


@get("/difficulties/figures")
async def figures(request: Req) -> Template:
    """The figures of a month, by default this one."""
    person = require(request, *USERS)
    return await figures_page(request, person, _month(request.query_params.get("month", "")))


@post("/difficulties/proposals")
async def propose(request: Req) -> Redirect | Template:
    """A cause becomes a proposal for the catalogue."""
    person, sent = require(request, *WRITERS), await Form.of(request)
    month = _month(sent.text("month"))
    try:
        await difficulties.propose(
            sent.text("cause"), month, sent.text("text"), item=sent.text("item"), by=person, at=clock.now()
        )
    except Invalid as fault:
        return await figures_page(request, person, month, fault=fault, typed=sent)
    return see(f"/difficulties/figures?month={month}")


async def duty_page(
    request: Req, person: Actor, *, fault: Refusal | None = None, typed: Form | None = None
) -> Template:
    """Who is on duty today and later, and the form."""
    today = clock.today().isoformat()
    return page(
        request,
        "difficulties/duty.html",
        duties=await difficulties.duties(person.region, at=clock.now()),
        staff=await difficulties.on_staff(by=person),
        tabs=tabs(person, "/difficulties/duty"),
        step="",
        typed=typed.named("") if typed else {"since": today, "until": today},
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        status=422 if fault else 200,
    )


@get("/difficulties/duty")
async def duty(request: Req) -> Template:
    """Who sits at the window of requests."""
    return await duty_page(request, require(request, *WRITERS))


@post("/difficulties/duty")
async def put_duty(request: Req) -> Redirect | Template:
    """Two people for some days."""
    person, sent = require(request, *WRITERS), await Form.of(request)
    try:
        since, until = (date.fromisoformat(sent.text(name)) for name in ("since", "until"))
    except ValueError:
        sentence = "请填写日期，如 2026-11-02。"
        return await duty_page(request, person, fault=Invalid(sentence, {"since": sentence}), typed=sent)
    try:
        await difficulties.put_duty(sent.text("a"), sent.text("b"), since=since, until=until, by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        return await duty_page(request, person, fault=fault, typed=sent)
    return see("/difficulties/duty")


@post("/difficulties/duty/{id:uuid}/withdrawal")
async def withdraw_duty(request: Req, id: FromPath[UUID]) -> Redirect:
    """Take it back."""
    await difficulties.withdraw_duty(id, by=require(request, *WRITERS), at=clock.now())
    return see("/difficulties/duty")


router = Router(
    "/",
    route_handlers=[
        *(shown, form, register, supervision, conclude, one, go, person, ticket, back),
        *(figures, propose, duty, put_duty, withdraw_duty),
    ],
    include_in_schema=False,
)
