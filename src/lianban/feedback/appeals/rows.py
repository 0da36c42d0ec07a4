"""What all verbs of an appeal lock and look up: the rectification first, then the appeal, then its panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, journal
from lianban.casework import catalogue
from lianban.casework.calendars import calendar_of
from lianban.casework.policies import policy
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules import clock
from lianban.rules.actors import ROLE_NAMES, Actor, Role
from lianban.rules.appeals import Vote
from lianban.rules.clock import Due, History
from lianban.rules.lifecycles import AppealRow, Move, fire
from lianban.rules.policy import Policy
from lianban.tables.ids import day_of

FILED, DECIDED = "appeal filed", "appeal decided"
MISSING = "没有找到这件申诉。"
NO_PROBLEM = "没有找到这条差评的整改记录。"
CENTRE = "政务服务中心"

PROBLEM = "SELECT * FROM rectifications WHERE id = $1"
_OF = "SELECT rectification_id FROM appeals WHERE id = $1 AND region_code = $2"
_APPEAL = "SELECT * FROM appeals WHERE id = $1"
_SCORED = "SELECT department FROM ratings WHERE day = $1 AND id = $2"
_MEMBERS = "SELECT * FROM appeal_members WHERE appeal_id = $1 ORDER BY id"
_VERIFIER = """
SELECT by_id, at FROM rectification_steps WHERE rectification_id = $1 AND event = ANY($2) ORDER BY id DESC LIMIT 1
"""
# Its limits before its journal: the timer takes them in this order too.
_LIMITS = """
SELECT 1 FROM matter_clocks WHERE matter = 'appeal' AND matter_id = $1 AND stopped_at IS NULL ORDER BY id FOR UPDATE
"""
_STATUS = "UPDATE appeals SET status = $2 WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Held:
    """An appeal, its rectification and its panel, locked (or only read); `row` lives."""

    row: AppealRow
    appeal: Mapping[str, Any]
    problem: Mapping[str, Any]
    members: list[Mapping[str, Any]]
    policy: Policy

    @property
    def id(self) -> UUID:
        """The appeal's own id, its subject in the journal too."""
        id: UUID = self.appeal["id"]
        return id

    @property
    def seats(self) -> list[Mapping[str, Any]]:
        """Who sits on the panel now."""
        return [one for one in self.members if one["left_at"] is None]


async def held(appeal_id: UUID, *, by: Actor, lock: bool = True) -> Held:
    """The appeal in the caller's transaction. Raises NotFound, in another region too."""
    problem_id = await connection().fetchval(_OF, appeal_id, by.region)
    if problem_id is None:
        raise errors.NotFound(MISSING)
    # Whoever else changes the rectification locks it first as well.
    problem = await connection().fetchrow(f"{PROBLEM} FOR UPDATE" if lock else PROBLEM, problem_id)
    appeal = await connection().fetchrow(f"{_APPEAL} FOR UPDATE" if lock else _APPEAL, appeal_id)
    if lock:
        await connection().execute(_LIMITS, appeal_id)
    members = list(await connection().fetch(_MEMBERS, appeal_id))
    chosen = await policy(appeal["region_code"])
    row = AppealRow(
        str(appeal_id),
        appeal["status"],
        appeal["region_code"],
        department=appeal["department"],
        scored=await scored_unit(appeal["rating_id"]),
        rated=problem["served_by"],
        verifier=await verifier(problem_id),
        filed_by=appeal["filed_by"],
        convened_by=appeal["convened_by"],
        claimed=appeal["ground"],
        votes={
            one["person"]: Vote(one["vote"], one["ground"]) if one["vote"] else None
            for one in members
            if one["left_at"] is None
        },
        least=chosen.panel_size,
    )
    return Held(row, appeal, problem, members, chosen)


async def play(found: Held, event: str, by: Actor, at: datetime, content: Mapping[str, Any] | None = None) -> Move:
    """One event on a locked appeal: state, journal. Raises Illegal."""
    move = fire(found.row, event, by)
    await connection().execute(_STATUS, found.id, move.target)
    await note(found.id, f"appeal {event}", found.appeal["region_code"], by=by, at=at, content=content)
    return move


async def note(
    id: UUID, event: str, region: str, *, by: Actor, at: datetime, content: Mapping[str, Any] | None = None
) -> None:
    """A line of the appeal in the journal."""
    await journal.record("rating", id, event, by=by, at=at, region=region, content=content)


async def verifier(problem_id: UUID) -> str:
    """Who has verified the rating; "" nobody yet."""
    row = await connection().fetchrow(_VERIFIER, problem_id, ["verify", "explain"])
    return row["by_id"] if row else ""


async def until(problem: Mapping[str, Any]) -> Due | None:
    """Until when the rated side may appeal: reckoned from the transfer, or from the finding that it is unfounded; None
    before that."""
    since = problem["transferred_at"]
    if since is None:
        row = await connection().fetchrow(_VERIFIER, problem["id"], ["explain"])
        since = row["at"] if row else None
    if since is None:
        return None
    region = problem["region_code"]
    chosen = await policy(region)
    history = History(local(since), chosen.limit("appeal"), first_day_counts=chosen.first_day_counts)
    return clock.reckon(history, await calendar_of(region))


async def unit_name(region: str, department: str) -> str:
    """The rated unit in words."""
    return (await catalogue.departments(region)).get(department, department) if department else CENTRE


def post_name(row: Mapping[str, Any], departments: Mapping[str, str]) -> str:
    """Where somebody of the house belongs, for the list of those who may sit on a panel."""
    if row["department"]:
        return departments.get(row["department"], row["department"])
    return row["window_name"] or "、".join(ROLE_NAMES[Role(role)] for role in row["roles"])


async def scored_unit(rating_id: UUID) -> str | None:
    """The unit in whose figures a rating stands, "" the centre; None for an unknown rating. In a transaction."""
    unit: str | None = await connection().fetchval(_SCORED, day_of(rating_id), rating_id)
    return unit
