"""The embedded PostgreSQL stops with us, and comes up again after we were killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from lianban.outside import embedded

PROGRAM = """
import sys, threading
from pathlib import Path
from lianban.outside import embedded
with embedded.server(Path(sys.argv[1])) as dsn:
    print(dsn, flush=True)
    threading.Event().wait()
"""


def start(folder: Path) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    return process, process.stdout.readline().strip()


def servers(folder: Path) -> list[int]:
    """Living postgres processes that work in `folder`."""
    found = []
    for process in psutil.process_iter(["name", "cmdline", "status"]):
        info = process.info
        if (
            info["status"] != psutil.STATUS_ZOMBIE
            and info["name"] == "postgres"
            and str(folder) in (info["cmdline"] or [])
        ):
            found.append(process.pid)
    return found


async def value(dsn: str, statement: str) -> object:
    conn = await asyncpg.connect(dsn)
    try:
        return await conn.fetchval(statement)
    finally:
        await conn.close()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "postgres"
    yield place
    for pid in servers(place):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_server_too(folder: Path, number: signal.Signals) -> None:
    process, _ = start(folder)
    assert servers(folder)
    process.send_signal(number)
    assert process.wait(15) == 0
    assert not servers(folder)


def test_after_a_kill_the_next_start_repairs_and_keeps_the_data(folder: Path) -> None:
    process, dsn = start(folder)
    asyncio.run(value(dsn, "CREATE TABLE kept AS SELECT 42 AS n"))
    process.kill()
    process.wait()
    assert servers(folder), "the orphan that the repair is about"
    process, dsn = start(folder)
    assert asyncio.run(value(dsn, "SELECT n FROM kept")) == 42
    process.terminate()
    assert process.wait(15) == 0
    assert not servers(folder)


def test_after_a_kill_of_everything_too(folder: Path) -> None:
    process, dsn = start(folder)
    asyncio.run(value(dsn, "CREATE TABLE kept AS SELECT 42 AS n"))
    for pid in [process.pid, *servers(folder)]:
        os.kill(pid, signal.SIGKILL)
    process.wait()
    process, dsn = start(folder)
    assert asyncio.run(value(dsn, "SELECT n FROM kept")) == 42
    process.terminate()
    assert process.wait(15) == 0


def test_two_processes_share_a_server_and_the_last_one_stops_it(folder: Path) -> None:
    first, dsn = start(folder)
    second, same = start(folder)
    assert dsn == same
    first.terminate()
    assert first.wait(15) == 0
    assert asyncio.run(value(dsn, "SELECT 1")) == 1
    second.terminate()
    assert second.wait(15) == 0
    assert not servers(folder)


def test_a_pid_that_now_is_somebody_else_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text(f"{os.getpid()}\n/elsewhere\n", "utf-8")
    (tmp_path / ".handle_pids.json").write_text(json.dumps([2**22 - 3, os.getppid()]), "utf-8")
    embedded.repair(tmp_path)
    assert not (tmp_path / "postmaster.pid").exists()
    assert json.loads((tmp_path / ".handle_pids.json").read_text("utf-8")) == [os.getppid()]


def test_names_of_databases_are_exchanged_in_a_dsn() -> None:
    assert embedded.dsn_for("postgresql://u:@/a?host=/x", "b") == "postgresql://u:@/b?host=/x"
    assert embedded.dsn_for("postgresql://u:p@h:5432/a", "b") == "postgresql://u:p@h:5432/b"
