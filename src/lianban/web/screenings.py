"""Departments look through what was received (收件核对): the list, and one case with its own fields and papers."""

from __future__ import annotations

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from lianban.casework import corrections
from lianban.casework.corrections import Finding
from lianban.errors import Conflict, Invalid, Refusal
from lianban.outside import clock
from lianban.rules.actors import Actor
from lianban.rules.corrections import FAULTS
from lianban.web.context import Req, address_of, once, page, see
from lianban.web.forms import Form
from lianban.web.room import SCREENINGS
from lianban.web.signin import require
from lianban.web.tasks import POSTS


@get("/tasks/screenings")
async def worklist(request: Req) -> Template:
    """What this department has been asked to look through, the oldest first."""
    person = require(request, *POSTS)
    done = request.query_params.get("state") == "done"
    return page(
        request,
        "tasks/screenings.html",
        lines=await corrections.worklist(by=person, at=clock.now(), done=done),
        done=done,
        SCREENINGS=SCREENINGS,
    )


async def screening_page(
    request: Req,
    person: Actor,
    screening_id: UUID,
    *,
    fault: Refusal | None = None,
    problems: dict[str, str] | None = None,
    sent: Form | None = None,
    status: int = 200,
) -> Template:
    """One received case for one item: what it asks for on the left, what was found on the right."""
    return page(
        request,
        "tasks/screening.html",
        case=await corrections.view(screening_id, by=person, at=clock.now(), address=address_of(request)),
        base=f"/tasks/screenings/{screening_id}",
        key=once(),
        SCREENINGS=SCREENINGS,
        FAULTS=FAULTS,
        fault=fault,
        problems=problems or {},
        typed=sent.named("") if sent else {},
        ticked={name: sent.texts(name) for name in sent.names("m.")} if sent else {},
        status=status,
    )


@get("/tasks/screenings/{screening_id:uuid}")
async def screening(request: Req, screening_id: FromPath[UUID]) -> Template:
    """One received case."""
    return await screening_page(request, require(request, *POSTS), screening_id)


@get([f"/tasks/screenings/{{screening_id:uuid}}/{step}" for step in ("clearance", "gaps")])
async def back_to_screening(screening_id: FromPath[UUID]) -> Redirect:
    """A reload of an answer to a refused step leads back to the case."""
    return see(f"/tasks/screenings/{screening_id}")


@post("/tasks/screenings/{screening_id:uuid}/clearance")
async def clear(request: Req, screening_id: FromPath[UUID]) -> Redirect | Template:
    """核对无误."""
    person = require(request, *POSTS)
    try:
        await corrections.clear(screening_id, by=person, at=clock.now())
    except Conflict as fault:
        return await screening_page(request, person, screening_id, fault=fault, status=422)
    return see("/tasks/screenings")


@post("/tasks/screenings/{screening_id:uuid}/gaps")
async def report(request: Req, screening_id: FromPath[UUID]) -> Redirect | Template:
    """报告需要补正的内容."""
    person, sent = require(request, *POSTS), await Form.of(request)
    found = findings_of(sent)
    try:
        await corrections.report(
            screening_id, [finding for _, finding in found], by=person, at=clock.now(), key=sent.text("key")
        )
    except (Invalid, Conflict) as fault:
        fields = fault.fields if isinstance(fault, Invalid) else {}
        names = {f"gap.{n}": name for n, (name, _) in enumerate(found)}
        problems = {names.get(name, name): sentence for name, sentence in fields.items()}
        if problems:
            fault = Invalid("有的内容还不能报告，请按提示改正。", problems)
        return await screening_page(
            request, person, screening_id, fault=fault, problems=problems, sent=sent, status=422
        )
    return see("/tasks/screenings")


def findings_of(sent: Form) -> list[tuple[str, Finding]]:
    """What was filled in, each with the name of its place on the page; a line without anything is none."""
    found: list[tuple[str, Finding]] = []
    for material in dict.fromkeys(name.split(".")[1] for name in sent.names("m.")):
        name = f"m.{material}"
        fault, problem = sent.text(f"{name}.fault"), sent.text(f"{name}.problem")
        standards = sent.texts(f"{name}.standard") if fault == "wrong" else []
        if fault or problem:
            found += [
                (name, Finding("material", material, fault, standard, problem, sent.text(f"{name}.remedy")))
                for standard in standards or [""]
            ]
    for element, problem in sent.named("f.").items():
        if problem:
            found.append((f"f.{element}", Finding("field", element, problem=problem)))
    other = [sent.text(f"other.{part}") for part in ("problem", "remedy", "basis")]
    if any(other):
        found.append(("other", Finding("other", problem=other[0], remedy=other[1], basis=other[2])))
    return found


router = Router(
    "/",
    route_handlers=[worklist, screening, back_to_screening, clear, report],
    include_in_schema=False,
)
