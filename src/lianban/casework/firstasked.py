"""First-asked responsibility (首问负责): whoever opened the case answers for it until somebody else does, by name.

Every hand-over is a link of a chain that is kept: from whom, to whom, why. A release leaves a reason, a hand-over at
the window names a person who is there: nobody is told to go and ask elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from lianban import errors, journal, people
from lianban.casework.owed import catch_up
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.tables.ids import new_id
from lianban.tables.tasks import Handover

LONGEST_REASON = 200
BEFORE_ACCEPTANCE = ("draft", "received", "correcting")
MISSING = "没有找到这个办件，请核对后重新打开。"
_CASE = "SELECT id, region_code, number, status, opened_by, opened_by_name FROM cases WHERE id = $1"
_LOOKED = """
SELECT 1 FROM handovers
WHERE case_id = $1 AND item = $2 AND from_id <> '' AND to_id <> '' AND NOT from_id = ANY($3) LIMIT 1
"""
_CHAIN = """
SELECT h.*, COALESCE(t.item_name, '') AS item_name FROM handovers h
LEFT JOIN tasks t ON t.case_id = h.case_id AND t.item = h.item AND h.item <> ''
WHERE h.case_id = $1 ORDER BY h.at, h.id
"""


class Link(NamedTuple):
    """One hand-over; `item` "" is the case at the window, a `to` "" the department's list."""

    item: str
    from_id: str
    from_name: str
    to_id: str
    to_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class LinkView:
    """One link as the case page shows it. The first one is whoever was asked first."""

    at: datetime
    item: str
    item_name: str
    from_name: str
    to_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who answers for the case at the window now."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The case at the window with its chain; `open` while it can still be passed on."""

    number: str
    status: str
    responsible: Responsible
    chain: tuple[LinkView, ...]
    open: bool


def reason_of(text: str, what: str) -> str:
    """The reason of a hand-over as it is kept. Raises Invalid."""
    reason = text.strip()
    if not 2 <= len(reason) <= LONGEST_REASON:
        sentence = f"请写明{what}的理由（2 至 {LONGEST_REASON} 个字）。"
        raise errors.Invalid(sentence, {"reason": sentence})
    return reason


async def add(case_id: UUID, link: Link, *, by: Actor, at: datetime) -> None:
    """One more link. In the caller's transaction, the case locked."""
    await Handover.insert(Handover(id=new_id(at), case_id=case_id, **link._asdict(), by_id=by.id, at=at))


async def responsible(case: Mapping[str, Any]) -> Responsible:
    """Who answers for a case (a row with `id`, `opened_by`, `opened_by_name`) at the window. In a transaction."""
    last = await connection().fetchrow(
        "SELECT to_id, to_name FROM handovers WHERE case_id = $1 AND item = '' ORDER BY at DESC, id DESC LIMIT 1",
        case["id"],
    )
    if last is not None:
        return Responsible(last["to_id"], last["to_name"])
    return Responsible(case["opened_by"], case["opened_by_name"])


async def pass_on(case_id: UUID, *, to: str, reason: str, by: Actor, at: datetime) -> Responsible:
    """Hand a case that is not accepted yet to another clerk of the window, or take it over oneself; who has it now.

    By the one who answers for it, or whoever fills that post; anybody else at the window may only take it over. Raises
    NotFound, Forbidden, Conflict after acceptance, Invalid without a reason or a person who is there.
    """
    await catch_up(case_id, at=at)
    async with transaction():
        case = await connection().fetchrow(f"{_CASE} FOR UPDATE", case_id)
        if case is None or by.department or not by.may(Role.CLERK) or case["region_code"] != by.region:
            raise errors.NotFound(MISSING)
        if case["status"] not in BEFORE_ACCEPTANCE:
            raise errors.Conflict("办件已经受理，由各承办部门办理；需要换人的，在部门任务里转交。")
        now = await responsible(case)
        why = reason_of(reason, "转交")
        if to == now.id:
            sentence = f"办件已经由{now.name}负责，请选择另一位同事。"
            raise errors.Invalid(sentence, {"to": sentence})
        if to != by.id and not by.is_or_stands_for(now.id):
            raise errors.Forbidden(f"办件由{now.name}负责，请由他转交；您也可以写明理由，自己接手。")
        heir = await _clerk(to, by.region)
        await add(case_id, Link("", now.id, now.name, heir.id, heir.name, why), by=by, at=at)
        await journal.record(
            "case",
            case_id,
            "case passed on",
            by=by,
            at=at,
            region=by.region,
            on_behalf_of=by.on_behalf_of(holder=now.id),
            content={"from": now.id, "to": heir.id},
        )
    return Responsible(heir.id, heir.name)


async def chain(case_id: UUID) -> tuple[LinkView, ...]:
    """From the one who was asked first to today, oldest first. In a transaction; the caller has checked who asks."""
    case = await connection().fetchrow(
        "SELECT opened_at, opened_by_name, window_name FROM cases WHERE id = $1", case_id
    )
    if case is None:
        return ()
    rows = await connection().fetch(
        _CHAIN,
        case_id,
    )
    first = LinkView(local(case["opened_at"]), "", "", "", case["opened_by_name"], f"首次接待（{case['window_name']}）")
    return (
        first,
        *(
            LinkView(
                local(r["at"]), r["item"], r["item_name"], r["from_name"], r["to_name"] or "本部门待签收", r["reason"]
            )
            for r in rows
        ),
    )


async def second_look(case_id: UUID, item: str, *, by: Actor) -> bool:
    """Whether somebody else has held the item's task before `by`, or since (双人复核). In a transaction.

    Filling an absent colleague's post is no second look.
    """
    own = [by.id, *(away.id for away in by.stands_for)]
    return bool(await connection().fetchval(_LOOKED, case_id, item, own))


async def standing(case_id: UUID, *, by: Actor) -> Standing:
    """Who answers for a case of the window and who did before. Raises NotFound for others than the window."""
    async with transaction():
        case = await connection().fetchrow(_CASE, case_id)
        if case is None or by.department or not by.may(Role.CLERK) or case["region_code"] != by.region:
            raise errors.NotFound(MISSING)
        return Standing(
            number=case["number"] or "",
            status=case["status"],
            responsible=await responsible(case),
            chain=await chain(case_id),
            open=case["status"] in BEFORE_ACCEPTANCE,
        )


async def clerks(*, by: Actor) -> list[tuple[str, str]]:
    """The people of the window to whom a case can be passed on: (id, name with window), oneself first."""
    async with transaction():
        rows = await connection().fetch(
            "SELECT id::text AS id, name, window_name FROM people WHERE region_code = $1 AND active"
            " AND 'clerk' = ANY(roles) ORDER BY id::text <> $2, name",
            by.region,
            by.id,
        )
    return [(r["id"], f"{r['name']}（{r['window_name']}）" if r["window_name"] else r["name"]) for r in rows]


async def _clerk(id: str, region: str) -> Actor:
    sentence = "请选择一位在岗的窗口人员接手；办件不能没有人负责。"
    try:
        heir = await people.person(id)
    except errors.NotFound as error:
        raise errors.Invalid(sentence, {"to": sentence}) from error
    if heir.region != region or not heir.may(Role.CLERK):
        raise errors.Invalid(sentence, {"to": sentence})
    return heir
