"""主动邀评: the clerk asks whoever was just served to rate; the person alone does it (R-HCP-3).

The invitation shows on the window's screen for some minutes and as a code to scan; the occasion itself stays open as
long as any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.casework import occasions
from lianban.casework.occasions import Service, address_of
from lianban.feedback.points.entering import service_at
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.people import posts
from lianban.rules.actors import Actor, Role
from lianban.rules.ratings import STEPS, month_of
from lianban.tables.ids import new_id

SHOWN_FOR = timedelta(minutes=3)
"""As long as somebody stands at the counter after being served."""
LONGEST_MATTER = 60
KEPT = timedelta(days=31)
NOT_YOURS = "没有找到这次服务，或者它不是您的窗口办理的。"

# What this window accepted or closed today, and what was rated or not since.
_TODAY = """
SELECT o.token, o.matter, o.step, o.opened_at, o.expires_at, o.rated_at, c.number
FROM cases c JOIN occasions o ON o.case_id = c.id AND o.day >= $4 AND o.window_name = $2
WHERE c.region_code = $1 AND c.status IN ('processing', 'decided', 'delivered', 'closed') AND c.updated_at >= $3
  AND c.window_name = $2
ORDER BY o.opened_at DESC, o.id DESC LIMIT 60
"""
_ASKED = """
SELECT o.token, o.matter, o.step, o.opened_at, o.expires_at, o.rated_at, '' AS number
FROM invitations i JOIN occasions o ON o.token = i.token AND o.day >= $3
WHERE i.by_id = $1 AND i.at >= $2 AND i.case_id IS NULL ORDER BY o.opened_at DESC, o.id DESC LIMIT 60
"""
_POINT = """
SELECT * FROM evaluation_points
WHERE region_code = $1 AND kind = 'window' AND window_name = $2 AND retired_at IS NULL AND open_since <= $3
  AND (open_until IS NULL OR open_until > $3)
ORDER BY id LIMIT 1
"""
_INVITE = """
INSERT INTO invitations (id, region_code, point_id, window_name, case_id, token, matter, at, until, by_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_OCCASION = "SELECT * FROM occasions WHERE token = $1 AND day >= $2 AND day < $3 AND region_code = $4"


@dataclass(frozen=True, slots=True)
class Served:
    """A service of today that may be, or has been, rated. Never by what grade: that is not for the clerk's eyes."""

    token: str
    matter: str
    step_name: str
    number: str
    at: datetime
    rated: bool

    @property
    def url(self) -> str:
        """What the person scans."""
        return address_of(self.token)


@dataclass(frozen=True, slots=True)
class Window:
    """What a clerk may ask for: the services of today; `screen` whether the window has one that shows invitations."""

    served: tuple[Served, ...]
    point: str
    screen: bool


async def window(*, by: Actor, at: datetime) -> Window:
    """The services of the clerk's window today, the latest first. Raises Forbidden."""
    posts.require(by, Role.CLERK, region=by.region)
    midnight = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    async with transaction():
        point = await _point(by, at)
        rows = [
            *await connection().fetch(_TODAY, by.region, by.window, midnight, midnight.date()),
            *await connection().fetch(_ASKED, by.id, midnight, midnight.date()),
        ]
    served = sorted((_served(row) for row in rows), key=lambda one: one.at, reverse=True)
    return Window(tuple(served), point["name"] if point else "", bool(point and point["terminal"]))


async def invite(token: str, *, by: Actor, at: datetime) -> Served:
    """Ask for a rating of a service of one's own window; its screen shows it now. Raises Forbidden, NotFound, Conflict.

    The same service may be asked for again as long as nobody has rated it.
    """
    async with transaction():
        row = await _own(token, by)
        if row["rated_at"] is not None:
            raise errors.Conflict("这次服务已经评价过了，不用再邀请。")
        await _invite(row, by, at)
    return _served({**row, "number": ""})


async def served(token: str, *, by: Actor) -> Served:
    """A service of one's own window: whether it was rated. Raises Forbidden, NotFound."""
    async with transaction():
        return _served({**await _own(token, by), "number": ""})


async def invite_service(matter: str, *, by: Actor, at: datetime) -> Served:
    """Ask for a rating of a service that left no case, such as advice. Raises Forbidden, Invalid."""
    posts.require(by, Role.CLERK, region=by.region)
    matter = matter.strip()
    if not 2 <= len(matter) <= LONGEST_MATTER:
        sentence = f"请写明办的是什么事（2 至 {LONGEST_MATTER} 个字），如：咨询办理居住证。"
        raise errors.Invalid(sentence, {"matter": sentence})
    async with transaction():
        point = await _point(by, at)
        service = (
            service_at(point, matter=matter, served_by=by.id)
            if point
            else Service(by.region, "visit", "service", matter, window=by.window, served_by=by.id)
        )
        token = await occasions.mint(service, at=at)
        row = await _own(token, by)
        await _invite(row, by, at)
    return _served({**row, "number": ""})


async def forget(at: datetime) -> None:
    """Invitations that nobody can answer any more are forgotten; the occasions stay."""
    async with transaction():
        await connection().execute("DELETE FROM invitations WHERE at < $1", at - KEPT)


async def _invite(row: Mapping[str, Any], by: Actor, at: datetime) -> None:
    point = await _point(by, at)
    point_id: UUID | None = point["id"] if point else None
    await connection().execute(
        _INVITE,
        new_id(at),
        by.region,
        point_id,
        by.window,
        row["case_id"],
        row["token"],
        row["matter"],
        at,
        at + SHOWN_FOR,
        by.id,
    )


async def _own(token: str, by: Actor) -> Mapping[str, Any]:
    posts.require(by, Role.CLERK, region=by.region)
    months = month_of(token)
    row = await connection().fetchrow(_OCCASION, token, *months, by.region) if months else None
    if row is None or row["department"] or (row["window_name"] != by.window and row["served_by"] != by.id):
        raise errors.NotFound(NOT_YOURS)
    found: Mapping[str, Any] = row
    return found


async def _point(by: Actor, at: datetime) -> Mapping[str, Any] | None:
    """The point of the clerk's window that takes ratings, if it has one."""
    row: Mapping[str, Any] | None = await connection().fetchrow(_POINT, by.region, by.window, at) if by.window else None
    return row


def _served(row: Mapping[str, Any]) -> Served:
    return Served(
        token=row["token"],
        matter=row["matter"],
        step_name=STEPS[row["step"]],
        number=row["number"],
        at=local(row["opened_at"]),
        rated=row["rated_at"] is not None,
    )
