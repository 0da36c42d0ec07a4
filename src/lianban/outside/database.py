"""The door to PostgreSQL: the engine, the pool, and migrations under a lock (how to write one: `migrating`)."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, redirect_stdout, suppress
from typing import Any, cast

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from lianban import errors
from lianban.outside.settings import settings, shipped

APP = "lianban"
# Any number will do as long as nobody else uses it: "LIANBAN" on a telephone keypad.
MIGRATION_LOCK = 5_426_226
CHINESE_SEARCH = "SELECT show_trgm('行政许可审批')"


class Transaction(PostgresTransaction):
    """Piccolo's transaction, but one whose end fails or is cancelled gives its connection back, closed.

    Otherwise every lost connection and every impatient client would cost the pool a connection for good.
    """

    async def begin(self) -> None:
        """Start; a connection on which that fails goes back."""
        self.memory: dict[object, Any] = {}
        try:
            await super().begin()  # type: ignore[no-untyped-call]
        except BaseException:
            await self._give_up()
            raise

    async def __aexit__(self, exception_type: Any, exception: Any, traceback: Any) -> bool:
        """Commit or roll back."""
        try:
            return await super().__aexit__(exception_type, exception, traceback)
        except BaseException:
            if self._parent is None:
                await self._give_up()
                self.engine.current_transaction.reset(self.context)
            raise

    async def _give_up(self) -> None:
        with suppress(asyncpg.InterfaceError):
            self.connection.terminate()
            if self.engine.pool:
                await self.engine.pool.release(self.connection)


class Engine(PostgresEngine):
    """Piccolo's engine without its connection at import, and with our refusal when there is no database."""

    def transaction(self, allow_nested: bool = True) -> PostgresTransaction:
        """See `Transaction`."""
        return Transaction(engine=self, allow_nested=allow_nested)

    async def check_version(self) -> None:
        """Importing the data model must not need a running server."""

    async def get_new_connection(self) -> Any:
        """A connection outside the pool. Raises Invalid when no database is set."""
        self._require_dsn()
        return await super().get_new_connection()

    async def start_connection_pool(self, **kwargs: Any) -> None:
        """Open the pool. Raises Invalid when no database is set."""
        self._require_dsn()
        await super().start_connection_pool(**kwargs)

    def _require_dsn(self) -> None:
        if not self.config["dsn"]:
            raise errors.Invalid("没有设置数据库：请设置 LIANBAN_DSN=postgresql://…")


DB = Engine(config={"dsn": settings().dsn})


def use(dsn: str) -> None:
    """From now on this process works on `dsn`. Only before a pool is open."""
    if DB.pool is not None:
        raise RuntimeError("the pool is open on another database")
    DB.config["dsn"] = dsn


@asynccontextmanager
async def pool(size: int | None = None, *, durable: bool = True) -> AsyncIterator[None]:
    """The connection pool for as long as the block runs; `size` connections at most (default: the setting).

    With `durable=False` a commit does not wait for the disk: for data that can be told again after a power cut.
    """
    session = {} if durable else {"synchronous_commit": "off"}
    await DB.start_connection_pool(
        min_size=1, max_size=size or settings().pool, reset=_left_clean, server_settings=session
    )
    try:
        yield
    finally:
        await DB.close_connection_pool()


async def _left_clean(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Spares a round trip at the end of each verb: nothing of ours outlives its transaction in a session."""


def transaction() -> AbstractAsyncContextManager[PostgresTransaction, None]:
    """One transaction for the block `async with transaction():`; a nested one joins the outer."""
    # Typed so that a `return` inside the block counts as one: a transaction never swallows an exception.
    return cast(AbstractAsyncContextManager[PostgresTransaction, None], DB.transaction())


def connection() -> asyncpg.Connection[asyncpg.Record]:
    """The open transaction's own connection, for plain SQL inside `async with DB.transaction()`."""
    transaction = DB.current_transaction.get()
    if transaction is None:
        raise RuntimeError("no transaction is open")
    return transaction.connection


def memory() -> dict[object, Any]:
    """What may be remembered until the open transaction ends, such as a row that it has locked."""
    transaction = DB.current_transaction.get()
    if not isinstance(transaction, Transaction):
        raise RuntimeError("no transaction is open")
    return transaction.memory


async def migrate() -> list[str]:
    """Bring the schema up to date; the names of the steps taken. All of them and their records, or none.

    Several processes may call it at once: the others wait, then find nothing to do.
    """
    # It brings a code formatter along: a quarter of a second that only this function should cost.
    from piccolo.apps.migrations.commands.forwards import run_forwards

    chatter = io.StringIO()
    async with DB.transaction():
        await connection().execute("SELECT pg_advisory_xact_lock($1)", MIGRATION_LOCK)
        with redirect_stdout(chatter):
            result = await run_forwards(APP)
    if not result.success:
        raise RuntimeError(f"migration failed: {result.message}\n{chatter.getvalue()}")
    return re.findall(r"- (m\d+\w*) \[forwards\]", chatter.getvalue())


async def require_schema() -> None:
    """Refuse (Invalid) a database that lacks a migration of this version."""
    conn = await DB.get_new_connection()
    try:
        begun = await conn.fetchval("SELECT to_regclass('migration') IS NOT NULL")
        taken = {row["name"] for row in await conn.fetch("SELECT name FROM migration")} if begun else set()
    finally:
        await conn.close()
    if missing := sorted({file.stem for file in shipped("migrations").glob("m*.py")} - taken):
        raise errors.Invalid(f"数据库结构不是最新的（缺少 {missing[0]}）：请先运行 lianban migrate。")


async def check_search() -> None:
    """Refuse (Invalid) a database whose locale makes every Chinese search come back empty."""
    conn = await DB.get_new_connection()
    try:
        async with conn.transaction():
            # IF NOT EXISTS alone fails when two processes look at the same moment.
            await conn.execute("SELECT pg_advisory_xact_lock($1)", MIGRATION_LOCK)
            await conn.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        if not await conn.fetchval(CHINESE_SEARCH):
            raise errors.Invalid(
                "数据库的区域设置不支持中文检索：请用 LOCALE 'C.UTF-8'（或 zh_CN.UTF-8）和 ENCODING 'UTF8' 重新建库。"
            )
    finally:
        await conn.close()
