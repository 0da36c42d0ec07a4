"""The right to a hearing is told, or a hearing announced of the authority's own accord (行政许可法 36, 46, 47)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from lianban import errors, outbox
from lianban.casework import clocks
from lianban.casework.addressed import concerned, issue
from lianban.casework.clocks import Owner
from lianban.casework.hearings.rows import must_hold, text
from lianban.casework.owed import catch_up_task
from lianban.casework.progress import note
from lianban.casework.tasks.checking import unprintable
from lianban.casework.tasks.handling import in_hand
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.composer import limit_text
from lianban.rules.notices import hearings as papers
from lianban.tables.hearings import Hearing, HearingParty
from lianban.tables.ids import new_id

APPLY_WITHIN = Limit(5, Unit.WORKING_DAYS)
BASIS = "《中华人民共和国行政许可法》第四十七条第一款"
TOLD = "hearing told"
MOST_PARTIES = 20
LONGEST_NAME = 60


class Interested(NamedTuple):
    """Somebody whose material interest is touched (36), and how to reach him."""

    name: str
    contact: str = ""


async def tell(
    task_id: UUID,
    *,
    reason: str,
    interested: str | Sequence[Interested] = "",
    ground: str = "interest",
    by: Actor,
    at: datetime,
) -> None:
    """Tell the applicant and those whose material interest is touched of their right, or (by `ground`) announce it.

    `interested` is one to a line, name and contact apart by a comma. Raises NotFound for another department's task,
    Conflict in other hands or when it was told before, Invalid.
    """
    why = text(reason, "reason", "告知听证权利的理由", 2)
    others = _lines(interested) if isinstance(interested, str) else list(interested)
    _check(others, ground)
    await catch_up_task(task_id, at=at)
    async with in_hand(task_id, by) as (held, life):
        must_hold(held, life, by)
        if await connection().fetchval("SELECT 1 FROM hearings WHERE task_id = $1", task_id):
            raise errors.Conflict("这个事项已经告知过听证权利，不用再告知。")
        asked = ground == "interest"
        until, provisional = at, False
        if asked:
            owner = Owner(held.id, task_id, held.region)
            running = await clocks.start(owner, "hearing", APPLY_WITHIN, BASIS, at=at)
            until, provisional = running.promised, running.provisional
        id, names = new_id(at), "、".join(o.name for o in others)
        await Hearing.insert(
            Hearing(
                id=id,
                case_id=held.id,
                task_id=task_id,
                ground=ground,
                interested=names,
                reason=why,
                status="told" if asked else "announced",
                told_at=at,
                apply_by=until,
                by_id=by.id,
                by_name=by.name,
                at=at,
            )
        )
        parties = [("applicant", Interested(held.case["applicant"])), *(("interested", o) for o in others)]
        for kind, one in parties:
            await HearingParty.insert(
                HearingParty(id=new_id(at), hearing_id=id, kind=kind, name=one.name, contact=one.contact)
            )
        await note(held, "hearing right told" if asked else "hearing announced", by=by, at=at, item=life.item)
        await outbox.write(TOLD, case_id=held.id, payload={"task": str(task_id)}, at=at)
        about = await concerned(held, task_id)
        content = (
            papers.hearing_right(
                about,
                interested=names,
                reason=why,
                told_at=local(at),
                within=limit_text(APPLY_WITHIN),
                apply_by=until,
                provisional=provisional,
            )
            if asked
            else papers.hearing_announcement(about, interested=names, ground=ground, reason=why, told_at=local(at))
        )
        await issue(held, task_id, "hearing", content, by=by, at=at)


def _lines(said: str) -> list[Interested]:
    found = []
    for line in said.replace("；", "\n").splitlines():
        name, _, contact = line.strip().replace(",", "，").partition("，")
        if name.strip():
            found.append(Interested(name.strip(), contact.strip()))
    return found


def _check(others: Sequence[Interested], ground: str) -> None:
    sentence = ""
    if ground not in papers.GROUNDS:
        sentence = "请选择举行听证的情形。"
        raise errors.Invalid(sentence, {"ground": sentence})
    if len(others) > MOST_PARTIES or any(len(o.name) > LONGEST_NAME or len(o.contact) > 100 for o in others):
        sentence = f"利害关系人每行一位，姓名最多 {LONGEST_NAME} 个字，最多 {MOST_PARTIES} 位。"
    elif len({o.name for o in others}) < len(others):
        sentence = "利害关系人有重名，请加以区别（如写明住址）。"
    else:
        sentence = next(
            (wrong["interested"] for o in others if (wrong := unprintable({"interested": o.name + o.contact}))), ""
        )
    if sentence:
        raise errors.Invalid(sentence, {"interested": sentence})
