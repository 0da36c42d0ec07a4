"""What follows later follows at least once, never twice at a time, and nothing stands in the way of the rest."""

from __future__ import annotations

import ast
import asyncio
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import lianban
from lianban import outbox, timers
from lianban.outbox import Message
from lianban.outside import clock, database
from lianban.outside.settings import settings

SECOND = timedelta(seconds=1)


async def leave(*events: str) -> None:
    async with database.transaction():
        for event in events:
            await outbox.write(event, payload={"was": event}, at=clock.now())


async def waiting() -> list[tuple[str, datetime, int, str]]:
    async with database.transaction():
        rows = await database.connection().fetch("SELECT event, due_at, attempts, last_error FROM outbox ORDER BY id")
    return [(r["event"], r["due_at"], r["attempts"], r["last_error"]) for r in rows]


async def test_a_message_of_a_rolled_back_act_does_not_exist(pool: None) -> None:
    async def act() -> None:
        async with database.transaction():
            await outbox.write("case decided", at=clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await act()
    assert await waiting() == []


async def test_messages_come_in_order_and_not_before_they_are_due(pool: None) -> None:
    at = clock.now()
    async with database.transaction():
        await outbox.write("later", at=at, due=at + timedelta(minutes=5))
    await leave("first", "second")
    assert [m.event for m in await outbox.claim(at, limit=1)] == ["first"]
    assert [(m.event, m.payload) for m in await outbox.claim(at)] == [("second", {"was": "second"})]
    assert [m.event for m in await outbox.claim(at + timedelta(minutes=1))] == []


async def test_two_workers_never_hold_the_same_message(pool: None) -> None:
    await leave(*(f"event {n}" for n in range(200)))
    claimed: list[Message] = []

    async def work() -> None:
        while batch := await outbox.claim(clock.now(), limit=7):
            claimed.extend(batch)

    await asyncio.gather(*(work() for _ in range(6)))
    assert Counter(m.event for m in claimed) == {f"event {n}": 1 for n in range(200)}


async def test_what_a_dead_worker_held_comes_back_when_its_lease_is_over(pool: None) -> None:
    await leave("case decided")
    at = clock.now()
    (first,) = await outbox.claim(at, lease=timedelta(seconds=60))
    assert await outbox.claim(at + 59 * SECOND) == []
    (second,) = await outbox.claim(at + 60 * SECOND)
    assert second.id == first.id and second.attempts == 2
    await outbox.failed(first, "the slow one gives up", at + 61 * SECOND)
    assert [w[3] for w in await waiting()] == [""], "the one who has it now is not disturbed"
    await outbox.done(second)
    assert await waiting() == []


async def test_a_failure_waits_longer_each_time_and_says_why(pool: None) -> None:
    await leave("case decided")
    at, waits = clock.now(), []
    for n in range(1, 14):
        (message,) = await outbox.claim(at)
        await outbox.failed(message, f"fault {n}", at)
        ((_, due, attempts, error),) = await waiting()
        assert (attempts, error) == (n, f"fault {n}")
        waits.append((due - at).total_seconds())
        at = due
    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600, 3600]


async def test_a_poisoned_message_holds_up_no_other(pool: None, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    async def good(message: Message, at: datetime) -> None:
        seen.append(message.event)

    async def bad(message: Message, at: datetime) -> None:
        raise ValueError("cannot be done")

    monkeypatch.setattr(timers, "FOLLOWS", {"good": (good,), "bad": (bad,), "nothing": ()})
    await leave("bad", "good", "unheard of", "good", "nothing")
    assert await timers.round(clock.now()) == 3
    assert seen == ["good", "good"]
    assert [(w[0], w[2]) for w in await waiting()] == [("bad", 1), ("unheard of", 1)]
    assert "cannot be done" in (await waiting())[0][3] and "unheard of" in (await waiting())[1][3]


async def test_the_first_round_of_a_day_writes_the_anchor(pool: None) -> None:
    await timers.round(clock.now())
    await timers.round(clock.now() + timedelta(hours=14, minutes=29))
    await timers.round(clock.now() + timedelta(hours=14, minutes=31))
    names = sorted(f.name for f in (settings().data_dir / "anchors").iterdir())
    assert names == ["2026-11-02.json", "2026-11-03.json"]


async def test_the_worker_goes_on_until_it_is_told_to_stop(pool: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, seen = asyncio.Event(), []

    async def note(message: Message, at: datetime) -> None:
        seen.append(message.event)
        stop.set()

    monkeypatch.setattr(timers, "FOLLOWS", {"note": (note,)})
    await leave("note")
    await asyncio.wait_for(timers.run(stop), 10)
    assert seen == ["note"]


def test_every_event_that_is_written_is_known_to_the_timers() -> None:
    written = set()
    for file in Path(lianban.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "outbox.write":
                event = node.args[0]
                assert isinstance(event, ast.Constant | ast.Name), f"{file}: an event has a fixed name"
                if isinstance(event, ast.Constant):
                    written.add(event.value)
    assert written <= set(timers.FOLLOWS)
