"""After a grant on a promise (告知承诺): the check that is due, how it stands, and what a department has to check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lianban.casework import clocks
from lianban.casework.bars import KINDS
from lianban.casework.clocks import Owner
from lianban.casework.policies import policy
from lianban.casework.progress import Held, note
from lianban.errors import Forbidden
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import masks
from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.rules.catalog.types import Edition, Promise
from lianban.rules.lifecycles import TaskRow
from lianban.tables.ids import new_id

STATES = {
    "pending": "待核查",
    "rectifying": "责令改正中",
    "proposed": "拟撤销，待负责人决定",
    "passed": "核查相符",
    "revoked": "已撤销",
}
OUTCOMES = {"passed": "与承诺相符", "rectify": "与承诺不符，责令改正", "revoke": "逾期不改正，提请撤销"}
_TOLD = OUTCOMES | {"declined": "负责人不同意撤销"}
MOST = 500

_INSERT = """
INSERT INTO verifications (id, case_id, task_id, region_code, department, item, item_name, status, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending', $8) ON CONFLICT (task_id) DO NOTHING
"""
_ONE = """
SELECT v.*, k.promised_due AS due, k.provisional, k.stopped_at FROM verifications v
LEFT JOIN clocks k ON k.case_id = v.case_id AND k.task_id = v.task_id AND k.kind = 'verification'
"""
_BROKEN = """
SELECT id, kind, reason, since FROM bars WHERE case_id = $1 AND item IN ('', $2) AND lifted_at IS NULL
  AND kind IN ('tolerance', 'false_promise') ORDER BY since, id
"""
_CHECKS = "SELECT * FROM verification_checks WHERE verification_id = $1 ORDER BY at, id"
_LIST = f"""
SELECT w.*, c.number, c.bundle_name, c.applicant FROM ({_ONE}) w JOIN cases c ON c.id = w.case_id
WHERE w.region_code = $1 AND w.department = $2 AND w.status IN ('pending', 'rectifying', 'proposed')
ORDER BY COALESCE(w.rectify_by::timestamptz, w.due), w.id LIMIT {MOST}
"""


@dataclass(frozen=True, slots=True)
class Check:
    """One look at how a promise is kept."""

    checked_on: date
    outcome_name: str
    findings: str
    checkers: tuple[str, ...]
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Verification:
    """How the later check of an item stands. `steps` are the outcomes open to the department now (id to words)."""

    status: str
    status_name: str
    due: datetime | None
    provisional: bool
    overdue: bool
    rectify_by: date | None
    checks: tuple[Check, ...]
    proposed_by: str
    proposed_by_name: str
    reason: str
    basis: str
    remedy: str
    approved_by_name: str
    decided_at: datetime | None
    steps: dict[str, str]


@dataclass(frozen=True, slots=True)
class ToVerify:
    """A line of the department's list; the applicant is masked. `due` ends the check, or the time to put it right."""

    task_id: UUID
    number: str
    bundle_name: str
    item_name: str
    applicant: str
    status: str
    status_name: str
    due: datetime | date | None
    provisional: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that this applicant broke in this case, until the head repairs the credit (信用修复)."""

    bar: UUID
    kind_name: str
    reason: str
    since: datetime


async def broken(case_id: UUID, item: str) -> tuple[Broken, ...]:
    """What still stands against new promises because of this case: its own item's, or of no item at all."""
    rows = await connection().fetch(_BROKEN, case_id, item)
    return tuple(Broken(r["id"], KINDS[r["kind"]], r["reason"], local(r["since"])) for r in rows)


def told(promise: Promise | None) -> str:
    """How the decision was made, for pages and papers; "" where it rests on no promise."""
    return f"以告知承诺方式作出（{promise.basis.document}{promise.basis.article}）" if promise else ""


async def begin(held: Held, life: TaskRow, edition: Edition, *, at: datetime) -> None:
    """An item has been granted: where that was on a promise its check is due. In the caller's transaction."""
    promise = edition.items[life.item].promise
    if promise is None:
        return
    task_id = UUID(life.id)
    name = held.tasks[task_id]["item_name"]
    limit = promise.verify or (await policy(held.region)).limit("verification")
    await connection().execute(_INSERT, new_id(at), held.id, task_id, held.region, life.department, life.item, name, at)
    basis = f"“{name}”告知承诺的核查（{promise.basis.document}{promise.basis.article}）"
    await clocks.start(Owner(held.id, task_id, held.region), "verification", limit, basis, at=at)
    await note(held, "promise to be verified", by=SYSTEM, at=at, item=life.item)


async def of_task(task_id: UUID, *, at: datetime) -> Verification | None:
    """The later check of an item, in the caller's transaction; None where there is none. Who asks is checked."""
    row = await connection().fetchrow(f"{_ONE} WHERE v.task_id = $1", task_id)
    if row is None:
        return None
    checks = await connection().fetch(_CHECKS, row["id"])
    today, status = local(at).date(), row["status"]
    due = local(row["due"]) if row["due"] else None
    over = row["rectify_by"] is not None and today > row["rectify_by"]
    steps = {
        "pending": ("passed", "rectify"),
        "rectifying": ("passed", "revoke") if over else ("passed",),
    }.get(status, ())
    return Verification(
        status=status,
        status_name=STATES[status],
        due=due,
        provisional=bool(row["provisional"]),
        overdue=over if status == "rectifying" else status == "pending" and due is not None and at > due,
        rectify_by=row["rectify_by"],
        checks=tuple(
            Check(
                c["checked_on"],
                _TOLD[c["outcome"]],
                c["findings"],
                tuple(c["checkers"]),
                c["by_name"],
                local(c["at"]),
            )
            for c in checks
        ),
        proposed_by=row["by_id"] if status == "proposed" else "",
        proposed_by_name=row["by_name"] if status == "proposed" else "",
        reason=row["reason"],
        basis=row["basis"],
        remedy=row["remedy"],
        approved_by_name=row["approved_by_name"],
        decided_at=local(row["decided_at"]) if row["decided_at"] else None,
        steps={step: OUTCOMES[step] for step in steps},
    )


async def to_verify(*, by: Actor, at: datetime) -> tuple[ToVerify, ...]:
    """What the actor's own department has to check or to follow up, the most urgent first. Raises Forbidden."""
    if not by.department or not by.may(Role.APPROVER, Role.DEPARTMENT_HEAD):
        raise Forbidden("这里由承办部门的审批人员使用，请用部门的账号登录。")
    async with transaction():
        rows = await connection().fetch(_LIST, by.region, by.department)
    lines = []
    for row in rows:
        due = row["rectify_by"] if row["rectify_by"] else local(row["due"]) if row["due"] else None
        over = local(at).date() > row["rectify_by"] if row["rectify_by"] else bool(row["due"] and at > row["due"])
        lines.append(
            ToVerify(
                task_id=row["task_id"],
                number=row["number"],
                bundle_name=row["bundle_name"],
                item_name=row["item_name"],
                applicant=masks.mask_name(row["applicant"]),
                status=row["status"],
                status_name=STATES[row["status"]],
                due=due,
                provisional=bool(row["provisional"]),
                overdue=over,
            )
        )
    return tuple(lines)
