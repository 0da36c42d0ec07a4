"""Every post has a substitute (AB 岗): who is away, and who fills the post.

While somebody is away the substitute acts with the rights of that post, in that person's name, and the journal says
so. A post is filled by one person, never through a chain: whoever is away fills no post.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban import journal
from lianban.errors import Conflict, Forbidden, Invalid, NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.people import posts
from lianban.rules.actors import ROLE_NAMES, Actor, Role, StandIn
from lianban.tables.ids import new_id
from lianban.tables.people import Absence

LONGEST = 180
LONGEST_REASON = 200
MISSING = "没有找到这条代岗安排，请刷新页面。"

# Who fills whose post on a day. Both still work in the same place, and a substitute who is away fills none.
_STANDS_FOR = """
SELECT DISTINCT p.id::text AS id, p.name, p.roles FROM absences a
JOIN people p ON p.id::text = a.person JOIN people s ON s.id::text = a.substitute
WHERE a.substitute = $1 AND a.withdrawn_at IS NULL AND $2 BETWEEN a.since AND a.until AND p.active AND s.active
  AND p.region_code = s.region_code AND p.department = s.department
  AND NOT EXISTS (SELECT 1 FROM absences o WHERE o.person = $1 AND o.withdrawn_at IS NULL
    AND $2 BETWEEN o.since AND o.until)
ORDER BY id
"""
_LIST = """
SELECT a.*, p.department, EXISTS (SELECT 1 FROM absences o WHERE o.person = a.substitute AND o.withdrawn_at IS NULL
    AND o.since <= a.until AND o.until >= GREATEST(a.since, $2)) AS substitute_away,
  NOT (s.active AND p.active AND s.department = p.department AND s.region_code = p.region_code) AS moved
FROM absences a JOIN people p ON p.id::text = a.person JOIN people s ON s.id::text = a.substitute
WHERE a.region_code = $1 AND a.withdrawn_at IS NULL AND a.until >= $2 AND ($3 OR p.department = $4 AND ($4 <> ''
  OR a.person = $5 OR a.substitute = $5))
ORDER BY a.since, a.id LIMIT 200
"""
_OVERLAP = """
SELECT person, substitute, person_name, since, until FROM absences
WHERE withdrawn_at IS NULL AND since <= $3 AND until >= $2 AND person = $1 LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """Somebody is away from `since` to `until`, both included. `warning` says when the post is empty all the same."""

    id: UUID
    person: str
    person_name: str
    substitute: str
    substitute_name: str
    department: str
    since: date
    until: date
    reason: str
    warning: str
    today: bool


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody for whom an absence can be entered, or who can fill a post."""

    id: str
    name: str
    department: str
    post: str


async def stands_for(id: str, on: date) -> tuple[StandIn, ...]:
    """Whose posts somebody fills on a day. In a transaction; one look-up in one index."""
    rows = await connection().fetch(_STANDS_FOR, id, on)
    return tuple(StandIn(r["id"], r["name"], frozenset(Role(role) for role in r["roles"])) for r in rows)


async def add_absence(
    person: str, substitute: str, *, since: date, until: date, reason: str = "", by: Actor, at: datetime
) -> UUID:
    """Say that `person` is away and who fills the post; the id.

    Said by the person, by the head of the department, or by the administrator. Raises Forbidden, Invalid with the
    fields, Conflict when somebody is entered for these days already.
    """
    fields: dict[str, str] = {}
    if until < since:
        fields["until"] = "结束日期早于开始日期，请核对。"
    elif (until - since).days >= LONGEST:
        fields["until"] = f"代岗最长 {LONGEST} 天，请分次登记。"
    if until < local(at).date():
        fields["until"] = "结束日期已经过去，请核对。"
    if len(reason) > LONGEST_REASON:
        fields["reason"] = f"事由最多 {LONGEST_REASON} 个字。"
    if not substitute or person == substitute:
        fields["substitute"] = "请选择另一位同事代岗，不能由本人代岗。"
    if fields:
        raise Invalid("".join(dict.fromkeys(fields.values())), fields)
    async with transaction():
        # Two people who enter each other as substitutes come here one after the other.
        await connection().execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"absences {by.region}")
        away, filling = await _active(person, by, "person"), await _active(substitute, by, "substitute")
        _may_enter(away, by)
        _fits(away, filling)
        mine = await connection().fetchrow(_OVERLAP, person, since, until)
        if mine is not None:
            raise Conflict(f"{away['name']}在 {mine['since']} 至 {mine['until']} 已经登记了代岗，请先撤销原来的安排。")
        theirs = await connection().fetchrow(_OVERLAP, substitute, since, until)
        if theirs is not None:
            sentence = f"{filling['name']}在 {theirs['since']} 至 {theirs['until']} 自己也不在岗，请另选一人代岗。"
            raise Invalid(sentence, {"substitute": sentence})
        id = new_id(at)
        await Absence.insert(
            Absence(
                id=id,
                region_code=by.region,
                person=person,
                person_name=away["name"],
                substitute=substitute,
                substitute_name=filling["name"],
                since=since,
                until=until,
                reason=reason.strip(),
                by_id=by.id,
                at=at,
            )
        )
        content = {"substitute": substitute, "since": since.isoformat(), "until": until.isoformat()}
        await journal.record("people", person, "absence entered", by=by, at=at, content=content)
    return id


async def withdraw_absence(id: UUID, *, by: Actor, at: datetime) -> None:
    """The person is back, or does not go. Raises NotFound, Forbidden; a second time changes nothing."""
    async with transaction():
        row = await connection().fetchrow("SELECT * FROM absences WHERE id = $1 FOR UPDATE", id)
        if row is None or row["region_code"] != by.region:
            raise NotFound(MISSING)
        person = await connection().fetchrow("SELECT * FROM people WHERE id::text = $1", row["person"])
        _may_enter(person, by)
        if row["withdrawn_at"] is None:
            await connection().execute("UPDATE absences SET withdrawn_at = $2 WHERE id = $1", id, at)
            await journal.record(
                "people", row["person"], "absence withdrawn", by=by, at=at, content={"substitute": row["substitute"]}
            )


async def list_absences(*, by: Actor, at: datetime) -> list[AbsenceView]:
    """Who is away today or later: of the department, at the window one's own, of the region for the administrator."""
    everybody = by.may(Role.ADMINISTRATOR)
    today = local(at).date()
    async with transaction():
        rows = await connection().fetch(_LIST, by.region, today, everybody, by.department, by.id)
    return [
        AbsenceView(
            id=r["id"],
            person=r["person"],
            person_name=r["person_name"],
            substitute=r["substitute"],
            substitute_name=r["substitute_name"],
            department=r["department"],
            since=r["since"],
            until=r["until"],
            reason=r["reason"],
            warning=_warning(r),
            today=r["since"] <= today <= r["until"],
        )
        for r in rows
    ]


async def candidates(*, by: Actor) -> list[Colleague]:
    """Those among whom a substitute is found: the department, or those of the window, or for the administrator all."""
    async with transaction():
        rows = await connection().fetch(
            "SELECT * FROM people WHERE region_code = $1 AND active AND ($2 OR department = $3)"
            " ORDER BY department, name, login",
            by.region,
            by.may(Role.ADMINISTRATOR),
            by.department,
        )
    own = {role.value for role in by.roles}
    return [
        Colleague(str(r["id"]), r["name"], r["department"], _post(r))
        for r in rows
        if by.may(Role.ADMINISTRATOR) or by.department or own & set(r["roles"])
    ]


def may_enter_for_others(by: Actor) -> bool:
    """Whether absences of colleagues may be entered too, not only one's own."""
    return by.may(Role.ADMINISTRATOR) or (bool(by.department) and by.may(Role.DEPARTMENT_HEAD))


def _post(row: Mapping[str, Any]) -> str:
    return str(row["window_name"]) or "、".join(ROLE_NAMES[Role(role)] for role in row["roles"])


def _warning(row: Mapping[str, Any]) -> str:
    if row["moved"]:
        return "代岗人已经不在这个部门，没有人代岗，请另选一人"
    if row["substitute_away"]:
        return "代岗人自己也不在岗，这几天没有人代岗，请另选一人"
    return ""


def _may_enter(person: Mapping[str, Any], by: Actor) -> None:
    own_head = by.department != "" and by.department == person["department"] and by.may(Role.DEPARTMENT_HEAD)
    if by.region != person["region_code"] or not (by.id == str(person["id"]) or own_head or by.may(Role.ADMINISTRATOR)):
        raise Forbidden("代岗由本人、本部门负责人或者系统管理员登记。")


async def _active(id: str, by: Actor, field: str) -> Mapping[str, Any]:
    row: Mapping[str, Any] | None = await connection().fetchrow(
        "SELECT * FROM people WHERE id::text = $1 AND active AND region_code = $2", id, by.region
    )
    if row is None:
        sentence = "没有找到这个人员，或者他已经停用，请重新选择。"
        raise Invalid(sentence, {field: sentence})
    return row


def _fits(away: Mapping[str, Any], filling: Mapping[str, Any]) -> None:
    """Raise Invalid unless the one may fill the other's post: same department, or the same kind of post without one."""
    sentence = ""
    if away["department"] != filling["department"]:
        sentence = "代岗人必须是同一个部门（或者同为窗口）的同事，请另选一人。"
    elif not away["department"] and not set(away["roles"]) & set(filling["roles"]):
        sentence = "代岗人的岗位必须相同（窗口代窗口），请另选一人。"
    else:
        try:
            posts.check_roles({Role(r) for r in [*away["roles"], *filling["roles"]]}, filling["department"])
        except Invalid as refusal:
            sentence = f"不能代这个岗位：{refusal.sentence}"
    if sentence:
        raise Invalid(sentence, {"substitute": sentence})
