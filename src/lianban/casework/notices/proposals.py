"""What pages show of papers that are to be made void or replaced: one paper, and what waits for somebody's decision."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import people
from lianban.casework.notices.keeping import MISSING
from lianban.casework.notices.standing import DECIDERS, KINDS, PAPER, may_decide, may_propose, stands
from lianban.errors import Forbidden, Invalid, NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor
from lianban.rules.notices.amendment import VOID_ALONE, Change, Part, changes_of, parts_of
from lianban.tables.cases import Case

MOST = 200
STATES = {"proposed": "待确认", "done": "已同意", "declined": "未同意"}
_ALL = "SELECT r.* FROM replacements r WHERE r.paper_id = $1 ORDER BY r.id"
_WAITING = f"""
SELECT r.*, p.title, p.number, p.content, c.number AS case_number, c.bundle_name FROM replacements r
JOIN papers p ON p.id = r.paper_id JOIN cases c ON c.id = r.case_id
WHERE r.region_code = $1 AND ($2 = '' OR r.department = $2) AND r.status = 'proposed'
ORDER BY r.id LIMIT {MOST}
"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal: what is to change, why, who asked, what became of it. `against`: why the reader cannot decide."""

    id: UUID
    paper_id: UUID
    title: str
    number: str
    case_id: UUID
    case_number: str
    bundle_name: str
    kind: str
    kind_name: str
    reason: str
    changes: tuple[Change, ...]
    status: str
    status_name: str
    proposed_by_name: str
    proposed_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    remark: str
    against: str


@dataclass(frozen=True, slots=True)
class PaperDetail:
    """One paper with its standing (`gone`: why it does not stand any more) and what was proposed about it.

    `parts` may be corrected; empty for papers that are only made void. `may_propose`: the reader, now.
    """

    id: UUID
    kind: str
    title: str
    number: str
    issued_at: datetime
    case_id: UUID
    case_number: str
    bundle_name: str
    task_id: UUID | None
    gone: str
    parts: tuple[Part, ...]
    may_void: bool
    may_propose: bool
    proposals: tuple[Proposal, ...]


async def detail(paper_id: UUID, *, by: Actor, at: datetime, address: str = "") -> PaperDetail:
    """A paper for whoever proposes or decides about it; the look is recorded. Raises NotFound, Forbidden."""
    async with transaction():
        row = await connection().fetchrow(PAPER, paper_id)
        if row is None or row["region_code"] != by.region or (by.department and row["concerned"] != by.department):
            raise NotFound(MISSING)
        case = await Case.objects().get(Case.id == row["case_id"])
        if case is None:
            raise NotFound(MISSING)
        rows = await connection().fetch(_ALL, paper_id)
        # Who decides about a correction sees what is to be corrected, and no more of the record than that.
        decides = any(r["status"] == "proposed" and may_decide(r, by) for r in rows)
        try:
            purpose = await people.require_access(case, by=by, at=at)
        except Forbidden:
            if not decides:
                raise
            purpose = "确认文书的更正或者作废"
        await people.record_access(case.id, f"文书 {row['number']}", purpose, by=by, at=at, address=address)
    content = json.loads(row["content"])
    about = {"title": row["title"], "number": row["number"], "content": row["content"]}
    shown = {**about, "case_number": case.number, "bundle_name": case.bundle_name}
    gone = stands(row)
    mine = may_propose(row, by) and not gone and not any(r["status"] == "proposed" for r in rows)
    return PaperDetail(
        id=paper_id,
        kind=row["kind"],
        title=row["title"],
        number=row["number"],
        issued_at=local(row["issued_at"]),
        case_id=case.id,
        case_number=case.number or "",
        bundle_name=case.bundle_name,
        task_id=row["task_id"],
        gone=gone,
        parts=parts_of(content) if mine else (),
        may_void=row["kind"] in VOID_ALONE,
        may_propose=mine,
        proposals=tuple(_proposal({**dict(r), **shown}, by) for r in rows),
    )


async def waiting(*, by: Actor) -> tuple[Proposal, ...]:
    """What waits for this person's decision, the oldest first. Raises Forbidden for other posts."""
    if not by.may(*DECIDERS):
        raise Forbidden("文书的更正和作废由部门负责人或者监督员确认。")
    async with transaction():
        rows = await connection().fetch(_WAITING, by.region, by.department)
    return tuple(_proposal(row, by) for row in rows if may_decide(row, by))


def _proposal(row: Mapping[str, Any], by: Actor) -> Proposal:
    against = ""
    if not may_decide(row, by):
        against = "由出具部门的负责人或者监督员确认。"
    elif by.is_or_stands_for(row["proposed_by"]):
        against = "自己提出的由另一位负责人确认。"
    return Proposal(
        id=row["id"],
        paper_id=row["paper_id"],
        title=row["title"],
        number=row["number"],
        case_id=row["case_id"],
        case_number=row["case_number"] or "",
        bundle_name=row["bundle_name"],
        kind=row["kind"],
        kind_name=KINDS[row["kind"]],
        reason=row["reason"],
        changes=_changes(row),
        status=row["status"],
        status_name=STATES[row["status"]],
        proposed_by_name=row["proposed_by_name"],
        proposed_at=local(row["proposed_at"]),
        decided_by_name=row["decided_by_name"],
        decided_at=local(row["decided_at"]) if row["decided_at"] else None,
        remark=row["remark"],
        against=against,
    )


def _changes(row: Mapping[str, Any]) -> tuple[Change, ...]:
    typed = json.loads(row["changes"])
    if not typed:
        return ()
    try:
        return tuple(change for change, _ in changes_of(json.loads(row["content"]), typed).values())
    except Invalid:
        # The rules for corrections have changed since: the words that were proposed still stand.
        return tuple(Change(path, "", text) for path, text in typed.items())
