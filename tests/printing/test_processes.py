"""The printing processes: many jobs at once, killed in the middle, asked by somebody who goes away."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import uvloop

from lianban.errors import Busy, Invalid
from lianban.outside import fonts, printing
from lianban.outside.printing.jobs import Job
from lianban.outside.printing.pool import Pool
from lianban.outside.settings import settings, shipped
from tests.printing import looking, samples
from tests.printing.test_sheet import SHEET
from tests.printing.test_sheet import content as sheet

CLOSURE = "notices/closure.html"


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    """Two processes of this test's own."""
    made = Pool(shipped("templates"), fonts.current(), 2)
    yield made
    made.stop()


def job(**changed: Any) -> Job:
    return Job(CLOSURE, samples.issued("closure") | changed)


async def test_a_paper_from_a_process_is_the_paper_from_here() -> None:
    content = samples.issued("closure")
    try:
        assert await printing.render(CLOSURE, content) == printing.render_now(CLOSURE, content)
    finally:
        printing.stop()


async def test_many_jobs_are_printed_by_few_processes(pool: Pool) -> None:
    printed = await asyncio.gather(*(pool.run(job(clerk=f"赵{n}号")) for n in range(8)))
    assert len({p.pdf for p in printed}) == 8 and all(p.pdf.startswith(b"%PDF") for p in printed)
    assert len(pool.processes) == 2


async def test_a_process_killed_in_the_middle_is_replaced_and_its_job_repeated(pool: Pool) -> None:
    before = await pool.run(job())
    asked = [asyncio.ensure_future(pool.run(job())) for _ in range(4)]
    await asyncio.sleep(0)
    for process in pool.processes:
        os.kill(process.pid, signal.SIGKILL)
    assert {p.pdf for p in await asyncio.gather(*asked)} == {before.pdf}


def test_papers_that_come_in_pieces_are_whole_under_the_servers_own_loop() -> None:
    sizes = {}

    async def print_some() -> None:
        made = Pool(shipped("templates"), fonts.current(), 1)
        for number in range(6):
            # A job and an answer that fill the socket more than once.
            sizes[number] = len((await made.run(job(clerk="赵" * 40, more="字" * 400_000))).pdf)
        ended = [p.running.poll() for p in made.processes]
        made.stop()
        assert ended == [None], "one process has printed them all"

    uvloop.run(print_some())
    assert len(sizes) == 6 and len(set(sizes.values())) == 1


async def test_a_process_killed_while_idle_is_replaced(pool: Pool) -> None:
    before = await pool.run(job())
    os.kill(pool.processes[0].pid, signal.SIGKILL)
    assert (await pool.run(job())).pdf == before.pdf


async def test_a_job_that_ends_every_process_is_given_up() -> None:
    broken = Pool(shipped("templates"), fonts.current(), 1)
    asked = asyncio.ensure_future(broken.run(job()))
    while not asked.done():
        for process in broken.processes:
            process.running.kill()
        await asyncio.sleep(0.01)
    with pytest.raises(RuntimeError, match="ended its printing process 3 times"):
        await asked
    broken.stop()


async def test_what_somebody_waits_for_at_the_counter_goes_first() -> None:
    one = Pool(shipped("templates"), fonts.current(), 1)
    order: list[str] = []

    async def asked(name: str, later: bool) -> None:
        await one.run(job(clerk=name)._replace(later=later))
        order.append(name)

    await one.run(job())
    await asyncio.gather(*(asked(f"告知单{n}", True) for n in range(3)), asked("凭证", False), asked("通知书", False))
    one.stop()
    # The first one was in hand already when the papers came.
    assert order == ["告知单0", "凭证", "通知书", "告知单1", "告知单2"]


async def test_somebody_who_goes_away_holds_nobody_up(pool: Pool) -> None:
    gone = [asyncio.ensure_future(pool.run(job())) for _ in range(6)]
    await asyncio.sleep(0)
    for asked in gone:
        asked.cancel()
    async with asyncio.timeout(30):
        assert (await pool.run(job())).pdf


async def test_a_missing_glyph_comes_back_as_a_refusal() -> None:
    try:
        with pytest.raises(printing.MissingGlyph, match="字体里没有“\U0003fffd”"):
            await printing.render(CLOSURE, samples.issued("closure") | {"clerk": "\U0003fffd"})
        with pytest.raises(printing.MissingGlyph):
            await printing.fast("notices/receipt.html", samples.issued("receipt") | {"clerk": "\U0003fffd"})
    finally:
        printing.stop()


async def test_a_sheet_asked_for_again_is_remembered_and_another_is_not_mistaken_for_it() -> None:
    content = samples.issued("closure")
    try:
        first = await printing.kept(CLOSURE, content)
        printing.stop()
        assert await printing.kept(CLOSURE, dict(reversed(content.items()))) is first
        assert printing._pool is None
        assert await printing.kept(CLOSURE, content | {"clerk": "钱窗口"}) != first
    finally:
        printing.stop()


async def test_in_a_peak_sheets_are_printed_in_two_layers() -> None:
    try:
        many = await asyncio.gather(*(printing.kept(SHEET, sheet(day=day)) for day in range(1, 13)))
        tagged = [looking.tagged(pdf) for pdf in many]
        assert tagged[0] and not tagged[-1]
        assert {len(looking.pages(pdf)) for pdf in (many[0], many[-1])} == {len(looking.pages(many[0]))}
    finally:
        printing.stop()


async def test_the_loop_answers_while_papers_are_printed(pool: Pool) -> None:
    await pool.run(job())
    asked, turns = asyncio.gather(*(pool.run(job()) for _ in range(4))), 0
    while not asked.done():
        await asyncio.sleep(0.001)
        turns += 1
    # Laid out in the loop, four papers would leave it no more than a handful of turns.
    assert turns > 20


def test_a_missing_library_or_font_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    printing.check()
    with monkeypatch.context() as without:
        without.setattr("weasyprint.text.ffi.harfbuzz_subset", None)
        with pytest.raises(Invalid, match=r"libharfbuzz-subset.*请运行 apt-get install .*libharfbuzz-subset0"):
            printing.check()
    monkeypatch.setenv("LIANBAN_FONTS", str(tmp_path))
    settings.cache_clear()
    with pytest.raises(Invalid, match="请运行 make setup"):
        printing.check()


def test_no_process_outlives_the_one_that_started_it() -> None:
    program = (
        "import asyncio, os, signal; from lianban.outside import printing; from tests.printing import samples;"
        "asyncio.run(printing.render('notices/closure.html', samples.issued('closure')));"
        "print(*[p.pid for p in printing._pool.processes], flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = os.environ | {"LIANBAN_FONTS": str(settings().fonts_dir), "PYTHONPATH": "."}
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, env=environment, check=False)
    pids = [int(word) for word in ended.stdout.split()]
    assert pids
    _, alive = psutil.wait_procs([psutil.Process(p) for p in pids if psutil.pid_exists(p)], timeout=10)
    assert alive == []


async def test_when_no_process_can_print_one_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Pool(shipped("templates"), fonts.current(), 1)
    monkeypatch.setattr(printing, "_pool", broken)
    asked = asyncio.ensure_future(printing.render(CLOSURE, samples.issued("closure")))
    while not asked.done():
        for process in broken.processes:
            process.running.kill()
        await asyncio.sleep(0.01)
    with pytest.raises(Busy, match="请过一分钟再打开"):
        await asked
    broken.stop()
