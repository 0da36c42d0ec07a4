"""Signing in: lock-out, sessions that end, one answer for the unknown and the mistyped, keys of systems."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from lianban import errors, journal, people
from lianban.outside import clock, database
from lianban.rules.actors import SYSTEM, Actor, Role
from tests.actions.rows import REGION, actor

PASSWORD = "Longjing-2026"
SECURITY = actor("s1", Role.SECURITY_OFFICER)
ADMINISTRATOR = actor("a1", Role.ADMINISTRATOR)


@pytest.fixture
async def clerk(pool: None) -> str:
    """A clerk who signs in as "cui"; her id."""
    return await people.add_person(
        "Cui ", PASSWORD, name="崔明姬", roles=[Role.CLERK], region=REGION, window="3号窗口", by=SYSTEM, at=clock.now()
    )


async def enter(password: str = PASSWORD, *, login: str = "cui", minutes: float = 0) -> str:
    at = clock.now() + timedelta(minutes=minutes)
    return await people.sign_in(login, password, terminal="3号机", at=at, address="10.0.0.7")


async def refused(password: str, *, login: str = "cui", minutes: float = 0) -> str:
    with pytest.raises(errors.Forbidden) as refusal:
        await enter(password, login=login, minutes=minutes)
    return refusal.value.sentence


async def events(id: str) -> list[str]:
    return [line.event for line in await journal.lines("people", id)]


async def test_a_session_says_who_acts(clerk: str) -> None:
    found = await people.who(await enter(), clock.now())
    assert found == Actor(
        id=clerk,
        name="崔明姬",
        region=REGION,
        roles=frozenset({Role.CLERK}),
        window="3号窗口",
        terminal="3号机",
    )
    assert await people.who("", clock.now()) is None
    assert await people.who("made up", clock.now()) is None


async def test_neither_password_nor_token_is_kept(clerk: str) -> None:
    token = await enter()
    async with database.transaction():
        kept = str(await database.connection().fetch("SELECT p::text, s::text FROM people p, sessions s"))
    assert PASSWORD not in kept and token not in kept and "$argon2id$" in kept


async def test_a_session_ends_when_nobody_is_there_and_after_a_day_of_work(clerk: str) -> None:
    token, start = await enter(), clock.now()
    assert await people.who(token, start + timedelta(minutes=29)) is not None
    assert await people.who(token, start + timedelta(minutes=58)) is not None
    assert await people.who(token, start + timedelta(minutes=88)) is None
    assert await people.who(token, start + timedelta(minutes=58)) is None, "an ended session stays ended"
    token = await enter()
    for quarter in range(1, 48):
        assert await people.who(token, start + timedelta(minutes=15 * quarter)) is not None
    assert await people.who(token, start + timedelta(hours=12)) is None


async def test_signing_out_ends_the_session(clerk: str) -> None:
    token = await enter()
    await people.sign_out(token, at=clock.now())
    assert await people.who(token, clock.now()) is None
    assert await events(clerk) == ["person added", "signed in", "signed out"]


async def test_five_failures_lock_for_fifteen_minutes(clerk: str) -> None:
    for _ in range(4):
        assert "不正确" in await refused("Wrong-2026")
    assert await refused("Wrong-2026") == (
        "连续输错次数过多，已暂时锁定，请在 09:45 之后再登录，或者请安全管理员解除锁定。"
    )
    assert "锁定" in await refused(PASSWORD, minutes=14.9)
    assert await enter(minutes=15)
    assert await events(clerk) == [
        "person added",
        *["sign-in failed"] * 5,
        "locked",
        "sign-in refused: locked",
        "signed in",
    ]


async def test_a_success_starts_the_count_anew_and_so_does_the_end_of_a_lock(clerk: str) -> None:
    for _ in range(4):
        await refused("Wrong-2026")
    await enter()
    for _ in range(4):
        assert "不正确" in await refused("Wrong-2026")
    assert "暂时锁定" in await refused("Wrong-2026")
    assert "不正确" in await refused("Wrong-2026", minutes=16)


async def test_an_unknown_login_and_one_not_in_use_are_answered_like_a_wrong_password(clerk: str) -> None:
    gone = await people.add_person(
        "gone", PASSWORD, name="已离岗", roles=[Role.CLERK], region=REGION, by=SYSTEM, at=clock.now()
    )
    await people.set_active(gone, False, by=ADMINISTRATOR, at=clock.now())
    tries = [0, 0, 1, 2, 3, 4, 5, 17.9, 18, 18, 40]
    answers = {
        login: [await refused(password, login=login, minutes=minutes) for minutes in tries]
        for login, password in (("cui", "Wrong-2026"), ("nobody", PASSWORD), ("gone", PASSWORD))
    }
    assert answers["nobody"] == answers["cui"] == answers["gone"]
    assert sum("暂时锁定" in a for a in answers["cui"]) == 4


async def test_guesses_made_at_once_count_one_by_one(clerk: str) -> None:
    outcomes = await asyncio.gather(*(enter("Wrong-2026") for _ in range(12)), return_exceptions=True)
    assert sum("不正确" in str(o) for o in outcomes) == 4
    assert "暂时锁定" in await refused(PASSWORD)
    assert (await events(clerk)).count("locked") == 1


async def test_the_security_officer_unlocks(clerk: str) -> None:
    for _ in range(5):
        await refused("Wrong-2026")
    with pytest.raises(errors.Forbidden, match="安全管理员"):
        await people.unlock(clerk, by=ADMINISTRATOR, at=clock.now())
    await people.unlock(clerk, by=SECURITY, at=clock.now())
    assert await enter()
    with pytest.raises(errors.Conflict, match="没有被锁定"):
        await people.unlock(clerk, by=SECURITY, at=clock.now())


async def test_a_new_password_ends_the_other_sessions(clerk: str) -> None:
    here, elsewhere = await enter(), await enter()
    by = await people.who(here, clock.now())
    assert by is not None
    with pytest.raises(errors.Forbidden, match="原密码"):
        await people.change_password("Wrong-2026", "Another-2026", by=by, at=clock.now(), token=here)
    with pytest.raises(errors.Invalid, match="相同"):
        await people.change_password(PASSWORD, PASSWORD, by=by, at=clock.now(), token=here)
    await people.change_password(PASSWORD, "Another-2026", by=by, at=clock.now(), token=here)
    assert await people.who(here, clock.now()) and await people.who(elsewhere, clock.now()) is None
    assert "不正确" in await refused(PASSWORD)
    assert await enter("Another-2026")


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("Ab1-xyz", "8 至 128"),
        ("Ab1-" * 33, "8 至 128"),
        ("abcdefgh1", "至少三类"),
        ("abcdefgh", "至少三类"),
        ("ABCDEFGH1", "至少三类"),
        ("xKim-2026", "登录名"),
    ],
)
async def test_weak_passwords_are_refused(pool: None, password: str, says: str) -> None:
    with pytest.raises(errors.Invalid, match=says):
        await people.add_person(
            "kim", password, name="金", roles=[Role.CLERK], region=REGION, by=SYSTEM, at=clock.now()
        )


@pytest.mark.parametrize("password", ["abcdefg1-", "ABCDEFG1-", "Abcdefgh1", "密码abcd12"])
async def test_three_classes_of_characters_suffice(pool: None, password: str) -> None:
    assert await people.add_person(
        "kim", password, name="金", roles=[Role.CLERK], region=REGION, by=SYSTEM, at=clock.now()
    )


async def test_the_key_of_a_system_is_bound_to_its_department(pool: None) -> None:
    id, key = await people.add_client_key(
        "公安人口系统", region=REGION, department="police", role=Role.APPROVER, by=ADMINISTRATOR, at=clock.now()
    )
    found = await people.by_key(key, clock.now())
    assert found is not None and (found.id, found.department, found.client) == (id, "police", True)
    assert await people.by_key("x" + key, clock.now()) is None
    await people.revoke_client_key(id, by=SECURITY, at=clock.now())
    assert await people.by_key(key, clock.now()) is None
    with pytest.raises(errors.Conflict):
        await people.revoke_client_key(id, by=SECURITY, at=clock.now())
    with pytest.raises(errors.Invalid):
        await people.add_client_key(
            "后台", region=REGION, department="", role=Role.ADMINISTRATOR, by=ADMINISTRATOR, at=clock.now()
        )


async def test_every_try_is_in_the_access_log_with_its_address(clerk: str) -> None:
    await enter()
    await refused("Wrong-2026")
    await refused(PASSWORD, login="nobody")
    async with database.transaction():
        rows = await database.connection().fetch("SELECT what, by_id, address FROM access_log ORDER BY id")
    assert [tuple(r) for r in rows] == [
        ("登录成功", clerk, "10.0.0.7"),
        ("登录失败", clerk, "10.0.0.7"),
        ("登录失败", "system", "10.0.0.7"),
    ]
