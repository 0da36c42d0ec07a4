"""Public notice: only when nothing else reaches the person, thirty whole days, nothing personal beyond the name."""

from __future__ import annotations

import json

import pytest

from lianban import errors, timers
from lianban.casework import delivery
from lianban.casework.clocks import passport
from lianban.outside.database import transaction
from tests.actions.delivering import day, decided, decides, events, line, receipts, running, sent, status, stops
from tests.actions.drafts import MONDAY, WANG
from tests.actions.working import REGION, one

pytestmark = pytest.mark.usefixtures("pool")
TOLD = "两次按登记的地址邮寄均被退回，电话无人接听。"


async def test_not_before_another_try_has_failed() -> None:
    case = (await decided()).case_id
    with pytest.raises(errors.Conflict, match="请先用其他方式送达"):
        await delivery.publish(case, ground="failed", reason=TOLD, by=WANG, at=MONDAY)
    parcel = await sent(case)
    with pytest.raises(errors.Conflict, match="送达途中"):
        await delivery.publish(case, ground="failed", reason=TOLD, by=WANG, at=MONDAY)
    await delivery.send_back(case, parcel, reason="退回", by=WANG, at=day(11, 6))
    done = await delivery.publish(case, ground="failed", reason=TOLD, by=WANG, at=day(11, 6))
    assert done.state == "published" and await events("notice published") == 1


@pytest.mark.parametrize(
    ("ground", "reason"), [("", TOLD), ("gone", TOLD), ("unknown", "不知"), ("unknown", "长" * 501)]
)
async def test_the_reason_is_written(ground: str, reason: str) -> None:
    case = (await decided()).case_id
    with pytest.raises(errors.Invalid):
        await delivery.publish(case, ground=ground, reason=reason, by=WANG, at=MONDAY)
    assert await one("SELECT count(*) FROM papers WHERE kind = 'public_notice'") == 0


async def test_thirty_days_later_it_is_delivered_on_the_day_after_and_no_longer_up() -> None:
    case = (await decided()).case_id
    await delivery.publish(case, ground="unknown", reason=TOLD, by=WANG, at=MONDAY)
    assert (await line(case)).until == day(12, 2, 17), "thirty days from the second of November"
    board = await delivery.announcements(REGION, at=MONDAY)
    (notice,) = board.notices
    assert notice.addressee == "朴美兰" and ("居民户口簿", "222405-1") in notice.documents
    content = json.loads(str(await one("SELECT content FROM papers WHERE kind = 'public_notice'")))
    for secret in ("13800138000", "11010519491231002X", "王𬱖", "安民街道", TOLD, "新生儿"):
        assert secret not in json.dumps(content, ensure_ascii=False) and secret not in str(notice)
    await timers.round(day(12, 2, 20))
    assert await status(case) == "decided", "the last day is not over"
    await timers.round(day(12, 3, 0, 1))
    assert await status(case) == "delivered" and (await delivery.announcements(REGION, at=day(12, 3))).notices == ()
    (receipt,) = await receipts(case)
    assert receipt["delivered"] == "2026年12月3日" and receipt["signature"] == "公告期满，视为送达。"
    assert receipt["particulars"][0]["text"].endswith("2026年11月2日9时30分发出，2026年12月2日公告期满")
    assert (await delivery.close(case, by=WANG, at=day(12, 3))).status == "closed"


async def test_whatever_comes_first_plays_what_is_owed() -> None:
    case = (await decided()).case_id
    await delivery.publish(case, ground="unknown", reason=TOLD, by=WANG, at=MONDAY)
    with pytest.raises(errors.Conflict, match="已经送达"):
        await delivery.hand_over(case, receiver="朴美兰", by=WANG, at=day(12, 4))
    assert await status(case) == "delivered"


async def test_publishing_stops_the_ten_days() -> None:
    case = (await decided()).case_id
    await delivery.publish(case, ground="unknown", reason=TOLD, by=WANG, at=day(11, 5))
    assert await stops(case) == {day(11, 5)}


async def test_a_region_may_count_the_thirty_days_as_well() -> None:
    await decides(notice_counts="passed")
    case = (await decided()).case_id
    await delivery.publish(case, ground="unknown", reason=TOLD, by=WANG, at=day(11, 5))
    assert await running(case) > 0


async def test_who_turns_up_is_handed_it_and_the_notice_is_taken_down() -> None:
    case = (await decided()).case_id
    up = await delivery.publish(case, ground="unknown", reason=TOLD, by=WANG, at=MONDAY)
    with pytest.raises(errors.Conflict, match="送达途中"):
        await delivery.hand_over(case, receiver="朴美兰", by=WANG, at=day(11, 12))
    with pytest.raises(errors.Invalid):
        await delivery.take_down(case, up.delivery_id, reason="", by=WANG, at=day(11, 12))
    await delivery.take_down(case, up.delivery_id, reason="本人到窗口领取", by=WANG, at=day(11, 12))
    assert (await delivery.announcements(REGION, at=day(11, 12))).notices == () and await running(case) > 0
    done = await delivery.hand_over(case, receiver="朴美兰", by=WANG, at=day(11, 12))
    assert done.status == "delivered"
    await timers.round(day(12, 9))
    assert len(await receipts(case)) == 1


async def test_its_time_has_a_passport_of_its_own() -> None:
    case = (await decided()).case_id
    await delivery.publish(case, ground="unknown", reason=TOLD, by=WANG, at=MONDAY)
    clock = await one("SELECT id FROM clocks WHERE kind = 'notice'")
    async with transaction():
        found = await passport(clock, case_id=case, at=MONDAY)  # type: ignore[arg-type]
    assert found.view.kind_name == "公告期间" and "第九十五条" in found.view.basis
