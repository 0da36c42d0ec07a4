"""The draft as it is kept, its lock, and who may touch it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import journal, people
from lianban.casework import catalogue
from lianban.errors import Conflict, Forbidden, NotFound
from lianban.outside import clock
from lianban.outside.database import connection
from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.rules.catalog.types import Edition
from lianban.rules.narrowing import without
from lianban.tables.cases import Case

RECEIVED = ("received", "correcting")
"""Between receipt and acceptance."""
GONE = "没有找到这个办件，请核对后重新打开。"


@dataclass(slots=True)
class Record:
    """A case row until it is accepted. `draft` holds answers, form, parties, consents, checks and who saved last; of a
    received case also who took it in and, once a correction was notified, what was asked for then."""

    id: UUID
    region: str
    bundle: str
    edition: str
    status: str
    number: str
    query_code: str
    accepted_by: str
    opened_at: datetime
    received_at: datetime | None
    supplied_at: datetime | None
    draft: dict[str, Any]
    version: int

    def part(self, name: str) -> dict[str, Any]:
        """One part of the draft, to read or to change."""
        part: dict[str, Any] = self.draft.setdefault(name, {})
        return part

    @property
    def typed(self) -> dict[str, str]:
        """Answers and form fields together: one set."""
        return {**self.part("form"), **self.part("answers")}

    @property
    def on_behalf_of(self) -> str:
        """For the journal: under 帮办代办 every act is done for the applicant (whose name the journal never holds)."""
        agent = self.part("parties").get("agent") or {}
        return "applicant" if agent.get("mandate_kind") == "assisted" and agent.get("name") else ""


def require_clerk(by: Actor) -> None:
    """Raises Forbidden for anybody but the comprehensive window."""
    if not by.may(Role.CLERK):
        raise Forbidden("这里由综合窗口使用，请用综合窗口的账号登录。")


async def held(case_id: UUID, *, by: Actor, at: datetime) -> Record:
    """The case with its row locked, whatever its state.

    Raises NotFound when it is not the actor's to touch, Forbidden for a child's record of another window.
    """
    row = await Case.objects().where(Case.id == case_id).lock_rows("UPDATE").first()
    if row is None or not by.may(Role.CLERK):
        raise NotFound(GONE)
    await people.require_access(row, by=by, at=at)
    return record_of(row)


async def locked(case_id: UUID) -> Record:
    """The case with its row locked, for whoever has been let in already. Raises NotFound."""
    row = await Case.objects().where(Case.id == case_id).lock_rows("UPDATE").first()
    if row is None:
        raise NotFound(GONE)
    return record_of(row)


def record_of(row: Case) -> Record:
    """The record of a case row."""
    return Record(
        id=row.id,
        region=row.region_code,
        bundle=row.bundle,
        edition=row.edition,
        status=row.status,
        number=row.number or "",
        query_code=row.query_code,
        accepted_by=row.accepted_by,
        opened_at=row.opened_at,
        received_at=row.received_at,
        supplied_at=row.supplied_at,
        draft=json.loads(row.draft),
        version=row.draft_version,
    )


async def held_draft(case_id: UUID, *, by: Actor, at: datetime) -> Record:
    """The locked case, which still is a draft. Raises NotFound, or Conflict when it is one no more."""
    record = await held(case_id, by=by, at=at)
    if record.status == "discarded":
        raise Conflict("这份草稿已经作废，不能再修改。请重新建立办件。")
    if record.status in RECEIVED:
        raise Conflict(f"这份草稿已经收件，办件编号 {record.number}，不能再整张修改。请到收件页面办理。")
    if record.status != "draft":
        raise Conflict(f"这份草稿已经受理，办件编号 {record.number}，不能再修改。")
    return record


async def current_edition(record: Record, *, by: Actor, at: datetime) -> Edition:
    """The edition in force on the day of `at`; a draft of an older one moves on to it and says so (`moved`).

    What has been received is judged by the edition of that day, without the items that were not accepted: nothing is
    added to what the applicant was told to bring. Raises Conflict when none is in force.
    """
    if record.status in RECEIVED:
        return without(await catalogue.edition(record.edition), await left_out(record.id))
    try:
        edition = await catalogue.edition_for(record.bundle, record.region, clock.local(at).date())
    except NotFound as error:
        raise Conflict("这件事的办事指南今天没有有效版本，不能办理。请联系目录管理人员。") from error
    if edition.content_hash != record.edition:
        record.edition = edition.content_hash
        record.draft["moved"] = (
            f"办事指南已更新为 {edition.bundle.version} 版，表单和材料已按新版重新计算，请核对后再受理。"
        )
        await store(record, at=at)
        await note(record, "edition changed", by=by, at=at, content={"version": edition.bundle.version})
    return edition


async def left_out(case_id: UUID) -> list[str]:
    """The items of the case that were not accepted (不予受理)."""
    rows = await connection().fetch("SELECT item FROM non_acceptances WHERE case_id = $1", case_id)
    return [row["item"] for row in rows]


async def store(record: Record, *, at: datetime, applicant: str | None = None, subject: str | None = None) -> None:
    """Write the draft back, with the names that lists show."""
    changes: dict[Any, Any] = {
        Case.draft: json.dumps(record.draft, ensure_ascii=False),
        Case.draft_version: record.version,
        Case.edition: record.edition,
        Case.updated_at: at,
    }
    if applicant is not None:
        changes[Case.applicant] = applicant
    if subject is not None:
        changes[Case.subject] = subject
    await Case.update(changes).where(Case.id == record.id)


async def note(
    record: Record,
    event: str,
    *,
    by: Actor,
    at: datetime,
    department: str = "",
    content: dict[str, Any] | None = None,
) -> None:
    """A line about this case in the journal; under 帮办代办 with both identities."""
    await journal.record(
        "case",
        record.id,
        event,
        by=by,
        at=at,
        region=record.region,
        department=department,
        on_behalf_of=record.on_behalf_of if by is not SYSTEM else "",
        content=content or {},
    )
