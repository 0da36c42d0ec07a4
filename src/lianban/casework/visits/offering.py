"""When departments can go out together: a region's slots of the week, what is taken, and when nobody can be sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from lianban import errors
from lianban.casework import catalogue
from lianban.casework.calendars import calendar_of
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.rules.surveys import DEFAULT_SLOTS, Busy, Offer, Slot, offer, offers
from lianban.tables.ids import new_id

_SLOTS = "SELECT * FROM survey_slots WHERE region_code = $1 ORDER BY weekday, starts_at"
_TAKEN = """
SELECT slot_id, starts_at, count(*) AS n FROM visits
WHERE region_code = $1 AND slot_id IS NOT NULL AND status <> 'cancelled' AND starts_at >= $2
  AND ($3::uuid IS NULL OR id <> $3) GROUP BY slot_id, starts_at
"""
_BUSY = "SELECT * FROM busy_times WHERE region_code = $1 AND until > $2 ORDER BY since, id"
WEEKDAYS = "周一 周二 周三 周四 周五 周六 周日".split()


@dataclass(frozen=True, slots=True)
class BusyLine:
    """A time at which a department has nobody to send."""

    id: UUID
    department: str
    department_name: str
    since: datetime
    until: datetime
    reason: str


async def slots_of(region: str, *, at: datetime) -> list[Slot]:
    """The region's slots, in the caller's transaction; a region that has decided nothing gets the usual ones."""
    rows = await connection().fetch(_SLOTS, region)
    if not rows:
        await connection().execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"slots {region}")
        rows = await connection().fetch(_SLOTS, region)
    if not rows:
        await connection().executemany(
            "INSERT INTO survey_slots (id, region_code, weekday, starts_at, ends_at, quota)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            [(new_id(at), region, *each) for each in DEFAULT_SLOTS],
        )
        rows = await connection().fetch(_SLOTS, region)
    return [Slot(str(r["id"]), r["weekday"], r["starts_at"], r["ends_at"], r["quota"]) for r in rows]


async def all_slots(*, by: Actor, at: datetime) -> list[Slot]:
    """The slots of one's region."""
    async with transaction():
        return await slots_of(by.region, at=at)


async def offered(
    region: str, departments: Collection[str], *, at: datetime, besides: UUID | None = None, days: int = 14
) -> list[Offer]:
    """The slots of the next days for these departments; `besides` is the visit that is to be moved."""
    async with transaction():
        found = await slots_of(region, at=at)
        taken, busy = await _taken(region, at, besides), await _busy(region, at)
        names = await catalogue.departments(region)
        calendar = await calendar_of(region)
    return list(offers(found, taken, busy, calendar, departments=departments, names=names, now=local(at), days=days))


async def take(
    region: str, slot_id: str, day: date, departments: Collection[str], *, at: datetime, besides: UUID | None = None
) -> Offer:
    """One slot on one day, in the caller's transaction: until its end nobody else can take the last place.

    Raises Invalid (field `slot`) when it cannot be taken: past, a holiday, full, a department with nobody to send.
    """
    found = {slot.id: slot for slot in await slots_of(region, at=at)}
    slot = found.get(slot_id)
    if slot is None:
        sentence = "请从列出的时段中选择一个。"
        raise errors.Invalid(sentence, {"slot": sentence})
    await connection().execute("SELECT 1 FROM survey_slots WHERE id = $1 FOR UPDATE", UUID(slot_id))
    wanted = offer(
        slot, day, await _taken(region, at, besides), await _busy(region, at), await calendar_of(region),
        departments=departments, names=await catalogue.departments(region), now=local(at),
    )  # fmt: skip
    if wanted.why:
        raise errors.Invalid(wanted.why, {"slot": wanted.why})
    return wanted


async def _taken(region: str, at: datetime, besides: UUID | None) -> dict[tuple[str, date], int]:
    rows = await connection().fetch(_TAKEN, region, at - timedelta(days=1), besides)
    found: dict[tuple[str, date], int] = {}
    for row in rows:
        key = str(row["slot_id"]), local(row["starts_at"]).date()
        found[key] = found.get(key, 0) + row["n"]
    return found


async def _busy(region: str, at: datetime) -> list[Busy]:
    rows = await connection().fetch(_BUSY, region, at)
    return [Busy(r["department"], local(r["since"]), local(r["until"]), r["reason"]) for r in rows]


async def busy_times(*, by: Actor, at: datetime) -> list[BusyLine]:
    """When departments have nobody to send, from now on: the window sees all of its region, a department its own."""
    async with transaction():
        rows = await connection().fetch(_BUSY, by.region, at)
        names = await catalogue.departments(by.region)
    return [
        BusyLine(
            r["id"],
            r["department"],
            names.get(r["department"], r["department"]),
            local(r["since"]),
            local(r["until"]),
            r["reason"],
        )
        for r in rows
        if by.may(Role.CLERK) or r["department"] == by.department
    ]


HALVES = {"am": (time(0), time(12)), "pm": (time(12), time(23, 59)), "day": (time(0), time(23, 59))}


async def add_busy(*, day: date, half: str, reason: str, by: Actor, at: datetime) -> UUID:
    """A department says that it can send nobody on a half day (am, pm) or a day. Appointments that stand are kept.

    Raises Forbidden, Invalid.
    """
    _department(by)
    if half not in HALVES or day < local(at).date():
        sentence = "请选择今天或者以后的日期，以及上午、下午或者全天。"
        raise errors.Invalid(sentence, {"busy_day": sentence})
    if len(reason) > 100:
        raise errors.Invalid("理由最多 100 字。", {"busy_reason": "理由最多 100 字。"})
    since, until = (datetime.combine(day, t, local(at).tzinfo) for t in HALVES[half])
    async with transaction():
        same = await connection().fetchval(
            "SELECT id FROM busy_times WHERE region_code = $1 AND department = $2 AND since = $3 AND until = $4",
            by.region, by.department, since, until,
        )  # fmt: skip
        if same is not None:
            return UUID(str(same))
        id = new_id(at)
        await connection().execute(
            "INSERT INTO busy_times (id, region_code, department, since, until, reason, by_id, at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            id, by.region, by.department, since, until, reason.strip(), by.id, at,
        )  # fmt: skip
    return id


async def remove_busy(id: UUID, *, by: Actor) -> None:
    """The department can send somebody after all. Raises Forbidden; one that is gone already changes nothing."""
    _department(by)
    async with transaction():
        await connection().execute(
            "DELETE FROM busy_times WHERE id = $1 AND region_code = $2 AND department = $3",
            id,
            by.region,
            by.department,
        )


async def set_quotas(quotas: dict[UUID, int], *, by: Actor) -> None:
    """How many places are visited at each slot; nought closes it. What stands is kept. Raises Forbidden, Invalid."""
    if not by.may(Role.CLERK, Role.ADMINISTRATOR):
        raise errors.Forbidden("只有综合窗口或者系统管理员可以调整勘查时段。")
    if wrong := {f"quota.{id}": "请填写 0 到 99 之间的整数。" for id, n in quotas.items() if not 0 <= n <= 99}:
        raise errors.Invalid("每个时段的件数填写 0 到 99 之间的整数。", wrong)
    async with transaction():
        for id, quota in quotas.items():
            await connection().execute(
                "UPDATE survey_slots SET quota = $3 WHERE id = $1 AND region_code = $2", id, by.region, quota
            )


def slot_text(slots: Sequence[Slot]) -> list[tuple[Slot, str]]:
    """Each slot with its words: 周一 09:30–11:30."""
    return [(s, f"{WEEKDAYS[s.weekday - 1]} {s.starts_at:%H:%M}–{s.ends_at:%H:%M}") for s in slots]


def _department(by: Actor) -> None:
    if not by.department or not by.may(Role.APPROVER, Role.DEPARTMENT_HEAD):
        raise errors.Forbidden("只有承办部门可以登记本部门没有人手的时间。")
