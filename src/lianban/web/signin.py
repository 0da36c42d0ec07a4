"""Signing in and out, and who is at the other end of a request."""

from __future__ import annotations

from urllib.parse import quote, unquote
from uuid import UUID

from litestar import Router, get, post
from litestar.datastructures import Cookie
from litestar.enums import ScopeType
from litestar.response import Redirect, Template
from litestar.types import ASGIApp, Receive, Scope, Send

from lianban import people
from lianban.errors import Forbidden, Refusal
from lianban.feedback import ratings
from lianban.outside import clock
from lianban.outside.settings import settings
from lianban.rules.actors import ROLE_NAMES, Actor, Role
from lianban.web.context import LARGE_COOKIE, NAVIGATION, Req, address_of, only_local, page, person_of, see
from lianban.web.errors import SignInNeeded
from lianban.web.forms import Form

TERMINAL_COOKIE = "lianban_terminal"
STAFF_COOKIE = "lianban_staff"
"""Who of the staff has signed in with this browser: a rating of the own work from here is set apart (R-HCP-3)."""
MOST_MARKS = 5
YEAR = 365 * 24 * 3600


def cookie_name() -> str:
    """The session cookie; with TLS its prefix ties it to this host and the whole path."""
    return "__Host-lianban" if settings().secure_cookies else "lianban"


def cookie(name: str, value: str, age: int | None = None) -> Cookie:
    """A cookie scripts cannot read and other sites cannot send with a form."""
    return Cookie(
        key=name, value=value, max_age=age, path="/", httponly=True, samesite="lax", secure=settings().secure_cookies
    )


class Sessions:
    """Middleware: puts the signed-in person (or None) in the scope as `user`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and not scope["path"].startswith(("/static/", "/api/", "/healthz")):
            token = Req(scope).cookies.get(cookie_name(), "")
            scope["user"] = await people.who(token, at=clock.now()) if token else None
        await self.app(scope, receive, send)


def require(request: Req, *roles: Role) -> Actor:
    """The signed-in person with one of these posts (none named: any). Raises SignInNeeded, Forbidden."""
    person = person_of(request)
    if person is None:
        raise SignInNeeded
    if roles and not person.may(*roles):
        names = "、".join(ROLE_NAMES[role] for role in roles)
        raise Forbidden(f"这个页面由{names}使用，您登录的岗位不能打开。")
    return person


def landing(person: Actor) -> str:
    """Where this person's work is."""
    return next((to for to, _, roles in NAVIGATION if person.may(*roles)), "/")


@get("/signin")
async def form(request: Req) -> Template:
    """The sign-in form."""
    remembered = unquote(request.cookies.get(TERMINAL_COOKIE, ""))[:40]
    back = only_local(request.query_params.get("next", ""), "")
    return page(request, "signin/signin.html", next=back, login="", terminal=remembered)


@post("/signin")
async def sign_in(request: Req) -> Redirect | Template:
    """Open a session; a refusal says why above the form."""
    sent = await Form.of(request)
    login, terminal = sent.text("login"), sent.text("terminal")[:40]
    back = only_local(sent.text("next"), "")
    try:
        return await open_session(login, sent.text("password"), terminal, back, request)
    except Refusal as fault:
        shown = {"next": back, "login": login, "terminal": terminal, "fault": fault}
        return page(request, "signin/signin.html", shown, status=403)


async def open_session(login: str, password: str, terminal: str, back: str, request: Req) -> Redirect:
    """Sign in and go on to `back` or to the person's work. Raises Forbidden."""
    address, known = address_of(request), request.cookies.get(STAFF_COOKIE, "")
    at = clock.now()
    token = await people.sign_in(login, password, terminal=terminal, at=at, address=address)
    person = await people.who(token, at=at)
    answer = see(back or (landing(person) if person else "/"))
    answer.set_cookie(cookie(cookie_name(), token))
    answer.set_cookie(cookie(TERMINAL_COOKIE, quote(terminal), YEAR))
    if person:
        await ratings.remember(UUID(person.id), address, at=at)
        marks = dict.fromkeys((ratings.mark_of(person.id), *(one for one in known.split(",") if one)))
        answer.set_cookie(cookie(STAFF_COOKIE, ",".join([*marks][:MOST_MARKS]), YEAR))
    return answer


@post("/signout")
async def sign_out(request: Req) -> Redirect:
    """Close the session everywhere it counts: in the database."""
    token = request.cookies.get(cookie_name(), "")
    if token:
        await people.sign_out(token, at=clock.now())
    answer = see("/")
    # With the attributes it was set with: a browser takes nothing else under a __Host- name.
    answer.set_cookie(cookie(cookie_name(), "", 0))
    return answer


@post("/large-type")
async def large_type(request: Req) -> Redirect:
    """Everything half as large again, or back (适老化)."""
    sent = await Form.of(request)
    answer = see(only_local(sent.text("back")))
    answer.set_cookie(cookie(LARGE_COOKIE, "1" if sent.flag("large") else "0", YEAR))
    return answer


router = Router("/", route_handlers=[form, sign_in, sign_out, large_type], include_in_schema=False)
