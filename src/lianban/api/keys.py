"""Who calls: a department's own system, or the window's, known by its key."""

from __future__ import annotations

from typing import Any, TypeAlias

from litestar import Request

from lianban import people
from lianban.api.problems import KeyNeeded
from lianban.errors import Forbidden
from lianban.outside import clock
from lianban.rules.actors import Actor

SCHEME = "bearer "

Req: TypeAlias = Request[Any, Any, Any]


def address_of(request: Req) -> str:
    """The network address the request came from, for the access log."""
    return request.client.host if request.client else ""


async def client(request: Req) -> Actor:
    """The system of the key in `Authorization: Bearer …`. Raises KeyNeeded, Forbidden for a device's."""
    actor = await machine(request)
    if actor.point is not None:
        raise Forbidden("这个密钥只能在它的评价点提交评价，不能用于其他接口。")
    return actor


async def machine(request: Req) -> Actor:
    """The system or device of the key. Raises KeyNeeded."""
    header = request.headers.get("authorization", "")
    if not header.lower().startswith(SCHEME):
        raise KeyNeeded
    actor = await people.by_key(header[len(SCHEME) :].strip(), clock.now())
    if actor is None:
        raise KeyNeeded
    return actor
