"""The centre sorts a request: its category with its limit, what belongs elsewhere, to whom it goes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from lianban import errors, outbox
from lianban.casework import catalogue
from lianban.feedback import matters
from lianban.feedback.difficulties.registering import about_of
from lianban.feedback.difficulties.rows import InHand, hold, words
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.actors import Actor, Role
from lianban.rules.difficulties import category_of, exclusion_of
from lianban.tables.ids import new_id

REPLIED = "difficulty replied"
ACCEPT_BASIS = "接收转办；期限由本地确定"

_RETURNED = """
SELECT department FROM difficulty_parts WHERE difficulty_id = $1 AND status = 'returned' AND department = ANY($2)
"""
_PART = """
INSERT INTO difficulty_parts (id, difficulty_id, department, lead, named, task, status, sent_at)
VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7)
"""
_END = "UPDATE difficulty_parts SET status = 'ended' WHERE difficulty_id = $1 AND status <> 'returned'"


async def triage(id: UUID, category: str, *, about: str = "", by: Actor, at: datetime) -> datetime:
    """Choose the category, and of whom it complains (`about`, a person's id) where that was found; until when the
    request is answered: counted from its registration, after a call-back that found somebody displeased from that. May
    be chosen again until it is dispatched.

    Raises NotFound, Conflict, Invalid.
    """
    chosen = category_of(category)
    async with hold(id, by, at=at) as found:
        found.life.category_named = True
        if about:
            found.life.about_person = await about_of(about, found.region)
            await found.set(about_person=found.life.about_person)
        await found.play("triage", by, category=chosen.id)
        found.life.category = chosen.id
        since = local(found.row["called_back_at"] or found.row["registered_at"])
        # Sorted anew: what ran for the other category ends here.
        await matters.stop(found.matter, at=at, kinds={"answer", "opinion", "tell"})
        due = await found.start_answer(since=since)
        await found.tell_journal("request triaged", by=by, category=chosen.id)
        return due


async def exclude(id: UUID, exclusion: str, channel: str = "", *, by: Actor, at: datetime) -> None:
    """Not for this window: tell where it belongs (`channel`, by default the one of the data), never only no.

    Raises Conflict, Invalid.
    """
    chosen = exclusion_of(exclusion)
    told = words(channel or chosen.channel, "channel", "应当找谁、怎样找")
    async with hold(id, by, at=at) as found:
        found.life.channel_named = True
        await found.play("exclude", by, exclusion=chosen.id, reply=told, replied_at=at, closed_at=at)
        await matters.stop(found.matter, at=at)
        await found.note("excluded", f"{chosen.name}，不属于本窗口受理范围。{told}", by=by, told=True)
        await found.tell_journal("request excluded", by=by, exclusion=chosen.id)


async def settle(id: UUID, text: str, *, result: str = "solved", by: Actor, at: datetime) -> None:
    """即收即办: the window answers itself what is simple, or explains what the policy does not allow.

    Raises Conflict, Invalid.
    """
    said = words(text, "text", "答复的内容")
    if result not in ("solved", "explained"):
        sentence = "窗口不能办成的，请派发给承办单位，不能直接答复“暂时不能解决”。"
        raise errors.Invalid(sentence, {"result": sentence})
    async with hold(id, by, at=at) as found:
        found.life.text_given = True
        await found.play("settle", by)
        await answered(found, said, result, by=by)


async def dispatch(
    id: UUID, lead: str, others: Collection[str] = (), *, task: str = "", by: Actor, at: datetime
) -> None:
    """Send it to the leading unit and those that help (joint handling). A unit that has given it back gets it again
    only from a supervisor, and then keeps it.

    Raises Conflict, Invalid with the fields.
    """
    async with hold(id, by, at=at) as found:
        found.life.units_named = bool(lead)
        await _send(found, lead, others, task, named=by.may(Role.SUPERVISOR), event="dispatch", by=by)


async def send_on(found: InHand, lead: str, others: Collection[str], task: str, *, by: Actor) -> None:
    """The government names the units; they cannot give it back. The reason stands in `task`."""
    found.life.units_named = bool(lead)
    await _send(found, lead, others, task, named=True, event="instruct", by=by)


async def _send(
    found: InHand, lead: str, others: Collection[str], task: str, *, named: bool, event: str, by: Actor
) -> None:
    units = [lead, *dict.fromkeys(unit for unit in others if unit != lead)]
    known = await catalogue.departments(found.region)
    if any(unit not in known for unit in units):
        sentence = "请从名单里选择承办单位。"
        raise errors.Invalid(sentence, {"lead": sentence})
    back = {row["department"] for row in await connection().fetch(_RETURNED, found.id, units)}
    if back and not named:
        names = "、".join(known[unit] for unit in units if unit in back)
        sentence = f"{names}已经退回过，请改派其他单位，或者请监督员指定。"
        raise errors.Invalid(sentence, {"lead": sentence})
    if found.category is None:
        raise errors.Conflict("请先分类再派发。")
    await found.play(event, by, lead=lead)
    await end_parts(found)
    for unit in units:
        await connection().execute(_PART, new_id(found.at), found.id, unit, unit == lead, named, task.strip(), found.at)
    found.life.lead = lead
    await matters.stop(found.matter, at=found.at, kinds={"triage"})
    accept = await found.limit("negative_accept")
    await matters.start(found.matter, "accept", accept, ACCEPT_BASIS, at=found.at)
    await _hand_clocks_over(found)
    await found.note("sent", f"转{'、'.join(known[unit] for unit in units)}办理。{task.strip()}", by=by, told=True)
    await found.tell_journal("request dispatched", by=by, department=lead, lead=lead, units=units, named=named)


async def end_parts(found: InHand) -> None:
    """Whoever had it has it no more; whoever gave it back is remembered."""
    await connection().execute(_END, found.id)


async def answered(found: InHand, text: str, result: str, *, by: Actor) -> None:
    """The answer is given: the limits stop, whoever made the request is told and called."""
    await found.set(
        reply=text,
        result=result,
        replier=by.id,
        replier_name=by.name,
        replied_at=found.at,
        reached=None,
        satisfied=None,
        called_back_at=None,
    )
    await matters.stop(found.matter, at=found.at)
    await found.note("replied", text, by=by, told=True)
    await found.tell_journal("request replied", by=by, result=result)
    await outbox.write(REPLIED, case_id=found.row["case_id"], payload={"difficulty": str(found.id)}, at=found.at)


async def _hand_clocks_over(found: InHand) -> None:
    """The limits that run are those of the leading unit now: it is asked when they are overrun."""
    await connection().execute(
        "UPDATE matter_clocks SET department = $2"
        " WHERE matter = 'difficulty' AND matter_id = $1 AND stopped_at IS NULL",
        found.id,
        found.life.lead,
    )
