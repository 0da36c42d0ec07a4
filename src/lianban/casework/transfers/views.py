"""The desk of one side: what waits to be handed over, what is under way, what was received; and one list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.casework import catalogue
from lianban.casework.transfers.lists import MISSING, POSTS, side
from lianban.casework.transfers.things import TO_DEPARTMENT, Thing, at_department, for_departments
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role

STATES = {"under_way": "待签收", "received": "已签收", "cancelled": "已收回"}
LATEST = 50

_LISTS = f"""
SELECT t.*, p.number, (SELECT count(*) FROM transfer_lines l WHERE l.transfer_id = t.id) AS things,
  (SELECT count(*) FROM transfer_lines l WHERE l.transfer_id = t.id AND l.difference <> '') AS differences
FROM transfers t LEFT JOIN papers p ON p.id = t.paper_id
WHERE t.region_code = $1 AND ($2 = '' OR t.department = $2)
ORDER BY (t.status = 'under_way') DESC, t.given_at DESC, t.id DESC LIMIT {LATEST}
"""
_ONE = "SELECT t.*, p.number FROM transfers t LEFT JOIN papers p ON p.id = t.paper_id WHERE t.id = $1"
_LINES = "SELECT * FROM transfer_lines WHERE transfer_id = $1 ORDER BY position"


@dataclass(frozen=True, slots=True)
class LineView:
    """One thing on a list. `arrived` is None until somebody has counted."""

    position: int
    case_id: UUID
    number: str
    name: str
    form: str
    copies: int
    arrived: bool | None
    difference: str


@dataclass(frozen=True, slots=True)
class TransferView:
    """A list as the pages show it. `mine`: the reader's side gave it."""

    id: UUID
    number: str
    paper_id: UUID | None
    department: str
    giver: str
    taker: str
    status: str
    status_name: str
    given_by_name: str
    given_at: datetime
    received_by_name: str
    received_at: datetime | None
    remark: str
    cancelled_by_name: str
    cancelled_at: datetime | None
    cancelled_reason: str
    things: int
    differences: int
    mine: bool
    lines: tuple[LineView, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits to be handed to one place."""

    department: str
    to: str
    things: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything one side has to do with lists."""

    waiting: tuple[Waiting, ...]
    incoming: tuple[TransferView, ...]
    outgoing: tuple[TransferView, ...]
    done: tuple[TransferView, ...]


async def desk(*, by: Actor) -> Desk:
    """The desk of the window, or of the reader's department. Raises Forbidden for whoever is on neither side."""
    if not ((by.may(Role.CLERK) and not by.department) or (by.department and by.may(*POSTS))):
        raise errors.Forbidden("材料交接由综合窗口和承办部门办理。")
    async with transaction():
        if by.department:
            things = await at_department(by.region, by.department)
            waiting = [Waiting(by.department, "综合窗口", tuple(things))] if things else []
        else:
            waiting = [
                Waiting(department, await _name(department, things), tuple(things))
                for department, things in sorted((await for_departments(by.region)).items())
            ]
        rows = await connection().fetch(_LISTS, by.region, by.department)
    lists = [_view(row, by) for row in rows]
    return Desk(
        waiting=tuple(waiting),
        incoming=tuple(one for one in lists if one.status == "under_way" and not one.mine),
        outgoing=tuple(one for one in lists if one.status == "under_way" and one.mine),
        done=tuple(one for one in lists if one.status != "under_way"),
    )


async def transfer(transfer_id: UUID, *, by: Actor) -> TransferView:
    """One list with its lines, for its two sides. Raises NotFound."""
    async with transaction():
        row = await connection().fetchrow(_ONE, transfer_id)
        if row is None:
            raise errors.NotFound(MISSING)
        side(by, row["region_code"], row["department"])
        return _view(row, by, await connection().fetch(_LINES, transfer_id))


async def _name(department: str, things: Sequence[Thing]) -> str:
    return (await catalogue.edition(things[0].edition)).departments[department].name


def _view(row: Mapping[str, Any], by: Actor, lines: Sequence[Mapping[str, Any]] = ()) -> TransferView:
    forth = row["direction"] == TO_DEPARTMENT
    window = row["window_name"] or "综合窗口"
    return TransferView(
        id=row["id"],
        number=row["number"] or "",
        paper_id=row["paper_id"],
        department=row["department"],
        giver=window if forth else row["department_name"],
        taker=row["department_name"] if forth else "综合窗口",
        status=row["status"],
        status_name=STATES[row["status"]],
        given_by_name=row["given_by_name"],
        given_at=local(row["given_at"]),
        received_by_name=row["received_by_name"],
        received_at=local(row["received_at"]) if row["received_at"] else None,
        remark=row["remark"],
        cancelled_by_name=row["cancelled_by_name"],
        cancelled_at=local(row["cancelled_at"]) if row["cancelled_at"] else None,
        cancelled_reason=row["cancelled_reason"],
        things=len(lines) if lines else row.get("things", 0),
        differences=sum(bool(x["difference"]) for x in lines) if lines else row.get("differences", 0),
        mine=forth == (not by.department),
        lines=tuple(
            LineView(x["position"], x["case_id"], x["number"], x["name"], x["form"], x["copies"], x["arrived"],
                     x["difference"])
            for x in lines
        ),
    )  # fmt: skip
