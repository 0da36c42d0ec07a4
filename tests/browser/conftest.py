"""A real site in a process of its own, and a real Chromium that may speak to nobody else."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect, sync_playwright

from lianban.outside import embedded
from tests.browser.user import User
from tests.house.processes import free_ports, wait_for

DATABASE = "browsers"
PATIENCE = 30_000
"""Milliseconds that a busy machine may take for one step."""

SWITCHES = (
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
OFFICE: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}


async def _created(postgres: str) -> str:
    conn = await asyncpg.connect(embedded.dsn_for(postgres, "postgres"))
    try:
        template = postgres.partition("?")[0].rpartition("/")[2]
        await conn.execute(f'CREATE DATABASE "{DATABASE}" TEMPLATE "{template}"')
    finally:
        await conn.close()
    return embedded.dsn_for(postgres, DATABASE)


@pytest.fixture(scope="session")
def address(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the demonstration site answers: one for all browser tests, its town told once."""
    port = free_ports(1)[0]
    environment = os.environ | {
        "LIANBAN_DSN": asyncio.run(_created(postgres)),
        "LIANBAN_PORT": str(port),
        "LIANBAN_DATA": str(tmp_path_factory.mktemp("site")),
        "LIANBAN_DEMO": "true",
        "LIANBAN_TRACKING_PER_MINUTE": "1000",
    }
    process = subprocess.Popen([sys.executable, "-m", "tests.browser.serving"], env=environment)
    try:
        found = f"http://127.0.0.1:{port}"
        wait_for(f"{found}/healthz", process, seconds=300)
        yield found
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


# Per module, not per session: while Playwright runs, its thread counts as one with a running event loop.
@pytest.fixture(scope="module")
def chromium(address: str) -> Iterator[Browser]:
    """Chromium as the system brings it."""
    path = shutil.which("chromium")
    assert path, "没有找到 chromium，请先运行 scripts/setup --chromium。"
    switches = [*SWITCHES, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=switches)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What browsers did that nobody asked for."""

    foreign: list[str]
    errors: list[str]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """At the end of each test: no request to another address, no error on any console."""
    seen = Watch([], [])
    yield seen
    assert seen.foreign == []
    assert seen.errors == []


Opens: TypeAlias = Callable[..., User]


@pytest.fixture
def opens(chromium: Browser, address: str, watch: Watch, tmp_path: Path) -> Iterator[Opens]:
    """`opens(**context options)` gives a person with a browser of their own at the site."""
    contexts: list[BrowserContext] = []

    def open(**options: Any) -> User:
        context = chromium.new_context(
            **{**OFFICE, "base_url": address, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", **options}
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: _note(request.url, address, watch))
        context.on("page", lambda page: _listen(page, watch))
        return User(context.new_page(), tmp_path)

    yield open
    for context in contexts:
        context.close()


def _note(url: str, address: str, watch: Watch) -> None:
    # chrome-extension: is Chromium's own viewer of PDF files.
    if url.startswith(("http", "ws")) and not url.startswith(f"{address}/"):
        watch.foreign.append(url)


def _listen(page: Page, watch: Watch) -> None:
    page.on("console", lambda told: _hear(told, watch))
    page.on("pageerror", lambda error: watch.errors.append(str(error)))
    page.on("response", lambda answer: _check(answer, watch))


def _hear(told: ConsoleMessage, watch: Watch) -> None:
    if told.type == "error" and "Failed to load resource" not in told.text:
        watch.errors.append(f"{told.text} {told.location}")


def _check(answer: Response, watch: Watch) -> None:
    # A page may be a refusal (422: of what was typed or uploaded); what a page needs may not.
    if answer.status >= 400 and answer.status != 422 and answer.request.resource_type != "document":
        watch.errors.append(f"{answer.status} {answer.url}")
