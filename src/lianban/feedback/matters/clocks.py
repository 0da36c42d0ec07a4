"""Limits of matters start, are extended and stop; when they end and why is derived from their history."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from lianban.casework.calendars import calendar_of
from lianban.casework.policies import policy
from lianban.feedback.matters.kinds import CITIZENS, KINDS
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules import clock
from lianban.rules.actors import Actor
from lianban.rules.calendar import Calendar
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import LATE, Due, Extension, History, Remaining
from lianban.rules.composer import limit_text
from lianban.rules.policy import Policy
from lianban.tables.ids import new_id

_START = """
INSERT INTO matter_clocks (id, matter, matter_id, region_code, department, kind, amount, unit, basis, started_at,
  due_at, provisional, calendar, wake_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (matter, matter_id, kind) WHERE stopped_at IS NULL DO UPDATE SET department = excluded.department
RETURNING due_at
"""
_STOP = """
UPDATE matter_clocks SET stopped_at = $3, wake_at = CASE WHEN wake_at <= $3 THEN wake_at END
WHERE matter = $1 AND matter_id = $2 AND stopped_at IS NULL AND ($4::text[] IS NULL OR kind = ANY($4))
"""
_RUNNING = """
SELECT * FROM matter_clocks WHERE matter = $1 AND matter_id = $2 AND kind = $3 AND stopped_at IS NULL FOR UPDATE
"""
_MOVE = """
UPDATE matter_clocks SET extensions = $2::jsonb, due_at = $3, provisional = $4, calendar = $5, wake_at = $6
WHERE id = $1
"""
_OF = "SELECT * FROM matter_clocks WHERE matter_id = ANY($1) ORDER BY started_at, id"


class Matter(NamedTuple):
    """Whose clock it is; `department` answers for it now, "" the centre."""

    kind: str
    id: UUID
    region: str
    department: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit as pages show it; `reckoned` explains it day by day, `remaining` is None once it has stopped."""

    id: UUID
    matter_id: UUID
    kind: str
    kind_name: str
    limit: str
    basis: str
    started_at: datetime
    due: datetime
    provisional: bool
    calendar: str
    extended: tuple[str, ...]
    remaining: Remaining | None
    stopped_at: datetime | None
    reckoned: Due

    @property
    def late(self) -> bool:
        """Whether it was stopped after its end."""
        return self.stopped_at is not None and self.stopped_at > self.due


async def start(matter: Matter, kind: str, limit: Limit, basis: str, *, at: datetime) -> datetime:
    """Start a limit at `at`, in the caller's transaction, the matter's row locked; when it ends. One that runs already
    goes on and only changes hands."""
    calendar, chosen = await calendar_of(matter.region), await policy(matter.region)
    history = History(at, limit, first_day_counts=chosen.first_day_counts)
    found = clock.reckon(history, calendar)
    due: datetime = await connection().fetchval(
        _START,
        new_id(at),
        matter.kind,
        matter.id,
        matter.region,
        matter.department,
        kind,
        limit.amount,
        limit.unit.value,
        f"{basis}：{limit_text(limit)}",
        at,
        found.instant,
        found.provisional,
        found.calendar,
        next((when for when, _ in moments(kind, history, calendar, chosen)), None),
    )
    return local(due)


async def stop(matter: Matter, *, at: datetime, kinds: Collection[str] | None = None) -> None:
    """Stop the running limits of a matter, only `kinds` if given. What was due to be marked before is still marked."""
    await connection().execute(_STOP, matter.kind, matter.id, at, None if kinds is None else list(kinds))


async def extend(
    matter: Matter, kind: str, by_limit: Limit, reason: str, *, by: Actor, at: datetime
) -> datetime | None:
    """Make a running limit longer; its new end, None when there is no such limit running. How often is the caller's."""
    row = await connection().fetchrow(_RUNNING, matter.kind, matter.id, kind)
    if row is None:
        return None
    more = {"amount": by_limit.amount, "unit": by_limit.unit.value, "at": at.isoformat(), "reason": reason, "by": by.id}
    extensions = [*json.loads(row["extensions"]), more]
    calendar, chosen = await calendar_of(matter.region), await policy(matter.region)
    history = history_of({**row, "extensions": json.dumps(extensions)}, chosen)
    found = clock.reckon(history, calendar)
    wake = next((when for when, _ in moments(kind, history, calendar, chosen) if when > at), None)
    kept = json.dumps(extensions, ensure_ascii=False)
    await connection().execute(_MOVE, row["id"], kept, found.instant, found.provisional, found.calendar, wake)
    return found.instant


async def clocks_of(ids: Collection[UUID], *, at: datetime) -> dict[UUID, list[Clock]]:
    """The limits of each of these matters, oldest first, in the caller's transaction."""
    found: dict[UUID, list[Clock]] = {id: [] for id in ids}
    for row in await connection().fetch(_OF, list(ids)):
        calendar, chosen = await calendar_of(row["region_code"]), await policy(row["region_code"])
        found[row["matter_id"]].append(_view(row, calendar, chosen, at))
    return found


def history_of(row: Mapping[str, Any], policy: Policy) -> History:
    """What the rules reckon with."""
    return History(
        start=local(row["started_at"]),
        limit=Limit(row["amount"], Unit(row["unit"])),
        extensions=tuple(
            Extension(Limit(e["amount"], Unit(e["unit"])), datetime.fromisoformat(e["at"]), e["reason"], "", "")
            for e in json.loads(row["extensions"])
        ),
        stopped=local(row["stopped_at"]) if row["stopped_at"] else None,
        first_day_counts=policy.first_day_counts,
    )


def moments(kind: str, history: History, calendar: Calendar, policy: Policy) -> list[tuple[datetime, str]]:
    """When something happens to a running limit, in order: (instant, level). At its own end "red"; nobody is late for
    what is a citizen's or a unit's own time to speak, which only ends ("over")."""
    due = clock.reckon(history, calendar, explain=False).instant
    if kind in CITIZENS:
        return [(due + LATE, "over")]
    found = [(m.at, m.colour) for m in clock.marks(history, calendar, policy.thresholds) if m.colour != "blue"]
    up = clock.reckon(History(due, policy.limit("matter_up")), calendar, explain=False).instant
    return sorted([*found, (up + LATE, "up")])


def _view(row: Mapping[str, Any], calendar: Calendar, policy: Policy, at: datetime) -> Clock:
    history = history_of(row, policy)
    due = local(row["due_at"])
    running = history.stopped is None
    return Clock(
        id=row["id"],
        matter_id=row["matter_id"],
        kind=row["kind"],
        kind_name=KINDS[row["kind"]],
        limit=limit_text(history.limit),
        basis=row["basis"],
        started_at=history.start,
        due=due,
        provisional=row["provisional"],
        calendar=row["calendar"],
        extended=tuple(f"延长{limit_text(e.limit)}：{e.reason}" for e in history.extensions),
        remaining=clock.remaining(due, at, calendar, started=history.start) if running else None,
        stopped_at=history.stopped,
        reckoned=clock.reckon(history, calendar),
    )
