"""The database door: migrations under a lock, Chinese search, a database of its own for each test."""

from __future__ import annotations

import asyncio
import sys

import asyncpg
import pytest

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
