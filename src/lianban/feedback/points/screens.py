"""The screen at the counter (评价器): at rest, an invitation, a rating, thanks, at rest again.

Its address is not the sticker's: whoever has scanned the sticker cannot answer an invitation from afar.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from lianban import errors
from lianban.casework.occasions import address_of
from lianban.casework.policies import policy
from lianban.feedback.points import tickets
from lianban.feedback.points.entering import able, rate_with, service_at
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.ratings import is_terminal, said_at

UNKNOWN = "这个评价器的地址无效或者已经更换，请向系统管理员索取新的地址。"
GONE = "这次邀请已经结束。您可以评价现场的服务，也可以扫二维码评价。"

_POINT = "SELECT * FROM evaluation_points WHERE terminal = $1 AND retired_at IS NULL"
# The newest invitation only: whoever was asked before has gone.
_INVITED = """
SELECT i.token, i.matter, i.until, o.rated_at FROM invitations i
JOIN occasions o ON o.token = i.token AND o.day >= $3
WHERE i.point_id = $1 AND i.at <= $2 ORDER BY i.at DESC, i.id DESC LIMIT 1
"""
_DECLINE = "UPDATE invitations SET until = $3 WHERE point_id = $1 AND token = $2 AND until > $3"
OLDEST = timedelta(days=31)
GRACE = timedelta(minutes=2)
"""How long after its end an invitation that was being answered is still taken."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Invitation:
    """What somebody at the counter is asked to rate, until when."""

    token: str
    matter: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Screen:
    """What a screen shows: its place, whether it takes ratings, the invitation, and a ticket for rating unasked."""

    name: str
    region: str
    matter: str
    channel: str
    open: bool
    url: str
    ticket: str
    invitation: Invitation | None
    named_only: bool


async def screen(terminal: str, *, at: datetime) -> Screen:
    """What the screen with this address shows now. Writes nothing. Raises NotFound."""
    async with transaction():
        row = await _row(terminal)
        invitation = await _invitation(row, at)
    return Screen(
        name=row["name"],
        region=row["region_code"],
        matter=said_at(row["kind"], row["name"]),
        channel=channel_of(row["kind"]),
        open=able(row, at),
        url=address_of(row["token"]),
        ticket=tickets.draw(terminal, at),
        invitation=invitation,
        # At the window the person has just been served by name; at a machine nobody has.
        named_only=row["kind"] == "self_service" and (await policy(row["region_code"])).rating_named,
    )


async def rate_on_screen(
    terminal: str, invited: str, ticket: str, rate: Callable[[str], Awaitable[T]], *, at: datetime
) -> T:
    """Rate what the screen showed: the occasion it `invited` to, else the service of the place with its ticket.

    Raises NotFound, Conflict when the point is closed, the invitation is over or the page stood too long.
    """
    async with transaction():
        row = await _row(terminal)
        asked = await _newest(row, at)
    if not able(row, at):
        raise errors.Conflict(f"{row['name']}现在没有开通评价，请向工作人员询问。")
    if not invited:
        return (await rate_with(terminal, ticket, service_at(row), rate, at=at))[1]
    # A second tap meets the rating of the first; whoever began in time may finish.
    if asked is None or asked["token"] != invited or at >= asked["until"] + GRACE:
        raise errors.Conflict(GONE)
    return await rate(invited)


async def decline(terminal: str, invited: str, *, at: datetime) -> None:
    """Whoever was invited does not wish to rate here: the screen rests. The occasion stays open. Raises NotFound."""
    async with transaction():
        row = await _row(terminal)
        await connection().execute(_DECLINE, row["id"], invited, at)


def channel_of(kind: str) -> str:
    """How a rating comes in at the screen of such a point."""
    return "self_service" if kind == "self_service" else "terminal"


async def _row(terminal: str) -> Mapping[str, Any]:
    row: Mapping[str, Any] | None = await connection().fetchrow(_POINT, terminal) if is_terminal(terminal) else None
    if row is None:
        raise errors.NotFound(UNKNOWN)
    return row


async def _newest(point: Mapping[str, Any], at: datetime) -> Mapping[str, Any] | None:
    row: Mapping[str, Any] | None = await connection().fetchrow(_INVITED, point["id"], at, local(at - OLDEST).date())
    return row


async def _invitation(point: Mapping[str, Any], at: datetime) -> Invitation | None:
    row = await _newest(point, at)
    if row is None or row["rated_at"] is not None or row["until"] <= at:
        return None
    return Invitation(row["token"], row["matter"], local(row["until"]))
