"""The same request twice has one effect and one answer, also when both come at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from lianban import errors
from lianban.casework.idempotency import once
from lianban.outside import clock, database
from lianban.rules.actors import Role
from tests.actions.rows import actor

CLERK = actor("clerk", Role.CLERK)
ANOTHER = actor("another", Role.CLERK)


class Verb:
    """Counts how often it is really done; its outcome tells which time it was."""

    def __init__(self, seconds: float = 0) -> None:
        self.times = 0
        self.seconds = seconds

    async def __call__(self) -> dict[str, Any]:
        self.times += 1
        time = self.times
        await asyncio.sleep(self.seconds)
        return {"case": "222405-2026-000001", "time": time}


async def ask(verb: Verb, key: str = "k1", *, what: str = "a", name: str = "accept", by: Any = CLERK) -> dict[str, Any]:
    async with database.transaction():
        return await once(key, name, by=by, at=clock.now(), fingerprint=[what], run=verb)


async def test_a_repeat_gets_the_first_answer(pool: None) -> None:
    verb = Verb()
    assert await ask(verb) == await ask(verb) == {"case": "222405-2026-000001", "time": 1}
    assert verb.times == 1


async def test_without_a_key_it_is_simply_done(pool: None) -> None:
    verb = Verb()
    await ask(verb, "")
    assert (await ask(verb, ""))["time"] == 2


async def test_twenty_at_once_have_one_effect(pool: None) -> None:
    verb = Verb(0.05)
    answers = await asyncio.gather(*(ask(verb) for _ in range(20)))
    assert verb.times == 1 and all(a["time"] == 1 for a in answers)


async def test_when_the_first_fails_the_second_does_it(pool: None) -> None:
    class Failing(Verb):
        async def __call__(self) -> dict[str, Any]:
            outcome = await super().__call__()
            if self.times == 1:
                raise errors.Conflict("别人先办了。")
            return outcome

    verb = Failing(0.05)
    outcomes = await asyncio.gather(*(ask(verb) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(o, errors.Conflict) for o in outcomes) == 1
    assert (
        verb.times == 2
        and [o for o in outcomes if not isinstance(o, BaseException)] == [{"case": "222405-2026-000001", "time": 2}] * 4
    )


async def test_the_same_key_for_something_else_is_refused(pool: None) -> None:
    verb = Verb()
    await ask(verb)
    with pytest.raises(errors.Conflict, match="幂等键"):
        await ask(verb, what="b")
    with pytest.raises(errors.Conflict, match="幂等键"):
        await ask(verb, name="grant")
    with pytest.raises(errors.Invalid):
        await ask(verb, "k" * 201)
    assert verb.times == 1


async def test_everybody_has_keys_of_their_own(pool: None) -> None:
    verb = Verb()
    await ask(verb)
    assert (await ask(verb, by=ANOTHER))["time"] == 2
