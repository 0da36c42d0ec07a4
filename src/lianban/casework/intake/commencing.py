"""A case begins: its rows, number, papers and journal, whoever accepts it (the window, or the law by its silence)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from lianban import outbox
from lianban.casework import clocks, notices
from lianban.casework.calendars import calendar_of
from lianban.casework.intake import duplicates, opening, papers
from lianban.casework.intake.record import Record, note
from lianban.casework.intake.screenings import close
from lianban.casework.intake.standing import Standing
from lianban.casework.policies import policy
from lianban.casework.promises import beginning
from lianban.outside import clock
from lianban.outside.database import connection
from lianban.outside.settings import settings
from lianban.rules import lifecycles
from lianban.rules.actors import SYSTEM, Actor
from lianban.rules.notices import promises as promise_papers
from lianban.rules.plan import plan_to_dict

# Neither 0 O 1 I L, nor letters that sound alike at the counter.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8

_CASE = """
UPDATE cases SET status = $2, number = $3, query_code = $4, plan = $5::jsonb, received_at = COALESCE(received_at, $6),
  accepted_at = $7, accepted_by = $8, applicant = $9, subject = $10, updated_at = $6, deemed = $11 WHERE id = $1
"""


async def commence(
    record: Record,
    found: Standing,
    row: lifecycles.CaseRow,
    *,
    since: datetime,
    by: Actor,
    at: datetime,
    silent_until: datetime | None = None,
) -> tuple[UUID, str, str]:
    """Open the accepted case `row` as of `since`; its id, number and query code. The case is locked.

    `silent_until` is the end of the five working days in which nothing was told (行政许可法 32(1)(4)).
    """
    deemed, plan = silent_until is not None, found.reading.plan
    calendar, chosen = await calendar_of(record.region), await policy(record.region)
    opened = opening.open_case(
        record,
        found.edition,
        found.reading,
        found.parties,
        found.keys,
        row,
        calendar,
        chosen,
        by=by,
        at=at,
        since=since,
    )
    received = record.received_at
    if received is not None:
        await duplicates.forget(record.id)
    await connection().execute(opening.ROWS, *opened.parameters())
    if received is not None:
        await close(record)
        await clocks.stop(record.id, None, at=at, kinds={"correction"})
    if found.twins and not deemed:
        # The reason stays in the draft: people write names into it, and the journal holds none.
        await note(record, "duplicate confirmed", by=by, at=at, content={"numbers": [t.number for t in found.twins]})
    await _announce(record, found, opened.tasks, deemed=deemed, by=by, at=at)
    follows = await beginning.begin(record, found, by=by, at=at)
    await number(record, at=at)
    await connection().execute(
        _CASE,
        record.id,
        row.state,
        record.number,
        record.query_code,
        json.dumps(plan_to_dict(plan), ensure_ascii=False),
        at,
        since,
        by.id,
        found.applicant,
        found.subject,
        deemed,
    )
    case = papers.Paper(record, found, calendar, by, clock.local(at))
    if received is None:
        await issue(case, "receipt", papers.receipt(case, opened.tasks, received_at=at, accepted=True, follows=follows))
    content = papers.acceptance(case, opened, accepted_at=clock.local(since), silent_until=silent_until)
    await issue(case, "acceptance", beginning.on_acceptance(content, plan, found.edition, follows))
    if follows:
        accepted_on, issued_on = clock.local(since).date(), case.at.date()
        told = promise_papers.tolerance(**case.who, accepted_on=accepted_on, follows=follows, issued_on=issued_on)
        await issue(case, "tolerance", told)
    return record.id, record.number, record.query_code


async def number(record: Record, *, at: datetime) -> None:
    """Give the case its number and query code, if it has none. Take it last: everybody else who wants one waits."""
    if record.number:
        return
    year = clock.local(at).year
    serial = await notices.take_number(record.region, "case", year)
    record.number = f"{record.region}-{year}-{serial:06d}"
    record.query_code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


async def issue(case: papers.Paper, kind: str, content: papers.Content) -> notices.PaperView:
    """Issue a paper of the window in this case; its QR code opens the tracking page."""
    record = case.record
    return await notices.issue(
        kind,
        content,
        case_id=record.id,
        region=record.region,
        authority=notices.short_authority(case.found.edition),
        by=case.by,
        at=case.at,
        url=f"{settings().base_url}/c/{record.number}?code={record.query_code}",
    )


async def _announce(
    record: Record, found: Standing, tasks: Sequence[opening.NewTask], *, deemed: bool, by: Actor, at: datetime
) -> None:
    """Journal and outbox: the acceptance, and each dispatched task in the feed of its department."""
    content = {
        "edition": found.edition.bundle.version,
        "items": [t.item for t in tasks],
        "facts": len(found.reading.facts),
        "consents": sorted(name for name, given in record.part("consents").items() if given),
    }
    if deemed:
        content["missing"] = len(found.lacking.all)
    await note(record, "deemed accepted" if deemed else "accepted", by=by, at=at, content=content)
    for task in tasks:
        if task.status == "dispatched":
            content = {"item": task.item}
            await note(record, "task dispatched", by=SYSTEM, at=at, department=task.department, content=content)
            payload = {"task": str(task.id), "item": task.item}
            await outbox.write("task dispatched", case_id=record.id, payload=payload, at=at)
    await outbox.write("case accepted", case_id=record.id, payload={}, at=at)
