"""The whole case in one piece: every kept byte, nothing that is not the reader's, and no scan that breaks it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
from pdfua import validate

from lianban import errors
from lianban.casework import books, delivery, tasks
from lianban.casework.attachments import Attachment
from lianban.casework.books import Contents, Parcel
from lianban.casework.intake import Accepted
from lianban.casework.tasks import NewResult
from lianban.outside import printing
from lianban.outside.database import connection, transaction
from lianban.outside.settings import settings
from lianban.outside.storage import store
from lianban.rules.actors import SYSTEM, Actor, Role
from tests.actions.drafts import MONDAY, WANG, picture
from tests.actions.working import HEALTHCARE, NEWBORN_ID, POLICE, REASONS, accepted, grant_all, one, task_of

HOME = "198.51.100.7"
STRANGER = Actor("stranger", "刘明", "222405", frozenset({Role.CLERK}), window="综合窗口 7 号")


@pytest.fixture
async def case(pool: None) -> AsyncIterator[Accepted]:
    """An accepted newborn case; the printing processes end with the test."""
    yield await accepted()
    printing.stop()


async def bytes_of(parcel: Parcel) -> bytes:
    data = b"".join([chunk async for chunk in parcel.chunks])
    assert len(data) == parcel.size
    return data


async def pages_of(contents: Contents) -> tuple[bytes, list[str]]:
    data = await bytes_of(await books.bound(contents))
    document = pypdfium2.PdfDocument(data)
    return data, [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


async def archive_of(contents: Contents) -> tuple[zipfile.ZipFile, dict[str, Any]]:
    archive = zipfile.ZipFile(io.BytesIO(await bytes_of(await books.packed(contents))))
    assert archive.testzip() is None
    return archive, json.loads(archive.read("manifest.json"))


async def granted_with_scan(case: Accepted) -> None:
    """The household register is granted with a scan, the rest without."""
    task = await task_of(case.case_id, "birth_registration")
    await tasks.claim(task, by=POLICE, at=MONDAY)
    scan = NewResult("居民户口簿", date(2026, 11, 2), "222405-1", file=Attachment("户口簿.jpg", picture(60, 40)))
    await tasks.grant(
        task,
        opinion="材料齐全，符合条件。",
        results=[scan],
        supplies={"newborn_id_number": NEWBORN_ID},
        by=POLICE,
        at=MONDAY,
    )


async def looks(case_id: UUID) -> list[str]:
    async with transaction():
        rows = await connection().fetch("SELECT what FROM access_log WHERE case_id = $1 ORDER BY id", case_id)
    return [row["what"] for row in rows]


async def test_the_archive_holds_the_kept_bytes_and_says_what_they_are(case: Accepted) -> None:
    await granted_with_scan(case)
    found = await books.whole(case.case_id, way="zip", by=WANG, at=MONDAY, address=HOME)
    archive, manifest = await archive_of(found)
    assert manifest["case"]["number"] == case.number and manifest["missing"] == []
    names = set(archive.namelist()) - {"目录.txt", "manifest.json", "SHA256SUMS"}
    assert names == {each["path"] for each in manifest["files"]}
    for each in manifest["files"]:
        data = archive.read(each["path"])
        assert (len(data), hashlib.sha256(data).hexdigest()) == (each["size"], each["sha256"])
    assert archive.read("SHA256SUMS").decode().count("\n") == len(names)
    async with transaction():
        kept = await connection().fetch("SELECT number, sha256 FROM papers WHERE case_id = $1", case.case_id)
        scans = await connection().fetch("SELECT sha256 FROM material_files WHERE case_id = $1", case.case_id)
    packed = {each["number"]: each["sha256"] for each in manifest["files"] if each["part"] == "文书"}
    assert packed == {row["number"]: row["sha256"] for row in kept} and len(packed) >= 2
    assert {row["sha256"] for row in scans} <= {each["sha256"] for each in manifest["files"]}
    assert [each["title"] for each in manifest["files"] if each["part"] == "办理结果"] == ["居民户口簿"]
    said = archive.read("目录.txt").decode("utf-8-sig")
    assert case.number in said and "不满十四周岁" in said and all(each["sha256"] in said for each in manifest["files"])
    assert (await looks(case.case_id))[-1] == "全案打包（ZIP）"
    # Same moment, same bytes.
    again, _ = await archive_of(found)
    assert [each.CRC for each in again.infolist()] == [each.CRC for each in archive.infolist()]


async def test_the_bound_case_has_cover_contents_bookmarks_and_numbered_pages(case: Accepted, tmp_path: Any) -> None:
    await granted_with_scan(case)
    data, pages = await pages_of(await books.whole(case.case_id, way="pdf", by=WANG, at=MONDAY))
    assert "办件案卷" in pages[0] and case.number in pages[0]
    front = next(n for n, text in enumerate(pages) if n and "卷内目录" not in text)
    contents = "".join(pages[1:front])
    for title in ("申请表", "出生医学证明", "收件凭证", "受理通知书", "居民户口簿", "审批意见和办件日志"):
        assert title in contents
    body = pages[front:]
    assert f"{len(body)} 页" in pages[0]
    for number, text in enumerate(body, 1):
        head = "".join(text.split())
        assert f"{case.number}{number}" in head, (number, text[:80])
    assert any("材料齐全，符合条件。" in text for text in body) and any("受理" in text for text in body)
    with pikepdf.open(io.BytesIO(data)) as book:
        with book.open_outline() as outline:
            assert [each.title for each in outline.root][:4] == ["封面", "卷内目录", "申请表", "申请材料"]
        links = [note for page in book.pages[:front] for note in page.obj.get("/Annots", [])]
        first = min(int(str(note.Contents).strip("第 页")) for note in links)
        assert first == 1 and all("/A" not in note for note in links)
        assert book.Root.MarkInfo.Marked and not book.check_pdf_syntax()
    (tmp_path / "book.pdf").write_bytes(data)
    assert list(validate(str(tmp_path / "book.pdf")).findings) == []


async def test_a_scan_that_cannot_be_shown_breaks_nothing(case: Accepted) -> None:
    found = await books.whole(case.case_id, way="pdf", by=WANG, at=MONDAY)
    scan = next(file for file in found.files if file.part == "申请材料")
    locked, out = pikepdf.new(), io.BytesIO()
    locked.add_blank_page()
    locked.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    broken = (out.getvalue(), b"%PDF-1.7 nothing follows", b"\xff\xd8\xff\xe0 half a picture")
    kinds = ("application/pdf", "application/pdf", "image/jpeg")
    files = []
    for number, (data, kind) in enumerate(zip(broken, kinds, strict=True)):
        stored = await store().put(f"cases/{case.case_id}", data)
        files.append(replace(scan, title=f"坏文件{number}", media_type=kind, key=stored.key, sha256=stored.sha256))
    gone = replace(scan, title="丢失的文件🀄", key=f"cases/{case.case_id}/{'0' * 64}", sha256="0" * 64)
    whole = replace(found, files=(*found.files, *files, gone))
    parcel = await books.bound(whole)
    assert parcel.missing == ("坏文件0", "坏文件1", "坏文件2", "丢失的文件🀄")
    document = pypdfium2.PdfDocument(await bytes_of(parcel))
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    assert text.count("未能装订的文件") == 4 and "加了密码" in text and "已经损坏" in text and "丢失的文件〓" in text
    archive, manifest = await archive_of(whole)
    packed = {archive.read(each["path"]) for each in manifest["files"]}
    assert set(broken) <= packed
    assert [each["title"] for each in manifest["missing"]] == ["丢失的文件🀄"]


async def test_the_holder_gets_papers_and_delivered_results_and_nothing_else(case: Accepted) -> None:
    await granted_with_scan(case)

    async def taken() -> tuple[zipfile.ZipFile, dict[str, Any]]:
        return await archive_of(await books.holders(case.number, case.query_code, way="zip", address=HOME, at=MONDAY))

    _, manifest = await taken()
    assert {each["part"] for each in manifest["files"]} == {"文书"}
    await grant_all(case.case_id)
    await delivery.hand_over(case.case_id, receiver="张小花", by=WANG, at=MONDAY)
    async with transaction():
        await connection().execute(
            "UPDATE papers SET void_at = $2 WHERE case_id = $1 AND kind = 'receipt'", case.case_id, MONDAY
        )
    archive, manifest = await taken()
    titles = [each["title"] for each in manifest["files"]]
    assert "居民户口簿" in titles and "送达回证" in titles and "收件凭证" not in titles
    assert {each["part"] for each in manifest["files"]} == {"文书", "办理结果"}
    everything = "".join(archive.read(name).decode() for name in ("目录.txt", "manifest.json"))
    assert "材料齐全，符合条件。" not in everything and WANG.name not in everything and POLICE.name not in everything
    _, pages = await pages_of(await books.holders(case.number, case.query_code, way="pdf", address=HOME, at=MONDAY))
    assert not any("材料齐全，符合条件。" in text or "审批意见" in text for text in pages)
    assert (await looks(case.case_id))[-1] == "一次领取装订成册（PDF）"
    with pytest.raises(errors.NotFound):
        await books.holders(case.number, "ZZZZZZZZ", way="zip", address=HOME, at=MONDAY)


async def test_a_department_gets_its_part_and_a_childs_record_stays_closed(case: Accepted) -> None:
    task = await task_of(case.case_id, "birth_registration")
    with pytest.raises(errors.Forbidden, match="儿童"):
        await books.whole(case.case_id, way="zip", by=POLICE, at=MONDAY)
    with pytest.raises(errors.Forbidden, match="儿童"):
        await books.whole(case.case_id, way="zip", by=STRANGER, at=MONDAY)
    with pytest.raises(errors.NotFound):
        await books.whole(case.case_id, way="zip", by=replace(WANG, region="430100"), at=MONDAY)
    await tasks.claim(task, by=POLICE, at=MONDAY)
    await tasks.refuse(task, **REASONS, by=POLICE, at=MONDAY)
    own = await books.whole(case.case_id, way="zip", by=POLICE, at=MONDAY)
    everything = await books.whole(case.case_id, way="zip", by=SYSTEM, at=MONDAY)
    assert own.matter.scope == "department" and everything.matter.scope == "whole"
    assert {f.title for f in own.files if f.part == "文书"} < {f.title for f in everything.files if f.part == "文书"}
    assert "银行" not in json.dumps([dict(f.data) for f in own.files], ensure_ascii=False, default=str)
    assert "父母一方均无本市户口。" in next(f.text for f in own.files if f.text)
    with pytest.raises(errors.Forbidden):
        await books.whole(case.case_id, way="zip", by=HEALTHCARE, at=MONDAY)
    assert await one("SELECT count(*) FROM access_log WHERE by_id = 'police' AND what LIKE '全案%'") == 1


async def test_a_case_that_is_too_large_is_refused_in_words(case: Accepted, monkeypatch: pytest.MonkeyPatch) -> None:
    found = await books.whole(case.case_id, way="zip", by=WANG, at=MONDAY)
    scan = next(file for file in found.files if file.part == "申请材料")
    monkeypatch.setenv("LIANBAN_BOOK_MB", "1")
    settings.cache_clear()
    large = replace(found, files=(*found.files, replace(scan, size=30 * 1_048_576)))
    with pytest.raises(errors.Invalid, match=r"30 MB，超过.*上限 1 MB"):
        await books.packed(large)
    # The size is counted as the bytes come, too.
    stored = await store().put(f"cases/{case.case_id}", b"\0" * 1_200_000)
    with pytest.raises(errors.Invalid, match="上限 1 MB"):
        await books.packed(replace(found, files=(replace(scan, size=0, key=stored.key),)))
    assert not [each for each in settings().data_dir.iterdir() if each.name.startswith("book-")]
