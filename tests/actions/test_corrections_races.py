"""Notice, answer, acceptance and the law at the same moment: one wins, the others are told, nothing is half."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

import pytest

from lianban import errors, journal
from lianban.casework import corrections, intake, owed
from lianban.rules.actors import HOLDER
from tests.actions.drafts import JIN, MONDAY, WANG, picture
from tests.actions.receiving import BLURRED, all_clear, asked, blurred, on, received
from tests.actions.working import one

BIRTH = "birth_registration"
ATTEMPTS = 5


async def together(*calls: Awaitable[Any]) -> tuple[list[Any], list[errors.Refusal]]:
    """What came of them, and the refusals; anything else is a fault."""
    answers = await asyncio.gather(*calls, return_exceptions=True)
    faults = [a for a in answers if isinstance(a, BaseException) and not isinstance(a, errors.Refusal)]
    assert not faults, faults
    refused = [a for a in answers if isinstance(a, errors.Refusal)]
    return [a for a in answers if a not in refused], refused


async def whole(id: UUID) -> str:
    """The case's state; it is accepted once or not at all, told once or not at all."""
    assert await one("SELECT count(*) FROM journal WHERE subject = $1 AND event ~ 'accepted$'", str(id)) in (0, 1)
    assert await one("SELECT count(*) FROM papers WHERE case_id = $1 AND kind = 'acceptance'", id) in (0, 1)
    notices = await one("SELECT count(*) FROM papers WHERE case_id = $1 AND kind = 'correction'", id)
    assert notices == await one("SELECT count(*) FROM corrections WHERE case_id = $1", id)
    running = (
        "SELECT count(*) FROM clocks WHERE case_id = $1 AND stopped_at IS NULL AND kind IN ('correction', 'answer')"
    )
    state = str(await one("SELECT status FROM cases WHERE id = $1", id))
    assert await one(running, id) == (state in ("received", "correcting"))
    assert (await journal.verify(str(id))).whole
    return state


async def with_a_gap() -> UUID:
    """Received on Monday; the certificate is unreadable."""
    id = (await received()).case_id
    await blurred(id)
    return id


async def test_notice_against_acceptance(pool: None) -> None:
    for _ in range(ATTEMPTS):
        id = (await received(householder_name="")).case_id
        await all_clear(id)
        await corrections.correct(id, "householder_name", "王芳", "漏填", by=WANG, at=MONDAY)
        question, police = (await asked(id, "clear"))[BIRTH]
        await together(
            corrections.report(question, [BLURRED], by=police, at=MONDAY),
            corrections.notify(id, by=WANG, at=MONDAY),
            intake.accept(id, by=JIN, at=MONDAY),
        )
        assert await whole(id) in ("received", "correcting", "processing")


async def test_eight_notices_at_once_are_one(pool: None) -> None:
    id = await with_a_gap()
    won, lost = await together(*(corrections.notify(id, by=by, at=MONDAY) for by in (WANG, JIN) * 4))
    assert len(won) == 1 and len(lost) == 7
    assert await whole(id) == "correcting"
    assert await one("SELECT last FROM number_series WHERE kind = 'correction'") == 1


async def test_the_law_against_the_window_at_the_same_moment(pool: None) -> None:
    for attempt in range(ATTEMPTS):
        id = (await received()).case_id
        at = on(9, 17, 1)
        await together(
            owed.catch_up(id, at=at, wait=False),
            owed.catch_up(id, at=at),
            intake.accept(id, by=WANG, at=at),
            owed.catch_up(id, at=at, wait=False),
        )
        assert await whole(id) == "processing", attempt
        assert await one("SELECT deemed FROM cases WHERE id = $1", id) is True


async def test_the_last_second_belongs_to_whoever_comes_first(pool: None) -> None:
    for _ in range(ATTEMPTS):
        id = await with_a_gap()
        await together(
            corrections.notify(id, by=WANG, at=on(9, 17, 0)),
            owed.catch_up(id, at=on(9, 17, 1)),
        )
        state = await whole(id)
        assert state in ("correcting", "processing")
        assert (await one("SELECT deemed FROM cases WHERE id = $1", id)) is (state == "processing")


async def told(id: UUID) -> UUID:
    await corrections.notify(id, by=WANG, at=MONDAY)
    gap = (await corrections.open_correction(id, at=MONDAY)).gaps[0].id
    assert gap is not None
    return gap


async def test_the_same_answer_at_the_counter_and_online_is_one(pool: None) -> None:
    id = await with_a_gap()
    gap = await told(id)
    won, lost = await together(
        *(
            corrections.supply_material(id, gap, "清.jpg", picture(77), channel=channel, by=by, at=on(4))
            for channel, by in (("window", WANG), ("online", HOLDER)) * 3
        )
    )
    assert len(won) == 6 and not lost
    assert await one("SELECT count(*) FROM material_files WHERE case_id = $1", id) == 1 + await others(id)
    won, lost = await together(
        *(
            corrections.finish(id, channel=channel, by=by, at=on(5))
            for channel, by in (("window", WANG), ("online", HOLDER)) * 3
        )
    )
    assert len(won) == 1 and len(lost) == 5
    assert await whole(id) == "received"
    assert await one("SELECT count(*) FROM screenings WHERE case_id = $1 AND round = 2", id) == 1


async def others(id: UUID) -> int:
    """The scans that were there before."""
    found = await one("SELECT count(*) FROM material_files WHERE case_id = $1 AND at < $2", id, on(4))
    assert isinstance(found, int)
    return found


async def test_an_answer_while_the_timer_looks(pool: None) -> None:
    for _ in range(ATTEMPTS):
        id = await with_a_gap()
        gap = await told(id)
        await corrections.supply_material(id, gap, "清.jpg", picture(78), channel="window", by=WANG, at=on(5))
        late = on(13)
        # Supplied on Thursday: the five working days from then are over on the 12th.
        await together(
            corrections.finish(id, channel="window", by=WANG, at=late),
            owed.catch_up(id, at=late),
            intake.accept(id, by=JIN, at=late),
            corrections.room(id, by=JIN, at=late),
        )
        await owed.catch_up(id, at=late)
        assert await whole(id) == "processing"
        assert await one("SELECT accepted_at FROM cases WHERE id = $1", id) == on(5)


async def test_a_report_that_waited_for_the_notice_is_refused(pool: None) -> None:
    for _ in range(ATTEMPTS):
        id = await with_a_gap()
        question, healthcare = (await asked(id, "clear"))["medical_insurance"]
        finding = corrections.Finding("field", "newborn_name", problem="与证件不一致")
        _, lost = await together(
            corrections.notify(id, by=WANG, at=MONDAY),
            corrections.report(question, [finding], by=healthcare, at=MONDAY),
        )
        assert await whole(id) == "correcting"
        left = await one("SELECT count(*) FROM gaps WHERE case_id = $1 AND status = 'reported'", id)
        assert left == 0 and all("已经一次告知" in r.sentence for r in lost)


async def test_a_step_that_breaks_leaves_nothing(pool: None, monkeypatch: pytest.MonkeyPatch) -> None:
    id = await with_a_gap()

    async def breaks(*args: object, **kwargs: object) -> None:
        raise ConnectionError("the line is cut")

    with monkeypatch.context() as patch:
        patch.setattr("lianban.casework.corrections.notifying.issue", breaks)
        with pytest.raises(ConnectionError):
            await corrections.notify(id, by=WANG, at=MONDAY, key="k")
    assert await whole(id) == "received"
    assert (await corrections.notify(id, by=WANG, at=MONDAY, key="k")).number.endswith("第000001号")
