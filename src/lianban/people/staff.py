"""The people of the house: adding them, changing their posts, unlocking and letting go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lianban import journal
from lianban.errors import Conflict, Forbidden, Invalid, NotFound
from lianban.outside.database import connection, transaction
from lianban.people import passwords, posts
from lianban.people.signin import actor_of, normalised
from lianban.rules.actors import Actor, Role
from lianban.tables.ids import new_id

LOGIN = re.compile(r"[\w.-]{2,40}")
MISSING = "没有找到这个人员。"
MANAGERS = (Role.ADMINISTRATOR, Role.SECURITY_OFFICER, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person as lists show them."""

    id: str
    login: str
    name: str
    post: str
    region: str
    roles: tuple[Role, ...]
    department: str
    window: str
    active: bool
    locked_until: datetime | None


async def add_person(
    login: str,
    password: str,
    *,
    name: str,
    roles: Iterable[Role],
    region: str,
    department: str = "",
    window: str = "",
    post: str = "",
    by: Actor,
    at: datetime,
) -> str:
    """Add somebody who can sign in; the person's id. Raises Forbidden, Invalid, Conflict when the login is taken."""
    posts.require(by, Role.ADMINISTRATOR, region=region)
    login = normalised(login)
    if not LOGIN.fullmatch(login):
        sentence = "登录名须为 2 至 40 个文字、数字、点、横线或下划线。"
        raise Invalid(sentence, {"login": sentence})
    if not name.strip():
        raise Invalid("请填写姓名。", {"name": "请填写姓名。"})
    if not re.fullmatch(r"[0-9]{6}", region):
        raise Invalid("地区代码须为六位数字。", {"region": "地区代码须为六位数字。"})
    kept = posts.check_roles(roles, department)
    passwords.check(password, login=login)
    hashed = await passwords.hashed(password)
    id = new_id(at)
    async with transaction():
        done = await connection().fetchval(
            "INSERT INTO people (id, region_code, login, name, post, password_hash, roles, department, window_name,"
            " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (login) DO NOTHING RETURNING id",
            id,
            region,
            login,
            name.strip(),
            post,
            hashed,
            kept,
            department,
            window,
            at,
        )
        if done is None:
            raise Conflict(f"登录名“{login}”已经有人使用，请换一个。")
        await journal.record("people", id, "person added", by=by, at=at, region=region, content={"roles": kept})
    return str(id)


async def change_roles(id: str, roles: Iterable[Role], *, department: str = "", by: Actor, at: datetime) -> None:
    """Give the person other posts; ends their sessions. Raises NotFound, Forbidden, Invalid."""
    async with transaction():
        row = await _locked(id)
        posts.require(by, Role.SECURITY_OFFICER, region=row["region_code"])
        _not_oneself(id, by)
        kept = posts.check_roles(roles, department)
        await connection().execute(
            "UPDATE people SET roles = $2, department = $3 WHERE id = $1", row["id"], kept, department
        )
        await _end_sessions(row)
        await _journal(
            row, "roles changed", by, at, {"before": list(row["roles"]), "after": kept, "department": department}
        )


async def unlock(id: str, *, by: Actor, at: datetime) -> None:
    """Let a locked person try again at once. Raises NotFound, Forbidden, Conflict when they are not locked."""
    async with transaction():
        row = await _locked(id)
        posts.require(by, Role.SECURITY_OFFICER, region=row["region_code"])
        _not_oneself(id, by)
        if row["locked_until"] is None or row["locked_until"] <= at:
            raise Conflict("这个人员没有被锁定。")
        await connection().execute("UPDATE people SET failures = 0, locked_until = NULL WHERE id = $1", row["id"])
        await _journal(row, "unlocked", by, at)


async def set_active(id: str, active: bool, *, by: Actor, at: datetime) -> None:
    """Let the person in from now on, or out at once. Raises NotFound, Forbidden."""
    async with transaction():
        row = await _locked(id)
        posts.require(by, Role.ADMINISTRATOR, Role.SECURITY_OFFICER, region=row["region_code"])
        _not_oneself(id, by)
        await connection().execute("UPDATE people SET active = $2 WHERE id = $1", row["id"], active)
        if not active:
            await _end_sessions(row)
        await _journal(row, "activated" if active else "deactivated", by, at)


async def sign_out_everywhere(id: str, *, by: Actor, at: datetime) -> int:
    """End every session of a person (one's own, or as security officer); how many there were."""
    async with transaction():
        row = await _locked(id)
        if id != by.id:
            posts.require(by, Role.SECURITY_OFFICER, region=row["region_code"])
        ended = await _end_sessions(row)
        await _journal(row, "sessions ended", by, at)
    return ended


async def list_people(*, by: Actor) -> list[PersonView]:
    """Everybody of the region, for the three who manage. Raises Forbidden."""
    posts.require(by, *MANAGERS, region=by.region)
    async with transaction():
        rows = await connection().fetch(
            "SELECT * FROM people WHERE $1 = '' OR region_code = $1 ORDER BY active DESC, login", by.region
        )
    return [_view(row) for row in rows]


async def colleagues(*, by: Actor) -> list[PersonView]:
    """The others of the same department who decide: those a task can be handed to."""
    async with transaction():
        rows = await connection().fetch(
            "SELECT * FROM people WHERE region_code = $1 AND department = $2 AND department <> '' AND active"
            " AND id::text <> $3 ORDER BY name, login",
            by.region,
            by.department,
            by.id,
        )
    return [_view(row) for row in rows]


async def person(id: str) -> Actor:
    """An active person, as the one who acts. Raises NotFound."""
    async with transaction():
        row = await connection().fetchrow("SELECT * FROM people WHERE id::text = $1 AND active", id)
    if row is None:
        raise NotFound(MISSING)
    return actor_of(row)


def _view(row: Mapping[str, Any]) -> PersonView:
    return PersonView(
        id=str(row["id"]),
        login=row["login"],
        name=row["name"],
        post=row["post"],
        region=row["region_code"],
        roles=tuple(Role(r) for r in row["roles"]),
        department=row["department"],
        window=row["window_name"],
        active=row["active"],
        locked_until=row["locked_until"],
    )


async def _locked(id: str) -> Mapping[str, Any]:
    row: Mapping[str, Any] | None = await connection().fetchrow(
        "SELECT * FROM people WHERE id::text = $1 FOR UPDATE", id
    )
    if row is None:
        raise NotFound(MISSING)
    return row


def _not_oneself(id: str, by: Actor) -> None:
    if id == by.id:
        raise Forbidden("不能更改自己的权限，请由另一位管理员办理。")


async def _end_sessions(row: Mapping[str, Any]) -> int:
    return len(await connection().fetch("DELETE FROM sessions WHERE person = $1 RETURNING 1", row["id"]))


async def _journal(
    row: Mapping[str, Any], event: str, by: Actor, at: datetime, content: Mapping[str, Any] | None = None
) -> None:
    await journal.record("people", row["id"], event, by=by, at=at, region=row["region_code"], content=content)
