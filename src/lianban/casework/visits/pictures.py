"""A photo as it arrives from a phone: upright, without where it was taken, whole, and of a size that can be kept.

Runs on bytes only. The picture is written anew, so that nothing but the picture is kept: neither what the camera noted
(place, device, owner) nor a film or a program behind its end.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from datetime import datetime

from PIL import Image, ImageFile, ImageOps

from lianban.casework.scans import KINDS, MOST_PIXELS, PHONES, safe_name
from lianban.errors import Invalid
from lianban.outside.clock import SHANGHAI

SMALL = 360
"""Pixels of the longer side of the small picture in lists and in the joint record."""

_ORIENTATION, _TAKEN, _EXIF = 0x0112, 0x9003, 0x8769
_HEADS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo that may be kept. `sent` is the digest of what arrived, `taken` what the camera says."""

    name: str
    media_type: str
    data: bytes
    small: bytes
    width: int
    height: int
    sent: str
    taken: datetime | None


def prepare(filename: str, data: bytes, *, limit: int) -> Picture:
    """The photo as it is kept; `limit` in bytes. Raises Invalid with a sentence that names the file and the way out."""
    name = safe_name(filename)
    if not data:
        raise Invalid(f"“{name}”是空文件，没有保存。请重新拍照。")
    if len(data) > limit:
        most = limit // 1_048_576
        raise Invalid(f"“{name}”有 {len(data) / 1_048_576:.1f} MB，超过上限 {most} MB。请在相机里调低分辨率后重拍。")
    kind = next((kind for head, kind in _HEADS.items() if data.startswith(head)), "")
    if data[4:11] in PHONES:
        raise Invalid(f"“{name}”是 HEIC 或 AVIF 格式，没有保存。请在手机的相机设置里改为“兼容性最佳”（JPEG）后重拍。")
    if not kind:
        raise Invalid(f"“{name}”不是照片，没有保存。请拍照，或者选择 JPEG、PNG 图片。")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _prepared(name, kind, data)
    except Invalid:
        raise
    except Exception as error:  # Pillow's decoders raise many kinds on broken data
        raise Invalid(f"“{name}”不是完整的照片，没有保存。请重新拍照后上传。") from error


def _prepared(name: str, kind: str, data: bytes) -> Picture:
    with Image.open(io.BytesIO(data), formats=[kind]) as image:
        width, height = image.size
        if width * height > MOST_PIXELS:
            raise Invalid(f"“{name}”的像素太多，没有保存。请在相机里调低分辨率后重拍。")
        # A program that prints in the same process has told Pillow to fill what is missing with grey.
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        image.load()
        taken, profile = _taken(image), image.info.get("icc_profile")
        turned = image.getexif().get(_ORIENTATION, 1) != 1
        # What stands upright already keeps the compression it came with; phones wrap some photos as MPO.
        quality: int | str = 90 if turned or image.format != "JPEG" else "keep"
        upright = ImageOps.exif_transpose(image) if turned else image
        # Comments, place and device live in `info`; without it nothing but the picture is written.
        upright.info.clear()
        kept = io.BytesIO()
        if kind == "PNG":
            upright.save(kept, "PNG", exif=b"")
        else:
            upright.save(kept, "JPEG", quality=quality, exif=b"", icc_profile=profile)
        small = upright.convert("RGB")
        small.thumbnail((SMALL, SMALL))
        thumb = io.BytesIO()
        small.save(thumb, "JPEG", quality=70)
    media_type, suffix = KINDS[kind]
    return Picture(
        name=name if name.lower().endswith((suffix, ".jpeg")) else f"{name}{suffix}",
        media_type=media_type,
        data=kept.getvalue(),
        small=thumb.getvalue(),
        width=upright.width,
        height=upright.height,
        sent=hashlib.sha256(data).hexdigest(),
        taken=taken,
    )


def _taken(image: Image.Image) -> datetime | None:
    text = image.getexif().get_ifd(_EXIF).get(_TAKEN)
    try:
        return datetime.strptime(str(text).strip("\x00 "), "%Y:%m:%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except ValueError:
        return None
