"""Accepted newborn cases of Longjing, and the people of its departments."""

from __future__ import annotations

import json
from datetime import date, datetime
from uuid import UUID

from lianban.casework import catalogue, intake, tasks
from lianban.casework.intake import Accepted
from lianban.casework.tasks import Decided, NewResult
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.rules.catalog.types import Edition
from lianban.rules.composer import compose, situations
from lianban.rules.plan import Plan, plan_to_dict
from lianban.tables.ids import new_id
from tests.actions.drafts import MONDAY, WANG, begin, fill

REGION = "222405"
NEWBORN_ID = "222405202610280022"


def officer(id: str, department: str, *roles: Role, region: str = REGION) -> Actor:
    """Somebody who decides for a department."""
    return Actor(id, f"{id}的姓名", region, frozenset(roles or {Role.APPROVER}), department, terminal=f"{department} 1")


POLICE = officer("police", "public_security")
POLICE_TOO = officer("police-too", "public_security")
POLICE_HEAD = officer("police-head", "public_security", Role.DEPARTMENT_HEAD)
HEALTHCARE = officer("healthcare", "healthcare_security")
SOCIAL = officer("social", "social_insurance")
LABOUR = officer("labour", "human_resources")
PEOPLE = {p.department: p for p in (POLICE, HEALTHCARE, SOCIAL, LABOUR)}
TWO = [tasks.Surveyor("赵一", "吉07-0101"), tasks.Surveyor("钱二", "吉07-0102")]
"""Who surveys."""
RESULT = NewResult("居民户口簿", date(2026, 11, 2), "222405-1")
REASONS = {
    "opinion": "户籍系统查询结果显示，父母双方的户口均在外地。",
    "reason": "父母一方均无本市户口。",
    "basis": "《中华人民共和国户口登记条例》第七条",
    "remedy": "可以在六十日内向龙井市人民政府申请行政复议，或者在六个月内向龙井市人民法院提起行政诉讼。",
}


NURSING = {
    "wants_nursing_allowance": "yes",
    "father_employer_name": "龙井市第一中学",
    "nursing_leave_start": "2026-10-29",
    "nursing_payee_name": "王建国",
    "nursing_payee_bank": "吉林银行龙井支行",
    "nursing_payee_account": "6222020200112233445",
}
"""With these there is one more item that waits for nothing: the allowance of the labour department."""


async def accepted(more: dict[str, str] | None = None) -> Accepted:
    """A newborn case, accepted on Monday, 2 November 2026, 09:30."""
    draft = await begin()
    await fill(draft.case_id, WANG, **(more or {}))
    return await intake.accept(draft.case_id, by=WANG, at=MONDAY)


async def task_of(case_id: UUID, item: str) -> UUID:
    """The task of an item."""
    async with transaction():
        id: UUID = await connection().fetchval("SELECT id FROM tasks WHERE case_id = $1 AND item = $2", case_id, item)
    return id


async def states(case_id: UUID) -> dict[str, str]:
    """How each item stands."""
    async with transaction():
        rows = await connection().fetch("SELECT item, status FROM tasks WHERE case_id = $1", case_id)
    return {r["item"]: r["status"] for r in rows}


async def one(statement: str, *arguments: object) -> object:
    """One value from the database."""
    async with transaction():
        value: object = await connection().fetchval(statement, *arguments)
    return value


async def granted(task_id: UUID, by: Actor, at: datetime = MONDAY, **supplies: str) -> Decided:
    """Claimed and granted with one result."""
    await tasks.claim(task_id, by=by, at=at)
    return await tasks.grant(task_id, opinion="材料齐全，符合条件。", results=[RESULT], supplies=supplies, by=by, at=at)


async def refused(task_id: UUID, by: Actor, at: datetime = MONDAY) -> Decided:
    """Claimed and refused."""
    await tasks.claim(task_id, by=by, at=at)
    return await tasks.refuse(task_id, **REASONS, by=by, at=at)


async def grant_all(case_id: UUID, at: datetime = MONDAY) -> None:
    """Every department grants what is open to it, until nothing is."""
    while rows := await _dispatched(case_id):
        for id, item, department in rows:
            supplies = {"newborn_id_number": NEWBORN_ID} if item == "birth_registration" else {}
            await granted(id, PEOPLE[department], at, **supplies)


async def _dispatched(case_id: UUID) -> list[tuple[UUID, str, str]]:
    async with transaction():
        rows = await connection().fetch(
            "SELECT id, item, department FROM tasks WHERE case_id = $1 AND status = 'dispatched' ORDER BY id", case_id
        )
    return [(r["id"], r["item"], r["department"]) for r in rows]


async def concluded() -> Accepted:
    """A newborn case with everything granted."""
    case = await accepted()
    await grant_all(case.case_id)
    return case


async def at_once() -> tuple[UUID, dict[str, UUID], dict[str, Actor]]:
    """A catering case whose licence is granted and whose other five departments have claimed: case, tasks, people."""
    await catalogue.ship(MONDAY)
    edition = await catalogue.edition_for("catering", REGION, MONDAY.date())
    plan = _whole_plan(edition)
    items = [i for i in plan.items if not i.notice_only]
    case_id, tasks_of = new_id(MONDAY), {i.item: new_id(MONDAY) for i in items}
    people = {i.item: officer(i.department, i.department) for i in items}
    async with transaction():
        await connection().execute(
            "INSERT INTO cases (id, region_code, bundle, bundle_name, edition, status, number, query_code, applicant,"
            " plan, opened_by, opened_at, received_at, accepted_at, accepted_by, updated_at)"
            " VALUES ($1, $2, 'catering', '开办餐饮店一件事', $3, 'processing', $4, 'ABCD2345', '李四', $5, 'wang', $6,"
            " $6, $6, 'wang', $6)",
            case_id,
            REGION,
            edition.content_hash,
            f"{REGION}-2026-{case_id.hex[-6:].upper()}",
            json.dumps(plan_to_dict(plan), ensure_ascii=False),
            MONDAY,
        )
        for item in items:
            await connection().execute(
                "INSERT INTO tasks (id, case_id, region_code, item, item_name, department, status, after, claimed_by,"
                " claimed_by_name, claimed_at, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                tasks_of[item.item],
                case_id,
                REGION,
                item.item,
                item.name,
                item.department,
                "reviewing" if item.after else "granted",
                list(item.after),
                people[item.item].id,
                people[item.item].name,
                MONDAY,
                None if item.after else MONDAY,
            )
    open = {i.item: tasks_of[i.item] for i in items if i.after}
    return case_id, open, people


def _whole_plan(edition: Edition) -> Plan:
    """The plan of a situation in which the licence and five more items are needed."""
    if edition.content_hash not in _plans:
        plans = (compose(edition, facts) for facts in situations(edition))
        _plans[edition.content_hash] = next(p for p in plans if sum(not i.notice_only for i in p.items) >= 6)
    return _plans[edition.content_hash]


_plans: dict[str, Plan] = {}
