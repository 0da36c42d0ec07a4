"""Floods, staff and refused tries: nothing is lost, nothing doubtful counts at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from lianban import errors
from lianban.casework import occasions
from lianban.casework.occasions import Service
from lianban.feedback import ratings
from lianban.feedback.ratings import Given, Sender
from lianban.outside.database import connection, transaction
from tests.actions.drafts import MONDAY
from tests.actions.voicing import RATER, accepted_token
from tests.actions.working import REGION, one

pytestmark = pytest.mark.anyio
PLACE = UUID(int=7)
GIVEN = Given("5", channel="static_qr")


async def minted(count: int) -> list[str]:
    """Occasions at one sticker."""
    service = Service(REGION, "visit", "service", "窗口服务", point_id=PLACE, window="3 号综合窗口", served_by="wang")
    async with transaction():
        return [await occasions.mint(service, at=MONDAY) for _ in range(count)]


async def test_what_one_address_sends_beyond_the_limit_is_kept_and_set_apart(pool: None) -> None:
    tokens = await minted(14)
    sent = replace(GIVEN, sender=Sender("198.51.100.7"))
    done = [await ratings.rate(token, sent, at=MONDAY) for token in tokens[:12]]
    assert [bool(each.apart) for each in done] == [False] * 10 + [True] * 2
    assert await one("SELECT count(*) FROM ratings") == 12
    # Another address, and the same one an hour later, are not held back; nor is what nobody can tell apart.
    other = replace(GIVEN, sender=Sender("198.51.100.8"))
    assert not (await ratings.rate(tokens[12], other, at=MONDAY)).apart
    assert not (await ratings.rate(tokens[13], sent, at=MONDAY + timedelta(hours=1))).apart
    assert await one("SELECT count(*) FROM attempts WHERE bucket LIKE '%198.51%'") == 0


async def test_a_terminal_that_is_tapped_again_and_again_is_noticed(pool: None) -> None:
    at_counter = replace(GIVEN, channel="terminal", sender=Sender("198.51.100.7"))
    done = [await ratings.rate(token, at_counter, at=MONDAY) for token in await minted(5)]
    assert [each.apart for each in done[3:]] == [f"同一终端一分钟内第 {n} 条评价，超过 3 条" for n in (4, 5)]
    # Patience does not help: whoever knows the screen's address has no more than the place may have in an hour.
    async with transaction():
        await connection().execute("UPDATE attempts SET count = 60 WHERE bucket LIKE 'rating point %'")
    (token,) = await minted(1)
    slow = await ratings.rate(token, at_counter, at=MONDAY + timedelta(minutes=20))
    assert slow.apart == "同一评价点一小时内第 61 条评价，超过 60 条"


async def test_used_expired_and_made_up_links_are_counted_where_they_were_tried(pool: None) -> None:
    first, second = await minted(2)
    await ratings.rate(first, GIVEN, at=MONDAY)
    for token, at, error in (
        (first, MONDAY, errors.Conflict),
        (first, MONDAY, errors.Conflict),
        (second, MONDAY + timedelta(days=31), errors.Conflict),
        (second[:-1] + ("2" if second[-1] != "2" else "3"), MONDAY, errors.NotFound),
    ):
        with pytest.raises(error):
            await ratings.rate(token, replace(GIVEN, grade="1"), at=at)
    found = "SELECT string_agg(reason || tries || region_code || (point <> ''), ' ' ORDER BY reason) FROM rating_tries"
    assert await one(found) == f"expired1{REGION}true unknown1false used2{REGION}true"


async def test_who_rates_by_name_is_sealed_and_a_name_needs_a_number(pool: None) -> None:
    token = await accepted_token()
    with pytest.raises(errors.Invalid, match="同时留电话"):
        await ratings.rate(token, replace(GIVEN, rater=replace(RATER, phone="")), at=MONDAY)
    await ratings.rate(token, replace(GIVEN, rater=RATER), at=MONDAY)
    sealed = await one("SELECT sealed FROM rating_people")
    assert isinstance(sealed, bytes) and "朴".encode() not in sealed and b"138" not in sealed
