"""A department's on-site surveys: what is appointed, and its own conclusion from its own system.

Surveyors, checklist and photos are put down on the pages of the visit, on the spot.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from lianban.api.content import Short, Text, storable
from lianban.api.repeats import Key
from lianban.casework.visits import surveying, viewing
from lianban.outside import clock
from lianban.rules.actors import Actor
from lianban.rules.policy import parse_limit
from lianban.rules.surveys import Said


class Conclusion(msgspec.Struct, forbid_unknown_fields=True):
    """What a department concludes for its item. `limit` is written like in the catalogue: "4wd"."""

    conclusion: Literal["pass", "pass_with_rectification", "fail"]
    findings: Text = ""
    rectify_by: date | None = None
    limit: Short = ""
    limit_reason: Short = ""


class Concluded(msgspec.Struct):
    """How the visit stands after the conclusion: done with the last one."""

    visit_id: UUID
    task_id: UUID
    status: str


@get("/visits", summary="现场勘查：已经约定的和等待约定、复查的", tags=["现场勘查"])
async def listing(client: NamedDependency[Actor]) -> dict[str, Any]:
    """Visits in which the key's department takes part, and its items that wait for one or for a recheck."""
    visits, waiting = await viewing.listed(by=client, at=clock.now())
    return {"visits": visits, "waiting": waiting}


@post(
    "/visits/{visit_id:uuid}/tasks/{task_id:uuid}/conclusion",
    summary="作出本部门的勘查结论",
    tags=["现场勘查"],
    status_code=200,
)
async def conclude(
    client: NamedDependency[Actor],
    visit_id: FromPath[UUID],
    task_id: FromPath[UUID],
    data: JSONBody[Conclusion],
    key: Key = None,
) -> Concluded:
    """Conclude the department's own item once its surveyors are named and its checklist is answered."""
    storable(data)
    said = Said(
        data.conclusion,
        data.findings,
        data.rectify_by,
        parse_limit(data.limit) if data.limit else None,
        data.limit_reason,
    )
    status = await surveying.conclude(visit_id, task_id, said, by=client, at=clock.now(), key=key or "")
    return Concluded(visit_id, task_id, status)
