"""Cards as they are shown: to the side that answers for them, to supervisors, and (overruns) to the applicant.

A card names a case by its number, an item, a limit and people of the house, never an applicant.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.casework import catalogue
from lianban.casework.clocks import KINDS
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.oversight.views import Card, Filters, Listing, Overrun, Removal, Standing
from lianban.rules.actors import Actor, Role
from lianban.rules.cards import COLOURS, GRAVE, TOLD

PAGE = 50
WINDOW = "-"
"""In filters, for the window: its cards have no department."""

WINDOW_NAME = "综合窗口"
WATCHERS = (Role.SUPERVISOR, Role.GOVERNMENT_HEAD, Role.AUDITOR)
OFFICERS = (Role.APPROVER, Role.DEPARTMENT_HEAD)
STATES = {"open": "未解除", "asked": "申请解除", "reason": "待公开原因", "removed": "已解除", "all": "全部"}
NO_REASON = "承办单位还没有公开原因，监督部门正在督促。"

SHOWN = """
SELECT c.*, s.number, s.bundle_name, COALESCE(t.item_name, '') AS item_name,
  k.stopped_at IS NULL AND k.started_at = c.clock_since AS running,
  r.id AS removal, r.reason AS removal_reason, r.asked_by, r.asked_by_name, r.asked_at, r.approved, r.decided_by_name,
  r.decided_at, r.decision_note, o.reason AS overrun, o.by_name AS overrun_by, o.at AS overrun_at
FROM cards c JOIN cases s ON s.id = c.case_id JOIN clocks k ON k.id = c.clock_id LEFT JOIN tasks t ON t.id = c.task_id
LEFT JOIN LATERAL (SELECT * FROM card_removals r WHERE r.card_id = c.id ORDER BY r.id DESC LIMIT 1) r ON true
LEFT JOIN LATERAL (SELECT * FROM overrun_reasons o WHERE o.card_id = c.id ORDER BY o.id DESC LIMIT 1) o ON true
"""
_LIST = f"""
SELECT *, approved IS TRUE AS removed, removal IS NOT NULL AND approved IS NULL AS waiting,
  approved IS NOT TRUE AND overrun IS NULL AND colour = ANY($4) AND clock_kind = ANY($5) AS unexplained
FROM ({SHOWN}) x
WHERE region_code = $1 AND ($2::text IS NULL OR department = $2) AND ($3::text[] IS NULL OR colour = ANY($3))
"""
_STATE = {
    "open": "NOT removed",
    "asked": "waiting",
    "reason": "unexplained",
    "removed": "removed",
    "all": "true",
}
# The gravest card of each run of a clock that still runs: what is wrong just now.
_STANDING = """
SELECT department, colour, count(*) AS n FROM (
  SELECT DISTINCT ON (c.clock_id) c.department, c.colour FROM cards c JOIN clocks k ON k.id = c.clock_id
  WHERE c.region_code = $1 AND k.stopped_at IS NULL AND k.started_at = c.clock_since AND c.colour <> 'blue'
    AND NOT EXISTS (SELECT 1 FROM card_removals r WHERE r.card_id = c.id AND r.approved)
  ORDER BY c.clock_id, array_position(ARRAY['black', 'red', 'yellow'], c.colour)
) x GROUP BY department, colour
"""
_WORST = """
SELECT DISTINCT ON (c.task_id) c.task_id, c.colour FROM cards c JOIN clocks k ON k.id = c.clock_id
WHERE c.task_id = ANY($1) AND c.case_id IN (SELECT case_id FROM tasks WHERE id = ANY($1)) AND c.department <> ''
  AND k.stopped_at IS NULL AND k.started_at = c.clock_since
  AND NOT EXISTS (SELECT 1 FROM card_removals r WHERE r.card_id = c.id AND r.approved)
ORDER BY c.task_id, array_position(ARRAY['black', 'red', 'yellow', 'blue'], c.colour)
"""


def scope(by: Actor) -> str | None:
    """Whose cards somebody sees: None all of the region, "" the window's, else a department's. Raises Forbidden."""
    if by.may(*WATCHERS):
        return None
    if by.department and by.may(*OFFICERS):
        return by.department
    if by.may(Role.CLERK):
        return ""
    raise errors.Forbidden("预警牌由承办部门、综合窗口和监督人员查看，请用相应的账号登录。")


async def listing(*, by: Actor, filters: Filters | None = None) -> Listing:
    """The cards that concern somebody, the oldest first. Raises Forbidden, Invalid for a filter that does not exist."""
    own, filters = scope(by), filters or Filters()
    if filters.state not in STATES or (filters.colour and filters.colour not in COLOURS):
        raise errors.Invalid("没有这样的筛选条件，请从列表上方重新选择。")
    chosen = own if own is not None else {"": None, WINDOW: ""}.get(filters.department, filters.department)
    colours = [filters.colour] if filters.colour else [c for c in COLOURS if c != "blue"]
    fixed = (list(GRAVE), sorted(TOLD))
    async with transaction():
        conn = connection()
        counts = await conn.fetch(
            f"SELECT colour, count(*) AS n FROM ({_LIST}) y WHERE {_STATE[filters.state]} GROUP BY colour",
            by.region, chosen, None, *fixed,
        )  # fmt: skip
        sums = ", ".join(f'count(*) FILTER (WHERE {where}) AS "{state}"' for state, where in _STATE.items())
        states = await conn.fetchrow(f"SELECT {sums} FROM ({_LIST}) y", by.region, chosen, colours, *fixed)
        total = states[filters.state]
        pages = max(1, -(-total // PAGE))
        page = min(max(1, filters.page), pages)
        rows = await conn.fetch(
            f"SELECT * FROM ({_LIST}) y WHERE {_STATE[filters.state]} ORDER BY at, id LIMIT {PAGE} OFFSET $6",
            by.region, chosen, colours, *fixed, (page - 1) * PAGE,
        )  # fmt: skip
        known = await conn.fetch("SELECT DISTINCT department FROM cards WHERE region_code = $1", by.region)
        names = await catalogue.departments(by.region)
    return Listing(
        cards=tuple(card(row, by, names) for row in rows),
        colours=dict.fromkeys(COLOURS, 0) | {r["colour"]: r["n"] for r in counts},
        states=dict(states),
        departments=tuple(sorted((r["department"] or WINDOW, _name(r["department"], names)) for r in known))
        if own is None
        else (),
        page=page,
        pages=pages,
    )


async def of_case(case_id: UUID, *, by: Actor) -> tuple[Card, ...]:
    """The cards of a case, the latest first: all to the window and to supervisors, else the department's own."""
    return await _of("c.case_id = $1", case_id, by, None if by.may(Role.CLERK) else scope(by))


async def of_task(task_id: UUID, *, by: Actor) -> tuple[Card, ...]:
    """The cards of a task for its department, the latest first."""
    return await _of("c.case_id = (SELECT case_id FROM tasks WHERE id = $1) AND c.task_id = $1", task_id, by, scope(by))


async def _of(where: str, id: UUID, by: Actor, own: str | None) -> tuple[Card, ...]:
    async with transaction():
        rows = await connection().fetch(
            f"{SHOWN} WHERE {where} AND c.region_code = $2 AND ($3::text IS NULL OR c.department = $3)"
            " ORDER BY c.at DESC, c.id DESC",
            id,
            by.region,
            own,
        )
        names = await catalogue.departments(by.region) if rows else {}
    return tuple(card(row, by, names) for row in rows)


async def badges(tasks: Collection[UUID]) -> dict[UUID, str]:
    """The colour of the gravest card of each task whose limit still runs; for lists that the person may see."""
    async with transaction():
        rows = await connection().fetch(_WORST, list(tasks)) if tasks else []
    return {row["task_id"]: row["colour"] for row in rows}


async def standings(*, by: Actor) -> tuple[Standing, ...]:
    """Department by department, how many limits stand on yellow, red and black just now. Raises Forbidden."""
    if not by.may(*WATCHERS):
        raise errors.Forbidden("各部门的预警情况由监督人员查看。")
    async with transaction():
        rows = await connection().fetch(_STANDING, by.region)
        names = await catalogue.departments(by.region) if rows else {}
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["department"], {})[row["colour"]] = row["n"]
    lines = [
        Standing(id or WINDOW, _name(id, names), n.get("yellow", 0), n.get("red", 0), n.get("black", 0))
        for id, n in found.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.black, -line.red, -line.yellow, line.name)))


async def overruns(case_id: UUID) -> tuple[Overrun, ...]:
    """The overrun limits of a case with their public reasons (优化营商环境条例 36), one for each limit.

    For whoever may follow the case. A commitment and the law's limit of one item are one overrun, the graver one.
    """
    async with transaction():
        rows = await connection().fetch(f"{SHOWN} WHERE c.case_id = $1 ORDER BY c.at DESC, c.id", case_id)
        names = await catalogue.departments(rows[0]["region_code"]) if rows else {}
    found: dict[tuple[UUID | None, bool], Overrun] = {}
    for row in sorted(rows, key=lambda r: r["colour"] == "black"):
        if row["colour"] not in GRAVE or row["clock_kind"] not in TOLD or row["approved"]:
            continue
        key = row["task_id"], row["clock_kind"] in ("delivery", "correction")
        before = found.get(key)
        said = row["overrun"] or (before.reason if before and before.reason != NO_REASON else NO_REASON)
        name = (f"“{row['item_name']}”" if row["item_name"] else "") + KINDS[row["clock_kind"]]
        due = local(row["due_at"])
        found[key] = Overrun(name, row["colour"], _name(row["department"], names), due, said)
    return tuple(sorted(found.values(), key=lambda one: one.due_at))


def card(row: Mapping[str, Any], by: Actor, names: Mapping[str, str]) -> Card:
    """A row of `SHOWN` as `by` sees it."""
    removal = None
    if row["removal"] is not None:
        removal = Removal(
            reason=row["removal_reason"],
            asked_by=row["asked_by"],
            asked_by_name=row["asked_by_name"],
            asked_at=local(row["asked_at"]),
            approved=row["approved"],
            decided_by_name=row["decided_by_name"],
            decided_at=local(row["decided_at"]) if row["decided_at"] else None,
            note=row["decision_note"],
        )
    return Card(
        id=row["id"],
        case_id=row["case_id"],
        task_id=row["task_id"],
        clock_id=row["clock_id"],
        number=row["number"] or "",
        bundle_name=row["bundle_name"],
        item_name=row["item_name"],
        department=row["department"],
        department_name=_name(row["department"], names),
        kind=row["clock_kind"],
        kind_name=KINDS[row["clock_kind"]],
        colour=row["colour"],
        owner=row["owner"],
        owner_name=row["owner_name"],
        reason=row["reason"],
        explanation=json.loads(row["explanation"]),
        due_at=local(row["due_at"]),
        at=local(row["at"]),
        recorded_at=local(row["recorded_at"]),
        running=row["running"],
        removal=removal,
        overrun=row["overrun"] or "",
        overrun_by=row["overrun_by"] or "",
        overrun_at=local(row["overrun_at"]) if row["overrun_at"] else None,
        can=_open_to(row, removal, by),
    )


def answers_for(row: Mapping[str, Any], by: Actor) -> bool:
    """Whether somebody belongs to the side that a card was raised against."""
    if row["region_code"] != by.region:
        return False
    if row["department"]:
        return by.department == row["department"] and by.may(*OFFICERS)
    return by.may(Role.CLERK)


def approves(row: Mapping[str, Any], removal: Removal, by: Actor) -> bool:
    """Whether somebody may decide on a removal: a supervisor, or for hints and yellow cards the department's head.

    Never who asked for it nor whom the card names, also not while standing in for somebody (R-42: four eyes).
    """
    if row["region_code"] != by.region or by.is_or_stands_for(removal.asked_by) or by.is_or_stands_for(row["owner"]):
        return False
    head = row["colour"] not in GRAVE and by.department == row["department"] != "" and by.may(Role.DEPARTMENT_HEAD)
    return by.may(Role.SUPERVISOR) or head


def _open_to(row: Mapping[str, Any], removal: Removal | None, by: Actor) -> frozenset[str]:
    removed = removal is not None and removal.approved is True
    waiting = removal is not None and removal.approved is None
    can = set()
    if answers_for(row, by) and not removed:
        if not waiting:
            can.add("ask")
        if row["colour"] in GRAVE and row["clock_kind"] in TOLD:
            can.add("explain")
    if waiting and removal is not None and approves(row, removal, by):
        can.add("decide")
    return frozenset(can)


def _name(department: str, names: Mapping[str, str]) -> str:
    return names.get(department, department) if department else WINDOW_NAME
