"""Tracking: plain words for the holder of the code, nothing for anybody else."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest

from lianban import errors
from lianban.casework import delivery, tracking
from lianban.casework.intake import Accepted
from tests.actions.drafts import MONDAY, WANG
from tests.actions.working import NEWBORN_ID, POLICE, accepted, grant_all, granted, one, refused, task_of

HOME = "198.51.100.7"


@pytest.fixture
async def case(pool: None) -> Accepted:
    """An accepted newborn case."""
    return await accepted()


async def test_progress_in_plain_words_without_anybodys_data(case: Accepted) -> None:
    typed = case.query_code.lower()
    seen = await tracking.track(f" {case.number} ", f"{typed[:4]} {typed[4:]}", address=HOME, at=MONDAY)
    by_item = {i.item: i for i in seen.items}
    assert by_item["birth_registration"].sentence == "已送到龙井市公安局，等待签收。"
    assert by_item["medical_insurance"].sentence == "等“出生登记”办好后自动开始办理。"
    assert all(i.due and i.remaining for i in seen.items)
    assert seen.headline.startswith("正在办理") and (seen.applicant, seen.subject) == ("朴*", "***")
    everything = str(asdict(seen))
    for secret in ("朴美兰", "王𬱖", "13800138000", "11010519491231002X", "王芳", WANG.id + "'"):
        assert secret not in everything
    assert {p.kind for p in seen.papers} == {"receipt", "acceptance"}


async def test_the_words_follow_the_case(case: Accepted) -> None:
    async def headline() -> str:
        return (await tracking.track(case.number, case.query_code, address=HOME, at=MONDAY)).headline

    await granted(await task_of(case.case_id, "birth_registration"), POLICE, newborn_id_number=NEWBORN_ID)
    assert "已办完 1 个" in await headline()
    await grant_all(case.case_id)
    assert "领取结果" in await headline()
    await delivery.hand_over(case.case_id, receiver="张小花", by=WANG, at=MONDAY)
    assert "已经送达" in await headline()
    await delivery.close(case.case_id, by=WANG, at=MONDAY)
    assert await headline() == "已经办结。"
    seen = await tracking.track(case.number, case.query_code, address=HOME, at=MONDAY)
    assert {i.sentence for i in seen.items} == {"已经办好。"} and NEWBORN_ID not in str(asdict(seen))


async def test_a_refusal_is_told_with_its_paper(case: Accepted) -> None:
    await refused(await task_of(case.case_id, "birth_registration"), POLICE)
    seen = await tracking.track(case.number, case.query_code, address=HOME, at=MONDAY)
    by_item = {i.item: i for i in seen.items}
    assert "写在决定书里" in by_item["birth_registration"].sentence
    assert "出生登记" in by_item["medical_insurance"].sentence
    assert "refusal" in {p.kind for p in seen.papers}


async def test_an_unknown_number_and_a_wrong_code_get_the_same_answer(case: Accepted) -> None:
    answers = set()
    tries = [(case.number, "ZZZZZZZZ"), ("222405-2026-999999", case.query_code), (case.number, ""), ("", "")]
    for number, code in [*tries, ("\0", "\0"), ("甲" * 500, "乙" * 500)]:
        with pytest.raises(errors.NotFound) as refusal:
            await tracking.track(number, code, address=HOME, at=MONDAY)
        answers.add(refusal.value.sentence)
    assert answers == {tracking.WRONG}


async def test_guessing_from_one_address_is_stopped_and_starts_again_a_minute_later(case: Accepted) -> None:
    for n in range(20):
        with pytest.raises(errors.NotFound):
            await tracking.track(f"222405-2026-9{n:05}", "ZZZZZZZZ", address=HOME, at=MONDAY)
    with pytest.raises(tracking.TooOften, match="过一分钟再试"):
        await tracking.track(case.number, case.query_code, address=HOME, at=MONDAY)
    assert (await tracking.track(case.number, case.query_code, address="198.51.100.8", at=MONDAY)).done == 0
    later = MONDAY + timedelta(minutes=1)
    assert (await tracking.track(case.number, case.query_code, address=HOME, at=later)).number == case.number


async def test_guessing_the_code_of_one_number_from_many_addresses_is_stopped(case: Accepted) -> None:
    for n in range(20):
        with pytest.raises(errors.NotFound):
            await tracking.track(case.number, f"ZZZZZZ{n:02}", address=f"203.0.113.{n}", at=MONDAY)
    with pytest.raises(tracking.TooOften):
        await tracking.track(case.number, case.query_code, address="203.0.113.99", at=MONDAY)
    kept = str(await one("SELECT string_agg(bucket, ' ') FROM attempts"))
    assert "203.0.113" not in kept and case.number not in kept
    await tracking.track(case.number, case.query_code, address=HOME, at=MONDAY + timedelta(minutes=11))
    assert await one("SELECT count(*) FROM attempts") == 1, "old counts are forgotten"


async def test_the_holder_gets_the_acceptance_notice_and_that_is_recorded(case: Accepted) -> None:
    seen = await tracking.track(case.number, case.query_code, address=HOME, at=MONDAY)
    notice = next(p for p in seen.papers if p.kind == "acceptance")
    printed = await tracking.paper(case.number, case.query_code, notice.id, address=HOME, at=MONDAY)
    assert printed.data.startswith(b"%PDF-") and notice.number in printed.name
    assert await one("SELECT purpose FROM access_log WHERE by_id = 'holder'") == "申请人查询"


async def test_a_paper_of_another_case_is_not_given(case: Accepted) -> None:
    other = await accepted({"birth_certificate_number": "U220099999", "birth_datetime": "2026-10-20T06:15"})
    foreign = await one("SELECT id FROM papers WHERE case_id = $1 LIMIT 1", other.case_id)
    with pytest.raises(errors.NotFound):
        await tracking.paper(case.number, case.query_code, foreign, address=HOME, at=MONDAY)  # type: ignore[arg-type]
    with pytest.raises(errors.NotFound, match="编号或查询码不对"):
        await tracking.paper(other.number, case.query_code, foreign, address=HOME, at=MONDAY)  # type: ignore[arg-type]


async def test_a_draft_is_not_tracked(pool: None) -> None:
    with pytest.raises(errors.NotFound):
        await tracking.track("", "", address=HOME, at=MONDAY)
