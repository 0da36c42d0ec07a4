"""The town has drawn for a fortnight: somebody was not reached, somebody had something to say."""

from __future__ import annotations

from datetime import datetime, timedelta

from lianban.feedback import callbacks
from lianban.feedback.callbacks import Filters, Said
from lianban.rules.actors import SYSTEM
from lianban.rules.callbacks import questions
from lianban.seed.crew import Crew
from lianban.web.cast import PLACES

REGION = "222405"
FORTNIGHT = timedelta(days=14)


async def tell(crew: Crew, now: datetime) -> None:
    """Draw, and let the supervisor of Longjing make the first two calls."""
    if (await callbacks.draws(REGION)).commitment:
        return
    for region in PLACES:
        await callbacks.draw(region, by=SYSTEM, at=now - FORTNIGHT)
        await callbacks.draw(region, by=SYSTEM, at=now)
    by = crew.supervisor(REGION)
    drawn = (await callbacks.listing(by=by, filters=Filters(source="draw"), at=now)).lines
    fine = {q.id: "yes" if q.finding == "no" else "no" for q in questions(REGION, "draw")}
    found = Said("reached", fine | {"trips": "yes"}, "第一次来没有说要带户口簿，又跑了一趟。")
    for line, said in zip(drawn, (Said("no_answer", {}), found), strict=False):
        await callbacks.open_number(line.id, by=by, at=now)
        await callbacks.record(line.id, said, by=by, at=now)
