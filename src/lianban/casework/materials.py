"""Materials: scans come in, are shown, put in order and taken away; the clerk's checklist beside them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lianban import people
from lianban.casework.attachments import folder
from lianban.casework.intake.completeness import SIGNED_SCAN
from lianban.casework.intake.drafts import save
from lianban.casework.intake.record import Record, current_edition, held_draft, note
from lianban.casework.intake.views import DraftView, FileView
from lianban.casework.owed import catch_up
from lianban.casework.scans import Scan, examine
from lianban.errors import Invalid, NotFound
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.outside.storage import Stored, store
from lianban.rules.actors import Actor
from lianban.rules.plan import plan_from_dict
from lianban.tables.cases import Case, MaterialFile
from lianban.tables.ids import new_id

MOST_FILES = 40
GONE = "没有找到这个文件，它可能已经删除。"


@dataclass(frozen=True, slots=True)
class Opened:
    """A scan to be shown."""

    name: str
    media_type: str
    data: bytes


async def add(case_id: UUID, material: str, filename: str, data: bytes, *, by: Actor, at: datetime) -> FileView:
    """Keep one scan of a material. The same file again is the same scan.

    Raises NotFound; Conflict when the draft is one no more; Invalid for a file that is not a whole PDF, JPEG or PNG.
    """
    await catch_up(case_id, at=at)
    async with transaction():
        await _ready(await held_draft(case_id, by=by, at=at), material, by=by, at=at)
    scan = await asyncio.to_thread(examine, filename, data, limit=settings().upload_mb * 1_048_576)
    # First the file, then its row: a file without a row harms nobody, a row without its file does.
    stored = await store().put(folder(case_id), data)
    async with transaction():
        record = await held_draft(case_id, by=by, at=at)
        await _ready(record, material, by=by, at=at)
        view, new = await place(case_id, material, scan, stored, by=by, at=at)
        if new:
            content = {"material": material, "pages": scan.pages, "sha256": stored.sha256}
            await note(record, "material added", by=by, at=at, content=content)
    return view


async def place(
    case_id: UUID, material: str, scan: Scan, stored: Stored, *, by: Actor, at: datetime
) -> tuple[FileView, bool]:
    """Put a stored scan behind those of its material, in the caller's transaction, the case locked; and whether it
    is new. Raises Invalid when there are too many."""
    files = await _files(case_id, material)
    for file in files:
        if file["sha256"] == stored.sha256:
            return _view(file), False
    if len(files) >= MOST_FILES:
        raise Invalid(f"一份材料最多 {MOST_FILES} 个扫描件，请合并成一个 PDF 后上传。")
    row = MaterialFile(
        id=new_id(at),
        case_id=case_id,
        material=material,
        position=max((f["position"] for f in files), default=0) + 1,
        name=scan.name,
        media_type=scan.media_type,
        size=stored.size,
        sha256=stored.sha256,
        pages=scan.pages,
        by_id=by.id,
        at=at,
    )
    await MaterialFile.insert(row)
    # What is uploaded keeps the draft fresh: uploads of an idle draft are deleted.
    await Case.update({Case.updated_at: at}).where(Case.id == case_id)
    return FileView(row.id, material, scan.name, scan.media_type, stored.size, scan.pages, at), True


async def remove(case_id: UUID, file_id: UUID, *, by: Actor, at: datetime) -> None:
    """Take one scan away; once more is harmless. Raises NotFound, Conflict when the draft is one no more."""
    await catch_up(case_id, at=at)
    async with transaction():
        record = await held_draft(case_id, by=by, at=at)
        row = await MaterialFile.objects().get((MaterialFile.id == file_id) & (MaterialFile.case_id == case_id))
        if row is None:
            raise NotFound(GONE)
        if row.removed_at is not None:
            return
        await MaterialFile.update({MaterialFile.removed_at: at}).where(MaterialFile.id == file_id)
        content = {"material": row.material, "sha256": row.sha256}
        await note(record, "material removed", by=by, at=at, content=content)


async def reorder(case_id: UUID, material: str, files: Sequence[UUID], *, by: Actor, at: datetime) -> None:
    """Put the scans of a material in this order. Raises Invalid unless all of them are named once."""
    await catch_up(case_id, at=at)
    async with transaction():
        record = await held_draft(case_id, by=by, at=at)
        known = [f["id"] for f in await _files(case_id, material)]
        if sorted(known) != sorted(files):
            raise Invalid("扫描件刚刚有变化，请刷新页面后重新排序。")
        if list(files) == known:
            return
        await connection().execute(
            "UPDATE material_files SET position = n FROM unnest($1::uuid[]) WITH ORDINALITY AS o(file, n)"
            " WHERE id = o.file",
            list(files),
        )
        await note(record, "materials ordered", by=by, at=at, content={"material": material})


async def mark(case_id: UUID, material: str, checks: Mapping[str, Any], *, by: Actor, at: datetime) -> DraftView:
    """The clerk's checklist of one material: `original` (seen), `copies` (received), `standards` (ticks in order).

    Raises NotFound, Conflict, Invalid.
    """
    values = {f"check.{material}.original": "yes" if checks.get("original") else ""} if "original" in checks else {}
    if "copies" in checks:
        values[f"check.{material}.copies"] = str(checks["copies"])
    for number, tick in enumerate(checks.get("standards", ())):
        values[f"check.{material}.standard.{number}"] = "yes" if tick else ""
    return await save(case_id, values, by=by, at=at)


async def open(case_id: UUID, file_id: UUID, *, by: Actor, at: datetime, address: str = "") -> Opened:
    """One scan, to look at; each look is recorded. A department opens what its own items ask for.

    Raises NotFound for whoever may not know of it, Forbidden for a child's record without task or approved purpose.
    """
    async with transaction():
        case = await Case.objects().get(Case.id == case_id)
        row = await MaterialFile.objects().get((MaterialFile.id == file_id) & (MaterialFile.case_id == case_id))
        if case is None or row is None or (row.removed_at is not None):
            raise NotFound(GONE)
        purpose = await people.require_access(case, by=by, at=at)
        if by.department and not _asked_by(case, row.material, by.department):
            raise NotFound(GONE)
        await people.record_access(case_id, f"材料 {row.material}", purpose, by=by, at=at, address=address)
    data = await store().open(f"{folder(case_id)}/{row.sha256}")
    return Opened(row.name, row.media_type, data)


def _asked_by(case: Case, material: str, department: str) -> bool:
    if not case.plan:
        return False
    plan = plan_from_dict(json.loads(case.plan))
    return any(m.material == material and any(a.department == department for a in m.askers) for m in plan.materials)


async def _ready(record: Record, material: str, *, by: Actor, at: datetime) -> None:
    edition = await current_edition(record, by=by, at=at)
    if material not in edition.materials and material != SIGNED_SCAN:
        raise Invalid("材料清单里没有这份材料，请刷新页面后再上传。")


async def _files(case_id: UUID, material: str) -> list[dict[str, Any]]:
    return (
        await MaterialFile.select()
        .where(
            (MaterialFile.case_id == case_id) & (MaterialFile.material == material) & MaterialFile.removed_at.is_null()
        )
        .order_by(MaterialFile.position, MaterialFile.id)
    )


def _view(row: Mapping[str, Any]) -> FileView:
    return FileView(row["id"], row["material"], row["name"], row["media_type"], row["size"], row["pages"], row["at"])
