"""What there is on paper and where it lies now: derived from what was ticked at the window and from the lists.

A paper begins at the window that took it in, a result at the department that issued it. The last list on which it
arrived says where it is; a list under way says between whom. Materials that were only looked at and given back, and
those that came as a file, are nowhere to be handed over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework import catalogue
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.plan import Plan, plan_from_dict

TO_DEPARTMENT, TO_WINDOW = "to_department", "to_window"
WINDOW = ""
"""The window as a place; departments are places by their id."""
OPEN = ("dispatched", "reviewing")
MOST_CASES = 500
"""Cases looked at for one page, the oldest first: more than a day's work of a county hall."""

_CASES = f"""
SELECT c.id, c.number, c.bundle_name, c.edition, c.plan, c.draft -> 'checks' AS checks FROM cases c
WHERE c.region_code = $1 AND c.status = 'processing' AND c.draft -> 'checks' <> '{{}}'::jsonb
  AND EXISTS (SELECT 1 FROM tasks t WHERE t.case_id = c.id AND t.status IN ('dispatched', 'reviewing'))
ORDER BY c.accepted_at, c.id LIMIT {MOST_CASES}
"""
_ONE = """
SELECT id, number, bundle_name, edition, plan, draft -> 'checks' AS checks, region_code FROM cases WHERE id = $1
"""
_TASKS = "SELECT id, case_id, item, department, status FROM tasks WHERE case_id = ANY($1) ORDER BY id"
_SCANNED = "SELECT DISTINCT case_id, material FROM material_files WHERE case_id = ANY($1) AND removed_at IS NULL"
_MOVES = """
SELECT l.thing, l.open, l.arrived, t.id, t.direction, t.department, t.department_name, t.status, t.window_name,
  t.given_at, t.given_by_name, t.received_at, t.received_by_name, p.number AS paper
FROM transfer_lines l JOIN transfers t ON t.id = l.transfer_id LEFT JOIN papers p ON p.id = t.paper_id
WHERE l.case_id = ANY($1) AND t.status <> 'cancelled' ORDER BY t.given_at, t.id
"""
_RESULTS = """
SELECT r.id, r.case_id, r.name, r.number AS result_number, c.number, c.bundle_name, c.edition, t.department,
  r.delivered_at
FROM results r JOIN tasks t ON t.id = r.task_id JOIN cases c ON c.id = r.case_id
WHERE t.region_code = $1 AND t.department = $2 AND r.delivered_at IS NULL AND r.revoked_at IS NULL
  AND r.delivery_id IS NULL AND c.status IN ('processing', 'decided') ORDER BY r.at, r.id
"""
_LENT = """
SELECT DISTINCT l.case_id FROM transfer_lines l JOIN transfers t ON t.id = l.transfer_id
WHERE t.region_code = $1 AND t.department = $2 AND t.status = 'received' AND l.arrived AND l.material <> ''
"""
_CASE_RESULTS = """
SELECT r.id, t.department, r.delivered_at FROM results r JOIN tasks t ON t.id = r.task_id WHERE r.case_id = $1
"""


@dataclass(frozen=True, slots=True)
class Thing:
    """A paper or a result that can be handed over. `key` names it for good; `sure` is False for an original that was
    seen without a scan: whether it was kept only the window knows."""

    key: str
    case_id: UUID
    number: str
    bundle_name: str
    edition: str
    name: str
    form: str
    copies: int
    material: str = ""
    result_id: UUID | None = None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thing lies: WINDOW or a department; `under_way` while it is on an open list."""

    at: str
    words: str
    under_way: bool = False


async def for_departments(region: str) -> dict[str, list[Thing]]:
    """What lies at the window for each department with an open task, in a transaction of the caller."""
    rows = await connection().fetch(_CASES, region)
    known = await _Known.of([row["id"] for row in rows])
    waiting: dict[str, list[Thing]] = {}
    for row in rows:
        plan = plan_from_dict(json.loads(row["plan"]))
        for thing in await _papers(row, plan, known):
            if (to := known.next_of(thing, plan)) and known.place(thing.key, WINDOW).at == WINDOW:
                waiting.setdefault(to, []).append(thing)
    return waiting


async def at_department(region: str, department: str) -> list[Thing]:
    """What a department has for the window: its results, and papers of cases on which it has decided."""
    results = await connection().fetch(_RESULTS, region, department)
    lent = [row["case_id"] for row in await connection().fetch(_LENT, region, department)]
    known = await _Known.of([*{row["case_id"] for row in results}, *lent])
    things = [
        Thing(
            key=f"result {row['id']}",
            case_id=row["case_id"],
            number=row["number"],
            bundle_name=row["bundle_name"],
            edition=row["edition"],
            name=" ".join(filter(None, (row["name"], row["result_number"]))),
            form="办理结果",
            copies=1,
            result_id=row["id"],
        )
        for row in results
    ]
    things = [thing for thing in things if known.lies(thing.key, department, department)]
    for case_id in lent:
        row = await connection().fetchrow(_ONE, case_id)
        if not row["plan"] or known.busy(case_id, department):
            continue
        papers = await _papers(row, plan_from_dict(json.loads(row["plan"])), known)
        things += [paper for paper in papers if known.lies(paper.key, WINDOW, department)]
    return things


async def whereabouts(case_id: UUID) -> dict[str, str]:
    """Where the papers and results of a case are, in words: material id or result id → sentence."""
    async with transaction():
        row = await connection().fetchrow(_ONE, case_id)
        if row is None or not row["plan"]:
            return {}
        known = await _Known.of([case_id])
        papers = await _papers(row, plan_from_dict(json.loads(row["plan"])), known)
        found = {p.material: known.place(p.key, WINDOW).words for p in papers if p.sure or p.key in known.moves}
        for result in await connection().fetch(_CASE_RESULTS, case_id):
            if result["delivered_at"] is None and f"result {result['id']}" in known.moves:
                found[str(result["id"])] = known.place(f"result {result['id']}", result["department"]).words
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read of some cases: tasks, which materials have scans, all moves by thing."""

    tasks: Mapping[UUID, Sequence[Mapping[str, Any]]]
    scanned: frozenset[tuple[UUID, str]]
    moves: Mapping[str, Sequence[Mapping[str, Any]]]

    @classmethod
    async def of(cls, cases: Sequence[UUID]) -> _Known:
        tasks: dict[UUID, list[Mapping[str, Any]]] = {}
        moves: dict[str, list[Mapping[str, Any]]] = {}
        for row in await connection().fetch(_TASKS, cases):
            tasks.setdefault(row["case_id"], []).append(row)
        for row in await connection().fetch(_MOVES, cases):
            moves.setdefault(row["thing"], []).append(row)
        scans = await connection().fetch(_SCANNED, cases)
        return cls(tasks, frozenset((r["case_id"], r["material"]) for r in scans), moves)

    def place(self, key: str, origin: str) -> Place:
        """Where a thing is that began at `origin`."""
        place = Place(origin, "在综合窗口" if origin == WINDOW else "在承办部门")
        for move in self.moves.get(key, ()):
            to_department = move["direction"] == TO_DEPARTMENT
            taker = move["department_name"] if to_department else "综合窗口"
            if move["open"]:
                giver = (move["window_name"] or "综合窗口") if to_department else move["department_name"]
                words = (
                    f"在途：{giver}{move['given_by_name']} {_minute(move['given_at'])} 交给{taker}，还没有签收"
                    f"（{move['paper'] or '清单'}）"
                )
                return Place(place.at, words, under_way=True)
            if move["arrived"]:
                words = f"在{taker}（{move['received_by_name']} {_minute(move['received_at'])} 签收）"
                place = Place(move["department"] if to_department else WINDOW, words)
        return place

    def lies(self, key: str, origin: str, department: str) -> bool:
        """Whether it lies there, and on no open list."""
        place = self.place(key, origin)
        return place.at == department and not place.under_way

    def busy(self, case_id: UUID, department: str) -> bool:
        """Whether the department still works on a case."""
        return any(t["department"] == department and t["status"] in OPEN for t in self.tasks.get(case_id, ()))

    def next_of(self, thing: Thing, plan: Plan) -> str:
        """The first department in the order of the plan that needs the paper now and has not had it; "" for none."""
        moves = self.moves.get(thing.key, ())
        if any(move["open"] for move in moves):
            return ""
        had = {m["department"] for m in moves if m["arrived"] and m["direction"] == TO_DEPARTMENT}
        line = next(m for m in plan.materials if m.material == thing.material)
        asking = {asker.item for asker in line.askers}
        for task in self.tasks.get(thing.case_id, ()):
            if task["item"] in asking and task["status"] in OPEN and task["department"] not in had:
                return str(task["department"])
        return ""


async def _papers(row: Mapping[str, Any], plan: Plan, known: _Known) -> list[Thing]:
    """The papers of a case that the window took in on paper."""
    edition, checks = await catalogue.edition(row["edition"]), json.loads(row["checks"] or "{}")
    things = []
    for line in plan.materials:
        check = checks.get(line.material, {})
        material = edition.materials.get(line.material)
        if not line.to_bring or not check or material is None:
            continue
        copies, original = int(check.get("copies", 0) or 0), bool(check.get("original"))
        kept = original and not material.electronic
        scanned = (row["id"], line.material) in known.scanned
        if copies or kept:
            form = "原件、复印件" if copies and kept else "复印件" if copies else "原件"
        elif original and not scanned:
            form = "原件"
        else:
            continue
        things.append(
            Thing(
                key=f"material {row['id']} {line.material}",
                case_id=row["id"],
                number=row["number"] or "",
                bundle_name=row["bundle_name"],
                edition=row["edition"],
                name=line.name,
                form=form,
                copies=max(1, copies),
                material=line.material,
                sure=bool(copies or kept),
            )
        )
    return things


def _minute(at: datetime) -> str:
    return f"{local(at):%m-%d %H:%M}"
