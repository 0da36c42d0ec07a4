"""Whether a rating counts: it may be set apart, counted after all, or found invalid; each change leaves its mark."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lianban import errors, journal
from lianban.outside.database import connection
from lianban.rules.actors import Actor
from lianban.tables.ids import day_of, new_id

_HELD = "SELECT region_code, department, standing FROM ratings WHERE day = $1 AND id = $2 FOR UPDATE"
_CHANGE = "UPDATE ratings SET standing = $3, reason = $4 WHERE day = $1 AND id = $2"
_MARK = """
INSERT INTO rating_marks (id, rating_day, rating_id, region_code, was, standing, reason, by_id, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


async def change_standing(rating_id: UUID, standing: str, reason: str, *, by: Actor, at: datetime) -> None:
    """The rating is now `counted`, `apart` or `invalid`, in the caller's transaction. The same again changes nothing.
    Raises NotFound."""
    day = day_of(rating_id)
    row = await connection().fetchrow(_HELD, day, rating_id)
    if row is None:
        raise errors.NotFound("没有找到这条评价。")
    if row["standing"] == standing:
        return
    await connection().execute(_CHANGE, day, rating_id, standing, reason)
    await connection().execute(
        _MARK, new_id(at), day, rating_id, row["region_code"], row["standing"], standing, reason, by.id, at
    )
    await journal.record(
        "rating",
        rating_id,
        "standing changed",
        by=by,
        at=at,
        region=row["region_code"],
        department=row["department"],
        content={"was": row["standing"], "standing": standing},
    )
