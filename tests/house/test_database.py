"""The database door: migrations under a lock, Chinese search, a database of its own for each test."""

from __future__ import annotations

import asyncio
import sys

import asyncpg
import pytest
from piccolo.engine.postgres import PostgresTransaction

from lianban import errors
from lianban.outside import database, embedded


async def test_each_test_has_its_own_database(pool: None) -> None:
    async with database.DB.transaction():
        await database.connection().execute("CREATE TABLE mine (id int)")
        assert await database.connection().fetchval("SELECT count(*) FROM mine") == 0


async def test_the_next_test_sees_nothing_of_it(pool: None) -> None:
    async with database.DB.transaction():
        assert await database.connection().fetchval("SELECT to_regclass('mine')") is None


async def test_chinese_text_can_be_searched(pool: None) -> None:
    async with database.DB.transaction():
        trigrams = await database.connection().fetchval(database.CHINESE_SEARCH)
    assert len(trigrams) == 7


async def test_a_database_without_chinese_search_is_refused(db: str) -> None:
    admin = await asyncpg.connect(db)
    await admin.execute(
        "CREATE DATABASE plain TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C' LOCALE 'C'"
    )
    await admin.close()
    database.use(embedded.dsn_for(db, "plain"))
    with pytest.raises(errors.Invalid, match="中文检索"):
        await database.check_search()


async def test_without_a_dsn_there_is_one_sentence() -> None:
    before = database.DB.config["dsn"]
    database.use("")
    try:
        with pytest.raises(errors.Invalid, match="LIANBAN_DSN"):
            await database.DB.get_new_connection()
    finally:
        database.use(before)


async def test_two_processes_may_migrate_at_once(db: str) -> None:
    admin = await asyncpg.connect(db)
    await admin.execute(embedded.CREATE.format(name="empty"))
    await admin.close()
    dsn = embedded.dsn_for(db, "empty")
    program = (
        f"import asyncio; from lianban.outside import database; database.use({dsn!r});"
        "print(asyncio.run(database.migrate()))"
    )
    both = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
        for _ in range(2)
    ]
    answers = sorted([(await p.communicate())[0].decode().strip() for p in both])
    assert [p.returncode for p in both] == [0, 0]
    assert "m0001_first" in answers[0] and answers[1] == "[]"


@pytest.mark.parametrize("step", ["begin", "commit", "rollback"])
async def test_an_end_that_fails_costs_the_pool_no_connection(
    db: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    async def lost(self: object) -> None:
        raise ConnectionResetError

    async def change() -> None:
        async with database.transaction():
            await database.connection().execute("CREATE TABLE half (id int)")
            if step == "rollback":
                raise ZeroDivisionError

    async with database.pool(1):
        with monkeypatch.context() as patch:
            patch.setattr(PostgresTransaction, step, lost)
            with pytest.raises(ConnectionResetError):
                await change()
        async with asyncio.timeout(10), database.transaction():
            assert await database.connection().fetchval("SELECT to_regclass('half')") is None


async def test_an_impatient_client_costs_the_pool_no_connection(db: str) -> None:
    async def slow() -> None:
        async with database.transaction():
            await database.connection().execute("CREATE TABLE half (id int)")
            await database.connection().execute("SELECT pg_sleep(30)")

    async with database.pool(1):
        for wait in (0, 0.001, 0.01, 0.05):
            task = asyncio.create_task(slow())
            await asyncio.sleep(wait)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            async with asyncio.timeout(10), database.transaction():
                assert await database.connection().fetchval("SELECT to_regclass('half')") is None


async def test_several_processes_may_prepare_a_new_database_at_once(pool: None) -> None:
    for _ in range(3):
        async with database.transaction():
            await database.connection().execute("DROP EXTENSION IF EXISTS pg_trgm CASCADE")
        await asyncio.gather(*(database.check_search() for _ in range(8)))
