"""The timer's look at one case: what is owed, then the cards that have fallen due, then when to look again.

Each step may be interrupted for good and each may come twice: what is owed is asked for again, a card is one row a
clock, run and colour, and a clock wakes until all that happened to it has been dealt with.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import journal, outbox
from lianban.casework import catalogue, clocks, owed
from lianban.casework.calendars import calendar_of
from lianban.casework.clocks import KINDS, Awake
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import cards, clock
from lianban.rules.actors import SYSTEM
from lianban.rules.calendar import Calendar
from lianban.rules.composer import limit_text
from lianban.tables.ids import new_id

_CASE = """
SELECT id, region_code, number, edition, opened_by, opened_by_name, window_name FROM cases WHERE id = $1
FOR UPDATE SKIP LOCKED
"""
_TASKS = "SELECT id, item, item_name, department, claimed_by, claimed_by_name, claimed_at FROM tasks WHERE case_id = $1"
_RAISE = """
INSERT INTO cards (id, region_code, department, case_id, task_id, clock_id, clock_kind, clock_since, colour, owner,
  owner_name, reason, explanation, due_at, at, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::jsonb, $14, $15, $16)
ON CONFLICT (clock_id, clock_since, colour) DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True)
class _Side:
    """Whose clock it is: a department ("" the window), and the person who has it in hand, if anybody has."""

    department: str
    owner: str
    owner_name: str


async def look(case_id: UUID, at: datetime) -> bool:
    """Deal with all that has happened to the clocks of a case up to `at`; False when somebody else has it in hand."""
    if not await owed.catch_up(case_id, at=at, wait=False):
        return False
    async with transaction():
        case = await connection().fetchrow(_CASE, case_id)
        if case is None:
            return False
        awake = await clocks.awake(case_id, at)
        tasks = {t["id"]: t for t in await connection().fetch(_TASKS, case_id)}
        due = [(when, colour, one) for one in awake for when, colour in one.marks if colour]
        for when, colour, one in sorted(due, key=lambda mark: mark[0]):
            await _raise(case, tasks.get(one.row["task_id"]), one, colour, when, at=at)
        for one in awake:
            await clocks.sleep(one.row["id"], at)
    return True


async def _raise(
    case: Mapping[str, Any], task: Mapping[str, Any] | None, one: Awake, colour: str, when: datetime, *, at: datetime
) -> None:
    """One card as of `when`, unless it has been raised; with its lines in journal and outbox. Blue is only a hint."""
    row, calendar = one.row, await calendar_of(one.row["region_code"])
    side = await _side(case, task, row["kind"], when)
    due = min(local(row["promised_due"]), local(row["computed_due"]))
    said = _explanation(case, task, one, due, when, calendar)
    what = f"“{task['item_name']}”{KINDS[row['kind']]}" if task else KINDS[row["kind"]]
    id = await connection().fetchval(
        _RAISE,
        new_id(at),
        row["region_code"],
        side.department,
        row["case_id"],
        row["task_id"],
        row["id"],
        row["kind"],
        row["started_at"],
        colour,
        side.owner,
        side.owner_name,
        cards.reason(row["kind"], what, said["limit"], colour, due, said["used"], said["left"]),
        json.dumps(said, ensure_ascii=False),
        due,
        when,
        at,
    )
    if id is None or colour == "blue":
        return
    content = {
        "colour": colour,
        "clock": row["kind"],
        "mark": f"{local(when):%Y-%m-%d %H:%M}",
        "card": cards.COLOURS[colour].word,
    }
    await journal.record(
        "case",
        row["case_id"],
        "card raised",
        by=SYSTEM,
        at=at,
        region=row["region_code"],
        department=side.department,
        content=content | ({"item": task["item"]} if task else {}),
    )
    await outbox.write("card raised", case_id=row["case_id"], payload={"card": str(id), "colour": colour}, at=at)


async def _side(case: Mapping[str, Any], task: Mapping[str, Any] | None, kind: str, when: datetime) -> _Side:
    """Who answers for a clock: the window for what it owes, the lead for the whole, else whoever had claimed."""
    if kind in ("correction", "delivery"):
        name = " ".join(part for part in (case["window_name"], case["opened_by_name"]) if part)
        return _Side("", case["opened_by"], name)
    if task is None:
        return _Side((await catalogue.edition(case["edition"])).bundle.lead, "", "")
    if kind != "claim" and task["claimed_at"] is not None and task["claimed_at"] <= when:
        return _Side(task["department"], task["claimed_by"], task["claimed_by_name"])
    return _Side(task["department"], "", "")


def _explanation(
    case: Mapping[str, Any],
    task: Mapping[str, Any] | None,
    one: Awake,
    due: datetime,
    when: datetime,
    calendar: Calendar,
) -> dict[str, Any]:
    """What a card was reckoned from, as it was then."""
    row, history = one.row, one.history
    left = clock.remaining(due, when, calendar, started=history.start, pauses=history.pauses)
    return {
        "number": case["number"] or "",
        "item_name": task["item_name"] if task else "",
        "limit": limit_text(history.limit),
        "basis": row["basis"],
        "started": local(row["started_at"]).isoformat(),
        "computed": local(row["computed_due"]).isoformat(),
        "promised": local(row["promised_due"]).isoformat(),
        "provisional": row["provisional"],
        "calendar": row["calendar"],
        "used": int(clock.used(history, calendar, when) * 100 + 1e-6),
        "left": left.text,
        "moved": bool(history.pauses or history.extensions),
    }
