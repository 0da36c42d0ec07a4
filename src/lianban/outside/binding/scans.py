"""A scan becomes pages of a book: each of its pages one A4 page, upright or across, with room for the page number.

The scan is only shown, as a form or a picture: whatever else its file holds (scripts, forms, other files) stays out.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf
from PIL import Image, ImageOps

from lianban.outside.binding.jobs import PDF

SHORT, LONG = 595.28, 841.89
"""A4 in points."""
MARGIN, HEAD = 28.0, 48.0
"""Points left free around, and at the head where number and label stand."""
FOOT = 48.0
"""Points left free for a caption."""

SHARPEST = (2480, 3508)
"""Pixels of a picture in a book, 300 dpi; the file that was handed in is kept as it is."""
PLAIN = 1_500_000
"""Bytes up to which a JPEG is taken as it is."""
MOST_PIXELS = 80_000_000


class Unbindable(Exception):
    """Why a file cannot be shown, in a sentence."""


def pages(book: Pdf, path: Path, media_type: str, opened: list[Pdf]) -> Iterator[tuple[Object, float, float]]:
    """Each page of the file as an object that `book` can draw, with its size. Files stay open in `opened`.

    Raises Unbindable.
    """
    if media_type == PDF:
        yield from _pdf(book, path, opened)
    elif media_type in ("image/jpeg", "image/png"):
        yield _picture(book, path)
    else:
        what = "录像" if media_type.startswith("video/") else f"这种文件（{media_type}）"
        raise Unbindable(f"{what}不能装订成页面。")


def _pdf(book: Pdf, path: Path, opened: list[Pdf]) -> Iterator[tuple[Object, float, float]]:
    try:
        source = pikepdf.open(path)
        opened.append(source)
        forms = [page.as_form_xobject() for page in source.pages]
        sizes = [_size(page) for page in source.pages]
    except pikepdf.PasswordError as error:
        raise Unbindable("文件加了密码，打不开。") from error
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise Unbindable("文件已经损坏，打不开。") from error
    if source.is_encrypted:
        raise Unbindable("文件加了密码或者权限限制。")
    if not forms:
        raise Unbindable("文件里没有页面。")
    for form, (width, height) in zip(forms, sizes, strict=True):
        yield book.copy_foreign(source.make_indirect(form)), width, height


def _size(page: pikepdf.Page) -> tuple[float, float]:
    """Width and height as the page is seen."""
    left, bottom, right, top = (float(edge) for edge in page.trimbox)
    width, height = abs(right - left), abs(top - bottom)
    if width < 1 or height < 1:
        raise ValueError("no page")
    turned = int(page.obj.get("/Rotate", 0) or 0) % 180 != 0
    return (height, width) if turned else (width, height)


def _picture(book: Pdf, path: Path) -> tuple[Object, float, float]:
    """The picture drawn into a form of 72 dpi; larger ones are made smaller, turned ones upright."""
    try:
        with Image.open(path, formats=["JPEG", "PNG"]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Unbindable("图片的像素太多。")
            as_it_is = (
                image.format == "JPEG"
                and image.mode in ("L", "RGB")
                and path.stat().st_size <= PLAIN
                and image.getexif().get(0x0112, 1) == 1
            )
            image.load()
            data, width, height, mode = _jpeg(path, image, as_it_is)
    except Unbindable:
        raise
    except Exception as error:  # Pillow's decoders raise many kinds on broken data
        raise Unbindable("图片已经损坏，打不开。") from error
    picture = book.make_stream(
        data,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=width,
        Height=height,
        BitsPerComponent=8,
        ColorSpace=Name.DeviceGray if mode == "L" else Name.DeviceRGB,
        Filter=Name.DCTDecode,
    )
    form = book.make_stream(
        f"{width} 0 0 {height} 0 0 cm /P Do".encode(),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, width, height]),
        Resources=Dictionary(XObject=Dictionary(P=picture)),
    )
    return form, float(width), float(height)


def _jpeg(path: Path, image: Image.Image, as_it_is: bool) -> tuple[bytes, int, int, str]:
    if as_it_is:
        return path.read_bytes(), image.width, image.height, image.mode
    shown = ImageOps.exif_transpose(image)
    if shown.mode in ("RGBA", "LA", "PA") or "transparency" in shown.info:
        layered = shown.convert("RGBA")
        ground = Image.new("RGBA", layered.size, "white")
        shown = Image.alpha_composite(ground, layered)
    shown = shown.convert("L" if shown.mode in ("1", "L", "I;16") else "RGB")
    shown.thumbnail(SHARPEST if shown.height >= shown.width else SHARPEST[::-1])
    out = io.BytesIO()
    shown.save(out, "JPEG", quality=88)
    return out.getvalue(), shown.width, shown.height, shown.mode


def placed(
    book: Pdf, form: Object, width: float, height: float, caption: Object | None = None
) -> tuple[Object, tuple[float, float, float, float]]:
    """A new A4 page at the end of the book that shows the form, and where on it the form stands. A caption is drawn
    below; for a reader of the structure it belongs into the words of the figure."""
    across = width > height
    page_width, page_height = (LONG, SHORT) if across else (SHORT, LONG)
    foot = MARGIN + (FOOT if caption is not None else 0)
    room = page_width - 2 * MARGIN, page_height - HEAD - foot
    scale = min(room[0] / width, room[1] / height)
    shown = width * scale, height * scale
    left, bottom = (page_width - shown[0]) / 2, foot + (room[1] - shown[1]) / 2
    page = book.add_blank_page(page_size=(page_width, page_height))
    page.obj.Resources = Dictionary(XObject=Dictionary(Scan=form))
    box = [float(edge) for edge in form.BBox]
    matrix = [float(n) for n in form.get("/Matrix", [1, 0, 0, 1, 0, 0])]
    low = _corner(box, matrix)
    drawn = (
        f"/Figure <</MCID 0>> BDC q {scale:.6f} 0 0 {scale:.6f} {left - low[0] * scale:.3f}"
        f" {bottom - low[1] * scale:.3f} cm /Scan Do Q EMC\n"
    )
    if caption is not None:
        page.obj.Resources.XObject.Caption = caption
        drawn += f"/Artifact BMC q 1 0 0 1 {MARGIN:.2f} {MARGIN:.2f} cm /Caption Do Q EMC\n"
    page.obj.Contents = book.make_stream(drawn.encode())
    return page.obj, (left, bottom, left + shown[0], bottom + shown[1])


def _corner(box: list[float], matrix: list[float]) -> tuple[float, float]:
    """The lower left corner of a form's box after its own matrix."""
    a, b, c, d, e, f = matrix
    corners = [(x * a + y * c + e, x * b + y * d + f) for x in box[::2] for y in box[1::2]]
    return min(x for x, _ in corners), min(y for _, y in corners)
