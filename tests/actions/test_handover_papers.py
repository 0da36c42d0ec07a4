"""The papers of a hand-over, at whichever window it happens."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lianban import errors
from lianban.casework import delivery, notices
from tests.actions.drafts import FAR, MONDAY, WANG
from tests.actions.working import concluded, one


async def test_the_window_that_hands_over_a_child_s_results_prints_the_receipt(pool: None) -> None:
    case = (await concluded()).case_id
    elsewhere = replace(WANG, id="zhang", name="张悦", window="综合窗口 9 号")
    done = await delivery.hand_over(case, receiver="朴美兰", by=elsewhere, at=MONDAY)
    printed = await notices.pdf(done.paper_id, by=elsewhere, at=MONDAY)
    assert printed.data.startswith(b"%PDF-") and "送达回证" in printed.name
    looks = "SELECT count(*) FROM access_log WHERE by_id = 'zhang' AND what LIKE '文书%' AND purpose = '窗口出件'"
    assert await one(looks) == 1
    acceptance = await one("SELECT id FROM papers WHERE case_id = $1 AND kind = 'acceptance'", case)
    with pytest.raises(errors.Forbidden, match="未满十四周岁"):
        await notices.pdf(acceptance, by=elsewhere, at=MONDAY)  # type: ignore[arg-type]
    with pytest.raises(errors.NotFound):
        await notices.pdf(done.paper_id, by=FAR, at=MONDAY)
