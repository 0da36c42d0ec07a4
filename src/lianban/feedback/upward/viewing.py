"""The state of reporting as the page shows it: what waits, what was refused and why, each day reconciled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from lianban import errors
from lianban.feedback.upward.editions import Chosen, chosen
from lianban.feedback.upward.reconciling import Figure, figure
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.rules.actors import Actor, Role
from lianban.rules.upward import CAUSES, STATUSES
from lianban.tables.ids import day_of

READERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
SHOWN_DAYS, MOST = 14, 100

_DAYS = """
SELECT u.day, count(*) AS all, count(*) FILTER (WHERE u.status = 'accepted') AS accepted,
  count(*) FILTER (WHERE u.status IN ('waiting', 'taken')) AS waiting,
  count(*) FILTER (WHERE u.status IN ('rejected', 'failed')) AS refused,
  count(*) FILTER (WHERE u.accepted_at <= u.due_by) AS in_time
FROM upward_reports u WHERE u.region_code = $1 AND u.day >= $2 GROUP BY u.day ORDER BY u.day DESC
"""
_LOOKED = """
SELECT DISTINCT ON (day) * FROM upward_reconciliations WHERE region_code = $1 AND day >= $2 ORDER BY day, at DESC
"""
_OPEN = f"""
SELECT * FROM upward_reports WHERE region_code = $1 AND status <> 'accepted' AND status = ANY($2)
ORDER BY id DESC LIMIT {MOST}
"""
_WAITING = """
SELECT count(*) AS all, max(attempts) AS attempts, min(due_by) AS due_by,
  (array_agg(reason ORDER BY attempts DESC, id))[1] AS reason
FROM upward_reports WHERE region_code = $1 AND status IN ('waiting', 'taken')
"""


@dataclass(frozen=True, slots=True)
class Open:
    """A report that was refused or cannot be made."""

    id: UUID
    day: date
    cause: str
    status: str
    status_name: str
    schema: str
    reason: str
    attempts: int
    late: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The reports of one day of ratings; `looked` when it was last reconciled, and with what result."""

    day: date
    all: int
    accepted: int
    waiting: int
    refused: int
    in_time: int
    looked: datetime | None
    theirs: int
    missing: int
    differing: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the page shows."""

    configured: bool
    edition: Chosen
    waiting: int
    waiting_reason: str
    open: tuple[Open, ...]
    days: tuple[Day, ...]
    figure: Figure
    since: date
    until: date


async def overview(*, by: Actor, at: datetime) -> Overview:
    """The state of the region's reporting. Raises Forbidden."""
    if not by.may(*READERS):
        raise errors.Forbidden("数据汇聚由系统管理员和监督员查看。")
    today = local(at).date()
    since = today - timedelta(days=SHOWN_DAYS - 1)
    async with transaction():
        conn = connection()
        looked = {row["day"]: row for row in await conn.fetch(_LOOKED, by.region, since)}
        days = await conn.fetch(_DAYS, by.region, since)
        open = await conn.fetch(_OPEN, by.region, ["rejected", "failed"])
        waiting = await conn.fetchrow(_WAITING, by.region)
        edition = await chosen(by.region)
        rate = await figure(by.region, since, today, at=at)
    return Overview(
        configured=bool(settings().upward_url),
        edition=edition,
        waiting=waiting["all"],
        waiting_reason=waiting["reason"] or "",
        open=tuple(
            Open(
                id=row["id"],
                day=day_of(row["rating_id"]),
                cause=CAUSES[row["cause"]],
                status=row["status"],
                status_name=STATUSES[row["status"]],
                schema=row["schema"],
                reason=row["reason"],
                attempts=row["attempts"],
                late=at > row["due_by"],
            )
            for row in open
        ),
        days=tuple(
            Day(
                day=row["day"],
                all=row["all"],
                accepted=row["accepted"],
                waiting=row["waiting"],
                refused=row["refused"],
                in_time=row["in_time"],
                looked=local(last["at"]) if last else None,
                theirs=last["theirs"] if last else 0,
                missing=len(last["missing"]) if last else 0,
                differing=len(last["differing"]) if last else 0,
                unknown=last["unknown"] if last else 0,
            )
            for row in days
            for last in [looked.get(row["day"])]
        ),
        figure=rate,
        since=since,
        until=today,
    )
