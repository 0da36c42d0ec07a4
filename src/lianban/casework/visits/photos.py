"""Photos of a visit: sent from a phone, perhaps several times, kept once; seen by the departments of the visit only."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from lianban import people
from lianban.casework.attachments import folder
from lianban.casework.progress import note
from lianban.casework.visits.pictures import prepare
from lianban.casework.visits.spot import on_the_spot
from lianban.errors import Conflict, Invalid, NotFound
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.outside.storage import store
from lianban.rules.actors import Actor
from lianban.tables.cases import Case
from lianban.tables.ids import new_id

MOST = 30
"""Photos of one item in one visit."""

OLDEST = timedelta(days=30)
KEPT_AFTER_REMOVAL = timedelta(days=30)
_REMOVED = "SELECT id, case_id, sha256, small_sha256 FROM survey_photos WHERE removed_at < $1 ORDER BY id FOR UPDATE"
_USED = """
SELECT 1 FROM survey_photos WHERE case_id = $1 AND $2 IN (sha256, small_sha256) AND id <> $3
UNION ALL SELECT 1 FROM material_files WHERE case_id = $1 AND sha256 = $2
UNION ALL SELECT 1 FROM results WHERE case_id = $1 AND sha256 = $2
UNION ALL SELECT 1 FROM deliveries WHERE case_id = $1 AND sha256 = $2
UNION ALL SELECT 1 FROM visits WHERE case_id = $1 AND signed_sha256 = $2
UNION ALL SELECT 1 FROM hearings WHERE case_id = $1 AND signed_sha256 = $2 LIMIT 1
"""
GONE = "没有找到这张照片，它可能已经删除。"
_LISTED = """
SELECT f.*, c.text AS check_text FROM survey_photos f
LEFT JOIN survey_checks c ON c.visit_id = f.visit_id AND c.task_id = f.task_id AND c.position = f.position
WHERE f.visit_id = $1 AND f.removed_at IS NULL ORDER BY COALESCE(f.taken_at, f.received_at), f.received_at, f.id
"""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as lists show it. `position` is that of its check, None for a general one."""

    id: UUID
    visit_id: UUID
    task_id: UUID
    position: int | None
    check: str
    name: str
    size: int
    taken_at: datetime | None
    received_at: datetime
    by_id: str
    by_name: str
    sha256: str

    @property
    def address(self) -> str:
        """Where it is shown."""
        return f"/visits/{self.visit_id}/photos/{self.id}"


class Sent(NamedTuple):
    """A photo on its way in. `id` and `taken` come from the phone; without `taken` the camera's own note counts."""

    name: str
    data: bytes
    id: UUID | None = None
    taken: datetime | None = None


async def add(visit_id: UUID, task_id: UUID, position: int | None, sent: Sent, *, by: Actor, at: datetime) -> Photo:
    """Keep one photo of an item, tied to a check or general. The same id, or the same picture again, is one photo.

    Raises NotFound, Invalid for what is no whole photo, Conflict when nothing can be put down any more.
    """
    async with on_the_spot(visit_id, task_id, by, at=at) as spot:
        # Before the heavy work: whoever may not, and what has arrived already.
        if (kept := await _known(visit_id, task_id, sent)) is not None:
            return kept
        spot.require_open(_believed(sent.taken, at) or at)
        if position is not None:
            await _require_check(visit_id, task_id, position)
    picture = await asyncio.to_thread(prepare, sent.name, sent.data, limit=settings().upload_mb * 1_048_576)
    # First the files, then the row: a file without a row harms nobody, a row without its file does.
    whole = await store().put(folder(spot.held.id), picture.data)
    small = await store().put(folder(spot.held.id), picture.small)
    taken = _believed(sent.taken, at) or _believed(picture.taken, at)
    async with on_the_spot(visit_id, task_id, by, at=at) as spot:
        if (
            kept := await _known(visit_id, task_id, sent) or await _same(visit_id, task_id, position, picture.sent)
        ) is not None:
            return kept
        spot.require_open(taken)
        count = await connection().fetchval(
            "SELECT count(*) FROM survey_photos WHERE visit_id = $1 AND task_id = $2 AND removed_at IS NULL",
            visit_id,
            task_id,
        )
        if count >= MOST:
            raise Invalid(f"一个事项一次勘查最多 {MOST} 张照片。请删去不需要的，再上传“{picture.name}”。")
        id = sent.id or new_id(at)
        await connection().execute(
            "INSERT INTO survey_photos (id, visit_id, case_id, task_id, position, name, media_type, size, sha256,"
            " sent_sha256, small_sha256, width, height, taken_at, received_at, by_id, by_name)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
            id,
            visit_id,
            spot.held.id,
            task_id,
            position,
            picture.name,
            picture.media_type,
            whole.size,
            whole.sha256,
            picture.sent,
            small.sha256,
            picture.width,
            picture.height,
            taken,
            at,
            by.id,
            by.name,
        )
        await note(
            spot.held, "photo added", by=by, at=at, item=spot.life.item, check=position or 0, sha256=whole.sha256
        )
        found = await _one(id)
        assert found is not None
        return found


async def remove(visit_id: UUID, photo_id: UUID, *, by: Actor, at: datetime) -> None:
    """Take a photo away before the conclusion; once more is harmless. Raises NotFound, Conflict."""
    async with transaction():
        task_id = await connection().fetchval(
            "SELECT task_id FROM survey_photos WHERE id = $1 AND visit_id = $2", photo_id, visit_id
        )
    if task_id is None:
        raise NotFound(GONE)
    async with on_the_spot(visit_id, task_id, by, at=at) as spot:
        spot.require_open()
        sha256 = await connection().fetchval(
            "UPDATE survey_photos SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL RETURNING sha256",
            photo_id,
            at,
        )
        if sha256 is not None:
            await note(spot.held, "photo removed", by=by, at=at, item=spot.life.item, sha256=sha256)


async def listed(visit_id: UUID) -> list[Photo]:
    """The photos of a visit in the order in which they were taken, in the caller's transaction."""
    return [_photo(row) for row in await connection().fetch(_LISTED, visit_id)]


async def of_task(task_id: UUID, *, by: Actor) -> list[Photo]:
    """The photos of an item from all its visits, for the department that handles it; nothing for anybody else."""
    async with transaction():
        visits = await connection().fetch(
            "SELECT p.visit_id FROM visit_parts p JOIN visits v ON v.id = p.visit_id"
            " WHERE p.task_id = $1 AND p.department = $2 AND v.region_code = $3 ORDER BY v.starts_at",
            task_id,
            by.department,
            by.region,
        )
        return [photo for row in visits for photo in await listed(row["visit_id"]) if photo.task_id == task_id]


async def clear_removed(at: datetime) -> int:
    """Delete for good what was taken away long ago; how many. The journal keeps that there was one, and its digest."""
    async with transaction():
        rows = await connection().fetch(_REMOVED, at - KEPT_AFTER_REMOVAL)
        # Files first: if this stops half-way, the rows are still there to find the rest by.
        for row in rows:
            for digest in (row["sha256"], row["small_sha256"]):
                if not await connection().fetchval(_USED, row["case_id"], digest, row["id"]):
                    await store().remove(f"{folder(row['case_id'])}/{digest}")
            await connection().execute("DELETE FROM survey_photos WHERE id = $1", row["id"])
    return len(rows)


@dataclass(frozen=True, slots=True)
class Opened:
    """A photo to be shown."""

    name: str
    media_type: str
    data: bytes


async def open(visit_id: UUID, photo_id: UUID, *, small: bool, by: Actor, at: datetime, address: str = "") -> Opened:
    """One photo, for the departments of its visit; each look is recorded.

    Raises NotFound for everybody else, Forbidden as for every file of the case.
    """
    async with transaction():
        row = await connection().fetchrow(
            "SELECT f.*, t.item FROM survey_photos f JOIN tasks t ON t.id = f.task_id"
            " WHERE f.id = $1 AND f.visit_id = $2 AND f.removed_at IS NULL AND $3 = ANY("
            "SELECT department FROM visit_parts WHERE visit_id = $2)",
            photo_id,
            visit_id,
            by.department,
        )
        case = await Case.objects().get(Case.id == row["case_id"]) if row else None
        if row is None or case is None:
            raise NotFound(GONE)
        purpose = await people.require_access(case, by=by, at=at)
        await people.record_access(case.id, f"现场照片 {row['item']}", purpose, by=by, at=at, address=address)
    data = await store().open(f"{folder(case.id)}/{row['small_sha256' if small else 'sha256']}")
    return Opened(row["name"], "image/jpeg" if small else row["media_type"], data)


@dataclass(frozen=True, slots=True)
class Printed:
    """A photo as the joint record prints it: a small picture as a `data:` address, the digest of the whole one."""

    task_id: UUID
    check: str
    taken_at: datetime | None
    received_at: datetime
    by_name: str
    sha256: str
    image: str


async def for_record(visit_id: UUID) -> list[Printed]:
    """The photos of a visit for its joint record, in the caller's transaction."""
    found = []
    for row in await connection().fetch(_LISTED, visit_id):
        data = await store().open(f"{folder(row['case_id'])}/{row['small_sha256']}")
        found.append(
            Printed(
                task_id=row["task_id"],
                check=row["check_text"] or "",
                taken_at=row["taken_at"],
                received_at=row["received_at"],
                by_name=row["by_name"],
                sha256=row["sha256"],
                image=f"data:image/jpeg;base64,{base64.b64encode(data).decode()}",
            )
        )
    return found


def _believed(taken: datetime | None, at: datetime) -> datetime | None:
    """When it was taken, unless that lies in the future or absurdly far back."""
    return taken if taken is not None and at - OLDEST <= taken <= at else None


async def _known(visit_id: UUID, task_id: UUID, sent: Sent) -> Photo | None:
    """What has arrived under this id. Raises Conflict when it belongs elsewhere."""
    found = await _one(sent.id) if sent.id else None
    if found is not None and (found.visit_id, found.task_id) != (visit_id, task_id):
        raise Conflict("这张照片的编号已经用过，请删去这张重新拍照。")
    return found


async def _same(visit_id: UUID, task_id: UUID, position: int | None, digest: str) -> Photo | None:
    id = await connection().fetchval(
        "SELECT id FROM survey_photos WHERE visit_id = $1 AND task_id = $2 AND position IS NOT DISTINCT FROM $3"
        " AND sent_sha256 = $4 AND removed_at IS NULL",
        visit_id,
        task_id,
        position,
        digest,
    )
    return await _one(id) if id else None


async def _require_check(visit_id: UUID, task_id: UUID, position: int) -> None:
    if not await connection().fetchval(
        "SELECT 1 FROM survey_checks WHERE visit_id = $1 AND task_id = $2 AND position = $3",
        visit_id,
        task_id,
        position,
    ):
        raise NotFound("没有找到这一条核查要点，请刷新页面。")


async def _one(id: UUID) -> Photo | None:
    row = await connection().fetchrow(
        "SELECT f.*, c.text AS check_text FROM survey_photos f LEFT JOIN survey_checks c ON c.visit_id = f.visit_id"
        " AND c.task_id = f.task_id AND c.position = f.position WHERE f.id = $1",
        id,
    )
    return _photo(row) if row else None


def _photo(row: Mapping[str, Any]) -> Photo:
    return Photo(
        id=row["id"],
        visit_id=row["visit_id"],
        task_id=row["task_id"],
        position=row["position"],
        check=row["check_text"] or "",
        name=row["name"],
        size=row["size"],
        taken_at=row["taken_at"],
        received_at=row["received_at"],
        by_id=row["by_id"],
        by_name=row["by_name"],
        sha256=row["sha256"],
    )
