"""Newborn applications of Longjing between receipt and acceptance."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianban.casework import corrections, intake
from lianban.casework.corrections import Finding
from lianban.casework.intake import Received
from lianban.outside import clock
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor
from tests.actions.drafts import MONDAY, WANG, begin, fill
from tests.actions.working import PEOPLE

CERTIFICATE = "birth_certificate"
BLURRED = Finding("material", CERTIFICATE, "unreadable", problem="编号看不清。")


def on(day: int, hour: int = 9, minute: int = 30) -> datetime:
    """A moment in November 2026; the 2nd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=clock.SHANGHAI)


async def received(at: datetime = MONDAY, /, **more: str) -> Received:
    """Taken in with everything that is asked for, by Wang; `more` changes what was typed, "" leaves it out."""
    draft = await begin()
    await fill(draft.case_id, WANG, **{n: v for n, v in more.items() if v})
    if blank := {n: "" for n, v in more.items() if not v}:
        await intake.save(draft.case_id, blank, by=WANG, at=MONDAY)
    return await intake.receive(draft.case_id, by=WANG, at=at)


async def asked(case_id: UUID, status: str = "pending") -> dict[str, tuple[UUID, Actor]]:
    """The open questions of the latest round: item → question and who may answer it."""
    async with transaction():
        rows = await connection().fetch(
            "SELECT id, item, department FROM screenings WHERE case_id = $1 AND status = $2 ORDER BY round, item",
            case_id,
            status,
        )
    return {r["item"]: (r["id"], PEOPLE[r["department"]]) for r in rows}


async def all_clear(case_id: UUID, at: datetime = MONDAY) -> None:
    """Every department that still is asked finds nothing."""
    for id, who in (await asked(case_id)).values():
        await corrections.clear(id, by=who, at=at)


async def blurred(case_id: UUID, at: datetime = MONDAY) -> None:
    """The police cannot read the certificate, the others find nothing."""
    questions = await asked(case_id)
    id, police = questions["birth_registration"]
    await corrections.report(id, [BLURRED], by=police, at=at)
    await all_clear(case_id, at)
