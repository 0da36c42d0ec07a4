"""The later check of what was granted on a promise (告知承诺, 国办发〔2020〕42号; 消防法 15, 58).

Two look, the department says what follows: it agrees with the promise; it is to be put right until a day; or, when that
day has passed, it is to be revoked: by the head of the department, and never by the one who proposed it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban import errors, outbox
from lianban.casework import bars, clocks
from lianban.casework.clocks.rows import calendar_of
from lianban.casework.idempotency import once
from lianban.casework.owed import catch_up_task
from lianban.casework.policies import policy
from lianban.casework.progress import Held, note
from lianban.casework.promises.afterwards import OUTCOMES, STATES
from lianban.casework.promises.orders import issue_rectification, issue_revocation
from lianban.casework.tasks.checking import unprintable
from lianban.casework.tasks.handling import LONGEST_TEXT, in_hand
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules import clock
from lianban.rules.actors import Actor, Role
from lianban.rules.lifecycles import TaskRow
from lianban.rules.remedies import lacking
from lianban.tables.ids import new_id

MISSING = "这个事项没有需要核查的承诺。"
_ROW = "SELECT * FROM verifications WHERE task_id = $1"
_CHECK = """
INSERT INTO verification_checks (id, verification_id, case_id, outcome, findings, checkers, checked_on, by_id, by_name,
  at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_STEP = """
UPDATE verifications SET status = $2, findings = $3, checkers = $4, rectify_by = COALESCE($5, rectify_by), by_id = $6,
  by_name = $7, reason = $8, basis = $9, remedy = $10, decided_at = $11 WHERE id = $1
"""
_HEAD = """
UPDATE verifications SET status = $2, approved_by = $3, approved_by_name = $4, decided_at = $5 WHERE id = $1
"""
_RESULTS = """
UPDATE results SET revoked_at = $2, revoked_reason = $3 WHERE task_id = $1 AND revoked_at IS NULL
RETURNING name, number
"""
_PROMISORS = "SELECT id_number FROM parties WHERE case_id = $1 AND role = 'applicant'"


@dataclass(frozen=True, slots=True)
class Verified:
    """How the check stands after the step."""

    task_id: UUID
    case_id: UUID
    status: str
    status_name: str


@dataclass(frozen=True, slots=True)
class _Said:
    """What was found, cleaned and complete."""

    outcome: str
    findings: str
    checkers: tuple[str, ...]
    checked_on: date
    reason: str
    basis: str
    remedy: str


async def verify(
    task_id: UUID,
    *,
    findings: str,
    checkers: Sequence[str],
    outcome: str,
    checked_on: date | None = None,
    reason: str = "",
    basis: str = "",
    remedy: str = "",
    by: Actor,
    at: datetime,
    key: str = "",
) -> Verified:
    """Record a check by at least two. `outcome`: passed, rectify (until a day, by policy) or revoke (a proposal with
    `reason`, `basis` and `remedy`, once the day to put it right has passed).

    Raises NotFound, Conflict when the step is not open now, Invalid with the fields.
    """
    said = _read(findings, checkers, outcome, checked_on or local(at).date(), reason, basis, remedy, at)

    async def run() -> dict[str, Any]:
        async with in_hand(task_id, by) as (held, life):
            row = await _row(task_id)
            _may(row, said, at)
            status = {"passed": "passed", "rectify": "rectifying", "revoke": "proposed"}[outcome]
            rectify_by = await _until(held, at) if outcome == "rectify" else None
            await _keep(held, row, said, by=by, at=at)
            await connection().execute(
                _STEP,
                row["id"],
                status,
                said.findings,
                list(said.checkers),
                rectify_by,
                by.id,
                by.name,
                said.reason,
                said.basis,
                said.remedy,
                at if status == "passed" else None,
            )
            # The time to check is over once somebody has looked; the time to put it right is the applicant's.
            await clocks.stop(held.id, task_id, at=at, kinds={"verification"})
            event = {"passed": "promise verified", "rectify": "rectification ordered", "revoke": "revocation proposed"}
            await note(held, event[outcome], by=by, at=at, item=life.item, checkers=len(said.checkers))
            if rectify_by is not None:
                promise = (await held.edition()).items[life.item].promise
                assert promise is not None
                await issue_rectification(
                    held,
                    life,
                    promise,
                    checked_on=said.checked_on,
                    findings=said.findings,
                    rectify_by=rectify_by,
                    by=by,
                    at=at,
                )
            return _answer(task_id, held, status)

    await catch_up_task(task_id, at=at)
    async with transaction():
        asked = [str(task_id), outcome, said.findings, list(said.checkers), said.reason]
        return _verified(await once(key, "verify", by=by, at=at, fingerprint=asked, run=run))


async def revoke(task_id: UUID, *, by: Actor, at: datetime, key: str = "") -> Verified:
    """撤销 what was proposed, by the head of the department. The rows of the results stay and say so.

    Twice changes nothing. Raises NotFound, Forbidden (not the head, or the one who proposed it), Conflict.
    """

    async def run() -> dict[str, Any]:
        async with in_hand(task_id, by) as (held, life):
            row = await _row(task_id)
            if row["status"] == "revoked":
                return _answer(task_id, held, "revoked")
            _head(row, by)
            await connection().execute(_HEAD, row["id"], "revoked", by.id, by.name, at)
            results = await connection().fetch(_RESULTS, task_id, at, row["reason"])
            # Nothing is left to be handed over; the decision that revokes goes along with the next hand-over.
            await clocks.stop(held.id, task_id, at=at, kinds={"delivery"})
            await _bar(held, life, row, by=by, at=at)
            await note(held, "result revoked", by=by, at=at, item=life.item, results=len(results))
            payload = {"task": life.id, "item": life.item}
            await outbox.write("result revoked", case_id=held.id, payload=payload, at=at)
            names = [f"{r['name']}（{r['number']}）" if r["number"] else r["name"] for r in results]
            await issue_revocation(held, life, row, names, by=by, at=at)
            return _answer(task_id, held, "revoked")

    await catch_up_task(task_id, at=at)
    async with transaction():
        return _verified(await once(key, "revoke", by=by, at=at, fingerprint=[str(task_id)], run=run))


async def decline(task_id: UUID, *, reason: str, by: Actor, at: datetime) -> Verified:
    """The head does not revoke: it goes back to the department, with the reason. Raises as `revoke` does, Invalid."""
    reason = reason.strip()
    if not 2 <= len(reason) <= LONGEST_TEXT:
        sentence = "请写明不同意撤销的理由和复查的要求。"
        raise errors.Invalid(sentence, {"decline": sentence})
    await catch_up_task(task_id, at=at)
    async with in_hand(task_id, by) as (held, life):
        row = await _row(task_id)
        _head(row, by)
        await connection().execute(_HEAD, row["id"], "rectifying", by.id, by.name, None)
        said = _Said("declined", reason, (), local(at).date(), "", "", "")
        await _keep(held, row, said, by=by, at=at)
        await note(held, "revocation declined", by=by, at=at, item=life.item)
        return Verified(task_id, held.id, "rectifying", STATES["rectifying"])


def _read(
    findings: str,
    checkers: Sequence[str],
    outcome: str,
    checked_on: date,
    reason: str,
    basis: str,
    remedy: str,
    at: datetime,
) -> _Said:
    names = tuple(dict.fromkeys(" ".join(name.split()) for name in checkers if name.strip()))
    fields = {}
    if len(names) < 2:
        fields["checkers"] = "核查人员不少于两人（行政许可法第三十四条），请补填另一位核查人员的姓名。"
    if checked_on > local(at).date():
        fields["checked_on"] = "核查日期不能晚于今天，请核对。"
    if outcome not in OUTCOMES:
        fields["outcome"] = f"请选择核查结论：{'、'.join(OUTCOMES.values())}。"
    if len(findings.strip()) < 2:
        fields["findings"] = "请写明核查情况：看了什么，与承诺是否相符。"
    texts = {"findings": findings}
    if outcome == "revoke":
        texts |= {"reason": reason, "basis": basis, "remedy": remedy}
        labels = {"reason": "撤销的理由", "basis": "法律依据", "remedy": "救济途径"}
        fields |= {name: f"请写明{label}。" for name, label in labels.items() if not texts[name].strip()}
        if remedy.strip() and (why := lacking(remedy)):
            fields["remedy"] = why
    fields |= {name: f"最多 {LONGEST_TEXT} 字，请缩短。" for name, text in texts.items() if len(text) > LONGEST_TEXT}
    fields |= unprintable(texts)
    if fields:
        raise errors.Invalid("".join(fields.values()), fields)
    whole = outcome == "revoke"
    return _Said(
        outcome,
        findings.strip(),
        names,
        checked_on,
        reason.strip() if whole else "",
        basis.strip() if whole else "",
        remedy.strip() if whole else "",
    )


def _may(row: Mapping[str, Any], said: _Said, at: datetime) -> None:
    """Raise Conflict unless this step is open now."""
    status, until = row["status"], row["rectify_by"]
    if status == "proposed":
        raise errors.Conflict("已经提请撤销，等待部门负责人决定。")
    if status in ("passed", "revoked"):
        raise errors.Conflict(f"这个事项的承诺已经核查完毕（{STATES[status]}），不能再次核查。")
    if said.outcome == "rectify" and status == "rectifying":
        raise errors.Conflict(f"已经责令在{until}前改正；请复查后登记“相符”，到期不改的提请撤销。")
    if said.outcome == "revoke" and (until is None or local(at).date() <= until):
        first = (
            f"改正期限到{until}，期限届满仍未改正的才能提请撤销。"
            if until
            else "请先责令改正；逾期不改的才能提请撤销。"
        )
        raise errors.Conflict(first)


def _head(row: Mapping[str, Any], by: Actor) -> None:
    """Four eyes: the head of the department, who is not the one who proposed it nor stands in for that one."""
    if not by.may(Role.DEPARTMENT_HEAD):
        raise errors.Forbidden("撤销由部门负责人决定，请报请负责人办理。")
    if row["status"] != "proposed":
        raise errors.Conflict("还没有提请撤销，或者已经作出决定，请刷新页面。")
    if by.is_or_stands_for(row["by_id"]):
        raise errors.Forbidden("提请撤销的人不能自己决定撤销，请由另一位负责人办理。")


async def _row(task_id: UUID) -> Mapping[str, Any]:
    """The check of the task, whose case is locked."""
    row: Mapping[str, Any] | None = await connection().fetchrow(_ROW, task_id)
    if row is None:
        raise errors.NotFound(MISSING)
    return row


async def _until(held: Held, at: datetime) -> date:
    limit = (await policy(held.region)).limit("rectification")
    return clock.due(at, limit, await calendar_of(held.region)).instant.date()


async def _keep(held: Held, row: Mapping[str, Any], said: _Said, *, by: Actor, at: datetime) -> None:
    await connection().execute(
        _CHECK,
        new_id(at),
        row["id"],
        held.id,
        said.outcome,
        said.findings,
        list(said.checkers),
        said.checked_on,
        by.id,
        by.name,
        at,
    )


async def _bar(held: Held, life: TaskRow, row: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    await bars.set_bar(
        held.region,
        [r["id_number"] for r in await connection().fetch(_PROMISORS, held.id)],
        kind="false_promise",
        item=life.item,
        case_id=held.id,
        reason=f"办件 {held.case['number']} 的“{row['item_name']}”承诺不实，已被撤销",
        basis=row["basis"],
        until=None,
        by=by,
        at=at,
    )


def _answer(task_id: UUID, held: Held, status: str) -> dict[str, Any]:
    return {"task": str(task_id), "case": str(held.id), "status": status}


def _verified(answer: Mapping[str, Any]) -> Verified:
    return Verified(UUID(answer["task"]), UUID(answer["case"]), answer["status"], STATES[answer["status"]])
