"""What proves a delivery: a letter of authorisation, the picture or film of leaving a document (民事诉讼法 88, 89)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from lianban import errors, people
from lianban.casework.attachments import Attachment, Kept, folder, keep
from lianban.casework.delivery.standing import at_window
from lianban.casework.scans import PHONES, safe_name
from lianban.outside.database import connection
from lianban.outside.settings import settings
from lianban.outside.storage import store
from lianban.rules.actors import Actor


async def kept(case_id: UUID, file: Attachment | None) -> dict[str, Any]:
    """The file in the store, as columns of a delivery; {} without one. A film (MP4) is kept as it is.

    Raises Invalid for what is neither a whole PDF, JPEG or PNG nor a film.
    """
    if file is None:
        return {}
    found: Kept | None
    # An MP4 says so in its first box (ISO 14496-12), and so does a photo of some phones, which no film player opens.
    if file.data[4:11] in PHONES:
        raise errors.Invalid(f"“{file.name}”是 HEIC 或 AVIF 格式的照片，没有保存。请改为 JPEG 格式后上传。")
    if file.data[4:8] == b"ftyp":
        if len(file.data) > settings().upload_mb * 1_048_576:
            raise errors.Invalid(f"“{file.name}”超过上限 {settings().upload_mb} MB，请剪短后上传。")
        stored = await store().put(folder(case_id), file.data)
        found = Kept(safe_name(file.name), "video/mp4", stored.sha256)
    else:
        (found,) = await keep(case_id, [file])
    assert found is not None
    return {"file_name": found.name, "media_type": found.media_type, "sha256": found.sha256}


async def evidence(case_id: UUID, delivery_id: UUID, *, by: Actor, at: Any, address: str = "") -> tuple[str, str, str]:
    """Where the file of a delivery is kept, its name and type; the look is recorded. Raises NotFound."""
    async with at_window(case_id, by, lock=False):
        row = await connection().fetchrow(
            "SELECT file_name, media_type, sha256 FROM deliveries WHERE id = $1 AND case_id = $2 AND sha256 <> ''",
            delivery_id,
            case_id,
        )
        if row is None:
            raise errors.NotFound("这次送达没有附件。")
        await people.record_access(case_id, f"送达附件 {row['file_name']}", "窗口送达", by=by, at=at, address=address)
    return f"{folder(case_id)}/{row['sha256']}", row["file_name"], row["media_type"]
