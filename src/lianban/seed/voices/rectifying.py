"""Problems on their way: one waits to be written off, one to be accepted, one asks for more time."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from lianban.feedback import rectification
from lianban.feedback.rectification import Filters, ProblemView
from lianban.rules.actors import Actor
from lianban.seed.crew import Crew
from lianban.web.cast import LONGJING

HOUR = timedelta(hours=1)


async def tell(crew: Crew, now: datetime) -> None:
    """Handle the oldest problems of the town, unless some have been handled before."""
    supervisor = crew.supervisor(LONGJING)
    found = (await rectification.listing(Filters("all"), by=supervisor, at=now)).lines
    if any(line.status != "pending" for line in found):
        return
    waiting = [await rectification.problem(line.id, by=supervisor, at=now) for line in reversed(found)]
    handled = [(each, person) for each in waiting if (person := _handler(crew, each))]
    for (each, person), course in zip(handled, (_answered, _more_time, _transferred), strict=False):
        await course(each, person, supervisor, now)


def _handler(crew: Crew, one: ProblemView) -> Actor | None:
    """Somebody of the unit who was not rated."""
    if one.department == "":
        return crew.supervisor(LONGJING)
    try:
        return crew.head(LONGJING, one.department)
    except StopIteration:
        return None


async def _verified(one: ProblemView, finding: str, supervisor: Actor, at: datetime) -> UUID:
    note = "调取叫号记录和材料清单，向窗口人员了解情况，反映的问题属实。"
    await rectification.verify(one.id, finding, note, department=one.department, by=supervisor, at=at)
    return one.id


async def _answered(one: ProblemView, person: Actor, supervisor: Actor, now: datetime) -> None:
    since = one.clocks[0].started_at
    id = await _verified(one, "simple", supervisor, min(since + HOUR, now))
    await rectification.accept(id, by=person, at=min(since + 2 * HOUR, now))
    done = "已经向窗口人员说明要求，补发材料清单，并在窗口摆放样本。"
    await rectification.finish(id, done, by=person, at=min(since + 20 * HOUR, now))
    answer = "您反映的情况属实。材料清单和样本已经摆放在窗口，给您添了麻烦，向您致歉。"
    await rectification.reply(id, answer, by=person, at=min(since + 21 * HOUR, now))
    if one.rating_id:
        await rectification.rerate(one.rating_id, "satisfied", "谢谢", at=min(since + 24 * HOUR, now))


async def _more_time(one: ProblemView, person: Actor, supervisor: Actor, now: datetime) -> None:
    since = one.clocks[0].started_at
    id = await _verified(one, "complex", supervisor, min(since + HOUR, now))
    await rectification.accept(id, by=person, at=min(since + 2 * HOUR, now))
    await rectification.ask_extension(
        id, "需要调整叫号系统，供应商下周才能到场。", by=person, at=min(since + 3 * HOUR, now)
    )


async def _transferred(one: ProblemView, person: Actor, supervisor: Actor, now: datetime) -> None:
    await _verified(one, "simple", supervisor, min(one.clocks[0].started_at + HOUR, now))
