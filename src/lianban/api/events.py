"""What happened, as a feed that a department's system reads on from its cursor."""

from __future__ import annotations

from typing import Any

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from lianban import journal
from lianban.api.content import storable
from lianban.rules.actors import Actor


@get("/events", summary="事件流（从游标续读，不漏不重）", tags=["事件"])
async def events(
    client: NamedDependency[Actor], after: FromQuery[str] = "", limit: FromQuery[int] = 100
) -> dict[str, Any]:
    """Events of the department's own tasks after the cursor; keep `cursor` and pass it as `after` next time."""
    storable(after)
    feed = await journal.feed(client, after, limit)
    return {
        "cursor": feed.cursor,
        "events": [
            {
                "case_id": line.subject,
                "event": line.event,
                "at": line.at,
                "department": line.department,
                "content": line.content,
            }
            for line in feed.lines
        ],
    }
