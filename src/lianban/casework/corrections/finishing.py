"""A correction is answered when every gap has been supplied: received again as of the last of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import outbox
from lianban.casework import clocks
from lianban.casework.clocks import Owner
from lianban.casework.corrections import gaps
from lianban.casework.corrections.answering import Supplied, before, entered, latest_round
from lianban.casework.idempotency import once
from lianban.casework.intake import screenings
from lianban.casework.intake.record import Record, current_edition, locked, note
from lianban.casework.intake.standing import Standing, standing
from lianban.errors import Invalid
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import lifecycles
from lianban.rules.actors import HOLDER, SYSTEM, Actor
from lianban.rules.corrections import ANSWER_WITHIN, BASIS, subject_of

_ANSWERED = "UPDATE corrections SET supplied_at = $2, channel = $3 WHERE id = $1"


async def finish(
    case_id: UUID, *, channel: str, arrived: datetime | None = None, by: Actor, at: datetime, key: str = ""
) -> Supplied:
    """The answer is whole: received as of the last correction, the five working days run anew, departments look again.

    `arrived` as for what is supplied: mail that came in time may be entered after the period to answer.

    The same submission again gives the first result. Raises NotFound, Forbidden, Conflict, Invalid with what is open.
    """

    async def run() -> dict[str, Any]:
        done = await _finish(case_id, channel=channel, by=by, at=at)
        assert done.supplied_at is not None and done.answer_due is not None
        return {"supplied_at": done.supplied_at.isoformat(), "answer_due": done.answer_due.isoformat()}

    await before(case_id, arrived, at=at)
    async with transaction():
        first = await once(key, "finish", by=by, at=at, fingerprint=[str(case_id)], run=run)
    supplied, due = (datetime.fromisoformat(first[name]) for name in ("supplied_at", "answer_due"))
    return Supplied(case_id, "received", (), supplied, due)


async def _finish(case_id: UUID, *, channel: str, by: Actor, at: datetime) -> Supplied:
    record = await entered(case_id, channel=channel, by=by, at=at)
    latest, named = await latest_round(case_id)
    missing = [g for g in named if g["status"] == "notified"]
    row = lifecycles.CaseRow(str(case_id), record.status, record.region, all_supplied=not missing)
    found = await standing(record, await current_edition(record, by=by, at=at), at=at)
    if missing and record.status == "correcting":
        fields = {
            f"gap.{g['id']}": f"还没有补正：{gaps.label(found.edition, g['subject_kind'], g['subject'])}。"
            for g in missing
        }
        raise Invalid(f"告知的内容还有 {len(missing)} 处没有补正。", fields)
    lifecycles.fire(row, "answer", by)
    return await _whole(record, row.state, latest, named, found, channel=channel, by=by, at=at)


async def conclude(case_id: UUID, *, at: datetime) -> bool:
    """What the system owes when the applicant's time is over: everything was brought and only nobody said that it is
    all. Then it is answered as of the last of it. False when something is still open. In the caller's transaction.
    """
    record = await locked(case_id)
    latest, named = await latest_round(case_id)
    if record.status != "correcting" or any(g["status"] == "notified" for g in named):
        return False
    row = lifecycles.CaseRow(str(case_id), record.status, record.region, all_supplied=True)
    # The step is the applicant's: it was made by bringing the last thing.
    lifecycles.fire(row, "answer", HOLDER)
    found = await standing(record, await current_edition(record, by=SYSTEM, at=at), at=at)
    await _whole(record, row.state, latest, named, found, channel="", by=SYSTEM, at=at)
    return True


async def _whole(
    record: Record,
    state: str,
    latest: Mapping[str, Any],
    named: list[Mapping[str, Any]],
    found: Standing,
    *,
    channel: str,
    by: Actor,
    at: datetime,
) -> Supplied:
    case_id = record.id
    supplied = max(local(g["supplied_at"]) for g in named)
    await clocks.stop(case_id, None, at=at, kinds={"answer"})
    owner = Owner(case_id, None, record.region)
    running = await clocks.start(owner, "correction", ANSWER_WITHIN, f"{BASIS}（补正后）", at=supplied)
    await connection().execute(_ANSWERED, latest["id"], supplied, channel)
    await connection().execute(
        "UPDATE cases SET status = $2, supplied_at = $3, updated_at = $4 WHERE id = $1",
        case_id,
        state,
        supplied,
        at,
    )
    content = {"round": latest["round"], "channel": channel, "subjects": _subjects(named)}
    await note(record, "correction answered", by=by, at=at, content=content)
    touched, known = gaps.items_touched(found, named), await _screened(case_id)
    again = [item for item in found.items if item.item in touched or item.item not in known]
    await screenings.ask(record, again, round=latest["round"] + 1, at=at)
    await outbox.write("correction answered", case_id=case_id, payload={"round": latest["round"]}, at=at)
    return Supplied(case_id, state, (), supplied, local(running.due))


async def _screened(case_id: UUID) -> set[str]:
    rows = await connection().fetch("SELECT DISTINCT item FROM screenings WHERE case_id = $1", case_id)
    return {r["item"] for r in rows}


def _subjects(named: list[Mapping[str, Any]]) -> list[str]:
    return sorted({subject_of(g["subject_kind"], g["subject"]) for g in named})
