"""A delivered result with a mistake is replaced; the corrected one is delivered again with ten days of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from lianban import errors
from lianban.casework import delivery
from lianban.casework.tasks import correcting
from tests.actions.delivering import day, decided, line, receipts, running, sent, status
from tests.actions.drafts import MONDAY, WANG
from tests.actions.working import POLICE, POLICE_HEAD, POLICE_TOO, RESULT, SOCIAL, one, task_of

pytestmark = pytest.mark.usefixtures("pool")
RIGHT = replace(RESULT, number="222405-2")
WHY = "户号印错，更正为222405-2"


async def mistaken(*, delivered: bool = True) -> tuple[UUID, UUID, UUID]:
    """A case, its birth registration, and the result of that with a wrong number."""
    case = (await decided()).case_id
    if delivered:
        await delivery.hand_over(case, receiver="朴美兰", by=WANG, at=MONDAY)
    task = await task_of(case, "birth_registration")
    return case, task, UUID(str(await one("SELECT id FROM results WHERE task_id = $1", task)))


async def test_the_corrected_one_goes_out_again_with_a_clock_of_its_own_and_the_old_one_comes_back() -> None:
    case, task, wrong = await mistaken()
    await delivery.close(case, by=WANG, at=MONDAY)
    done = await correcting.correct(task, wrong, new=RIGHT, reason=WHY, by=POLICE, at=day(11, 9))
    assert done.out and await running(case) == 1
    page = await delivery.handing(case, by=WANG, at=day(11, 9))
    assert page.to_deliver == (done.result_id,) and page.old_ones == ("居民户口簿 222405-1",)
    assert page.due and page.due.date() == date(2026, 11, 23), "ten working days from the correction"
    assert [w.case_id for w in await delivery.waiting(by=WANG, at=day(11, 9))] == [case]
    await delivery.hand_over(case, receiver="朴美兰", old_back=True, by=WANG, at=day(11, 10))
    receipt = (await receipts(case))[-1]
    assert receipt["note"] == "原居民户口簿 222405-1已经收回" and receipt["documents"][0]["number"] == "222405-2"
    assert await running(case) == 0 and await status(case) == "closed"
    assert await one("SELECT old_one FROM results WHERE id = $1", wrong) == "back"


async def test_what_is_not_brought_back_is_declared_void() -> None:
    case, task, wrong = await mistaken()
    await correcting.correct(task, wrong, new=RIGHT, reason=WHY, by=POLICE_HEAD, at=MONDAY)
    with pytest.raises(errors.Conflict, match="还有更正后的结果"):
        await delivery.close(case, by=WANG, at=MONDAY)
    await delivery.hand_over(case, receiver="朴美兰", by=WANG, at=MONDAY)
    assert (await receipts(case))[-1]["note"] == "原居民户口簿 222405-1没有收回，声明作废"
    assert (await delivery.close(case, by=WANG, at=MONDAY)).status == "closed"
    closing = json.loads(str(await one("SELECT content FROM papers WHERE kind = 'closure'")))
    numbers = {outcome["item"]: outcome["number"] for outcome in closing["outcomes"]}
    assert numbers["出生登记"] == "222405-2"


async def test_what_still_lies_at_the_window_is_simply_replaced() -> None:
    case, task, wrong = await mistaken(delivered=False)
    done = await correcting.correct(task, wrong, new=RIGHT, reason=WHY, by=POLICE, at=MONDAY)
    assert not done.out
    page = await delivery.handing(case, by=WANG, at=MONDAY)
    assert wrong not in page.to_deliver and done.result_id in page.to_deliver and page.old_ones == ()
    with pytest.raises(errors.Conflict, match="已经更正"):
        await delivery.hand_over(case, receiver="朴美兰", results=[wrong], by=WANG, at=MONDAY)
    assert (await delivery.hand_over(case, receiver="朴美兰", by=WANG, at=MONDAY)).status == "delivered"


async def test_who_may_correct_what_and_when() -> None:
    case, task, wrong = await mistaken(delivered=False)
    for stranger, refusal in ((POLICE_TOO, errors.Forbidden), (SOCIAL, errors.NotFound), (WANG, errors.NotFound)):
        with pytest.raises(refusal):
            await correcting.correct(task, wrong, new=RIGHT, reason=WHY, by=stranger, at=MONDAY)
    with pytest.raises(errors.Invalid) as same:
        await correcting.correct(task, wrong, new=RESULT, reason="错", by=POLICE, at=MONDAY)
    assert set(same.value.fields) == {"name", "reason"}
    parcel = await sent(case)
    with pytest.raises(errors.Conflict, match="正在送达途中"):
        await correcting.correct(task, wrong, new=RIGHT, reason=WHY, by=POLICE, at=MONDAY)
    await delivery.arrive(case, parcel, on=date(2026, 11, 4), signer="朴美兰", by=WANG, at=day(11, 5))
    await correcting.correct(task, wrong, new=RIGHT, reason=WHY, by=POLICE, at=day(11, 5))
    with pytest.raises(errors.Conflict, match="已经更正过"):
        await correcting.correct(task, wrong, new=RIGHT, reason=WHY, by=POLICE, at=day(11, 5))
    found = await correcting.results(task, by=POLICE)
    assert [r.replaced for r in found.results] == [WHY, ""] and (await line(case)).state == "delivered"
