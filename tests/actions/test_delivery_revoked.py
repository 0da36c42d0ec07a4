"""What was revoked (撤销) before it was fetched is not handed over; the decision that revokes is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lianban import errors, oversight, timers
from lianban.casework import delivery, tasks
from lianban.casework.promises.verification import revoke
from lianban.outside.database import connection, transaction
from tests.actions.drafts import WANG
from tests.actions.promising import claimed
from tests.actions.test_joint import WATCHER
from tests.actions.test_verifications import AFTER, GROUNDS, HEAD, proposed
from tests.actions.working import REASONS, officer, one

pytestmark = pytest.mark.usefixtures("pool")
LATER = AFTER + timedelta(hours=1)


async def revoked() -> UUID:
    """A lodging case whose fire check was granted on a promise and revoked before anybody fetched it."""
    case, task = await proposed()
    await revoke(task, by=HEAD, at=AFTER)
    return case.case_id


async def refuse_the_rest(case: UUID) -> None:
    """Every other department refuses."""
    while rows := await _dispatched(case):
        for task, item, department in rows:
            by = officer(department, department)
            await claimed(case, item, by, AFTER)
            await tasks.refuse(task, **REASONS, by=by, at=AFTER)


async def _dispatched(case: UUID) -> list[tuple[UUID, str, str]]:
    async with transaction():
        rows = await connection().fetch(
            "SELECT id, item, department FROM tasks WHERE case_id = $1 AND status = 'dispatched'", case
        )
    return [(r["id"], r["item"], r["department"]) for r in rows]


async def paper(kind: str) -> Mapping[str, Any]:
    """The content of the one paper of a kind."""
    content: dict[str, Any] = json.loads(str(await one("SELECT content FROM papers WHERE kind = $1", kind)))
    return content


async def test_a_revoked_result_is_not_handed_over_and_the_window_is_told_why() -> None:
    case = await revoked()
    page = await delivery.handing(case, by=WANG, at=LATER)
    assert page.to_deliver == ()
    (lost,) = [r for item in page.items for r in item.results]
    assert lost.revoked == GROUNDS["reason"] and lost.delivered_at is None
    with pytest.raises(errors.Conflict, match=r"已经撤销（责令改正期满，安全出口仍然堵塞。），不能再交给申请人"):
        await delivery.hand_over(case, receiver="王建国", results=[lost.id], by=WANG, at=LATER)
    assert await one("SELECT delivered_at FROM results") is None


async def test_the_decision_that_revokes_is_handed_over_instead() -> None:
    case = await revoked()
    page = await delivery.handing(case, by=WANG, at=LATER)
    assert [words.split()[0] for words in page.refusals] == ["撤销决定书"]
    await delivery.hand_over(case, receiver="王建国", results=[], by=WANG, at=LATER)
    assert [d["name"] for d in (await paper("delivery_receipt"))["documents"]] == ["撤销决定书"]
    assert await one("SELECT delivered_at FROM results") is None


async def test_a_case_of_which_everything_left_is_revoked_is_still_delivered_and_closed() -> None:
    case = await revoked()
    await refuse_the_rest(case)
    done = await delivery.hand_over(case, receiver="王建国", by=WANG, at=LATER)
    assert done.status == "delivered"
    names = [d["name"] for d in (await paper("delivery_receipt"))["documents"]]
    assert "撤销决定书" in names and "许可证" not in names
    assert (await delivery.close(case, by=WANG, at=LATER)).status == "closed"
    results = {o["item"]: o["result"] for o in (await paper("closure"))["outcomes"]}
    (taken,) = [result for result in results.values() if result.startswith("许可证")]
    assert "已撤销" in taken


async def test_nobody_is_late_with_handing_over_what_was_revoked() -> None:
    case = await revoked()
    open_clocks = "SELECT count(*) FROM clocks WHERE case_id = $1 AND kind = 'delivery' AND stopped_at IS NULL"
    assert await one(open_clocks, case) == 0
    await timers.round(AFTER)
    before = await cards()
    assert before, "until it was revoked it did lie too long"
    await timers.round(AFTER + timedelta(days=60))
    assert await cards() == before


async def cards() -> int:
    """How many cards say that results lie too long."""
    return sum(c.kind == "delivery" for c in (await oversight.listing(by=WATCHER)).cards)
