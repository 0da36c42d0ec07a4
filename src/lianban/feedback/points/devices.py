"""What devices and portals do with a key that is bound to one point: open an occasion, look at it, hand in a rating.

A device rates at its own point only. The window's own system may open occasions and look, but nobody who serves may
rate in the applicant's place (R-HCP-3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.casework import occasions, tracking
from lianban.casework.idempotency import once
from lianban.casework.occasions import Service
from lianban.feedback import ratings
from lianban.feedback.points.entering import CLOSED, able, service_at
from lianban.feedback.points.inviting import LONGEST_MATTER
from lianban.feedback.ratings import Given, Rater, Sender
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.rules.ratings import STEPS, month_of

PER_MINUTE = 120
"""Requests of one key: a hall's portal at its busiest; a counter has two."""
OFFLINE = timedelta(days=7)
"""How old a rating may be that a device kept while the network was away."""
CHANNELS = {"self_service": "self_service", "portal": "portal"}
"""By kind of point; everywhere else it is a device."""
UNKNOWN = "没有找到这次服务，请核对评价码。"

_POINT = "SELECT * FROM evaluation_points WHERE id = $1"
_OCCASION = "SELECT * FROM occasions WHERE token = $1 AND day >= $2 AND day < $3 AND region_code = $4"
_CASE = "SELECT id FROM cases WHERE number = $1 AND region_code = $2 AND status <> 'draft'"


@dataclass(frozen=True, slots=True)
class OccasionState:
    """A service as devices are told of it. Never the rating itself: that is between the rater and the centre."""

    token: str
    url: str
    matter: str
    kind: str
    step: str
    opened_at: datetime
    expires_at: datetime
    open: bool
    rated: bool


@dataclass(frozen=True, slots=True)
class NewRating:
    """What a device hands in: `token` of an occasion, or none for a service at its point that has none yet."""

    grade: str
    token: str = ""
    matter: str = ""
    options: tuple[str, ...] = ()
    comment: str = ""
    name: str = ""
    phone: str = ""
    given_at: datetime | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A rating that was taken: its occasion, and whether it counts at once or is looked at first."""

    token: str
    url: str
    standing: str
    reason: str
    again: bool


async def open_occasion(
    *, matter: str = "", number: str = "", step: str = "", by: Actor, at: datetime, key: str = ""
) -> OccasionState:
    """A service that may be rated. A device opens one at its point, named by `matter`; the window's system asks for the
    step of a case by `number`, or opens one at the window's counter. Raises Forbidden, NotFound, Invalid, TooOften."""
    await _counted(by, at)
    if by.point is None and not by.may(Role.CLERK):
        raise errors.Forbidden("部门的密钥不能开立评价，请使用窗口系统或者评价设备的密钥。")
    matter = _matter(matter)

    async def run() -> dict[str, Any]:
        if by.point is not None:
            token = await occasions.mint(service_at(await _own_point(by, at), matter=matter), at=at)
        elif number:
            token = await _of_case(number, step, by)
        elif not matter:
            sentence = "请写明办件编号 number，或者服务的名称 matter。"
            raise errors.Invalid(sentence, {"matter": sentence})
        else:
            token = await occasions.mint(Service(by.region, "visit", "service", matter), at=at)
        return {"token": token}

    async with transaction():
        done = await once(key, "open occasion", by=by, at=at, fingerprint=[matter, number, step], run=run)
        return _state(await _occasion(done["token"], by), at)


async def look(token: str, *, by: Actor, at: datetime) -> OccasionState:
    """How a service stands. Raises Forbidden, NotFound, TooOften."""
    await _counted(by, at)
    if by.point is None and not by.may(Role.CLERK):
        raise errors.Forbidden("部门的密钥不能查询评价。")
    async with transaction():
        return _state(await _occasion(token, by), at)


async def hand_in(new: NewRating, *, by: Actor, at: datetime, key: str = "") -> HandedIn:
    """A rating given at a device or portal. Without a token the service is minted with it, so `key` is needed: a device
    that asks again after a lost answer must not rate twice.

    Raises Forbidden for a key without a point, NotFound, Conflict, Invalid, TooOften.
    """
    await _counted(by, at)
    if by.point is None:
        raise errors.Forbidden("评价只能用绑定评价点的设备密钥提交；工作人员不能代替群众评价。")
    if not new.token and not key:
        sentence = "没有 token 时要带 Idempotency-Key，断线重发才不会评价两次。"
        raise errors.Invalid(sentence, {"token": sentence})
    if new.given_at and not timedelta(0) <= at - new.given_at <= OFFLINE:
        sentence = "given_at 要在最近七天以内，不能晚于现在，并且带时区。"
        raise errors.Invalid(sentence, {"given_at": sentence})

    async def run() -> dict[str, Any]:
        point = await _own_point(by, at)
        token = new.token
        if token:
            await _occasion(token, by)
        else:
            token = await occasions.mint(service_at(point, matter=_matter(new.matter)), at=new.given_at or at)
        given = Given(
            new.grade,
            new.options,
            new.comment,
            CHANNELS.get(point["kind"], "device"),
            Rater(new.name, new.phone),
            given_at=new.given_at,
            sender=Sender(new.origin),
        )
        rated = await ratings.rate(token, given, at=at)
        standing = "apart" if rated.apart else "counted"
        return {"token": token, "standing": standing, "reason": rated.apart, "again": rated.again}

    said = [new.token, new.grade, sorted(new.options), new.comment, str(new.given_at)]
    try:
        async with transaction():
            done = await once(key, "hand in rating", by=by, at=at, fingerprint=said, run=run)
    except errors.Refusal as fault:
        await ratings.count_refusal(fault, at=at)
        raise
    return HandedIn(url=occasions.address_of(done["token"]), **done)


async def _counted(by: Actor, at: datetime) -> None:
    await tracking.may_call(by.id, limit=PER_MINUTE, at=at)


async def _own_point(by: Actor, at: datetime) -> Mapping[str, Any]:
    row: Mapping[str, Any] | None = await connection().fetchrow(_POINT, by.point)
    if row is None or not able(row, at):
        raise errors.Conflict(CLOSED.format(name=row["name"] if row else "这里"))
    return row


async def _occasion(token: str, by: Actor) -> Mapping[str, Any]:
    """An occasion that the key may know of: a device's at its own point or window, a system's of its region."""
    months = month_of(token)
    row: Mapping[str, Any] | None = (
        await connection().fetchrow(_OCCASION, token, *months, by.region) if months else None
    )
    if row is None or (by.point is not None and not await _at_point(row, by.point)):
        raise errors.NotFound(UNKNOWN)
    return row


async def _at_point(row: Mapping[str, Any], point: UUID) -> bool:
    if row["point_id"] is not None:
        return bool(row["point_id"] == point)
    window = await connection().fetchval("SELECT window_name FROM evaluation_points WHERE id = $1", point)
    return bool(window) and not row["department"] and row["window_name"] == window


async def _of_case(number: str, step: str, by: Actor) -> str:
    case_id = await connection().fetchval(_CASE, number.strip().upper(), by.region)
    if step and step not in STEPS:
        sentence = f"step 只能是 {'、'.join(STEPS)}。"
        raise errors.Invalid(sentence, {"step": sentence})
    found = [one for one in await occasions.of_case(case_id) if not step or one.step == step] if case_id else []
    if not found:
        raise errors.NotFound("没有找到这件办件的服务：受理以后才有可以评价的服务。")
    return ([one for one in found if one.rated_at is None] or found)[-1].token


def _matter(text: str) -> str:
    matter = text.strip()
    if len(matter) > LONGEST_MATTER:
        sentence = f"服务的名称最长 {LONGEST_MATTER} 个字。"
        raise errors.Invalid(sentence, {"matter": sentence})
    return matter


def _state(row: Mapping[str, Any], at: datetime) -> OccasionState:
    return OccasionState(
        token=row["token"],
        url=occasions.address_of(row["token"]),
        matter=row["matter"],
        kind=row["kind"],
        step=row["step"],
        opened_at=local(row["opened_at"]),
        expires_at=local(row["expires_at"]),
        open=row["rated_at"] is None and at <= row["expires_at"],
        rated=row["rated_at"] is not None,
    )
