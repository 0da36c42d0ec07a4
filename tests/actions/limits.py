"""Accepted cases of Longjing with items in review and their clocks running since Monday, 2 November 2026, 09:30."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lianban.casework import catalogue, clocks
from lianban.casework.clocks import Owner
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.rules.catalog.types import Edition, Limit, Unit
from lianban.rules.composer import compose, situations
from lianban.rules.plan import Plan, plan_to_dict
from lianban.tables.ids import new_id
from tests.actions.drafts import MONDAY
from tests.actions.rows import REGION, actor

HYGIENE = actor("nan", Role.APPROVER, department="health")
HYGIENE_TOO = actor("nan-too", Role.APPROVER, department="health")
HYGIENE_HEAD = actor("nan-head", Role.DEPARTMENT_HEAD, department="health")
MAYOR = actor("mayor", Role.GOVERNMENT_HEAD)
REASON = "需要延伸检测的样品较多，原定期限内不能出具结论。"


@dataclass(frozen=True, slots=True)
class Matter:
    """A lodging case: the hygiene permit (20 working days by law, 7 promised) in review with `nan`."""

    case: UUID
    task: UUID
    item: str
    other: UUID
    """The task of another department."""

    async def due(self, kind: str) -> datetime:
        """What the applicant is told of a limit now."""
        task = None if kind in ("bundle", "joint") else self.task
        async with transaction():
            row = await connection().fetchrow(
                "SELECT promised_due FROM clocks WHERE case_id = $1 AND task_id IS NOT DISTINCT FROM $2 AND kind = $3",
                self.case,
                task,
                kind,
            )
        return local(row["promised_due"])


async def lodging(
    *, joint: bool = False, holder: Actor = HYGIENE, bundle: str = "lodging", item: str = "hygiene_permit"
) -> Matter:
    """The matter, or another item of another bundle; with `joint` the joint limit runs too (45 working days)."""
    await catalogue.ship(MONDAY)
    edition = await catalogue.edition_for(bundle, REGION, MONDAY.date())
    plan = _plan(edition, item)
    case_id, tasks = new_id(MONDAY), {i.item: new_id(MONDAY) for i in plan.items if not i.notice_only}
    async with transaction():
        conn = connection()
        await conn.execute(
            "INSERT INTO cases (id, region_code, bundle, bundle_name, edition, status, number, query_code, applicant,"
            " plan, opened_by, opened_at, received_at, accepted_at, accepted_by, updated_at)"
            " VALUES ($1, $2, $8, $3, $4, 'processing', $5, 'ABCD2345', '许英子', $6, 'wang', $7, $7, $7,"
            " 'wang', $7)",
            case_id,
            REGION,
            edition.bundle.name,
            edition.content_hash,
            f"{REGION}-2026-{case_id.hex[-6:].upper()}",
            json.dumps(plan_to_dict(plan), ensure_ascii=False),
            MONDAY,
            bundle,
        )
        await clocks.start(Owner(case_id, None, REGION), "bundle", edition.bundle.commitment, "整件事承诺", at=MONDAY)
        if joint:
            limit = Limit(45, Unit.WORKING_DAYS)
            await clocks.start(Owner(case_id, None, REGION), "joint", limit, "行政许可法第四十二条第二款", at=MONDAY)
        for each in plan.items:
            if each.notice_only:
                continue
            mine = each.item == item
            await conn.execute(
                "INSERT INTO tasks (id, case_id, region_code, item, item_name, department, status, after, claimed_by,"
                " claimed_by_name, claimed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, '{}', $8, $9, $10)",
                tasks[each.item],
                case_id,
                REGION,
                each.item,
                each.name,
                each.department,
                "reviewing" if mine else "dispatched",
                holder.id if mine else "",
                holder.name if mine else "",
                MONDAY if mine else None,
            )
            await clocks.start_task(case_id, tasks[each.item], edition, each, promise=None, at=MONDAY)
    other = next(tasks[i.item] for i in plan.items if i.item in tasks and i.department != holder.department)
    return Matter(case_id, tasks[item], item, other)


def _plan(edition: Edition, item: str) -> Plan:
    key = edition.content_hash, item
    if key not in _plans:
        plans = (compose(edition, facts) for facts in situations(edition))
        _plans[key] = next(p for p in plans if any(i.item == item for i in p.items))
    return _plans[key]


_plans: dict[tuple[str, str], Plan] = {}
