"""On what a command works: the production settings, or an embedded database in a folder."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lianban.outside.settings import local_secret, require_production, settings, variable


def _set(**values: str) -> None:
    for field, value in values.items():
        os.environ[variable(field)] = value
    settings.cache_clear()


@contextmanager
def trial(folder: Path) -> Iterator[None]:
    """An embedded PostgreSQL and the files in `folder`, until the block ends. Processes started inside inherit it."""
    from lianban.outside import embedded

    folder = folder.absolute()
    _set(data=str(folder), secret=settings().secret or local_secret(folder))
    if variable("secure_cookies") not in os.environ:
        _set(secure_cookies="false")
    with embedded.server(folder / "postgres") as dsn:
        _work_on(dsn)
        yield


@contextmanager
def installation(folder: str | None, *, whole: bool = True, migrated: bool = True) -> Iterator[None]:
    """What the command works on. Raises Invalid in production without a DSN, an S3 store or a secret.

    `whole=False`: the command needs the database only. `migrated=False`: it does not need the tables either.
    """
    from lianban.outside import database

    if folder:
        with trial(Path(folder)):
            if migrated:
                asyncio.run(database.migrate())
            yield
        return
    require_production(settings(), whole=whole)
    _work_on(settings().dsn)
    if migrated:
        asyncio.run(database.require_schema())
    yield


def _work_on(dsn: str) -> None:
    from lianban.outside import database

    _set(dsn=dsn)
    database.use(dsn)
