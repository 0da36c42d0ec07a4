"""Departments: the worklist by urgency, one task on one screen, and each step at its own address."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban import oversight, people
from lianban.casework import adjusting, corrections, hearings, notices, tasks
from lianban.casework.tasks import barring
from lianban.casework.visits import photos
from lianban.casework.visits import viewing as visits
from lianban.errors import Conflict, Invalid, Refusal
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from lianban.rules.notices.hearings import ATTENDED, GROUNDS
from lianban.rules.policy import parse_limit
from lianban.web.context import Req, address_of, once, page, see
from lianban.web.forms import Form
from lianban.web.signin import require

POSTS = (Role.APPROVER, Role.DEPARTMENT_HEAD)
GROUPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("open", "全部在办", {}),
    ("dispatched", "待签收", {"state": "dispatched"}),
    ("mine", "我的", {"mine": True}),
    ("overdue", "已超期", {"due": "overdue"}),
    ("near", "临近截止", {"due": "near"}),
    ("waiting", "待前置", {"state": "waiting"}),
    ("done", "已办", {"state": "done"}),
)
KEYS = {"claim": "c", "release": "b", "grant": "g", "refuse": "x"}


@get("/tasks")
async def worklist(request: Req) -> Template:
    """What this department has to do, the most urgent first."""
    person = require(request, *POSTS)
    query = request.query_params
    group, item, search = query.get("state", "open"), query.get("item", ""), query.get("q", "").strip()
    chosen: dict[str, Any] = next((chosen for id, _, chosen in GROUPS if id == group), {})
    filters = tasks.Filters(**chosen, item=item, text=search)
    found = await tasks.worklist(by=person, at=clock.now(), filters=filters, after=query.get("after", ""))
    shown = {"groups": GROUPS, "state": group, "item": item, "search": search}
    screenings = len(await corrections.worklist(by=person, at=clock.now()))
    badges = await oversight.badges([line.task_id for line in found.filling + found.lines])
    return page(request, "tasks/worklist.html", shown, found=found, screenings=screenings, badges=badges)


async def task_page(
    request: Req,
    person: Actor,
    task_id: UUID,
    *,
    fault: Refusal | None = None,
    typed: dict[str, Any] | None = None,
    opened: str = "",
    status: int = 200,
) -> Template:
    """One task: what the department may see on the left, what it can do on the right."""
    shown = await tasks.view(task_id, by=person, at=clock.now(), address=address_of(request))
    return page(
        request,
        "tasks/task.html",
        task=shown,
        barring=await barring.barring(task_id, by=person),
        cards=await oversight.of_task(task_id, by=person),
        asking=await adjusting.asking(task_id, by=person, at=clock.now()),
        joint=await visits.of_task(task_id, by=person),
        hearing=await hearings.of_task(task_id, by=person, at=clock.now()),
        GROUNDS=GROUNDS,
        ATTENDED=ATTENDED,
        colleagues=[(one.id, one.name) for one in await people.colleagues(by=person)],
        base=f"/tasks/{task_id}",
        papers=await notices.of_case(shown.case_id, person.department) if not shown.locked else [],
        photos=await photos.of_task(task_id, by=person),
        key=once(),
        keys=KEYS,
        fault=fault,
        problems=dict(fault.fields) if isinstance(fault, Invalid) else {},
        typed=typed or {},
        opened=opened,
        today=clock.today().isoformat(),
        status=status,
    )


@get("/tasks/{task_id:uuid}")
async def task(request: Req, task_id: FromPath[UUID]) -> Template:
    """One task."""
    return await task_page(request, require(request, *POSTS), task_id)


@get([f"/tasks/{{task_id:uuid}}/{step}" for step in ("claim", "release", "hand-over", "survey", "grant", "refusal")])
async def back_to_task(task_id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the task."""
    return see(f"/tasks/{task_id}")


@post("/tasks/{task_id:uuid}/claim")
async def claim(request: Req, task_id: FromPath[UUID]) -> Redirect:
    """签收."""
    await tasks.claim(task_id, by=require(request, *POSTS), at=clock.now())
    return see(f"/tasks/{task_id}")


@post("/tasks/{task_id:uuid}/release")
async def release(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """退回待签收, with the reason."""
    person, sent = require(request, *POSTS), await Form.of(request)
    try:
        await tasks.release(task_id, reason=sent.text("reason"), by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        return await task_page(
            request, person, task_id, fault=fault, typed=sent.named(""), opened="release", status=422
        )
    return see("/tasks")


@post("/tasks/{task_id:uuid}/hand-over")
async def hand_over(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """转交给同部门的另一人."""
    person = require(request, *POSTS)
    sent = await Form.of(request)
    try:
        await tasks.hand_over(task_id, to=sent.text("to"), reason=sent.text("reason"), by=person, at=clock.now())
    except (Invalid, Conflict) as fault:
        return await task_page(request, person, task_id, fault=fault, opened="hand_over", status=422)
    return see("/tasks")


@post("/tasks/{task_id:uuid}/survey")
async def survey(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """登记现场勘查."""
    person, sent = require(request, *POSTS), await Form.of(request)
    typed = sent.named("")
    try:
        until, length = sent.text("rectify_by"), sent.text("limit")
        await tasks.survey(
            task_id,
            surveyed_on=day_of(sent.text("surveyed_on"), "surveyed_on"),
            surveyors=surveyors_of(sent),
            conclusion=sent.text("conclusion"),
            findings=sent.text("findings"),
            rectify_by=day_of(until, "rectify_by") if until else None,
            limit=parse_limit(length) if length else None,
            limit_reason=sent.text("limit_reason"),
            desk=sent.flag("desk"),
            by=person,
            at=clock.now(),
        )
    except (Invalid, Conflict) as fault:
        return await task_page(request, person, task_id, fault=fault, typed=typed, opened="survey", status=422)
    return see(f"/tasks/{task_id}")


def surveyors_of(sent: Form) -> list[tasks.Surveyor]:
    """Who surveyed: `surveyor.0` with `certificate.0`, and so on; an empty pair is nobody."""
    names, numbers = sent.named("surveyor."), sent.named("certificate.")
    return [tasks.Surveyor(names.get(n, ""), numbers.get(n, "")) for n in sorted({*names, *numbers})]


def day_of(text: str, name: str) -> date:
    """A day as a date field sends it. Raises Invalid."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        sentence = "请填写日期，如 2026-11-02。"
        raise Invalid(sentence, {name: sentence}) from error


async def results_of(sent: Form) -> list[tasks.NewResult]:
    """The results of the form; a line without a name and a number is none. Raises Invalid."""
    found = []
    for n in sorted({name.split(".")[1] for name in sent.names("results.")}):
        name, number = sent.text(f"results.{n}.name"), sent.text(f"results.{n}.number")
        files = sent.files(f"results.{n}.file")
        if not (name or number or files):
            continue
        valid = sent.text(f"results.{n}.valid_until")
        found.append(
            tasks.NewResult(
                name=name,
                number=number,
                issued_on=day_of(sent.text(f"results.{n}.issued_on"), f"results.{n}.issued_on"),
                valid_until=day_of(valid, f"results.{n}.valid_until") if valid else None,
                file=tasks.Attachment(files[0].filename, await files[0].read()) if files else None,
            )
        )
    return found


@post("/tasks/{task_id:uuid}/grant")
async def grant(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """准予, with the results."""
    person, sent = require(request, *POSTS), await Form.of(request)
    try:
        await tasks.grant(
            task_id,
            opinion=sent.text("opinion"),
            scope=sent.text("scope"),
            results=await results_of(sent),
            supplies=sent.named("element."),
            by=person,
            at=clock.now(),
            key=sent.text("key"),
        )
    except (Invalid, Conflict) as fault:
        return await task_page(request, person, task_id, fault=fault, typed=sent.named(""), opened="grant", status=422)
    return see("/tasks")


@post("/tasks/{task_id:uuid}/refusal")
async def refuse(request: Req, task_id: FromPath[UUID]) -> Redirect | Template:
    """不予, with reason, basis and remedy."""
    person, sent = require(request, *POSTS), await Form.of(request)
    try:
        await tasks.refuse(
            task_id,
            opinion=sent.text("opinion"),
            reason=sent.text("reason"),
            basis=sent.text("basis"),
            remedy=sent.text("remedy"),
            by=person,
            at=clock.now(),
            key=sent.text("key"),
        )
    except (Invalid, Conflict) as fault:
        return await task_page(request, person, task_id, fault=fault, typed=sent.named(""), opened="refuse", status=422)
    return see("/tasks")


router = Router(
    "/",
    route_handlers=[worklist, task, back_to_task, claim, release, hand_over, survey, grant, refuse],
    include_in_schema=False,
)
