"""The one correction notice (行政许可法 32(1)(4)): merged by the window from what all departments found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import outbox
from lianban.casework import clocks
from lianban.casework.calendars import calendar_of
from lianban.casework.clocks import Owner
from lianban.casework.corrections import gaps
from lianban.casework.corrections.room import fifth_day, to_tell
from lianban.casework.idempotency import once
from lianban.casework.intake import papers
from lianban.casework.intake.commencing import issue
from lianban.casework.intake.record import Record, current_edition, held, note, store
from lianban.casework.intake.screenings import close
from lianban.casework.intake.standing import Standing, standing
from lianban.casework.intake.told import asked, told
from lianban.casework.owed import catch_up
from lianban.casework.policies import policy
from lianban.casework.tasks.checking import unprintable
from lianban.errors import Conflict, Invalid
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import lifecycles
from lianban.rules.actors import Actor
from lianban.rules.composer import limit_text
from lianban.rules.corrections import Told, subject_of
from lianban.rules.notices.correction import ToCorrect, correction
from lianban.tables.corrections import Correction, Gap
from lianban.tables.ids import new_id

LONGEST = 1000
ANSWER_BASIS = "本地规定的补正期限（行政许可法没有规定）"


@dataclass(frozen=True, slots=True)
class Notified:
    """The notice that was issued; `answer_by` ends the applicant's time."""

    case_id: UUID
    round: int
    paper_id: UUID
    number: str
    answer_by: datetime


async def drop(case_id: UUID, reasons: Mapping[UUID, str], *, by: Actor, at: datetime) -> None:
    """Do not tell what a department has reported, each with the reason why. Raises NotFound, Conflict, Invalid."""
    await catch_up(case_id, at=at)
    async with transaction():
        record = await held(case_id, by=by, at=at)
        if record.status != "received":
            said = lifecycles.stage_name(lifecycles.CaseLife, record.status)
            raise Conflict(f"这个办件现在是“{said}”，不能再改动部门报告的内容。")
        await _drop(record, reasons, by=by, at=at)
        await store(record, at=at)


async def notify(
    case_id: UUID,
    *,
    drops: Mapping[UUID, str] | None = None,
    wording: Mapping[UUID, tuple[str, str]] | None = None,
    early_reason: str = "",
    by: Actor,
    at: datetime,
    key: str = "",
) -> Notified:
    """Tell the applicant everything at once. The same submission again gives the first notice.

    `drops` says by gap why a report is not told, `wording` changes its problem and remedy; `early_reason` is why the
    window does not wait for departments that have said nothing yet (needed before the fifth working day).
    Raises NotFound; Conflict when something is still open, nothing is to be told, or it was told before; Invalid.
    """

    async def run() -> dict[str, Any]:
        made = await _notify(case_id, drops or {}, wording or {}, early_reason.strip(), by=by, at=at)
        return {
            "round": made.round,
            "paper": str(made.paper_id),
            "number": made.number,
            "answer_by": made.answer_by.isoformat(),
        }

    said = [
        str(case_id),
        {str(id): reason for id, reason in (drops or {}).items()},
        {str(id): list(words) for id, words in (wording or {}).items()},
        early_reason,
    ]
    await catch_up(case_id, at=at)
    async with transaction():
        first = await once(key, "notify", by=by, at=at, fingerprint=said, run=run)
    until = datetime.fromisoformat(first["answer_by"])
    return Notified(case_id, first["round"], UUID(first["paper"]), first["number"], until)


async def _notify(
    case_id: UUID,
    drops: Mapping[UUID, str],
    wording: Mapping[UUID, tuple[str, str]],
    early: str,
    *,
    by: Actor,
    at: datetime,
) -> Notified:
    if wrong := unprintable({"early": early}):
        raise Invalid(wrong["early"], wrong)
    record = await held(case_id, by=by, at=at)
    found = await standing(record, await current_edition(record, by=by, at=at), at=at)
    history = await told(record)
    if record.status == "received":
        await _drop(record, drops, by=by, at=at)
        await _reword(record, wording)
    round = history.rounds + 1
    shown = [g for g in await gaps.rows(case_id) if g["round"] == round]
    lines = to_tell(found, history, shown)
    if record.status == "received":
        _once_only(found, history, lines)
    pending = await _pending(record)
    row = lifecycles.CaseRow(
        str(case_id),
        record.status,
        record.region,
        screening_open=bool(pending) and not (early or await fifth_day(record, at)),
        gaps=len(lines),
    )
    lifecycles.fire(row, "notify", by)
    await _keep(record, lines, round=round, at=at)
    await close(record)
    await clocks.stop(case_id, None, at=at, kinds={"correction"})
    chosen = await policy(record.region)
    limit, owner = chosen.limit("answer"), Owner(case_id, None, record.region)
    running = await clocks.start(owner, "answer", limit, ANSWER_BASIS, at=at)
    record.draft["asked"] = asked(found)
    if early and pending:
        record.draft["early"] = early
    await store(record, at=at)
    await connection().execute("UPDATE cases SET status = $2 WHERE id = $1", case_id, row.state)
    content = {"round": round, "subjects": _subjects(lines)} | ({"early": len(pending)} if pending else {})
    await note(record, "correction notified", by=by, at=at, content=content)
    await outbox.write("correction notified", case_id=case_id, payload={"round": round}, at=at)
    paper = papers.Paper(record, found, await calendar_of(record.region), by, local(at))
    until = local(running.promised)
    notice = correction(
        **paper.who,
        received_at=local(record.received_at or at),
        notified_at=local(at),
        lines=[_said(found, record, line) for line in lines],
        answer_by=until,
        answer_limit=limit_text(limit),
        provisional=running.provisional,
        policy=chosen,
    )
    issued = await issue(paper, "correction", notice)
    made = Correction(
        id=new_id(at),
        case_id=case_id,
        round=round,
        notified_at=at,
        paper_id=issued.id,
        answer_by=until,
        by_id=by.id,
    )
    await Correction.insert(made)
    return Notified(case_id, round, issued.id, issued.number, until)


def _once_only(found: Standing, history: Told, lines: Sequence[Mapping[str, Any]]) -> None:
    """What existed the first time is not told a second time, whoever asks (REPEATED_NOTICE)."""
    for line in lines:
        if why := history.why_not(subject_of(line["subject_kind"], line["subject"])):
            raise Conflict(f"“{gaps.label(found.edition, line['subject_kind'], line['subject'])}”：{why}")


async def _drop(record: Record, reasons: Mapping[UUID, str], *, by: Actor, at: datetime) -> None:
    known = {g["id"]: g for g in await gaps.rows(record.id) if g["status"] in ("reported", "dropped")}
    fields = {
        f"drop.{id}": "不采纳的，请写明理由（2 至 1000 个字）。"
        for id, reason in reasons.items()
        if not 2 <= len(reason.strip()) <= LONGEST
    }
    fields |= unprintable({f"drop.{id}": reason for id, reason in reasons.items()})
    if fields:
        raise Invalid("不采纳部门报告的内容，请逐条写明理由。", fields)
    if set(reasons) - set(known):
        raise Conflict("部门刚刚改动了报告的内容，请刷新页面，核对后再告知。")
    for id, reason in reasons.items():
        if known[id]["status"] == "dropped":
            continue
        await connection().execute("UPDATE gaps SET status = 'dropped' WHERE id = $1", id)
        record.part("dropped")[str(id)] = {"reason": reason.strip(), "by": by.id, "name": by.name}
        content = {"item": known[id]["item"], "subject": subject_of(known[id]["subject_kind"], known[id]["subject"])}
        department = known[id]["department"]
        await note(record, "gap dropped", by=by, at=at, department=department, content=content)


async def _reword(record: Record, wording: Mapping[UUID, tuple[str, str]]) -> None:
    known = {g["id"] for g in await gaps.rows(record.id) if g["status"] == "reported"}
    fields = {
        f"problem.{id}": f"问题和怎样补正都要写明，各不超过 {LONGEST} 个字。"
        for id, words in wording.items()
        if id in known and not all(1 <= len(text.strip()) <= LONGEST for text in words)
    }
    fields |= unprintable({f"problem.{id}": "\n".join(words) for id, words in wording.items() if id in known})
    if fields:
        raise Invalid("有的内容没有写明问题或者怎样补正。", fields)
    for id, (problem, remedy) in wording.items():
        await connection().execute(
            "UPDATE gaps SET problem = $2, remedy = $3 WHERE id = $1 AND case_id = $4 AND status = 'reported'",
            id,
            problem.strip(),
            remedy.strip(),
            record.id,
        )


async def _pending(record: Record) -> list[str]:
    rows = await connection().fetch(
        "SELECT department FROM screenings WHERE case_id = $1 AND status = 'pending'", record.id
    )
    return [r["department"] for r in rows]


async def _keep(record: Record, lines: Sequence[Mapping[str, Any]], *, round: int, at: datetime) -> None:
    for line in lines:
        if line["id"] is not None:
            await connection().execute("UPDATE gaps SET status = 'notified' WHERE id = $1", line["id"])
            continue
        row = Gap(
            id=new_id(at),
            case_id=record.id,
            subject_kind=line["subject_kind"],
            subject=line["subject"],
            problem=line["problem"],
            remedy=line["remedy"],
            basis=line["basis"],
            round=round,
            status="notified",
            by_id=line["by_id"],
            by_name=line["by_name"],
            at=at,
        )
        await Gap.insert(row)


def _said(found: Standing, record: Record, line: Mapping[str, Any]) -> ToCorrect:
    view = gaps.view(line, found, record)
    return ToCorrect("、".join(view.departments), view.label, view.problem, view.remedy, view.basis)


def _subjects(lines: Sequence[Mapping[str, Any]]) -> list[str]:
    return sorted({subject_of(line["subject_kind"], line["subject"]) for line in lines})
