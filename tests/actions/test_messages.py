"""Messages follow what happens: once each, held at night, and whatever the gateway does, the case goes on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from lianban import outbox, timers
from lianban.casework import messages
from lianban.casework.messages.views import MessageView
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from tests.actions.drafts import MONDAY
from tests.actions.receiving import on
from tests.actions.working import accepted, one

MINUTE = timedelta(minutes=1)


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demonstration: messages are kept for its simulation page."""
    monkeypatch.setenv("LIANBAN_DEMO", "true")
    settings.cache_clear()


async def work(at: datetime = MONDAY) -> None:
    """The worker, until nothing is left to do."""
    while await timers.round(at):
        pass


async def of(case_id: UUID) -> list[tuple[str, str]]:
    """Name and state of the messages of a case, the earliest first."""
    return [(m.name, m.status) for m in reversed(await messages.of_case(case_id))]


async def last(case_id: UUID) -> MessageView:
    """The latest message of a case."""
    return (await messages.of_case(case_id))[0]


async def test_an_accepted_case_is_told_to_the_applicant(pool: None, demo: None) -> None:
    case = await accepted()
    await work()
    (told,) = await messages.of_case(case.case_id)
    assert (told.name, told.status, told.phone, told.role_name) == ("已受理", "simulated", "138****8000", "申请人")
    assert told.text.startswith("【联办·龙井市政务服务中心】朴女士/先生您好")
    assert case.number in told.text and "朴美兰" not in told.text and case.query_code not in told.text
    assert told.parts == -(-len(told.text) // 67) and told.sent_at == MONDAY
