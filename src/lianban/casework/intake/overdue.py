"""The applicant has not answered a correction notice in time (补正期限届满): what follows is the region's choice.

The Act names no consequence (D-A2 (d)). By `policy.answer_over` the window may give the case back, or the law of the
house lets it lapse, or one waits. Until somebody has acted an answer is still taken.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from lianban.casework import notices
from lianban.casework.idempotency import once
from lianban.casework.intake import papers
from lianban.casework.intake.ending import end
from lianban.casework.intake.record import Record, current_edition, held, locked
from lianban.casework.intake.saying import said
from lianban.casework.intake.standing import standing
from lianban.casework.owed import Ended, catch_up
from lianban.casework.policies import policy
from lianban.errors import Conflict
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import lifecycles
from lianban.rules.actors import SYSTEM, Actor
from lianban.rules.notices import day
from lianban.rules.notices.outcomes import NOTHING_TO_RETURN, termination

# Applicants keep the day they were told, whatever the calendar says later.
_ANSWER = """
SELECT started_at, GREATEST(computed_due, promised_due) AS due FROM clocks
WHERE case_id = $1 AND kind = 'answer' AND stopped_at IS NULL
"""
CONFIGURED = "本地区补正逾期处理办法"


class Answer(NamedTuple):
    """What the applicant was told: when, and until when to answer."""

    told: datetime
    due: datetime


async def give_back(case_id: UUID, *, reason: str, returned: str, by: Actor, at: datetime, key: str = "") -> UUID:
    """退件 by the window, once the period to answer is over; the paper's id. `returned` says which papers went back.

    Raises NotFound, Conflict before the period is over, in the wrong state or where the region has chosen otherwise,
    Invalid with the fields.
    """

    async def run() -> dict[str, str]:
        return {"paper": str(await _give_back(case_id, reason, returned, by=by, at=at))}

    await catch_up(case_id, at=at)
    async with transaction():
        asked = [str(case_id), reason, returned]
        first = await once(key, "give_back", by=by, at=at, fingerprint=asked, run=run)
    return UUID(first["paper"])


async def _give_back(case_id: UUID, reason: str, returned: str, *, by: Actor, at: datetime) -> UUID:
    record = await held(case_id, by=by, at=at)
    fields = {"reason": ("核实的情况", reason), "returned": ("退还材料的情况", returned)}
    texts = said(fields, optional=frozenset({"reason"}))
    answer = await answer_of(case_id)
    if record.status != "correcting" or answer is None:
        state = lifecycles.stage_name(lifecycles.CaseLife, record.status)
        raise Conflict(f"办件现在是“{state}”，不在等待申请人补正，不能退件。")
    if answer.due >= at:
        raise Conflict(f"申请人补正的期限到{day(local(answer.due))}，还没有届满，现在不能退件。")
    if (await policy(record.region)).answer_over == "wait":
        raise Conflict("本地区选择逾期后继续等待申请人补正，不退件。需要改变的，请管理人员修改本地规则。")
    row = lifecycles.CaseRow(str(case_id), record.status, record.region, applicant_overdue=True)
    lifecycles.fire(row, "give_back", by)
    return await _end(record, row.state, "case returned", answer, texts, by=by, at=at)


async def give_up(ended: Ended, at: datetime) -> None:
    """The system lets a case lapse when its answer period is over, where the region has chosen so; else nothing.

    Called by `owed` with the case locked.
    """
    record = await locked(ended.case_id)
    answer = await answer_of(record.id)
    if record.status != "correcting" or answer is None or answer.due >= at:
        return
    if (await policy(record.region)).answer_over != "lapse":
        return
    row = lifecycles.CaseRow(str(record.id), record.status, record.region, applicant_overdue=True)
    lifecycles.fire(row, "give_up", SYSTEM)
    texts = {"reason": "", "returned": "已经收取的材料原件可以凭本通知书到窗口领回。"}
    await _end(record, row.state, "case given up", answer, texts, by=SYSTEM, at=at)


async def answer_of(case_id: UUID) -> Answer | None:
    """The open period to answer, in Shanghai time; None when nothing is being waited for."""
    row = await connection().fetchrow(_ANSWER, case_id)
    return Answer(local(row["started_at"]), local(row["due"])) if row else None


async def _end(
    record: Record, status: str, event: str, answer: Answer, texts: dict[str, str], *, by: Actor, at: datetime
) -> UUID:
    edition = await current_edition(record, by=by, at=at)
    found = await standing(record, edition, at=at)
    words = f"{day(answer.told)}一次告知补正，补正期限到{day(answer.due)}，逾期没有补正。{texts['reason']}"
    await end(record, status, event, words, by=by, at=at, content={})
    applicant = papers.shown(found.parties, "applicant")
    assert applicant is not None and record.received_at is not None
    paper = await notices.issue(
        "termination",
        termination(
            end=status,
            authority=edition.bundle.centre,
            applicant=applicant,
            bundle=edition.bundle.name,
            case_number=record.number,
            received_on=local(record.received_at).date(),
            items=list(found.names.values()),
            reason=words,
            basis=CONFIGURED,
            returned=texts["returned"] or NOTHING_TO_RETURN,
            ended_on=local(at).date(),
            enquiry=papers.enquiry(edition, record.number, record.query_code),
        ),
        case_id=record.id,
        region=record.region,
        authority=notices.short_authority(edition),
        by=by,
        at=at,
    )
    return paper.id
