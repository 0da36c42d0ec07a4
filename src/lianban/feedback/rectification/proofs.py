"""Files that prove a step: examined like scans, kept under the problem, opened by whoever may see it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lianban import errors
from lianban.casework.attachments import Attachment, Kept
from lianban.casework.scans import examine
from lianban.feedback.rectification.keeping import MISSING, visible
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.outside.storage import store
from lianban.rules.actors import Actor
from lianban.tables.ids import new_id

MOST = 5

_ADD = """
INSERT INTO rectification_files (id, rectification_id, step_id, name, media_type, sha256)
VALUES ($1, $2, $3, $4, $5, $6)
"""
_FILE = """
SELECT f.*, s.shown FROM rectification_files f JOIN rectification_steps s ON s.id = f.step_id
WHERE f.rectification_id = $1 AND f.id = $2
"""


@dataclass(frozen=True, slots=True)
class Proof:
    """A file as it is given out."""

    name: str
    media_type: str
    data: bytes


async def store_proofs(id: UUID, files: Sequence[Attachment]) -> list[Kept]:
    """Keep the files in the store, before the transaction that names them. Raises Invalid, with nothing stored, for
    what is not a whole PDF, JPEG or PNG."""
    if len(files) > MOST:
        sentence = f"一次最多上传 {MOST} 个文件，请合并后再上传。"
        raise errors.Invalid(sentence, {"files": sentence})
    limit = settings().upload_mb * 1_048_576
    scans = [await asyncio.to_thread(examine, file.name, file.data, limit=limit) for file in files]
    for file in files:
        await store().put(f"rectifications/{id}", file.data)
    return [Kept(scan.name, scan.media_type, file.sha256) for scan, file in zip(scans, files, strict=True)]


async def attach(id: UUID, step: UUID, kept: Sequence[Kept], *, at: datetime) -> None:
    """Name kept files as proofs of a step, in the caller's transaction."""
    for one in kept:
        await connection().execute(_ADD, new_id(at), id, step, one.name, one.media_type, one.sha256)


async def proof(id: UUID, file: UUID, *, by: Actor) -> Proof:
    """A proof for whoever may see the problem. Raises NotFound."""
    async with transaction():
        row = await connection().fetchrow("SELECT * FROM rectifications WHERE id = $1", id)
        found = await connection().fetchrow(_FILE, id, file)
        if row is None or found is None or not await visible(row, by):
            raise errors.NotFound(MISSING)
    return Proof(found["name"], found["media_type"], await store().open(f"rectifications/{id}/{found['sha256']}"))
