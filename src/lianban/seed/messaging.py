"""What the people of the town were told by message, each at the time it happened; nothing ever leaves the house."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from lianban.casework import messages
from lianban.outbox import Message
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction

# The entries stay: the worker prints what they ask for, and finds that everybody was told.
_DUE = """
SELECT id, event, case_id, payload, due_at FROM outbox
WHERE event = ANY($1) AND due_at <= $2 AND NOT id = ANY($3) ORDER BY due_at, id LIMIT 1
"""
# The numbers are made up, but somebody may have them: with a real gateway nothing of the town goes out.
_WITHHOLD = """
UPDATE messages SET status = 'dropped', reason = '演示数据，不发送' WHERE status = 'waiting'
"""


async def tell_by_message(now: datetime, *, send: bool) -> None:
    """Write the messages of all that has happened up to `now`, and keep them for the simulation if they may `send`."""
    events, done = [*messages.TELLERS, *([messages.SEND] if send else [])], list[UUID]()
    while True:
        async with transaction():
            # One at a time: what one brings may fall due before the next.
            row = await connection().fetchrow(_DUE, events, now, done)
        if row is None:
            break
        done.append(row["id"])
        entry = Message(row["id"], row["event"], row["case_id"], json.loads(row["payload"]), 1)
        await (messages.send if row["event"] == messages.SEND else messages.follow)(entry, local(row["due_at"]))
    if not send:
        async with transaction():
            await connection().execute(_WITHHOLD)
