"""A small town to try things in, told with the same verbs that people use."""

from __future__ import annotations

import asyncio
from datetime import datetime

from lianban import people
from lianban.casework import catalogue
from lianban.outside import clock, database
from lianban.outside.settings import settings
from lianban.rules.actors import SYSTEM, Actor
from lianban.seed.stories import STORIES
from lianban.seed.telling import Town
from lianban.web.cast import PASSWORD, PEOPLE, PLACES, DemoPerson

__all__ = ["run"]


async def run(password: str = PASSWORD) -> str:
    """Fill an empty installation: editions, people, cases in every state. What to tell the person who started it.

    Everybody gets `password`; the usual one is public and only for a trial. An installation that has other people
    already is left as it is. After an interruption the people and cases that are missing are added, and a case that was
    left half told stays where it was.
    """
    async with database.pool(4, durable=False):
        now = clock.now()
        await catalogue.ship(now)
        known = {each.login for each in await people.list_people(by=SYSTEM)}
        if known and not known & {person.login for person in PEOPLE}:
            return "已有数据，没有写入演示数据。"
        fresh = [person for person in PEOPLE if person.login not in known]
        # A password takes its time to hash, on purpose: on all cores at once.
        await asyncio.gather(*(_settle(person, password, now) for person in fresh))
        town = Town(await _actors(), now)
        for number, story in enumerate(STORIES):
            await town.tell(story, number)
    return _told(password if fresh or password == PASSWORD else "")


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


async def _actors() -> dict[tuple[str, str], Actor]:
    """Region and department ("" for the window) → who acts there."""
    logins = {person.login: person for person in PEOPLE}
    found: dict[tuple[str, str], Actor] = {}
    for each in await people.list_people(by=SYSTEM):
        person = logins.get(each.login)
        if person is not None and (person.window or "审批" in person.post):
            actor = await people.person(each.id)
            found[(person.region, person.department)] = actor.at_terminal(person.window or "办公电脑")
    return found


def _told(password: str) -> str:
    how = "；首页点名字即可进入" if settings().demo else ""
    lines = [f"演示账号（密码都是 {password}{how}）：" if password else "演示账号（密码是第一次写入时显示的）："]
    for region, place in PLACES.items():
        lines += [f"  {p.login:<12} {p.name} · {place}{p.post}" for p in PEOPLE if p.region == region]
    return "\n".join(lines)
