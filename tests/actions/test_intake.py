"""Intake: drafts, the merged form, acceptance."""

from __future__ import annotations

from lianban.casework import intake
from tests.actions.drafts import MONDAY, WANG, begin, fill


async def test_a_complete_draft_is_accepted(pool: None) -> None:
    draft = await begin()
    full = await fill(draft.case_id)
    assert full.problems == {}
    accepted = await intake.accept(draft.case_id, by=WANG, at=MONDAY, key="k")
    assert accepted.number == "222405-2026-000001"
    assert len(accepted.query_code) == 8
