"""Corrections that come by mail count from when the mail arrived (R-32-4), whenever they are entered."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from lianban import errors, journal
from lianban.casework import corrections, intake, owed, policies
from lianban.rules.actors import Role
from tests.actions.drafts import WANG, picture
from tests.actions.receiving import on
from tests.actions.rows import actor
from tests.actions.test_corrections import first_gap, notified, status
from tests.actions.working import one

ADMIN = actor("gao", Role.ADMINISTRATOR)


async def mailed(id: UUID, arrived: datetime | None, at: datetime, width: int = 30) -> corrections.Supplied:
    """A new scan of the certificate came by mail and is entered at `at`, and that is all."""
    gap = await first_gap(id)
    given: dict[str, Any] = {"channel": "mail", "arrived": arrived, "by": WANG, "at": at}
    await corrections.supply_material(id, gap, "邮寄.jpg", picture(width), **given)
    return await corrections.finish(id, **given)


async def test_what_came_by_mail_counts_from_its_arrival(pool: None) -> None:
    id = await notified()
    done = await mailed(id, on(5, 15, 40), on(9))
    assert (done.supplied_at, done.answer_due) == (on(5, 15, 40), on(12, 17, 0))
    assert await one("SELECT supplied_at FROM cases") == on(5, 15, 40)
    assert await one("SELECT supplied_at FROM corrections") == on(5, 15, 40)
    assert await one("SELECT channel FROM corrections") == "mail"
    (line,) = [n for n in await journal.lines("case", str(id)) if n.event == "correction supplied"]
    assert line.content is not None and line.at == on(9)
    assert line.content["arrived"] == on(5, 15, 40).isoformat(), "both instants are kept"
    await intake.accept(id, by=WANG, at=on(9, 10))
    assert await one("SELECT accepted_at FROM cases") == on(5, 15, 40)
    assert await one("SELECT started_at FROM clocks WHERE kind = 'bundle'") == on(5, 15, 40)


async def test_the_law_accepts_five_working_days_after_mail_arrived_not_after_it_was_entered(pool: None) -> None:
    id = await notified()
    await mailed(id, on(4, 10, 0), on(11))
    await owed.catch_up(id, at=on(11, 17, 0))
    assert await status(id) == "received"
    await owed.catch_up(id, at=on(11, 17, 1))
    assert await status(id) == "processing"
    assert await one("SELECT accepted_at FROM cases") == on(4, 10, 0)


async def test_mail_is_entered_after_the_period_to_answer_when_it_arrived_within(pool: None) -> None:
    id = await notified()
    await policies.set_policy({"answer_over": "lapse"}, by=ADMIN, at=on(3))
    done = await mailed(id, on(24, 16, 0), on(25))
    assert (done.status, done.supplied_at) == ("received", on(24, 16, 0))


async def test_mail_that_arrived_after_the_period_does_not_stop_the_lapse(pool: None) -> None:
    id = await notified()
    await policies.set_policy({"answer_over": "lapse"}, by=ADMIN, at=on(3))
    with pytest.raises(errors.Conflict, match="不能再补正"):
        await mailed(id, on(24, 17, 1), on(25))
    assert await status(id) == "given_up"


@pytest.mark.parametrize(
    ("channel", "arrived", "words"),
    [
        ("mail", on(5, 9, 31), "不能晚于现在"),
        ("mail", on(3, 9, 29), r"早于补正告知的时间（2026-11-03 09:30）"),
        ("window", on(4), "只有邮寄补正的"),
    ],
)
async def test_mail_arrives_neither_tomorrow_nor_before_the_notice(
    pool: None, channel: str, arrived: datetime, words: str
) -> None:
    id = await notified()
    gap = await first_gap(id)
    with pytest.raises(errors.Invalid, match=words) as refused:
        await corrections.supply_original(id, gap, channel=channel, arrived=arrived, by=WANG, at=on(5))
    assert list(refused.value.fields) == ["arrived"]
    assert await one("SELECT count(*) FROM gaps WHERE status = 'supplied'") == 0
