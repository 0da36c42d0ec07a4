"""What the system owes a case because a limit has ended: done before anybody's own step, and stands whatever follows.

A deadline is not a job. `catch_up` is the first thing of every verb on a case, before its transaction and its
idempotency key: it plays, in a transaction of its own, what the law brings at the end of a limit. If the verb is then
refused, that remains. The timer calls the same (`wait` False).

A line is added where it is lawful that something follows by itself: write a function below that imports its verb
inside its body (the verbs import this module) and put it into `OWED` under the kind of clock. It is called with the
case row locked, in an open transaction. It stops the clock as of the present, not of its end, so that a card that has
fallen due is still raised. If by policy nothing is to follow it leaves the clock alone and is asked again another time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.tables.clocks import Clock


class Ended(NamedTuple):
    """A clock that still runs although its limit is over. `due` was the last instant in time."""

    clock_id: UUID
    case_id: UUID
    task_id: UUID | None
    region: str
    kind: str
    subject: str
    due: datetime


Handler = Callable[[Ended, datetime], Awaitable[None]]


async def _deem(ended: Ended, at: datetime) -> None:
    """Nothing was told in five working days: accepted (行政许可法 32(1)(4))."""
    from lianban.casework.intake.deeming import deem

    await deem(ended.case_id, due=ended.due, at=at)


async def _unheard(ended: Ended, at: datetime) -> None:
    """Nobody asked for a hearing within five working days: the decision is free (行政许可法 47)."""
    from lianban.casework.hearings import expire

    await expire(ended, at)


async def _unanswered(ended: Ended, at: datetime) -> None:
    """Everything was brought: answered. Otherwise what the region has chosen."""
    from lianban.casework.corrections.finishing import conclude
    from lianban.casework.intake.overdue import give_up

    if not await conclude(ended.case_id, at=at):
        await give_up(ended, at)


async def _not_made_up(ended: Ended, at: datetime) -> None:
    """A material that was to follow did not come: what the region has chosen (容缺)."""
    from lianban.casework.promises.lapsing import lapse

    await lapse(ended, at)


async def _not_fetched(ended: Ended, at: datetime) -> None:
    """The time in the self-service cabinet is over: back to the window."""
    from lianban.casework.delivery.cabinet import expire

    await expire(ended, at)


async def _passed(ended: Ended, at: datetime) -> None:
    """A public notice has stood for thirty days: delivered (民事诉讼法 95)."""
    from lianban.casework.delivery.announcing import pass_by

    await pass_by(ended, at)


OWED: dict[str, Handler] = {
    "correction": _deem,
    "answer": _unanswered,
    "tolerance": _not_made_up,
    "hearing": _unheard,
    "cabinet": _not_fetched,
    "notice": _passed,
}
"""Kind of clock → what the system does when it has ended (`ended`, the present instant)."""

_ANY = (
    "SELECT case_id FROM clocks WHERE stopped_at IS NULL AND kind = ANY({}) AND computed_due < {}"
    " AND case_id = {} LIMIT 1"
)
_OF_TASK = _ANY.replace("case_id = {}", "case_id = (SELECT case_id FROM tasks WHERE id = {})")
_ENDED = """
SELECT id, case_id, task_id, region_code, kind, subject, computed_due FROM clocks
WHERE case_id = $1 AND stopped_at IS NULL AND kind = ANY($2) AND computed_due < $3 AND NOT id = ANY($4)
ORDER BY computed_due, id LIMIT 1
"""


async def catch_up(case_id: UUID, *, at: datetime, wait: bool = True) -> bool:
    """Play what is owed to the case at `at`, in the order in which the limits ended. One look-up when nothing is.

    With `wait` False a case that somebody else has in hand is left alone, and the answer is False.
    """
    if not OWED or not await Clock.raw(_ANY, list(OWED), at, case_id):
        return True
    done: list[UUID] = []
    async with transaction():
        lock = "SELECT 1 FROM cases WHERE id = $1 FOR UPDATE"
        if not await connection().fetchval(lock if wait else f"{lock} SKIP LOCKED", case_id):
            return False
        # Looked up anew each time: one step may stop the clock of the next.
        while row := await connection().fetchrow(_ENDED, case_id, list(OWED), at, done):
            ended = Ended(*row.values())
            await OWED[ended.kind](ended._replace(due=local(ended.due)), at)
            done.append(ended.clock_id)
    return True


async def catch_up_task(task_id: UUID, *, at: datetime) -> None:
    """`catch_up` for the case of a task; nothing for a task that does not exist."""
    rows = await Clock.raw(_OF_TASK, list(OWED), at, task_id) if OWED else []
    if rows:
        await catch_up(rows[0]["case_id"], at=at)
