"""A small town to try things in, told with the same verbs that people use."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from lianban import oversight, people
from lianban.casework import catalogue, clocks
from lianban.casework.calendars import calendar_of
from lianban.outside import clock, database
from lianban.outside.database import transaction
from lianban.outside.settings import settings
from lianban.oversight import indicators
from lianban.rules.actors import SYSTEM
from lianban.seed.crew import Crew, crew
from lianban.seed.delivering import UNDER_WAY
from lianban.seed.early import EARLY
from lianban.seed.later import LATER
from lianban.seed.messaging import tell_by_message
from lianban.seed.stories import STORIES
from lianban.seed.surveyed import SURVEYED
from lianban.seed.telling import Ending, Tale, discarded, filled, straight, tell
from lianban.seed.transferring import hand_round
from lianban.seed.voices import speak
from lianban.web.cast import PASSWORD, PEOPLE, PLACES, DemoPerson

__all__ = ["ENDINGS", "STORIES", "run"]

ENDINGS: Mapping[str, Ending] = {
    "discarded": discarded,
    "filled": filled,
    **dict.fromkeys(("accepted", "claimed", "halfway", "decided", "delivered", "closed"), straight),
    **EARLY,
    **LATER,
    **SURVEYED,
    **UNDER_WAY,
}
"""Every stage at which a case of the town may stand, and how it comes there from a form that is filled in."""
ROUND = 500
PAST = timedelta(days=62)
"""How far back the town begins: two months, so that this month is the last that is prepared here."""


async def run(password: str = PASSWORD) -> str:
    """Fill an empty installation: editions, people, cases in every state. What to tell the person who started it.

    Everybody gets `password`; the usual one is public and only for a trial. An installation that has other people
    already is left as it is. After an interruption the people and cases that are missing are added, and a case that was
    left half told stays where it was.
    """
    async with database.pool(6, durable=False):
        now = clock.now()
        # The months that the town tells of have their place first: nobody's rating meets one that is just being made.
        await indicators.prepare(now - PAST)
        await catalogue.ship(now)
        known = {each.login for each in await people.list_people(by=SYSTEM)}
        if known and not known & {person.login for person in PEOPLE}:
            return "已有数据，没有写入演示数据。"
        fresh = [person for person in PEOPLE if person.login not in known]
        # A password takes its time to hash, on purpose: on all cores at once.
        await asyncio.gather(*(_settle(person, password, now) for person in fresh))
        everybody = await crew()
        if fresh:
            await _stand_in(everybody, now)
        # The places have numbers of their own: what happens in the one need not wait for the other.
        await asyncio.gather(*(_tell_place(region, everybody, now) for region in PLACES))
        await hand_round(everybody, now)
        await speak(everybody, now)
        await _look_at_the_clocks(now)
        await tell_by_message(now, send=not settings().sms_url)
    return _told(password if fresh or password == PASSWORD else "")


async def _tell_place(region: str, everybody: Crew, now: datetime) -> None:
    async with transaction():
        calendar = await calendar_of(region)
    for number, story in enumerate(STORIES):
        if story.region == region:
            await tell(Tale(story, number, everybody, calendar, now), ENDINGS)


async def _stand_in(everybody: Crew, now: datetime) -> None:
    """One of the market supervision is away for a few days; a colleague fills the post (AB 岗)."""
    away, substitute = everybody.known["jiangzhezhu"], everybody.known["sunjianguo"]
    since = now.date()
    await people.add_absence(
        *(away.id, substitute.id),
        since=since,
        until=since + timedelta(days=4),
        reason="参加全州食品经营许可业务培训",
        by=away,
        at=now,
    )


async def _look_at_the_clocks(now: datetime) -> None:
    """What the worker's first round would find: cards are there at first sight."""
    async with transaction():
        due = await clocks.due_cases(now, ROUND)
    for case_id in due:
        await oversight.look(case_id, now)


async def _settle(person: DemoPerson, password: str, at: datetime) -> None:
    await people.add_person(
        person.login,
        password,
        name=person.name,
        roles=person.roles,
        region=person.region,
        department=person.department,
        window=person.window,
        post=person.post,
        by=SYSTEM,
        at=at,
    )


def _told(password: str) -> str:
    how = "；首页点名字即可进入" if settings().demo else ""
    lines = [f"演示账号（密码都是 {password}{how}）：" if password else "演示账号（密码是第一次写入时显示的）："]
    for region, place in PLACES.items():
        lines += [f"  {p.login:<12} {p.name} · {place}{p.post}" for p in PEOPLE if p.region == region]
    return "\n".join(lines)
