"""Headers that hold for every answer, and how forms are protected."""

from __future__ import annotations

from litestar.config.csrf import CSRFConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.exceptions import ClientException
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from lianban.outside.settings import settings
from lianban.web.context import CSRF_COOKIE

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "object-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A scan shown inside a page of ours: it may be framed by us and brings nothing of its own.
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; object-src 'self'; frame-ancestors 'self'"


def csrf_config() -> CSRFConfig:
    """Every form of the pages carries a token; machines have keys instead and are excluded."""
    return CSRFConfig(
        secret=settings().secret or "only-for-a-process-without-a-secret",
        cookie_name=CSRF_COOKIE,
        cookie_secure=settings().secure_cookies,
        cookie_httponly=True,
        cookie_samesite="lax",
        exclude=["^/api/"],
    )


class Readable:
    """Middleware: refuses an address of a page that holds NUL, which no database can look for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        nul = "\x00" in scope.get("path", "") or b"%00" in scope.get("query_string", b"")
        if nul and not scope["path"].startswith("/api/"):
            raise ClientException
        await self.app(scope, receive, send)


async def headers(message: Message, scope: Scope) -> None:
    """Add what every answer carries unless the handler said otherwise (Litestar's `before_send`)."""
    if message["type"] != "http.response.start":
        return
    answer = MutableScopeHeaders.from_message(message)
    answer.setdefault("content-security-policy", PAGE_POLICY)
    answer.setdefault("x-content-type-options", "nosniff")
    answer.setdefault("referrer-policy", "same-origin")
    answer.setdefault("cross-origin-opener-policy", "same-origin")
    answer.setdefault("permissions-policy", "camera=(), microphone=(), geolocation=()")
    if settings().secure_cookies:
        answer.setdefault("strict-transport-security", "max-age=31536000")
    if not scope["path"].startswith("/static/"):
        answer.setdefault("cache-control", "no-store" if scope.get("user") else "private, no-cache")
