"""What every test may ask for: a clock that stands still, and a database of its own."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from datetime import datetime
from itertools import count
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory

import asyncpg
import pytest

for name in [n for n in os.environ if n.startswith("LIANBAN_")]:
    del os.environ[name]
os.environ["LIANBAN_SECURE_COOKIES"] = "false"
os.environ["LIANBAN_SECRET"] = "a-secret-for-tests-only-0123456789abcdef"

from lianban.outside import clock, database, embedded  # noqa: E402
from lianban.outside.settings import settings  # noqa: E402

MONDAY = datetime(2026, 11, 2, 9, 30, tzinfo=clock.SHANGHAI)
TEMPLATE = "lianban_template"
ROOM = 8 * 2**30
"""Octets that the servers of all test processes together never fill."""
_numbers = count(1)


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, as the product does."""
    return "asyncio"


@pytest.fixture(autouse=True)
def frozen_clock() -> Iterator[datetime]:
    """It is Monday, 2 November 2026, 09:30 in Shanghai until a test moves the clock with `clock.set_clock`."""
    with clock.frozen(MONDAY):
        yield MONDAY


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Files of a test go into its own folder."""
    monkeypatch.setenv("LIANBAN_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("LIANBAN_FONTS", os.environ.get("LIANBAN_FONTS") or str(Path("var/fonts").absolute()))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL of this test process; its DSN names the migrated template database.

    Not in pytest's own folder: each new session closes that to other users, and under root the server is one.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="lianban-tests-", dir=_roomy_memory()))) / "data"
        # Ctrl+C stays pytest's own.
        dsn = stack.enter_context(embedded.server(folder, database=TEMPLATE, signals=[signal.SIGTERM]))
        asyncio.run(_prepare(dsn))
        yield dsn


def _roomy_memory() -> str | None:
    """A folder in memory where there is plenty of it: a database for each test is many small files."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and disk_usage(memory).free > ROOM
    return str(memory) if roomy else None


async def _prepare(dsn: str) -> None:
    conn = await asyncpg.connect(dsn)
    # Nothing here must survive a power cut.
    for line in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        await conn.execute(f"ALTER SYSTEM SET {line}")
    await conn.execute("SELECT pg_reload_conf()")
    await conn.close()
    database.use(dsn)
    await database.check_search()
    await database.migrate()


async def _command(dsn: str, statement: str) -> None:
    conn = await asyncpg.connect(embedded.dsn_for(dsn, "postgres"))
    try:
        await conn.execute(statement)
    finally:
        await conn.close()


def _fresh(template: str) -> Iterator[str]:
    name = f"lianban_{next(_numbers)}"
    asyncio.run(_command(template, f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"'))
    dsn = embedded.dsn_for(template, name)
    database.use(dsn)
    yield dsn
    asyncio.run(_command(template, f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture
def db(postgres: str) -> Iterator[str]:
    """A fresh, migrated database for one test; the engine already points at it. Yields its DSN."""
    yield from _fresh(postgres)


@pytest.fixture(scope="module")
def module_db(postgres: str) -> Iterator[str]:
    """A fresh, migrated database that the tests of one module share. Not together with `db`."""
    yield from _fresh(postgres)


@pytest.fixture
async def pool(db: str) -> AsyncIterator[None]:
    """`db` with an open connection pool, for async tests that call verbs directly."""
    async with database.pool(10):
        yield
