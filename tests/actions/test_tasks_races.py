"""Several departments, several clicks and a killed server at the same moment, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import random
import sys
import textwrap
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from lianban import errors, journal
from lianban.casework import tasks
from lianban.outside.database import connection, transaction
from tests.actions.drafts import MONDAY
from tests.actions.working import NEWBORN_ID, POLICE, POLICE_TOO, REASONS, RESULT, accepted, at_once, one, task_of


def written(open: dict[str, UUID]) -> int:
    """How many of the items that are granted below (every other one) are permissions: those come in writing."""
    return len({"food_permit", "fire_check", "fire_check_promise"} & {*list(open)[::2]})


async def test_five_departments_deciding_at_once_conclude_the_case_once(pool: None) -> None:
    for attempt in range(30):
        case, open, people = await at_once()
        assert len(open) == 5
        await asyncio.gather(
            *(tasks.grant(id, results=[RESULT], by=people[item], at=MONDAY) for item, id in open.items())
        )
        assert await one("SELECT status || ' ' || outcome FROM cases WHERE id = $1", case) == "decided granted", attempt
        concluded = "SELECT count(*) FROM journal WHERE subject = $1 AND event = 'case concluded'"
        assert await one(concluded, str(case)) == 1
        assert await one("SELECT count(*) FROM outbox WHERE case_id = $1 AND event = 'case decided'", case) == 1
    assert (await journal.verify()).whole


async def test_grants_and_refusals_at_once_end_partial(pool: None) -> None:
    for _ in range(5):
        case, open, people = await at_once()
        calls: list[Any] = []
        for n, (item, id) in enumerate(open.items()):
            if n % 2:
                calls.append(tasks.refuse(id, **REASONS, by=people[item], at=MONDAY))
            else:
                calls.append(tasks.grant(id, results=[RESULT], by=people[item], at=MONDAY))
        await asyncio.gather(*calls)
        assert await one("SELECT status || ' ' || outcome FROM cases WHERE id = $1", case) == "decided partial"
        assert await one("SELECT count(*) FROM papers WHERE case_id = $1 AND kind = 'refusal'", case) == 2
        assert await one("SELECT count(*) FROM papers WHERE case_id = $1 AND kind = 'grant'", case) == written(open)
    for kind, issued in (("refusal", 10), ("grant", 5 * written(open))):
        numbers = str(await one("SELECT string_agg(number, ' ') FROM papers WHERE kind = $1", kind))
        assert len(set(numbers.split())) == issued


async def test_of_two_claims_at_once_one_wins_and_the_other_is_told_who(pool: None) -> None:
    birth = await task_of((await accepted()).case_id, "birth_registration")
    for _ in range(10):
        answers = await asyncio.gather(
            *(tasks.claim(birth, by=by, at=MONDAY) for by in (POLICE, POLICE_TOO)), return_exceptions=True
        )
        won = [a for a in answers if isinstance(a, tasks.Handled)]
        lost = [a for a in answers if isinstance(a, errors.Conflict)]
        assert len(won) == len(lost) == 1
        assert won[0].claimed_by_name in lost[0].sentence
        holder = POLICE if won[0].claimed_by == "police" else POLICE_TOO
        await tasks.release(birth, reason="另有任务。", by=holder, at=MONDAY)


async def test_the_same_decision_sent_many_times_at_once_is_one(pool: None) -> None:
    birth = await task_of((await accepted()).case_id, "birth_registration")
    await tasks.claim(birth, by=POLICE, at=MONDAY)
    known = {"newborn_id_number": NEWBORN_ID}
    answers = await asyncio.gather(
        *(tasks.grant(birth, results=[RESULT], supplies=known, by=POLICE, at=MONDAY, key="one") for _ in range(8))
    )
    assert len({a.task_id for a in answers}) == 1 and all(a == answers[0] for a in answers)
    assert await one("SELECT count(*) FROM results") == 1
    assert await one("SELECT count(*) FROM journal WHERE event = 'task granted'") == 1
    assert await one("SELECT count(*) FROM facts WHERE element = 'newborn_id_number' AND superseded_at IS NULL") == 1


async def _traces() -> tuple[object, ...]:
    """Everything that a decision writes."""
    kinds = ("tasks WHERE status = 'granted'", "results", "facts", "journal", "outbox", "clocks")
    return tuple([await one(f"SELECT count(*) FROM {kind}") for kind in kinds])


async def test_a_break_between_any_two_statements_leaves_all_or_nothing(
    pool: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    birth = await task_of((await accepted()).case_id, "birth_registration")
    await tasks.claim(birth, by=POLICE, at=MONDAY)
    before, known = await _traces(), {"newborn_id_number": NEWBORN_ID}
    for statements in count(1):
        left, broken = statements, False

        def cutting(name: str) -> Any:
            through = getattr(asyncpg.Connection, name)

            async def call(self: Any, query: str, *args: Any, **kw: Any) -> Any:
                nonlocal left
                if query.lstrip().startswith(("INSERT", "UPDATE", "DELETE", "WITH")):
                    left -= 1
                    if left == 0:
                        raise ConnectionError("the line is cut")
                return await through(self, query, *args, **kw)

            return call

        with monkeypatch.context() as patch:
            for name in ("execute", "fetch", "fetchrow", "fetchval"):
                patch.setattr(asyncpg.Connection, name, cutting(name))
            try:
                await tasks.grant(birth, results=[RESULT], supplies=known, by=POLICE, at=MONDAY)
            except ConnectionError:
                broken = True
        if not broken:
            break
        assert await _traces() == before, statements
    assert statements > 12 and await _traces() != before
    assert (await journal.verify()).whole


async def test_a_killed_process_leaves_nothing_half(pool: None, db: str) -> None:
    case, open, people = await at_once()
    program = textwrap.dedent(
        f"""
        import asyncio
        from lianban.outside import database
        from lianban.casework import tasks
        from tests.actions.working import MONDAY, RESULT, officer
        from uuid import UUID

        async def main():
            database.use({db!r})
            async with database.pool(5):
                print("ready", flush=True)
                await asyncio.gather(*(
                    tasks.grant(UUID(id), results=[RESULT], by=officer(who, who), at=MONDAY)
                    for id, who in {[(str(id), people[item].id) for item, id in open.items()]!r}))

        asyncio.run(main())
        """
    )
    dice = random.Random(2026)
    for _ in range(6):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        assert process.stdout is not None
        await process.stdout.readline()
        await asyncio.sleep(dice.uniform(0, 0.08))
        if process.returncode is None:
            process.kill()
        await process.wait()
        async with transaction():
            halves = await connection().fetch(
                "SELECT t.item FROM tasks t WHERE t.case_id = $1 AND t.decided_by <> '' AND ((t.status = 'granted') <>"
                " EXISTS (SELECT 1 FROM results r WHERE r.task_id = t.id) OR NOT EXISTS (SELECT 1 FROM journal j"
                " JOIN journal_contents c USING (position)"
                " WHERE j.event = 'task granted' AND c.content ->> 'item' = t.item))",
                case,
            )
        assert halves == []
    for item, id in open.items():
        if await one("SELECT status FROM tasks WHERE id = $1", id) == "reviewing":
            await tasks.grant(id, results=[RESULT], by=people[item], at=MONDAY)
    assert await one("SELECT status FROM cases WHERE id = $1", case) == "decided"
    assert await one("SELECT count(*) FROM journal WHERE event = 'case concluded'") == 1
    assert (await journal.verify()).whole
