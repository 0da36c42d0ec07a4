"""The supervisor looks at what was set apart and decides; reads, for a stated purpose, who gave a named rating."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lianban import errors, people
from lianban.feedback import rectification
from lianban.feedback.ratings.giving import PERSON, Rater
from lianban.feedback.ratings.listing import MISSING, STANDINGS, Line, lines_of, oversees
from lianban.feedback.ratings.pictures import data_of
from lianban.feedback.ratings.standing import change_standing
from lianban.feedback.ratings.tries import Tries, refused_tries
from lianban.outside import vault
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.tables.ids import day_of

LONGEST = 200
SHOWN_TRIES = timedelta(days=30)
OWN = "这条评价评的是您本人或者本窗口的服务，不能由您核实，请由另一位监督员处理。"

_APART = """
SELECT *, standing AS stood FROM ratings WHERE region_code = $1 AND standing = 'apart' ORDER BY at, id LIMIT 200
"""
_ONE = "SELECT * FROM ratings WHERE day = $1 AND id = $2"
_PROBLEM = "SELECT id FROM rectifications WHERE source = 'rating' AND rating_id = $1 AND closed_at IS NULL FOR UPDATE"
_SEALED = "SELECT sealed FROM rating_people WHERE rating_id = $1"


@dataclass(frozen=True, slots=True)
class Apart:
    """What waits to be looked at, oldest first, and what was refused in the last thirty days."""

    lines: tuple[Line, ...]
    tries: tuple[Tries, ...]


async def apart(*, by: Actor, at: datetime) -> Apart:
    """The ratings that were set apart. Raises Forbidden."""
    if not oversees(by):
        raise errors.Forbidden("单独列出的评价由监督员查看和核实。")
    async with transaction():
        rows = await connection().fetch(_APART, by.region)
        lines = await lines_of(rows, await rectification.units(by.region), masked=False)
        tries = await refused_tries(by.region, since=local(at - SHOWN_TRIES).date())
    return Apart(tuple(lines), tuple(tries))


async def decide(rating_id: UUID, standing: str, reason: str, *, by: Actor, at: datetime) -> None:
    """A rating that was set apart counts after all, or is invalid; its problem is void with it. Counting ones are
    contested by appeal only. The same again changes nothing. Raises NotFound, Forbidden, Conflict, Invalid."""
    reason = reason.strip()
    if standing not in ("counted", "invalid"):
        raise errors.Invalid("请选择计入或者无效。", {"standing": "请选择计入或者无效。"})
    if not 2 <= len(reason) <= LONGEST:
        sentence = f"请写明核实的情况和理由（2 至 {LONGEST} 个字）。"
        raise errors.Invalid(sentence, {"reason": sentence})
    async with transaction():
        # The problem before the rating, as everywhere: a panel may be deciding about both.
        problem = await connection().fetchval(_PROBLEM, rating_id)
        row = await _of_region(rating_id, by, Role.SUPERVISOR, lock=True)
        if _rates(row, by):
            raise errors.Forbidden(OWN)
        if row["standing"] == standing:
            return
        if row["standing"] != "apart":
            raise errors.Conflict(f"这条评价现在是“{STANDINGS[row['standing']]}”，只有单独列出的评价可以在这里核实。")
        await change_standing(rating_id, standing, reason, by=by, at=at)
        if standing == "invalid" and problem:
            await rectification.void(problem, reason, by=by, at=at)


async def rater(rating_id: UUID, purpose: str, *, by: Actor, at: datetime, address: str = "") -> Rater:
    """Who gave a named rating, to call back; the look is recorded with its purpose. Raises NotFound, Forbidden,
    Invalid."""
    purpose = purpose.strip()
    if not 2 <= len(purpose) <= LONGEST:
        sentence = f"请写明查看的用途（2 至 {LONGEST} 个字）。"
        raise errors.Invalid(sentence, {"purpose": sentence})
    async with transaction():
        row = await _of_region(rating_id, by, Role.SUPERVISOR)
        if _rates(row, by):
            raise errors.Forbidden("不能查看评价您本人或者本窗口的人是谁。")
        sealed = await connection().fetchval(_SEALED, rating_id)
        if sealed is None:
            raise errors.NotFound("这条评价是匿名的，没有留姓名和电话。")
        await people.record_access(row["case_id"], "评价人的姓名和电话", purpose, by=by, at=at, address=address)
    return Rater(**vault.unseal(sealed, PERSON))


async def picture(rating_id: UUID, id: UUID, *, by: Actor, at: datetime, address: str = "") -> tuple[str, bytes]:
    """Name and content of a picture, for supervisors: it may show who was there. Raises NotFound."""
    async with transaction():
        row = await _of_region(rating_id, by, Role.SUPERVISOR, Role.GOVERNMENT_HEAD)
        found = await data_of(rating_id, id)
        if found is None:
            raise errors.NotFound("没有找到这张图片。")
        await people.record_access(row["case_id"], "评价的图片", "核实评价", by=by, at=at, address=address)
    return found


async def _of_region(rating_id: UUID, by: Actor, *roles: Role, lock: bool = False) -> Mapping[str, Any]:
    statement = f"{_ONE} FOR UPDATE" if lock else _ONE
    row: Mapping[str, Any] | None = await connection().fetchrow(statement, day_of(rating_id), rating_id)
    if row is None or row["region_code"] != by.region or not (oversees(by) and by.may(*roles)):
        raise errors.NotFound(MISSING)
    return row


def _rates(row: Mapping[str, Any], by: Actor) -> bool:
    """Whether it is about this person, or about the window where this person sits besides."""
    own_window = by.window != "" and row["window_name"] == by.window and not row["department"]
    return own_window or by.is_or_stands_for(row["served_by"])
