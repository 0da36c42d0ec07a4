"""A request comes in: at the window, online, or as a ticket of the hotline. The same matter is joined to the first."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lianban import errors, journal, people
from lianban.casework import firstasked
from lianban.casework.idempotency import once
from lianban.casework.notices.issuing import CODE_LETTERS, take_number
from lianban.casework.policies import policy
from lianban.feedback import matters
from lianban.feedback.difficulties.rows import TRIAGE_BASIS, words
from lianban.feedback.matters import Matter
from lianban.outside import vault
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import HOLDER, Actor, Role
from lianban.rules.difficulties import kind_of
from lianban.tables.ids import new_id

PURPOSE = "difficulty"
CODE_LENGTH = 8
SHORTEST = 6

_CASE = """
SELECT id, number, opened_by, opened_by_name, bundle_name FROM cases
WHERE region_code = $1 AND number = $2 AND status NOT IN ('draft', 'discarded')
"""
_TICKET = "SELECT difficulty_id FROM difficulty_tickets WHERE region_code = $1 AND number = $2"
_TWIN = """
SELECT id, number, query_code, closed_at FROM difficulties
WHERE region_code = $1 AND person = $2 AND registered_at > $3 AND kind = $4 AND case_id IS NOT DISTINCT FROM $5
  AND ($5::uuid IS NOT NULL OR item = $6)
ORDER BY closed_at IS NULL DESC, registered_at DESC LIMIT 1
"""
_INSERT = """
INSERT INTO difficulties (id, region_code, number, query_code, source, sealed, person, confidential, case_id,
  case_number, item, kind, problem, wish, about_department, about_person, status, repeats_id, received_by,
  received_by_name, first_asked, first_asked_name, registered_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'registered', $17, $18, $19, $20, $21,
  $22)
"""
_JOINED = """
INSERT INTO difficulty_notes (id, difficulty_id, kind, text, told, department, by_id, by_name, at)
VALUES ($1, $2, 'joined', $3, true, '', $4, $5, $6)
"""
_PUT_TICKET = """
INSERT INTO difficulty_tickets (id, region_code, difficulty_id, number, came_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody has told. `case` is a number as it was typed, `ticket` that of the hotline; `confidential` keeps
    name and phone from the units; `about` a person of the house, `about_department` a unit."""

    name: str
    phone: str
    kind: str
    problem: str
    wish: str = ""
    case: str = ""
    item: str = ""
    confidential: bool = False
    about: str = ""
    about_department: str = ""
    source: str = "window"
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """A request that was registered, or the one that it was `joined` to: number and query code open it. Both are "" for
    somebody online whose request was joined."""

    id: UUID
    number: str
    query_code: str
    joined: bool


async def register(request: Request, *, region: str, by: Actor, at: datetime, key: str = "") -> Registered:
    """Register a request, by a clerk or by the citizen (HOLDER, online). The same person with the same matter within
    the days of the policy, or a ticket that is here already, is joined to what is under way.

    Raises Forbidden, Invalid with the fields.
    """
    if by != HOLDER and (by.department or by.region != region or not by.may(Role.CLERK, Role.SUPERVISOR)):
        raise errors.Forbidden("诉求由综合窗口或者监督员登记；群众可以自己在网上提出。")
    request = _checked(request)
    async with transaction():

        async def run() -> dict[str, Any]:
            return await _register(request, region, by=by, at=at)

        made = await once(key, "difficulty", by=by, at=at, fingerprint=[region, _asked(request)], run=run)
    if made["joined"] and by == HOLDER:
        # A phone number alone must open nobody's request.
        return Registered(UUID(made["id"]), "", "", True)
    return Registered(UUID(made["id"]), made["number"], made["query_code"], made["joined"])


def person_print(phone: str) -> str:
    """The keyed digest under which the requests of one phone are found."""
    return vault.fingerprint(re.sub(r"\D", "", phone), PURPOSE)


def _asked(request: Request) -> list[str]:
    # The journal of repeated requests holds no name and no phone in the clear.
    return [person_print(request.phone), request.kind, request.case, request.item, request.problem, request.ticket]


def _checked(request: Request) -> Request:
    wrong: dict[str, str] = {}
    phone = re.sub(r"[\s-]", "", request.phone)
    if not 1 <= len(request.name.strip()) <= 40:
        wrong["name"] = "请填写姓名（最多 40 个字）。"
    if not re.fullmatch(r"\+?\d{7,15}", phone):
        wrong["phone"] = "请填写能联系到您的电话号码，只用数字。"
    try:
        kind_of(request.kind)
    except errors.Invalid as fault:
        wrong |= fault.fields
    try:
        words(request.problem, "problem", "遇到的问题", SHORTEST)
    except errors.Invalid as fault:
        wrong |= fault.fields
    for field, text, most in (("wish", request.wish, 500), ("item", request.item, 100), ("ticket", request.ticket, 40)):
        if len(text.strip()) > most:
            wrong[field] = f"最多 {most} 个字，请缩短。"
    if request.source == "hotline" and not request.ticket.strip():
        wrong["ticket"] = "请填写 12345 工单编号。"
    if wrong:
        raise errors.Invalid("有的内容还不能登记，请按提示修改。", wrong)
    return Request(
        name=request.name.strip(),
        phone=phone,
        kind=request.kind,
        problem=request.problem.strip(),
        wish=request.wish.strip(),
        case="".join(request.case.split()).upper(),
        item=request.item.strip(),
        confidential=request.confidential,
        about=request.about,
        about_department=request.about_department,
        source="hotline" if request.ticket.strip() else request.source,
        ticket="".join(request.ticket.split()).upper(),
    )


async def _register(request: Request, region: str, *, by: Actor, at: datetime) -> dict[str, Any]:
    conn = connection()
    person = person_print(request.phone)
    # Two of the same person at the same moment come here one after the other.
    await conn.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"difficulty {region} {person}")
    case = await conn.fetchrow(_CASE, region, request.case) if request.case else None
    if request.case and case is None and by != HOLDER:
        sentence = "没有找到这个办件编号，请核对；没有办件的请留空。"
        raise errors.Invalid(sentence, {"case": sentence})
    about = await about_of(request.about, region) if request.about else ""
    twin = None
    if request.ticket:
        known = await conn.fetchval(_TICKET, region, request.ticket)
        twin = await conn.fetchrow("SELECT * FROM difficulties WHERE id = $1", known) if known else None
    if twin is None:
        days = timedelta(days=(await policy(region)).difficulty_twins)
        twin = await conn.fetchrow(
            _TWIN, region, person, at - days, request.kind, case["id"] if case else None, request.item
        )
        if twin is not None and twin["closed_at"] is None:
            return await _join(twin, request, region, by=by, at=at)
    elif twin["person"] == person or twin["closed_at"] is None:
        return await _join(twin, request, region, by=by, at=at)
    else:
        sentence = f"这个工单已经登记为诉求 {twin['number']}，请核对工单编号。"
        raise errors.Invalid(sentence, {"ticket": sentence})
    id, year = new_id(at), local(at).year
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    first = await firstasked.responsible(case) if case else None
    number = f"SQ{year}-{await take_number(region, 'difficulty', year):05}"
    await conn.execute(
        _INSERT,
        id,
        region,
        number,
        code,
        request.source,
        vault.seal({"name": request.name, "phone": request.phone}, PURPOSE),
        person,
        request.confidential,
        case["id"] if case else None,
        case["number"] if case else request.case,
        request.item or (case["bundle_name"] if case else ""),
        request.kind,
        request.problem,
        request.wish,
        request.about_department,
        about,
        twin["id"] if twin else None,
        "" if by == HOLDER else by.id,
        "" if by == HOLDER else by.name,
        first.id if first else "" if by == HOLDER else by.id,
        first.name if first else "" if by == HOLDER else by.name,
        at,
    )
    if request.ticket:
        await conn.execute(_PUT_TICKET, new_id(at), region, id, request.ticket, at)
    limit = (await policy(region)).limit("difficulty_triage")
    await matters.start(Matter("difficulty", id, region), "triage", limit, TRIAGE_BASIS, at=at)
    await journal.record(
        "difficulty",
        id,
        "request registered",
        by=by,
        at=at,
        region=region,
        content={"source": request.source, "kind": request.kind, "case": bool(case), "repeats": twin is not None},
    )
    return {"id": str(id), "number": number, "query_code": code, "joined": False}


async def _join(twin: Any, request: Request, region: str, *, by: Actor, at: datetime) -> dict[str, Any]:
    """The same matter again: what was said is kept with the first, its ticket too."""
    await connection().execute(_JOINED, new_id(at), twin["id"], request.problem, by.id, by.name, at)
    if request.ticket:
        await connection().execute(_PUT_TICKET, new_id(at), region, twin["id"], request.ticket, at)
    await journal.record(
        "difficulty",
        twin["id"],
        "request joined",
        by=by,
        at=at,
        region=region,
        content={"source": request.source, "ticket": bool(request.ticket)},
    )
    return {"id": str(twin["id"]), "number": twin["number"], "query_code": twin["query_code"], "joined": True}


async def about_of(id: str, region: str) -> str:
    """The person of the house that a request complains of. Raises Invalid."""
    try:
        found = await people.person(id)
    except errors.NotFound:
        found = None
    if found is None or found.region != region:
        sentence = "没有找到这个人员，请重新选择。"
        raise errors.Invalid(sentence, {"about": sentence})
    return found.id
