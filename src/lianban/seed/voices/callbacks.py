"""The town has drawn for a month: somebody was not reached, somebody had something to say, others wait for a call."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from lianban.feedback import callbacks, difficulties, rectification
from lianban.feedback.callbacks import Filters, Said
from lianban.outbox import Message
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import SYSTEM
from lianban.rules.callbacks import questions
from lianban.seed.crew import Crew
from lianban.web.cast import PLACES

REGION = "222405"
FOLLOWS = {
    rectification.OPENED: callbacks.problem_opened,
    rectification.REPLIED: callbacks.problem_answered,
    rectification.CLOSED: callbacks.problem_over,
    difficulties.REPLIED: callbacks.request_answered,
}
_DUE = (
    "SELECT id, event, case_id, payload, due_at FROM outbox WHERE event = ANY($1) AND due_at <= $2 ORDER BY due_at, id"
)
MONTH = timedelta(days=30)


async def tell(crew: Crew, now: datetime) -> None:
    """Draw, and let the supervisor of Longjing make the first two calls."""
    if (await callbacks.draws(REGION)).commitment:
        return
    await _follow(now)
    for region in PLACES:
        await callbacks.draw(region, by=SYSTEM, at=now - MONTH)
        await callbacks.draw(region, by=SYSTEM, at=now)
    by = crew.supervisor(REGION)
    drawn = (await callbacks.listing(by=by, filters=Filters(source="draw"), at=now)).lines
    fine = {q.id: "yes" if q.finding == "no" else "no" for q in questions(REGION, "draw")}
    found = Said("reached", fine | {"trips": "yes"}, "第一次来没有说要带户口簿，又跑了一趟。")
    for line, said in zip(drawn, (Said("no_answer", {}), found), strict=False):
        await callbacks.open_number(line.id, by=by, at=now)
        await callbacks.record(line.id, said, by=by, at=now)


async def _follow(now: datetime) -> None:
    """List whom the worker would list: who gave a named negative, and whose request was answered. The entries stay, the
    worker finds that it has been done."""
    async with transaction():
        rows = await connection().fetch(_DUE, list(FOLLOWS), now)
    for row in rows:
        message = Message(row["id"], row["event"], row["case_id"], json.loads(row["payload"]), 1)
        await FOLLOWS[row["event"]](message, local(row["due_at"]))
