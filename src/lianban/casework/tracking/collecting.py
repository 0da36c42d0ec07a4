"""The holder's side of a delivery: consent to the electronic way, the code of a box, downloads, paper on demand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lianban import people
from lianban.casework import progress
from lianban.casework.attachments import folder
from lianban.casework.delivery import cabinet, consents, downloads
from lianban.casework.owed import catch_up
from lianban.casework.progress import Held
from lianban.casework.tracking.entry import opened
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import HOLDER


@dataclass(frozen=True, slots=True)
class PickUp:
    """What the holder is shown once: the box and its code, and until when it is kept there."""

    box: str
    code: str
    until: datetime


async def consent(number: str, query_code: str, *, agree: bool, address: str, at: datetime) -> None:
    """Agree to electronic delivery, or take that back; either twice changes nothing. Raises as `track` does."""
    async with _own(number, query_code, address=address, at=at) as held:
        if agree:
            await consents.given(held, held.case["applicant"], "online", by=HOLDER, at=at)
        else:
            await consents.taken_back(held, "online", by=HOLDER, at=at)


async def pick_up_code(number: str, query_code: str, delivery_id: UUID, *, address: str, at: datetime) -> PickUp:
    """A fresh code for the box; the one before opens nothing any more. Raises as `track` does, Conflict."""
    async with _own(number, query_code, address=address, at=at) as held:
        code = await cabinet.new_code(held, delivery_id, at=at)
        row = await connection().fetchrow("SELECT box, until FROM deliveries WHERE id = $1", delivery_id)
        return PickUp(row["box"], code, local(row["until"]))


async def ask_for_paper(number: str, query_code: str, delivery_id: UUID, *, address: str, at: datetime) -> None:
    """What was delivered electronically is wanted on paper too (民事诉讼法 90). Raises as `track` does."""
    async with _own(number, query_code, address=address, at=at) as held:
        await downloads.ask_as_holder(held, delivery_id, at=at)


async def result(number: str, query_code: str, result_id: UUID, *, address: str, at: datetime) -> tuple[str, str, str]:
    """Where the file of an electronically delivered result is kept, its name and type; the look is recorded."""
    async with _own(number, query_code, address=address, at=at) as held:
        row = await downloads.result_for_holder(held.id, result_id)
        await downloads.seen(held.id, result_id, at=at)
        await people.record_access(held.id, row["name"], "申请人查询", by=HOLDER, at=at, address=address)
        return f"{folder(held.id)}/{row['sha256']}", row["file_name"], row["media_type"]


@asynccontextmanager
async def _own(number: str, query_code: str, *, address: str, at: datetime) -> AsyncIterator[Held]:
    """One transaction with the case locked that number and code open."""
    case_id = await opened(number, query_code, address=address, at=at)
    await catch_up(case_id, at=at)
    async with transaction():
        held = await progress.hold(case_id)
        assert held is not None
        yield held
