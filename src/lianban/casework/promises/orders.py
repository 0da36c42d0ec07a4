"""The papers of a later check: the order to put things right, and the decision that revokes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban.casework import notices
from lianban.casework.notices import PaperView, short_authority
from lianban.casework.progress import Held
from lianban.casework.tasks.refusals import applicant_of, enquiry_of
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Edition, Promise
from lianban.rules.lifecycles import TaskRow
from lianban.rules.notices import Content
from lianban.rules.notices import promises as promise_papers


async def issue_rectification(
    held: Held,
    life: TaskRow,
    promise: Promise,
    *,
    checked_on: date,
    findings: str,
    rectify_by: date,
    by: Actor,
    at: datetime,
) -> PaperView:
    """责令改正通知书. The last thing in the transaction."""
    edition = await held.edition()
    content = promise_papers.rectification(
        **await _about(held, life, edition),
        checked_on=checked_on,
        findings=findings,
        rectify_by=rectify_by,
        liability=promise.liability,
        basis=f"{promise.basis.document}{promise.basis.article}",
        ordered_on=local(at).date(),
    )
    return await _issue("rectification", content, held, life, edition, by=by, at=at)


async def issue_revocation(
    held: Held, life: TaskRow, row: Mapping[str, Any], results: Sequence[str], *, by: Actor, at: datetime
) -> PaperView:
    """撤销决定书, from what was proposed; it stands in the place of the grant. The last thing in the transaction."""
    edition = await held.edition()
    content = promise_papers.revocation(
        **await _about(held, life, edition),
        granted_on=local(held.tasks[UUID(life.id)]["decided_at"]).date(),
        results=results,
        findings=row["findings"],
        reason=row["reason"],
        basis=row["basis"],
        remedy=row["remedy"],
        decided_on=local(at).date(),
    )
    paper = await _issue("revocation", content, held, life, edition, by=by, at=at)
    grants = await connection().fetch("SELECT id FROM papers WHERE task_id = $1 AND kind = 'grant'", UUID(life.id))
    await notices.supersede([row["id"] for row in grants], by=paper.id, at=at)
    return paper


async def _about(held: Held, life: TaskRow, edition: Edition) -> dict[str, Any]:
    return {
        "authority": edition.departments[life.department].name,
        "applicant": await applicant_of(held.id, held.case["applicant"]),
        "bundle": held.case["bundle_name"],
        "case_number": held.case["number"],
        "item": held.tasks[UUID(life.id)]["item_name"],
        "enquiry": enquiry_of(edition, held.case["number"], life.department),
    }


async def _issue(
    kind: str, content: Content, held: Held, life: TaskRow, edition: Edition, *, by: Actor, at: datetime
) -> PaperView:
    return await notices.issue(
        kind,
        content,
        case_id=held.id,
        region=held.region,
        authority=short_authority(edition, life.department),
        by=by,
        at=at,
        task_id=UUID(life.id),
        department=life.department,
    )
