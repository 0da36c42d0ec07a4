"""Several photographs and scans of one paper become one file: a page after the other, in the order they were chosen."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import PurePath

import pikepdf
from PIL import Image, ImageOps

from lianban.casework.scans import MOST_PAGES, examine
from lianban.errors import Invalid

A4_POINTS = (595, 842)
QUALITY = 88


def joined(files: Sequence[tuple[str, bytes]], *, limit: int) -> tuple[str, bytes]:
    """One file of all: the only one as it is, several as one PDF. `limit` is in bytes, for each and for all together.

    Raises Invalid with a sentence that names the file, as `scans.examine` does.
    """
    scans = [examine(name, data, limit=limit) for name, data in files]
    if len(files) == 1:
        return files[0]
    total = sum(len(data) for _, data in files)
    if total > limit:
        raise Invalid(
            f"这些文件一共 {total / 1_048_576:.1f} MB，超过上限 {limit // 1_048_576} MB。请降低分辨率后上传。"
        )
    if sum(scan.pages for scan in scans) > MOST_PAGES:
        raise Invalid(f"这些文件一共超过 {MOST_PAGES} 页，请只上传这份材料。")
    with pikepdf.new() as whole:
        for scan, (_, data) in zip(scans, files, strict=True):
            pages = data if scan.media_type == "application/pdf" else _page(data)
            with pikepdf.open(io.BytesIO(pages)) as part:
                whole.pages.extend(part.pages)
        out = io.BytesIO()
        whole.save(out, deterministic_id=True)
    return f"{PurePath(scans[0].name).stem}等{len(files)}个文件.pdf", out.getvalue()


def _page(data: bytes) -> bytes:
    """A photograph as a page of paper, the right way up."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(data)) as photograph:
        upright = ImageOps.exif_transpose(photograph)
        if upright.mode not in ("RGB", "L"):
            ground = Image.new("RGB", upright.size, "white")
            layer = upright.convert("RGBA")
            ground.paste(layer, mask=layer)
            upright = ground
        width, height = upright.size
        fit = max(width / A4_POINTS[0], height / A4_POINTS[1])
        upright.save(out, "PDF", resolution=max(72.0, fit * 72), quality=QUALITY)
    return out.getvalue()
