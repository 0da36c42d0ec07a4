"""The demonstration's people in an installation that is none."""

from __future__ import annotations

import pytest

from lianban import errors, people, seed
from lianban.cli.keeping import made_password
from lianban.outside import clock, database
from lianban.people import passwords
from lianban.web.cast import PASSWORD


@pytest.fixture
def no_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the people: what their cases are like is told elsewhere."""
    monkeypatch.setattr(seed, "STORIES", ())


async def signs_in(password: str) -> bool:
    async with database.pool(2):
        try:
            return bool(await people.sign_in("wangfang", password, terminal="", at=clock.now()))
        except errors.Forbidden:
            return False


async def test_outside_a_trial_the_public_password_opens_nothing(db: str, no_cases: None) -> None:
    password = made_password()
    passwords.check(password, login="wangfang")
    assert password in await seed.run(password)
    assert not await signs_in(PASSWORD)
    assert await signs_in(password)
    again = await seed.run(made_password())
    assert "第一次写入时显示" in again and await signs_in(password)


async def test_a_trial_tells_the_usual_password_each_time(db: str, no_cases: None) -> None:
    assert PASSWORD in await seed.run()
    assert PASSWORD in await seed.run()
