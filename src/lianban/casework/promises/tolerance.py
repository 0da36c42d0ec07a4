"""Tolerated acceptance (容缺受理) after acceptance: what is still to come, and how it is made up.

The case runs on while a material is missing (no pause under 行政许可法 45); only the decision waits (guard
`made_up`). Whatever arrives in time counts from its arrival, by whichever way it comes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import outbox, people
from lianban.casework import catalogue, clocks, materials
from lianban.casework.attachments import folder
from lianban.casework.idempotency import once
from lianban.casework.owed import catch_up
from lianban.casework.progress import Held, hold, note
from lianban.casework.scans import examine
from lianban.errors import Conflict, Forbidden, Invalid, NotFound
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.outside.storage import store
from lianban.rules.actors import HOLDER, Actor, Role
from lianban.rules.plan import PlanMaterial, plan_from_dict
from lianban.tables.cases import Case

CHANNELS = {"window": "窗口当面", "mail": "邮寄", "online": "网上"}
STATES = {"open": "待补齐", "made_up": "已补齐", "failed": "逾期未补", "void": "不再需要"}
MISSING = "没有找到这份待补的材料，请从办件页面重新打开。"

# What the applicant was told is kept, and a later computed day (a new calendar) helps him too.
_ROWS = """
SELECT o.*, GREATEST(k.computed_due, o.until) AS due, k.provisional,
  EXISTS (SELECT 1 FROM tasks t WHERE t.case_id = o.case_id AND t.item = ANY(o.items)
    AND t.status IN ('waiting', 'dispatched', 'reviewing')) AS awaited
FROM tolerances o
LEFT JOIN clocks k ON k.case_id = o.case_id AND k.task_id IS NULL AND k.kind = 'tolerance' AND k.subject = o.material
WHERE o.case_id = $1 ORDER BY o.until, o.id
"""
_SEEN = """
UPDATE cases SET draft = jsonb_set(draft, ARRAY['checks', $2],
  COALESCE(draft -> 'checks' -> $2, '{}'::jsonb) || '{"original": true}'::jsonb), updated_at = $3 WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class Tolerated:
    """A material that may follow. `until` is the last instant in time; `standards` is what it is measured by.

    `items` are the names of the items that wait for it; `late` tells that the time is over and nothing has come.
    """

    material: str
    name: str
    items: tuple[str, ...]
    status: str
    status_name: str
    promised_at: datetime
    until: datetime
    provisional: bool
    late: bool
    made_up_at: datetime | None
    channel_name: str
    standards: tuple[str, ...]


async def tolerances(case_id: UUID, at: datetime) -> tuple[Tolerated, ...]:
    """Every material of a case that was allowed to follow, the most urgent first. Who asks the caller has checked."""
    async with transaction():
        case = await connection().fetchrow("SELECT plan, edition FROM cases WHERE id = $1", case_id)
        rows = await connection().fetch(_ROWS, case_id) if case and case["plan"] else []
        if not rows:
            return ()
        edition = await catalogue.edition(case["edition"])
    lines = {line.material: line for line in plan_from_dict(json.loads(case["plan"])).materials}
    names = {id: item.name for id, item in edition.items.items()}
    return tuple(_view(row, lines[row["material"]], names, at) for row in rows)


async def make_up(
    case_id: UUID,
    material: str,
    filename: str = "",
    data: bytes | None = None,
    *,
    original: bool = False,
    channel: str,
    arrived: datetime | None = None,
    by: Actor,
    at: datetime,
    key: str = "",
) -> Tolerated:
    """A material follows: as a scan (`filename`, `data`), or at the counter as an `original` that was looked at.

    `channel` is window, mail or online; the holder of the query code (`HOLDER`) comes online. What came by mail counts
    from when it `arrived`. Once made up, the same again changes nothing. Raises NotFound, Forbidden; Conflict when
    the case was terminated meanwhile; Invalid with the fields.
    """
    arrived = arrived or at
    _possible(data, original, channel, arrived, by, at)
    async with transaction():
        rows = {row["material"]: row["due"] for row in await connection().fetch(_ROWS, case_id)}
    if not arrived <= (rows.get(material) or at) < at:
        # What arrived in time counts, even if it is entered after the deadline, as long as nothing has been done yet.
        await catch_up(case_id, at=at)
    async with transaction():
        await _still_open(case_id, material, arrived, by=by, at=at)
    scan = stored = None
    if data is not None:
        scan = await asyncio.to_thread(examine, filename, data, limit=settings().upload_mb * 1_048_576)
        stored = await store().put(folder(case_id), data)

    async def run() -> dict[str, Any]:
        held, row = await _still_open(case_id, material, arrived, by=by, at=at)
        if row["status"] == "made_up":
            return {}
        if scan is not None and stored is not None:
            await materials.place(case_id, material, scan, stored, by=by, at=at)
        else:
            await connection().execute(_SEEN, case_id, material, at)
        await connection().execute(
            "UPDATE tolerances SET status = 'made_up', made_up_at = $2, channel = $3 WHERE id = $1",
            row["id"],
            arrived,
            channel,
        )
        await clocks.stop(case_id, None, at=at, kinds={"tolerance"}, subject=material)
        await note(held, "tolerance made up", by=by, at=at, material=material, channel=channel)
        await outbox.write("tolerance made up", case_id=case_id, payload={"material": material}, at=at)
        return {}

    async with transaction():
        asked = [str(case_id), material, stored.sha256 if stored else "", original, channel]
        await once(key, "make_up", by=by, at=at, fingerprint=asked, run=run)
    return next(one for one in await tolerances(case_id, at) if one.material == material)


def _possible(data: bytes | None, original: bool, channel: str, arrived: datetime, by: Actor, at: datetime) -> None:
    fields: dict[str, str] = {}
    if data is None and not original:
        fields["file"] = "请上传补交材料的扫描件，或者核对纸质原件后勾选“已核对原件”。"
    if channel not in CHANNELS:
        fields["channel"] = f"请选择补交方式：{'、'.join(CHANNELS.values())}。"
    if arrived > at:
        fields["arrived"] = "收到的时间不能晚于现在，请核对。"
    if fields:
        raise Invalid("".join(fields.values()), fields)
    if by == HOLDER:
        if channel != "online" or data is None or arrived != at:
            raise Invalid("网上补交请上传扫描件。", {"file": "网上补交请上传扫描件。"})
    elif not by.may(Role.CLERK):
        raise Forbidden("补交材料由综合窗口登记，请申请人到综合窗口、邮寄或者凭查询码在网上补交。")


async def _still_open(
    case_id: UUID, material: str, arrived: datetime, *, by: Actor, at: datetime
) -> tuple[Held, Mapping[str, Any]]:
    """The locked case and the row of the material, which can still be made up or has been."""
    case = await Case.objects().get(Case.id == case_id)
    if case is None:
        raise NotFound(MISSING)
    if by != HOLDER:
        await people.require_access(case, by=by, at=at)
    held = await hold(case_id)
    row = next((r for r in await connection().fetch(_ROWS, case_id) if r["material"] == material), None)
    if held is None or row is None:
        raise NotFound(MISSING)
    name = row["material_name"]
    if row["status"] == "failed":
        raise Conflict(
            f"“{name}”没有在{local(row['until']):%Y年%m月%d日 %H:%M}前补齐，有关事项已经终止办理，不能再补。"
            "备齐全部材料后可以重新申请，已办成的事项不受影响。"
        )
    if _status(row) == "void":
        raise Conflict(f"等待“{name}”的事项已经办结，不用再补交。")
    if arrived < row["promised_at"]:
        raise Invalid("收到的时间早于受理时间，请核对。", {"arrived": "收到的时间早于受理时间，请核对。"})
    return held, row


def _status(row: Mapping[str, Any]) -> str:
    """As it is kept; what nobody waits for any more is not needed."""
    return "void" if row["status"] == "open" and not row["awaited"] else str(row["status"])


def _view(row: Mapping[str, Any], line: PlanMaterial, names: Mapping[str, str], at: datetime) -> Tolerated:
    until = local(row["due"] or row["until"])
    return Tolerated(
        material=row["material"],
        name=row["material_name"],
        items=tuple(names[item] for item in row["items"]),
        status=_status(row),
        status_name=STATES[_status(row)],
        promised_at=local(row["promised_at"]),
        until=until,
        provisional=bool(row["provisional"]),
        late=_status(row) == "open" and at > until,
        made_up_at=local(row["made_up_at"]) if row["made_up_at"] else None,
        channel_name=CHANNELS.get(row["channel"], ""),
        standards=line.standards,
    )
