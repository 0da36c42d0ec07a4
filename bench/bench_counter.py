"""Printing at the counter while twenty people work: from the click to the whole PDF, nobody having printed it before.

    .venv/bin/python bench/bench_counter.py [SECONDS [PEOPLE]]

The real site (two server processes, one printing process each), the real worker that prints ahead, an embedded
PostgreSQL, sealed papers. Half of the people are clerks: they look at their list, accept a case, and at once print its
receipt and its acceptance notice. The others are officers: they look at their tasks, open one, claim it. Everybody
pauses between clicks. Bar: the 95th percentile of a print is under one second. Beside it, in the same minutes and on
the same cores, a process prints the same paper with WeasyPrint alone: the ratio says how much the house adds.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import re
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import httpx
from ground import REGION, asked, installation, machine, ready, table

from lianban.cli.running import demonstration_seals
from lianban.outside import clock, database, fonts
from lianban.outside.clock import elapsed
from lianban.outside.settings import settings, shipped
from lianban.people import staff
from lianban.rules.actors import Actor, Role

PASSWORD = "Only-for-measurements-2026"
ADMIN = Actor("admin", "admin", REGION, frozenset({Role.ADMINISTRATOR, Role.SECURITY_OFFICER}))
PAUSE = (1.5, 4.5)
TALK = (6.0, 14.0)
"""Seconds between clicks, and between two applicants."""
TOKEN = re.compile(r'name="_csrf_token" value="([^"]+)"')
PAPER = re.compile(r'href="(/papers/[0-9a-f-]+\.pdf)"')
TASK = re.compile(r'href="(/tasks/[0-9a-f-]{36})"')

Took = dict[str, list[float]]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def staffed(count: int) -> tuple[list[str], list[str]]:
    """Logins of clerks and of officers."""
    clerks = [f"clerk{n}" for n in range(count // 2)]
    officers = [f"officer{n}" for n in range(count - count // 2)]
    departments = ("market_regulation", "urban_management", "fire_rescue")
    for n, login in enumerate(clerks):
        await _add(login, Role.CLERK, window=f"综合窗口 {n + 1} 号")
    for n, login in enumerate(officers):
        await _add(login, Role.APPROVER, department=departments[n % len(departments)])
    return clerks, officers


async def _add(login: str, role: Role, *, department: str = "", window: str = "") -> None:
    await staff.add_person(
        login, PASSWORD, name=login, roles=[role], region=REGION, department=department, window=window,
        by=ADMIN, at=clock.now(),
    )  # fmt: skip


class Person:
    """Somebody at a browser."""

    def __init__(self, site: str, login: str, took: Took, chance: random.Random) -> None:
        self.browser = httpx.AsyncClient(base_url=site, timeout=60, follow_redirects=True)
        self.login, self.took, self.chance, self.token = login, took, chance, ""

    async def opens(self, what: str, path: str) -> str:
        """Open a page or file; how long it took goes under `what`."""
        began = elapsed()
        answer = await self.browser.get(path)
        answer.raise_for_status()
        self.took.setdefault(what, []).append(elapsed() - began)
        return self._seen(answer)

    async def presses(self, what: str, path: str, **fields: str) -> str:
        """Send a form and follow where it leads."""
        began = elapsed()
        answer = await self.browser.post(path, data={"_csrf_token": self.token, **fields})
        # Somebody else was first: that is work too.
        if answer.status_code != httpx.codes.CONFLICT:
            answer.raise_for_status()
        self.took.setdefault(what, []).append(elapsed() - began)
        return self._seen(answer)

    def _seen(self, answer: httpx.Response) -> str:
        text = answer.text if "html" in answer.headers["content-type"] else ""
        self.token = found[1] if (found := TOKEN.search(text)) else self.token
        return text

    async def signs_in(self) -> None:
        """Sign in."""
        await self.opens("sign-in page", "/signin")
        await self.presses("sign in", "/signin", login=self.login, password=PASSWORD, terminal="bench")

    async def pauses(self, span: tuple[float, float] = PAUSE) -> None:
        """Read, talk, think."""
        await asyncio.sleep(self.chance.uniform(*span))


async def clerk(person: Person, drafts: list[UUID], until: float) -> None:
    """Accept one case after the other and print what the applicant takes along."""
    await person.signs_in()
    await person.pauses(TALK)
    while elapsed() < until and drafts:
        await person.opens("list", "/window?state=draft")
        await person.pauses()
        case = drafts.pop()
        page = await person.presses("accept", f"/window/cases/{case}/acceptance", key=f"bench {case}")
        for path in list(dict.fromkeys(PAPER.findall(page)))[:2]:
            await person.opens("print", path)
        await person.pauses(TALK)


async def officer(person: Person, until: float) -> None:
    """Look at the list, open a task, claim it."""
    await person.signs_in()
    while elapsed() < until:
        await person.pauses()
        tasks = TASK.findall(await person.opens("list", "/tasks?state=dispatched"))
        await person.pauses()
        if tasks:
            path = person.chance.choice(tasks)
            await person.opens("task", path)
            await person.pauses()
            await person.presses("claim", f"{path}/claim")


async def work(site: str, clerks: Sequence[str], officers: Sequence[str], drafts: list[UUID], seconds: float) -> Took:
    """Everybody at once."""
    took: Took = {}
    until = elapsed() + seconds
    staff_at_work = [Person(site, login, took, random.Random(login)) for login in (*clerks, *officers)]
    await asyncio.gather(*(clerk(p, drafts, until) if p.login in clerks else officer(p, until) for p in staff_at_work))
    return took


def alone(content: dict[str, Any], seconds: float) -> list[tuple[float, float]]:
    """WeasyPrint alone on the same paper, now and then for so many seconds: (wall, CPU) of each print."""
    from weasyprint import HTML

    from lianban.outside.printing.jobs import UA
    from lianban.outside.printing.press import Press

    press = Press(shipped("templates"), fonts.current())
    template = f"notices/{content['kind']}.html"
    html, style = press.html(template, content), press.style(template)
    found, end = [], elapsed() + seconds
    while elapsed() < end:
        began, used = elapsed(), time.process_time()
        page = HTML(string=html, url_fetcher=press.fetcher)
        page.write_pdf(stylesheets=[style], font_config=press.fonts, pdf_variant=UA)
        found.append((elapsed() - began, time.process_time() - used))
        time.sleep(2)
    return found[1:]


async def laid_out(count: int, crew: int) -> tuple[list[UUID], list[str], list[str]]:
    """Drafts with nothing missing, and people."""
    async with database.pool(2):
        drafts = await ready("catering", count)
        return drafts, *await staffed(crew)


async def content_of(dsn: str, kind: str) -> dict[str, Any]:
    """An issued paper of this kind."""
    import json

    found = await asked(dsn, f"SELECT content FROM papers WHERE kind = '{kind}' ORDER BY id LIMIT 1")
    return dict(json.loads(found))


def percentile(values: Sequence[float], which: int) -> float:
    """In milliseconds."""
    return quantiles(values, n=100, method="inclusive")[which - 1] * 1000


def wait_until_open(port: int) -> None:
    """Until the site answers."""
    for _ in range(600):
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the site did not come up")


def main(seconds: float, crew: int) -> None:
    """Measure and print one table."""
    with installation() as dsn:
        port = free_port()
        os.environ |= {
            "LIANBAN_DSN": dsn,
            "LIANBAN_DEMO": "true",
            "LIANBAN_PORT": str(port),
            "LIANBAN_SECURE_COOKIES": "false",
            "LIANBAN_FONTS": str(Path("var/fonts").absolute()),
        }
        settings.cache_clear()
        demonstration_seals()
        drafts, clerks, officers = asyncio.run(laid_out(int(seconds * crew / 15) + crew, crew))
        children = [subprocess.Popen([sys.executable, "-m", "lianban", name]) for name in ("serve", "worker")]
        try:
            wait_until_open(port)
            site = f"http://127.0.0.1:{port}"
            # One case first: what everything needs once is loaded, and there is a paper to print alone.
            asyncio.run(work(site, clerks[:1], officers[:1], [drafts.pop()], 0.1 + TALK[1]))
            print(machine(dsn))
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as other:
                paper = asyncio.run(content_of(dsn, "acceptance"))
                beside = other.submit(alone, paper, seconds)
                took = asyncio.run(work(site, clerks, officers, drafts, seconds))
                walls, cpus = zip(*beside.result(), strict=True)
            print(f"load at the end {os.getloadavg()[0]:.1f}; {crew} people, {seconds:.0f} s, ", end="")
            print(f"{len(took['print'])} papers printed at the counter")
        finally:
            for child in children:
                child.terminate()
            for child in children:
                child.wait(20)
    rows = [[what, len(t), median(t) * 1000, percentile(t, 95), max(t) * 1000] for what, t in sorted(took.items())
            if len(t) > 1]  # fmt: skip
    table(["ms", "count", "p50", "p95", "most"], rows)
    wall, cpu = median(walls) * 1000, median(cpus) * 1000
    late = percentile(took["print"], 95)
    print(
        f"WeasyPrint alone, same paper, same minutes: {wall:.0f} ms by the clock, {cpu:.0f} ms of CPU, {len(walls)} x"
    )
    print(
        f"print : WeasyPrint alone by the clock  p50 {median(took['print']) * 1000 / wall:.2f}  p95 {late / wall:.2f}"
    )
    print(f"bar: p95 of a print under 1000 ms: {late:.0f} ms, {'met' if late < 1000 else 'MISSED'}")


if __name__ == "__main__":
    main(*(float(sys.argv[1]) if len(sys.argv) > 1 else 90.0, int(sys.argv[2]) if len(sys.argv) > 2 else 20))
