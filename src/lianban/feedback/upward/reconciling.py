"""Ours beside theirs, day by day: what the platform lacks goes again, what differs is listed (数据汇集及时准确率)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.feedback.upward.queueing import BACK, again
from lianban.outside import upward
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.tables.ids import new_id

DAYS = 3
"""How many days back the worker reconciles each night: an answer may be late."""

_OURS = """
SELECT id, status, digest, accepted_at FROM upward_reports WHERE region_code = $1 AND day = $2 AND status <> 'failed'
ORDER BY id
"""
_HEALED = """
UPDATE upward_reports SET status = 'accepted', reason = '对账时确认', due_at = NULL, sealed = NULL, answered_at = $2,
  sent_at = COALESCE(sent_at, $2), accepted_at = COALESCE(accepted_at, $2)
WHERE id = ANY($1) AND status IN ('waiting', 'taken')
"""
_ADD = """
INSERT INTO upward_reconciliations (id, region_code, day, at, ours, theirs, missing, differing, unknown, by_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
# The last days, and those on which not everything was in order when they were last looked at.
_LATELY = """
SELECT DISTINCT region_code, day FROM upward_reports WHERE day >= $1 AND day < $2
UNION
SELECT region_code, day FROM (
  SELECT DISTINCT ON (region_code, day) region_code, day, missing || differing AS wrong FROM upward_reconciliations
  WHERE day >= $3 AND day < $2 ORDER BY region_code, day, at DESC, id DESC
) looked WHERE wrong <> '{}'
ORDER BY 1, 2
"""
# The latest look at each day as it was known then.
_FIGURE = """
WITH looked AS (
  SELECT DISTINCT ON (day) day, at, missing, differing FROM upward_reconciliations
  WHERE region_code = $1 AND day BETWEEN $2 AND $3 AND at <= $4 ORDER BY day, at DESC, id DESC
)
SELECT count(*) AS all, count(*) FILTER (WHERE u.accepted_at <= u.due_by AND u.accepted_at <= $4
  AND NOT u.id = ANY(COALESCE(l.differing, '{}'))
  AND NOT (u.id = ANY(COALESCE(l.missing, '{}'))
    AND NOT COALESCE(u.status = 'accepted' AND u.answered_at BETWEEN l.at AND $4, false))) AS good
FROM upward_reports u LEFT JOIN looked l ON l.day = u.day
WHERE u.region_code = $1 AND u.day BETWEEN $2 AND $3 AND u.created_at <= $4
  AND (u.due_by < $4 OR u.accepted_at <= $4)
"""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The outcome of one look: how many on each side, what they lack, what differs, what only they know."""

    day: date
    ours: int
    theirs: int
    missing: tuple[UUID, ...]
    differing: tuple[UUID, ...]
    unknown: int

    @property
    def clean(self) -> bool:
        """Whether both sides agree."""
        return not (self.missing or self.differing or self.unknown)


@dataclass(frozen=True, slots=True)
class Figure:
    """数据汇集及时准确率: of the reports that were due or accepted, those accepted in time and not differing."""

    good: int
    all: int


async def reconcile(region: str, day: date, *, by: Actor, at: datetime) -> Reconciled:
    """Compare a day; what they lack although it was accepted is sent again, what they have although the answer was
    lost counts as accepted. Raises Forbidden, Conflict when there is no platform or it does not say."""
    if by is not SYSTEM and not (by.may(Role.ADMINISTRATOR, Role.SUPERVISOR) and by.region == region):
        raise errors.Forbidden("对账由系统管理员或者监督员办理。")
    if not settings().upward_url:
        raise errors.Conflict("没有设置上级平台的地址（LIANBAN_UPWARD_URL），不能对账。")
    theirs = await upward.held(settings(), region, day)
    if theirs is None:
        raise errors.Conflict("上级平台没有给出这一天的数据，请稍后再对账。")
    async with transaction():
        rows: list[Mapping[str, Any]] = await connection().fetch(f"{_OURS} FOR UPDATE", region, day)
        known = {str(row["id"]) for row in rows}
        there = [row for row in rows if str(row["id"]) in theirs]
        gone = [row for row in rows if _was_there(row) and str(row["id"]) not in theirs]
        lost = [row["id"] for row in gone]
        differing = [row["id"] for row in there if theirs[str(row["id"])] != row["digest"]]
        found = Reconciled(day, len(rows), len(theirs), tuple(lost), tuple(differing), len(theirs.keys() - known))
        same = [row["id"] for row in there if row["id"] not in differing]
        await connection().execute(_HEALED, same, at)
        await again([row["id"] for row in gone if row["status"] != "rejected"], at=at)
        await connection().execute(
            _ADD, new_id(at), region, day, at, found.ours, found.theirs, lost, differing, found.unknown, by.id
        )
    return found


def _was_there(row: Mapping[str, Any]) -> bool:
    """Whether the platform once had it: what it has lost is not accurate until it has it again."""
    return row["status"] in ("accepted", "taken") or row["accepted_at"] is not None


async def nightly(at: datetime) -> int:
    """Reconcile the last days that are over; how many. One of the day's chores."""
    if not settings().upward_url:
        return 0
    today = local(at).date()
    async with transaction():
        rows = await connection().fetch(_LATELY, today - timedelta(days=DAYS), today, today - BACK)
    for row in rows:
        await reconcile(row["region_code"], row["day"], by=SYSTEM, at=at)
    return len(rows)


async def figure(region: str, since: date, until: date, *, at: datetime) -> Figure:
    """The rate of ratings entered from `since` to `until` (both included) as known at `at`, in the caller's
    transaction. A report that could not be made counts once it is due: it is not there."""
    row = await connection().fetchrow(_FIGURE, region, since, until, at)
    return Figure(row["good"], row["all"])
