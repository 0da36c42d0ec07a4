"""Papers between window and departments: nothing twice, nothing lost, both sides on record."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from lianban import errors, journal
from lianban.casework import delivery, intake, materials, notices, transfers
from lianban.casework.intake import Accepted
from lianban.outside import printing
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Role
from tests.actions.drafts import JIN, MONDAY, WANG, begin, fill
from tests.actions.rows import actor
from tests.actions.working import HEALTHCARE, NEWBORN_ID, POLICE, granted, officer, one, task_of

CERTIFICATE = "birth_certificate"
LATER = MONDAY + timedelta(hours=1)
SUPERVISOR = actor("supervisor", Role.SUPERVISOR)


@pytest.fixture
async def case(pool: None) -> Accepted:
    """An accepted newborn case whose birth certificate lies at the window in two copies."""
    draft = await begin()
    await fill(draft.case_id)
    await materials.mark(draft.case_id, CERTIFICATE, {"original": True, "copies": 2}, by=WANG, at=MONDAY)
    return await intake.accept(draft.case_id, by=WANG, at=MONDAY)


async def waiting(by: Any = WANG) -> dict[str, list[transfers.Thing]]:
    return {each.department: list(each.things) for each in (await transfers.desk(by=by)).waiting}


async def handed(case: Accepted, key: str = "") -> transfers.Made:
    ((department, things),) = (await waiting()).items()
    assert department == "public_security"
    return await transfers.hand_over(department, [t.key for t in things], by=WANG, at=MONDAY, key=key)


async def where(case: Accepted) -> str:
    return (await transfers.whereabouts(case.case_id))[CERTIFICATE]


async def test_copies_go_to_the_department_and_the_case_says_where_they_are(case: Accepted) -> None:
    (thing,) = (await waiting())["public_security"]
    assert (thing.number, thing.form, thing.copies) == (case.number, "复印件", 2)
    assert await where(case) == "在综合窗口"
    made = await handed(case)
    assert made.number == "龙政服交字〔2026〕第000001号" and await waiting() == {}
    assert await where(case) == f"在途：综合窗口 3 号王芳 11-02 09:30 交给龙井市公安局，还没有签收（{made.number}）"
    (incoming,) = (await transfers.desk(by=POLICE)).incoming
    assert incoming.number == made.number and (await transfers.desk(by=WANG)).outgoing[0].things == 1
    await transfers.receive(made.id, [1], {}, by=POLICE, at=LATER)
    assert await where(case) == "在龙井市公安局（police的姓名 11-02 10:30 签收）"
    shown = await transfers.transfer(made.id, by=JIN)
    assert (shown.status_name, shown.number, shown.lines[0].arrived) == ("已签收", made.number, True)
    said = [line.event for line in await journal.lines("case", case.case_id)]
    assert said[-2:] == ["papers handed over", "papers received"]


async def test_a_difference_makes_a_corrected_list_and_what_is_missing_is_back(case: Accepted) -> None:
    first = await handed(case)
    second = await transfers.receive(first.id, [], {1: "信封里是空的"}, remark="当面告知王芳", by=POLICE, at=LATER)
    assert second.number == "龙政服交字〔2026〕第000002号"
    shown = await transfers.transfer(first.id, by=WANG)
    assert (shown.differences, shown.lines[0].difference, shown.remark) == (1, "信封里是空的", "当面告知王芳")
    assert await where(case) == "在综合窗口" and len((await waiting())["public_security"]) == 1
    async with transaction():
        papers = await connection().fetch("SELECT number, superseded_at, content FROM papers WHERE case_id IS NULL"
                                          " ORDER BY number")  # fmt: skip
    assert [p["superseded_at"] is not None for p in papers] == [True, False]
    assert "信封里是空的" in papers[1]["content"] and first.number in papers[1]["content"]


async def test_nothing_is_on_two_lists_and_a_double_click_makes_one(case: Accepted) -> None:
    (thing,) = (await waiting())["public_security"]
    many = await asyncio.gather(
        *(transfers.hand_over("public_security", [thing.key], by=by, at=MONDAY) for by in (WANG, JIN, WANG, JIN)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, transfers.Made) for each in many) == 1
    assert sum(isinstance(each, errors.Conflict) for each in many) == 3
    assert await one("SELECT count(*) FROM papers WHERE kind = 'hand_over_list'") == 1
    await transfers.take_back((await transfers.desk(by=WANG)).outgoing[0].id, "部门今天没有人", by=JIN, at=LATER)
    again = [await transfers.hand_over("public_security", [thing.key], by=WANG, at=LATER, key="k1") for _ in range(2)]
    assert again[0] == again[1] and again[0].number.endswith("第000002号")
    assert (
        await one("SELECT void_reason FROM papers WHERE number LIKE '%第000001号' AND case_id IS NULL")
        == "部门今天没有人"
    )


async def test_each_side_does_its_own_part(case: Accepted) -> None:
    made = await handed(case)
    with pytest.raises(errors.Forbidden, match="不能代签"):
        await transfers.receive(made.id, [1], {}, by=JIN, at=LATER)
    with pytest.raises(errors.Forbidden, match="移交的一方"):
        await transfers.take_back(made.id, "不要了", by=POLICE, at=LATER)
    strangers = (HEALTHCARE, officer("far", "public_security", region="430100"), SUPERVISOR)
    for stranger in strangers:
        with pytest.raises(errors.NotFound):
            await transfers.transfer(made.id, by=stranger)
        with pytest.raises(errors.NotFound):
            await transfers.receive(made.id, [1], {}, by=stranger, at=LATER)
    with pytest.raises(errors.Forbidden):
        await transfers.desk(by=SUPERVISOR)
    with pytest.raises(errors.Invalid, match="勾选"):
        await transfers.hand_over("public_security", [], by=WANG, at=MONDAY)
    await transfers.receive(made.id, [1], {}, by=POLICE, at=LATER)
    with pytest.raises(errors.Conflict, match="police的姓名已经在 11-02 10:30 签收"):
        await transfers.receive(made.id, [1], {}, by=POLICE, at=LATER)
    with pytest.raises(errors.Conflict, match="签收"):
        await transfers.take_back(made.id, "不要了", by=WANG, at=LATER)


async def test_both_sides_read_the_list_and_nobody_else(case: Accepted) -> None:
    made = await handed(case)
    paper = (await transfers.transfer(made.id, by=WANG)).paper_id
    assert paper is not None
    try:
        files = [await notices.pdf(paper, by=by, at=MONDAY) for by in (WANG, POLICE, SUPERVISOR)]
    finally:
        printing.stop()
    assert len({file.data for file in files}) == 1 and made.number in files[0].name
    for stranger in (HEALTHCARE, actor("far", Role.CLERK, region="430100"), actor("auditor", Role.AUDITOR)):
        with pytest.raises(errors.NotFound):
            await notices.pdf(paper, by=stranger, at=MONDAY)
    assert await one("SELECT count(*) FROM access_log WHERE purpose = '材料交接'") == 3


async def test_results_and_papers_come_back_when_the_department_has_decided(case: Accepted) -> None:
    made = await handed(case)
    await transfers.receive(made.id, [1], {}, by=POLICE, at=MONDAY)
    assert await waiting(POLICE) == {}
    await granted(await task_of(case.case_id, "birth_registration"), POLICE, newborn_id_number=NEWBORN_ID)
    things = (await waiting(POLICE))["public_security"]
    assert {(t.form, t.name.split()[0]) for t in things} == {("办理结果", "居民户口簿"), ("复印件", "出生医学证明")}
    back = await transfers.hand_over("public_security", [t.key for t in things], by=POLICE, at=LATER)
    assert back.number == "龙公安交字〔2026〕第000001号"
    with pytest.raises(errors.Forbidden, match="不能代签"):
        await transfers.receive(back.id, [1, 2], {}, by=POLICE, at=LATER)
    await transfers.receive(back.id, [1, 2], {}, by=JIN, at=LATER)
    places = await transfers.whereabouts(case.case_id)
    assert set(places.values()) == {"在综合窗口（金哲 11-02 10:30 签收）"} and len(places) == 2
    assert await waiting(POLICE) == {}
    # What the applicant has is nobody's to hand over.
    await delivery.hand_over(case.case_id, receiver="张小花", by=WANG, at=LATER)
    assert len(await transfers.whereabouts(case.case_id)) == 1


async def test_many_who_receive_and_one_who_takes_back_at_once_are_one_outcome(case: Accepted) -> None:
    made = await handed(case)
    outcomes = await asyncio.gather(
        *(
            transfers.receive(made.id, [1], {}, by=officer(f"police-{n}", "public_security"), at=LATER)
            for n in range(4)
        ),
        transfers.take_back(made.id, "拿错了", by=WANG, at=LATER),
        return_exceptions=True,
    )
    assert sum(not isinstance(each, errors.Conflict) for each in outcomes) == 1
    assert not [each for each in outcomes if isinstance(each, Exception) and not isinstance(each, errors.Conflict)]
    assert await one("SELECT count(*) FROM papers WHERE kind = 'hand_over_list'") == 1
