"""The rated side appeals with evidence while the rectification goes on, or takes the appeal back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import errors, outbox
from lianban.casework.attachments import Attachment
from lianban.casework.idempotency import once
from lianban.casework.notices.issuing import take_number
from lianban.casework.policies import policy
from lianban.casework.scans import examine
from lianban.feedback import matters, rectification
from lianban.feedback.appeals.rows import FILED, NO_PROBLEM, PROBLEM, held, note, play, scored_unit, until
from lianban.feedback.matters import Matter
from lianban.outside.clock import local
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.outside.storage import store
from lianban.rules.actors import Actor
from lianban.rules.appeals import GROUNDS
from lianban.rules.lifecycles import AppealRow
from lianban.tables.ids import new_id

LONGEST, MOST_FILES = 1000, 10
BASIS = "差评申诉由评审小组作出结论；期限由本地确定"

_THERE = "SELECT number FROM appeals WHERE rating_id = $1 AND status <> 'withdrawn'"
_FILE = """
INSERT INTO appeals (id, region_code, number, rectification_id, rating_id, department, ground, statement, status,
  filed_by, filed_by_name, filed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'filed', $9, $10, $11)
"""
_EVIDENCE = """
INSERT INTO appeal_files (id, appeal_id, name, media_type, sha256, by_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_CLOSE = "UPDATE appeals SET closed_at = $2 WHERE id = $1"


async def file(
    rectification_id: UUID,
    ground: str,
    statement: str,
    files: Sequence[Attachment],
    *,
    by: Actor,
    at: datetime,
    key: str = "",
) -> UUID:
    """Appeal against the rating behind a rectification; the appeal's id. What is put right and by when stays as it is.

    Raises NotFound, Forbidden, Invalid, Conflict (too early, too late, written off, or already contested).
    """
    said = _checked(ground, statement, files)
    limit = settings().upload_mb * 1_048_576
    scans = [await asyncio.to_thread(examine, one.name, one.data, limit=limit) for one in files]
    asked = [str(rectification_id), ground, said, [one.sha256 for one in files]]

    async def run() -> dict[str, Any]:
        problem = await connection().fetchrow(f"{PROBLEM} AND region_code = $2 FOR UPDATE", rectification_id, by.region)
        if problem is None:
            raise errors.NotFound(NO_PROBLEM)
        unit = await _contestable(problem, by=by, at=at)
        id, year, region = new_id(at), local(at).year, problem["region_code"]
        serial = await take_number(region, "appeal", year)
        await connection().execute(
            _FILE,
            id,
            region,
            f"SS{year}-{serial:05}",
            rectification_id,
            problem["rating_id"],
            unit,
            ground,
            said,
            by.id,
            by.name,
            at,
        )
        for one, scan in zip(files, scans, strict=True):
            kept = await store().put(f"appeals/{id}", one.data)
            await connection().execute(_EVIDENCE, new_id(at), id, scan.name, scan.media_type, kept.sha256, by.id, at)
        await rectification.mark_appeal(rectification_id, True, at=at)
        decision = (await policy(region)).limit("appeal_decision")
        await matters.start(Matter("appeal", id, region), "panel", decision, BASIS, at=at)
        content = {"rectification": str(rectification_id), "ground": ground, "files": len(files)}
        await note(id, FILED, region, by=by, at=at, content=content)
        await outbox.write(FILED, case_id=problem["case_id"], payload={"appeal": str(id)}, at=at)
        return {"appeal": str(id)}

    async with transaction():
        found = await once(key, "file appeal", by=by, at=at, fingerprint=asked, run=run)
    return UUID(found["appeal"])


async def withdraw(appeal_id: UUID, reason: str, *, by: Actor, at: datetime) -> None:
    """Take the appeal back before a panel has it; the rating stands. Raises NotFound, Illegal."""
    async with transaction():
        found = await held(appeal_id, by=by)
        found.row.reason = bool(reason.strip())
        await play(found, "withdraw", by, at, {"reason": reason.strip()[:LONGEST]})
        await connection().execute(_CLOSE, appeal_id, at)
        await rectification.mark_appeal(found.problem["id"], False, at=at)
        await matters.stop(Matter("appeal", appeal_id, found.row.region), at=at)


async def appeal(problem: Mapping[str, Any], *, by: Actor, at: datetime) -> str:
    """Why this person cannot appeal about this rectification now; "" when it is possible. In a transaction."""
    try:
        await _contestable(problem, by=by, at=at)
    except errors.Refusal as refusal:
        return refusal.sentence
    return ""


async def rated_unit(problem: Mapping[str, Any], by: Actor) -> str | None:
    """For which unit this person may contest the rating: the one that has to put it right, or the one in whose figures
    the rating stands, wherever the problem was passed on. None for everybody else. In a transaction."""
    scored = await scored_unit(problem["rating_id"]) if problem["rating_id"] else None
    for unit in (problem["department"], scored):
        if unit is not None and AppealRow("", "filed", problem["region_code"], department=unit).appellant(by):
            return str(unit)
    return None


async def _contestable(problem: Mapping[str, Any], *, by: Actor, at: datetime) -> str:
    unit = await rated_unit(problem, by)
    if unit is None:
        raise errors.Forbidden("差评申诉由被评价的一方（承办单位的人员）提出。")
    if problem["rating_id"] is None:
        raise errors.Conflict("这件整改不是由评价引起的，没有可以申诉的评价；有意见的请向监督员说明。")
    if problem["closed_at"] is not None:
        raise errors.Conflict("这件整改已经结束，不能再申诉。")
    number = await connection().fetchval(_THERE, problem["rating_id"])
    if number:
        raise errors.Conflict(f"这条评价已经提出过申诉（{number}），一条评价只能申诉一次。")
    due = await until(problem)
    if due is None:
        raise errors.Conflict("这条差评还没有核实、转办，转办以后才能申诉。")
    if at > due.instant:
        raise errors.Conflict(f"申诉期限到 {due.instant:%Y年%m月%d日 %H:%M} 为止，已经过了，请按要求整改。")
    return unit


def _checked(ground: str, statement: str, files: Sequence[Attachment]) -> str:
    said, wrong = statement.strip(), {}
    if ground not in GROUNDS:
        wrong["ground"] = "请选择申诉的理由属于哪一种情形。"
    if not 10 <= len(said) <= LONGEST:
        wrong["statement"] = f"请写明事实和理由（10 至 {LONGEST} 个字）。"
    if not 1 <= len(files) <= MOST_FILES:
        wrong["files"] = f"申诉必须附证据：请上传 1 至 {MOST_FILES} 个 PDF、JPEG 或者 PNG 文件。"
    if wrong:
        raise errors.Invalid("申诉还不完整，请按提示补充。", wrong)
    return said
