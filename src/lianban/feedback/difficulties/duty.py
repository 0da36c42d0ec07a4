"""Who sits at the window of requests (AB 岗): post A, and post B when A is away; never the one complained of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lianban import errors, journal, people
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.tables.ids import new_id

LONGEST = 92

_PUT = """
INSERT INTO difficulty_duties (id, region_code, since, until, a_id, a_name, b_id, b_name, by_id, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_OVERLAP = """
SELECT since, until FROM difficulty_duties
WHERE region_code = $1 AND withdrawn_at IS NULL AND since <= $3 AND until >= $2 LIMIT 1
"""
_COMING = """
SELECT d.*, EXISTS (SELECT 1 FROM absences a WHERE a.person = d.a_id AND a.withdrawn_at IS NULL
    AND $2 BETWEEN a.since AND a.until) AS a_away,
  EXISTS (SELECT 1 FROM absences a WHERE a.person = d.b_id AND a.withdrawn_at IS NULL
    AND $2 BETWEEN a.since AND a.until) AS b_away
FROM difficulty_duties d WHERE d.region_code = $1 AND d.withdrawn_at IS NULL AND d.until >= $2 ORDER BY d.since LIMIT 50
"""
_STAFF = """
SELECT id::text AS id, name, window_name FROM people WHERE region_code = $1 AND active AND department = ''
  AND roles && ARRAY['clerk', 'supervisor'] ORDER BY window_name, name
"""


@dataclass(frozen=True, slots=True)
class Duty:
    """Two people from `since` to `until`, both included. `now` is who is there today, "" when both are away."""

    id: UUID
    since: date
    until: date
    a_name: str
    b_name: str
    today: bool
    now: str


async def put_duty(a: str, b: str, *, since: date, until: date, by: Actor, at: datetime) -> UUID:
    """Two different people of the centre are on duty; the id. Raises Forbidden, Conflict, Invalid with the fields."""
    _may(by)
    wrong: dict[str, str] = {}
    if until < since or (until - since).days >= LONGEST:
        wrong["until"] = f"结束日期不能早于开始日期，最长 {LONGEST} 天。"
    if until < local(at).date():
        wrong["until"] = "结束日期已经过去，请核对。"
    if not b or a == b:
        wrong["b"] = "A 岗和 B 岗必须是两个人。"
    known = dict(await on_staff(by=by))
    wrong |= {field: "请选择在岗的窗口人员。" for field, id in (("a", a), ("b", b)) if id not in known}
    if wrong:
        raise errors.Invalid("有的内容不能登记，请按提示修改。", wrong)
    async with transaction():
        await connection().execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"duty {by.region}")
        there = await connection().fetchrow(_OVERLAP, by.region, since, until)
        if there is not None:
            raise errors.Conflict(f"{there['since']} 至 {there['until']} 已经排了班，请先撤销，或者另选日期。")
        id = new_id(at)
        first, second = await people.person(a), await people.person(b)
        await connection().execute(_PUT, id, by.region, since, until, a, first.name, b, second.name, by.id, at)
        content = {"a": a, "b": b, "since": since.isoformat(), "until": until.isoformat()}
        await journal.record("people", id, "duty entered", by=by, at=at, content=content)
    return id


async def withdraw_duty(id: UUID, *, by: Actor, at: datetime) -> None:
    """Take it back. A second time changes nothing. Raises NotFound, Forbidden."""
    _may(by)
    async with transaction():
        row = await connection().fetchrow(
            "SELECT * FROM difficulty_duties WHERE id = $1 AND region_code = $2 FOR UPDATE", id, by.region
        )
        if row is None:
            raise errors.NotFound("没有找到这条排班，请刷新页面。")
        if row["withdrawn_at"] is None:
            await connection().execute("UPDATE difficulty_duties SET withdrawn_at = $2 WHERE id = $1", id, at)
            await journal.record("people", id, "duty withdrawn", by=by, at=at)


async def duties(region: str, *, at: datetime) -> list[Duty]:
    """Who is on duty today and later."""
    today = local(at).date()
    async with transaction():
        rows = await connection().fetch(_COMING, region, today)
    return [
        Duty(
            id=r["id"],
            since=r["since"],
            until=r["until"],
            a_name=r["a_name"],
            b_name=r["b_name"],
            today=r["since"] <= today <= r["until"],
            now=r["a_name"] if not r["a_away"] else r["b_name"] if not r["b_away"] else "",
        )
        for r in rows
    ]


async def on_staff(*, by: Actor) -> list[tuple[str, str]]:
    """Among whom the two are chosen: id and name."""
    async with transaction():
        rows = await connection().fetch(_STAFF, by.region)
    return [(r["id"], f"{r['name']}（{r['window_name']}）" if r["window_name"] else r["name"]) for r in rows]


def _may(by: Actor) -> None:
    if by.department or not by.may(Role.CLERK, Role.SUPERVISOR):
        raise errors.Forbidden("窗口值班由综合窗口的人员或者监督员登记。")
