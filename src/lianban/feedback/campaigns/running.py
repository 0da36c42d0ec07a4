"""A campaign under way: measures with owner and day, proofs, acceptance by somebody else, write-off or calling off."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianban import errors
from lianban.casework import catalogue
from lianban.casework.attachments import Attachment
from lianban.casework.idempotency import once
from lianban.casework.scans import examine
from lianban.feedback import matters
from lianban.feedback.campaigns.keeping import Held, hold, move, said
from lianban.feedback.campaigns.opening import enter
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.outside.storage import store
from lianban.rules.actors import Actor
from lianban.rules.lifecycles import Illegal
from lianban.rules.ratings.screening import screen
from lianban.tables.ids import new_id

MOST = 5
_PLAN = """
INSERT INTO campaign_measures (id, campaign_id, measure, department, owner_name, due_on) VALUES ($1, $2, $3, $4, $5, $6)
"""
_DONE = "UPDATE campaign_measures SET done = $2, done_by = $3, done_by_name = $4, done_at = $5 WHERE id = $1"
_FILE = """
INSERT INTO campaign_files (id, campaign_id, measure_id, name, media_type, sha256, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_REDO = """
UPDATE campaign_measures SET done = '', done_by = '', done_by_name = '', done_at = NULL WHERE id = ANY($1)
"""


@dataclass(frozen=True, slots=True)
class NewMeasure:
    """What is to be done, by whom (`department` "" is the centre), until which day."""

    measure: str
    department: str
    owner: str
    due_on: date


async def plan(id: UUID, new: NewMeasure, *, by: Actor, at: datetime, key: str = "") -> None:
    """Add a measure. Raises NotFound, Illegal, Invalid."""
    text = said(new.measure, "measure", "措施", longest=300)
    owner = said(new.owner, "owner", "责任人", shortest=2, longest=40)
    names = await catalogue.departments(by.region)
    if new.department and new.department not in names:
        raise errors.Invalid("请选择承担措施的单位。", {"department": "请选择承担措施的单位。"})
    if new.due_on < local(at).date():
        sentence = "完成期限不能早于今天。"
        raise errors.Invalid(sentence, {"due_on": sentence})

    async def run() -> dict[str, Any]:
        held = await hold(id, by=by, at=at, reason=text)
        await move(held, "plan", by=by, at=at)
        await connection().execute(_PLAN, new_id(at), id, text, new.department, owner, new.due_on)
        return {}

    asked = [str(id), text, new.department, owner, new.due_on]
    async with transaction():
        await once(key, "campaign plan", by=by, at=at, fingerprint=asked, run=run)


async def join(id: UUID, *, by: Actor, at: datetime) -> int:
    """Enter the later problems of the same cause in the ledger; how many. Raises NotFound, Illegal."""
    async with transaction():
        held = await hold(id, by=by, at=at)
        await move(held, "join", by=by, at=at, content={"problems": len(held.more)})
        await enter(id, held.more, at=at)
    return len(held.more)


async def begin(id: UUID, *, by: Actor, at: datetime) -> None:
    """The measures stand: start. The same again changes nothing. Raises NotFound, Illegal."""
    async with transaction():
        held = await hold(id, by=by, at=at)
        if held.life.state == "running" and held.life.supervising(by):
            return
        await move(held, "begin", by=by, at=at)


async def prove(id: UUID, measure: UUID, done: str, files: Sequence[Attachment], *, by: Actor, at: datetime) -> None:
    """A measure is done, with its proof: a file at least. Raises NotFound, Illegal, Invalid."""
    text = said(done, "done", "完成情况")
    if not 1 <= len(files) <= MOST:
        sentence = f"请上传完成的证明（1 到 {MOST} 个文件，照片或者 PDF）。"
        raise errors.Invalid(sentence, {"files": sentence})
    limit = settings().upload_mb * 1_048_576
    scans = [await asyncio.to_thread(examine, file.name, file.data, limit=limit) for file in files]
    async with transaction():
        # Before anything is stored: nobody fills the store who may not.
        await _doing(id, measure, text, by=by, at=at)
    for file in files:
        await store().put(f"campaigns/{id}", file.data)
    async with transaction():
        held = await _doing(id, measure, text, by=by, at=at)
        await move(held, "prove", by=by, at=at, content={"measure": str(measure), "files": len(files)})
        await connection().execute(_DONE, measure, text, by.id, by.name, at)
        for scan, file in zip(scans, files, strict=True):
            await connection().execute(_FILE, new_id(at), id, measure, scan.name, scan.media_type, file.sha256, at)


async def report(id: UUID, *, by: Actor, at: datetime) -> None:
    """Everything is done: ask for acceptance. The same again changes nothing. Raises NotFound, Illegal."""
    async with transaction():
        held = await hold(id, by=by, at=at)
        if held.life.state == "reported" and held.life.leading(by):
            return
        await move(held, "report", by=by, at=at)


async def send_back(id: UUID, redo: Collection[UUID], reason: str, *, by: Actor, at: datetime) -> None:
    """Not accepted: these measures are to be done again. Raises NotFound, Illegal, Invalid."""
    why = said(reason, "reason", "退回的理由")
    async with transaction():
        held = await hold(id, by=by, at=at, reason=why)
        if not redo or set(redo) - {one["id"] for one in held.measures}:
            sentence = "请勾选要重新办理的措施。"
            raise errors.Invalid(sentence, {"measures": sentence})
        await move(held, "send_back", by=by, at=at, content={"reason": why, "measures": len(set(redo))})
        await connection().execute(_REDO, list(redo))


async def write_off(id: UUID, result: str, *, by: Actor, at: datetime) -> None:
    """Accepted: what has come of it, for everybody to read. The same again changes nothing.

    Raises NotFound, Illegal (a problem of the ledger is open, one's own measure), Invalid.
    """
    text = said(result, "result", "整改结果")
    async with transaction():
        held = await hold(id, by=by, at=at, reason=text)
        if held.row["public"] and (found := screen(text)).text != text:
            sentence = f"向社会公开的文字里不能有{'、'.join(found.kinds)}，请删去。"
            raise errors.Invalid(sentence, {"result": sentence})
        if held.life.state == "written_off" and held.row["result"] == text:
            return
        await move(held, "write_off", by=by, at=at, result=text)
        await matters.stop(held.matter, at=at)


async def cancel(id: UUID, reason: str, *, by: Actor, at: datetime) -> None:
    """Call a campaign off; its problems may be taken up by another. Raises NotFound, Illegal, Invalid."""
    why = said(reason, "reason", "撤销的理由")
    async with transaction():
        held = await hold(id, by=by, at=at, reason=why)
        await move(held, "cancel", by=by, at=at, result=why)
        await matters.stop(held.matter, at=at)


async def _doing(id: UUID, measure: UUID, text: str, *, by: Actor, at: datetime) -> Held:
    """The campaign as the one who carries out this measure sees it. Raises NotFound, Illegal."""
    held = await hold(id, by=by, at=at, reason=text)
    one = next((each for each in held.measures if each["id"] == measure), None)
    if one is None:
        raise errors.NotFound("没有找到这条措施，请刷新页面。")
    held.life.measure_open = one["done_at"] is None
    held.life.carriers = frozenset({one["department"]})
    if not held.life.carrying(by) or not held.life.measure_open:
        raise Illegal(held.life, "prove", by)
    return held
