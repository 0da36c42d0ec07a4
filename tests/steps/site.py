"""The real application on a fresh database of its own, with the shipped editions and the people of the cast."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from typing import Any, TypeVar, cast

import asyncpg
import httpx
import pytest
from argon2 import PasswordHasher
from litestar import Litestar
from litestar.testing import TestClient
from litestar.testing.transport import TestClientTransport

from lianban import people
from lianban.casework import catalogue
from lianban.casework.intake import Accepted
from lianban.outside import database, embedded
from lianban.people import passwords
from lianban.rules.actors import SYSTEM, Actor
from tests.application import application
from tests.steps.cast import LONGJING, NOW, PASSWORD, PEOPLE, Person, named
from tests.steps.visitor import Page, Visitor

T = TypeVar("T")
TOWN = "lianban_town"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_numbers = count(1)


class Site:
    """The running application, the people in front of it, and the loop it runs on.

    `case` and `region` are those that the scenario is about, `said` the sentence of the last refusal off the pages.
    """

    def __init__(self, client: TestClient[Litestar], dsn: str) -> None:
        self.client = client
        self.dsn = dsn
        # Our own handler turns every fault into a page, as a visitor sees it.
        self.transport = cast(httpx.BaseTransport, TestClientTransport(client=client, raise_server_exceptions=False))
        self.visitors: dict[str, Visitor] = {}
        self.last: Visitor
        self.case: Accepted
        self.region = LONGJING
        self.said = ""

    @property
    def page(self) -> Page:
        """The page that was looked at last."""
        return self.last.page

    def run(self, verb: Callable[..., Awaitable[T]], *args: Any, **kwargs: Any) -> T:
        """Run a verb in the application's own loop."""
        with self.client.portal() as portal:
            return portal.call(lambda: verb(*args, **kwargs))

    def visitor(self, name: str) -> Visitor:
        """Somebody's browser, signed in or not; from now on the page is theirs."""
        if name not in self.visitors:
            self.visitors[name] = Visitor(self.transport, str(self.client.base_url))
        self.last = self.visitors[name]
        return self.last

    def stranger(self) -> Visitor:
        """A browser that nobody has used before."""
        return self.visitor(f"stranger {len(self.visitors)}")

    def signed_in(self, who: Person | str) -> Visitor:
        """Somebody's browser, signed in through the sign-in page."""
        person = named(who) if isinstance(who, str) else who
        new = person.name not in self.visitors
        visitor = self.visitor(person.name)
        if new:
            visitor.opens("/signin")
            visitor.presses("登录", {"login": person.login, "password": PASSWORD})
            visitor.page.says(person.name)
        return visitor

    def actor(self, who: Person | str) -> Actor:
        """The same person for a verb that prepares a scenario."""
        person = named(who) if isinstance(who, str) else who
        id = next(p.id for p in self.run(people.list_people, by=SYSTEM) if p.login == person.login)
        return self.run(people.person, id).at_terminal("测试座席")

    def one(self, statement: str, *args: object) -> Any:
        """One value from the database, behind the back of the application."""
        return self.run(_one, statement, *args)


async def _one(statement: str, *args: object) -> object:
    async with database.transaction():
        value: object = await database.connection().fetchval(statement, *args)
    return value


async def _settle() -> None:
    """The town before anything happens: the editions, and people who can sign in."""
    async with database.pool(2):
        await catalogue.ship(NOW)
        for one in PEOPLE:
            await people.add_person(
                one.login,
                PASSWORD,
                name=one.name,
                roles=[one.role],
                region=one.region,
                department=one.department,
                window=one.window,
                by=SYSTEM,
                at=NOW,
            )


async def _command(dsn: str, statement: str) -> None:
    conn = await asyncpg.connect(embedded.dsn_for(dsn, "postgres"))
    try:
        await conn.execute(statement)
    finally:
        await conn.close()


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that are quick to check: their cost is no matter of these scenarios."""
    monkeypatch.setattr(passwords, "_hasher", CHEAP)


@pytest.fixture(scope="session")
def town(postgres: str) -> str:
    """The template that every scenario starts from: migrated, editions shipped, people added."""
    template = postgres.partition("?")[0].rpartition("/")[2]
    # Scenarios and pages each have this fixture, perhaps in one process.
    name = f"{TOWN}_{next(_numbers)}"
    asyncio.run(_command(postgres, f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    database.use(embedded.dsn_for(postgres, name))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_hasher", CHEAP)
        asyncio.run(_settle())
    return name


@pytest.fixture
def site(town: str, postgres: str, frozen_clock: object, cheap_passwords: None) -> Iterator[Site]:
    """The application on a database of its own."""
    name = f"scenario_{next(_numbers)}"
    asyncio.run(_command(postgres, f'CREATE DATABASE "{name}" TEMPLATE "{town}"'))
    dsn = embedded.dsn_for(postgres, name)
    database.use(dsn)
    with TestClient(application()) as client:
        yield Site(client, dsn)
    asyncio.run(_command(postgres, f'DROP DATABASE "{name}" WITH (FORCE)'))
