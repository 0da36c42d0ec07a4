"""What a region decides: kept version by version, in force at once, by the administrator alone."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from lianban import errors, journal, people
from lianban.casework import adjusting, policies, tasks
from lianban.outside import database
from lianban.outside.database import transaction
from lianban.rules.actors import SYSTEM, Role
from lianban.rules.policy import DEFAULTS, shipped
from tests.actions.drafts import MONDAY
from tests.actions.limits import HYGIENE, HYGIENE_HEAD, REASON, lodging
from tests.actions.rows import REGION, actor
from tests.actions.working import REASONS, one

pytestmark = pytest.mark.usefixtures("pool")
GAO = actor("gao", Role.ADMINISTRATOR)


async def test_a_region_that_never_decided_has_what_was_shipped_for_it() -> None:
    assert await policies.policy(REGION) == shipped(REGION)
    assert await policies.policy("430100") == DEFAULTS
    assert await policies.versions(by=GAO) == []


async def test_one_verb_decides_everything_by_one_policy_and_the_next_by_the_new_one() -> None:
    async with transaction():
        before = await policies.policy(REGION)
        await asyncio.create_task(elsewhere())
        assert await policies.policy(REGION) is before
    assert (await policies.policy(REGION)).claim == "2wd"
    async with transaction():
        assert (await policies.policy(REGION)).claim == "2wd"
        await policies.set_policy({"claim": "3wd"}, by=GAO, at=MONDAY)
        assert (await policies.policy(REGION)).claim == "3wd"


async def elsewhere() -> None:
    """Somebody else decides, in a transaction of his own."""
    database.DB.current_transaction.set(None)
    await policies.set_policy({"claim": "2wd"}, by=GAO, at=MONDAY)


async def test_every_version_is_kept_and_the_latest_holds() -> None:
    assert await policies.set_policy({"claim": "4wh", "first_day_counts": "yes"}, by=GAO, at=MONDAY) == 1
    later = MONDAY + timedelta(days=1)
    assert await policies.set_policy({"claim": "2wd"}, by=GAO, at=later) == 2
    chosen = await policies.policy(REGION)
    assert (chosen.claim, chosen.first_day_counts) == ("2wd", False)
    kept = await policies.versions(by=GAO)
    assert [(v.version, v.content) for v in kept] == [
        (2, {"claim": "2wd"}),
        (1, {"claim": "4wh", "first_day_counts": True}),
    ]
    assert await policies.policy("430100") == DEFAULTS
    line = json.loads(str(await one("SELECT content FROM journal_contents ORDER BY position DESC LIMIT 1")))
    assert line == {
        "version": 2,
        "before": {"claim": "4wh", "first_day_counts": True},
        "after": {"claim": "2wd"},
    }
    assert (await journal.verify()).whole


async def test_what_changes_nothing_is_no_version() -> None:
    await policies.set_policy({"claim": "2wd"}, by=GAO, at=MONDAY)
    assert await policies.set_policy({"claim": "2wd", "answer": DEFAULTS.answer}, by=GAO, at=MONDAY) == 1


async def test_wrong_fields_are_named_and_nothing_is_kept() -> None:
    with pytest.raises(errors.Invalid) as refusal:
        await policies.set_policy({"claim": "两天", "yellow": "120", "answer_over": "x"}, by=GAO, at=MONDAY)
    assert set(refusal.value.fields) == {"claim", "yellow", "answer_over"}
    assert await policies.policy(REGION) == shipped(REGION)


@pytest.mark.parametrize("role", [Role.CLERK, Role.SECURITY_OFFICER, Role.AUDITOR, Role.SUPERVISOR])
async def test_only_the_administrator_decides(role: Role) -> None:
    with pytest.raises(errors.Forbidden):
        await policies.set_policy({"claim": "2wd"}, by=actor("x", role), at=MONDAY)


async def test_of_two_who_save_at_once_the_second_sees_what_changed() -> None:
    answers = await asyncio.gather(
        *(policies.set_policy({"claim": f"{n}wd"}, seen=0, by=GAO, at=MONDAY) for n in (2, 3)), return_exceptions=True
    )
    assert sorted(type(a).__name__ for a in answers) == ["Conflict", "int"], answers


async def test_a_transaction_reads_the_policy_it_has_just_written() -> None:
    async with transaction():
        await policies.set_policy({"claim": "2wd"}, by=GAO, at=MONDAY)
        assert (await policies.policy(REGION)).claim == "2wd"


async def test_a_region_may_leave_the_promise_where_it_is() -> None:
    await policies.set_policy({"extension_moves_commitment": "no"}, by=GAO, at=MONDAY)
    matter = await lodging()
    before = await matter.due("committed"), await matter.due("bundle")
    id = await adjusting.ask_extension(matter.task, amount=10, reason=REASON, by=HYGIENE, at=MONDAY)
    settled = await adjusting.approve(id, by=HYGIENE_HEAD, at=MONDAY)
    assert [m.kind for m in settled.moved] == ["statutory"]
    assert (await matter.due("committed"), await matter.due("bundle")) == before


async def test_where_two_must_look_a_refusal_needs_a_second_person() -> None:
    matter = await lodging()
    await policies.set_policy({"four_eyes_refusal": "yes"}, by=GAO, at=MONDAY)
    with pytest.raises(errors.Conflict, match="须由另一人复核"):
        await tasks.refuse(matter.task, **REASONS, by=HYGIENE, at=MONDAY)
    id = await people.add_person(
        "second", "Jieban-2026", name="郑复核", roles=[Role.APPROVER], region=REGION, department="health",
        by=SYSTEM, at=MONDAY,
    )  # fmt: skip
    second = await people.person(id)
    await tasks.hand_over(matter.task, to=id, reason="拟不予，请复核。", by=HYGIENE, at=MONDAY)
    await tasks.refuse(matter.task, **REASONS, by=second, at=MONDAY)
