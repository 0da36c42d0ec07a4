"""Ends before a decision: not accepted item by item, turned to single items, withdrawn, given up."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from lianban.casework import intake
from lianban.casework.intake import outcomes
from lianban.errors import Conflict, Invalid, NotFound
from lianban.outside import clock
from lianban.outside.database import connection, transaction
from tests.actions.drafts import FAR, JIN, MONDAY, WANG, begin, fill
from tests.actions.working import one, states

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


def tomorrow(days: int = 1) -> datetime:
    """Later in November 2026."""
    return clock.local(MONDAY + timedelta(days=days))
