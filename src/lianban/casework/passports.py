"""Deadline passports: why a date is that date, for the window, departments, supervisors and the applicant.

A passport names the case, the item, limits and notices, and nobody: so whoever may know of the case may open it, also
where the record itself is a child's and closed to them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban.casework import catalogue, tracking
from lianban.casework.clocks import ClockView, clocks_of, passport
from lianban.casework.clocks.rows import calendar_of, events_of, history
from lianban.casework.policies import policy
from lianban.errors import NotFound
from lianban.outside import printing
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.rules import clock, passports
from lianban.rules.actors import Actor, Role
from lianban.rules.calendar import Calendar
from lianban.rules.catalog.types import Edition, Start
from lianban.rules.clock import Due, History
from lianban.rules.clock.stops import closing
from lianban.rules.passports import Beside, Source, Turn
from lianban.rules.plan import plan_from_dict
from lianban.rules.statutory import PERMISSION
from lianban.rules.strip import Strip, strip

MISSING = "没有找到这个时限，请从办件页面重新打开。"
READERS = (Role.CLERK, Role.SUPERVISOR, Role.GOVERNMENT_HEAD, Role.AUDITOR)
INTERNAL = frozenset({"claim", "appointment", "survey", "verification"})
"""Limits between offices: nothing the applicant has to wait for or could rely on."""

_CASE = """
SELECT id, number, region_code, bundle_name, edition, plan, deemed, received_at, accepted_at FROM cases
WHERE id = $1 AND status NOT IN ('draft', 'discarded')
"""
_OWN = "SELECT id FROM tasks WHERE case_id = $1 AND department = $2"


@dataclass(frozen=True, slots=True)
class Explained:
    """A date and everything it rests on. `view.due` is what was told and holds, `view.computed` what was reckoned.

    `papers` are the notices the reader may open, number → id. `earlier` says why what was told is earlier than what
    was reckoned, `lag` why the squares end elsewhere for a moment.
    """

    view: ClockView
    case_id: UUID
    number: str
    region_name: str
    bundle_name: str
    item_name: str
    authority: str
    limit: str
    start_rule: str
    summary: str
    progress: str
    rules: tuple[str, ...]
    ends: str
    sources: tuple[Source, ...]
    provisional_note: str
    earlier: str
    lag: str
    beside: tuple[Beside, ...]
    turns: tuple[Turn, ...]
    shown: Strip
    due: Due
    history: History
    calendar: Calendar
    papers: Mapping[str, UUID]


async def of_case(case_id: UUID, clock_id: UUID, *, by: Actor, at: datetime) -> Explained:
    """A clock of a case, for the window, supervisors and the departments that work on it. Raises NotFound."""
    async with transaction():
        case = await _known(case_id, by)
        return await _explained(case, clock_id, at=at, department=by.department)


async def of_task(task_id: UUID, clock_id: UUID, *, by: Actor, at: datetime) -> Explained:
    """A clock of a task or of its case, for the task's own department. Raises NotFound."""
    async with transaction():
        task = await connection().fetchrow("SELECT case_id, department, region_code FROM tasks WHERE id = $1", task_id)
        if task is None or (task["department"], task["region_code"]) != (by.department, by.region):
            raise NotFound(MISSING)
        return await _explained(await _known(task["case_id"], by), clock_id, at=at, department=by.department)


async def of_number(number: str, *, by: Actor, at: datetime) -> tuple[Explained, ...]:
    """Every clock of a case of the actor's region; a department's own and the case's only. Raises NotFound."""
    async with transaction():
        id = await connection().fetchval(
            "SELECT id FROM cases WHERE region_code = $1 AND number = $2", by.region, number
        )
        case = await _known(id, by) if id else None
        if case is None:
            raise NotFound(MISSING)
        own = {row["id"] for row in await connection().fetch(_OWN, id, by.department)} | {None}
        views = [v for v in await clocks_of(id, at=at) if not by.department or v.task_id in own]
        return tuple([await _explained(case, view.id, at=at, department=by.department) for view in views])


async def for_holder(number: str, query_code: str, clock_id: UUID, *, address: str, at: datetime) -> Explained:
    """A clock of a case, for whoever holds its query code. Raises as `tracking.track` does."""
    case_id = await tracking.opened(number, query_code, address=address, at=at)
    async with transaction():
        case = await connection().fetchrow(_CASE, case_id)
        found = await _explained(case, clock_id, at=at)
    if found.view.kind in INTERNAL:
        raise NotFound(MISSING)
    return found


async def print_out(found: Explained, *, at: datetime) -> tuple[bytes, str]:
    """The printable strip and the name to save it under. Raises Conflict in a long line of jobs."""
    content = passports.paper(
        authority=found.authority,
        on=local(at).date(),
        case_number=found.number,
        bundle=found.bundle_name,
        item=found.item_name,
        kind_name=found.view.kind_name,
        basis=found.view.basis,
        start_rule=found.start_rule,
        history=found.history,
        due=found.due,
        told=found.view.due,
        calendar=found.calendar,
        shown=found.shown,
        beside=found.beside,
        turns=found.turns,
        # Without the code: whoever finds the sheet learns no more than what stands on it.
        address=f"{settings().base_url}/c/{found.number}",
        earlier=found.earlier,
        ends=found.ends,
    )
    return await printing.kept("notices/passport.html", content), f"时限说明 {found.number}.pdf"


async def _known(case_id: UUID, by: Actor) -> Mapping[str, Any]:
    """The case, if the actor may know that it exists."""
    case: Mapping[str, Any] | None = await connection().fetchrow(_CASE, case_id)
    if case is None or case["region_code"] != by.region:
        raise NotFound(MISSING)
    if by.department:
        concerned = await connection().fetchval(f"SELECT EXISTS ({_OWN})", case_id, by.department)
    else:
        concerned = by.may(*READERS)
    if not concerned:
        raise NotFound(MISSING)
    return case


async def _explained(case: Mapping[str, Any], clock_id: UUID, *, at: datetime, department: str = "") -> Explained:
    found = await passport(clock_id, case_id=case["id"], at=at)
    view, calendar = found.view, await calendar_of(case["region_code"])
    edition = await catalogue.edition(case["edition"])
    views = {v.kind: v for v in await clocks_of(case["id"], at=at) if v.task_id is None}
    ends = passports.delivery_rule(await policy(case["region_code"])) if view.kind == "delivery" else ""
    shown = strip(found.due, found.history, calendar, today=local(at).date())
    return Explained(
        view=view,
        case_id=case["id"],
        number=case["number"] or "",
        region_name=edition.bundle.region_name,
        bundle_name=case["bundle_name"],
        item_name=view.item_name,
        authority=edition.bundle.centre,
        limit=passports.whole_limit(found.history),
        start_rule=_start_rule(view, case, edition),
        summary=passports.summary(shown, found.history, found.due),
        progress="" if view.stopped_at else passports.progress(shown, _used(shown, calendar, at)),
        rules=(*passports.rules_of(found.history), *([ends] if ends else [])),
        ends=ends,
        sources=passports.sources(found.due, found.history, calendar),
        provisional_note=passports.provisional_note(found.due, found.history, calendar),
        earlier=_earlier(view, views.get("bundle")),
        lag="" if view.computed == found.due.instant else "工作日历刚刚更新，计算的日期正在按新日历重新核定。",
        beside=_beside(view, found.partner or await _whole_law(view, edition, views)),
        turns=await _turns(clock_id, calendar),
        shown=shown,
        due=found.due,
        history=found.history,
        calendar=calendar,
        papers=await _papers(case["id"], department),
    )


def _used(shown: Strip, calendar: Calendar, at: datetime) -> int:
    """How many of the limit's days are over."""
    return sum(1 for square in shown.squares if square.n and closing(square.date, calendar) <= at)


def _start_rule(view: ClockView, case: Mapping[str, Any], edition: Edition) -> str:
    """From when this very clock runs, and why from then."""
    rule = passports.STARTS[view.kind]
    if view.task_id and view.kind in ("committed", "statutory") and case["plan"]:
        plan = plan_from_dict(json.loads(case["plan"]))
        item = next((i for i in plan.items if i.name == view.item_name), None)
        if item and item.start is Start.PREDECESSOR:
            names = "”“".join(edition.items[each].name for each in item.after if each in edition.items)
            return f"自“{names}”办成之日起算"
    if case["deemed"] and view.kind in ("bundle", "joint", "committed", "statutory"):
        return f"{rule}；五个工作日内没有告知补正，自收到申请材料之日起即为受理（行政许可法第三十二条第一款第四项）"
    return rule


def _earlier(view: ClockView, whole: ClockView | None) -> str:
    """Why what was told is earlier than what was reckoned."""
    if view.due >= view.computed:
        return ""
    if whole and view.task_id and view.kind == "committed" and whole.due == view.due:
        return "整件事承诺的日期更早，本事项也在那以前办完。"
    return "已经告知的日期更早，继续有效：重新计算不会使它推迟。"


async def _whole_law(view: ClockView, edition: Edition, whole: Mapping[str, ClockView]) -> ClockView | None:
    """The joint limit, for a permission that has none of its own: it is measured by the whole (行政许可法 42(2))."""
    if view.kind != "committed" or "joint" not in whole:
        return None
    item = await connection().fetchval("SELECT item FROM tasks WHERE id = $1", view.task_id)
    return whole["joint"] if edition.items[item].kind == PERMISSION else None


def _beside(view: ClockView, partner: ClockView | None) -> tuple[Beside, ...]:
    """The law's limit and the committed one, the law's first; nothing for a clock that has no such partner."""
    if partner is None and view.kind != "committed":
        return ()
    lines = [_side(view, here=True), *([_side(partner, here=False)] if partner else [])]
    if partner is None:
        lines.append(Beside("", "法定时限", "办事指南没有载明", None, None, provisional=False, here=False))
    return tuple(sorted(lines, key=lambda one: not one.name.endswith("法定时限")))


def _side(view: ClockView, *, here: bool) -> Beside:
    return Beside(str(view.id), view.kind_name, view.limit, view.due, view.computed, view.provisional, here)


async def _turns(clock_id: UUID, calendar: Calendar) -> tuple[Turn, ...]:
    """How the date came about: what each event made of it, in order."""
    row = await connection().fetchrow("SELECT * FROM clocks WHERE id = $1", clock_id)
    events = (await events_of([clock_id])).get(clock_id, [])
    start = local(row["started_at"])
    turns = [Turn(start, "起算", "", clock.reckon(history(row, []), calendar).instant)]
    for n, event in enumerate(events, 1):
        after = clock.reckon(history(row, events[:n]), calendar).instant
        turns.append(Turn(local(event["at"]), _words(event), event["paper"], after))
    changes = await connection().fetch("SELECT * FROM deadline_changes WHERE clock_id = $1 ORDER BY at, id", clock_id)
    turns = _as_told(turns, changes)
    for change in changes:
        old, new = local(change["old_computed"]), local(change["new_computed"])
        kept = "；已经告知的日期更早，继续有效" if local(change["new_promised"]) < new else ""
        words = f"工作日历更新，计算的日期由{old:%Y-%m-%d %H:%M}变为{new:%Y-%m-%d %H:%M}{kept}"
        turns.append(Turn(local(change["at"]), words, "", new))
    return tuple(sorted(turns, key=lambda turn: turn.at))


def _as_told(turns: list[Turn], changes: Sequence[Mapping[str, Any]]) -> list[Turn]:
    """Turns from before a change of the calendar, with the date of that time where it was kept, else without one."""
    found = []
    for n, turn in enumerate(turns):
        until = turns[n + 1].at if n + 1 < len(turns) else None
        later = [c for c in changes if local(c["at"]) >= turn.at]
        if later:
            own = until is None or local(later[0]["at"]) <= until
            turn = replace(turn, due=local(later[0]["old_computed"]) if own else None)
        found.append(turn)
    return found


def _words(event: Mapping[str, Any]) -> str:
    reason = f"：{event['reason']}" if event["reason"] else ""
    basis = f"（{event['basis']}）" if event["basis"] else ""
    match event["kind"]:
        case "pause":
            return f"暂停计时，{passports.span(local(event['since']), local(event['until']))}{reason}{basis}"
        case "pause_ended":
            return f"提前结束暂停，{local(event['until']):%Y-%m-%d %H:%M}起恢复计时{reason}"
        case _:
            return f"延长 {passports.limit_words(event['amount'], event['unit'])}{reason}{basis}"


async def _papers(case_id: UUID, department: str) -> dict[str, UUID]:
    """The notices the reader may open: a department's own; the window and the applicant open all."""
    rows = await connection().fetch(
        "SELECT p.id, p.number FROM papers p LEFT JOIN tasks t ON t.id = p.task_id"
        " WHERE p.case_id = $1 AND ($2 = '' OR t.department = $2)",
        case_id,
        department,
    )
    return {row["number"]: row["id"] for row in rows}
