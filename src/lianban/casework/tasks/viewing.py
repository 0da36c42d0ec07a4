"""One task as its department sees it: its own fields and papers, what came before it, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, people
from lianban.casework import progress
from lianban.casework.clocks import ClockView, clocks_of
from lianban.casework.owed import catch_up_task
from lianban.casework.progress import Held
from lianban.casework.promises import afterwards
from lianban.casework.promises.afterwards import Broken, Verification
from lianban.casework.promises.tolerance import Tolerated, tolerances
from lianban.casework.tasks.grants import suggested_scope
from lianban.casework.tasks.handling import in_hand
from lianban.casework.tasks.surveying import CONCLUSIONS
from lianban.casework.tasks.views import (
    FieldLine,
    FileLine,
    MaterialLine,
    Predecessor,
    ResultLine,
    Supply,
    SurveyLine,
    TaskView,
)
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import lifecycles, values
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Basis, Edition, Element, Item, Limit, Unit
from lianban.rules.composer import derive, limit_text
from lianban.rules.lifecycles import TaskLife, TaskRow
from lianban.rules.notices import PERMISSION, in_writing, refusal_verb, remedy_text
from lianban.rules.notices.decision import grant_verb
from lianban.rules.opinions import deficient
from lianban.rules.plan import PlanField, PlanMaterial
from lianban.tables.cases import Case

SOURCES = {"answer": "情形问题的回答", "form": "申请表", "register": "共享数据", "officer": "审批人员登记"}
_FACTS = """
SELECT element, value, source, origin FROM facts WHERE case_id = $1 AND superseded_at IS NULL AND element = ANY($2)
"""
_FILES = """
SELECT id, material, name, media_type, pages FROM material_files
WHERE case_id = $1 AND removed_at IS NULL AND material = ANY($2) ORDER BY material, position, id
"""
_RESULTS = """
SELECT r.id, r.name, r.number, r.issued_on, r.valid_until, r.file_name, r.media_type, t.item, t.item_name
FROM results r JOIN tasks t ON t.id = r.task_id WHERE r.case_id = $1 AND t.item = ANY($2) ORDER BY r.id
"""
_SURVEYS = "SELECT * FROM surveys WHERE task_id = $1 ORDER BY at, id"
_PARTIES = "SELECT role, name, relation FROM parties WHERE case_id = $1 AND role IN ('applicant', 'agent')"


async def view(task_id: UUID, *, by: Actor, at: datetime, address: str = "") -> TaskView:
    """The task for the actor's department; the look is recorded. Raises NotFound for another department's."""
    # What is greyed and what is not must be true now, not when the timer last came by.
    await catch_up_task(task_id, at=at)
    async with in_hand(task_id, by, lock=False) as (held, life):
        edition = await held.edition()
        locked, data = "", _Data()
        case = await Case.objects().get(Case.id == held.id)
        assert case is not None
        try:
            purpose = await people.require_access(case, by=by, at=at)
        except errors.Forbidden as refusal:
            locked = refusal.sentence
        else:
            data = await _read(held, edition, by)
            await people.record_access(held.id, f"任务 {life.item}", purpose, by=by, at=at, address=address)
        surveys = [] if locked else await connection().fetch(_SURVEYS, task_id)
        clocks = await clocks_of(held.id, at=at, task_id=task_id)
        name = held.item(life.item).name
        later = tuple(one for one in await tolerances(held.id, at) if name in one.items)
        check = await afterwards.of_task(task_id, at=at)
        broken = await afterwards.broken(held.id, life.item) if life.stage.final else ()
    return _view(held, life, edition, data, surveys, clocks, later, check, broken, locked, by)


async def open_result(result_id: UUID, *, by: Actor, at: datetime, address: str = "") -> tuple[str, str, str]:
    """(storage key, file name, media type) of a result's scan, for the window and the departments that use it.

    Raises NotFound; Forbidden for a child's record without task or approved purpose. The look is recorded.
    """
    missing = errors.NotFound("没有找到这份结果文件。")
    async with transaction():
        row = await connection().fetchrow(
            "SELECT r.*, t.item, t.department FROM results r JOIN tasks t ON t.id = r.task_id WHERE r.id = $1",
            result_id,
        )
        held = await progress.hold(row["case_id"], lock=False) if row and row["sha256"] else None
        case = await Case.objects().get(Case.id == row["case_id"]) if held else None
        if row is None or held is None or case is None:
            raise missing
        purpose = await people.require_access(case, by=by, at=at)
        if by.department and row["department"] != by.department and row["item"] not in _sources(held, by.department):
            raise missing
        await people.record_access(held.id, f"结果 {row['item']}", purpose, by=by, at=at, address=address)
    return f"cases/{held.id}/{row['sha256']}", row["file_name"], row["media_type"]


@dataclass(slots=True)
class _Data:
    """What the query gave for this department: facts, files, earlier results and parties."""

    facts: Mapping[str, tuple[str, str]]
    files: list[Any]
    results: list[Any]
    parties: dict[str, str]

    def __init__(self) -> None:
        self.facts, self.files, self.results, self.parties = {}, [], [], {}


async def _read(held: Held, edition: Edition, by: Actor) -> _Data:
    """Read only what the department's items of this case use."""
    conn, data = connection(), _Data()
    used = [f.element for f in _fields(held, by.department)]
    sources = [s for e in used if (d := edition.elements[e].derived) for s in d.sources]
    rows = await conn.fetch(_FACTS, held.id, [*used, *sources])
    names = {i.item: i.name for i in held.plan.items}
    facts = {
        r["element"]: (r["value"], f"“{names.get(r['origin'], '')}”的办理结果")
        if r["source"] == "result"
        else (r["value"], SOURCES[r["source"]])
        for r in rows
    }
    derived = derive(edition, {e: v for e, (v, _) in facts.items()})
    data.facts = {e: facts.get(e, (derived[e], "由其他内容得出")) for e in used if e in derived}
    data.files = await conn.fetch(_FILES, held.id, [m.material for m in _materials(held, by.department)])
    own = [t["item"] for t in held.tasks.values() if t["department"] == by.department]
    data.results = await conn.fetch(_RESULTS, held.id, [*own, *_sources(held, by.department)])
    for party in await conn.fetch(_PARTIES, held.id):
        relation = f"（{party['relation']}）" if party["relation"] else ""
        data.parties[party["role"]] = f"{party['name']}{relation}"
    return data


def _fields(held: Held, department: str) -> list[PlanField]:
    return [f for f in held.plan.fields if any(a.department == department for a in f.askers)]


def _materials(held: Held, department: str) -> list[PlanMaterial]:
    return [m for m in held.plan.materials if any(a.department == department for a in m.askers)]


def _sources(held: Held, department: str) -> set[str]:
    """The items whose results this department's items need."""
    fields = {f.given.removeprefix("item:") for f in _fields(held, department) if f.given.startswith("item:")}
    return fields | {m.from_item for m in _materials(held, department) if m.from_item}


def _view(
    held: Held,
    life: TaskRow,
    edition: Edition,
    data: _Data,
    surveys: list[Any],
    clocks: tuple[ClockView, ...],
    later: tuple[Tolerated, ...],
    check: Verification | None,
    broken: tuple[Broken, ...],
    locked: str,
    by: Actor,
) -> TaskView:
    task, item = held.tasks[UUID(life.id)], edition.items[life.item]
    department = edition.departments[life.department]
    awaited = {f.element for f in held.plan.fields if f.given == f"item:{life.item}"}
    results = tuple(_result(r) for r in data.results)
    said = {"opinion": "", "reason": "", "legal_basis": "", "remedy": ""} if locked else task
    names = {i.item: i.name for i in held.plan.items}
    return TaskView(
        task_id=UUID(life.id),
        case_id=held.id,
        number=held.case["number"] or "",
        bundle_name=held.case["bundle_name"],
        region_name=edition.bundle.region_name,
        item=life.item,
        item_name=task["item_name"],
        department_name=department.name,
        status=life.state,
        status_name=str(life.stage.name),
        version=task["version"],
        locked=locked,
        buttons=_buttons(life, later, by),
        labels=dict(lifecycles.labels(TaskLife)),
        claimed_by=life.claimed_by,
        claimed_by_name=task["claimed_by_name"],
        mine=life.holder(by),
        accepted_at=_local(held.case["accepted_at"]),
        dispatched_at=_local(task["dispatched_at"]),
        clocks=clocks,
        tolerated=later,
        promise=afterwards.told(item.promise),
        broken=broken,
        verification=check,
        after=tuple(Predecessor(t.item, held.item(t.item).name, str(t.stage.name)) for t in life.after),
        applicant=data.parties.get("applicant", ""),
        agent=data.parties.get("agent", ""),
        fields=tuple(_field(f, edition.elements[f.element], data) for f in _fields(held, life.department)),
        materials=tuple(_material(m, life.department, data, names) for m in _materials(held, life.department)),
        earlier_results=tuple(r for r in results if r.item != life.item),
        conditions=item.conditions,
        basis=tuple(_basis(b) for b in item.basis),
        needs_survey=life.needs_survey,
        surveys=tuple(_survey(s) for s in surveys),
        recheck_by=surveys[-1]["rectify_by"] if surveys and not life.stage.final else None,
        result_name=item.result.name,
        result_validity=item.result.validity,
        supplies=tuple(_supply(edition.elements[e], awaited) for e in item.result.elements),
        results=tuple(r for r in results if r.item == life.item),
        opinion=said["opinion"],
        deficient=deficient(said["opinion"]) if life.state == "granted" and not locked else "",
        reason=said["reason"],
        legal_basis=said["legal_basis"],
        remedy=said["remedy"],
        refusal=refusal_verb(permission=item.kind == PERMISSION),
        decision=f"{grant_verb(permission=item.kind == PERMISSION)}决定书" if in_writing(item.kind) else "",
        suggested_scope=""
        if locked
        else suggested_scope(held, life, edition, {e: value for e, (value, _) in data.facts.items()}),
        suggested_basis="；".join(_basis(b) for b in item.basis),
        suggested_remedy=suggested_remedy(item, edition),
        decided_at=_local(task["decided_at"]),
        decided_by_name=task["decided_by_name"],
    )


def _buttons(life: TaskRow, later: Sequence[Tolerated], by: Actor) -> dict[str, tuple[str, ...]]:
    """The buttons with what is against them; a paper that is still to come is named."""
    buttons = {event: tuple(why) for event, why in lifecycles.buttons(life, by).items()}
    if "grant" in buttons:
        buttons["grant"] += tuple(
            f"“{one.name}”应在{one.until:%Y年%m月%d日 %H:%M}前补齐" for one in later if one.status == "open"
        )
    return buttons


def suggested_remedy(item: Item, edition: Edition) -> str:
    """The remedy text of the item, or the default one with the department's bodies; "" when those are not known."""
    department = edition.departments[item.department]
    if item.remedy or not (department.review_body and department.court):
        return item.remedy
    return remedy_text(department.review_body, department.court, department.review_online)


def _field(field: PlanField, element: Element, data: _Data) -> FieldLine:
    raw, source = data.facts.get(field.element, ("", ""))
    shown = values.display(element, raw)
    return FieldLine(field.element, field.label, field.section, shown, raw, source, element.sensitive)


def _material(material: PlanMaterial, department: str, data: _Data, names: Mapping[str, str]) -> MaterialLine:
    own = [a for a in material.askers if a.department == department]
    standards = tuple(dict.fromkeys(s for a in own for s in a.standards)) or material.standards
    files = [FileLine(f["id"], f["name"], f["media_type"], f["pages"]) for f in data.files
             if f["material"] == material.material]  # fmt: skip
    note = material.exemption_note or (f"由“{names[material.from_item]}”的办理结果代替。" if material.from_item else "")
    return MaterialLine(material.material, material.name, standards, note, tuple(files))


def _result(row: Mapping[str, Any]) -> ResultLine:
    return ResultLine(**dict(row))


def _survey(row: Mapping[str, Any]) -> SurveyLine:
    name = CONCLUSIONS[row["conclusion"]]
    set_to = Limit(row["limit_amount"], Unit(row["limit_unit"])) if row["limit_amount"] else None
    return SurveyLine(
        row["surveyed_on"],
        tuple(row["surveyors"]),
        row["conclusion"],
        name,
        row["findings"],
        tuple(row["certificates"]),
        row["desk"],
        row["rectify_by"],
        limit_text(set_to) if set_to else "",
        row["limit_reason"],
    )


def _supply(element: Element, awaited: set[str]) -> Supply:
    needed = element.id in awaited
    return Supply(element.id, element.label, element.kind.value, element.options, needed, element.example)


def _basis(basis: Basis) -> str:
    return f"{basis.document}{basis.article}"


def _local(at: datetime | None) -> datetime | None:
    return local(at) if at else None
