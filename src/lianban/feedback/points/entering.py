"""Somebody opens a sticker and rates: the service of the place, or an own case that number and query code open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from lianban import errors
from lianban.casework import occasions, tracking
from lianban.casework.occasions import Service
from lianban.casework.policies import policy
from lianban.feedback import ratings
from lianban.feedback.points import tickets
from lianban.outside.database import connection, transaction
from lianban.rules.ratings import is_point, kind_at, said_at

UNKNOWN = "这个评价二维码无效或者已经更换，请扫现场最新的二维码，或者向工作人员询问。"
CLOSED = "{name}现在没有开通评价。请扫其他窗口的二维码，或者向工作人员询问。"
PLACES = 60
"""Windows of a hall that its sticker offers to choose from."""

_POINT = "SELECT * FROM evaluation_points WHERE token = $1 AND retired_at IS NULL"
_WITHIN = """
SELECT id, name FROM evaluation_points
WHERE parent_id = $1 AND retired_at IS NULL AND open_since <= $2 AND (open_until IS NULL OR open_until > $2)
ORDER BY kind, name, id LIMIT $3
"""
_PLACE = """
SELECT * FROM evaluation_points
WHERE id = $1 AND parent_id = $2 AND retired_at IS NULL AND open_since <= $3 AND (open_until IS NULL OR open_until > $3)
"""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sticker:
    """What a sticker opens: `matter` says what is rated, `places` (id, name) are the windows within the place.

    `ticket` goes into the form and comes back with it; `general` takes views on anything, not on one service.
    """

    token: str
    region: str
    point_id: UUID
    name: str
    matter: str
    general: bool
    ticket: str
    places: tuple[tuple[str, str], ...]
    named_only: bool


async def sticker(token: str, *, at: datetime) -> Sticker:
    """What the sticker with this token opens. Writes nothing. Raises NotFound, Conflict while the point is closed."""
    async with transaction():
        row = await open_point(token, at)
        within = await connection().fetch(_WITHIN, row["id"], at, PLACES)
    return Sticker(
        token=token,
        region=row["region_code"],
        point_id=row["id"],
        name=row["name"],
        matter=said_at(row["kind"], row["name"]),
        general=kind_at(row["kind"]) == "general",
        ticket=tickets.draw(token, at),
        places=tuple((str(each["id"]), each["name"]) for each in within),
        named_only=(await policy(row["region_code"])).rating_named,
    )


async def rate_at(
    token: str, ticket: str, rate: Callable[[str], Awaitable[T]], *, place: str = "", at: datetime
) -> tuple[str, T]:
    """Mint the occasion of a ticket and have `rate` rate it, both or neither; the occasion's token and the outcome.

    `place` is one of the sticker's places. The same ticket again meets the same occasion. Raises NotFound, Conflict;
    a stale ticket is counted here, what `rate` refuses by the caller (`ratings.count_refusal`).
    """
    async with transaction():
        point = await open_point(token, at)
        if place:
            point = await _place(place, point["id"], at)
    return await rate_with(token, ticket, service_at(point), rate, at=at)


async def rate_with(
    at_token: str, ticket: str, service: Service, rate: Callable[[str], Awaitable[T]], *, at: datetime
) -> tuple[str, T]:
    """As `rate_at`, for the service that the ticket of a sticker or screen was drawn for."""
    try:
        drawn, since = tickets.read(ticket, at_token, at)
    except errors.Conflict:
        await ratings.note_try(
            "expired", region=service.region, department=service.department, point=service.point_id, at=at
        )
        raise
    async with transaction():
        occasion = await occasions.mint(service, token=drawn, at=since)
        return occasion, await rate(occasion)


async def of_case(number: str, code: str, *, address: str, at: datetime) -> str:
    """The token of the newest service of an own case that may still be rated, else of the newest at all.

    Raises Unknown, TooOften (as following the case does), Conflict when the case had no service yet.
    """
    case_id = await tracking.opened(number, code, address=address, at=at)
    async with transaction():
        found = await occasions.of_case(case_id)
    if not found:
        raise errors.Conflict("这件办件还没有可以评价的服务，受理以后就可以评价。您也可以评价现场的服务。")
    open = [one for one in found if one.open(at)]
    return (open or found)[-1].token


async def open_point(token: str, at: datetime) -> Mapping[str, Any]:
    """The row of a point that takes ratings, in the caller's transaction. Raises NotFound, Conflict."""
    row: Mapping[str, Any] | None = await connection().fetchrow(_POINT, token) if is_point(token) else None
    if row is None:
        raise errors.NotFound(UNKNOWN)
    if not able(row, at):
        raise errors.Conflict(CLOSED.format(name=row["name"]))
    return row


def able(row: Mapping[str, Any], at: datetime) -> bool:
    """Whether a point takes ratings."""
    since, until = row["open_since"], row["open_until"]
    return row["retired_at"] is None and since is not None and since <= at and (until is None or at < until)


def service_at(point: Mapping[str, Any], *, matter: str = "", served_by: str = "") -> Service:
    """The service that is rated at a point; `matter` in the words of whoever opens the occasion."""
    return Service(
        region=point["region_code"],
        kind=kind_at(point["kind"]),
        step="service",
        matter=matter or said_at(point["kind"], point["name"]),
        point_id=point["id"],
        item=point["item"],
        department=point["department"],
        window=point["window_name"],
        served_by=served_by,
    )


async def _place(place: str, within: UUID, at: datetime) -> Mapping[str, Any]:
    try:
        row = await connection().fetchrow(_PLACE, UUID(place), within, at)
    except ValueError:
        row = None
    if row is None:
        raise errors.Conflict("选择的窗口现在没有开通评价，请重新选择。")
    found: Mapping[str, Any] = row
    return found
