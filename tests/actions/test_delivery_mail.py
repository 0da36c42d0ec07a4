"""By mail: the date of the return receipt is the delivery date; a parcel that comes back lies at the window again."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from uuid import uuid4

import pytest

from lianban import errors
from lianban.casework import delivery
from lianban.casework.promises.verification import revoke
from tests.actions.delivering import PARCEL, day, decided, decides, events, line, receipts, running, sent, status, stops
from tests.actions.drafts import FAR, MONDAY, WANG
from tests.actions.test_delivery_revoked import refuse_the_rest
from tests.actions.test_verifications import AFTER, HEAD, proposed
from tests.actions.working import one

pytestmark = pytest.mark.usefixtures("pool")


async def test_posted_arrived_and_only_then_the_receipt() -> None:
    case = (await decided()).case_id
    parcel = await sent(case)
    page = await delivery.handing(case, by=WANG, at=MONDAY)
    assert page.to_deliver == () and page.decisions == () and page.status == "decided"
    (away,) = page.under_way
    assert (away.state_name, away.tracking, away.carrier) == ("邮寄中", "EB123456789CN", "中国邮政速递（EMS）")
    assert await receipts(case) == [] and await running(case) > 0 and await events("parcel sent") == 1
    with pytest.raises(errors.Conflict, match="送达途中"):
        await delivery.hand_over(case, receiver="朴美兰", by=WANG, at=MONDAY)
    done = await delivery.arrive(case, parcel, on=date(2026, 11, 5), signer="朴美兰", by=WANG, at=day(11, 9))
    assert (done.state, done.status) == ("delivered", "delivered")
    (receipt,) = await receipts(case)
    assert receipt["delivered"] == "2026年11月5日" and receipt["method"] == "邮寄送达"
    assert receipt["particulars"] == [
        {
            "label": "邮件",
            "text": "中国邮政速递（EMS），邮件号码EB123456789CN；2026年11月2日9时30分交寄，收件日期以邮件回执为准",
        }
    ]
    assert receipt["signature"] == "以邮件回执上的签收为准，回执附卷。" and receipt["receiver"] == "朴美兰"
    assert await running(case) == 0 and await stops(case) == {day(11, 5, 12)}, "the ten days end on the receipt's date"
    assert (await delivery.close(case, by=WANG, at=day(11, 9))).status == "closed"


async def test_what_came_back_lies_at_the_window_and_may_go_another_way() -> None:
    case = (await decided()).case_id
    parcel = await sent(case)
    back = await delivery.send_back(case, parcel, reason="查无此人，退回", by=WANG, at=day(11, 10))
    assert (back.state, back.status) == ("returned", "decided")
    assert await running(case) > 0 and await receipts(case) == []
    page = await delivery.handing(case, by=WANG, at=day(11, 10))
    assert page.to_deliver and page.decisions and [d.end_reason for d in page.deliveries] == ["查无此人，退回"]
    (waiting,) = await delivery.waiting(by=WANG, at=day(11, 10))
    assert waiting.back and [x.where for x in (await delivery.board(by=WANG, at=day(11, 10), state="back")).lines] == [
        "中国邮政速递（EMS） EB123456789CN"
    ]
    done = await delivery.hand_over(case, receiver="朴美兰", by=WANG, at=day(11, 11))
    assert done.status == "delivered" and await stops(case) == {day(11, 11)}


async def test_a_parcel_arrives_or_comes_back_once() -> None:
    case = (await decided()).case_id
    parcel = await sent(case)
    await delivery.send_back(case, parcel, reason="退回", by=WANG, at=day(11, 9))
    with pytest.raises(errors.Conflict, match="已退回窗口"):
        await delivery.arrive(case, parcel, on=date(2026, 11, 5), signer="朴美兰", by=WANG, at=day(11, 9))
    with pytest.raises(errors.Conflict):
        await delivery.send_back(case, parcel, reason="退回", by=WANG, at=day(11, 9))
    with pytest.raises(errors.NotFound):
        await delivery.send_back(case, uuid4(), reason="退回", by=WANG, at=day(11, 9))
    with pytest.raises(errors.NotFound):
        await delivery.arrive(case, parcel, on=date(2026, 11, 5), signer="朴美兰", by=FAR, at=day(11, 9))


async def test_arrival_and_return_at_once_one_wins() -> None:
    case = (await decided()).case_id
    parcel = await sent(case)
    at = day(11, 9)
    answers = await asyncio.gather(
        delivery.arrive(case, parcel, on=date(2026, 11, 5), signer="朴美兰", by=WANG, at=at),
        delivery.send_back(case, parcel, reason="退回", by=WANG, at=at),
        return_exceptions=True,
    )
    assert sorted(type(a).__name__ for a in answers) in (["Illegal", "Moved"],)
    assert len(await receipts(case)) == (1 if await status(case) == "delivered" else 0)


async def test_two_clicks_post_one_parcel_and_register_one_receipt() -> None:
    case = (await decided()).case_id
    twice = [delivery.send(case, **PARCEL, by=WANG, at=MONDAY, key="k") for _ in range(3)]
    (parcel,) = {answer.delivery_id for answer in await asyncio.gather(*twice)}
    again = [
        delivery.arrive(case, parcel, on=date(2026, 11, 5), signer="朴美兰", by=WANG, at=day(11, 9), key="a")
        for _ in range(3)
    ]
    assert len({answer.paper_id for answer in await asyncio.gather(*again)}) == 1
    assert await one("SELECT count(*) FROM deliveries") == 1 and len(await receipts(case)) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"carrier": " "}, "carrier"),
        ({"tracking": "12"}, "tracking"),
        ({"tracking": "甲乙丙丁戊"}, "tracking"),
        ({"receiver": ""}, "receiver"),
        ({"address": "龙井"}, "address"),
        ({"address": "龙" * 201}, "address"),
    ],
)
async def test_what_a_parcel_must_say(change: dict[str, str], field: str) -> None:
    case = (await decided()).case_id
    with pytest.raises(errors.Invalid) as refusal:
        await delivery.send(case, **PARCEL | change, by=WANG, at=MONDAY)
    assert set(refusal.value.fields) == {field}


@pytest.mark.parametrize("on", [None, date(2026, 11, 1), date(2026, 11, 10)])
async def test_the_receipt_s_date_lies_between_posting_and_today(on: date | None) -> None:
    case = (await decided()).case_id
    parcel = await sent(case)
    with pytest.raises(errors.Invalid) as refusal:
        await delivery.arrive(case, parcel, on=on, signer="", by=WANG, at=day(11, 9))
    assert set(refusal.value.fields) == {"on", "signer"}


async def test_a_region_may_count_the_posting_and_a_return_sets_the_clock_going_again() -> None:
    await decides(mail_counts="sent")
    case = (await decided()).case_id
    parcel = await sent(case, day(11, 4))
    assert await running(case) == 0 and await stops(case) == {day(11, 4)}
    await delivery.send_back(case, parcel, reason="退回", by=WANG, at=day(11, 20))
    assert await running(case) > 0, "as if it had never stopped: the ten days ended on the sixteenth"
    assert {w.remaining.text for w in await delivery.waiting(by=WANG, at=day(11, 20)) if w.remaining} == {
        "已超期 4 个工作日"
    }


async def test_the_delivery_date_stays_the_receipt_s_where_posting_counts() -> None:
    await decides(mail_counts="sent")
    case = (await decided()).case_id
    parcel = await sent(case, day(11, 4))
    await delivery.arrive(case, parcel, on=date(2026, 11, 19), signer="朴美兰", by=WANG, at=day(11, 20))
    assert (await line(case)).delivered_at == day(11, 19, 12) and await stops(case) == {day(11, 4)}


async def test_what_is_revoked_on_its_way_has_arrived_all_the_same_and_the_window_is_told() -> None:
    case, task = await proposed()
    at = AFTER + timedelta(hours=1)
    parcel = (await delivery.send(case.case_id, **PARCEL, by=WANG, at=AFTER)).delivery_id
    await revoke(task, by=HEAD, at=AFTER)
    page = await delivery.handing(case.case_id, by=WANG, at=at)
    assert page.under_way[0].revoked and [p.name for p in page.decisions] == ["撤销决定书"]
    await refuse_the_rest(case.case_id)
    await delivery.arrive(case.case_id, parcel, on=AFTER.date(), signer="王建国", by=WANG, at=at)
    assert await status(case.case_id) == "decided", "the revocation and the refusals are still here"
    done = await delivery.hand_over(case.case_id, receiver="王建国", by=WANG, at=at)
    assert done.status == "delivered" and "撤销决定书" in [
        d["name"] for d in (await receipts(case.case_id))[1]["documents"]
    ]


async def test_a_closed_case_sends_nothing() -> None:
    case = (await decided()).case_id
    await delivery.hand_over(case, receiver="朴美兰", by=WANG, at=MONDAY)
    await delivery.close(case, by=WANG, at=MONDAY)
    with pytest.raises(errors.Conflict, match="已经送达，不能重复出件"):
        await delivery.send(case, **PARCEL, by=WANG, at=MONDAY)
