"""The worker of the messages, and what has become of them."""

from __future__ import annotations

from datetime import datetime
from unittest.mock import patch
from uuid import UUID

from lianban import timers
from lianban.casework import messages
from lianban.casework.messages import MessageView
from lianban.outside import clock
from lianban.rules.actors import Actor, Role
from tests.actions.drafts import MONDAY

CHIEF = Actor("gao", "高远", "222405", frozenset({Role.ADMINISTRATOR}))
WATCH = Actor("zhou", "周明", "222405", frozenset({Role.SUPERVISOR}))


async def work(at: datetime = MONDAY) -> None:
    """The worker, until nothing is left to do at `at`; it prints no papers."""
    clock.set_clock(lambda: at)
    with patch.dict(timers.FOLLOWS, {"paper issued": (messages.follow,)}):
        while await timers.round(at):
            pass


async def of(case_id: UUID) -> list[tuple[str, str]]:
    """Name and state of the messages of a case, the earliest first."""
    return [(m.name, m.status) for m in reversed(await messages.of_case(case_id))]


async def last(case_id: UUID, name: str = "") -> MessageView:
    """The latest message of a case, or the latest of that name."""
    return next(m for m in await messages.of_case(case_id) if name in ("", m.name))
