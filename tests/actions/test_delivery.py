"""Hand-over and closure: what is decided may be fetched, nothing twice, a receipt for each."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from lianban import errors, journal
from lianban.casework import delivery, notices, progress
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from tests.actions.drafts import MONDAY, WANG
from tests.actions.working import (
    NURSING,
    PEOPLE,
    POLICE,
    SOCIAL,
    accepted,
    concluded,
    grant_all,
    granted,
    one,
    refused,
    task_of,
)

OTHER_SEAT = Actor("sun", "孙七", "222405", frozenset({Role.CLERK}), window="出件窗口")
ELSEWHERE = Actor("li", "李湘", "430100", frozenset({Role.CLERK}), window="综合窗口 1 号")


async def _kinds(case: UUID) -> list[str]:
    return [p.kind for p in await notices.of_case(case)]


async def _receipts(case: UUID) -> list[list[str]]:
    """What each receipt lists."""
    async with transaction():
        rows = await connection().fetch(
            "SELECT content FROM papers WHERE case_id = $1 AND kind = 'delivery_receipt' ORDER BY id", case
        )
    return [[d["name"] for d in json.loads(r["content"])["documents"]] for r in rows]


async def test_all_results_together_then_closed(pool: None) -> None:
    case = (await concluded()).case_id
    (line,) = await delivery.waiting(by=OTHER_SEAT, at=MONDAY)
    assert (line.applicant, line.subject, line.outcome_name) == ("朴*", "***", "全部办成")
    assert line.remaining and line.remaining.text == "还剩 10 个工作日"
    view = await delivery.handing(case, by=OTHER_SEAT, at=MONDAY)
    assert len(view.to_deliver) == line.results == sum(len(i.results) for i in view.items) > 2
    assert len(view.decisions) == line.papers > 0
    assert view.buttons == {"deliver": ()}
    looks = "SELECT count(*) FROM access_log WHERE by_id = $1 AND what = '出件' AND purpose = '窗口送达'"
    assert await one(looks, OTHER_SEAT.id) == 1
    done = await delivery.hand_over(case, receiver="张小花", id_last_four="002x", by=OTHER_SEAT, at=MONDAY)
    assert done.status == "delivered" and (await _kinds(case)).count("delivery_receipt") == 1
    content = str(await one("SELECT content::text FROM papers WHERE id = $1", done.paper_id))
    assert "张小花" in content and "002X" in content and "居民户口簿" in content
    (line,) = await delivery.waiting(by=OTHER_SEAT, at=MONDAY)
    assert (line.status, line.papers) == ("delivered", 0)
    closed = await delivery.close(case, by=OTHER_SEAT, at=MONDAY + timedelta(minutes=5))
    assert closed.status == "closed" and (await _kinds(case))[-1] == "closure"
    assert await delivery.waiting(by=OTHER_SEAT, at=MONDAY) == ()
    with pytest.raises(errors.Conflict):
        await delivery.close(case, by=OTHER_SEAT, at=MONDAY)
    assert (await journal.verify()).whole
    events = str(await one("SELECT string_agg(event, ',' ORDER BY seq) FROM journal WHERE subject = $1", str(case)))
    assert "results delivered,case delivered" in events and events.endswith("case closed,paper issued")


async def test_the_ten_days_run_from_the_first_decision_that_waits_here(pool: None) -> None:
    case = (await accepted(NURSING)).case_id
    nursing, friday = await task_of(case, "nursing_allowance"), MONDAY + timedelta(days=4)
    await granted(nursing, PEOPLE["social_insurance"], MONDAY)
    await grant_all(case, friday)
    (line,) = await delivery.waiting(by=WANG, at=friday)
    assert line.remaining and line.remaining.text == "还剩 6 个工作日"
    view = await delivery.handing(case, by=WANG, at=friday)
    assert view.due and view.due.date().isoformat() == "2026-11-16" and view.remaining == line.remaining
    early = [r.id for i in view.items if i.item == "nursing_allowance" for r in i.results]
    await delivery.hand_over(case, receiver="张小花", results=early, by=WANG, at=friday)
    rest = (await delivery.handing(case, by=WANG, at=friday)).due
    assert rest and rest.date().isoformat() == "2026-11-20"


async def test_nothing_is_handed_over_before_anything_is_decided(pool: None) -> None:
    case = (await accepted()).case_id
    with pytest.raises(errors.Conflict, match="还没有可以交给申请人的结果"):
        await delivery.hand_over(case, receiver="张小花", by=WANG, at=MONDAY)
    with pytest.raises(errors.Conflict):
        await delivery.close(case, by=WANG, at=MONDAY)
    assert (await delivery.handing(case, by=WANG, at=MONDAY)).to_deliver == ()
    assert "delivery_receipt" not in await _kinds(case)


async def test_what_is_decided_need_not_wait_for_the_rest(pool: None) -> None:
    case = (await accepted(NURSING)).case_id
    await granted(await task_of(case, "nursing_allowance"), SOCIAL)
    assert [line.case_id for line in await delivery.waiting(by=WANG, at=MONDAY)] == [case]
    page = await delivery.handing(case, by=WANG, at=MONDAY)
    assert page.due == MONDAY.replace(day=16, hour=17, minute=0), "ten working days from this decision (R-44)"
    first = await delivery.hand_over(case, receiver="张小花", by=WANG, at=MONDAY)
    assert first.status == "processing" and (await _kinds(case)).count("delivery_receipt") == 1
    with pytest.raises(errors.Conflict, match="还没有可以交给申请人的结果"):
        await delivery.hand_over(case, receiver="张小花", by=WANG, at=MONDAY)
    assert await delivery.waiting(by=WANG, at=MONDAY) == ()
    await refused(await task_of(case, "birth_registration"), POLICE)
    last = await delivery.hand_over(case, receiver="张小花", by=WANG, at=MONDAY)
    assert last.status == "delivered"
    assert await _receipts(case) == [["居民户口簿", "准予办理决定书"], ["不予办理决定书"]]


async def test_a_refusal_has_its_ten_days_too_and_goes_along_before_the_rest_is_decided(pool: None) -> None:
    case = (await accepted(NURSING)).case_id
    task = await task_of(case, "nursing_allowance")
    await refused(task, SOCIAL)
    assert [line.case_id for line in await delivery.waiting(by=WANG, at=MONDAY)] == [case]
    page = await delivery.handing(case, by=WANG, at=MONDAY)
    assert page.due == MONDAY.replace(day=16, hour=17, minute=0) and len(page.refusals) == 1
    done = await delivery.hand_over(case, receiver="张小花", results=[], by=WANG, at=MONDAY)
    assert done.status == "processing" and await _receipts(case) == [["不予办理决定书"]]
    page = await delivery.handing(case, by=WANG, at=MONDAY)
    assert page.due is None and page.refusals == () and await delivery.waiting(by=WANG, at=MONDAY) == ()


async def test_when_everything_has_been_fetched_before_the_end_there_is_only_to_say_so(pool: None) -> None:
    case = (await accepted(NURSING)).case_id
    await granted(await task_of(case, "nursing_allowance"), SOCIAL)
    first = await delivery.hand_over(case, receiver="张小花", by=WANG, at=MONDAY)
    async with transaction():
        # As if the applicant had taken the rest back.
        await connection().execute("UPDATE tasks SET status = 'withdrawn' WHERE decided_at IS NULL")
        held = await progress.hold(case)
        assert held is not None
        await progress.settle(held, at=MONDAY)
    assert (await delivery.handing(case, by=WANG, at=MONDAY)).over
    last = await delivery.hand_over(case, receiver="", by=WANG, at=MONDAY)
    assert (last.status, last.paper_id) == ("delivered", first.paper_id)


async def test_two_clicks_are_one_delivery(pool: None) -> None:
    case = (await concluded()).case_id
    same = [delivery.hand_over(case, receiver="张小花", by=WANG, at=MONDAY, key="k") for _ in range(4)]
    answers = await asyncio.gather(*same)
    assert len(set(answers)) == 1 and (await _kinds(case)).count("delivery_receipt") == 1
    with pytest.raises(errors.Conflict, match="已经送达"):
        await delivery.hand_over(case, receiver="张小花", by=WANG, at=MONDAY)
    assert await one("SELECT count(*) FROM deliveries") == 1


async def test_two_windows_at_once_hand_over_once(pool: None) -> None:
    case = (await concluded()).case_id
    answers = await asyncio.gather(
        *(delivery.hand_over(case, receiver="张小花", by=by, at=MONDAY) for by in (WANG, OTHER_SEAT)),
        return_exceptions=True,
    )
    assert sorted(type(a).__name__ for a in answers) == ["Conflict", "Delivered"]
    assert await one("SELECT count(*) FROM deliveries") == 1


async def test_a_part_may_go_first(pool: None) -> None:
    case = (await concluded()).case_id
    results = (await delivery.handing(case, by=WANG, at=MONDAY)).to_deliver
    first = await delivery.hand_over(case, receiver="张小花", results=results[:1], by=WANG, at=MONDAY)
    assert first.status == "decided"
    with pytest.raises(errors.Conflict, match="已经送达"):
        await delivery.hand_over(case, receiver="张小花", results=results[:1], by=WANG, at=MONDAY)
    with pytest.raises(errors.Invalid):
        await delivery.hand_over(case, receiver="张小花", results=[uuid4()], by=WANG, at=MONDAY)
    with pytest.raises(errors.Invalid):
        await delivery.hand_over(case, receiver="张小花", results=[], by=WANG, at=MONDAY)
    last = await delivery.hand_over(case, receiver="张小花", by=WANG, at=MONDAY)
    assert last.status == "delivered" and (await _kinds(case)).count("delivery_receipt") == 2
    assert [d.results for d in (await delivery.handing(case, by=WANG, at=MONDAY)).deliveries] == [1, len(results) - 1]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"receiver": "朴美兰😀"}, "receiver"),
        ({"receiver": "  "}, "receiver"),
        ({"receiver": "甲" * 61}, "receiver"),
        ({"id_last_four": "12345"}, "id_last_four"),
        ({"id_last_four": "甲乙丙丁"}, "id_last_four"),
        ({"method": "pigeon"}, "method"),
        ({"method": "agent", "relation": "代办人"}, "file"),
        ({"method": "family"}, "relation"),
        ({"method": "left", "place": "申请人住处", "refused_by": "朴美兰"}, "witness"),
        ({"method": "left", "place": "申请人住处", "witness": "社区金某"}, "refused_by"),
        ({"method": "left", "refused_by": "朴美兰", "witness": "社区金某"}, "place"),
        ({"method": "mail"}, "method"),
        ({"method": "public_notice"}, "method"),
    ],
)
async def test_what_a_hand_over_must_say(pool: None, change: dict[str, str], field: str) -> None:
    case = (await concluded()).case_id
    said = {"receiver": "张小花"} | change
    with pytest.raises(errors.Invalid) as refusal:
        await delivery.hand_over(case, **said, by=WANG, at=MONDAY)  # type: ignore[arg-type]
    assert set(refusal.value.fields) == {field}
    assert await one("SELECT count(*) FROM deliveries") == 0


async def test_refusals_are_handed_over_too_and_the_closing_notice_names_the_next_step(pool: None) -> None:
    case = (await accepted()).case_id
    await refused(await task_of(case, "birth_registration"), POLICE)
    await grant_all(case)
    done = await delivery.hand_over(case, receiver="张小花", method="family", relation="婆婆", by=WANG, at=MONDAY)
    receipt = str(await one("SELECT content::text FROM papers WHERE id = $1", done.paper_id))
    assert "不予办理决定书" in receipt
    closed = await delivery.close(case, by=WANG, at=MONDAY)
    notice = str(await one("SELECT content::text FROM papers WHERE id = $1", closed.paper_id))
    assert "整改后单独申请" in notice and "同住成年家属代收" in notice and "龙公安不予字〔2026〕第000001号" in notice


async def test_other_regions_and_departments_do_not_see_the_case(pool: None) -> None:
    case = (await concluded()).case_id
    for stranger in (ELSEWHERE, POLICE):
        with pytest.raises(errors.NotFound):
            await delivery.handing(case, by=stranger, at=MONDAY)
        with pytest.raises(errors.NotFound):
            await delivery.hand_over(case, receiver="张小花", by=stranger, at=MONDAY)
        with pytest.raises(errors.NotFound):
            await delivery.close(case, by=stranger, at=MONDAY)
    assert await delivery.waiting(by=ELSEWHERE, at=MONDAY) == ()
    with pytest.raises(errors.Forbidden):
        await delivery.waiting(by=POLICE, at=MONDAY)
