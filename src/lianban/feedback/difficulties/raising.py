"""A request goes up: what is overrun, what a unit cannot solve, what nobody is content with; the government decides."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from lianban.feedback import matters
from lianban.feedback.difficulties.rows import InHand, hold, words
from lianban.feedback.difficulties.sorting import answered, send_on
from lianban.outbox import Message
from lianban.outside.database import connection, transaction
from lianban.rules.actors import SYSTEM, Actor

OVERRUN = "期限届满后仍未办理，系统自动上报。"


async def escalate(id: UUID, reason: str, *, by: Actor, at: datetime) -> None:
    """A supervisor takes it to the head of the government. Raises NotFound, Conflict, Invalid."""
    why = words(reason, "reason", "上报的理由")
    async with hold(id, by, at=at) as found:
        await _up(found, why, by=by)


async def confirm(id: UUID, text: str = "", *, by: Actor, at: datetime) -> None:
    """The government agrees to the answer that a unit proposes, with `text` in its place if given. It is final.

    Raises NotFound, Conflict, Invalid.
    """
    said = words(text, "text", "答复的内容") if text.strip() else ""
    async with hold(id, by, at=at) as found:
        proposer, name = found.row["replier"], found.row["replier_name"]
        await found.play("confirm", by, confirmed=True)
        await answered(found, said or found.row["reply"], found.row["result"] or "unsolved", by=by)
        if not said and proposer:
            await found.set(replier=proposer, replier_name=name)


async def instruct(id: UUID, lead: str, others: Collection[str], instruction: str, *, by: Actor, at: datetime) -> None:
    """批示交办: the government names who does it, and how. The limits run anew. Raises NotFound, Conflict, Invalid."""
    said = words(instruction, "reason", "批示的内容")
    async with hold(id, by, at=at) as found:
        found.life.reason_given = True
        await found.set(reply="", result="", replier="", replier_name="")
        await send_on(found, lead, others, said, by=by)
        await matters.stop(found.matter, at=at, kinds={"answer", "opinion", "tell"})
        await found.start_answer(since=at)


async def follow(message: Message, at: datetime) -> None:
    """A limit of a matter is overrun so long that it goes up: a request goes with it. A handler of the outbox."""
    if message.payload.get("matter") != "difficulty" or message.payload.get("level") != "up":
        return
    async with transaction():
        id = await connection().fetchval(
            "SELECT matter_id FROM matter_marks WHERE id = $1", UUID(message.payload["mark"])
        )
    async with hold(id, SYSTEM, at=at) as found:
        if found.life.state in ("triaged", "dispatched", "handling"):
            await _up(found, OVERRUN, by=SYSTEM)


async def up_again(found: InHand, why: str) -> None:
    """Displeased for the second time: the system takes it up."""
    await found.play("raise_again", SYSTEM)
    await _tell_up(found, why, by=SYSTEM)
    # Its limits had stopped with the answer: nobody may forget it up there.
    await found.start_answer(since=found.at)


async def _up(found: InHand, why: str, *, by: Actor) -> None:
    found.life.reason_given = True
    await found.play("escalate", by)
    await _tell_up(found, why, by=by)


async def _tell_up(found: InHand, why: str, *, by: Actor) -> None:
    await matters.stop(found.matter, at=found.at, kinds={"accept", "triage"})
    await found.note("escalated", why, by=by)
    await found.tell_journal("request escalated", by=by)
