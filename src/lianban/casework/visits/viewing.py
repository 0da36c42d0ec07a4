"""Visits as pages show them: one visit, the list of a window or a department, and what a task or a case has of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from lianban import errors, people
from lianban.casework import catalogue, progress
from lianban.casework.visits.holding import Visiting, in_visit
from lianban.casework.visits.offering import offered
from lianban.casework.visits.planning import waiting
from lianban.casework.visits.wishes import HALVES
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.rules.catalog.types import Item, Limit
from lianban.rules.composer import limit_text
from lianban.rules.lifecycles import OPEN_PARTS, VisitLife, buttons, stage_name
from lianban.rules.surveys import CONCLUSIONS, Offer, Surveyor
from lianban.tables.cases import Case

PART_STATES = {
    "invited": "待派人",
    "confirmed": "已派人",
    "started": "正在勘查",
    "concluded": "已有结论",
    "out": "不参加",
}
_LIST = """
SELECT v.*, c.number, c.bundle_name FROM visits v JOIN cases c ON c.id = v.case_id
WHERE v.region_code = $1 AND (v.status IN ('planned', 'under_way') OR v.starts_at > $2 OR
    v.status = 'done' AND v.signed_at IS NULL)
  AND ($3 = '' OR EXISTS (SELECT 1 FROM visit_parts p WHERE p.visit_id = v.id AND p.department = $3))
ORDER BY v.starts_at, v.id LIMIT 200
"""
_PARTS = """
SELECT p.*, t.item_name, t.claimed_by, t.claimed_by_name, t.status AS task_status, s.conclusion, s.findings,
  s.rectify_by
FROM visit_parts p JOIN tasks t ON t.id = p.task_id
LEFT JOIN surveys s ON s.visit_id = p.visit_id AND s.task_id = p.task_id
WHERE p.visit_id = ANY($1) ORDER BY p.department, t.item
"""
_TEAMS = "SELECT * FROM surveyors WHERE visit_id = ANY($1) ORDER BY certificate, name"
_WAITING = """
SELECT c.id, c.number, c.bundle_name, t.item_name, t.department, k.promised_due, last.rectify_by,
  last.conclusion FROM tasks t JOIN cases c ON c.id = t.case_id
LEFT JOIN LATERAL (SELECT s.conclusion, s.rectify_by FROM surveys s WHERE s.task_id = t.id
  ORDER BY s.at DESC, s.id DESC LIMIT 1) last ON true
LEFT JOIN LATERAL (SELECT k.promised_due FROM clocks k WHERE k.task_id = t.id
  AND k.kind IN ('appointment', 'survey') AND k.stopped_at IS NULL ORDER BY k.promised_due LIMIT 1) k ON true
WHERE t.region_code = $1 AND t.needs_survey AND t.status IN ('dispatched', 'reviewing') AND c.status = 'processing'
  AND ($2 = '' OR t.department = $2)
  AND COALESCE(last.conclusion, '') <> 'pass'
  AND NOT EXISTS (SELECT 1 FROM visit_parts p
    WHERE p.task_id = t.id AND p.status IN ('invited', 'confirmed', 'started'))
ORDER BY LEAST(k.promised_due, (last.rectify_by + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'), c.id, t.id LIMIT 200
"""
_KNOWN = """
SELECT surveyors, certificates FROM surveys s JOIN tasks t ON t.id = s.task_id
WHERE t.region_code = $1 AND t.department = $2 AND cardinality(s.certificates) >= 2 ORDER BY s.at DESC LIMIT 1
"""
_FACTS = """
SELECT element, value FROM facts
WHERE case_id = $1 AND superseded_at IS NULL AND element IN ('premises_address', 'survey_date')
"""
_CONTACTS = "SELECT role, name, phone FROM parties WHERE case_id = $1 AND role IN ('agent', 'applicant') ORDER BY role"


@dataclass(frozen=True, slots=True)
class PartView:
    """One item of a visit. `mine`: of the one who looks; `buttons`: open steps with what stands against each."""

    task_id: UUID
    item_name: str
    department: str
    department_name: str
    status: str
    status_name: str
    reason: str
    claimed_by_name: str
    surveyors: tuple[Surveyor, ...]
    known: tuple[Surveyor, ...]
    conclusion: str
    conclusion_name: str
    findings: str
    rectify_by: date | None
    rechecking: bool
    after_survey: tuple[tuple[str, str], ...]
    mine: bool
    open: bool
    buttons: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit on its page."""

    id: UUID
    case_id: UUID
    number: str
    bundle_name: str
    status: str
    status_name: str
    starts_at: datetime
    ends_at: datetime
    place: str
    contact: str
    contact_phone: str
    note: str
    version: int
    changes: int
    made_at: datetime
    by_name: str
    reason: str
    missed_by: str
    parts: tuple[PartView, ...]
    wish: str
    wish_open: bool
    joinable: tuple[str, ...]
    paper_id: UUID | None
    record_id: UUID | None
    signed_by: str
    signed_at: datetime | None
    refused_reason: str
    witness: str
    has_sheet: bool
    buttons: Mapping[str, list[str]]
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A visit in a list."""

    id: UUID
    number: str
    bundle_name: str
    status: str
    starts_at: datetime
    ends_at: datetime
    place: str
    parts: tuple[tuple[str, str, str], ...]
    """Item, department and how the part stands, in words."""
    unmanned: bool
    """The looker's own department has not named its surveyors."""
    wished: bool
    unsigned: bool
    own: tuple[UUID, ...] = ()
    """The tasks of the looker's own department."""

    @property
    def day(self) -> date:
        """The day on which it is held."""
        return self.starts_at.date()

    @property
    def when(self) -> str:
        """11-03 09:30–11:30."""
        return f"{self.starts_at:%m-%d %H:%M}–{self.ends_at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item that needs a visit and has no appointment."""

    case_id: UUID
    number: str
    bundle_name: str
    items: tuple[str, ...]
    due: datetime | None
    rectify_by: date | None
    """Until when what was found is to be put right: then it is looked at again."""


@dataclass(frozen=True, slots=True)
class Joint:
    """What the page of a task needs to know about visits."""

    visits: tuple[Line, ...]
    offer: bool
    """A joint appointment can be made now."""
    appointed: bool
    team: tuple[Surveyor, ...]
    after_survey: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the page for a new appointment is filled with."""

    case_id: UUID
    number: str
    bundle_name: str
    items: tuple[tuple[str, str], ...]
    """Item and department."""
    place: str
    contact: str
    phone: str
    wished_on: str
    offers: tuple[Offer, ...]


def range_of(item: Item) -> tuple[tuple[str, str], ...]:
    """The limits between which the surveyors choose, as values and words; () where none is published."""
    if item.after_survey is None:
        return ()
    low, high = item.after_survey
    limits = [Limit(n, low.unit) for n in range(low.amount, high.amount + 1)]
    return tuple((f"{limit.amount}{limit.unit.value}", limit_text(limit)) for limit in limits)


async def visit(visit_id: UUID, *, by: Actor, at: datetime, address: str = "") -> VisitView:
    """One visit for the window or a department of it; the look is recorded. Raises NotFound, Forbidden."""
    async with in_visit(visit_id, by, at=at, lock=False) as found:
        case = await Case.objects().get(Case.id == found.held.id)
        assert case is not None
        purpose = await people.require_access(case, by=by, at=at)
        await people.record_access(case.id, "现场勘查", purpose, by=by, at=at, address=address)
        return await _view(found, by, at)


async def listed(*, by: Actor, at: datetime) -> tuple[list[Line], list[Waiting]]:
    """What is appointed (and what of the last week is done), and what waits for an appointment: of the whole region for
    the window, of one's own department otherwise. Raises Forbidden."""
    if not by.may(Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD):
        raise errors.Forbidden("只有综合窗口和承办部门可以查看现场勘查。")
    own = "" if by.may(Role.CLERK) else by.department
    async with transaction():
        rows = await connection().fetch(_LIST, by.region, at - timedelta(days=7), own)
        lines = await _lines(rows, by)
        found = await connection().fetch(_WAITING, by.region, own)
    cases: dict[UUID, list[Any]] = {}
    for row in found:
        cases.setdefault(row["id"], []).append(row)
    return lines, [
        Waiting(
            id,
            each[0]["number"],
            each[0]["bundle_name"],
            tuple(row["item_name"] for row in each),
            local(each[0]["promised_due"]) if each[0]["promised_due"] else None,
            min((row["rectify_by"] for row in each if row["rectify_by"]), default=None),
        )
        for id, each in cases.items()
    ]


async def of_case(case_id: UUID, *, by: Actor) -> list[Line]:
    """The visits of a case, for whoever may see the case (the caller has checked)."""
    async with transaction():
        rows = await connection().fetch(
            "SELECT v.*, c.number, c.bundle_name FROM visits v JOIN cases c ON c.id = v.case_id WHERE v.case_id = $1"
            " ORDER BY v.starts_at, v.id",
            case_id,
        )
        return await _lines(rows, by)


async def waits(case_id: UUID) -> bool:
    """Whether items of the case wait for an appointment. The caller has checked who asks."""
    async with transaction():
        held = await progress.hold(case_id, lock=False)
        return held is not None and held.life.state == "processing" and bool(await waiting(held))


async def of_task(task_id: UUID, *, by: Actor) -> Joint:
    """What the page of a task shows of visits; the caller has checked who asks."""
    async with transaction():
        rows = await connection().fetch(
            "SELECT v.*, c.number, c.bundle_name FROM visits v JOIN cases c ON c.id = v.case_id"
            " JOIN visit_parts p ON p.visit_id = v.id WHERE p.task_id = $1 ORDER BY v.starts_at, v.id",
            task_id,
        )
        case_id = await connection().fetchval("SELECT case_id FROM tasks WHERE id = $1", task_id)
        held = await progress.hold(case_id, lock=False) if case_id else None
        if held is None or not held.lives[task_id].needs_survey:
            return Joint((), False, False, (), ())
        appointed = await connection().fetchval(
            "SELECT true FROM visit_parts WHERE task_id = $1 AND status = ANY($2)", task_id, list(OPEN_PARTS)
        )
        item = (await held.edition()).items[held.lives[task_id].item]
        return Joint(
            visits=tuple(await _lines(rows, by)),
            offer=held.life.state == "processing" and task_id in await waiting(held),
            appointed=bool(appointed),
            team=await _known(held.region, held.lives[task_id].department, by),
            after_survey=range_of(item),
        )


async def proposal(case_id: UUID, *, by: Actor, at: datetime, address: str = "") -> Proposal:
    """The page for a new appointment. Raises NotFound, Forbidden, Conflict when nothing waits for one."""
    async with transaction():
        held = await progress.hold(case_id, lock=False)
        case = await Case.objects().get(Case.id == case_id)
        missing = errors.NotFound("没有找到这个办件，请从列表里重新打开。")
        if held is None or case is None or held.region != by.region or case.plan is None:
            raise missing
        own = any(life.needs_survey and life.department == by.department for life in held.lives.values())
        if not (by.may(Role.CLERK) or own):
            raise missing
        purpose = await people.require_access(case, by=by, at=at)
        await people.record_access(case.id, "约定现场勘查", purpose, by=by, at=at, address=address)
        tasks = await waiting(held)
        names = await catalogue.departments(held.region)
        facts = {row["element"]: row["value"] for row in await connection().fetch(_FACTS, case_id)}
        # An agent comes before the applicant: in the alphabet too.
        contacts = await connection().fetch(_CONTACTS, case_id)
    departments = {held.lives[id].department for id in tasks}
    return Proposal(
        case_id=case_id,
        number=held.case["number"],
        bundle_name=held.case["bundle_name"],
        items=tuple((held.tasks[id]["item_name"], names.get(held.lives[id].department, "")) for id in tasks),
        place=facts.get("premises_address", ""),
        contact=contacts[0]["name"] if contacts else "",
        phone=contacts[0]["phone"] if contacts else "",
        wished_on=facts.get("survey_date", ""),
        offers=tuple(await offered(held.region, departments, at=at)),
    )


async def _view(found: Visiting, by: Actor, at: datetime) -> VisitView:
    row, held = found.row, found.held
    rows = await connection().fetch(_PARTS, [found.id])
    teams = await connection().fetch(_TEAMS, [found.id])
    names = await catalogue.departments(held.region)
    edition = await held.edition()
    parts = [await _part(found, part, teams, names, edition.items[part["item"]], by) for part in rows]
    wish = await connection().fetchrow(
        "SELECT * FROM visit_wishes WHERE visit_id = $1 ORDER BY at DESC LIMIT 1", found.id
    )
    said = f"{wish['wished_on']} {HALVES[wish['half']]}：{wish['reason']}" if wish else ""
    free = found.life.state == "planned" and not found.life.start_over
    joinable = [held.tasks[id]["item_name"] for id in await waiting(held)] if free else []
    found.life.own, found.life.own_department = "", ""
    open_to = buttons(found.life, by)
    moving = "rearrange" in open_to and not open_to["rearrange"]
    departments = found.life.departments
    offers = await offered(held.region, departments, at=at, besides=found.id) if moving else []
    return VisitView(
        id=found.id,
        case_id=held.id,
        number=held.case["number"],
        bundle_name=held.case["bundle_name"],
        status=row["status"],
        status_name=stage_name(VisitLife, row["status"]),
        starts_at=local(row["starts_at"]),
        ends_at=local(row["ends_at"]),
        place=row["place"],
        contact=row["contact"],
        contact_phone=row["contact_phone"],
        note=row["note"],
        version=row["version"],
        changes=row["changes"],
        made_at=local(row["made_at"]),
        by_name=row["by_name"],
        reason=row["reason"],
        missed_by="申请人" if row["missed_by"] == "applicant" else names.get(row["missed_by"], ""),
        parts=tuple(parts),
        wish=said,
        wish_open=wish is not None and wish["answered_at"] is None,
        joinable=tuple(joinable),
        paper_id=row["paper_id"],
        record_id=row["record_id"],
        signed_by=row["signed_by"],
        signed_at=local(row["signed_at"]) if row["signed_at"] else None,
        refused_reason=row["refused_reason"],
        witness=row["witness"],
        has_sheet=bool(row["signed_sha256"]),
        buttons=open_to,
        offers=tuple(offers),
    )


async def _part(
    found: Visiting, part: Mapping[str, Any], teams: Iterable[Any], names: Mapping[str, str], item: Item, by: Actor
) -> PartView:
    task_id = part["task_id"]
    found.about(task_id)
    mine = by.department == part["department"] and by.may(Role.APPROVER, Role.DEPARTMENT_HEAD)
    life = found.held.lives[task_id]
    return PartView(
        task_id=task_id,
        item_name=part["item_name"],
        department=part["department"],
        department_name=names.get(part["department"], part["department"]),
        status=part["status"],
        status_name=PART_STATES[part["status"]],
        reason=part["reason"],
        claimed_by_name=part["claimed_by_name"],
        surveyors=tuple(Surveyor(t["name"], t["certificate"]) for t in teams if t["task_id"] == task_id),
        known=await _known(found.held.region, part["department"], by) if mine else (),
        conclusion=part["conclusion"] or "",
        conclusion_name=CONCLUSIONS.get(part["conclusion"] or "", ""),
        findings=part["findings"] or "",
        rectify_by=part["rectify_by"],
        rechecking=life.survey not in ("", "pass") and part["conclusion"] is None,
        after_survey=range_of(item),
        mine=mine,
        open=not found.life.stage.final and part["status"] in OPEN_PARTS,
        buttons=buttons(found.life, by) if mine else {},
    )


async def _known(region: str, department: str, by: Actor) -> tuple[Surveyor, ...]:
    """Who came for this department the last time, the one who asks first: what the form is filled with."""
    row = await connection().fetchrow(_KNOWN, region, department)
    found = [Surveyor(*pair) for pair in zip(row["surveyors"], row["certificates"], strict=False)] if row else []
    own = [one for one in found if one.name == by.name]
    others = [one for one in found if one.name != by.name]
    return (*(own or [Surveyor(by.name, "")]), *others)[:2] if by.department else ()


async def _lines(rows: Iterable[Mapping[str, Any]], by: Actor) -> list[Line]:
    rows = list(rows)
    ids = [row["id"] for row in rows]
    names = await catalogue.departments(by.region)
    parts = await connection().fetch(_PARTS, ids)
    wished = {
        row["visit_id"]
        for row in await connection().fetch(
            "SELECT visit_id FROM visit_wishes WHERE visit_id = ANY($1) AND answered_at IS NULL", ids
        )
    }
    found = []
    for row in rows:
        own = [part for part in parts if part["visit_id"] == row["id"]]
        found.append(
            Line(
                id=row["id"],
                number=row["number"],
                bundle_name=row["bundle_name"],
                status=row["status"],
                starts_at=local(row["starts_at"]),
                ends_at=local(row["ends_at"]),
                place=row["place"],
                parts=tuple(
                    (p["item_name"], names.get(p["department"], ""), CONCLUSIONS.get(p["conclusion"] or "", ""))
                    if p["conclusion"]
                    else (p["item_name"], names.get(p["department"], ""), PART_STATES[p["status"]])
                    for p in own
                ),
                unmanned=any(p["department"] == by.department and p["status"] == "invited" for p in own),
                wished=row["id"] in wished,
                unsigned=row["status"] == "done" and row["signed_at"] is None,
                own=tuple(p["task_id"] for p in own if p["department"] == by.department),
            )
        )
    return found
