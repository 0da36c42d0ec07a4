"""What follows later: written in the transaction that causes it, handed on by the worker, at least once.

Claiming an entry moves its `due_at` (the lease); a worker that dies gives it back by doing nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lianban.outside.database import connection, transaction
from lianban.tables.ids import new_id

LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_ERROR = 2000

_CLAIM = """
UPDATE outbox SET due_at = $2, attempts = attempts + 1 WHERE id IN (
  SELECT id FROM outbox WHERE due_at <= $1 ORDER BY due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED
) RETURNING id, event, case_id, payload, attempts
"""


@dataclass(frozen=True, slots=True)
class Message:
    """A claimed entry; `attempts` counts this one too."""

    id: UUID
    event: str
    case_id: UUID | None
    payload: dict[str, Any]
    attempts: int


async def write(
    event: str,
    *,
    case_id: UUID | None = None,
    payload: Mapping[str, Any] | None = None,
    at: datetime,
    due: datetime | None = None,
) -> UUID:
    """Leave a message in the caller's transaction: it exists if and only if that commits. Due at once, or at `due`."""
    id = new_id(at)
    await connection().execute(
        "INSERT INTO outbox (id, event, case_id, payload, due_at) VALUES ($1, $2, $3, $4::jsonb, $5)",
        id,
        event,
        case_id,
        json.dumps(dict(payload or {}), ensure_ascii=False),
        due or at,
    )
    return id


async def waiting(at: datetime) -> bool:
    """Whether any message is due, in the caller's transaction."""
    return bool(await connection().fetchval("SELECT EXISTS (SELECT 1 FROM outbox WHERE due_at <= $1)", at))


async def claim(at: datetime, lease: timedelta = LEASE, limit: int = 20) -> list[Message]:
    """Up to `limit` messages that are due, oldest first; nobody else gets them until the lease has run out."""
    async with transaction():
        rows = await connection().fetch(_CLAIM, at, at + lease, limit)
    messages = [
        Message(row["id"], row["event"], row["case_id"], json.loads(row["payload"]), row["attempts"]) for row in rows
    ]
    # UPDATE gives them back in any order; ids are ordered by time.
    return sorted(messages, key=lambda m: m.id)


async def done(message: Message) -> None:
    """The message has been handed on: forget it."""
    async with transaction():
        await connection().execute("DELETE FROM outbox WHERE id = $1", message.id)


async def failed(message: Message, error: str, at: datetime) -> None:
    """Try again later, each time after twice as long, for ever: the entry stays visible with its last error."""
    wait = min(FIRST_WAIT * 2 ** min(message.attempts - 1, 20), LONGEST_WAIT)
    async with transaction():
        # Whoever was too slow finds that another one has taken over.
        await connection().execute(
            "UPDATE outbox SET due_at = $3, last_error = $4 WHERE id = $1 AND attempts = $2",
            message.id,
            message.attempts,
            at + wait,
            error[:LONGEST_ERROR],
        )
