"""Ratings of accepted cases, and the people who see to them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianban.casework import occasions, tasks
from lianban.feedback import ratings
from lianban.feedback.ratings import Given, Rated, Rater
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from tests.actions.drafts import MONDAY
from tests.actions.working import NEWBORN_ID, POLICE, REGION, RESULT, accepted, task_of

SUPERVISOR = Actor("supervisor", "周明", REGION, frozenset({Role.SUPERVISOR}), terminal="监督 1")
GOVERNMENT = Actor("government", "全明哲", REGION, frozenset({Role.GOVERNMENT_HEAD}))
RATER = Rater("朴女士", "13800001234")


async def tokens(case_id: UUID) -> dict[str, str]:
    """Step → token of the latest occasion of a case."""
    async with transaction():
        return {one.step: one.token for one in await occasions.of_case(case_id)}


async def accepted_token() -> str:
    """The occasion of a case that was accepted at the window on Monday, 2 November 2026, 09:30."""
    return (await tokens((await accepted()).case_id))["acceptance"]


async def reviewed_token(at: datetime = MONDAY) -> str:
    """The occasion of the birth registration that the police has granted."""
    case = await accepted()
    task = await task_of(case.case_id, "birth_registration")
    await tasks.claim(task, by=POLICE, at=at)
    known = {"newborn_id_number": NEWBORN_ID}
    await tasks.grant(task, opinion="材料齐全，符合条件，同意。", supplies=known, results=[RESULT], by=POLICE, at=at)
    return (await tokens(case.case_id))["review"]


async def rated(token: str, grade: int = 1, *, at: datetime = MONDAY, named: bool = False, comment: str = "") -> Rated:
    """The occasion is rated from a phone."""
    given = Given(str(grade), comment=comment, channel="dynamic_qr", rater=RATER if named else Rater())
    return await ratings.rate(token, given, at=at)


async def problem_of(rating: UUID) -> UUID:
    """The rectification that a negative rating has opened."""
    async with transaction():
        id: UUID = await connection().fetchval("SELECT id FROM rectifications WHERE rating_id = $1", rating)
    return id
