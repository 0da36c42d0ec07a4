"""How a migration is written: a short file `migrations/m0001_….py` made of SQL, one step up and one step down.

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "People and their sessions"
forwards = sql(ID, up="CREATE TABLE …; …", down="DROP TABLE …")
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from lianban.outside.database import APP, connection


def sql(id: str, *, up: str, down: str) -> Callable[[], Awaitable[MigrationManager]]:
    """The `forwards` of a migration file: SQL up, SQL down, each one or more statements in one transaction."""

    async def forwards() -> MigrationManager:
        manager = MigrationManager(migration_id=id, app_name=APP)

        async def run_up() -> None:
            await connection().execute(up)

        async def run_down() -> None:
            await connection().execute(down)

        manager.add_raw(run_up)
        manager.add_raw_backwards(run_down)
        return manager

    return forwards
