"""What is kept no longer than it is needed (PIPL art. 19): drafts, uploads, photos taken away, expired traces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lianban import journal
from lianban.casework import messages
from lianban.casework.visits import photos
from lianban.outside.database import connection, transaction
from lianban.outside.storage import store
from lianban.rules.actors import SYSTEM

DRAFTS = timedelta(days=30)
UPLOADS = timedelta(days=7)
KEYS = timedelta(days=30)
ATTEMPTS = timedelta(days=1)

_OLD = "SELECT id FROM cases WHERE status IN ('draft', 'discarded') AND updated_at < $1 ORDER BY id"
_OLD_UPLOADS = """
SELECT DISTINCT c.id FROM cases c JOIN material_files f ON f.case_id = c.id
WHERE c.status IN ('draft', 'discarded') AND c.updated_at < $1 AND f.at < $1 ORDER BY c.id
"""
_STILL_OLD = """
SELECT region_code FROM cases WHERE id = $1 AND status IN ('draft', 'discarded') AND updated_at < $2 FOR UPDATE
"""
# The journal of a deleted draft stays: it tells that there was one, not whose.
_OF_A_DRAFT = ("material_files", "duplicate_keys", "facts", "parties", "access_grants")


@dataclass(frozen=True, slots=True)
class Cleared:
    """How many drafts, and drafts' uploads, were deleted."""

    drafts: int
    uploads: int


async def clear(at: datetime) -> Cleared:
    """Delete what has lain too long at `at`. May run as often as one likes, and from several workers."""
    async with transaction():
        conn = connection()
        await conn.execute("DELETE FROM sessions WHERE expires_at < $1", at)
        await conn.execute("DELETE FROM attempts WHERE slot < $1", at - ATTEMPTS)
        await conn.execute("DELETE FROM idempotency_keys WHERE at < $1", at - KEYS)
        await messages.forget(at)
        uploads = [row["id"] for row in await conn.fetch(_OLD_UPLOADS, at - UPLOADS)]
        drafts = [row["id"] for row in await conn.fetch(_OLD, at - DRAFTS)]
    removed = [await _clear(id, at, before=at - UPLOADS, whole=False) for id in uploads if id not in drafts]
    deleted = [await _clear(id, at, before=at - DRAFTS, whole=True) for id in drafts]
    await photos.clear_removed(at)
    return Cleared(sum(deleted), sum(removed))


async def _clear(case_id: UUID, at: datetime, *, before: datetime, whole: bool) -> bool:
    async with transaction():
        conn = connection()
        region = await conn.fetchval(_STILL_OLD, case_id, before)
        if region is None:
            return False
        # Files first: if this stops half-way, the rows are still there to find the rest by.
        for row in await conn.fetch("SELECT DISTINCT sha256 FROM material_files WHERE case_id = $1", case_id):
            await store().remove(f"cases/{case_id}/{row['sha256']}")
        if whole:
            for table in _OF_A_DRAFT:
                await conn.execute(f"DELETE FROM {table} WHERE case_id = $1", case_id)
            await conn.execute("DELETE FROM cases WHERE id = $1", case_id)
        else:
            await conn.execute("DELETE FROM material_files WHERE case_id = $1", case_id)
        event = "draft deleted" if whole else "uploads deleted"
        await journal.record("case", case_id, event, by=SYSTEM, at=at, region=region)
    return True
