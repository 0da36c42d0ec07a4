"""Pages: the template environment and what every page is given."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from litestar import Request
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Redirect, Template
from litestar.status_codes import HTTP_303_SEE_OTHER
from litestar.template import TemplateConfig
from litestar.types import Empty
from litestar.utils.scope.state import ScopeState
from markupsafe import Markup

from lianban.casework.messages import STATES
from lianban.outside import clock
from lianban.outside.settings import settings, shipped
from lianban.rules.actors import ROLE_NAMES, Actor, Role
from lianban.rules.calendar import WEEKDAYS
from lianban.rules.cards import COLOURS
from lianban.rules.languages import Book
from lianban.web import filters

Req: TypeAlias = Request[Any, Any, Any]

STATIC = Path(__file__).with_name("static")
CSRF_COOKIE = "lianban_csrf"
LARGE_COOKIE = "lianban_large"

NAVIGATION = (
    ("/window", "窗口", (Role.CLERK,)),
    ("/window/deliveries", "送达", (Role.CLERK,)),
    ("/window/messages", "未能通知", (Role.CLERK,)),
    ("/tasks", "任务", (Role.APPROVER, Role.DEPARTMENT_HEAD)),
    ("/transfers", "交接", (Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD)),
    ("/visits", "勘查", (Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD)),
    (
        "/oversight",
        "监督",
        (Role.SUPERVISOR, Role.AUDITOR, Role.GOVERNMENT_HEAD, Role.DEPARTMENT_HEAD),
    ),
    (
        "/oversight/cards",
        "预警牌",
        (Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD, Role.SUPERVISOR, Role.AUDITOR, Role.GOVERNMENT_HEAD),
    ),
    ("/oversight/messages", "短信", (Role.SUPERVISOR, Role.GOVERNMENT_HEAD)),
    (
        "/ratings",
        "好差评",
        (Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD, Role.SUPERVISOR, Role.AUDITOR, Role.GOVERNMENT_HEAD),
    ),
    (
        "/difficulties",
        "有事您说话",
        (Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD, Role.SUPERVISOR, Role.AUDITOR, Role.GOVERNMENT_HEAD),
    ),
    ("/approvals", "待批准", (Role.DEPARTMENT_HEAD, Role.GOVERNMENT_HEAD)),
    ("/replacements", "文书更正", (Role.DEPARTMENT_HEAD, Role.SUPERVISOR)),
    (
        "/posts",
        "AB 岗",
        (Role.CLERK, Role.APPROVER, Role.DEPARTMENT_HEAD, Role.GOVERNMENT_HEAD),
    ),
    ("/admin/catalogue", "事项目录", (Role.ADMINISTRATOR,)),
    ("/admin/calendar", "日历", (Role.ADMINISTRATOR,)),
    ("/admin/people", "人员", (Role.ADMINISTRATOR, Role.SECURITY_OFFICER, Role.AUDITOR)),
    ("/admin/points", "评价点", (Role.ADMINISTRATOR, Role.SUPERVISOR)),
    ("/admin/upward", "数据汇聚", (Role.ADMINISTRATOR, Role.SUPERVISOR)),
    ("/admin/policy", "本地设置", (Role.ADMINISTRATOR,)),
    ("/admin/wordings", "文书文字", (Role.ADMINISTRATOR,)),
    ("/admin/messages", "短信模板", (Role.ADMINISTRATOR,)),
    ("/seals", "电子印章", (Role.ADMINISTRATOR,)),
    ("/admin/keys", "接入密钥", (Role.ADMINISTRATOR, Role.SECURITY_OFFICER)),
)


@lru_cache
def asset(name: str) -> str:
    """The address of a static file with its content hash, so that it may be kept for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


@pass_context
def csrf(context: Context) -> str:
    """The token that every form carries back in `_csrf_token`."""
    request: Req = context["request"]
    token = ScopeState.from_scope(request.scope).csrf_token
    return token if token is not Empty and isinstance(token, str) else request.cookies.get(CSRF_COOKIE, "")


@pass_context
def also(context: Context, text: str) -> Markup:
    """The second language after a text, on a page of a region that has one (`second` its phrase book); else nothing."""
    book: Book | None = context.get("second")
    said = book.find(text) if book else ""
    return Markup(' <span class="also" lang="{}">{}</span>').format(book.language, said) if book and said else Markup()


@pass_context
def with_also(context: Context, text: str) -> Markup:
    """A fixed word with the second language beside it."""
    return Markup("{}{}").format(text, also(context, text))


def once() -> str:
    """A fresh key for a form whose repeated submission must do nothing twice."""
    return uuid.uuid4().hex


def environment() -> Environment:
    """Jinja with our filters; an unknown name is an error, never an empty place."""
    env = Environment(
        loader=FileSystemLoader(shipped("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(
        asset=asset,
        csrf=csrf,
        once=once,
        also=also,
        l=with_also,
        ROLE_NAMES=ROLE_NAMES,
        CASE_STATES=filters.CASE_STATES,
        TASK_STATES=filters.TASK_STATES,
        OUTCOMES=filters.OUTCOMES,
        CONCLUSIONS=filters.CONCLUSIONS,
        VISIT_STATES=filters.VISIT_STATES,
        WEEKDAYS=WEEKDAYS,
        CARDS=COLOURS,
        MESSAGES=STATES,
    )
    for use in (filters.day, filters.moment, filters.brief, filters.size, filters.region):
        env.filters[use.__name__] = use
    return env


def template_config() -> TemplateConfig[JinjaTemplateEngine]:
    """The template engine for the application."""
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment()))


def person_of(request: Req) -> Actor | None:
    """Who is signed in, or nobody."""
    person: Actor | None = request.scope.get("user")
    return person


def post_of(person: Actor | None) -> str:
    """What stands beside a person's name: the window, or the posts."""
    return "" if person is None else person.window or "、".join(ROLE_NAMES[role] for role in sorted(person.roles))


def navigation(person: Actor | None, path: str) -> list[tuple[str, str, bool]]:
    """Address, word and "here" of what this person's posts open."""
    open = [(to, word) for to, word, roles in NAVIGATION if person and person.may(*roles)]
    # One place may lie within another: the nearest one is here.
    here = max((to for to, _ in open if path.startswith(to)), key=len, default="")
    return [(to, word, to == here) for to, word in open]


def page(request: Req, name: str, data: Mapping[str, Any] | None = None, *, status: int = 200, **more: Any) -> Template:
    """A page of template `name` with what every page needs."""
    person = person_of(request)
    context = {
        "request": request,
        "person": person,
        "post": post_of(person),
        "navigation": navigation(person, request.url.path),
        "here": local_address(request),
        "large": request.cookies.get(LARGE_COOKIE) == "1",
        "demo": settings().demo,
        "now": clock.now(),
        "fault": None,
        **(data or {}),
        **more,
    }
    return Template(name, context=context, status_code=status)


def local_address(request: Req) -> str:
    """This page's address within the site, with its query."""
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def address_of(request: Req) -> str:
    """The network address the request came from, for the access log."""
    return request.client.host if request.client else ""


def only_local(address: str, otherwise: str = "/") -> str:
    """`address` if it stays within this site."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\")) and "\n" not in address
    return address if inside and address.isprintable() else otherwise


def see(address: str) -> Redirect:
    """After a POST: 303 to where the person goes on."""
    return Redirect(address, status_code=HTTP_303_SEE_OTHER)
