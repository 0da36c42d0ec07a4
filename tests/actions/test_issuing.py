"""Papers under load and under fire: numbers without gap or double, and none lost with its printing process."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lianban import errors, timers
from lianban.casework import catalogue, notices
from lianban.outside import clock, database, printing
from lianban.rules.actors import Role
from lianban.tables.cases import Case
from lianban.tables.ids import new_id
from tests.actions.rows import REGION, actor
from tests.printing import samples

CLERK = actor("clerk", Role.CLERK, window="3号窗口")
CLIENTS, EACH = 8, 25
KINDS = (("龙政服", "acceptance"), ("龙公安", "refusal"))


async def cases(count: int) -> list[UUID]:
    """Accepted cases of adults."""
    at, made = clock.now(), []
    await catalogue.ship(at)
    edition = (await catalogue.edition_for("catering", REGION, at.date())).content_hash
    for n in range(count):
        row = Case(
            id=new_id(at), region_code=REGION, bundle="catering", bundle_name="开办餐饮店一件事", edition=edition,
            status="processing", number=f"{REGION}-2026-{n:06}", opened_by=CLERK.id, accepted_by=CLERK.id,
            opened_at=at, accepted_at=at, updated_at=at,
        )  # fmt: skip
        await Case.insert(row)
        made.append(UUID(str(row.id)))
    return made


async def issue(case_id: UUID, authority: str, kind: str) -> notices.PaperView:
    """One paper, the case locked as every verb does."""
    conn = database.connection()
    await conn.execute("SELECT 1 FROM cases WHERE id = $1 FOR UPDATE", case_id)
    content = samples.PAPERS[kind](samples.RARE)
    return await notices.issue(
        kind, content, case_id=case_id, region=REGION, authority=authority, by=CLERK, at=clock.now()
    )


async def test_eight_clients_issue_at_once_and_no_number_is_missing_or_double(pool: None) -> None:
    chance, issued, voided = random.Random(47), [], []
    todo = await cases(CLIENTS)

    class Changed(Exception):
        """Something in the transaction was refused after the number was taken."""

    async def one(case_id: UUID) -> None:
        authority, kind = chance.choice(KINDS)
        async with database.transaction():
            paper = await issue(case_id, authority, kind)
            await asyncio.sleep(chance.random() / 1000)
            if chance.random() < 0.2:
                raise Changed
            if chance.random() < 0.1:
                await database.connection().execute("UPDATE papers SET void_at = now() WHERE id = $1", paper.id)
                voided.append(paper.number)
        issued.append(paper.number)

    async def client(n: int) -> None:
        # Whose case it is changes, so that locks of cases and of the series meet in every order.
        for turn in range(EACH):
            try:
                await one(todo[(n + turn) % CLIENTS])
            except Changed:
                continue

    await asyncio.gather(*(client(n) for n in range(CLIENTS)))
    async with database.transaction():
        kept = await database.connection().fetch("SELECT number, code, void_at FROM papers")
        last = await database.connection().fetch("SELECT kind, last FROM number_series")
    assert sorted(row["number"] for row in kept) == sorted(issued)
    assert len(issued) == len(set(issued)) == len({row["code"] for row in kept})
    assert 120 < len(issued) < CLIENTS * EACH and voided
    for authority, kind in KINDS:
        own = sorted(number for number in issued if number.startswith(authority))
        expected = [f"〔2026〕第{n:06}号" for n in range(1, len(own) + 1)]
        assert [number[number.index("〔") :] for number in own] == expected
        assert {row["kind"]: row["last"] for row in last}[kind] == len(own)
    assert {row["number"] for row in kept if row["void_at"]} == set(voided)


@pytest.fixture
async def paper(pool: None) -> AsyncIterator[notices.PaperView]:
    """A paper that nobody has printed yet; the printing processes end with the test."""
    (case_id,) = await cases(1)
    async with database.transaction():
        made = await issue(case_id, "龙政服", "closure")
    yield made
    printing.stop()


async def kill_printing(asked: Awaitable[Any], times: int) -> None:
    """SIGKILL the process that has a job in hand, so many times."""
    task = asyncio.ensure_future(asked)
    killed: set[int] = set()
    while not task.done() and len(killed) < times:
        await asyncio.sleep(0.005)
        for process in printing._the_pool().processes:
            if process.answer is not None and process.pid not in killed:
                os.kill(process.pid, signal.SIGKILL)
                killed.add(process.pid)
    await asyncio.wait([task])
    assert len(killed) == times


async def kept(paper: notices.PaperView) -> str:
    async with database.transaction():
        return str(await database.connection().fetchval("SELECT sha256 FROM papers WHERE id = $1", paper.id))


async def test_a_killed_printing_process_delays_a_paper(paper: notices.PaperView) -> None:
    asked = [asyncio.ensure_future(notices.pdf(paper.id, by=CLERK, at=clock.now())) for _ in range(3)]
    await kill_printing(asked[0], times=1)
    files = {(await one).data for one in asked}
    assert len(files) == 1 and files.pop().startswith(b"%PDF")
    assert await kept(paper)


async def test_when_every_process_dies_the_paper_is_there_and_printed_later(paper: notices.PaperView) -> None:
    asked = asyncio.ensure_future(notices.pdf(paper.id, by=CLERK, at=clock.now()))
    await kill_printing(asked, times=3)
    with pytest.raises(errors.Busy, match="内容没有丢失"):
        await asked
    assert not await kept(paper)
    # The worker, too, finds its printing process killed; its message waits and comes again.
    await kill_printing(timers.round(clock.now() + notices.WARM_UP), times=3)
    assert not await kept(paper)
    assert await timers.round(clock.now() + timedelta(minutes=5)) == 1
    sha256 = await kept(paper)
    assert sha256 and (await notices.pdf(paper.id, by=CLERK, at=clock.now())).data.startswith(b"%PDF")
    assert await kept(paper) == sha256
