"""What everybody may see of the draws: each day's population as marks, its seed and sample, and the next commitment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lianban import errors
from lianban.feedback.callbacks.proving import check, published
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction

PAGE = 31

_DRAWS = """
SELECT day, serial, share, population, sample, drawn_at FROM callback_draws WHERE region_code = $1
ORDER BY day DESC, serial DESC LIMIT $2 OFFSET $3
"""
_NEXT = "SELECT commitment, prepared_at FROM callback_seeds WHERE region_code = $1 AND used_at IS NULL"
_ONE = "SELECT * FROM callback_draws WHERE region_code = $1 AND day = $2 AND serial = $3"
_MEMBERS = "SELECT window_name, mark, chosen FROM callback_members WHERE draw_id = $1"


@dataclass(frozen=True, slots=True)
class DrawLine:
    """A draw in the list."""

    day: date
    serial: int
    share: int
    population: int
    sample: int
    drawn_at: datetime


@dataclass(frozen=True, slots=True)
class Draws:
    """The draws of a region, the newest day first, and the digest of the seed that comes next."""

    lines: tuple[DrawLine, ...]
    commitment: str
    committed_at: datetime | None
    page: int
    more: bool


@dataclass(frozen=True, slots=True)
class DrawView:
    """One draw as it is published, and what was found when it was derived again just now ("" nothing wrong)."""

    shown: Mapping[str, Any]
    drawn_at: datetime
    committed_at: datetime
    day: date
    faults: tuple[str, ...]


async def draws(region: str, page: int = 1) -> Draws:
    """The draws of a region, a month's worth on a page."""
    page = max(1, page)
    async with transaction():
        rows = await connection().fetch(_DRAWS, region, PAGE + 1, (page - 1) * PAGE)
        seed = await connection().fetchrow(_NEXT, region)
    return Draws(
        tuple(DrawLine(**{**row, "drawn_at": local(row["drawn_at"])}) for row in rows[:PAGE]),
        seed["commitment"] if seed else "",
        local(seed["prepared_at"]) if seed else None,
        page,
        len(rows) > PAGE,
    )


async def draw_view(region: str, day: date, serial: int) -> DrawView:
    """One draw with its whole population. Raises NotFound."""
    async with transaction():
        row = await connection().fetchrow(_ONE, region, day, serial)
        if row is None:
            raise errors.NotFound("没有找到这一天的抽取记录，请从列表里选择。")
        members = await connection().fetch(_MEMBERS, row["id"])
    shown = published(row, members)
    return DrawView(shown, local(row["drawn_at"]), local(row["committed_at"]), row["day"], tuple(check(shown)))
