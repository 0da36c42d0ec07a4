"""Ends before a decision: not accepted item by item, turned to single items, withdrawn, given up."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from lianban.casework import bars, cases, catalogue, clocks, intake, owed, tasks
from lianban.casework.clocks import Owner
from lianban.casework.intake import outcomes, overdue, turning
from lianban.casework.tasks import barring
from lianban.casework.withdrawing import Withdrawn, withdraw
from lianban.errors import Conflict, Forbidden, Invalid, NotFound
from lianban.outside import clock
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Actor, Role
from lianban.rules.catalog.types import Limit, Unit
from tests.actions.drafts import FAR, JIN, MONDAY, WANG, begin, fill
from tests.actions.working import (
    NURSING,
    POLICE,
    REASONS,
    REGION,
    accepted,
    at_once,
    granted,
    officer,
    one,
    refused,
    states,
    task_of,
)

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("pool")]

REMEDY = "如不服本决定，可以自收到本通知书之日起六十日内向龙井市人民政府申请行政复议，或者六个月内提起行政诉讼。"
NOT_COMPETENT = {
    "ground": "not_competent",
    "reason": "孩子的户口在长沙市登记，应当由长沙市公安机关办理。",
    "basis": "《中华人民共和国户口登记条例》第七条",
    "competent": "长沙市公安局",
    "remedy": REMEDY,
}
NOT_REQUIRED = NOT_COMPETENT | {"ground": "not_required", "reason": "已经参保，不需要再登记。", "competent": ""}
BIRTH, CARE = "birth_registration", "medical_insurance"


async def filled() -> UUID:
    """A draft with everything typed and handed in."""
    draft = await begin()
    await fill(draft.case_id, WANG)
    return draft.case_id


async def received() -> UUID:
    """The same, received but not accepted."""
    case_id = await filled()
    await intake.receive(case_id, by=WANG, at=MONDAY)
    return case_id


async def items_of(case_id: UUID) -> list[str]:
    """The items of the case's plan that somebody would decide."""
    plan = json.loads(str(await one("SELECT plan FROM cases WHERE id = $1", case_id)))
    return [i["item"] for i in plan["items"] if not i["notice_only"]]


async def paper_of(case_id: UUID, kind: str) -> dict[str, object]:
    """The content of the latest paper of a kind."""
    found: dict[str, object] = json.loads(
        str(
            await one(
                "SELECT content FROM papers WHERE case_id = $1 AND kind = $2 ORDER BY issued_at DESC, id DESC LIMIT 1",
                case_id,
                kind,
            )
        )
    )
    return found


async def events(case_id: UUID) -> list[str]:
    """The journal of the case."""
    async with transaction():
        rows = await connection().fetch("SELECT event FROM journal WHERE subject = $1 ORDER BY seq", str(case_id))
    return [r["event"] for r in rows]


async def test_one_item_not_accepted_leaves_the_others_and_asks_what_it_would_have_supplied() -> None:
    case_id = await received()
    before = await items_of(case_id)
    told = await outcomes.not_accept(case_id, BIRTH, **NOT_COMPETENT, by=WANG, at=MONDAY)
    assert not told.ended
    assert await items_of(case_id) == [i for i in before if i != BIRTH]
    content = await paper_of(case_id, "non_acceptance")
    assert content["competent"] == "长沙市公安局"
    assert content["authority"] == "龙井市公安局"
    assert "第三十二条第一款第二项" in str(content["basis"])
    assert BIRTH not in str(content["rest"]) and len(content["rest"]) == len(before) - 1  # type: ignore[arg-type]
    (left,) = (await cases.story(case_id, by=WANG, at=MONDAY)).left_out
    assert (left.name, left.ground, left.competent) == ("出生登记", "不属于本机关职权范围", "长沙市公安局")
    # The child's number, which the police would have given, is now the applicant's to bring.
    with pytest.raises(intake.Incomplete) as refused:
        await intake.accept(case_id, by=WANG, at=MONDAY)
    assert "newborn_id_number" in refused.value.fields


async def test_a_draft_is_received_in_the_same_step() -> None:
    case_id = await filled()
    told = await outcomes.not_accept(case_id, BIRTH, **NOT_COMPETENT, by=WANG, at=MONDAY)
    assert told.number == "222405-2026-000001"
    assert "received" in await events(case_id)
    assert await one("SELECT status FROM cases WHERE id = $1", case_id) == "received"


async def test_the_rest_can_be_accepted_without_the_item() -> None:
    case_id = await received()
    left = [i for i in await items_of(case_id) if i not in (BIRTH,)]
    gone = left[-1]
    await outcomes.not_accept(case_id, gone, **NOT_REQUIRED, by=WANG, at=MONDAY)
    await intake.accept(case_id, by=WANG, at=MONDAY)
    assert gone not in await states(case_id)
    assert BIRTH in await states(case_id)


async def test_without_any_item_left_the_case_ends() -> None:
    case_id = await received()
    items = await items_of(case_id)
    for item in items:
        told = await outcomes.not_accept(case_id, item, **NOT_REQUIRED, by=WANG, at=MONDAY)
        assert told.ended == (item == items[-1])
    assert await one("SELECT status FROM cases WHERE id = $1", case_id) == "not_accepted"
    assert await one("SELECT count(*) FROM clocks WHERE case_id = $1 AND stopped_at IS NULL", case_id) == 0
    assert await one("SELECT count(*) FROM screenings WHERE case_id = $1 AND status = 'pending'", case_id) == 0
    assert "不予受理" in str(await one("SELECT ended_reason FROM cases WHERE id = $1", case_id))


@pytest.mark.parametrize("missing", ["reason", "basis", "remedy", "competent"])
async def test_the_notice_needs_all_that_the_law_demands(missing: str) -> None:
    case_id = await received()
    with pytest.raises(Invalid) as refused:
        await outcomes.not_accept(case_id, BIRTH, **NOT_COMPETENT | {missing: "  "}, by=WANG, at=MONDAY)
    assert missing in refused.value.fields
    assert await one("SELECT count(*) FROM non_acceptances") == 0


@pytest.mark.parametrize("text", ["长" * 2001, "\x00理由", "理由😀"])
async def test_what_cannot_be_printed_is_refused(text: str) -> None:
    case_id = await received()
    with pytest.raises(Invalid):
        await outcomes.not_accept(case_id, BIRTH, **NOT_COMPETENT | {"reason": text}, by=WANG, at=MONDAY)


async def test_another_region_sees_nothing() -> None:
    case_id = await received()
    with pytest.raises(NotFound):
        await outcomes.not_accept(case_id, BIRTH, **NOT_COMPETENT, by=FAR, at=MONDAY)


async def test_told_twice_at_once_one_notice_goes_out() -> None:
    case_id = await received()
    told = await asyncio.gather(
        *(outcomes.not_accept(case_id, BIRTH, **NOT_COMPETENT, by=by, at=MONDAY) for by in (WANG, JIN)),
        return_exceptions=True,
    )
    lost = [t for t in told if isinstance(t, Conflict)]
    assert len(lost) == 1 and "已由" in lost[0].sentence
    assert await one("SELECT count(*) FROM papers WHERE kind = 'non_acceptance'") == 1


async def test_the_same_submission_twice_gives_the_first_paper() -> None:
    case_id = await received()
    first = await outcomes.not_accept(case_id, BIRTH, **NOT_COMPETENT, by=WANG, at=MONDAY)
    again = await outcomes.not_accept(case_id, BIRTH, **NOT_COMPETENT, by=WANG, at=MONDAY + timedelta(minutes=1))
    assert first == again


async def test_after_acceptance_nothing_is_not_accepted_any_more() -> None:
    case_id = await filled()
    await intake.accept(case_id, by=WANG, at=MONDAY)
    with pytest.raises(Conflict, match="受理以后由承办部门作出决定"):
        await outcomes.not_accept(case_id, BIRTH, **NOT_COMPETENT, by=WANG, at=MONDAY)


async def test_what_the_case_does_not_hold_is_not_found() -> None:
    case_id = await received()
    with pytest.raises(NotFound):
        await outcomes.not_accept(case_id, "food_permit", **NOT_COMPETENT, by=WANG, at=MONDAY)


SCOPE = "双胞胎、多胞胎每个孩子分别申请"
WISH = {"reason": "打算回长沙办理。", "channel": "window", "returned": "退还出生医学证明原件一份。"}


async def open_clocks(case_id: UUID) -> int:
    """How many clocks of the case still run."""
    return int(str(await one("SELECT count(*) FROM clocks WHERE case_id = $1 AND stopped_at IS NULL", case_id)))


async def status_of(case_id: UUID) -> str:
    """How the case stands."""
    return str(await one("SELECT status FROM cases WHERE id = $1", case_id))


# Turned to single items


async def test_a_turned_draft_has_a_paper_with_every_item_and_no_case_number() -> None:
    draft = await begin()
    done = await turning.turn(draft.case_id, condition=SCOPE, reason="", by=WANG, at=MONDAY)
    assert await one("SELECT number FROM cases WHERE id = $1", draft.case_id) is None
    content = await paper_of(draft.case_id, "turned")
    assert SCOPE in str(content["reason"]) and content["applicant"] is None
    assert all(i["phone"] and i["department"] and i["committed"] for i in content["items"])  # type: ignore[attr-defined]
    assert await status_of(draft.case_id) == "turned"
    assert done.paper == await one("SELECT id FROM papers WHERE kind = 'turned'")


async def test_a_received_case_keeps_its_number_and_its_clock_stops() -> None:
    case_id = await received()
    await turning.turn(case_id, reason="父母未登记结婚，须逐项核实。", by=WANG, at=MONDAY)
    noted = "SELECT content FROM journal JOIN journal_contents USING (position) WHERE event = 'turned to single items'"
    assert "no published condition" in str(await one(noted)), "a reason of the clerk's own is flagged"
    content = await paper_of(case_id, "turned")
    assert content["case_number"] == "222405-2026-000001"
    assert await open_clocks(case_id) == 0
    assert "turned to single items" in await events(case_id)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "reason"),
        ({"condition": "没有这一条"}, "condition"),
        ({"reason": "长" * 2001}, "reason"),
    ],
)
async def test_turning_needs_a_reason(given: dict[str, str], field: str) -> None:
    case_id = await received()
    with pytest.raises(Invalid) as refused_for:
        await turning.turn(case_id, **given, by=WANG, at=MONDAY)
    assert field in refused_for.value.fields
    assert await status_of(case_id) == "received"


async def test_an_accepted_case_is_not_turned_and_a_stranger_turns_none() -> None:
    case = await accepted()
    with pytest.raises(Conflict, match="办理中"):
        await turning.turn(case.case_id, reason="不符合条件。", by=WANG, at=MONDAY)
    with pytest.raises(NotFound):
        await turning.turn(case.case_id, reason="不符合条件。", by=FAR, at=MONDAY)


async def test_the_same_key_turns_once() -> None:
    case_id = await received()
    both = await asyncio.gather(
        *(turning.turn(case_id, reason="不符合条件。", by=WANG, at=MONDAY, key="once") for _ in range(2))
    )
    assert both[0] == both[1]
    assert await one("SELECT count(*) FROM papers WHERE kind = 'turned'") == 1


# Withdrawal


async def test_a_received_case_is_withdrawn_whole() -> None:
    case_id = await received()
    done = await withdraw(case_id, **WISH, by=WANG, at=MONDAY)
    assert (done.case_status, await open_clocks(case_id)) == ("withdrawn", 0)
    content = await paper_of(case_id, "termination")
    assert "到窗口当面提出" in str(content["reason"]) and content["returned"] == WISH["returned"]
    with pytest.raises(Conflict):
        await intake.accept(case_id, by=WANG, at=MONDAY)


async def test_before_acceptance_only_the_whole_can_be_withdrawn() -> None:
    case_id = await received()
    with pytest.raises(Conflict, match="只能撤回整个申请"):
        await withdraw(case_id, [BIRTH], **WISH, by=WANG, at=MONDAY)


async def test_one_item_withdrawn_ends_what_waits_for_it_and_leaves_the_rest() -> None:
    case = await accepted(NURSING)
    done = await withdraw(case.case_id, [BIRTH], **WISH, by=WANG, at=MONDAY)
    now = await states(case.case_id)
    assert now[BIRTH] == "withdrawn" and now["nursing_allowance"] == "dispatched"
    assert set(done.followers) == {item for item, state in now.items() if state == "lapsed"} != set()
    content = await paper_of(case.case_id, "termination")
    assert content["followers"] and len(content["rest"]) == 1  # type: ignore[arg-type]
    assert await status_of(case.case_id) == "processing"


async def test_everything_withdrawn_folds_the_case() -> None:
    case = await accepted()
    done = await withdraw(case.case_id, **WISH, by=WANG, at=MONDAY)
    assert (done.case_status, await status_of(case.case_id)) == ("withdrawn", "withdrawn")
    assert await open_clocks(case.case_id) == 0
    assert await one("SELECT outcome FROM cases WHERE id = $1", case.case_id) == ""


async def test_what_is_decided_stays_and_is_not_withdrawn() -> None:
    case = await accepted(NURSING)
    birth = await task_of(case.case_id, BIRTH)
    await refused(birth, POLICE)
    with pytest.raises(Conflict, match="作出决定以后不能撤回"):
        await withdraw(case.case_id, [BIRTH], **WISH, by=WANG, at=MONDAY)
    done = await withdraw(case.case_id, **WISH, by=WANG, at=MONDAY)
    assert done.items == ("nursing_allowance",)
    assert (await states(case.case_id))[BIRTH] == "refused"
    assert done.case_status == "decided"


@pytest.mark.parametrize(
    ("field", "text"), [("reason", ""), ("returned", " "), ("channel", "pigeon"), ("reason", "长" * 2001)]
)
async def test_the_wish_is_recorded_or_nothing_happens(field: str, text: str) -> None:
    case = await accepted()
    with pytest.raises(Invalid) as wrong:
        await withdraw(case.case_id, **WISH | {field: text}, by=WANG, at=MONDAY)
    assert field in wrong.value.fields
    assert "withdrawn" not in (await states(case.case_id)).values()


async def test_another_region_and_a_department_withdraw_nothing() -> None:
    case = await accepted()
    for stranger in (FAR, POLICE):
        with pytest.raises(NotFound):
            await withdraw(case.case_id, **WISH, by=stranger, at=MONDAY)


async def test_withdrawal_against_grant_one_wins_and_the_other_is_told() -> None:
    case_id, open_tasks, people = await at_once()
    item, id = next(iter(open_tasks.items()))
    async with transaction():
        await connection().execute("UPDATE tasks SET needs_survey = false WHERE case_id = $1", case_id)
    both = await asyncio.gather(
        withdraw(case_id, [item], **WISH, by=WANG, at=MONDAY),
        tasks.refuse(id, **REASONS, by=people[item], at=MONDAY),
        return_exceptions=True,
    )
    lost = [b for b in both if isinstance(b, Conflict)]
    assert len(lost) == 1, both
    state = (await states(case_id))[item]
    assert state == ("withdrawn" if isinstance(both[0], Withdrawn) else "refused")
    assert ("已由" in lost[0].sentence) and ("不能" in lost[0].sentence)


# The period to answer is over


async def correcting(policy: str = "") -> UUID:
    """A case that waits for the applicant, told on Monday to answer within five working days."""
    case_id = await received()
    async with transaction():
        await connection().execute("UPDATE cases SET status = 'correcting' WHERE id = $1", case_id)
        owner = Owner(case_id, None, REGION)
        await clocks.stop(case_id, None, at=MONDAY)
        await clocks.start(owner, "answer", Limit(5, Unit.WORKING_DAYS), "补正告知书", at=MONDAY)
        await connection().execute(
            "INSERT INTO gaps (id, case_id, subject_kind, subject, problem, round, status, by_id, at)"
            " VALUES ($1, $1, 'material', 'birth_certificate', '看不清', 1, 'notified', 'wang', $2)",
            case_id,
            MONDAY,
        )
        await connection().execute(
            "INSERT INTO corrections (id, case_id, round, notified_at, by_id) VALUES ($1, $1, 1, $2, 'wang')",
            case_id,
            MONDAY,
        )
        if policy:
            await connection().execute(
                "INSERT INTO policies (region_code, version, content, by_id, at) VALUES ($1, 1, $2::jsonb, 'a', $3)",
                REGION,
                json.dumps({"answer_over": policy}),
                MONDAY,
            )
    return case_id


OVER = MONDAY + timedelta(days=8)


async def test_nothing_is_given_back_before_the_period_is_over() -> None:
    case_id = await correcting()
    with pytest.raises(Conflict, match="还没有届满"):
        await overdue.give_back(case_id, reason="", returned="无", by=WANG, at=MONDAY + timedelta(days=7))
    assert await status_of(case_id) == "correcting"


async def test_the_window_gives_back_once_the_period_is_over() -> None:
    case_id = await correcting()
    await owed.catch_up(case_id, at=OVER)
    assert await status_of(case_id) == "correcting"
    await overdue.give_back(case_id, reason="电话联系两次未接。", returned="退还原件。", by=WANG, at=OVER)
    content = await paper_of(case_id, "termination")
    assert content["title"] == "退件通知书" and "2026年11月9日" in str(content["reason"])
    assert (await status_of(case_id), await open_clocks(case_id)) == ("returned", 0)


async def test_where_the_region_says_so_the_system_lets_it_lapse() -> None:
    case_id = await correcting("lapse")
    await owed.catch_up(case_id, at=MONDAY + timedelta(days=7))
    assert await status_of(case_id) == "correcting"
    await asyncio.gather(owed.catch_up(case_id, at=OVER), owed.catch_up(case_id, at=OVER))
    assert await status_of(case_id) == "given_up"
    assert await one("SELECT count(*) FROM papers WHERE kind = 'termination'") == 1
    assert await one("SELECT by_id FROM journal WHERE event = 'case given up'") == "system"


async def test_where_the_region_waits_nobody_gives_back() -> None:
    case_id = await correcting("wait")
    await owed.catch_up(case_id, at=OVER)
    with pytest.raises(Conflict, match="继续等待"):
        await overdue.give_back(case_id, reason="", returned="无", by=WANG, at=OVER)
    assert await status_of(case_id) == "correcting"


async def test_a_withdrawal_still_is_possible_after_the_period() -> None:
    case_id = await correcting()
    assert (await withdraw(case_id, **WISH, by=WANG, at=OVER)).case_status == "withdrawn"


# Bars

MOTHER = "11010519491231002X"


async def food_task(state: str) -> tuple[UUID, UUID, str]:
    """A permission that has been decided: case, task, item."""
    case_id, open_tasks, _ = await at_once()
    edition = await catalogue.edition_for("catering", REGION, MONDAY.date())
    item = next(i for i in open_tasks if edition.items[i].kind == "行政许可")
    async with transaction():
        await connection().execute(
            "UPDATE tasks SET status = $2, decided_at = $3 WHERE id = $1", open_tasks[item], state, MONDAY
        )
        await connection().execute(
            "INSERT INTO parties (id, case_id, role, name, id_kind, id_number) VALUES ($1, $1, 'applicant', '李四',"
            " 'id_card', $2)",
            case_id,
            MOTHER,
        )
    return open_tasks[item], case_id, item


async def posts(item: str) -> tuple[Actor, Actor]:
    """The approver and the head of the item's department."""
    edition = await catalogue.edition_for("catering", REGION, MONDAY.date())
    department = edition.items[item].department
    return officer("zhao", department), officer("qian", department, Role.DEPARTMENT_HEAD)


@pytest.mark.parametrize(("state", "until"), [("refused", "2027-11-02"), ("granted", "2029-11-02")])
async def test_a_bar_needs_two_persons_and_ends(state: str, until: str) -> None:
    task, _, item = await food_task(state)
    zhao, qian = await posts(item)
    proposed = await barring.propose_bar(task, reason="提交了伪造的租赁合同。", by=zhao, at=MONDAY)
    async with transaction():
        assert await bars.barred(REGION, [MOTHER], [item], at=MONDAY) == {}
    with pytest.raises(Forbidden):
        await barring.set_proposed(task, safety=True, by=zhao, at=MONDAY)
    with pytest.raises(Invalid):
        await barring.set_proposed(task, safety=False, by=qian, at=MONDAY)
    made = await barring.set_proposed(task, safety=True, by=qian, at=MONDAY)
    assert made.id == proposed.id and made.until is not None and f"{made.until:%Y-%m-%d}" == until
    async with transaction():
        assert set(await bars.barred(REGION, [MOTHER], [item, BIRTH], at=MONDAY)) == {item}
        assert await bars.barred("430100", [MOTHER], [item], at=MONDAY) == {}
        assert await bars.barred(REGION, ["440524188001010014"], [item], at=MONDAY) == {}
        assert await bars.barred(REGION, [MOTHER], [item], at=made.until + timedelta(seconds=1)) == {}


async def test_a_head_does_not_set_what_the_head_proposed_and_nothing_undecided_is_proposed() -> None:
    task, _, item = await food_task("refused")
    _, qian = await posts(item)
    await barring.propose_bar(task, reason="伪造材料。", by=qian, at=MONDAY)
    with pytest.raises(Forbidden, match="自己提请"):
        await barring.set_proposed(task, safety=True, by=qian, at=MONDAY)
    case = await accepted()
    with pytest.raises(Conflict, match="不是行政许可"):
        await barring.propose_bar(await task_of(case.case_id, BIRTH), reason="伪造材料。", by=POLICE, at=MONDAY)


async def test_a_lifted_bar_holds_nobody_back() -> None:
    task, _, item = await food_task("refused")
    zhao, qian = await posts(item)
    await barring.propose_bar(task, reason="伪造材料。", by=zhao, at=MONDAY)
    bar = await barring.set_proposed(task, safety=True, by=qian, at=MONDAY)
    with pytest.raises(NotFound):
        await bars.lift(bar.id, reason="复议决定撤销。", by=POLICE, at=MONDAY)
    with pytest.raises(Invalid):
        await bars.lift(bar.id, reason=" ", by=qian, at=MONDAY)
    await bars.lift(bar.id, reason="复议决定撤销。", by=qian, at=MONDAY)
    async with transaction():
        assert await bars.open_bars(REGION, [MOTHER], at=MONDAY) == ()
        assert MOTHER not in str(await connection().fetch("SELECT * FROM bars"))


async def barred_mother(item: str, until: datetime) -> None:
    """The mother of the newborn may not apply for an item."""
    other = (await accepted()).case_id
    async with transaction():
        await bars.set_bar(
            REGION,
            [MOTHER],
            kind="concealment",
            item=item,
            case_id=other,
            reason="提交伪造的出生医学证明",
            basis="《中华人民共和国行政许可法》第七十八条",
            until=until,
            by=POLICE,
            at=MONDAY,
        )


async def test_acceptance_of_a_barred_item_is_refused_with_reason_and_end_until_it_is_left_out() -> None:
    await barred_mother("medical_insurance", datetime(2027, 11, 2, 23, 59, tzinfo=clock.SHANGHAI))
    draft = await begin()
    await fill(draft.case_id, WANG, duplicate="已核对，不是重复。")
    with pytest.raises(Conflict, match="2027年11月2日前不能再次申请（隐瞒有关情况或者提供虚假材料：提交伪造"):
        await intake.accept(draft.case_id, by=WANG, at=MONDAY)
    said = NOT_REQUIRED | {"ground": "barred", "reason": "仍在限制期限内。"}
    with pytest.raises(Conflict, match="没有查到"):
        await outcomes.not_accept(draft.case_id, BIRTH, **said, by=WANG, at=MONDAY)
    await outcomes.not_accept(draft.case_id, "medical_insurance", **said, by=WANG, at=MONDAY)
    await intake.accept(draft.case_id, by=WANG, at=MONDAY)
    assert "medical_insurance" not in await states(draft.case_id)


async def test_after_its_end_a_bar_holds_nobody_back() -> None:
    await barred_mother("medical_insurance", MONDAY + timedelta(minutes=1))
    draft = await begin()
    await fill(draft.case_id, WANG, duplicate="已核对，不是重复。")
    assert (await intake.accept(draft.case_id, by=WANG, at=MONDAY + timedelta(minutes=2))).number


async def test_a_granted_item_is_not_withdrawn_while_the_rest_is() -> None:
    case = await accepted(NURSING)
    await granted(await task_of(case.case_id, BIRTH), POLICE, newborn_id_number="222405202610280022")
    done = await withdraw(case.case_id, ["nursing_allowance"], **WISH, by=WANG, at=MONDAY)
    assert done.case_status == "processing" and done.followers == ()
