"""Signing in, staying signed in, and the keys of departments' own systems."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lianban import journal
from lianban.errors import Conflict, Forbidden, Invalid
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.people import absences, passwords, posts
from lianban.people.access import record_access
from lianban.rules.actors import SYSTEM, Actor, Role, StandIn
from lianban.tables.ids import new_id

# Whatever somebody does, once in a working day the password is asked again.
LONGEST_SESSION = timedelta(hours=12)
# A busy page need not write to the database at every click.
SEEN_EVERY = timedelta(minutes=1)
CLIENT_ROLES = frozenset({Role.CLERK, Role.APPROVER})


async def sign_in(login: str, password: str, *, terminal: str, at: datetime, address: str = "") -> str:
    """A token for a new session. Raises Forbidden: the same for an unknown login and a wrong password.

    After `login_failures` failures in a row nobody gets in under this login for `login_lock_minutes`, with the right
    password either; an unknown login is locked just the same, so that nothing tells which logins exist.
    """
    login = normalised(login)
    async with transaction():
        person = await connection().fetchrow("SELECT id, password_hash, active FROM people WHERE login = $1", login)
    # Outside the transaction: this takes tens of milliseconds on purpose, and the row must not wait for it.
    right = await passwords.right(person["password_hash"] if person else None, password)
    token = secrets.token_urlsafe(32)
    refusal: str | None
    async with transaction():
        if person is None:
            refusal = await _unknown_failed(login, at, address)
        else:
            refusal = await _known(person["id"], right, token, terminal=terminal, at=at, address=address)
    if refusal is not None:
        raise Forbidden(refusal)
    if person is not None and passwords.outdated(person["password_hash"]):
        fresh = await passwords.hashed(password)
        async with transaction():
            await connection().execute(
                "UPDATE people SET password_hash = $2 WHERE id = $1 AND password_hash = $3",
                person["id"],
                fresh,
                person["password_hash"],
            )
    return token


async def who(token: str, at: datetime) -> Actor | None:
    """Who holds this session; None when there is none, or it has ended."""
    if not token:
        return None
    idle = timedelta(minutes=settings().session_minutes)
    async with transaction():
        conn = connection()
        row = await conn.fetchrow(
            "SELECT p.*, s.token_hash, s.terminal, s.seen_at, s.expires_at FROM sessions s"
            " JOIN people p ON p.id = s.person WHERE s.token_hash = $1",
            _digest(token),
        )
        if row is None:
            return None
        if at >= row["expires_at"] or at >= row["seen_at"] + idle or not row["active"]:
            await conn.execute("DELETE FROM sessions WHERE token_hash = $1", row["token_hash"])
            return None
        if at - row["seen_at"] >= SEEN_EVERY:
            await conn.execute("UPDATE sessions SET seen_at = $2 WHERE token_hash = $1", row["token_hash"], at)
        away = await absences.stands_for(str(row["id"]), local(at).date())
    return actor_of(row, terminal=row["terminal"], stands_for=away)


async def sign_out(token: str, *, at: datetime) -> None:
    """End this session, if it is one."""
    async with transaction():
        row = await connection().fetchrow(
            "DELETE FROM sessions s USING people p WHERE token_hash = $1 AND p.id = s.person RETURNING p.*, s.terminal",
            _digest(token),
        )
        if row is not None:
            by = actor_of(row, terminal=row["terminal"])
            await journal.record("people", by.id, "signed out", by=by, at=at)


async def change_password(old: str, new: str, *, by: Actor, at: datetime, token: str = "") -> None:
    """Set one's own password; ends every other session of the person than `token`'s.

    Raises Invalid for a bad new password, Forbidden for a wrong old one, Conflict when somebody was faster.
    """
    async with transaction():
        person = await connection().fetchrow("SELECT login, password_hash FROM people WHERE id::text = $1", by.id)
    if person is None or not await passwords.right(person["password_hash"], old):
        raise Forbidden("原密码不正确，请重新输入。")
    passwords.check(new, login=person["login"])
    if old == new:
        raise Invalid("新密码不能与原密码相同。", {"password": "新密码不能与原密码相同。"})
    fresh = await passwords.hashed(new)
    async with transaction():
        conn = connection()
        done = await conn.fetchval(
            "UPDATE people SET password_hash = $2 WHERE id::text = $1 AND password_hash = $3 RETURNING id",
            by.id,
            fresh,
            person["password_hash"],
        )
        if done is None:
            raise Conflict("密码刚刚已被修改，请用新密码重新登录。")
        await conn.execute("DELETE FROM sessions WHERE person = $1 AND token_hash <> $2", done, _digest(token))
        await journal.record("people", by.id, "password changed", by=by, at=at)


async def add_client_key(
    name: str, *, region: str, department: str, role: Role, by: Actor, at: datetime
) -> tuple[str, str]:
    """Id and key of a department's (or the window's) own system. The key is told this once and kept nowhere.

    Raises Forbidden, Invalid.
    """
    posts.require(by, Role.ADMINISTRATOR, region=region)
    if role not in CLIENT_ROLES:
        raise Invalid("业务系统只能以窗口或部门审批的身份接入。", {"role": "请选择窗口或部门审批。"})
    if not name.strip():
        raise Invalid("请填写接入系统的名称。", {"name": "请填写接入系统的名称。"})
    roles = posts.check_roles([role], department)
    key, id = secrets.token_urlsafe(32), new_id(at)
    async with transaction():
        await connection().execute(
            "INSERT INTO client_keys (id, region_code, name, department, roles, key_hash, created_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            id,
            region,
            name.strip(),
            department,
            roles,
            _digest(key),
            at,
        )
        await journal.record("people", id, "client key added", by=by, at=at, region=region, department=department)
    return str(id), key


async def add_device_key(name: str, point: UUID, *, by: Actor, at: datetime) -> tuple[str, str]:
    """Id and key of a device or portal that takes ratings at one point and may do nothing else; told this once.

    Raises Forbidden, Invalid.
    """
    posts.require(by, Role.ADMINISTRATOR, region=by.region)
    if not name.strip():
        raise Invalid("请填写设备的名称。", {"device": "请填写设备的名称。"})
    key, id = secrets.token_urlsafe(32), new_id(at)
    async with transaction():
        done = await connection().fetchval(
            "INSERT INTO client_keys (id, region_code, name, department, roles, key_hash, created_at, point_id)"
            " SELECT $1, region_code, $3, '', '{}', $4, $5, id FROM evaluation_points"
            " WHERE id = $2 AND region_code = $6 AND retired_at IS NULL RETURNING id",
            *(id, point, name.strip(), _digest(key), at, by.region),
        )
        if done is None:
            raise Invalid("没有找到这个评价点，或者它已经撤销。", {"device": "没有找到这个评价点。"})
        await journal.record(
            "people", id, "client key added", by=by, at=at, region=by.region, content={"point": str(point)}
        )
    return str(id), key


@dataclass(frozen=True, slots=True)
class ClientKey:
    """A department's (or the window's) own system that holds a key; the key itself is kept nowhere."""

    id: str
    name: str
    department: str
    roles: tuple[Role, ...]
    active: bool
    created_at: datetime
    point: str
    """The name of the place whose device it is, "" for a system."""


async def client_keys(*, by: Actor) -> list[ClientKey]:
    """The keys of the region, those in use first. Raises Forbidden."""
    posts.require(by, Role.ADMINISTRATOR, Role.SECURITY_OFFICER, region=by.region)
    async with transaction():
        rows = await connection().fetch(
            "SELECT k.id::text, k.name, k.department, k.roles, k.active, k.created_at, COALESCE(p.name, '') AS point"
            " FROM client_keys k LEFT JOIN evaluation_points p ON p.id = k.point_id WHERE k.region_code = $1"
            " ORDER BY k.active DESC, k.created_at DESC, k.id",
            by.region,
        )
    return [ClientKey(**{**row, "roles": tuple(Role(r) for r in row["roles"])}) for row in rows]


async def revoke_client_key(id: str, *, by: Actor, at: datetime) -> None:
    """The key opens nothing any more. Raises Forbidden, Conflict."""
    async with transaction():
        row = await connection().fetchrow(
            "UPDATE client_keys SET active = false WHERE id::text = $1 AND active RETURNING region_code", id
        )
        if row is None:
            raise Conflict("没有找到这个接入密钥，或者它已经停用。")
        posts.require(by, Role.ADMINISTRATOR, Role.SECURITY_OFFICER, region=row["region_code"])
        await journal.record("people", id, "client key revoked", by=by, at=at, region=row["region_code"])


async def by_key(key: str, at: datetime) -> Actor | None:
    """The department's own system that holds this key; None when no key is."""
    async with transaction():
        row = await connection().fetchrow("SELECT * FROM client_keys WHERE key_hash = $1 AND active", _digest(key))
    if row is None:
        return None
    return Actor(
        id=str(row["id"]),
        name=row["name"],
        region=row["region_code"],
        roles=frozenset(Role(r) for r in row["roles"]),
        department=row["department"],
        terminal="API",
        client=True,
        point=row["point_id"],
    )


def normalised(login: str) -> str:
    """A login as it is kept: capitals and stray blanks do not matter."""
    return login.strip().lower()


def actor_of(row: Mapping[str, Any], terminal: str = "", stands_for: tuple[StandIn, ...] = ()) -> Actor:
    """The actor that a row of `people` is, with the posts of others that this person fills."""
    return Actor(
        id=str(row["id"]),
        name=row["name"],
        region=row["region_code"],
        roles=frozenset(Role(r) for r in row["roles"]),
        department=row["department"],
        window=row["window_name"],
        terminal=terminal,
        stands_for=stands_for,
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


async def _known(id: object, right: bool, token: str, *, terminal: str, at: datetime, address: str) -> str | None:
    """Let the person in, or count the failure; the sentence when they stay outside."""
    conn = connection()
    # Guesses made at once come here one after the other, so that none of them is the sixth.
    row = await conn.fetchrow("SELECT * FROM people WHERE id = $1 FOR UPDATE", id)
    by = actor_of(row, terminal=terminal)
    if row["locked_until"] is not None and at < row["locked_until"]:
        await _trace(by, "sign-in refused: locked", "登录被拒绝（已锁定）", at, address)
        return _locked(row["locked_until"])
    if right and row["active"]:
        await conn.execute("UPDATE people SET failures = 0, locked_until = NULL WHERE id = $1", id)
        await conn.execute(
            "INSERT INTO sessions (token_hash, person, terminal, created_at, seen_at, expires_at)"
            " VALUES ($1, $2, $3, $4, $4, $5)",
            _digest(token),
            id,
            terminal,
            at,
            at + LONGEST_SESSION,
        )
        await _trace(by, "signed in", "登录成功", at, address)
        return None
    failures = (0 if row["locked_until"] is not None else row["failures"]) + 1
    until = _until(failures, at)
    await conn.execute("UPDATE people SET failures = $2, locked_until = $3 WHERE id = $1", id, failures, until)
    await _trace(by, "sign-in failed", "登录失败", at, address)
    if until is not None:
        await journal.record("people", by.id, "locked", by=SYSTEM, at=at, region=by.region)
    return _wrong() if until is None else _locked(until)


async def _unknown_failed(login: str, at: datetime, address: str) -> str:
    """Count a failure under a login that does not exist, as if it did."""
    conn = connection()
    bucket = f"sign-in {_digest(login)}"
    await conn.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", bucket)
    row = await conn.fetchrow("DELETE FROM attempts WHERE bucket = $1 RETURNING slot, count", bucket)
    failures = row["count"] if row else 0
    until = _until(failures, row["slot"]) if row else None
    if until is None or at >= until:
        failures = (0 if until is not None else failures) + 1
        until, slot = _until(failures, at), at
    else:
        slot = row["slot"]
    await conn.execute("INSERT INTO attempts (bucket, slot, count) VALUES ($1, $2, $3)", bucket, slot, failures)
    await record_access(None, "登录失败", "登录名不存在", by=SYSTEM, at=at, address=address)
    return _wrong() if until is None else _locked(until)


async def _trace(by: Actor, event: str, what: str, at: datetime, address: str) -> None:
    await journal.record("people", by.id, event, by=by, at=at)
    await record_access(None, what, "登录系统", by=by, at=at, address=address)


def _until(failures: int, at: datetime) -> datetime | None:
    config = settings()
    return at + timedelta(minutes=config.login_lock_minutes) if failures >= config.login_failures else None


def _wrong() -> str:
    config = settings()
    return (
        f"登录名或密码不正确，请核对后重新输入。连续输错 {config.login_failures} 次，"
        f"将锁定 {config.login_lock_minutes} 分钟。"
    )


def _locked(until: datetime) -> str:
    # Rounded up: whoever comes back at the minute told gets in.
    minute = local(until + timedelta(seconds=59)).strftime("%H:%M")
    return f"连续输错次数过多，已暂时锁定，请在 {minute} 之后再登录，或者请安全管理员解除锁定。"
