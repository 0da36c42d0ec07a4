"""The written decision of a grant (行政许可法 38(1)): issued with the decision, in the same transaction.

It says with which content and scope and for how long, what the on-site check asked to be put right, and where it rests
on a promise (告知承诺) that and when this is checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from lianban.casework import notices
from lianban.casework.notices import PaperView, short_authority
from lianban.casework.progress import Held
from lianban.casework.promises.afterwards import told
from lianban.casework.tasks.checking import NewResult
from lianban.casework.tasks.refusals import applicant_of, enquiry_of, hearing_record
from lianban.outside.clock import local
from lianban.outside.database import connection
from lianban.rules import values
from lianban.rules.actors import Actor
from lianban.rules.catalog.types import Edition, ValueKind
from lianban.rules.lifecycles import TaskRow
from lianban.rules.notices import PERMISSION, Granted, day, grant, in_writing, term_text

SAID = frozenset({ValueKind.TEXT, ValueKind.LONG_TEXT, ValueKind.USCC})
LONGEST_VALUE = 80
MOST_LINES = 6
_FACTS = "SELECT element, value FROM facts WHERE case_id = $1 AND superseded_at IS NULL AND element = ANY($2)"
_SURVEYS = "SELECT surveyed_on, conclusion, findings FROM surveys WHERE task_id = $1 ORDER BY at DESC, id DESC LIMIT 2"
_CHECKED = "SELECT promised_due FROM clocks WHERE case_id = $1 AND task_id = $2 AND kind = 'verification'"


async def issue_grant(
    held: Held, task_id: UUID, *, results: Sequence[NewResult], scope: str = "", by: Actor, at: datetime
) -> PaperView | None:
    """Issue the written grant of a task, None where the result itself says all (`in_writing`). Number taken last.

    Without `scope` it says what `suggested_scope` finds. Raises Invalid when something that it must say is missing.
    """
    edition, life = await held.edition(), held.lives[task_id]
    item, department = edition.items[life.item], edition.departments[life.department]
    if not in_writing(item.kind):
        return None
    given = [Granted(r.name.strip(), r.number.strip(), r.issued_on, r.valid_until) for r in results]
    content = grant(
        authority=department.name,
        applicant=await applicant_of(held.id, held.case["applicant"]),
        bundle=held.case["bundle_name"],
        case_number=held.case["number"],
        item=held.tasks[task_id]["item_name"],
        applied_on=local(held.case["received_at"]).date(),
        accepted_on=local(held.case["accepted_at"]).date(),
        scope=scope.strip() or await _scope(held, life, edition),
        results=given,
        term=term_text(given, item.result.validity),
        basis="、".join(f"{b.document}{b.article}" for b in item.basis) or f"本机关公布的“{item.name}”办事指南",
        decided_on=local(at).date(),
        enquiry=enquiry_of(edition, held.case["number"], life.department),
        conditions=await _conditions(task_id),
        promise=await _promise(held, task_id, edition),
        permission=item.kind == PERMISSION,
        hearing=await hearing_record(task_id),
    )
    return await notices.issue(
        "grant",
        content,
        case_id=held.id,
        region=held.region,
        authority=short_authority(edition, life.department),
        by=by,
        at=at,
        task_id=task_id,
        department=life.department,
    )


def suggested_scope(held: Held, life: TaskRow, edition: Edition, facts: Mapping[str, str]) -> str:
    """What the item's own fields say of the matter: a line each, nothing personal. Otherwise the item by its name."""
    elements = [
        edition.elements[f.element]
        for f in held.plan.fields
        if any(a.item == life.item for a in f.askers) and edition.elements[f.element].kind in SAID
    ]
    found = {e: values.display(e, facts.get(e.id, "")) for e in elements if not (e.personal or e.sensitive)}
    lines = [f"{e.label}：{value}" for e, value in found.items() if 0 < len(value) <= LONGEST_VALUE]
    return "\n".join([f"准予办理“{held.tasks[UUID(life.id)]['item_name']}”。", *lines[:MOST_LINES]])


async def _scope(held: Held, life: TaskRow, edition: Edition) -> str:
    rows = await connection().fetch(_FACTS, held.id, [f.element for f in held.plan.fields])
    return suggested_scope(held, life, edition, {r["element"]: r["value"] for r in rows})


async def _conditions(task_id: UUID) -> str:
    """What the on-site check asked to be put right; once that was looked at again, what has to stay so."""
    last, *before = await connection().fetch(_SURVEYS, task_id) or [None]
    if last is None or last["conclusion"] == "pass_with_rectification":
        return str(last["findings"]) if last else ""
    if last["conclusion"] == "pass" and before and before[0]["conclusion"] == "pass_with_rectification":
        return f"{before[0]['findings'].rstrip('。')}。已于{day(last['surveyed_on'])}复查合格，应当继续保持。"
    return ""


async def _promise(held: Held, task_id: UUID, edition: Edition) -> str:
    promise = edition.items[held.lives[task_id].item].promise
    if promise is None:
        return ""
    due = await connection().fetchval(_CHECKED, held.id, task_id)
    until = f"本机关在{day(local(due))}前核查。" if due else ""
    return f"本决定{told(promise)}。{until}{promise.liability}"
