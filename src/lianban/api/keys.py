"""Who calls: a department's own system, or the window's, known by its key."""

from __future__ import annotations

from typing import Any

from litestar import Request

from lianban import people
from lianban.api.problems import KeyNeeded
from lianban.outside import clock
from lianban.rules.actors import Actor

SCHEME = "bearer "


async def client(request: Request[Any, Any, Any]) -> Actor:
    """The actor of the key in `Authorization: Bearer …`. Raises KeyNeeded."""
    header = request.headers.get("authorization", "")
    if not header.lower().startswith(SCHEME):
        raise KeyNeeded
    actor = await people.by_key(header[len(SCHEME) :].strip(), clock.now())
    if actor is None:
        raise KeyNeeded
    return actor
