"""Scans: what is taken, what is refused and why, and who may look."""

from __future__ import annotations

import asyncio
import io
import zipfile
import zlib
from uuid import uuid4

import pikepdf
import pytest

from lianban import errors
from lianban.casework import intake, materials
from lianban.casework.scans import examine, safe_name
from lianban.outside import database
from lianban.rules.actors import Actor, Role
from tests.actions.drafts import FAR, MONDAY, WANG, begin, fill, picture


def archive() -> bytes:
    """A ZIP whose comment ends like a JPEG."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zip:
        zip.writestr("a.exe", b"MZ")
        zip.comment = b"\xff\xd9"
    return out.getvalue()


LIMIT = 20 * 1_048_576


def pdf(pages: int = 2, **save: object) -> bytes:
    document, out = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        document.add_blank_page()
    document.save(out, **save)  # type: ignore[arg-type]
    return out.getvalue()


def script_pdf() -> bytes:
    document, out = pikepdf.new(), io.BytesIO()
    document.add_blank_page()
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    document.Root.OpenAction = document.make_indirect(action)
    document.save(out)
    return out.getvalue()


def bomb_png() -> bytes:
    """A hundred bytes that claim to be 50,000 × 50,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    head = (50_000).to_bytes(4) * 2 + bytes([8, 2, 0, 0, 0])
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_the_type_is_decided_by_content() -> None:
    assert examine("户口本.png", picture(), limit=LIMIT).name == "户口本.jpg"
    assert examine("a.JPG", picture(), limit=LIMIT).media_type == "image/jpeg"
    assert examine("a", picture(kind="PNG"), limit=LIMIT).media_type == "image/png"
    found = examine("租赁合同.pdf", pdf(3), limit=LIMIT)
    assert (found.media_type, found.pages) == ("application/pdf", 3)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "空文件"),
        (b"MZ\x90\x00" + b"\0" * 100, "不是 PDF、JPEG 或 PNG"),
        (b"<html><script>alert(1)</script>", "不是 PDF、JPEG 或 PNG"),
        (b"GIF89a" + b"\0" * 50, "不是 PDF、JPEG 或 PNG"),
        (b"%PDF-1.7\n" + b"x" * 500, "不是完整的 PDF"),
        (pdf()[:-200], ""),
        (picture(200, 200)[:300], "不是完整的图片"),
        (picture(kind="PNG")[:-20], "不是完整的图片"),
        (pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "密码"),
        (pdf(encryption=pikepdf.Encryption(owner="o", user="")), "加了密码或权限限制"),
        (script_pdf(), "脚本"),
        (bomb_png(), "像素"),
        (pdf(501), "501 页"),
        (pdf() + b"PK\x03\x04" + b"\0" * 2000, "夹带"),
        (picture() + b"PK\x03\x04evil", "夹带"),
        (picture(kind="PNG") + b"MZ\x90", "夹带"),
        (picture() + archive(), "夹带"),
    ],
    ids=map(str, range(17)),
)
def test_a_file_that_cannot_be_kept_is_named_with_the_reason(data: bytes, word: str) -> None:
    if not word:  # pikepdf mends what a scanner cut off; a reader can open it
        assert examine("证明.pdf", data, limit=LIMIT).pages == 2
        return
    with pytest.raises(errors.Invalid) as refusal:
        examine("证明.pdf", data, limit=LIMIT)
    assert "证明.pdf" in refusal.value.sentence and word in refusal.value.sentence


def busy_pdf(kind: str) -> bytes:
    """A PDF that does something when it is opened, or carries a file, written where viewers look for it."""
    document, new, name = pikepdf.new(), pikepdf.Dictionary, pikepdf.Name
    page = document.add_blank_page()
    script, program = new(S=name.JavaScript, JS="app.alert(1)"), document.make_stream(b"MZ evil")
    filespec = new(Type=name.Filespec, F="a.exe", EF=new(F=program))
    match kind:
        case "opening":
            document.Root.OpenAction = script
        case "named":
            document.Root.Names = new(JavaScript=new(Names=pikepdf.Array(["a", script])))
        case "page":
            page.AA = new(O=script)
        case "link":
            page.Annots = pikepdf.Array([new(Subtype=name.Link, Rect=[0, 0, 9, 9], A=new(S=name.Launch, F="cmd"))])
        case "form":
            document.Root.OpenAction = new(S=name.SubmitForm, F="http://example.invalid")
        case "attached":
            document.Root.Names = new(EmbeddedFiles=new(Names=pikepdf.Array(["a.exe", filespec])))
        case "pinned":
            page.Annots = pikepdf.Array([new(Subtype=name.FileAttachment, Rect=[0, 0, 9, 9], FS=filespec)])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["opening", "named", "page", "link", "form", "attached", "pinned"])
def test_a_pdf_that_does_more_than_show_pages_is_refused(kind: str) -> None:
    with pytest.raises(errors.Invalid, match="脚本或者夹带的文件"):
        examine("证明.pdf", busy_pdf(kind), limit=LIMIT)


def test_a_file_over_the_limit_is_told_the_limit() -> None:
    with pytest.raises(errors.Invalid, match="超过上限 1 MB"):
        examine("大.jpg", b"\xff\xd8\xff" + b"\0" * 2_000_000, limit=1_048_576)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\扫描\\合同.pdf", "合同.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("", "扫描件"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_a_name_cannot_mislead(name: str, kept: str) -> None:
    assert safe_name(name) == kept


async def test_several_scans_of_one_material_keep_their_order(pool: None) -> None:
    draft = await begin()
    files = [
        await materials.add(draft.case_id, "photo", f"{n}.png", picture(10 + n, kind="PNG"), by=WANG, at=MONDAY)
        for n in range(3)
    ]
    turned = [files[2].id, files[0].id, files[1].id]
    await materials.reorder(draft.case_id, "photo", turned, by=WANG, at=MONDAY)
    shown = await intake.draft(draft.case_id, by=WANG, at=MONDAY)
    assert [f.id for f in next(m for m in shown.materials if m.material == "photo").files] == turned
    await materials.remove(draft.case_id, files[0].id, by=WANG, at=MONDAY)
    await materials.remove(draft.case_id, files[0].id, by=WANG, at=MONDAY)
    shown = await intake.draft(draft.case_id, by=WANG, at=MONDAY)
    assert [f.id for f in next(m for m in shown.materials if m.material == "photo").files] == [files[2].id, files[1].id]
    with pytest.raises(errors.Invalid, match="刷新"):
        await materials.reorder(draft.case_id, "photo", turned, by=WANG, at=MONDAY)


async def test_the_same_scan_sent_again_is_one_scan(pool: None) -> None:
    draft = await begin()
    sent = [materials.add(draft.case_id, "photo", "a.jpg", picture(), by=WANG, at=MONDAY) for _ in range(5)]
    assert len({f.id for f in await asyncio.gather(*sent)}) == 1


async def test_a_scan_is_shown_as_it_came_and_the_look_is_recorded(pool: None) -> None:
    draft = await begin()
    data = pdf()
    kept = await materials.add(draft.case_id, "birth_certificate", "出生证.pdf", data, by=WANG, at=MONDAY)
    opened = await materials.open(draft.case_id, kept.id, by=WANG, at=MONDAY)
    assert (opened.name, opened.media_type, opened.data) == ("出生证.pdf", "application/pdf", data)
    async with database.transaction():
        looks = await database.connection().fetch("SELECT what FROM access_log WHERE case_id = $1", draft.case_id)
    assert [r["what"] for r in looks] == ["材料 birth_certificate"]


async def test_a_scan_is_opened_by_the_departments_that_ask_for_it(pool: None) -> None:
    draft = await begin()
    kept = await materials.add(draft.case_id, "birth_certificate", "a.jpg", picture(), by=WANG, at=MONDAY)
    await fill(draft.case_id)
    await intake.accept(draft.case_id, by=WANG, at=MONDAY)
    police = Actor("police", "李警官", "222405", frozenset({Role.APPROVER}), department="public_security")
    with pytest.raises(errors.Forbidden, match="先签收任务"):
        await materials.open(draft.case_id, kept.id, by=police, at=MONDAY)
    async with database.transaction():
        await database.connection().execute("UPDATE tasks SET claimed_by = 'police', status = 'reviewing'")
    assert (await materials.open(draft.case_id, kept.id, by=police, at=MONDAY)).data == picture()
    tax = Actor("tax", "税务", "222405", frozenset({Role.APPROVER}), department="taxation")
    for stranger in (FAR, tax):
        with pytest.raises(errors.NotFound):
            await materials.open(draft.case_id, kept.id, by=stranger, at=MONDAY)
    with pytest.raises(errors.NotFound):
        await materials.open(uuid4(), kept.id, by=WANG, at=MONDAY)


async def test_a_material_that_nobody_asks_for_is_refused(pool: None) -> None:
    draft = await begin()
    with pytest.raises(errors.Invalid, match="清单"):
        await materials.add(draft.case_id, "selfie", "a.jpg", picture(), by=WANG, at=MONDAY)


async def test_the_checklist_is_marked_material_by_material(pool: None) -> None:
    draft = await begin()
    checks = {"original": True, "copies": 1, "standards": [True, False, True]}
    shown = await materials.mark(draft.case_id, "birth_certificate", checks, by=WANG, at=MONDAY)
    line = next(m for m in shown.materials if m.material == "birth_certificate")
    assert line.original_seen and line.copies_received == 1
    assert [s.ticked for s in line.standards] == [True, False, True] and line.problem
