"""A clock as it is kept: its row and its events, and the history that the rules reckon with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from lianban.casework.calendars.force import calendar_of as calendar_of
from lianban.casework.clocks.kinds import COLOURS, OWING
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules import clock
from lianban.rules.calendar import Calendar
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import Extension, History, Pause
from lianban.rules.policy import Policy

_EVENTS = "SELECT * FROM clock_events WHERE clock_id = ANY($1) ORDER BY at, id"
_OPEN = """
SELECT * FROM clocks WHERE case_id = $1 AND ($2::uuid IS NULL AND task_id IS NULL OR task_id = $2)
  AND kind = ANY($3) AND stopped_at IS NULL ORDER BY id
"""


class Owner(NamedTuple):
    """Whose clock it is; `task` None: the case's own."""

    case: UUID
    task: UUID | None
    region: str


async def events_of(clocks: Iterable[UUID]) -> dict[UUID, list[Mapping[str, Any]]]:
    """The events of each clock, in order."""
    found: dict[UUID, list[Mapping[str, Any]]] = {}
    for event in await connection().fetch(_EVENTS, list(clocks)):
        found.setdefault(event["clock_id"], []).append(event)
    return found


async def open_clocks(owner: Owner, kinds: Collection[str]) -> list[Mapping[str, Any]]:
    """The running clocks of these kinds."""
    return list(await connection().fetch(_OPEN, owner.case, owner.task, list(kinds)))


def history(row: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> History:
    """The history of a clock. An earlier end cuts the pauses of the same adjustment."""
    start = local(row["started_at"])
    ended = {e["adjustment"]: local(e["until"]) for e in events if e["kind"] == "pause_ended"}
    pauses = []
    for event in events:
        if event["kind"] == "pause":
            until = min(local(event["until"]), ended.get(event["adjustment"], local(event["until"])))
            since = local(event["since"])
            if until > since:
                pauses.append(Pause(since, until, event["reason"], event["basis"], event["paper"]))
    return History(
        start=start,
        limit=Limit(row["amount"], Unit(row["unit"])),
        pauses=tuple(pauses),
        extensions=tuple(
            Extension(Limit(e["amount"], Unit(e["unit"])), local(e["at"]), e["reason"], e["basis"], e["paper"])
            for e in events
            # A clock that began anew (a claim after a release) has nothing to do with what came before.
            if e["kind"] == "extension" and local(e["at"]) >= start
        ),
        stopped=local(row["stopped_at"]) if row["stopped_at"] else None,
        first_day_counts=row["first_day_counts"],
    )


def midnight_after(due: datetime) -> datetime:
    """When the day after begins."""
    return (due + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def moments(
    kind: str, history: History, due: datetime, promised: datetime, calendar: Calendar, policy: Policy
) -> list[tuple[datetime, str]]:
    """When something happens to a clock, in order: (instant, colour of the card, or "" for a step of the system)."""
    colours = COLOURS[kind]
    found: list[tuple[datetime, str]] = []
    if colours:
        last = colours[-1]
        marks = clock.marks(history, calendar, policy.thresholds, promised=promised, last=last)
        found = [(mark.at, mark.colour) for mark in marks if mark.colour in colours]
    if kind in OWING and history.stopped is None:
        # A public notice has thirty whole days: it has passed when the next day begins.
        found.append((midnight_after(due) if kind == "notice" else due + clock.LATE, ""))
    return sorted(found)
