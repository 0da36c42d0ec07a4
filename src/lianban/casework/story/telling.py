"""A case reads like a story: header, path of its items, form, materials, papers, clocks, journal.

A department gets its own part: the fields and materials its items use, the results they build on, its own decisions,
and of the people their names, not their numbers. The queries fetch no more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import journal, people
from lianban.casework import catalogue, firstasked, notices
from lianban.casework.clocks import KINDS, ClockView, clocks_of
from lianban.casework.corrections import spot_corrections
from lianban.casework.intake.record import record_of
from lianban.casework.intake.standing import Standing, standing
from lianban.casework.notices import PaperView
from lianban.casework.promises import afterwards
from lianban.casework.promises.tolerance import Tolerated, tolerances
from lianban.casework.story.views import (
    CaseStory,
    FactView,
    FormSection,
    ItemView,
    LeftOut,
    LogLine,
    PaperIn,
    PartyIn,
    ResultView,
    Scan,
)
from lianban.casework.story.words import EVENTS
from lianban.errors import NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import lifecycles, parties, values
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Edition
from lianban.rules.lifecycles import CaseLife, TaskLife
from lianban.rules.notices.outcomes import GROUNDS
from lianban.rules.plan import Plan, PlanField, plan_from_dict
from lianban.tables.cases import Case

MISSING = "没有找到这个办件，请核对后重新打开。"
SOURCES = {"answer": "情形问题", "form": "申请表", "register": "共享数据", "result": "办理结果", "officer": "审批登记"}

_FACTS = """
SELECT element, value, source, origin FROM facts WHERE case_id = $1 AND superseded_at IS NULL AND element = ANY($2)
"""
_PARTIES = "SELECT role, name, id_kind, id_number, phone, relation, mandate FROM parties WHERE case_id = $1 ORDER BY id"
_NAMES = """
SELECT role, name, '' AS id_kind, '' AS id_number, '' AS phone, relation, '' AS mandate FROM parties
WHERE case_id = $1 AND role IN ('applicant', 'agent') ORDER BY id
"""
_FILES = """
SELECT id, material, name, media_type, pages, size FROM material_files
WHERE case_id = $1 AND removed_at IS NULL AND material = ANY($2) ORDER BY material, position, id
"""
_TASKS = """
SELECT t.*, (SELECT v.status FROM verifications v WHERE v.task_id = t.id) AS verification
FROM tasks t WHERE t.case_id = $1 ORDER BY t.id
"""
_LEFT_OUT = """
SELECT item_name, department, ground, reason, competent, at FROM non_acceptances
WHERE case_id = $1 AND ($2 = '' OR department = $2) ORDER BY at, id
"""
_RESULTS = """
SELECT r.* FROM results r JOIN tasks t ON t.id = r.task_id WHERE r.case_id = $1 AND t.item = ANY($2) ORDER BY r.id
"""


async def story(case_id: UUID, *, by: Actor, at: datetime, address: str = "") -> CaseStory:
    """The whole case; the look is recorded.

    Raises NotFound for whoever may not know of it and for a draft, Forbidden for a child's record without task or
    approved purpose.
    """
    async with transaction():
        conn = connection()
        case = await Case.objects().get(Case.id == case_id)
        if case is None:
            raise NotFound(MISSING)
        purpose = await people.require_access(case, by=by, at=at)
        if not case.plan:
            raise NotFound("这个办件还没有受理，请在草稿里继续填写。")
        edition, plan = await catalogue.edition(case.edition), plan_from_dict(json.loads(case.plan))
        own = by.department
        materials = [m.material for m in plan.materials if not own or any(a.department == own for a in m.askers)]
        fields = [f for f in plan.fields if not own or any(a.department == own for a in f.askers)]
        # Before acceptance nothing is laid down yet: what was typed is read as acceptance would read it.
        before = await standing(record_of(case), edition, at=at) if case.accepted_at is None else None
        facts = (
            _typed(fields, before)
            if before
            else {r["element"]: r for r in await conn.fetch(_FACTS, case_id, [f.element for f in fields])}
        )
        people_in = (
            [asdict(party) for party in before.parties if not own]
            if before
            else await conn.fetch(_NAMES if own else _PARTIES, case_id)
        )
        clocks = await clocks_of(case_id, at=at)
        tasks = await conn.fetch(_TASKS, case_id)
        results = await conn.fetch(_RESULTS, case_id, _open_items(plan, own))
        items = _items(tasks, results, clocks, edition, own)
        found = CaseStory(
            case_id=case_id,
            number=case.number or "",
            query_code="" if own else case.query_code,
            region=case.region_code,
            region_name=edition.bundle.region_name,
            bundle=case.bundle,
            bundle_name=case.bundle_name,
            edition_version=edition.bundle.version,
            status=case.status,
            status_name=lifecycles.stage_name(CaseLife, case.status),
            outcome=case.outcome,
            applicant=case.applicant,
            subject=case.subject if not own or any(f.element == edition.bundle.subject for f in fields) else "",
            window_name=case.window_name,
            opened_by_name=case.opened_by_name,
            opened_at=local(case.opened_at),
            received_at=_when(case.received_at),
            supplied_at=_when(case.supplied_at),
            accepted_at=_when(case.accepted_at),
            deemed=case.deemed,
            decided_at=_when(case.decided_at),
            delivered_at=_when(case.delivered_at),
            closed_at=_when(case.closed_at),
            ended_at=_when(case.ended_at),
            ended_reason="" if own else case.ended_reason,
            tolerated=_tolerated(await tolerances(case_id, at), items, own),
            clock=next((c for c in clocks if c.kind == "bundle"), None),
            buttons=lifecycles.buttons(_row(case, tasks), by),
            items=items,
            parties=tuple(_party(r) for r in people_in),
            sections=_sections(fields, edition, facts),
            materials=_materials(
                plan, edition, json.loads(case.draft), await conn.fetch(_FILES, case_id, materials), own
            ),
            papers=tuple(p for p in await notices.of_case(case_id) if not own or _concerns(p, items, own)),
            clocks=clocks,
            journal=tuple(_log(line, items) for line in await journal.lines("case", case_id)),
            chain=await firstasked.chain(case_id),
            left_out=tuple(_left_out(row, edition) for row in await conn.fetch(_LEFT_OUT, case_id, own)),
            spot=tuple(s for s in await spot_corrections(case_id, edition) if not own or s.element in facts),
            plan=plan,
        )
        await people.record_access(case_id, "办件", purpose, by=by, at=at, address=address)
    return found


def _typed(fields: list[PlanField], before: Standing) -> dict[str, Mapping[str, Any]]:
    """The facts of these fields as they would be laid down at acceptance."""
    known = before.reading
    return {
        f.element: {
            "value": known.facts[f.element],
            "source": "answer" if f.given == "answer" else "form",
            "origin": "derived" if f.element in known.derived else "",
        }
        for f in fields
        if known.facts.get(f.element)
    }


def _left_out(row: Mapping[str, Any], edition: Edition) -> LeftOut:
    return LeftOut(
        name=row["item_name"],
        department_name=edition.departments[row["department"]].name,
        ground=GROUNDS[row["ground"]].label,
        reason=row["reason"],
        competent=row["competent"],
        at=local(row["at"]),
    )


def _row(case: Case, tasks: list[Any]) -> lifecycles.CaseRow:
    lives = [lifecycles.TaskRow(str(t["id"]), t["status"], t["region_code"], item=t["item"]) for t in tasks]
    return lifecycles.CaseRow(str(case.id), case.status, case.region_code, lives)


def _open_items(plan: Plan, own: str) -> list[str]:
    """The items whose results may be read: all at the window; a department's own and those that they build on."""
    if not own:
        return [i.item for i in plan.items]
    given = {f.given.removeprefix("item:") for f in plan.fields if any(a.department == own for a in f.askers)}
    sources = {m.from_item for m in plan.materials if any(a.department == own for a in m.askers)}
    return [i.item for i in plan.items if i.department == own or i.item in given | sources]


def _items(
    tasks: list[Any], results: list[Any], clocks: tuple[ClockView, ...], edition: Edition, own: str
) -> tuple[ItemView, ...]:
    names = {t["item"]: t["item_name"] for t in tasks}

    def said(task: Mapping[str, Any], part: str) -> str:
        return str(task[part]) if not own or task["department"] == own else ""

    return tuple(
        ItemView(
            task_id=t["id"],
            item=t["item"],
            name=t["item_name"],
            department=t["department"],
            department_name=edition.departments[t["department"]].name,
            status=t["status"],
            status_name=lifecycles.stage_name(TaskLife, t["status"]),
            after=tuple(a for a in t["after"] if a in names),
            needs_survey=t["needs_survey"],
            due_at=_when(t["due_at"]),
            clocks=tuple(c for c in clocks if c.task_id == t["id"]),
            claimed_by_name=t["claimed_by_name"],
            decided_at=_when(t["decided_at"]),
            decided_by_name=t["decided_by_name"],
            opinion=said(t, "opinion"),
            reason=said(t, "reason"),
            legal_basis=said(t, "legal_basis"),
            remedy=said(t, "remedy"),
            results=tuple(_result(r) for r in results if r["task_id"] == t["id"]),
            promise=afterwards.told(edition.items[t["item"]].promise) if t["item"] in edition.items else "",
            verification=afterwards.STATES.get(t["verification"], ""),
            revoked=t["verification"] == "revoked",
        )
        for t in tasks
    )


def _tolerated(all: tuple[Tolerated, ...], items: tuple[ItemView, ...], own: str) -> tuple[Tolerated, ...]:
    """A department sees what its own items wait for."""
    names = {item.name for item in items if item.department == own}
    return tuple(one for one in all if not own or names & set(one.items))


def _result(row: Mapping[str, Any]) -> ResultView:
    return ResultView(
        id=row["id"],
        name=row["name"],
        number=row["number"],
        issued_on=row["issued_on"],
        valid_until=row["valid_until"],
        file_name=row["file_name"],
        delivered_at=_when(row["delivered_at"]),
    )


def _sections(fields: list[PlanField], edition: Edition, facts: Mapping[str, Any]) -> tuple[FormSection, ...]:
    shorts = {d.id: d.short or d.name for d in edition.departments.values()}
    sections: dict[str, list[FactView]] = {}
    for line in fields:
        element, fact = edition.elements[line.element], facts.get(line.element)
        source = ""
        if fact and fact["source"] == "result" and fact["origin"] in edition.items:
            source = f"“{edition.items[fact['origin']].name}”的办理结果"
        elif fact:
            source = "由其他内容得出" if fact["origin"] == "derived" else SOURCES[fact["source"]]
        elif line.given.startswith("item:"):
            source = f"等待“{edition.items[line.given.removeprefix('item:')].name}”的办理结果"
        view = FactView(
            element=line.element,
            label=line.label,
            value=values.display(element, fact["value"]) if fact else "",
            source=source,
            departments=tuple(dict.fromkeys(shorts[a.department] for a in line.askers)),
            sensitive=element.sensitive,
        )
        sections.setdefault(line.section, []).append(view)
    return tuple(FormSection(name, tuple(views)) for name, views in sections.items())


def _materials(
    plan: Plan, edition: Edition, draft: Mapping[str, Any], files: list[Any], own: str
) -> tuple[PaperIn, ...]:
    checks = draft.get("checks", {})
    lines = []
    for line in plan.materials:
        if own and not any(a.department == own for a in line.askers):
            continue
        waived = line.exemption_note
        if line.from_item:
            waived = f"由“{edition.items[line.from_item].name}”的办理结果提供"
        check = checks.get(line.material, {})
        scans = tuple(
            Scan(f["id"], f["name"], f["media_type"], f["pages"], f["size"])
            for f in files
            if f["material"] == line.material
        )
        lines.append(
            PaperIn(
                material=line.material,
                name=line.name,
                to_bring=line.to_bring,
                waived="" if line.to_bring else waived,
                askers=tuple(dict.fromkeys(edition.items[a.item].name for a in line.askers)),
                original_seen=bool(check.get("original")),
                copies_received=int(check.get("copies", 0)),
                files=scans,
            )
        )
    return tuple(lines)


def _party(row: Mapping[str, Any]) -> PartyIn:
    return PartyIn(
        role_name=parties.ROLES[row["role"]],
        name=row["name"],
        id_kind_name=parties.ID_KINDS.get(row["id_kind"], ""),
        id_number=row["id_number"],
        phone=row["phone"],
        relation=row["relation"],
        mandate=row["mandate"],
    )


def _concerns(paper: PaperView, items: tuple[ItemView, ...], own: str) -> bool:
    """Whether a paper belongs to a task of the department."""
    return paper.department == own or any(i.task_id == paper.task_id and i.department == own for i in items)


def _log(line: journal.Line, items: tuple[ItemView, ...]) -> LogLine:
    item = (line.content or {}).get("item", "")
    name = next((i.name for i in items if i.item == item), "")
    words = EVENTS.get(line.event, line.event)
    if line.event == "paper issued" and line.content:
        words = f"{words} {line.content.get('number', '')}"
    if line.content and line.content.get("card"):
        words = f"{words} {line.content['card']}（{KINDS.get(str(line.content.get('clock')), '')}）"
    return LogLine(local(line.at), line.event, words, line.by_name, name, line.seq, line.for_name)


def _when(value: datetime | None) -> datetime | None:
    return local(value) if value else None
