"""The timer and the clocks: every mark becomes one card, however late, double or dead the worker is."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from lianban import errors, oversight, timers
from lianban.casework import clocks, owed, tasks
from lianban.casework.clocks import Owner
from lianban.casework.owed import Ended
from lianban.outside import database
from lianban.outside.clock import SHANGHAI
from lianban.outside.database import connection, transaction
from lianban.rules.catalog.types import Limit, Unit
from lianban.rules.clock import LATE, days_pause
from tests.actions.drafts import MONDAY
from tests.actions.working import (
    NURSING,
    POLICE,
    POLICE_HEAD,
    REGION,
    RESULT,
    SOCIAL,
    accepted,
    officer,
    one,
    task_of,
)

MINUTE = timedelta(minutes=1)
COLLEAGUE = officer("social-too", "social_insurance")


def day(text: str, hour: int = 17, minute: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(hour=hour, minute=minute, tzinfo=SHANGHAI)


async def nursing(number: int = 0) -> tuple[UUID, UUID]:
    """A case and its task that waits for nothing, held by the social insurance from the start."""
    other = {
        "newborn_name": f"王{'一二三四'[number]}",
        "birth_certificate_number": f"U22001234{number}",
        "birth_datetime": f"2026-10-2{number}T06:15",
    }
    case = (await accepted(NURSING | other)).case_id
    for item, person in (("nursing_allowance", SOCIAL), ("birth_registration", POLICE)):
        await tasks.claim(await task_of(case, item), by=person, at=MONDAY)
    return case, await task_of(case, "nursing_allowance")


async def raised(task: UUID, kind: str = "committed") -> list[tuple[str, datetime, datetime]]:
    """Colour, instant of the mark and instant of the record of a task's cards, in the order of their making."""
    async with transaction():
        rows = await connection().fetch(
            "SELECT colour, at, recorded_at FROM cards WHERE task_id = $1 AND clock_kind = $2 ORDER BY id", task, kind
        )
    return [(r["colour"], r["at"].astimezone(SHANGHAI), r["recorded_at"].astimezone(SHANGHAI)) for r in rows]


async def limit_of(task: UUID, kind: str = "committed") -> tuple[datetime, int]:
    async with transaction():
        row = await connection().fetchrow(
            "SELECT promised_due, amount FROM clocks WHERE task_id = $1 AND kind = $2", task, kind
        )
    return row["promised_due"].astimezone(SHANGHAI), row["amount"]


async def ten(case: UUID, task: UUID, kind: str = "verification") -> clocks.Running:
    """A limit of ten working days from Monday, 2 November: until Monday, 16 November, 17:00."""
    async with transaction():
        return await clocks.start(Owner(case, task, REGION), kind, Limit(10, Unit.WORKING_DAYS), "核查", at=MONDAY)


async def test_each_mark_is_one_card_in_its_time(pool: None) -> None:
    case, task = await nursing()
    await ten(case, task)
    seen: list[str] = []
    for number in range(2, 21):
        for hour in (8, 18):
            at = day(f"2026-11-{number:02}", hour, 30)
            await timers.round(at)
            seen += [c[0] for c in await raised(task, "verification")][len(seen) :]
    assert [(c, a) for c, a, _ in await raised(task, "verification")] == [
        ("blue", day("2026-11-09")),
        ("yellow", day("2026-11-13", 9)),
        ("red", day("2026-11-16") + LATE),
    ] and seen == ["blue", "yellow", "red"]


async def test_a_worker_that_was_dead_for_weeks_raises_what_it_missed_as_of_then(pool: None) -> None:
    case, task = await nursing()
    await ten(case, task)
    late = day("2026-11-30", 9)
    assert await timers.round(late) > 0
    assert await raised(task, "verification") == [
        ("blue", day("2026-11-09"), late),
        ("yellow", day("2026-11-13", 9), late),
        ("red", day("2026-11-16") + LATE, late),
    ]
    (red, *_) = await oversight.of_task(task, by=SOCIAL)
    assert red.belated and red.recorded_at == late
    await timers.round(late + MINUTE)
    assert len(await raised(task, "verification")) == 3


async def test_two_workers_never_raise_one_twice(pool: None) -> None:
    made = [await nursing(number) for number in range(4)]
    late = day("2026-12-31", 9)
    await asyncio.gather(*(timers.round(late) for _ in range(4)))
    await timers.round(late)
    doubles = "SELECT count(*) FROM (SELECT 1 FROM cards GROUP BY clock_id, colour HAVING count(*) > 1) x"
    assert await one(doubles) == 0
    for _, task in made:
        assert [c for c, *_ in await raised(task)][-1] == "red"
        assert [c for c, *_ in await raised(task, "statutory")] == ["black"]
    cards = await one("SELECT count(*) FROM cards WHERE colour <> 'blue'")
    assert cards == await one("SELECT count(*) FROM journal WHERE event = 'card raised'")
    assert await one("SELECT count(*) FROM clocks WHERE wake_at <= $1", late) == 0


async def test_a_paused_clock_raises_none_and_a_later_pause_moves_its_marks(pool: None) -> None:
    case, task = await nursing()
    await ten(case, task)
    stop = days_pause(
        date(2026, 11, 6), date(2026, 11, 19), "专家评审", "行政许可法第四十五条", "龙公安特字〔2026〕第000001号"
    )
    async with transaction():
        await clocks.pause(
            Owner(case, task, REGION), ["verification"], stop, adjustment=uuid4(), by=POLICE_HEAD, at=MONDAY
        )
    await timers.round(day("2026-11-19", 23))
    assert await raised(task, "verification") == []
    await timers.round(day("2026-12-31"))
    marks = {c: a for c, a, _ in await raised(task, "verification")}
    assert marks["blue"] == day("2026-11-23") and marks["red"] == day("2026-11-30") + LATE


async def test_a_late_decision_still_gets_its_red_card_and_one_in_time_none(pool: None) -> None:
    case, task = await nursing()
    due, _ = await limit_of(task)
    await tasks.grant(task, opinion="准予。", results=[RESULT], by=SOCIAL, at=due)
    birth = await task_of(case, "birth_registration")
    end, _ = await limit_of(birth)
    await tasks.grant(
        birth, opinion="准予。", results=[RESULT], supplies={"newborn_id_number": "222405202610280022"}, by=POLICE,
        at=end + timedelta(hours=2),
    )  # fmt: skip
    await timers.round(end + timedelta(days=3))
    assert "red" not in [c for c, *_ in await raised(task)]
    assert ("red", end + LATE) in [(c, a) for c, a, _ in await raised(birth)]


async def test_a_limit_of_a_day_warns_by_the_minute(pool: None) -> None:
    case = (await accepted(NURSING)).case_id
    task = await task_of(case, "nursing_allowance")
    end, amount = await limit_of(task, "claim")
    assert (end, amount) == (day("2026-11-03"), 1)
    await timers.round(day("2026-11-04", 9))
    marks = {c: a for c, a, _ in await raised(task, "claim")}
    assert marks["red"] == end + LATE
    assert day("2026-11-02", 10) < marks["blue"] < marks["yellow"] < end
    (red, *_) = await oversight.of_task(task, by=SOCIAL)
    assert "签收" in red.reason and red.owner_name == ""


async def test_the_time_to_claim_begins_anew_when_a_task_is_put_back(pool: None) -> None:
    case = (await accepted(NURSING)).case_id
    task = await task_of(case, "nursing_allowance")
    await tasks.claim(task, by=SOCIAL, at=day("2026-11-04", 10))
    await tasks.release(task, reason="材料要再核对。", by=SOCIAL, at=day("2026-11-05", 10))
    await timers.round(day("2026-11-09", 9))
    reds = [a for c, a, _ in await raised(task, "claim") if c == "red"]
    assert reds == [day("2026-11-03") + LATE, day("2026-11-06") + LATE]


async def test_a_poisoned_case_holds_up_no_other_and_is_tried_again(
    pool: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ill, _), (_, well) = await nursing(), await nursing(1)
    healthy = oversight.look

    async def look(case_id: UUID, at: datetime) -> bool:
        if case_id == ill:
            raise RuntimeError("cannot be read")
        return await healthy(case_id, at)

    monkeypatch.setattr(oversight, "look", look)
    late, tries = day("2026-12-31", 9), "SELECT count(*) FROM cards WHERE case_id = $1"
    await timers.round(late)
    assert await raised(well) and await one(tries, ill) == 0
    monkeypatch.setattr(oversight, "look", healthy)
    await timers.round(late + timedelta(seconds=5))
    assert await one(tries, ill) == 0, "it waits ten seconds after the first failure"
    await timers.round(late + timedelta(seconds=10))
    assert await one(tries, ill)


async def test_a_case_that_somebody_has_in_hand_is_met_again(pool: None) -> None:
    case, task = await nursing()
    late = day("2026-12-31", 9)
    async with transaction():
        await connection().execute("SELECT 1 FROM cases WHERE id = $1 FOR UPDATE", case)
        await asyncio.wait_for(asyncio.create_task(_elsewhere(late)), 10)
    assert await raised(task) == []
    await timers.round(late)
    assert await raised(task)


async def _elsewhere(at: datetime) -> None:
    # A task takes its parent's transaction along: this one is another worker.
    database.DB.current_transaction.set(None)
    await timers.round(at)


async def test_a_round_with_nothing_due_is_one_look_up(pool: None) -> None:
    await nursing()
    await timers.round(MONDAY + MINUTE)
    async with transaction():
        plan = await connection().fetch(
            "EXPLAIN SELECT case_id FROM clocks WHERE wake_at <= now() ORDER BY wake_at LIMIT 9"
        )
        await connection().execute("SET LOCAL enable_seqscan = off")
        plan = await connection().fetch(
            "EXPLAIN SELECT case_id FROM clocks WHERE wake_at <= now() ORDER BY wake_at LIMIT 9"
        )
    assert any("clocks_wake" in row[0] for row in plan)


async def test_what_the_system_owes_stands_even_if_the_verb_is_refused(
    pool: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, task = await nursing()
    await ten(case, task, "hearing")
    done: list[Ended] = []

    async def step(ended: Ended, at: datetime) -> None:
        done.append(ended)
        await clocks.stop(ended.case_id, ended.task_id, at=at, kinds={ended.kind})

    monkeypatch.setitem(owed.OWED, "hearing", step)
    with pytest.raises(errors.Conflict):
        await tasks.claim(task, by=COLLEAGUE, at=day("2026-11-16"))
    assert done == [], "the last instant is still in time"
    after = day("2026-11-16") + LATE
    with pytest.raises(errors.Conflict):
        await tasks.claim(task, by=COLLEAGUE, at=after)
    assert [(e.kind, e.due, e.task_id) for e in done] == [("hearing", day("2026-11-16"), task)]
    assert await one("SELECT stopped_at FROM clocks WHERE kind = 'hearing'") == after
    await timers.round(after + MINUTE)
    assert len(done) == 1


async def test_a_worker_killed_between_its_steps_loses_nothing(pool: None, monkeypatch: pytest.MonkeyPatch) -> None:
    case, task = await nursing()
    await ten(case, task)
    await ten(case, task, "hearing")
    steps: list[str] = []

    async def step(ended: Ended, at: datetime) -> None:
        steps.append(ended.kind)
        await clocks.stop(ended.case_id, ended.task_id, at=at, kinds={ended.kind})

    async def killed(case_id: UUID, at: datetime) -> list[clocks.Awake]:
        raise asyncio.CancelledError

    monkeypatch.setitem(owed.OWED, "hearing", step)
    late, awake = day("2026-11-30", 9), clocks.awake
    monkeypatch.setattr(clocks, "awake", killed)
    with pytest.raises(asyncio.CancelledError):
        await timers.round(late)
    assert steps == ["hearing"] and await raised(task, "verification") == []
    monkeypatch.setattr(clocks, "awake", awake)
    await timers.round(late)
    assert steps == ["hearing"] and [c for c, *_ in await raised(task, "verification")] == ["blue", "yellow", "red"]
