"""Pictures with a rating: at most three, drawn anew so that nothing rides along (no place, no device, no camera)."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from PIL import Image, ImageOps

from lianban.casework.attachments import Attachment
from lianban.casework.scans import examine
from lianban.errors import Invalid
from lianban.outside.database import connection
from lianban.outside.settings import settings
from lianban.outside.storage import store
from lianban.tables.ids import day_of, new_id

MOST = 3
LONGEST_SIDE = 2000
QUALITY = 85

_ADD = """
INSERT INTO rating_pictures (id, rating_day, rating_id, addition_id, name, media_type, sha256, size, at)
VALUES ($1, $2, $3, $4, $5, 'image/jpeg', $6, $7, $8) ON CONFLICT (rating_id, sha256) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """A kept picture, as lists name it."""

    id: UUID
    name: str
    size: int


async def drawn(files: Sequence[Attachment]) -> list[Attachment]:
    """The pictures as they are kept. Raises Invalid, with the field, for too many or what is no whole picture."""
    if len(files) > MOST:
        sentence = f"最多上传 {MOST} 张图片，现在选了 {len(files)} 张，请减少后再提交。"
        raise Invalid(sentence, {"pictures": sentence})
    try:
        return [await asyncio.to_thread(_redraw, file) for file in files]
    except Invalid as refusal:
        raise Invalid(refusal.sentence, {"pictures": refusal.sentence}) from refusal


def _redraw(file: Attachment) -> Attachment:
    scan = examine(file.name, file.data, limit=settings().upload_mb * 1_048_576)
    if scan.media_type == "application/pdf":
        raise Invalid(f"“{scan.name}”不是图片，没有保存。请上传 JPEG 或 PNG 图片。")
    with Image.open(io.BytesIO(file.data)) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        octets = io.BytesIO()
        upright.save(octets, "JPEG", quality=QUALITY)
    return Attachment(scan.name, octets.getvalue())


def folder(rating_id: UUID) -> str:
    """Where the pictures of a rating lie."""
    return f"ratings/{rating_id}"


async def store_files(rating_id: UUID, pictures: Sequence[Attachment]) -> None:
    """Keep the files, before their rows: a file without a row harms nobody, a row without its file does."""
    for picture in pictures:
        await store().put(folder(rating_id), picture.data)


async def add_rows(
    rating_id: UUID, pictures: Sequence[Attachment], *, addition: UUID | None = None, at: datetime
) -> None:
    """The rows of stored pictures, in the caller's transaction."""
    day = day_of(rating_id)
    for picture in pictures:
        digest = hashlib.sha256(picture.data).hexdigest()
        await connection().execute(
            _ADD, new_id(at), day, rating_id, addition, picture.name, digest, len(picture.data), at
        )


async def of_rating(rating_id: UUID) -> list[Picture]:
    """The pictures of a rating and its additions, in the caller's transaction."""
    rows = await connection().fetch(
        "SELECT id, name, size FROM rating_pictures WHERE rating_id = $1 ORDER BY id", rating_id
    )
    return [Picture(**row) for row in rows]


async def data_of(rating_id: UUID, picture: UUID) -> tuple[str, bytes] | None:
    """Name and content of one picture, in the caller's transaction; None when there is none."""
    row = await connection().fetchrow(
        "SELECT name, sha256 FROM rating_pictures WHERE rating_id = $1 AND id = $2", rating_id, picture
    )
    return (row["name"], await store().open(f"{folder(rating_id)}/{row['sha256']}")) if row else None
