"""Who may open which case, and the record of every look.

Records of children under 14 (未成年人网络保护条例 art. 36): least privilege, approval by a responsible person, a record
of each access. Such a record opens for the window that handles the case, for whoever holds the task, for the
department that was asked to look through what was received, and for a stated purpose that somebody else has approved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lianban import journal
from lianban.errors import Conflict, Forbidden, Invalid, NotFound
from lianban.outside.database import connection, transaction
from lianban.rules.actors import SYSTEM, Actor, Role
from lianban.tables.cases import Case
from lianban.tables.ids import new_id

MISSING = "没有找到这个办件。"
INFANT = (
    "这是未满十四周岁儿童的记录，只有承办窗口和签收任务的人员可以打开。"
    "请先签收任务，或者说明用途申请查阅，经负责人批准后再打开。"
)
GRANTED_FOR = timedelta(days=1)
ASKED_FOR = timedelta(days=7)
OVERSEERS = (Role.SUPERVISOR, Role.GOVERNMENT_HEAD)
APPROVERS = (Role.DEPARTMENT_HEAD, Role.SUPERVISOR)
LONGEST_PURPOSE = 200


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks to open a child's record, stating why."""

    id: str
    case_id: UUID
    number: str
    person: str
    person_name: str
    purpose: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Look:
    """One line of the access log."""

    at: datetime
    by_id: str
    by_name: str
    department: str
    case_id: UUID | None
    number: str
    what: str
    purpose: str
    address: str
    terminal: str


async def record_access(
    case_id: UUID | None, what: str, purpose: str, *, by: Actor, at: datetime, address: str = ""
) -> None:
    """Write into the access log, in the caller's transaction, what was looked at and why."""
    await connection().execute(
        "INSERT INTO access_log (id, at, by_id, by_name, department, case_id, what, purpose, address, terminal)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        new_id(at),
        at,
        by.id,
        by.name,
        by.department,
        case_id,
        what,
        purpose,
        address,
        by.terminal,
    )


async def access_log(
    *, by: Actor, case_id: UUID | None = None, before: datetime | None = None, limit: int = 100
) -> list[Look]:
    """Who looked at what in the auditor's region, newest first, `before` an instant. Raises Forbidden."""
    if not by.may(Role.AUDITOR):
        raise Forbidden("查阅日志只能由审计管理员查看。")
    async with transaction():
        rows = await connection().fetch(_LOOKS, by.region, case_id, before, limit)
    return [Look(**row) for row in rows]


async def require_access(case: Case, *, by: Actor, at: datetime) -> str:
    """Why `by` may open the case (for the access log). Within the caller's transaction.

    Raises NotFound for whoever may not know of it, Forbidden for a child's record without task or approved purpose.
    """
    if by.id == SYSTEM.id:
        return "系统处理"
    standing = await _standing(case, by)
    if not await is_infants(case.edition):
        return standing
    # A window is one place, whoever sits there today.
    same_window = by.may(Role.CLERK) and by.window != "" and by.window == case.window_name
    # Whoever fills an absent person's post looks after that person's cases too (AB 岗).
    if by.is_or_stands_for(case.opened_by) or by.is_or_stands_for(case.accepted_by) or same_window:
        return standing
    if by.department and await _holds_a_task(case, by):
        return "办理已签收的任务"
    if by.may(Role.APPROVER, Role.DEPARTMENT_HEAD) and await _is_asked(case, by):
        return "核对收到的材料"
    purpose: str | None = await connection().fetchval(
        "SELECT purpose FROM access_grants WHERE case_id = $1 AND person = $2 AND approved_at <= $3 AND expires_at > $3"
        " ORDER BY expires_at DESC LIMIT 1",
        case.id,
        by.id,
        at,
    )
    if purpose is None:
        raise Forbidden(INFANT)
    return f"经批准查阅：{purpose}"


async def may_see_case(case: Case, *, by: Actor, at: datetime) -> bool:
    """Whether `require_access` would let `by` in."""
    try:
        await require_access(case, by=by, at=at)
    except (NotFound, Forbidden):
        return False
    return True


async def is_infants(edition: str) -> bool:
    """Whether cases of this edition are about a child under 14. Editions never change, so it is asked once."""
    if edition not in _infants:
        _infants[edition] = bool(
            await connection().fetchval(
                "SELECT (content -> 'bundle' ->> 'infant')::boolean FROM editions WHERE hash = $1", edition
            )
        )
    return _infants[edition]


_infants: dict[str, bool] = {}


async def ask_access(case_id: UUID, purpose: str, *, by: Actor, at: datetime) -> str:
    """Ask to open a child's record for a stated purpose; the request's id. Raises NotFound, Invalid."""
    purpose = purpose.strip()
    if not 2 <= len(purpose) <= LONGEST_PURPOSE:
        sentence = f"请写明查阅的用途（2 至 {LONGEST_PURPOSE} 个字）。"
        raise Invalid(sentence, {"purpose": sentence})
    id = new_id(at)
    async with transaction():
        case = await Case.objects().get(Case.id == case_id)
        if case is None:
            raise NotFound(MISSING)
        await _standing(case, by)
        await connection().execute(
            "INSERT INTO access_grants (id, case_id, person, person_name, purpose, asked_at)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            id,
            case_id,
            by.id,
            by.name,
            purpose,
            at,
        )
        await journal.record("people", by.id, "access asked for", by=by, at=at, content={"case": str(case_id)})
    return str(id)


async def approve_access(id: str, *, by: Actor, at: datetime) -> datetime:
    """Approve somebody's request; until when it holds. Never one's own. Raises NotFound, Forbidden, Conflict."""
    until = at + GRANTED_FOR
    async with transaction():
        conn = connection()
        row = await conn.fetchrow(
            f"{_REQUESTS} AND g.id::text = $4 FOR UPDATE OF g", by.region, by.department, at - ASKED_FOR, id
        )
        if row is None or not by.may(*APPROVERS):
            raise NotFound("没有找到这个查阅申请，或者它已经过期。")
        if by.is_or_stands_for(row["person"]):
            raise Forbidden("不能批准自己的申请，请由另一位负责人批准。")
        if row["approved_at"] is not None:
            raise Conflict("这个查阅申请已经批准。")
        await conn.execute(
            "UPDATE access_grants SET approved_by = $2, approved_at = $3, expires_at = $4 WHERE id = $1",
            row["id"],
            by.id,
            at,
            until,
        )
        await journal.record(
            "people", row["person"], "access approved", by=by, at=at, content={"case": str(row["case_id"])}
        )
    return until


async def asked_access(*, by: Actor, at: datetime) -> list[Request]:
    """The requests that wait for `by`'s approval, oldest first; nobody's own."""
    if not by.may(*APPROVERS):
        return []
    async with transaction():
        rows = await connection().fetch(
            f"{_REQUESTS} AND g.approved_at IS NULL AND g.person <> $4 ORDER BY g.asked_at",
            by.region,
            by.department,
            at - ASKED_FOR,
            by.id,
        )
    return [
        Request(
            str(r["id"]), r["case_id"], r["number"] or "", r["person"], r["person_name"], r["purpose"], r["asked_at"]
        )
        for r in rows
    ]


# Looks at cases of the region, and what people of the region did otherwise (sign-ins, unknown logins too).
_LOOKS = """
SELECT l.at, l.by_id, l.by_name, l.department, l.case_id, COALESCE(c.number, '') AS number, l.what, l.purpose,
  l.address, l.terminal
FROM access_log l LEFT JOIN cases c ON c.id = l.case_id LEFT JOIN people p ON p.id::text = l.by_id
WHERE COALESCE(c.region_code, p.region_code, $1) = $1 AND ($2::uuid IS NULL OR l.case_id = $2)
  AND ($3::timestamptz IS NULL OR l.at < $3)
ORDER BY l.at DESC, l.id DESC LIMIT $4
"""
# A department head approves for the own department, a supervisor for everybody of the region.
_REQUESTS = """
SELECT g.*, c.number FROM access_grants g JOIN cases c ON c.id = g.case_id LEFT JOIN people p ON p.id::text = g.person
LEFT JOIN client_keys k ON k.id::text = g.person
WHERE c.region_code = $1 AND ($2 = '' OR COALESCE(p.department, k.department) = $2) AND g.asked_at > $3
"""


async def _standing(case: Case, by: Actor) -> str:
    """What `by` has to do with the case at all, in words. Raises NotFound when nothing."""
    if by.region == case.region_code:
        if by.department:
            if await connection().fetchval(
                "SELECT 1 FROM tasks WHERE case_id = $1 AND department = $2 LIMIT 1", case.id, by.department
            ):
                return "办理本部门事项"
            if await _is_asked(case, by):
                return "核对收到的材料"
        elif by.may(Role.CLERK):
            return "窗口办理"
        elif by.may(*OVERSEERS):
            return "监督检查"
    raise NotFound(MISSING)


async def _holds_a_task(case: Case, by: Actor) -> bool:
    return bool(
        await connection().fetchval(
            "SELECT 1 FROM tasks WHERE case_id = $1 AND department = $2 AND $3 && ARRAY[claimed_by, decided_by]"
            " LIMIT 1",
            case.id,
            by.department,
            [by.id, *(away.id for away in by.stands_for)],
        )
    )


async def _is_asked(case: Case, by: Actor) -> bool:
    """Whether the department has been asked to look through the received case (收件核对) and still may."""
    if case.status not in ("received", "correcting"):
        return False
    return bool(
        await connection().fetchval(
            "SELECT 1 FROM screenings WHERE case_id = $1 AND department = $2 LIMIT 1", case.id, by.department
        )
    )
