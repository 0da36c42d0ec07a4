"""What else may become of a case than acceptance and decision: the page of its other ends at the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import people
from lianban.casework import catalogue
from lianban.casework.bars import Bar, barred
from lianban.casework.intake.outcomes import suggested_remedy
from lianban.casework.intake.overdue import answer_of
from lianban.casework.intake.record import RECEIVED, Record, current_edition, held, left_out
from lianban.casework.intake.standing import Standing, standing
from lianban.casework.intake.turning import conditions_of
from lianban.casework.owed import catch_up
from lianban.casework.policies import policy
from lianban.errors import NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import lifecycles, parties, printouts
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Basis, Edition, Item
from lianban.rules.narrowing import without
from lianban.rules.notices import Content, day
from lianban.rules.notices.outcomes import GROUNDS

_TOLD = """
SELECT item, item_name, ground, reason, competent, paper_id, by_name, at FROM non_acceptances
WHERE case_id = $1 ORDER BY at, id
"""
_TASKS = "SELECT item, item_name, status FROM tasks WHERE case_id = $1 ORDER BY id"
_CASE = "SELECT bundle_name, applicant, ended_at, ended_reason FROM cases WHERE id = $1"
_PAPERS = """
SELECT id, title, number FROM papers WHERE case_id = $1 AND kind IN ('non_acceptance', 'turned', 'termination')
ORDER BY issued_at, id
"""
BEFORE = ("draft", *RECEIVED)


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """An item that could still be not accepted or, as a task, withdrawn."""

    item: str
    name: str
    department_name: str
    basis: str
    remedy: str
    bar: Bar | None
    status: str = ""
    open: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """An item that was not accepted."""

    item_name: str
    ground: str
    reason: str
    competent: str
    paper: UUID
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Options:
    """The other ends of a case: what may be done now, and what has been done.

    `give_back` is None where nothing is being waited for, else why it cannot be given back yet ("" when it can).
    """

    case_id: UUID
    number: str
    status: str
    status_name: str
    bundle_name: str
    applicant: str
    items: tuple[ItemChoice, ...]
    scope: tuple[str, ...]
    told: tuple[Told, ...]
    papers: tuple[tuple[UUID, str, str], ...]
    reject: bool
    turn: bool
    withdraw: bool
    give_back: str | None
    ended_at: datetime | None
    ended_reason: str
    typed: bool
    """Whether what was typed can be printed here."""


async def options(case_id: UUID, *, by: Actor, at: datetime, address: str = "") -> Options:
    """What may become of the case, for the window; the look is recorded. Raises NotFound, Forbidden."""
    await catch_up(case_id, at=at)
    async with transaction():
        record = await held(case_id, by=by, at=at)
        await people.record_access(case_id, "办件其他处理", "窗口办理", by=by, at=at, address=address)
        case = await connection().fetchrow(_CASE, case_id)
        edition = await catalogue.edition(record.edition)
        items, applicant = await _items(record, edition, by=by, at=at)
        told = await connection().fetch(_TOLD, case_id)
        papers = await connection().fetch(_PAPERS, case_id)
        give_back = await _give_back(record, at)
    return Options(
        case_id=case_id,
        number=record.number,
        status=record.status,
        status_name=lifecycles.stage_name(lifecycles.CaseLife, record.status),
        bundle_name=case["bundle_name"],
        applicant=case["applicant"] or applicant,
        items=items,
        scope=conditions_of(edition),
        told=tuple(_told(row) for row in told),
        papers=tuple((row["id"], row["title"], row["number"]) for row in papers),
        reject=record.status in ("draft", "received"),
        turn=record.status in BEFORE,
        withdraw=record.status in RECEIVED or (record.status == "processing" and any(i.open for i in items)),
        give_back=give_back,
        ended_at=local(case["ended_at"]) if case["ended_at"] else None,
        ended_reason=case["ended_reason"],
        typed=not record.accepted_by,
    )


async def typed_form(case_id: UUID, *, by: Actor, at: datetime, address: str = "") -> Content:
    """The application form with all that was typed, to be printed and taken along, whatever became of the case.

    Raises NotFound, also once the case has been accepted: its form then is among its own pages.
    """
    async with transaction():
        record = await held(case_id, by=by, at=at)
        if record.accepted_by:
            raise NotFound("办件已经受理，请在办件页面查看表单。")
        edition = without(await catalogue.edition(record.edition), await left_out(case_id))
        found = await standing(record, edition, at=at)
        await people.record_access(case_id, "打印申请表", "窗口办理", by=by, at=at, address=address)
    return printouts.application_form(
        edition,
        found.reading.plan,
        found.reading.facts,
        mode="filled",
        on=local(at).date(),
        parties=_parties(found),
        number=record.number,
    )


def _parties(found: Standing) -> list[Mapping[str, str]]:
    return [
        {
            "role": parties.ROLES[p.role],
            "name": p.name,
            "id_kind": parties.ID_KINDS.get(p.id_kind, ""),
            "id_number": p.id_number,
            "phone": p.phone,
            "relation": p.relation,
            "mandate": p.mandate,
        }
        for p in found.parties
    ]


async def _items(record: Record, edition: Edition, *, by: Actor, at: datetime) -> tuple[tuple[ItemChoice, ...], str]:
    if record.status in BEFORE:
        found = await standing(record, await current_edition(record, by=by, at=at), at=at)
        bars = await barred(record.region, found.numbers, list(found.names), at=at)
        return tuple(_choice(edition, item, bars.get(item)) for item in found.names), found.applicant
    tasks = await connection().fetch(_TASKS, record.id)
    final = {s.id for s in lifecycles.TaskLife.states if s.final}
    return tuple(
        _choice(edition, t["item"], None, status=t["status"], open=t["status"] not in final) for t in tasks
    ), ""


def _choice(edition: Edition, item: str, bar: Bar | None, *, status: str = "", open: bool = True) -> ItemChoice:
    source: Item = edition.items[item]
    department = edition.departments[source.department]
    return ItemChoice(
        item=item,
        name=source.name,
        department_name=department.name,
        basis=bar.basis if bar else "；".join(_basis(b) for b in source.basis[:1]),
        remedy=suggested_remedy(source, department),
        bar=bar,
        status=status,
        open=open,
    )


def _basis(basis: Basis) -> str:
    return f"《{basis.document.strip('《》')}》{basis.article}"


async def _give_back(record: Record, at: datetime) -> str | None:
    answer = await answer_of(record.id) if record.status == "correcting" else None
    if answer is None:
        return None
    if answer.due >= at:
        return f"申请人补正的期限到{day(answer.due)}，届满以后才能退件。"
    if (await policy(record.region)).answer_over == "wait":
        return "本地区选择逾期后继续等待申请人补正，不退件。"
    return ""


def _told(row: Mapping[str, Any]) -> Told:
    return Told(
        item_name=row["item_name"],
        ground=GROUNDS[row["ground"]].label,
        reason=row["reason"],
        competent=row["competent"],
        paper=row["paper_id"],
        by_name=row["by_name"],
        at=local(row["at"]),
    )
