"""The web application: `create_app()` puts the pages, the machine interface and the probe together."""

from __future__ import annotations

from litestar import Litestar, get

from lianban.outside import database


@get("/healthz", include_in_schema=False, opt={"exclude_from_csrf": True})
async def healthz() -> dict[str, str]:
    """200 when this process answers and reaches its database."""
    async with database.DB.transaction():
        await database.connection().fetchval("SELECT 1")
    return {"status": "ok"}


def create_app() -> Litestar:
    """The application of one worker process, with its own connection pool."""
    return Litestar(route_handlers=[healthz], lifespan=[lambda _: database.pool()])
