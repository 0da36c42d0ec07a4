"""What an uploaded file really is: PDF, JPEG or PNG by content, whole, and of a size that can be looked at.

Runs on bytes only; the sentences name the file, because several are uploaded at once.
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

import pikepdf
from PIL import Image

from lianban.errors import Invalid

MOST_PIXELS = 60_000_000
"""An A3 page at 400 dpi has 31 million."""

MOST_PAGES = 500
LONGEST_NAME = 120
KINDS = {"PDF": ("application/pdf", ".pdf"), "JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png")}
SUFFIXES = {"PDF": (".pdf",), "JPEG": (".jpg", ".jpeg"), "PNG": (".png",)}

# A scan that runs something or carries another file is no scan.
ACTIVE = frozenset(
    f"/{name}"
    for name in "JavaScript JS Launch SubmitForm ImportData RichMedia XFA".split()
    + "EmbeddedFile EmbeddedFiles EF FileAttachment".split()
)
DEEPEST = 50
ENDS = {"JPEG": b"\xff\xd9", "PNG": b"IEND\xaeB`\x82"}
PHONES = (b"ftyphei", b"ftyphev", b"ftypmif", b"ftypmsf", b"ftypavi")
"""Photos as some phones keep them (HEIC, AVIF), from the fifth byte on."""
OTHER_HEADS = (b"PK\x03\x04", b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf")


@dataclass(frozen=True, slots=True)
class Scan:
    """A file that was accepted: the name it is kept under, its type and its pages."""

    name: str
    media_type: str
    pages: int


def examine(filename: str, data: bytes, *, limit: int) -> Scan:
    """What the file is; `limit` in bytes. Raises Invalid with a sentence that names the file and the way out."""
    name = safe_name(filename)
    if not data:
        raise Invalid(f"“{name}”是空文件，没有保存。请重新扫描后上传。")
    if len(data) > limit:
        raise Invalid(
            f"“{name}”有 {len(data) / 1_048_576:.1f} MB，超过上限 {limit // 1_048_576} MB。请降低分辨率后上传。"
        )
    if data.startswith(b"%PDF-"):
        kind, pages = "PDF", _pdf(name, data)
    elif data.startswith(b"\xff\xd8\xff"):
        kind, pages = "JPEG", _image(name, data, "JPEG")
    elif data.startswith(b"\x89PNG\r\n\x1a\n"):
        kind, pages = "PNG", _image(name, data, "PNG")
    else:
        raise Invalid(f"“{name}”不是 PDF、JPEG 或 PNG 文件，没有保存。请扫描成这三种格式之一后上传。")
    media_type, suffix = KINDS[kind]
    if not name.lower().endswith(SUFFIXES[kind]):
        name = f"{PurePath(name).stem}{suffix}"
    return Scan(name, media_type, pages)


def safe_name(filename: str) -> str:
    """The last part of a name without what could mislead or break a header: 合同.pdf stays 合同.pdf."""
    text = unicodedata.normalize("NFC", filename).replace("\\", "/").rpartition("/")[2]
    text = "".join(c for c in text if unicodedata.category(c)[0] not in "CZ" or c == " ").strip(" .")
    text = re.sub(r'[<>:"|?*]', "_", text)
    stem, suffix = PurePath(text).stem, PurePath(text).suffix[:10]
    return (stem[: LONGEST_NAME - len(suffix)] + suffix) or "扫描件"


def _pdf(name: str, data: bytes) -> int:
    broken = f"“{name}”不是完整的 PDF 文件，没有保存。请重新扫描或重新导出后上传。"
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            if document.is_encrypted:
                raise Invalid(f"“{name}”加了密码或权限限制，没有保存。请取消加密后上传。")
            pages = len(document.pages)
            for number, thing in enumerate(document.objects):
                if number > 200_000:
                    raise Invalid(broken)
                if _active(thing):
                    raise Invalid(f"“{name}”里有脚本或者夹带的文件，没有保存。请打印成普通 PDF 后上传。")
    except pikepdf.PasswordError as error:
        raise Invalid(f"“{name}”加了密码，没有保存。请取消密码后上传。") from error
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError) as error:
        raise Invalid(broken) from error
    if not pages:
        raise Invalid(f"“{name}”里没有页面，没有保存。请重新扫描后上传。")
    if pages > MOST_PAGES:
        raise Invalid(f"“{name}”有 {pages} 页，超过上限 {MOST_PAGES} 页。请分成几个文件上传。")
    tail = data[data.rfind(b"%%EOF") + 5 :]
    if len(tail) > 1024 or _carries(data, tail):
        raise Invalid(f"“{name}”在 PDF 后面还夹带着别的内容，没有保存。请重新扫描后上传。")
    return pages


def _active(thing: object, depth: int = 0) -> bool:
    """Whether this object does more than show something: it, or what is written inside it. Others are met by number."""
    if depth > DEEPEST:
        return True
    if isinstance(thing, pikepdf.Array):
        return any(_active(part, depth + 1) for part in thing if not _by_number(part))
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return False
    if ACTIVE & set(thing.keys()) or any(str(thing.get(key, "")) in ACTIVE for key in ("/S", "/Type", "/Subtype")):
        return True
    return any(_active(part, depth + 1) for _, part in thing.items() if not _by_number(part))


def _by_number(part: object) -> bool:
    return isinstance(part, pikepdf.Object) and part.is_indirect


def _image(name: str, data: bytes, kind: str) -> int:
    broken = f"“{name}”不是完整的图片，没有保存。请重新扫描后上传。"
    large = f"“{name}”的像素太多，没有保存。请降低分辨率后上传。"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=[kind]) as image:
                width, height = image.size
                if width * height > MOST_PIXELS:
                    raise Invalid(large)
                if getattr(image, "n_frames", 1) > 1:
                    raise Invalid(f"“{name}”是动态图片，没有保存。请上传普通图片。")
                image.load()
    except Invalid:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid(large) from error
    except Exception as error:  # Pillow's decoders raise many kinds on broken data
        raise Invalid(broken) from error
    end = data.rfind(ENDS[kind])
    if end < 0:
        raise Invalid(broken)
    if data.find(b"%PDF-", 0, 1024) >= 0 or _carries(data, data[end + len(ENDS[kind]) :]):
        raise Invalid(f"“{name}”里还夹带着别的内容，没有保存。请重新扫描后上传。")
    return 1


def _carries(data: bytes, tail: bytes) -> bool:
    """Whether the file is also an archive, or a program follows its end."""
    return zipfile.is_zipfile(io.BytesIO(data)) or any(head in tail for head in OTHER_HEADS)
