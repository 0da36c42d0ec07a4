"""What has to be reported is found by looking at what there is: a rating that is in no report is missing.

A quick look each round at the latest, once a day at everything of the last weeks.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from lianban import errors, journal
from lianban.casework.calendars import calendar_of
from lianban.casework.policies import policy
from lianban.feedback.upward.editions import Chosen, chosen
from lianban.feedback.upward.facts import facts_of
from lianban.outside import vault
from lianban.outside.clock import SHANGHAI, local
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.rules import clock
from lianban.rules.actors import Actor, Role
from lianban.rules.clock import History
from lianban.rules.upward import CAUSES, digest, rendered
from lianban.tables.ids import day_of, new_id

PURPOSE = "upward report"
BATCH = 200
BACK = timedelta(days=40)
EARLIER = 500
"""Batches of older ratings that one day's look queues at most: a year is caught up while business goes on."""
OVERLAP = timedelta(minutes=2)
"""How long a transaction may have been at work behind the latest known rating; the daily look finds the rest."""

_LATEST = "SELECT rating_id FROM upward_reports WHERE cause = 'rating' ORDER BY rating_id DESC LIMIT 1"
_RATINGS = f"""
SELECT r.id AS rating_id, r.region_code, r.at, '' AS cause_id FROM ratings r
WHERE r.day >= $1 AND r.id >= $2 AND r.source <> 'default' AND NOT EXISTS (
  SELECT 1 FROM upward_reports u WHERE u.rating_id = r.id AND u.cause = 'rating')
ORDER BY r.day, r.id LIMIT {BATCH}
"""
# What is older than all that was ever reported: the platform was named later than the first ratings came.
_FIRST = "SELECT rating_id FROM upward_reports WHERE cause = 'rating' ORDER BY rating_id LIMIT 1"
_EARLIER = f"""
SELECT r.id AS rating_id, r.region_code, r.at, '' AS cause_id FROM ratings r
WHERE r.day <= $1 AND r.id < $2 AND r.source <> 'default' ORDER BY r.day DESC, r.id DESC LIMIT {BATCH}
"""
# Changes follow the first report of their rating.
_MARKS = f"""
SELECT m.rating_id, m.region_code, m.at, m.id::text AS cause_id FROM rating_marks m
WHERE m.at >= $1 AND EXISTS (SELECT 1 FROM upward_reports u WHERE u.rating_id = m.rating_id AND u.cause = 'rating')
  AND NOT EXISTS (SELECT 1 FROM upward_reports u
    WHERE u.rating_id = m.rating_id AND u.cause = 'standing' AND u.cause_id = m.id::text)
ORDER BY m.at, m.id LIMIT {BATCH}
"""
_STEPS = f"""
SELECT p.rating_id, p.region_code, s.at, s.id::text AS cause_id FROM rectification_steps s
JOIN rectifications p ON p.id = s.rectification_id
WHERE s.at >= $1 AND s.status <> s.was AND s.status IN ('replied', 'written_off', 'void')
  AND EXISTS (SELECT 1 FROM upward_reports u WHERE u.rating_id = p.rating_id AND u.cause = 'rating')
  AND NOT EXISTS (SELECT 1 FROM upward_reports u
    WHERE u.rating_id = p.rating_id AND u.cause = 'handling' AND u.cause_id = s.id::text)
ORDER BY s.at, s.id LIMIT {BATCH}
"""
_ADD = """
INSERT INTO upward_reports (id, region_code, rating_id, day, cause, cause_id, occurred_at, due_by, schema, edition,
  sealed, digest, status, reason, due_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (rating_id, cause, cause_id) DO NOTHING RETURNING id
"""
_REPORT = "SELECT * FROM upward_reports WHERE id = $1 AND region_code = $2 FOR UPDATE"
_AGAIN = """
UPDATE upward_reports SET schema = $2, edition = $3, sealed = $4, digest = $5, status = $6, reason = $7, due_at = $8,
  answered_at = NULL WHERE id = $1
"""


class Made(NamedTuple):
    """A report as it will go up; with a `fault` it cannot."""

    sealed: bytes | None
    digest: str
    fault: str


async def sweep(at: datetime) -> int:
    """Queue what has come since the last look, one batch of each cause; how many. Cheap when there is nothing."""
    if not _reports():
        return 0
    async with transaction():
        latest: UUID | None = await connection().fetchval(_LATEST)
        since = at - BACK
        if latest is not None:
            since = max(since, datetime.fromtimestamp((latest.int >> 80) / 1000, SHANGHAI) - OVERLAP)
        return await _queue(since, at - timedelta(days=1), at)


async def complete(at: datetime) -> int:
    """Queue everything of the last weeks that is in no report, however it was missed, then what is older than the first
    report; how many. May be repeated."""
    made = 0
    while _reports():
        async with transaction():
            found = await _queue(at - BACK, at - BACK, at)
        made += found
        if not found:
            break
    for _ in range(EARLIER if _reports() else 0):
        async with transaction():
            first: UUID | None = await connection().fetchval(_FIRST)
            older = await connection().fetch(_EARLIER, day_of(first), first) if first else []
            made += await _add([("rating", row) for row in older], at)
        if not older:
            break
    return made


async def resend(report_id: UUID, *, by: Actor, at: datetime) -> None:
    """Make a refused or lost report anew with what is known today, and send it again under its id.

    Raises NotFound, Forbidden, Conflict for one that waits, or lies at the platform.
    """
    if not by.may(Role.ADMINISTRATOR, Role.SUPERVISOR):
        raise errors.Forbidden("重新上报由系统管理员或者监督员办理。")
    async with transaction():
        row = await connection().fetchrow(_REPORT, report_id, by.region)
        if row is None:
            raise errors.NotFound("没有找到这条上报记录。")
        if row["status"] not in ("rejected", "failed"):
            raise errors.Conflict("这条记录不需要重新上报：还在等待，或者已经送达。")
        await again([report_id], at=at)
        await journal.record(
            "catalogue", f"upward {by.region}", "upward report sent again", by=by, at=at, content={"id": str(report_id)}
        )


async def again(ids: Sequence[UUID], *, at: datetime) -> None:
    """Make these reports anew, in the caller's transaction: they wait to be sent."""
    rows = await connection().fetch("SELECT id, region_code, rating_id FROM upward_reports WHERE id = ANY($1)", ids)
    facts = await facts_of([row["rating_id"] for row in rows])
    for row in rows:
        edition = await chosen(row["region_code"])
        made = _make(edition, facts[row["rating_id"]])
        await connection().execute(
            _AGAIN,
            row["id"],
            edition.schema.id,
            edition.number,
            made.sealed,
            made.digest,
            "failed" if made.fault else "waiting",
            made.fault,
            None if made.fault else at,
        )


def _reports() -> bool:
    """Whether anything is reported at all. The demonstration shows what would go up."""
    return bool(settings().upward_url or settings().demo)


async def _queue(since: datetime, changes: datetime, at: datetime) -> int:
    first = UUID(int=int(since.timestamp() * 1000) << 80)
    found = [("rating", row) for row in await connection().fetch(_RATINGS, local(since).date(), first)]
    made = await _add(found, at)
    later = [("standing", row) for row in await connection().fetch(_MARKS, changes)]
    later += [("handling", row) for row in await connection().fetch(_STEPS, changes)]
    # Oldest first: of two changes of one rating the ids tell the order.
    return made + await _add(sorted(later, key=lambda one: one[1]["at"]), at)


async def _add(found: Sequence[tuple[str, Any]], at: datetime) -> int:
    if not found:
        return 0
    facts = await facts_of({row["rating_id"] for _, row in found})
    made = 0
    for cause, row in found:
        assert cause in CAUSES
        region, occurred = row["region_code"], local(row["at"])
        edition = await chosen(region)
        limit = (await policy(region)).limit("upward_within")
        due_by = clock.reckon(History(occurred, limit), await calendar_of(region), explain=False).instant
        report = _make(edition, facts[row["rating_id"]])
        made += bool(
            await connection().fetchval(
                _ADD,
                new_id(at),
                region,
                row["rating_id"],
                day_of(row["rating_id"]),
                cause,
                row["cause_id"],
                occurred,
                due_by,
                edition.schema.id,
                edition.number,
                report.sealed,
                report.digest,
                "failed" if report.fault else "waiting",
                report.fault,
                None if report.fault else at,
                at,
            )
        )
    return made


def _make(edition: Chosen, facts: dict[str, Any]) -> Made:
    try:
        content = rendered(edition.schema, edition.codes, facts)
    except errors.Invalid as refusal:
        return Made(None, "", refusal.sentence)
    return Made(vault.seal({"content": json.dumps(content, ensure_ascii=False)}, PURPOSE), digest(content), "")
