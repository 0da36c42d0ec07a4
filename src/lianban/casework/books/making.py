"""A book is made in a folder of its own, outside any transaction, and handed out piece by piece.

The files are the kept ones, byte for byte; what is missing or altered is told and holds nothing up. One book at a time
is made in each server process, so that nobody at the counter waits for it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import zipfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from weakref import WeakKeyDictionary

from lianban.casework import notices
from lianban.casework.books.contents import Contents
from lianban.casework.books.files import File
from lianban.casework.scans import safe_name
from lianban.errors import Busy, Invalid, Refusal
from lianban.outside import binding, printing
from lianban.outside.printing import MissingGlyph
from lianban.outside.settings import settings
from lianban.outside.storage import Altered, store
from lianban.rules import books
from lianban.rules.books import FOLDERS, Packed

CHUNK = 262_144
WAITING = 4
"""Books that may wait for their turn in a server process."""
MEGABYTE = 1_048_576
ALTERED = "保存的文件和入库时的不一致，没有采用；请系统管理员核对存储。"

UNSEALED = "尚待加盖电子印章"

_lines: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
_waiting = 0


@dataclass(frozen=True, slots=True)
class Parcel:
    """A finished file on its way out. `missing` are the titles of what could not be put in."""

    name: str
    media_type: str
    size: int
    chunks: AsyncIterator[bytes]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Fetched:
    """A file in the folder, or why it is not there."""

    file: File
    at: str
    size: int
    sha256: str
    why: str = ""


async def bound(contents: Contents, *, limited: bool = True) -> Parcel:
    """One PDF: cover, contents, everything that can be shown, pages numbered.

    Raises Busy; Invalid when it is larger than the setting allows, unless not `limited`.
    """
    limit = settings().book_mb * MEGABYTE if limited else None
    async with _folder(contents, limit) as folder:
        # What is only data is no page of a book.
        shown = replace(contents, files=tuple(file for file in contents.files if not file.text))
        fetched = await _fetch(shown, folder, limit)
        done = await binding.bind(_order(shown, fetched), folder)
        missing = tuple(shown.files[fault.piece].title for fault in done.faults)
        return await _parcel(
            folder / binding.BOOK, f"{books.title_of(contents.matter)}.pdf", "application/pdf", missing
        )


async def packed(contents: Contents, *, limited: bool = True) -> Parcel:
    """A ZIP of the kept files with manifest, list and hashes. Raises as `bound` does."""
    limit = settings().book_mb * MEGABYTE if limited else None
    async with _folder(contents, limit) as folder:
        fetched = await _fetch(contents, folder, limit)
        listed = _listed(fetched)
        await asyncio.to_thread(_zip, folder, contents, fetched, listed)
        missing = tuple(one.title for one in listed if one.why)
        return await _parcel(folder / "book.zip", f"{books.title_of(contents.matter)}.zip", "application/zip", missing)


async def write(parcel: Parcel, target: Path) -> None:
    """Write a parcel into a file of this machine."""
    with await asyncio.to_thread(target.open, "wb") as out:
        async for chunk in parcel.chunks:
            await asyncio.to_thread(out.write, chunk)


@asynccontextmanager
async def _folder(contents: Contents, limit: int | None) -> AsyncIterator[Path]:
    """A folder for one book, in turn; gone afterwards. Raises Invalid, Busy."""
    global _waiting
    _fits(sum(file.size for file in contents.files), limit)
    if _waiting >= WAITING:
        raise Busy("现在装订和打包的人很多，请过一两分钟再试。")
    line = _lines.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(1))
    _waiting += 1
    try:
        async with line:
            place = settings().data_dir
            place.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(prefix="book-", dir=place) as folder:
                yield Path(folder)
    finally:
        _waiting -= 1


def _fits(size: int, limit: int | None) -> None:
    if limit is not None and size > limit:
        raise Invalid(
            f"这个办件的文件共 {size / MEGABYTE:.0f} MB，超过一次装订或者打包的上限 {limit // MEGABYTE} MB。"
            "请在办件页面上逐份打开；确实要整卷取出的，请系统管理员用命令 lianban archive 导出。"
        )


async def _fetch(contents: Contents, folder: Path, limit: int | None) -> list[_Fetched]:
    fetched: list[_Fetched] = []
    total = 0
    for number, file in enumerate(contents.files):
        try:
            if file.paper_id:
                printed = await notices.pdf_for_holder(file.paper_id, case_id=contents.case_id)
                data = printed.data
                # The seal will come; until then the paper says for itself that its box is empty.
                file = replace(file, standing=file.standing or UNSEALED) if printed.seal_owed else file
            else:
                data = await _data(file)
        except Altered:
            fetched.append(_Fetched(file, "", 0, file.sha256, ALTERED))
            continue
        except Busy:
            raise
        except Refusal as refusal:
            fetched.append(_Fetched(file, "", 0, file.sha256, refusal.sentence))
            continue
        total += len(data)
        _fits(total, limit)
        name = f"{number:04d}"
        await asyncio.to_thread((folder / name).write_bytes, data)
        fetched.append(_Fetched(file, name, len(data), hashlib.sha256(data).hexdigest()))
    return fetched


async def _data(file: File) -> bytes:
    if file.template:
        try:
            return await printing.render(file.template, file.data, later=True)
        except MissingGlyph as missing:
            # A copy for the file must come about; what was typed stays as it is in the data beside it.
            return await printing.render(file.template, printing.replaced(file.data, missing.characters), later=True)
    if file.text:
        return file.text.encode()
    return await store().open(file.key)


def _order(contents: Contents, fetched: Sequence[_Fetched]) -> binding.Order:
    matter = contents.matter
    return binding.Order(
        title=books.title_of(matter),
        author=matter.authority,
        label=books.title_of(matter),
        made=matter.made_at.isoformat(timespec="seconds"),
        cover=books.cover(matter),
        contents=books.contents(matter),
        pieces=[
            binding.Piece(
                part=one.file.part,
                title=one.file.title,
                file=one.at,
                media_type=one.file.media_type,
                ours=one.file.paper_id is not None or bool(one.file.template),
                number=one.file.number,
                by=one.file.by,
                date=one.file.date,
                remark=one.file.standing,
                sha256=one.sha256,
                why=one.why,
                caption=one.file.caption,
            )
            for one in fetched
        ],
    )


def _listed(fetched: Sequence[_Fetched]) -> list[Packed]:
    """The files with their places in the archive, each place once."""
    taken: set[str] = set()
    listed = []
    for number, one in enumerate(fetched, 1):
        inside = f"{_name(one.file.folder)}/" if one.file.folder else f"{number:03d} "
        path = f"{FOLDERS[one.file.part]}/{inside}{_name(one.file.name)}"
        if path in taken:
            path = f"{FOLDERS[one.file.part]}/{inside}{number:03d} {_name(one.file.name)}"
        taken.add(path)
        listed.append(_packed(path, one))
    return listed


def _packed(path: str, one: _Fetched) -> Packed:
    file = one.file
    return Packed(
        path=path,
        part=file.part,
        title=file.title,
        number=file.number,
        code=file.code,
        by=file.by,
        date=file.date,
        standing=file.standing,
        media_type=file.media_type,
        size=one.size,
        sha256=one.sha256,
        why=one.why,
        caption=file.caption.replace("\n", "　"),
    )


def _name(text: str) -> str:
    """A name that every file system takes."""
    return safe_name(text.replace("/", "_").replace("\\", "_"))


def _zip(folder: Path, contents: Contents, fetched: Sequence[_Fetched], listed: Sequence[Packed]) -> None:
    """Write folder/book.zip; same files, same bytes. For a thread."""
    matter = contents.matter
    when = matter.made_at.timetuple()[:6]
    texts = {
        "目录.txt": "\ufeff" + books.listing(matter, listed),
        "manifest.json": json.dumps(books.manifest(matter, listed), ensure_ascii=False, indent=1),
        "SHA256SUMS": books.sums(listed),
    }
    with zipfile.ZipFile(folder / "book.zip", "w") as archive:
        for name, text in texts.items():
            archive.writestr(zipfile.ZipInfo(name, when), text, zipfile.ZIP_DEFLATED)
        for one, place in zip(fetched, listed, strict=True):
            if one.at:
                # Scans and PDFs are pressed already.
                with (
                    archive.open(zipfile.ZipInfo(place.path, when), "w") as out,
                    (folder / one.at).open("rb") as source,
                ):
                    while chunk := source.read(CHUNK):
                        out.write(chunk)


async def _parcel(path: Path, name: str, media_type: str, missing: tuple[str, ...]) -> Parcel:
    """The file is read through its open handle; the folder may go."""
    handle = await asyncio.to_thread(path.open, "rb")
    return Parcel(name, media_type, path.stat().st_size, _read(handle), missing)


async def _read(handle: BinaryIO) -> AsyncIterator[bytes]:
    try:
        while chunk := await asyncio.to_thread(handle.read, CHUNK):
            yield chunk
    finally:
        handle.close()
