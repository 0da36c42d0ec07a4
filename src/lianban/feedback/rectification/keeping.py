"""A problem in somebody's hands: its row locked, what the life cycle asks looked up, and what one move changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from lianban import errors, journal, outbox
from lianban.casework import catalogue
from lianban.casework.policies import policy
from lianban.casework.tasks.checking import unprintable
from lianban.feedback import matters
from lianban.feedback.matters import Matter
from lianban.feedback.rectification.words import JOURNALLED
from lianban.outside.database import connection
from lianban.rules import lifecycles
from lianban.rules.actors import Actor, Role
from lianban.rules.lifecycles import RectificationRow
from lianban.rules.policy import Policy
from lianban.tables.ids import new_id

MISSING = "没有找到这件整改，请从列表里重新打开。"
LONGEST = 1000
CENTRE = "综合窗口"
"""How the unit without a department is called."""
WATCHERS = (Role.SUPERVISOR, Role.AUDITOR, Role.GOVERNMENT_HEAD)

TRANSFERRED = "rectification transferred"
REPLIED = "rectification replied"
CLOSED = "rectification closed"

_LOCK = "SELECT * FROM rectifications WHERE id = $1 FOR UPDATE"
# Its limits after the row and before its journal: the timer takes them in this order too.
_LIMITS = """
SELECT kind, due_at FROM matter_clocks WHERE matter = 'rectification' AND matter_id = $1 AND stopped_at IS NULL
ORDER BY id FOR UPDATE
"""
_STEP = """
INSERT INTO rectification_steps (id, rectification_id, event, was, status, by_id, by_name, by_department, department,
  note, shown, verdict, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""
_HAD_IT = "SELECT 1 FROM rectification_steps WHERE rectification_id = $1 AND department = $2 AND status = 'transferred'"

# State → the limit that runs in it: kind, field of the policy, basis; whether it is the unit's.
_RUNNING: Final[Mapping[str, tuple[str, str, str, bool]]] = {
    "pending": ("verify", "negative_verify", "国办发〔2019〕51号：差评核实；期限由本地确定", False),
    "verified": ("verify", "negative_verify", "国办发〔2019〕51号：差评核实；期限由本地确定", False),
    "transferred": ("accept", "negative_accept", "差评转办：接收或者说明理由转出；期限由本地确定", True),
    "assigning": ("assign", "negative_verify", "差评转办：转出次数用完，由监督员指定；期限由本地确定", False),
    "rectifying": ("rectify", "", "国办发〔2019〕51号：差评整改；期限由本地确定", True),
    "rectified": ("reply", "negative_reply", "国办发〔2019〕51号：整改情况反馈评价人；期限由本地确定", True),
    "replied": ("rerate", "negative_rerate", "评价人对整改情况回评；期限由本地确定", False),
    "reviewed": ("write_off", "negative_write_off", "差评整改核实销号；期限由本地确定", False),
}
_RESTARTS = frozenset({"pass_on", "assign"})
"""The next unit has its own time."""
_LATER = {"transferred": (TRANSFERRED,), "replied": (REPLIED,), "written_off": (CLOSED,), "void": (CLOSED,)}


@dataclass(slots=True)
class Held:
    """A locked problem: its row as kept, and as the life cycle sees it."""

    row: dict[str, Any]
    subject: RectificationRow
    policy: Policy

    @property
    def id(self) -> UUID:
        """Its id."""
        id: UUID = self.row["id"]
        return id

    @property
    def matter(self) -> Matter:
        """Whose limits these are, as it stands."""
        return Matter("rectification", self.id, self.row["region_code"], self.row["department"])


async def units(region: str) -> dict[str, str]:
    """Who can be made to put something right: id → name; "" is the centre with its windows."""
    return {"": CENTRE, **await catalogue.departments(region)}


async def hold(id: UUID, *, by: Actor, at: datetime, **facts: Any) -> Held:
    """Lock a problem in the caller's transaction, first of all that the verb locks. `facts` are what the request
    brings. Raises NotFound for what is not there or not this person's to know."""
    found = await connection().fetchrow(_LOCK, id)
    if found is None or not await visible(found, by):
        raise errors.NotFound(MISSING)
    limits = {row["kind"]: row["due_at"] for row in await connection().fetch(_LIMITS, id)}
    chosen = await policy(found["region_code"])
    row = dict(found)
    subject = subject_of(row, chosen, overdue="rectify" in limits and at > limits["rectify"], **facts)
    return Held(row, subject, chosen)


def subject_of(row: Mapping[str, Any], chosen: Policy, **facts: Any) -> RectificationRow:
    """The row as the life cycle sees it."""
    return RectificationRow(
        id=str(row["id"]),
        state=row["status"],
        region=row["region_code"],
        department=row["department"],
        served_by=row["served_by"],
        owner=row["owner"],
        hops=row["hops"],
        most_hops=chosen.negative_hops,
        assigned=row["assigned"],
        extended=row["extended"],
        extension_by=row["extension_by"],
        finding=row["finding"],
        reopened=row["reopened"],
        named=row["named"],
        called_back=row["called_back_at"] is not None,
        appeal_open=row["appeal_open"],
        **{"verdict": row["verdict"], **facts},
    )


async def visible(row: Mapping[str, Any], by: Actor) -> bool:
    """Whether this person may know of it: the supervision, the unit that has it or had it; the system."""
    if by.id in ("system", "holder"):
        return True
    if by.region != row["region_code"]:
        return False
    if not by.department and not by.may(Role.CLERK):
        return by.may(*WATCHERS)
    own = by.department == row["department"] or await connection().fetchval(_HAD_IT, row["id"], by.department)
    return bool(own) or (not by.department and by.may(*WATCHERS))


def said(text: str, field: str, what: str, *, longest: int = LONGEST) -> str:
    """What was typed, without blanks around. Raises Invalid unless it is there, printable and not too long."""
    found = text.strip()
    if len(found) < 2:
        raise errors.Invalid(f"请写明{what}。", {field: f"请写明{what}。"})
    if len(found) > longest:
        sentence = f"{what}最多 {longest} 个字，现在有 {len(found)} 个字，请删短一些。"
        raise errors.Invalid(sentence, {field: sentence})
    if wrong := unprintable({field: found}):
        raise errors.Invalid(next(iter(wrong.values())), wrong)
    return found


async def move(
    held: Held,
    event: str,
    *,
    by: Actor,
    at: datetime,
    note: str = "",
    shown: str = "unit",
    changes: Mapping[str, Any] | None = None,
    content: Mapping[str, Any] | None = None,
    fired_by: Actor | None = None,
) -> UUID:
    """Play one event and keep what it changes: state, columns, limits, a step, a journal line, what follows later.

    `changes` are columns besides the state, `content` what the journal says (names of facts, no texts).
    Gives the step's id. Raises Illegal, with nothing changed.
    """
    was = lifecycles.fire(held.subject, event, fired_by or by).source
    status = held.subject.state
    final = held.subject.stage.final
    all = {"status": status, **(changes or {}), **({"closed_at": at} if final else {})}
    held.row.update(all)
    sets = ", ".join(f"{name} = ${n}" for n, name in enumerate(all, 2))
    await connection().execute(f"UPDATE rectifications SET {sets} WHERE id = $1", held.id, *all.values())
    if status != was or event in _RESTARTS:
        await _limits(held, was, event, at=at)
    step = new_id(at)
    to = held.row["department"] if status == "transferred" else ""
    verdict = held.row["verdict"] if event in ("rerate", "reopen", "reverify", "persist") else ""
    await connection().execute(
        _STEP,
        step,
        held.id,
        event,
        was,
        status,
        by.id,
        by.name,
        by.department,
        to,
        note,
        shown,
        verdict,
        at,
    )
    await journal.record(
        "rating",
        held.id,
        JOURNALLED[event],
        by=by,
        at=at,
        region=held.row["region_code"],
        department=held.row["department"],
        on_behalf_of=by.on_behalf_of(Role.SUPERVISOR) if held.subject.supervising(by) else "",
        content=content,
    )
    for name in _LATER.get(status, ()) if status != was or event in _RESTARTS else ():
        payload = {"rectification": str(held.id), "rating": str(held.row["rating_id"] or ""), "how": status}
        await outbox.write(name, case_id=held.row["case_id"], payload=payload, at=at)
    return step


async def _limits(held: Held, was: str, event: str, *, at: datetime) -> None:
    """The limit of the former state stops, that of the new one starts."""
    before, now = _RUNNING.get(was), _RUNNING.get(held.subject.state)
    if before and now and before[0] == now[0] and event not in _RESTARTS:
        return
    await matters.stop(held.matter, at=at)
    if now:
        kind, field, basis, units = now
        name = field or ("negative_complex" if held.row["finding"] == "complex" else "negative_simple")
        matter = held.matter if units else held.matter._replace(department="")
        await matters.start(matter, kind, held.policy.limit(name), basis, at=at)
