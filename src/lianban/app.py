"""The web application: `create_app()` puts the pages, the machine interface and the probe together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Litestar, Request, Router, get
from litestar.config.compression import CompressionConfig
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp

from lianban import api, web
from lianban.outside import database
from lianban.outside.settings import settings

FORM_LIMIT = 1_048_576
"""Bytes of a request that carries no files."""


@get("/healthz", include_in_schema=False, opt={"exclude_from_csrf": True})
async def healthz() -> dict[str, str]:
    """200 when this process answers and reaches its database."""
    async with database.DB.transaction():
        await database.connection().fetchval("SELECT 1")
    return {"status": "ok"}


def _refused(request: Request[Any, Any, Any], error: HTTPException) -> Any:
    """What no route has taken up: a problem for machines, a page for people."""
    handlers = api.HANDLERS if request.url.path.startswith("/api/") else web.HANDLERS
    return handlers[HTTPException](request, error)


def behind_proxies(app: ASGIApp) -> ASGIApp:
    """The application as it learns from a trusted proxy whom it speaks for; nobody else is believed."""
    trusted = settings().trusted_proxies
    if not trusted:
        return app
    from granian.utils.proxies import wrap_asgi_with_proxy_headers

    wrapped: ASGIApp = wrap_asgi_with_proxy_headers(app, trusted)
    return wrapped


def _with_files(routers: Sequence[Router]) -> Router:
    """Where one request may carry several scans; everywhere else a stranger cannot send much."""
    return Router("/", route_handlers=routers, request_max_body_size=settings().upload_mb * 5 * 1_048_576)


def create_app() -> Litestar:
    """The application of one worker process, with its own connection pool."""
    return Litestar(
        route_handlers=[healthz, *web.routers, _with_files([*web.with_files, *api.routers])],
        include_in_schema=False,
        openapi_config=api.openapi_config(),
        lifespan=[lambda _: database.pool()],
        middleware=[web.Readable, web.Sessions],
        csrf_config=web.csrf_config(),
        template_config=web.template_config(),
        exception_handlers={**web.HANDLERS, HTTPException: _refused},
        before_send=[web.headers],
        compression_config=CompressionConfig(backend="gzip", gzip_compress_level=6, exclude_opt_key="uncompressed"),
        request_max_body_size=FORM_LIMIT,
    )
