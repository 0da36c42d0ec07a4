"""A call-back in somebody's hands: its row locked, as the life cycle sees it, and what one move changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, journal
from lianban.casework.policies import policy
from lianban.feedback import matters
from lianban.feedback.matters import Matter
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules import lifecycles
from lianban.rules.actors import Actor, Role
from lianban.rules.callbacks import barred_hour
from lianban.rules.lifecycles import CallbackRow

MISSING = "没有找到这件回访，请从列表里重新打开。"
CALLERS = (Role.CLERK, Role.SUPERVISOR)
WATCHERS = (Role.SUPERVISOR, Role.AUDITOR)

_LOCK = "SELECT * FROM callbacks WHERE id = $1 FOR UPDATE"
_TRIED = "SELECT outcome, at FROM callback_attempts WHERE callback_id = $1 ORDER BY at, id"


@dataclass(slots=True)
class Held:
    """A locked call-back: its row as kept, as the life cycle sees it, and when it was tried in vain."""

    row: dict[str, Any]
    subject: CallbackRow
    attempts: list[datetime]

    @property
    def id(self) -> UUID:
        """Its id."""
        id: UUID = self.row["id"]
        return id


async def hold(id: UUID, *, by: Actor, at: datetime) -> Held:
    """Lock a call-back in the caller's transaction. Raises NotFound for what is not there or not this person's."""
    row = await connection().fetchrow(_LOCK, id)
    if row is None or not visible(row, by):
        raise errors.NotFound(MISSING)
    tried = [local(each["at"]) for each in await connection().fetch(_TRIED, id)]
    return Held(dict(row), await subject_of(row, tried, at=at), tried)


def visible(row: Mapping[str, Any], by: Actor) -> bool:
    """Whether this person may know of it: the supervision, and whoever may call. The rated window and person do not
    learn who is asked about them (R-HCP-10)."""
    if by.id == "system":
        return True
    if by.region != row["region_code"] or by.department:
        return False
    if by.may(*WATCHERS):
        return True
    own = row["window_name"] != "" and row["window_name"] == by.window
    return by.may(Role.CLERK) and not own and not any(by.is_or_stands_for(id) for id in row["served_by"])


async def subject_of(row: Mapping[str, Any], tried: Sequence[datetime], *, at: datetime) -> CallbackRow:
    """The row as the life cycle sees it, in the caller's transaction."""
    return CallbackRow(
        id=str(row["id"]),
        state=row["status"],
        region=row["region_code"],
        window=row["window_name"],
        served_by=frozenset(row["served_by"]),
        barred=barred_hour(tried, local(at)),
        attempts=len(tried),
        most=(await policy(row["region_code"])).callback_attempts,
    )


async def move(held: Held, event: str, line: str, *, by: Actor, at: datetime, **changes: Any) -> None:
    """Play an event and keep what it changes: state, columns, the limit, a journal line (no words, no particulars)."""
    lifecycles.fire(held.subject, event, by)
    final = held.subject.stage.final
    all = {"status": held.subject.state, **changes, **({"closed_at": at} if final else {})}
    held.row.update(all)
    sets = ", ".join(f"{name} = ${n}" for n, name in enumerate(all, 2))
    await connection().execute(f"UPDATE callbacks SET {sets} WHERE id = $1", held.id, *all.values())
    if final:
        await matters.stop(Matter("callback", held.id, held.row["region_code"]), at=at)
    await note(held, line, by=by, at=at)


async def note(held: Held, line: str, *, by: Actor, at: datetime) -> None:
    """A line in the journal of this call-back."""
    content = {"source": held.row["source"], "attempts": len(held.attempts)}
    await journal.record("rating", held.id, line, by=by, at=at, region=held.row["region_code"], content=content)
