"""On-site checks are put on record: by two at least, with a conclusion, and what follows from it for the limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from lianban import errors, outbox
from lianban.casework import clocks
from lianban.casework.clocks import Owner
from lianban.casework.owed import catch_up_task
from lianban.casework.progress import Held, note
from lianban.casework.tasks.checking import unprintable
from lianban.casework.tasks.handling import in_hand
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules import surveys
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Limit
from lianban.rules.composer import limit_text
from lianban.rules.lifecycles import TaskRow
from lianban.rules.surveys import CONCLUSIONS as CONCLUSIONS
from lianban.rules.surveys import Said, Surveyor
from lianban.tables.ids import new_id
from lianban.tables.tasks import Survey

MOVED = "deadline changed"
"""Outbox, as for a new calendar: a limit has another date now."""
_APPOINTED = """
SELECT v.starts_at FROM visit_parts p JOIN visits v ON v.id = p.visit_id
WHERE p.task_id = $1 AND p.status IN ('invited', 'confirmed', 'started')
"""


async def survey(
    task_id: UUID,
    *,
    surveyed_on: date,
    surveyors: Sequence[Surveyor],
    conclusion: str,
    findings: str = "",
    rectify_by: date | None = None,
    limit: Limit | None = None,
    limit_reason: str = "",
    desk: bool = False,
    by: Actor,
    at: datetime,
) -> UUID:
    """Record a survey made without an appointment (行政许可法 34), by the one who holds the task; its id.

    The latest one counts. The same record sent twice is one. Raises Invalid with the fields, Conflict when the task is
    not in review, in other hands, or part of a joint appointment.
    """
    who = surveys.team(surveyors)
    said = Said(conclusion, findings, rectify_by, limit, limit_reason, desk)
    await catch_up_task(task_id, at=at)
    async with in_hand(task_id, by) as (held, life):
        if (appointed := await connection().fetchval(_APPOINTED, task_id)) is not None:
            raise errors.Conflict(
                f"这个事项已约定 {local(appointed):%m月%d日 %H:%M} 联合勘查，请在该次勘查中登记结论；"
                "不能参加的，先退出该次勘查。"
            )
        return await record(held, life, surveyed_on=surveyed_on, who=who, said=said, by=by, at=at)


async def record(
    held: Held,
    life: TaskRow,
    *,
    surveyed_on: date,
    who: Sequence[Surveyor],
    said: Said,
    by: Actor,
    at: datetime,
    visit: UUID | None = None,
) -> UUID:
    """Record a survey of an item in the caller's transaction, the case locked: the one door for every survey.

    Raises Invalid with the fields, Conflict when the task is not in review or in other hands.
    """
    task_id = UUID(life.id)
    if life.state != "reviewing":
        raise errors.Conflict(f"任务现在是“{life.stage.name}”，签收后才能登记勘查结果。")
    if not life.holder(by):
        raise errors.Conflict(f"任务由{held.tasks[task_id]['claimed_by_name']}签收，请由签收人登记勘查结果。")
    last = await Survey.objects().where(Survey.task_id == task_id).order_by(Survey.at, ascending=False).first()
    surveys.check(
        said,
        surveyed_on=surveyed_on,
        applied_on=local(held.case["received_at"]).date(),
        last_on=last.surveyed_on if last else None,
        today=local(at).date(),
        rechecking=life.survey not in ("", "pass"),
    )
    _printable(said, who)
    if last is not None and visit is None and _same(last, surveyed_on, who, said):
        return last.id
    id = new_id(at)
    await Survey.insert(
        Survey(
            id=id,
            task_id=task_id,
            case_id=held.id,
            surveyed_on=surveyed_on,
            surveyors=[one.name for one in who],
            certificates=[one.certificate for one in who],
            conclusion=said.conclusion,
            findings=said.findings.strip(),
            by_id=by.id,
            at=at,
            visit_id=visit,
            desk=said.desk,
            rectify_by=said.rectify_by,
            limit_amount=said.limit.amount if said.limit else None,
            limit_unit=said.limit.unit.value if said.limit else None,
            limit_reason=said.limit_reason.strip() if said.limit else "",
        )
    )
    life.survey = said.conclusion
    await clocks.stop(held.id, task_id, at=at, kinds={"appointment", "survey"})
    details = {"rectify_by": said.rectify_by.isoformat()} if said.rectify_by else {}
    await note(
        held, "survey recorded", by=by, at=at, item=life.item, conclusion=said.conclusion, surveyors=len(who), **details
    )
    if said.limit is not None:
        await _set_limit(held, life, said, who, by=by, at=at)
    return id


async def _set_limit(
    held: Held, life: TaskRow, said: Said, who: Sequence[Surveyor], *, by: Actor, at: datetime
) -> None:
    """The surveyors set the committed limit within the published range; never beyond the statutory one (S2)."""
    assert said.limit is not None
    item = (await held.edition()).items[life.item]
    surveys.within(said.limit, item.after_survey, said.limit_reason)
    names = "、".join(one.name for one in who)
    basis = f"“{item.name}”现场勘查后由勘查人员{names}在公布的范围内确定的承诺时限（{said.limit_reason.strip()}）"
    moved = await clocks.recommit(Owner(held.id, UUID(life.id), held.region), said.limit, basis, at=at)
    if moved is None:
        return
    if moved.new <= at:
        sentence = f"按{limit_text(said.limit)}计算，{moved.new:%m月%d日 %H:%M} 就已经到期，请确定更长的时限。"
        raise errors.Invalid(sentence, {"limit": sentence})
    await note(
        held, "limit set after survey", by=by, at=at, item=life.item, limit=limit_text(said.limit),
        old=moved.old.isoformat(), new=moved.new.isoformat(),
    )  # fmt: skip
    payload = {"clock": str(moved.clock), "kind": moved.kind, "promised": moved.new.isoformat()}
    await outbox.write(MOVED, case_id=held.id, payload=payload, at=at)


def _printable(said: Said, who: Sequence[Surveyor]) -> None:
    texts = {
        "findings": said.findings,
        "limit_reason": said.limit_reason,
        "surveyors": "\n".join(f"{one.name} {one.certificate}" for one in who),
    }
    if wrong := unprintable(texts):
        raise errors.Invalid("".join(wrong.values()), wrong)


def _same(last: Survey, surveyed_on: date, who: Sequence[Surveyor], said: Said) -> bool:
    kept = (last.surveyed_on, last.surveyors, last.conclusion, last.findings, last.rectify_by, last.desk)
    return kept == (
        surveyed_on, [one.name for one in who], said.conclusion, said.findings.strip(), said.rectify_by, said.desk
    )  # fmt: skip
