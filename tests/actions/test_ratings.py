"""A rating: once for each occasion, kept as it was given; a negative one opens a rectification in the same moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from lianban import errors
from lianban.feedback import matters, ratings
from lianban.feedback.ratings import Filters, Given
from lianban.outside.database import connection, transaction
from lianban.rules.actors import Role
from tests.actions.drafts import MONDAY
from tests.actions.voicing import SUPERVISOR, accepted_token, problem_of, rated, reviewed_token
from tests.actions.working import POLICE, one

pytestmark = pytest.mark.anyio


async def test_an_occasion_is_rated_once_and_a_double_tap_is_answered_alike(pool: None) -> None:
    token = await accepted_token()
    first = await rated(token, 5)
    again = await rated(token, 5)
    assert (again.id, again.again) == (first.id, True)
    with pytest.raises(errors.Conflict, match="只能评价一次"):
        await rated(token, 1)
    assert await one("SELECT count(*) FROM ratings") == 1


async def test_options_of_another_grade_are_refused(pool: None) -> None:
    token = await accepted_token()
    with pytest.raises(errors.Invalid, match="等次不一致"):
        await ratings.rate(token, Given("5", ("108",)), at=MONDAY)
    assert await one("SELECT count(*) FROM ratings") == 0


async def test_an_occasion_expires(pool: None) -> None:
    token = await accepted_token()
    with pytest.raises(errors.Conflict, match="已经过了"):
        await rated(token, 5, at=MONDAY + timedelta(days=40))


async def test_a_negative_rating_opens_a_rectification_with_its_clock(pool: None) -> None:
    found = await rated(await reviewed_token(), 2, named=True)
    id = await problem_of(found.id)
    async with transaction():
        row = await connection().fetchrow("SELECT * FROM rectifications WHERE id = $1", id)
        clock = (await matters.clocks_of([id], at=MONDAY))[id][0]
    assert (row["department"], row["grade"], row["named"], row["number"]) == (
        "public_security",
        2,
        True,
        "ZG2026-00001",
    )
    assert (clock.kind, clock.due.isoformat()) == ("verify", "2026-11-03T17:00:00+08:00")


async def test_an_overrun_limit_is_marked_once_and_goes_up(pool: None) -> None:
    found = await rated(await accepted_token())
    id = await problem_of(found.id)
    late = MONDAY + timedelta(days=10)
    assert await matters.look(late) == 1
    assert await matters.look(late) == 0
    async with transaction():
        marks = (await matters.marks_of([id]))[id]
    assert [mark.level for mark in marks] == ["yellow", "red", "up"]


async def test_the_rated_side_meets_no_id_that_tells_the_minute(pool: None) -> None:
    """An id that was made at a moment tells it; the supervision works with those ids, the rated side with others."""
    found = await rated(await reviewed_token(), 2, at=MONDAY)
    asked = Filters(date(2026, 11, 1), date(2026, 11, 30))
    (theirs,) = (await ratings.listing(asked, by=POLICE)).lines
    (ours,) = (await ratings.listing(asked, by=SUPERVISOR)).lines
    moment = int(MONDAY.timestamp() * 1000)
    assert (ours.id, ours.id.int >> 80) == (found.id, moment)
    assert theirs.id.int >> 80 != moment
    page = await ratings.shown(theirs.id, by=POLICE)
    assert page.line.id == theirs.id
    for id in (found.id, UUID(int=2**128 - 1)):
        with pytest.raises(errors.NotFound):
            await ratings.shown(id, by=POLICE)
    assert page.problem is not None
    assert abs((page.problem[0].int >> 80) - moment) > 1000, "the problem was opened in the same moment"
    # A supervisor who approves in the rated unit besides reads as that unit does and decides nothing.
    both = replace(POLICE, roles=POLICE.roles | {Role.SUPERVISOR})
    assert (await ratings.listing(asked, by=both)).masked
    with pytest.raises(errors.NotFound):
        await ratings.rater(found.id, "想知道是谁", by=both, at=MONDAY)
    # What cannot be is no fault of the page.
    odd = Filters(date(2026, 11, 1), date.max, option="99999999999", known=date.max)
    assert not (await ratings.listing(odd, by=POLICE, after=str(UUID(int=2**128 - 1)))).lines
    assert not (await ratings.listing(odd, by=SUPERVISOR, after=str(UUID(int=2**128 - 1)))).lines
