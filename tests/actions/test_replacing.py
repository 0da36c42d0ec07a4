"""Papers with a mistake: made void or corrected, by two persons, and the corrected decision delivered again."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from lianban import errors, journal
from lianban.casework import delivery, notices, tasks, tracking
from lianban.casework.notices import proposals, replacing
from lianban.casework.notices.views import PaperView
from lianban.casework.promises.verification import revoke
from lianban.casework.tasks import correcting
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role, StandIn
from tests.actions.drafts import MONDAY, WANG
from tests.actions.promising import FIRE
from tests.actions.test_verifications import HEAD, proposed
from tests.actions.working import (
    HEALTHCARE,
    POLICE,
    POLICE_HEAD,
    REGION,
    RESULT,
    accepted,
    grant_all,
    granted,
    one,
    refused,
    task_of,
)
from tests.printing import looking

SUPERVISOR = Actor("zhou", "周监督", REGION, frozenset({Role.SUPERVISOR}))
FRIDAY = MONDAY + timedelta(days=4)
REASON = "决定书上的理由漏写了一项。"
BETTER = "父母一方均无本市户口，也没有本市的合法住所。"


async def a_refusal() -> tuple[UUID, PaperView]:
    """A newborn case whose birth registration was refused, and the paper."""
    case = (await accepted()).case_id
    await refused(await task_of(case, "birth_registration"), POLICE)
    return case, await paper(case, "refusal")


async def paper(case: UUID, kind: str) -> PaperView:
    """The latest paper of a kind."""
    return [p for p in await notices.of_case(case) if p.kind == kind][-1]


async def corrected(id: UUID, changes: dict[str, str] | None = None) -> replacing.Replaced:
    """Proposed and confirmed on Monday."""
    asked = await replacing.propose(
        id, kind="correct", reason=REASON, changes=changes or {"reason": BETTER}, by=POLICE, at=MONDAY
    )
    return await replacing.confirm(asked.id, by=SUPERVISOR, at=MONDAY)


async def content(id: UUID) -> dict[str, Any]:
    """What a paper says."""
    found: dict[str, Any] = json.loads(str(await one("SELECT content FROM papers WHERE id = $1", id)))
    return found


async def test_a_corrected_paper_takes_the_place_of_the_old_one_and_a_notice_says_what_changed(pool: None) -> None:
    case, old = await a_refusal()
    before = await content(old.id)
    done = await corrected(old.id)
    assert done.status == "done"
    first, new = [p for p in await notices.of_case(case) if p.kind == "refusal"]
    notice = await paper(case, "amendment")
    assert (first.number, first.standing, first.newer_name) == (
        old.number,
        "superseded",
        f"不予办理决定书 {new.number}",
    )
    assert (new.number, new.standing, new.code != old.code) == ("龙公安不予字〔2026〕第000002号", "genuine", True)
    assert (done.paper, done.amendment) == (
        new.number,
        "龙公安更字〔2026〕第000001号",
    ) and notice.number == done.amendment
    assert await content(old.id) == before, "what was issued never changes"
    said = await content(new.id)
    assert said["reason"] == BETTER and said["facts"] == before["facts"]
    assert said["replaces"] == f"本文书更正并替代《不予办理决定书》（{old.number}）。" and new.code in said["qr"]
    told = await content(notice.id)
    assert told["changes"] == [{"label": "不予的理由", "old": "父母一方均无本市户口。", "new": BETTER}]
    assert told["say"]["opening"] == f"本机关于2026年11月2日出具的《不予办理决定书》（{old.number}）有误，现更正如下："
    assert told["reason"] == REASON and told["periods"] and told["addressee"] == "朴美兰"
    task = await tasks.view(await task_of(case, "birth_registration"), by=POLICE, at=MONDAY)
    assert task.reason == BETTER, "the page of the task says what the decision in force says"
    events = str(await one("SELECT string_agg(event, ',' ORDER BY seq) FROM journal WHERE subject = $1", str(case)))
    assert events.endswith("replacement proposed,paper replaced,paper issued,paper issued")
    payload = json.loads(str(await one("SELECT payload FROM outbox WHERE event = 'paper replaced'")))
    assert payload == {"paper": str(old.id), "new": str(new.id), "amendment": str(notice.id)}
    assert (await journal.verify()).whole


async def test_a_corrected_decision_is_delivered_again_with_ten_days_of_its_own(pool: None) -> None:
    case, old = await a_refusal()
    await grant_all(case)
    await delivery.hand_over(case, receiver="朴美兰", by=WANG, at=MONDAY)
    await delivery.close(case, by=WANG, at=MONDAY)
    assert await delivery.waiting(by=WANG, at=FRIDAY) == ()
    asked = await replacing.propose(
        old.id, kind="correct", reason=REASON, changes={"reason": BETTER}, by=POLICE, at=FRIDAY
    )
    await replacing.confirm(asked.id, by=POLICE_HEAD, at=FRIDAY)
    (line,) = await delivery.waiting(by=WANG, at=FRIDAY)
    assert line.remaining and line.remaining.text == "还剩 10 个工作日"
    new, notice = await paper(case, "refusal"), await paper(case, "amendment")
    page = await delivery.handing(case, by=WANG, at=FRIDAY)
    assert page.refusals == (f"不予办理决定书 {new.number}", f"更正通知书 {notice.number}")
    await delivery.hand_over(case, receiver="朴美兰", by=WANG, at=FRIDAY)
    receipt = (await content((await paper(case, "delivery_receipt")).id))["documents"]
    assert [d["number"] for d in receipt] == [new.number, notice.number]
    assert await delivery.waiting(by=WANG, at=FRIDAY) == ()
    with pytest.raises(errors.Conflict, match="不能重复出件"):
        await delivery.hand_over(case, receiver="朴美兰", by=WANG, at=FRIDAY)


async def test_before_it_was_delivered_the_corrected_decision_keeps_the_time_of_the_old_one(pool: None) -> None:
    case, old = await a_refusal()
    asked = await replacing.propose(
        old.id, kind="correct", reason=REASON, changes={"reason": BETTER}, by=POLICE, at=FRIDAY
    )
    await replacing.confirm(asked.id, by=SUPERVISOR, at=FRIDAY)
    clocks = "SELECT count(*) FROM clocks WHERE case_id = $1 AND kind = 'delivery'"
    assert await one(clocks, case) == 1
    await delivery.hand_over(case, receiver="朴美兰", by=WANG, at=FRIDAY)
    receipt = (await content((await paper(case, "delivery_receipt")).id))["documents"]
    assert old.number not in [d["number"] for d in receipt], "what was replaced is not handed over any more"
    assert await one(f"{clocks} AND stopped_at IS NULL", case) == 0


async def test_a_paper_is_made_void_and_keeps_its_number(pool: None) -> None:
    case = (await accepted()).case_id
    receipt = await paper(case, "receipt")
    asked = await replacing.propose(receipt.id, kind="void", reason="打印给了别的申请人。", by=WANG, at=MONDAY)
    assert (await paper(case, "receipt")).standing == "genuine" and (await paper(case, "receipt")).proposed
    (line,) = await proposals.waiting(by=SUPERVISOR)
    assert (line.number, line.kind_name, line.changes, line.against) == (receipt.number, "作废", (), "")
    await replacing.confirm(asked.id, remark="属实。", by=SUPERVISOR, at=MONDAY)
    seen = await paper(case, "receipt")
    assert (seen.number, seen.standing, seen.void_reason) == (receipt.number, "void", "打印给了别的申请人。")
    assert await one("SELECT void_by FROM papers WHERE id = $1", receipt.id) == "zhou"
    assert await one("SELECT count(*) FROM outbox WHERE event = 'paper void'") == 1
    assert await one("SELECT last FROM number_series WHERE kind = 'receipt'") == 1, "its number is not given again"
    assert await proposals.waiting(by=SUPERVISOR) == ()


async def test_what_has_an_effect_is_not_made_void_alone(pool: None) -> None:
    case, refusal = await a_refusal()
    with pytest.raises(errors.Conflict, match="《不予办理决定书》不能只作废：写错了的请更正"):
        await replacing.propose(refusal.id, kind="void", reason=REASON, by=POLICE, at=MONDAY)
    acceptance = await paper(case, "acceptance")
    with pytest.raises(errors.Conflict, match="不能只作废"):
        await replacing.propose(acceptance.id, kind="void", reason=REASON, by=WANG, at=MONDAY)


async def test_a_delivery_is_never_without_its_receipt(pool: None) -> None:
    case, _ = await a_refusal()
    await grant_all(case)
    await delivery.hand_over(case, receiver="朴美蓝", by=WANG, at=MONDAY)
    receipt = await paper(case, "delivery_receipt")
    with pytest.raises(errors.Conflict, match="《送达回证》不能只作废"):
        await replacing.propose(receipt.id, kind="void", reason=REASON, by=WANG, at=MONDAY)
    asked = await replacing.propose(
        receipt.id, kind="correct", reason="姓名录错一个字。", changes={"receiver": "朴美兰"}, by=WANG, at=MONDAY
    )
    await replacing.confirm(asked.id, by=SUPERVISOR, at=MONDAY)
    new = await paper(case, "delivery_receipt")
    said = await content(new.id)
    assert (said["receiver"], said["delivered"]) == ("朴美兰", "2026年11月2日9时30分")
    row = "SELECT receiver || receipt_id::text FROM deliveries WHERE case_id = $1"
    assert await one(row, case) == f"朴美兰{new.id}"


async def test_nobody_confirms_his_own_proposal_nor_one_that_is_not_his_to_decide(pool: None) -> None:
    case = (await accepted()).case_id
    await refused(await task_of(case, "birth_registration"), POLICE_HEAD)
    old = await paper(case, "refusal")
    asked = await replacing.propose(
        old.id, kind="correct", reason=REASON, changes={"reason": BETTER}, by=POLICE_HEAD, at=MONDAY
    )
    away = StandIn(POLICE_HEAD.id, POLICE_HEAD.name, frozenset({Role.DEPARTMENT_HEAD}))
    deputy = Actor("deputy", "副职", REGION, frozenset({Role.APPROVER}), "public_security", stands_for=(away,))
    for who in (POLICE_HEAD, deputy):
        with pytest.raises(errors.Forbidden, match="不能确认自己提出的"):
            await replacing.confirm(asked.id, by=who, at=MONDAY)
    for who in (POLICE, WANG):
        with pytest.raises(errors.Forbidden, match="由出具部门的负责人或者监督员确认"):
            await replacing.confirm(asked.id, by=who, at=MONDAY)
    head = Actor("h", "医保负责人", REGION, frozenset({Role.DEPARTMENT_HEAD}), "healthcare_security")
    far = Actor("far", "长沙监督", "430100", frozenset({Role.SUPERVISOR}))
    for who in (head, far):
        with pytest.raises(errors.NotFound):
            await replacing.confirm(asked.id, by=who, at=MONDAY)
    assert (await proposals.waiting(by=POLICE_HEAD))[0].against == "自己提出的由另一位负责人确认。"
    assert await proposals.waiting(by=head) == ()
    with pytest.raises(errors.Forbidden):
        await proposals.waiting(by=WANG)
    assert (await replacing.confirm(asked.id, by=SUPERVISOR, at=MONDAY)).status == "done"


async def test_others_do_not_propose_for_a_paper_that_is_not_theirs(pool: None) -> None:
    case, refusal = await a_refusal()
    receipt = await paper(case, "receipt")
    for who, id in ((HEALTHCARE, refusal.id), (POLICE, receipt.id)):
        with pytest.raises(errors.NotFound):
            await replacing.propose(id, kind="correct", reason=REASON, changes={"reason": BETTER}, by=who, at=MONDAY)
        with pytest.raises(errors.NotFound):
            await proposals.detail(id, by=who, at=MONDAY)
    for who, id in ((WANG, refusal.id), (SUPERVISOR, receipt.id)):
        with pytest.raises(errors.Forbidden):
            await replacing.propose(id, kind="void", reason=REASON, by=who, at=MONDAY)
    assert await one("SELECT count(*) FROM replacements") == 0


async def test_a_paper_that_does_not_stand_any_more_is_left_as_it_is(pool: None) -> None:
    case, old = await a_refusal()
    await corrected(old.id)
    with pytest.raises(errors.Conflict, match="已被《不予办理决定书》（龙公安不予字〔2026〕第000002号）替代"):
        await corrected(old.id)
    receipt = await paper(case, "receipt")
    asked = await replacing.propose(receipt.id, kind="void", reason=REASON, by=WANG, at=MONDAY)
    with pytest.raises(errors.Conflict, match="王芳已在 11月02日 09:30 提请作废这份文书，等待确认"):
        await replacing.propose(receipt.id, kind="void", reason=REASON, by=WANG, at=MONDAY)
    await replacing.confirm(asked.id, by=SUPERVISOR, at=MONDAY)
    with pytest.raises(errors.Conflict, match="已在 11月02日 09:30 作废"):
        await replacing.propose(receipt.id, kind="void", reason=REASON, by=WANG, at=MONDAY)
    with pytest.raises(errors.Conflict, match="周监督已在 11月02日 09:30 处理（同意）"):
        await replacing.confirm(asked.id, by=SUPERVISOR, at=MONDAY)
    new = await paper(case, "refusal")
    await corrected(new.id, {"reason": "再次更正后的理由。"})
    assert [p.standing for p in await notices.of_case(case) if p.kind == "refusal"] == [
        "superseded",
        "superseded",
        "genuine",
    ]


async def test_a_declined_proposal_changes_nothing_and_needs_a_reason(pool: None) -> None:
    case, old = await a_refusal()
    asked = await replacing.propose(
        old.id, kind="correct", reason=REASON, changes={"reason": BETTER}, by=POLICE, at=MONDAY
    )
    with pytest.raises(errors.Invalid, match="请写明不同意的理由"):
        await replacing.decline(asked.id, remark=" ", by=SUPERVISOR, at=MONDAY)
    await replacing.decline(asked.id, remark="原文没有错。", by=SUPERVISOR, at=MONDAY)
    assert (await paper(case, "refusal")).standing == "genuine"
    assert [p.kind for p in await notices.of_case(case)].count("amendment") == 0
    assert (await corrected(old.id)).status == "done", "it may be proposed again"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "没有改动任何内容"),
        ({"reason": "父母一方均无本市户口。"}, "没有改动任何内容"),
        ({"reason": "  "}, "“不予的理由”是文书的必备内容，不能改成空的"),
        ({"remedy": "请来窗口咨询。"}, "请写明申请行政复议或者提起行政诉讼"),
        ({"reason": "字" * 4001}, "“不予的理由”最多 4000 字"),
        ({"reason": "看不见的\u0000字"}, "不能"),
        ({"number": "龙公安不予字〔2026〕第000009号"}, "没有这一项"),
        ({"date": "2026年1月1日"}, "没有这一项"),
    ],
)
async def test_only_words_are_corrected_and_none_that_the_law_demands_is_emptied(
    pool: None, changes: dict[str, str], sentence: str
) -> None:
    case, old = await a_refusal()
    with pytest.raises(errors.Invalid, match=sentence):
        await replacing.propose(old.id, kind="correct", reason=REASON, changes=changes, by=POLICE, at=MONDAY)
    assert await one("SELECT count(*) FROM replacements WHERE case_id = $1", case) == 0


@pytest.mark.parametrize("reason", ["", " ", "字" * 1001, "看不见的\u0000字"])
async def test_a_proposal_says_why(pool: None, reason: str) -> None:
    _, old = await a_refusal()
    with pytest.raises(errors.Invalid):
        await replacing.propose(old.id, kind="correct", reason=reason, changes={"reason": BETTER}, by=POLICE, at=MONDAY)
    with pytest.raises(errors.Invalid, match="请选择更正或者作废"):
        await replacing.propose(old.id, kind="burn", reason=REASON, by=POLICE, at=MONDAY)


async def test_eight_who_confirm_at_once_replace_once(pool: None) -> None:
    case, old = await a_refusal()
    asked = await replacing.propose(
        old.id, kind="correct", reason=REASON, changes={"reason": BETTER}, by=POLICE, at=MONDAY
    )
    people = [Actor(f"z{n}", f"监督{n}", REGION, frozenset({Role.SUPERVISOR})) for n in range(8)]
    told = await asyncio.gather(
        *(replacing.confirm(asked.id, by=who, at=MONDAY) for who in people), return_exceptions=True
    )
    assert sum(isinstance(t, replacing.Replaced) for t in told) == 1
    assert sum(isinstance(t, errors.Conflict) for t in told) == 7
    kinds = [p.kind for p in await notices.of_case(case)]
    assert (kinds.count("refusal"), kinds.count("amendment")) == (2, 1)
    assert await one("SELECT last FROM number_series WHERE kind = 'refusal'") == 2


async def test_eight_who_propose_at_once_make_one_proposal(pool: None) -> None:
    _, old = await a_refusal()
    told = await asyncio.gather(
        *(
            replacing.propose(
                old.id, kind="correct", reason=REASON, changes={"reason": f"理由之{n}。"}, by=POLICE, at=MONDAY
            )
            for n in range(8)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(t, replacing.Replaced) for t in told) == 1
    assert sum(isinstance(t, errors.Conflict) for t in told) == 7


async def test_the_same_click_twice_is_one_proposal_and_one_replacement(pool: None) -> None:
    case, old = await a_refusal()
    said: dict[str, Any] = {"kind": "correct", "reason": REASON, "changes": {"reason": BETTER}, "key": "once"}
    first, again = [await replacing.propose(old.id, **said, by=POLICE, at=MONDAY) for _ in range(2)]
    assert first == again
    done = [await replacing.confirm(first.id, by=SUPERVISOR, at=MONDAY, key="twice") for _ in range(2)]
    assert done[0] == done[1]
    assert [p.kind for p in await notices.of_case(case)].count("amendment") == 1


async def test_the_grant_is_corrected_with_its_results_and_its_conditions_may_go(pool: None) -> None:
    case = (await accepted()).case_id
    task = await task_of(case, "birth_registration")
    await granted(task, POLICE, newborn_id_number="222405202610280022")
    old = await paper(case, "grant")
    page = await proposals.detail(old.id, by=POLICE, at=MONDAY)
    labels = {part.path: part.label for part in page.parts}
    assert labels["results.0.number"] == "证照或者文书的编号（第1行）" and not page.may_void
    with pytest.raises(errors.Conflict, match="请先在任务页面登记更正后的结果"):
        await corrected(old.id, {"results.0.number": "222405-2"})
    wrong = UUID(str(await one("SELECT id FROM results WHERE task_id = $1", task)))
    right = dataclasses.replace(RESULT, number="222405-2")
    await correcting.correct(task, wrong, new=right, reason="户号印错。", by=POLICE, at=MONDAY)
    await corrected(old.id, {"results.0.number": "222405-2", "applicant.name": "朴美兰（更名）"})
    said = await content((await paper(case, "grant")).id)
    assert said["results"][0]["number"] == "222405-2" and said["applicant"]["name"] == "朴美兰（更名）"
    told = await content((await paper(case, "amendment")).id)
    assert [c["label"] for c in told["changes"]] == ["申请人", "证照或者文书的编号（第1行）"]
    assert not told["periods"], "nobody sues against a grant that is in his favour"


async def test_an_id_number_that_is_typed_in_full_is_masked_on_the_paper(pool: None) -> None:
    case, old = await a_refusal()
    await corrected(old.id, {"applicant.id_number": "110105194912310029"})
    said = json.dumps(await content((await paper(case, "refusal")).id), ensure_ascii=False)
    assert "110105194912310029" not in said and "110105********0029" in said
    async with transaction():
        kept = await connection().fetchval("SELECT changes::text FROM replacements WHERE case_id = $1", case)
    assert "110105194912310029" not in kept


async def test_a_childs_record_stays_closed_and_what_is_to_be_decided_is_shown(pool: None) -> None:
    _, old = await a_refusal()
    colleague = Actor("cui", "崔警官", REGION, frozenset({Role.APPROVER}), "public_security")
    said: dict[str, Any] = {"kind": "correct", "reason": REASON, "changes": {"reason": BETTER}, "at": MONDAY}
    with pytest.raises(errors.Forbidden, match="未满十四周岁儿童的记录"):
        await replacing.propose(old.id, **said, by=colleague)
    with pytest.raises(errors.Forbidden):
        await proposals.detail(old.id, by=SUPERVISOR, at=MONDAY)
    await replacing.propose(old.id, **said, by=POLICE)
    page = await proposals.detail(old.id, by=SUPERVISOR, at=MONDAY)
    assert page.parts == () and page.proposals[0].changes[0].new == BETTER
    looks = "SELECT count(*) FROM access_log WHERE by_id = 'zhou' AND purpose = '确认文书的更正或者作废'"
    assert await one(looks) == 1


async def test_the_applicant_sees_what_stands_and_what_does_not(pool: None) -> None:
    case, old = await a_refusal()
    await corrected(old.id)
    number, code = (
        str(await one("SELECT number FROM cases WHERE id = $1", case)),
        str(await one("SELECT query_code FROM cases WHERE id = $1", case)),
    )
    seen = await tracking.track(number, code, address="10.0.0.1", at=MONDAY)
    assert [p.standing for p in seen.papers if p.kind == "refusal"] == ["superseded", "genuine"]
    assert "amendment" in {p.kind for p in seen.papers}


async def test_a_department_reads_its_own_papers_only(pool: None) -> None:
    case = (await accepted()).case_id
    task = await task_of(case, "birth_registration")
    await granted(task, POLICE, newborn_id_number="222405202610280022")
    grant = await paper(case, "grant")
    assert (await notices.pdf(grant.id, by=POLICE, at=MONDAY)).name == f"准予办理决定书 {grant.number}.pdf"
    with pytest.raises(errors.NotFound):
        await notices.pdf(grant.id, by=HEALTHCARE, at=MONDAY)
    assert [p.kind for p in await notices.of_case(case, "public_security")] == ["grant"]
    assert await notices.of_case(case, "healthcare_security") == []


async def test_a_revoked_grant_is_replaced_by_the_decision_that_revokes_it(pool: None) -> None:
    case, task = await proposed()
    old = await paper(case.case_id, "grant")
    said = await content(old.id)
    assert (
        "本决定以告知承诺方式作出（《中华人民共和国消防法》第十五条）。本机关在2026年11月30日前核查。"
        in said["promise"]
    )
    asked = await replacing.propose(
        old.id, kind="correct", reason=REASON, changes={"term": "长期有效"}, by=FIRE, at=MONDAY
    )
    await revoke(task, by=HEAD, at=FRIDAY + timedelta(days=30))
    seen = await paper(case.case_id, "grant")
    assert (seen.standing, seen.newer_name.partition(" ")[0]) == ("superseded", "撤销决定书")
    with pytest.raises(errors.Conflict, match="已被《撤销决定书》"):
        await replacing.confirm(asked.id, by=SUPERVISOR, at=FRIDAY + timedelta(days=30))
    assert [p.kind for p in await notices.of_case(case.case_id)].count("amendment") == 0


async def test_a_paper_from_before_sentences_were_kept_is_printed_and_corrected_as_it_was(pool: None) -> None:
    first = json.loads((Path(__file__).parents[1] / "printing/first_papers.json").read_text("utf-8"))["refusal"]
    case, old = await a_refusal()
    was = first["content"] | {"number": old.number, "code": old.code, "qr": f"http://127.0.0.1:8000/v/{old.code}"}
    async with transaction():
        await connection().execute("UPDATE papers SET content = $2::jsonb WHERE id = $1", old.id, json.dumps(was))
    await corrected(old.id)
    said = await content((await paper(case, "refusal")).id)
    assert said["reason"] == BETTER and "say" not in said and "更正并替代" in said["replaces"]
    for id in (old.id, (await paper(case, "refusal")).id):
        words = looking.words((await notices.pdf_for_holder(id, case_id=case)).data)
        assert "四、救济途径。" in words and (BETTER in words) == (id != old.id)
        assert ("更正并替代" in words) == (id != old.id)
