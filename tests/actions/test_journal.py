"""The journal tells when somebody has been at it, forgets what must be forgotten, and is followed without gaps."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from lianban import errors, journal
from lianban.outside import clock, database
from lianban.outside.settings import settings
from lianban.rules.actors import Actor, Role
from lianban.tables.ids import new_id
from tests.actions import rows

CLERK = Actor(id="c1", name="崔明姬", region="222405", roles=frozenset({Role.CLERK}), terminal="3号窗口")
POLICE = Actor(id="p1", name="李警官", region="222405", roles=frozenset({Role.APPROVER}), department="police")
WATER = Actor(
    id="w1", name="水务系统", region="222405", roles=frozenset({Role.APPROVER}), department="water", client=True
)


async def write(subject: UUID, *events: str, department: str = "") -> list[int]:
    async with database.transaction():
        return [
            await journal.record(
                "case", subject, event, by=CLERK, at=clock.now(), department=department, content={"item": "出生登记"}
            )
            for event in events
        ]


@asynccontextmanager
async def intruder(dsn: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """Somebody with the rights of the database's owner, past all triggers and foreign keys."""
    conn = await asyncpg.connect(dsn)
    await conn.execute("SET session_replication_role = replica")
    try:
        yield conn
    finally:
        await conn.close()


@pytest.fixture
async def cases(pool: None) -> list[UUID]:
    """Two subjects with three lines each."""
    ids = [new_id(clock.now()) for _ in range(2)]
    for each in ids:
        await write(each, "opened", "accepted", "decided")
    return ids


async def test_an_untouched_journal_is_whole(cases: list[UUID]) -> None:
    assert await journal.anchor(clock.now())
    report = await journal.verify()
    assert report.whole and (report.lines, report.subjects, report.anchors) == (6, 2, 1)
    assert (await journal.verify(cases[0])).lines == 3


async def test_the_database_refuses_to_change_or_delete_a_line(cases: list[UUID]) -> None:
    for statement in (
        "UPDATE journal SET event = 'x'",
        "DELETE FROM journal",
        "TRUNCATE journal CASCADE",
    ):
        with pytest.raises(asyncpg.RaiseError, match="只能追加"):
            async with database.transaction():
                await database.connection().execute(statement)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal SET event = 'refused' WHERE seq = 2 AND subject = $1",
        "UPDATE journal SET by_id = 'somebody' WHERE seq = 2 AND subject = $1",
        "UPDATE journal SET at = at - interval '1 day' WHERE seq = 2 AND subject = $1",
        "UPDATE journal SET department = 'water' WHERE seq = 2 AND subject = $1",
        "DELETE FROM journal WHERE seq = 2 AND subject = $1",
        "DELETE FROM journal WHERE seq = 1 AND subject = $1",
        'UPDATE journal_contents SET content = \'{"item": "户口登记"}\' FROM journal j'
        " WHERE j.position = journal_contents.position AND seq = 2 AND subject = $1",
        "DELETE FROM journal_contents USING journal j"
        " WHERE j.position = journal_contents.position AND seq = 2 AND subject = $1",
    ],
)
async def test_an_edited_line_is_found_and_named(cases: list[UUID], db: str, change: str) -> None:
    async with intruder(db) as conn:
        await conn.execute(change, str(cases[0]))
    report = await journal.verify()
    assert len(report.faults) == 1
    assert str(cases[0]) in report.faults[0]
    assert (await journal.verify(cases[1])).whole


async def test_a_cut_tail_and_a_removed_case_are_found_by_the_anchors(cases: list[UUID], db: str) -> None:
    await journal.anchor(clock.now())
    async with intruder(db) as conn:
        await conn.execute("DELETE FROM journal WHERE subject = $1 AND seq = 3", str(cases[0]))
        await conn.execute("DELETE FROM journal WHERE subject = $1", str(cases[1]))
        await conn.execute("DELETE FROM journal_contents WHERE position NOT IN (SELECT position FROM journal)")
    faults = (await journal.verify()).faults
    assert f"case/{cases[0]}：末尾被截断，锚定时有 3 条，现在只有 2 条。" in faults
    assert f"case/{cases[1]}：锚定文件里有它的 3 条记录，日志里一条也没有。" in faults
    assert (await journal.verify(cases[1])).faults == (
        f"case/{cases[1]}：锚定文件里有它的 3 条记录，日志里一条也没有。",
    )


async def test_a_chain_rewritten_from_the_start_is_found(cases: list[UUID], db: str) -> None:
    await journal.anchor(clock.now())
    async with intruder(db) as conn:
        await conn.execute("DELETE FROM journal WHERE subject = $1", str(cases[0]))
        await conn.execute("DELETE FROM journal_contents WHERE position NOT IN (SELECT position FROM journal)")
    await write(cases[0], "opened", "accepted", "refused")
    (fault,) = (await journal.verify()).faults
    assert "整条链被重写过" in fault


async def test_anchors_are_chained_and_signed(cases: list[UUID]) -> None:
    first = await journal.anchor(clock.now())
    assert first is not None and first.name == "2026-11-02.json"
    assert await journal.anchor(clock.now() + timedelta(hours=3)) is None
    await write(cases[0], "delivered")
    second = await journal.anchor(clock.now() + timedelta(days=1))
    third = await journal.anchor(clock.now() + timedelta(days=2))
    assert second is not None and third is not None
    assert list(json.loads(second.read_text("utf-8"))["heads"]) == [f"case/{cases[0]}"]
    assert json.loads(third.read_text("utf-8"))["heads"] == {}
    assert (await journal.verify()).whole

    body = json.loads(third.read_text("utf-8"))
    third.write_text(json.dumps(body | {"lines": 1}), "utf-8")
    assert any("2026-11-04.json 被改动过" in f for f in (await journal.verify()).faults)
    third.write_text(json.dumps(body), "utf-8")
    second.unlink()
    assert (await journal.verify()).faults == ("锚定文件 2026-11-04.json 之前缺少一个锚定文件。",)


async def test_an_anchor_holds_nobodys_name(cases: list[UUID]) -> None:
    file = await journal.anchor(clock.now())
    assert file is not None and file.parent == settings().data_dir / "anchors"
    assert "崔明姬" not in file.read_text("utf-8")


async def test_lines_written_while_the_anchor_is_made_belong_to_the_next_one(cases: list[UUID], db: str) -> None:
    other = await asyncpg.connect(db)
    open_one = other.transaction()
    await open_one.start()
    await other.execute("SELECT pg_current_xact_id()")
    await write(cases[0], "delivered")
    file = await journal.anchor(clock.now())
    await open_one.rollback()
    await other.close()
    assert file is not None and json.loads(file.read_text("utf-8"))["lines"] == 6
    assert (await journal.verify()).whole
    await journal.anchor(clock.now() + timedelta(days=1))
    assert (await journal.verify()).whole


async def test_an_erased_content_is_gone_and_the_chain_holds(cases: list[UUID]) -> None:
    (position,) = await write(cases[0], "noted")
    await journal.erase(position, by=CLERK, at=clock.now(), reason="当事人要求删除")
    lines = await journal.lines("case", cases[0])
    assert [(each.event, each.content is None) for each in lines[-2:]] == [("noted", True), ("content erased", False)]
    report = await journal.verify()
    assert report.whole and report.erased == 1
    with pytest.raises(errors.NotFound):
        await journal.erase(position, by=CLERK, at=clock.now(), reason="再删一次")


async def test_people_who_act_at_once_keep_one_chain(pool: None) -> None:
    async def act(n: int) -> None:
        async with database.transaction():
            await journal.record("people", "one", f"event {n}", by=CLERK, at=clock.now())

    await asyncio.gather(*(act(n) for n in range(30)))
    report = await journal.verify()
    assert report.whole and report.lines == 30


async def test_a_content_with_a_fraction_is_refused(pool: None) -> None:
    with pytest.raises(TypeError):
        async with database.transaction():
            await journal.record("people", "one", "x", by=CLERK, at=clock.now(), content={"a": [{"b": 1.5}]})


async def test_the_feed_passes_over_nothing_that_commits_late(pool: None, db: str) -> None:
    first, second, third = (new_id(clock.now()) for _ in range(3))
    slow = await asyncpg.connect(db)
    transaction = slow.transaction()
    await transaction.start()
    # The slow one has its place in the order before the quick one, and commits after it.
    await slow.execute(
        "INSERT INTO journal (stream, subject, seq, region_code, department, event, by_id, at, digest, hash)"
        " VALUES ('case', $1, 1, '222405', 'police', 'slow', 'c1', $2, '', '')",
        str(first),
        datetime(2026, 11, 2, 9, 30, tzinfo=clock.SHANGHAI),
    )
    await write(second, "quick", department="police")
    assert (await journal.feed(POLICE)).lines == ()
    await transaction.commit()
    await slow.close()
    await write(third, "later", department="police")
    got, cursor = [], ""
    while (part := await journal.feed(POLICE, cursor, 1)).lines:
        got += [each.event for each in part.lines]
        cursor = part.cursor
    assert got == ["slow", "quick", "later"]
    assert (await journal.feed(POLICE, cursor)).cursor == cursor


async def test_a_department_follows_only_its_own_lines(cases: list[UUID]) -> None:
    await write(cases[0], "dispatched", department="police")
    assert [each.event for each in (await journal.feed(POLICE)).lines] == ["dispatched"]
    assert (await journal.feed(WATER)).lines == ()
    window = Actor(id="s", name="窗口系统", region="222405", roles=frozenset({Role.CLERK}), client=True)
    assert len((await journal.feed(window)).lines) == 7
    assert (await journal.feed(Actor(id="s", name="外地", region="430100"))).lines == ()


async def test_a_case_is_verified_by_its_number_and_a_stranger_is_not_found(pool: None) -> None:
    case = await rows.case(await rows.edition(clock.now(), infant=False), clock.now(), opened_by=CLERK)
    assert (await journal.verify(case.number)).faults == (f"case/{case.id}：办件存在，却没有一条日志。",)
    await write(case.id, "opened", "accepted")
    report = await journal.verify(case.number)
    assert report.whole and report.lines == 2
    with pytest.raises(errors.NotFound):
        await journal.verify("222405-2026-999999")


@pytest.mark.parametrize("cursor", ["x", "1", "1-", "-1", "1-2-3", "99999999999999999999-1", "１-2", "1-2;DROP"])
async def test_a_broken_cursor_is_refused(pool: None, cursor: str) -> None:
    with pytest.raises(errors.Invalid, match="游标"):
        await journal.feed(POLICE, cursor)
