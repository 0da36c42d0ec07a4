"""Contested ratings, and a house with people who may sit on a panel."""

from __future__ import annotations

from uuid import UUID

from lianban.casework.attachments import Attachment
from lianban.feedback import appeals, rectification
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from tests.actions.drafts import MONDAY, picture
from tests.actions.voicing import SUPERVISOR, problem_of, rated, reviewed_token
from tests.actions.working import POLICE_TOO, REGION

SAID = "受理后两个工作日内办结，从未要求当事人来第二次，见附上的办理记录。"
CONVENER = Actor("convener", "方正", REGION, frozenset({Role.SUPERVISOR}))
UNITS = ("tax", "health", "fire_rescue", "urban_management", "market_regulation")


async def house() -> dict[str, Actor]:
    """One approver in each of five departments, by department."""
    found = {}
    async with transaction():
        for number, department in enumerate(UNITS, 1):
            id = UUID(int=number)
            await connection().execute(
                "INSERT INTO people (id, region_code, login, name, post, password_hash, roles, department, window_name,"
                " created_at) VALUES ($1, $2, $3, $4, '', '', '{approver}', $5, '', $6)",
                id,
                REGION,
                department,
                f"{department} 的人",
                department,
                MONDAY,
            )
            found[department] = Actor(str(id), f"{department} 的人", REGION, frozenset({Role.APPROVER}), department)
    return found


async def transferred(*, named: bool = False) -> UUID:
    """A negative rating of what the police decided, verified and with the police since Monday, 09:30."""
    found = await rated(await reviewed_token(), 1, named=named, comment="让我跑了三趟")
    id = await problem_of(found.id)
    await rectification.verify(
        id, "simple", "调取记录，情况属实。", department="public_security", by=SUPERVISOR, at=MONDAY
    )
    return id


async def filed(problem: UUID | None = None) -> UUID:
    """The police contest it."""
    proof = Attachment("办理记录.jpg", picture())
    return await appeals.file(problem or await transferred(), "mistaken", SAID, [proof], by=POLICE_TOO, at=MONDAY)


async def convened(appeal: UUID | None = None, *units: str) -> tuple[UUID, list[Actor]]:
    """Before a panel of three."""
    people = await house()
    members = [people[unit] for unit in units or UNITS[:3]]
    id = appeal or await filed()
    await appeals.convene(id, [one.id for one in members], by=CONVENER, at=MONDAY)
    return id, members
