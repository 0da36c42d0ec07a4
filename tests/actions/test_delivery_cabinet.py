"""The self-service cabinet: a code shown once and kept as a digest, few tries, back to the window after its time."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from lianban import errors, timers
from lianban.casework import delivery, tracking
from lianban.casework.intake import Accepted
from lianban.outside.database import connection, transaction
from tests.actions.delivering import HOME, day, decided, decides, events, line, receipts, running, status, stops
from tests.actions.drafts import MONDAY, WANG
from tests.actions.working import REGION, one

pytestmark = pytest.mark.usefixtures("pool")
WRONG = "00000000"


async def placed(box: str = "a 03") -> tuple[Accepted, UUID]:
    """A case all of which lies in box A03."""
    case = await decided()
    return case, (await delivery.place(case.case_id, box=box, by=WANG, at=MONDAY)).delivery_id


async def code_of(case: Accepted, id: UUID) -> str:
    """The code as the tracking page shows it."""
    found = await tracking.pick_up_code(case.number, case.query_code, id, address=HOME, at=MONDAY)
    assert found.box == "A03"
    return found.code


async def test_placed_told_and_taken_with_the_code() -> None:
    case, id = await placed()
    assert await events("cabinet ready") == 1 and await running(case.case_id) > 0
    assert (await line(case.case_id)).until == day(11, 9, 17), "five days from the second, rolled over the weekend"
    code = await code_of(case, id)
    assert len(code) == 8 and code.isdecimal()
    for table in ("deliveries", "outbox", "journal_contents", "idempotency_keys"):
        assert not await one(f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%' || $1 || '%'", code)
    at = MONDAY + timedelta(days=1)
    taken = await delivery.take(REGION, "A03", f"{code[:4]} {code[4:]}", at=at)
    assert taken.number == case.number and "居民户口簿" in taken.documents
    assert await status(case.case_id) == "delivered" and await stops(case.case_id) == {at}
    (receipt,) = await receipts(case.case_id)
    assert receipt["method"] == "自助取件柜" and "凭一次性取件码取件" in receipt["signature"]
    assert receipt["particulars"] == [{"label": "柜格", "text": "A03；2026年11月2日9时30分放入"}]
    assert await one("SELECT count(*) FROM clocks WHERE kind = 'cabinet' AND stopped_at IS NULL") == 0
    with pytest.raises(errors.NotFound):
        await delivery.take(REGION, "A03", code, at=at)


async def test_a_new_code_makes_the_old_one_worthless() -> None:
    case, id = await placed()
    old, new = await code_of(case, id), await code_of(case, id)
    with pytest.raises(errors.NotFound, match="柜格或者取件码不对"):
        await delivery.take(REGION, "A03", old, at=MONDAY)
    await delivery.take(REGION, "A03", new, at=MONDAY)


async def test_before_a_code_was_shown_nothing_opens_the_box() -> None:
    await placed()
    for code in ("", WRONG):
        with pytest.raises(errors.NotFound):
            await delivery.take(REGION, "A03", code, at=MONDAY)


async def test_after_five_wrong_codes_the_box_stays_shut_for_the_right_one_too() -> None:
    case, id = await placed()
    code = await code_of(case, id)
    for n in range(5):
        with pytest.raises(errors.NotFound if n < 4 else errors.Conflict):
            await delivery.take(REGION, "A03", WRONG, at=MONDAY)
    with pytest.raises(errors.Conflict, match="已经锁定"):
        await delivery.take(REGION, "A03", code, at=MONDAY)
    await delivery.send_back(case.case_id, id, reason="柜格锁定，取回", by=WANG, at=MONDAY)
    done = await delivery.hand_over(case.case_id, receiver="朴美兰", by=WANG, at=MONDAY)
    assert done.status == "delivered"


async def test_codes_are_made_five_times_at_most() -> None:
    case, id = await placed()
    for _ in range(5):
        await code_of(case, id)
    with pytest.raises(errors.Conflict, match="最多生成 5 次"):
        await code_of(case, id)


async def test_unknown_boxes_and_wrong_codes_get_the_same_answer() -> None:
    case, id = await placed()
    await code_of(case, id)
    said = set()
    for box in ("A03", "B99", ""):
        with pytest.raises(errors.NotFound) as refusal:
            await delivery.take(REGION, box, WRONG, at=MONDAY)
        said.add(refusal.value.sentence)
    assert len(said) == 1


async def test_what_nobody_fetched_goes_back_to_the_window_by_itself() -> None:
    case, id = await placed()
    code = await code_of(case, id)
    late = day(11, 9, 17, 1)
    await timers.round(late)
    away = await line(case.case_id)
    assert (away.state, away.state_name) == ("expired", "逾期未取，退回窗口")
    assert away.end_reason == "保管期限 2026-11-09 17:00 届满，没有取走" and await running(case.case_id) > 0
    with pytest.raises(errors.NotFound):
        await delivery.take(REGION, "A03", code, at=late)
    with pytest.raises(errors.Conflict, match="没有取件码"):
        await tracking.pick_up_code(case.number, case.query_code, id, address=HOME, at=late)
    assert (await delivery.handing(case.case_id, by=WANG, at=late)).to_deliver


async def test_a_code_that_comes_after_the_end_finds_the_box_empty_before_any_timer() -> None:
    case, id = await placed()
    code = await code_of(case, id)
    with pytest.raises(errors.NotFound):
        await delivery.take(REGION, "A03", code, at=day(11, 9, 17, 1))
    assert await status(case.case_id) == "decided"


async def test_a_region_may_count_the_placing_until_it_comes_back() -> None:
    await decides(cabinet_counts="placed", cabinet="3d")
    case, _ = await placed()
    assert await running(case.case_id) == 0
    await timers.round(day(11, 6))
    assert await running(case.case_id) > 0


async def test_a_box_holds_one_case_at_a_time() -> None:
    case = (await decided()).case_id
    first, *rest = (await delivery.handing(case, by=WANG, at=MONDAY)).to_deliver
    await delivery.place(case, box="A03", results=[first], by=WANG, at=MONDAY)
    with pytest.raises(errors.Invalid, match="柜格 A03 里还有别的件"):
        await delivery.place(case, box="a03", results=rest, by=WANG, at=MONDAY)
    assert (await delivery.place(case, box="A04", results=rest, by=WANG, at=MONDAY)).state == "placed"


async def test_two_people_with_the_code_at_once_take_it_once() -> None:
    case, id = await placed()
    code = await code_of(case, id)
    answers = await asyncio.gather(
        *(delivery.take(REGION, "A03", code, at=MONDAY) for _ in range(3)), return_exceptions=True
    )
    assert sum(isinstance(a, errors.NotFound) for a in answers) == 2 and len(await receipts(case.case_id)) == 1


async def test_what_was_revoked_meanwhile_is_not_taken_out() -> None:
    case, id = await placed()
    code = await code_of(case, id)
    async with transaction():
        await connection().execute("UPDATE results SET revoked_at = $1, revoked_reason = '承诺不实'", MONDAY)
    with pytest.raises(errors.Conflict, match="已经撤销，不能取走"):
        await delivery.take(REGION, "A03", code, at=MONDAY)
