"""Hand over, receive, take back: one list at a time, signed on both sides by whoever did it and when.

The list is a numbered paper. When the receiver finds a difference, a corrected list that says so stands in the place of
the first one; what did not arrive is back where it came from and waits to be handed over again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, journal
from lianban.casework import catalogue, notices
from lianban.casework.idempotency import once
from lianban.casework.notices import short_authority
from lianban.casework.tasks.checking import unprintable
from lianban.casework.transfers.things import TO_DEPARTMENT, TO_WINDOW, Thing, at_department, for_departments
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.rules.actors import Actor, Role
from lianban.rules.catalog.types import Edition
from lianban.rules.notices.transfers import Moved, hand_over_list
from lianban.tables.ids import new_id

MOST = 200
"""Lines of one list."""
LONGEST = 200
POSTS = (Role.APPROVER, Role.DEPARTMENT_HEAD)
MISSING = "没有找到这份交接清单，请从列表里重新打开。"
GONE = "有的材料刚刚已经列入别的清单，或者已经不在这里。请刷新页面，核对后再交。"
LOST = "没有收到"

_ADD = """
INSERT INTO transfer_lines (transfer_id, position, thing, case_id, number, material, result_id, name, form, copies)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_LOCK = "SELECT id FROM cases WHERE id = ANY($1) ORDER BY id FOR UPDATE"
_LINES = "SELECT * FROM transfer_lines WHERE transfer_id = $1 ORDER BY position"


@dataclass(frozen=True, slots=True)
class Made:
    """A list that was made, replaced or closed; `number` of its paper."""

    id: UUID
    number: str


def side(by: Actor, region: str, department: str) -> str:
    """Which side of the lists of a department somebody stands on: "window", "department". Raises NotFound."""
    if by.region == region:
        if not by.department and by.may(Role.CLERK):
            return "window"
        if department and by.department == department and by.may(*POSTS):
            return "department"
    raise errors.NotFound(MISSING)


async def hand_over(department: str, things: Collection[str], *, by: Actor, at: datetime, key: str = "") -> Made:
    """The window hands these things (keys) to a department, or the department hands them to the window.

    Raises NotFound for whoever is on neither side, Invalid with nothing chosen, Conflict when something is on another
    list or lies elsewhere by now.
    """
    giver = side(by, by.region, department)
    wanted = set(things)
    if not wanted:
        raise errors.Invalid("请勾选要交的材料。", {"things": "请勾选要交的材料。"})
    if len(wanted) > MOST:
        raise errors.Invalid(f"一份清单最多 {MOST} 项，请分几份交。")

    async def run() -> dict[str, Any]:
        # One list at a time between the two: what waits is looked at when nobody else can take it.
        await connection().execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"transfers {by.region} {department}"
        )
        if giver == "window":
            waiting = (await for_departments(by.region)).get(department, [])
        else:
            waiting = await at_department(by.region, department)
        chosen = sorted((t for t in waiting if t.key in wanted), key=lambda t: (t.number, t.name, t.key))
        if len(chosen) != len(wanted):
            raise errors.Conflict(GONE)
        await connection().fetch(_LOCK, [t.case_id for t in chosen])
        return await _hand_over(department, chosen, giver, by=by, at=at)

    async with transaction():
        asked = {"department": department, "things": sorted(wanted)}
        done = await once(key, "hand over papers", by=by, at=at, fingerprint=asked, run=run)
    return Made(UUID(done["id"]), done["number"])


async def _hand_over(
    department: str, chosen: Sequence[Thing], giver: str, *, by: Actor, at: datetime
) -> dict[str, Any]:
    id, edition = new_id(at), await catalogue.edition(chosen[0].edition)
    row = {
        "id": id,
        "region_code": by.region,
        "department": department,
        "department_name": edition.departments[department].name,
        "direction": TO_DEPARTMENT if giver == "window" else TO_WINDOW,
        "status": "under_way",
        "window_name": by.window if giver == "window" else "",
        "given_by": by.id,
        "given_by_name": by.name,
        "given_at": at,
    }
    names, places = ", ".join(row), ", ".join(f"${n}" for n in range(1, len(row) + 1))
    await connection().execute(f"INSERT INTO transfers ({names}) VALUES ({places})", *row.values())
    await connection().executemany(
        _ADD,
        [
            (id, n, t.key, t.case_id, t.number, t.material, t.result_id, t.name, t.form, t.copies)
            for n, t in enumerate(chosen, 1)
        ],
    )
    await _tell("papers handed over", row, [t.case_id for t in chosen], by=by, at=at)
    lines = [Moved(t.number, t.name, t.form, t.copies) for t in chosen]
    paper = await _issue(row, edition, lines, by=by, at=at)
    await connection().execute("UPDATE transfers SET paper_id = $2 WHERE id = $1", id, paper.id)
    return {"id": str(id), "number": paper.number}


async def receive(
    transfer_id: UUID,
    arrived: Collection[int],
    differences: Mapping[int, str],
    *,
    remark: str = "",
    by: Actor,
    at: datetime,
    key: str = "",
) -> Made:
    """The other side has counted: the positions that arrived, and what was different, by position.

    A line that did not arrive goes back to where it came from. Raises NotFound, Forbidden for the side that gave it,
    Conflict when it is received or taken back already, Invalid for what cannot be printed.
    """
    said = {n: text.strip() for n, text in differences.items() if text.strip()}
    _check({f"difference.{n}": text for n, text in said.items()} | {"remark": remark.strip()})

    async def run() -> dict[str, Any]:
        row, lines = await _held(transfer_id, by, taking=True)
        found = {
            line["position"]: said.get(line["position"], "" if line["position"] in arrived else LOST) for line in lines
        }
        for line in lines:
            await connection().execute(
                "UPDATE transfer_lines SET open = false, arrived = $3, difference = $4"
                " WHERE transfer_id = $1 AND position = $2",
                transfer_id, line["position"], line["position"] in arrived, found[line["position"]],
            )  # fmt: skip
        row |= {"received_by_name": by.name, "received_at": at, "remark": remark.strip()}
        await connection().execute(
            "UPDATE transfers SET status = 'received', received_by = $2, received_by_name = $3, received_at = $4,"
            " remark = $5 WHERE id = $1",
            transfer_id, by.id, by.name, at, remark.strip(),
        )  # fmt: skip
        await _tell("papers received", row, [line["case_id"] for line in lines], by=by, at=at)
        number = row["number"]
        if any(found.values()) or remark.strip():
            number = await _corrected(row, lines, found, by=by, at=at)
        return {"id": str(transfer_id), "number": number}

    async with transaction():
        asked = {"id": str(transfer_id), "arrived": sorted(arrived), "said": said, "remark": remark.strip()}
        done = await once(key, "receive papers", by=by, at=at, fingerprint=asked, run=run)
    return Made(UUID(done["id"]), done["number"])


async def take_back(transfer_id: UUID, reason: str, *, by: Actor, at: datetime) -> None:
    """The side that gave it takes a list back that nobody has received; its number stays, void. Once more is harmless.

    Raises NotFound, Forbidden for the other side, Conflict once it is received, Invalid without a reason.
    """
    why = reason.strip()
    if len(why) < 2:
        raise errors.Invalid("请写明收回的原因。", {"reason": "请写明收回的原因。"})
    _check({"reason": why})
    async with transaction():
        status = await connection().fetchval("SELECT status FROM transfers WHERE id = $1", transfer_id)
        if status == "cancelled":
            return
        row, lines = await _held(transfer_id, by, taking=False)
        await connection().execute("UPDATE transfer_lines SET open = false WHERE transfer_id = $1", transfer_id)
        await connection().execute(
            "UPDATE transfers SET status = 'cancelled', cancelled_at = $2, cancelled_by_name = $3,"
            " cancelled_reason = $4 WHERE id = $1",
            transfer_id, at, by.name, why,
        )  # fmt: skip
        await connection().execute(
            "UPDATE papers SET void_at = $2, void_reason = $3, void_by = $4, void_by_name = $5 WHERE id = $1",
            row["paper_id"], at, why, by.id, by.name,
        )  # fmt: skip
        await _tell("papers taken back", row, [line["case_id"] for line in lines], by=by, at=at)


def _check(texts: Mapping[str, str]) -> None:
    wrong = {name: f"最多 {LONGEST} 个字。" for name, text in texts.items() if len(text) > LONGEST} or unprintable(
        texts
    )
    if wrong:
        raise errors.Invalid(next(iter(wrong.values())), wrong)


async def _held(transfer_id: UUID, by: Actor, *, taking: bool) -> tuple[dict[str, Any], list[Any]]:
    """The list and its lines, its cases locked before itself. `taking`: the receiver, otherwise the giver."""
    lines = await connection().fetch(_LINES, transfer_id)
    await connection().fetch(_LOCK, [line["case_id"] for line in lines])
    found = await connection().fetchrow(
        "SELECT t.*, p.number FROM transfers t LEFT JOIN papers p ON p.id = t.paper_id WHERE t.id = $1 FOR UPDATE OF t",
        transfer_id,
    )
    if found is None:
        raise errors.NotFound(MISSING)
    row = dict(found)
    here = side(by, row["region_code"], row["department"])
    giver = "window" if row["direction"] == TO_DEPARTMENT else "department"
    if taking and here == giver:
        raise errors.Forbidden("材料由接收的一方清点签收，移交的一方不能代签。")
    if not taking and here != giver:
        raise errors.Forbidden("只有移交的一方可以收回清单；数目不符的，请在签收时写明差异。")
    if row["status"] == "received":
        raise errors.Conflict(f"{row['received_by_name']}已经在 {local(row['received_at']):%m-%d %H:%M} 签收。")
    if row["status"] == "cancelled":
        raise errors.Conflict(f"这份清单已经由{row['cancelled_by_name']}收回：{row['cancelled_reason']}")
    return row, lines


async def _corrected(
    row: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], found: Mapping[int, str], *, by: Actor, at: datetime
) -> str:
    """The list once more with what the receiver found, in the place of the first one."""
    hash = await connection().fetchval("SELECT edition FROM cases WHERE id = $1", lines[0]["case_id"])
    moved = [Moved(x["number"], x["name"], x["form"], x["copies"], found[x["position"]]) for x in lines]
    paper = await _issue(row, await catalogue.edition(hash), moved, by=by, at=at)
    await notices.supersede([row["paper_id"]], by=paper.id, at=at)
    await connection().execute("UPDATE transfers SET paper_id = $2 WHERE id = $1", row["id"], paper.id)
    return paper.number


async def _issue(
    row: Mapping[str, Any], edition: Edition, lines: Sequence[Moved], *, by: Actor, at: datetime
) -> notices.PaperView:
    department, centre = row["department_name"], edition.bundle.centre
    window = " ".join(filter(None, (centre, row["window_name"])))
    forth = row["direction"] == TO_DEPARTMENT
    received = row.get("received_at")
    content = hand_over_list(
        authority=centre if forth else department,
        giver=window if forth else department,
        taker=department if forth else centre,
        lines=lines,
        given_by=row["given_by_name"],
        given_at=local(row["given_at"]),
        received_by=row.get("received_by_name", ""),
        received_at=local(received) if received else None,
        remark=row.get("remark", ""),
        instead=f"本清单代替{row['number']}" if received else "",
    )
    return await notices.issue(
        "hand_over_list",
        content,
        case_id=None,
        region=row["region_code"],
        authority=short_authority(edition, "" if forth else row["department"]),
        by=by,
        at=at,
        department=row["department"],
        url=f"{settings().base_url}/transfers/{row['id']}",
    )


async def _tell(event: str, row: Mapping[str, Any], cases: Sequence[UUID], *, by: Actor, at: datetime) -> None:
    """One line in the journal of each case: how many of its things."""
    for case_id in sorted(set(cases)):
        await journal.record(
            "case",
            case_id,
            event,
            by=by,
            at=at,
            region=row["region_code"],
            department=row["department"],
            content={"list": str(row["id"]), "things": sum(each == case_id for each in cases)},
        )
