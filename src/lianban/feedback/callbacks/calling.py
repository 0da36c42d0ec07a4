"""Somebody calls: opens the number (each time on record), and writes down what was said, or that nobody answered.

What was found is a problem of its own at once (S1); what was said about a reply goes to whoever handles the matter.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.casework import catalogue
from lianban.casework.idempotency import once
from lianban.feedback import difficulties, rectification
from lianban.feedback.callbacks.contacts import Contact, contacts_of
from lianban.feedback.callbacks.keeping import Held, hold, move, note
from lianban.feedback.callbacks.words import IN_VAIN, NO_NUMBER, OUTCOMES
from lianban.feedback.rectification import Problem
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.people.access import record_access
from lianban.rules.actors import SYSTEM, Actor
from lianban.rules.callbacks import ANSWERS, Heard, findings, heard, questions
from lianban.rules.lifecycles import Illegal, options
from lianban.tables.ids import new_id

HELD_FOR = timedelta(minutes=30)
"""How long somebody who has opened the number is left alone with it."""
LONGEST_NOTE = 200

_TAKE = "UPDATE callbacks SET held_by = $2, held_by_name = $3, held_at = $4 WHERE id = $1"
_ANSWERED = "SELECT status = 'replied' FROM difficulties WHERE id = $1 FOR UPDATE"
_ATTEMPT = """
INSERT INTO callback_attempts (id, callback_id, outcome, note, by_id, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What a caller writes down: how the attempt went and, when somebody spoke, the answers and the words.

    `department` is whose the findings are, "" the centre with its windows.
    """

    outcome: str
    answers: Mapping[str, str]
    note: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Called:
    """How the call-back stands now, and the problem that it has opened."""

    status: str
    rectification_id: UUID | None


async def open_number(id: UUID, *, by: Actor, at: datetime, address: str = "") -> list[Contact]:
    """Show the numbers to the one who is about to call, and keep others away for a while. Each time is on record.

    [] when nobody has left one: then the call-back is over. Raises NotFound, Conflict at an hour that was in vain
    before, or while somebody else is calling.
    """
    async with transaction():
        held = await hold(id, by=by, at=at)
        _may_call(held, by, at=at)
        found = await contacts_of(held.row)
        purpose = f"回访：{held.row['matter']}"
        await record_access(held.row["case_id"], "回访电话号码", purpose, by=by, at=at, address=address)
        if not found:
            await _tried(held, NO_NUMBER, "", by=by, at=at)
            return []
        await connection().execute(_TAKE, id, by.id, by.name, at)
        held.row.update(held_by=by.id, held_by_name=by.name, held_at=at)
        await note(held, "callback number opened", by=by, at=at)
    return found


async def numbers_in_hand(id: UUID, *, by: Actor, at: datetime) -> list[Contact]:
    """The numbers again, for the one who has just opened them; [] for everybody else."""
    async with transaction():
        held = await hold(id, by=by, at=at)
        return await contacts_of(held.row) if _holds(held, by) else []


async def record(id: UUID, said: Said, *, by: Actor, at: datetime, key: str = "") -> Called:
    """Write down how a call went. Raises NotFound, Invalid with the fields, Conflict unless the number was opened."""

    async def run() -> dict[str, Any]:
        held = await hold(id, by=by, at=at)
        if said.outcome not in {**OUTCOMES, **IN_VAIN}:
            raise errors.Invalid("请选择拨打的结果。", {"outcome": "请选择拨打的结果。"})
        # Who calls back himself need not be dialled.
        if held.row["status"] == "pending" and said.outcome != "incoming" and not _holds(held, by):
            raise errors.Conflict("请先打开号码再拨打和登记：打开号码会留下记录，也避免两个人同时回访。")
        if said.outcome in OUTCOMES:
            await _reached(held, said, by=by, at=at)
        else:
            await _tried(held, said.outcome, said.note, by=by, at=at)
        problem = held.row["rectification_id"]
        return {"status": held.row["status"], "rectification": str(problem) if problem else ""}

    asked = [str(id), said.outcome, dict(said.answers), said.note, said.department]
    async with transaction():
        done = await once(key, "call back", by=by, at=at, fingerprint=asked, run=run)
    return Called(done["status"], UUID(done["rectification"]) if done["rectification"] else None)


def _may_call(held: Held, by: Actor, *, at: datetime) -> None:
    unmet = options(held.subject, by).get("attempt")
    if unmet == ["other_hour"]:
        raise errors.Conflict(held.subject.barred)
    if unmet != []:
        raise Illegal(held.subject, "attempt", by)
    other = held.row["held_by"] not in ("", by.id)
    if other and held.row["held_at"] and at - held.row["held_at"] < HELD_FOR:
        since = f"{local(held.row['held_at']):%H:%M}"
        raise errors.Conflict(f"{held.row['held_by_name']} {since} 已经打开号码，正在回访，请先办理其他回访。")


def _holds(held: Held, by: Actor) -> bool:
    return bool(held.row["status"] == "pending" and held.row["held_by"] == by.id)


async def _tried(held: Held, outcome: str, text: str, *, by: Actor, at: datetime) -> None:
    """Nobody was reached; when that was the last time, the call-back is over."""
    if len(text.strip()) > LONGEST_NOTE:
        raise errors.Invalid(f"说明最多 {LONGEST_NOTE} 个字。", {"note": f"最多 {LONGEST_NOTE} 个字。"})
    if held.subject.barred:
        raise errors.Conflict(held.subject.barred)
    free = {"held_by": "", "held_by_name": "", "held_at": None}
    await move(held, "attempt", "callback tried", by=by, at=at, **free)
    await connection().execute(_ATTEMPT, new_id(at), held.id, outcome, text.strip(), by.id, by.name, at)
    held.subject.attempts += 1
    held.subject.without_number = outcome == NO_NUMBER
    if held.subject.tried_enough(SYSTEM):
        await move(held, "give_up", "callback given up", by=SYSTEM, at=at)
        told = "没有留下电话号码" if outcome == NO_NUMBER else f"拨打 {held.subject.attempts} 次，没有联系上"
        await _hand_on(held, False, None, told, by=by, at=at)


async def _reached(held: Held, said: Said, *, by: Actor, at: datetime) -> None:
    """Somebody spoke: kept as said, handed on, and what was found is opened."""
    row = held.row
    asked = questions(row["region_code"], row["source"])
    words = heard(asked, said.answers, said.note)
    department = await _department(row, said.department)
    kept = [{"id": q.id, "ask": q.ask, "answer": ANSWERS[words.answers[q.id]]} for q in asked]
    changes = {
        "answers": json.dumps(kept, ensure_ascii=False),
        "satisfied": words.satisfied,
        "note": words.note,
        "by_id": by.id,
        "by_name": by.name,
    }
    await connection().execute(_ATTEMPT, new_id(at), held.id, said.outcome, "", by.id, by.name, at)
    await move(held, "reach", "callback done", by=by, at=at, **changes)
    await _hand_on(held, True, words.satisfied, words.note, by=by, at=at)
    if found := findings(asked, words):
        await _open_problem(held, "；".join(f.problem for f in found), words, department, by=by, at=at)


async def _department(row: Mapping[str, Any], chosen: str) -> str:
    if chosen and chosen not in await catalogue.departments(row["region_code"]):
        sentence = "请重新选择问题涉及的单位。"
        raise errors.Invalid(sentence, {"department": sentence})
    return chosen


async def _open_problem(held: Held, problem: str, words: Heard, department: str, *, by: Actor, at: datetime) -> None:
    """A problem with a name behind it: it is called back too before it is written off."""
    row = held.row
    served = row["served_by"][-1] if row["served_by"] and not department else ""
    id = await rectification.open_problem(
        Problem(
            region=row["region_code"],
            source="callback",
            source_id=held.id,
            problem=f"{problem}。群众说：{words.note}",
            department=department,
            window="" if department else row["window_name"],
            served_by=served,
            case_id=row["case_id"],
            named=True,
        ),
        by=by,
        at=at,
    )
    row["rectification_id"] = id
    await connection().execute("UPDATE callbacks SET rectification_id = $2 WHERE id = $1", held.id, id)


async def _hand_on(held: Held, reached: bool, satisfied: bool | None, text: str, *, by: Actor, at: datetime) -> None:
    """Whoever handles the matter learns how the call went; a request that has moved on does not wait for it."""
    if held.row["source"] == "rectification":
        await rectification.called_back(held.row["source_id"], reached, satisfied, text, by=by, at=at)
    elif held.row["source"] == "difficulty" and await connection().fetchval(_ANSWERED, held.row["source_id"]):
        await difficulties.called_back(held.row["source_id"], reached, satisfied, text, by=by, at=at)
