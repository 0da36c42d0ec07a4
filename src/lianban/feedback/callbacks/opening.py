"""Who else is to be called: everybody behind a named negative, and everybody whose request was answered (S1, R-HCP-9).

A named negative is listed the moment it opens, so that nobody can forget it, and comes up when the reply is there.
Handlers of the outbox: each may be repeated, whatever they make carries what caused it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import journal
from lianban.casework.policies import policy
from lianban.feedback import matters
from lianban.feedback.callbacks.keeping import hold, move
from lianban.feedback.matters import Matter
from lianban.outbox import Message
from lianban.outside.database import connection, transaction
from lianban.rules.actors import SYSTEM
from lianban.tables.ids import new_id

NAMED_BASIS = "实名差评全部回访（国办发〔2019〕51号）；期限由本地确定"
REQUEST_BASIS = "诉求答复后全部回访；期限由本地确定"

_PROBLEM = "SELECT * FROM rectifications WHERE id = $1"
_REQUEST = "SELECT * FROM difficulties WHERE id = $1"
_OPEN = "SELECT id FROM callbacks WHERE source = $1 AND source_id = $2 AND closed_at IS NULL"
_LISTED = "SELECT 1 FROM callbacks WHERE source = 'rectification' AND source_id = $1 LIMIT 1"
_BROUGHT = "SELECT 1 FROM callbacks WHERE cause = $1"
_INSERT = """
INSERT INTO callbacks (id, region_code, source, source_id, cause, case_id, matter, department, window_name, served_by,
  status, opened_at, ready_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (cause) DO NOTHING RETURNING id
"""


async def problem_opened(message: Message, at: datetime) -> None:
    """A problem with somebody's name: it waits for the reply."""
    async with transaction():
        row = await _problem(message)
        if row is None or not row["named"] or row["closed_at"] is not None:
            return
        if not await connection().fetchval(_LISTED, row["id"]):
            await _list(row, row["id"], None, at=at)


async def problem_answered(message: Message, at: datetime) -> None:
    """The reply was given: now somebody can be asked whether it will do."""
    async with transaction():
        row = await _problem(message)
        if row is None or not row["named"] or row["closed_at"] is not None:
            return
        if await connection().fetchval(_BROUGHT, message.id):
            return
        id = await connection().fetchval(_OPEN, "rectification", row["id"])
        if id is None:
            # Answered once more after the last call: called once more.
            id = await _list(row, message.id, at, at=at)
        else:
            held = await hold(id, by=SYSTEM, at=at)
            if held.row["status"] != "waiting":
                return
            held.subject.replied = True
            await move(
                held,
                "make_ready",
                "callback ready",
                by=SYSTEM,
                at=at,
                ready_at=at,
                department=row["department"],
                cause=message.id,
            )
        if id is not None:
            await _start(id, row["region_code"], NAMED_BASIS, at=at)


async def problem_over(message: Message, at: datetime) -> None:
    """It is written off, or the rating does not count: nobody need be asked any more."""
    async with transaction():
        row = await _problem(message)
        id = await connection().fetchval(_OPEN, "rectification", row["id"]) if row is not None else None
        if id is not None:
            held = await hold(id, by=SYSTEM, at=at)
            held.subject.void = True
            await move(held, "drop", "callback dropped", by=SYSTEM, at=at)


async def request_answered(message: Message, at: datetime) -> None:
    """A request was answered: its maker is asked, each time anew."""
    async with transaction():
        row = await connection().fetchrow(_REQUEST, UUID(message.payload["difficulty"]))
        if row is None or row["status"] != "replied" or await connection().fetchval(_OPEN, "difficulty", row["id"]):
            return
        served = [by for by in dict.fromkeys((row["about_person"], row["replier"])) if by]
        matter = f"诉求 {row['number']}"
        id = await _insert({**row, "department": row["lead"]}, "difficulty", message.id, matter, "", served, at, at=at)
        if id is not None:
            await _start(id, row["region_code"], REQUEST_BASIS, at=at)


async def _problem(message: Message) -> Mapping[str, Any] | None:
    row: Mapping[str, Any] | None = await connection().fetchrow(_PROBLEM, UUID(message.payload["rectification"]))
    return row


async def _list(row: Mapping[str, Any], cause: UUID, ready: datetime | None, *, at: datetime) -> UUID | None:
    """List a problem's call-back; its id, None when this cause has brought one already."""
    served = [row["served_by"]] if row["served_by"] else []
    return await _insert(
        row,
        "rectification",
        cause,
        f"整改 {row['number']}",
        row["window_name"],
        served,
        ready,
        at=at,
    )


async def _insert(
    row: Mapping[str, Any],
    source: str,
    cause: UUID,
    matter: str,
    window: str,
    served: list[str],
    ready: datetime | None,
    *,
    at: datetime,
) -> UUID | None:
    id: UUID | None = await connection().fetchval(
        _INSERT,
        new_id(at),
        row["region_code"],
        source,
        row["id"],
        cause,
        row["case_id"],
        matter,
        row["department"],
        window,
        served,
        "pending" if ready else "waiting",
        at,
        ready,
    )
    if id is not None:
        content = {"source": source}
        region = row["region_code"]
        await journal.record("rating", id, "callback opened", by=SYSTEM, at=at, region=region, content=content)
    return id


async def _start(id: UUID, region: str, basis: str, *, at: datetime) -> None:
    limit = (await policy(region)).limit("callback")
    await matters.start(Matter("callback", id, region), "callback", limit, basis, at=at)
