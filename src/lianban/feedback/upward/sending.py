"""Reports go up in batches: claimed with a lease, posted, the answer written down. A worker that dies in between leaves
the lease behind; the next one sends the same ids again and the platform knows them already."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from lianban.feedback.upward.queueing import PURPOSE
from lianban.outside import clock, upward, vault
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.outside.upward import Answer, Outgoing

BATCH = 50
LEASE = timedelta(minutes=3)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
REST = timedelta(seconds=30)

# What was said earlier of a rating goes up earlier.
_CLAIM = """
UPDATE upward_reports SET due_at = $2, attempts = attempts + 1 WHERE id IN (
  SELECT u.id FROM upward_reports u WHERE u.due_at <= $1 AND NOT EXISTS (
    SELECT 1 FROM upward_reports e WHERE e.rating_id = u.rating_id AND e.id < u.id AND e.status = 'waiting')
  ORDER BY u.due_at, u.id LIMIT $3 FOR UPDATE SKIP LOCKED
) RETURNING *
"""
_SAID = """
UPDATE upward_reports SET status = $2, reason = $3, due_at = NULL, sent_at = $4, answered_at = $4,
  accepted_at = CASE WHEN $2 = 'accepted' THEN COALESCE(accepted_at, $4::timestamptz) ELSE accepted_at END,
  sealed = CASE WHEN $2 = 'accepted' THEN NULL ELSE sealed END
WHERE id = $1 AND status = 'waiting'
"""
_LATER = "UPDATE upward_reports SET due_at = $2, reason = $3 WHERE id = $1 AND status = 'waiting'"

_away: dict[str, datetime] = {}
"""Platforms that did not answer this process, and until when they are left alone."""


async def send_due(at: datetime) -> int:
    """Send what waits, one batch; how many reports it was. Reports are never given up: data belong up there."""
    config = settings()
    if not config.upward_url or _away.get(config.upward_url, at) > at:
        return 0
    async with transaction():
        rows = sorted(await connection().fetch(_CLAIM, at, at + LEASE, BATCH), key=lambda row: row["id"])
    if not rows:
        return 0
    began = clock.elapsed()
    answer = await _send(rows)
    answered = at + timedelta(seconds=clock.elapsed() - began)
    if answer.away:
        _away[config.upward_url] = answered + REST
    await _record(rows, answer, answered)
    return len(rows)


async def _send(rows: Sequence[Mapping[str, Any]]) -> Answer:
    """Post the batch. One that is refused as a whole goes one by one: a single bad report holds up no other."""
    config = settings()
    outgoing = [_outgoing(row) for row in rows]
    answer = await upward.send(config, outgoing)
    if not answer.refused:
        return answer
    if len(rows) == 1:
        return Answer({outgoing[0].id: ("rejected", answer.reason)})
    results: dict[str, tuple[str, str]] = {}
    for one in outgoing:
        alone = await upward.send(config, [one])
        if alone.away:
            return Answer(results, alone.reason, away=True)
        results |= {one.id: ("rejected", alone.reason)} if alone.refused else alone.results
    return Answer(results, answer.reason)


def _outgoing(row: Mapping[str, Any]) -> Outgoing:
    content = json.loads(vault.unseal(row["sealed"], PURPOSE)["content"])
    occurred = local(row["occurred_at"]).isoformat(timespec="seconds")
    return Outgoing(
        id=str(row["id"]),
        cause=row["cause"],
        region=row["region_code"],
        schema=row["schema"],
        rated_on=row["day"].isoformat(),
        occurred_at=occurred,
        content=content,
    )


async def _record(rows: Sequence[Mapping[str, Any]], answer: Answer, at: datetime) -> None:
    """Write down what the platform said of each; what it did not speak of is tried again later."""
    async with transaction():
        for row in rows:
            said = answer.results.get(str(row["id"]))
            if said:
                await connection().execute(_SAID, row["id"], *said, at)
                continue
            wait = min(FIRST_WAIT * 2 ** min(row["attempts"] - 1, 20), LONGEST_WAIT)
            reason = answer.reason or "上级平台没有说明这条记录的处理结果"
            await connection().execute(_LATER, row["id"], at + wait, reason)
