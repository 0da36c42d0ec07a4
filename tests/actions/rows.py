"""Rows that tests need before the verbs that would make them have their say."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianban.outside import database
from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.tables.cases import Case
from lianban.tables.ids import new_id
from lianban.tables.tasks import Task

REGION = "222405"


def actor(id: str, *roles: Role, department: str = "", window: str = "", region: str = REGION) -> Actor:
    """Somebody with these posts."""
    return Actor(id=id, name=f"{id}的姓名", region=region, roles=frozenset(roles), department=department, window=window)


async def edition(at: datetime, *, infant: bool) -> str:
    """An edition of which only the rule for children's records matters; its hash."""
    hash = f"only-for-access-{infant}"
    async with database.transaction():
        await database.connection().execute(
            "INSERT INTO editions (hash, bundle, region_code, version, origin, content, valid_from, published_at,"
            " published_by) VALUES ($1, $2, $3, '1', 'local', $4, '2026-01-01', $5, $6)",
            hash,
            "newborn" if infant else "catering",
            REGION,
            '{"bundle": {"infant": true}}' if infant else '{"bundle": {}}',
            at,
            SYSTEM.id,
        )
    return hash


async def case(edition: str, at: datetime, *, opened_by: Actor) -> Case:
    """An accepted case."""
    row = Case(
        id=new_id(at),
        region_code=REGION,
        bundle="newborn",
        bundle_name="新生儿出生一件事",
        edition=edition,
        status="processing",
        number="222405-2026-000001",
        opened_by=opened_by.id,
        accepted_by=opened_by.id,
        window_name=opened_by.window,
        opened_at=at,
        accepted_at=at,
        updated_at=at,
    )
    await Case.insert(row)
    return row


async def task(case_id: UUID, department: str, at: datetime, *, claimed_by: str = "") -> UUID:
    """A task of a department, claimed or not."""
    row = Task(
        id=new_id(at),
        case_id=case_id,
        region_code=REGION,
        item=f"item-{department}",
        item_name="事项",
        department=department,
        status="reviewing" if claimed_by else "dispatched",
        claimed_by=claimed_by,
    )
    await Task.insert(row)
    return UUID(str(row.id))
