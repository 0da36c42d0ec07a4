"""What was put beside the papers goes into the book of the case too: photos, signed records, proof of deliveries."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
from pdfua import validate

from lianban.casework import books, catalogue, delivery, hearings
from lianban.casework.attachments import Attachment
from lianban.casework.books import Contents, enclosures
from lianban.casework.story import story
from lianban.casework.visits import photos, recording, surveying
from lianban.outside import printing
from lianban.outside.database import connection, transaction
from lianban.rules.books import DELIVERY, HEARING, SURVEY
from tests.actions.delivering import decided
from tests.actions.drafts import MONDAY, WANG, picture
from tests.actions.limits import HYGIENE, lodging
from tests.actions.test_books import HOME, archive_of, bytes_of, pages_of
from tests.actions.test_hearings import DAY, SCAN, called, minutes, parties
from tests.actions.test_visits import PASS, answered
from tests.actions.visiting import FIRE, MARKET, Appointed, at, begun, shot

SIGNED = Attachment("记录.jpg", picture(50, 70))
FILM = Attachment("过程.mp4", b"\0\0\0\x18ftypmp42" + b"\0" * 64)


@pytest.fixture(autouse=True)
async def presses(pool: None) -> AsyncIterator[None]:
    """The printing processes end with the test."""
    yield
    printing.stop()


async def visited() -> Appointed:
    """A visit with two photos of the kitchen, one of the exits, one taken away again; concluded and signed."""
    there = await begun()
    for task, by, position, minute, shade in (
        (there.food, MARKET, 1, 5, 60),
        (there.food, MARKET, None, 3, 80),
        (there.fire, FIRE, None, 4, 100),
        (there.fire, FIRE, None, 6, 120),
    ):
        sent = photos.Sent(f"{minute}.jpg", shot(shade), None, at(minute))
        kept = await photos.add(there.visit, task, position, sent, by=by, at=at(minute + 1))
    await photos.remove(there.visit, kept.id, by=FIRE, at=at(8))
    for task, by in ((there.food, MARKET), (there.fire, FIRE)):
        await answered(there, task, by, at(9))
        await surveying.conclude(there.visit, task, PASS, by=by, at=at(9))
    await recording.sign(there.visit, signed_by="王建国", scan=SIGNED, by=MARKET, at=at(30))
    return there


async def codes(there: Appointed) -> tuple[str, str]:
    """The number and the query code of the case."""
    seen = await story(there.case_id, by=WANG, at=at(40))
    return seen.number, seen.query_code


def titles(contents: Contents, *parts: str) -> list[str]:
    """What stands in these parts, in order."""
    return [file.title for file in contents.files if file.part in parts]


async def test_the_book_holds_the_signed_sheet_and_each_photo_with_its_caption(tmp_path: Any) -> None:
    there = await visited()
    found = await books.whole(there.case_id, way="zip", by=WANG, at=at(40))
    parts = list(dict.fromkeys(file.part for file in found.files))
    assert parts.index("文书") < parts.index(SURVEY) < parts.index("办理过程")
    listed = titles(found, SURVEY)
    assert listed[0] == "联合现场勘查记录（已签名）" and len(listed) == 4
    assert [title.split("：")[0] for title in listed[1:] if "食品" in title] == [
        "现场照片 1（食品经营许可证新办）",
        "现场照片 2（食品经营许可证新办）",
    ]
    archive, manifest = await archive_of(found)
    assert manifest["missing"] == []
    said = next(each for each in manifest["files"] if "核查要点 1" in each["title"])
    assert said["path"].startswith("04 现场勘查/现场照片 食品经营许可证新办/02 2026-11-03 0935 ")
    assert said["date"] == "2026-11-03 09:35" and "龙井市市场监督管理局" in said["caption"]
    assert "2026-11-03 09:35 拍摄，2026-11-03 09:36 存入系统" in said["caption"]
    assert said["caption"] in archive.read("目录.txt").decode("utf-8-sig")
    sheet = next(each for each in manifest["files"] if each["standing"] == "签名件")
    assert archive.read(sheet["path"]) == SIGNED.data
    data, pages = await pages_of(await books.whole(there.case_id, way="pdf", by=WANG, at=at(40)))
    shown = [page for page in pages if "拍摄，" in page]
    assert len(shown) == 3 and all("存入系统" in page for page in shown)
    assert sum("龙井市市场监督管理局" in page for page in shown) == 2
    assert "核查要点 1" in "".join(shown)
    (tmp_path / "book.pdf").write_bytes(data)
    assert list(validate(str(tmp_path / "book.pdf")).findings) == []
    with pikepdf.open(io.BytesIO(data)) as book:
        alts = [str(each.Alt) for each in book.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each]
    assert sum("2026-11-03 09:35 拍摄" in alt for alt in alts) == 1


async def test_a_department_has_its_own_photos_and_the_joint_record_of_its_visit() -> None:
    there = await visited()
    own = await books.whole(there.case_id, way="zip", by=FIRE, at=at(40))
    listed = titles(own, SURVEY)
    assert listed[0] == "联合现场勘查记录（已签名）" and len(listed) == 2 and "食品" not in "".join(listed)
    async with transaction():
        await connection().execute(
            "UPDATE visit_parts SET status = 'out' WHERE visit_id = $1 AND task_id = $2", there.visit, there.fire
        )
    assert len(titles(await books.whole(there.case_id, way="zip", by=FIRE, at=at(40)), SURVEY)) == 1


async def test_the_applicant_has_what_he_signed_and_no_photo() -> None:
    there = await visited()
    number, code = await codes(there)
    held = await books.holders(number, code, way="zip", address=HOME, at=at(40))
    assert titles(held, SURVEY, HEARING, DELIVERY) == ["联合现场勘查记录（已签名）"]
    archive, manifest = await archive_of(held)
    path = next(each["path"] for each in manifest["files"] if each["part"] == SURVEY)
    assert archive.read(path) == SIGNED.data


async def test_a_signed_hearing_record_is_bound_and_given_to_whoever_signed_it() -> None:
    matter = await lodging()
    await hearings.tell(matter.task, reason="涉及相邻住户的重大利益。", interested="赵某", by=HYGIENE, at=MONDAY)
    await hearings.applied(matter.task, by=HYGIENE, at=MONDAY)
    await called(matter)
    names = await parties(matter)
    record = minutes(attended={names["许英子"]: "in_person", names["赵某"]: "in_person"})
    await hearings.hold(matter.task, record, by=HYGIENE, at=DAY)
    refused = {names["许英子"]: False, names["赵某"]: True}
    said = "许英子拒绝签字，未说明理由。"
    await hearings.confirm(matter.task, signed=refused, refusal=said, scan=SCAN, by=HYGIENE, at=DAY)
    case_id = matter.case
    staff = await books.whole(case_id, way="zip", by=WANG, at=DAY)
    (title,) = titles(staff, HEARING)
    assert title.startswith("听证笔录（已签名）")
    archive, manifest = await archive_of(staff)
    path = next(each["path"] for each in manifest["files"] if each["part"] == HEARING)
    assert path.startswith("05 听证/") and archive.read(path) == SCAN.data
    assert titles(await books.whole(case_id, way="zip", by=HYGIENE, at=DAY), HEARING) == [title]
    async with transaction():
        pinned = await connection().fetchval("SELECT edition FROM cases WHERE id = $1", case_id)
        edition = await catalogue.edition(pinned)
        assert await enclosures.applicants(case_id, edition) == []
        await connection().execute("UPDATE hearing_parties SET signed = 'signed' WHERE kind = 'applicant'")
        assert [file.title for file in await enclosures.applicants(case_id, edition)] == [title]
        other, _ = await enclosures.staffs(case_id, edition, department="public_security")
    assert not other


async def test_what_proves_a_delivery_is_the_windows_alone() -> None:
    case = await decided()
    async with transaction():
        first = await connection().fetchval(
            "SELECT id FROM results WHERE case_id = $1 ORDER BY id LIMIT 1", case.case_id
        )
    mandate = Attachment("委托书.jpg", picture(44, 66))
    await delivery.hand_over(
        case.case_id,
        method="agent",
        receiver="赵某",
        relation="邻居",
        file=mandate,
        results=[first],
        by=WANG,
        at=MONDAY,
    )
    await delivery.hand_over(
        case.case_id,
        method="left",
        receiver="朴美兰",
        relation="",
        refused_by="朴美兰",
        place="安民街道示例路1号",
        witness="社区工作人员李某",
        file=FILM,
        by=WANG,
        at=MONDAY + timedelta(hours=1),
    )
    found = await books.whole(case.case_id, way="zip", by=WANG, at=MONDAY + timedelta(hours=2))
    assert titles(found, DELIVERY) == ["代收人的授权委托书", "留置送达的证明材料"]
    archive, manifest = await archive_of(found)
    packed = [each["path"] for each in manifest["files"] if each["part"] == DELIVERY]
    assert [archive.read(path) for path in packed] == [mandate.data, FILM.data]
    parcel = await books.bound(replace(found, files=tuple(f for f in found.files if f.part == DELIVERY)))
    assert parcel.missing == ("留置送达的证明材料",)
    document = pypdfium2.PdfDocument(await bytes_of(parcel))
    assert any("录像不能装订成页面" in page.get_textpage().get_text_range() for page in document)
    held = await books.holders(case.number, case.query_code, way="zip", address=HOME, at=MONDAY + timedelta(hours=2))
    assert titles(held, DELIVERY) == [] and "送达回证" in titles(held, "文书")
