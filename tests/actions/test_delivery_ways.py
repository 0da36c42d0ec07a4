"""Electronic with consent, by an agent, to the family, left behind; notices; paper on demand."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from lianban import errors
from lianban.casework import delivery, tasks, tracking
from lianban.casework.attachments import Attachment
from lianban.casework.intake import Accepted
from lianban.casework.notices import replacing
from lianban.outside.database import connection, transaction
from lianban.outside.storage import store
from lianban.rules.actors import Role
from tests.actions.delivering import HOME, day, decided, line, receipts, running, status, stops
from tests.actions.drafts import FAR, MONDAY, WANG, picture
from tests.actions.rows import actor
from tests.actions.working import POLICE, REASONS, accepted, one, refused, task_of

pytestmark = pytest.mark.usefixtures("pool")
PHOTO = Attachment("门口.jpg", picture(40, 60))
FILM = Attachment("留置.mp4", b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 64)


async def with_files(case: UUID) -> None:
    """As if every department had attached its electronic licence."""
    kept = await store().put(f"cases/{case}", picture(30, 30))
    async with transaction():
        await connection().execute(
            "UPDATE results SET file_name = '证照.jpg', media_type = 'image/jpeg', sha256 = $1", kept.sha256
        )


async def agreed(case: Accepted) -> None:
    """The applicant has agreed on the tracking page."""
    await tracking.consent(case.number, case.query_code, agree=True, address=HOME, at=MONDAY)


async def test_electronic_delivery_needs_a_consent_that_stands() -> None:
    case = await decided()
    await with_files(case.case_id)
    with pytest.raises(errors.Conflict, match="没有同意电子送达"):
        await delivery.hand_over(case.case_id, method="electronic", by=WANG, at=MONDAY)
    await agreed(case)
    await agreed(case)
    assert await one("SELECT count(*) FROM delivery_consents") == 1
    await tracking.consent(case.number, case.query_code, agree=False, address=HOME, at=MONDAY)
    with pytest.raises(errors.Conflict, match="已经撤回同意"):
        await delivery.hand_over(case.case_id, method="electronic", by=WANG, at=MONDAY)
    assert await one("SELECT count(*) FROM deliveries") == 0
    await delivery.consent(case.case_id, person="朴美兰", channel="written", by=WANG, at=day(11, 3))
    done = await delivery.hand_over(case.case_id, method="electronic", by=WANG, at=day(11, 4, 15, 5))
    (receipt,) = await receipts(case.case_id)
    assert done.status == "delivered" and receipt["delivered"] == "2026年11月4日15时05分"
    assert receipt["particulars"][0]["text"].startswith("朴美兰于2026年11月3日10时00分以书面方式同意电子送达")
    assert "到达受送达人查询页面的时间为送达时间" in receipt["signature"]
    assert await stops(case.case_id) == {day(11, 4, 15, 5)}
    await delivery.revoke_consent(case.case_id, by=WANG, at=day(11, 5))
    assert (await line(case.case_id)).delivered_at == day(11, 4, 15, 5), "what was delivered stays delivered"


async def test_a_result_without_a_file_cannot_arrive_electronically() -> None:
    case = await decided()
    await agreed(case)
    with pytest.raises(errors.Invalid, match="没有电子文件，不能电子送达"):
        await delivery.hand_over(case.case_id, method="electronic", by=WANG, at=MONDAY)
    page = await delivery.handing(case.case_id, by=WANG, at=MONDAY)
    papers = [p.id for p in page.decisions]
    done = await delivery.hand_over(case.case_id, method="electronic", results=[], papers=papers, by=WANG, at=MONDAY)
    assert done.status == "decided" and await running(case.case_id) > 0, "the licences still lie here"


async def test_a_refusal_that_goes_over_the_web_says_how_it_is_reviewed_there() -> None:
    case = await accepted()
    birth = await task_of(case.case_id, "birth_registration")
    await tasks.claim(birth, by=POLICE, at=MONDAY)
    await tasks.refuse(birth, **REASONS, by=POLICE, at=MONDAY)
    await agreed(case)
    with pytest.raises(errors.Conflict, match="没有写明网上申请行政复议的渠道，不能电子送达"):
        await delivery.hand_over(case.case_id, method="electronic", by=WANG, at=MONDAY)
    paper = UUID(str(await one("SELECT id FROM papers WHERE kind = 'refusal'")))
    better = REASONS["remedy"].replace("申请行政复议", "申请行政复议（网上渠道：https://fy.example.gov.cn）")
    asked = await replacing.propose(
        paper, kind="correct", reason="漏写网上渠道。", changes={"remedy": better}, by=POLICE, at=MONDAY
    )
    await replacing.confirm(asked.id, by=actor("zhou", Role.SUPERVISOR), at=MONDAY)
    await delivery.hand_over(case.case_id, method="electronic", by=WANG, at=MONDAY)
    assert await one("SELECT count(*) FROM deliveries WHERE method = 'electronic'") == 1


async def test_the_holder_downloads_and_may_ask_for_paper() -> None:
    case = await decided()
    await with_files(case.case_id)
    await agreed(case)
    result = UUID(str(await one("SELECT id FROM results LIMIT 1")))
    with pytest.raises(errors.NotFound):
        await tracking.result(case.number, case.query_code, result, address=HOME, at=MONDAY)
    done = await delivery.hand_over(case.case_id, method="electronic", by=WANG, at=MONDAY)
    seen = await tracking.track(case.number, case.query_code, address=HOME, at=MONDAY)
    assert result in {file.id for file in seen.downloads} and seen.consent and seen.consent.person == "朴*"
    assert "王芳" not in str(asdict(seen)) and "朴美兰" not in str(asdict(seen))
    assert (await line(case.case_id)).seen_at is None
    later = MONDAY + timedelta(hours=2)
    _, name, media_type = await tracking.result(case.number, case.query_code, result, address=HOME, at=later)
    assert (name, media_type) == ("证照.jpg", "image/jpeg") and (await line(case.case_id)).seen_at == later
    await tracking.ask_for_paper(case.number, case.query_code, done.delivery_id, address=HOME, at=later)
    board = await delivery.board(by=WANG, at=later, state="paper")
    assert [one.case_id for one in board.lines] == [case.case_id]
    with pytest.raises(errors.Invalid):
        await delivery.give_paper(case.case_id, done.delivery_id, receiver=" ", by=WANG, at=later)
    await delivery.give_paper(case.case_id, done.delivery_id, receiver="朴美兰", by=WANG, at=later)
    given = await line(case.case_id)
    assert (given.paper_given_at, given.paper_given_to) == (later, "朴美兰")
    assert (await delivery.board(by=WANG, at=later, state="paper")).lines == ()


async def test_what_was_handed_over_at_the_window_is_no_download() -> None:
    case = await decided()
    await with_files(case.case_id)
    done = await delivery.hand_over(case.case_id, receiver="朴美兰", by=WANG, at=MONDAY)
    result = UUID(str(await one("SELECT id FROM results LIMIT 1")))
    with pytest.raises(errors.NotFound):
        await tracking.result(case.number, case.query_code, result, address=HOME, at=MONDAY)
    with pytest.raises(errors.NotFound):
        await tracking.ask_for_paper(case.number, case.query_code, done.delivery_id, address=HOME, at=MONDAY)


async def test_an_agent_shows_a_mandate_or_is_the_registered_one() -> None:
    case = (await decided()).case_id
    async with transaction():
        await connection().execute(
            "INSERT INTO parties (id, case_id, role, name, mandate) VALUES ($1, $2, 'agent', '李帮办', '授权委托')",
            uuid4(),
            case,
        )
    page = await delivery.handing(case, by=WANG, at=MONDAY)
    assert page.agents == ("李帮办",)
    first = [page.to_deliver[0]]
    with pytest.raises(errors.Invalid, match="请上传授权委托书"):
        await delivery.hand_over(case, method="agent", receiver="赵某", relation="邻居", by=WANG, at=MONDAY)
    await delivery.hand_over(
        case, method="agent", receiver="李帮办", relation="帮办人员", results=first, by=WANG, at=MONDAY
    )
    done = await delivery.hand_over(
        case, method="agent", receiver="赵某", relation="邻居", file=PHOTO, by=WANG, at=MONDAY
    )
    texts = [receipt["particulars"] for receipt in await receipts(case)]
    assert [t[0]["text"] for t in texts] == ["本办件登记的代理人", "授权委托书（附卷）"]
    key, name, media_type = await delivery.evidence(case, done.delivery_id, by=WANG, at=MONDAY)
    assert (name, media_type) == ("门口.jpg", "image/jpeg") and await store().open(key) == PHOTO.data
    looks = "SELECT count(*) FROM access_log WHERE what LIKE '送达附件%'"
    assert await one(looks) == 1
    with pytest.raises(errors.NotFound):
        await delivery.evidence(case, done.delivery_id, by=FAR, at=MONDAY)


async def test_a_photo_that_most_computers_cannot_show_is_no_film() -> None:
    case = await decided()
    heic = Attachment("IMG_1.HEIC", b"\x00\x00\x00\x18ftypheic" + bytes(80))
    with pytest.raises(errors.Invalid, match="HEIC”是 HEIC 或 AVIF 格式的照片，没有保存"):
        await delivery.hand_over(
            case.case_id,
            method="left",
            refused_by="朴美兰",
            place="家门口",
            note="拒绝签收。",
            file=heic,
            by=WANG,
            at=MONDAY,
        )
    assert await one("SELECT count(*) FROM deliveries") == 0


@pytest.mark.parametrize("file", [PHOTO, FILM])
async def test_left_with_a_picture_or_a_film(file: Attachment) -> None:
    case = (await decided()).case_id
    said: dict[str, Any] = {"refused_by": "朴美兰（本人）", "place": "龙井市安民街道示例路1号"}
    done = await delivery.hand_over(case, method="left", relation="", **said, file=file, by=WANG, at=MONDAY)
    (receipt,) = await receipts(case)
    assert done.status == "delivered" and receipt["place"] == "龙井市安民街道示例路1号"
    assert receipt["particulars"] == [{"label": "拒收", "text": "朴美兰（本人）；照片、录像附卷"}]
    assert receipt["signature"] == "拒绝签收，留置送达。"


async def test_what_is_no_picture_proves_nothing() -> None:
    case = (await decided()).case_id
    said: dict[str, Any] = {"refused_by": "朴美兰", "place": "住处"}
    with pytest.raises(errors.Invalid, match="不是 PDF、JPEG 或 PNG"):
        await delivery.hand_over(
            case,
            method="left",
            **said,
            file=Attachment("a.txt", b"hello"),
            by=WANG,
            at=MONDAY,
        )
    assert await one("SELECT count(*) FROM deliveries") == 0


async def test_any_notice_may_be_delivered_with_a_receipt_in_whatever_state_the_case_is() -> None:
    case = (await accepted()).case_id
    page = await delivery.handing(case, by=WANG, at=MONDAY)
    (notice,) = page.notices
    assert notice.name == "受理通知书" and page.to_deliver == () and page.decisions == ()
    done = await delivery.hand_over(case, receiver="朴美兰", results=[], papers=[notice.id], by=WANG, at=MONDAY)
    assert done.status == "processing"
    assert [d["name"] for d in (await receipts(case))[0]["documents"]] == ["受理通知书"]
    assert (await delivery.handing(case, by=WANG, at=MONDAY)).notices == ()
    with pytest.raises(errors.Conflict, match="已经送达或者在送达途中"):
        await delivery.hand_over(case, receiver="朴美兰", results=[], papers=[notice.id], by=WANG, at=MONDAY)
    with pytest.raises(errors.Conflict, match="不属于这个办件"):
        await delivery.hand_over(case, receiver="朴美兰", results=[], papers=[uuid4()], by=WANG, at=MONDAY)


async def test_a_non_acceptance_is_delivered_although_the_case_is_over() -> None:
    case = (await accepted()).case_id
    async with transaction():
        await connection().execute(
            "UPDATE papers SET kind = 'non_acceptance', title = '不予受理通知书' WHERE kind = 'acceptance'"
        )
        await connection().execute("UPDATE cases SET status = 'not_accepted' WHERE id = $1", case)
    (notice,) = (await delivery.handing(case, by=WANG, at=MONDAY)).notices
    done = await delivery.send(
        case, carrier="EMS", tracking="12345", receiver="朴美兰", address="龙井市安民街道", papers=[notice.id],
        results=[], by=WANG, at=MONDAY,
    )  # fmt: skip
    assert done.status == "not_accepted"
    await delivery.arrive(case, done.delivery_id, on=MONDAY.date(), signer="朴美兰", by=WANG, at=MONDAY)
    assert await status(case) == "not_accepted" and len(await receipts(case)) == 1


async def test_of_each_document_its_own_choice_and_the_decision_waits_with_what_stays() -> None:
    case = (await accepted()).case_id
    await refused(await task_of(case, "birth_registration"), POLICE)
    page = await delivery.handing(case, by=WANG, at=MONDAY)
    assert [p.name for p in page.decisions] == ["不予办理决定书"]
    with pytest.raises(errors.Invalid, match="请勾选"):
        await delivery.hand_over(case, receiver="朴美兰", results=[], papers=[], by=WANG, at=MONDAY)
    assert await running(case) == 1


async def test_the_wish_of_the_form_is_at_hand() -> None:
    case = await decided()
    assert (await delivery.handing(case.case_id, by=WANG, at=MONDAY)).wish.method == "window"
    async with transaction():
        await connection().execute("DELETE FROM facts WHERE element LIKE 'recipient%' OR element = 'delivery_mode'")
        for element, value in (
            ("delivery_mode", "mail"),
            ("recipient_name", "朴美兰"),
            ("recipient_phone", "13800138000"),
            ("recipient_address", "龙井市安民街道1号"),
        ):
            await connection().execute(
                "INSERT INTO facts (id, case_id, element, value, source, by_id, at)"
                " VALUES ($1, $2, $3, $4, 'form', 'wang', $5)",
                uuid4(), case.case_id, element, value, MONDAY,
            )  # fmt: skip
    wish = (await delivery.handing(case.case_id, by=WANG, at=MONDAY)).wish
    assert (wish.method, wish.receiver, wish.phone, wish.address) == (
        "mail", "朴美兰", "13800138000", "龙井市安民街道1号",
    )  # fmt: skip
    (waiting,) = (await delivery.board(by=WANG, at=MONDAY, method="mail")).waiting
    assert waiting.wish == "邮寄送达"
    assert (await delivery.board(by=WANG, at=MONDAY, method="window")).waiting == ()


async def test_a_hand_over_and_a_parcel_at_once_one_wins() -> None:
    case = (await decided()).case_id
    answers = await asyncio.gather(
        delivery.hand_over(case, receiver="朴美兰", by=WANG, at=MONDAY),
        delivery.send(
            case, carrier="EMS", tracking="12345", receiver="朴美兰", address="龙井市安民街道", by=WANG, at=MONDAY
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(a, errors.Conflict) for a in answers) == 1
    assert await one("SELECT count(*) FROM deliveries") == 1
